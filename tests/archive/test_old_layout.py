"""Archives of the earlier layout: what they know is taken over, and their files stay as they are."""

import errno
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.archive import archive as archive_module
from newscrawl.archive import old_layout
from newscrawl.archive.archive import Archive
from newscrawl.archive.ledger import COMPLETE, DAY, Ledger
from newscrawl.archive.lock import Lock
from newscrawl.errors import LockedError
from newscrawl.replica import Fault, Options, Replica
from tests.archive.crawls import REVISIT_ALL, pages
from tests.archive.samples import make_earlier_layout, record, write_file
from tests.crawling import crawl

NOW = datetime(2024, 8, 24, 12, 0, tzinfo=UTC)
SITE = "https://english.almayadeen.net"
GONE = f"{SITE}/news/politics/gone"


def old_files(data: Path) -> dict[str, str]:
    """Return name → digest of all files outside of the editions' folders."""
    paths = [*data.glob("*.*"), *data.glob(".lock"), *data.glob("runs/**/*")]
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An archive of the earlier layout, of two editions with three articles each."""
    for edition in ("en", "es"):
        folder = tmp_path / edition
        folder.mkdir()
        lines = [record(number, edition=edition, body=f"{edition} word " * 40) for number in range(3)]
        write_file(folder, lines)
        with Archive(folder) as archive:
            ledger = archive.ledger
            ledger.note_failure(edition, GONE, "gone", NOW)
            ledger.note_tag(edition, "Mali", f"{SITE}/tags/{edition}")
            ledger.note_family(edition, f"/{edition}-reports", "analysis")
            ledger.note_block(f"{edition}.example.org", NOW)
            ledger.end_listing(edition, f"{SITE}/a", COMPLETE)
            ledger.end_listing(edition, f"{SITE}/b", COMPLETE)
            entry = ledger.article(edition, "1")
            assert entry is not None
            ledger.note_visit(entry, f"{SITE}/news/politics/second-url", NOW, f'"{edition}"', None)
            ledger.flush()
            ledger.begin_listing(edition, f"{SITE}/a")
        runs = folder / "runs"
        pages = runs / f"20240823T100000Z-{edition}-pages"
        pages.mkdir(parents=True)
        (pages / "unreadable-1.html.gz").write_text("page")
        (runs / f"20240823T100000Z-{edition}.json").write_text(json.dumps({"edition": edition}))
    (tmp_path / "en" / "runs" / "20240823T110000Z-1.json").write_text("{")
    make_earlier_layout(tmp_path)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        # The last run over a listing began when all six were known, and was killed.
        database.execute("UPDATE listings SET bound = 6 WHERE bound IS NOT NULL")
    database.close()
    return tmp_path


def check_known(ledger: Ledger, edition: str) -> None:
    """Assert that a ledger knows all that `data` noted of an edition, and nothing of another."""
    assert sorted(ledger.ids(edition)) == ["0", "1", "2"]
    assert {row[0] for row in ledger.counts()} == {edition}
    assert ledger.files() == {"articles/20240823T100000Z-1-00001.jsonl": 3}
    assert ledger.failure(edition, GONE) == "gone"
    assert ledger.tag_target(edition, "Mali") == f"/tags/{edition}"
    assert ledger.families(edition) == {f"/{edition}-reports": "analysis"}
    assert ledger.blocked_until(f"{edition}.example.org") is not None
    assert ledger.reach(edition, f"{SITE}/b") == (COMPLETE, None)
    assert ledger.database.execute("SELECT count(*) FROM families").fetchone() == (1,)
    entry = ledger.at(edition, f"{SITE}/news/politics/second-url")
    assert entry is not None
    assert (entry.id, entry.etag, entry.visited) == ("1", f'"{edition}"', int(NOW.timestamp()))
    assert [name for _, name in ledger.revisions(entry)] == ["articles/20240823T100000Z-1-00001.jsonl"]
    assert ledger.database.execute("SELECT count(*) FROM sketches").fetchone() == (3,)


@pytest.mark.parametrize("edition", ["en", "es"])
def test_an_edition_takes_over_what_is_its_own(edition: str, data: Path) -> None:
    before = old_files(data)
    with Archive(data / edition) as archive:
        assert archive.taken_over is not None
        assert (archive.taken_over.articles, archive.taken_over.files) == (3, 1)
        assert (archive.rebuilt, archive.indexed) == ("", {})
        check_known(archive.ledger, edition)
        # The listing's bound is no higher than the last article, or new ones would count as known.
        last = {"en": 3, "es": 6}[edition]
        assert archive.ledger.reach(edition, f"{SITE}/a") == (COMPLETE, last)
        assert archive.ledger.database.execute("SELECT max(number) FROM articles").fetchone() == (last,)
    assert old_files(data) == before
    assert {path.relative_to(data / edition / "runs").as_posix() for path in data.glob(f"{edition}/runs/**/*")} == {
        f"20240823T100000Z-{edition}.json",
        f"20240823T100000Z-{edition}-pages",
        f"20240823T100000Z-{edition}-pages/unreadable-1.html.gz",
    }
    with Archive(data / edition) as archive:
        assert archive.taken_over is None
        check_known(archive.ledger, edition)


def test_what_the_log_of_a_killed_run_holds_is_taken_over(data: Path) -> None:
    database = sqlite3.connect(data / "ledger.sqlite", isolation_level=None)
    database.execute("PRAGMA wal_autocheckpoint = 0")
    database.execute("UPDATE articles SET kind = 'from the log'")
    before = old_files(data)
    assert (data / "ledger.sqlite-wal").stat().st_size > 0
    with Archive(data / "en") as archive:
        check_known(archive.ledger, "en")
        entry = archive.ledger.article("en", "2")
        assert entry is not None
        assert entry.kind == "from the log"
    assert old_files(data) == before
    database.close()


def test_a_crawl_of_an_earlier_version_keeps_a_new_one_out(data: Path) -> None:
    hidden = data / "en" / "articles" / ".20240824T100000Z-2-00001.jsonl.part"
    hidden.write_text("{")
    with Lock(data), pytest.raises(LockedError):
        Archive(data / "en")
    # Nothing of what that crawl writes was touched.
    assert hidden.exists()
    Archive(data / "en").close()


def test_editions_take_over_at_the_same_time(data: Path) -> None:
    with Lock(data, shared=True), Archive(data / "en") as one, Archive(data / "es") as other:
        assert one.taken_over == other.taken_over


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


def overwrite(path: Path) -> None:
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (size - 4096))


def mark(path: Path) -> None:
    path.with_name(".ledger-damaged").write_text("a look-up failed\n")


@pytest.mark.parametrize("damage", [cut, overwrite, mark])
def test_a_damaged_ledger_is_rebuilt_from_the_files(
    damage: Callable[[Path], None], data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(data / "ledger.sqlite")
    before = old_files(data)
    with Archive(data / "en") as archive:
        assert "the one of the earlier layout is damaged" in archive.rebuilt
        assert archive.taken_over is None
        assert archive.indexed == {"articles/20240823T100000Z-1-00001.jsonl": 3}
        assert sorted(archive.ledger.ids("en")) == ["0", "1", "2"]
    assert "Rebuilding the ledger from the committed files" in caplog.text
    assert old_files(data) == before
    assert (data / "en" / "runs" / "20240823T100000Z-en.json").exists()
    assert not list(data.glob("en/.ledger*[!6]"))


class KilledError(BaseException):
    """In the place of a kill."""


@pytest.mark.parametrize("moment", ["_keep_edition", "_commit", "copy_ledger"])
def test_a_takeover_that_was_killed_is_done_again(moment: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KilledError

    before = old_files(data)
    with monkeypatch.context() as context:
        context.setattr(archive_module if moment == "copy_ledger" else old_layout, moment, killed)
        # What a kill leaves: nothing is removed on the way out.
        context.setattr(old_layout, "_remove", lambda _path: None)
        with pytest.raises(KilledError):
            Archive(data / "en")
    assert not (data / "en" / "ledger.sqlite").exists()
    with Archive(data / "en") as archive:
        check_known(archive.ledger, "en")
    assert old_files(data) == before
    assert not list(data.glob("en/.ledger*[!6]"))
    assert (data / "en" / "runs" / "20240823T100000Z-en.json").exists()


def test_a_disk_that_is_full_is_no_damage(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space"):
            Archive(data / "en")
    assert not (data / "en" / "ledger.sqlite").exists()
    with Archive(data / "en") as archive:
        check_known(archive.ledger, "en")


def test_a_ledger_that_was_set_aside_is_not_replaced_by_the_old_one(data: Path) -> None:
    with Archive(data / "en") as archive:
        archive.mark_damaged("a look-up failed")
    with Archive(data / "en") as archive:
        assert archive.rebuilt == "a look-up failed"
    (data / "en" / "ledger.sqlite").unlink()
    with Archive(data / "en") as archive:
        assert (archive.rebuilt, archive.taken_over) == ("it is missing", None)


@pytest.mark.crawl
def test_a_crawl_after_the_takeover_asks_for_nothing_known(tmp_path: Path) -> None:
    with Replica(Options(articles=80, validators=True, newest=datetime.now(UTC))) as site:
        failing = site.newsroom.path(5)
        site.faults.append(Fault(kind="status", status=404, path=f"^{failing}$"))
        first = crawl(site, tmp_path)
        assert len(first.records()) == 79
        make_earlier_layout(tmp_path)
        before = old_files(tmp_path)
        start = len(site.requests)
        done = crawl(site, tmp_path, refresh="no")
        assert done.status == 0, done.log
        assert "Took over from the earlier layout" in done.log
        assert pages(site, start) == []
        assert failing not in {seen.path for seen in site.requests[start:]}
        # The validators are there too: a visit of each is a conditional request.
        start = len(site.requests)
        visits = crawl(site, tmp_path, settings=REVISIT_ALL)
        assert visits.status == 0, visits.log
        known = {line["url"].removeprefix(site.url) for line in first.records()}
        assert {seen.status for seen in site.requests[start:] if seen.path in known} == {304}
        site.add(3)
        assert len(crawl(site, tmp_path, refresh="no").records()) == 82
        assert old_files(tmp_path) == before
        assert len(list(tmp_path.glob("en/runs/*.json"))) == 4


def test_a_page_that_failed_is_asked_for_again_after_its_time(data: Path) -> None:
    with Archive(data / "en") as archive:
        assert archive.ledger.is_known("en", GONE, NOW)
        assert not archive.ledger.is_known("en", GONE, datetime.fromtimestamp(NOW.timestamp() + DAY, UTC))
