"""Bytes of a response as text: marks, charsets, and what is no charset."""

import pytest

from newscrawl.errors import ReadingTooSlowError
from newscrawl.pages.encoding import is_plain, page_text, parse_html, text_bytes

ARABIC = "إعادة فتح المرفأ بعد انتظار"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xef\xbb\xbfab", "ab"),
        ("\ufeffab".encode("utf-16-le"), "ab"),
        ("\ufeffab".encode("utf-16-be"), "ab"),
        ("<p>a".encode("utf-16-le"), "<p>a"),
        ("<p>a".encode("utf-16-be"), "<p>a"),
        ("<p".encode("utf-16-le"), "<p"),
        ("<p".encode("utf-16-be"), "<p"),
        # No UTF-16: too short, or other zeros.
        (b"<\x00p", "<\x00p"),
        (b"<\x00\x00\x00", "<\x00\x00\x00"),
        (b"\x00\x00\x00<", "\x00\x00\x00<"),
        (b"\x00<\x00\x00", "\x00<\x00\x00"),
        (b"\x00\x00p\x00", "\x00\x00p\x00"),
        (b"<p\x00>", "<p\x00>"),
        (b"", ""),
        (b"ab", "ab"),
        # A few wrong bytes, but more letters than twice as many.
        ("éé".encode() + b"\xff", "Ã©Ã©ÿ"),
        ("ééé".encode() + b"\xff", "ééé\ufffd"),
        ("éé".encode() + b"abc\xff", "Ã©Ã©abcÿ"),
    ],
)
def test_bytes_without_a_charset(body: bytes, text: str) -> None:
    assert page_text(body) == text


@pytest.mark.parametrize(
    ("declared", "named", "charset"),
    [
        ("windows-1251", "", "cp1251"),
        (" Windows-1251 ", "", "cp1251"),
        ("", "<meta charset=windows-1251>", "cp1251"),
        ("", "<?xml version='1.0' encoding='windows-1251'?>", "cp1251"),
        ("utf-8", "<meta charset=windows-1251>", "cp1251"),
        ("koi8-r", "<meta charset=windows-1251>", "koi8-r"),
        ("punycode", "<meta charset=windows-1251>", "cp1251"),
        ("", f"{' ' * 4077}<meta charset=koi8-r>", "cp1252"),
        ("", f"{' ' * 4076}<meta charset=koi8-r>", "koi8-r"),
    ],
)
def test_other_bytes_are_in_the_charset_that_is_named(declared: str, named: str, charset: str) -> None:
    body = named.encode() + b"\xcf\xf0 \xc8"
    assert page_text(body, declared) == body.decode(charset)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"caf\xe9 \xe9t\xe9", "cp1252"),
        (b"\xe1\xe2\xe3", "cp1256"),
        (b"\xe1\xe2\xe3 \xe1", "cp1252"),
        (b"\xe1\xe2\xe3 \xe1\xe2\xe3 \xe1", "cp1256"),
        # Two words of three letters out of four are most of them, one is not.
        (b"\xe1\xe2\xe3 \xe1\xe2\xe3 \xe1 \xe1", "cp1252"),
    ],
)
def test_letters_in_a_row_are_arabic(body: bytes, charset: str) -> None:
    assert page_text(body) == body.decode(charset)


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (b"ab", True),
        (b"", True),
        (ARABIC.encode(), True),
        (b"\xef\xbb\xbfab", False),
        (b"\xff\xfea\x00", False),
        (b"\xfe\xff\x00a", False),
        (b"a\x00b\x00", False),
        (b"abcd\x00", True),
        (b"abc\x00", False),
        (b"\xff", False),
        (ARABIC.encode().decode("latin-1").encode(), False),
    ],
)
def test_bytes_are_plain_if_nothing_is_to_be_repaired(body: bytes, plain: bool) -> None:
    assert is_plain(body) is plain


def test_a_text_in_bytes() -> None:
    assert text_bytes(" \n<p>é") == "<p>é".encode()
    assert text_bytes("<p> é ") == "<p> é ".encode()
    assert text_bytes("a\ud800b\U0001f600") == "a\ufffdb\U0001f600".encode()


def test_what_is_no_html_is_an_empty_page() -> None:
    assert [parse_html(body).tag for body in (b"", b"<!-- x -->", b"text")] == ["html"] * 3
    assert "".join(parse_html(b"text").itertext()) == "text"


def test_control_characters_beside_an_element_that_is_always_empty() -> None:
    for sign in (b"\x01", b"\x0c", "\ufffe".encode(), "\uffff".encode(), b"&#1;"):
        root = parse_html(b"<p>One<source>two" + sign + b"<b>three</b></source></p>")
        assert "".join(root.itertext()) == "Onetwothree"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<p " + " ".join(f"a{n}=1" for n in range(400_000)) + ">", "more than 2000 attributes"),
        ("<p>x</p>" * 50_000 + "<p " + " ".join(f"a{n}='>'" for n in range(2001)) + ">", "more than 2000 attributes"),
        ("<div>" * 1900 + "</x>" * 400_000, "400000 end tags"),
        ("<div>" * 100_000 + "</div>" * 100_000, "100000 end tags"),
        ("<p>x" * 150_001, "more than 150000 elements"),
    ],
    ids=["attributes", "attributes at the end", "end tags of nothing", "depth", "elements"],
)
def test_a_large_page_of_a_shape_that_takes_quadratic_time_is_given_up(page: str, reason: str) -> None:
    with pytest.raises(ReadingTooSlowError, match=reason):
        parse_html(page.encode())


@pytest.mark.parametrize(
    "page",
    [
        "<p " + " ".join(f"a{n}=1" for n in range(1000)) + ">x",
        "<p " + " ".join(f"a{n}=1" for n in range(1999)) + ">x" + "<p>y</p>" * 50_000,
        "<div>" * 100_000 + "x",
        "<p>x</p>" * 149_000,
    ],
    ids=["a small page", "attributes", "depth", "end tags"],
)
def test_other_large_pages_are_parsed(page: str) -> None:
    assert len(parse_html(page.encode())) == 1
