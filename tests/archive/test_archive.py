"""The memory across runs: nothing twice, nothing lost, edits kept; with kills, a full disk and a damaged ledger."""

import gzip
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.ledger import DAY, Ledger
from newscrawl.archive.near_duplicates import bands, signature, similarity
from newscrawl.archive.recovery import Archive, Lock, committed_files, read_records
from newscrawl.errors import LedgerDamagedError, LockedError
from newscrawl.extensions.feed_storage import PartFile
from newscrawl.items import as_dict
from newscrawl.replica import Fault, Options, Replica
from tests.crawling import ROOT, command, crawl, environment, fetched_twice, run
from tests.pipelines.test_pipelines import article

NOW = datetime(2024, 8, 23, 12, 0, tzinfo=UTC)
# Every article of the last week is due.
REVISIT_ALL = {"REVISIT_SHARE": "0", "REVISIT_LIMIT": "100000"}


def record(number: int, **changes: Any) -> dict[str, Any]:
    """Return an exported line's object."""
    path = f"/news/politics/story-{number}"
    base = article(
        id=str(number),
        url=f"https://english.almayadeen.net{path}",
        section="politics",
        content_hash=f"{number:064x}",
        date_downloaded="2024-08-23T11:00:00Z",
    )
    return {**as_dict(base), **changes}


def pages(site: Replica, since: int = 0) -> list[str]:
    """Return the article pages that were asked for."""
    paths = {url.removeprefix(site.url) for url in site.truth()}
    return [seen.path for seen in site.requests[since:] if seen.path in paths]


# -- the ledger ----------------------------------------------------------------------------------------------------


def test_any_spelling_of_an_address_is_known(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1)])
        for url in (
            "https://english.almayadeen.net/news/politics/story-1",
            "http://english.almayadeen.net/news/politics/story-1/",
            "http://127.0.0.1:8000/news/politics/story-1",
        ):
            assert ledger.is_known("en", url, NOW)
        assert not ledger.is_known("es", "https://english.almayadeen.net/news/politics/story-1", NOW)


def test_a_new_id_at_an_old_address_is_a_new_article(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1)])
        ledger.index("b", [record(2, url=record(1)["url"])])
        assert ledger.article("en", "1") is not None
        entry = ledger.at("en", record(1)["url"])
        assert entry is not None
        assert entry.id == "2"


def test_a_file_is_indexed_once_and_as_a_whole(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.index("a", [record(1), record(2)]) == 2
        assert ledger.index("a", [record(3)]) == 0
        with pytest.raises(KeyError):
            ledger.index("b", [record(4), {"content_hash": "00"}])
        assert ledger.article("en", "4") is None
        assert ledger.files() == {"a": 2}


def test_the_nearest_other_article_of_the_edition_is_near(tmp_path: Path) -> None:
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefgh", k=6)) for _ in range(300)]

    def text(changed: int) -> str:
        return " ".join(["other"] * changed + words[changed:])

    with Ledger(tmp_path / "ledger.sqlite", sketch=signature, bands=bands) as ledger:
        ledger.index("a", [record(1, body=text(0)), record(2, body=text(20)), record(3, body=text(0), edition="es")])

        def near(changed: int, post_id: str = "9", edition: str = "en", threshold: float = 0.7) -> str | None:
            sketch = signature(text(changed))
            assert sketch is not None
            return ledger.near(edition, post_id, sketch, similarity, threshold)

        assert near(0) == near(1) == "1"
        assert near(20) == near(21) == "2"
        assert near(0, post_id="1") == "2"
        assert near(0, edition="es") == near(5, edition="es") == "3"
        assert near(0, edition="es", post_id="3") is None
        assert near(10, threshold=0.99) is None
        assert near(200) is None


def test_visits_thin_out_with_age(tmp_path: Path) -> None:
    hours = {1: 1, 2: 10, 3: 100, 4: 1000}
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        lines = []
        for number, age in hours.items():
            published = NOW - timedelta(hours=age)
            visited = NOW - timedelta(hours=2)
            lines.append(
                record(
                    number,
                    date_published=published.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    date_downloaded=visited.strftime("%Y-%m-%dT%H:%M:%SZ"),
                )
            )
        ledger.index("a", lines)

        def due(**changes: float) -> list[str]:
            values: dict[str, Any] = {"share": 0.5, "max_age_days": 7, "limit": 10, **changes}
            return [entry.id for entry in ledger.due("en", NOW, **values)]

        assert due() == ["1"]
        assert due(share=0.2) == ["1", "2"]
        assert due(share=0) == ["1", "2", "3"]
        assert due(share=0, max_age_days=100) == ["1", "2", "3", "4"]
        assert due(share=0, limit=2) == ["1", "2"]
        entry = ledger.article("en", "1")
        assert entry is not None
        ledger.note_gone(entry, NOW)
        ledger.flush()
        assert due() == []


def test_a_page_that_failed_rests_longer_each_time(tmp_path: Path) -> None:
    url = record(1)["url"]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for times, days in ((1, 1), (2, 2), (3, 4)):
            ledger.note_failure("en", url, "missing_body", NOW)
            ledger.flush()
            assert ledger.is_known("en", url, NOW + timedelta(seconds=days * DAY - 1)), times
            assert not ledger.is_known("en", url, NOW + timedelta(seconds=days * DAY)), times


@pytest.mark.parametrize("damage", ["truncate", "overwrite", "empty header"])
def test_a_damaged_ledger_is_named(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.index("a", [record(number) for number in range(200)])
    data = path.read_bytes()
    path.write_bytes({"truncate": data[: len(data) // 2], "overwrite": b"x" * 5000, "empty header": b"short"}[damage])
    with pytest.raises(LedgerDamagedError):
        Ledger(path)


# -- the archive's folder ------------------------------------------------------------------------------------------


def write_part(folder: Path, *, feed: str = "articles", end: bytes = b"", records: int = 3) -> Path:
    target = folder / "en" / feed / "20240823T100000Z-1-00001.jsonl"
    file = PartFile(target)
    for number in range(records):
        file.write(json.dumps(record(number)).encode() + b"\n")
    if end:
        file.write(end)
    file.close()
    return target


@pytest.mark.parametrize(
    ("end", "lines", "torn", "rejected"),
    [(b"", 3, 0, 0), (b'{"id": "4", "bo', 3, 1, 0), (b'{"id": "4"}\n', 3, 0, 1), (b"\x00\x00\n\x00", 3, 1, 1)],
)
def test_what_a_dead_run_left_is_mended(end: bytes, lines: int, torn: int, rejected: int, tmp_path: Path) -> None:
    target = write_part(tmp_path, end=end)
    with Archive(tmp_path) as archive:
        repaired = archive.repaired
        assert (repaired.parts, repaired.lines, repaired.torn, repaired.rejected) == (1, lines, torn, rejected)
        assert len(list(read_records(target))) == lines
        assert archive.ledger.article("en", "2") is not None
    assert not list(tmp_path.glob("**/.*.part"))
    with Archive(tmp_path) as archive:
        assert archive.repaired.parts == 0
        assert archive.repaired.indexed == {}


def test_a_hidden_file_without_a_whole_line_is_removed(tmp_path: Path) -> None:
    target = write_part(tmp_path, records=0, end=b'{"id"')
    with Archive(tmp_path):
        assert not target.exists()
        assert list(target.parent.iterdir()) == []


def test_a_mending_that_was_killed_is_finished(tmp_path: Path) -> None:
    target = write_part(tmp_path, end=b'{"torn')
    part = target.with_name(f".{target.name}.part")
    copy = part.read_bytes()
    with Archive(tmp_path):
        pass
    part.write_bytes(copy)  # killed between the commit and the removal of the hidden file
    part.with_name(f"{part.name}.mended").write_bytes(b"half")
    with Archive(tmp_path):
        assert [path.name for path in target.parent.iterdir()] == [target.name]


@pytest.mark.parametrize("damage", ["missing", "truncated", "marked"])
def test_a_ledger_is_made_anew_from_the_files(damage: str, tmp_path: Path) -> None:
    write_part(tmp_path)
    with Archive(tmp_path) as archive:
        before = archive.ledger.counts()
    path = tmp_path / "ledger.sqlite"
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        (tmp_path / ".ledger-damaged").write_text("a look-up failed\n")
    with Archive(tmp_path) as archive:
        assert archive.repaired.rebuilt
        assert archive.ledger.counts() == before
    assert len(list(tmp_path.glob("ledger.sqlite.damaged-*"))) == (0 if damage == "missing" else 1)
    with Archive(tmp_path) as archive:
        assert not archive.repaired.rebuilt


def test_compression_leaves_one_whole_file_or_the_other(tmp_path: Path) -> None:
    target = write_part(tmp_path)
    with Archive(tmp_path) as archive:
        lines = list(read_records(target))
        packed = archive.compress(target)
        assert list(read_records(packed)) == lines
        assert committed_files(tmp_path) == [packed]
        # Killed before the plain file was removed, or before the compressed one had its name.
        target.write_bytes(gzip.decompress(packed.read_bytes()))
        packed.with_name(f".{packed.name}.part").write_bytes(b"half")
        assert committed_files(tmp_path) == [packed]
    with Archive(tmp_path) as archive:
        assert archive.repaired.indexed == {}
        assert [path.name for path in packed.parent.iterdir()] == [packed.name]


def test_the_lock_dies_with_its_holder_and_names_it(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from newscrawl.archive.recovery import Lock;"
        f" lock = Lock(Path({str(tmp_path)!r})); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {process.pid} on "):
            Lock(tmp_path)
        process.kill()
        process.wait()
    Lock(tmp_path).release()


def test_a_power_cut_takes_only_what_was_not_synced(tmp_path: Path) -> None:
    file = PartFile(tmp_path / "en" / "articles" / "20240823T100000Z-1-00001.jsonl")
    file.write(json.dumps(record(1)).encode() + b"\n")
    file.sync()
    file.write(json.dumps(record(2)).encode() + b"\n")
    file.close()
    # What was never synced is what a power cut may drop.
    with file.part.open("r+b") as part:
        part.truncate(file.synced)
    with Archive(tmp_path) as archive:
        assert archive.ledger.article("en", "1") is not None
        assert archive.ledger.article("en", "2") is None


# -- near duplicates -----------------------------------------------------------------------------------------------


def test_near_texts_are_near_and_others_are_not() -> None:
    rng = random.Random(1)
    words = [rng.choice("abcdefghij") * rng.randint(1, 9) for _ in range(600)]
    text = signature(" ".join(words))
    assert text is not None
    for changed, least, most in ((6, 0.85, 1.0), (300, 0.0, 0.35)):
        other = words[:]
        for at in rng.sample(range(600), changed):
            other[at] = f"new{at}"
        sketch = signature(" ".join(other))
        assert sketch is not None
        assert least <= similarity(text, sketch) <= most


# -- real crawls ---------------------------------------------------------------------------------------------------


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
        with Archive(tmp_path) as archive:
            entry = archive.ledger.at("en", gone)
            assert entry is not None
            assert entry.gone is not None
        for asked in (urls[0], revised[0]["id"]):
            shown = run([sys.executable, "-m", "scrapy", "history", asked, "-s", f"DATA_DIR={tmp_path}"], tmp_path)
            assert shown.status == 0, shown.log
            assert "revision 1" in shown.log
            assert "revision 2" in shown.log
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
        crawl(site, tmp_path)  # all stories are older than a week
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
    files = committed_files(tmp_path)
    assert [path.suffix for path in files] == [".gz"] * 3
    assert [sum(1 for _ in read_records(path)) for path in files] == [20, 20, 10]


def test_a_second_crawl_of_an_archive_is_refused(tmp_path: Path) -> None:
    tmp_path.joinpath("data").mkdir()
    lock = Lock(tmp_path / "data")
    try:
        with Replica(Options(articles=2)) as site:
            done = crawl(site, tmp_path / "data")
            assert done.status == 75, done.log
            assert "another crawl holds" in done.last_line
            assert site.requests == []
    finally:
        lock.release()


def interrupted(site: Replica, data: Path, number: signal.Signals, requests: int, settings: dict[str, str]) -> bool:
    """Start a crawl and stop it after so many more requests; tell whether it ended by itself before."""
    arguments = {"site": site.url, "max_pages": "0", "refresh": "no"}
    start = len(site.requests)
    process = subprocess.Popen(
        command(data, arguments, settings), cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL
    )
    try:
        while len(site.requests) - start < requests and process.poll() is None:
            time.sleep(0.001)
    finally:
        if process.poll() is None:
            process.send_signal(number)
        process.wait(60)
    return process.returncode == 0 and len(site.requests) - start < requests


def check_union(site: Replica, data: Path) -> None:
    lines = [line for path in committed_files(data) for line in read_records(path)]
    assert {line["url"] for line in lines} == set(site.truth())
    assert set(Counter(line["id"] for line in lines).values()) == {1}
    assert not list(data.glob("**/.*.part"))


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
            known = {line["url"] for path in committed_files(tmp_path) for line in read_records(path)}
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
        # Six new stories in each of ten sections are three batches, and one more tells that the rest is known.
        assert len([seen for seen in site.requests[start:] if "page=" in seen.path]) <= 10 * 4


@pytest.mark.parametrize("damage", ["deleted", "truncated"])
def test_a_ledger_lost_between_runs_costs_nothing(damage: str, tmp_path: Path) -> None:
    with Replica(Options(articles=60)) as site:
        crawl(site, tmp_path)
        ledger = tmp_path / "ledger.sqlite"
        if damage == "deleted":
            ledger.unlink()
        else:
            ledger.write_bytes(ledger.read_bytes()[:9000])
        start = len(site.requests)
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        assert "The ledger is made anew" in done.log
        assert pages(site, start) == []
        check_union(site, tmp_path)


def test_after_a_full_disk_the_next_run_completes_the_archive(tmp_path: Path) -> None:
    with Replica(Options(articles=80)) as site:
        # The hidden file as a full disk leaves it: whole lines, no commit.
        crawl(site, tmp_path, max_pages="1")
        (path,) = committed_files(tmp_path)
        hidden = path.with_name(f".{path.name}.part")
        path.rename(hidden)
        (tmp_path / "ledger.sqlite").unlink()
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
    assert "The ledger is made anew: " in rebuilt.log
    shutil.rmtree(tmp_path)
    assert run([*line, "show", "-s", f"DATA_DIR={tmp_path}"], tmp_path).status == 2


def test_a_slug_that_is_used_again_is_read_again(tmp_path: Path) -> None:
    with Replica(Options(articles=100, batch_size=10, noise=False)) as site:
        crawl(site, tmp_path)
        with Archive(tmp_path) as archive:
            entry = archive.ledger.at("en", next(iter(site.truth())))
            assert entry is not None
            # As if the newest story's address had served a story of last year, read last week.
            archive.ledger._execute(
                "UPDATE articles SET published = ?, visited = ?, id = '1' WHERE number = ?",
                (entry.published - 365 * DAY, entry.visited - 7 * DAY, entry.number),
            )
            archive.ledger._execute("DELETE FROM contents WHERE article = ?", (entry.number,))
        done = crawl(site, tmp_path)
        assert Counter(line["id"] for line in done.records())[entry.id] == 2
        assert "1 articles written" in done.last_line
