"""A crawl that is stopped ends soon, whatever it waits for, asks for no further page, and says what is left."""

import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from newscrawl.replica import Fault, Replica
from tests.crawling import FAST, Crawl, Finished, StartReplica, command, environment

# Far longer than a stopped crawl may take, and shorter than what it would wait for.
PATIENCE = 60


def stopped(site: Replica, data: Path, sent: tuple[signal.Signals, ...], until: str, **settings: str) -> Finished:
    """Crawl until a path or a faulty page was asked for, send signals, and return how the crawl ended."""
    line = command(
        data, {"site": site.url, "max_pages": "0"}, {**FAST, "CONCURRENT_REQUESTS_PER_DOMAIN": "1", **settings}
    )
    process = subprocess.Popen(line, env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        # A request is in the list once it is answered.
        while not (site.faults and site.faults[0].seen) and not any(seen.path == until for seen in site.requests):
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.5)
        for each in sent:
            process.send_signal(each)
            time.sleep(0.1)
        asked = len(site.requests)
        _, log = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert len(site.requests) <= asked + 1, "a page was asked for after the signal"
    assert "Traceback" not in log
    return Finished(process.returncode, log, data)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_crawl_delay_is_not_waited_for(sent: signal.Signals, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20, crawl_delay=600)
    done = stopped(site, tmp_path, (sent,), "/robots.txt", MAX_CRAWL_DELAY="600")
    assert done.status == 0, done.log
    assert "Stopping: no further page is asked for; requests left: " in done.log
    assert "stopped (status 0): 0 articles written; stopped early (shutdown); requests left: 1" in done.last_line


def test_a_page_that_is_slow_is_not_waited_for(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="slow", path="^/news/.+/", seconds=300, drip=1000))
    done = stopped(site, tmp_path, (signal.SIGTERM,), "", DOWNLOAD_TIMEOUT="400")
    assert done.status == 0, done.log
    assert re.search(r"stopped \(status 0\): .* requests left: [1-9]", done.last_line)
    # What is left is read by the next run.
    assert done.report()["verdict"]["name"] == "stopped"


def test_a_second_signal_says_what_is_left(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="slow", path="^/news/.+/", seconds=300, drip=1000))
    done = stopped(site, tmp_path, (signal.SIGINT, signal.SIGINT), "", DOWNLOAD_TIMEOUT="400")
    assert re.search(r"Stopped by force: requests left: [1-9]", done.log)
    assert re.search(r"stopped \(status 0\): .*stopped early \(forced\); requests left: [1-9]", done.last_line)


def test_a_bound_of_scrapy_is_no_plain_success(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=40)
    done = crawl(site, settings={"CLOSESPIDER_PAGECOUNT": "5", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"})
    assert done.status == 0, done.log
    assert "healthy" not in done.last_line
    assert re.search(r"stopped \(status 0\): .*\(closespider_pagecount\); requests left: [1-9]", done.last_line)
    rest = crawl(site)
    assert "healthy (status 0)" in rest.last_line
    assert {record["url"] for record in rest.records()} == set(site.truth())


def test_a_crawl_that_ends_by_itself_leaves_nothing(replica: StartReplica, crawl_ok: Crawl) -> None:
    done = crawl_ok(replica(articles=10), variables={"NEWSCRAWL_CONTACT": "desk@example.org"})
    assert "Stopping" not in done.log
    assert "requests left" not in done.log
    # Scrapy warns of what it misses in a run that misses nothing.
    assert "WARNING" not in done.log
