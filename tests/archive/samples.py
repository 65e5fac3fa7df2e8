"""Records and hidden files for the tests of the archive, and an archive in the layout of earlier versions."""

import json
import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newscrawl.archive.archive import Archive
from newscrawl.archive.database import TABLES_BY_ARTICLE
from newscrawl.archive.files import LEDGER, RUNS
from newscrawl.archive.part_file import PartFile
from newscrawl.items import as_dict
from tests.pipelines.samples import article


def record(number: int, **changes: Any) -> dict[str, Any]:
    """Return an exported line's object."""
    path = f"/news/politics/story-{number}"
    base = article(
        id=str(number),
        url=f"https://english.almayadeen.net{path}",
        section="politics",
        content_hash=f"{number:064x}",
        date_downloaded="2024-08-23T11:00:00Z",
    )
    return {**as_dict(base), **changes}


def write_part(
    folder: Path, lines: Iterable[dict[str, Any]] = (), *, end: bytes = b"", name: str = "20240823T100000Z-1-00001"
) -> Path:
    """Leave the hidden file of articles that a dead run leaves; return the name that it was to get."""
    target = folder / "articles" / f"{name}.jsonl"
    file = PartFile(target)
    for line in lines:
        file.write(json.dumps(line).encode() + b"\n")
    if end:
        file.write(end)
    file.close()
    return target


def write_file(folder: Path, lines: Iterable[dict[str, Any]], *, name: str = "20240823T100000Z-1-00001") -> Path:
    """Write a committed file of articles, which no ledger knows."""
    target = write_part(folder, lines, name=name)
    target.with_name(f".{target.name}.part").rename(target)
    return target


def make_earlier_layout(data: Path) -> None:
    """Turn the archives of all editions in a folder into one archive of the earlier layout."""
    (data / RUNS).mkdir()
    folders = sorted(path.parent for path in data.glob(f"*/{LEDGER}"))
    old = sqlite3.connect(data / LEDGER, isolation_level=None)
    for folder in folders:
        shutil.copytree(folder / RUNS, data / RUNS, dirs_exist_ok=True)
        shutil.rmtree(folder / RUNS)
        _add_ledger(old, folder)
        shutil.move(folder / ".lock", data / ".lock")
    old.close()


def _add_ledger(old: sqlite3.Connection, folder: Path) -> None:
    """Move what an edition's ledger holds into the one of the earlier layout, with other numbers."""
    with Archive(folder) as archive:
        script = archive.ledger.database.execute(
            "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        )
        for (statement,) in script:
            old.execute(statement.replace("TABLE", "TABLE IF NOT EXISTS").replace("INDEX", "INDEX IF NOT EXISTS"))
    old.execute("PRAGMA user_version = 1")
    old.execute("PRAGMA journal_mode = WAL")
    old.execute("ATTACH ? AS new", (str(folder / LEDGER),))
    tables = [name for (name,) in old.execute("SELECT name FROM new.sqlite_master WHERE type = 'table'")]
    numbers = {name: old.execute(f"SELECT coalesce(max(number), 0) FROM {name}") for name in ("files", "articles")}
    first_file, first_article = (numbers[name].fetchone()[0] for name in ("files", "articles"))
    old.execute("UPDATE new.files SET number = -number, name = ? || name", (f"{folder.name}/",))
    old.execute("UPDATE new.files SET number = ? - number", (first_file,))
    old.execute("UPDATE new.articles SET number = -number")
    old.execute("UPDATE new.articles SET number = ? - number", (first_article,))
    old.execute("UPDATE new.revisions SET file = file + ?", (first_file,))
    old.execute("UPDATE new.listings SET bound = bound + ?", (first_article,))
    for table in TABLES_BY_ARTICLE:
        old.execute(f"UPDATE new.{table} SET article = -article")
        old.execute(f"UPDATE new.{table} SET article = ? - article", (first_article,))
    for table in tables:
        old.execute(f"INSERT OR REPLACE INTO main.{table} SELECT * FROM new.{table}")
    old.execute("DETACH new")
    for name in (LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm"):
        (folder / name).unlink(missing_ok=True)
