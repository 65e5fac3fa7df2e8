"""The filter of requests that were made before; it keeps their fingerprints on disk."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.dupefilters import RFPDupeFilter
from scrapy.http import Request
from scrapy.utils.defer import deferred_from_coro

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.errors import OutputError
from newscrawl.monitoring.accounting import count_error

logger = logging.getLogger(__name__)


class RunDupeFilter(RFPDupeFilter):
    """Scrapy's filter of requests that were made before, its fingerprints on disk (with `JOBDIR`: as Scrapy has it)."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        self = super().from_crawler(crawler)
        self.crawler = crawler
        return self

    def request_seen(self, request: Request) -> bool:
        """Return whether a request was made before; where the disk refuses the answer, the crawl stops."""
        if self.file:
            return super().request_seen(request)
        try:
            return not crawl_state(self.crawler).run_state.add("request", self.request_fingerprint(request))
        except OutputError as error:
            logger.critical("The crawl stops: %s", error)
            count_error(self.crawler.stats, "output", str(error))
            engine = self.crawler.engine
            if engine.running:
                deferred_from_coro(engine.close_spider_async(reason="output"))
            # A request made twice is better than one not made.
            return False
