"""The ledger's SQLite file: its size by its header, its tables and columns, what each of SQLite's errors means."""

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive import database as module
from newscrawl.archive.database import TABLES_BY_ARTICLE, VERSION, Database, check_size, database_files, named_errors
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.near_duplicates import MAX_CANDIDATES, MAX_PER_BAND, NearDuplicates, bands, signature, similarity
from newscrawl.errors import LedgerDamagedError, OutputError
from tests.archive.samples import record

MAGIC = b"SQLite format 3\x00"


def header(page: int, pages: int) -> bytes:
    return MAGIC + page.to_bytes(2, "big") + b"\0" * 10 + pages.to_bytes(4, "big") + b"\0" * 68


@pytest.mark.parametrize(
    ("page", "pages", "size"),
    [(512, 1, 512), (4096, 3, 3 * 4096), (1, 2, 2 * 65_536), (512, 70_000, 512 * 70_000)],
)
def test_a_file_is_as_long_as_its_header_says_or_longer(page: int, pages: int, size: int, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    for length, is_torn in ((size, False), (size + 1, False), (size - 1, True)):
        with path.open("wb") as file:
            file.write(header(page, pages))
            file.truncate(length)
        if is_torn:
            with pytest.raises(LedgerDamagedError, match=f"has {length} bytes and says that it has {size}$"):
                check_size(path)
            # After a full disk the log has what the file lacks.
            log = database_files(path)[1]
            log.touch()
            with pytest.raises(LedgerDamagedError):
                check_size(path)
            log.write_bytes(b"x")
            check_size(path)
        else:
            check_size(path)


@pytest.mark.parametrize("content", [b"x", b"a text\n" * 100, header(512, 0)[:99], b"S" * 100])
def test_a_file_that_is_no_ledger_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(LedgerDamagedError, match=f"^{path} is no SQLite file$"):
        check_size(path)


def test_no_file_and_an_empty_one_are_a_ledger_to_be(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    check_size(path)
    path.touch()
    check_size(path)
    path.write_bytes(header(512, 0))
    check_size(path)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "ledger.sqlite")
    yield made
    made.close()


def test_an_older_ledger_gains_what_came_later(tmp_path: Path, database: Database) -> None:
    database.execute("DROP TABLE families")
    database.execute("DROP TABLE blocks")
    database.close()
    again = Database(tmp_path / "ledger.sqlite")
    again.execute("SELECT edition, path, kind FROM families")
    again.execute("SELECT site, seen, times FROM blocks")
    again.check()
    again.close()


def test_a_version_that_is_not_known_is_named(tmp_path: Path, database: Database) -> None:
    assert database.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.execute(f"PRAGMA user_version = {VERSION + 998}")
    database.close()
    with pytest.raises(LedgerDamagedError, match=f"is of version {VERSION + 998}, and this program knows {VERSION}$"):
        Database(tmp_path / "ledger.sqlite")


@pytest.mark.parametrize(("table", "column"), [("articles", "gone"), ("failures", "seen"), ("files", "lines")])
def test_a_column_that_is_missing_is_named(table: str, column: str, tmp_path: Path, database: Database) -> None:
    database.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO other")
    database.close()
    with pytest.raises(LedgerDamagedError, match=f"the table {table} has no column {column}$"):
        Database(tmp_path / "ledger.sqlite")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE articles SET published = 'x'", "an article has a number that is none"),
        ("UPDATE articles SET gone = 'x'", "an article has a number that is none"),
        ("UPDATE articles SET id = CAST('a' AS BLOB)", "an article has a number that is none"),
        *((f"UPDATE {table} SET article = 99", f"the table {table} names an article") for table in TABLES_BY_ARTICLE),
        ("UPDATE revisions SET file = 99", "the table revisions names a file that is not there"),
        ("INSERT INTO captures VALUES (x'00', 99, 0)", "the table captures names a file that is not there"),
        ("UPDATE files SET name = CAST(x'ff' AS TEXT)", ""),
        ("INSERT INTO tags VALUES (x'00', CAST(x'ff' AS TEXT))", ""),
    ],
)
def test_what_no_sound_ledger_holds_is_found(damage: str, words: str, tmp_path: Path) -> None:
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("articles/a.jsonl", [record(1, body="a word " * 40)])
        ledger.database.check()
        ledger.database.execute(damage)
        with pytest.raises(LedgerDamagedError, match=words or None):
            ledger.database.check()


def test_a_transaction_is_done_whole_or_not_at_all(database: Database) -> None:
    def fail(statement: str) -> None:
        with database.transaction():
            database.execute(statement)
            raise KeyError

    with pytest.raises(KeyError):
        fail("INSERT INTO tags VALUES (x'00', 'a')")
    assert database.execute("SELECT * FROM tags").fetchall() == []
    with database.transaction():
        database.execute_many("INSERT INTO tags VALUES (?, ?)", [(b"0", "a"), (b"1", "b")])
    rows = database.execute("SELECT * FROM tags ORDER BY key")
    assert rows.fetchone() == (b"0", "a")
    assert list(rows) == [(b"1", "b")]
    assert rows.fetchone() is None
    # One that SQLite has ended itself needs no end.
    with pytest.raises(KeyError):
        fail("ROLLBACK")


def error(code: int | None, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    made = kind("words")
    if code is not None:
        made.sqlite_errorcode = code
    return made


@pytest.mark.parametrize(
    ("code", "number"),
    [
        (sqlite3.SQLITE_BUSY, errno.EBUSY),
        (sqlite3.SQLITE_LOCKED, errno.EBUSY),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, errno.EBUSY),
        (sqlite3.SQLITE_FULL, errno.ENOSPC),
        (sqlite3.SQLITE_READONLY, errno.EROFS),
        (sqlite3.SQLITE_READONLY_DBMOVED, errno.EROFS),
        (sqlite3.SQLITE_PERM, errno.EACCES),
        (sqlite3.SQLITE_IOERR, errno.EIO),
        (sqlite3.SQLITE_IOERR_WRITE, errno.EIO),
        (sqlite3.SQLITE_CANTOPEN, errno.EIO),
        (sqlite3.SQLITE_NOMEM, errno.EIO),
        (sqlite3.SQLITE_AUTH, errno.EIO),
        (sqlite3.SQLITE_PROTOCOL, errno.EIO),
        (sqlite3.SQLITE_INTERRUPT, errno.EIO),
        (sqlite3.SQLITE_IOERR_SHORT_READ, None),
        (sqlite3.SQLITE_IOERR_CORRUPTFS, None),
        (sqlite3.SQLITE_CORRUPT, None),
        (sqlite3.SQLITE_NOTADB, None),
        (sqlite3.SQLITE_ERROR, None),
        (None, None),
    ],
)
def test_each_error_of_sqlite_is_a_refusal_or_damage(code: int | None, number: int | None, tmp_path: Path) -> None:
    with pytest.raises((OutputError, LedgerDamagedError)) as caught, named_errors(tmp_path):
        raise error(code)
    if number is None:
        assert isinstance(caught.value, LedgerDamagedError)
        assert str(caught.value) == f"{tmp_path}: words"
    else:
        assert isinstance(caught.value, OutputError)
        assert caught.value.errno == number
        assert str(tmp_path) in str(caught.value)


def test_other_errors_are_not_the_ledgers(tmp_path: Path) -> None:
    with pytest.raises(KeyError), named_errors(tmp_path):
        raise KeyError


def test_another_process_is_waited_for_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.25)
    path = tmp_path / "ledger.sqlite"
    Database(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    made = Database(path)
    with pytest.raises(OutputError, match=r"another process has locked it for 0\.25 seconds"), made.transaction():
        pass
    other.execute("ROLLBACK")
    other.close()
    with made.transaction():
        pass
    made.close()


# -- texts that are nearly the same -----------------------------------------------------------------------------


def text(*changed: int) -> str:
    """Return a text of which some words are changed."""
    return " ".join(f"word{number}{'x' if number in changed else ''}" for number in range(200))


def sketch_of(body: str) -> bytes:
    made = signature(body)
    assert made is not None
    return made


def test_the_nearest_text_is_named_and_of_equals_the_first(tmp_path: Path) -> None:
    bodies = [text(1, 50, 100), text(1), text(1), "another story altogether " * 40]
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.index("a", [record(number, body=body) for number, body in enumerate(bodies)])
        sketch = sketch_of(text())
        assert ledger.near("en", "9", sketch, 0.5) == "1"
        assert ledger.near("en", "1", sketch, 0.5) == "2"
        assert ledger.near("ar", "9", sketch, 0.5) is None
        assert ledger.near("en", "9", sketch, 1.01) is None
        assert ledger.near("en", "9", sketch_of("nothing of this is there " * 40), 0.0) is None
        near = similarity(sketch, sketch_of(text(1)))
        assert ledger.near("en", "9", sketch, near) == "1"


def test_in_a_run_a_text_is_near_to_the_likeliest(tmp_path: Path) -> None:
    seen = NearDuplicates()
    sketch = sketch_of(text())
    assert seen.near("en", sketch, 0.5) is None
    seen.add("en", "far", sketch_of(text(1, 50, 100)))
    seen.add("en", "near", sketch_of(text(1)))
    assert seen.near("en", sketch, 0.5) == "near"
    assert seen.near("ar", sketch, 0.5) is None
    assert seen.near("en", sketch, similarity(sketch, sketch_of(text(1)))) == "near"
    assert seen.near("en", sketch, 1.0) is None
    # Of many that share all bands, the newest count.
    for number in range(MAX_PER_BAND + 1):
        seen.add("es", str(number), sketch)
    likely = seen.near("es", sketch, 1.0)
    assert likely is not None
    assert int(likely) >= 1
    assert MAX_CANDIDATES >= MAX_PER_BAND
    seen.forget(lambda edition, post_id: edition == "es" or post_id == "near")
    assert list(seen.sketches) == [("en", "far")]
    assert seen.near("es", sketch, 0.5) is None


def test_a_signature_has_its_bands_and_short_texts_have_none() -> None:
    assert signature("word " * 29) is None
    sketch = sketch_of("Word, " * 30)
    assert sketch == sketch_of("word " * 30)
    assert (len(sketch), len(bands(sketch)), len(set(bands(sketch)))) == (504, 21, 21)
    assert {len(key) for key in bands(sketch)} == {8}
    assert similarity(sketch, sketch) == 1.0


def cases() -> list[Any]:
    return [text(), text(0), text(*range(0, 200, 10)), text(*range(200))]


def test_texts_are_as_near_as_the_shingles_that_they_share() -> None:
    first = sketch_of(text())
    shares = [similarity(first, sketch_of(body)) for body in cases()]
    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)
    assert shares[1] > 0.9
    assert 0.3 < shares[2] < 0.8
    assert shares[3] < 0.05
