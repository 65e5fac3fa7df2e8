"""The parts of a stop: when a crawl counts as ending, downloads that are cancelled, pages that are interrupted."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import FrameType, SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet import reactor

from newscrawl.errors import ReadingStoppedError, ReadingTooSlowError
from newscrawl.middlewares import stopping
from newscrawl.middlewares.refusals import StoppedError, TooLargeError
from newscrawl.middlewares.stopping import (
    StoppableDownloadHandler,
    StopReadingMiddleware,
    interrupt,
    is_stopping,
    requests_waiting,
    stop_reading_soon,
)
from newscrawl.monitoring.accounting import ENTRY, LEFT
from newscrawl.signals import CANCEL_DOWNLOADS
from tests.extensions.engine import bare_crawler

URL = "https://x.net/news/politics/a-b"


def engine(*, spider: object = "a spider", running: bool = True, slot: object = None) -> Any:
    return SimpleNamespace(spider=spider, running=running, _slot=slot)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        (engine(), False),
        (engine(running=False), True),
        (engine(slot=SimpleNamespace(closing=None)), False),
        (engine(slot=SimpleNamespace(closing=object())), True),
        # Not open yet, or closed.
        (engine(spider=None, running=False, slot=SimpleNamespace(closing=object())), False),
    ],
)
def test_a_crawl_ends_when_its_engine_does(made: Any, ends: bool) -> None:
    assert is_stopping(cast("Any", SimpleNamespace(engine=made))) is ends


def test_what_waits_is_queued_or_under_way() -> None:
    slot = SimpleNamespace(scheduler=["a", "b"], inprogress={"c"}, closing=None)
    assert requests_waiting(cast("Any", SimpleNamespace(engine=engine(slot=slot)))) == 3
    assert requests_waiting(cast("Any", SimpleNamespace(engine=engine()))) == 0


# -- downloads --------------------------------------------------------------------------------------------------


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> StoppableDownloadHandler:
    """A handler whose downloads take a moment; those of "/fails" fail, those of "/endless" have no end."""

    async def download(_: object, request: Request) -> Response:
        if request.url.endswith("/fails"):
            raise OSError("no way")
        if request.url.endswith("/large"):
            raise DownloadFailedError("x") from TooLargeError("headers")
        if request.url.endswith("/lost"):
            raise DownloadFailedError("x")
        await asyncio.sleep(600 if request.url.endswith("/endless") else 0)
        return Response(request.url)

    monkeypatch.setattr(HTTP11DownloadHandler, "__init__", lambda self, _: setattr(self, "_pool", SimpleNamespace()))
    monkeypatch.setattr(StoppableDownloadHandler, "_download", download)
    crawler = bare_crawler()
    crawler.engine = engine()
    return StoppableDownloadHandler(crawler)


def ask(handler: StoppableDownloadHandler, path: str) -> Any:
    return handler.download_request(Request(f"https://x.net{path}"))


def test_a_download_is_handed_on_and_forgotten(handler: StoppableDownloadHandler) -> None:
    assert asyncio.run(ask(handler, "/a")).url == "https://x.net/a"
    with pytest.raises(OSError, match="no way"):
        asyncio.run(ask(handler, "/fails"))
    assert handler.under_way == set()


def test_what_is_refused_in_mid_answer_keeps_its_name(handler: StoppableDownloadHandler) -> None:
    with pytest.raises(TooLargeError, match="headers"):
        asyncio.run(ask(handler, "/large"))
    with pytest.raises(DownloadFailedError):
        asyncio.run(ask(handler, "/lost"))


def test_no_download_begins_once_the_crawl_stops(handler: StoppableDownloadHandler) -> None:
    handler.crawler.engine = engine(running=False)
    with pytest.raises(StoppedError, match=stopping.STOPPING):
        asyncio.run(ask(handler, "/a"))
    assert handler.under_way == set()


def test_downloads_under_way_are_cancelled_by_the_signal(handler: StoppableDownloadHandler) -> None:
    async def run() -> list[Any]:
        waiting = [asyncio.ensure_future(ask(handler, "/endless")) for _ in range(2)]
        while len(handler.under_way) < 2:
            await asyncio.sleep(0)
        handler.crawler.signals.send_catch_log(signal=CANCEL_DOWNLOADS)
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert handler.under_way == set()
        return ended

    assert [type(each) for each in asyncio.run(run())] == [StoppedError, StoppedError]


def test_a_download_that_somebody_else_cancels_stays_cancelled(handler: StoppableDownloadHandler) -> None:
    async def run() -> None:
        waiting = asyncio.ensure_future(ask(handler, "/endless"))
        while not handler.under_way:
            await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert handler.under_way == set()


# -- pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, ...]]]:
    """The timers that were set, none of which ever rings; the handlers of signals are put back at the end."""
    numbers = (signal.SIGALRM, signal.SIGTERM, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}
    made: list[tuple[Any, ...]] = []
    monkeypatch.setattr(signal, "setitimer", lambda *given: made.append(given))
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_rings_again_and_again_and_goes_on_to_its_handler(timers: list[tuple[Any, ...]]) -> None:
    heard: list[tuple[int, FrameType | None]] = []
    crawler = SimpleNamespace(engine=engine())
    stop_reading_soon(crawler, lambda *given: heard.append(given), signal.SIGTERM, None)
    assert heard == [(signal.SIGTERM, None)]
    # Before Scrapy acts on it.
    assert is_stopping(cast("Any", crawler))
    assert signal.getsignal(signal.SIGALRM) is interrupt
    assert timers == [(signal.ITIMER_REAL, stopping.STOP_GRACE_SECONDS, stopping.INTERRUPT_SECONDS)]


def handler_of(number: int) -> Any:
    return signal.getsignal(number)


def test_the_middleware_is_the_first_to_hear_of_a_signal(timers: list[tuple[Any, ...]]) -> None:
    def own(number: int, frame: FrameType | None) -> None:
        raise AssertionError

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, own)
    crawler = bare_crawler()
    middleware = StopReadingMiddleware(crawler)
    middleware.watch()
    first = [handler_of(number) for number in (signal.SIGTERM, signal.SIGINT)]
    for handler in first:
        assert isinstance(handler, partial)
        assert (handler.func, handler.args) == (stop_reading_soon, (crawler, own))
    # A second time it is not put before itself.
    middleware.watch()
    assert [handler_of(number) for number in (signal.SIGTERM, signal.SIGINT)] == first
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    middleware.watch()
    assert handler_of(signal.SIGINT) == signal.SIG_IGN
    assert timers == []


@pytest.mark.usefixtures("timers")
def test_in_another_thread_no_signal_is_heard() -> None:
    before = handler_of(signal.SIGTERM)
    with ThreadPoolExecutor() as threads:
        threads.submit(StopReadingMiddleware(bare_crawler()).watch).result()
    assert handler_of(signal.SIGTERM) == before


def test_the_middleware_watches_once_the_reactor_runs_and_ends_the_timer(
    timers: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[float, Callable[..., object]]] = []
    monkeypatch.setattr(reactor, "callLater", lambda *given: calls.append(cast("Any", given)))
    crawler = bare_crawler()
    middleware = StopReadingMiddleware.from_crawler(crawler)
    crawler.signals.send_catch_log(signal=signals.spider_opened)
    assert calls == [(0, middleware.watch)]
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    crawler.signals.send_catch_log(signal=signals.spider_closed)
    assert timers == []
    signal.signal(signal.SIGALRM, interrupt)
    crawler.signals.send_catch_log(signal=signals.spider_closed)
    assert timers == [(signal.ITIMER_REAL, 0)]


def test_a_page_that_was_interrupted_is_left_and_other_exceptions_are_not_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    crawler = bare_crawler()
    middleware = StopReadingMiddleware(crawler)
    request = Request(URL)
    response = Response(URL, request=request)
    assert middleware.process_spider_exception(response, ValueError()) is None
    assert middleware.process_spider_exception(Response(URL), ReadingStoppedError(stopping.STOPPING)) == ()
    request.meta[ENTRY] = entry = middleware.accounts.open("article")
    assert middleware.process_spider_exception(response, ReadingStoppedError(stopping.STOPPING)) == ()
    assert entry.fate == LEFT
    assert crawler.stats.get_value("newscrawl/accounts/requests/article/left") == 1
    assert f"it is left to the next run: {URL}" in caplog.text


# -- pages that take too long -----------------------------------------------------------------------------------------


def test_a_page_that_takes_too_long_is_given_up_in_its_middle() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(ReadingTooSlowError, match=r"longer than 0\.05 s"), stopping.reading_within(0.05):
        # Tries one way after another, for years; called from a reader, as it seems.
        exec("import re; re.match('(a+)+b', 'a' * 60)", {"__name__": "newscrawl.pages.article"})
    assert signal.getsignal(signal.SIGVTALRM) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_only_readers_are_interrupted_and_0_is_no_bound() -> None:
    with stopping.reading_within(0.001):
        assert sum(range(3_000_000)) > 0
    with stopping.reading_within(0):
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_a_page_given_up_goes_to_the_errback_of_its_request() -> None:
    failures: list[Any] = []

    def errback(failure: Any) -> list[str]:
        failures.append(failure)
        return ["what it yields"]

    middleware = StopReadingMiddleware(bare_crawler())
    request = Request(URL, errback=errback)
    response = Response(URL, request=request)
    assert middleware.process_spider_exception(response, ReadingTooSlowError("x")) == ["what it yields"]
    assert (failures[0].request, failures[0].value.name) == (request, "too_slow")
    assert middleware.process_spider_exception(Response(URL, request=Request(URL)), ReadingTooSlowError("x")) is None
