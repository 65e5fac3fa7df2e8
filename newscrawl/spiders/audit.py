"""The spider of `scrapy audit`: reads the listings as the crawl does, and asks for no article."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import scrapy

from newscrawl.almayadeen.addresses import month_of
from newscrawl.archive.ledger import COMPLETE
from newscrawl.monitoring.audit import ArchivedArticles, ListedArticles
from newscrawl.spiders.mayadeen import MayadeenSpider, Progress


class AuditSpider(MayadeenSpider):
    """Notes what the site lists in `listed`."""

    name = "audit"

    def __init__(self, *, archived: ArchivedArticles, **arguments: Any) -> None:
        super().__init__(**{"discover": "sections,sitemap", "max_pages": "0", **arguments})
        self.archived = archived
        self.learn_paths(archived.families)
        self.listed = ListedArticles()

    def follow_articles(
        self, addresses: Iterable[str], found_on: str, progress: Progress | None = None
    ) -> Iterator[scrapy.Request]:
        """Remember what is listed; ask for none of it."""
        year, month = month_of(found_on)
        for address in addresses:
            if not self.passes_over(address):
                self.listed.add(address, f"{year}-{month:02}" if year and progress is None else None)
        if progress is not None:
            self.listed.batches.setdefault(progress.section.url, []).extend(progress.last_batch)
        yield from ()

    def date_of(self, address: str) -> datetime | None:
        """Return when an article was published, if the archive holds it."""
        stamp = self.archived.published.get(address.partition(self.root)[2])
        return datetime.fromisoformat(stamp) if stamp else None

    def end(self, progress: Progress, reason: str, reach: str | None = COMPLETE) -> None:
        """Remember which listings were read to their end."""
        if reach == COMPLETE:
            self.listed.ended.add(progress.section.url)
        super().end(progress, reason, reach)
