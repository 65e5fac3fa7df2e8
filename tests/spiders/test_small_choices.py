"""Small choices of the spiders: which articles are wanted, known, of which date; when a listing counts as known."""

from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.archive.ledger import COMPLETE, PARTIAL
from newscrawl.pages import NextBatch
from newscrawl.spiders.articles import REUSE_DAYS
from newscrawl.spiders.listings import ListingSpider
from newscrawl.spiders.pagination import AGAIN, REST_IS_KNOWN, Step
from tests.spiders.samples import NEW, ROOT, StartSpider, ago, ledger_of, stats, story, urls


@pytest.mark.parametrize(
    ("kinds", "path", "unwanted"),
    [
        ("", "/news/politics/a-b", False),
        ("", "/videos/a-b", False),
        ("", "/live/news/a-b", True),
        ("news", "/news/politics/a-b", False),
        ("news", "/videos/a-film-of-it", True),
        ("video", "/videos/a-film-of-it", False),
        ("video", "/news/politics/a-b", True),
        ("video,news", "/news/politics/a-b", False),
        # What a page of no known kind is, only the page says.
        ("video", "/a-family-of-its-own/a-b", False),
        ("opinion", "/articles/opinion/a-b", False),
    ],
)
def test_an_article_is_wanted_for_its_kind(kinds: str, path: str, unwanted: bool, spider: StartSpider) -> None:
    made = spider(**({"kinds": kinds} if kinds else {}))
    for _ in range(2):
        assert made.is_unwanted(f"{ROOT}{path}") is unwanted
    # It is counted once.
    name = "skipped/live" if "/live/" in path else "skipped/kind"
    assert stats(made.crawler, name) == int(unwanted)


def test_an_article_above_the_bound_is_not_known_yet(spider: StartSpider) -> None:
    made = spider()
    entry = ledger_of(made).at("en", story(2))
    assert entry is not None
    assert made.is_known(story(2))
    assert made.is_known(story(2), entry.number)
    assert not made.is_known(story(2), entry.number - 1)
    assert not made.is_known(NEW)
    assert not made.is_known(NEW, 99)
    # What has failed has no number.
    made.ledger.note_failure("en", NEW, "gone", datetime.now(UTC))  # type: ignore[union-attr]
    ledger_of(made)
    assert made.is_known(NEW, 0)


def test_a_date_is_that_of_this_run_or_of_the_ledger(spider: StartSpider) -> None:
    made = spider()
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    assert made.date_of(story(1)) == datetime.fromtimestamp(entry.published, UTC)
    assert made.date_of(NEW) is None
    made.run_state.add("published", NEW, value="2024-08-22T13:28:00Z")
    made.run_state.add("published", story(1), value="2024-08-21T00:00:00Z")
    assert made.date_of(NEW) == datetime(2024, 8, 22, 13, 28, tzinfo=UTC)
    assert made.date_of(story(1)) == datetime(2024, 8, 21, tzinfo=UTC)


def test_only_articles_that_are_not_known_are_asked_for_in_page_order(spider: StartSpider) -> None:
    made = spider()
    found = made.follow_articles((NEW, story(1), f"{ROOT}/live/news/a-b", f"{NEW}-2"), f"{ROOT}/", titles={NEW: "A"})
    requests = list(found)
    assert urls(requests) == [NEW, f"{NEW}-2"]
    assert stats(made.crawler, "article/known") == 1
    assert made.run_state.get("shown", NEW) == "A"
    assert (made.run_state.get("shown", story(1)), made.run_state.get("shown", f"{ROOT}/live/news/a-b")) == ("", None)
    (first, second) = requests
    assert first.cb_kwargs == {"found_on": f"{ROOT}/", "state": None} == second.cb_kwargs
    assert first.errback == made.article_failed


def test_a_visit_is_conditional_where_the_site_gave_validators(spider: StartSpider) -> None:
    made = spider()
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    made.ledger.note_visit(entry, story(1), datetime.now(UTC), '"e"', None)  # type: ignore[union-attr]
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    request = made.revisit(entry, "found")
    assert request.headers.get("If-None-Match") == b'"e"'
    assert "If-Modified-Since" not in request.headers
    assert request.url == story(1)
    assert request.meta["handle_httpstatus_list"] == [304]
    assert request.cb_kwargs == {"found_on": "found", "entry": entry}
    assert stats(made.crawler, "revisits") == 1


@pytest.mark.parametrize(("older", "is_reused"), [(REUSE_DAYS - 0.1, False), (REUSE_DAYS + 0.1, True)])
def test_a_url_may_be_reused_when_an_article_above_is_days_older(
    older: float, is_reused: bool, spider: StartSpider
) -> None:
    made = spider()
    below = ledger_of(made).at("en", story(3))
    assert below is not None
    published = datetime.fromisoformat(ago(older + 0.5))
    made.ledger.database.execute(  # type: ignore[union-attr]
        "UPDATE articles SET published = ?, visited = ? WHERE id = '1'",
        (below.published - int(older * 86_400), int(published.timestamp()) - 10 * 86_400),
    )
    found = list(made.revisit_reused_urls((story(1), NEW, story(3)), "found"))
    assert urls(found) == [story(1)] * is_reused
    assert [each.cb_kwargs["found_on"] for each in found] == ["found"] * is_reused
    # Below it, it is in its place.
    assert list(made.revisit_reused_urls((story(3), story(1)), "found")) == []
    # One that is gone is not looked for there.
    made.ledger.note_gone(ledger_of(made).at("en", story(1)), datetime.now(UTC))  # type: ignore[union-attr, arg-type]
    made.ledger.flush()  # type: ignore[union-attr]
    assert list(made.revisit_reused_urls((story(1), story(3)), "found")) == []
    without = spider(refresh="no")
    assert list(without.revisit_reused_urls((story(1), story(3)), "found")) == []


# -- listings ---------------------------------------------------------------------------------------------------


def state_of(spider: Any) -> Any:
    return next(iter(spider.follow_sections(()))).cb_kwargs["state"]


@pytest.mark.parametrize(
    ("reach", "arguments", "stops"),
    [
        (COMPLETE, {}, True),
        (COMPLETE, {"max_pages": "0"}, True),
        (PARTIAL, {"max_pages": "3"}, True),
        (PARTIAL, {"max_pages": "0"}, False),
        (None, {"max_pages": "3"}, False),
        (COMPLETE, {"deep": "yes"}, False),
    ],
)
def test_a_listing_is_left_at_what_is_known_where_an_earlier_run_left_no_gap(
    reach: str | None, arguments: dict[str, str], stops: bool, spider: StartSpider
) -> None:
    made = spider(**arguments)
    url = state_of(made).section.url
    if reach is not None:
        made.ledger.end_listing("en", url, reach)  # type: ignore[union-attr]
    ledger_of(made)
    if reach is None:
        made.ledger.database.execute("DELETE FROM listings")  # type: ignore[union-attr]
    state = state_of(spider(**arguments))
    assert (state.stops_at_known, state.known_reach) == (stops, reach)
    assert state.max_batches == made.arguments.max_pages
    # While this run has not ended well, the next one counts as known only what was known before.
    ledger_of(made)
    again = state_of(spider(**arguments))
    assert (again.bound is None) is ("deep" in arguments)


@pytest.mark.parametrize(
    ("arguments", "aside"),
    [
        ({}, True),
        ({"sections": "politics"}, False),
        ({"discover": "tags", "tags": "Mali"}, False),
        ({"discover": "sections,tags", "tags": "Mali"}, True),
        ({"discover": "feed"}, True),
        ({"discover": "sections", "sections": "politics"}, False),
    ],
)
def test_what_is_beside_a_listing_belongs_to_other_sections(
    arguments: dict[str, str], aside: bool, spider: StartSpider
) -> None:
    assert spider(**arguments).follows_aside() is aside


def test_a_step_is_taken_as_it_says(spider: StartSpider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    made = spider()
    assert isinstance(made, ListingSpider)
    state = state_of(made)
    (request,) = made.take(Step(ask=NextBatch(url=f"{ROOT}/next", way="link")), state)
    assert (request.url, request.dont_filter, request.cb_kwargs) == (f"{ROOT}/next", False, {"state": state})
    (request,) = made.take(Step(ask=NextBatch(url=state.section.url, way=AGAIN)), state)
    assert request.dont_filter is True
    assert list(made.take(Step(reason="it ends", reach=COMPLETE), state)) == []
    assert stats(made.crawler, "listing/known") == 0
    assert f"Listing {state.section.name}: 0 articles in 0 batches; it ends" in caplog.text
    assert list(made.take(Step(reason=REST_IS_KNOWN), state)) == []
    assert stats(made.crawler, "listing/known") == 1
    before = caplog.text
    assert list(made.take(Step(reason="no", failed=True), state)) == []
    assert list(made.take(Step(), state)) == []
    assert caplog.text == before
