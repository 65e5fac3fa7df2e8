"""The archive of one edition, open for writing: its lock, its files, and the ledger in step with them."""

import errno
import gzip
import logging
import os
from collections.abc import Iterable, Iterator, Set
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Self

from newscrawl.archive.captures import PAGES, Captures
from newscrawl.archive.cdxj import cdxj_path
from newscrawl.archive.damage import Damage, DamageLog
from newscrawl.archive.database import database_files
from newscrawl.archive.files import FEEDS, LEDGER, committed_files, file_name, open_plain, read_lines, read_records
from newscrawl.archive.indexing import Validators
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.lock import Lock
from newscrawl.archive.manifest import Manifest, other_spelling, sha256_of, sha256_of_unpacked
from newscrawl.archive.old_layout import Takeover, copy_ledger, copy_reports, is_takeover_due
from newscrawl.archive.page_index import PageIndex
from newscrawl.archive.part_file import create, sync_folder, write_whole
from newscrawl.archive.recovery import Repair, repair
from newscrawl.archive.seal import check_seal, seal, unseal
from newscrawl.archive.state import STATE, restore_state, write_state
from newscrawl.archive.taken_back import TakenBack
from newscrawl.archive.warc_files import no_warcs, page_files, whole_members
from newscrawl.errors import LedgerDamagedError, OutputError
from newscrawl.items import FetchedArticle

logger = logging.getLogger(__name__)

DAMAGED = ".ledger-damaged"
"""The file that has the next start rebuild the ledger; it says why."""


class Archive:
    """An edition's folder that this process may write into."""

    def __init__(self, folder: Path, *, rebuild: str = "") -> None:
        """Take the lock, repair what a dead run left, and bring the ledger into step with the files.

        `rebuild` is a reason to rebuild the ledger from the files, whatever it holds. Raises `LockedError` when another
        crawl holds the archive, `OSError` when a file cannot be read or repaired. What is damaged in a committed file
        is named, counted and passed over.
        """
        self.folder = folder
        self.repaired = Repair()
        self.taken_over: Takeover | None = None
        self.rebuilt = ""
        """Why the ledger was rebuilt, or ""."""
        self.indexed: dict[str, int] = {}
        """Files that the ledger lacked at the start, and their lines."""
        self.damages = DamageLog()
        """Lines and files that were found unreadable."""
        self.validators: dict[tuple[str, str], Validators] = {}
        """Of articles that no indexed file holds yet, by (edition, id)."""
        self.seen: dict[tuple[str, str], tuple[int, str]] = {}
        """Revisions that no indexed file holds yet, and when a capture showed them unchanged, by (edition, id)."""
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = Lock(folder)
        try:
            is_due = is_takeover_due(folder)
            # A crawl of an earlier version holds the folder above, and may be writing into this one.
            with Lock(folder.parent, shared=True) if is_due else nullcontext():
                self.taken_back = TakenBack(folder, self.damages)
                self.repaired = repair(folder, self.taken_back.has)
                if is_due:
                    rebuild = self._take_over(rebuild)
                self.ledger = self._open_ledger(rebuild)
            try:
                self._bring_into_step()
            except BaseException:
                self.ledger.close()
                raise
        except BaseException:
            self.lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write the state and the checksum of the ledger, close it, and release the lock."""
        try:
            try:
                self.lock.check()
                self.ledger.flush()
                if self.ledger.has_changed or not (self.folder / STATE).exists():
                    write_state(self.ledger.database, self.folder)
            finally:
                self.ledger.close()
            seal(self.folder / LEDGER)
        finally:
            self.lock.release()

    def keep_validators(self, fetched: FetchedArticle) -> None:
        """Keep the validators of an article that goes into a file, until that file is indexed."""
        if fetched.etag or fetched.last_modified:
            identity = (fetched.article.edition, fetched.article.id)
            self.validators[identity] = (fetched.etag, fetched.last_modified)

    def note_seen(self, edition: str, post_id: str, revision: int, when: str) -> None:
        """Remember that a later capture shows a revision unchanged, which is committed or will be.

        `when` is the time of the capture, ISO 8601. Until the revision is committed, nothing is remembered on disk: a
        crash would take the revision alone.
        """
        entry = self.ledger.article(edition, post_id)
        if entry is not None and entry.revision == revision:
            self.ledger.note_seen(entry, when)
        else:
            self.seen[(edition, post_id)] = (revision, when)

    def index(self, path: Path, sha256: str = "") -> int:
        """Enter a committed file into the manifest, and index it, unless it is indexed; return its records.

        `sha256` is its checksum, if it is known.
        """
        self.lock.check()
        # In this order: a run that dies in between leaves a file that the ledger lacks, and the next start indexes it.
        self.manifest.set(path.relative_to(self.folder).as_posix(), sha256 or sha256_of(path))
        return self._index(path)

    def _index(self, path: Path) -> int:
        identities: list[tuple[str, str]] = []

        def records() -> Iterator[dict[str, Any]]:
            for record in read_records(path, self.damages):
                if "id" in record:
                    identities.append((record["edition"], record["id"]))
                if not self.taken_back.has(record):
                    yield record

        lines = self.ledger.index(file_name(self.folder, path), records(), self.validators)
        for identity in identities:
            self.validators.pop(identity, None)
            if identity in self.seen:
                self.note_seen(*identity, *self.seen.pop(identity))
        return lines

    def index_pages(self, captures: Captures) -> None:
        """Enter the WARC files that a run has committed into the manifest, and index them; raises `OSError`."""
        while captures.committed:
            path, sha256, rows = captures.committed[0]
            self.lock.check()
            index = cdxj_path(path)
            self.manifest.entries[index.relative_to(self.folder).as_posix()] = sha256_of(index)
            self.manifest.set(path.relative_to(self.folder).as_posix(), sha256)
            self.pages.index(path, rows)
            self.ledger.has_changed = True
            captures.committed.pop(0)

    def compress(self, path: Path) -> Path:
        """Put a compressed file into the place of a committed one; at any moment one of the two is there, whole.

        Raises `FileExistsError` rather than write over another file.
        """
        final = path.with_name(f"{path.name}.gz")
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, "the file exists already", str(final))
        part = path.with_name(f".{final.name}.part")
        with open_plain(path) as plain, create(part) as raw:
            with gzip.GzipFile(path.name, "wb", fileobj=raw, mtime=0) as packed:
                while block := plain.read(1 << 20):
                    packed.write(block)
            raw.flush()
            os.fsync(raw.fileno())
        sha256 = sha256_of(part)
        part.replace(final)
        sync_folder(path.parent)
        self.manifest.set(final.relative_to(self.folder).as_posix(), sha256)
        path.unlink()
        sync_folder(path.parent)
        return final

    def take_back(self, edition: str, content_hash: str, *, title: str, urls: Iterable[str]) -> None:
        """Take back a content that stood at some URLs and is no article: what was written of it counts no more.

        An article of which it is a revision keeps the others.
        """
        self.taken_back.add(edition, content_hash, title=title, urls=urls)
        self.ledger.flush()
        entry = self.ledger.with_content(edition, content_hash)
        if entry is None:
            return
        names = {name for _, name in self.ledger.revisions(entry)}
        self.ledger.forget(edition, [entry.id])
        files = {file_name(self.folder, path): path for path in committed_files(self.folder)}
        for name in sorted(names & files.keys()):
            kept = [
                record
                for record in read_records(files[name], self.damages)
                if (record["edition"], record["id"]) == (edition, entry.id) and not self.taken_back.has(record)
            ]
            self.ledger.index_again(name, kept)

    def mark_damaged(self, reason: str) -> None:
        """Have the next start rebuild the ledger."""
        write_whole(self.folder / DAMAGED, [f"{reason}\n".encode()])

    # -- at the start -------------------------------------------------------------------------------------------

    def _take_over(self, rebuild: str) -> str:
        """Copy what an archive of the earlier layout knows; return a reason to rebuild the ledger, or ""."""
        reports = copy_reports(self.folder)
        unseal(self.folder / LEDGER)
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
        if not reason and os.path.lexists(marker):
            with open_plain(marker) as file:
                reason = file.read().decode("utf-8", "replace").strip() or "it was marked as damaged"
        is_missing = not os.path.lexists(path) or (path.is_file() and not path.stat().st_size)
        if not reason and is_missing and any(committed_files(self.folder, feed) for feed in FEEDS):
            reason = "it is missing"
        if not reason:
            try:
                return self._checked_ledger(path)
            except LedgerDamagedError as error:
                reason = str(error)
        logger.warning("Rebuilding the ledger from the committed files: %s", reason)
        self.rebuilt = reason
        if rebuild and not is_missing and not marker.exists():
            self._save_state(path)
        # Until it has all, the new ledger counts as damaged: a rebuild that is killed is begun again.
        self.mark_damaged(reason)
        _set_aside(path)
        unseal(path)
        return Ledger(path)

    def _checked_ledger(self, path: Path) -> Ledger:
        """Open the ledger; raises `LedgerDamagedError` when a byte of it is damaged."""
        is_sealed = check_seal(path)
        ledger = Ledger(path)
        try:
            if not is_sealed:
                ledger.database.check()
            unseal(path)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _save_state(self, path: Path) -> None:
        """Keep what a ledger knows that is to be rebuilt though it reads."""
        try:
            with self._checked_ledger(path) as ledger:
                write_state(ledger.database, self.folder)
        except (LedgerDamagedError, OutputError) as error:
            logger.warning("The old ledger cannot be read, its last state stays: %s", error)

    def _bring_into_step(self) -> None:
        """Complete the manifest, index what the ledger lacks, and give a rebuilt ledger its state."""
        self.manifest = Manifest(self.folder)
        for damage in self.manifest.damages:
            self.damages.add(damage)
        known = self.ledger.files().keys()
        self.pages = PageIndex(self.folder, self.ledger.database)
        self.pages.write_missing()
        files = [path for feed in FEEDS for path in committed_files(self.folder, feed)]
        self._complete_manifest([*files, *page_files(self.folder / PAGES)], known)
        pages = self.pages.catch_up(known)
        if pages:
            logger.info("Indexed %s files with %s pages that the ledger lacked", len(pages), sum(pages.values()))
        for path in files:
            name = file_name(self.folder, path)
            if name not in known:
                self.indexed[name] = self._index(path)
        if self.indexed:
            lines = sum(self.indexed.values())
            logger.info("Indexed %s files with %s lines that the ledger lacked", len(self.indexed), lines)
        files += page_files(self.folder / PAGES)
        for damage in self.manifest.missing({path.relative_to(self.folder).as_posix() for path in files}):
            self.damages.add(damage)
        for damage in no_warcs(self.folder / PAGES):
            self.damages.add(damage)
        if self.rebuilt:
            is_whole = not self.damages.count
            restored = restore_state(self.ledger.database, self.folder, self.damages, is_whole=is_whole)
            logger.info("The rebuilt ledger got %s entries of the last run's state", restored)
            self.ledger.has_changed = True
            (self.folder / DAMAGED).unlink(missing_ok=True)

    def _complete_manifest(self, files: list[Path], known: Set[str]) -> None:
        """Enter what a run that was killed had committed, or, where there is no manifest yet, every sound file."""
        is_new = self.manifest.is_missing
        entries = self.manifest.entries
        found: dict[str, str] = {}
        for path in files:
            name = path.relative_to(self.folder).as_posix()
            other = other_spelling(name)
            if name in entries:
                continue
            if other in entries and path.suffix == ".gz":
                if sha256_of_unpacked(path) == entries[other]:
                    found[name] = sha256_of(path)
                    del entries[other]
            elif path.parent.name == PAGES:
                warc = name.removesuffix(".cdxj").removesuffix(".warc.gz") + ".warc.gz"
                if (is_new or warc not in known) and (path.suffix == ".cdxj" or self._is_whole(path)):
                    found[name] = sha256_of(path)
            elif file_name(self.folder, path) not in known:
                # Its damages are named when it is indexed.
                if self._is_sound(path, None):
                    found[name] = sha256_of(path)
            elif is_new and self._is_sound(path, self.damages):
                found[name] = sha256_of(path)
        if found:
            entries |= found
            self.manifest.write()
            logger.info("Entered %s files into %s", len(found), self.manifest.path)

    def _is_whole(self, path: Path) -> bool:
        """Return whether a WARC file is whole up to its end."""
        whole = whole_members(path)
        is_whole = whole.size == path.stat().st_size
        if not is_whole:
            self.damages.add(Damage(path=path, line=0, what=f"the file is damaged or cut off after {whole.size} bytes"))
        return is_whole

    def _is_sound(self, path: Path, damages: DamageLog | None) -> bool:
        """Return whether a file has records, and nothing else; name the first damage."""
        lines = 0
        for _, record in read_lines(path):
            if isinstance(record, Damage):
                if damages is not None:
                    damages.add(record)
                return False
            lines += 1
        return lines > 0


def _set_aside(path: Path) -> None:
    """Rename a ledger's files, so that a new one is made."""
    aside = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = (path.with_name(aside if number == 1 else f"{aside}-{number}") for number in count(1))
    kept = next(name for name in names if not any(map(os.path.lexists, database_files(name))))
    for old, new in zip(database_files(path), database_files(kept), strict=True):
        if os.path.lexists(old):
            old.replace(new)
    sync_folder(path.parent)
