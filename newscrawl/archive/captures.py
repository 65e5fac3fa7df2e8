"""The pages of a run as they came: WARC files, written hidden, one gzip member a record, committed by a rename.

A capture is durable before the line that names it: whoever commits lines commits the captures first.
"""

import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from newscrawl.archive.cdxj import Row, cdxj_path, write_rows
from newscrawl.archive.exchange import ASKED, FOUND_ON, Exchange, hex_digest, mime_of, stored_head, warc_digest
from newscrawl.archive.part_file import PartFile
from newscrawl.items import Capture

logger = logging.getLogger(__name__)

PAGES = "pages"
"""The folder of an edition's WARC files."""
WARC_VERSION = "1.1"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_PACKED, _PLAIN = 0, 1
"""Levels of compression: what came compressed is stored as it is, what did not is compressed quickly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A page that is kept already."""

    url: str
    when: str
    """The `WARC-Date` of its record."""
    capture: Capture


class _RawHead(StatusAndHeaders):  # type: ignore[misc]
    """Headers that warcio writes byte for byte."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("as it came", [])
        self.headers_buff = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Leave the bytes as they are."""


class _Member:
    """One gzip member, in memory: no larger than the page in it."""

    def __init__(self, level: int) -> None:
        self.packer = zlib.compressobj(level, zlib.DEFLATED, 31)
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.parts.append(self.packer.compress(data))

    def flush(self) -> None:
        """Do nothing: the member ends when it is taken."""

    def bytes(self) -> bytes:
        return b"".join((*self.parts, self.packer.flush()))


class _Writer(WARCWriter):  # type: ignore[misc]
    """Makes records; each digest is a SHA-256."""

    def __init__(self) -> None:
        super().__init__(None, gzip=False, warc_version=WARC_VERSION)

    def _create_digester(self) -> Digester:
        return Digester("sha256")

    def member(self, record: Any, level: int = _PLAIN) -> bytes:
        """Return a record as one gzip member."""
        member = _Member(level)
        self._write_warc_record(member, record)
        return member.bytes()


@dataclass(slots=True)
class _Open:
    """The file that is being written."""

    part: PartFile
    rows: list[Row] = field(default_factory=list)
    originals: dict[str, Original] = field(default_factory=dict)
    """The pages in it by their SHA-256, hex."""


class Captures:
    """The WARC files of one run: `pages/<run>-00001.warc.gz`, a next one when one is committed or has its size."""

    def __init__(
        self, folder: Path, run: str, info: Mapping[str, str], *, largest: int = 1 << 30, sync_seconds: float = 0.0
    ) -> None:
        """Write into an edition's folder; `info` is the text of each `warcinfo` record.

        A file that has `largest` bytes is committed.
        """
        self.folder = folder / PAGES
        self.run = run
        self.info = info
        self.largest = largest
        self.sync_seconds = sync_seconds
        self.number = 0
        self.writer = _Writer()
        self.open: _Open | None = None
        self.committed: list[tuple[Path, str, list[Row]]] = []
        """Files that are committed and not yet taken by the archive: path, SHA-256 (hex), rows of the index."""
        self.error: OSError | None = None
        """Why nothing more can be written."""

    def add(self, exchange: Exchange, original: Original | None = None) -> Capture:
        """Write an exchange, and return where its page lies; raises `OSError`, and takes nothing more then.

        With an `original` that has the same page, or that a 304 confirms, a `revisit` is written in the page's place.
        """
        if self.error is not None:
            raise self.error
        try:
            return self._add(exchange, original)
        except OSError as error:
            self.error = error
            raise

    def _add(self, exchange: Exchange, original: Original | None) -> Capture:
        opened = self.open = self.open or self._new_file()
        original = original or opened.originals.get(exchange.digest)
        when = f"{exchange.when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        is_revisit = original is not None or exchange.status == 304
        response = self._revisit(exchange, when, original) if is_revisit else self._response(exchange, when)
        headers = response.rec_headers
        request = self.writer.create_warc_record(
            exchange.url,
            "request",
            payload=BytesIO(),
            length=0,
            http_headers=_RawHead(exchange.request),
            warc_headers_dict={"WARC-Date": when, "WARC-Concurrent-To": headers.get_header("WARC-Record-ID")},
        )
        is_packed = b"\ncontent-encoding:" in exchange.head.lower()
        page = self.writer.member(response, _PACKED if is_packed else _PLAIN)
        offset = opened.part.size
        opened.part.write(page + self.writer.member(request))
        digest = headers.get_header("WARC-Payload-Digest") or ""
        capture = Capture(file=f"{PAGES}/{opened.part.path.name}", offset=offset, digest=hex_digest(digest))
        if not is_revisit and exchange.digest:
            opened.originals[exchange.digest] = Original(url=exchange.url, when=when, capture=capture)
        opened.rows.append(
            Row(
                url=exchange.url,
                when=when,
                status=exchange.status,
                mime="warc/revisit" if is_revisit else mime_of(exchange.head),
                digest=digest,
                length=len(page),
                offset=offset,
                file=opened.part.path.name,
            )
        )
        if opened.part.size >= self.largest:
            self.commit()
        return original.capture if original is not None else capture

    def _response(self, exchange: Exchange, when: str) -> Any:
        headers = self._headers(exchange, when)
        if exchange.digest:
            headers["WARC-Payload-Digest"] = warc_digest(exchange.digest)
        if exchange.is_cut_off:
            headers["WARC-Truncated"] = "disconnect"
        return self.writer.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=_RawHead(stored_head(exchange.head)),
            warc_headers_dict=headers,
        )

    def _revisit(self, exchange: Exchange, when: str, original: Original | None) -> Any:
        headers = self._headers(exchange, when)
        headers["WARC-Profile"] = _NOT_MODIFIED if exchange.status == 304 else self.writer.REVISIT_PROFILE_1_1
        if original is not None:
            headers["WARC-Refers-To-Target-URI"] = original.url
            headers["WARC-Refers-To-Date"] = original.when
            headers["WARC-Payload-Digest"] = warc_digest(original.capture.digest)
        return self.writer.create_warc_record(
            exchange.url,
            "revisit",
            http_headers=_RawHead(stored_head(exchange.head)),
            warc_headers_dict=headers,
        )

    def _headers(self, exchange: Exchange, when: str) -> dict[str, str]:
        found = {
            "WARC-Date": when,
            "WARC-IP-Address": exchange.ip,
            FOUND_ON: exchange.found_on,
            ASKED: " ".join(exchange.asked),
        }
        return {name: value for name, value in found.items() if value}

    def _new_file(self) -> _Open:
        while True:
            self.number += 1
            path = self.folder / f"{self.run}-{self.number:05d}.warc.gz"
            try:
                part = PartFile(path, self.sync_seconds)
            except FileExistsError as error:
                if Path(error.filename).parent != self.folder:
                    raise  # what has the folder's name is no folder
                logger.warning("The file exists already: %s; the next one is taken", path)
                continue
            break
        part.write(self.writer.member(self.writer.create_warcinfo_record(path.name, dict(self.info))))
        return _Open(part)

    def sync(self) -> None:
        """Sync what was written so far to the disk; raises `OSError`."""
        if self.open is not None:
            self.open.part.sync()
            if self.open.part.error is not None:
                raise self.open.part.error

    def commit(self) -> None:
        """Commit the file that is open, and its index; raises `OSError`."""
        if self.open is None:
            return
        opened, self.open = self.open, None
        try:
            opened.part.commit()
            path = opened.part.path
            write_rows(cdxj_path(path), opened.rows)
        except OSError as error:
            self.error = error
            raise
        self.committed.append((path, opened.part.digest.hexdigest(), opened.rows))
        logger.info("Committed %s: %s pages", path, len(opened.rows))
