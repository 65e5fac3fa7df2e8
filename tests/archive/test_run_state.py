"""What one run has met, and the filter of requests that rests on it."""

import asyncio
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from newscrawl.archive.recovery import Archive
from newscrawl.archive.run_state import RECENT, Seen, seen_of
from newscrawl.errors import OutputError
from newscrawl.middlewares.requests import RunDupeFilter


def test_a_key_is_new_once_and_keeps_its_first_value(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    assert seen.add("id", "en", "1", value="https://x.net/a")
    assert not seen.add("id", "en", "1", value="https://x.net/b")
    assert seen.get("id", "en", "1") == "https://x.net/a"
    assert ("id", "en", "2") not in seen
    seen.close()


def test_keys_are_known_beyond_those_that_were_met_last(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    lines = [f"Line \ud800 {number}" for number in range(3 * RECENT)]
    assert all(seen.add("ticker", line) for line in lines)
    assert not any(seen.add("ticker", line) for line in lines)
    assert len(seen.recent) <= RECENT
    seen.close()


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    seen = Seen(folder)
    seen.add("a")
    assert list(folder.iterdir()) == []
    seen.close()


def test_what_a_power_cut_left_is_swept_away(tmp_path: Path) -> None:
    litter = tmp_path / ".seen-abc"
    litter.touch()
    Archive(tmp_path).close()
    assert not litter.exists()


def test_a_folder_that_cannot_be_is_an_error_of_output(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        Seen(tmp_path / "file")


class _Full:
    def execute(self, *_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")


def test_a_full_disk_is_an_error_of_output(tmp_path: Path) -> None:
    seen = Seen(tmp_path)
    seen.database = _Full()  # type: ignore[assignment]
    for use in (seen.add, seen.get):
        with pytest.raises(OutputError, match="disk is full"):
            use("a")


def test_requests_are_filtered_with_and_without_a_job_folder(tmp_path: Path) -> None:
    for settings in ({}, {"JOBDIR": str(tmp_path / "job")}):
        requests = RunDupeFilter.from_crawler(get_crawler(settings_dict=settings))
        once = Request("https://x.net/a?b=1&a=2")
        assert [requests.request_seen(each) for each in (once, Request("https://x.net/a?a=2&b=1"))] == [False, True]
        assert not requests.request_seen(once.replace(url="https://x.net/b"))
        requests.close("finished")
    assert (tmp_path / "job" / "requests.seen").stat().st_size > 0


def test_a_request_goes_out_when_the_disk_refuses_to_say_whether_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    crawler = get_crawler()
    closed: list[str] = []

    async def close(reason: str) -> None:
        closed.append(reason)

    engine = SimpleNamespace(running=True, close_spider_async=close)
    monkeypatch.setattr("newscrawl.middlewares.requests.deferred_from_coro", asyncio.run)
    monkeypatch.setattr(type(crawler), "engine", engine)
    requests = RunDupeFilter.from_crawler(crawler)
    seen_of(crawler).database = _Full()  # type: ignore[assignment]
    assert [requests.request_seen(Request("https://x.net/a")) for _ in range(2)] == [False, False]
    assert crawler.stats.get_value("newscrawl/error/output") == 2
    assert closed == ["output", "output"]
