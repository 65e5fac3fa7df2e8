"""The last step: the article goes on to the feeds, what came with it to the archive."""

from typing import Self

from scrapy.crawler import Crawler

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.items import FetchedArticle, Record, Scraped


class OpenEnvelopePipeline:
    """Takes each article out of its envelope, and has the archive keep the validators of its page."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Scraped) -> Record:
        """Return the record that the feeds get."""
        if not isinstance(item, FetchedArticle):
            return item
        archive = crawl_state(self.crawler).archive
        if archive is not None:
            archive.keep_validators(item)
        return item.article
