"""Contents that were taken for articles and are none: ledger, repair and rebuild count them as never written."""

import json
from pathlib import Path

from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import DamageLog
from newscrawl.archive.files import committed_files, read_records
from newscrawl.archive.taken_back import TAKEN_BACK, TakenBack
from tests.archive.samples import record, write_file, write_part

SOON = "f" * 64


def take_back(archive: Archive) -> None:
    archive.take_back("en", SOON, title="We will be back soon", urls=["https://x.net/a"])


def test_what_was_taken_back_is_forgotten_and_stays_so_after_a_rebuild(tmp_path: Path) -> None:
    write_file(tmp_path, [record(1), record(2, content_hash=SOON)])
    with Archive(tmp_path) as archive:
        assert archive.ledger.article("en", "2") is not None
        take_back(archive)
        assert archive.ledger.ids("en") == ["1"]
        assert archive.ledger.at("en", record(2)["url"]) is None
    with Archive(tmp_path, rebuild="asked for") as archive:
        assert archive.ledger.ids("en") == ["1"]
        assert archive.taken_back.when("en", SOON) is not None
        assert archive.taken_back.when("ar", SOON) is None


def test_an_article_of_which_one_revision_was_none_keeps_the_others(tmp_path: Path) -> None:
    write_file(tmp_path, [record(1)], name="20240823T100000Z-1-00001")
    write_file(tmp_path, [record(1, content_hash=SOON, revision=2)], name="20240824T100000Z-1-00001")
    for rebuild in ("", "asked for"):
        with Archive(tmp_path, rebuild=rebuild) as archive:
            if not rebuild:
                take_back(archive)
            entry = archive.ledger.article("en", "1")
            assert entry is not None
            assert (entry.revision, entry.content.hex()) == (1, record(1)["content_hash"])
            assert archive.ledger.at("en", record(1)["url"]) == entry


def test_a_repair_commits_nothing_that_was_taken_back(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        take_back(archive)
    write_part(tmp_path, [record(1), record(2, content_hash=SOON)])
    write_part(tmp_path, [record(3, content_hash=SOON)], name="20240823T100001Z-1-00001")
    with Archive(tmp_path) as archive:
        assert archive.ledger.ids("en") == ["1"]
    (file,) = committed_files(tmp_path)
    assert [line["id"] for line in read_records(file)] == ["1"]
    assert sorted(tmp_path.glob("articles/.*")) == []


def test_the_line_says_what_was_taken_back_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        take_back(archive)
    path = tmp_path / TAKEN_BACK
    (line,) = [json.loads(each) for each in path.read_text("utf-8").splitlines()]
    assert (line["title"], line["urls"], line["content_hash"]) == ("We will be back soon", ["https://x.net/a"], SOON)
    path.write_text('{"edition": "en"}\nno JSON\n[1]\n' + json.dumps({**line, "date_taken_back": "soon"}) + "\n")
    damages = DamageLog()
    assert TakenBack(tmp_path, damages).entries == {}
    assert damages.count == 4
