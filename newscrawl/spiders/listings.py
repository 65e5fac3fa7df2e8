"""The part of the spider that reads listings (sections, pages of tags) batch by batch, as `pagination.py` decides."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url
from newscrawl.almayadeen.sections import Section
from newscrawl.archive.ledger import COMPLETE, PARTIAL
from newscrawl.errors import EmptyListingError
from newscrawl.monitoring.accounting import PURPOSE, READ, fate_of
from newscrawl.pages import is_no_batch, read_listing
from newscrawl.signals import LISTING_READ
from newscrawl.spiders.answers import asked_url
from newscrawl.spiders.arguments import ALL_TAGS
from newscrawl.spiders.articles import LISTING_PRIORITY, ArticleSpider, Output
from newscrawl.spiders.failures import describe, failure_name
from newscrawl.spiders.pagination import AGAIN, REST_IS_KNOWN, Articles, ListingState, Step

TOO_MANY_TAGS = "too_many_tags"
"""Name of tags whose pages are not read."""


class ListingSpider(ArticleSpider):
    """Opens listings, asks for their batches, and follows the articles of each."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.listings: dict[str, ListingState] = {}
        """URL of the first batch → state, of all listings that this run reads."""
        self.tags_opened = 0
        self.has_missing = False
        """Whether an article that this run asked for did not come."""

    @property
    def listing_reaches(self) -> dict[str, str | None]:
        """URL of the first batch → how far this run has read the listing, None where that left a gap.

        What was left out on purpose is a gap too, and so are articles that most likely are there, but did not come.
        """
        given = self.arguments
        is_bounded = given.since is not None or given.until is not None or bool(given.kinds)
        is_partial = is_bounded or self.most_articles_are_missing or self.most_are_unreadable
        return {url: None if is_partial else state.reach for url, state in self.listings.items()}

    def note_missing(self, url: str) -> None:
        """Leave a gap in each listing that shows an article that did not come."""
        self.has_missing = True
        self.run_state.add("missing", url)
        for first, state in self.listings.items():
            if ("listing", first, url) in self.run_state:
                state.note_gap()

    def note_raised(self, request: scrapy.Request) -> None:
        """Remember that the callback of a request raised: its listing, or those that show its article, have a gap."""
        state: ListingState | None = request.cb_kwargs.get("state")
        if state is not None:
            state.note_gap()
        super().note_raised(request)

    def open_listing(self, section: Section, purpose: str = "section") -> scrapy.Request:
        """Return the request for the first batch of a listing."""
        self.count("listing/opened")
        ledger = self.ledger
        reach, bound = ledger.reach(self.edition.code, section.url) if ledger is not None else (None, None)
        # A run that reads to the end needs an earlier one that did; a run of some batches, one that left no gap. What
        # a run brought that did not end well does not count: there may be gaps in it.
        is_known_above = reach == COMPLETE or (reach == PARTIAL and self.arguments.max_pages > 0)
        state = ListingState(
            section=section,
            articles=Articles(
                is_unwanted=self.is_unwanted,
                is_known=self.is_known,
                date_of=self.date_of,
                note_shown=partial(self.run_state.add, "listing", section.url),
            ),
            max_batches=self.arguments.max_pages,
            since=self.arguments.since,
            with_aside=self.follows_aside(),
            stops_at_known=is_known_above and not self.arguments.deep,
            bound=None if self.arguments.deep else bound,
            known_reach=reach,
        )
        self.listings[section.url] = state
        if ledger is not None:
            ledger.begin_listing(self.edition.code, section.url)
        return self.batch_request(section.url, state, purpose)

    def follows_aside(self) -> bool:
        """Return whether articles beside a listing ("Most Read") are followed.

        They belong to other sections: a crawl of all sections takes them wherever they are met, a crawl of some
        sections, or of tags alone, does not.
        """
        ways = self.arguments.discover
        return not self.arguments.sections and ("sections" in ways or "tags" not in ways)

    def batch_request(
        self, url: str, state: ListingState, purpose: str = "batch", *, again: bool = False
    ) -> scrapy.Request:
        return scrapy.Request(
            url,
            callback=self.parse_batch,
            errback=self.batch_failed,
            priority=LISTING_PRIORITY,
            cb_kwargs={"state": state},
            meta={PURPOSE: purpose},
            dont_filter=again,
        )

    def parse_batch(self, response: Response, state: ListingState) -> Output:
        """Follow the articles of a batch, and the way to the next as long as batches bring something new."""
        self.current = state.section.name
        self.settle(response.request, READ)
        page = self.page_of(response)
        yield from self.headlines(page, response.url)
        is_first = state.batches == 0
        titles: Mapping[str, str] = {}
        try:
            listing = self.read(read_listing, page)
        except EmptyListingError as error:
            step = state.on_batch(None, response.url, is_odd=self.read(is_no_batch, page, state.asked_way))
            if step.failed:
                self.listing_failed(state, error.name, response.url, f"is empty: {error}")
        else:
            titles = listing.titles
            self.count("listing/batches")
            step = state.on_batch(listing, response.url)
            if self.has_missing and any(("missing", url) in self.run_state for url in listing.articles):
                state.note_gap()
        if is_first:
            links = len(listing.articles) - len(listing.aside) if not step.failed else 0
            self.crawler.signals.send_catch_log(
                signal=LISTING_READ, url=state.section.url, links=links, response=response
            )
        yield from self.revisit_reused_urls(step.listed, response.url)
        if step.articles:
            yield from self.follow_articles(step.articles, response.url, state, titles)
        yield from self.take(step, state)

    def batch_failed(self, failure: Failure) -> Output:
        """Try another way to the batch, or count by name what kept it from coming."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        state: ListingState = request.cb_kwargs["state"]
        name = failure_name(failure)
        self.settle(request, fate_of(name))
        step = state.on_failure(name, describe(failure))
        if step.failed:
            url = asked_url(request)
            self.listing_failed(state, name, url, f"cannot be read on: {url}: {step.reason}")
            self.stop_if_unreachable(name)
        yield from self.take(step, state)

    def take(self, step: Step, state: ListingState) -> Iterator[scrapy.Request]:
        """Ask for the next batch, or say that the listing has ended."""
        if step.ask is not None:
            yield self.batch_request(step.ask.url, state, again=step.ask.way == AGAIN)
        elif step.reason is not None and not step.failed:
            if step.reason == REST_IS_KNOWN:
                self.count("listing/known")
            self.end_listing(state, step.reason, step.reach)

    def end_listing(self, state: ListingState, reason: str, reach: str | None) -> None:
        """Say why a listing is left; `reach` is how far it was read."""
        self.logger.info(
            "Listing %s: %d articles in %d batches; %s", state.section.name, state.shown, state.batches, reason
        )

    def listing_failed(self, state: ListingState, name: str, url: str, message: str) -> None:
        self.count("listing/failed")
        self.count_error(name, url)
        self.logger.error("Listing %s %s", state.section.name, message)

    # -- pages of tags ------------------------------------------------------------------------------------------

    def open_tag(self, tag: str, url: str | None = None) -> Iterator[scrapy.Request]:
        """Ask for the first batch of a tag's page, once a run: where an article links to it, else where it may be."""
        if url is None:
            target = self.ledger.tag_target(self.edition.code, tag) if self.ledger is not None else None
            url = f"{self.root}{target or self.settings['TAG_PATTERN'].format(tag=quote(tag, safe=''))}"
        url = self.site.own(url)
        if url is None or url in self.listings:
            return
        if self.tags_opened >= self.settings.getint("MAX_TAGS"):
            if self.run_state.add("tag left out", url):
                self.leave_out("tag", TOO_MANY_TAGS, url)
            return
        self.tags_opened += 1
        self.count("tags")
        yield self.open_listing(Section(name=tag, url=url), "tag")

    def follow_tags(self, tag_urls: Mapping[str, str]) -> Iterator[scrapy.Request]:
        """Remember where the tags of an article lead, and follow them when all were asked for."""
        for tag, target in tag_urls.items():
            # Many articles have the same tags.
            if not self.run_state.add("tag", tag, target):
                continue
            url = self.site.own(target)
            if url is None or article_url(url, self.site):
                continue
            if self.ledger is not None and self.ledger.tag_target(self.edition.code, tag) is None:
                self.ledger.note_tag(self.edition.code, tag, url)
            if ALL_TAGS in self.arguments.tags:
                yield from self.open_tag(tag, url)
