"""The filter of requests that were made before."""

import asyncio
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.middlewares.requests import RunDupeFilter


class _Full:
    def execute(self, *_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")


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
    crawl_state(crawler).run_state.database = _Full()  # type: ignore[assignment]
    assert [requests.request_seen(Request("https://x.net/a")) for _ in range(2)] == [False, False]
    assert crawler.stats.get_value("newscrawl/error/output") == 2
    assert closed == ["output", "output"]
