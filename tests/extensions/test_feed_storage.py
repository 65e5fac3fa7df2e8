"""Scrapy's storage of feeds in the archive."""

import csv
import errno
import io
import json
import os
from pathlib import Path
from typing import cast

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, set_crawl_state
from newscrawl.archive.files import ARCHIVE_FEEDS
from newscrawl.archive.run_state import RunState
from newscrawl.errors import OutputError
from newscrawl.extensions.feed_storage import (
    ArchiveStorage,
    OwnFileStorage,
    RecordCsvExporter,
    RecordXmlExporter,
    with_archive_feeds,
)
from newscrawl.items import Image
from tests.extensions.engine import Engine
from tests.pipelines.samples import article


@pytest.mark.parametrize("uri", ["archive:../x.jsonl", "archive:en/../../x.jsonl", "archive:/etc/x.jsonl"])
def test_no_feed_leads_out_of_the_data_folder(uri: str, tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"DATA_DIR": str(tmp_path)})
    with pytest.raises(ValueError, match="out of the data folder"):
        ArchiveStorage.from_crawler(crawler, uri)


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = get_crawler(settings_dict={"DATA_DIR": str(tmp_path)})
    crawler.engine = Engine()  # type: ignore[assignment]
    return crawler


def closed(crawler: Crawler) -> list[str]:
    """Return the reasons for which the engine was asked to close the spider."""
    return cast("Engine", cast("object", crawler.engine)).reasons


URI = "archive:en/articles/20240823T100000Z-1-00001.jsonl"


def write(storage: ArchiveStorage | OwnFileStorage, *lines: bytes) -> None:
    file = storage.open(Spider("test"))
    for line in lines:
        file.write(line)
    storage.store(file)


@pytest.mark.parametrize("used", ["{}.jsonl", "{}.jsonl.gz", ".{}.jsonl.part"])
def test_a_name_that_is_used_is_not_used_again(used: str, crawler: Crawler, tmp_path: Path) -> None:
    with Archive(tmp_path / "en") as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        folder = tmp_path / "en" / "articles"
        folder.mkdir()
        there = folder / used.format("20240823T100000Z-1-00001")
        there.write_text("kept")
        for number in (2, 3):
            storage = ArchiveStorage.from_crawler(crawler, URI)
            write(storage, b"{}\n")
            assert storage.committed == folder / f"20240823T100000Z-1-00001-{number}.jsonl"
        assert there.read_text() == "kept"
        assert len(list(folder.iterdir())) == 3


def test_nothing_is_written_without_an_open_archive(crawler: Crawler, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write(ArchiveStorage.from_crawler(crawler, URI), b"{}\n")
    stats = crawler.stats.get_stats()
    assert (stats["newscrawl/error/output"], stats["newscrawl/lost/articles"]) == (1, 1)
    assert list(tmp_path.iterdir()) == []
    assert closed(crawler) == ["output"]


def test_a_commit_that_fails_stops_the_crawl_and_is_counted(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Archive(tmp_path / "en") as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        storage = ArchiveStorage.from_crawler(crawler, URI)
        file = storage.open(Spider("test"))
        file.write(b"{}\n")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="No space"):
            storage.store(file)
        monkeypatch.undo()
    assert crawler.stats.get_value("newscrawl/error/output") == 1
    assert closed(crawler) == ["output"]
    assert storage.committed is None


def test_lines_after_an_error_are_counted_as_lost(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Archive(tmp_path / "en") as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        file = ArchiveStorage.from_crawler(crawler, URI).open(Spider("test"))
        file.write(b"{}\n")
        with monkeypatch.context() as context:
            context.setattr(os, "write", full)
            file.write(b"{}\n")
        file.write(b"{}\n")
    stats = crawler.stats.get_stats()
    assert (stats["newscrawl/written/articles"], stats["newscrawl/lost/articles"]) == (1, 2)
    assert (stats["newscrawl/error/output"], closed(crawler)) == (1, ["output"])


def test_feeds_that_are_asked_for_come_beside_those_of_the_archive() -> None:
    archive = next(iter(ARCHIVE_FEEDS))
    merged = with_archive_feeds({"x.jl": {"format": "jsonlines"}, archive: {"format": "csv"}})
    assert [*merged] == [*ARCHIVE_FEEDS, "x.jl"]
    assert merged[archive]["format"] == "jsonlines"
    assert merged["x.jl"]["batch_item_count"] == 0
    assert with_archive_feeds(ARCHIVE_FEEDS) == ARCHIVE_FEEDS == with_archive_feeds({})


def test_an_own_file_is_written_over_or_added_to(crawler: Crawler, tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.jl"
    for options, lines in (({}, 1), ({}, 2), ({"overwrite": True}, 1)):
        write(OwnFileStorage.from_crawler(crawler, f"file://{path}", feed_options=options), b"{}\n")
        assert path.read_bytes() == b"{}\n" * lines
    assert not any(name.startswith("newscrawl/error/") for name in crawler.stats.get_stats())


def test_an_own_file_that_cannot_be_made_is_named_and_counted_once(
    crawler: Crawler, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        write(OwnFileStorage.from_crawler(crawler, str(tmp_path / "file" / "x.jl")), b"1\n", b"2\n")
    stats = crawler.stats.get_stats()
    assert (stats["newscrawl/error/own_feed"], "newscrawl/error/output" in stats) == (1, False)
    assert stats["newscrawl/why/own_feed"] == f"{tmp_path / 'file' / 'x.jl'}: File exists"
    assert "x.jl cannot be written" in caplog.text


def test_an_own_file_on_a_full_disk_ends_with_a_whole_line(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.jl"
    storage = OwnFileStorage.from_crawler(crawler, str(path))
    file = storage.open(Spider("test"))
    file.write(b"whole\n")
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 3:
            return real(descriptor, data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(os, "write", full)
        file.write(b"torn\n")
    file.write(b"later\n")
    with pytest.raises(OutputError, match="No space"):
        storage.store(file)
    assert path.read_bytes() == b"whole\n"


def test_csv_holds_json_in_nested_columns_and_xml_plain_values() -> None:
    record = article(images=(Image(url="https://x/a.jpg"),), authors=("A", "B"))
    out = io.BytesIO()
    exporter = RecordCsvExporter(out)
    exporter.start_exporting()
    exporter.export_item(record)
    exporter.finish_exporting()
    (row,) = csv.DictReader(io.StringIO(out.getvalue().decode()))
    assert json.loads(row["images"]) == [{"url": "https://x/a.jpg", "caption": None, "credit": None}]
    assert json.loads(row["authors"]) == ["A", "B"]
    assert row["title"] == record.title
    out = io.BytesIO()
    xml = RecordXmlExporter(out)
    xml.start_exporting()
    xml.export_item(record)
    xml.finish_exporting()
    assert b"<url>https://x/a.jpg</url>" in out.getvalue()
