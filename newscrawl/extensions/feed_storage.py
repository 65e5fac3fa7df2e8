"""Scrapy's storage of feeds in the archive, its exporter, and the names that a run gives its files."""

import errno
import io
import json
import logging
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, cast

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exporters import CsvItemExporter, JsonLinesItemExporter, XmlItemExporter
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro
from w3lib.url import file_uri_to_path

from newscrawl.archive.captures import Captures
from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.files import ARCHIVE_FEEDS
from newscrawl.archive.part_file import PartFile, free_name
from newscrawl.errors import OutputError
from newscrawl.items import Record, as_dict
from newscrawl.monitoring.accounting import SAME_CONTENT, Accounts, count_error
from newscrawl.monitoring.run_name import RUN_NAME, new_run_name

logger = logging.getLogger(__name__)

SCHEME = "archive"
URI_PARAMS = ("edition", "run", "batch_id", "batch_time", "time", "name")
"""What a feed's URI may name: `%(edition)s`."""
CLOSE_REASON = "output"
"""Why a spider is closed that cannot write."""


def data_dir(settings: BaseSettings) -> Path:
    """Return the folder of the archives, one an edition: absolute, from the setting `DATA_DIR`."""
    return Path(settings["DATA_DIR"]).expanduser().absolute()


def run_name(crawler: Crawler) -> str:
    """Return the name that all files of a run bear, the same at every call: the one that the command has given."""
    name = crawler.stats.get_value("newscrawl/run")
    if name is None:
        name = crawler.settings.get(RUN_NAME) or new_run_name()
        crawler.stats.set_value("newscrawl/run", name)
    return cast("str", name)


def uri_params(params: dict[str, Any], spider: Spider) -> dict[str, Any]:
    """Return the parameters of a feed's URI, those of `URI_PARAMS` alone (`FEED_URI_PARAMS`).

    Scrapy would let in every attribute of the spider, and with them its arguments.
    """
    own = {"edition": cast("Any", spider).edition.code, "run": run_name(spider.crawler)}
    return {name: own[name] if name in own else params[name] for name in URI_PARAMS}


class RecordExporter(JsonLinesItemExporter):
    """Scrapy's exporter of JSON Lines, which writes a whole record in one go."""

    def export_item(self, item: Any) -> None:
        if self.fields_to_export is None and isinstance(item, Record):
            self.file.write((self.encoder.encode(as_dict(item)) + "\n").encode(self.encoding or "utf-8"))
        else:
            super().export_item(item)


class RecordCsvExporter(CsvItemExporter):
    """Scrapy's exporter of CSV, with JSON in the columns of nested fields."""

    def export_item(self, item: Any) -> None:
        super().export_item(_flat(item))


class RecordXmlExporter(XmlItemExporter):
    """Scrapy's exporter of XML, of plain values."""

    def export_item(self, item: Any) -> None:
        super().export_item(as_dict(item) if isinstance(item, Record) else item)


def _flat(item: Any) -> Any:
    """Return a record with JSON in the place of lists and objects."""
    if not isinstance(item, Record):
        return item
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in as_dict(item).items()
    }


def with_archive_feeds(feeds: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the feeds of a crawl: the archive's own, whatever is asked for, and beside them those asked for.

    >>> [*with_archive_feeds({"x.csv": {"format": "csv"}})][2:]
    ['x.csv']
    """
    asked = {
        # What is no object stays as it is: `feed_checks.py` names it.
        uri: {"item_classes": ["newscrawl.items.Article"], "batch_item_count": 0, **options}
        if isinstance(options, Mapping)
        else options
        for uri, options in feeds.items()
        if uri not in ARCHIVE_FEEDS
    }
    return {**{uri: dict(options) for uri, options in ARCHIVE_FEEDS.items()}, **asked}


class OwnFileStorage:
    """A file of the user's own (`-o`, `-O`, `FEEDS`): its first error is named and counted, and the crawl goes on.

    What is in the file then are whole writes: of JSON Lines, whole lines.
    """

    def __init__(self, uri: str, *, crawler: Crawler, feed_options: dict[str, Any] | None = None) -> None:
        self.path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)
        self.overwrites = bool((feed_options or {}).get("overwrite"))
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        return cls(uri, crawler=crawler, feed_options=feed_options)

    def open(self, spider: Spider) -> IO[bytes]:
        """Return the file, or, when it cannot be opened, one that takes nothing."""
        return cast("IO[bytes]", _OwnFile(self))

    def store(self, file: IO[bytes]) -> None:
        """Close the file; raises `OutputError` when it is not whole."""
        own = cast("_OwnFile", file)
        own.end()
        if own.error is not None:
            raise OutputError(own.error.errno, f"{own.error.strerror}: {self.path}") from own.error

    def fail(self, error: OSError) -> None:
        """Count and name the first error."""
        count_error(self.crawler.stats, "own_feed", f"{self.path}: {error.strerror or error}")
        logger.critical("Your file %s cannot be written; the archive is: %s", self.path, error)


class _OwnFile(io.RawIOBase):
    """The user's file: each write is whole, or undone."""

    def __init__(self, storage: OwnFileStorage) -> None:
        self.storage = storage
        self.error: OSError | None = None
        self.descriptor = -1
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if storage.overwrites else os.O_APPEND)
        try:
            storage.path.parent.mkdir(parents=True, exist_ok=True)
            self.descriptor = os.open(storage.path, flags, 0o666)
        except OSError as error:
            self._fail(error)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = len(data)
        if self.error is None and size:
            before = self._size()
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[os.write(self.descriptor, rest) :]
            except OSError as error:
                self._fail(error)
                if before is not None:
                    with suppress(OSError):
                        os.ftruncate(self.descriptor, before)
        return size

    def _size(self) -> int | None:
        """Return the file's size, None for a pipe or a device."""
        shown = os.fstat(self.descriptor)
        return shown.st_size if stat.S_ISREG(shown.st_mode) else None

    def end(self) -> None:
        """Close the file; what the disk refuses only now counts too."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            try:
                os.close(descriptor)
            except OSError as error:
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        if self.error is None:
            self.error = error
            self.storage.fail(error)


class ArchiveStorage:
    """Scrapy's feed storage for `archive:` URIs, which are paths under `DATA_DIR`.

    The first error of a write closes the spider and refuses the rename; what was written whole stays in the hidden
    file. Counted are the lines and files written, and the errors (`newscrawl/error/output`).
    """

    def __init__(self, uri: str, *, crawler: Crawler, feed_options: dict[str, Any] | None = None) -> None:
        relative = PurePosixPath(uri.removeprefix(f"{SCHEME}:"))
        if relative.is_absolute() or ".." in relative.parts:
            raise ValueError(f"a feed's URI leads out of the data folder: {uri}")
        self.crawler = crawler
        self.path = data_dir(crawler.settings) / relative
        # `en/articles/….jsonl` → `articles`
        self.feed = relative.parent.name
        self.committed: Path | None = None
        """The file, once it is committed."""
        self.lines = 0
        self.sha256 = ""
        """Of the committed file (hex), as it is before it is compressed."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        return cls(uri, crawler=crawler, feed_options=feed_options)

    def open(self, spider: Spider) -> IO[bytes]:
        """Return the feed's hidden file, or, when it cannot be made, one that counts what it does not write."""
        part: PartFile | None
        try:
            self._check_place()
            part = self._new_part()
        except OSError as error:
            self._fail(error)
            part = None
        return cast("IO[bytes]", _Counted(self, part))

    def _check_place(self) -> None:
        """Raise `OutputError` when the archive is not open, or its folder is no longer there."""
        archive = crawl_state(self.crawler).archive
        if archive is None:
            raise OutputError(errno.ENOLCK, f"the archive is not open: {self.path.parent.parent}")
        archive.lock.check()
        if self.captures is not None and self.captures.error is not None:
            # A line is not written without its page.
            raise self.captures.error

    @property
    def captures(self) -> Captures | None:
        """The pages that the lines of this feed point into, or None."""
        return crawl_state(self.crawler).captures if self.feed == "articles" else None

    def _new_part(self) -> PartFile:
        """Make the hidden file, with another name where another run has used this one; raises `OSError`."""
        seconds = self.crawler.settings.getfloat("SYNC_SECONDS")
        sync = self.captures.sync if self.captures is not None else None
        try:
            return PartFile(self.path, seconds, before_sync=sync)
        except FileExistsError as error:
            used, self.path = self.path, free_name(self.path)
            logger.warning("%s: %s; the file of this run is called %s", error.strerror, used, self.path.name)
            return PartFile(self.path, seconds, before_sync=sync)

    def store(self, file: IO[bytes]) -> None:
        """Commit the feed's file; raises `OutputError` when it is not whole."""
        part = cast("_Counted", file).part
        if part is None:
            raise OutputError(errno.EIO, f"never opened: {self.path}")
        was_whole = part.error is None
        try:
            self._leave_out_taken_back(part)
            if not part.lines:
                part.discard()
                return
            if self.captures is not None:
                self.captures.commit()
            part.commit()
        except OSError as error:
            if was_whole:
                self._fail(error)
            logger.error("%s lines stay in %s; the next run commits them", part.lines, part.part)
            raise OutputError(error.errno, f"{error.strerror}: {part.part}") from error
        self.committed = self.path
        self.lines, self.sha256 = part.lines, part.digest.hexdigest()
        stats = self.crawler.stats
        stats.inc_value(f"newscrawl/files/{self.feed}")
        stats.set_value(f"newscrawl/last_file/{self.feed}", str(self.path))
        logger.info("Committed %s: %s lines", self.path, part.lines)

    def _leave_out_taken_back(self, part: PartFile) -> None:
        """Leave out of the file what this run has taken back since it was written; it counts as dropped."""
        archive = crawl_state(self.crawler).archive
        if archive is None or not archive.taken_back.has_grown or part.error is not None:
            return
        left_out = part.leave_out(lambda line: archive.taken_back.has(json.loads(line)))
        stats, accounts = self.crawler.stats, Accounts(self.crawler.stats.inc_value)
        for line in left_out:
            accounts.take_back_record(self.feed, SAME_CONTENT)
            stats.inc_value(f"newscrawl/written/{self.feed}", -1)
            stats.inc_value("newscrawl/new" if json.loads(line)["revision"] == 1 else "newscrawl/changed", -1)

    def write(self, part: PartFile | None, line: bytes) -> int:
        """Write a line and count it; after an error count what is lost while the spider closes, one message for all."""
        if part is not None and part.error is None:
            try:
                self._check_place()
                written = part.write(line)
            except OSError as error:
                part.error = error
                self._fail(error)
            else:
                self.crawler.stats.inc_value(f"newscrawl/written/{self.feed}")
                return written
        self.crawler.stats.inc_value(f"newscrawl/lost/{self.feed}")
        return len(line)

    def _fail(self, error: OSError) -> None:
        count_error(self.crawler.stats, "output", str(error))
        logger.critical("The %s cannot be written, the crawl stops: %s", self.feed, error)
        if self.crawler.engine.running:
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=CLOSE_REASON))


class _Counted:
    """What Scrapy takes for the feed's file."""

    def __init__(self, storage: ArchiveStorage, part: PartFile | None) -> None:
        self.storage = storage
        self.part = part

    def write(self, line: bytes) -> int:
        return self.storage.write(self.part, line)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""
