"""The reports of an archive of the earlier layout, of which each edition copies its own."""

import json
from pathlib import Path

import pytest

from newscrawl.archive.old_layout import copy_reports


def write_report(data: Path, name: str, edition: object, *pages: str) -> None:
    (data / "runs").mkdir(exist_ok=True)
    (data / "runs" / f"{name}.json").write_text(json.dumps({"edition": edition}))
    for page in pages:
        (data / "runs" / f"{name}-pages").mkdir(exist_ok=True)
        (data / "runs" / f"{name}-pages" / page).write_text(page)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_an_edition_copies_its_reports_with_their_pages_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    en, ar = tmp_path / "en", tmp_path / "ar"
    en.mkdir()
    ar.mkdir()
    assert copy_reports(en) == 0
    assert names(en) == []
    write_report(tmp_path, "20240823T090000Z-1", "en", "a.html.gz", "b.html.gz")
    write_report(tmp_path, "20240823T090001Z-1", "ar")
    write_report(tmp_path, "20240823T090002Z-1", "en")
    write_report(tmp_path, "20240823T090003Z-1", None)
    (tmp_path / "runs" / "20240823T090004Z-1.json").write_text("{")
    (tmp_path / "runs" / "20240823T090005Z-1.json").write_text("[]")
    before = names(tmp_path / "runs")
    assert copy_reports(en) == 2
    assert names(en / "runs") == [
        "20240823T090000Z-1-pages/a.html.gz", "20240823T090000Z-1-pages/b.html.gz",
        "20240823T090000Z-1.json", "20240823T090002Z-1.json",
    ]  # fmt: skip
    assert "20240823T090004Z-1.json is no report of a run, and is not copied: " in caplog.text
    assert names(tmp_path / "runs") == before
    # What is there already is left alone; half of a copy is made whole.
    (en / "runs" / "20240823T090000Z-1.json").write_text("mine")
    assert copy_reports(en) == 0
    (en / "runs" / "20240823T090000Z-1.json").unlink()
    (en / "runs" / "20240823T090000Z-1-pages" / "a.html.gz").write_text("torn")
    assert copy_reports(en) == 1
    assert (en / "runs" / "20240823T090000Z-1-pages" / "a.html.gz").read_text() == "a.html.gz"
    assert copy_reports(ar) == 1
    assert names(ar) == ["runs/20240823T090001Z-1.json"]
