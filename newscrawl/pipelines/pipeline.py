"""What the pipeline steps share: one method for articles, one for headlines, and the counting of what is dropped."""

from typing import NoReturn, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newscrawl.items import FetchedArticle, Headline, Scraped
from newscrawl.signals import ERROR_NAMED


class NamedDropError(DropItem):
    """Raised for a record that is dropped; its name is the counter in the statistics (`newscrawl/<name>`)."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.name = name


class Pipeline:
    """A step that passes everything on; each step overrides the methods for the records that it is about."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Scraped) -> Scraped:
        """Hand the record to the method for its kind."""
        return self.process_headline(item) if isinstance(item, Headline) else self.process_article(item)

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        """Return the article in its envelope as it goes on, or drop it."""
        return fetched

    def process_headline(self, headline: Headline) -> Headline:
        """Return the headline as it goes on, or drop it."""
        return headline

    def count(self, name: str) -> None:
        """Count one under `newscrawl/<name>`."""
        self.crawler.stats.inc_value(f"newscrawl/{name}")

    def count_error(self, name: str, url: str) -> None:
        """Count an error under its name, with the URL as an example for the report."""
        self.count(f"error/{name}")
        self.crawler.signals.send_catch_log(signal=ERROR_NAMED, name=name, url=url)

    def drop(self, name: str, reason: str) -> NoReturn:
        """Count one under `newscrawl/<name>`, and drop the record for a reason."""
        self.count(name)
        raise NamedDropError(name, reason)
