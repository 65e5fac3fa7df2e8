"""Text of a page in a terminal, a log, JSON and the name of a file: which characters are left as they are."""

import json
import sys
import unicodedata

import pytest

from newscrawl.escaping import MAX_NAME, escaped, escaped_line, file_name, json_text

HARMLESS = "a é غزة 新聞 🚀 “ ” – … 1٣ \u00a0 \u3000"
# All that moves a cursor, turns the direction of writing, takes no room, or is half a letter.
HOSTILE = [
    char
    for char in map(chr, range(sys.maxunicode + 1))
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in "\t\n"
]


def test_every_character_that_does_not_show_is_escaped() -> None:
    text = "".join(HOSTILE)
    assert {"\x00", "\x1b", "\x85", "\x9b", "\u061c", "\u200b", "\u202e", "\u2069", "\ufeff", "\ud800"} <= set(text)
    for shown in (escaped(text), escaped_line(text), json_text(text), json_text(text, ascii_only=True)):
        assert shown.isascii()
        assert shown.isprintable()
    # Two halves of a letter side by side would be read as one letter.
    text = " ".join(HOSTILE)
    assert json.loads(json_text(text)) == json.loads(json_text(text, ascii_only=True)) == text


def test_letters_of_every_script_stay_as_they_are() -> None:
    assert escaped(HARMLESS) == escaped_line(HARMLESS) == HARMLESS
    assert json.loads(json_text(HARMLESS)) == HARMLESS
    assert "غزة 新聞 🚀" in json_text(HARMLESS)


def test_a_further_line_is_indented_and_a_name_is_one_line() -> None:
    assert escaped("a\tb\n2024\n\nc\r") == "a\tb\n    2024\n    \n    c\\r"
    assert escaped_line("a\tb\n2024\r") == "a\\tb\\n2024\\r"


def test_json_keeps_its_lines_and_no_value_makes_one() -> None:
    value = {"a\n": ["\n\u2028", 1, None], "b": {}}
    text = json_text(value, indent=1)
    assert text.splitlines() == ["{", ' "a\\n": [', '  "\\n\\u2028",', "  1,", "  null", " ],", ' "b": {}', "}"]
    assert json.loads(text) == value


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..", "a/b", "a\\b", "-rf", "\x1b[2J", "".join(HOSTILE[:200]), "", "سياسة " * 60, "x" * 300,
     "CON", "nul", "Lpt1", "a\u202egpj.exe", "\ud800", "~", "$(id)", ".hidden"],
)  # fmt: skip
def test_a_name_of_a_file_is_plain_short_and_unique(name: str) -> None:
    given = file_name(name)
    assert given.isprintable()
    assert all(char.isalnum() or char in "-_" for char in given)
    assert given[0].isalnum()
    assert given.lower() not in ("con", "nul", "lpt1")
    assert len(f"{given}-99.html.gz".encode()) <= MAX_NAME + 11
    assert file_name(name, {given.lower(), f"{given}-2".lower()}) == f"{given}-3"


def test_names_that_differ_in_case_are_one_on_some_disks() -> None:
    assert file_name("Politics", {"politics"}) == "Politics-2"
    # The two spellings of a letter in Unicode are one as well.
    assert file_name("me\u0301xico") == file_name("m\u00e9xico") == "m\u00e9xico"
