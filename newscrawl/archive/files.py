"""Where an edition's files lie, how they are called, and the one reader of the lines of those that are committed."""

import errno
import io
import json
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.archive.damage import Damage, DamageLog
from newscrawl.errors import OutputError

FEEDS = ("articles", "headlines")
LEDGER = "ledger.sqlite"
RUNS = "runs"
"""The folder of the runs' reports."""
ARCHIVE_FEEDS: Mapping[str, Mapping[str, Any]] = {
    "archive:%(edition)s/articles/%(run)s-%(batch_id)05d.jsonl": {
        "format": "jsonlines",
        "item_classes": ["newscrawl.items.Article"],
        "fields": None,
        "store_empty": False,
    },
    "archive:%(edition)s/headlines/%(run)s-%(batch_id)05d.jsonl": {
        "format": "jsonlines",
        "item_classes": ["newscrawl.items.Headline"],
        "fields": None,
        "store_empty": False,
    },
}
"""The archive's own feeds, as Scrapy's setting `FEEDS` has them: whole records, whatever `FEED_EXPORT_FIELDS` says."""
_CHUNK = 1 << 16


def edition_folder(data_dir: Path, edition: str) -> Path:
    """Return the folder that holds the archive of an edition.

    >>> edition_folder(Path("/srv/data"), "ar").as_posix()
    '/srv/data/ar'
    """
    return data_dir / edition


def archived_editions(data_dir: Path) -> list[str]:
    """Return the editions that have a folder, in the order of `EDITIONS`."""
    return [edition for edition in EDITIONS if edition_folder(data_dir, edition).is_dir()]


def prepare_data_dir(folder: Path) -> None:
    """Make a folder and prove that a file can be written in it; raises `OutputError` when not."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # One that a process of this number left, and never what a link leads to.
        probe.unlink(missing_ok=True)
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, b"newscrawl\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError as error:
        raise OutputError(error.errno, f"{error.strerror}: {folder}") from error


def committed_files(folder: Path, feed: str = "articles") -> list[Path]:
    """Return the committed files of a feed in an edition's folder, oldest run first; one that is there plain and
    compressed counts once."""
    files = {path.name: path for path in (folder / feed).glob("[!.]*.jsonl")}
    files |= {path.name.removesuffix(".gz"): path for path in (folder / feed).glob("[!.]*.jsonl.gz")}
    return [files[name] for name in sorted(files)]


def file_name(folder: Path, path: Path) -> str:
    """Return the name of a file in the ledger: its path in the edition's folder, without the suffix of compression.

    >>> file_name(Path("/data/en"), Path("/data/en/articles/x.jsonl.gz"))
    'articles/x.jsonl'
    """
    return path.relative_to(folder).as_posix().removesuffix(".gz")


# -- lines --------------------------------------------------------------------------------------------------------


def read_records(path: Path, damages: DamageLog | None = None) -> Iterator[dict[str, Any]]:
    """Yield the records of a committed file, plain or compressed; what cannot be read is named and passed over."""
    damages = damages if damages is not None else DamageLog()
    for _, record in read_lines(path):
        if isinstance(record, Damage):
            damages.add(record)
        else:
            yield record


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | Damage]]:
    """Yield each line of a committed file: its number, and the record or what is wrong with it.

    Line 0 is the file as a whole. A symbolic link is damage, and what it leads to is not read. Raises `OSError` when
    the disk does not give the file.
    """
    number, is_whole = 0, True
    if path.is_symlink():
        yield 0, Damage(path=path, line=0, what="it is a symbolic link, which is not followed")
        return
    with open_plain(path) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            yield 0, Damage(path=path, line=0, what="it is no file")
            return
        unpacked = Unpacked(file) if path.suffix == ".gz" else None
        for number, line in enumerate(io.BufferedReader(unpacked) if unpacked is not None else file, 1):
            is_whole = line.endswith(b"\n")
            if unpacked is None or is_whole or not unpacked.damage:
                yield number, _record(path, number, line)
        if unpacked is not None and unpacked.damage:
            damaged = number + 1 if is_whole else number
            yield damaged, Damage(path=path, line=damaged, what=unpacked.damage)


def open_plain(path: Path) -> IO[bytes]:
    """Open a file for reading, never what a symbolic link leads to; raises `OSError`."""
    try:
        # A pipe in the place of a file would be waited for without an end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OutputError(errno.ELOOP, f"a symbolic link is not followed: {path}") from error
        raise
    try:
        return os.fdopen(descriptor, "rb", buffering=_CHUNK)
    except IsADirectoryError:
        os.close(descriptor)
        return Path(os.devnull).open("rb")


class Unpacked(io.RawIOBase):
    """What a gzip file holds, up to where it is damaged; `damage` says then what is wrong."""

    def __init__(self, packed: IO[bytes]) -> None:
        self.packed = packed
        self.damage = ""
        self.waiting = b""
        self.unpacker = zlib.decompressobj(wbits=31)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.waiting and not self.damage:
            chunk = self._next_chunk()
            if not chunk:
                if not self.unpacker.eof:
                    self.damage = "the compressed file is cut off"
                break
            self.waiting = self._unpack(chunk)
        size = min(len(buffer), len(self.waiting))
        buffer[:size] = self.waiting[:size]
        self.waiting = self.waiting[size:]
        return size

    def _next_chunk(self) -> bytes:
        """Return packed bytes; at the end of a member skip the zeros that may follow, and begin another member."""
        if not self.unpacker.eof:
            return self.packed.read(_CHUNK)
        chunk = self.unpacker.unused_data.lstrip(b"\x00")
        while not chunk:
            block = self.packed.read(_CHUNK)
            if not block:
                return b""
            chunk = block.lstrip(b"\x00")
        self.unpacker = zlib.decompressobj(wbits=31)
        return chunk

    def _unpack(self, chunk: bytes) -> bytes:
        before = self.unpacker.copy()
        try:
            return self.unpacker.decompress(chunk)
        except zlib.error:
            return self._unpack_until_damage(before, chunk)

    def _unpack_until_damage(self, unpacker: Any, chunk: bytes) -> bytes:
        """Unpack byte by byte: what lies before the damage is whole."""
        found = b""
        try:
            for at in range(len(chunk)):
                found += unpacker.decompress(chunk[at : at + 1])
        except zlib.error as error:
            self.damage = f"the compressed file is damaged ({str(error).rpartition(': ')[2]})"
        return found


def _record(path: Path, number: int, line: bytes) -> dict[str, Any] | Damage:
    """Return the record of a line, or what is wrong with it."""
    if not line.strip():
        return Damage(path=path, line=number, what="the line is empty")
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Damage(path=path, line=number, what="the line is not UTF-8")
    except (ValueError, RecursionError):
        return Damage(
            path=path, line=number, what="the line is no JSON" + ("" if line.endswith(b"\n") else ", cut off")
        )
    problem = problem_of(record, path.parent.name)
    return Damage(path=path, line=number, what=problem) if problem else record


def problem_of(record: Any, feed: str) -> str:
    """Return why a line's value is no record of a feed, or "".

    >>> problem_of({"text": "A line", "edition": "en", "found_on": "", "date_first_seen": ""}, "headlines")
    ''
    >>> problem_of({"text": "A line"}, "headlines")
    'the record has no edition'
    """
    if not isinstance(record, dict):
        return "the line is no record"
    needed = _OF_A_HEADLINE if feed == "headlines" else _OF_AN_ARTICLE
    for name, check in needed.items():
        if name not in record:
            return f"the record has no {name}"
        try:
            is_sound = check(record[name])
        except (ValueError, TypeError, OverflowError):
            is_sound = False
        if not is_sound:
            return f"the record's {name} is damaged"
    return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_name(value: Any) -> bool:
    # Lone halves of surrogates cannot be written into the ledger: they raise a ValueError here.
    return isinstance(value, str) and bool(value.encode())


def _is_name_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.encode() is not None)


def _is_text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_url(value: Any) -> bool:
    return _is_name(value) and urlsplit(value) is not None


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).astimezone(UTC).timestamp() is not None


def _is_time_or_none(value: Any) -> bool:
    return not value or _is_time(value)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and len(bytes.fromhex(value)) == 32


def _is_revision(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 31


def _is_edition(value: Any) -> bool:
    return value in EDITIONS


_OF_AN_ARTICLE = {
    "id": _is_name,
    "url": _is_url,
    "edition": _is_edition,
    "title": _is_text,
    "summary": _is_text_or_none,
    "body": _is_text,
    "section": _is_name_or_none,
    "kind": _is_name_or_none,
    "content_hash": _is_hash,
    "revision": _is_revision,
    "date_published": _is_time_or_none,
    "date_downloaded": _is_time,
}
_OF_A_HEADLINE = {"text": _is_text, "edition": _is_edition, "found_on": _is_text, "date_first_seen": _is_text}
