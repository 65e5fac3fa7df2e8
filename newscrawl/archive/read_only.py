"""An archive that takes no writes, to be read: its files as they are, and a copy of its ledger in another place."""

import logging
import os
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Self

from newscrawl.archive.archive import DAMAGED, Archive
from newscrawl.archive.damage import DamageLog
from newscrawl.archive.database import database_files
from newscrawl.archive.files import FEEDS, LEDGER, committed_files, file_name, read_records
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.lock import WRITES_REFUSED, Lock
from newscrawl.archive.seal import check_seal
from newscrawl.archive.state import restore_state
from newscrawl.errors import LedgerDamagedError

logger = logging.getLogger(__name__)


class ArchiveCopy:
    """An edition's folder on a read-only or full disk, or of another user: nothing in it is changed or repaired.

    Like an `Archive`, it has a ledger that is in step with the committed files. It lies in a temporary folder, which
    is removed with this object.
    """

    def __init__(self, folder: Path) -> None:
        """Copy the ledger, and index what it lacks; raises `LockedError` when a crawl writes, `OSError`."""
        self.folder = folder
        self.damages = DamageLog()
        self.lock = Lock(folder, shared=True)
        try:
            self.place = Path(tempfile.mkdtemp(prefix="newscrawl-ledger-"))
            weakref.finalize(self, shutil.rmtree, self.place, ignore_errors=True)
            self.ledger, reason = self._copied_ledger()
            try:
                self._bring_into_step(reason)
            except BaseException:
                self.ledger.close()
                raise
        except BaseException:
            self.lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()
        self.lock.release()

    def _copied_ledger(self) -> tuple[Ledger, str]:
        """Return a copy of the ledger and "", or an empty one and why the copy is of no use."""
        source, target = self.folder / LEDGER, self.place / LEDGER
        reason = "it is missing"
        if os.path.lexists(self.folder / DAMAGED):
            reason = "it was marked as damaged"
        elif os.path.lexists(source):
            try:
                return self._sound_copy(source, target), ""
            except LedgerDamagedError as error:
                reason = str(error)
                for file in database_files(target):
                    file.unlink(missing_ok=True)
        return Ledger(target), reason

    @staticmethod
    def _sound_copy(source: Path, target: Path) -> Ledger:
        is_sealed = check_seal(source)
        for old, new in zip(database_files(source), database_files(target), strict=True):
            if old.exists() and not old.name.endswith("-shm"):
                shutil.copyfile(old, new, follow_symlinks=False)
        ledger = Ledger(target)
        try:
            if not is_sealed:
                ledger.database.check()
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _bring_into_step(self, reason: str) -> None:
        known = self.ledger.files()
        for feed in FEEDS:
            for path in committed_files(self.folder, feed):
                if (name := file_name(self.folder, path)) not in known:
                    self.ledger.index(name, read_records(path, self.damages))
        if reason:
            logger.warning("The ledger of %s is of no use, another was made for this command: %s", self.folder, reason)
            restore_state(self.ledger.database, self.folder, self.damages, is_whole=not self.damages.count)


def open_to_read(folder: Path) -> Archive | ArchiveCopy:
    """Open an archive to read it; one that takes no writes as a copy.

    Raises `LockedError` when a crawl holds the archive, `OSError` when a file cannot be read.
    """
    try:
        return Archive(folder)
    except OSError as error:
        if error.errno not in WRITES_REFUSED:
            raise
        logger.warning("%s takes no writes (%s): it is read as it is", folder, error.strerror)
    return ArchiveCopy(folder)
