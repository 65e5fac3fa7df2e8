"""Keeps the accounts of a crawl: every request, every record, and every exception that nobody named."""

import logging
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider, DropItem, IgnoreRequest, StopDownload
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.error import ReactorNotRunning
from twisted.python.failure import Failure

from newscrawl.errors import NewscrawlError
from newscrawl.items import Headline, Record, Scraped
from newscrawl.monitoring.accounting import (
    DUPLICATE,
    ENTRY,
    EXPORTED,
    LOST,
    PURPOSE,
    RAISED,
    Accounts,
    ends_early,
    fault_name,
    faults,
    summary,
)

logger = logging.getLogger(__name__)

CLOSE_REASON = "faults"
"""Why a spider is closed that meets more exceptions than it brings articles."""
NAMED = (NewscrawlError, CloseSpider, DontCloseSpider, DropItem, IgnoreRequest, StopDownload)
"""Exceptions that have a name, and are counted under it elsewhere."""


def feed_of(record: Scraped | Record) -> str:
    """Return the feed that a record goes to."""
    return "headlines" if isinstance(record, Headline) else "articles"


class AccountingExtension:
    """Connects Scrapy's signals with the accounts, and reads the log for what Scrapy catches and only logs."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.accounts = Accounts(crawler.stats.inc_value)
        self.is_closing = False
        logging.getLogger().addHandler(FaultHandler(self))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for receiver, signal in (
            (extension.request_scheduled, signals.request_scheduled),
            (extension.request_dropped, signals.request_dropped),
            (extension.spider_error, signals.spider_error),
            (extension.item_scraped, signals.item_scraped),
            (extension.item_dropped, signals.item_dropped),
            (extension.item_error, signals.item_error),
            (extension.file_closed, signals.feed_slot_closed),
            (extension.engine_stopped, signals.engine_stopped),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return extension

    # -- requests -----------------------------------------------------------------------------------------------

    def request_scheduled(self, request: Request) -> None:
        """Enter a request; a redirect and a retry go on with the entry that they have."""
        if ENTRY not in request.meta:
            request.meta[ENTRY] = self.accounts.open(request.meta.get(PURPOSE, "other"))

    def request_dropped(self, request: Request) -> None:
        """Enter that the filter of duplicates holds a request back."""
        self.accounts.settle_request(request.meta, DUPLICATE)

    def spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        """Enter that a callback or an errback raised; the listing that led there has a gap."""
        request: Request | None = getattr(response, "request", None)
        if request is not None:
            self.accounts.settle_request(request.meta, RAISED)
            self._note_raised(request)

    # -- records ------------------------------------------------------------------------------------------------

    def item_scraped(self, item: Record) -> None:
        """Enter a record that goes to its feed."""
        self.accounts.settle_record(feed_of(item), EXPORTED)

    def item_dropped(self, item: Scraped, exception: DropItem) -> None:
        """Enter under which name a record was dropped."""
        name = getattr(exception, "name", type(exception).__name__)
        self.accounts.settle_record(feed_of(item), name)

    def item_error(self, item: Scraped, response: Response | None) -> None:
        """Enter that a record is lost; its article is asked for again."""
        self.accounts.settle_record(feed_of(item), LOST)
        request: Request | None = getattr(response, "request", None)
        if request is not None and feed_of(item) == "articles":
            self._note_raised(request)

    def _note_raised(self, request: Request) -> None:
        note = getattr(self.crawler.spider, "note_raised", None)
        if note is not None:
            note(request)

    def file_closed(self, slot: Any) -> None:
        """Enter the lines of a committed file of the archive."""
        storage = slot.storage
        if getattr(storage, "committed", None) is not None:
            self.accounts.commit(storage.feed, storage.lines)

    # -- exceptions ---------------------------------------------------------------------------------------------

    def fault(self, name: str) -> None:
        """Enter an exception that nobody named; end the crawl when there are more of them than articles."""
        self.accounts.fault(name)
        # `engine` itself raises as long as there is none, and exceptions are logged before that too.
        engine = self.crawler._engine
        stats = self.crawler.stats.get_stats()
        if self.is_closing or not ends_early(stats) or engine is None or not engine.running:
            return
        self.is_closing = True
        logger.critical("The crawl stops: more exceptions than articles: %s", next(iter(faults(stats))))
        deferred_from_coro(engine.close_spider_async(reason=CLOSE_REASON))

    def engine_stopped(self, **_: Any) -> None:
        """Log the accounts in one line."""
        logger.info("Accounts: %s", summary(self.crawler.stats.get_stats()))


class FaultHandler(logging.Handler):
    """Counts each exception that is logged and has no name: Scrapy catches it, logs it, and goes on."""

    def __init__(self, extension: AccountingExtension) -> None:
        super().__init__(logging.INFO)
        self.extension = extension

    def emit(self, record: logging.LogRecord) -> None:
        error, trace = record.exc_info[1:] if record.exc_info else (None, None)
        if error is None or isinstance(error, (*NAMED, ReactorNotRunning)):
            return
        # Scrapy logs at INFO what it catches around the downloader; others log there what they can do without.
        if record.levelno >= logging.ERROR or record.name.startswith("scrapy.core"):
            self.extension.fault(fault_name(error, trace))
