"""The lock of a folder: one process at a time writes into it."""

import errno
import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from newscrawl.errors import LockedError, OutputError

WRITES_REFUSED = frozenset((errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT))
"""What the system says of a folder that can be read and takes nothing."""


class Lock:
    """The right to write into a folder, until it is released or the process ends, however that happens."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        """Take the lock; raises `LockedError` that says who holds it, `OSError` when there can be no lock.

        A shared lock keeps writers away, lets others with a shared lock in, and writes nothing: it is there on a
        read-only disk too.
        """
        self.path = folder / ".lock"
        self.descriptor = -1
        try:
            self.descriptor = self._open(os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:
            if not shared or not folder.is_dir():
                raise
            try:
                self.descriptor = self._open(os.O_RDWR | os.O_CREAT)
            except OSError as error:
                if error.errno not in WRITES_REFUSED:
                    raise
                # No crawl has been here, and none can write here.
                return
        try:
            fcntl.flock(self.descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self.descriptor, 500, 0).decode("utf-8", "replace").strip()
            self.release()
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            raise LockedError(f"another crawl holds {folder}: {holder or 'it does not say who'}") from error
        if not shared:
            try:
                os.ftruncate(self.descriptor, 0)
                since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
                holder = f"process {os.getpid()} on {socket.gethostname()}, since {since}\n"
                os.pwrite(self.descriptor, holder.encode(), 0)
            except OSError:
                # A full disk: whoever goes on without the lock must not keep it.
                self.release()
                raise

    def _open(self, flags: int) -> int:
        try:
            return os.open(self.path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise OutputError(errno.ELOOP, f"a symbolic link is not followed: {self.path}") from error
            raise

    def check(self) -> None:
        """Raise `OutputError` when the folder that is locked is no longer where it was: removed, renamed, replaced."""
        try:
            there = self.path.stat(follow_symlinks=False)
        except OSError as error:
            raise OutputError(
                error.errno, f"the folder is no longer there ({error.strerror}): {self.path.parent}"
            ) from error
        held = os.fstat(self.descriptor)
        if (there.st_dev, there.st_ino) != (held.st_dev, held.st_ino):
            raise OutputError(errno.ESTALE, f"another folder is in its place: {self.path.parent}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock; a second time does nothing."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
