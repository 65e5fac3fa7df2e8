"""Answers and failures for the spider's tests, and what the spider made of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl import settings
from newscrawl.archive.ledger import Ledger
from newscrawl.dates import format_utc
from newscrawl.monitoring.accounting import ENTRY, Accounts
from newscrawl.spiders.mayadeen import MayadeenSpider

ROOT = "https://english.almayadeen.net"
NEW = f"{ROOT}/news/politics/canal-plan"
_OWN = (
    "TAG_PATTERN",
    "REVISIT_LIMIT",
    "SITEMAP_PATH",
    "FEED_PATH",
    "MAX_SITEMAPS",
    "MAX_SITEMAP_DEPTH",
    "MAX_SECTIONS",
    "MAX_TAGS",
    "WAYBACK_ROOT",
    "COMMONCRAWL_INDEX",
    "COMMONCRAWL_DATA",
)
SETTINGS = {name: getattr(settings, name) for name in _OWN}
SETTINGS |= {"REVISIT_SHARE": 0, "MISSING_SHARE": 0.5}
StartSpider = Callable[..., MayadeenSpider]


def ago(days: float) -> str:
    return format_utc((datetime.now(UTC) - timedelta(days=days)).replace(microsecond=0))


def ledger_of(spider: MayadeenSpider) -> Ledger:
    assert spider.ledger is not None
    spider.ledger.flush()
    return spider.ledger


def story(number: int) -> str:
    return f"{ROOT}/news/politics/story-{number}"


def answer(body: str = "", url: str = NEW, status: int = 200, headers: dict[str, str] | None = None) -> HtmlResponse:
    return HtmlResponse(url, status=status, body=body.encode(), headers=headers, request=scrapy.Request(url))


def failed(request: scrapy.Request, error: Exception | int) -> Failure:
    value = HttpError(Response(request.url, status=error), "") if isinstance(error, int) else error
    failure = Failure(value)  # type: ignore[no-untyped-call]
    failure.request = request  # type: ignore[attr-defined]
    return failure


def urls(output: Any) -> list[str]:
    return [each.url for each in output if isinstance(each, scrapy.Request)]


def stats(crawler: Crawler, name: str) -> Any:
    return crawler.stats.get_value(f"newscrawl/{name}", 0)


def counted(crawler: Crawler) -> dict[str, Any]:
    """Return all that this project has counted: name → number."""
    prefix = "newscrawl/"
    found = crawler.stats.get_stats()
    return {name.removeprefix(prefix): number for name, number in found.items() if name.startswith(prefix)}


def opened(request: scrapy.Request, purpose: str = "article") -> scrapy.Request:
    """Return a request that is in the accounts, as one that was sent is."""
    request.meta[ENTRY] = Accounts(lambda name, number: None).open(purpose)
    return request
