"""Only the kinds of stories asked for (`kinds`), where the page and not its address tells the kind."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newscrawl.items import Article, Record


class KindsPipeline:
    """Drops articles of other kinds, and counts them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Record) -> Record:
        arguments = getattr(self.crawler.spider, "arguments", None)
        if isinstance(item, Article) and arguments is not None and arguments.kinds and item.kind not in arguments.kinds:
            self.crawler.stats.inc_value("newscrawl/outside/kind")
            raise DropItem(f"of kind {item.kind}, which was not asked for", log_level="DEBUG")
        return item
