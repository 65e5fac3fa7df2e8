"""When a line of a committed file is a record, field by field; and packed files of several parts."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.damage import Damage
from newscrawl.archive.files import (
    FEEDS,
    archived_editions,
    committed_files,
    open_plain,
    prepare_data_dir,
    problem_of,
    read_lines,
    read_records,
)
from newscrawl.errors import OutputError
from tests.archive.samples import record

HEADLINE = {"text": "A line", "edition": "en", "found_on": "https://x.net/", "date_first_seen": "2024-08-22T13:28:00Z"}
LONE = "\ud800"


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("id", ["1", "news/a"], [1, None, LONE, [], ""]),
        ("url", ["https://x.net/a", "/a"], [None, 5, "http://[x/", LONE, ""]),
        ("edition", ["en", "ar", "es"], ["fr", None, 5, []]),
        ("title", ["A", ""], [None, 5]),
        ("summary", [None, "A", ""], [5, []]),
        ("body", ["", "A"], [None, 5]),
        ("section", [None, "politics", ""], [5, LONE]),
        ("kind", [None, "news"], [5, LONE]),
        ("content_hash", ["0" * 64, "aF" * 32], ["0" * 63, "g" * 64, None, 5, "0" * 62 + "  ", ""]),
        ("revision", [1, 2, (1 << 31) - 1], [0, -1, 1 << 31, "1", 1.0, True, None]),
        ("date_published", [None, "", "2024-08-22T13:28:00Z", "2024-08-22"], ["yesterday", 5, ["a"]]),
        ("date_downloaded", ["2024-08-22T13:28:00Z"], [None, "", "soon", 5]),
    ],
)
def test_each_field_of_an_article_that_the_ledger_needs_is_checked(
    name: str, right: list[Any], wrong: list[Any]
) -> None:
    for value in right:
        assert problem_of(record(1, **{name: value}), "articles") == ""
    for value in wrong:
        assert problem_of(record(1, **{name: value}), "articles") == f"the record's {name} is damaged"
    lacking = record(1)
    del lacking[name]
    assert problem_of(lacking, "articles") == f"the record has no {name}"


@pytest.mark.parametrize("name", HEADLINE)
def test_each_field_of_a_headline_is_checked(name: str) -> None:
    assert problem_of(HEADLINE, "headlines") == ""
    assert problem_of({**HEADLINE, name: 5}, "headlines") == f"the record's {name} is damaged"
    assert problem_of({key: value for key, value in HEADLINE.items() if key != name}, "headlines") == (
        f"the record has no {name}"
    )
    # It is no article.
    assert problem_of(HEADLINE, "articles") == "the record has no id"


def found(path: Path) -> list[tuple[int, Any]]:
    """Return the lines of a file: number, and the record's id or what is wrong."""
    assert all(not isinstance(each, Damage) or each.line == number for number, each in read_lines(path))
    return [(number, each.what if isinstance(each, Damage) else each["id"]) for number, each in read_lines(path)]


LINES = [json.dumps(record(number)).encode() + b"\n" for number in range(4)]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles" / "a.jsonl"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"\n", "the line is empty"),
        (b" \t \n", "the line is empty"),
        (b"\xff\n", "the line is not UTF-8"),
        (b"{\n", "the line is no JSON"),
        (b"[" * 100_000 + b"\n", "the line is no JSON"),
        (b"[]\n", "the line is no record"),
        (b"5\n", "the line is no record"),
        (b'{"id": 1}\n', "the record's id is damaged"),
        (b"\0" * 30 + b"\n", "the line is no JSON"),
    ],
)
def test_a_line_that_is_none_is_named_and_the_others_count(line: bytes, what: str, plain: Path) -> None:
    plain.write_bytes(LINES[0] + line + LINES[1])
    assert found(plain) == [(1, "0"), (2, what), (3, "1")]


def test_a_last_line_without_its_end_is_cut_off_unless_it_is_whole(plain: Path) -> None:
    plain.write_bytes(LINES[0] + LINES[1][:-10])
    assert found(plain) == [(1, "0"), (2, "the line is no JSON, cut off")]
    plain.write_bytes(LINES[0] + LINES[1][:-1])
    assert found(plain) == [(1, "0"), (2, "1")]


def test_a_packed_file_may_have_several_parts_and_zeros_between_them(plain: Path) -> None:
    packed = plain.with_name("a.jsonl.gz")
    parts = [gzip.compress(line) for line in LINES]
    packed.write_bytes(parts[0] + parts[1] + b"\0" * 70_000 + parts[2] + b"\0" * 5 + parts[3] + b"\0" * 9)
    assert found(packed) == [(number + 1, str(number)) for number in range(4)]
    # A line may reach over the end of a part.
    packed.write_bytes(gzip.compress(LINES[0][:50]) + gzip.compress(LINES[0][50:]))
    assert found(packed) == [(1, "0")]


@pytest.mark.parametrize(
    ("damage", "lines"),
    [
        ("cut", [(1, "0"), (2, "the compressed file is cut off")]),
        ("litter", [(1, "0"), (2, "1"), (3, "the compressed file is damaged (incorrect header check)")]),
        ("checksum", [(1, "0"), (2, "1"), (3, "the compressed file is damaged (incorrect data check)")]),
        ("nothing", [(1, "the compressed file is cut off")]),
        ("no gzip", [(1, "the compressed file is damaged (incorrect header check)")]),
    ],
)
def test_a_packed_file_counts_up_to_where_it_is_damaged(damage: str, lines: list[tuple[int, Any]], plain: Path) -> None:
    packed = plain.with_name("a.jsonl.gz")
    one, two = gzip.compress(LINES[0]), gzip.compress(LINES[1])
    packed.write_bytes(
        {
            "cut": one + two[: len(two) // 2],
            "litter": one + two + b"litter",
            "checksum": one + two[:-8] + b"\0" * 8,
            "nothing": b"",
            "no gzip": LINES[0],
        }[damage]
    )
    assert found(packed) == lines


def test_hidden_files_and_others_are_no_committed_files(plain: Path) -> None:
    folder = plain.parent.parent
    for name in ("b.jsonl", "a.jsonl", "c.jsonl.gz", "a.jsonl.gz", ".d.jsonl", ".e.jsonl.gz", "f.json", "g.gz", "h"):
        (plain.parent / name).touch()
    assert [path.name for path in committed_files(folder)] == ["a.jsonl.gz", "b.jsonl", "c.jsonl.gz"]
    assert committed_files(folder, FEEDS[1]) == []
    assert list(read_records(plain)) == []


def test_a_folder_is_proved_by_a_file_that_is_gone_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a" / "en"
    prepare_data_dir(folder)
    assert list(folder.iterdir()) == []
    # What a process of this number left, be it a link to something else.
    (tmp_path / "precious").write_text("kept")
    monkeypatch.setattr("os.getpid", lambda: 7)
    (folder / ".probe-7").symlink_to(tmp_path / "precious")
    prepare_data_dir(folder)
    assert (list(folder.iterdir()), (tmp_path / "precious").read_text()) == ([], "kept")
    with pytest.raises(OutputError, match=f"Not a directory: {tmp_path}/precious/en"):
        prepare_data_dir(tmp_path / "precious" / "en")
    assert archived_editions(tmp_path / "a") == ["en"]


@pytest.mark.parametrize("step", ["os.write", "os.fsync"])
def test_a_full_disk_is_named_and_nothing_is_left(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(step, full)
        with pytest.raises(OutputError, match=f"No space left on device: {tmp_path}") as error:
            prepare_data_dir(tmp_path)
    assert error.value.errno == 28
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_empty_and_a_link_refused(tmp_path: Path) -> None:
    with open_plain(tmp_path) as file:
        assert file.read() == b""
    (tmp_path / "link").symlink_to(tmp_path / "none")
    with pytest.raises(OutputError, match=f"a symbolic link is not followed: {tmp_path}/link"):
        open_plain(tmp_path / "link")
    with pytest.raises(FileNotFoundError):
        open_plain(tmp_path / "none")
