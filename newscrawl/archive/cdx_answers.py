"""What the index of a web archive answers: captures, and the way to the next answer. CDX as the Wayback Machine has it
(rows of JSON with a resumption key), and as Common Crawl has it (one JSON object a line).
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newscrawl.errors import ArchiveIndexError

WAYBACK_FIELDS = ("timestamp", "original", "digest")
COMMONCRAWL_FIELDS = ("timestamp", "url", "digest", "mime", "filename", "offset", "length")
NO_CAPTURES = b"No Captures found"
"""What a server of Common Crawl's kind says, with status 404, of a URL that it does not have."""
_TIMESTAMP = re.compile(r"\d{14}", re.ASCII)
_HTML = frozenset(("text/html", "application/xhtml+xml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedCapture:
    """One capture of a page, as an index names it."""

    url: str
    """The page's own URL."""
    timestamp: str
    """When it was captured, UTC: `20240822132800`."""
    digest: str
    file: str = ""
    """The WARC file that has it; "" where the archive replays it by URL and time."""
    offset: int = 0
    length: int = 0
    """Bytes of its record in that file."""

    @property
    def when(self) -> datetime:
        """When it was captured, UTC."""
        return time_of(self.timestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexAnswer:
    """The captures that one answer names."""

    captures: Sequence[IndexedCapture]
    resume_key: str = ""
    """The key with which the next answer is asked for; "" after the last one."""
    odd: int = 0
    """Rows that could not be read."""


def time_of(timestamp: str) -> datetime:
    """Return the time of a timestamp of 14 digits; raises `ValueError` for any other text.

    >>> time_of("20240822132800").isoformat()
    '2024-08-22T13:28:00+00:00'
    """
    if not _TIMESTAMP.fullmatch(timestamp):
        raise ValueError(f"no timestamp: {timestamp[:40]!r}")
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def wayback_answer(body: bytes) -> IndexAnswer:
    """Return what an answer of the Wayback Machine names; raises `ArchiveIndexError` for one that is none.

    An empty row and the resumption key follow the captures, unless it is the last answer.

    >>> rows = b'["timestamp","original","digest"], ["20190801000000","http://x.net/a","AB"], [], ["k 1"]'
    >>> answer = wayback_answer(b"[%s]" % rows)
    >>> answer.captures[0].url, answer.resume_key
    ('http://x.net/a', 'k 1')
    >>> wayback_answer(b"[]").captures
    []
    """
    if not body.strip():
        # An index without captures is an empty list. Some clients are given nothing at all, with status 200.
        raise ArchiveIndexError("it is empty")
    rows = _json(body)
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ArchiveIndexError("it is no list of rows")
    key = ""
    if [] in rows:
        end = rows.index([])
        last = rows[end + 1 :]
        if len(last) != 1 or len(last[0]) != 1 or not isinstance(last[0][0], str):
            raise ArchiveIndexError("no resumption key follows its empty row")
        key, rows = last[0][0], rows[:end]
    if rows and tuple(rows[0]) != WAYBACK_FIELDS:
        raise ArchiveIndexError("its first row does not name the fields that were asked for")
    found, odd = [], 0
    for row in rows[1:]:
        capture = _capture(dict(zip(WAYBACK_FIELDS, row, strict=False)), "original")
        if capture is None:
            odd += 1
        else:
            found.append(capture)
    return IndexAnswer(captures=found, resume_key=key, odd=odd)


def commoncrawl_answer(body: bytes) -> IndexAnswer:
    """Return what an answer of Common Crawl names of HTML; raises `ArchiveIndexError` for one that is none.

    >>> line = (b'{"timestamp": "20190801000000", "url": "http://x.net/a", "mime": "text/html", "digest": "AB",'
    ...         b' "filename": "crawl-data/a.warc.gz", "offset": "10", "length": "20"}')
    >>> commoncrawl_answer(line).captures[0].offset
    10
    >>> commoncrawl_answer(b"<html>")
    Traceback (most recent call last):
    ...
    newscrawl.errors.ArchiveIndexError: it is no JSON
    """
    found, odd = [], 0
    for line in body.splitlines():
        if not line.strip():
            continue
        row = _json(line)
        if not isinstance(row, dict) or (capture := _capture(row, "url", in_file=True)) is None:
            odd += 1
        elif row.get("mime") in _HTML:
            found.append(capture)
    return IndexAnswer(captures=found, odd=odd)


def crawls_of(body: bytes) -> list[tuple[str, str]]:
    """Return (name, URL of the index) of the crawls that a catalogue names, the oldest first.

    The catalogue has the newest first. Raises `ArchiveIndexError` for anything else.

    >>> crawls_of(b'[{"id": "CC-MAIN-2024-10", "cdx-api": "https://x/24"}, {"id": "CC-MAIN-2013-20", "cdx-api": "https://x/13"}]')
    [('CC-MAIN-2013-20', 'https://x/13'), ('CC-MAIN-2024-10', 'https://x/24')]
    """
    rows = _json(body)
    if not isinstance(rows, list):
        raise ArchiveIndexError("it is no list of crawls")
    found = []
    for row in rows:
        name, api = (row.get("id"), row.get("cdx-api")) if isinstance(row, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(api, str):
            raise ArchiveIndexError("a crawl has no name or no index")
        found.append((name, api))
    found.reverse()
    return sorted(found, key=lambda crawl: [int(number) for number in re.findall(r"\d{1,9}", crawl[0])])


def number_of_pages(body: bytes) -> int:
    """Return how many answers an index of Common Crawl has for a URL; raises `ArchiveIndexError`.

    >>> number_of_pages(b'{"pages": 3, "pageSize": 1, "blocks": 3}')
    3
    """
    row = _json(body)
    pages = row.get("pages") if isinstance(row, dict) else row
    if not isinstance(pages, int) or isinstance(pages, bool) or pages < 0:
        raise ArchiveIndexError("it does not say how many pages it has")
    return pages


def in_order(
    captures: Sequence[IndexedCapture], article_of: Callable[[str], str | None]
) -> Iterator[tuple[str, IndexedCapture]]:
    """Yield (article, capture): the captures of an article together, the earliest first, each content in a row once.

    `article_of` returns the one URL of the article that a URL leads to, None for a page that is no article. An index
    has the spellings of one URL (with a query, say) as several, each with its own captures.

    >>> given = (("a", 19, "A"), ("a", 20, "A"), ("b", 18, "B"), ("a?x", 18, "C"), ("", 17, "D"))
    >>> rows = [IndexedCapture(url=url, timestamp=f"20{year}0101000000", digest=digest) for url, year, digest in given]
    >>> [(article, capture.timestamp[:4]) for article, capture in in_order(rows, lambda url: url[:1] or None)]
    [('a', '2018'), ('a', '2019'), ('b', '2018')]
    """
    groups: dict[str, list[IndexedCapture]] = {}
    for capture in captures:
        if (article := article_of(capture.url)) is not None:
            groups.setdefault(article, []).append(capture)
    for article, group in groups.items():
        before = None
        for capture in sorted(group, key=lambda each: each.timestamp):
            if capture.digest != before:
                yield article, capture
            before = capture.digest


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ArchiveIndexError("it is no JSON") from None


def _capture(row: dict[str, Any], url: str, *, in_file: bool = False) -> IndexedCapture | None:
    """Return the capture of a row, None for a row that lacks what is needed."""
    texts = [row.get(name) for name in (url, "timestamp", "digest")]
    if not all(isinstance(text, str) and text for text in texts):
        return None
    try:
        time_of(texts[1])  # type: ignore[arg-type]
        offset, length = (int(row["offset"]), int(row["length"])) if in_file else (0, 0)
    except (ValueError, KeyError, TypeError):
        return None
    file = row.get("filename") if in_file else ""
    if not isinstance(file, str) or (in_file and (not file or offset < 0 or length <= 0)):
        return None
    return IndexedCapture(
        url=str(texts[0]), timestamp=str(texts[1]), digest=str(texts[2]), file=file, offset=offset, length=length
    )
