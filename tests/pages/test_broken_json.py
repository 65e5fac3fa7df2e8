"""JSON as pages have it: repaired as far as it says something."""

from typing import Any

import pytest

from newscrawl.pages.broken_json import loads, loads_all
from newscrawl.pages.json_answer import begins_like_json, json_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": 1} {"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1},\n[2]', [{"a": 1}, [2]]),
        ('{"a": "one\ntwo"}', [{"a": "one\ntwo"}]),
        ('{"a": NaN}', [{"a": None}]),
        ("", []),
        ("words", []),
        ("it's {'a': 1,}", [{"a": 1}]),
        # Commas, brackets and quotes that are missing or too many.
        ('{"a": 1,}', [{"a": 1}]),
        ('{"a": 1 "b": 2}', [{"a": 1, "b": 2}]),
        ('{"a": {"b": 1}', [{"a": {"b": 1}}]),
        ('{"a": {"b": [1}, "c": 2}', [{"a": {"b": [1]}, "c": 2}]),
        ('{"a": 1]}', [{"a": 1}]),
        ('{"a": "one "two" three", "b": 1}', [{"a": 'one "two" three', "b": 1}]),
        ('{"a": "one "two"", "b": 1}', [{"a": 'one "two"', "b": 1}]),
        ('["one "two" three", "b"]', [['one "two" three', "b"]]),
        ('{"a": "one', [{"a": "one"}]),
        ("{'a': 'one', 'b': 'it''s'}", [{"a": "one", "b": "it''s"}]),
        ("{a: 'b', c: true, d: False, e: null, f: x}", [{"a": "b", "c": True, "d": False, "e": None, "f": None}]),
        ("{a: false, b: True}", [{"a": False, "b": True}]),
        ("{a: 1.5, b: -2, c: 1e3, d: 12345678901234567890}", [{"a": 1.5, "b": -2, "c": 1000.0, "d": None}]),
        ('{"a": 1,} x {"b": 2,}', [{"a": 1}, {"b": 2}]),
        # Comments and marks.
        ('// x\n{"a": 1, /* y */ "b": 2}', [{"a": 1, "b": 2}]),
        ('{"a": 1, // x\n "b": 2}', [{"a": 1, "b": 2}]),
        ('{"a": 1, <!-- x --> "b": 2}', [{"a": 1, "b": 2}]),
        ('{"a": 1} // x', [{"a": 1}]),
        ('<!-- {"a": 1,} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": 1,}\n//]]>', [{"a": 1}]),
        ('<script>{"a": 1,}</script>', [{"a": 1}]),
        ('var x = {"a": 1,};', [{"a": 1}]),
        ('/* {"a": 1,}', []),
        # Escapes and entities.
        (r'{"a": "it\'s \x41 \n", }', [{"a": "it's x41 \n"}]),
        ('{"a": "\\u00e9",}', [{"a": "é"}]),
        ('{&quot;a&quot;: &quot;b&quot;}', [{"a": "b"}]),
        ('{"a": "&quot;b&quot;",}', [{"a": "&quot;b&quot;"}]),
        # Depth: a hundred levels are read.
        ("[" * 100 + "1,,", [1]),
        ("[" * 101 + "1,,", []),
    ],
)  # fmt: skip
def test_broken_json_says_what_it_can(text: str, values: list[Any]) -> None:
    found = loads_all(text)
    for _ in range(100 if text.startswith("[[") else 0):
        (found,) = found
    assert found == values
    if not text.startswith("[["):
        assert loads(text) == (values[0] if values else None)


def test_a_long_number_is_none() -> None:
    assert loads('{"a": 1234}') == {"a": 1234}
    assert loads(f'{{"a": {"9" * 5000}}}') == {"a": None}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"a": "one\ttwo"}', [{"a": "one\ttwo"}]),
        (f'{{"a": {"9" * 18}, "b": {"9" * 19}}}', [{"a": int("9" * 18), "b": 0}]),
        ('while(1);{"a": 1};[2]', [{"a": 1}, [2]]),
        ('show({"a": 1});', [{"a": 1}]),
        ('{"a": 1} and more', [{"a": 1}]),
        ('{"a": 1} <a href=x>', []),
        ('{"a": 1', []),
        ("text", []),
    ],
)
def test_the_values_of_an_answer(text: str, values: list[Any]) -> None:
    assert json_values(text) == values


def test_an_answer_begins_like_json() -> None:
    assert [begins_like_json(text) for text in ("\ufeff{", ")]}'[", "throw 1;{", "x = {", "x == {", "<", "")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
