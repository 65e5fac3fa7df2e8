"""The hidden file of a feed: whole lines, shown after the commit, never over another file."""

import errno
import os
from pathlib import Path

import pytest

from newscrawl.archive.part_file import PartFile


def test_lines_reach_the_disk_one_by_one_and_show_after_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "en" / "articles" / "run.jsonl"
    file = PartFile(path)
    file.write(b'{"a":1}\n')
    assert file.part.read_bytes() == b'{"a":1}\n'
    assert not path.exists()
    file.write(b'{"a":2}\n')
    file.commit()
    assert path.read_bytes() == b'{"a":1}\n{"a":2}\n'
    assert [each.name for each in path.parent.iterdir()] == ["run.jsonl"]


def test_a_torn_write_is_undone_and_the_commit_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = PartFile(tmp_path / "run.jsonl")
    file.write(b'{"a":1}\n')
    real_write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 3:
            return real_write(descriptor, data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            file.write(b'{"a":2}\n')
    with pytest.raises(OSError, match="No space"):
        file.write(b'{"a":3}\n')
    assert file.part.read_bytes() == b'{"a":1}\n'
    with pytest.raises(OSError, match="No space"):
        file.commit()
    assert not file.path.exists()
    assert file.part.read_bytes() == b'{"a":1}\n'


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").write_text("kept\n")
    with pytest.raises(FileExistsError):
        PartFile(tmp_path / "run.jsonl")
    assert (tmp_path / "run.jsonl").read_text() == "kept\n"
