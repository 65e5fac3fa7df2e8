"""The log of Scrapy's own commands (`fetch`, `shell`, `parse`, …): escaped, as that of this project's own is."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.monitoring.logs import PlainFormatter


class EscapedLog:
    """A Scrapy add-on that gives Scrapy's handler of the log, if it has made one, our formatter."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        # Before the first request. Scrapy makes its handler again after the settings of a crawl were read.
        crawler.signals.connect(self.escape, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def escape(self) -> None:
        """Let no page forge a line, or steer a terminal, from here on."""
        handler = get_scrapy_root_handler()
        if handler is not None:
            settings = self.crawler.settings
            handler.setFormatter(PlainFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
