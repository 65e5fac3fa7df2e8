"""The ledger's checksum, from the end of one run to the start of the next: no byte that changes meanwhile is trusted.

SQLite notices damage of its own pages alone; a changed letter of an id would go unnoticed.
"""

from pathlib import Path

from newscrawl.archive.database import database_files
from newscrawl.archive.files import open_plain
from newscrawl.archive.manifest import sha256_of
from newscrawl.archive.part_file import sync_folder, write_whole
from newscrawl.errors import LedgerDamagedError


def seal(ledger: Path) -> None:
    """Write the checksum of a ledger that was closed, unless its log is still needed; raises `OSError`."""
    if not _has_log(ledger):
        write_whole(_seal_of(ledger), [f"{sha256_of(ledger)}  {ledger.name}\n".encode()])


def unseal(ledger: Path) -> None:
    """Remove the checksum, before anything is written into the ledger; raises `OSError`."""
    path = _seal_of(ledger)
    if path.exists():
        path.unlink()
        sync_folder(path.parent)


def check_seal(ledger: Path) -> bool:
    """Return whether a ledger has a checksum, and it is right; False when a run was killed before it wrote one.

    Raises `LedgerDamagedError` when the checksum is wrong, `OSError` when the disk does not give the file.
    """
    try:
        with open_plain(_seal_of(ledger)) as file:
            sealed = file.read().split()
    except FileNotFoundError:
        return False
    if not ledger.exists() or _has_log(ledger):
        return False
    if sealed[:1] != [sha256_of(ledger).encode()]:
        raise LedgerDamagedError(f"{ledger} is not as the last run left it")
    return True


def _has_log(ledger: Path) -> bool:
    log = database_files(ledger)[1]
    return log.exists() and log.stat().st_size > 0


def _seal_of(ledger: Path) -> Path:
    return ledger.with_name(f".{ledger.name}.sha256")
