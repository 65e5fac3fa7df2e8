"""`scrapy crawl`: Scrapy's own command, with arguments checked, the archive kept, and an exit status that tells."""

import argparse
import gc
import logging
import os
import sys
from dataclasses import asdict
from typing import Any

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newscrawl.archive.files import RUNS, edition_folder, prepare_data_dir
from newscrawl.errors import ArgumentError, OutputError
from newscrawl.extensions.feed_storage import data_dir, run_name
from newscrawl.extensions.report import ReportExtension, read_reports, write_report
from newscrawl.extensions.spidermon_actions import run_actions
from newscrawl.monitoring import logs
from newscrawl.monitoring import notifications as told
from newscrawl.monitoring.canary import Break, breaks, is_comparable
from newscrawl.monitoring.verdict import COULD_NOT_START, NOT_WRITTEN, WRONG_ARGUMENT, Verdict, verdict_of

logger = logging.getLogger("newscrawl")


class Command(CrawlCommand):
    """Runs a spider by name and ends with the verdict on the crawl."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        archive = self.settings.getdict("FEEDS")
        super().process_options(args, opts)
        if opts.output or opts.overwrite_output:
            # -o and -O add a file to the archive's feeds, where Scrapy would put it in their place.
            asked = {
                uri: {"item_classes": ["newscrawl.items.Article"], "batch_item_count": 0, **options}
                for uri, options in self.settings.getdict("FEEDS").items()
            }
            self.settings.set("FEEDS", {**archive, **asked}, priority="cmdline")
        install_log(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        told.tell_start(os.environ)
        try:
            self.crawl(args, opts)
        except UsageError as error:
            # A job with a typing error in it must not go unnoticed.
            verdict = Verdict(WRONG_ARGUMENT, "wrong argument", str(error), "See scrapy crawl -h and the README.")
            self.tell(verdict, None)
            raise

    def tell(self, verdict: Verdict, report: dict[str, Any] | None, before: dict[str, Any] | None = None) -> None:
        """Tell those who want to know how the run went."""
        told.tell_end(os.environ, report or {"verdict": asdict(verdict)}, before)

    def crawl(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("give the name of one spider: scrapy crawl mayadeen")
        assert self.settings is not None
        assert self.crawler_process is not None
        if args[0] not in self.crawler_process.spider_loader.list():
            raise UsageError(f"no spider is called {args[0]!r}; try: scrapy crawl mayadeen", print_help=False)
        try:
            check_settings(self.settings)
            self.check_arguments(args[0], opts.spargs)
            prepare_data_dir(edition_folder(data_dir(self.settings), opts.spargs.get("edition", "en")))
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from error
        except OutputError as error:
            verdict = Verdict(NOT_WRITTEN, "output not written", str(error), "Give a writable folder: -s DATA_DIR=…")
            self.tell(verdict, None)
            self.end(verdict)
            return
        warn_of_missing_contact(self.settings)
        logs.quieten(self.settings)
        crawler = self._create_crawler(args[0])
        self.crawler_process.crawl(crawler, **opts.spargs)
        # What stands by now stays to the end; it need not be searched for garbage at every few hundred new objects.
        gc.freeze()
        gc.set_threshold(10_000, 20, 20)
        self.crawler_process.start()
        self.end(self.conclude(crawler, opts.spargs))

    def check_arguments(self, name: str, arguments: dict[str, Any]) -> None:
        """Raise `ArgumentError` for arguments that the spider would refuse, before anything is started."""
        assert self.crawler_process is not None
        spider = self.crawler_process.spider_loader.load(name)
        if check := getattr(spider, "check_arguments", None):
            check(**arguments)

    def conclude(self, crawler: Crawler, arguments: dict[str, str]) -> Verdict:
        """Return the verdict on a crawl that has ended, and write its report, if it had the archive."""
        assert self.crawler_process is not None
        assert self.settings is not None
        if self.crawler_process.bootstrap_failed:
            verdict = Verdict(
                COULD_NOT_START, "could not start", "the crawl failed before its first request", "See above."
            )
            self.tell(verdict, None)
            return verdict
        stats = crawler.stats.get_stats()
        reason = str(stats.get("finish_reason", "unknown"))

        def judge(breaks: list[Break]) -> Verdict:
            share = self.settings.getfloat("MISSING_SHARE") if self.settings is not None else 0.5
            return verdict_of(stats, reason, share=share, root=getattr(crawler.spider, "root", ""), breaks=breaks)

        accounts = crawler.get_extension(ReportExtension)
        if accounts is None or reason == "locked":
            return judge([])
        folder = edition_folder(data_dir(self.settings), arguments.get("edition", "en")) / RUNS
        report = accounts.report(run_name(crawler), arguments)
        earlier, damaged = read_reports(folder)
        for path in damaged:
            logger.warning("%s is no report of a run; it is passed over", path)
        healthy = [each for each in earlier if is_comparable(report, each)][: self.settings.getint("CANARY_RUNS")]
        found = breaks(
            report,
            healthy,
            floors={name: float(value) for name, value in self.settings.getdict("CANARY_FLOORS").items()},
            most_unreadable=self.settings.getfloat("CANARY_MAX_UNREADABLE"),
        )
        for each in found:
            logger.error("The pages changed: %s%s", each, "".join(f"; {address}" for address in each.addresses))
        result = judge(found)
        report["canary"] = [each.as_dict() for each in found]
        report["verdict"] = asdict(result)
        try:
            if result.status != 0:
                pages = accounts.write_pages(folder / f"{report['run']}-pages")
                report["pages_saved"] = [path.relative_to(folder).as_posix() for path in pages]
            path = write_report(folder, report, self.settings.getint("REPORTS_KEPT"))
        except OSError as error:
            # The articles are safe or not whatever becomes of their accounts: the verdict stands.
            logger.error("The report of this run cannot be written: %s", error)
        else:
            logger.info("Report of this run: %s", path)
        before = next((each for each in earlier if each["edition"] == report["edition"]), None)
        self.tell(result, report, before)
        run_actions(crawler, report, self.settings.getlist("SPIDERMON_FAILED_ACTIONS"))
        return result

    def end(self, verdict: Verdict) -> None:
        """Say the verdict as the last line of the log, and leave with its status."""
        self.exitcode = verdict.status
        level = logging.INFO if verdict.status == 0 else logging.ERROR
        if logging.root.handlers and logger.isEnabledFor(level):
            logger.log(level, "%s", verdict)
        else:
            print(verdict, file=sys.stderr)


def install_log(settings: Settings) -> None:
    """Have the log written by `logs.py`; Scrapy's own handler would let a page's title move the terminal."""
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    try:
        logs.install(settings, name=logs.run_file_name())
    except (OSError, ValueError) as error:
        raise UsageError(f"the log cannot be written: {error}", print_help=False) from error


def check_settings(settings: Settings) -> None:
    """Raise `ArgumentError` for a setting that cannot be meant."""
    for name, least in (
        ("DOWNLOAD_DELAY", 0.0),
        ("MISSING_SHARE", 0.0),
        ("PROGRESS_INTERVAL", 0.0),
        ("DOWNLOAD_TIMEOUT", 0.1),
        ("BACKOFF_BASE", 0.0),
        ("BACKOFF_MAX", 0.0),
        ("MAX_CONSECUTIVE_ERRORS", 0),
        ("MAX_CONSECUTIVE_REFUSALS", 0),
        ("CONCURRENT_REQUESTS", 1),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1),
    ):
        try:
            value = settings.getfloat(name)
        except (TypeError, ValueError):
            value = -1.0
        if value < least:
            raise ArgumentError(f"{name}={settings.get(name)}: give a number of at least {least:g}")
    for name in ("DEPTH_LIMIT", "DEPTH_PRIORITY"):
        if settings.get(name) not in (0, "0", None, ""):
            raise ArgumentError(f"{name}={settings.get(name)}: the depth of a crawl is bounded by max_pages alone")
    if not str(settings["DATA_DIR"] or "").strip():
        raise ArgumentError("DATA_DIR is empty: give the folder of the archive")


def warn_of_missing_contact(settings: Settings) -> None:
    """Say once that the site has nobody to write to, unless the user agent names somebody."""
    if "+" not in str(settings["USER_AGENT"]) and "@" not in str(settings["USER_AGENT"]):
        logger.warning(
            "No contact in the user agent: set NEWSCRAWL_CONTACT to a mail address or a page about this crawl"
        )
