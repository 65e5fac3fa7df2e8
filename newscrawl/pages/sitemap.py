"""A sitemap or an index of sitemaps in, URLs out, one after the other: a sitemap may list millions of them."""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from newscrawl.errors import PageError
from newscrawl.pages.encoding import charset_of
from newscrawl.pages.feed import FEED_ROOTS, entries_of
from newscrawl.pages.sitemap_xml import NotSitemapError, xml_entries
from newscrawl.pages.times import parse_stated
from newscrawl.pages.xml import XmlError, parse_xml, stated_url, xml_text
from newscrawl.text import collapse_spaces, decoded_again, is_encoded_twice
from newscrawl.unpacking import GZIP, NoEndError, gzip_stream, pieces_of, unpack_parts
from newscrawl.urls import LITTER

LARGEST = 50 * 1024 * 1024
"""Bytes of a sitemap after decompression: the standard's limit."""
LARGEST_FEED = 10 * 1024 * 1024
"""Bytes of a feed in the place of a sitemap: it is read as a whole."""
LONGEST_LINE = 10_000
# A sitemap may be packed by its maker and again by its server.
_PACKINGS = 3
# A line of a sitemap that is a text. Some makers write the time of the last change behind the URL.
_URL_LINE = re.compile(r"(?i)https?://[^\s<>]+", re.ASCII)
_TIME_BEHIND = re.compile(r"(?i)(?<=[\s,;])[\d:TZ+.-]{4,35}$", re.ASCII)
_LONGEST_TIME = 36
# The forms of a W3C date that have no day.
_YEAR_OR_MONTH = re.compile(r"\d{4}(?:-\d{2})?$", re.ASCII)


class SitemapError(PageError):
    """Raised by `parse_sitemap` and `read_sitemap` for a response that is not a sitemap."""

    name = "sitemap"


class Listed(NamedTuple):
    """One URL that a sitemap lists."""

    url: str
    is_sitemap: bool
    """Whether it is that of a further sitemap."""
    changed: datetime | None
    """Time of the last change of a page, or else of its publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The URLs that a sitemap lists, in its order, each once."""

    sitemaps: tuple[str, ...] = ()
    """URLs of further sitemaps, when it is an index."""
    pages: tuple[tuple[str, datetime | None], ...] = ()
    """(URL, time of the last change, or else of publication, or None) of each page."""


def parse_sitemap(body: bytes, url: str, most: int | None = None) -> Sitemap:
    """Return what a sitemap lists: all, or the first `most`. `body` may be gzipped; `url` is the sitemap's URL.

    Sitemaps are XML, or a text with one URL a line, or RSS or Atom. Raises `SitemapError` for anything else, and for
    one that is cut short.

    >>> parse_sitemap(b"<urlset><url><loc> https://x.net/a </loc></url></urlset>", "https://x.net/sitemap.xml").pages
    (('https://x.net/a', None),)
    """
    sitemaps: dict[str, None] = {}
    pages: dict[str, datetime | None] = {}
    for listed in islice(read_sitemap(body, url), most):
        if listed.is_sitemap:
            sitemaps.setdefault(listed.url)
        else:
            pages.setdefault(listed.url, listed.changed)
    return Sitemap(sitemaps=tuple(sitemaps), pages=tuple(pages.items()))


def read_sitemap(body: bytes, url: str) -> Iterator[Listed]:
    """Yield what a sitemap lists, as `parse_sitemap` reads it, in its order; a URL may come twice.

    The sitemap is never held unpacked, nor is what it lists. One that is cut short in its compressed form raises
    before it yields anything, other ones at the place that shows it.
    """
    charset, is_mangled = _charset(body, url)
    texts = _texts(body, url, charset, is_mangled=is_mangled)
    head = next(texts, "")
    texts = chain((head,), texts)
    if not head.startswith("<") and _begins_with_url(head):
        yield from _listed_lines(texts)
        return
    try:
        for entry in xml_entries(texts, FEED_ROOTS):
            times = (_date(text) for text in (*entry.changed, *entry.published))
            changed = next((time for time in times if time is not None), None)
            for stated in entry.urls or entry.other_urls[:1]:
                if (found := stated_url(stated, url)) is not None:
                    yield Listed(found, entry.is_sitemap, changed)
    except NotSitemapError as error:
        if error.root not in FEED_ROOTS:
            raise SitemapError(url, str(error)) from error
        yield from _feed(body, url)


def _feed(body: bytes, url: str) -> Iterator[Listed]:
    """Yield what an RSS or Atom feed lists."""
    unpacked = b"".join(_unpacked(body, url, LARGEST_FEED))
    try:
        root = parse_xml(xml_text(unpacked), url, FEED_ROOTS)
    except XmlError as error:
        raise SitemapError(url, error.reason) from error
    for entry in entries_of(root, url):
        yield Listed(entry.url, is_sitemap=False, changed=_date(entry.date))


def _begins_with_url(head: str) -> bool:
    """Return whether the first line of a text is a URL; blank lines and remarks do not count."""
    lines = (line.strip(LITTER) for line in head.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return _url_and_time(first) is not None


def _listed_lines(texts: Iterable[str]) -> Iterator[Listed]:
    """Yield what a text with one URL a line lists."""
    rest = ""
    for text in texts:
        *lines, rest = f"{rest}{text}".splitlines(keepends=True) or [""]
        if rest.endswith(("\n", "\r")):
            lines, rest = [*lines, rest], ""
        for line in lines:
            yield from _listed_line(line)
        # The rest of a line that is none begins again in its middle, and is none either.
        rest = rest if len(rest) <= LONGEST_LINE else "#"
    yield from _listed_line(rest)


def _listed_line(line: str) -> Iterator[Listed]:
    if (found := _url_and_time(line)) is not None:
        yield Listed(found[0], is_sitemap=False, changed=_date(found[1]))


def _url_and_time(written: str) -> tuple[str, str] | None:
    """Return the URL of a line, and the time behind it, "" for none; None for a line that is no URL.

    >>> _url_and_time("https://x.net/a, 2024-08-22"), _url_and_time("https://x.net/a,2024"), _url_and_time("Closed")
    (('https://x.net/a', '2024-08-22'), ('https://x.net/a,2024', ''), None)
    """
    line = written.strip(LITTER)
    # Only the end is searched for a time. In a long line the pattern would try every place.
    time = _TIME_BEHIND.search(line, max(0, len(line) - _LONGEST_TIME))
    listed = line[: time.start()].rstrip(" \t,;") if time else line
    if time and not any(map(str.isspace, line[len(listed) : time.start()])):
        listed, time = line, None  # a comma is part of the URL
    return (listed, time[0] if time else "") if _URL_LINE.fullmatch(listed) else None


def _date(text: str) -> datetime | None:
    """Return the time of a W3C date, of which the day and the month may be missing.

    >>> [_date(text).isoformat()[:10] for text in ("2024", "2024-08", "2024-08-22")]
    ['2024-01-01', '2024-08-01', '2024-08-22']
    """
    text = collapse_spaces(text)
    if not text:
        return None
    return parse_stated(f"{text}-01-01"[:10] if _YEAR_OR_MONTH.match(text) else text)


# -- bytes and letters ------------------------------------------------------------------------------------------------


def _charset(body: bytes, url: str) -> tuple[str, bool]:
    """Return the charset of a sitemap, and whether its text was encoded twice; raises for a broken compression."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    head, is_mangled = None, False
    charset = ""
    for piece in _unpacked(body, url, LARGEST):
        if head is None:
            head = piece
            charset = charset_of(head[:4]) if charset_of(head[:4]) != "utf-8" else ""
        is_mangled = is_mangled or is_encoded_twice(piece)
        if not charset:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                # The first bytes that are no UTF-8 say what the others are, together with what is declared.
                charset = charset_of(head[:4096] + piece)
    return charset or "utf-8", is_mangled and not charset


def _texts(body: bytes, url: str, charset: str, *, is_mangled: bool) -> Iterator[str]:
    """Yield the text of a sitemap in pieces, without white space and marks at its start."""
    decoder = codecs.getincrementaldecoder(charset)("replace")
    is_start = True
    for piece in chain(_unpacked(body, url, LARGEST), (b"",)):
        text = decoder.decode(piece, final=not piece)
        if is_start:
            text = text.lstrip(LITTER)
        if text:
            is_start = False
            yield decoded_again(text) if is_mangled else text


def _unpacked(body: bytes, url: str, limit: int) -> Iterator[bytes]:
    """Yield what a sitemap holds, in pieces, after up to three decompressions, each of at most `limit` bytes."""
    pieces = pieces_of(body)
    for _ in range(_PACKINGS):
        head = b""
        while len(head) < len(GZIP) and (piece := next(pieces, b"")):
            head += piece
        pieces = chain((head,), pieces)
        if not head.startswith(GZIP):
            break
        pieces = _gunzipped(pieces, url, limit)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise SitemapError(url, f"more than {limit} bytes")
        if piece:
            yield piece


def _gunzipped(pieces: Iterator[bytes], url: str, limit: int) -> Iterator[bytes]:
    """Yield what a gzip file holds, its parts one after the other; each must have its end and its checksum."""
    size = 0
    try:
        for piece in unpack_parts(pieces, GZIP, gzip_stream):
            size += len(piece)
            if size > limit:
                raise SitemapError(url, f"more than {limit} bytes after decompression")
            yield piece
    except NoEndError as error:
        raise SitemapError(url, "cut short: the gzip stream has no end") from error
    except zlib.error as error:
        raise SitemapError(url, f"broken gzip: {error}") from error
