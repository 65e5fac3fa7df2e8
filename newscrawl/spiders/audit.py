"""The spider of `scrapy audit`: reads the listings as the crawl does, and asks for no article."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import scrapy

from newscrawl.almayadeen.addresses import month_of
from newscrawl.archive.ledger import COMPLETE
from newscrawl.items import Headline
from newscrawl.monitoring.audit import ArchivedArticles, ListedArticles
from newscrawl.pages import Page
from newscrawl.spiders.mayadeen import MayadeenSpider
from newscrawl.spiders.pagination import ListingState


class AuditSpider(MayadeenSpider):
    """Notes what the site lists in `listed`."""

    name = "audit"

    def __init__(self, *, archived: ArchivedArticles, **arguments: Any) -> None:
        super().__init__(**{"discover": "sections,sitemap", "max_pages": "0", **arguments})
        self.archived = archived
        self.learn_paths(archived.families)
        self.listed = ListedArticles()

    def follow_articles(
        self,
        urls: Iterable[str],
        found_on: str,
        state: ListingState | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> Iterator[scrapy.Request]:
        """Remember what is listed; ask for none of it."""
        year, month = month_of(found_on)
        for url in urls:
            if not self.is_unwanted(url):
                self.listed.add(url, f"{year}-{month:02}" if year and state is None else None)
        if state is not None:
            self.listed.batches.setdefault(state.section.url, []).extend(state.last_batch)
        yield from ()

    def headlines(self, page: Page, url: str) -> Iterator[Headline]:
        """Yield nothing: an audit keeps no headlines."""
        yield from ()

    def date_of(self, url: str) -> datetime | None:
        """Return when an article was published, if the archive holds it."""
        published = self.archived.published.get(url.partition(self.root)[2])
        return datetime.fromisoformat(published) if published else None

    def end_listing(self, state: ListingState, reason: str, reach: str | None) -> None:
        """Remember which listings were read to their end."""
        if reach == COMPLETE:
            self.listed.ended.add(state.section.url)
        super().end_listing(state, reason, reach)
