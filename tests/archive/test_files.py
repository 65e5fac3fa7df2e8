"""Where an edition's files lie, and the proof that they can be written."""

from pathlib import Path

import pytest

from newscrawl.archive.files import archived_editions, edition_folder, prepare_data_dir
from newscrawl.errors import OutputError


def test_data_dir_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        prepare_data_dir(tmp_path / "file" / "data")
    prepare_data_dir(tmp_path / "new" / "data")
    assert list((tmp_path / "new" / "data").iterdir()) == []


def test_editions_are_archived_that_have_a_folder(tmp_path: Path) -> None:
    for name in ("es", "en", "runs"):
        edition_folder(tmp_path, name).mkdir()
    assert archived_editions(tmp_path) == ["en", "es"]
    assert archived_editions(tmp_path / "none") == []
