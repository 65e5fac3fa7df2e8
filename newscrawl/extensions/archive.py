"""The archive of the spider's edition, open from the start of a crawl to its end."""

import logging
from datetime import UTC, datetime
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.files import edition_folder
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.run_state import RunState
from newscrawl.errors import LedgerDamagedError, LockedError, OutputError
from newscrawl.extensions.feed_storage import data_dir

logger = logging.getLogger(__name__)


class ArchiveExtension:
    """Opens the archive before the first request, indexes each file after its commit, closes the archive at the end.

    A crawl that finds the archive locked, or cannot repair it, closes at once (`locked`, `output`).
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.archive: Archive | None = None
        self.reason = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.file_closed, signal=signals.feed_slot_closed)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        crawler.signals.connect(extension.failed, signal=signals.spider_error)
        crawler.signals.connect(extension.failed, signal=signals.item_error)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        """Open the archive, and hang it on the crawler."""
        folder = edition_folder(data_dir(self.crawler.settings), cast("Any", spider).edition.code)
        stats = self.crawler.stats
        try:
            self.archive = Archive(folder)
            set_crawl_state(self.crawler, CrawlState(archive=self.archive, run_state=RunState(folder)))
        except LockedError as error:
            stats.set_value("newscrawl/locked", str(error))
            raise CloseSpider("locked") from error
        except (OSError, LedgerDamagedError) as error:
            stats.inc_value("newscrawl/error/output")
            logger.critical("The archive in %s cannot be written: %s", folder, error)
            raise CloseSpider("output") from error
        self._count_repairs(self.archive)
        self._stop_if_blocked(self.archive, cast("Any", spider).root)

    def _count_repairs(self, archive: Archive) -> None:
        stats = self.crawler.stats
        for name in ("parts", "lines", "torn", "rejected"):
            if number := getattr(archive.repaired, name):
                stats.set_value(f"newscrawl/repaired/{name}", number)
        if archive.rebuilt:
            stats.set_value("newscrawl/repaired/ledger", archive.rebuilt)
        if archive.taken_over:
            stats.set_value("newscrawl/repaired/taken_over", archive.taken_over.articles)

    def _stop_if_blocked(self, archive: Archive, root: str) -> None:
        """End a run that starts too soon after the site has blocked one."""
        until = archive.ledger.blocked_until(urlsplit(root).netloc)
        if until is None or until <= datetime.now(UTC) or self.crawler.settings.getbool("IGNORE_BLOCK"):
            return
        self.crawler.stats.set_value("newscrawl/resting", f"{until:%Y-%m-%dT%H:%M:%SZ}")
        raise CloseSpider("resting")

    def file_closed(self, slot: Any) -> None:
        """Index a committed file, and compress it if asked."""
        path = getattr(slot.storage, "committed", None)
        if self.archive is None or path is None:
            return
        try:
            self.archive.index(path)
        except (LedgerDamagedError, OutputError) as error:
            # The file is committed; the next start brings the ledger into step.
            self._stop(error)
            return
        if self.crawler.settings.getbool("COMPRESS"):
            self.archive.compress(path)

    def failed(self, failure: Failure) -> None:
        """Stop when a look-up shows that the ledger cannot be trusted."""
        if isinstance(failure.value, LedgerDamagedError | OutputError):
            self._stop(failure.value)

    def _stop(self, error: Exception) -> None:
        stats = self.crawler.stats
        if isinstance(error, LedgerDamagedError):
            if self.archive is not None:
                self.archive.mark_damaged(str(error))
            stats.inc_value("newscrawl/error/ledger_damaged")
        else:
            stats.inc_value("newscrawl/error/output")
        logger.critical("The ledger cannot be used, the crawl stops: %s", error)
        if self.crawler.engine is not None and self.crawler.engine.running:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason="output"))

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Remember why the crawl ended."""
        self.reason = reason

    def engine_stopped(self) -> None:
        """Note how far the listings were read, now that all that they led to is committed; close the archive."""
        if self.archive is None:
            return
        try:
            self._write_last_notes(self.archive.ledger)
        except (LedgerDamagedError, OutputError) as error:
            self.archive.ledger.notes.clear()
            self._stop(error)
        finally:
            crawl_state(self.crawler).run_state.close()
            self.archive.close()
            self.archive = None

    def _write_last_notes(self, ledger: Ledger) -> None:
        stats = self.crawler.stats
        is_whole = self.reason == "finished" and not stats.get_value("newscrawl/error/output")
        spider = cast("Any", self.crawler.spider)
        site = urlsplit(spider.root).netloc
        if stats.get_value("newscrawl/blocked"):
            ledger.note_block(site, datetime.now(UTC))
        elif stats.get_value("newscrawl/article/fetched"):
            ledger.clear_block(site)
        ledger.forget(spider.edition.code, getattr(spider, "taken_back", ()))
        for url, reach in spider.listing_reaches.items() if is_whole else ():
            if reach is not None:
                ledger.end_listing(spider.edition.code, url, reach)
        ledger.flush()
