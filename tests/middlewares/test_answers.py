"""How an answer counts: as a refusal, as an error, or as a success; and who waits for robots.txt."""

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred, ensureDeferred

from newscrawl.middlewares import robots
from newscrawl.middlewares.politeness import BLOCKED, PolitenessMiddleware
from newscrawl.middlewares.redirects import leaves_site
from newscrawl.middlewares.refusals import RobotsForbiddenError, RobotsUnreadableError
from newscrawl.middlewares.robots import RobotsMiddleware

URL = "https://x.net/news/politics/a-b"


@pytest.fixture
def middleware(monkeypatch: pytest.MonkeyPatch) -> PolitenessMiddleware:
    """A middleware whose crawl ends at the third refusal in a row."""
    settings = {"BACKOFF_BASE": 0.001, "BACKOFF_MAX": 600, "MAX_CONSECUTIVE_ERRORS": 0, "MAX_CONSECUTIVE_REFUSALS": 3}
    crawler = get_crawler(settings_dict=settings)
    crawler.engine = SimpleNamespace(running=False, downloader=SimpleNamespace(slots={}))  # type: ignore[assignment]
    # No reactor runs here.
    monkeypatch.setattr(PolitenessMiddleware, "_look_soon", lambda _: None)
    return PolitenessMiddleware.from_crawler(crawler)


def take(middleware: PolitenessMiddleware, *statuses: int, **headers: str) -> None:
    for status in statuses:
        middleware.downloaded(Response(URL, status=status, headers=headers), Request(URL))


@pytest.mark.parametrize("status", [401, 403, 451])
def test_refusals_in_a_row_end_the_crawl(status: int, middleware: PolitenessMiddleware) -> None:
    take(middleware, status, status)
    assert middleware.closing == ""
    take(middleware, status)
    assert middleware.closing.startswith("3 consecutive refusals, the last: ")
    stats = middleware.crawler.stats
    assert stats.get_value(f"newscrawl/{BLOCKED}") == middleware.closing


@pytest.mark.parametrize("between", [200, 304, 404, 410])
def test_an_answer_between_two_refusals_separates_them(between: int, middleware: PolitenessMiddleware) -> None:
    take(middleware, 403, 403, between, 403, 403, between)
    assert middleware.closing == ""
    assert middleware.backoff.consecutive_refusals == 0


@pytest.mark.parametrize("between", [429, 500, 503])
def test_an_error_separates_no_refusals_and_is_no_success(between: int, middleware: PolitenessMiddleware) -> None:
    middleware.backoff.retries_left = 0
    take(middleware, 403, between, 403)
    assert middleware.backoff.retries_left == 0
    assert middleware.backoff.consecutive_errors == 1
    take(middleware, 403)
    assert middleware.closing != ""


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_error_pauses_all_for_what_it_asks(status: int, middleware: PolitenessMiddleware) -> None:
    take(middleware, status, **{"Retry-After": "120"})
    stats = middleware.crawler.stats
    assert stats.get_value("newscrawl/politeness/paused_seconds") == pytest.approx(120, abs=1)
    assert stats.get_value("newscrawl/politeness/pauses") == 1


def test_no_limit_is_no_end(middleware: PolitenessMiddleware) -> None:
    middleware.max_refusals = 0
    take(middleware, *[403] * 50)
    assert middleware.closing == ""


@pytest.mark.parametrize(
    ("location", "leaves"),
    [
        ("https://x.net/b", False),
        ("//www.x.net/b", False),
        ("ftp://x.net/b", True),
        ("ftp://x.net:443/b", True),
        ("https://x.net:8443/b", True),
        ("http://x.net/b", False),
        ("http://x.net:443/b", True),
        ("https://x.net:80/b", True),
        ("https://[x/b", True),
        # As browsers read them.
        ("///y.net/b", True),
        ("//y.net/b", True),
        ("\\\\y.net\\b", True),
        ("/\\y.net/b", True),
        ("https:/y.net/b", False),
        ("https:\\\\y.net", True),
        ("https://x.net@y.net/b", True),
        ("https://y.net\\@x.net/b", True),
        ("https://x.net.y.net/b", True),
        ("https://evil.x.net/b", True),
        ("https://ⅹ.net/b", False),
        ("https://x。net/b", False),
        (" https://x.net/b ", False),
        ("java\nscript:alert(1)", True),
        ("b?x=https://y.net/", False),
        ("", True),
    ],
)
def test_a_redirect_stays_with_scheme_host_and_port(location: str, leaves: bool) -> None:
    assert leaves_site("https://x.net/a", location) is leaves


@pytest.mark.parametrize(("status", "refusal"), [(200, RobotsForbiddenError), (503, RobotsUnreadableError)])
def test_all_who_wait_for_robots_txt_keep_to_it(
    status: int, refusal: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests that go out while robots.txt is on its way, each to a page that it forbids or to one that it allows."""
    monkeypatch.setattr(robots, "maybe_deferred_to_future", lambda deferred: deferred)
    robots_txt: Deferred[Response] = Deferred()
    asked: list[str] = []

    async def download_async(request: Request) -> Response:
        asked.append(request.url)
        return await robots_txt

    async def send(**_: Any) -> None:
        """Reach nobody: what listens needs a reactor."""

    crawler = get_crawler(settings_dict={"ROBOTSTXT_OBEY": True})
    monkeypatch.setattr(crawler.signals, "send_catch_log_async", send)
    crawler.spider = Spider("test")
    crawler.engine = SimpleNamespace(download_async=download_async)  # type: ignore[assignment]
    middleware = RobotsMiddleware(crawler)
    ended: dict[str, Any] = {}

    def start(name: str) -> None:
        request: Coroutine[Any, Any, None] = middleware.process_request(Request(f"https://x.net/{name}"))
        ensureDeferred(request).addBoth(lambda value: ended.update({name: getattr(value, "type", None)}))

    names = ("private/a", "private/b", "open/a", "private/c", "open/b")
    for name in names:
        start(name)
    assert ended == {}
    robots_txt.callback(Response("https://x.net/robots.txt", status=status, body=b"User-agent: *\nDisallow: /private"))
    assert asked == ["https://x.net/robots.txt"]
    assert ended == {name: refusal if status != 200 or "private" in name else None for name in names}


def test_rules_that_cannot_be_read_are_no_permission(monkeypatch: pytest.MonkeyPatch) -> None:
    middleware = RobotsMiddleware(get_crawler(settings_dict={"ROBOTSTXT_OBEY": True}))

    async def fails(*_: object) -> None:
        raise KeyError("parser")

    monkeypatch.setattr(middleware, "_fetch", fails)
    with pytest.raises(KeyError):
        asyncio.run(middleware.robot_parser(Request(URL)))
    with pytest.raises(RobotsUnreadableError):
        asyncio.run(middleware.robot_parser(Request(URL)))
