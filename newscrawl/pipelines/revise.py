"""A record against the memory of earlier runs: new, changed, unchanged, or an old story at a new address."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newscrawl.archive.ledger import Entry, Ledger, ledger_of
from newscrawl.items import Article, Record

logger = logging.getLogger(__name__)


def revised(record: Article, known: Entry | None) -> Article | None:
    """Return the record as it is to be exported, given what is known under its id; None when nothing has changed."""
    if known is None:
        return record
    if known.content.hex() == record.content_hash:
        return None
    return replace(record, revision=known.revision + 1)


class RevisePipeline:
    """Passes on what is new or changed, an edit with the next revision; counts the rest by reason."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: Record) -> Record:
        ledger = ledger_of(self.crawler)
        if ledger is None:
            return item
        if not isinstance(item, Article):
            if ledger.has_headline(item.edition, item.text):
                self.stats.inc_value("newscrawl/duplicate/headline")
                raise DropItem("exported in an earlier run", log_level="DEBUG")
            return item
        known = ledger.article(item.edition, item.id)
        result = revised(item, known)
        if result is None:
            assert known is not None
            self._unchanged(ledger, known, item)
        elif known is None:
            other = ledger.with_content(item.edition, item.content_hash) if item.body else None
            if other is not None:
                ledger.note_address(other, item.url)
                self.stats.inc_value("newscrawl/duplicate/content")
                logger.info("Dropped %s: same content as %s of an earlier run", item.url, other.path)
                raise DropItem(f"same content as {other.id}", log_level="DEBUG")
            self.stats.inc_value("newscrawl/new")
        else:
            assert result is not None
            self.stats.inc_value("newscrawl/changed")
            logger.info("%s has changed: revision %s", item.url, result.revision)
        assert result is not None
        return result

    def _unchanged(self, ledger: Ledger, known: Entry, item: Article) -> None:
        validators = getattr(self.crawler.spider, "validators", {})
        etag, last_modified = validators.pop((item.edition, item.id), (None, None))
        when = datetime.fromisoformat(item.date_downloaded or "1970-01-01T00:00:00Z")
        ledger.note_visit(known, item.url, when, etag, last_modified)
        self.stats.inc_value("newscrawl/unchanged")
        raise DropItem("unchanged since an earlier run", log_level="DEBUG")
