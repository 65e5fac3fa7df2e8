"""Whole crawls into archives that are damaged, linked elsewhere, locked or asked for other feeds."""

import json
import signal
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from newscrawl.archive.damage import Damage
from newscrawl.archive.files import committed_files
from newscrawl.commands.verify import findings
from newscrawl.replica import Options, Replica
from tests.archive.crawls import check_union, interrupted
from tests.crawling import crawl

pytestmark = pytest.mark.crawl


def test_damaged_lines_are_named_and_nothing_is_written_twice(tmp_path: Path) -> None:
    with Replica(Options(articles=30)) as site:
        crawl(site, tmp_path)
        (path,) = committed_files(tmp_path / "en")
        lines = path.read_bytes().split(b"\n")
        path.write_bytes(b"\n".join([lines[0], b"{oops" + lines[1], b"", *lines[2:]]))
        (tmp_path / "en" / "ledger.sqlite").unlink()
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        assert f"{path}:2: the line is no JSON" in done.log
        assert done.report()["damaged"] == {"files": 1, "lines": 2}
        # The article of the damaged line is fetched again, and no other.
        assert "1 articles written" in done.last_line
        assert "0 articles written" in crawl(site, tmp_path, refresh="no").last_line
        check_union(site, tmp_path)


def test_a_link_in_the_place_of_the_lock_ends_the_run_before_a_request(tmp_path: Path) -> None:
    (tmp_path / "data" / "en").mkdir(parents=True)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "data" / "en" / ".lock").symlink_to(victim)
    with Replica(Options(articles=2)) as site:
        done = crawl(site, tmp_path / "data")
        assert done.status == 6, done.log
        assert "a symbolic link is not followed" in done.log
        assert "Traceback" not in done.log
        assert site.requests == []
    assert victim.read_text() == "precious"


def test_feeds_of_the_users_own_come_beside_the_archive(tmp_path: Path) -> None:
    own = tmp_path / "own.jl"
    feeds = {str(own): {"format": "jsonlines"}, "/proc/none/x.jl": {"format": "jsonlines"}}
    with Replica(Options(articles=10)) as site:
        done = crawl(site, tmp_path, settings={"FEEDS": json.dumps(feeds)})
        assert done.status == 6, done.log
        assert "/proc/none/x.jl cannot be written" in done.log
        assert "10 articles written" in done.last_line
        assert sorted(own.read_text().splitlines()) == sorted(
            line for path in committed_files(tmp_path / "en") for line in path.read_text().splitlines()
        )


def test_kills_with_small_compressed_batches_lose_nothing(tmp_path: Path) -> None:
    settings = {
        "DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "8", "FEED_EXPORT_BATCH_ITEM_COUNT": "50",
        "COMPRESS": "True", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    with Replica(Options(articles=200, batch_size=10)) as site:
        for requests in (70, 90):
            interrupted(site, tmp_path, signal.SIGKILL, requests, settings)
        done = crawl(site, tmp_path, refresh="no", settings=settings)
        assert done.status == 0, done.log
        check_union(site, tmp_path)
    damaged = [found for found in findings(tmp_path / "en") if isinstance(found, Damage)]
    assert damaged == []


def test_a_locked_ledger_ends_the_run_with_6_and_stays(tmp_path: Path) -> None:
    with Replica(Options(articles=5)) as site:
        crawl(site, tmp_path)
        site.add(2)
        other = sqlite3.connect(tmp_path / "en" / "ledger.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        done = crawl(site, tmp_path, refresh="no")
        other.execute("ROLLBACK")
        other.close()
        assert done.status == 6, done.log
        assert "another process has locked it" in done.log
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        assert set(Counter(line["id"] for line in done.records()).values()) == {1}
        assert len(done.records()) == 7
