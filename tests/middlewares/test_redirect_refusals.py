"""Redirects that lead to something else than the page asked for: each is refused by its name."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.dupefilters import RFPDupeFilter
from scrapy.http import HtmlResponse, Response
from scrapy.utils.request import RequestFingerprinter

from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.run_state import RunState
from newscrawl.errors import OutputError
from newscrawl.middlewares.redirects import (
    ARCHIVE_ROOT,
    MetaRefreshMiddleware,
    OnSiteMiddleware,
    RedirectMiddleware,
    StayOnSiteMiddleware,
    checked,
    led_elsewhere,
    moved_to,
)
from newscrawl.middlewares.refusals import (
    LeftSiteError,
    RedirectedHomeError,
    RedirectedToKnownError,
    RedirectedToLoginError,
    RedirectLoopError,
    TooManyRedirectsError,
)
from newscrawl.middlewares.requests import RunDupeFilter
from newscrawl.monitoring.accounting import ENTRY, Entry
from tests.extensions.engine import Engine, bare_crawler

URL = "https://x.net/news/politics/a-b"
OTHER = "https://x.net/news/politics/c-d"
OTHER_SITES = (
    "https://y.net/", "https://x.net:8443/a", "https://evil.x.net/a", "https://x.net.evil.org/a", "https://x.net@y.net/a",
    "https://x.net:80/a", "http://x.net:443/a", "https://127.0.0.1/a", "https://xn--x-7ga.net/a", "https://y.net\\@x.net/a",
)  # fmt: skip


@pytest.fixture
def crawler() -> Crawler:
    made = bare_crawler(REDIRECT_MAX_TIMES=2)
    made.spider = Spider("test", allowed_domains=["x.net"])
    made.spider.crawler = made
    made.request_fingerprinter = RequestFingerprinter(made)
    made.engine = cast("Any", Engine())
    return made


def request(url: str = URL, **meta: Any) -> Request:
    return Request(url, meta={ENTRY: Entry("article"), **meta})


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        (OTHER, None),
        ("https://www.x.net/news/politics/c-d", None),
        ("https://x.net/", RedirectedHomeError),
        ("https://x.net", RedirectedHomeError),
        ("https://x.net/?from=a", RedirectedHomeError),
        ("https://x.net/user/LOGIN", RedirectedToLoginError),
        ("https://x.net/sso/start", RedirectedToLoginError),
        ("https://x.net/news/politics/login-of-the-minister", None),
        ("https://y.net/news/politics/a-b", LeftSiteError),
        ("https://y.net/", LeftSiteError),
    ],
)
def test_where_a_redirect_leads_says_what_it_is(target: str, refusal: type[Exception] | None, crawler: Crawler) -> None:
    assert led_elsewhere(URL, target) is refusal
    result = Request(target, meta={"redirect_urls": [URL]})
    if refusal is None:
        assert checked(crawler, request(), result) is result
    else:
        with pytest.raises(refusal, match=f"^redirected to {result.url[:200]}".replace("?", r"\?")):
            checked(crawler, request(), result)


@pytest.mark.parametrize("url", ["https://x.net/", "https://x.net"])
def test_the_home_page_may_lead_to_itself_in_another_spelling(url: str) -> None:
    assert led_elsewhere(url, "https://www.x.net/") is None


def test_a_redirect_to_where_it_came_from_is_a_loop(crawler: Crawler) -> None:
    result = Request(URL, meta={"redirect_urls": [URL, OTHER]})
    with pytest.raises(RedirectLoopError):
        checked(crawler, request(OTHER, redirect_urls=[URL]), result)
    # A loop over the home page is one too.
    home = Request("https://x.net/", meta={"redirect_urls": ["https://x.net/", URL]})
    with pytest.raises(RedirectLoopError):
        checked(crawler, request(), home)


def test_a_redirect_to_what_this_run_has_asked_for_is_refused(crawler: Crawler) -> None:
    seen = RunDupeFilter.from_crawler(crawler)
    assert not seen.request_seen(Request(OTHER))
    result = Request(OTHER, meta={"redirect_urls": [URL]})
    with pytest.raises(RedirectedToKnownError, match=f"^redirected to {OTHER}$"):
        checked(crawler, request(), result)
    long = Request(f"{URL}?{'x' * 300}", meta={"redirect_urls": [URL]})
    assert not seen.request_seen(long)
    with pytest.raises(RedirectedToKnownError) as error:
        checked(crawler, request(), long)
    assert len(str(error.value)) == len("redirected to ") + 200


def test_what_is_not_in_the_accounts_goes_where_it_is_led(crawler: Crawler) -> None:
    result = Request("https://y.net/robots.txt")
    assert checked(crawler, Request("https://x.net/robots.txt"), result) is result
    response = Response(URL)
    assert checked(crawler, request(), response) is response


def moved(target: str, status: int = 302) -> Response:
    return Response(URL, status=status, headers={"Location": target})


def test_redirects_are_followed_with_these_refusals(crawler: Crawler) -> None:
    middleware = RedirectMiddleware.from_crawler(crawler)
    asked = request()
    asked.headers["Referer"] = URL
    result = middleware.process_response(asked, moved(OTHER))
    assert isinstance(result, Request)
    assert (result.url, result.meta["redirect_urls"], "Referer" in result.headers) == (OTHER, [URL], False)
    with pytest.raises(RedirectedHomeError):
        middleware.process_response(request(), moved("/"))
    with pytest.raises(TooManyRedirectsError):
        middleware.process_response(request(redirect_times=2, redirect_ttl=0), moved(OTHER))


def page(target: str) -> HtmlResponse:
    return HtmlResponse(URL, body=f'<meta http-equiv="refresh" content="0; url={target}">'.encode())


def test_a_refresh_of_a_page_is_followed_with_these_refusals(crawler: Crawler) -> None:
    middleware = MetaRefreshMiddleware.from_crawler(crawler)
    result = middleware.process_response(request(), page(OTHER))
    assert (type(result), result.url) == (Request, OTHER)
    # A page that loads itself again is the page.
    itself = page(URL)
    assert middleware.process_response(request(), itself) is itself
    with pytest.raises(RedirectedHomeError):
        middleware.process_response(request(), page("/"))
    with pytest.raises(TooManyRedirectsError):
        middleware.process_response(request(redirect_ttl=0), page(OTHER))
    late = HtmlResponse(URL, body=b" " * (4 * 4096) + page(OTHER).body)
    assert middleware.process_response(request(), late) is late


@pytest.mark.parametrize(
    ("status", "target", "leaves"),
    [
        (301, "https://y.net/a", True),
        (399, "https://y.net/a", True),
        (300, "//y.net/a", True),
        (301, "/b", False),
        (200, "https://y.net/a", False),
        (400, "https://y.net/a", False),
        (299, "https://y.net/a", False),
    ],
)
def test_a_redirect_off_the_site_is_refused_and_says_where(
    status: int, target: str, leaves: bool, crawler: Crawler
) -> None:
    middleware = StayOnSiteMiddleware.from_crawler(crawler)
    response = moved(target, status)
    if not leaves:
        assert middleware.process_response(request(), response) is response
        return
    with pytest.raises(LeftSiteError, match=f"^redirected to another site: {target}$") as error:
        middleware.process_response(request(), response)
    assert error.value.target == target


def test_a_redirect_without_a_target_is_no_redirect(crawler: Crawler) -> None:
    response = Response(URL, status=302)
    assert StayOnSiteMiddleware.from_crawler(crawler).process_response(request(), response) is response
    odd = Response(URL, status=302, headers={"Location": b"https://\xff.net/" + b"x" * 300})
    with pytest.raises(LeftSiteError) as error:
        StayOnSiteMiddleware.from_crawler(crawler).process_response(request(), odd)
    assert len(str(error.value)) == len("redirected to another site: ") + 200
    assert len(error.value.target) > 300


def test_a_request_to_another_host_is_refused_by_name_and_never_vanishes(crawler: Crawler) -> None:
    crawler.spider = cast("Any", SimpleNamespace(root="https://x.net"))
    middleware = OnSiteMiddleware(crawler)
    for url in (URL, "http://x.net/a", "https://www.x.net/a", "https://X.net:443/robots.txt"):
        middleware.process_request(Request(url))
    for url in (*OTHER_SITES, "https://y.net:80@x.net/a"):
        with pytest.raises(LeftSiteError, match=r"a request to another site than https://x\.net: ") as error:
            middleware.process_request(Request(url, dont_filter=True, meta={"allow_offsite": True}))
        assert error.value.target == Request(url).url
    # A request to an archive is held to that one.
    archive = {ARCHIVE_ROOT: "https://web.archive.org"}
    middleware.process_request(Request("https://web.archive.org/web/a", meta=archive))
    for url in (URL, "https://y.net/"):
        with pytest.raises(LeftSiteError, match=r"a request to another site than https://web\.archive\.org: "):
            middleware.process_request(Request(url, meta=archive))


@pytest.mark.parametrize(
    ("target", "site"),
    [
        ("https://new.example/a?b#c", "https://new.example"),
        ("//new.example:8443", "https://new.example:8443"),
        ("/b", "https://x.net"),
        ("https://" + "x" * 300, "https://" + "x" * 192),
        ("mailto:a@b.c", ""),
    ],
)
def test_the_new_site_is_named(target: str, site: str) -> None:
    assert moved_to(URL, target) == site


# -- requests made before ---------------------------------------------------------------------------------------


def test_a_request_is_made_once_a_run(crawler: Crawler) -> None:
    seen = RunDupeFilter.from_crawler(crawler)
    assert [seen.request_seen(Request(url)) for url in (URL, URL, OTHER, URL)] == [False, True, False, True]


def test_with_a_folder_for_the_job_scrapys_own_filter_is_asked(tmp_path: Path) -> None:
    made = bare_crawler(JOBDIR=str(tmp_path))
    made.request_fingerprinter = RequestFingerprinter(made)
    seen = RunDupeFilter.from_crawler(made)
    assert isinstance(seen, RFPDupeFilter)
    assert [seen.request_seen(Request(url)) for url in (URL, URL)] == [False, True]
    seen.close("finished")
    assert (tmp_path / "requests.seen").stat().st_size > 0


@pytest.mark.parametrize("running", [True, False])
def test_where_the_disk_refuses_the_answer_the_crawl_stops(running: bool, crawler: Crawler) -> None:
    class Full(RunState):
        def add(self, *key: str, value: str = "") -> bool:
            raise OutputError(28, "full")

    set_crawl_state(crawler, CrawlState(run_state=Full()))
    engine = cast("Any", crawler.engine)
    engine.running = running
    # A request made twice is better than one not made.
    assert RunDupeFilter.from_crawler(crawler).request_seen(Request(URL)) is False
    assert engine.reasons == ["output"] * running
    assert crawler.stats.get_value("newscrawl/error/output") == 1
    assert crawl_state(SimpleNamespace()).archive is None


@pytest.mark.parametrize("url", ["https://x.net:80:90/a", "https://[x/", "https://x.net:port/"])
def test_a_refresh_that_leads_to_no_url_leaves_the_page(url: str, crawler: Crawler) -> None:
    page = HtmlResponse(URL, body=f'<meta http-equiv="refresh" content="0; url={url}">'.encode())
    assert MetaRefreshMiddleware.from_crawler(crawler).process_response(request(), page) is page
