"""Only articles that were published in the interval asked for (`since`, `until`)."""

from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newscrawl.items import Article, Record


def outside(published: str | None, since: datetime | None, until: datetime | None) -> str | None:
    """Return why a time of publication is outside of `since` (in it) to `until` (not in it), or None when it is not.

    >>> from datetime import UTC
    >>> august = datetime(2024, 8, 1, tzinfo=UTC)
    >>> outside("2024-07-31T23:59:59Z", august, None), outside("2024-08-01T00:00:00Z", august, None)
    ('older', None)
    """
    if since is None and until is None:
        return None
    if published is None:
        return "undated"
    moment = datetime.fromisoformat(published)
    if since is not None and moment < since:
        return "older"
    return "newer" if until is not None and moment >= until else None


class IntervalPipeline:
    """Drops what was published outside of the interval, or at no known time, and counts it by reason."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Record) -> Record:
        arguments = getattr(self.crawler.spider, "arguments", None)
        if isinstance(item, Article) and arguments is not None:
            reason = outside(item.date_published, arguments.since, arguments.until)
            if reason is not None:
                self.crawler.stats.inc_value(f"newscrawl/outside/{reason}")
                raise DropItem(f"published outside of the interval: {reason}", log_level="DEBUG")
        return item
