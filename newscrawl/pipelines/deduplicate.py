"""One record a story: by identity, then by content."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newscrawl.archive.run_state import seen_of
from newscrawl.items import Headline, Record

logger = logging.getLogger(__name__)


class DeduplicatePipeline:
    """Drops what this run has already passed on, and counts it by reason.

    A story is the same when its edition and id are, or its content is: the same text under a second address is
    one record. A ticker line is the same when its edition and text are.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Record) -> Record:
        seen = seen_of(self.crawler)
        if isinstance(item, Headline):
            if not seen.add("headline", item.edition, item.text):
                self._drop("headline", item.found_on, "the same line")
            return item
        keys = [("id", item.edition, item.id)]
        if item.body:
            # Two films may have the same title and no text.
            keys.append(("content", item.edition, item.content_hash))
        for key in keys:
            if (earlier := seen.get(*key)) is not None:
                self._drop(key[0], item.url, earlier)
        # Of each the address under which it was passed on.
        for key in keys:
            seen.add(*key, value=item.url)
        return item

    def _drop(self, reason: str, address: str, earlier: str) -> None:
        self.crawler.stats.inc_value(f"newscrawl/duplicate/{reason}")
        if reason != "headline":
            logger.info("Dropped %s: same %s as %s", address, reason, earlier)
        raise DropItem(f"duplicate {reason} of {earlier}", log_level="DEBUG")
