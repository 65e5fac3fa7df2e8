"""An archive that takes no writes is read from a copy of its ledger, and nothing in it is changed."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive import read_only
from newscrawl.archive.archive import DAMAGED, Archive
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.lock import Lock
from newscrawl.archive.read_only import ArchiveCopy, open_to_read
from newscrawl.errors import LockedError, OutputError
from tests.archive.samples import record, write_file

THREE = [record(number) for number in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of three articles, closed."""
    folder = tmp_path / "en"
    with Archive(folder) as archive:
        archive.index(write_file(folder, THREE))
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def counts(archive: Any) -> int:
    return sum(number for _, number, *_ in archive.ledger.counts())


def test_a_copy_reads_what_the_archive_holds_and_leaves_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = content(folder)
    with Archive(folder) as archive:
        known = archive.ledger.counts()
    before = content(folder)
    with ArchiveCopy(folder) as copy:
        assert copy.ledger.counts() == known
        assert copy.folder == folder
        assert [path.name for path in copy.place.iterdir() if path.suffix == ".sqlite"] == ["ledger.sqlite"]
        assert copy.damages.count == 0
        place = copy.place
        assert place.is_dir()
        # Others may read as well; no crawl may write.
        with ArchiveCopy(folder):
            pass
        with pytest.raises(LockedError):
            Archive(folder)
    assert content(folder) == before
    Archive(folder).close()
    del copy
    assert not place.exists()
    assert "of no use" not in caplog.text


def test_a_file_that_the_ledger_lacks_is_read_all_the_same(folder: Path) -> None:
    write_file(folder, [record(7), record(8)], name="20990101T000000Z-1-00001")
    with ArchiveCopy(folder) as copy:
        assert copy.ledger.article("en", "7") is not None
        assert copy.ledger.article("en", "1") is not None
    with sqlite3.connect(folder / "ledger.sqlite") as database:
        assert database.execute("SELECT count(*) FROM files").fetchone() == (1,)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ("missing", "it is missing"),
        ("marked", "it was marked as damaged"),
        ("text", "is not as the last run left it"),
        ("flipped", ""),
        ("link", "link"),
    ],
)
def test_without_a_sound_ledger_another_is_made_for_the_command(
    damage: str, why: str, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = folder / "ledger.sqlite"
    if damage == "missing":
        ledger.unlink()
    elif damage == "marked":
        (folder / DAMAGED).write_text("a look-up failed\n")
    elif damage == "text":
        ledger.write_text("no database\n" * 1000)
    elif damage == "flipped":
        raw = bytearray(ledger.read_bytes())
        raw[len(raw) // 2] ^= 255
        ledger.write_bytes(raw)
    else:
        shutil.move(ledger, tmp_path / "elsewhere")
        ledger.symlink_to(tmp_path / "elsewhere")
    before = content(folder)
    if damage == "link":
        with pytest.raises(OutputError, match="link"):
            ArchiveCopy(folder)
    else:
        with ArchiveCopy(folder) as copy:
            assert [copy.ledger.article("en", each["id"]) is not None for each in THREE] == [True] * 3
        assert "is of no use, another was made for this command: " in caplog.text
        assert why in caplog.text
    assert content(folder) == before
    # The lock is free again.
    Lock(folder).release()


def test_what_cannot_be_read_leaves_no_lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "no")

    closed: list[Ledger] = []
    real = Ledger.close

    def close(ledger: Ledger) -> None:
        closed.append(ledger)
        real(ledger)

    monkeypatch.setattr(ArchiveCopy, "_bring_into_step", fails)
    monkeypatch.setattr(Ledger, "close", close)
    with pytest.raises(OSError, match="no"):
        ArchiveCopy(folder)
    assert len(closed) == 1
    Lock(folder).release()


def test_a_crawl_that_writes_keeps_readers_out(folder: Path) -> None:
    with Archive(folder), pytest.raises(LockedError):
        ArchiveCopy(folder)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT])
def test_a_folder_that_takes_no_writes_is_read_as_a_copy(
    number: int, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(read_only, "Archive", refuse)
    with open_to_read(folder) as archive:
        assert isinstance(archive, ArchiveCopy)
    assert f"{folder} takes no writes ({os.strerror(number)}): it is read as it is" in caplog.text


def test_a_folder_that_takes_writes_is_opened_and_other_errors_are_errors(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_to_read(folder) as archive:
        assert isinstance(archive, Archive)

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    monkeypatch.setattr(read_only, "Archive", fails)
    with pytest.raises(OSError, match="broken"):
        open_to_read(folder)
