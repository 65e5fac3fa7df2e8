"""What is seen of a run, number by number, and the report and the saved pages that are made of it."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.items import Image
from newscrawl.monitoring.observations import FIELDS, MAX_LISTINGS, MAX_NAMES, PAGES_SAVED, SAMPLE, Observations
from newscrawl.monitoring.reports import (
    RunFacts,
    read_reports,
    remove_old_reports,
    report_of,
    versions,
    write_pages,
    write_report,
)
from tests.pipelines.samples import article

NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
STAMP = "2024-08-23T09:00:00Z"
FACTS = RunFacts(
    name="20240823T090000Z-1",
    spider="mayadeen",
    edition="en",
    site="https://x.net",
    arguments={"max_pages": "1"},
    started=NOW,
    ended=NOW + timedelta(seconds=90, milliseconds=260),
)


def test_an_article_is_counted_in_all_its_parts() -> None:
    seen = Observations()
    first = article(provenance={"title": "meta", "body": "dom"}, section="politics", images=(Image(url="https://x/a"),))
    second = article(
        url="https://x.net/b", provenance={"title": "meta"}, section=None, date_published=None, summary="S"
    )
    third = article(url="https://x.net/c", kind="video", body="", section=None, date_published="2024-08-21T00:00:00Z")
    for each in (first, second, third):
        seen.add_article(each, b"<p>A page.", STAMP)
    assert seen.records == {"news": 2, "video": 1}
    assert seen.layers == {"title": {"meta": 2}, "body": {"dom": 1}}
    assert seen.sections == {"politics": {"written": 1}, "news": {"written": 1}, "video": {"written": 1}}
    assert {name: seen.filled["news"][name] for name in ("title", "body", "images", "summary", "date_published")} == {
        "title": 2, "body": 2, "images": 1, "summary": 1, "date_published": 1,
    }  # fmt: skip
    assert (seen.filled["video"]["body"], seen.filled["video"]["title"]) == (0, 1)
    assert seen.words == {"news": [4, 4]}
    assert seen.newest == "2024-08-22T13:28:00Z"
    assert seen.examples["any"] == [first.url, second.url, third.url]
    assert seen.examples["news: date_published"] == [second.url]
    assert seen.examples["video: body"] == [third.url]
    assert "news: body" not in seen.examples
    (page,) = seen.pages["news-no-date"]
    assert (page.url, page.when, page.kind, gzip.decompress(page.packed)) == (
        second.url,
        STAMP,
        "article",
        b"<p>A page.",
    )
    assert [each.url for each in seen.pages["video-no-body"]] == [third.url]
    assert len(seen.pages["any"]) == 3


def test_the_newest_article_is_the_latest_date_in_whatever_order() -> None:
    for days in ((21, 23, 22), (23, 21, 22), (21, 22, 23)):
        seen = Observations()
        for day in days:
            seen.add_article(article(date_published=f"2024-08-{day}T00:00:00Z"), b"", STAMP)
        assert seen.newest == "2024-08-23T00:00:00Z"


def test_lengths_are_a_sample_of_all_and_not_of_the_first() -> None:
    seen = Observations()
    for number in range(4 * SAMPLE):
        seen.add_article(article(word_count=number), b"", STAMP)
    sample = seen.words["news"]
    assert len(sample) == SAMPLE
    late = sum(each >= 2 * SAMPLE for each in sample)
    assert 0.4 * SAMPLE < late < 0.6 * SAMPLE


def test_the_listings_with_the_fewest_articles_are_kept() -> None:
    seen = Observations()
    for number, articles in enumerate([9, 3, 8, 7, 5, 4, 9, 8, 1]):
        seen.add_listing(f"https://x.net/{number}", articles, f"{articles}".encode())
    kept = seen.pages["listing"]
    assert len(kept) == len(seen.shortest) == PAGES_SAVED
    assert sorted(seen.shortest) == [1, 3, 4, 5, 7]
    assert sorted(gzip.decompress(page.packed) for page in kept) == [b"1", b"3", b"4", b"5", b"7"]
    # A page and its number stay together.
    assert [int(gzip.decompress(page.packed)) for page in kept] == seen.shortest
    assert {(page.kind, page.when) for page in kept} == {("listing", "")}
    assert seen.listings == {f"https://x.net/{at}": number for at, number in enumerate([9, 3, 8, 7, 5, 4, 9, 8, 1])}


def test_of_listings_as_short_the_first_are_kept() -> None:
    seen = Observations()
    for number in range(PAGES_SAVED + 3):
        seen.add_listing(f"https://x.net/{number}", 2)
    assert [page.url for page in seen.pages["listing"]] == [f"https://x.net/{number}" for number in range(PAGES_SAVED)]


def test_no_more_listings_are_remembered_than_this() -> None:
    seen = Observations()
    for number in range(MAX_LISTINGS + 5):
        seen.add_listing(f"https://x.net/{number}", 2)
    assert len(seen.listings) == MAX_LISTINGS


def test_pages_that_cannot_be_read_and_errors_have_examples() -> None:
    seen = Observations()
    for number in range(7):
        seen.add_unreadable(f"https://x.net/{number}", STAMP, b"<p>")
        seen.add_error("timeout", f"https://x.net/{number}")
    assert seen.examples == {"unreadable": [f"https://x.net/{number}" for number in range(3)]}
    assert len(seen.pages["unreadable"]) == PAGES_SAVED
    assert seen.error_examples == {"timeout": [f"https://x.net/{number}" for number in range(3)]}


def stats(**changes: Any) -> dict[str, Any]:
    found = {
        "finish_reason": "finished",
        "downloader/request_count": 12,
        "downloader/response_bytes": 1000,
        "downloader/response_status_count/200": 10,
        "downloader/response_status_count/404": 2,
        "newscrawl/article/fetched": 9,
        "newscrawl/article/failed": 1,
        "newscrawl/article/gone": 2,
        "newscrawl/article/known": 3,
        "newscrawl/article/unreadable": 4,
        "newscrawl/listing/batches": 6,
        "newscrawl/politeness/pauses": 1,
        "newscrawl/written/articles": 5,
        "newscrawl/written/headlines": 7,
        "newscrawl/new": 3,
        "newscrawl/changed": 2,
        "newscrawl/unchanged": 8,
        "newscrawl/near_duplicate": 1,
        "newscrawl/lost/articles": 0,
        "newscrawl/duplicate/id": 1,
        "newscrawl/skipped/live": 2,
        "newscrawl/outside/interval": 3,
        "newscrawl/dropped/incomplete": 4,
        "newscrawl/missing/date_published": 5,
        "newscrawl/repaired/parts": 1,
        "newscrawl/damaged/lines": 2,
        "newscrawl/error/timeout": 3,
        "newscrawl/error/gone": 2,
    }
    return {**found, **changes}


def test_a_report_says_all_that_was_counted() -> None:
    seen = Observations()
    for number in range(3):
        seen.add_article(
            article(url=f"https://x.net/{number}", word_count=10 * number, summary="S" if number else None), b"", STAMP
        )
    seen.add_error("timeout", "https://x.net/late")
    seen.add_file("en/articles/a.jsonl", 3, "ab")
    seen.add_listing("https://x.net/news", 20)
    report = report_of(FACTS, seen, stats())
    rates = report["fill"].pop("news")
    assert rates["records"] == 3
    assert set(rates["rates"]) == set(FIELDS)
    assert (rates["rates"]["title"], rates["rates"]["summary"], rates["rates"]["tags"]) == (1.0, 0.6667, 0.0)
    assert report.pop("peak_memory_bytes") > 1_000_000
    assert report.pop("versions") == versions()
    assert report.pop("accounts").keys() >= {"requests", "records"}
    assert report == {
        "run": "20240823T090000Z-1",
        "started": STAMP,
        "ended": "2024-08-23T09:01:30Z",
        "seconds": 90.3,
        "spider": "mayadeen",
        "edition": "en",
        "site": "https://x.net",
        "arguments": {"max_pages": "1"},
        "close_reason": "finished",
        "pages": {
            "requests": 12,
            "by_status": {"200": 10, "404": 2},
            "articles": {"fetched": 9, "failed": 1, "gone": 2, "known": 3, "unreadable": 4},
            "listings": {"batches": 6},
            "by_section": {"news": {"written": 3}},
            "politeness": {"pauses": 1},
        },
        "articles": {"written": 5, "new": 3, "edited": 2, "unchanged": 8, "near_duplicates": 1, "lost": 0},
        "faults": {},
        "headlines": 7,
        "duplicates": {"id": 1},
        "skipped": {"live": 2, "interval": 3, "incomplete": 4},
        "missing_fields": {"date_published": 5},
        "repaired": {"parts": 1},
        "damaged": {"lines": 2},
        "errors": {
            "gone": {"count": 2, "examples": []},
            "timeout": {"count": 3, "examples": ["https://x.net/late"]},
        },
        "fill": {},
        "provenance": {},
        "words": {"news": {"median": 10, "sample": [0, 10, 20]}},
        "listings": {"https://x.net/news": 20},
        "examples": seen.examples,
        "newest_article": "2024-08-22T13:28:00Z",
        "newest_article_age_seconds": 70_410,
        "requests_per_new_article": 4.0,
        "bytes": 1000,
        "files": [{"name": "en/articles/a.jsonl", "lines": 3, "sha256": "ab"}],
    }


def test_a_run_that_brought_nothing_has_no_figures_of_articles() -> None:
    report = report_of(FACTS, Observations(), {})
    assert (report["newest_article"], report["newest_article_age_seconds"]) == (None, None)
    assert (report["requests_per_new_article"], report["close_reason"]) == (None, "unknown")
    assert (
        report_of(FACTS, Observations(), stats(**{"downloader/request_count": 10}))["requests_per_new_article"] == 3.333
    )


@pytest.mark.parametrize(
    ("what", "reasons"),
    [
        ([], []),
        (["news: summary"], ["news-no-summary"]),
        (["video: summary"], ["video-no-summary"]),
        (["readable article pages"], []),
        (["articles in the first batch of a listing"], ["listing"]),
        (["title from json-ld"], ["title-from-dom", "title-from-meta"]),
        (["title from dom"], ["title-from-meta"]),
        (["body from dom"], ["any"]),
        (["news: median words of a body"], ["any"]),
        (["news: shares"], ["any"]),
        (["news: summary", "title from dom"], ["news-no-summary", "title-from-meta"]),
    ],
)
def test_the_pages_of_each_regression_are_saved(what: list[str], reasons: list[str], tmp_path: Path) -> None:
    seen = Observations()
    for number in range(2):
        seen.add_unreadable(f"https://x.net/{number}", STAMP, b"<p>No article.")
    seen.add_article(article(date_published=None), b"<p>No date.", STAMP)
    seen.add_article(article(summary=None, provenance={"title": "dom", "body": "dom"}), b"<p>No summary.", STAMP)
    seen.add_article(article(kind="video", summary=None, provenance={"title": "meta"}), b"<p>A video.", STAMP)
    seen.add_listing("https://x.net/news", 0, b"<p>No link.")
    pages = write_pages(tmp_path / "runs" / "20240823T090000Z-1.json", seen, what)
    assert {page.parent for page in pages} == {tmp_path / "runs" / "20240823T090000Z-1-pages"}
    assert sorted({page.name.rpartition("-")[0] for page in pages}) == sorted(
        # These two are always saved.
        [*reasons, "news-no-date", "unreadable"]
    )
    by_name = {page.name: gzip.decompress(page.read_bytes()) for page in pages}
    assert (
        by_name["unreadable-2.html.gz"]
        == f"<!-- article https://x.net/1 downloaded {STAMP} -->\n<p>No article.".encode()
    )
    if "listing" in reasons:
        assert by_name["listing-1.html.gz"] == b"<!-- listing https://x.net/news -->\n<p>No link."


def test_a_folder_that_has_vanished_is_not_made_again(tmp_path: Path) -> None:
    report = tmp_path / "en" / "runs" / "20240823T090000Z-1.json"
    seen = Observations()
    seen.add_unreadable("https://x.net/a", STAMP, b"")
    with pytest.raises(FileNotFoundError):
        write_report(report, {})
    with pytest.raises(FileNotFoundError):
        write_pages(report, seen)
    report.parent.parent.mkdir()
    write_report(report, {"a": "ü"})
    assert report.read_text("utf-8") == '{\n "a": "ü"\n}\n'


def test_only_reports_are_removed_the_oldest_first_with_their_pages(tmp_path: Path) -> None:
    for second in range(4):
        (tmp_path / f"20240823T09000{second}Z-1.json").touch()
        pages = tmp_path / f"20240823T09000{second}Z-1-pages"
        pages.mkdir()
        (pages / "unreadable-1.html.gz").touch()
    (tmp_path / "notes.json").touch()
    remove_old_reports(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20240823T090002Z-1-pages", "20240823T090002Z-1.json",
        "20240823T090003Z-1-pages", "20240823T090003Z-1.json",
        "notes.json",
    ]  # fmt: skip


def test_so_many_reports_are_read_and_damaged_ones_do_not_count(tmp_path: Path) -> None:
    sound = {**report_of(FACTS, Observations(), {}), "verdict": {}}
    for second, text in enumerate([json.dumps(sound), "[]", "{", json.dumps(sound), json.dumps(sound), "{}"]):
        (tmp_path / f"20240823T09000{second}Z-1.json").write_text(text)
    (tmp_path / "20240823T090009Z-1.json").write_bytes(b"\xff")
    (tmp_path / "20240823T090008Z-1.json").mkdir()
    reports, damaged = read_reports(tmp_path, 2)
    assert (len(reports), [path.name[13:15] for path in damaged]) == (2, ["09", "08", "05"])
    reports, damaged = read_reports(tmp_path)
    assert (len(reports), len(damaged)) == (3, 5)
    del sound["listings"]
    (tmp_path / "20240823T090000Z-1.json").write_text(json.dumps(sound))
    assert len(read_reports(tmp_path)[0]) == 2


def test_names_and_urls_of_pages_are_bounded() -> None:
    seen = Observations()
    for number in range(MAX_NAMES + 20):
        long = f"{number}-" + "s" * 1_500_000
        seen.add_article(article(section=long, kind=f"kind-{number}", url=f"https://x.net/{long}"), b"", STAMP)
    seen.add_listing("https://x.net/" + "a" * 9000, 1)
    seen.add_error("gone", "https://x.net/" + "a" * 9000)
    assert len(seen.sections) == len(seen.records) == MAX_NAMES + 1
    assert seen.sections["others"]["written"] == seen.records["others"] == 20
    report = report_of(FACTS, seen, {"newscrawl/error/gone": 1})
    assert len(json.dumps(report)) < 1_000_000
