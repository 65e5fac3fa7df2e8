"""Archives of the earlier layout, which had one ledger, one lock and one folder of reports for all editions.

At the first start of an edition what is known of it is copied into its own folder. The articles lie there already.
The old files are read only and stay as they are; nobody needs them once each edition has been started.
"""

import json
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from newscrawl.archive.database import TABLES_BY_ARTICLE, Database, check_size, database_files
from newscrawl.archive.files import LEDGER, RUNS
from newscrawl.archive.part_file import sync_folder
from newscrawl.errors import LedgerDamagedError

logger = logging.getLogger(__name__)

# How the earlier layout marked a ledger in which a look-up had failed.
_DAMAGED = ".ledger-damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """What was copied from an archive of the earlier layout."""

    articles: int
    files: int


def is_takeover_due(folder: Path) -> bool:
    """Return whether an edition's folder has no ledger yet, and the folder above it has one of the earlier layout."""
    had_one = any(folder.glob(f"{LEDGER}.damaged-*"))
    return not (folder / LEDGER).exists() and not had_one and (folder.parent / LEDGER).exists()


def copy_ledger(folder: Path) -> Takeover:
    """Give an edition's folder a ledger with what the old one knows of the edition.

    The rename at the end is the commit: killed before it, the next start does it again. The caller holds the old
    lock, and has removed what a takeover that was killed left (`recovery.py`).
    Raises `LedgerDamagedError` when the old ledger cannot be read, `OSError` when the new one cannot be written.
    """
    old, new = folder.parent / LEDGER, folder / LEDGER
    if (marker := folder.parent / _DAMAGED).exists():
        raise LedgerDamagedError(f"{old} was marked as damaged: {marker.read_text('utf-8', 'replace').strip()}")
    check_size(old)
    part = new.with_name(f".{new.name}.part")
    try:
        # Copied as files: even to be read, SQLite would write beside the old ledger. Its log goes first; should
        # somebody write the log into the ledger meanwhile, the copy still has it all.
        for source, target in reversed(list(zip(database_files(old), database_files(part), strict=True))):
            if source.exists() and not source.name.endswith("-shm"):
                shutil.copyfile(source, target)
        done = _keep_edition(part, folder.name)
        _commit(part, new)
    except LedgerDamagedError as error:
        raise LedgerDamagedError(f"{old} cannot be read: {error}") from error
    finally:
        _remove(part)
    return done


def _keep_edition(path: Path, edition: str) -> Takeover:
    """Delete from a copy of an old ledger what is of other editions, and make it one file."""
    database = Database(path)
    try:
        with database.transaction():
            prefix = f"{edition}/"
            database.execute("DELETE FROM files WHERE substr(name, 1, ?) <> ?", (len(prefix), prefix))
            database.execute("UPDATE files SET name = substr(name, ?)", (len(prefix) + 1,))
            database.execute("DELETE FROM articles WHERE edition <> ?", (edition,))
            for table in TABLES_BY_ARTICLE:
                database.execute(f"DELETE FROM {table} WHERE article NOT IN (SELECT number FROM articles)")
            database.execute("DELETE FROM families WHERE edition <> ?", (edition,))
            # The next article takes the number after the last one that is left, which may be below a listing's bound.
            last = "(SELECT coalesce(max(number), 0) FROM articles)"
            database.execute(f"UPDATE listings SET bound = min(bound, {last})")
        # The rest (failures, headlines, listings, tags) is found by hashes with the edition in them: it stays whole.
        database.execute("VACUUM")
        database.execute("PRAGMA journal_mode = DELETE")
        (articles,) = database.execute("SELECT count(*) FROM articles").fetchone()
        (files,) = database.execute("SELECT count(*) FROM files").fetchone()
    finally:
        database.close()
    return Takeover(articles=articles, files=files)


def _commit(part: Path, final: Path) -> None:
    """Sync a hidden file, rename it, sync the folder."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(final)
    sync_folder(final.parent)


def _remove(path: Path) -> None:
    for each in database_files(path):
        each.unlink(missing_ok=True)


def copy_reports(folder: Path) -> int:
    """Copy the reports of an edition's runs, and the pages saved beside them, into its folder; return how many.

    What is there already is left alone. Raises `OSError` when something cannot be written.
    """
    old, new = folder.parent / RUNS, folder / RUNS
    copied = 0
    for report in sorted(old.glob("*.json")):
        target = new / report.name
        if target.exists() or _edition_of(report) != folder.name:
            continue
        new.mkdir(exist_ok=True)
        pages = report.with_name(f"{report.stem}-pages")
        if pages.is_dir():
            # Before the report: a report that is there has its pages.
            shutil.rmtree(new / pages.name, ignore_errors=True)
            shutil.copytree(pages, new / pages.name)
        part = new / f".{report.name}.part"
        shutil.copyfile(report, part)
        _commit(part, target)
        copied += 1
    return copied


def _edition_of(report: Path) -> str | None:
    """Return the edition that a report is about, or None for a file that is no report."""
    try:
        content = json.loads(report.read_bytes())
    except (OSError, ValueError) as error:
        logger.warning("%s is no report of a run, and is not copied: %s", report, error)
        return None
    return content.get("edition") if isinstance(content, dict) else None
