"""Pages or lines that cannot be written: what stops, what stays, and what the next run makes of it."""

import errno
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse

from newscrawl.archive.archive import Archive
from newscrawl.archive.captures import Captures
from newscrawl.archive.crawl_state import CrawlState, set_crawl_state
from newscrawl.archive.damage import Damage
from newscrawl.archive.page_index import PageIndex
from newscrawl.archive.part_file import PartFile
from newscrawl.archive.run_state import RunState
from newscrawl.commands.verify import findings
from newscrawl.errors import LedgerDamagedError, OutputError
from newscrawl.extensions.captures import CAPTURE, CAPTURED_AT, CaptureExtension
from newscrawl.extensions.feed_storage import ArchiveStorage
from newscrawl.items import as_dict
from newscrawl.monitoring.accounting import PURPOSE
from tests.archive.crawls import wrong_pages
from tests.archive.samples import record
from tests.archive.test_captures import RUN, URL, exchange
from tests.extensions.engine import Engine, bare_crawler


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = bare_crawler(DATA_DIR=str(tmp_path), KEEP_PAGES="articles")
    crawler.engine = Engine()  # type: ignore[assignment]
    return crawler


def state_of(crawler: Crawler, archive: Archive) -> Captures:
    captures = Captures(archive.folder, RUN, {})
    set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState(), captures=captures))
    return captures


def refuse(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def line_of(number: int, captures: Captures) -> bytes:
    line = record(number)
    place = captures.add(exchange(b"<p>%d</p>" % number, url=line["url"]))
    return json.dumps({**line, "capture": as_dict(place)}).encode() + b"\n"


def opened(crawler: Crawler) -> tuple[ArchiveStorage, Any]:
    storage = ArchiveStorage.from_crawler(crawler, f"archive:en/articles/{RUN}-00001.jsonl")
    return storage, cast("Any", storage.open(Spider("test")))


def check_next_run(folder: Path, *ids: str) -> None:
    """Assert that the next run commits the lines that were whole, each with its page."""
    with Archive(folder) as archive:
        assert sorted(archive.ledger.ids("en")) == sorted(ids)
        assert archive.damages.count == 0
    assert wrong_pages(folder.parent) == []
    assert [each for each in findings(folder) if isinstance(each, Damage)] == []


@pytest.mark.parametrize(
    ("error", "stat"),
    [(OutputError(errno.EIO, "refused"), "output"), (LedgerDamagedError("torn"), "ledger_damaged")],
)
def test_a_look_up_of_pages_that_fails_stops_the_crawl_and_no_line_is_written_without_its_page(
    error: Exception, stat: str, crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(PageIndex, "with_payload", fails)
    with Archive(tmp_path / "en") as archive:
        captures = state_of(crawler, archive)
        request = Request(URL, meta={PURPOSE: "article"})
        response = HtmlResponse(URL, body=b"<p>Dockers.</p>", request=request)
        CaptureExtension.from_crawler(crawler).response_downloaded(response, request)
        assert CAPTURE not in request.meta
        assert abs((datetime.now(UTC) - request.meta[CAPTURED_AT]).days) == 0
        assert captures.error is not None
        storage, file = opened(crawler)
        file.write(json.dumps(record(1)).encode() + b"\n")
        with pytest.raises(OutputError):
            storage.store(file)
    assert cast("Any", crawler.engine).reasons[0] == "output"
    assert crawler.stats.get_value(f"newscrawl/error/{stat}")
    assert crawler.stats.get_value("newscrawl/lost/articles") == 1
    assert (tmp_path / "en" / ".ledger-damaged").exists() == (stat == "ledger_damaged")


def test_a_page_that_cannot_be_written_stops_the_lines_before_it(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path / "en") as archive:
        captures = state_of(crawler, archive)
        storage, file = opened(crawler)
        file.write(line_of(1, captures))
        assert captures.open is not None
        with monkeypatch.context() as patch:
            patch.setattr("os.write", refuse)
            with pytest.raises(OSError, match="No space"):
                line_of(2, captures)
        with pytest.raises(OutputError):
            storage.store(file)
        file.part.close()
        captures.open = None
    assert not list((tmp_path / "en").glob("*/[!.]*.jsonl"))
    check_next_run(tmp_path / "en", "1")


def test_a_line_that_cannot_be_written_leaves_its_page_and_the_lines_before_it(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path / "en") as archive:
        captures = state_of(crawler, archive)
        storage, file = opened(crawler)
        file.write(line_of(1, captures))
        second = line_of(2, captures)
        with monkeypatch.context() as patch:
            patch.setattr("os.write", refuse)
            file.write(second)
        with pytest.raises(OutputError):
            storage.store(file)
        # As at the end of a crawl.
        captures.commit()
        archive.index_pages(captures)
    check_next_run(tmp_path / "en", "1")


def test_lines_are_not_committed_when_their_pages_cannot_be(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = PartFile.commit

    def fails(part: PartFile) -> None:
        if part.path.suffix == ".gz":
            part.close()
            refuse()
        commit(part)

    with Archive(tmp_path / "en") as archive:
        captures = state_of(crawler, archive)
        storage, file = opened(crawler)
        file.write(line_of(1, captures))
        monkeypatch.setattr(PartFile, "commit", fails)
        with pytest.raises(OutputError):
            storage.store(file)
        monkeypatch.undo()
        assert storage.committed is None
    check_next_run(tmp_path / "en", "1")
