"""The archive's folder: committed files, what a dead run left, the lock, and the ledger kept in step with the files."""

import errno
import fcntl
import gzip
import json
import logging
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self, cast

from newscrawl.archive.ledger import Ledger
from newscrawl.archive.near_duplicates import bands, signature
from newscrawl.errors import LedgerDamagedError, LockedError

logger = logging.getLogger(__name__)

FEEDS = ("articles", "headlines")
LEDGER = "ledger.sqlite"
DAMAGED = ".ledger-damaged"
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "articles": ("id", "url", "edition", "title", "body", "content_hash", "revision", "date_downloaded"),
    "headlines": ("text", "edition", "found_on", "date_first_seen"),
}


@dataclass(slots=True)
class Repair:
    """What was found at the start of a run, and mended."""

    parts: int = 0
    """Hidden files of dead runs that were committed."""
    lines: int = 0
    """Whole lines in them."""
    torn: int = 0
    """Lines cut off because the run died in the middle of them."""
    rejected: int = 0
    """Whole lines that were no records; they are kept in a hidden `.rejected` file."""
    indexed: dict[str, int] = field(default_factory=dict)
    """Files that the ledger lacked, and their lines."""
    rebuilt: str = ""
    """Why the ledger was made anew, or ""."""


def committed_files(folder: Path, feed: str = "articles") -> list[Path]:
    """Return the committed files of a feed, oldest run first; one that is also there compressed counts once."""
    files = {path.name.removesuffix(".gz"): path for path in sorted(folder.glob(f"*/{feed}/[!.]*.jsonl"))}
    files |= {path.name.removesuffix(".gz"): path for path in sorted(folder.glob(f"*/{feed}/[!.]*.jsonl.gz"))}
    return [files[name] for name in sorted(files)]


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a committed file, plain or compressed."""
    with open_lines(path) as lines:
        for line in lines:
            yield json.loads(line)


def open_lines(path: Path) -> IO[bytes]:
    """Return a committed file, open for reading lines."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def file_name(folder: Path, path: Path) -> str:
    """Return the name of a file in the ledger: its path in the archive, without the suffix of its compression."""
    return path.relative_to(folder).as_posix().removesuffix(".gz")


def sync_folder(folder: Path) -> None:
    """Have a folder's names on disk, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Lock:
    """The right to write into an archive: held until it is let go, or until the process ends, however that happens."""

    def __init__(self, folder: Path) -> None:
        """Take the lock; raises `LockedError` that says who holds it."""
        self.path = folder / ".lock"
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self.descriptor, 500, 0).decode("utf-8", "replace").strip()
            os.close(self.descriptor)
            self.descriptor = -1
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            raise LockedError(f"another crawl holds {folder}: {holder or 'it does not say who'}") from error
        os.ftruncate(self.descriptor, 0)
        started = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        os.pwrite(self.descriptor, f"process {os.getpid()} on {socket.gethostname()}, since {started}\n".encode(), 0)

    def release(self) -> None:
        """Let the lock go."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class Archive:
    """An archive that this process may write into."""

    def __init__(self, folder: Path) -> None:
        """Take the lock, mend what a dead run left, and bring the ledger into step with the files.

        Raises `LockedError` when another crawl holds the archive, `OSError` when a file cannot be read or mended.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = Lock(folder)
        try:
            self.repaired = Repair()
            self._mend()
            self.ledger = self._open_ledger()
            self._catch_up()
        except BaseException:
            self.lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the ledger and let the lock go."""
        try:
            self.ledger.close()
        finally:
            self.lock.release()

    def index(
        self, path: Path, validators: Mapping[tuple[str, str], tuple[str | None, str | None]] | None = None
    ) -> int:
        """Index a committed file, unless it is; return its lines."""
        return self.ledger.index(file_name(self.folder, path), read_records(path), validators)

    def compress(self, path: Path) -> Path:
        """Put a compressed file into the place of a committed one; at any moment one of the two is there, whole."""
        final = path.with_name(f"{path.name}.gz")
        part = path.with_name(f".{final.name}.part")
        with path.open("rb") as plain, part.open("wb") as raw:
            with gzip.GzipFile(path.name, "wb", fileobj=raw, mtime=0) as packed:
                while block := plain.read(1 << 20):
                    packed.write(block)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(final)
        sync_folder(path.parent)
        path.unlink()
        sync_folder(path.parent)
        return final

    def mark_damaged(self, reason: str) -> None:
        """Have the next start make the ledger anew."""
        (self.folder / DAMAGED).write_text(f"{reason}\n", "utf-8")

    # -- at the start -------------------------------------------------------------------------------------------

    def _mend(self) -> None:
        for feed in FEEDS:
            # What these were made of is still there.
            for half in sorted(self.folder.glob(f"*/{feed}/.*.gz.part")):
                half.unlink()
            for half in sorted(self.folder.glob(f"*/{feed}/.*.mended")):
                half.unlink()
            for part in sorted(self.folder.glob(f"*/{feed}/.*.jsonl.part")):
                self._mend_part(part, _NEEDED[feed])
            for packed in sorted(self.folder.glob(f"*/{feed}/[!.]*.jsonl.gz")):
                packed.with_name(packed.name.removesuffix(".gz")).unlink(missing_ok=True)
        for litter in (*self.folder.glob(".probe-*"), *self.folder.glob(".seen-*")):
            litter.unlink()

    def _mend_part(self, part: Path, needed: tuple[str, ...]) -> None:
        """Commit the whole lines of a dead run's hidden file."""
        final = part.with_name(part.name.removeprefix(".").removesuffix(".part"))
        data = part.read_bytes()
        lines = data.split(b"\n")
        torn = lines.pop()
        good = [line for line in lines if _is_record(line, needed)]
        bad = [line for line in lines if not _is_record(line, needed)]
        self.repaired.torn += bool(torn)
        self.repaired.rejected += len(bad)
        if bad:
            rejected = part.with_name(f".{final.name}.rejected")
            rejected.write_bytes(b"".join(line + b"\n" for line in bad))
            logger.error("%s: %s lines are no records; they are kept in %s", part, len(bad), rejected)
        if not good:
            part.unlink()
            sync_folder(part.parent)
            return
        text = b"".join(line + b"\n" for line in good)
        if final.exists():
            if final.read_bytes() != text:
                raise FileExistsError(errno.EEXIST, "a committed file and a hidden one bear the same name", str(final))
            part.unlink()  # a mending that died after its commit
            return
        # Cut in a second file: a kill in the middle of this leaves the first as it was.
        mended = part.with_name(f"{part.name}.mended")
        with mended.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mended.replace(final)
        part.unlink()
        sync_folder(part.parent)
        self.repaired.parts += 1
        self.repaired.lines += len(good)
        logger.warning(
            "Committed %s of a run that died: %s lines%s", final, len(good), ", a torn one cut off" if torn else ""
        )

    def _open_ledger(self) -> Ledger:
        path = self.folder / LEDGER
        marker = self.folder / DAMAGED
        reason = ""
        if marker.exists():
            reason = marker.read_text("utf-8").strip() or "it was marked as damaged"
        elif not path.exists() and any(committed_files(self.folder, feed) for feed in FEEDS):
            reason = "it is missing"
        else:
            try:
                return self._ledger(path)
            except LedgerDamagedError as error:
                reason = str(error)
        self.set_ledger_aside(reason)
        marker.unlink(missing_ok=True)
        return self._ledger(path)

    def set_ledger_aside(self, reason: str) -> None:
        """Rename the ledger's files, so that a new one is made from the committed files."""
        path = self.folder / LEDGER
        kept = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        for suffix in ("", "-wal", "-shm"):
            old = path.with_name(path.name + suffix)
            if old.exists():
                old.replace(path.with_name(kept + suffix))
        self.repaired.rebuilt = reason
        logger.warning("The ledger is made anew from the committed files: %s", reason)

    @staticmethod
    def _ledger(path: Path) -> Ledger:
        return Ledger(path, sketch=signature, bands=bands)

    def _catch_up(self) -> None:
        known = self.ledger.files()
        for feed in FEEDS:
            for path in committed_files(self.folder, feed):
                name = file_name(self.folder, path)
                if name not in known:
                    self.repaired.indexed[name] = self.index(path)
        if self.repaired.indexed:
            lines = sum(self.repaired.indexed.values())
            logger.info("Indexed %s files with %s lines that the ledger lacked", len(self.repaired.indexed), lines)


def _is_record(line: bytes, needed: tuple[str, ...]) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and all(name in record for name in needed)


def rebuild(folder: Path, report: Callable[[str], None]) -> Archive:
    """Set the ledger aside and make it anew from the committed files; return the archive, open."""
    archive = Archive(folder)
    archive.ledger.close()
    archive.set_ledger_aside("it was asked for")
    archive.ledger = archive._ledger(folder / LEDGER)
    archive._catch_up()
    report(f"{sum(archive.repaired.indexed.values())} lines in {len(archive.repaired.indexed)} files")
    return archive
