"""The pages of a run as they came: WARC files, written hidden, one gzip member a record, committed by a rename.

A capture is durable before the line that names it: whoever commits lines commits the captures first.
"""

import hashlib
import logging
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from newscrawl.archive.cdxj import Row, cdxj_path, write_rows
from newscrawl.archive.exchange import ASKED, FOUND_ON, Exchange, mime_of, payload_digest, stored_head, warc_digest
from newscrawl.archive.part_file import PartFile
from newscrawl.items import Capture

logger = logging.getLogger(__name__)

PAGES = "pages"
"""The folder of an edition's WARC files."""
WARC_VERSION = "WARC/1.1"
_TYPES = {
    "warcinfo": "application/warc-fields",
    "request": "application/http; msgtype=request",
    **dict.fromkeys(("response", "revisit"), "application/http; msgtype=response"),
}
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NOTHING = warc_digest(payload_digest(b""))
"""The digest of a payload that has no bytes."""
_PACKED, _PLAIN = 0, 1
"""Levels of compression: what came compressed is stored as it is, what did not is compressed quickly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A page that is kept already."""

    url: str
    when: str
    """The `WARC-Date` of its record."""
    capture: Capture


def _member(kind: str, headers: Mapping[str, str], head: bytes, body: bytes = b"", *, level: int = _PLAIN) -> bytes:
    """Return a record as one gzip member: its headers, completed by what depends on the block, and head and body."""
    # warcio's writer would give the same bytes; it looks each header up in a list again and again, which takes as
    # long as all the rest.
    block = hashlib.sha256(head)
    block.update(body)
    stated = {
        "WARC-Type": kind,
        **headers,
        "WARC-Block-Digest": warc_digest(block.hexdigest()),
        "Content-Type": _TYPES[kind],
        "Content-Length": str(len(head) + len(body)),
    }
    start = StatusAndHeaders("", list(stated.items()), protocol=WARC_VERSION).to_bytes(encoding="utf-8")
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return b"".join(packer.compress(part) for part in (start + head, body, b"\r\n\r\n")) + packer.flush()


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
        headers = self._revisit(exchange, when, original) if is_revisit else self._response(exchange, when)
        page = _member(
            "revisit" if is_revisit else "response",
            headers,
            stored_head(exchange.head),
            b"" if is_revisit else exchange.body,
            level=_PACKED if b"\ncontent-encoding:" in exchange.head.lower() else _PLAIN,
        )
        request = {
            "WARC-Record-ID": StatusAndHeadersParser.make_warc_id(),
            "WARC-Target-URI": exchange.url,
            "WARC-Date": when,
            "WARC-Concurrent-To": headers["WARC-Record-ID"],
        }
        offset = opened.part.size
        opened.part.write(page + _member("request", request, exchange.request))
        digest = headers.get("WARC-Payload-Digest", "")
        found = original.capture.digest if original is not None else exchange.digest
        capture = Capture(file=f"{PAGES}/{opened.part.path.name}", offset=offset, digest=found)
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

    def _response(self, exchange: Exchange, when: str) -> dict[str, str]:
        headers = self._headers(exchange, when)
        headers["WARC-Payload-Digest"] = warc_digest(exchange.digest) if exchange.digest else _NOTHING
        if exchange.is_cut_off:
            headers["WARC-Truncated"] = "disconnect"
        return headers

    def _revisit(self, exchange: Exchange, when: str, original: Original | None) -> dict[str, str]:
        headers = self._headers(exchange, when)
        headers["WARC-Profile"] = _NOT_MODIFIED if exchange.status == 304 else _SAME
        if original is not None:
            headers["WARC-Refers-To-Target-URI"] = original.url
            headers["WARC-Refers-To-Date"] = original.when
            headers["WARC-Payload-Digest"] = warc_digest(original.capture.digest)
        return headers

    def _headers(self, exchange: Exchange, when: str) -> dict[str, str]:
        found = {
            "WARC-Record-ID": StatusAndHeadersParser.make_warc_id(),
            "WARC-Target-URI": exchange.url,
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
        headers = {
            "WARC-Record-ID": StatusAndHeadersParser.make_warc_id(),
            "WARC-Date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "WARC-Filename": path.name,
        }
        info = "".join(f"{name}: {value}\r\n" for name, value in self.info.items() if value)
        part.write(_member("warcinfo", headers, info.encode()))
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
