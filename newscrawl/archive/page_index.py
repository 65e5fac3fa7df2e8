"""Which pages are kept, and where: the ledger's index of the WARC files, and the repair of those of a dead run."""

import logging
import os
from collections.abc import Iterable, Mapping, Set
from itertools import count
from pathlib import Path
from typing import Any

from newscrawl.archive.captures import PAGES, Original
from newscrawl.archive.cdxj import Row, cdxj_path, write_rows
from newscrawl.archive.database import Database
from newscrawl.archive.exchange import hex_digest
from newscrawl.archive.indexing import capture_key, index_capture
from newscrawl.archive.part_file import sync_folder
from newscrawl.archive.warc_files import committed_warcs, head_at, rows_of, scanned_rows, whole_members
from newscrawl.items import Capture

logger = logging.getLogger(__name__)


class PageIndex:
    """The kept pages of an edition, as the ledger knows them."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database

    def index(self, path: Path, rows: Iterable[Row]) -> int:
        """Index a committed WARC file in one transaction, unless it is indexed; return its pages."""
        name = path.relative_to(self.folder).as_posix()
        if self.database.execute("SELECT 1 FROM files WHERE name = ?", (name,)).fetchone():
            return 0
        with self.database.transaction():
            file = self.database.execute("INSERT INTO files (name, lines) VALUES (?, 0)", (name,)).lastrowid or 0
            number = 0
            for row in rows:
                number += 1
                index_capture(self.database, self.folder.name, row, file)
            self.database.execute("UPDATE files SET lines = ? WHERE number = ?", (number, file))
        return number

    def write_missing(self) -> None:
        """Write the index beside each committed WARC file that has none; raises `OSError`."""
        for path in committed_warcs(self.folder / PAGES):
            if not os.path.lexists(cdxj_path(path)):
                write_rows(cdxj_path(path), scanned_rows(path))

    def catch_up(self, known: Set[str]) -> dict[str, int]:
        """Index the committed WARC files that the ledger lacks; return name → pages. Raises `OSError`."""
        done: dict[str, int] = {}
        for path in committed_warcs(self.folder / PAGES):
            name = path.relative_to(self.folder).as_posix()
            if name not in known:
                done[name] = self.index(path, rows_of(path))
        return done

    def with_payload(self, digest: str) -> Original | None:
        """Return the page that has a SHA-256 (hex) and is kept, or None; raises `OSError`."""
        row = self.database.execute(
            "SELECT name, offset FROM captures JOIN files ON files.number = captures.file WHERE key = ?",
            (bytes.fromhex(digest)[:16],),
        ).fetchone()
        original = self._original(*row) if row is not None else None
        return original if original is not None and original.capture.digest == digest else None

    def last_at(self, url: str) -> Original | None:
        """Return the page that a URL had when it last answered with one, or None; raises `OSError`."""
        row = self.database.execute(
            "SELECT name, offset FROM captured JOIN captures ON captures.key = captured.payload"
            " JOIN files ON files.number = captures.file WHERE captured.key = ?",
            (capture_key(self.folder.name, url),),
        ).fetchone()
        return self._original(*row) if row is not None else None

    def _original(self, name: str, offset: int) -> Original | None:
        """Return a page by its place; None where the file was taken away, is damaged, or has something else there."""
        head = head_at(self.folder / name, offset)
        if head is None:
            return None
        url, when, stated = (head.get_header(f"WARC-{each}") for each in ("Target-URI", "Date", "Payload-Digest"))
        digest = hex_digest(stated or "")
        if not url or not when or not digest:
            return None
        return Original(url=url, when=when, capture=Capture(file=name, offset=offset, digest=digest))


class RepairedPages:
    """The WARC files of dead runs, committed up to the last whole record; what lies in which file is known then."""

    def __init__(self, folder: Path) -> None:
        """Repair the files of an edition's folder; raises `OSError`."""
        self.folder = folder
        self.files = 0
        """Files that were committed."""
        self.torn = 0
        """Files whose last record was not whole, and was cut off."""
        self.offsets: dict[str, frozenset[int]] = {}
        place = folder / PAGES
        for half in sorted(place.glob(".*.cdxj.part")):
            half.unlink()
        for part in sorted(place.glob(".*.warc.gz.part")):
            self._commit(part)

    def _commit(self, part: Path) -> None:
        final = part.with_name(part.name.removeprefix(".").removesuffix(".part"))
        if os.path.lexists(final):
            # Another run's, or put there by hand: both are kept. Lines that name the place of a page ask which has it.
            final = _free_name(final)
        whole = whole_members(part)
        if whole.size < part.stat().st_size:
            self.torn += 1
            logger.warning("%s: the last record is not whole, and was cut off at byte %s", part, whole.size)
            os.truncate(part, whole.size)
        rows = scanned_rows(part)
        if not rows:
            part.unlink()
            sync_folder(part.parent)
            return
        descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.rename(final)
        sync_folder(part.parent)
        self.files += 1
        self.offsets[final.relative_to(self.folder).as_posix()] = whole.offsets
        logger.warning("Committed %s of a run that died: %s pages", final, len(rows))

    def has(self, record: Mapping[str, Any]) -> bool:
        """Return whether the page of a record is kept as the record says; a record without one needs none."""
        capture = record.get("capture")
        if not isinstance(capture, dict):
            return True
        name, offset, digest = (capture.get(each) for each in ("file", "offset", "digest"))
        if not isinstance(name, str) or not isinstance(offset, int) or not name.startswith(f"{PAGES}/"):
            return False
        if name in self.offsets:
            return offset in self.offsets[name]
        head = head_at(self.folder / name, offset)
        return head is not None and hex_digest(head.get_header("WARC-Payload-Digest") or "") == digest


def _free_name(path: Path) -> Path:
    """Return the first of `x-2.warc.gz`, `x-3.warc.gz`, … that no file has, hidden or not."""
    stem = path.name.removesuffix(".warc.gz")
    names = (path.with_name(f"{stem}-{number}.warc.gz") for number in count(2))
    return next(name for name in names if not any(map(os.path.lexists, (name, name.with_name(f".{name.name}.part")))))
