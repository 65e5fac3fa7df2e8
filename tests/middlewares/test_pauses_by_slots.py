"""What the politeness middleware does to Scrapy's slots, to retries, and to what waits when a crawl ends."""

from collections.abc import Iterable
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request, Spider, signals
from scrapy.core.downloader import Slot
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from newscrawl.middlewares import politeness
from newscrawl.middlewares.politeness import FORCED, NEVER, Backoff, PolitenessMiddleware
from newscrawl.middlewares.refusals import ChallengeError, StoppedError, TruncatedError
from newscrawl.middlewares.stopping import STOP_GRACE_SECONDS, STOPPING
from newscrawl.signals import CANCEL_DOWNLOADS
from tests.extensions.engine import bare_crawler

URL = "https://x.net/news/politics/a-b"


class Engine:
    """Scrapy's engine as far as the middleware sees it: one slot for one host, requests that wait, a spider."""

    running = True

    def __init__(self) -> None:
        self.slot = Slot(4, 2.0, 0.5)
        self.downloader = SimpleNamespace(
            slots={"x.net": self.slot}, per_slot_settings={}, get_slot_key=lambda _: "x.net"
        )
        self.spider: Spider | None = Spider("test")
        self.closed: list[str] = []
        self._slot = SimpleNamespace(scheduler=["a", "b"], inprogress={"c"}, closing=None)

    async def close_spider_async(self, *, reason: str) -> None:
        """Remember why."""
        self.closed.append(reason)

    def end(self) -> None:
        """Begin to close, as at a signal or a bound of Scrapy's."""
        self._slot.closing = object()


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the engine close at once, without a reactor that runs."""

    def run(closing: Any) -> None:
        with pytest.raises(StopIteration):
            closing.send(None)

    monkeypatch.setattr(politeness, "deferred_from_coro", run)


def middleware_of(engine: Engine, **settings: Any) -> PolitenessMiddleware:
    given = {
        "BACKOFF_BASE": 100,
        "BACKOFF_MAX": 600,
        "MAX_CRAWL_DELAY": 60,
        "MAX_CONSECUTIVE_ERRORS": 3,
        "MAX_CONSECUTIVE_REFUSALS": 3,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        "RETRY_TIMES": 2,
        **settings,
    }
    crawler = bare_crawler(**given)
    assert engine.spider is not None
    engine.spider.crawler = crawler
    crawler.spider = engine.spider
    crawler.engine = cast("Any", engine)
    middleware = PolitenessMiddleware(crawler)
    middleware.crawler = crawler
    return middleware


def request(**meta: Any) -> Request:
    return Request(URL, meta={"download_slot": "x.net", **meta})


def answer(status: int = 200, **headers: str) -> Response:
    return Response(URL, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def counted(middleware: PolitenessMiddleware) -> dict[str, Any]:
    prefix = "newscrawl/politeness/"
    found = middleware.crawler.stats.get_stats()
    return {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}


# -- pauses -----------------------------------------------------------------------------------------------------


def test_a_pause_holds_the_slot_back_and_lets_one_out_at_a_time(engine: Engine) -> None:
    engine.slot.delay = 0.0
    middleware = middleware_of(engine)
    middleware.downloaded(answer(503, Retry_After="50"), request())
    assert engine.slot.concurrency == 1
    # Scrapy looks at `lastseen` only where there is a delay.
    assert 0 < engine.slot.delay < 0.01
    assert engine.slot.lastseen == middleware.backoff.until
    assert 45 < engine.slot.lastseen - monotonic() <= 50


def test_a_pause_shortens_neither_a_delay_nor_another_pause(engine: Engine) -> None:
    engine.slot.lastseen = later = monotonic() + 5000
    middleware_of(engine).downloaded(answer(503, Retry_After="50"), request())
    assert engine.slot.lastseen == later
    assert engine.slot.delay == 2.0


@pytest.mark.parametrize(("own", "restored"), [({}, 4), ({"concurrency": 2}, 2), ({"concurrency": None}, 4)])
def test_a_success_gives_the_slot_its_concurrency_back(own: dict[str, Any], restored: int, engine: Engine) -> None:
    engine.downloader.per_slot_settings["x.net"] = own
    middleware = middleware_of(engine)
    middleware.downloaded(answer(503), request())
    assert engine.slot.concurrency == 1
    middleware.downloaded(answer(404), request())
    assert engine.slot.concurrency == restored
    assert middleware.backoff.consecutive_errors == 0


def test_an_answer_without_a_slot_is_counted_all_the_same(engine: Engine) -> None:
    middleware = middleware_of(engine)
    middleware.downloaded(answer(503, Retry_After="50"), Request(URL))
    middleware.downloaded(answer(200), Request(URL))
    assert engine.slot.concurrency == 4
    assert counted(middleware)["pauses"] == 1


def test_what_fails_during_a_pause_adds_no_second_one(engine: Engine) -> None:
    middleware = middleware_of(engine)
    middleware.downloaded(answer(503, Retry_After="50"), request())
    middleware.downloaded(answer(503), request())
    assert counted(middleware) == {"paused_seconds": pytest.approx(50, abs=1), "pauses": 1}
    middleware.downloaded(answer(503, Retry_After="80"), request())
    assert counted(middleware) == {"paused_seconds": pytest.approx(80, abs=1), "pauses": 1}


@pytest.mark.usefixtures("closes")
def test_errors_in_a_row_end_the_crawl_and_hold_everything_back(engine: Engine) -> None:
    middleware = middleware_of(engine)
    for number in range(3):
        assert engine.closed == []
        middleware.backoff.until = 0.0
        middleware.downloaded(answer(500 + number), request())
    assert middleware.closing == f"3 consecutive errors, the last: status 502, {URL}"
    assert engine.closed == ["overloaded"]
    assert middleware.crawler.stats.get_value("newscrawl/overloaded") == middleware.closing
    with pytest.raises(StoppedError, match="the crawl stops: 3 consecutive errors"):
        middleware.process_request(request())
    # The first reason stays.
    middleware.downloaded(answer(cf_mitigated="challenge"), request())
    assert engine.closed == ["overloaded"]
    assert middleware.crawler.stats.get_value("newscrawl/blocked") is None


@pytest.mark.usefixtures("closes")
def test_no_bound_on_errors_is_no_end(engine: Engine) -> None:
    middleware = middleware_of(engine, MAX_CONSECUTIVE_ERRORS=0)
    for _ in range(9):
        middleware.backoff.until = 0.0
        middleware.downloaded(answer(500), request())
    assert engine.closed == []
    middleware.process_request(request())


@pytest.mark.parametrize(("ray", "shown"), [("", ""), ("8a1-FRA", ", CF-Ray 8a1-FRA")])
@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.usefixtures("closes")
def test_a_challenge_is_no_page_whatever_its_status(status: int, ray: str, shown: str, engine: Engine) -> None:
    middleware = middleware_of(engine)
    response = answer(status, cf_mitigated="challenge", **({"cf_ray": ray} if ray else {}))
    middleware.downloaded(response, request())
    assert engine.closed == ["blocked"]
    assert middleware.closing.endswith(f"in place of the page: {URL} (status {status}{shown})")
    with pytest.raises(ChallengeError, match="a challenge of Cloudflare"):
        middleware.process_response(request(), response)


def test_a_pause_grows_thirty_times_and_no_further() -> None:
    each = Backoff(base=1.0, longest=1e12, vary=lambda: 0.5)
    lengths = []
    for _ in range(33):
        lengths.append(each.failed(each.until, None))
    assert lengths == pytest.approx([2.0 ** min(number, 30) for number in range(33)])


# -- retries ----------------------------------------------------------------------------------------------------


def test_an_error_is_retried_until_its_number_or_the_budget_is_used_up(engine: Engine) -> None:
    middleware = middleware_of(engine)
    first = middleware.process_response(request(), answer(503))
    assert isinstance(first, Request)
    assert first.meta["retry_times"] == 1
    second = middleware.process_response(first, answer(503))
    assert isinstance(second, Request)
    assert second.meta["retry_times"] == 2
    assert middleware.process_response(second, failed := answer(503)) is failed
    assert counted(middleware) == {"retries": 2}
    assert middleware.process_response(request(max_retry_times=0), failed) is failed
    assert middleware.backoff.retries_left == 3
    middleware.backoff.retries_left = 0.9
    assert middleware.process_response(request(), failed) is failed
    assert counted(middleware) == {"retries": 2, "retries_refused": 1}


def test_nothing_is_retried_once_the_crawl_ends(engine: Engine) -> None:
    middleware = middleware_of(engine)
    middleware.closing = "because"
    assert middleware.process_response(request(), failed := answer(503)) is failed
    assert middleware.process_exception(request(), DownloadTimeoutError()) is None
    assert "retries" not in counted(middleware)


def test_an_answer_that_is_no_error_is_handed_on(engine: Engine) -> None:
    middleware = middleware_of(engine)
    for status in (200, 304, 404):
        response = answer(status)
        assert middleware.process_response(request(), response) is response
    assert counted(middleware) == {}


def test_an_error_of_the_network_pauses_all_and_is_retried(engine: Engine) -> None:
    middleware = middleware_of(engine)
    again = middleware.process_exception(request(), DownloadTimeoutError())
    assert isinstance(again, Request)
    assert middleware.backoff.consecutive_errors == 1
    assert engine.slot.concurrency == 1
    assert counted(middleware)["pauses"] == 1
    assert middleware.process_exception(request(), StoppedError()) is None
    assert middleware.backoff.consecutive_errors == 1


def test_a_page_cut_off_is_asked_for_again_and_then_refused(engine: Engine) -> None:
    middleware = middleware_of(engine, RETRY_TIMES=1)
    cut = Response(URL, body=b"<html><body><p>Half a page", flags=["truncated: the page has no end"])
    first = middleware.process_response(request(), cut)
    assert isinstance(first, Request)
    assert middleware.backoff.consecutive_errors == 1
    with pytest.raises(TruncatedError, match=r"^the page has no end$"):
        middleware.process_response(first, cut)


# -- the end ----------------------------------------------------------------------------------------------------


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the middleware has logged; Scrapy says more where other tests have set up its log."""
    return [record.getMessage() for record in caplog.records if record.name == politeness.logger.name]


def wait_in(slot: Slot, number: int) -> list[Failure]:
    """Queue requests, and return what becomes of them."""
    ended: list[Failure] = []
    for _ in range(number):
        waiting: Deferred[Response] = Deferred()
        waiting.addBoth(cast("Any", ended.append))
        slot.queue.append((request(), waiting))
    return ended


def test_a_crawl_that_ends_cancels_what_waits_and_holds_back_the_rest(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "newscrawl")
    looks: list[PolitenessMiddleware] = []
    monkeypatch.setattr(PolitenessMiddleware, "_look_soon", lambda self: looks.append(self))
    middleware = middleware_of(engine)
    cancelled: list[int] = []
    middleware.crawler.signals.connect(lambda: cancelled.append(1), signal=CANCEL_DOWNLOADS, weak=False)
    ended = wait_in(engine.slot, 3)
    middleware._look()
    assert (ended, len(looks), middleware.stopped_at) == ([], 1, None)
    middleware.process_request(request())
    engine.end()
    middleware._look()
    assert [type(failure.value) for failure in ended] == [StoppedError] * 3
    assert not engine.slot.queue
    assert engine.slot.lastseen - monotonic() > NEVER - 60
    stopping = ["Stopping: no further page is asked for; requests left: 3"]
    assert said(caplog) == stopping
    assert len(looks) == 2
    with pytest.raises(StoppedError, match=STOPPING):
        middleware.process_request(request())
    # What is on its way has its time; it is cancelled after that, and what has come to wait since.
    later = wait_in(engine.slot, 1)
    middleware._look()
    assert (len(later), cancelled, said(caplog)) == (1, [], stopping)
    assert middleware.stopped_at is not None
    middleware.stopped_at -= STOP_GRACE_SECONDS
    middleware._look()
    assert cancelled == [1]
    engine.spider = None
    middleware._look()
    assert len(looks) == 4


def test_nothing_is_said_where_nothing_is_left(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    engine._slot = SimpleNamespace(scheduler=[], inprogress=set(), closing=object())
    middleware = middleware_of(engine)
    caplog.set_level("INFO", "newscrawl")
    middleware._stop()
    assert said(caplog) == []


def test_a_slot_without_a_delay_is_held_back_too(engine: Engine) -> None:
    engine.slot.delay = 0.0
    middleware_of(engine)._cancel_queued()
    assert 0 < engine.slot.delay < 0.01


def test_a_crawl_that_is_ended_by_force_says_what_is_left(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    middleware = middleware_of(engine)
    stats = middleware.crawler.stats
    stats.set_value("newscrawl/accounts/requests/article/opened", 5)
    stats.set_value("newscrawl/accounts/requests/article/read", 3)
    middleware._forced()
    assert stats.get_value("finish_reason") == FORCED
    assert caplog.messages[-1].startswith("Stopped by force: requests left: ")
    stats.set_value("finish_reason", "finished")
    engine.spider = None
    middleware._forced()
    assert stats.get_value("finish_reason") == "finished"


def test_the_middleware_listens_and_looks_from_the_start(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(reactor, "callLater", lambda *given: calls.append(given))
    monkeypatch.setattr(reactor, "addSystemEventTrigger", lambda *given: calls.append(given))
    crawler = middleware_of(engine).crawler
    middleware = PolitenessMiddleware.from_crawler(crawler)
    crawler.signals.send_catch_log(signal=signals.spider_opened, spider=engine.spider)
    assert calls == [
        ("before", "shutdown", middleware._forced),
        (politeness.SHUTDOWN_POLL_SECONDS, middleware._look),
    ]
    crawler.signals.send_catch_log(signal=signals.response_downloaded, response=answer(403), request=request())
    assert middleware.backoff.consecutive_refusals == 1


class Delays:
    """A robots.txt whose Crawl-delay is for one user agent."""

    def __init__(self, delays: dict[str, float]) -> None:
        self.delays = delays

    def crawl_delay(self, agent: str) -> float | None:
        return self.delays.get(agent)


@pytest.mark.parametrize(
    ("settings", "agents", "delay"),
    [({}, ["*"], 30.0), ({"ROBOTSTXT_USER_AGENT": "newscrawl"}, ["newscrawl"], 30.0), ({}, ["other"], None)],
)
def test_a_crawl_delay_is_that_of_our_user_agent_and_kept_at_once(
    settings: dict[str, str], agents: Iterable[str], delay: float | None, engine: Engine
) -> None:
    middleware = middleware_of(engine, **settings)
    middleware.robots_parsed(cast("Any", Delays(dict.fromkeys(agents, 30.0))), request())
    slot = engine.slot
    if delay is None:
        assert (slot.delay, slot.jitter, slot.concurrency) == (2.0, 0.5, 4)
        assert engine.downloader.per_slot_settings == {}
    else:
        assert (slot.delay, slot.jitter, slot.concurrency) == (delay, 0.0, 1)
        assert middleware.crawler.stats.get_value("newscrawl/politeness/crawl_delay") == delay
