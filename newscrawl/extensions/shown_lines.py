"""Of Scrapy's log lines about single pages and records, only those that are shown."""

import logging
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class ShownLogFormatter(LogFormatter):
    """Scrapy's formatter, which makes no line that nobody is shown: Scrapy has three for each page, at DEBUG."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self.level = level

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        level = crawler.settings["LOG_LEVEL"]
        return cls(level if isinstance(level, int) else logging.getLevelNamesMapping()[level])

    # Scrapy's documentation lets all three return None, for no line; its annotations do not yet.

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult:
        return super().crawled(request, response, spider) if self.level <= logging.DEBUG else _NO_LINE

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return super().scraped(item, response, spider) if self.level <= logging.DEBUG else _NO_LINE

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        line = super().dropped(item, exception, response, spider)
        return line if line["level"] >= self.level else _NO_LINE


_NO_LINE: Any = None
