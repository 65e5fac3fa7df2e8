"""A record whose text nearly equals an earlier one's under another id says so, and is kept."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from newscrawl.archive.ledger import MOST_CANDIDATES, MOST_IN_BAND, ledger_of
from newscrawl.archive.near_duplicates import bands, signature, similarity
from newscrawl.items import Article, Record


class NearDuplicates:
    """The signatures of one run's records that no file has brought into the ledger yet."""

    def __init__(self) -> None:
        self.sketches: dict[tuple[str, str], bytes] = {}
        self.met: dict[tuple[str, bytes], list[str]] = {}

    def add(self, edition: str, post_id: str, sketch: bytes) -> None:
        """Remember a record."""
        self.sketches[edition, post_id] = sketch
        for key in bands(sketch):
            self.met.setdefault((edition, key), []).append(post_id)

    def near(self, edition: str, sketch: bytes, threshold: float) -> str | None:
        """Return the id of the record of the edition that is near to a signature, the likeliest first, or None."""
        shared = Counter(
            post_id for key in bands(sketch) for post_id in self.met.get((edition, key), ())[-MOST_IN_BAND:]
        )
        likely = (post_id for post_id, _ in shared.most_common(MOST_CANDIDATES))
        return next((each for each in likely if similarity(sketch, self.sketches[edition, each]) >= threshold), None)

    def forget(self, is_known: Callable[[str, str], bool]) -> None:
        """Forget the records that the ledger knows by now."""
        kept = {key: sketch for key, sketch in self.sketches.items() if not is_known(*key)}
        self.sketches, self.met = {}, {}
        for (edition, post_id), sketch in kept.items():
            self.add(edition, post_id, sketch)


class NearDuplicatesPipeline:
    """Sets `near_duplicate_of` and counts it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.threshold = crawler.settings.getfloat("NEAR_DUPLICATE_THRESHOLD")
        self.run = NearDuplicates()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.file_committed, signal=signals.feed_slot_closed)
        return pipeline

    def file_committed(self) -> None:
        """Forget the records that a committed file brought into the ledger."""
        ledger = ledger_of(self.crawler)
        if ledger is not None:
            self.run.forget(lambda edition, post_id: ledger.article(edition, post_id) is not None)

    def process_item(self, item: Record) -> Record:
        if not isinstance(item, Article) or item.revision > 1:
            return item
        sketch = signature(item.body)
        if sketch is None:
            return item
        ledger = ledger_of(self.crawler)
        other = self.run.near(item.edition, sketch, self.threshold)
        if other is None and ledger is not None:
            other = ledger.near(item.edition, item.id, sketch, similarity, self.threshold)
        self.run.add(item.edition, item.id, sketch)
        if other is None:
            return item
        self.crawler.stats.inc_value("newscrawl/near_duplicate")
        return replace(item, near_duplicate_of=other)
