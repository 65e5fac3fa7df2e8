"""Readers of sitemaps, feeds and listings raise only their named errors, however an answer is damaged."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.errors import PageError
from newscrawl.pages import parse_feed, parse_headlines, parse_listing, parse_menu, parse_sitemap

URL = "https://english.almayadeen.net/news/politics?page=2"
ENTRY = (
    "<url><!-- a --><image:loc>https://x.net/a.jpg</image:loc><loc><![CDATA[https://x.net/news/غزة]]></loc>"
    "<lastmod>2024-08-22T13:28:00+03:00</lastmod><n:news><n:publication_date>2024</n:publication_date></n:news></url>"
)
ITEM = (
    '<item><title>&laquo;غزة&raquo; &amp; b</title><a:link rel="alternate" href="/a"/><link>https://x.net/b?c=1&d=2</link>'
    '<guid isPermaLink="false">7</guid><pubDate>Thu, 22 Aug 2024 13:28:00 GMT</pubDate></item>'
)
HEAD = '<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="/a.xsl"?><!DOCTYPE a [<!ENTITY b "c">]>'
JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "7", "url": "/á"}]}
JSON = {"html": '<base href="/news/"><a class="load-more" data-page=3 href="politics/a-b">غزة</a>', "next": "/a?page=3"}
HTML = (
    '<nav class="menu"><a href="/news/politics">Politics</a></nav>'
    '<ul class="ticker"><li class="ticker__item">A line.</ul>'
    '<main><a href="/news/politics/c-d">C</a>'
    '<h3>Most Read</h3><a href="\\news\\politics\\a-b">A</a><form action="/more"><input name=page value=3>'
    '<button class="load-more" onclick="more(\'/a\', 3)" data-url="/more?page={page}">More</button></form></main>'
)
SITEMAP = f"{HEAD}<urlset xmlns:n='n'>{ENTRY}<sitemap><loc>/b.xml</loc></sitemap></urlset>".encode()
SAMPLES: dict[str, tuple[Callable[[bytes, str], Any], bytes]] = {
    "sitemap": (parse_sitemap, SITEMAP),
    "gzipped sitemap": (parse_sitemap, gzip.compress(SITEMAP[:300], mtime=0) + gzip.compress(SITEMAP[300:], mtime=0)),
    "UTF-16": (parse_sitemap, SITEMAP.decode().encode("utf-16")),
    "text": (parse_sitemap, "https://x.net/a\nhttps://x.net/غزة\n".encode()),
    "feed": (parse_feed, f"{HEAD}<rss xmlns:a='http://www.w3.org/2005/Atom' xml:base='/x/'>{ITEM}</rss>".encode()),
    "JSON feed": (parse_feed, json.dumps(JSON_FEED, ensure_ascii=False).encode()),
    "JSON": (parse_listing, b"/**/show(" + json.dumps(JSON).encode() + b");"),
    "JSON in JSON": (parse_listing, json.dumps(json.dumps(JSON)).encode()),
    "HTML": (parse_listing, HTML.encode()),
    "menu": (parse_menu, HTML.encode()),
    "ticker": (lambda body, _url: parse_headlines(body), HTML.encode()),
}


def read(name: str, body: bytes) -> bool:
    """Return whether a body can be read; anything but the named errors fails the test."""
    try:
        SAMPLES[name][0](body, URL)
    except PageError as error:
        assert error.reason  # noqa: PT017 - the named errors are what may be raised
        return False
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_an_answer_that_is_cut_anywhere(name: str) -> None:
    body = SAMPLES[name][1]
    assert read(name, body)
    for at in range(len(body)):
        read(name, body[:at])
        read(name, body[at:])


@pytest.mark.parametrize("name", SAMPLES)
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_an_answer_with_wrong_bytes(name: str, data: st.DataObject) -> None:
    body = bytearray(SAMPLES[name][1])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body) - 1))
        piece = data.draw(
            st.sampled_from([b"", b"<", b">", b"&", b"&#x110000;", b'"', b"]]>", b"\0", b"\xff", b"<!--", b"["])
        )
        body[at : at + data.draw(st.integers(0, 3))] = piece or bytes([data.draw(st.integers(0, 255))])
        if not body:
            break
    read(name, bytes(body))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "piece",
    [
        b"<url>",
        b"<a:b ",
        b"</urlset>",
        b"<item>",
        b"<!--",
        b"<![CDATA[",
        b"<?",
        b"&",
        b"&#",
        b"&a;",
        b"<div>",
        b"<a href='[",
        b"[",
        b"{",
        b'{"a":',
        b'"',
        b"\\",
        b"9",
        b"\xd9\xa9",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\x1f\x8b",
        b"for(;;);",
        b"<!DOCTYPE a [",
        b"http://[",
    ],
)
def test_one_piece_twenty_thousand_times(name: str, piece: bytes) -> None:
    many = piece * 20_000
    body = SAMPLES[name][1]
    for at in (0, len(body) // 2, len(body)):
        read(name, body[:at] + many + body[at:])
    read(name, many)
