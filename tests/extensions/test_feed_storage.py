"""The archive's files: whole or not to be seen."""

import errno
import os
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from newscrawl.errors import OutputError
from newscrawl.extensions.feed_storage import ArchiveStorage, PartFile, prepare_data_dir


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


@pytest.mark.parametrize("uri", ["archive:../x.jsonl", "archive:en/../../x.jsonl", "archive:/etc/x.jsonl"])
def test_no_feed_leads_out_of_the_data_folder(uri: str, tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"DATA_DIR": str(tmp_path)})
    with pytest.raises(ValueError, match="out of the data folder"):
        ArchiveStorage.from_crawler(crawler, uri)


def test_data_dir_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        prepare_data_dir(tmp_path / "file" / "data")
    prepare_data_dir(tmp_path / "new" / "data")
    assert list((tmp_path / "new" / "data").iterdir()) == []
