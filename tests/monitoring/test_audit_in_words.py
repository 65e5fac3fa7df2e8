"""What an audit reads from an archive, how it fills in months, and its verdict word for word."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import DamageLog
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.audit import (
    ArchivedArticles,
    Audit,
    ListedArticles,
    compare,
    last_day,
    read_archive,
    verdict_of_audit,
)
from newscrawl.urls import Site
from tests.archive.samples import record, write_file

ROOT = "https://english.almayadeen.net"
NOW = datetime(2024, 9, 1, tzinfo=UTC)


def url(name: str) -> str:
    return f"{ROOT}/news/politics/{name}"


def audit(listed: ListedArticles, published: dict[str, str | None], now: datetime = NOW) -> Audit:
    paths = {f"/news/politics/{name}": stamp for name, stamp in published.items()}
    return compare(listed, ArchivedArticles(published=paths), lambda _: None, site=Site(ROOT), now=now)


def test_the_archive_is_what_its_files_hold_and_the_ledger_forgets_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    first = write_file(folder, [record(1, date_published=None), record(2)])
    second = write_file(folder, [record(3)], name="20240823T100001Z-1-00001")
    with Archive(folder) as archive:
        archive.ledger.note_family("en", "/a/", "news")
        archive.ledger.flush()
        found = read_archive(archive, "en")
        assert found.published == {
            "/news/politics/story-1": None,
            "/news/politics/story-2": "2024-08-22T13:28:00Z",
            "/news/politics/story-3": "2024-08-22T13:28:00Z",
        }
        assert (found.ids, found.forgotten, found.families) == ({"1", "2", "3"}, 0, {"/a/": "news"})
        assert found.files == {f"articles/{first.name}", f"articles/{second.name}"}
        second.unlink()
        again = read_archive(archive, "en")
        assert (again.ids, again.forgotten) == ({"1", "2"}, 1)
        assert archive.ledger.ids("en") == ["1", "2"]
        # What comes later is read as well, and nothing twice.
        write_file(folder, [record(4)], name="20240823T100002Z-1-00001")
        first.write_text("no record\n")
        damages = DamageLog()
        again.read(folder, damages)
        assert (again.ids, damages.count) == ({"1", "2", "4"}, 0)


def test_a_month_is_filled_in_between_neighbours_of_the_same_month() -> None:
    listed = ListedArticles()
    names = ["a", "b", "c", "d", "e", "f", "g", "h"]
    for name in names:
        listed.add(url(name), None)
    listed.batches["listing"] = [url(name) for name in names]
    august, july = "2024-08-10T00:00:00Z", "2024-07-10T00:00:00Z"
    # a ? | b August | c, d ? | e August | f ? | g July | h ?
    found = audit(listed, {"b": august, "e": august, "g": july})
    assert dict(found.rows) == {
        ("?", "politics"): Counter(missing=3),
        ("2024-08", "politics"): Counter(archived=2, missing=2),
        ("2024-07", "politics"): Counter(archived=1),
    }
    assert found.missing == [url("a"), url("f"), url("h"), url("c"), url("d")]


def test_the_date_of_an_article_counts_more_than_the_month_of_its_sitemap() -> None:
    listed = ListedArticles()
    listed.add(url("a"), "2024-08")
    listed.add(url("b"), "2024-08")
    listed.add(f"{ROOT}/not-an-article", "2024-08")
    found = audit(listed, {"a": "2024-07-31T22:00:00Z"})
    assert set(found.rows) == {("2024-07", "politics"), ("2024-08", "politics"), ("2024-08", "?")}
    assert found.totals == Counter(archived=1, missing=2)
    assert found.as_dict() == {
        "totals": {"listed": 3, "archived": 1, "gone": 0, "other": 0, "missing": 2},
        "rows": [
            {
                "month": "2024-08",
                "section": "politics",
                "listed": 1,
                "archived": 0,
                "gone": 0,
                "other": 0,
                "missing": 1,
            },
            {"month": "2024-08", "section": "?", "listed": 1, "archived": 0, "gone": 0, "other": 0, "missing": 1},
            {
                "month": "2024-07",
                "section": "politics",
                "listed": 1,
                "archived": 1,
                "gone": 0,
                "other": 0,
                "missing": 0,
            },
        ],
        "last_days": found.last_days,
        "missing": found.missing,
    }


def test_the_last_day_of_a_month_is_counted_in_sitemap_and_archive() -> None:
    listed = ListedArticles()
    for name in ("a", "b", "c"):
        listed.add(url(name), "2024-08")
    listed.batches["one"] = [url("a"), url("c")]
    published = {
        "a": "2024-08-31T10:00:00Z", "b": "2024-08-30T10:00:00Z", "c": "2024-08-29T00:00:00Z",
        "d": "2024-08-31T23:00:00Z", "e": None,
    }  # fmt: skip
    assert audit(listed, published).last_days == [{"day": "2024-08-31", "listed": 1, "archived": 2, "covered": True}]
    listed.batches["two"] = [url("a"), url("e")]
    assert audit(listed, published).last_days[0]["covered"] is False
    listed.ended.add("two")
    assert audit(listed, published).last_days[0]["covered"] is True
    listed.batches.clear()
    assert audit(listed, published).last_days[0]["covered"] is False
    # On its last day a month has not ended yet.
    assert audit(listed, published, datetime(2024, 8, 31, 23, 59, tzinfo=UTC)).last_days == []
    assert len(audit(listed, published, datetime(2024, 9, 1, 0, 0, tzinfo=UTC)).last_days) == 1


@pytest.mark.parametrize(
    ("month", "day"),
    [("2023-02", "2023-02-28"), ("2024-12", "2024-12-31"), ("2024-11", "2024-11-30"), ("2024-1", "2024-01-31")],
)
def test_each_month_has_its_last_day(month: str, day: str) -> None:
    assert last_day(month).isoformat() == day


def verdict(rows: dict[str, int], **stats: Any) -> tuple[int, str, str, str]:
    found = Audit(rows={("2024-08", "politics"): Counter(rows)} if rows else {})
    found.missing = [url(str(number)) for number in range(rows.get("missing", 0))]
    given = {f"newscrawl/{name.replace('__', '/')}": value for name, value in stats.items() if name != "finish_reason"}
    given |= {"finish_reason": stats.get("finish_reason", "finished")}
    made = verdict_of_audit(found, given, root=ROOT, names="missing.txt", command="scrapy crawl x")
    return made.status, made.name, made.reason, made.advice


COUNTS = "5 listed, 3 archived, 1 gone, 1 missing"
SOME = {"archived": 3, "gone": 1, "missing": 1}
SLOWER = "Do not hide or hurry: run later and slower, and write to the site with the contact in your user agent."
CHECK = "Check that; else this machine's network and name service, and whether the site is up; then run again."
SO_FAR = "What is missing so far is in missing.txt; fetch it: scrapy crawl x"


@pytest.mark.parametrize(
    ("rows", "stats", "found"),
    [
        (
            {"archived": 3, "gone": 1, "other": 1},
            {},
            (ExitStatus.HEALTHY, "complete", "5 listed, 3 archived, 1 gone, 0 missing", ""),
        ),
        (SOME, {}, (ExitStatus.INCOMPLETE, "articles missing", COUNTS, "Fetch them: scrapy crawl x")),
        (
            SOME,
            {"error__unknown_section": 1, "listing__failed": 1},
            (
                ExitStatus.INCOMPLETE, "audit not whole", f"a section asked for is not on the site; {COUNTS}", SO_FAR,
            ),
        ),
        (
            SOME,
            {"listing__failed": 1, "listing__opened": 4, "finish_reason": "shutdown"},
            (ExitStatus.INCOMPLETE, "audit not whole", f"1 of 4 listings could not be read; {COUNTS}", SO_FAR),
        ),
        (
            {"archived": 1},
            {"finish_reason": "shutdown"},
            (
                ExitStatus.INCOMPLETE,
                "audit not whole",
                "it ended early (shutdown); 1 listed, 1 archived, 0 gone, 0 missing",
                "See the log above.",
            ),
        ),
        (
            {},
            {"error__robots": 1, "error__challenge": 1, "error__timeout": 1},
            (ExitStatus.BLOCKED, "blocked by the site", "1 requests were refused and no article came", SLOWER),
        ),
        (
            {},
            {"finish_reason": "odd"},
            (ExitStatus.INCOMPLETE, "nothing listed", f"{ROOT} showed no article (odd)", "See the log above."),
        ),
        (
            SOME,
            {"finish_reason": "unreachable"},
            (ExitStatus.INCOMPLETE, "site unreachable", f"{ROOT} could not be reached", CHECK),
        ),
    ],
)  # fmt: skip
def test_the_verdict_says_what_was_found(
    rows: dict[str, int], stats: dict[str, Any], found: tuple[int, str, str, str]
) -> None:
    assert verdict(rows, **stats) == found
