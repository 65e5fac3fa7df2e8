"""What the extensions' tests have in the place of Scrapy's engine, and a crawler without extensions of its own."""

from typing import Any

from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler


class Engine:
    """Remembers why it was asked to close the spider."""

    running = True

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def close_spider_async(self, *, reason: str) -> None:
        """Remember the reason."""
        self.reasons.append(reason)


def bare_crawler(**settings: Any) -> Crawler:
    """Return a crawler that no extension listens to, Scrapy's own included."""
    return get_crawler(settings_dict={"EXTENSIONS_BASE": {}, **settings})
