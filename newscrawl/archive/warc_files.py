"""WARC files as they lie on disk: what is whole of one that was torn, its rows, one record of it, its digests."""

import errno
import io
import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from newscrawl.archive.cdxj import Row, cdxj_path, read_rows
from newscrawl.archive.damage import Damage
from newscrawl.archive.exchange import hex_digest
from newscrawl.archive.files import open_plain

logger = logging.getLogger(__name__)

PAGE_RECORDS = ("response", "revisit", "resource")
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Whole:
    """What is whole of a WARC file."""

    size: int
    """Bytes up to the end of the last whole member."""
    offsets: frozenset[int]
    """Where its members begin."""


def whole_members(path: Path) -> Whole:
    """Return which gzip members of a file are whole, up to the first that is not; raises `OSError`."""
    offsets: list[int] = []
    end = position = 0
    unpacker = zlib.decompressobj(wbits=31)
    with open_plain(path) as file:
        data = file.read(_CHUNK)
        while data:
            try:
                unpacker.decompress(data)
            except zlib.error:
                break
            if not unpacker.eof:
                position += len(data)
                data = file.read(_CHUNK)
                continue
            position += len(data) - len(unpacker.unused_data)
            offsets.append(end)
            end = position
            data = unpacker.unused_data or file.read(_CHUNK)
            unpacker = zlib.decompressobj(wbits=31)
    return Whole(end, frozenset(offsets))


def committed_warcs(folder: Path) -> list[Path]:
    """Return the committed WARC files of an edition's folder of pages, the oldest run first."""
    return [path for path in _named_warcs(folder) if _is_plain(path)]


def page_files(folder: Path) -> list[Path]:
    """Return the committed WARC files of an edition's folder of pages, and the indexes of such files."""
    return sorted([*committed_warcs(folder), *filter(_is_plain, folder.glob("[!.]*.cdxj"))])


def no_warcs(folder: Path) -> Iterator[Damage]:
    """Yield what is called as a WARC file is, in an edition's folder of pages, and is no file."""
    for path in _named_warcs(folder):
        if path.is_symlink():
            yield Damage(path=path, line=0, what="it is a symbolic link, which is not followed")
        elif not _is_plain(path):
            yield Damage(path=path, line=0, what="it is no file")


def _named_warcs(folder: Path) -> list[Path]:
    return sorted(folder.glob("[!.]*.warc.gz"))


def _is_plain(path: Path) -> bool:
    """Return whether there is a file, and not a link to one."""
    return path.is_file() and not path.is_symlink()


def rows_of(path: Path) -> list[Row]:
    """Return the pages of a WARC file from its index; where that is missing or damaged, from the file itself.

    Raises `OSError`.
    """
    index = cdxj_path(path)
    if _is_plain(index):
        try:
            return list(read_rows(index))
        except ValueError as error:
            logger.warning("The index %s is damaged, the pages are searched in their file: %s", index, error)
    return scanned_rows(path)


def scanned_rows(path: Path) -> list[Row]:
    """Return the pages of a WARC file from its records, up to where it is damaged; raises `OSError`."""
    rows: list[Row] = []
    whole = whole_members(path)
    with open_plain(path) as file:
        for record, places in records(cast("IO[bytes]", Beginning(file, whole.size))):
            headers, kind = record.rec_headers, record.rec_type
            if kind not in PAGE_RECORDS:
                continue
            http = record.http_headers
            status = http.get_statuscode() if http is not None else ""
            stated = (http.get_header("Content-Type") if http is not None else None) or ""
            mime = "warc/revisit" if kind == "revisit" else stated.partition(";")[0].strip().lower()
            rows.append(
                Row(
                    url=headers.get_header("WARC-Target-URI") or "",
                    when=headers.get_header("WARC-Date") or "",
                    status=int(status) if status.isdigit() else 0,
                    mime=mime,
                    digest=headers.get_header("WARC-Payload-Digest") or "",
                    length=places.get_record_length(),
                    offset=places.get_record_offset(),
                    file=path.name,
                )
            )
    return rows


def offsets_of(path: Path) -> dict[int, str]:
    """Return where the pages of a WARC file begin, each with the SHA-256 of its payload, hex; raises `OSError`."""
    if not _is_plain(path):
        raise FileNotFoundError(errno.ENOENT, "there is no such file", str(path))
    return {row.offset: digest for row in rows_of(path) if (digest := hex_digest(row.digest))}


def records(file: IO[bytes]) -> Iterator[tuple[Any, ArchiveIterator]]:
    """Yield warcio's records, each with the iterator that knows its place once it was read.

    Ends at a record that is none. warcio prints what it cannot unpack: give it what is whole.
    """
    iterator = ArchiveIterator(file)
    try:
        for record in iterator:
            yield record, iterator
    except ArchiveLoadFailed:
        return


def head_at(path: Path, offset: int) -> Any:
    """Return the WARC headers of the record at an offset; None where none is there that is as it was written.

    Raises `OSError`.
    """
    if not _is_plain(path) or offset < 0:
        return None
    unpacker = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    with open_plain(path) as file:
        file.seek(offset)
        while not unpacker.eof and (data := file.read(_CHUNK)):
            try:
                parts.append(unpacker.decompress(data))
            except zlib.error:
                return None
    text = b"".join(parts)
    if not unpacker.eof or _problem_of_text(text):
        return None
    return next((record.rec_headers for record, _ in records(BytesIO(text))), None)


class Beginning(io.RawIOBase):
    """The first bytes of a file."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file = file
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(min(len(buffer), self.left))
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)

    def tell(self) -> int:
        return self.file.tell()


def damages_of(path: Path) -> Iterator[Damage]:
    """Yield each page of a WARC file that is not what was written: a damaged record, a digest that is not its own.

    Raises `OSError`.
    """
    with open_plain(path) as file:
        for row in rows_of(path):
            file.seek(row.offset)
            if problem := _problem_of(file.read(row.length)):
                yield Damage(path=path, line=0, what=f"the record at byte {row.offset} {problem}: {row.url}")


def _problem_of(member: bytes) -> str:
    """Return what is wrong with the bytes of one record, or ""."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(member)
    except zlib.error:
        return "is damaged"
    return _problem_of_text(text) if unpacker.eof else "is cut off"


def _problem_of_text(text: bytes) -> str:
    """Return what is wrong with one record that was unpacked, or ""."""
    try:
        for record in ArchiveIterator(BytesIO(text), check_digests=True):
            record.raw_stream.read()
            return "does not have the digest that it states" if record.digest_checker.passed is False else ""
    except ArchiveLoadFailed:
        pass
    return "is no record"
