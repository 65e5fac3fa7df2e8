"""How a crawl stops: nothing more goes out, a page on its way or being read has a moment left, the rest is left."""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Any, Self, cast

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.python.failure import Failure

from newscrawl.errors import ReadingStoppedError, ReadingTooSlowError
from newscrawl.middlewares.headers import BoundedHeadersFactory
from newscrawl.middlewares.network_errors import causes
from newscrawl.middlewares.refusals import RefusedRequestError, StoppedError
from newscrawl.middlewares.wire import RecordingAgent
from newscrawl.monitoring.accounting import LEFT, Accounts
from newscrawl.signals import CANCEL_DOWNLOADS

logger = logging.getLogger(__name__)

STOPPING = "the crawl stops"
STOP_GRACE_SECONDS = 3.0
"""How long a page that is on its way, or being read, may still take once the crawl stops."""
INTERRUPT_SECONDS = 0.5
"""Seconds between two interruptions of the pages that are read after that."""
READERS = "newscrawl.pages"
"""The package that may be interrupted at any place: it changes nothing outside itself."""
Handler = Callable[[int, FrameType | None], Any]
_SIGNALLED = "newscrawl_signalled"
"""Attribute of a crawler that stops since a signal came: Scrapy acts on it some turns of the event loop later."""


def is_stopping(crawler: Crawler) -> bool:
    """Return whether a crawl that was open is ending: by a signal, a bound, or at its end."""
    engine = crawler.engine
    if engine.spider is None:
        return False
    slot = getattr(engine, "_slot", None)
    return getattr(crawler, _SIGNALLED, False) or not engine.running or (slot is not None and slot.closing is not None)


def requests_waiting(crawler: Crawler) -> int:
    """Return how many requests wait to be made, those under way included."""
    slot = getattr(crawler.engine, "_slot", None)
    return len(slot.scheduler) + len(slot.inprogress) if slot is not None else 0


class StoppableDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own, but a crawl that stops does not wait for a slow page: its download is cancelled."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedHeadersFactory
        self.crawler = crawler
        self.under_way: set[asyncio.Future[Response]] = set()
        crawler.signals.connect(self.cancel, signal=CANCEL_DOWNLOADS)

    async def download_request(self, request: Request) -> Response:
        if is_stopping(self.crawler):
            raise StoppedError(STOPPING)
        download: asyncio.Future[Response] = asyncio.ensure_future(self._download(request))
        self.under_way.add(download)
        try:
            return await download
        except asyncio.CancelledError:
            if download in self.under_way:
                raise
            raise StoppedError(STOPPING) from None
        except DownloadFailedError as error:
            # What this project refuses in mid-answer has a name of its own.
            for cause in causes(error):
                if isinstance(cause, RefusedRequestError):
                    raise cause from error
            raise
        finally:
            self.under_way.discard(download)

    async def _download(self, request: Request) -> Response:
        """Do what Scrapy's handler does, by an agent that keeps the heads of the exchange."""
        agent = RecordingAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self.crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with wrap_twisted_exceptions():
            response: Response = await maybe_deferred_to_future(agent.download_request(request))
        return response

    def cancel(self, **_: Any) -> None:
        """Cancel all downloads that are under way."""
        downloads, self.under_way = self.under_way, set()
        for download in downloads:
            download.cancel()


def is_reading(frame: FrameType | None) -> bool:
    """Return whether a page is being read: whether a function of the readers is on the stack."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name == READERS or name.startswith(f"{READERS}."):
            return True
        frame = frame.f_back
    return False


@contextmanager
def reading_within(seconds: float) -> Iterator[None]:
    """Give up a page that takes more seconds of CPU to read than these: raises `ReadingTooSlowError` in its middle.

    0 is no bound. A function written in C is interrupted at its end only.
    """
    if not seconds or threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(_: int, frame: FrameType | None) -> None:
        if is_reading(frame):
            raise ReadingTooSlowError(f"reading it took longer than {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, INTERRUPT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def interrupt(number: int, frame: FrameType | None) -> None:
    """Raise `ReadingStoppedError` in the middle of a page; a handler of SIGALRM."""
    if is_reading(frame):
        raise ReadingStoppedError(STOPPING)


def stop_reading_soon(crawler: object, handler: Handler, number: int, frame: FrameType | None) -> None:
    """Have nothing more asked for and pages interrupted after a moment; go on with the handler that a signal had."""
    setattr(crawler, _SIGNALLED, True)
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, STOP_GRACE_SECONDS, INTERRUPT_SECONDS)
    handler(number, frame)


class StopReadingMiddleware:
    """Ends the reading of a page that takes long when SIGTERM or SIGINT comes.

    Scrapy only notes the signal then, and acts on it after the page. A regular expression that tries one way after
    another can be interrupted in the middle; other functions written in C only at their end.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.accounts = Accounts(crawler.stats.inc_value)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.opened, signal=signals.spider_opened)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    def opened(self) -> None:
        """Wait until Scrapy has its handlers: it takes them when the reactor runs."""
        from twisted.internet import reactor

        cast("Any", reactor).callLater(0, self.watch)

    def watch(self) -> None:
        """Be the first to hear of a signal."""
        if threading.current_thread() is not threading.main_thread():
            # `scrapy shell`, where Python has the main thread, and no signal ends a page.
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            handler = signal.getsignal(number)
            if callable(handler) and getattr(handler, "func", None) is not stop_reading_soon:
                signal.signal(number, partial(stop_reading_soon, self.crawler, handler))

    def closed(self) -> None:
        """No page is read any more."""
        if signal.getsignal(signal.SIGALRM) is interrupt:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        """Leave a page that was interrupted to the next run; one that takes too long failed, as if it had not come."""
        request = response.request
        if isinstance(exception, ReadingTooSlowError) and request is not None and request.errback is not None:
            failure = Failure(exception)  # type: ignore[no-untyped-call]
            failure.request = request  # type: ignore[attr-defined]
            return request.errback(failure) or ()
        if not isinstance(exception, ReadingStoppedError):
            return None
        logger.warning("Reading stopped, the page took long; it is left to the next run: %s", response.url)
        if response.request is not None:
            self.accounts.settle_request(response.request.meta, LEFT)
        return ()
