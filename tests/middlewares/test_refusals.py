"""Each middleware refuses with an exception of its own; the spider never reads a message."""

import asyncio
import gzip
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from newscrawl.middlewares.compression import HttpCompressionMiddleware
from newscrawl.middlewares.politeness import PolitenessMiddleware
from newscrawl.middlewares.redirects import (
    MetaRefreshMiddleware,
    RedirectMiddleware,
    StayOnSiteMiddleware,
)
from newscrawl.middlewares.refusals import (
    ChallengeError,
    LeftSiteError,
    RefusedRequestError,
    RobotsForbiddenError,
    RobotsRefusedError,
    RobotsUnreadableError,
    StoppedError,
    TooLargeError,
    TooManyRedirectsError,
)
from newscrawl.middlewares.robots import RobotsMiddleware

URL = "https://x.net/news/politics/killer-robots"
REFRESH = b"<html><head><meta http-equiv=refresh content='0; url=/killer-robots'></head></html>"


def crawler_with(**settings: Any) -> Crawler:
    crawler = get_crawler(settings_dict={"ROBOTSTXT_OBEY": True, **settings})
    crawler.spider = Spider("test")
    crawler.spider.allowed_domains = ["x.net"]  # type: ignore[attr-defined]
    return crawler


def test_a_redirect_off_the_site() -> None:
    response = Response(URL, status=302, headers={"Location": "https://example.org/killer-robots"})
    with pytest.raises(LeftSiteError):
        StayOnSiteMiddleware().process_response(Request(URL), response)


def test_too_many_redirects() -> None:
    request = Request(URL, meta={"redirect_times": 5})
    crawler = crawler_with(REDIRECT_MAX_TIMES=5)
    response = Response(URL, status=302, headers={"Location": "/another-site"})
    with pytest.raises(TooManyRedirectsError):
        RedirectMiddleware.from_crawler(crawler).process_response(request, response)
    with pytest.raises(TooManyRedirectsError):
        MetaRefreshMiddleware.from_crawler(crawler).process_response(request, HtmlResponse(URL, body=REFRESH))


def test_a_response_that_unpacks_to_too_much() -> None:
    middleware = HttpCompressionMiddleware.from_crawler(crawler_with(DOWNLOAD_MAXSIZE=1000))
    body = gzip.compress(b"robots" * 100_000)
    with pytest.raises(TooLargeError):
        middleware.process_response(Request(URL), Response(URL, body=body, headers={"Content-Encoding": "gzip"}))


def test_a_challenge_and_what_is_asked_for_after_it() -> None:
    crawler = crawler_with(BACKOFF_BASE=0, BACKOFF_MAX=0, MAX_CONSECUTIVE_ERRORS=0, MAX_CONSECUTIVE_REFUSALS=0)
    crawler.engine = SimpleNamespace(running=False)  # type: ignore[assignment]
    middleware = PolitenessMiddleware.from_crawler(crawler)
    response = Response(URL, headers={"cf-mitigated": "challenge"})
    middleware.process_request(Request(URL))
    with pytest.raises(ChallengeError):
        middleware.process_response(Request(URL), response)
    middleware.downloaded(response, Request(URL))
    with pytest.raises(StoppedError):
        middleware.process_request(Request(URL))


def ask_for_robots(download: Callable[[], Response]) -> RobotsMiddleware:
    """Return the middleware of a crawler whose downloads are answered by a function."""

    async def download_async(request: Request) -> Response:
        assert request.url == "https://x.net/robots.txt"
        return download()

    crawler = crawler_with()
    crawler.engine = SimpleNamespace(download_async=download_async)  # type: ignore[assignment]
    return RobotsMiddleware(crawler)


def failing(error: Exception) -> Callable[[], Response]:
    def download() -> Response:
        raise error

    return download


def robots(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Callable[[], Response]:
    return lambda: Response("https://x.net/robots.txt", status=status, body=body, headers=headers)


@pytest.mark.parametrize(
    ("download", "refusal"),
    [
        (robots(200, b"User-agent: *\nDisallow: /news"), RobotsForbiddenError),
        (robots(503), RobotsUnreadableError),
        (robots(429), RobotsRefusedError),
        (robots(200, headers={"cf-mitigated": "challenge"}), ChallengeError),
        (failing(ChallengeError("robots")), ChallengeError),
        (failing(StoppedError("robots")), StoppedError),
        (failing(LeftSiteError("the crawl stops, it answered")), RobotsUnreadableError),
        (failing(TimeoutError("a challenge of Cloudflare")), RobotsUnreadableError),
    ],
)
def test_robots_that_forbids_or_cannot_be_read(
    download: Callable[[], Response], refusal: type[RefusedRequestError]
) -> None:
    middleware = ask_for_robots(download)

    async def ask_twice() -> None:
        for _ in range(2):
            with pytest.raises(refusal):
                await middleware.process_request(Request(URL))

    asyncio.run(ask_twice())


@pytest.mark.parametrize("download", [robots(200, b"User-agent: *\nDisallow: /cms"), robots(404), robots(403)])
def test_robots_that_lets_a_url_through(download: Callable[[], Response]) -> None:
    asyncio.run(ask_for_robots(download).process_request(Request(URL)))


def test_refusals_are_what_scrapy_ignores() -> None:
    assert issubclass(RefusedRequestError, IgnoreRequest)
