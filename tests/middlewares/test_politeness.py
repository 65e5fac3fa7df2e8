"""Manners under stress: pauses, retries, Crawl-delay, blocks; over HTTP, and by the clock of a test."""

import re
import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path

import pytest

from newscrawl.middlewares.politeness import Backoff
from newscrawl.replica import Fault
from tests.crawling import FAST, Crawl, StartReplica, command, environment, run

ONE = {"CONCURRENT_REQUESTS": "16", "CONCURRENT_REQUESTS_PER_DOMAIN": "1", "DOWNLOAD_DELAY": "0.005"}


def backoff() -> Backoff:
    return Backoff(base=4, longest=60, budget=2, vary=lambda: 0.5)


def test_pauses_double_up_to_the_longest_until_a_request_succeeds() -> None:
    each = backoff()
    now, lengths = 100.0, []
    for _ in range(6):
        lengths.append(each.failed(now, None))
        now = each.until
    assert lengths == [4, 8, 16, 32, 60, 60]
    each.succeeded()
    assert each.failed(now, None) == 4


def test_requests_that_fail_during_a_pause_count_as_one_failure() -> None:
    each = backoff()
    assert each.failed(10, None) == 4
    assert each.failed(11, None) == 0
    assert each.consecutive_errors == 1
    # What the site asks for counts all the same, and never shortens a pause.
    assert each.failed(12, 30) == 28
    assert each.failed(13, 1) == 0
    assert each.until == 42
    assert each.failed(50, 10_000) == 60


def test_retries_are_limited_by_a_budget_that_successes_refill() -> None:
    each = backoff()
    assert [each.may_retry() for _ in range(4)] == [True, True, False, False]
    for _ in range(6):
        each.succeeded()
    assert [each.may_retry() for _ in range(2)] == [True, False]


def test_each_503_with_retry_after_is_waited_out_and_several_in_a_row_end_the_crawl(
    replica: StartReplica, crawl: Crawl
) -> None:
    site = replica(articles=50, batch_size=50, noise=False)
    site.faults.append(Fault(kind="status", status=503, retry_after="2", path=r"^/news/politics/.|^/articles/.+/."))
    settings = {**ONE, "RETRY_TIMES": "2", "MAX_CONSECUTIVE_ERRORS": "4", "BACKOFF_MAX": "600"}
    done = crawl(site, sections="politics,opinion", settings=settings)
    assert done.status == 3, done.log
    assert "the site is in trouble (status 3): 4 consecutive errors" in done.last_line
    times = [seen.at for seen in site.requests]
    refused = [at for at, seen in enumerate(site.requests) if seen.status == 503]
    assert len(refused) == 4
    assert all(times[at + 1] - times[at] >= 2 for at in refused[:-1])
    assert len(site.requests) <= 12


def test_without_a_delay_one_request_goes_out_at_a_time(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=12, noise=False)
    site.faults.append(Fault(kind="slow", path="^/(news|articles)/.+", seconds=0.05))
    crawl_ok(site, settings={**ONE, "DOWNLOAD_DELAY": "0"})
    times = [seen.at for seen in site.requests if seen.path != "/robots.txt"][1:]
    # Each is noted when its answer has waited so long.
    assert len(times) > 12
    assert min(after - before for before, after in pairwise(times)) >= 0.05


def test_a_fault_that_passes_is_retried(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=60)
    site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/.+/", times=1, share=0.2))
    settings = {**ONE, "RETRY_TIMES": "2", "BACKOFF_BASE": "0.01"}
    done = crawl_ok(site, settings=settings)
    assert {record["url"] for record in done.records()} == set(site.truth())
    assert done.report()["pages"]["politeness"]["retries"] > 0


@pytest.mark.parametrize(
    ("where", "status"),
    [("^/robots.txt", 403), ("^/news/politics$", 403), ("^/news/politics/.", 403), ("^/news/politics/.", 200)],
)
def test_a_challenge_ends_the_crawl_at_once(where: str, status: int, replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=40)
    site.faults.append(Fault(kind="challenge", path=where, status=status))
    done = crawl(site, settings=ONE)
    assert done.status == 5, done.log
    assert "CF-Ray 8b7c6d5e4f3a2b1c-BEY" in done.last_line
    assert f"{site.url}/" in done.last_line
    # What was asked for at the same moment may come after it, and nothing else.
    challenged = next(at for at, seen in enumerate(site.requests) if re.search(where, seen.path))
    assert len(site.requests) <= challenged + 2


def test_after_a_block_the_next_runs_fetch_nothing(replica: StartReplica, crawl: Crawl, crawl_ok: Crawl) -> None:
    site = replica(articles=30)
    site.faults.append(Fault(kind="challenge", path="^/news/politics/."))
    assert crawl(site, settings=ONE).status == 5
    before = len(site.requests)
    later = crawl(site)
    assert later.status == 5
    assert "resting after a block" in later.last_line
    assert len(site.requests) == before
    site.faults.clear()
    healthy = crawl_ok(site, settings={"IGNORE_BLOCK": "True"})
    assert {record["url"] for record in healthy.records()} == set(site.truth())
    # A run without a block lets the next one ask again.
    crawl_ok(site)


def test_refusals_in_a_row_end_the_crawl(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=60)
    site.faults.append(Fault(kind="status", status=403, path="^/(news|articles)/.+/."))
    done = crawl(site, settings=ONE)
    assert done.status == 5
    assert "5 consecutive refusals" in done.last_line
    assert 5 <= sum(seen.status == 403 for seen in site.requests) <= 6


def test_crawl_delay_is_kept(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=4, crawl_delay=1)
    crawl_ok(site, sections="politics", max_pages="1")
    times = [seen.at for seen in site.requests]
    assert len(times) >= 4
    # Over all of them: how late a single request arrives is the machine's doing.
    assert times[-1] - times[1] > 0.9 * (len(times) - 2)


def test_a_stopped_crawl_does_not_wait_for_the_end_of_a_pause(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=40)
    site.faults.append(Fault(kind="status", status=503, retry_after="500", path="^/news/sports/."))
    line = command(tmp_path, {"site": site.url}, {**FAST, **ONE})
    process = subprocess.Popen(line, env=environment(), stderr=subprocess.PIPE, text=True)
    while not any(seen.status == 503 for seen in site.requests):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert "pausing all requests for 500 s" in log


@pytest.mark.parametrize(("name", "value"), [("BACKOFF_BASE", "soon"), ("DEPTH_LIMIT", "3")])
def test_impossible_settings_are_refused(name: str, value: str, tmp_path: Path) -> None:
    done = run(command(tmp_path, {}, {name: value}), tmp_path)
    assert done.status == 2
    assert f"{name}={value}" in done.log
