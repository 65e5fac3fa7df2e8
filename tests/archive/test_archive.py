"""The archive of one edition: the ledger in step with the files, compression, validators."""

import gzip
from pathlib import Path

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.files import committed_files, read_records
from newscrawl.errors import LockedError
from tests.archive.samples import record, write_file
from tests.pipelines.samples import fetched

THREE = [record(number) for number in range(3)]


@pytest.mark.parametrize("damage", ["missing", "truncated", "marked", "asked for"])
def test_a_ledger_is_rebuilt_from_the_files(damage: str, tmp_path: Path) -> None:
    write_file(tmp_path, THREE)
    with Archive(tmp_path) as archive:
        before = archive.ledger.counts()
    path = tmp_path / "ledger.sqlite"
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "marked":
        (tmp_path / ".ledger-damaged").write_text("a look-up failed\n")
    with Archive(tmp_path, rebuild="it was asked for" if damage == "asked for" else "") as archive:
        assert archive.rebuilt
        assert archive.ledger.counts() == before
    assert len(list(tmp_path.glob("ledger.sqlite.damaged-*"))) == (0 if damage == "missing" else 1)
    with Archive(tmp_path) as archive:
        assert not archive.rebuilt


def test_compression_leaves_one_whole_file_or_the_other(tmp_path: Path) -> None:
    target = write_file(tmp_path, THREE)
    with Archive(tmp_path) as archive:
        lines = list(read_records(target))
        packed = archive.compress(target)
        assert list(read_records(packed)) == lines
        assert committed_files(tmp_path) == [packed]
        # Killed before the plain file was removed, or before the compressed one had its name.
        target.write_bytes(gzip.decompress(packed.read_bytes()))
        packed.with_name(f".{packed.name}.part").write_bytes(b"half")
        assert committed_files(tmp_path) == [packed]
    with Archive(tmp_path) as archive:
        assert archive.indexed == {}
        assert [path.name for path in packed.parent.iterdir()] == [packed.name]


def test_validators_are_kept_until_their_file_is_indexed(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for post_id in ("1", "9"):
            archive.keep_validators(fetched(id=post_id))
        assert archive.index(write_file(tmp_path, THREE)) == 3
        assert list(archive.validators) == [("en", "9")]
        entry = archive.ledger.article("en", "1")
        assert entry is not None
        assert (entry.etag, entry.last_modified) == ('"e"', "Thu, 22 Aug 2024 13:28:00 GMT")


def test_an_archive_is_open_once(tmp_path: Path) -> None:
    with Archive(tmp_path), pytest.raises(LockedError):
        Archive(tmp_path)
    Archive(tmp_path).close()
