"""Sitemaps as a stream: in pieces of any size, with nothing held that is not needed, however large or odd they are."""

import gzip
from collections.abc import Iterator
from itertools import islice

import pytest

from newscrawl import unpacking
from newscrawl.pages import sitemap
from newscrawl.pages.sitemap import SitemapError, parse_sitemap, read_sitemap
from newscrawl.pages.sitemap_xml import LONGEST_TAG, LONGEST_VALUE, MOST_URLS, NotSitemapError, xml_entries
from tests.pages.test_sitemap import FORMS, URL

A = "https://x.net/news/politics/a"


def entries(*texts: str) -> list[tuple[list[str], list[str]]]:
    return [(entry.urls, entry.other_urls) for entry in xml_entries(texts, ())]


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("name", FORMS)
def test_a_sitemap_in_pieces_is_the_same(name: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text, wanted = FORMS[name]
    if name in ("a text that begins with remarks", "a text with a mark, blank lines and remarks"):
        # What a text is, its first piece says.
        size = 100
    elif name.startswith("a text") or name == "a text":
        size = 60
    monkeypatch.setattr(unpacking, "STEP", size)
    for body in (text.encode(), gzip.compress(text.encode())):
        assert [url for url, _ in parse_sitemap(body, URL).pages] == wanted


def test_urls_come_before_the_rest_is_read() -> None:
    """A million URLs are never listed at once: the first ones come while the others are still packed."""
    read = []

    def texts() -> Iterator[str]:
        yield "<urlset>"
        for number in range(1000):
            read.append(number)
            yield f"<url><loc>/{number}</loc></url>"

    assert [entry.urls for entry in islice(xml_entries(texts(), ()), 2)] == [["/0"], ["/1"]]
    assert len(read) == 3


def test_entries_of_a_sitemap_without_entries_are_handed_on_in_parts() -> None:
    found = entries("<urlset>", *(f"<loc>/{number}</loc>" for number in range(2 * MOST_URLS + 1)), "</urlset>")
    assert [len(urls) for urls, _ in found] == [MOST_URLS, MOST_URLS, 1]


def test_a_value_that_is_too_long_is_none_and_costs_nothing() -> None:
    long = "a" * LONGEST_VALUE
    assert entries(f"<urlset><url><loc>/{long}", long, "</loc></url><url><loc>/b</loc></url></urlset>") == [
        ([], []),
        (["/b"], []),
    ]
    assert entries(f"<urlset><url><loc>{long}</loc></url></urlset>") == [([long], [])]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["<urlset><url a='", *["a" * 9999] * (LONGEST_TAG // 9999 + 1), "'>"], "a tag that is too long"),
        (["<urlset>", "<a>" * 300], "nested too deep"),
        (["<urlset><!-- ", "</urlset>"], "cut short: it has no </urlset>"),
        (["<html>", "<urlset></urlset>"], "not urlset or sitemapindex but html"),
        (["<a></a>"], "not urlset or sitemapindex but a"),
        ([], "not urlset or sitemapindex but nothing"),
    ],
)
def test_what_is_no_whole_sitemap_is_named(texts: list[str], words: str) -> None:
    with pytest.raises(NotSitemapError, match=words):
        list(xml_entries(texts, ("rss",)))


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("<url><loc>/a<b>/c</b>/d</loc></url>", ["/a"]),
        ("<url><loc><b/><c>/c</c>/d</loc></url>", ["/c"]),
        ("<url><loc>" + "<b/>" * 9 + "<c>/c</c></loc></url>", ["/c"]),
        ("<url><loc>" + "<b/>" * 10 + "<c>/c</c></loc></url>", []),
        ("<url><loc/></url>", []),
        ("<url><loc>/a&amp;b&eacute;</loc></url>", ["/a&bé"]),
        ("<url><loc>/a<![CDATA[&amp;]]></loc></url>", ["/a&amp;"]),
        ("<url><loc>" + "<" * 500 + "</loc></url>", ["<" * 500]),
        ("<url><loc>1 > 2</loc></url>", ["1 > 2"]),
    ],
)
def test_the_text_of_a_value(text: str, urls: list[str]) -> None:
    assert entries(f"<urlset>{text}</urlset>") == [(urls, [])]
    assert entries(*f"<urlset>{text}</urlset>") == [(urls, [])]


def test_a_feed_in_the_place_of_a_sitemap_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    body = f"<rss><channel><item><link>{A}</link></item></channel></rss>".encode()
    assert [listed.url for listed in read_sitemap(gzip.compress(body), URL)] == [A]
    monkeypatch.setattr(sitemap, "LARGEST_FEED", len(body) - 1)
    with pytest.raises(SitemapError, match="more than"):
        list(read_sitemap(gzip.compress(body), URL))


def test_a_charset_that_shows_late_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "STEP", 100)
    arabic = "https://x.net/غزة-اليوم"
    text = "<urlset>" + f"<url><loc>{A}</loc></url>" * 20 + f"<url><loc>{arabic}</loc></url></urlset>"
    assert [url for url, _ in parse_sitemap(text.encode("cp1256"), URL).pages] == [A, arabic]
    twice = text.encode().decode("cp1252", "replace").encode()
    assert "Ø" in twice.decode()
    assert parse_sitemap(text.encode("utf-16"), URL).pages[-1][0] == arabic


def test_the_rest_of_a_line_that_is_none_is_none() -> None:
    long = f"{A}\n" + "a" * 30_000 + f" {A}-2\n{A}-3"
    assert [url for url, _ in parse_sitemap(long.encode(), URL).pages] == [A, f"{A}-3"]


def test_many_parts_of_a_gzip_file_are_read_in_one_pass() -> None:
    parts = [gzip.compress(b"", 1)] * 5000
    assert parse_sitemap(b"".join(parts) + gzip.compress(b"<urlset></urlset>"), URL).pages == ()
