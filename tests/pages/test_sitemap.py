"""A sitemap that was cut off on the way is not taken for a whole one."""

import gzip

import pytest

from newscrawl.pages import SitemapError, parse_sitemap

URL = "https://x.net/sitemap.xml"
WHOLE = b"<?xml version='1.0'?><s:urlset xmlns:s='x'><s:url><s:loc>https://x.net/a</s:loc></s:url></s:urlset>\n"


@pytest.mark.parametrize("body", [WHOLE, WHOLE + b"<!-- made by a machine -->\n", gzip.compress(WHOLE, mtime=0)])
def test_a_whole_sitemap_is_read(body: bytes) -> None:
    assert parse_sitemap(body, URL).pages == (("https://x.net/a", None),)


@pytest.mark.parametrize(
    "body", [WHOLE[:-12], WHOLE[:60], gzip.compress(WHOLE, mtime=0)[:-8], gzip.compress(WHOLE, mtime=0)[:-20]]
)
def test_one_that_is_cut_off_is_refused(body: bytes) -> None:
    with pytest.raises(SitemapError):
        parse_sitemap(body, URL)


def test_an_empty_one_is_whole() -> None:
    assert parse_sitemap(b"<urlset/>", URL).pages == ()
