"""One listing read batch by batch: every ending, every way to the next batch, without Scrapy and without a site."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.almayadeen.sections import Section
from newscrawl.archive.ledger import COMPLETE, PARTIAL
from newscrawl.pages import Listing, NextBatch
from newscrawl.spiders import pagination
from newscrawl.spiders.pagination import (
    AGAIN,
    EMPTY_BATCH,
    ENDS_THERE,
    NO_WAY_ON,
    NOT_THERE,
    REPEATED_BATCH,
    REST_IS_KNOWN,
    REST_IS_OLDER,
    Articles,
    ListingState,
    Step,
)

URL = "https://x.net/news/politics"
SECTION = Section(name="politics", url=URL)
OLD, NEW = datetime(2024, 8, 1, tzinfo=UTC), datetime(2024, 8, 20, tzinfo=UTC)
SINCE = datetime(2024, 8, 10, tzinfo=UTC)


@dataclass
class Newsroom:
    """What is known of articles, in dictionaries."""

    known: dict[str, int] = field(default_factory=dict)
    """URL → number in the ledger."""
    unwanted: set[str] = field(default_factory=set)
    dates: dict[str, datetime] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def state(self, **fields: Any) -> ListingState:
        articles = Articles(
            is_unwanted=self.unwanted.__contains__,
            is_known=self.is_known,
            date_of=self.dates.get,
            note_shown=self.note_shown,
        )
        return ListingState(section=SECTION, articles=articles, **fields)

    def is_known(self, url: str, bound: int | None) -> bool:
        number = self.known.get(url)
        return number is not None and (bound is None or number <= bound)

    def note_shown(self, url: str) -> bool:
        is_new = url not in self.shown
        self.shown.add(url)
        return is_new


def urls(*numbers: int) -> tuple[str, ...]:
    return tuple(f"{URL}/a-{number}" for number in numbers)


def batch(
    *numbers: int, ways: Iterable[tuple[str, str]] = (), aside: Iterable[int] = (), is_last: bool = False
) -> Listing:
    """Return a batch of articles, those aside first; `ways` are (link, how it was found)."""
    beside = urls(*aside)
    return Listing(
        articles=(*beside, *urls(*numbers)),
        aside=frozenset(beside),
        following=tuple(NextBatch(url=url, way=way) for url, way in ways),
        is_last=is_last,
    )


def more(number: int, way: str = "load-more") -> list[tuple[str, str]]:
    return [(f"{URL}?page={number}", way)]


def asked(step: Step) -> str:
    """Return the URL of the batch that a step asks for."""
    assert step.ask is not None
    assert step.reason is None
    assert not step.failed
    return step.ask.url


def ended(step: Step) -> tuple[str | None, str | None]:
    """Return why a step ends its listing, and how far it was read."""
    assert step.ask is None
    assert not step.failed
    return step.reason, step.reach


# -- the first batch ---------------------------------------------------------------------------------------------


def test_the_first_batch_is_followed_and_the_next_is_asked_for_in_the_way_that_it_shows() -> None:
    state = Newsroom().state()
    step = state.on_batch(batch(1, 2, ways=more(2)), URL)
    assert step == Step(articles=urls(1, 2), listed=urls(1, 2), ask=NextBatch(url=f"{URL}?page=2", way="load-more"))
    assert (state.batches, state.shown, state.last_batch, state.reach) == (1, 2, urls(1, 2), None)


def test_without_a_way_the_next_batch_is_guessed() -> None:
    step = Newsroom().state().on_batch(batch(1, 2), URL)
    assert step.ask == NextBatch(url=f"{URL}?page=2", way="parameter")


def test_a_first_batch_without_articles_is_a_failure() -> None:
    state = Newsroom().state()
    assert state.on_batch(None, URL) == Step(failed=True, reason=EMPTY_BATCH)
    assert state.reach is None


@pytest.mark.parametrize("name", ["timeout", "server_error", "gone", "refused", "robots", "off_site", "challenge"])
def test_a_first_batch_that_does_not_come_is_a_failure(name: str) -> None:
    state = Newsroom().state()
    assert state.on_failure(name, "status 404") == Step(failed=True, reason="status 404")
    assert state.reach is None


def test_articles_beside_the_listing_are_followed_only_in_a_crawl_of_all_sections() -> None:
    listing = batch(1, 2, aside=(8, 9))
    step = Newsroom().state().on_batch(listing, URL)
    assert (step.articles, step.listed) == (urls(8, 9, 1, 2), urls(1, 2))
    state = Newsroom().state(with_aside=False)
    assert state.on_batch(listing, URL).articles == urls(1, 2)
    assert state.shown == 2


def test_unwanted_articles_are_shown_and_not_listed() -> None:
    state = Newsroom(unwanted={*urls(2)}).state()
    step = state.on_batch(batch(1, 2, 3), URL)
    assert (step.listed, state.last_batch, state.shown) == (urls(1, 3), urls(1, 3), 3)


def test_a_first_batch_is_never_a_repeat() -> None:
    step = Newsroom(shown={*urls(1, 2)}).state().on_batch(batch(1, 2), URL)
    assert asked(step) == f"{URL}?page=2"


# -- further batches: the ways -----------------------------------------------------------------------------------


def test_a_way_that_works_is_followed_to_the_end() -> None:
    state = Newsroom().state()
    assert asked(state.on_batch(batch(1, 2, ways=more(2)), URL)) == f"{URL}?page=2"
    assert asked(state.on_batch(batch(3, 4, ways=more(3)), f"{URL}?page=2")) == f"{URL}?page=3"
    # An answer that shows no way, where the others did, is the last: there is no guess.
    step = state.on_batch(batch(5), f"{URL}?page=3")
    assert ended(step) == (NO_WAY_ON, COMPLETE)
    assert (step.articles, state.batches, state.shown, state.reach) == (urls(5), 3, 5, COMPLETE)


def test_where_only_the_first_batch_shows_the_way_the_next_ones_are_guessed() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, ways=[("https://x.net/more?page=2", "load-more")]), URL)
    assert asked(state.on_batch(batch(3, 4), "https://x.net/more?page=2")) == "https://x.net/more?page=3"
    assert asked(state.on_batch(batch(5, 6), "https://x.net/more?page=3")) == "https://x.net/more?page=4"


def test_an_offset_is_counted_up_by_what_the_batch_brought() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, 3, ways=[("https://x.net/more?offset=3", "load-more")]), URL)
    step = state.on_batch(batch(3, 4, 5), "https://x.net/more?offset=3")
    assert asked(step) == "https://x.net/more?offset=5"


@pytest.mark.parametrize("name", sorted(NOT_THERE))
def test_a_way_that_leads_nowhere_is_followed_by_the_next(name: str) -> None:
    ways = [("https://x.net/a?page=2", "rel-next"), ("https://x.net/b?page=2", "load-more")]
    state = Newsroom().state()
    assert asked(state.on_batch(batch(1, 2, ways=ways), URL)) == "https://x.net/a?page=2"
    step = state.on_failure(name, "status 404")
    assert step.ask == NextBatch(url="https://x.net/b?page=2", way="load-more")
    assert step.articles == ()
    assert state.on_failure(name, "status 404").ask == NextBatch(url=f"{URL}?page=2", way="parameter")
    step = state.on_failure(name, "status 404")
    assert ended(step) == ("the next batch is not there (status 404)", COMPLETE)
    assert (state.batches, state.shown) == (1, 2)


def test_an_empty_answer_and_a_repeat_are_followed_by_the_next_way() -> None:
    ways = [("https://x.net/a?page=2", "rel-next"), ("https://x.net/b?page=2", "load-more")]
    state = Newsroom().state()
    state.on_batch(batch(1, 2, ways=ways), URL)
    assert asked(state.on_batch(None, "https://x.net/a?page=2")) == "https://x.net/b?page=2"
    step = state.on_batch(batch(1, 2, ways=ways), "https://x.net/b?page=2")
    assert asked(step) == f"{URL}?page=2"
    assert (step.articles, step.listed) == (urls(1, 2), ())
    assert (state.batches, state.shown) == (1, 2)
    # The guess works: from now on nothing else is tried.
    assert asked(state.on_batch(batch(3, 4), f"{URL}?page=2")) == f"{URL}?page=3"
    assert asked(state.on_batch(batch(1, 2), f"{URL}?page=3")) == f"{URL}?page=4"
    assert ended(state.on_batch(batch(1, 2), f"{URL}?page=4")) == (REPEATED_BATCH, COMPLETE)
    assert (state.batches, state.shown) == (2, 4)


def test_no_batch_is_asked_for_twice() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, ways=more(2)), URL)
    # A loop: the second batch leads to itself, to the first and to one that was not asked for.
    loop = [(f"{URL}?page=2", "rel-next"), (URL, "load-more"), (f"{URL}?page=9", "pagination")]
    assert asked(state.on_batch(batch(3, 4, ways=loop), f"{URL}?page=2")) == f"{URL}?page=9"
    assert ended(state.on_batch(batch(5, 6, ways=loop), f"{URL}?page=9")) == (NO_WAY_ON, COMPLETE)


# -- the endings -------------------------------------------------------------------------------------------------


def test_the_end_that_the_site_states_is_believed() -> None:
    state = Newsroom().state()
    step = state.on_batch(batch(1, 2, is_last=True), URL)
    assert (step.articles, *ended(step)) == (urls(1, 2), ENDS_THERE, COMPLETE)


def test_an_empty_batch_after_the_first_is_the_end() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2), URL)
    assert ended(state.on_batch(None, f"{URL}?page=2")) == (EMPTY_BATCH, COMPLETE)
    assert state.batches == 1


def test_a_repeated_batch_is_the_end_and_its_articles_are_followed_all_the_same() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, 3), URL)
    step = state.on_batch(batch(2, 3), f"{URL}?page=2")
    assert ended(step) == (REPEATED_BATCH, COMPLETE)
    assert (step.articles, step.listed, state.batches, state.shown) == (urls(2, 3), (), 1, 3)


def test_a_batch_with_one_new_article_is_no_repeat() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, 3), URL)
    step = state.on_batch(batch(2, 3, 4), f"{URL}?page=2")
    assert asked(step) == f"{URL}?page=3"
    assert (step.listed, state.shown) == (urls(2, 3, 4), 4)


def test_articles_beside_the_listing_do_not_make_a_batch_new() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2), URL)
    assert ended(state.on_batch(batch(1, 2, aside=(7,)), f"{URL}?page=2")) == (REPEATED_BATCH, COMPLETE)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_max_pages_bounds_the_batches(most: int) -> None:
    state = Newsroom().state(max_batches=most)
    for number in range(1, most):
        asked(state.on_batch(batch(number), f"{URL}?page={number}"))
    step = state.on_batch(batch(most), f"{URL}?page={most}")
    assert ended(step) == (f"{most} batches were asked for (max_pages)", PARTIAL)
    assert step.articles == urls(most)


def test_repeats_do_not_count_as_batches() -> None:
    ways = [("https://x.net/a?page=2", "rel-next"), ("https://x.net/b?page=2", "load-more")]
    state = Newsroom().state(max_batches=2)
    state.on_batch(batch(1, ways=ways), URL)
    assert asked(state.on_batch(batch(1), "https://x.net/a?page=2")) == "https://x.net/b?page=2"
    assert state.on_batch(batch(2), "https://x.net/b?page=2").reach == PARTIAL


@pytest.mark.parametrize("name", ["timeout", "server_error", "connection_lost", "challenge", "too_many_requests"])
def test_a_failure_that_says_nothing_about_the_way_is_the_listings(name: str) -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, ways=more(2)), URL)
    assert state.on_failure(name, "status 500") == Step(failed=True, reason="status 500")
    assert state.reach is None


def test_a_batch_that_is_not_asked_for_because_the_crawl_ends_is_neither_end_nor_failure() -> None:
    state = Newsroom().state()
    assert state.on_failure("stopped", "") == Step()
    state.on_batch(batch(1, 2), URL)
    assert state.on_failure("stopped", "") == Step()
    assert state.reach is None


# -- since -------------------------------------------------------------------------------------------------------


def test_a_listing_is_left_one_batch_after_all_was_older_than_since() -> None:
    newsroom = Newsroom(dates={**dict.fromkeys(urls(1, 2), NEW), **dict.fromkeys(urls(3, 4), OLD)})
    state = newsroom.state(since=SINCE)
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(3, 4), f"{URL}?page=2"))
    step = state.on_batch(batch(5, 6), f"{URL}?page=3")
    assert ended(step) == (REST_IS_OLDER, None)
    # Nothing of it is followed; known articles that it has high up may still be others by now.
    assert (step.articles, step.listed) == ((), urls(5, 6))
    assert state.reach is None


def test_a_repeat_below_what_is_older_lists_nothing() -> None:
    state = Newsroom(dates=dict.fromkeys(urls(1, 2), OLD)).state(since=SINCE)
    asked(state.on_batch(batch(1, 2), URL))
    assert state.on_batch(batch(1, 2), f"{URL}?page=2") == Step(reason=REST_IS_OLDER)


@pytest.mark.parametrize("dates", [{}, {1: OLD}, {1: OLD, 2: NEW}, {1: OLD, 2: SINCE}])
def test_a_batch_with_an_article_in_the_interval_or_of_unknown_date_is_not_old(dates: dict[int, datetime]) -> None:
    state = Newsroom(dates={urls(number)[0]: date for number, date in dates.items()}).state(since=SINCE)
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(3, 4), f"{URL}?page=2"))


def test_without_since_dates_do_not_matter() -> None:
    state = Newsroom(dates=dict.fromkeys(urls(1, 2), OLD)).state()
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(3, 4), f"{URL}?page=2"))


def test_a_batch_without_wanted_articles_is_not_old() -> None:
    newsroom = Newsroom(unwanted={*urls(1, 2)}, dates=dict.fromkeys(urls(1, 2), OLD))
    state = newsroom.state(since=SINCE)
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(3, 4), f"{URL}?page=2"))


# -- what is known -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [COMPLETE, PARTIAL])
def test_a_listing_is_left_at_a_known_batch_with_the_reach_of_earlier_runs(reach: str) -> None:
    state = Newsroom(known=dict.fromkeys(urls(2, 3, 4), 1)).state(stops_at_known=True, known_reach=reach)
    asked(state.on_batch(batch(1, 2), URL))
    step = state.on_batch(batch(3, 4), f"{URL}?page=2")
    assert (step.articles, *ended(step)) == (urls(3, 4), REST_IS_KNOWN, reach)


def test_a_listing_can_be_left_at_its_first_batch() -> None:
    state = Newsroom(known=dict.fromkeys(urls(1, 2), 1)).state(stops_at_known=True, known_reach=COMPLETE)
    assert ended(state.on_batch(batch(1, 2, ways=more(2)), URL)) == (REST_IS_KNOWN, COMPLETE)


def test_one_unknown_article_leads_on() -> None:
    state = Newsroom(known=dict.fromkeys(urls(1), 1)).state(stops_at_known=True, known_reach=COMPLETE)
    asked(state.on_batch(batch(1, 2), URL))


def test_unwanted_articles_need_not_be_known() -> None:
    newsroom = Newsroom(known=dict.fromkeys(urls(1), 1), unwanted={*urls(2)})
    state = newsroom.state(stops_at_known=True, known_reach=COMPLETE)
    assert ended(state.on_batch(batch(1, 2), URL)) == (REST_IS_KNOWN, COMPLETE)
    # A batch of unwanted ones alone says nothing.
    state = Newsroom(unwanted={*urls(1, 2)}).state(stops_at_known=True, known_reach=COMPLETE)
    asked(state.on_batch(batch(1, 2), URL))


def test_articles_above_the_bound_do_not_count_as_known() -> None:
    newsroom = Newsroom(known={**dict.fromkeys(urls(1, 2), 11), **dict.fromkeys(urls(3, 4, 5), 10)})
    state = newsroom.state(stops_at_known=True, bound=10, known_reach=PARTIAL)
    asked(state.on_batch(batch(1, 2, 3), URL))
    assert ended(state.on_batch(batch(4, 5), f"{URL}?page=2")) == (REST_IS_KNOWN, PARTIAL)


def test_where_known_is_no_reason_to_stop_the_listing_is_read_on() -> None:
    state = Newsroom(known=dict.fromkeys(urls(1, 2), 1)).state()
    asked(state.on_batch(batch(1, 2), URL))


# -- gaps --------------------------------------------------------------------------------------------------------


def test_an_article_that_is_missing_leaves_the_listing_without_a_reach() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2), URL)
    state.note_gap()
    assert ended(state.on_batch(batch(3, is_last=True), f"{URL}?page=2")) == (ENDS_THERE, None)
    assert state.reach is None


def test_an_article_may_fail_after_its_listing_has_ended() -> None:
    state = Newsroom().state()
    state.on_batch(batch(1, 2, is_last=True), URL)
    assert state.reach == COMPLETE
    state.note_gap()
    assert state.reach is None


# -- old batches from a cache -------------------------------------------------------------------------------------


def test_a_known_batch_that_does_not_join_on_to_the_one_before_it_leaves_a_gap() -> None:
    newsroom = Newsroom(known=dict.fromkeys(urls(7, 8), 1))
    state = newsroom.state(stops_at_known=True, known_reach=COMPLETE)
    asked(state.on_batch(batch(1, 2), URL))
    assert ended(state.on_batch(batch(7, 8), f"{URL}?page=2")) == (REST_IS_KNOWN, None)
    # One of unwanted articles alone says nothing.
    state = Newsroom(known=newsroom.known, unwanted={*urls(1, 2)}).state(stops_at_known=True, known_reach=COMPLETE)
    asked(state.on_batch(batch(1, 2), URL))
    assert ended(state.on_batch(batch(7, 8), f"{URL}?page=2")) == (REST_IS_KNOWN, COMPLETE)


def moved_down(newsroom: Newsroom) -> ListingState:
    """Return the state of a listing whose third batch began with the end of the second, and that asks for the first."""
    state = newsroom.state()
    asked(state.on_batch(batch(1, 2, 3), URL))
    asked(state.on_batch(batch(6, 7, 8), f"{URL}?page=2"))
    step = state.on_batch(batch(7, 8, 9, is_last=True), f"{URL}?page=3")
    assert step.articles == urls(7, 8, 9)
    assert step.ask == NextBatch(url=URL, way=AGAIN)
    return state


@pytest.mark.parametrize("first", [(1, 2, 3), (20, 1, 2), ()])
def test_a_batch_that_moved_down_without_new_articles_above_was_an_old_one(first: tuple[int, ...]) -> None:
    state = moved_down(Newsroom())
    step = state.on_batch(batch(*first) if first else None, URL)
    assert (*ended(step), state.reach) == (ENDS_THERE, None, None)


def test_a_first_batch_that_does_not_come_again_leaves_a_gap_and_is_no_failure() -> None:
    state = moved_down(Newsroom())
    assert ended(state.on_failure("timeout", "no answer")) == (ENDS_THERE, None)
    state = moved_down(Newsroom())
    assert state.on_failure("stopped", "") == Step()
    assert state.reach is None


@pytest.mark.parametrize("first", [(20, 21, 1), (20, 21, 22)])
def test_a_listing_that_got_new_articles_meanwhile_has_moved_down_and_has_no_gap(first: tuple[int, ...]) -> None:
    state = moved_down(Newsroom())
    step = state.on_batch(batch(*first), URL)
    assert (*ended(step), state.reach) == (ENDS_THERE, COMPLETE, COMPLETE)
    assert step.articles == urls(*(number for number in first if number > 9))


def test_an_article_at_the_top_of_every_batch_moves_nothing() -> None:
    state = Newsroom().state()
    asked(state.on_batch(batch(9, 1, 2), URL))
    assert ended(state.on_batch(batch(9, 3, 4, is_last=True), f"{URL}?page=2")) == (ENDS_THERE, COMPLETE)


@pytest.mark.parametrize(
    "third",
    [
        # From above the second batch; of the first one and of the second, in another order.
        (4, 5, 6),
        (3, 7, 9),
    ],
)
def test_a_batch_that_shows_articles_again_that_did_not_move_down_to_it_leaves_a_gap(third: tuple[int, ...]) -> None:
    state = Newsroom().state()
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(6, 7, 8), f"{URL}?page=2"))
    assert ended(state.on_batch(batch(*third, is_last=True), f"{URL}?page=3")) == (ENDS_THERE, None)


def test_a_repeat_of_what_was_neither_the_first_batch_nor_the_last_leaves_a_gap() -> None:
    state = Newsroom().state()
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(5, 6), f"{URL}?page=2"))
    asked(state.on_batch(batch(3, 4), f"{URL}?page=3"))
    assert asked(state.on_batch(batch(5, 6), f"{URL}?page=4")) == f"{URL}?page=5"
    assert ended(state.on_batch(batch(1, 2), f"{URL}?page=5")) == (REPEATED_BATCH, None)


@pytest.mark.parametrize(("fourth", "reach"), [((5, 6), None), ((3, 4), COMPLETE), ((1, 2), COMPLETE)])
def test_after_a_repeat_one_more_batch_is_asked_for_and_new_articles_in_it_are_a_gap(
    fourth: tuple[int, ...], reach: str | None
) -> None:
    state = Newsroom().state()
    asked(state.on_batch(batch(1, 2), URL))
    asked(state.on_batch(batch(3, 4), f"{URL}?page=2"))
    assert asked(state.on_batch(batch(3, 4), f"{URL}?page=3")) == f"{URL}?page=4"
    step = state.on_batch(batch(*fourth, is_last=True), f"{URL}?page=4")
    assert ended(step)[1] == reach


def test_the_module_knows_neither_scrapy_nor_the_network() -> None:
    tree = ast.parse(Path(str(pagination.__file__)).read_text("utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert {name.partition(".")[0] for name in names} <= {"newscrawl", "collections", "dataclasses", "datetime"}
