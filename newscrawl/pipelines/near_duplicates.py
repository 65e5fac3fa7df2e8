"""A record whose text nearly equals an earlier one's under another id says so, and is kept."""

from dataclasses import replace
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.near_duplicates import THRESHOLD, NearDuplicates, signature
from newscrawl.items import FetchedArticle
from newscrawl.pipelines.pipeline import Pipeline


class NearDuplicatesPipeline(Pipeline):
    """Sets `near_duplicate_of` and counts it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.run = NearDuplicates()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = super().from_crawler(crawler)
        crawler.signals.connect(pipeline.file_committed, signal=signals.feed_slot_closed)
        return pipeline

    def file_committed(self) -> None:
        """Forget the records that a committed file brought into the ledger."""
        ledger = crawl_state(self.crawler).ledger
        if ledger is not None:
            self.run.forget(lambda edition, post_id: ledger.article(edition, post_id) is not None)

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        article = fetched.article
        if fetched.earlier is not None:
            return fetched.with_article(replace(article, near_duplicate_of=fetched.earlier.near_duplicate_of))
        sketch = signature(article.body) if article.revision == 1 else None
        if sketch is None:
            return fetched
        ledger = crawl_state(self.crawler).ledger
        other = self.run.near(article.edition, sketch, THRESHOLD)
        if other is None and ledger is not None:
            other = ledger.near(article.edition, article.id, sketch, THRESHOLD)
        self.run.add(article.edition, article.id, sketch)
        if other is None:
            return fetched
        self.count("near_duplicate")
        return fetched.with_article(replace(article, near_duplicate_of=other))
