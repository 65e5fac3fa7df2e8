"""Values of metadata of any type, as texts, URLs, keywords and seconds."""

from typing import Any

import pytest

from newscrawl.pages.stated_values import (
    duration_seconds,
    first_of,
    first_text,
    keywords_of,
    paragraphs_of,
    text_of,
    texts_of_value,
    time_of,
    url_of,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("One", "One"), (" One\n two ", "One two"), (7, "7"), (1.5, "1.5"), (True, None), (None, None), ([], None),
        ("", None), ("a &amp; b", "a & b"), ("a<b>b</b>c", "abc"), ("a<br>b<p>c", "a b c"), ("a < b > c", "a < b > c"),
        ("&lt;p&gt;a&lt;/p&gt;b", "a b"), ("a<br/>b", "a b"), ("a<b", "a<b"),
    ],
)  # fmt: skip
def test_a_text(value: Any, text: str | None) -> None:
    assert text_of(value) == text


def test_paragraphs() -> None:
    assert paragraphs_of("a<br>b\n\n <p>c <b>d</b></p>") == ("a", "b", "c d")
    assert paragraphs_of(["a"]) == ()
    assert paragraphs_of("") == ()


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a", ["a"]),
        (["a", None, ["b"], {}], ["a", "b"]),
        ({"@value": "a", "name": "b"}, ["a"]),
        ({"@value": "", "name": "b"}, ["b"]),
        ({"name": ["a", "b"]}, ["a", "b"]),
        ({"@list": ["a"]}, ["a"]),
        ({"@set": ["a"]}, ["a"]),
        ({"givenName": "Eva", "additionalName": "M.", "familyName": "Mora"}, ["Eva M. Mora"]),
        ({"familyName": "Mora"}, ["Mora"]),
        ({"url": "a"}, []),
        (nested("a", 8), ["a"]),
        (nested("a", 9), []),
        ({"name": nested("a", 7)}, ["a"]),
        ({"name": nested("a", 8)}, []),
    ],
)
def test_texts_of_any_value(value: Any, texts: list[str]) -> None:
    assert texts_of_value(value) == texts
    assert first_text(value) == (texts[0] if texts else None)


def test_at_most_500_values_are_read() -> None:
    assert len(texts_of_value(["a"] * 501)) == 500
    assert len(texts_of_value([["a"] * 400, ["b"] * 400])) == 500
    assert url_of([*[None] * 499, "/a"]) == "/a"
    assert url_of([*[None] * 500, "/a"]) is None


@pytest.mark.parametrize(
    ("value", "keywords"),
    [
        ("a, b; c،d؛ e", ("a", "b", "c", "d", "e")),
        (["a; b", "c, d", "a; b"], ("a; b", "c", "d")),
        ({"name": "a, b"}, ("a", "b")),
        ("", ()),
        (None, ()),
    ],
)
def test_keywords_are_a_list_or_a_text(value: Any, keywords: tuple[str, ...]) -> None:
    assert keywords_of(value) == keywords


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("/a", "/a"), (None, None), ({"url": "/a", "@id": "/b"}, "/a"), ({"contentUrl": "/a"}, "/a"),
        ({"@value": "/a"}, "/a"), ({"@list": ["/a"]}, "/a"), ({"@id": "/b"}, "/b"), ({"@id": "/b#c"}, None), ({}, None),
        ([None, {"url": {"@id": "/a"}}], "/a"), ([], None), (nested("/a", 8), "/a"), (nested("/a", 9), None),
        ({"url": nested("/a", 7)}, "/a"), ({"url": nested("/a", 8)}, None),
    ],
)  # fmt: skip
def test_the_url_of_any_value(value: Any, url: str | None) -> None:
    assert url_of(value) == url


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("151", 151), ("999999999", 999999999), ("1000000000", None), ("PT2M31S", 151), ("PT1H", 3600),
        ("P1DT1H1M1S", 90061),
        ("PT2.5S", 2), (" PT9S ", 9), ("2M", None), ("PT", None), ("P", None), ("soon", None), ("", None), (None, None),
        ("٧", None),
    ],
)  # fmt: skip
def test_seconds(text: str | None, seconds: int | None) -> None:
    assert duration_seconds(text) == seconds


def test_the_first_that_is_not_empty_and_a_time() -> None:
    assert first_of(["", None, 0, "a", "b"]) == "a"
    assert first_of([]) is None
    assert time_of(["2024-08-22T13:28:00Z"]) is not None
    assert time_of("soon") is None
    assert time_of(None) is None
