"""A capture of another archive as it comes over the wire: the page that it holds, its own URL, and its own time."""

import io
import re
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from newscrawl.archive.cdx_answers import time_of
from newscrawl.errors import CaptureError

MOST_HEADERS = 1 << 18
"""Bytes that the headers of a record may have beside its page."""
# `id_`: the page as the archive got it, without the archive's own additions.
_REPLAY = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?(\d{14})id_/(https?:/.*)", re.IGNORECASE | re.DOTALL)
_SCHEME = re.compile(r"^(https?):/+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """A page out of a record of a WARC file."""

    url: str
    when: datetime
    """When it was captured, UTC."""
    headers: Sequence[tuple[str, str]]
    body: bytes
    """As the record has it: compressed if the headers say so; no longer in chunks."""


def replay_url(root: str, timestamp: str, url: str) -> str:
    """Return the URL under which an archive replays a page as it got it.

    >>> replay_url("https://web.archive.org", "20190801000000", "http://x.net/a")
    'https://web.archive.org/web/20190801000000id_/http://x.net/a'
    """
    return f"{root}/web/{timestamp}id_/{url}"


def replayed(url: str) -> tuple[str, datetime] | None:
    """Return the URL and the time of the page that a URL replays, None for a URL that replays none.

    Some servers and clients make one slash of the two.

    >>> replayed("https://web.archive.org/web/20190801000000id_/http:/x.net/a?b")[0]
    'http://x.net/a?b'
    >>> replayed("http://127.0.0.1:8080/my/20190801000000id_/http://x.net/a")[1].isoformat()
    '2019-08-01T00:00:00+00:00'
    >>> replayed("https://web.archive.org/web/20190801000000/http://x.net/a") is None
    True
    """
    match = _REPLAY.fullmatch(url)
    if match is None:
        return None
    try:
        return _SCHEME.sub(r"\1://", match[2]), time_of(match[1])
    except ValueError:
        return None


def packed_page(member: bytes, largest: int = 0) -> PackedPage:
    """Return the page in one gzip member of a WARC file; raises `CaptureError` for anything else.

    `largest` bounds the page, in bytes; 0 is no bound.
    """
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(member, largest + MOST_HEADERS if largest else 0)
    except zlib.error as error:
        raise CaptureError("undecodable", f"it is no gzip member: {error}") from error
    if stream.unconsumed_tail:
        raise CaptureError("too_large", f"the record has more than {largest} bytes")
    if not stream.eof:
        raise CaptureError("truncated", "the record is cut off")
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(plain))), None)
        return _page_of(record, largest)
    except (ArchiveLoadFailed, EOFError, ValueError) as error:
        if isinstance(error, CaptureError):
            raise
        raise CaptureError("undecodable", f"it is no WARC record: {error}") from error


def _page_of(record: Any, largest: int) -> PackedPage:
    if record is None or record.rec_type != "response" or record.http_headers is None:
        raise CaptureError("undecodable", "the record holds no answer of a server")
    headers = record.rec_headers
    if headers.get_header("WARC-Truncated"):
        raise CaptureError("truncated", "the archive has only a part of the page")
    if (status := record.http_headers.get_statuscode()) != "200":
        raise CaptureError("http_status", f"the answer had the status {status}")
    body = body_of(record, largest)
    if body is None:
        raise CaptureError("too_large", f"the page has more than {largest} bytes")
    return PackedPage(
        url=(headers.get_header("WARC-Target-URI") or "").strip("<> "),
        when=datetime.fromisoformat(headers.get_header("WARC-Date") or "").astimezone(UTC).replace(microsecond=0),
        headers=tuple(record.http_headers.headers),
        body=body,
    )


def body_of(record: Any, largest: int) -> bytes | None:
    """Return the bytes of a page as its headers announce them, out of their chunks; None for too many."""
    stream = record.raw_stream
    http = record.http_headers
    if http is not None and "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
        stream = ChunkedDataReader(stream, decomp_type=None)
    body = io.BytesIO()
    with suppress(EOFError):
        while block := stream.read(1 << 16):
            body.write(block)
            if largest and body.tell() > largest:
                return None
    return body.getvalue()
