"""The archive and its ledger, held from the start of a crawl to its end."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from newscrawl.archive.ledger import give_ledger
from newscrawl.archive.recovery import Archive
from newscrawl.archive.run_state import Seen, give_seen, seen_of
from newscrawl.errors import LedgerDamagedError, LockedError, OutputError

logger = logging.getLogger(__name__)


class MemoryExtension:
    """Takes the lock, mends and catches up before the first request; indexes each file after its commit.

    A crawl that finds the archive locked, or cannot mend it, closes at once (`locked`, `output`).
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
        folder = Path(self.crawler.settings["DATA_DIR"]).expanduser().absolute()
        stats = self.crawler.stats
        try:
            self.archive = Archive(folder)
            give_seen(self.crawler, Seen(folder))
        except LockedError as error:
            stats.set_value("newscrawl/locked", str(error))
            raise CloseSpider("locked") from error
        except (OSError, LedgerDamagedError) as error:
            stats.inc_value("newscrawl/error/output")
            logger.critical("The archive in %s cannot be written: %s", folder, error)
            raise CloseSpider("output") from error
        repaired = self.archive.repaired
        for name in ("parts", "lines", "torn", "rejected"):
            if number := getattr(repaired, name):
                stats.set_value(f"newscrawl/repaired/{name}", number)
        if repaired.rebuilt:
            stats.set_value("newscrawl/repaired/ledger", repaired.rebuilt)
        give_ledger(self.crawler, self.archive.ledger)
        self._rest_after_block(cast("Any", spider).root)

    def _rest_after_block(self, root: str) -> None:
        """End a run that starts too soon after the site has blocked one."""
        assert self.archive is not None
        until = self.archive.ledger.rests_until(urlsplit(root).netloc)
        if until is None or until <= datetime.now(UTC) or self.crawler.settings.getbool("IGNORE_BLOCK"):
            return
        self.crawler.stats.set_value("newscrawl/resting", f"{until:%Y-%m-%dT%H:%M:%SZ}")
        raise CloseSpider("resting")

    def file_closed(self, slot: Any) -> None:
        """Index a committed file, and compress it if asked."""
        path = getattr(slot.storage, "committed", None)
        if self.archive is None or path is None:
            return
        validators = cast("Any", self.crawler.spider).validators
        try:
            self.archive.index(path, validators)
        except (LedgerDamagedError, OutputError) as error:
            # The file is committed; the next start brings the ledger into step.
            self._stop(error)
            return
        if slot.storage.feed == "articles":
            validators.clear()
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
        self.reason = reason

    def engine_stopped(self) -> None:
        """Remember how far the listings were read, now that all that they led to is committed; let the lock go."""
        if self.archive is None:
            return
        stats = self.crawler.stats
        whole = self.reason == "finished" and not stats.get_value("newscrawl/error/output")
        spider = cast("Any", self.crawler.spider)
        site = urlsplit(spider.root).netloc
        try:
            if stats.get_value("newscrawl/blocked"):
                self.archive.ledger.note_block(site, datetime.now(UTC))
            elif stats.get_value("newscrawl/article/fetched"):
                self.archive.ledger.clear_block(site)
            for url, reach in spider.listing_reaches.items() if whole else ():
                if reach is not None:
                    self.archive.ledger.end_listing(spider.edition.code, url, reach)
            self.archive.ledger.flush()
        except (LedgerDamagedError, OutputError) as error:
            self.archive.ledger.notes.clear()
            self._stop(error)
        finally:
            seen_of(self.crawler).close()
            self.archive.close()
            self.archive = None
