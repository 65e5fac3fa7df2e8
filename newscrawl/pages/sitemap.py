"""A sitemap or an index of sitemaps in, URLs out."""

import re
import zlib
from dataclasses import dataclass, field
from datetime import datetime

from lxml.etree import _Element

from newscrawl.errors import PageError
from newscrawl.pages.feed import FEED_ROOTS, entries_of
from newscrawl.pages.times import parse_stated
from newscrawl.pages.xml import XmlError, is_web, local_name, namespace, parse_xml, stated_url, value_of, xml_text
from newscrawl.text import collapse_spaces
from newscrawl.urls import LITTER

# Bytes of a sitemap after decompression. The standard allows 50 MB.
LARGEST = 50 * 1024 * 1024
_GZIP = b"\x1f\x8b"
# A sitemap may be packed by its maker and again by its server.
_PACKINGS = 3
# Bytes that are unpacked at once. What is left of them at the end of a part is copied, so they are few.
_PIECE = 2048
_ZEROS = re.compile(rb"\0*")
_ROOTS = ("urlset", "sitemapindex")
_OWN_NAMESPACE = re.compile(r"(?i)/sitemap/0\.|^$")
# A line of a sitemap that is a text. Some makers write the time of the last change behind the URL.
_URL_LINE = re.compile(r"(?i)https?://[^\s<>]+", re.ASCII)
_TIME_BEHIND = re.compile(r"(?i)(?<=[\s,;])[\d:TZ+.-]{4,35}$", re.ASCII)
_LONGEST_TIME = 36
# The forms of a W3C date that have no day.
_YEAR_OR_MONTH = re.compile(r"\d{4}(?:-\d{2})?$", re.ASCII)


class SitemapError(PageError):
    """Raised by `parse_sitemap` for a response that is not a sitemap."""

    name = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The URLs that a sitemap lists, in its order."""

    sitemaps: tuple[str, ...] = ()
    """URLs of further sitemaps, when it is an index."""
    pages: tuple[tuple[str, datetime | None], ...] = ()
    """(URL, time of the last change, or else of publication, or None) of each page."""


@dataclass(slots=True, kw_only=True)
class _Entry:
    """What one `url` or `sitemap` element says."""

    is_sitemap: bool
    space: str
    """The namespace of the element."""
    urls: list[str] = field(default_factory=list)
    other_urls: list[str] = field(default_factory=list)
    """What could be its URL if the element had no `loc` of its own namespace."""
    changed: datetime | None = None
    published: datetime | None = None


def parse_sitemap(body: bytes, url: str) -> Sitemap:
    """Return what a sitemap lists. `body` may be gzipped; `url` is the sitemap's URL.

    Sitemaps are XML, or a text with one URL a line, or RSS or Atom. Raises `SitemapError` for anything else, and for
    one that is cut short.

    >>> parse_sitemap(b"<urlset><url><loc> https://x.net/a </loc></url></urlset>", "https://x.net/sitemap.xml").pages
    (('https://x.net/a', None),)
    """
    for _ in range(_PACKINGS):
        if body.startswith(_GZIP):
            body = _unpacked(body, url)
    text = xml_text(body)
    if not text.startswith("<") and (lines := _url_lines(text)):
        return Sitemap(pages=lines)
    try:
        root = parse_xml(text, url, (*_ROOTS, *FEED_ROOTS))
    except XmlError as error:
        raise SitemapError(url, error.reason) from error
    if local_name(root[0]) in FEED_ROOTS:
        listed: dict[str, datetime | None] = {}
        for entry in entries_of(root, url):
            listed.setdefault(entry.url, _date(entry.date))
        return Sitemap(pages=tuple(listed.items()))
    return _xml_sitemap(root, url)


def _url_lines(text: str) -> tuple[tuple[str, datetime | None], ...]:
    """Return what a text with one URL a line lists; () for any other text. Blank lines and remarks do not count."""
    pages: dict[str, datetime | None] = {}
    for written in text.splitlines():
        line = written.strip(LITTER)
        # Only the end is searched for a time. In a long line the pattern would try every place.
        time = _TIME_BEHIND.search(line, max(0, len(line) - _LONGEST_TIME))
        listed = line[: time.start()].rstrip(" \t,;") if time else line
        if time and not any(map(str.isspace, line[len(listed) : time.start()])):
            listed, time = line, None  # a comma is part of the URL
        if _URL_LINE.fullmatch(listed):
            pages.setdefault(listed, _date(time[0] if time else ""))
        elif line and not line.startswith("#") and not pages:
            return ()
    return tuple(pages.items())


def _xml_sitemap(root: _Element, url: str) -> Sitemap:
    """Return what an XML sitemap lists. It may be both: `url` in an index leads to a page, `sitemap` never does."""
    sitemaps: dict[str, None] = {}
    pages: dict[str, datetime | None] = {}
    for entry in _entries(root, url):
        for each in entry.urls or entry.other_urls[:1]:
            if entry.is_sitemap:
                sitemaps.setdefault(each)
            else:
                pages.setdefault(each, entry.changed or entry.published)
    return Sitemap(sitemaps=tuple(sitemaps), pages=tuple(pages.items()))


def _entries(root: _Element, url: str) -> list[_Entry]:
    """Return the entries of a sitemap, in its order.

    Each value belongs to the entry that began last, so an entry without a closing tag spoils no other.
    """
    entries: list[_Entry] = []
    entry: _Entry | None = None
    root_space = namespace(root[0])
    in_loc: set[_Element] = set()
    for element in root.iter("*"):
        name = local_name(element)
        parent = element.getparent()
        if parent in in_loc:
            # A `url` inside `loc` is no entry, but a part of the value.
            in_loc.add(element)
        elif name in _ROOTS:
            entry = None
        elif name in ("url", "sitemap") and namespace(element) in (root_space, ""):
            entry = _Entry(is_sitemap=name == "sitemap", space=namespace(element))
            entries.append(entry)
            if is_web(text := (element.text or "").strip()):
                _add_url(entry.other_urls, text, url)
        elif name == "loc" and (entry is None or parent is None or local_name(parent) in ("url", "sitemap", *_ROOTS)):
            if entry is None:
                is_sitemap = parent is not None and local_name(parent) == "sitemapindex"
                entry = _Entry(is_sitemap=is_sitemap, space=namespace(parent) if parent is not None else "")
                entries.append(entry)
            in_loc.add(element)
            space = namespace(element)
            if space == entry.space:
                _add_url(entry.urls, value_of(element), url)
            elif _OWN_NAMESPACE.search(space):
                _add_url(entry.other_urls, value_of(element), url)
        elif entry is not None and name == "lastmod":
            entry.changed = entry.changed or _date(element.text or "")
        elif entry is not None and name == "publication_date" and "news" in namespace(element).lower():
            entry.published = entry.published or _date(element.text or "")
    return entries


def _add_url(urls: list[str], text: str, base: str) -> None:
    if text.strip() and (url := stated_url(text, base)) is not None:
        urls.append(url)


def _date(text: str) -> datetime | None:
    """Return the time of a W3C date, of which the day and the month may be missing.

    >>> [_date(text).isoformat()[:10] for text in ("2024", "2024-08", "2024-08-22")]
    ['2024-01-01', '2024-08-01', '2024-08-22']
    """
    text = collapse_spaces(text)
    return parse_stated(f"{text}-01-01"[:10] if _YEAR_OR_MONTH.match(text) else text)


def _unpacked(body: bytes, url: str) -> bytes:
    """Return what a gzipped sitemap holds, its parts one after the other; each must have its end and its checksum."""
    text = bytearray()
    at = 0
    while body.startswith(_GZIP, at):
        unpacker = zlib.decompressobj(wbits=31)
        while not unpacker.eof:
            piece = body[at : at + _PIECE]
            if not piece:
                raise SitemapError(url, "cut short: the gzip stream has no end")
            at += len(piece)
            try:
                text += unpacker.decompress(piece, LARGEST - len(text) + 1)
            except zlib.error as error:
                raise SitemapError(url, f"broken gzip: {error}") from error
            if len(text) > LARGEST:
                raise SitemapError(url, f"more than {LARGEST} bytes after decompression")
        at -= len(unpacker.unused_data)
        zeros = _ZEROS.match(body, at)
        at = zeros.end() if zeros else at
    return bytes(text)
