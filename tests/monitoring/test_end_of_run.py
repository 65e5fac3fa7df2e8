"""The end of a run without a crawl: what was seen, the report that is made of it, and how long reports are kept."""

import gzip
import json
import tempfile
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.dates import format_utc
from newscrawl.monitoring.end_of_run import finish_run
from newscrawl.monitoring.observations import PAGES_SAVED, SAMPLE, Observations
from newscrawl.monitoring.reports import (
    RunFacts,
    read_reports,
    report_files,
    report_of,
    report_path,
    write_pages,
    write_report,
)
from newscrawl.pages import parse_article

PAGE = b"<html><head><title>A port</title></head><body><h1>A port</h1><div class='p-content'><p>One.</p></div></body>"
NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
FACTS = RunFacts(
    name="20240823T090000Z-1",
    spider="mayadeen",
    edition="en",
    site="https://x.net",
    arguments={},
    started=NOW,
    ended=NOW,
)


def seen_of(number: int) -> Observations:
    """Return what a run of articles without a date has shown."""
    seen = Observations()
    article = parse_article(PAGE, "https://english.almayadeen.net/news/politics/a-port", downloaded=NOW)
    for at in range(number):
        seen.add_article(replace(article, url=f"{article.url}-{at}"), PAGE, format_utc(NOW))
    return seen


def test_what_is_kept_does_not_grow_with_the_run() -> None:
    seen = seen_of(SAMPLE + 100)
    assert seen.records["news"] == SAMPLE + 100
    assert len(seen.words["news"]) == SAMPLE
    assert [len(seen.pages["news-no-date"]), len(seen.examples["news: date_published"])] == [PAGES_SAVED, 3]


def test_a_report_is_read_as_it_was_written_and_old_ones_are_removed(tmp_path: Path) -> None:
    seen = seen_of(2)
    report = report_of(FACTS, seen, {"finish_reason": "finished", "newscrawl/new": 2, "downloader/request_count": 5})
    assert (report["fill"]["news"]["rates"]["date_published"], report["requests_per_new_article"]) == (0, 2.5)
    for second in range(4):
        name = f"20240823T09000{second}Z-1"
        path = report_path(tmp_path, name)
        (page, _) = write_pages(path, seen)
        assert gzip.decompress(page.read_bytes()).startswith(b"<!-- article https://english.almayadeen.net/")
        write_report(path, {**report, "run": name, "verdict": {}}, keep=2)
    (tmp_path / "20240824T000000Z-1.json").write_text("{")
    reports, damaged = read_reports(tmp_path)
    assert [each["run"] for each in reports] == ["20240823T090003Z-1", "20240823T090002Z-1"]
    assert [path.name for path in damaged] == ["20240824T000000Z-1.json"]
    assert len(list(tmp_path.glob("*-pages"))) == 2


def test_a_run_is_judged_compared_and_written_by_one_function(tmp_path: Path) -> None:
    stats = {"finish_reason": "finished", "newscrawl/article/fetched": 40, "newscrawl/listing/opened": 1}
    ended = finish_run(
        FACTS, seen_of(40), stats, folder=tmp_path, missing_share=0.5, floors={"date_published": 0.8}, environment={}
    )
    assert (ended.verdict.status, ended.verdict.name) == (4, "the pages changed")
    assert ended.verdict.reason == "news: date_published fell from 0.8 to 0 (at least 0.8); 0 articles written"
    (file,) = report_files(tmp_path)
    written = json.loads(file.read_text("utf-8"))
    assert written["verdict"] == asdict(ended.verdict)
    assert written["canary"][0]["what"] == "news: date_published"
    assert [(tmp_path / name).is_file() for name in written["pages_saved"]] == [True] * PAGES_SAVED
    # Another run of the same second and process id: both are kept, and the later one is the newer.
    later = replace(FACTS, arguments={"deep": "yes"})
    finish_run(later, seen_of(40), stats, folder=tmp_path, missing_share=0.5, floors={}, environment={})
    assert json.loads(file.read_text("utf-8")) == written
    reports, _ = read_reports(tmp_path)
    assert [each["arguments"] for each in reports] == [{"deep": "yes"}, {}]


@pytest.mark.parametrize("has_spare", [True, False])
@pytest.mark.parametrize("folder", ["file", "file/runs", "vanished/runs"])
def test_a_report_whose_folder_takes_nothing_is_written_elsewhere(
    folder: str, has_spare: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    for name in ("temporary", "spare"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").write_text("")
    stats = {"finish_reason": "finished", "newscrawl/error/output": 1}
    ended = finish_run(
        FACTS, Observations(), stats, folder=tmp_path / folder, missing_share=0.5, floors={}, environment={},
        spare_folder=tmp_path / "spare" if has_spare else tmp_path / "file",
    )  # fmt: skip
    assert ended.verdict.status == 6
    (path,) = tmp_path.glob("spare/*.json" if has_spare else "temporary/newscrawl-report-*/*.json")
    assert json.loads(path.read_text("utf-8"))["verdict"]["status"] == 6
    assert f"Report of this run: {path}" in caplog.text
    # What has vanished is not made again.
    assert not (tmp_path / "vanished").exists()


def test_a_report_that_no_folder_takes_is_an_output_that_was_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    stats = {"finish_reason": "finished", "newscrawl/listing/opened": 1}
    ended = finish_run(
        FACTS, Observations(), stats, folder=tmp_path / "no" / "runs", missing_share=0.5, floors={}, environment={}
    )
    assert (ended.verdict.status, ended.report["verdict"]["status"]) == (6, 6)
    assert "the report of this run: [Errno 2]" in ended.verdict.reason
    assert "Nor can it be written" in caplog.text


def test_a_report_shows_what_a_page_said_as_escapes(tmp_path: Path) -> None:
    report = {"reason": "غ \x1b[2J\x9b\u202e\ud800\x7f"}
    write_report(tmp_path / "runs" / "20240823T090000Z-1.json", report)
    text = (tmp_path / "runs" / "20240823T090000Z-1.json").read_text("utf-8")
    assert text == '{\n "reason": "غ \\u001b[2J\\u009b\\u202e\\ud800\\u007f"\n}\n'
    assert json.loads(text) == report
