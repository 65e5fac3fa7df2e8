"""Where exactly the canary begins to sing: numbers of records, shares, lengths, listings."""

from typing import Any

import pytest

from newscrawl.monitoring.canary import (
    MIN_RECORDS,
    MIN_RECORDS_BEFORE,
    Regression,
    bodies_from_fallback,
    find_regressions,
    has_fallen,
)
from tests.monitoring.test_comparison import report


def fell(now: dict[str, Any], *earlier: dict[str, Any], **floors: float) -> list[str]:
    return [each.what for each in find_regressions(now, earlier, floors=floors)]


@pytest.mark.parametrize(
    ("now", "before", "falls"),
    [
        ((0.0, MIN_RECORDS), (1.0, MIN_RECORDS_BEFORE), True),
        ((0.0, MIN_RECORDS - 1), (1.0, MIN_RECORDS_BEFORE), False),
        ((0.0, MIN_RECORDS), (1.0, MIN_RECORDS_BEFORE - 1), False),
        # By no more than the tolerance, however many there are.
        ((0.85, 10**6), (1.0, 10**6), False),
        ((0.8499, 10**6), (1.0, 10**6), True),
        # By no more than chance, however much it is.
        ((0.5, 20), (0.7, 1000), False),
        ((0.5, 1000), (0.7, 1000), True),
        ((1.0, 100), (0.5, 100), False),
        ((0.0, 100), (0.0, 100), False),
    ],
)
def test_a_share_falls_by_more_than_a_tolerance_and_more_than_chance(
    now: tuple[float, int], before: tuple[float, int], falls: bool
) -> None:
    assert has_fallen(now, before) is falls


def test_the_tolerance_can_be_another() -> None:
    assert has_fallen((0.6, 1000), (1.0, 1000), tolerance=0.39)
    assert not has_fallen((0.6, 1000), (1.0, 1000), tolerance=0.41)


@pytest.mark.parametrize(("records", "counts"), [(MIN_RECORDS, True), (MIN_RECORDS - 1, False)])
def test_few_records_prove_nothing(records: int, counts: bool) -> None:
    fill = {"news": {"records": records, "rates": {"title": 0.0}}}
    assert fell(report(fill=fill), title=0.9) == ["news: title"] * counts
    layers = {"body": {"fallback": records}}
    assert bodies_from_fallback(report(provenance=layers)) == (records if counts else 0)
    assert bodies_from_fallback(report(provenance={"body": {"fallback": 20, "dom": 1}})) == 0
    assert bodies_from_fallback(report(provenance={})) == 0


def test_a_floor_allows_for_chance_in_small_runs_and_for_fields_that_are_not_counted() -> None:
    def one(records: int, share: float) -> dict[str, Any]:
        return report(fill={"news": {"records": records, "rates": {"title": share}}})

    assert fell(one(20, 0.7), title=0.9) == []
    assert fell(one(2000, 0.7), title=0.9) == ["news: title"]
    # A floor of 1 allows nothing.
    assert fell(one(20, 0.99), title=1.0) == ["news: title"]
    assert fell(one(20, 1.0), title=1.0) == []
    assert fell(one(20, 1.0), tags=0.9) == []


@pytest.mark.parametrize(
    ("fetched", "unreadable", "falls"),
    [(10, 2, False), (1000, 200, False), (1000, 201, True), (10, 10, True), (9, 9, False)],
)
def test_pages_that_cannot_be_read_count_when_they_are_more_than_a_fifth(
    fetched: int, unreadable: int, falls: bool
) -> None:
    pages = {"articles": {"fetched": fetched, "unreadable": unreadable}}
    found = find_regressions(report(pages=pages), [], floors={})
    assert [each.what for each in found] == ["readable article pages"] * falls
    for each in found:
        assert each.before == 1.0
        assert each.limit == pytest.approx(0.8)


def test_earlier_runs_count_by_their_records() -> None:
    small = report(fill={"news": {"records": 10, "rates": {"tags": 0.0}}})
    large = report(fill={"news": {"records": 990, "rates": {"tags": 1.0}}})
    now = report(fill={"news": {"records": 100, "rates": {"tags": 0.5}}})
    (found,) = find_regressions(now, [small, large], floors={})
    assert (found.what, found.now) == ("news: tags", 0.5)
    assert found.before == pytest.approx(0.99)
    assert found.limit == pytest.approx(0.84)
    # A kind that earlier runs did not have has no measure, nor has a field that they did not count.
    assert fell(now, report(fill={"video": {"records": 100, "rates": {"tags": 1.0}}})) == []
    assert fell(now, report(fill={"news": {"records": 100, "rates": {}}})) == []


def test_a_layer_may_lose_twice_the_tolerance() -> None:
    def one(**layers: int) -> dict[str, Any]:
        return report(provenance={"title": layers})

    many = one(dom=1000)
    assert fell(one(dom=700, meta=300), many) == []
    (found,) = find_regressions(one(dom=690, meta=310), [many], floors={})
    assert (found.what, found.before, found.now) == ("title from dom", 1.0, 0.69)
    assert found.limit == pytest.approx(0.7)
    # A layer that is new is no loss; one that is gone is named.
    assert fell(one(meta=1000), one(dom=400, meta=600)) == ["title from dom"]
    assert fell(one(), many) == []
    assert fell(one(dom=5), many) == []
    assert fell(one(dom=1000), one()) == []
    assert fell(one(dom=300, meta=700), one(dom=200, meta=800), one(dom=400, meta=600)) == []


def lengths(*sample: int) -> dict[str, Any]:
    return {"words": {"news": {"median": sample[len(sample) // 2], "sample": list(sample)}}}


def test_bodies_count_as_shorter_when_most_are_below_what_was_usual() -> None:
    usual = report(**lengths(*range(100, 300, 2)))
    assert fell(report(**lengths(*range(100, 300, 2))), usual) == []
    short = report(**lengths(*range(50, 150)))
    (found,) = find_regressions(short, [usual], floors={})
    assert (found.what, found.before, found.now, found.limit) == ("news: median words of a body", 199, 99.5, 149.25)
    # Shorter, but by less than a quarter.
    assert fell(report(**lengths(*[160] * 100)), usual) == []
    assert fell(report(**lengths(*[149] * 100)), usual) == ["news: median words of a body"]
    assert fell(report(**lengths(*[150] * 100)), usual) == []
    # Too few, now or before.
    assert fell(report(**lengths(*[10] * (2 * MIN_RECORDS - 1))), usual) == []
    assert fell(report(**lengths(*[10] * (2 * MIN_RECORDS))), usual) == ["news: median words of a body"]
    assert fell(short, report(**lengths(*[200] * (MIN_RECORDS_BEFORE - 1)))) == []
    assert fell(short, report(**lengths(*[200] * MIN_RECORDS_BEFORE))) == ["news: median words of a body"]
    assert fell(short, report(**lengths(*[200] * 20)), report(**lengths(*[200] * 20))) != []
    assert fell(short, report(words={"video": {"median": 1, "sample": [200] * 100}})) == []


@pytest.mark.parametrize(
    ("now", "shorter"),
    [((9, 20), True), ((10, 20), False), ((20, 20), False), ((9, 9), True), ((0, 0), True)],
)
def test_half_of_the_listings_must_show_less_than_half(now: tuple[int, int], shorter: bool) -> None:
    earlier = [report(listings={"a": 20, "b": 20})] * 2
    found = find_regressions(report(listings=dict(zip("ab", now, strict=True))), earlier, floors={})
    assert [each.what for each in found] == ["articles in the first batch of a listing"] * shorter


def test_three_listings_are_named_and_new_ones_have_no_measure() -> None:
    names = "abcdef"
    earlier = [report(listings=dict.fromkeys(names, 20))] * 2
    (found,) = find_regressions(report(listings=dict.fromkeys(names, 1) | {"new": 0}), earlier, floors={})
    assert found.addresses == ("a", "b", "c")
    assert fell(report(listings={"new": 0}), *earlier) == []


def test_the_plainest_sign_comes_first_and_each_once() -> None:
    now = report(
        share=0.2,
        names=("title", "tags"),
        pages={"articles": {"fetched": 100, "unreadable": 90}},
        listings={"a": 0},
        **lengths(*[10] * 100),
    )
    earlier = [report(listings={"a": 20}, **lengths(*[200] * 100))] * 2
    assert fell(now, *earlier, title=0.9) == [
        "readable article pages", "news: title", "news: tags", "news: median words of a body",
        "articles in the first batch of a listing",
    ]  # fmt: skip
    # Of one field that is below its floor and has fallen, the former is named.
    named = next(each for each in find_regressions(now, earlier, floors={"title": 0.9}) if each.what == "news: title")
    assert named.limit == 0.9


def test_a_regression_is_plain_in_words_and_in_json() -> None:
    found = Regression(what="news: tags", before=0.98765, now=0.5, limit=0.8, addresses=("https://x.net/a",))
    assert str(found) == "news: tags fell from 0.988 to 0.5 (at least 0.8)"
    assert found.as_dict() == {
        "what": "news: tags", "before": 0.98765, "now": 0.5, "limit": 0.8, "addresses": ("https://x.net/a",),
    }  # fmt: skip
