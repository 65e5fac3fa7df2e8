"""`scrapy extract`: reads kept pages again, or those of other archives, and writes what is new or reads otherwise."""

import argparse
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from newscrawl.archive.captures import PAGES
from newscrawl.archive.cdxj import cdxj_path
from newscrawl.archive.crawl_state import CrawlState, set_crawl_state
from newscrawl.archive.files import edition_folder, prepare_data_dir
from newscrawl.archive.run_state import RunState
from newscrawl.archive.stored_pages import WarcSource
from newscrawl.archive.warc_files import committed_warcs
from newscrawl.command_line import ACCOUNTING, DEFAULT_EDITION, BaseCommand, CommandError
from newscrawl.errors import ArgumentError, OutputError
from newscrawl.exit_status import ExitStatus
from newscrawl.extensions.feed_storage import with_archive_feeds
from newscrawl.monitoring.verdict import FinishedRun, Verdict, verdict_of
from newscrawl.setting_checks import check_settings
from newscrawl.spiders.arguments import ARGUMENTS
from newscrawl.spiders.extract import ExtractSpider
from newscrawl.terminal import say

logger = logging.getLogger("newscrawl")

TAKEN = ("edition", "site", "kinds", "since", "until")
"""The arguments of a crawl that say which articles are meant."""
KEPT = (ACCOUNTING, "newscrawl.extensions.archive.ArchiveExtension")
"""The extensions that work here: no report is written, which later crawls would be compared with."""
MOST_EXAMPLES = 20


class Command(BaseCommand):
    """Runs the spider that reads WARC files."""

    summary = "Read the pages in WARC files, and write the articles that the archive lacks or that read otherwise now"
    example = "scrapy extract --check data/en/pages/20240823T090000Z-4711-00001.warc.gz"
    arguments: ClassVar[Mapping[str, str]] = {
        each.name: f"{each.meaning.replace('`', '')} (default: {each.default_meaning or each.default})"
        for each in ARGUMENTS
        if each.name in TAKEN
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "everything was read",
        ExitStatus.COULD_NOT_START: ExitStatus.COULD_NOT_START.meaning,
        ExitStatus.WRONG_ARGUMENT: ExitStatus.WRONG_ARGUMENT.meaning,
        ExitStatus.NOT_WRITTEN: "the archive could not be written, or a file could not be read to its end",
        ExitStatus.FAULT: ExitStatus.FAULT.meaning,
        ExitStatus.LOCKED: ExitStatus.LOCKED.meaning,
    }
    writes_log = True

    def syntax(self) -> str:
        return "[FILE ...] [-a NAME=VALUE ...] [--check] [--into DIR] [--workers N]"

    def long_desc(self) -> str:
        return (
            f"{self.summary}. A FILE is a WARC or ARC file of any crawler, compressed or not, or - for standard input;"
            " without one, the archive's own pages are read. Nobody is asked for anything."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--check", action="store_true", help="write nothing; say what would change")
        parser.add_argument("--into", metavar="DIR", help="write into a data folder of its own")
        parser.add_argument(
            "--workers",
            metavar="N",
            default=str(os.cpu_count() or 1),
            help="processes that read (%(default)s)",
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict | None:
        if not opts.workers.isascii() or not opts.workers.isdecimal() or not 0 < int(opts.workers) <= 256:
            raise ArgumentError(f"--workers {opts.workers}: give a number from 1 to 256")
        if opts.check and opts.into:
            raise ArgumentError("give --check or --into: the one writes nothing, the other a new archive")
        check_settings(self.own_settings)
        ExtractSpider.check_arguments(**opts.spargs)
        edition = opts.spargs.get("edition", DEFAULT_EDITION)
        source = edition_folder(self.data_dir, edition)
        names = args or [str(path) for path in committed_warcs(source / PAGES)]
        if not names:
            raise ArgumentError(f"no pages are kept in {source / PAGES}; give WARC files")
        if opts.into:
            self.own_settings.set("DATA_DIR", opts.into, priority="cmdline")
        folder = edition_folder(self.data_dir, edition)
        with tempfile.TemporaryDirectory(prefix="newscrawl-") as scratch:
            if not opts.check:
                self.prepare(folder)
                link_pages(names, source, folder)
            sources = list(opened(names, Path(scratch) if opts.check else folder))
            return self.extract(sources, folder, Path(scratch), opts)

    def prepare(self, folder: Path) -> None:
        """Raise `CommandError` unless the archive's folder can be written."""
        try:
            prepare_data_dir(folder)
        except OutputError as error:
            advice = "Give a writable folder: -s DATA_DIR=…"
            raise CommandError(Verdict(ExitStatus.NOT_WRITTEN, "output not written", str(error), advice)) from error

    def extract(self, sources: Sequence[WarcSource], folder: Path, scratch: Path, opts: argparse.Namespace) -> Verdict:
        """Run the spider to its end, and return how it went."""
        settings = self.own_settings
        for name in ("FEEDS", "ITEM_PIPELINES") if opts.check else ():
            settings.set(name, {}, priority="cmdline")
        if not opts.check:
            settings.set("FEEDS", with_archive_feeds({}), priority="cmdline")
        kept = (ACCOUNTING,) if opts.check else KEPT
        extensions = {
            name: None if name.startswith("newscrawl.") and name not in kept else order
            for name, order in settings.getdict("EXTENSIONS").items()
        }
        for name, value in (("EXTENSIONS", extensions), ("KEEP_PAGES", "none"), ("IGNORE_BLOCK", True)):
            settings.set(name, value, priority="cmdline")
        crawler = self.process.create_crawler(ExtractSpider)
        if opts.check:
            set_crawl_state(crawler, CrawlState(run_state=RunState(scratch)))
        self.process.crawl(
            crawler, sources=sources, workers=int(opts.workers), folder=folder,
            scratch=scratch if opts.check else folder, check=opts.check, **opts.spargs,
        )  # fmt: skip
        self.run_process()
        spider = crawler.spider
        if not isinstance(spider, ExtractSpider) or self.process.bootstrap_failed:
            reason = "the extraction failed before its first page"
            raise CommandError(Verdict(ExitStatus.COULD_NOT_START, "could not start", reason, "See above."))
        if opts.check:
            show_changes(spider)
        return verdict_of_extraction(spider, crawler.stats.get_stats(), check=opts.check)


def opened(names: Sequence[str], folder: Path) -> Iterator[WarcSource]:
    """Yield the files by their names; raises `ArgumentError` for one that cannot be read."""
    for name in names:
        try:
            yield WarcSource(name, folder)
        except OSError as error:
            raise ArgumentError(f"{name} cannot be read: {error.strerror or error}") from error


def link_pages(names: Sequence[str], source: Path, folder: Path) -> None:
    """Give a new archive the kept pages that it is made from: as links where the disk allows it, else as copies."""
    if source == folder:
        return
    for path in map(Path, names):
        if path.parent.resolve() != (source / PAGES).resolve():
            continue
        for each in (path, cdxj_path(path)):
            target = folder / PAGES / each.name
            if not each.exists() or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(each, target)
            except OSError:
                part = target.with_name(f".{target.name}.copy")
                shutil.copyfile(each, part)
                part.replace(target)


def verdict_of_extraction(spider: ExtractSpider, stats: Mapping[str, Any], *, check: bool) -> Verdict:
    """Return how an extraction ended."""
    run = verdict_of(FinishedRun(stats=stats, close_reason=str(stats.get("finish_reason"))))
    if run.status in (ExitStatus.NOT_WRITTEN, ExitStatus.LOCKED, ExitStatus.FAULT, ExitStatus.COULD_NOT_START):
        return run

    def count(name: str) -> int:
        return int(stats.get(f"newscrawl/{name}", 0))

    prefix = "newscrawl/extract/"
    passed = {
        name.removeprefix(prefix).replace("/", ": "): int(number)
        for name, number in sorted(stats.items())
        if name.startswith((f"{prefix}passed_over/", f"{prefix}unreadable/"))
    }
    fates = "newscrawl/accounts/records/articles/"
    passed |= {
        name.removeprefix(fates): int(number)
        for name, number in sorted(stats.items())
        if name.startswith(fates) and name.removeprefix(fates) not in ("read", "exported")
    }
    found = [f"{spider.done} of {count('extract/pages')} pages read"]
    if check:
        found.append(f"{spider.changed} records would change, {spider.unrecorded} pages have no record")
    else:
        written = count("written/articles")
        found.append(f"{written} records written: {count('new')} new, {count('changed')} changed")
    found += [f"{name.replace('_', ' ')}: {number}" for name, number in passed.items()]
    summary = "; ".join(found)
    if count("extract/passed_over/damaged"):
        advice = "The log names the files. Put them back from a backup."
        return Verdict(ExitStatus.NOT_WRITTEN, "files damaged", summary, advice)
    if spider.is_unfinished:
        return Verdict(ExitStatus.HEALTHY, "stopped", summary, "Run it again: what is written is not written twice.")
    return Verdict(ExitStatus.HEALTHY, "healthy", summary)


def show_changes(spider: ExtractSpider) -> None:
    """Print how many records would change in which field, and some of the changes."""
    for name, number in spider.changes.most_common():
        say(f"{name}: {number} records would change")
    for example in spider.examples[:MOST_EXAMPLES]:
        say()
        for line in example:
            say(line, style={"-": "red", "+": "green"}.get(line.strip()[:1], ""))
