"""The audit as a function: states, order, covered days, and the verdict."""

from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.monitoring.audit import ArchivedArticles, Audit, ListedArticles, compare, verdict_of_audit
from newscrawl.urls import Site

ROOT = "https://x.net"
NOW = datetime(2024, 9, 10, tzinfo=UTC)


def url(name: str, section: str = "politics") -> str:
    return f"{ROOT}/news/{section}/{name}"


def audited(listed: ListedArticles, published: dict[str, str], states: dict[str, str] | None = None) -> Audit:
    archived = ArchivedArticles(published={each.removeprefix(ROOT): date for each, date in published.items()})
    return compare(listed, archived, (states or {}).get, site=Site(ROOT), now=NOW)


def test_each_article_has_one_state_in_its_month_and_section() -> None:
    listed = ListedArticles()
    for name, month in (("a-a", "2024-08"), ("b-b", "2024-08"), ("c-c", "2024-07"), ("d-d", None), ("e-e", None)):
        listed.add(url(name), month)
    states = {url("b-b"): "gone", url("c-c"): "other", url("e-e"): "archived"}
    audit = audited(listed, {url("a-a"): "2024-08-03T00:00:00Z"}, states)
    assert {row: dict(counts) for row, counts in audit.rows.items()} == {
        ("2024-08", "politics"): {"archived": 1, "gone": 1},
        ("2024-07", "politics"): {"other": 1},
        ("?", "politics"): {"missing": 1, "archived": 1},
    }
    assert audit.missing == [url("d-d")]
    assert audit.as_dict()["totals"] == {"listed": 5, "archived": 2, "gone": 1, "other": 1, "missing": 1}


def test_what_is_missing_is_named_newest_month_first_in_the_order_of_the_rows() -> None:
    listed = ListedArticles()
    for name, section, month in (
        ("a-a", "politics", "2024-06"),
        ("b-b", "sports", "2024-08"),
        ("c-c", "politics", "2024-08"),
        ("d-d", "sports", "2024-08"),
        ("e-e", "health", "2024-07"),
    ):
        listed.add(url(name, section), month)
    audit = audited(listed, {})
    assert audit.missing == [
        url("b-b", "sports"), url("d-d", "sports"), url("c-c"), url("e-e", "health"), url("a-a"),
    ]  # fmt: skip
    assert [(row["month"], row["section"]) for row in audit.as_dict()["rows"]] == [
        ("2024-08", "sports"), ("2024-08", "politics"), ("2024-07", "health"), ("2024-06", "politics"),
    ]  # fmt: skip


def test_the_month_of_a_sitemap_is_kept_when_a_listing_shows_the_article_too() -> None:
    for months in ((None, "2024-08"), ("2024-08", None)):
        listed = ListedArticles()
        for month in months:
            listed.add(url("a-a"), month)
        assert listed.months == {url("a-a"): "2024-08"}


@pytest.mark.parametrize(
    ("batches", "ended", "covered"),
    [
        ({"politics": ["a-a", "b-b"]}, (), True),
        ({"politics": ["a-a", "b-b"], "sports": ["a-a"]}, (), False),
        ({"politics": ["a-a", "b-b"], "sports": ["a-a"]}, ("sports",), True),
        ({"politics": ["a-a"]}, ("politics",), True),
        ({"politics": ["x-x"]}, (), False),
        ({}, (), False),
    ],
)
def test_a_day_is_covered_when_every_listing_was_read_beyond_it(
    batches: dict[str, list[str]], ended: tuple[str, ...], covered: bool
) -> None:
    listed = ListedArticles(batches={name: [url(each) for each in names] for name, names in batches.items()})
    listed.ended.update(ended)
    listed.add(url("a-a"), "2024-08")
    audit = audited(listed, {url("a-a"): "2024-08-31T12:00:00Z", url("b-b"): "2024-08-30T12:00:00Z"})
    assert audit.last_days == [{"day": "2024-08-31", "listed": 1, "archived": 1, "covered": covered}]


def test_the_month_that_goes_on_has_no_last_day() -> None:
    listed = ListedArticles()
    for name, month in (("a-a", "2024-09"), ("b-b", "2024-08"), ("c-c", "2024-07")):
        listed.add(url(name), month)
    assert [each["day"] for each in audited(listed, {}).last_days] == ["2024-08-31", "2024-07-31"]


@pytest.mark.parametrize(
    ("states", "stats", "status", "name"),
    [
        (("archived",), {}, 0, "complete"),
        (("archived", "gone", "other"), {}, 0, "complete"),
        (("archived", "missing"), {}, 3, "articles missing"),
        (("archived",), {"finish_reason": "shutdown"}, 3, "audit not whole"),
        (("missing",), {"newscrawl/listing/failed": 1, "newscrawl/listing/opened": 3}, 3, "audit not whole"),
        (("archived",), {"newscrawl/error/unknown_section": 1}, 3, "audit not whole"),
        ((), {}, 3, "nothing listed"),
        ((), {"newscrawl/error/robots": 1}, 5, "blocked by the site"),
        ((), {"newscrawl/error/challenge": 2}, 5, "blocked by the site"),
        (("archived",), {"finish_reason": "unreachable"}, 3, "site unreachable"),
        ((), {"finish_reason": "shutdown"}, 3, "stopped"),
        ((), {"finish_reason": "closespider_timeout"}, 3, "stopped"),
        ((), {"finish_reason": "too_slow", "newscrawl/too_slow": "900 s"}, 5, "Crawl-delay too long"),
        ((), {"finish_reason": "overloaded", "newscrawl/overloaded": "20 errors"}, 3, "the site is in trouble"),
        ((), {"newscrawl/moved_to": "https://new.example"}, 3, "site moved"),
        ((), {"newscrawl/listing/failed": 2, "newscrawl/listing/opened": 2}, 3, "listings missing"),
        ((), {"newscrawl/fault/ValueError": 1}, 70, "fault of this program"),
        (("archived",), {"newscrawl/fault/ValueError": 1}, 70, "fault of this program"),
        (("archived",), {"newscrawl/accounts/requests/home/opened": 1}, 70, "fault of this program"),
    ],
)
def test_the_verdict_on_an_audit(states: tuple[str, ...], stats: dict[str, Any], status: int, name: str) -> None:
    listed = ListedArticles()
    for number, _ in enumerate(states):
        listed.add(url(f"a-{number}"), "2024-08")
    known = {url(f"a-{number}"): state for number, state in enumerate(states) if state != "missing"}
    found = audited(listed, {}, known)
    given = {"finish_reason": "finished", **stats}
    verdict = verdict_of_audit(found, given, root=ROOT, names="missing.txt", command="scrapy crawl")
    assert (verdict.status, verdict.name) == (status, name)
    if "missing" in states:
        assert "scrapy crawl" in verdict.advice


@pytest.mark.parametrize(
    ("stats", "words"),
    [
        ({"finish_reason": "shutdown"}, "the audit was stopped (shutdown) before a listing was read"),
        (
            {"finish_reason": "unreachable", "newscrawl/error/dns": 1},
            f"{ROOT} could not be reached: its name cannot be resolved",
        ),
        (
            {"newscrawl/listing/failed": 1, "newscrawl/listing/opened": 1, "newscrawl/error/truncated": 1},
            "1 of 1 listings could not be read (most often: the answer was cut off on its way)",
        ),
    ],
)
def test_an_audit_that_lists_nothing_blames_what_was_at_fault(stats: dict[str, Any], words: str) -> None:
    found = audited(ListedArticles(), {}, {})
    given = {"finish_reason": "finished", **stats}
    assert verdict_of_audit(found, given, root=ROOT, names="missing.txt", command="scrapy crawl").reason == words
