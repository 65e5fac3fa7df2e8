"""`state.jsonl`: every kind of entry comes back, each wrong line is passed over, and nothing wrong is written."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import DamageLog
from newscrawl.archive.ledger import COMPLETE, Ledger
from newscrawl.archive.state import STATE, restore_state, write_state
from tests.archive.samples import record, write_file

NOW = datetime(2024, 8, 30, 12, tzinfo=UTC)
KEY = "0" * 32
ENTRIES: dict[str, dict[str, Any]] = {
    "block": {"block": "x.net", "seen": 5, "times": 2},
    "family": {"family": "/a/", "edition": "en", "kind": "news"},
    "tag": {"tag": KEY, "target": "/tags/a"},
    "failure": {"failure": KEY, "reason": "gone", "times": 1, "seen": 7},
    "listing": {"listing": KEY, "reach": COMPLETE, "bounded": True, "bound": "1"},
    "visit": {"visit": "1", "edition": "en", "visited": 1 << 31, "etag": "e", "last_modified": None, "gone": None},
    "url": {"url": KEY, "edition": "en", "id": "1"},
}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that knows articles 0, 1 and 2, in a folder without a state."""
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("articles/a.jsonl", [record(number) for number in range(3)])
        yield ledger


def restore(ledger: Ledger, folder: Path, *lines: Any, is_whole: bool = True) -> tuple[int, int]:
    """Return how many entries were restored, and how many lines were passed over."""
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    (folder / STATE).write_bytes(b"".join(text + b"\n" for text in texts))
    damages = DamageLog()
    done = restore_state(ledger.database, folder, damages, is_whole=is_whole)
    assert damages.files <= {folder / STATE}
    return done, damages.count


def rows(ledger: Ledger, table: str) -> list[tuple[Any, ...]]:
    return ledger.database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def test_without_a_file_nothing_is_restored(ledger: Ledger, tmp_path: Path) -> None:
    assert restore_state(ledger.database, tmp_path, DamageLog(), is_whole=True) == 0


def test_each_kind_of_entry_is_restored(ledger: Ledger, tmp_path: Path) -> None:
    assert restore(ledger, tmp_path, *ENTRIES.values()) == (7, 0)
    key = bytes.fromhex(KEY)
    number = ledger.article("en", "1").number  # type: ignore[union-attr]
    assert rows(ledger, "blocks") == [("x.net", 5, 2)]
    assert ledger.families("en") == {"/a/": "news"}
    assert rows(ledger, "tags") == [(key, "/tags/a")]
    assert rows(ledger, "failures") == [(key, "gone", 1, 7)]
    assert rows(ledger, "listings") == [(key, COMPLETE, number)]
    entry = ledger.article("en", "1")
    assert entry is not None
    assert (entry.visited, entry.etag, entry.last_modified, entry.gone) == (1 << 31, "e", None, None)
    assert (key, number) in rows(ledger, "addresses")


@pytest.mark.parametrize("is_whole", [True, False])
def test_listings_are_restored_only_where_nothing_is_missing(is_whole: bool, ledger: Ledger, tmp_path: Path) -> None:
    done = restore(ledger, tmp_path, ENTRIES["listing"], ENTRIES["tag"], is_whole=is_whole)
    assert done == (2 if is_whole else 1, 0)
    assert bool(rows(ledger, "listings")) is is_whole


@pytest.mark.parametrize(
    ("bounded", "bound", "found"), [(False, None, None), (True, "2", 3), (True, "9", 0), (True, None, 0)]
)
def test_a_bound_is_the_number_of_its_article_in_this_ledger(
    bounded: bool, bound: str | None, found: int | None, ledger: Ledger, tmp_path: Path
) -> None:
    restore(ledger, tmp_path, {**ENTRIES["listing"], "bounded": bounded, "bound": bound, "reach": None})
    assert rows(ledger, "listings") == [(bytes.fromhex(KEY), None, found)]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"no JSON",
        b"\xff",
        b"[" * 100_000,
        b"7",
        b"[]",
        b"null",
        {},
        {"unknown": 1},
        {**ENTRIES["block"], "block": 7},
        {**ENTRIES["block"], "seen": "5"},
        {**ENTRIES["block"], "times": None},
        {**ENTRIES["block"], "seen": -1},
        {**ENTRIES["block"], "seen": 1 << 40},
        {**ENTRIES["family"], "kind": None},
        {**ENTRIES["family"], "family": ["/a/"]},
        {**ENTRIES["family"], "edition": 1},
        {**ENTRIES["tag"], "tag": "00"},
        {**ENTRIES["tag"], "tag": "x" * 32},
        {**ENTRIES["tag"], "tag": 5},
        {**ENTRIES["tag"], "target": None},
        {**ENTRIES["tag"], "target": "\ud800"},
        {**ENTRIES["failure"], "reason": 1},
        {**ENTRIES["failure"], "times": 1.5},
        {**ENTRIES["failure"], "failure": KEY + "00"},
        {**ENTRIES["listing"], "reach": 5},
        {**ENTRIES["listing"], "bound": 5},
        {key: value for key, value in ENTRIES["listing"].items() if key != "bounded"},
        {**ENTRIES["visit"], "visited": "now"},
        {**ENTRIES["visit"], "etag": 5},
        {**ENTRIES["visit"], "last_modified": 5},
        {**ENTRIES["visit"], "gone": "yes"},
        {**ENTRIES["visit"], "edition": None},
        {**ENTRIES["url"], "id": 1},
        {**ENTRIES["url"], "edition": 1},
        {key: value for key, value in ENTRIES["url"].items() if key != "id"},
    ],
    ids=repr,
)
def test_a_line_that_is_no_entry_is_passed_over_and_the_rest_counts(line: Any, ledger: Ledger, tmp_path: Path) -> None:
    before = [rows(ledger, table) for table in ("families", "failures", "listings", "articles", "addresses")]
    assert restore(ledger, tmp_path, line) == (0, 1)
    assert before == [rows(ledger, table) for table in ("families", "failures", "listings", "articles", "addresses")]
    # Also the line before it and the one after it.
    assert restore(ledger, tmp_path, ENTRIES["tag"], line, ENTRIES["block"]) == (2, 1)


@pytest.mark.parametrize("seen", [0, (1 << 40) - 1])
def test_numbers_may_be_as_small_and_as_large_as_these(seen: int, ledger: Ledger, tmp_path: Path) -> None:
    assert restore(ledger, tmp_path, {**ENTRIES["block"], "seen": seen}) == (1, 0)
    assert rows(ledger, "blocks") == [("x.net", seen, 2)]


def test_what_a_committed_file_says_later_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    entry = ledger.article("en", "1")
    assert entry is not None
    older = {**ENTRIES["visit"], "visited": entry.visited - 1, "gone": 5}
    assert restore(ledger, tmp_path, older) == (1, 0)
    assert ledger.article("en", "1") == entry
    assert restore(ledger, tmp_path, {**older, "visited": entry.visited}) == (1, 0)
    after = ledger.article("en", "1")
    assert after is not None
    assert (after.visited, after.gone) == (entry.visited, 5)
    # A URL that has an article has not failed; one that leads to an article already leads there still.
    key = next(key for key, number in rows(ledger, "addresses") if number == entry.number)
    assert restore(ledger, tmp_path, {**ENTRIES["failure"], "failure": key.hex()}) == (1, 0)
    assert rows(ledger, "failures") == []
    restore(ledger, tmp_path, {"url": key.hex(), "edition": "en", "id": "2"})
    assert (key, entry.number) in rows(ledger, "addresses")


def test_the_state_is_written_as_it_is_read(tmp_path: Path) -> None:
    """All that only the ledger knows goes through the file and comes back in a ledger that was rebuilt."""
    folder = tmp_path / "en"
    write_file(folder, [record(number) for number in range(3)])
    with Archive(folder) as archive:
        ledger = archive.ledger
        entry = ledger.article("en", "1")
        assert entry is not None
        ledger.note_visit(entry, "https://english.almayadeen.net/news/politics/second", NOW, "e", "m")
        ledger.note_gone(ledger.article("en", "2"), NOW)  # type: ignore[arg-type]
        ledger.note_failure("en", "https://english.almayadeen.net/none", "timeout", NOW)
        ledger.note_tag("en", "Mali", "https://english.almayadeen.net/tags/Mali?a=b")
        ledger.note_family("en", "/a/", "news")
        ledger.note_block("x.net", NOW)
        ledger.begin_listing("en", "https://english.almayadeen.net/news")
        ledger.flush()
        ledger.end_listing("en", "https://english.almayadeen.net/sports", COMPLETE)
        ledger.flush()
        tables = ("blocks", "families", "tags", "failures", "listings", "addresses", "articles")
        before = {table: sorted(rows(ledger, table)) for table in tables}
        assert all(before.values())
        write_state(ledger.database, folder)
    first = (folder / STATE).read_bytes()
    assert all(line.startswith(b'{"') for line in first.splitlines())
    with Archive(folder, rebuild="it was asked for") as archive:
        assert {table: sorted(rows(archive.ledger, table)) for table in tables} == before
    assert sorted((folder / STATE).read_bytes().splitlines()) == sorted(first.splitlines())


def test_the_pause_after_a_block_survives(ledger: Ledger, tmp_path: Path) -> None:
    restore(ledger, tmp_path, {"block": "x.net", "seen": int(NOW.timestamp()), "times": 1})
    assert ledger.blocked_until("x.net") == NOW + timedelta(hours=1)
