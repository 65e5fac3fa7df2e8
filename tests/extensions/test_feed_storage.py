"""Scrapy's storage of feeds in the archive."""

import csv
import errno
import hashlib
import io
import json
import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.conf import feed_complete_default_values_from_settings
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, set_crawl_state
from newscrawl.archive.files import ARCHIVE_FEEDS
from newscrawl.archive.part_file import PartFile
from newscrawl.archive.run_state import RunState
from newscrawl.errors import OutputError
from newscrawl.extensions.feed_storage import (
    ArchiveStorage,
    OwnFileStorage,
    RecordCsvExporter,
    RecordExporter,
    RecordXmlExporter,
    run_name,
    uri_params,
    with_archive_feeds,
)
from newscrawl.items import Image, as_dict
from newscrawl.monitoring.accounting import SAME_CONTENT
from tests.archive.samples import record
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


def test_lines_are_synced_after_the_seconds_of_the_setting_also_under_another_name(tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"DATA_DIR": str(tmp_path), "SYNC_SECONDS": "7.5"})
    with Archive(tmp_path / "en") as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        # The second finds the name of the first in use.
        files = [ArchiveStorage.from_crawler(crawler, URI).open(Spider("test")) for _ in range(2)]
        parts: list[PartFile] = [cast("Any", file).part for file in files]
        assert [part.path.stem for part in parts] == ["20240823T100000Z-1-00001", "20240823T100000Z-1-00001-2"]
        assert [part.sync_seconds for part in parts] == [7.5, 7.5]
        for part in parts:
            part.discard()


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
    # What is no object is left to the check of the feeds.
    assert with_archive_feeds({"x.jl": 3})["x.jl"] == 3


def test_the_archive_holds_whole_records_whatever_other_feeds_hold() -> None:
    crawler = get_crawler(settings_dict={"FEEDS": {}, "FEED_EXPORT_FIELDS": ["id", "url"]})
    for options in with_archive_feeds({}).values():
        assert feed_complete_default_values_from_settings(options, crawler.settings)["fields"] is None
    own = with_archive_feeds({"x.jl": {"format": "jsonlines"}})["x.jl"]
    assert feed_complete_default_values_from_settings(own, crawler.settings)["fields"] == ["id", "url"]


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


def open_archive(archive: Archive, crawler: Crawler) -> ArchiveStorage:
    set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
    return ArchiveStorage.from_crawler(crawler, URI)


def line(number: int, revision: int = 1) -> bytes:
    changed = record(number, revision=revision)
    return json.dumps(changed).encode() + b"\n"


def test_what_was_taken_back_is_left_out_of_the_file_and_counts_as_dropped(crawler: Crawler, tmp_path: Path) -> None:
    with Archive(tmp_path / "en") as archive:
        storage = open_archive(archive, crawler)
        file = storage.open(Spider("test"))
        for number, revision in ((1, 1), (2, 1), (3, 2)):
            file.write(line(number, revision))
            crawler.stats.inc_value("newscrawl/new" if revision == 1 else "newscrawl/changed")
        for number in (2, 3):
            archive.take_back("en", f"{number:064x}", title="Soon back", urls=["https://x/a"])
        storage.store(file)
        assert storage.committed is not None
        assert storage.committed.read_bytes() == line(1)
        assert (storage.lines, storage.sha256) == (1, hashlib.sha256(line(1)).hexdigest())
    stats = crawler.stats.get_stats()
    assert {name: stats[f"newscrawl/{name}"] for name in ("written/articles", "new", "changed", "files/articles")} == {
        "written/articles": 1, "new": 1, "changed": 0, "files/articles": 1,
    }  # fmt: skip
    records = "newscrawl/accounts/records/articles/"
    assert (stats[f"{records}exported"], stats[f"{records}{SAME_CONTENT}"]) == (-2, 2)
    assert stats["newscrawl/last_file/articles"] == str(storage.committed)


def test_a_file_of_which_nothing_is_left_is_removed(crawler: Crawler, tmp_path: Path) -> None:
    with Archive(tmp_path / "en") as archive:
        storage = open_archive(archive, crawler)
        file = storage.open(Spider("test"))
        file.write(line(1))
        archive.take_back("en", f"{1:064x}", title="Soon back", urls=["https://x/a"])
        storage.store(file)
        assert storage.committed is None
        assert list((tmp_path / "en" / "articles").iterdir()) == []
    assert crawler.stats.get_value("newscrawl/files/articles") is None


def test_a_file_whose_folder_was_removed_is_noticed_at_the_next_line(crawler: Crawler, tmp_path: Path) -> None:
    with Archive(tmp_path / "en") as archive:
        storage = open_archive(archive, crawler)
        file = storage.open(Spider("test"))
        file.write(line(1))
        shutil.rmtree(tmp_path / "en" / "articles")
        file.write(line(2))
        with pytest.raises(OutputError):
            storage.store(file)
    stats = crawler.stats.get_stats()
    assert (stats["newscrawl/error/output"], stats["newscrawl/lost/articles"], closed(crawler)) == (1, 1, ["output"])


def test_an_engine_that_is_down_is_not_asked_to_close(crawler: Crawler) -> None:
    cast("Engine", cast("object", crawler.engine)).running = False
    with pytest.raises(OutputError):
        write(ArchiveStorage.from_crawler(crawler, URI), b"{}\n")
    assert closed(crawler) == []
    assert crawler.stats.get_value("newscrawl/error/output") == 1


def test_a_run_has_one_name_from_the_command_line_or_a_new_one() -> None:
    crawler = get_crawler(settings_dict={"RUN_NAME": "20240823T100000Z-1"})
    assert run_name(crawler) == "20240823T100000Z-1" == crawler.stats.get_value("newscrawl/run")
    other = get_crawler()
    name = run_name(other)
    assert re.fullmatch(rf"\d{{8}}T\d{{6}}Z-{os.getpid()}", name)
    assert run_name(other) == name == other.stats.get_value("newscrawl/run")


def test_a_uri_names_nothing_but_what_it_may() -> None:
    spider = SimpleNamespace(edition=SimpleNamespace(code="ar"), crawler=get_crawler(settings_dict={"RUN_NAME": "r"}))
    given = {"batch_id": 3, "batch_time": "t", "time": "t", "name": "mayadeen", "password": "secret", "run": "no"}
    assert uri_params(given, cast("Spider", spider)) == {
        "edition": "ar", "run": "r", "batch_id": 3, "batch_time": "t", "time": "t", "name": "mayadeen",
    }  # fmt: skip


def test_a_record_is_one_line_and_what_is_asked_for_are_its_fields() -> None:
    for fields, keys in ((None, list(as_dict(article()))), (["id", "title"], ["id", "title"])):
        out = io.BytesIO()
        exporter = RecordExporter(out, fields_to_export=fields, encoding="utf-8")
        exporter.export_item(article(title="Ein Über"))
        (text,) = out.getvalue().splitlines(keepends=True)
        assert text.endswith(b"\n")
        assert list(json.loads(text)) == keys
        assert json.loads(text)["title"] == "Ein Über"
    out = io.BytesIO()
    RecordExporter(out, encoding=None).export_item({"a": 1})
    assert json.loads(out.getvalue()) == {"a": 1}


def test_other_items_are_exported_as_scrapy_does() -> None:
    out = io.BytesIO()
    exporter = RecordCsvExporter(out)
    exporter.export_item({"a": 1, "b": "c"})
    exporter.finish_exporting()
    assert out.getvalue().decode().split() == ["a,b", "1,c"]
    out = io.BytesIO()
    xml = RecordXmlExporter(out)
    xml.start_exporting()
    xml.export_item({"a": "b"})
    xml.finish_exporting()
    assert b"<item><a>b</a></item>" in out.getvalue()


def test_a_pipe_of_ones_own_is_written_and_never_cut(crawler: Crawler, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    storage = OwnFileStorage.from_crawler(crawler, str(tmp_path / "pipe"))
    file = storage.open(Spider("test"))
    assert file.writable()
    assert file.write(b"") == 0
    assert file.write(b"one\n") == 4
    assert os.read(reader, 100) == b"one\n"
    os.close(reader)
    # Nobody reads any more.
    assert file.write(b"two\n") == 4
    with pytest.raises(OutputError, match="Broken pipe"):
        storage.store(file)
    assert cast("Any", file).descriptor == -1
    assert crawler.stats.get_value("newscrawl/error/own_feed") == 1


def test_what_the_disk_refuses_only_at_the_end_counts_too(
    crawler: Crawler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = OwnFileStorage.from_crawler(crawler, str(tmp_path / "x.jl"))
    file = storage.open(Spider("test"))
    file.write(b"one\n")
    real = os.close

    def refuse(descriptor: int) -> None:
        real(descriptor)
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    with monkeypatch.context() as context:
        context.setattr(os, "close", refuse)
        with pytest.raises(OutputError, match="quota"):
            storage.store(file)
    assert crawler.stats.get_value("newscrawl/error/own_feed") == 1
