"""Whole crawls, one after the other: nothing twice, nothing lost, edits kept; with kills and a damaged ledger."""

import random
import re
import shutil
import signal
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.files import committed_files, read_records
from newscrawl.archive.ledger import DAY
from newscrawl.archive.lock import Lock
from newscrawl.replica import Fault, Options, Replica
from tests.archive.crawls import REVISIT_ALL, check_union, committed_urls, interrupted, pages
from tests.crawling import crawl, fetched_twice, run

pytestmark = pytest.mark.crawl


def test_a_second_run_asks_for_nothing_known(tmp_path: Path) -> None:
    with Replica(Options(articles=300, batch_size=6)) as site:
        assert len(crawl(site, tmp_path).records()) == 300
        start = len(site.requests)
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        asked = [seen.path for seen in site.requests[start:]]
        assert pages(site, start) == []
        # robots.txt, the home page with the menu, and one batch of each section.
        assert len(asked) == 2 + 10
        site.add(5)
        done = crawl(site, tmp_path, refresh="no")
        assert len(done.records()) == 305
        assert "5 articles written" in done.last_line
        start = len(site.requests)
        crawl(site, tmp_path, refresh="no", deep="yes")
        assert pages(site, start) == []
        assert len(site.requests) - start > 50


def test_edits_are_new_revisions_and_shown_by_history(tmp_path: Path) -> None:
    with Replica(Options(articles=40, newest=datetime.now(UTC))) as site:
        crawl(site, tmp_path)
        urls = [site.edit(number) for number in (3, 7, 30)]
        gone = site.remove(9)
        done = crawl(site, tmp_path, settings=REVISIT_ALL)
        assert done.status == 0, done.log
        revised = [line for line in done.records() if line["revision"] == 2]
        assert sorted(line["url"] for line in revised) == sorted(urls)
        assert len(done.records()) == 43
        assert "3 of them edits" in done.last_line
        again = crawl(site, tmp_path, settings=REVISIT_ALL)
        assert len(again.records()) == 43
        with Archive(tmp_path / "en") as archive:
            entry = archive.ledger.at("en", gone)
            assert entry is not None
            assert entry.gone is not None
        records = done.records()
        for url, asked in ((urls[0], urls[0]), (revised[0]["url"], revised[0]["id"])):
            shown = run([sys.executable, "-m", "scrapy", "history", asked, "-s", f"DATA_DIR={tmp_path}"], tmp_path)
            assert shown.status == 0, shown.log
            assert re.findall(r"revision \d+", shown.log) == ["revision 1", "revision 2"]
            titles = [record["title"] for record in records if record["url"] == url]
            assert {record["title"] for record in records if record["title"] in shown.log} == {*titles}
            assert "  title:" in shown.log
            assert "    + " in shown.log


def test_a_visit_is_a_conditional_request_where_the_site_allows_it(tmp_path: Path) -> None:
    with Replica(Options(articles=30, validators=True, newest=datetime.now(UTC))) as site:
        crawl(site, tmp_path)
        edited = site.edit(4).removeprefix(site.url)
        start = len(site.requests)
        done = crawl(site, tmp_path, settings=REVISIT_ALL)
        assert done.status == 0, done.log
        visits = {seen.path: seen.status for seen in site.requests[start:] if seen.path in pages(site, start)}
        assert len(visits) == 30
        assert {path for path, status in visits.items() if status == 200} == {edited}
        assert "1 articles written, 1 of them edits" in done.last_line
        start = len(site.requests)
        crawl(site, tmp_path, settings=REVISIT_ALL)
        assert {seen.status for seen in site.requests[start:] if seen.path in visits} == {304}


def test_refresh_no_and_the_schedule_keep_visits_off(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        crawl(site, tmp_path)
        start = len(site.requests)
        crawl(site, tmp_path, refresh="no", settings=REVISIT_ALL)
        crawl(site, tmp_path)  # all articles are older than a week
        assert pages(site, start) == []


def test_what_failed_is_asked_for_again(tmp_path: Path) -> None:
    with Replica(Options(articles=100, batch_size=4)) as site:
        site.faults.append(Fault(kind="status", path="^/(news|articles)/.+/", share=0.3))
        first = crawl(site, tmp_path)
        assert 40 < len(first.records()) < 100
        site.faults.clear()
        second = crawl(site, tmp_path, refresh="no")
        assert {line["url"] for line in second.records()} == set(site.truth())
        assert len(second.records()) == 100


def test_a_later_run_to_the_end_closes_the_gap_that_max_pages_left(tmp_path: Path) -> None:
    with Replica(Options(articles=200, batch_size=4)) as site:
        first = crawl(site, tmp_path, max_pages="2")
        assert len(first.records()) < 100
        start = len(site.requests)
        crawl(site, tmp_path, max_pages="2", refresh="no")
        assert pages(site, start) == []
        last = crawl(site, tmp_path, refresh="no")
        assert len(last.records()) == 200
        assert set(Counter(line["id"] for line in last.records()).values()) == {1}


def test_long_crawls_commit_in_batches_and_compress_them(tmp_path: Path) -> None:
    with Replica(Options(articles=50)) as site:
        crawl(site, tmp_path, settings={"FEED_EXPORT_BATCH_ITEM_COUNT": "20", "COMPRESS": "True"})
    files = committed_files(tmp_path / "en")
    assert [path.suffix for path in files] == [".gz"] * 3
    assert [sum(1 for _ in read_records(path)) for path in files] == [20, 20, 10]


def test_a_second_crawl_of_an_archive_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("data", "en").mkdir(parents=True)
    lock = Lock(tmp_path / "data" / "en")
    try:
        with Replica(Options(articles=2)) as site:
            done = crawl(site, tmp_path / "data")
            assert done.status == 75, done.log
            assert "another crawl holds" in done.last_line
            assert site.requests == []
    finally:
        lock.release()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_crawls_that_are_stopped_lose_nothing_and_write_nothing_twice(number: signal.Signals, tmp_path: Path) -> None:
    rng = random.Random(int(number))
    settings = {
        "DOWNLOAD_DELAY": "0",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
        "FEED_EXPORT_BATCH_ITEM_COUNT": "25",
        "LOG_LEVEL": "ERROR",
    }
    with Replica(Options(articles=300, batch_size=10)) as site:
        for _ in range(6):
            known = set(committed_urls(tmp_path))
            start = len(site.requests)
            interrupted(site, tmp_path, number, rng.randint(15, 90), settings)
            # Nothing that a committed file holds is asked for again.
            assert not {site.url + path for path in pages(site, start)} & known
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        check_union(site, tmp_path)


def test_a_run_after_a_kill_reads_no_deeper_than_the_gap(tmp_path: Path) -> None:
    settings = {"DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "4", "LOG_LEVEL": "ERROR"}
    with Replica(Options(articles=400, batch_size=2)) as site:
        crawl(site, tmp_path)
        site.add(60)
        interrupted(site, tmp_path, signal.SIGKILL, 30, settings)
        start = len(site.requests)
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        check_union(site, tmp_path)
        # Six new articles in each of ten sections are three batches, and one more shows that the rest is known.
        assert len([seen for seen in site.requests[start:] if "page=" in seen.path]) <= 10 * 4


@pytest.mark.parametrize("damage", ["deleted", "truncated"])
def test_a_ledger_lost_between_runs_costs_nothing(damage: str, tmp_path: Path) -> None:
    with Replica(Options(articles=60)) as site:
        crawl(site, tmp_path)
        ledger = tmp_path / "en" / "ledger.sqlite"
        if damage == "deleted":
            ledger.unlink()
        else:
            ledger.write_bytes(ledger.read_bytes()[:9000])
        start = len(site.requests)
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        assert "Rebuilding the ledger" in done.log
        assert pages(site, start) == []
        check_union(site, tmp_path)


def test_after_a_full_disk_the_next_run_completes_the_archive(tmp_path: Path) -> None:
    with Replica(Options(articles=80)) as site:
        # The hidden file as a full disk leaves it: whole lines, no commit.
        crawl(site, tmp_path, max_pages="1")
        (path,) = committed_files(tmp_path / "en")
        hidden = path.with_name(f".{path.name}.part")
        path.rename(hidden)
        (tmp_path / "en" / "ledger.sqlite").unlink()
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        assert fetched_twice(site).keys() <= {"/robots.txt", "/"} | {
            seen.path for seen in site.requests if seen.path.count("/") < 3
        }
        check_union(site, tmp_path)


def test_ledger_commands_show_and_rebuild(tmp_path: Path) -> None:
    with Replica(Options(articles=12)) as site:
        crawl(site, tmp_path)
    line = [sys.executable, "-m", "scrapy", "ledger"]
    shown = run([*line, "show", "-s", f"DATA_DIR={tmp_path}"], tmp_path)
    assert shown.status == 0, shown.log
    assert "2024-08" in shown.log
    assert "politics" in shown.log
    rebuilt = run([*line, "rebuild", "-s", f"DATA_DIR={tmp_path}"], tmp_path)
    assert rebuilt.status == 0, rebuilt.log
    assert "The ledger of en was rebuilt: " in rebuilt.log
    shutil.rmtree(tmp_path)
    assert run([*line, "show", "-s", f"DATA_DIR={tmp_path}"], tmp_path).status == 2


def test_a_slug_that_is_used_again_is_read_again(tmp_path: Path) -> None:
    with Replica(Options(articles=100, batch_size=10, noise=False)) as site:
        crawl(site, tmp_path)
        with Archive(tmp_path / "en") as archive:
            entry = archive.ledger.at("en", next(iter(site.truth())))
            assert entry is not None
            # As if the newest article's URL had served another article, of last year, read last week.
            archive.ledger.database.execute(
                "UPDATE articles SET published = ?, visited = ?, id = '1' WHERE number = ?",
                (entry.published - 365 * DAY, entry.visited - 7 * DAY, entry.number),
            )
            for table in ("contents", "titles", "sketches"):
                archive.ledger.database.execute(f"DELETE FROM {table} WHERE article = ?", (entry.number,))
        done = crawl(site, tmp_path)
        assert Counter(line["id"] for line in done.records())[entry.id] == 2
        assert "1 articles written" in done.last_line
