"""The extension that opens the archive: whatever goes wrong, no crawl runs without it."""

import errno
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.extensions.feedexport import FeedExporter
from scrapy.utils.test import get_crawler
from twisted.python.failure import Failure

from newscrawl.archive.archive import Archive
from newscrawl.archive.files import ARCHIVE_FEEDS, committed_files
from newscrawl.archive.ledger import COMPLETE
from newscrawl.errors import LedgerDamagedError, OutputError
from newscrawl.extensions import archive as module
from newscrawl.extensions.archive import ArchiveExtension
from tests.archive.samples import record, write_file, write_part
from tests.extensions.engine import Engine

SPIDER: Any = SimpleNamespace(edition=SimpleNamespace(code="en"), root="https://example.org", listing_reaches={})


def new_crawler(data: Path, **settings: Any) -> Crawler:
    crawler = get_crawler(settings_dict={"DATA_DIR": str(data), **settings})
    crawler.spider = SPIDER
    crawler.extensions = SimpleNamespace(middlewares=[Feeds()])  # type: ignore[assignment]
    return crawler


class Feeds(FeedExporter):
    """In the place of Scrapy's, with the archive's feeds."""

    def __init__(self) -> None:
        self.feeds: dict[str, Any] = dict(ARCHIVE_FEEDS)


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = new_crawler(tmp_path)
    crawler.engine = Engine()  # type: ignore[assignment]
    return crawler


@pytest.mark.parametrize("error", [ValueError("odd"), KeyError("id"), EOFError(), RuntimeError(), MemoryError()])
@pytest.mark.parametrize("place", ["Archive", "RunState", "CrawlState"])
def test_whatever_is_raised_at_the_opening_ends_the_run(
    place: str, error: Exception, crawler: Crawler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(module, place, fails)
    extension = ArchiveExtension.from_crawler(crawler)
    with pytest.raises(CloseSpider) as caught:
        extension.spider_opened(SPIDER)
    assert caught.value.reason == "output"
    assert crawler.stats.get_value("newscrawl/error/output") == 1
    assert type(error).__name__ in caplog.text
    extension.engine_stopped()


@pytest.mark.parametrize("feeds", [None, {}])
def test_no_crawl_runs_whose_articles_no_feed_would_write(feeds: dict[str, Any] | None, crawler: Crawler) -> None:
    exporter = Feeds()
    exporter.feeds = feeds or {}
    crawler.extensions = SimpleNamespace(middlewares=[] if feeds is None else [exporter])  # type: ignore[assignment]
    with pytest.raises(CloseSpider):
        ArchiveExtension.from_crawler(crawler).spider_opened(SPIDER)
    assert crawler.stats.get_value("newscrawl/error/own_feed") == 1


def slot(path: Path) -> Any:
    return SimpleNamespace(storage=SimpleNamespace(committed=path, sha256=""))


@pytest.mark.parametrize(
    ("error", "stat"),
    [
        (OutputError(errno.ENOSPC, "full"), "output"),
        (LedgerDamagedError("torn"), "ledger_damaged"),
        (ValueError("odd"), "output"),
    ],
)
def test_an_error_after_a_commit_is_counted(
    error: Exception, stat: str, crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extension = ArchiveExtension.from_crawler(crawler)
    extension.spider_opened(SPIDER)

    def fails(*_: object) -> None:
        raise error

    with monkeypatch.context() as context:
        context.setattr(Archive, "index", fails)
        extension.file_closed(slot(tmp_path / "en" / "articles" / "x.jsonl"))
    assert cast("Any", crawler.engine).reasons == ["output"]
    extension.spider_closed(SPIDER, "finished")
    extension.engine_stopped()
    assert crawler.stats.get_value(f"newscrawl/error/{stat}") == 1
    assert (tmp_path / "en" / ".ledger-damaged").exists() == (stat == "ledger_damaged")
    with Archive(tmp_path / "en") as archive:
        assert bool(archive.rebuilt) == (stat == "ledger_damaged")


@pytest.mark.parametrize("error", [OutputError(errno.EIO, "full"), LedgerDamagedError("torn")])
def test_a_look_up_that_fails_stops_the_crawl(error: Exception, crawler: Crawler) -> None:
    extension = ArchiveExtension.from_crawler(crawler)
    extension.failed(Failure(ValueError("of another kind")))  # type: ignore[no-untyped-call]
    assert cast("Any", crawler.engine).reasons == []
    extension.failed(Failure(error))  # type: ignore[no-untyped-call]
    assert cast("Any", crawler.engine).reasons == ["output"]


@pytest.mark.parametrize("error", [OutputError(errno.EIO, "full"), LedgerDamagedError("torn")])
def test_what_the_extension_names_is_logged_without_a_traceback(
    error: Exception, crawler: Crawler, caplog: pytest.LogCaptureFixture
) -> None:
    ArchiveExtension.from_crawler(crawler)
    logger = logging.getLogger("scrapy.core.scraper")
    for each in (error, ValueError("of another kind")):
        logger.error("Spider error", exc_info=each)
    first, second = caplog.records
    assert (first.exc_info, second.exc_info is None) == (None, False)


def last_state(
    crawler: Crawler, folder: Path, *, error: bool = False, fetched: bool = True, reason: str = "finished"
) -> tuple[str | None, bool]:
    """Run the extension with a listing that was read to its end; return its reach, and whether a block rests."""
    with Archive(folder) as archive:
        archive.ledger.note_block("example.org", datetime.fromtimestamp(0, UTC))
    extension = ArchiveExtension.from_crawler(crawler)
    spider: Any = SimpleNamespace(
        edition=SPIDER.edition, root=SPIDER.root, listing_reaches={"https://example.org/a": COMPLETE}
    )
    crawler.spider = spider
    extension.spider_opened(spider)
    if fetched:
        crawler.stats.set_value("newscrawl/article/fetched", 1)
    if error:
        crawler.stats.set_value("newscrawl/error/output", 1)
    extension.spider_closed(spider, reason)
    extension.engine_stopped()
    with Archive(folder) as archive:
        reach, _ = archive.ledger.reach("en", "https://example.org/a")
        return reach, archive.ledger.blocked_until("example.org") is not None


def test_listings_count_as_read_unless_something_was_not_written(crawler: Crawler, tmp_path: Path) -> None:
    assert last_state(crawler, tmp_path / "en", error=True) == (None, False)


@pytest.mark.parametrize("reason", ["shutdown", "closespider_pagecount", "blocked"])
def test_listings_of_a_run_that_was_stopped_do_not_count_as_read(reason: str, crawler: Crawler, tmp_path: Path) -> None:
    assert last_state(crawler, tmp_path / "en", reason=reason) == (None, False)


def test_a_run_that_fetched_nothing_leaves_a_block(crawler: Crawler, tmp_path: Path) -> None:
    assert last_state(crawler, tmp_path / "en", fetched=False) == (COMPLETE, True)


def test_both_feeds_are_compressed(tmp_path: Path) -> None:
    other = new_crawler(tmp_path, COMPRESS=True)
    extension = ArchiveExtension.from_crawler(other)
    extension.spider_opened(SPIDER)
    one = write_file(tmp_path / "en", [record(1)])
    headline = tmp_path / "en" / "headlines" / one.name
    headline.parent.mkdir()
    headline.write_text('{"text": "a", "edition": "en", "found_on": "/", "date_first_seen": "2024-08-23T11:00:00Z"}\n')
    for path in (one, headline):
        extension.file_closed(slot(path))
    extension.engine_stopped()
    for feed in ("articles", "headlines"):
        assert [path.suffix for path in committed_files(tmp_path / "en", feed)] == [".gz"]
    assert not one.exists()


def test_an_archive_that_cannot_be_closed_is_an_error(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    extension = ArchiveExtension.from_crawler(crawler)
    extension.spider_opened(SPIDER)

    def fails(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Archive, "close", fails)
    extension.engine_stopped()
    assert crawler.stats.get_value("newscrawl/error/output") == 1
    assert "Read-only" in caplog.text


def test_a_feed_of_the_users_own_that_scrapy_could_not_store_is_counted(crawler: Crawler) -> None:
    crawler.stats.set_value("feedexport/failed_count/S3FeedStorage", 1)
    crawler.stats.set_value("feedexport/failed_count/ArchiveStorage", 1)
    ArchiveExtension.from_crawler(crawler).engine_stopped()
    stats = crawler.stats.get_stats()
    assert (stats["newscrawl/error/own_feed"], "newscrawl/error/output" in stats) == (1, False)
    assert stats["newscrawl/why/own_feed"] == "S3FeedStorage failed 1 times"


def opened(crawler: Crawler) -> ArchiveExtension:
    extension = ArchiveExtension.from_crawler(crawler)
    extension.spider_opened(SPIDER)
    return extension


def test_what_was_just_committed_and_cannot_be_read_stops_the_crawl(crawler: Crawler, tmp_path: Path) -> None:
    extension = opened(crawler)
    path = write_file(tmp_path / "en", [record(1)])
    extension.file_closed(slot(path))
    assert cast("Any", crawler.engine).reasons == []
    second = write_file(tmp_path / "en", [{"id": "2", "url": "https://x/a"}], name="20240823T100001Z-1-00001")
    extension.file_closed(slot(second))
    assert cast("Any", crawler.engine).reasons == ["output"]
    why = crawler.stats.get_value("newscrawl/why/output")
    assert why == f"[Errno {errno.EIO}] what was just written cannot be read: {second}"
    extension.engine_stopped()
    stats = crawler.stats.get_stats()
    assert (stats["newscrawl/damaged/lines"], stats["newscrawl/damaged/files"]) == (1, 1)


def test_a_locked_archive_ends_the_run_by_its_name(crawler: Crawler, tmp_path: Path) -> None:
    with Archive(tmp_path / "en"):
        extension = ArchiveExtension.from_crawler(crawler)
        with pytest.raises(CloseSpider) as error:
            extension.spider_opened(SPIDER)
        assert error.value.reason == "locked"
        assert f"another crawl holds {tmp_path}/en" in crawler.stats.get_value("newscrawl/locked")
        assert crawler.stats.get_value("newscrawl/error/output") is None
        # There is nothing to close.
        extension.file_closed(slot(tmp_path / "x.jsonl"))
        extension.engine_stopped()


@pytest.mark.parametrize("error", [OSError(errno.EROFS, "Read-only"), LedgerDamagedError("torn"), ValueError("odd")])
def test_an_opening_that_fails_is_shown_with_a_trace_only_where_nobody_named_it(
    error: Exception, crawler: Crawler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(module, "Archive", fails)
    with pytest.raises(CloseSpider):
        opened(crawler)
    (said,) = [each for each in caplog.records if each.levelname == "CRITICAL"]
    assert bool(said.exc_info) is isinstance(error, ValueError)
    assert crawler.stats.get_value("newscrawl/why/output") == f"it cannot be opened: {error}"


@pytest.mark.parametrize(("hours", "ignored", "rests"), [(0.1, False, True), (0.1, True, False), (48, False, False)])
def test_a_run_too_soon_after_a_block_rests(hours: float, ignored: bool, rests: bool, tmp_path: Path) -> None:
    with Archive(tmp_path / "en") as archive:
        archive.ledger.note_block("example.org", datetime.now(UTC) - timedelta(hours=hours))
        archive.ledger.flush()
        until = archive.ledger.blocked_until("example.org")
    assert until is not None
    crawler = new_crawler(tmp_path, IGNORE_BLOCK=ignored)
    extension = ArchiveExtension.from_crawler(crawler)
    if rests:
        with pytest.raises(CloseSpider) as error:
            extension.spider_opened(SPIDER)
        assert error.value.reason == "resting"
        assert crawler.stats.get_value("newscrawl/resting") == f"{until:%Y-%m-%dT%H:%M:%SZ}"
    else:
        extension.spider_opened(SPIDER)
        assert crawler.stats.get_value("newscrawl/resting") is None
    extension.engine_stopped()
    # The archive is closed in any case.
    Archive(tmp_path / "en").close()


def test_a_block_is_written_down_and_grows(crawler: Crawler, tmp_path: Path) -> None:
    extension = opened(crawler)
    crawler.stats.set_value("newscrawl/blocked", "5 refusals")
    crawler.stats.set_value("newscrawl/article/fetched", 3)
    before = datetime.now(UTC)
    extension.engine_stopped()
    with Archive(tmp_path / "en") as archive:
        until = archive.ledger.blocked_until("example.org")
        assert until is not None
        assert until > before


def test_what_was_repaired_is_counted(crawler: Crawler, tmp_path: Path) -> None:
    write_part(tmp_path / "en", [record(1), record(2)], end=b'{"torn')
    (tmp_path / "en" / "articles" / "20240101T000000Z-1-00001.jsonl").write_text("no record\n")
    extension = opened(crawler)
    stats = crawler.stats.get_stats()
    found = {name.removeprefix("newscrawl/"): value for name, value in stats.items() if "/repaired/" in name}
    assert found == {"repaired/parts": 1, "repaired/lines": 2, "repaired/torn": 1, "repaired/ledger": "it is missing"}
    assert (stats["newscrawl/damaged/lines"], stats["newscrawl/damaged/files"]) == (1, 1)
    extension.engine_stopped()


def test_nothing_is_counted_where_nothing_was_repaired(crawler: Crawler, tmp_path: Path) -> None:
    Archive(tmp_path / "en").close()
    extension = opened(crawler)
    extension.engine_stopped()
    assert not [name for name in crawler.stats.get_stats() if "repaired" in name or "damaged" in name]


def test_last_notes_that_cannot_be_written_are_an_error_and_the_archive_is_closed(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extension = opened(crawler)

    def fails(*_: object) -> None:
        raise OutputError(errno.ENOSPC, "full")

    monkeypatch.setattr(extension, "_write_last_notes", fails)
    extension.engine_stopped()
    assert crawler.stats.get_value("newscrawl/error/output") == 1
    assert extension.archive is None
    monkeypatch.undo()
    Archive(tmp_path / "en").close()


def test_that_a_ledger_is_damaged_and_cannot_be_marked_is_said(
    crawler: Crawler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    extension = opened(crawler)

    def fails(*_: object) -> None:
        raise OutputError(errno.ENOSPC, "full")

    monkeypatch.setattr(Archive, "mark_damaged", fails)
    extension.failed(Failure(LedgerDamagedError("torn")))  # type: ignore[no-untyped-call]
    assert "That the ledger is damaged cannot be written down: [Errno 28] full" in caplog.text
    assert crawler.stats.get_value("newscrawl/error/ledger_damaged") == 1
    extension.engine_stopped()


def test_a_file_that_is_no_archives_is_passed_over(crawler: Crawler) -> None:
    extension = opened(crawler)
    extension.file_closed(SimpleNamespace(storage=SimpleNamespace()))
    extension.file_closed(slot(cast("Any", None)))
    assert cast("Any", crawler.engine).reasons == []
    extension.engine_stopped()


def test_an_engine_that_is_down_is_not_asked_to_close(crawler: Crawler) -> None:
    cast("Any", crawler.engine).running = False
    ArchiveExtension.from_crawler(crawler).failed(Failure(OutputError(5, "no")))  # type: ignore[no-untyped-call]
    assert cast("Any", crawler.engine).reasons == []
    assert crawler.stats.get_value("newscrawl/error/output") == 1
