"""What a site may ask for is bounded, and odd values are named."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.test import get_crawler

from newscrawl.middlewares.politeness import PolitenessMiddleware, retry_after
from tests.crawling import Crawl, StartReplica

URL = "https://x.net/news/politics/a-b"


def politeness(**settings: Any) -> PolitenessMiddleware:
    """Return the middleware of a crawl that has a downloader without slots, and is not running."""
    given = {"BACKOFF_BASE": 5, "BACKOFF_MAX": 600, "MAX_CRAWL_DELAY": 60, "DOWNLOAD_DELAY": 2, **settings}
    crawler = get_crawler(settings_dict=given)
    crawler.spider = Spider("test")
    downloader = SimpleNamespace(slots={}, per_slot_settings={}, get_slot_key=lambda _: "x.net")
    crawler.engine = SimpleNamespace(running=False, downloader=downloader, spider=None)  # type: ignore[assignment]
    return PolitenessMiddleware.from_crawler(crawler)


def slot_settings(middleware: PolitenessMiddleware, asked: str) -> Any:
    """Return what the downloader is given for a robots.txt that asks for a Crawl-delay."""
    body = f"User-agent: *\nCrawl-delay: {asked}\n".encode()
    parser: Any = ProtegoRobotParser.from_crawler(middleware.crawler, body)
    if asked in ("inf", "nan", "-5"):
        # Protego takes these for no delay; another parser may not.
        parser = SimpleNamespace(crawl_delay=lambda _: float(asked))
    middleware.robots_parsed(parser, Request(URL))
    assert middleware.crawler.engine is not None
    return middleware.crawler.engine.downloader.per_slot_settings.get("x.net")


@pytest.mark.parametrize(
    ("asked", "delay"), [("1", None), ("1.5", 2), ("2", 2), ("10", 10), ("60", 60), ("0", None), ("soon", None)]
)
def test_a_crawl_delay_is_a_minimum(asked: str, delay: float | None) -> None:
    middleware = politeness()
    kept = slot_settings(middleware, asked)
    assert kept == (None if delay is None else {"concurrency": 1, "delay": delay, "jitter": 0.0})
    assert middleware.closing == ""


@pytest.mark.parametrize("asked", ["61", "9" * 20, "1e308", "inf"])
def test_a_crawl_delay_beyond_the_bound_ends_the_crawl(asked: str) -> None:
    middleware = politeness()
    assert slot_settings(middleware, asked) is None
    assert middleware.closing.startswith("robots.txt asks for ")
    assert "raise MAX_CRAWL_DELAY to allow it" in middleware.closing
    assert middleware.crawler.stats.get_value("newscrawl/too_slow") == middleware.closing


def test_a_crawl_delay_that_is_not_longer_than_our_own_is_no_reason_to_end() -> None:
    middleware = politeness(DOWNLOAD_DELAY=100)
    assert slot_settings(middleware, "90") == {"concurrency": 1, "delay": 100, "jitter": 0.0}
    assert middleware.closing == ""


@pytest.mark.parametrize("asked", ["nan", "-5"])
def test_a_crawl_delay_that_cannot_be_meant_is_named(asked: str, caplog: pytest.LogCaptureFixture) -> None:
    middleware = politeness()
    assert slot_settings(middleware, asked) is None
    assert middleware.closing == ""
    assert f"Crawl-delay {asked} of robots.txt cannot be meant" in caplog.text


@pytest.mark.parametrize(
    "header",
    [
        "Thu, 22 Aug 2026 13:01:30 +99999999999999999999",
        "Thu, 99 Aug 2024 13:01:30 GMT",
        "1e308",
        "nan",
        "-5",
        "٥",
        "\0",
    ],
)
def test_a_retry_after_that_is_none_is_none(header: str) -> None:
    assert retry_after(header, datetime(2024, 8, 22, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("1e308", "Retry-After '1e308' of https://x.net/news/politics/a-b cannot be read"),
        ("Thu, 22 Aug 2026 13:01:30 +99999999999999999999", "cannot be read; pausing as without it"),
        ("9" * 20, "BACKOFF_MAX bounds it to 600 s"),
        ("Thu, 01 Jan 9999 00:00:00 GMT", "BACKOFF_MAX bounds it to 600 s"),
    ],
)
def test_an_odd_retry_after_is_named_and_bounded(header: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    middleware = politeness(MAX_CONSECUTIVE_ERRORS=0)
    middleware.downloaded(Response(URL, status=429, headers={"Retry-After": header}), Request(URL))
    assert words in caplog.text
    assert 0 < middleware.crawler.stats.get_value("newscrawl/politeness/paused_seconds") <= 600


def test_a_site_that_asks_for_too_long_a_delay_is_not_crawled(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=10, crawl_delay=61)
    done = crawl(site)
    assert done.status == 5, done.log
    assert "robots.txt asks for 61 s between requests; raise MAX_CRAWL_DELAY to allow it" in done.last_line
    assert {seen.path for seen in site.requests} == {"/robots.txt"}
    # It is no block: a run that allows it is not held back.
    assert "resting" not in crawl(site).last_line


def test_the_delay_of_an_archive_is_its_own() -> None:
    own = {"concurrency": 1, "delay": 2.5, "jitter": 0.0}
    for asked, delay in (("2.4", 2.5), ("3", 3)):
        middleware = politeness(DOWNLOAD_DELAY=0.1)
        assert middleware.crawler.engine is not None
        middleware.crawler.engine.downloader.per_slot_settings["x.net"] = own
        assert slot_settings(middleware, asked) == {**own, "delay": delay}
