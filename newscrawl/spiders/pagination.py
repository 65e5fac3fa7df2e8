"""The reading of one listing, batch by batch: what to follow, where the next batch is, when and how well it ended.

A state machine that knows neither Scrapy nor the network. Batches and failures go in, steps come out; what it has to
know of articles it asks of `Articles`. How the site's "load more" works is not known: as long as no way to the next
batch has worked, each candidate is tried in turn (`pages/load_more.py` finds them).

A cache may hold an old batch: what was published since has moved articles down, past it. These signs of that leave a
gap, which the next run closes: all of a batch is known, and nothing of the one before it; a batch shows again what was
not at the end of the one before it; it begins with that end, but the listing has nothing new at its top.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newscrawl.almayadeen.sections import Section
from newscrawl.archive.ledger import COMPLETE, PARTIAL
from newscrawl.errors import STOPPED
from newscrawl.pages import Listing, NextBatch, next_by_parameter

# Why a listing ends. (Another reason is a failed request for the next batch.)
ENDS_THERE = "the site says that nothing follows"
NO_WAY_ON = "nothing leads further"
EMPTY_BATCH = "a batch without articles"
REPEATED_BATCH = "a batch with nothing new"
REST_IS_KNOWN = "the rest is known"
REST_IS_OLDER = "what follows is older than asked for (since)"
AGAIN = "first batch again"
"""The way to the first batch, when it is asked for once more."""
# Failures that say that a guessed URL leads nowhere, and nothing about the site.
NOT_THERE = frozenset((
    "gone", "http_status", "redirect", "redirect_loop", "redirected_home", "redirected_login", "redirected_known",
    "off_site", "robots",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    """What a listing has to know of articles, each asked for by its URL."""

    is_unwanted: Callable[[str], bool]
    """Whether the URL says that the article is not asked for."""
    is_known: Callable[[str, int | None], bool]
    """Whether an earlier run has it; with a bound, whether it had it by then."""
    date_of: Callable[[str], datetime | None]
    """When it was published, if it has been read."""
    note_shown: Callable[[str], bool]
    """Note that this listing shows it; return whether it had not shown it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do next for one listing."""

    articles: tuple[str, ...] = ()
    """URLs of articles to follow, in page order."""
    listed: tuple[str, ...] = ()
    """The wanted articles of a batch that brought something new, newest first as listings are: known ones among them
    may have been published again under their URL."""
    ask: NextBatch | None = None
    """The batch to ask for next."""
    reason: str | None = None
    """Why the listing is left; None while it goes on."""
    reach: str | None = None
    """Where it is left: how far it was read, `COMPLETE`, `PARTIAL` or None when there may be gaps."""
    failed: bool = False
    """Whether it is left because it cannot be read."""


@dataclass(slots=True, kw_only=True)
class ListingState:
    """How far one listing has been read, and what is known of the way to its next batch."""

    section: Section
    articles: Articles
    max_batches: int = 0
    """Batches to read; 0 for all."""
    since: datetime | None = None
    """Left when what a batch showed is older; None to read on."""
    with_aside: bool = True
    """Whether articles beside the listing ("Most Read") are followed too."""
    stops_at_known: bool = False
    """Whether it is left when a whole batch is known."""
    bound: int | None = None
    """The last article of the ledger that counts as known for that; None for all."""
    known_reach: str | None = None
    """How far earlier runs have read it."""
    batches: int = 0
    """Batches read that brought something new."""
    shown: int = 0
    """Articles that it has shown, each counted once."""
    last_batch: tuple[str, ...] = ()
    """The wanted articles of the last batch."""
    first_main: tuple[str, ...] = ()
    last_main: tuple[str, ...] = ()
    """The articles of the first batch and of the last, without those beside the listing."""
    joins_known: bool = True
    """Whether the last batch had an article that earlier runs have."""
    has_repeated: bool = False
    """Whether a batch brought nothing new."""
    moved: int = 0
    """Articles that a batch showed again because the listing has moved down, as it seems."""
    ending: tuple[str, str] | None = None
    """Why the listing ends, and how far it was read, if the first batch shows that it has moved down."""
    reach: str | None = None
    """How far this run has read it without a gap; None as long as that is not known."""
    has_gap: bool = False
    """Whether an article that it led to could not be fetched."""
    asked: set[str] = field(default_factory=set)
    """URLs of its batches that were asked for."""
    untried: tuple[NextBatch, ...] = ()
    """Other ways to the batch that was asked for last, while none has worked yet."""
    is_odd: bool = False
    """Whether the answer to a way that a batch has shown was no batch."""
    asked_way: str = ""
    """The way by which a batch was asked for last."""
    way_works: bool = False
    """Whether a way to the next batch has worked."""
    answers_show_way: bool = False
    """Whether batches after the first show the way to the next themselves."""

    def __post_init__(self) -> None:
        self.asked.add(self.section.url)

    def on_batch(self, listing: Listing | None, url: str, *, is_odd: bool = False) -> Step:
        """Take in a batch that came from a URL (that of the answer, after redirects); None for one without articles.

        One without articles that is odd is an answer that no listing ends with: an error, or nothing at all.
        """
        if self.ending is not None:
            return self._on_first_batch_again(listing, *self.ending)
        is_first = self.batches == 0
        if listing is None:
            # What is at a URL that was only a guess says nothing.
            self.is_odd = self.is_odd or (is_odd and self.asked_way != "parameter")
            is_failure = is_first or (self.is_odd and all(way.url in self.asked for way in self.untried))
            return Step(failed=True, reason=EMPTY_BATCH) if is_failure else self._try_another_way(EMPTY_BATCH)
        main = [article for article in listing.articles if article not in listing.aside]
        new = [article for article in main if self.articles.note_shown(article)]
        wanted = tuple(article for article in main if not self.articles.is_unwanted(article))
        listed = wanted if new else ()
        if self._is_last_batch_too_old():
            self.batches += 1
            return self._end(REST_IS_OLDER, None, listed=listed)
        self.last_batch = wanted
        followed = listing.articles if self.with_aside else tuple(main)
        if not new and not is_first:
            if not self.untried and self.way_works and not self.has_repeated:
                # Most likely the end; if not, what follows brings something new.
                self.has_repeated = True
                if not {*main} & {*self.first_main, *self.last_main}:
                    self.note_gap()
                self.untried = self._untried_ways(listing, url, len(main))
            return self._try_another_way(REPEATED_BATCH, articles=followed)
        if self.has_repeated:
            self.note_gap()
        self.batches += 1
        self.shown += len(new)
        moved = _common(self.last_main, main)
        if {*main[moved:]} - {*new, *self.first_main}:
            # Shown before, and not because the listing has moved down, nor at the top of every batch.
            self.note_gap()
        self.moved += moved
        self.first_main, self.last_main = self.first_main or tuple(main), tuple(main)
        known = [self.articles.is_known(article, self.bound) for article in listed] if self.stops_at_known else []
        joins_known, self.joins_known = self.joins_known, any(known) or not listed
        if known and all(known):
            if not joins_known:
                self.note_gap()
            return self._end(REST_IS_KNOWN, self.known_reach, articles=followed, listed=listed)
        self.untried, self.is_odd = (), False
        if not is_first:
            self.way_works = True
            self.answers_show_way = self.answers_show_way or bool(listing.following)
        if 0 < self.max_batches <= self.batches:
            reason = f"{self.batches} batches were asked for (max_pages)"
            return self._end(reason, PARTIAL, articles=followed, listed=listed)
        if listing.is_last:
            return self._end(ENDS_THERE, COMPLETE, articles=followed, listed=listed)
        self.untried = self._untried_ways(listing, url, len(new))
        return self._try_another_way(NO_WAY_ON, articles=followed, listed=listed)

    def on_failure(self, name: str, description: str) -> Step:
        """Take in that the batch asked for last did not come. For a way that was only a guess, that is the end."""
        if name == STOPPED:
            # Neither read to its end nor failed: the next run reads it.
            return Step()
        if self.ending is not None:
            return self._on_first_batch_again(None, *self.ending)
        if self.batches and name in NOT_THERE:
            return self._try_another_way(f"the next batch is not there ({description})")
        return Step(failed=True, reason=description)

    def note_gap(self) -> None:
        """Note that an article could not be fetched: the next run reads this listing to where it was whole."""
        self.has_gap, self.reach = True, None

    def _on_first_batch_again(self, listing: Listing | None, reason: str, reach: str) -> Step:
        """Leave the listing; without new articles above it has not moved down, and there is a gap."""
        main = [article for article in listing.articles if article not in listing.aside] if listing is not None else []
        new = [article for article in main if self.articles.note_shown(article)]
        if not main or len(new) < min(self.moved, len(main)):
            self.note_gap()
        return self._end(reason, reach, articles=tuple(new))

    def _is_last_batch_too_old(self) -> bool:
        """Return whether every article of the last batch, read by now, is older than what was asked for."""
        since = self.since
        if since is None or not self.last_batch:
            return False
        dates = [self.articles.date_of(article) for article in self.last_batch]
        return all(date is not None and date < since for date in dates)

    def _untried_ways(self, listing: Listing, url: str, size: int) -> tuple[NextBatch, ...]:
        return tuple(way for way in self._ways_on(listing, url, size) if way.url not in self.asked)

    def _ways_on(self, listing: Listing, url: str, size: int) -> Iterator[NextBatch]:
        """Yield the candidates for the next batch, the likeliest first."""
        yield from listing.following
        # Where the answers themselves have shown the way, the one that shows none is the last.
        if not self.way_works or (not listing.following and not self.answers_show_way):
            guess = next_by_parameter(url, step=size)
            if guess is not None:
                yield NextBatch(url=guess, way="parameter")

    def _try_another_way(self, reason: str, *, articles: tuple[str, ...] = (), listed: tuple[str, ...] = ()) -> Step:
        """Ask for the next untried candidate, or end the listing when there is none."""
        self.untried = tuple(way for way in self.untried if way.url not in self.asked)
        if not self.untried:
            return self._end(reason, COMPLETE, articles=articles, listed=listed)
        ask, *rest = self.untried
        self.untried, self.asked_way = tuple(rest), ask.way
        self.asked.add(ask.url)
        return Step(articles=articles, listed=listed, ask=ask)

    def _end(
        self, reason: str, reach: str | None, *, articles: tuple[str, ...] = (), listed: tuple[str, ...] = ()
    ) -> Step:
        """Leave the listing; how far it was read counts only where no article is missing."""
        if self.moved and reach is not None and not self.has_gap and self.ending is None:
            self.ending = (reason, reach)
            return Step(articles=articles, listed=listed, ask=NextBatch(url=self.section.url, way=AGAIN))
        if not self.has_gap:
            self.reach = reach
        return Step(articles=articles, listed=listed, reason=reason, reach=self.reach)


def _common(before: Sequence[str], main: Sequence[str]) -> int:
    """Return how many articles a batch begins with that the one before it ended with.

    >>> _common("abcd", "cdef"), _common("abcd", "dxyz"), _common("abcd", "axyz"), _common("", "ab")
    (2, 1, 0, 0)
    """
    sizes = range(1, min(len(before), len(main)))
    return next((size for size in sizes if [*before[-size:]] == [*main[:size]]), 0)
