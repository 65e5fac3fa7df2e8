"""The commands that read an archive, on archives without a crawl."""

import argparse
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from newscrawl.archive.archive import Archive
from newscrawl.archive.lock import Lock
from newscrawl.command_line import BaseCommand, CommandError
from newscrawl.commands import audit, history, ledger
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.audit import ListedArticles
from newscrawl.setting_checks import check_settings
from newscrawl.urls import Site
from tests.archive.samples import record, write_file

SECOND = "20240824T100000Z-1-00001"


def command_of(kind: type[BaseCommand], data: Path) -> Any:
    command = kind()
    command.settings = Settings()
    command.settings.setmodule("newscrawl.settings")
    command.settings.set("DATA_DIR", str(data), priority="cmdline")
    return command


def options(**values: Any) -> argparse.Namespace:
    return argparse.Namespace(spargs={}, missing=None, json=True, **values)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose archive holds three articles, the first with an edit, and a line of another edition."""
    write_file(tmp_path / "en", [record(1, title="Before", body="One.\n\nTwo."), record(2, title="Other")])
    edit = record(1, title="After", body="One.\n\nThree.", revision=2, content_hash="f" * 64)
    write_file(tmp_path / "en", [record(3, title="Third"), edit, record(1, title="Ajeno", edition="es")], name=SECOND)
    return tmp_path


@pytest.mark.parametrize("asked", ["http://[bad", "a/b", "//", "x", "http://x.net:port/a", "\ud800/a"])
def test_history_of_what_is_no_article_is_none(asked: str, data: Path) -> None:
    with Archive(data / "en") as archive:
        assert history.find(archive, "en", asked) is None


@pytest.mark.parametrize("asked", ["1", record(1)["url"]])
def test_history_shows_the_revisions_of_one_article_alone(
    asked: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Archive(data / "en") as archive:
        entry = history.find(archive, "en", asked)
        assert entry is not None
        found = history.revisions(archive, entry)
    assert [(each["id"], each["revision"], each["title"]) for each in found] == [("1", 1, "Before"), ("1", 2, "After")]
    history.show(entry, found)
    shown = capsys.readouterr().out
    for line in ("Before", "revision 2", "- Before", "+ After", "- Two.", "+ Three."):
        assert line in shown
    for line in ("Other", "Third", "Ajeno", "- One.", "no longer on the site"):
        assert line not in shown


def test_history_says_that_an_article_is_gone(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive(data / "en") as archive:
        entry = archive.ledger.article("en", "2")
        assert entry is not None
        archive.ledger.note_gone(entry, datetime.now(UTC))
        archive.ledger.flush()
        entry = history.find(archive, "en", "2")
        assert entry is not None
        history.show(entry, history.revisions(archive, entry))
    assert "no longer on the site" in capsys.readouterr().out


def test_history_of_an_unknown_article_ends_with_a_status(data: Path) -> None:
    verdict = command_of(history.Command, data).execute(["9"], options())
    assert verdict.status == ExitStatus.WRONG_ARGUMENT
    with pytest.raises(ArgumentError):
        command_of(history.Command, data).execute(["1", "2"], options())


@pytest.mark.parametrize(("kind", "words"), [(ledger.Command, ["show"]), (history.Command, ["1"]), (audit.Command, [])])
def test_an_archive_that_is_held_is_not_read(kind: type[BaseCommand], words: list[str], data: Path) -> None:
    lock = Lock(data / "en")
    try:
        with pytest.raises(CommandError) as caught:
            command_of(kind, data).execute(words, options())
    finally:
        lock.release()
    assert caught.value.verdict.status == ExitStatus.LOCKED


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_data_folder_is_refused(value: str) -> None:
    with pytest.raises(ArgumentError, match="give a text"):
        check_settings(Settings({"DATA_DIR": value}), ["DATA_DIR"])
    check_settings(Settings({"DATA_DIR": "data"}), ["DATA_DIR"])


@dataclass
class _Spider:
    """What the audit needs of the spider that has listed the site."""

    listed: ListedArticles
    root: str = "https://english.almayadeen.net"

    @property
    def site(self) -> Site:
        return Site(self.root)

    @property
    def crawler(self) -> Any:
        stats = argparse.Namespace(get_stats=lambda: {"finish_reason": "finished"})
        return argparse.Namespace(stats=stats)


def test_what_a_crawl_archives_during_the_audit_is_not_missing(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def list_site(*_: object) -> _Spider:
        with Archive(data / "en"):
            write_file(data / "en", [record(4)], name="20240825T100000Z-1-00001")
        listed = ListedArticles()
        for number in (1, 4, 5):
            listed.add(record(number)["url"], None)
        return _Spider(listed)

    monkeypatch.setattr(audit.Command, "list_site", list_site)
    verdict = command_of(audit.Command, data).execute([], options())
    answer = json.loads(capsys.readouterr().out)
    assert answer["missing"] == [record(5)["url"]]
    assert (data / "en" / "missing.txt").read_text() == f"{record(5)['url']}\n"
    assert (verdict.status, verdict.name) == (ExitStatus.INCOMPLETE, "articles missing")
