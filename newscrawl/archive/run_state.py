"""What one run has met, on disk: a run of any length needs no more memory than a short one.

The file lies in the edition's folder and has no name once it is open: it is gone with its process, however that ends.
Nothing in it is needed afterwards; what lasts is in the ledger.
"""

import errno
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path

from newscrawl.errors import OutputError

# Size of the in-memory cache of recent keys: a ticker's lines return with every page.
RECENT = 2000
PREFIX = ".run-state-"
"""How the file is called for the moment in which it has a name."""


class RunState:
    """Keys, each a few texts, some with a value. Raises `OutputError` when the disk refuses."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open a file without a name in a folder, which is made if it is missing; without a folder, keep to memory."""
        self.recent: set[bytes] = set()
        self.database = unnamed_database(folder, "CREATE TABLE met (key BLOB PRIMARY KEY, value TEXT) WITHOUT ROWID")
        self._execute("BEGIN", ())

    def add(self, *key: str, value: str = "") -> bool:
        """Remember a key and its value; return whether it is new. A known key keeps the value that it has."""
        digest = _digest(key)
        if digest in self.recent:
            return False
        is_new = self._execute("INSERT OR IGNORE INTO met VALUES (?, ?)", (digest, value)).rowcount > 0
        if len(self.recent) >= RECENT:
            self.recent.clear()
        self.recent.add(digest)
        return is_new

    def put(self, *key: str, value: str) -> None:
        """Remember a key with a value, in the place of the one that it has."""
        self._execute("INSERT OR REPLACE INTO met VALUES (?, ?)", (_digest(key), value))

    def get(self, *key: str) -> str | None:
        """Return the value of a key, "" for one without a value; None for one that was not met."""
        row = self._execute("SELECT value FROM met WHERE key = ?", (_digest(key),)).fetchone()
        return row[0] if row else None

    def __contains__(self, key: tuple[str, ...]) -> bool:
        return self.get(*key) is not None

    def close(self) -> None:
        """Close the file, and with that lose it."""
        self.database.close()

    def _execute(self, statement: str, values: Iterable[bytes | str]) -> sqlite3.Cursor:
        try:
            return self.database.execute(statement, tuple(values))
        except sqlite3.Error as error:
            raise OutputError(errno.EIO, f"what this run has met cannot be written: {error}") from error


def unnamed_database(folder: Path | None, *statements: str) -> sqlite3.Connection:
    """Return a database in a file without a name, or in memory without a folder, for what is gone with its process.

    The statements make its tables. Raises `OutputError` when the disk refuses.
    """
    try:
        name = _new_file(folder) if folder is not None else None
        database = sqlite3.connect(name or ":memory:", isolation_level=None)
        try:
            # Alone with a file that nobody needs after a crash: no locks, no journal, no syncs.
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=OFF", "synchronous=OFF", "cache_size=-2000"):
                database.execute(f"PRAGMA {pragma}")
            for statement in statements:
                database.execute(statement)
        finally:
            if name is not None:
                Path(name).unlink()
    except sqlite3.Error as error:
        raise OutputError(errno.EIO, f"{error}: {folder}") from error
    except OSError as error:
        raise OutputError(error.errno, f"{error.strerror}: {folder}") from error
    return database


def _new_file(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=PREFIX, dir=folder)
    os.close(handle)
    return name


def _digest(key: tuple[str, ...]) -> bytes:
    return hashlib.blake2b("\x00".join(key).encode("utf-8", "surrogatepass"), digest_size=16).digest()
