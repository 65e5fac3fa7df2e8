"""Ledgers that are damaged, locked or of another version: rebuilt, waited for, or refused; what they knew stays."""

import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.archive import archive as archive_module
from newscrawl.archive import database
from newscrawl.archive.archive import Archive
from newscrawl.archive.ledger import COMPLETE, PARTIAL, Ledger
from newscrawl.archive.seal import unseal
from newscrawl.errors import LedgerDamagedError, OutputError
from tests.archive.samples import record, write_file

NOW = datetime(2024, 8, 24, 12, 0, tzinfo=UTC)
SITE = "https://english.almayadeen.net"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of which the ledger knows more than the files."""
    folder = tmp_path / "en"
    folder.mkdir()
    write_file(folder, [record(number, body=f"{number} word " * 40) for number in range(20)])
    with Archive(folder) as archive:
        ledger = archive.ledger
        ledger.note_block("example.org", NOW)
        ledger.note_failure("en", f"{SITE}/news/politics/gone", "gone", NOW)
        ledger.note_tag("en", "Mali", f"{SITE}/tags/mali")
        ledger.note_family("en", "/reports", "analysis")
        ledger.end_listing("en", f"{SITE}/a", COMPLETE)
        ledger.end_listing("en", f"{SITE}/b", PARTIAL)
        entry = ledger.article("en", "1")
        assert entry is not None
        ledger.note_visit(entry, f"{SITE}/news/politics/second-url", NOW, '"e"', "yesterday")
        ledger.flush()
        ledger.begin_listing("en", f"{SITE}/b")
        other = ledger.article("en", "2")
        assert other is not None
        ledger.note_gone(other, NOW)
    return folder


def check_known(ledger: Ledger, *, listings: bool = True) -> None:
    """Assert that a ledger knows all that `folder` noted."""
    assert len(ledger.ids("en")) == 20
    assert ledger.blocked_until("example.org") is not None
    assert ledger.failure("en", f"{SITE}/news/politics/gone") == "gone"
    assert ledger.tag_target("en", "Mali") == "/tags/mali"
    assert ledger.families("en") == {"/reports": "analysis"}
    assert ledger.reach("en", f"{SITE}/a") == ((COMPLETE, None) if listings else (None, None))
    assert ledger.reach("en", f"{SITE}/b") == ((PARTIAL, 20) if listings else (None, None))
    entry = ledger.at("en", f"{SITE}/news/politics/second-url")
    assert entry is not None
    assert (entry.id, entry.etag, entry.last_modified) == ("1", '"e"', "yesterday")
    assert entry.visited == int(NOW.timestamp())
    gone = ledger.article("en", "2")
    assert gone is not None
    assert gone.gone == int(NOW.timestamp())


@pytest.mark.parametrize("how", ["asked for", "lost", "torn"])
def test_what_only_the_ledger_knows_survives_a_rebuild(how: str, folder: Path) -> None:
    path = folder / "ledger.sqlite"
    if how == "lost":
        path.unlink()
    elif how == "torn":
        path.write_bytes(path.read_bytes()[:9000])
    for _ in range(2):
        with Archive(folder, rebuild="it was asked for" if how == "asked for" else "") as archive:
            check_known(archive.ledger)
    assert not (folder / ".ledger-damaged").exists()


def test_validators_of_a_run_without_notes_survive_too(folder: Path) -> None:
    path = write_file(folder, [record(50)], name="20240825T100000Z-1-00001")
    with Archive(folder) as archive:
        archive.ledger.database.execute("DELETE FROM files WHERE name LIKE '%20240825%'")
        archive.validators["en", "50"] = ('"fifty"', None)
        archive.index(path)
    (folder / "ledger.sqlite").unlink()
    with Archive(folder) as archive:
        entry = archive.ledger.article("en", "50")
        assert entry is not None
        assert entry.etag == '"fifty"'


def test_listings_are_read_again_where_lines_were_lost(folder: Path) -> None:
    (path,) = folder.glob("articles/*.jsonl")
    path.write_bytes(path.read_bytes() + b"torn\n")
    (folder / "ledger.sqlite").unlink()
    with Archive(folder) as archive:
        check_known(archive.ledger, listings=False)


def test_damaged_lines_of_the_state_are_passed_over(folder: Path) -> None:
    path = folder / "state.jsonl"
    path.write_bytes(b'{"block": 7}\n\xff\n[]\n{"tag": "zz", "target": ""}\n' + path.read_bytes() + b'{"block": "x')
    (folder / "ledger.sqlite").unlink()
    with Archive(folder) as archive:
        assert archive.damages.count == 5
        check_known(archive.ledger)


def test_a_rebuild_that_is_killed_is_begun_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (folder / "ledger.sqlite").unlink()
    with monkeypatch.context() as context:
        context.setattr(archive_module, "restore_state", killed)
        with pytest.raises(KeyboardInterrupt):
            Archive(folder)
    with Archive(folder) as archive:
        assert archive.rebuilt
        check_known(archive.ledger)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_ledger_with_a_flipped_byte_is_sound_rebuilt_or_refused(is_sealed: bool, folder: Path) -> None:
    rng = random.Random(1)
    path = folder / "ledger.sqlite"
    whole, state = path.read_bytes(), (folder / "state.jsonl").read_bytes()
    for _ in range(30):
        data = bytearray(whole)
        at = rng.randrange(len(data))
        data[at] ^= rng.randint(1, 255)
        for each in folder.glob("ledger.sqlite*"):
            each.unlink()
        path.write_bytes(data)
        (folder / "state.jsonl").write_bytes(state)
        if is_sealed:
            (folder / ".ledger.sqlite.sha256").write_text(f"{'0' * 64}  ledger.sqlite\n")
        else:
            unseal(path)
        try:
            with Archive(folder) as archive:
                assert archive.rebuilt or not is_sealed
                assert archive.ledger.article("en", "1") is not None or not archive.rebuilt
                if archive.rebuilt:
                    check_known(archive.ledger)
        except (OutputError, LedgerDamagedError):
            assert not is_sealed, at


def statement(text: str) -> Callable[[Path], None]:
    def execute(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript(text)
        connection.close()

    return execute


def flip_in_schema(path: Path) -> None:
    """Put a byte that is no UTF-8 into the name of a table, which SQLite's message quotes."""
    statement("PRAGMA journal_mode = DELETE")(path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE files", b"CREATE TABL\xf3 files", 1))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (flip_in_schema, "utf-8"),
        (statement("PRAGMA user_version = 9"), "version 9"),
        (statement("PRAGMA user_version = 0"), "already exists"),
        (statement("ALTER TABLE articles DROP COLUMN etag"), "no column etag"),
        (statement("DROP TABLE tags"), "no column"),
        (statement("UPDATE articles SET path = CAST(X'ff' AS TEXT) WHERE id = '3'"), "UTF-8"),
        (statement("UPDATE articles SET visited = 'x' WHERE id = '3'"), "number that is none"),
        (statement("DELETE FROM articles WHERE id = '3'"), "not there"),
    ],
)
def test_a_ledger_that_is_none_of_ours_is_rebuilt(damage: Callable[[Path], None], reason: str, folder: Path) -> None:
    unseal(folder / "ledger.sqlite")
    damage(folder / "ledger.sqlite")
    with Archive(folder) as archive:
        assert reason in archive.rebuilt
        check_known(archive.ledger)


def test_a_changed_number_is_noticed_by_the_checksum(folder: Path) -> None:
    statement("UPDATE articles SET id = '77' WHERE id = '3'")(folder / "ledger.sqlite")
    with Archive(folder) as archive:
        assert "not as the last run left it" in archive.rebuilt
        assert archive.ledger.article("en", "77") is None
        check_known(archive.ledger)


def test_a_locked_ledger_is_waited_for_and_not_rebuilt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with Archive(folder) as archive:
        archive.ledger.clear_block("example.org")
        with pytest.raises(OutputError, match="another process has locked it"):
            archive.ledger.flush()
        archive.ledger.notes.clear()
        other.execute("ROLLBACK")
        other.close()
        assert not archive.rebuilt
        check_known(archive.ledger)
    assert not list(folder.glob("*.damaged-*"))


def test_a_ledger_that_needs_its_log_is_not_taken_for_torn(folder: Path, tmp_path: Path) -> None:
    path = folder / "ledger.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE filler (x)")
    connection.execute("INSERT INTO filler VALUES (zeroblob(100000))")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    log = path.with_name("ledger.sqlite-wal").read_bytes()
    connection.close()
    shutil.copytree(folder, tmp_path / "copy")
    # As a full disk leaves it: the first page says how many there are, the log has those that found no room.
    data = bytearray(path.read_bytes()[: 4096 * 5])
    data[28:32] = pages.to_bytes(4, "big")
    path.write_bytes(data)
    path.with_name("ledger.sqlite-wal").write_bytes(log)
    database.check_size(path)
    path.with_name("ledger.sqlite-wal").unlink()
    with pytest.raises(LedgerDamagedError):
        database.check_size(path)


def test_a_ledger_set_aside_takes_its_log_with_it(folder: Path) -> None:
    (folder / "ledger.sqlite-wal").write_bytes(b"of the old one")
    (folder / ".ledger-damaged").write_text("a look-up failed\n")
    for _ in range(2):
        with Archive(folder, rebuild="again") as archive:
            check_known(archive.ledger)
    kept = sorted(path.name for path in folder.glob("*.damaged-*"))
    assert sum(name.endswith("-wal") for name in kept) == 1
    assert len(kept) == 3


def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    names = (".lock", "ledger.sqlite", "ledger.sqlite-wal", ".ledger.sqlite.sha256", ".ledger-damaged")
    for name in (*names, "manifest-sha256.txt"):
        path = folder / name
        kept = path.read_bytes() if path.exists() else None
        path.unlink(missing_ok=True)
        path.symlink_to(victim)
        with pytest.raises(OSError, match=re.escape(name)):
            Archive(folder)
        path.unlink()
        if kept is not None:
            path.write_bytes(kept)
        assert victim.read_text() == "precious"
