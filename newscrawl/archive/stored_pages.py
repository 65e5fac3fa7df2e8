"""Pages out of WARC and ARC files of any crawler, in the order in which they were captured."""

import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newscrawl.archive.captures import PAGES
from newscrawl.archive.exchange import ASKED, FOUND_ON, payload_digest
from newscrawl.archive.files import open_plain
from newscrawl.archive.older_captures import PackedPage, body_of, packed_page, replayed
from newscrawl.archive.run_state import unnamed_database
from newscrawl.archive.warc_files import PAGE_RECORDS
from newscrawl.errors import CaptureError
from newscrawl.items import Capture
from newscrawl.unpacking import GZIP

DAMAGES = (ArchiveLoadFailed, zlib.error, EOFError, ValueError)
"""What is raised where a file is damaged."""
HTML_TYPES = frozenset(("text/html", "application/xhtml+xml", ""))
"""Types of answers that may be a page of an article; "" is none stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A page as an archive has it."""

    url: str
    when: datetime
    """When it was captured, UTC."""
    headers: Sequence[tuple[str, str]]
    """Of its answer, in order."""
    body: bytes
    """As it came, compressed if the headers say so; no longer in chunks."""
    capture: Capture
    found_on: str | None
    asked: tuple[str, ...]


class WarcSource:
    """A file of records, or what standard input holds of them."""

    def __init__(self, name: str, folder: Path) -> None:
        """Open a file, or, for "-", put standard input into a file without a name. Raises `OSError`."""
        self.name = name
        self.file: IO[bytes]
        if name == "-":
            self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with this object
            shutil.copyfileobj(sys.stdin.buffer, self.file)
            self.stated = "-"
        else:
            path = Path(name)
            self.file = open_plain(path)
            self.stated = f"{PAGES}/{path.name}" if path.parent.name == PAGES else path.name

    def records(self) -> Iterator[tuple[Any, int]]:
        """Yield each record and its offset; raises `ArchiveLoadFailed`, `zlib.error` or `EOFError` at damage."""
        self.file.seek(0)
        start = self.file.read(1024)
        if start.startswith(GZIP):
            start = zlib.decompressobj(wbits=31).decompress(start, 16)
        if start and not start.startswith((b"WARC/", b"filedesc:")):
            raise ArchiveLoadFailed("it is no WARC or ARC file")
        self.file.seek(0)
        iterator = ArchiveIterator(self.file, arc2warc=True)
        for record in iterator:
            yield record, iterator.offset

    def at(self, offset: int) -> Any:
        """Return the record at an offset; raises one of `DAMAGES`."""
        self.file.seek(offset)
        for record in ArchiveIterator(self.file, arc2warc=True):
            return record
        raise ArchiveLoadFailed(f"there is no record at byte {offset}")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class StoredPages:
    """The pages in some files, by the time of their capture; what is passed over is counted under a name."""

    def __init__(
        self, sources: Sequence[WarcSource], folder: Path, count: Callable[[str], None], *, largest: int = 0
    ) -> None:
        """Keep the order in a file without a name in a folder; `largest` bounds a page, in bytes.

        Raises `OutputError` when the file cannot be made.
        """
        self.sources = sources
        self.count = count
        self.largest = largest
        self.damages: list[str] = []
        self.database = unnamed_database(
            folder,
            "CREATE TABLE places (time TEXT, source INTEGER, offset INTEGER)",
            "CREATE TABLE payloads (digest TEXT PRIMARY KEY, source INTEGER, offset INTEGER) WITHOUT ROWID",
        )

    def learn(self, is_wanted: Callable[[str], bool]) -> Iterator[None]:
        """Go through all files, and note where the pages with wanted URLs are; yields now and then.

        A file is read up to where it is damaged; that is named in `damages`.
        """
        for number, source in enumerate(self.sources):
            try:
                for position, (record, offset) in enumerate(source.records()):
                    self._note(record, number, offset, is_wanted)
                    if position % 100 == 0:
                        yield
            except DAMAGES as error:
                self.count("damaged")
                reason = " ".join(str(error).split())
                advice = "; run warcio recompress" if "single gzip file" in reason else ""
                self.damages.append(f"{source.name}: the rest cannot be read{advice}: {reason[:200]}")

    def _note(self, record: Any, source: int, offset: int, is_wanted: Callable[[str], bool]) -> None:
        headers = record.rec_headers
        if record.rec_type not in PAGE_RECORDS:
            return
        url = (headers.get_header("WARC-Target-URI") or "").strip("<> ")
        time = headers.get_header("WARC-Date") or ""
        try:
            packed = _packed(record, self.largest)
        except CaptureError as error:
            self.count(error.name)
            return
        if packed is not None:
            url, time = packed.url, packed.when.isoformat()
        elif (replay := replayed(url)) is not None:
            # The page of another archive: what counts is when that one has captured it.
            url, time = replay[0], replay[1].isoformat()
        if reason := why_passed_over(record, url, is_wanted, packed):
            self.count(reason)
            return
        digest = headers.get_header("WARC-Payload-Digest") or ""
        if record.rec_type != "revisit" and digest:
            self.database.execute("INSERT OR IGNORE INTO payloads VALUES (?, ?, ?)", (digest, source, offset))
        self.database.execute("INSERT INTO places VALUES (?, ?, ?)", (time, source, offset))

    @property
    def total(self) -> int:
        """How many pages are noted."""
        return int(self.database.execute("SELECT count(*) FROM places").fetchone()[0])

    def __iter__(self) -> Iterator[StoredPage]:
        """Yield the pages, the oldest capture first."""
        rows = self.database.execute("SELECT time, source, offset FROM places ORDER BY time, source, offset")
        for time, source, offset in rows:
            try:
                page = self._page(time, source, offset)
            except DAMAGES as error:
                # It was whole a moment ago.
                self.count("damaged")
                self.damages.append(f"{self.sources[source].name}: byte {offset}: {error}")
                continue
            if page is not None:
                yield page

    def _page(self, time: str, source: int, offset: int) -> StoredPage | None:
        record = self.sources[source].at(offset)
        place = None
        if record.rec_type == "revisit":
            digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
            place = self.database.execute("SELECT source, offset FROM payloads WHERE digest = ?", (digest,)).fetchone()
            if place is None:
                self.count("page_elsewhere")
                return None
        if _time(time) is None:
            self.count("no_time")
            return None
        kept = (self.sources[place[0]], place[1]) if place is not None else None
        page = stored_page(self.sources[source], offset, self.largest, kept)
        if page is None:
            self.count("too_large")
        return page

    def close(self) -> None:
        """Close all files."""
        self.database.close()
        for source in self.sources:
            source.close()


def stored_page(
    source: WarcSource, offset: int, largest: int = 0, kept: tuple[WarcSource, int] | None = None
) -> StoredPage | None:
    """Return the page of the record at an offset, or None for one without a time or with more than `largest` bytes.

    Raises one of `DAMAGES`. `kept` says where the bytes of a revisit are.
    """
    record = source.at(offset)
    headers, http = record.rec_headers, record.http_headers
    url = (headers.get_header("WARC-Target-URI") or "").strip("<> ")
    when = _time(headers.get_header("WARC-Date") or "")
    if (replay := replayed(url)) is not None:
        url, when = replay
    found_on, asked = headers.get_header(FOUND_ON), headers.get_header(ASKED) or ""
    if kept is not None:
        source, offset = kept
        record = source.at(offset)
        http = http if http is not None else record.http_headers
    body = body_of(record, largest)
    if body is None or when is None:
        return None
    capture = Capture(file=source.stated, offset=offset, digest=payload_digest(body))
    page_headers: Sequence[tuple[str, str]] = tuple(http.headers) if http is not None else ()
    if _is_part(http):
        packed = packed_page(body, largest)
        url, when, page_headers, body = packed.url, packed.when, packed.headers, packed.body
    # A redirect from one capture of a page to another one leads to the same page.
    led = (own for each in asked.split() if (own := (replayed(each) or (each,))[0]) != url)
    return StoredPage(
        url=url, when=when, headers=page_headers, body=body, capture=capture, found_on=found_on, asked=tuple(led)
    )


def _time(stamp: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC).replace(microsecond=0)
    except ValueError:
        return None


def _is_part(http: Any) -> bool:
    """Return whether an answer is a part of a file: the record of another archive's WARC file, as it was asked for."""
    return http is not None and http.get_statuscode() == "206"


def _packed(record: Any, largest: int) -> PackedPage | None:
    """Return the page in a part of another archive's file, None for any other answer; raises `CaptureError`."""
    if not _is_part(record.http_headers):
        return None
    if record.rec_type == "revisit":
        raise CaptureError("repeated", "the part is kept already")
    member = body_of(record, largest)
    if member is None:
        raise CaptureError("too_large", "the part is larger than a page")
    return packed_page(member, largest) if member.startswith(GZIP) else None


def why_passed_over(record: Any, url: str, is_wanted: Callable[[str], bool], packed: PackedPage | None = None) -> str:
    """Return under which name a record is counted that is no page of an article, or "" for one that may be."""
    if not is_wanted(url):
        return "other_url"
    http, headers = record.http_headers, record.rec_headers
    if packed is not None:
        stated = next((value for name, value in packed.headers if name.lower() == "content-type"), "")
        return "" if _is_html(stated) else "not_html"
    status = http.get_statuscode() if http is not None else "200"
    if status != "200":
        return "not_modified" if status == "304" else "status"
    stated = (http if http is not None else headers).get_header("Content-Type") or ""
    return "" if _is_html(stated) else "not_html"


def _is_html(stated: str) -> bool:
    return stated.partition(";")[0].strip().lower() in HTML_TYPES
