"""Requests made when they are needed: what a page leads to is asked for in parts, so that no million of them wait.

Scrapy takes all that a callback yields at once, and a request that waits needs kilobytes. A sitemap may list a million
pages, and one page may link to a hundred thousand.
"""

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro

from newscrawl.middlewares.stopping import is_stopping
from newscrawl.monitoring.accounting import LEFT, PURPOSE, Accounts

AT_ONCE = 500
"""Requests that are taken from one page before those are made that wait."""
HEAVY = frozenset(("sitemap",))
"""What a request is made for whose answer may wait here, as large as it is: one at a time is taken."""


class BacklogMiddleware:
    """Hands on what a callback yields, the first requests at once, the others when no other request waits.

    What was left last goes on first: the pages of a sitemap come before the next sitemap of its index, and no more
    answers are kept than indexes lead to each other.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.accounts = Accounts(crawler.stats.inc_value)
        self.waiting: list[tuple[AsyncIterator[Any], Response]] = []
        """What is left of the output of a callback, and the answer that it was called with."""
        self.is_filling = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.fill, signal=signals.scheduler_empty)
        crawler.signals.connect(middleware.keep_open, signal=signals.spider_idle)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Yield the first part of what a callback yields."""
        async for each in self.part(result, response):
            yield each

    async def part(self, rest: AsyncIterator[Any], response: Response) -> AsyncIterator[Any]:
        """Yield the next part of an output, and keep what is left of it."""
        asked = 0
        async for each in rest:
            yield each
            if isinstance(each, Request):
                asked += 1
                if asked >= AT_ONCE or each.meta.get(PURPOSE) in HEAVY:
                    self.waiting.append((rest, response))
                    return

    def fill(self) -> None:
        """Make more requests, where some can be made."""
        if self.waiting and not self.is_filling and not is_stopping(self.crawler):
            self.is_filling = True
            deferred_from_coro(self._fill())

    async def _fill(self) -> None:
        try:
            scheduler: Any = self.crawler.engine.scheduler
            while self.waiting and not scheduler.has_pending_requests() and not is_stopping(self.crawler):
                rest, response = self.waiting.pop()
                assert response.request is not None
                await self.crawler.engine.scraper.handle_spider_output_async(
                    self.part(rest, response), response.request, response
                )
        finally:
            self.is_filling = False

    def keep_open(self) -> None:
        """Keep a crawl open that has requests to make."""
        if self.waiting or self.is_filling:
            self.fill()
            raise DontCloseSpider

    def closed(self) -> None:
        """Enter that the rest of an output is left to the next run."""
        for _, response in self.waiting:
            if response.request is not None:
                self.accounts.settle_request(response.request.meta, LEFT)
        self.waiting.clear()
