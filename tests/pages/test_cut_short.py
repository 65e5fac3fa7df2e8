"""Sitemaps and feeds that are cut short are no sitemaps and no feeds."""

import gzip

import pytest

from newscrawl.pages.feed import FeedError, parse_feed
from newscrawl.pages.sitemap import SitemapError, parse_sitemap

URL = "https://x.net/sitemap.xml"
SITEMAP = b"<?xml version='1.0'?><s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>" + b"".join(
    b"<s:url><s:loc>https://x.net/%d</s:loc></s:url>" % number for number in range(50)
) + b"</s:urlset >\n"  # fmt: skip
FEED = b"<rss><channel><item><link>https://x.net/a</link></item></channel></rss>"


def test_a_sitemap_that_is_cut_anywhere_raises() -> None:
    assert len(parse_sitemap(SITEMAP, URL).pages) == 50
    for end in range(0, len(SITEMAP) - 2, 7):
        with pytest.raises(SitemapError):
            parse_sitemap(SITEMAP[:end], URL)


def test_a_gzipped_sitemap_that_is_cut_anywhere_or_damaged_raises() -> None:
    packed = gzip.compress(SITEMAP)
    assert len(parse_sitemap(packed, URL).pages) == 50
    for end in range(2, len(packed)):
        with pytest.raises(SitemapError):
            parse_sitemap(packed[:end], URL)
    for place in (-1, -8):
        damaged = bytearray(packed)
        damaged[place] ^= 1
        with pytest.raises(SitemapError, match="broken gzip"):
            parse_sitemap(bytes(damaged), URL)


def test_a_gzipped_sitemap_may_have_parts() -> None:
    parts = gzip.compress(SITEMAP[:700]) + gzip.compress(SITEMAP[700:]) + b"\0" * 100
    assert len(parse_sitemap(parts, URL).pages) == 50


@pytest.mark.parametrize(
    "body", [b"<urlset/>", b"<urlset xmlns='x' />", b"<urlset></urlset>", "<urlset></urlset>".encode("utf-16")]
)
def test_an_empty_sitemap_is_whole(body: bytes) -> None:
    assert parse_sitemap(body, URL).pages == ()


def test_an_index_that_is_cut_raises() -> None:
    body = b"<sitemapindex><sitemap><loc>https://x.net/b.xml</loc></sitemap>"
    assert parse_sitemap(body + b"</sitemapindex>", URL).sitemaps == ("https://x.net/b.xml",)
    with pytest.raises(SitemapError, match="cut short"):
        parse_sitemap(body, URL)


def test_a_feed_that_is_cut_raises() -> None:
    assert parse_feed(FEED, URL) == ("https://x.net/a",)
    for end in range(len(FEED)):
        with pytest.raises(FeedError):
            parse_feed(FEED[:end], URL)
