"""Files that are shown whole or not at all: the hidden file of a feed and the rename that commits it; small files."""

import asyncio
import errno
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from newscrawl.errors import OutputError

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a file is made that must not be there yet."""


class PartFile:
    """A file that is written as `.<name>.part`: each `write` is one line and reaches the operating system at once.

    The rename to the final name is the commit: what a reader can see is whole. After an error the hidden file holds
    whole lines only, and takes no more.
    """

    def __init__(self, path: Path, sync_seconds: float = 0.0, *, before_sync: Callable[[], None] | None = None) -> None:
        """Create the file; raises `OSError` when it cannot be made, `FileExistsError` when its name is used already.

        What is written is synced to the disk `sync_seconds` later; with 0 at the commit only. `before_sync` syncs what
        the lines point to, and may raise `OSError`.
        """
        self.path = path
        self.sync_seconds = sync_seconds
        self.before_sync = before_sync
        self.timer: asyncio.TimerHandle | None = None
        self.synced = 0
        """Bytes that a power cut cannot take."""
        self.part = path.with_name(f".{path.name}.part")
        self.size = 0
        self.lines = 0
        self.digest = hashlib.sha256()
        self.error: OSError | None = None
        _make_folder(path.parent)
        _refuse_used_name(path)
        self.descriptor = os.open(self.part, _NEW, 0o644)

    def write(self, line: bytes) -> int:
        """Write one line whole, or raise `OSError` and leave the file as it was before."""
        if self.error is not None:
            raise self.error
        written = 0
        try:
            if not os.fstat(self.descriptor).st_nlink:
                raise OutputError(errno.ENOENT, f"the file was removed: {self.part}")
            while written < len(line):
                written += os.write(self.descriptor, line[written:])
        except OSError as error:
            self.error = error
            # Shrinking needs no space: what a reader or a repair finds are whole lines.
            os.ftruncate(self.descriptor, self.size)
            raise
        self.size += written
        self.lines += 1
        self.digest.update(line)
        if self.sync_seconds and self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(self.sync_seconds, self.sync)
        return written

    def sync(self) -> None:
        """Sync what was written so far to the disk."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.descriptor >= 0 and self.error is None:
            size = self.size
            try:
                if self.before_sync is not None:
                    self.before_sync()
                os.fsync(self.descriptor)
            except OSError as error:
                self.error = error  # the next write and the commit raise it
            else:
                self.synced = size

    def leave_out(self, is_unwanted: Callable[[bytes], bool]) -> list[bytes]:
        """Take lines back before the commit; return them. A kill in the middle of this leaves the file as it was."""
        lines = self.part.read_bytes().splitlines(keepends=True)
        unwanted = [line for line in lines if is_unwanted(line)]
        if unwanted:
            kept = [line for line in lines if line not in unwanted]
            self.close()
            repaired = self.part.with_name(f"{self.part.name}.repaired")
            with create(repaired) as file:
                file.writelines(kept)
            repaired.replace(self.part)
            self.descriptor = os.open(self.part, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
            self.size, self.lines = sum(map(len, kept)), len(kept)
            self.digest = hashlib.sha256(b"".join(kept))
        return unwanted

    def discard(self) -> None:
        """Remove the file instead of committing it."""
        self.close()
        self.part.unlink()

    def commit(self) -> None:
        """Sync the file, rename it, sync the folder; on an `OSError` the hidden file stays hidden."""
        if self.error is not None:
            self.close()
            raise self.error
        try:
            os.fsync(self.descriptor)
        finally:
            self.close()
        _refuse_used_name(self.path)
        self.part.replace(self.path)
        sync_folder(self.path.parent)

    def close(self) -> None:
        """Close the file without committing it."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def create(path: Path) -> IO[bytes]:
    """Open a new file for writing in the place of what has its name, never what a link leads to."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, _NEW, 0o644), "wb")


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file so that its name shows the old content or the new one, also after a power cut; raises `OSError`."""
    part = path.with_name(f".{path.name}.part")
    try:
        with create(part) as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(path)
    sync_folder(path.parent)


def free_name(path: Path) -> Path:
    """Return the first of `x.jsonl`, `x-2.jsonl`, `x-3.jsonl`, … that no file has: plain, compressed or hidden."""
    names = (
        path.with_name(f"{path.stem}{end}{path.suffix}") for end in ("", *(f"-{number}" for number in range(2, 1000)))
    )
    return next(name for name in names if not _is_used(name))


def _is_used(path: Path) -> bool:
    spellings = (path.name, f"{path.name}.gz", f".{path.name}.part", f".{path.name}.gz.part")
    return any(os.path.lexists(path.with_name(name)) for name in spellings)


def sync_folder(folder: Path) -> None:
    """Sync a folder's names to the disk, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each synced into the one above."""
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def _refuse_used_name(path: Path) -> None:
    """Raise `FileExistsError` when a file has this name, plain or compressed; a link that leads nowhere has it too."""
    for used in (path, path.with_name(f"{path.name}.gz")):
        if os.path.lexists(used):
            raise FileExistsError(errno.EEXIST, "the file exists already", str(used))
