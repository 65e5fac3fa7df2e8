"""A sitemap or an index of sitemaps in, addresses out."""

import re
import zlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from newscrawl.dates import parse_stated
from newscrawl.errors import PageError
from newscrawl.text import collapse_spaces

# Unpacked; a sitemap may have 50 MB by its standard.
LARGEST = 50 * 1024 * 1024
# How a whole sitemap ends: its closing tag, with or without a prefix, and comments after it.
_END = re.compile(rb"(?s)(?:</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>|/>)\s*(?:<!--.*?-->\s*)*\Z")
_TAIL = 4096


class SitemapError(PageError):
    """Raised by `parse_sitemap` for an answer that is no sitemap."""

    name = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap lists, in its order."""

    sitemaps: tuple[str, ...] = ()
    """Addresses of further sitemaps, when it is an index."""
    pages: tuple[tuple[str, datetime | None], ...] = ()
    """(address, last change where it is stated) of each page."""


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Return what a sitemap lists; `body` may be gzipped, `url` is where it came from.

    Raises `SitemapError` for anything that is neither a `urlset` nor a `sitemapindex`, and for one that is cut off.

    >>> parse_sitemap(b"<urlset><url><loc> https://x.net/a </loc></url></urlset>", "https://x.net/sitemap.xml").pages
    (('https://x.net/a', None),)
    """
    if body.startswith(b"\x1f\x8b"):
        body = _unpacked(body, url)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise SitemapError(url, f"no XML: {error}") from error
    name = etree.QName(root).localname if root is not None and isinstance(root.tag, str) else ""
    if name not in ("urlset", "sitemapindex"):
        raise SitemapError(url, f"neither a urlset nor a sitemapindex, but {name or 'nothing'}")
    tail = body[-_TAIL:]
    if b"\x00" not in tail and not _END.search(tail):
        raise SitemapError(url, f"cut off: no end of the {name}")
    entries: dict[str, datetime | None] = {}
    for entry in root:
        values: dict[str, str] = {}
        for each in entry:
            if isinstance(each.tag, str):
                values.setdefault(etree.QName(each).localname, collapse_spaces(each.text or ""))
        if address := values.get("loc"):
            entries.setdefault(address, parse_stated(values.get("lastmod", "")))
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
        raise SitemapError(url, f"more than {LARGEST} bytes unpacked")
    if not unpacker.eof:
        raise SitemapError(url, "cut off: the gzip stream has no end")
    return text
