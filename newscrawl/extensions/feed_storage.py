"""Scrapy's storage of feeds in the archive, its exporter, and the names that a run gives its files."""

import errno
import logging
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self, cast

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exporters import JsonLinesItemExporter
from scrapy.settings import BaseSettings
from scrapy.utils.defer import deferred_from_coro

from newscrawl.archive.part_file import PartFile
from newscrawl.errors import OutputError
from newscrawl.items import Record, as_dict
from newscrawl.monitoring.run_name import RUN_NAME, new_run_name

logger = logging.getLogger(__name__)

SCHEME = "archive"
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
    """Return the parameters of a feed's URI: edition, run and batch, nothing else (`FEED_URI_PARAMS`).

    Scrapy would let in every attribute of the spider, and with them its arguments.
    """
    return {
        "edition": cast("Any", spider).edition.code,
        "run": run_name(spider.crawler),
        "batch_id": params["batch_id"],
    }


class RecordExporter(JsonLinesItemExporter):
    """Scrapy's exporter of JSON Lines, which writes a whole record in one go."""

    def export_item(self, item: Any) -> None:
        if self.fields_to_export is None and isinstance(item, Record):
            self.file.write((self.encoder.encode(as_dict(item)) + "\n").encode(self.encoding or "utf-8"))
        else:
            super().export_item(item)


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
        try:
            part = PartFile(self.path, self.crawler.settings.getfloat("SYNC_SECONDS"))
        except OSError as error:
            self._fail(error)
            part = None
        return cast("IO[bytes]", _Counted(self, part))

    def store(self, file: IO[bytes]) -> None:
        """Commit the feed's file; raises `OutputError` when it is not whole."""
        part = cast("_Counted", file).part
        if part is None:
            raise OutputError(errno.EIO, f"never opened: {self.path}")
        was_whole = part.error is None
        try:
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

    def write(self, part: PartFile | None, line: bytes) -> int:
        """Write a line and count it; after an error count what is lost while the spider closes, one message for all."""
        if part is not None and part.error is None:
            try:
                written = part.write(line)
            except OSError as error:
                self._fail(error)
            else:
                self.crawler.stats.inc_value(f"newscrawl/written/{self.feed}")
                return written
        self.crawler.stats.inc_value(f"newscrawl/lost/{self.feed}")
        return len(line)

    def _fail(self, error: OSError) -> None:
        self.crawler.stats.inc_value("newscrawl/error/output")
        logger.critical("The %s cannot be written, the crawl stops: %s", self.feed, error)
        if self.crawler.engine is not None and self.crawler.engine.running:
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
