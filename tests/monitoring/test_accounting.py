"""The accounts of a run by themselves: every fate once, the sums that have to agree, the names of exceptions."""

import sys
from typing import Any

import pytest

from newscrawl.monitoring.accounting import (
    DUPLICATE,
    EXPORTED,
    GONE,
    LEFT,
    MIN_FAULTS,
    RAISED,
    READ,
    Accounts,
    accounts_of,
    ends_early,
    fault_name,
    faults,
    imbalances,
    summary,
)
from newscrawl.pages import parse_listing


class Stats(dict[str, Any]):
    """Scrapy's statistics, as far as the accounts need them."""

    def add(self, name: str, number: int) -> None:
        self[name] = self.get(name, 0) + number


@pytest.fixture
def stats() -> Stats:
    return Stats(finish_reason="finished")


def test_the_last_fate_of_a_request_counts_and_counts_once(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    entry = accounts.open("article")
    for fate in (READ, READ, RAISED):
        accounts.settle(entry, fate)
    assert accounts_of(stats)["requests"] == {"article": {"opened": 1, "raised": 1}}
    assert imbalances(stats) == []


def test_each_purpose_has_its_own_sum(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    accounts.settle(accounts.open("home"), READ)
    accounts.settle(accounts.open("article"), DUPLICATE)
    accounts.open("section")
    assert imbalances(stats) == ["requests (section): 1 opened, 0 accounted for"]


def test_what_waited_when_a_run_was_stopped_was_left(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    accounts.settle(accounts.open("article"), GONE)
    for _ in range(3):
        accounts.open("article")
    stats.update({"finish_reason": "shutdown", "scheduler/enqueued": 4, "scheduler/dequeued": 1})
    assert accounts_of(stats)["requests"]["article"][LEFT] == 3
    assert imbalances(stats) == []
    # One that was taken out of the queue and has no end was swallowed.
    stats["scheduler/dequeued"] = 2
    assert imbalances(stats) == ["requests: 3 without an end, 2 were waiting"]


def test_records_and_lines_have_to_agree(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    for fate in (EXPORTED, EXPORTED, "duplicate/id"):
        accounts.read_record("articles")
        accounts.settle_record("articles", fate)
    stats["newscrawl/written/articles"] = 2
    accounts.commit("articles", 2)
    assert imbalances(stats) == []
    accounts.read_record("articles")
    stats["newscrawl/written/articles"] = 1
    assert imbalances(stats) == [
        "articles: 4 read, 3 accounted for",
        "articles: 2 exported, 1 written and 0 lost",
        "articles: 1 lines written, 2 in committed files",
    ]
    stats["newscrawl/lost/articles"] = 1
    assert "articles: 2 exported, 1 written and 0 lost" not in imbalances(stats)


def test_requests_for_robots_txt_are_those_that_scrapy_counts(stats: Stats) -> None:
    stats.update({"robotstxt/request_count": 2, "robotstxt/response_count": 1})
    assert accounts_of(stats)["requests"]["robots"] == {"opened": 2, "read": 1, "failed: robots_unreadable": 1}


def test_the_summary_is_one_line(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    for fate in (READ, READ, "failed: timeout"):
        accounts.settle(accounts.open("article"), fate)
    accounts.read_record("articles")
    accounts.settle_record("articles", EXPORTED)
    assert summary(stats) == ("3 requests: 2 read, 1 failed: timeout; 1 articles read: 1 exported; 0 headlines read")


def test_an_exception_is_named_by_type_and_place(stats: Stats) -> None:
    def name_of(call: Any) -> str:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - each is named
            return fault_name(error, error.__traceback__)
        raise AssertionError("nothing was raised")

    def fails() -> None:
        sys.exit_status  # type: ignore[attr-defined] # noqa: B018

    # The innermost line of the project, also when a library raised below it; else the innermost line of all.
    assert name_of(lambda: parse_listing(None, "")).startswith("AttributeError at newscrawl/pages/")  # type: ignore[arg-type]
    assert name_of(fails).startswith("AttributeError at monitoring/test_accounting.py:")
    assert fault_name(KeyError("x"), None) == "KeyError"
    accounts = Accounts(stats.add)
    for name in ("A", "B", "B"):
        accounts.fault(name)
    assert list(faults(stats).items()) == [("B", 2), ("A", 1)]


def test_more_exceptions_than_articles_end_a_run_early(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    for _ in range(MIN_FAULTS - 1):
        accounts.fault("A")
    assert not ends_early(stats)
    accounts.fault("B")
    assert ends_early(stats)
    stats["newscrawl/written/articles"] = MIN_FAULTS
    assert not ends_early(stats)
    accounts.fault("B")
    assert ends_early(stats)
    stats["newscrawl/unchanged"] = 1
    assert not ends_early(stats)


def test_a_stopped_run_without_a_queue_balances_where_every_request_has_an_end(stats: Stats) -> None:
    accounts = Accounts(stats.add)
    accounts.settle(accounts.open("article"), READ)
    stats["finish_reason"] = "shutdown"
    assert imbalances(stats) == []
    accounts.open("article")
    assert imbalances(stats) == ["requests: 1 without an end, 0 were waiting"]
    stats["scheduler/enqueued"] = 1
    assert imbalances(stats) == []
    # In a run that came to its end by itself it would be one too many.
    stats["finish_reason"] = "finished"
    assert imbalances(stats) == ["requests (article): 2 opened, 1 accounted for"]
