"""One record a story: by identity, then by content."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from newscrawl.items import Headline, Record

logger = logging.getLogger(__name__)


class DeduplicatePipeline:
    """Drops what this run has already passed on, and counts it by reason.

    A story is the same when its edition and id are, or its content is: the same text under a second address is
    one record. A ticker line is the same when its edition and text are.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats
        self.addresses: dict[tuple[str, str], str] = {}
        """(edition, id or content hash) → address of the record that was passed on."""
        self.headlines: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    def process_item(self, item: Record) -> Record:
        if isinstance(item, Headline):
            key = (item.edition, item.text)
            if key in self.headlines:
                self._drop("headline", item.found_on, "the same line")
            self.headlines.add(key)
            return item
        keys = {"id": (item.edition, item.id)}
        if item.body:
            # Two films may have the same title and no text.
            keys["content"] = (item.edition, item.content_hash)
        for reason, key in keys.items():
            if key in self.addresses:
                self._drop(reason, item.url, self.addresses[key])
        self.addresses.update(dict.fromkeys(keys.values(), item.url))
        return item

    def _drop(self, reason: str, address: str, earlier: str) -> None:
        self.stats.inc_value(f"newscrawl/duplicate/{reason}")
        if reason != "headline":
            logger.info("Dropped %s: same %s as %s", address, reason, earlier)
        raise DropItem(f"duplicate {reason} of {earlier}", log_level="DEBUG")
