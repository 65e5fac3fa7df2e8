"""A record that is none without a title and a body."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from newscrawl.almayadeen.kinds import KINDS_WITHOUT_TEXT
from newscrawl.items import Article, Record

logger = logging.getLogger(__name__)

REQUIRED = ("title", "body", "date_published")
# A story without a date is still the story: it is kept, its date null, and counted.
INDISPENSABLE = ("title", "body")


def missing(record: Record) -> tuple[str, ...]:
    """Return the names of the required fields that a record lacks, in the record's order.

    A film, a gallery, an infograph needs no body.
    """
    if not isinstance(record, Article):
        return () if record.text else ("text",)
    needed = (name for name in REQUIRED if name != "body" or record.kind not in KINDS_WITHOUT_TEXT)
    return tuple(name for name in needed if not getattr(record, name))


class RequirePipeline:
    """Counts each missing field; drops a record that lacks an indispensable one."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.stats)

    def process_item(self, item: Record) -> Record:
        names = missing(item)
        for name in names:
            self.stats.inc_value(f"newscrawl/missing/{name}")
        if any(name in INDISPENSABLE or name == "text" for name in names):
            address = item.url if isinstance(item, Article) else item.found_on
            logger.warning("Dropped %s: nothing left in %s", address, ", ".join(names))
            self.stats.inc_value("newscrawl/dropped/incomplete")
            raise DropItem(f"missing {', '.join(names)}", log_level="DEBUG")
        if names:
            logger.warning(
                "%s has no %s; it is kept", item.found_on if not isinstance(item, Article) else item.url, names
            )
        return item
