"""The archive of one edition, open for writing: its lock, its files, and the ledger in step with them."""

import gzip
import logging
import os
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from newscrawl.archive.database import database_files
from newscrawl.archive.files import FEEDS, LEDGER, committed_files, file_name, read_records
from newscrawl.archive.indexing import Validators
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.lock import Lock
from newscrawl.archive.old_layout import Takeover, copy_ledger, copy_reports, is_takeover_due
from newscrawl.archive.part_file import sync_folder
from newscrawl.archive.recovery import Repair, repair
from newscrawl.errors import LedgerDamagedError
from newscrawl.items import FetchedArticle

logger = logging.getLogger(__name__)

DAMAGED = ".ledger-damaged"
"""The file that has the next start rebuild the ledger; it says why."""


class Archive:
    """An edition's folder that this process may write into."""

    def __init__(self, folder: Path, *, rebuild: str = "") -> None:
        """Take the lock, repair what a dead run left, and bring the ledger into step with the files.

        `rebuild` is a reason to rebuild the ledger from the files, whatever it holds. Raises `LockedError` when another
        crawl holds the archive, `OSError` when a file cannot be read or repaired.
        """
        self.folder = folder
        self.repaired = Repair()
        self.taken_over: Takeover | None = None
        self.rebuilt = ""
        """Why the ledger was rebuilt, or ""."""
        self.indexed: dict[str, int] = {}
        """Files that the ledger lacked at the start, and their lines."""
        self.validators: dict[tuple[str, str], Validators] = {}
        """Of articles that no indexed file holds yet, by (edition, id)."""
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = Lock(folder)
        try:
            is_due = is_takeover_due(folder)
            # A crawl of an earlier version holds the folder above, and may be writing into this one.
            with Lock(folder.parent, shared=True) if is_due else nullcontext():
                self.repaired = repair(folder)
                if is_due:
                    rebuild = self._take_over(rebuild)
                self.ledger = self._open_ledger(rebuild)
            self._index_new_files()
        except BaseException:
            self.lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the ledger and release the lock."""
        try:
            self.ledger.close()
        finally:
            self.lock.release()

    def keep_validators(self, fetched: FetchedArticle) -> None:
        """Keep the validators of an article that goes into a file, until that file is indexed."""
        if fetched.etag or fetched.last_modified:
            identity = (fetched.article.edition, fetched.article.id)
            self.validators[identity] = (fetched.etag, fetched.last_modified)

    def index(self, path: Path) -> int:
        """Index a committed file, unless it is indexed; return its lines."""
        identities: list[tuple[str, str]] = []

        def records() -> Iterator[dict[str, Any]]:
            for record in read_records(path):
                yield record
                if "id" in record:
                    identities.append((record["edition"], record["id"]))

        lines = self.ledger.index(file_name(self.folder, path), records(), self.validators)
        for identity in identities:
            self.validators.pop(identity, None)
        return lines

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
        """Have the next start rebuild the ledger."""
        (self.folder / DAMAGED).write_text(f"{reason}\n", "utf-8")

    # -- at the start -------------------------------------------------------------------------------------------

    def _take_over(self, rebuild: str) -> str:
        """Copy what an archive of the earlier layout knows; return a reason to rebuild the ledger, or ""."""
        reports = copy_reports(self.folder)
        if not rebuild:
            try:
                self.taken_over = copy_ledger(self.folder)
            except LedgerDamagedError as error:
                rebuild = f"the one of the earlier layout is damaged: {error}"
        logger.info(
            "Took over from the earlier layout of %s: %s articles, %s reports; the old files stay as they are",
            self.folder.parent,
            self.taken_over.articles if self.taken_over else 0,
            reports,
        )
        return rebuild

    def _open_ledger(self, rebuild: str) -> Ledger:
        path = self.folder / LEDGER
        marker = self.folder / DAMAGED
        reason = rebuild
        if not reason and marker.exists():
            reason = marker.read_text("utf-8").strip() or "it was marked as damaged"
        if not reason and not path.exists() and any(committed_files(self.folder, feed) for feed in FEEDS):
            reason = "it is missing"
        if not reason:
            try:
                return Ledger(path)
            except LedgerDamagedError as error:
                reason = str(error)
        logger.warning("Rebuilding the ledger from the committed files: %s", reason)
        self.rebuilt = reason
        _set_aside(path)
        marker.unlink(missing_ok=True)
        return Ledger(path)

    def _index_new_files(self) -> None:
        known = self.ledger.files()
        for feed in FEEDS:
            for path in committed_files(self.folder, feed):
                name = file_name(self.folder, path)
                if name not in known:
                    self.indexed[name] = self.index(path)
        if self.indexed:
            lines = sum(self.indexed.values())
            logger.info("Indexed %s files with %s lines that the ledger lacked", len(self.indexed), lines)


def _set_aside(path: Path) -> None:
    """Rename a ledger's files, so that a new one is made."""
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    for old, new in zip(database_files(path), database_files(kept), strict=True):
        if old.exists():
            old.replace(new)
