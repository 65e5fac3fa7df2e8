"""What one run has met, and how a crawl finds it."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.run_state import RECENT, RunState
from newscrawl.errors import OutputError


def test_a_key_is_new_once_and_keeps_its_first_value(tmp_path: Path) -> None:
    state = RunState(tmp_path)
    assert state.add("id", "en", "1", value="https://x.net/a")
    assert not state.add("id", "en", "1", value="https://x.net/b")
    assert state.get("id", "en", "1") == "https://x.net/a"
    assert ("id", "en", "2") not in state
    state.close()


def test_keys_are_known_beyond_those_that_were_met_last(tmp_path: Path) -> None:
    state = RunState(tmp_path)
    lines = [f"Line \ud800 {number}" for number in range(3 * RECENT)]
    assert all(state.add("ticker", line) for line in lines)
    assert not any(state.add("ticker", line) for line in lines)
    assert len(state.recent) <= RECENT
    state.close()


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    state = RunState(folder)
    state.add("a")
    assert list(folder.iterdir()) == []
    state.close()


def test_a_folder_that_cannot_be_is_an_error_of_output(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        RunState(tmp_path / "file")


class _Full:
    def execute(self, *_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")


def test_a_full_disk_is_an_error_of_output(tmp_path: Path) -> None:
    state = RunState(tmp_path)
    state.database = _Full()  # type: ignore[assignment]
    for use in (state.add, state.get):
        with pytest.raises(OutputError, match="disk is full"):
            use("a")


def test_each_crawler_has_a_state_of_its_own(tmp_path: Path) -> None:
    one, other = get_crawler(), get_crawler()
    assert crawl_state(one).run_state.add("a")
    assert not crawl_state(one).run_state.add("a")
    assert crawl_state(other).run_state.add("a")
    assert crawl_state(other).ledger is None
    with Archive(tmp_path) as archive:
        set_crawl_state(other, CrawlState(archive=archive, run_state=RunState()))
        assert crawl_state(other).ledger is archive.ledger
        assert crawl_state(one).ledger is None


def test_keys_do_not_run_into_each_other() -> None:
    state = RunState()
    assert state.add("id", "en1", "2")
    assert state.add("id", "en", "12")
    assert state.add("iden", "1", "2")
