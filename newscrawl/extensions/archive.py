"""The archive of the spider's edition, open from the start of a crawl to its end."""

import errno
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlsplit

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.extensions.feedexport import FeedExporter
from twisted.python.failure import Failure

from newscrawl.archive.archive import Archive
from newscrawl.archive.captures import Captures
from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.files import ARCHIVE_FEEDS, edition_folder
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.run_state import RunState
from newscrawl.errors import LedgerDamagedError, LockedError, OutputError
from newscrawl.extensions.archive_errors import stop_crawl
from newscrawl.extensions.captures import KEEP_NONE, run_info
from newscrawl.extensions.feed_storage import ArchiveStorage, OwnFileStorage, data_dir, run_name
from newscrawl.monitoring.accounting import STOPPED_BY, count_error

logger = logging.getLogger(__name__)


def roots_of(spider: Any) -> tuple[str, ...]:
    """Return the roots of the hosts that a spider asks: its site, or the archives that it reads in its place."""
    roots: tuple[str, ...] = getattr(spider, "asked_roots", (spider.root,))
    return roots


class NamedErrors(logging.Filter):
    """Takes the traceback from what Scrapy logs of an error of the archive: `ArchiveExtension` says what it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], LedgerDamagedError | OutputError):
            record.exc_info = None
        return True


_NAMED_ERRORS = NamedErrors()


class ArchiveExtension:
    """Opens the archive before the first request, indexes each file after its commit, closes the archive at the end.

    A crawl that finds the archive locked, or cannot open it, whatever the cause, closes at once (`locked`, `output`).
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.archive: Archive | None = None
        self.reason = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        # The logger of callbacks and pipelines; a filter that is there already is not added again.
        logging.getLogger("scrapy.core.scraper").addFilter(_NAMED_ERRORS)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.file_closed, signal=signals.feed_slot_closed)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        crawler.signals.connect(extension.failed, signal=signals.spider_error)
        crawler.signals.connect(extension.failed, signal=signals.item_error)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        """Open the archive, and hang it on the crawler."""
        folder = edition_folder(data_dir(self.crawler.settings), cast("Any", spider).edition.code)
        stats = self.crawler.stats
        try:
            if not self._has_feeds():
                # For one feed that it cannot write Scrapy leaves out all.
                cause = "FEEDS names a feed that Scrapy cannot write (see above)"
                count_error(stats, "own_feed", cause)
                logger.critical("The crawl stops: %s", cause)
                raise CloseSpider("output")
            self.archive = Archive(folder)
            state = CrawlState(archive=self.archive, run_state=RunState(folder), captures=self._captures(folder))
            set_crawl_state(self.crawler, state)
            self._count_repairs(self.archive)
            for root in roots_of(spider):
                self._stop_if_blocked(self.archive, root)
        except CloseSpider:
            raise
        except LockedError as error:
            stats.set_value("newscrawl/locked", str(error))
            raise CloseSpider("locked") from error
        except Exception as error:
            # Whatever it is: without the lock and the ledger there is no crawl.
            count_error(self.crawler.stats, "output", f"it cannot be opened: {error!s}" if str(error) else repr(error))
            if isinstance(error, OSError | LedgerDamagedError):
                logger.critical("The archive in %s cannot be written: %s", folder, error)
            else:
                logger.critical("The archive in %s cannot be opened", folder, exc_info=error)
            raise CloseSpider("output") from error

    def _captures(self, folder: Path) -> Captures | None:
        settings = self.crawler.settings
        if settings["KEEP_PAGES"] == KEEP_NONE:
            return None
        name = run_name(self.crawler)
        return Captures(
            folder,
            name,
            run_info(settings, name),
            largest=settings.getint("PAGES_MAX_BYTES"),
            sync_seconds=settings.getfloat("SYNC_SECONDS"),
        )

    def _has_feeds(self) -> bool:
        """Return whether the archive's feeds would be written."""
        exporter = self.crawler.get_extension(FeedExporter)
        return exporter is not None and ARCHIVE_FEEDS.keys() <= exporter.feeds.keys()

    def _count_repairs(self, archive: Archive) -> None:
        stats = self.crawler.stats
        for name in ("parts", "lines", "torn", "rejected", "pages", "uncaptured"):
            if number := getattr(archive.repaired, name):
                stats.set_value(f"newscrawl/repaired/{name}", number)
        if archive.rebuilt:
            stats.set_value("newscrawl/repaired/ledger", archive.rebuilt)
        self._count_damages(archive)
        if archive.taken_over:
            stats.set_value("newscrawl/repaired/taken_over", archive.taken_over.articles)

    def _stop_if_blocked(self, archive: Archive, root: str) -> None:
        """End a run that starts too soon after the site has blocked one."""
        until = archive.ledger.blocked_until(urlsplit(root).netloc)
        if until is None or until <= datetime.now(UTC) or self.crawler.settings.getbool("IGNORE_BLOCK"):
            return
        self.crawler.stats.set_value("newscrawl/resting_from", root)
        self.crawler.stats.set_value("newscrawl/resting", f"{until:%Y-%m-%dT%H:%M:%SZ}")
        raise CloseSpider("resting")

    def file_closed(self, slot: Any) -> None:
        """Index a committed file, and compress it if asked."""
        path = getattr(slot.storage, "committed", None)
        if self.archive is None or path is None:
            return
        try:
            before = self.archive.damages.count
            self._index_pages(self.archive)
            self.archive.index(path, slot.storage.sha256)
            if self.archive.damages.count > before:
                raise OutputError(errno.EIO, f"what was just written cannot be read: {path}")
            if self.crawler.settings.getbool("COMPRESS"):
                self.archive.compress(path)
        except Exception as error:  # noqa: BLE001  (Scrapy would log it, and go on)
            # The file is committed; the next start brings the ledger and the manifest into step.
            stop_crawl(self.crawler, self.archive, error)

    def _index_pages(self, archive: Archive) -> None:
        captures = crawl_state(self.crawler).captures
        if captures is not None:
            archive.index_pages(captures)

    def failed(self, failure: Failure) -> None:
        """Stop when a look-up shows that the ledger cannot be trusted."""
        if isinstance(failure.value, LedgerDamagedError | OutputError):
            stop_crawl(self.crawler, self.archive, failure.value)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Remember why the crawl ended."""
        self.reason = reason

    def engine_stopped(self) -> None:
        """Note how far the listings were read, now that all that they led to is committed; close the archive."""
        self._count_failed_feeds()
        if self.archive is None:
            return
        try:
            self._commit_pages(self.archive)
            self._write_last_notes(self.archive.ledger)
        except Exception as error:  # noqa: BLE001  (Scrapy would log it, and go on)
            self.archive.ledger.notes.clear()
            stop_crawl(self.crawler, self.archive, error)
        self._count_damages(self.archive)
        try:
            crawl_state(self.crawler).run_state.close()
            self.archive.close()
        except Exception as error:  # noqa: BLE001  (Scrapy would log it, and go on)
            stop_crawl(self.crawler, self.archive, error)
        finally:
            self.archive = None

    def _commit_pages(self, archive: Archive) -> None:
        """Commit the pages that no line has committed: of articles that had not changed, or could not be read."""
        captures = crawl_state(self.crawler).captures
        if captures is not None and captures.error is None:
            captures.commit()
            archive.index_pages(captures)

    def _count_failed_feeds(self) -> None:
        """Count a feed of the user's own that Scrapy could not store: an upload, say."""
        prefix = "feedexport/failed_count/"
        for name, number in list(self.crawler.stats.get_stats().items()):
            storage = name.removeprefix(prefix)
            if name.startswith(prefix) and storage not in (ArchiveStorage.__name__, OwnFileStorage.__name__):
                count_error(self.crawler.stats, "own_feed", f"{storage} failed {number} times")
                logger.critical("A feed of your own cannot be written (%s); Scrapy says above which", storage)

    def _count_damages(self, archive: Archive) -> None:
        if archive.damages.count:
            self.crawler.stats.set_value("newscrawl/damaged/lines", archive.damages.count)
            self.crawler.stats.set_value("newscrawl/damaged/files", len(archive.damages.files))

    def _write_last_notes(self, ledger: Ledger) -> None:
        stats = self.crawler.stats
        is_whole = self.reason == "finished" and not stats.get_value("newscrawl/error/output")
        spider = cast("Any", self.crawler.spider)
        site = urlsplit(stats.get_value(STOPPED_BY) or spider.root).netloc
        if stats.get_value("newscrawl/blocked"):
            ledger.note_block(site, datetime.now(UTC))
        elif stats.get_value("newscrawl/article/fetched") or stats.get_value("newscrawl/capture/fetched"):
            for root in roots_of(spider):
                ledger.clear_block(urlsplit(root).netloc)
        for url, reach in spider.listing_reaches.items() if is_whole else ():
            if reach is not None:
                ledger.end_listing(spider.edition.code, url, reach)
        ledger.flush()
