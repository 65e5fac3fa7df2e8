"""A sitemap or an index of sitemaps in, URLs out."""

import re
import zlib
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from newscrawl.errors import PageError
from newscrawl.pages.times import parse_stated
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

    Raises `SitemapError` for anything else than a `urlset` or a `sitemapindex`, and for one that is cut short.

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
    name = local_name(root.tag) if root is not None and isinstance(root.tag, str) else ""
    if name not in ("urlset", "sitemapindex"):
        raise SitemapError(url, f"not a urlset or sitemapindex but {name or 'nothing'}")
    if not has_end(body, name):
        raise SitemapError(url, f"cut short: it has no </{name}>")
    entries: dict[str, datetime | None] = {}
    for entry in root:
        values: dict[str, str] = {}
        for each in entry:
            if isinstance(each.tag, str):
                values.setdefault(local_name(each.tag), collapse_spaces(each.text or ""))
        if loc := values.get("loc"):
            entries.setdefault(loc, parse_stated(values.get("lastmod", "")))
    if name == "sitemapindex":
        return Sitemap(sitemaps=tuple(entries))
    return Sitemap(pages=tuple(entries.items()))


def local_name(tag: str) -> str:
    """Return a tag's name without its namespace, or without the prefix of one that is nowhere declared.

    >>> local_name("{http://www.sitemaps.org/schemas/sitemap/0.9}url"), local_name("s:url")
    ('url', 'url')
    """
    return tag.rpartition("}")[2].rpartition(":")[2]


def has_end(body: bytes, name: str) -> bool:
    """Return whether XML has the closing tag of its root `name`, or is an empty root.

    >>> has_end(b"<urlset><url/></urlset>", "urlset"), has_end(b"<s:urlset/>", "urlset"), has_end(b"<urlset>", "urlset")
    (True, True, False)
    """
    # UTF-16 has a zero byte in every letter.
    text = body.replace(b"\0", b"")
    tag = rb"(?:[^\s<>/:]+:)?" + re.escape(name.encode())
    return re.search(rb"</" + tag + rb"\s*>|<" + tag + rb"(?:\s[^<>]*)?/>", text) is not None


def _unpacked(body: bytes, url: str) -> bytes:
    """Return what a gzipped sitemap holds, its parts one after the other; each must have its end and its checksum."""
    text = b""
    while body.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            text += unpacker.decompress(body, LARGEST - len(text) + 1)
        except zlib.error as error:
            raise SitemapError(url, f"broken gzip: {error}") from error
        if len(text) > LARGEST:
            raise SitemapError(url, f"more than {LARGEST} bytes after decompression")
        if not unpacker.eof:
            raise SitemapError(url, "cut short: the gzip stream has no end")
        body = unpacker.unused_data.lstrip(b"\0")
    return text
