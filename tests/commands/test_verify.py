"""`scrapy verify`, and what the other commands say of a damaged archive."""

import sys
from pathlib import Path

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.lock import Lock
from tests.archive.samples import record, write_file
from tests.crawling import Finished, run


def scrapy(data: Path, *arguments: str) -> Finished:
    return run([sys.executable, "-m", "scrapy", *arguments, "-s", f"DATA_DIR={data}"], data)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    target = write_file(tmp_path / "en", [record(number) for number in range(3)])
    with Archive(tmp_path / "en"):
        return target


def test_a_sound_archive_is_sound(target: Path, tmp_path: Path) -> None:
    done = scrapy(tmp_path, "verify")
    assert (done.status, done.log.strip()) == (
        0, "sound (status 0): 3 records in 1 files, each as it was committed.",
    )  # fmt: skip


def test_what_is_damaged_is_named_by_all_commands(target: Path, tmp_path: Path) -> None:
    lines = target.read_bytes().split(b"\n")
    target.write_bytes(b"\n".join([lines[0], b"{oops" + lines[1], *lines[2:]]))
    done = scrapy(tmp_path, "verify", "-a", "edition=en")
    assert done.status == 6
    assert f"{target}:2: the line is no JSON" in done.log
    assert f"{target}: its SHA-256" in done.log
    assert scrapy(tmp_path, "verify", "-a", "edition=ar").status == 2
    for arguments in (("history", "1"), ("ledger", "rebuild")):
        done = scrapy(tmp_path, *arguments)
        assert done.status == 0, done.log
        assert f"Passed over {target}:2: the line is no JSON" in done.log
        assert "1 lines in 1 files cannot be read" in done.log
    assert "2 lines in 1 files" in done.log


def test_nothing_is_read_while_a_crawl_writes(target: Path, tmp_path: Path) -> None:
    with Lock(tmp_path / "en"):
        assert scrapy(tmp_path, "verify").status == 75
