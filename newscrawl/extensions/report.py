"""Listens to a crawl, and gathers what the report of the run says."""

from datetime import UTC, datetime
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawl.dates import format_utc
from newscrawl.items import Article, Record
from newscrawl.monitoring.observations import Observations
from newscrawl.signals import ERROR_NAMED, LISTING_READ, PAGE_UNREADABLE


class ReportExtension:
    """Hands on what Scrapy and the spider signal; `monitoring/reports.py` makes the report of it."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self.seen = Observations()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        for receiver, signal in (
            (extension.item_scraped, signals.item_scraped),
            (extension.file_closed, signals.feed_slot_closed),
            (extension.error_named, ERROR_NAMED),
            (extension.page_unreadable, PAGE_UNREADABLE),
            (extension.listing_read, LISTING_READ),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return extension

    def item_scraped(self, item: Record, response: Response | None) -> None:
        """Count an exported article of this run's pages; one of a page that was kept says nothing of today's."""
        if isinstance(item, Article) and response is not None:
            self.seen.add_article(item, response.body, item.date_downloaded or format_utc(datetime.now(UTC)))

    def file_closed(self, slot: Any) -> None:
        """Note a committed file."""
        storage = slot.storage
        if getattr(storage, "committed", None) is not None:
            # `en/articles/….jsonl`
            self.seen.add_file("/".join(storage.committed.parts[-3:]), storage.lines, storage.sha256)

    def error_named(self, name: str, url: str) -> None:
        """Remember an example of an error that was counted."""
        self.seen.add_error(name, url)

    def page_unreadable(self, response: Response, when: str, url: str) -> None:
        """Keep a page that could not be read."""
        self.seen.add_unreadable(url, when, response.body)

    def listing_read(self, url: str, links: int, response: Response) -> None:
        """Note how many articles the first batch of a listing showed."""
        self.seen.add_listing(url, links, response.body)
