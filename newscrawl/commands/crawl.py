"""`scrapy crawl`: Scrapy's own command, with arguments checked, the archive kept, and a verdict as exit status."""

import argparse
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands.crawl import Command as ScrapyCrawlCommand
from scrapy.crawler import Crawler

from newscrawl.archive.files import RUNS, edition_folder, prepare_data_dir
from newscrawl.command_line import (
    DEFAULT_EDITION,
    BaseCommand,
    CommandError,
    warn_of_missing_contact,
)
from newscrawl.errors import ArgumentError, OutputError
from newscrawl.exit_status import ExitStatus
from newscrawl.extensions.feed_checks import check_feeds
from newscrawl.extensions.feed_storage import run_name, with_archive_feeds
from newscrawl.extensions.report import ReportExtension
from newscrawl.extensions.spidermon_actions import run_actions
from newscrawl.monitoring.end_of_run import finish_run
from newscrawl.monitoring.logs import IS_GOOD_NEWS
from newscrawl.monitoring.notifications import check_receivers, notify_finished, notify_started
from newscrawl.monitoring.reports import RunFacts
from newscrawl.monitoring.verdict import LOCKED, FinishedRun, Verdict, verdict_of
from newscrawl.setting_checks import check_settings
from newscrawl.spiders.arguments import ARGUMENTS

logger = logging.getLogger("newscrawl")


class Command(BaseCommand, ScrapyCrawlCommand):
    """Runs a spider by name and ends with the verdict on the crawl."""

    summary = "Crawl the site into the archive"
    example = "scrapy crawl mayadeen -a sections=politics,economics -a max_pages=2"
    arguments: ClassVar[Mapping[str, str]] = {
        each.name: f"{each.meaning.replace('`', '')} (default: {each.default_meaning or each.default})"
        for each in ARGUMENTS
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = {status: status.meaning for status in ExitStatus}
    writes_log = True
    environment: Mapping[str, str] = os.environ
    """Says who is notified of how the run went."""
    edition: str | None = None
    """The edition asked for, whether there is one of that name or not."""

    def syntax(self) -> str:
        return "mayadeen [-a NAME=VALUE ...] [-o FILE]"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        # Whatever -o, -O or -s FEEDS ask for, the archive is written too.
        feeds = self.own_settings.getdict("FEEDS")
        self.own_settings.set("FEEDS", with_archive_feeds(feeds), priority="cmdline")

    def check_names(self, args: list[str], arguments: Mapping[str, str]) -> None:
        """Leave the arguments to the spider, which may be another than mayadeen."""
        super().check_names(args, {})

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.edition = opts.spargs.get("edition", DEFAULT_EDITION) if isinstance(opts.spargs, dict) else None
        notify_started(self.environment)
        super().run(args, opts)

    def ended_early(self, verdict: Verdict) -> None:
        """Notify: a job with a typing error in it must not go unnoticed."""
        notify_finished(self.environment, {"edition": self.edition, "verdict": asdict(verdict)}, None)

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict | None:
        if len(args) != 1:
            raise ArgumentError("give the name of one spider: scrapy crawl mayadeen")
        return self.crawl(args[0], opts.spargs)

    def crawl(self, name: str, arguments: dict[str, str]) -> Verdict:
        """Run a spider to its end and return the verdict on the crawl; raises `ArgumentError`, `CommandError`."""
        if name not in self.process.spider_loader.list():
            raise ArgumentError(f"no spider is called {name!r}; try: scrapy crawl mayadeen")
        check_settings(self.own_settings)
        check_feeds(self.own_settings)
        check_receivers(self.environment)
        if check := getattr(self.process.spider_loader.load(name), "check_arguments", None):
            check(**arguments)
        try:
            prepare_data_dir(edition_folder(self.data_dir, arguments.get("edition", DEFAULT_EDITION)))
        except OutputError as error:
            advice = "Give a writable folder: -s DATA_DIR=…"
            raise CommandError(Verdict(ExitStatus.NOT_WRITTEN, "output not written", str(error), advice)) from error
        warn_of_missing_contact(self.own_settings)
        crawler = self._create_crawler(name)
        self.process.crawl(crawler, **arguments)
        self.run_process()
        if self.process.bootstrap_failed:
            raise CommandError(
                Verdict(
                    ExitStatus.COULD_NOT_START,
                    "could not start",
                    "the crawl failed before its first request",
                    "See above.",
                )
            )
        return self.conclude(crawler, arguments)

    def conclude(self, crawler: Crawler, arguments: dict[str, str]) -> Verdict:
        """Return the verdict on a crawl that has ended; one that had the archive is written down and notified of."""
        stats = crawler.stats.get_stats()
        reason = str(stats.get("finish_reason", "unknown"))
        spider: Any = crawler.spider
        root = getattr(spider, "root", None)
        share = self.own_settings.getfloat("MISSING_SHARE")
        extension = crawler.get_extension(ReportExtension)
        if extension is None or reason == LOCKED:
            return verdict_of(FinishedRun(stats=stats, close_reason=reason, missing_share=share, root=root or ""))
        edition = getattr(getattr(spider, "edition", None), "code", None)
        ended = finish_run(
            RunFacts(
                name=run_name(crawler),
                spider=getattr(spider, "name", None),
                edition=edition,
                site=root,
                arguments=arguments,
                started=extension.started,
                ended=datetime.now(UTC),
            ),
            extension.seen,
            stats,
            folder=edition_folder(self.data_dir, edition or DEFAULT_EDITION) / RUNS,
            missing_share=share,
            floors={name: float(value) for name, value in self.own_settings.getdict("CANARY_FLOORS").items()},
            environment=self.environment,
            spare_folder=Path(log_dir).expanduser() if (log_dir := self.own_settings.get("LOG_DIR")) else None,
        )
        run_actions(crawler, ended.report, self.own_settings.getlist("SPIDERMON_FAILED_ACTIONS"))
        return ended.verdict

    def end(self, verdict: Verdict) -> None:
        """Say the verdict as the last line of the log; without a log that shows it, on standard error."""
        level = logging.ERROR if verdict.status else logging.INFO
        # Other handlers count, and show nothing.
        is_shown = any(isinstance(each, logging.StreamHandler) for each in logging.root.handlers)
        if is_shown and logger.isEnabledFor(level):
            self.exitcode = verdict.status
            logger.log(level, "%s", verdict, extra={IS_GOOD_NEWS: not verdict.status})
        else:
            super().end(verdict)
