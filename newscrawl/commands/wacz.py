"""`scrapy wacz`: kept pages as one file to take along, which ReplayWeb.page and pywb open."""

import argparse
import importlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from newscrawl.archive.captures import PAGES
from newscrawl.archive.damage import DamageLog
from newscrawl.archive.files import committed_files, edition_folder, read_records
from newscrawl.archive.lock import Lock
from newscrawl.archive.part_file import sync_folder
from newscrawl.archive.warc_files import committed_warcs, rows_of
from newscrawl.command_line import DEFAULT_EDITION, BaseCommand, CommandError, say_damages
from newscrawl.dates import format_utc
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import Verdict
from newscrawl.spiders.arguments import Arguments


class Command(BaseCommand):
    """Packs WARC files, an index, and the list of the articles whose pages are in them."""

    summary = "Pack kept pages into one WACZ file, with a list of their articles"
    example = "scrapy wacz -a since=2024-08-01 august.wacz"
    arguments: ClassVar[Mapping[str, str]] = {
        "edition": "en, ar or es (default: en)",
        "since": "only WARC files with a page that was kept then or later: a date or a time (default: all)",
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "the file is written",
        ExitStatus.COULD_NOT_START: "the extra wacz is not installed",
        ExitStatus.WRONG_ARGUMENT: "wrong argument, or no page is kept there",
        ExitStatus.NOT_WRITTEN: "the file could not be written, or the archive could not be read",
        ExitStatus.LOCKED: ExitStatus.LOCKED.meaning,
    }
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[-a edition=EDITION] [-a since=TIME] FILE"

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict:
        if len(args) != 1 or not args[0].endswith(".wacz"):
            raise ArgumentError("give the name of one file that ends in .wacz")
        edition = opts.spargs.get("edition", DEFAULT_EDITION)
        since = Arguments.parse(**{name: opts.spargs[name] for name in ("since",) if name in opts.spargs}).since
        target = Path(args[0])
        create = wacz_main()
        self.editions(edition)
        folder = edition_folder(self.data_dir, edition)
        damages = DamageLog()
        with self.archive_errors(edition), Lock(folder, shared=True):
            warcs = list(chosen(folder, since))
            if not warcs:
                raise ArgumentError(f"no pages are kept in {folder / PAGES}, or none since then")
            lines = list(page_list(folder, warcs, damages))
            pack(create, warcs, lines, target)
        say_damages(damages)
        return Verdict(
            ExitStatus.HEALTHY, "healthy", f"{len(lines) - 1} articles in {len(warcs)} WARC files are in {target}"
        )


def wacz_main() -> Any:
    """Return the function that makes WACZ files; raises `CommandError` without the library."""
    try:
        return importlib.import_module("wacz.main").main
    except ImportError as error:
        verdict = Verdict(
            ExitStatus.COULD_NOT_START,
            "could not start",
            str(error),
            "Install the extra: pip install 'newscrawl[wacz]'",
        )
        raise CommandError(verdict) from error


def chosen(folder: Path, since: datetime | None) -> Iterator[Path]:
    """Yield the committed WARC files that have a page of that time or later; raises `OSError`."""
    start = format_utc(since.astimezone(UTC).replace(microsecond=0)) if since is not None else ""
    for path in committed_warcs(folder / PAGES):
        if any(row.when >= start for row in rows_of(path)):
            yield path


def page_list(folder: Path, warcs: Sequence[Path], damages: DamageLog) -> Iterator[str]:
    """Yield the lines of `pages.jsonl`: its head, and one for each record whose page is in the files."""
    yield json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "Articles"})
    names = {f"{PAGES}/{path.name}" for path in warcs}
    seen: set[tuple[str, str]] = set()
    for path in committed_files(folder):
        for record in read_records(path, damages):
            capture = record.get("capture")
            key = (record["url"], record["date_downloaded"])
            if not isinstance(capture, dict) or capture.get("file") not in names or key in seen:
                continue
            seen.add(key)
            entry = {
                "id": f"{record['id']}-{record['revision']}",
                "url": key[0],
                "ts": key[1],
                "title": record["title"],
            }
            yield json.dumps(entry, ensure_ascii=False)


def pack(create: Any, warcs: Sequence[Path], lines: Sequence[str], target: Path) -> None:
    """Write the file, whole or not at all; raises `OSError`."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    said = io.StringIO()
    try:
        with tempfile.TemporaryDirectory(prefix="newscrawl-") as scratch, redirect_stdout(said):
            pages = Path(scratch) / "pages.jsonl"
            pages.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            status = create(["create", "--copy-pages", "-p", str(pages), "-o", str(part), *map(str, warcs)])
        if status:
            raise OSError(f"{target} could not be made: {said.getvalue().strip()[-300:]}")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
