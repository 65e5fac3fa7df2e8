"""Committed files that are damaged: named with file and line, passed over, counted; the rest of them counts."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import MAX_NAMED, Damage
from newscrawl.archive.files import read_lines, read_records
from newscrawl.archive.manifest import MANIFEST
from newscrawl.commands.verify import findings
from newscrawl.errors import OutputError
from tests.archive.samples import record, write_file

FIVE = [record(number) for number in range(5)]


def flip_key(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(b'"id"')] = 39
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-50])


def change(old: bytes, new: bytes) -> Callable[[Path], None]:
    def changed(path: Path) -> None:
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new, 1))

    return changed


def add(line: bytes) -> Callable[[Path], None]:
    def added(path: Path) -> None:
        path.write_bytes(path.read_bytes() + line + b"\n")

    return added


@pytest.mark.parametrize(
    ("damage", "line", "what", "left"),
    [
        (flip_key, 1, "no JSON", 4),
        (cut, 5, "no JSON, cut off", 4),
        (add(b""), 6, "empty", 5),
        (add(b'{"id": "77", "edition": "en", "title": "by hand"}'), 6, "has no url", 5),
        (add(b"[1, 2]"), 6, "no record", 5),
        (add(b"[" * 100_000), 6, "no JSON", 5),
        (change(b'"edition": "en"', b'"edition": "e\xff"'), 1, "not UTF-8", 4),
        (change(b'"edition": "en"', b'"edition": "em"'), 1, "edition is damaged", 4),
        (change(b'"id": "0"', b'"id": "\\ud800"'), 1, "id is damaged", 4),
        (change(b'"revision": 1', b'"revision": -1'), 1, "revision is damaged", 4),
        (change(b'"content_hash": "0', b'"content_hash": "x'), 1, "content_hash is damaged", 4),
        (change(b"2024-08-23T11:00:00Z", b"2024-08-33T11:00:00Z"), 1, "date_downloaded is damaged", 4),
        (change(b"https://english", b"https://[nglish"), 1, "url is damaged", 4),
    ],
)
def test_a_damaged_line_is_named_and_passed_over(
    damage: Callable[[Path], None], line: int, what: str, left: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    target = write_file(tmp_path, FIVE)
    damage(target)
    with Archive(tmp_path) as archive:
        assert len(archive.ledger.ids("en")) == left
        assert (archive.damages.count, archive.damages.files) == (1, {target})
        assert archive.indexed == {"articles/20240823T100000Z-1-00001.jsonl": left}
    assert f"Passed over {target}:{line}: " in caplog.text
    assert what in caplog.text
    with Archive(tmp_path) as archive:
        assert not archive.rebuilt
        assert len(archive.ledger.ids("en")) == left
    assert [each.line for each in findings(tmp_path) if isinstance(each, Damage)] == [line, 0]


@pytest.mark.parametrize("half", [False, True])
def test_a_compressed_file_counts_up_to_where_it_is_damaged(half: bool, tmp_path: Path) -> None:
    lines = [record(number, body=f"{number:0500x}") for number in range(200)]
    target = write_file(tmp_path, lines)
    packed = target.with_name(f"{target.name}.gz")
    data = gzip.compress(target.read_bytes())
    packed.write_bytes(data[: len(data) // 2] if half else data[:-3])
    target.unlink()
    records = list(read_records(packed))
    assert records == lines[: len(records)]
    assert len(records) == 200 if not half else 50 < len(records) < 150
    with Archive(tmp_path) as archive:
        assert len(archive.ledger.ids("en")) == len(records)
        assert archive.damages.count == 1
    (damage,) = [found for _, found in read_lines(packed) if isinstance(found, Damage)]
    assert (damage.line, damage.what) == (len(records) + 1, "the compressed file is cut off")


def test_a_checksum_that_is_wrong_and_bytes_that_follow_are_damage(tmp_path: Path) -> None:
    target = write_file(tmp_path, FIVE)
    packed = target.with_name(f"{target.name}.gz")
    whole = gzip.compress(target.read_bytes())
    wrong = bytearray(whole)
    wrong[-6] ^= 1
    for data, damages in ((whole, 0), (whole + b"\0" * 9, 0), (bytes(wrong), 1), (whole + b"more", 1)):
        packed.write_bytes(data)
        found = [each for _, each in read_lines(packed)]
        assert sum(isinstance(each, Damage) for each in found) == damages
        assert sum(not isinstance(each, Damage) for each in found) == 5
    packed.write_bytes(whole + whole)
    assert len(list(read_records(packed))) == 10


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "articles" / "folder.jsonl").mkdir(parents=True)
    with Archive(tmp_path) as archive:
        assert archive.damages.count == 1


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = write_file(tmp_path, FIVE)
    target.with_name("link.jsonl").symlink_to(target)
    with pytest.raises(OutputError, match=r"link\.jsonl"):
        Archive(tmp_path)


def test_many_damages_are_counted_and_some_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    target = write_file(tmp_path, FIVE)
    target.write_text("no record\n" * 1000)
    with Archive(tmp_path) as archive:
        assert archive.damages.count == 1000
    assert caplog.text.count("Passed over") == MAX_NAMED


def sha256sum(folder: Path) -> int:
    line = [shutil.which("sha256sum") or "sha256sum", "--strict", "-c", MANIFEST]
    return subprocess.run(line, cwd=folder, check=False, capture_output=True).returncode


def test_the_manifest_is_read_by_sha256sum_and_compression_replaces_the_entry(tmp_path: Path) -> None:
    one = write_file(tmp_path, FIVE)
    with Archive(tmp_path) as archive:
        two = write_file(tmp_path, [record(9)], name="20240823T110000Z-2-00001")
        archive.index(two)
        assert sha256sum(tmp_path) == 0
        assert len((tmp_path / MANIFEST).read_text().splitlines()) == 2
        packed = archive.compress(one)
        assert sha256sum(tmp_path) == 0
        assert f"articles/{packed.name}" in (tmp_path / MANIFEST).read_text()
    assert [each for each in findings(tmp_path) if isinstance(each, Damage)] == []
    two.write_bytes(two.read_bytes().replace(b"word", b"wore", 1))
    assert sha256sum(tmp_path) == 1
    (damage,) = (each for each in findings(tmp_path) if isinstance(each, Damage))
    assert "SHA-256" in damage.what
    two.unlink()
    three = write_file(tmp_path, [record(10)], name="20240823T120000Z-2-00001")
    shown = {(each.path, each.what.split(";")[0]) for each in findings(tmp_path) if isinstance(each, Damage)}
    assert shown == {(two, "the file is missing"), (three, f"the file has no entry in {MANIFEST}")}


def test_the_next_start_enters_what_a_killed_run_had_committed_or_compressed(tmp_path: Path) -> None:
    one = write_file(tmp_path, FIVE)
    with Archive(tmp_path):
        pass
    write_file(tmp_path, [record(9)], name="20240823T110000Z-2-00001")
    packed = one.with_name(f"{one.name}.gz")
    packed.write_bytes(gzip.compress(one.read_bytes()))
    with Archive(tmp_path):
        assert not one.exists()
    assert sha256sum(tmp_path) == 0
    assert len((tmp_path / MANIFEST).read_text().splitlines()) == 2


def test_a_file_that_changed_is_not_entered_again(tmp_path: Path) -> None:
    target = write_file(tmp_path, FIVE)
    with Archive(tmp_path):
        pass
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    target.write_text("".join(json.dumps({**line, "body": "changed"}) + "\n" for line in lines))
    (tmp_path / "ledger.sqlite").unlink()
    with Archive(tmp_path) as archive:
        assert archive.rebuilt
    assert sha256sum(tmp_path) == 1
