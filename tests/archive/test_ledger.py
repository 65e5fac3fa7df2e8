"""The ledger: look-ups, notes, and files that are no ledger."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.ledger import DAY, Ledger
from newscrawl.archive.near_duplicates import signature
from newscrawl.errors import LedgerDamagedError, OutputError
from tests.archive.samples import record

NOW = datetime(2024, 8, 23, 12, 0, tzinfo=UTC)


def test_any_spelling_of_a_url_is_known(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1)])
        for url in (
            "https://english.almayadeen.net/news/politics/story-1",
            "http://english.almayadeen.net/news/politics/story-1/",
            "http://127.0.0.1:8000/news/politics/story-1",
        ):
            assert ledger.is_known("en", url, NOW)
        assert not ledger.is_known("es", "https://english.almayadeen.net/news/politics/story-1", NOW)


def test_a_new_id_at_an_old_url_is_a_new_article(tmp_path: Path) -> None:
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

    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1, body=text(0)), record(2, body=text(20)), record(3, body=text(0), edition="es")])

        def near(changed: int, post_id: str = "9", edition: str = "en", threshold: float = 0.7) -> str | None:
            sketch = signature(text(changed))
            assert sketch is not None
            return ledger.near(edition, post_id, sketch, threshold)

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


def test_a_page_that_failed_is_known_for_longer_each_time(tmp_path: Path) -> None:
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


def test_validators_belong_to_their_article(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1), record(2)], {("en", "1"): ('"one"', None), ("es", "2"): ('"two"', None)})
        assert [entry and entry.etag for entry in (ledger.article("en", "1"), ledger.article("en", "2"))] == [
            '"one"',
            None,
        ]


def test_a_statement_that_the_disk_refuses_is_an_error_of_output(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.database.execute("PRAGMA max_page_count = 1")
        with pytest.raises(OutputError, match="full"):
            ledger.index("a", [record(number) for number in range(500)])
        assert ledger.files() == {}
        ledger.database.execute("PRAGMA max_page_count = 100000")
        assert ledger.index("a", [record(1)]) == 1


def test_a_failed_page_rests_for_thirty_days_at_most(tmp_path: Path) -> None:
    url = record(1)["url"]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for _ in range(20):
            ledger.note_failure("en", url, "missing_body", NOW)
        ledger.flush()
        assert ledger.is_known("en", url, NOW + timedelta(seconds=30 * DAY - 1))
        assert not ledger.is_known("en", url, NOW + timedelta(seconds=30 * DAY))


def test_a_block_rests_longer_each_time_and_a_day_at_most(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        hours = []
        for _ in range(7):
            ledger.note_block("x", NOW)
            ledger.flush()
            until = ledger.blocked_until("x")
            assert until is not None
            hours.append((until - NOW) / timedelta(hours=1))
        assert hours == [1, 2, 4, 8, 16, 24, 24]


def test_an_older_revision_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1, revision=2, kind="new")])
        ledger.index("b", [record(1, revision=1, kind="old")])
        entry = ledger.article("en", "1")
        assert entry is not None
        assert (entry.revision, entry.kind) == (2, "new")
        assert [revision for revision, _ in ledger.revisions(entry)] == [1, 2]


@pytest.mark.parametrize("how", ["indexed", "visited"])
def test_an_article_that_came_back_is_no_longer_gone(how: str, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(1)])
        entry = ledger.article("en", "1")
        assert entry is not None
        ledger.note_gone(entry, NOW)
        ledger.flush()
        assert ledger.due("en", NOW, share=0, max_age_days=10_000, limit=10) == []
        if how == "indexed":
            ledger.index("b", [record(1, revision=2)])
        else:
            ledger.note_visit(entry, record(1)["url"], NOW, None, None)
            ledger.flush()
        back = ledger.article("en", "1")
        assert back is not None
        assert back.gone is None


def test_the_bound_of_a_listing_stays_where_the_first_broken_run_set_it(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for number in (1, 2, 3):
            ledger.index(str(number), [record(number)])
            ledger.begin_listing("en", "https://x.net/a")
            ledger.flush()
        assert ledger.reach("en", "https://x.net/a") == (None, 0)
        ledger.end_listing("en", "https://x.net/a", "complete")
        ledger.begin_listing("en", "https://x.net/a")
        ledger.flush()
        assert ledger.reach("en", "https://x.net/a") == ("complete", 3)


def test_nothing_is_left_of_an_article_that_is_forgotten(tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(number, body=f"{number} word " * 40) for number in (1, 2)])
        counted = ("addresses", "contents", "revisions", "sketches", "bands")
        before = [ledger.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in counted]
        ledger.forget("en", ["2"])
        after = [ledger.database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in counted]
        assert all(before)
        assert after == [count // 2 for count in before]
        assert ledger.ids("en") == ["1"]
        assert ledger.has_changed


def test_a_ledger_short_of_some_pages_is_noticed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.index("a", [record(number) for number in range(200)])
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(LedgerDamagedError, match="bytes and says"):
        Ledger(path)


def test_a_claim_is_known_by_its_page_and_what_it_states(tmp_path: Path) -> None:
    path, url = tmp_path / "ledger.sqlite", "https://x.net/news/politics/a-b"
    with Ledger(path) as ledger:
        ledger.note_claim("en", url, "7")
        ledger.note_claim("en", url, "7")
    with Ledger(path) as ledger:
        assert ledger.has_claim("en", f"{url}/?x=1", "7")
        assert not ledger.has_claim("en", url, "8")
        assert not ledger.has_claim("ar", url, "7")
        assert not ledger.has_claim("en", f"{url}-c", "7")
