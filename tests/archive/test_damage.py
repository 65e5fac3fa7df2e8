"""Committed files that are damaged: named with file and line, passed over, counted; the rest of them counts."""

import gzip
import json
import random
import shutil
import subprocess
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import MAX_NAMED, Damage
from newscrawl.archive.files import read_lines, read_records
from newscrawl.archive.manifest import MANIFEST
from newscrawl.archive.misfit import misfits
from newscrawl.archive.schema import schema_of
from newscrawl.commands.verify import findings
from newscrawl.items import Article, Headline
from newscrawl.text import content_hash
from tests.archive.samples import record, write_file


def sound(number: int) -> dict[str, Any]:
    """Return an exported line's object whose hash is that of its texts."""
    line = record(number, title=f"Title {number}", summary="A summary.")
    return line | {"content_hash": content_hash(line["title"], line["summary"], line["body"])}


FIVE = [sound(number) for number in range(5)]


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
        (change(b'"content_hash": "', b'"content_hash": "x'), 1, "content_hash is damaged", 4),
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


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        (b"Title 3", b"Title 4", 4, "content_hash is not that of"),
        (b"A summary", b"a summary", 1, "content_hash is not that of"),
        (b"Another", b"Anothar", 1, "content_hash is not that of"),
        (b'"word_count": 4', b'"word_count": 5', 1, "word_count is not that of its body"),
        (b"<p>Another", b"<p>Anothar", 1, "body_html is not the HTML of its body"),
        (b"</p>\\n<p>", b"</p>\\n<b>", 1, "body_html is not the HTML of its body"),
        (b'"shares": 0', b'"shares":-1', 1, "shares is not as the schema has it"),
        (b'"images": []', b'"images": {}', 1, "images is not as the schema has it"),
        (b'"language"', b'"lbnguage"', 1, "language is not as the schema has it"),
        (b'"date_raw": null', b'"date_raw": 1234', 1, "date_raw is not as the schema has it"),
        # Another sound value: nothing in the line says that it was not written so.
        (b'"section": "politics"', b'"section": "politicz"', 0, "in which line cannot be known"),
        (b"story-3", b"story-4", 0, "in which line cannot be known"),
    ],
)
def test_a_changed_line_that_is_still_a_record_is_named_where_it_can_be_known(
    old: bytes, new: bytes, line: int, what: str, packed: bool, tmp_path: Path
) -> None:
    target = write_file(tmp_path, FIVE)
    with Archive(tmp_path) as archive:
        if packed:
            target = archive.compress(target)
    assert [each for each in findings(tmp_path) if isinstance(each, Damage)] == []
    text = gzip.decompress(target.read_bytes()) if packed else target.read_bytes()
    assert old in text
    changed = text.replace(old, new, 1)
    target.write_bytes(gzip.compress(changed) if packed else changed)
    found = [each for each in findings(tmp_path) if isinstance(each, Damage)]
    assert [each.line for each in found] == ([line, 0] if line else [0])
    assert what in found[0].what
    # The crawl and the other commands read it as it is: it may be an edit by hand.
    with Archive(tmp_path) as archive:
        assert archive.damages.count == 0


def test_lines_of_earlier_versions_have_no_html_and_are_whole(tmp_path: Path) -> None:
    lines = [{name: value for name, value in line.items() if name != "body_html"} for line in FIVE]
    target = write_file(tmp_path, [*lines[:3], *FIVE[3:]])
    with Archive(tmp_path) as archive:
        assert len(archive.ledger.ids("en")) == 5
        assert archive.damages.count == 0
    assert [each for each in findings(tmp_path) if isinstance(each, Damage)] == []
    # A file that the manifest does not vouch for is read line by line.
    target.write_text(target.read_text() + "\n")
    found = [each.what for each in findings(tmp_path) if isinstance(each, Damage)]
    assert found
    assert not any("schema" in what or "body" in what for what in found)
    validator = Draft202012Validator(schema_of(Article))
    assert all(validator.is_valid(json.loads(line)) for line in target.read_text().splitlines() if line)


def test_any_flip_of_a_bit_is_found_and_its_line_is_the_right_one(tmp_path: Path) -> None:
    rng = random.Random(1)
    target = write_file(tmp_path, FIVE)
    with Archive(tmp_path):
        pass
    whole = target.read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == 10]
    named = 0
    for _ in range(300):
        at = rng.randrange(len(whole))
        target.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << rng.randrange(8))]) + whole[at + 1 :])
        found = [each for each in findings(tmp_path) if isinstance(each, Damage)]
        assert found[-1].line == 0
        assert "SHA-256" in found[-1].what
        line = bisect_left(ends, at) + 1
        assert all(line <= each.line <= line + 1 for each in found[:-1]), found
        named += len(found) > 1
    assert named > 150


@pytest.mark.parametrize("feed", ["articles", "headlines"])
def test_the_misfits_of_a_record_are_those_that_its_schema_shows(feed: str) -> None:
    rng = random.Random(1)
    schema = schema_of(Article if feed == "articles" else Headline)
    judge = Draft202012Validator(schema)
    image = {"url": "https://x/a.jpg", "caption": None, "credit": None}
    whole = sound(1) | {"images": [image], "videos": [{"url": "https://x/v", "duration_seconds": 3}], "kind": "video"}
    if feed == "headlines":
        whole = {"text": "A", "edition": "en", "found_on": "/", "date_first_seen": "2024-08-23T11:00:00Z"}
    assert not list(misfits(whole, schema))
    values = [
        None,
        "",
        "en",
        "news",
        3,
        -1,
        True,
        [],
        ["a"],
        [None],
        {},
        {"a": "b"},
        {"a": 1},
        [image],
        [{**image, "url": 1}],
    ]
    for _ in range(2000):
        other = dict(whole)
        for _ in range(rng.randint(1, 2)):
            name = rng.choice([*whole, "another"])
            if rng.random() < 0.2:
                other.pop(name, None)
            else:
                other[name] = rng.choice(values)
        assert any(True for _ in misfits(other, schema)) == (not judge.is_valid(other)), other


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


@pytest.mark.parametrize("where", ["a file", "nothing", "itself"])
def test_a_link_is_named_and_not_followed(where: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    target = write_file(tmp_path, FIVE)
    elsewhere = write_file(tmp_path / "elsewhere", [record(9)])
    link = target.with_name("link.jsonl")
    link.symlink_to({"a file": elsewhere, "nothing": tmp_path / "none", "itself": link}[where])
    with Archive(tmp_path) as archive:
        assert archive.damages.files == {link}
        assert archive.ledger.article("en", "9") is None
        assert len(archive.manifest.entries) == 1
    assert f"Passed over {link}: it is a symbolic link, which is not followed" in caplog.text
    found = [each for each in findings(tmp_path) if isinstance(each, Damage)]
    assert str(found[0]) == f"{link}: it is a symbolic link, which is not followed"


def test_a_file_that_is_missing_is_named_at_each_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    gone = write_file(tmp_path, FIVE)
    write_file(tmp_path, [record(9)], name="20240823T100001Z-1-00001")
    Archive(tmp_path).close()
    gone.unlink()
    for _ in range(2):
        caplog.clear()
        with Archive(tmp_path) as archive:
            assert (archive.damages.count, archive.damages.files) == (1, {gone})
        assert f"Passed over {gone}: the file is missing; manifest-sha256.txt has it" in caplog.text


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
        two = write_file(tmp_path, [sound(9)], name="20240823T110000Z-2-00001")
        archive.index(two)
        assert sha256sum(tmp_path) == 0
        assert len((tmp_path / MANIFEST).read_text().splitlines()) == 2
        packed = archive.compress(one)
        assert sha256sum(tmp_path) == 0
        assert f"articles/{packed.name}" in (tmp_path / MANIFEST).read_text()
    assert [each for each in findings(tmp_path) if isinstance(each, Damage)] == []
    two.write_bytes(two.read_bytes().replace(b"story-9", b"story-8", 1))
    assert sha256sum(tmp_path) == 1
    (damage,) = (each for each in findings(tmp_path) if isinstance(each, Damage))
    assert "SHA-256" in damage.what
    two.unlink()
    three = write_file(tmp_path, [sound(10)], name="20240823T120000Z-2-00001")
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
