"""Which earlier runs a run is compared with, and that each judged field and layer is."""

from typing import Any

import pytest

from newscrawl.monitoring import canary
from newscrawl.monitoring.canary import find_regressions, is_comparable

FIELDS = (
    "title", "summary", "authors", "source", "date_published", "date_modified", "body", "images", "tags", "keywords",
    "section",
)  # fmt: skip
STORY = "https://x.net/news/politics/a-b"


def report(
    *, share: float = 1.0, names: tuple[str, ...] = FIELDS, layer: str = "dom", **changes: Any
) -> dict[str, Any]:
    """Return the report of a run of 100 articles, of which a share has the named fields."""
    rates = {name: share if name in names else 1.0 for name in FIELDS}
    return {
        "edition": "en",
        "site": "https://x.net",
        "arguments": {},
        "verdict": {"status": 0},
        "fill": {"news": {"records": 100, "rates": rates}},
        "words": {},
        "provenance": {name: {layer: 100} for name in ("title", "body", "date_published")},
        "listings": {},
        "examples": {f"news: {name}": [STORY] for name in FIELDS} | {"unreadable": [STORY], "any": [STORY]},
        "pages": {"articles": {"fetched": 100, "unreadable": 0}},
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"arguments": {"max_pages": "1"}}, True),
        ({"verdict": {"status": 3}}, False),
        ({"edition": "es"}, False),
        ({"site": "http://127.0.0.1:8000"}, False),
        ({"arguments": {"since": "2024-01-01"}}, False),
        ({"arguments": {"until": "2024-01-01"}}, False),
        ({"arguments": {"urls": "missing.txt"}}, False),
    ],
)
def test_a_run_is_compared_with_healthy_ones_of_its_kind(changes: dict[str, Any], counts: bool) -> None:
    assert is_comparable(report(), report(**changes)) is counts
    assert is_comparable(report(**changes), report()) is (counts or "verdict" in changes)
    assert is_comparable(report(**changes), report(**changes)) is ("verdict" not in changes)


@pytest.mark.parametrize("name", FIELDS)
def test_each_judged_field_that_falls_is_named_with_its_pages(name: str) -> None:
    (found,) = find_regressions(report(share=0.5, names=(name,)), [report()], floors={})
    assert (found.what, found.before, found.now, found.addresses) == (f"news: {name}", 1.0, 0.5, (STORY,))
    assert found.limit == pytest.approx(1 - canary.TOLERANCE)
    assert find_regressions(report(share=0.9, names=(name,)), [report()], floors={}) == []


@pytest.mark.parametrize("name", ["title", "body", "date_published"])
def test_a_layer_that_another_one_replaces_is_named(name: str) -> None:
    changed = report()
    changed["provenance"] = {**changed["provenance"], name: {"dom": 50, "fallback": 50}}
    (found,) = find_regressions(changed, [report()], floors={})
    assert (found.what, found.before, found.now, found.addresses) == (f"{name} from dom", 1.0, 0.5, (STORY,))


@pytest.mark.parametrize(
    ("fetched", "unreadable", "falls"),
    [(100, 20, False), (100, 40, True), (9, 9, False), (10, 10, True), (0, 0, False)],
)
def test_a_share_of_unreadable_pages_is_a_sign_of_its_own(fetched: int, unreadable: int, falls: bool) -> None:
    pages = {"articles": {"fetched": fetched, "unreadable": unreadable}}
    found = find_regressions(report(pages=pages), [], floors={})
    assert [(each.what, each.addresses) for each in found] == [("readable article pages", (STORY,))] * falls
    assert [each.now for each in found] == pytest.approx([1 - unreadable / max(fetched, 1)] * falls)


def test_a_floor_needs_no_earlier_run() -> None:
    (found,) = find_regressions(report(share=0.5, names=("title",)), [], floors={"title": 0.9})
    assert (found.what, found.before, found.now, found.limit) == ("news: title", 0.9, 0.5, 0.9)
    assert find_regressions(report(), [], floors={"title": 0.9}) == []
    few = report(fill={"news": {"records": 9, "rates": {"title": 0.0}}})
    assert find_regressions(few, [], floors={"title": 0.9}) == []


def test_the_last_comparable_runs_count_and_no_earlier_ones() -> None:
    half = [report(share=0.5, names=("tags",)) for _ in range(canary.RUNS_COMPARED)]
    foreign = [report(edition="es") for _ in range(30)]
    assert find_regressions(report(share=0.5, names=("tags",)), [*foreign, *half, report()], floors={}) == []
    found = find_regressions(report(share=0.2, names=("tags",)), [*foreign, *half, report()], floors={})
    assert [each.before for each in found] == [0.5]


def test_listings_are_compared_when_half_of_them_are_shorter() -> None:
    earlier = [report(listings={"a": 20, "b": 20, "c": 20}) for _ in range(2)]
    (found,) = find_regressions(report(listings={"a": 3, "b": 9, "c": 20}), earlier, floors={})
    assert (found.what, found.before, found.now, found.limit) == ("articles in the first batch of a listing", 20, 9, 10)
    assert found.addresses == ("a", "b")
    assert find_regressions(report(listings={"a": 3, "b": 20, "c": 20}), earlier, floors={}) == []
    # One earlier run is no measure.
    assert find_regressions(report(listings={"a": 3, "b": 9, "c": 20}), earlier[:1], floors={}) == []
