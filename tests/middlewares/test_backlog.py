"""What a callback yields is taken in parts; the rest waits until no other request does."""

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response

from newscrawl.middlewares.backlog import AT_ONCE, BacklogMiddleware
from newscrawl.monitoring.accounting import ENTRY, LEFT, PURPOSE, Accounts
from tests.extensions.engine import bare_crawler

URL = "https://x.net/sitemap.xml"


async def output(number: int, purpose: str = "article", items: int = 0) -> AsyncIterator[Any]:
    for each in range(items):
        yield {"item": each}
    for each in range(number):
        yield Request(f"https://x.net/{each}", meta={PURPOSE: purpose})


def taken(values: AsyncIterator[Any]) -> list[Any]:
    async def run() -> list[Any]:
        return [each async for each in values]

    return asyncio.run(run())


@pytest.fixture
def middleware() -> BacklogMiddleware:
    crawler = bare_crawler()
    made = BacklogMiddleware.from_crawler(crawler)
    handled: list[Any] = []

    async def handle(values: AsyncIterator[Any], request: Request, response: Response) -> None:
        handled.append([each async for each in values])

    scheduler = SimpleNamespace(has_pending_requests=lambda: bool(handled))
    crawler.engine = SimpleNamespace(  # type: ignore[assignment]
        running=True, spider="a spider", _slot=None, scheduler=scheduler,
        scraper=SimpleNamespace(handle_spider_output_async=handle), handled=handled,
    )  # fmt: skip
    return made


def answer() -> Response:
    return Response(URL, request=Request(URL))


def test_the_first_requests_are_taken_and_the_others_wait(middleware: BacklogMiddleware) -> None:
    async def run() -> None:
        rest = output(AT_ONCE + 3, items=2 * AT_ONCE)
        first = [each async for each in middleware.process_spider_output(answer(), rest)]
        assert len(first) == 3 * AT_ONCE
        assert len(middleware.waiting) == 1
        await middleware._fill()
        engine: Any = middleware.crawler.engine
        assert [each.url for each in engine.handled[0]] == [f"https://x.net/{AT_ONCE + n}" for n in range(3)]
        assert middleware.waiting == []

    asyncio.run(run())


def test_what_is_less_does_not_wait_and_sitemaps_come_one_by_one(middleware: BacklogMiddleware) -> None:
    assert len(taken(middleware.part(output(AT_ONCE - 1), answer()))) == AT_ONCE - 1
    assert middleware.waiting == []
    assert len(taken(middleware.part(output(3, "sitemap"), answer()))) == 1
    assert len(middleware.waiting) == 1


def test_a_crawl_with_something_left_stays_open(middleware: BacklogMiddleware) -> None:
    middleware.keep_open()
    middleware.waiting.append((output(1), answer()))
    middleware.is_filling = True
    with pytest.raises(DontCloseSpider):
        middleware.keep_open()


def test_a_crawl_that_ends_leaves_the_rest_and_says_so(middleware: BacklogMiddleware) -> None:
    response = answer()
    stats = middleware.crawler.stats
    assert response.request is not None
    response.request.meta[ENTRY] = Accounts(stats.inc_value).open("sitemap")
    middleware.waiting.append((output(1), response))
    middleware.crawler.engine.running = False
    middleware.fill()
    assert not middleware.is_filling
    middleware.closed()
    assert (middleware.waiting, response.request.meta[ENTRY].fate) == ([], LEFT)
