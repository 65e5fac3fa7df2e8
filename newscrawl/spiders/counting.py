"""The part of the spider that reads pages within bounds, and counts by name what it meets."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import scrapy
from scrapy.exceptions import CloseSpider

from newscrawl.errors import IN_WORDS, NO_ANSWER
from newscrawl.middlewares.stopping import reading_within
from newscrawl.monitoring.accounting import Accounts
from newscrawl.signals import ERROR_NAMED

UNREACHABLE = "unreachable"
"""Reason why the spider is closed when the site does not answer at all."""
T = TypeVar("T")


class CountingSpider(scrapy.Spider):
    """Keeps the accounts and counters of a run."""

    root: str
    """The site's root, without a trailing slash."""

    @property
    def accounts(self) -> Accounts:
        """The accounts of this run."""
        return Accounts(self.crawler.stats.inc_value)

    def settle(self, request: scrapy.Request | None, fate: str) -> None:
        """Enter in the accounts how a request ended."""
        if request is not None:
            self.accounts.settle_request(request.meta, fate)

    # -- reading ------------------------------------------------------------------------------------------------

    def read(self, reader: Callable[..., T], *given: Any, **named: Any) -> T:
        """Return what a reader makes of a page; raises `ReadingTooSlowError` when it takes too long."""
        with reading_within(self.settings.getfloat("MAX_READ_SECONDS")):
            return reader(*given, **named)

    def read_each(self, values: Iterator[T]) -> Iterator[T]:
        """Yield what a reader yields; raises `ReadingTooSlowError` when one of the values takes too long."""
        while True:
            try:
                yield self.read(next, values)
            except StopIteration:
                return

    # -- counting -----------------------------------------------------------------------------------------------

    def count(self, name: str, number: int = 1) -> None:
        self.crawler.stats.inc_value(f"newscrawl/{name}", number)

    def leave_out(self, purpose: str, name: str, url: str, number: int = 1) -> None:
        """Count listings that are not asked for because of a bound: they are missing. `url` is the first of them."""
        if number <= 0:
            return
        if not self.crawler.stats.get_value(f"newscrawl/error/{name}"):
            self.logger.warning("Not asked for, and what follows neither: %s: %s", url, IN_WORDS[name])
        self.accounts.leave_out(purpose, name, number)
        self.count("listing/opened", number)
        self.count("listing/failed", number)
        self.count_error(name, url, number)

    def count_error(self, name: str, url: str = "", number: int = 1) -> None:
        self.count(f"error/{name}", number)
        self.crawler.signals.send_catch_log(signal=ERROR_NAMED, name=name, url=url or self.root)

    def stop_if_unreachable(self, name: str) -> None:
        """Stop when the site has never answered: the next URL would not be answered either."""
        if name in NO_ANSWER and not self.crawler.stats.get_value("response_received_count"):
            raise CloseSpider(UNREACHABLE)
