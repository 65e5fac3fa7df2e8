"""The repair at the start of a run: what a dead run left is committed, or removed."""

import gzip
import json
import os
from pathlib import Path

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.files import read_records
from newscrawl.archive.part_file import PartFile
from newscrawl.archive.recovery import repair
from tests.archive.samples import record, write_file, write_part

THREE = [record(number) for number in range(3)]


@pytest.mark.parametrize(
    ("end", "lines", "torn", "rejected"),
    [(b"", 3, 0, 0), (b'{"id": "4", "bo', 3, 1, 0), (b'{"id": "4"}\n', 3, 0, 1), (b"\x00\x00\n\x00", 3, 1, 1)],
)
def test_what_a_dead_run_left_is_repaired(end: bytes, lines: int, torn: int, rejected: int, tmp_path: Path) -> None:
    target = write_part(tmp_path, THREE, end=end)
    with Archive(tmp_path) as archive:
        repaired = archive.repaired
        assert (repaired.parts, repaired.lines, repaired.torn, repaired.rejected) == (1, lines, torn, rejected)
        assert len(list(read_records(target))) == lines
        assert archive.ledger.article("en", "2") is not None
    assert not list(tmp_path.glob("**/.*.part"))
    with Archive(tmp_path) as archive:
        assert archive.repaired.parts == 0
        assert archive.indexed == {}


def test_a_hidden_file_without_a_whole_line_is_removed(tmp_path: Path) -> None:
    target = write_part(tmp_path, end=b'{"id"')
    with Archive(tmp_path):
        assert not target.exists()
        assert list(target.parent.iterdir()) == []


def test_a_repair_that_was_killed_is_finished(tmp_path: Path) -> None:
    target = write_part(tmp_path, THREE, end=b'{"torn')
    part = target.with_name(f".{target.name}.part")
    copy = part.read_bytes()
    with Archive(tmp_path):
        pass
    part.write_bytes(copy)  # killed between the commit and the removal of the hidden file
    part.with_name(f"{part.name}.repaired").write_bytes(b"half")
    with Archive(tmp_path):
        assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_power_cut_takes_only_what_was_not_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: dict[int, int] = {}
    real_fsync = os.fsync

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        sizes[os.fstat(descriptor).st_ino] = os.fstat(descriptor).st_size

    monkeypatch.setattr(os, "fsync", fsync)
    file = PartFile(tmp_path / "articles" / "20240823T100000Z-1-00001.jsonl")
    file.write(json.dumps(record(1)).encode() + b"\n")
    file.sync()
    file.write(json.dumps(record(2)).encode() + b"\n")
    file.close()
    # What was never synced is what a power cut may drop.
    with file.part.open("r+b") as part:
        part.truncate(sizes.get(file.part.stat().st_ino, 0))
    with Archive(tmp_path) as archive:
        assert archive.ledger.article("en", "1") is not None
        assert archive.ledger.article("en", "2") is None


def test_a_committed_file_of_another_content_is_never_replaced(tmp_path: Path) -> None:
    target = write_part(tmp_path, THREE)
    target.write_text("another\n")
    repair(tmp_path)
    assert target.read_text() == "another\n"
    # Nothing of the dead run is lost: its lines are in a file of another name.
    other = target.with_name(f"{target.stem}-2.jsonl")
    assert [line["id"] for line in read_records(other)] == ["0", "1", "2"]
    assert sorted(target.parent.iterdir()) == [other, target]


def test_two_files_that_differ_are_both_kept_when_one_is_compressed(tmp_path: Path) -> None:
    target = write_file(tmp_path, THREE)
    with gzip.open(target.with_name(f"{target.name}.gz"), "wb") as packed:
        packed.write(json.dumps(record(7)).encode() + b"\n")
    with Archive(tmp_path) as archive:
        assert sorted(archive.ledger.ids("en")) == ["0", "1", "2", "7"]
    assert len(list(target.parent.iterdir())) == 2


@pytest.mark.parametrize("name", [".run-state-abc", ".probe-17", ".ledger.sqlite.part-wal"])
def test_what_a_power_cut_left_is_removed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    repair(tmp_path)
    assert list(tmp_path.iterdir()) == []
