"""A sitemap or an index of sitemaps in, URLs out."""

import zlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from newscrawl.dates import parse_stated
from newscrawl.errors import PageError
from newscrawl.text import collapse_spaces

# Bytes of a sitemap after decompression. The standard allows 50 MB.
LARGEST = 50 * 1024 * 1024


class SitemapError(PageError):
    """Raised by `parse_sitemap` for a response that is not a sitemap."""

    name = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The URLs that a sitemap lists, in its order."""

    sitemaps: tuple[str, ...] = ()
    """URLs of further sitemaps, when it is an index."""
    pages: tuple[tuple[str, datetime | None], ...] = ()
    """(URL, time of the last change or None) of each page."""


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Return what a sitemap lists. `body` may be gzipped; `url` is the sitemap's URL.

    Raises `SitemapError` for anything else than a `urlset` or a `sitemapindex`.

    >>> parse_sitemap(b"<urlset><url><loc> https://x.net/a </loc></url></urlset>", "https://x.net/sitemap.xml").pages
    (('https://x.net/a', None),)
    """
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body, url)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise SitemapError(url, f"not XML: {error}") from error
    name = etree.QName(root).localname if root is not None and isinstance(root.tag, str) else ""
    if name not in ("urlset", "sitemapindex"):
        raise SitemapError(url, f"not a urlset or sitemapindex but {name or 'nothing'}")
    entries: dict[str, datetime | None] = {}
    for entry in root:
        values: dict[str, str] = {}
        for each in entry:
            if isinstance(each.tag, str):
                values.setdefault(etree.QName(each).localname, collapse_spaces(each.text or ""))
        if loc := values.get("loc"):
            entries.setdefault(loc, parse_stated(values.get("lastmod", "")))
    if name == "sitemapindex":
        return Sitemap(sitemaps=tuple(entries))
    return Sitemap(pages=tuple(entries.items()))


def _unpacked(body: bytes, url: str) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, LARGEST)
    except zlib.error as error:
        raise SitemapError(url, f"broken gzip: {error}") from error
    if unpacker.unconsumed_tail:
        raise SitemapError(url, f"more than {LARGEST} bytes after decompression")
    return text
