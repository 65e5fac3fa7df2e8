"""The lock of a folder: one process at a time writes into it."""

import errno
import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from newscrawl.errors import LockedError, OutputError


class Lock:
    """The right to write into a folder, until it is released or the process ends, however that happens."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        """Take the lock; raises `LockedError` that says who holds it, `OSError` when there can be no lock.

        A shared lock keeps writers away, lets others with a shared lock in, and writes nothing into the lock's file.
        """
        self.path = folder / ".lock"
        self.descriptor = -1
        try:
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise OutputError(errno.ELOOP, f"a symbolic link is not followed: {self.path}") from error
            if error.errno != errno.EROFS or not shared:
                raise
            # Nobody writes on a disk that is read-only.
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
            os.ftruncate(self.descriptor, 0)
            since = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
            os.pwrite(self.descriptor, f"process {os.getpid()} on {socket.gethostname()}, since {since}\n".encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the lock; a second time does nothing."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
