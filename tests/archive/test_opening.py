"""The opening and the closing of an archive: what is kept, what is written, and what is let go when it fails."""

import errno
import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.archive import archive as module
from newscrawl.archive.archive import DAMAGED, Archive
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.lock import Lock
from newscrawl.archive.manifest import MANIFEST, Manifest, sha256_of, sha256_of_unpacked
from newscrawl.archive.seal import check_seal
from newscrawl.archive.state import STATE
from newscrawl.errors import LedgerDamagedError, OutputError
from tests.archive.samples import record, write_file, write_part

NOW = datetime(2099, 8, 30, tzinfo=UTC)
SEAL = ".ledger.sqlite.sha256"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of three articles, closed."""
    folder = tmp_path / "en"
    with Archive(folder) as archive:
        archive.index(write_file(folder, [record(number) for number in range(3)]))
    return folder


def killed_with_a_block(folder: Path) -> None:
    """Leave an archive as a run leaves it that was killed after it had noted a block, which no state holds."""
    archive = Archive(folder)
    archive.ledger.note_block("x.net", NOW)
    archive.ledger.flush()
    archive.ledger.database.close()
    archive.lock.release()
    assert b"x.net" not in (folder / STATE).read_bytes()


def blocked(folder: Path, rebuild: str = "") -> bool:
    with Archive(folder, rebuild=rebuild) as archive:
        return archive.ledger.blocked_until("x.net") is not None


def test_a_rebuild_that_was_asked_for_keeps_what_the_ledger_knows_now(folder: Path) -> None:
    killed_with_a_block(folder)
    assert blocked(folder, "it was asked for")


def test_a_ledger_that_was_marked_as_damaged_is_not_asked(folder: Path) -> None:
    killed_with_a_block(folder)
    (folder / DAMAGED).write_text("torn\n")
    assert not blocked(folder, "it was asked for")


def test_where_the_old_ledger_cannot_be_read_its_last_state_stays(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Archive(folder) as archive:
        archive.ledger.note_block("x.net", NOW)
    (folder / "ledger.sqlite").write_text("no ledger\n" * 1000)
    assert blocked(folder, "it was asked for")
    assert "The old ledger cannot be read, its last state stays: " in caplog.text


@pytest.mark.parametrize(("text", "reason"), [("torn\n", "torn"), ("", "it was marked as damaged"), ("\udcff", "�")])
def test_the_mark_of_damage_says_why(text: str, reason: str, folder: Path) -> None:
    (folder / DAMAGED).write_bytes(text.encode("utf-8", "surrogateescape"))
    with Archive(folder) as archive:
        assert archive.rebuilt == reason
        assert len(archive.ledger.ids("en")) == 3
        # It has all now.
        assert not (folder / DAMAGED).exists()
    with Archive(folder) as archive:
        assert archive.rebuilt == ""


def test_a_new_archive_is_not_rebuilt_and_one_without_a_ledger_is(tmp_path: Path) -> None:
    with Archive(tmp_path / "a") as archive:
        assert archive.rebuilt == ""
    write_file(tmp_path / "b", [record(1)])
    with Archive(tmp_path / "b") as archive:
        assert archive.rebuilt == "it is missing"
        assert archive.indexed == {"articles/20240823T100000Z-1-00001.jsonl": 1}
    (tmp_path / "b" / "ledger.sqlite").write_bytes(b"")
    with Archive(tmp_path / "b") as archive:
        assert archive.rebuilt == "it is missing"
        assert not (tmp_path / "b" / SEAL).exists()


def test_ledgers_that_are_set_aside_keep_their_names_apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Noon(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2024, 8, 23, 12, tzinfo=UTC)

    monkeypatch.setattr(module, "datetime", Noon)
    for _ in range(3):
        Archive(folder, rebuild="it was asked for").close()
    aside = sorted(path.name for path in folder.glob("ledger.sqlite.damaged-*"))
    first = "ledger.sqlite.damaged-20240823T120000Z"
    assert aside == [first, f"{first}-2", f"{first}-3"]


def test_what_fails_while_it_is_opened_leaves_neither_lock_nor_ledger_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Ledger] = []
    real = Ledger.close

    def close(ledger: Ledger) -> None:
        closed.append(ledger)
        real(ledger)

    def fails(*_: object) -> None:
        raise OutputError(errno.EIO, "no")

    monkeypatch.setattr(Ledger, "close", close)
    for name in ("_bring_into_step", "_open_ledger"):
        with monkeypatch.context() as context:
            context.setattr(Archive, name, fails)
            with pytest.raises(OutputError, match="no"):
                Archive(folder)
        Lock(folder).release()
    assert len(closed) == 1
    with monkeypatch.context() as context:
        context.setattr(module, "unseal", fails)
        with pytest.raises(OutputError, match="no"):
            Archive(folder)
    assert len(closed) == 2
    Lock(folder).release()


def test_a_ledger_without_a_seal_is_read_whole_and_closed_when_it_is_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[int] = []

    def damaged(_: object) -> None:
        checked.append(1)
        raise LedgerDamagedError("a page is torn")

    monkeypatch.setattr(Ledger, "flush", lambda _: None)
    monkeypatch.setattr("newscrawl.archive.database.Database.check", damaged)
    with Archive(folder) as archive:
        assert (archive.rebuilt, checked) == ("", [])
    (folder / SEAL).unlink()
    with Archive(folder) as archive:
        assert (archive.rebuilt, checked) == ("a page is torn", [1])


def test_closing_writes_the_state_only_where_something_changed(folder: Path) -> None:
    before = (folder / STATE).stat().st_mtime_ns
    Archive(folder).close()
    assert (folder / STATE).stat().st_mtime_ns == before
    assert check_seal(folder / "ledger.sqlite")
    archive = Archive(folder)
    # While it is open, nothing vouches for the ledger.
    assert not (folder / SEAL).exists()
    archive.ledger.note_tag("en", "a", "https://x.net/tags/a")
    archive.close()
    assert (folder / STATE).stat().st_mtime_ns > before
    (folder / STATE).unlink()
    Archive(folder).close()
    assert (folder / STATE).exists()


def test_an_archive_that_is_gone_is_closed_and_its_lock_released(folder: Path, tmp_path: Path) -> None:
    archive = Archive(folder)
    archive.ledger.note_tag("en", "a", "https://x.net/tags/a")
    shutil.move(folder, tmp_path / "away")
    with pytest.raises(OutputError, match="no longer there"):
        archive.close()
    assert archive.lock.descriptor == -1
    with pytest.raises(Exception, match="closed"):
        archive.ledger.database.connection.execute("SELECT 1")
    assert not folder.exists()
    assert not (tmp_path / "away" / SEAL).exists()


# -- the manifest -----------------------------------------------------------------------------------------------


def entries(folder: Path) -> dict[str, str]:
    return dict(Manifest(folder).entries)


NAME = "articles/20240823T100000Z-1-00001.jsonl"


def test_a_file_that_was_compressed_by_a_run_that_was_killed_gets_its_entry(folder: Path) -> None:
    plain = folder / NAME
    assert entries(folder) == {NAME: sha256_of(plain)}
    packed = plain.with_name(f"{plain.name}.gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert sha256_of_unpacked(packed) == entries(folder)[NAME]
    Archive(folder).close()
    assert entries(folder) == {f"{NAME}.gz": sha256_of(packed)}


@pytest.mark.parametrize("damage", ["another content", "cut"])
def test_one_that_holds_something_else_gets_none(damage: str, folder: Path) -> None:
    plain = folder / NAME
    packed = plain.with_name(f"{plain.name}.gz")
    content = gzip.compress(plain.read_bytes() if damage == "cut" else plain.read_bytes()[:-1])
    packed.write_bytes(content[:-4] if damage == "cut" else content)
    before = entries(folder)
    plain.unlink()
    Archive(folder).close()
    assert entries(folder) == before
    assert (sha256_of_unpacked(packed) is None) is (damage == "cut")


def test_without_a_manifest_every_sound_file_gets_an_entry_and_no_damaged_one(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    empty = folder / "articles" / "20240823T100001Z-1-00001.jsonl"
    empty.touch()
    damaged = folder / "articles" / "20240823T100002Z-1-00001.jsonl"
    damaged.write_text("no record\n")
    with Archive(folder) as archive:
        assert archive.damages.files == {damaged}
        assert not archive.manifest.is_missing
    assert set(entries(folder)) == {NAME}
    # A file that nobody has indexed, and that has no entry, is entered; one that was indexed before is not.
    manifest = Manifest(folder)
    del manifest.entries[NAME]
    manifest.write()
    later = write_file(folder, [record(7)], name="20240823T100003Z-1-00001")
    Archive(folder).close()
    assert set(entries(folder)) == {f"articles/{later.name}"}


def test_lines_that_are_no_entries_are_named(folder: Path) -> None:
    with (folder / MANIFEST).open("ab") as file:
        file.write(b"x\n\n" + b"0" * 64 + b"  ../../etc/passwd\n" + b"0" * 64 + b" *headlines/a.jsonl\n\xff\n")
    found = Manifest(folder)
    assert [(each.line, each.what) for each in found.damages] == [
        (number, "the line is no entry of a manifest") for number in (2, 4, 6)
    ]
    assert set(found.entries) == {NAME, "headlines/a.jsonl"}
    with Archive(folder) as archive:
        # The three lines, and the file that is not there.
        assert archive.damages.count == 4
    assert Manifest(folder / "none").is_missing
    assert not found.is_missing


def test_an_entry_takes_the_place_of_the_other_spelling(folder: Path) -> None:
    manifest = Manifest(folder)
    manifest.set(f"{NAME}.gz", "a" * 64)
    assert entries(folder) == {f"{NAME}.gz": "a" * 64}
    manifest.set("articles/0.jsonl", "b" * 64)
    assert (folder / MANIFEST).read_text() == f"{'b' * 64}  articles/0.jsonl\n{'a' * 64}  {NAME}.gz\n"
    manifest.set(NAME, "c" * 64)
    assert set(entries(folder)) == {NAME, "articles/0.jsonl"}


def test_compression_never_writes_over_another_file(folder: Path) -> None:
    plain = folder / NAME
    packed = plain.with_name(f"{plain.name}.gz")
    packed.symlink_to(folder / "nowhere")
    with Archive(folder.parent / "es") as archive, pytest.raises(FileExistsError) as error:
        archive.compress(plain)
    assert (error.value.errno, error.value.filename) == (errno.EEXIST, str(packed))
    assert plain.exists()


def test_large_files_are_packed_and_summed_whole(tmp_path: Path) -> None:
    path = write_part(tmp_path, [record(1, body="a word " * 400_000)])
    path.with_name(f".{path.name}.part").rename(path)
    content, sha256 = path.read_bytes(), sha256_of(path)
    assert len(content) > 2 << 20
    with Archive(tmp_path) as archive:
        packed = archive.compress(path)
        assert gzip.decompress(packed.read_bytes()) == content
        assert sha256_of_unpacked(packed) == sha256
        assert archive.manifest.entries == {f"articles/{packed.name}": sha256_of(packed)}
