"""Damaged, removed and foreign files among the pages: what is passed over, kept again, or written again."""

from io import BytesIO
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from newscrawl.archive.archive import Archive
from newscrawl.archive.captures import Captures
from newscrawl.archive.cdxj import cdxj_path
from newscrawl.archive.damage import Damage
from newscrawl.archive.exchange import payload_digest
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.manifest import Manifest
from newscrawl.archive.page_index import PageIndex
from newscrawl.archive.warc_files import rows_of
from newscrawl.commands.verify import findings
from tests.archive.samples import record, write_file
from tests.archive.test_captures import HEAD, RUN, URL, exchange, only, only_of


@pytest.fixture
def captures(tmp_path: Path) -> Captures:
    return Captures(tmp_path / "en", RUN, {"software": "newscrawl", "robots": "obey"})


@pytest.mark.parametrize("place", ["dangling link", "file"])
def test_pages_without_a_folder_end_the_crawl(place: str, captures: Captures, tmp_path: Path) -> None:
    pages = tmp_path / "en" / "pages"
    pages.parent.mkdir()
    if place == "file":
        pages.write_bytes(b"")
    else:
        pages.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OSError, match="pages"):
        captures.add(exchange())
    assert captures.error is not None


def test_a_page_whose_copy_is_damaged_is_kept_again_and_found_where_it_is_whole(
    captures: Captures, tmp_path: Path
) -> None:
    first = captures.add(exchange())
    captures.commit()
    path = only(tmp_path)
    data = bytearray(path.read_bytes())
    data[first.offset + 300] ^= 0xFF
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
        path.write_bytes(data)
        assert archive.pages.with_payload(first.digest) is None
        assert archive.pages.last_at(URL) is None
        later = Captures(tmp_path / "en", "20240824T090000Z-1", {})
        again = later.add(exchange(), archive.pages.with_payload(first.digest))
        later.commit()
        archive.index_pages(later)
        found = archive.pages.with_payload(first.digest)
    assert found is not None
    assert found.capture == again
    assert again.file != first.file


def test_a_place_that_has_another_page_now_is_not_taken_for_the_one_that_was_there(
    captures: Captures, tmp_path: Path
) -> None:
    first = captures.add(exchange())
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
        path = only(tmp_path)
        other = Captures(tmp_path / "other", RUN, captures.info)
        place = other.add(exchange(b"<p>Dockers unloaded the other ship.</p>"))
        other.commit()
        page = only_of(tmp_path / "other").read_bytes()[place.offset :]
        path.write_bytes(path.read_bytes()[: first.offset] + page)
        assert archive.pages.with_payload(first.digest) is None


def test_a_page_that_does_not_have_the_digest_that_its_record_states_is_not_found(
    captures: Captures, tmp_path: Path
) -> None:
    stated = payload_digest(b"another page")
    captures.add(exchange(digest=stated))
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
        assert archive.pages.with_payload(stated) is None


@pytest.mark.parametrize(
    ("digest", "is_known"),
    [("sha256:" + "ab" * 32, True), ("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", False), ("sha256:no base 32", False)],
)
def test_a_file_of_another_program_is_read_whatever_its_digests(digest: str, is_known: bool, tmp_path: Path) -> None:
    folder = tmp_path / "en" / "pages"
    folder.mkdir(parents=True)
    with (folder / "theirs.warc.gz").open("wb") as file:
        writer = WARCWriter(file)
        headers = {"WARC-Payload-Digest": digest}
        page = BytesIO(HEAD + b"<p>One.</p>")
        writer.write_record(
            writer.create_warc_record(URL, "response", payload=page, length=len(HEAD) + 11, warc_headers_dict=headers)
        )
    with Archive(tmp_path / "en") as archive:
        assert archive.damages.count == 0
        kept = archive.ledger.database.execute("SELECT count(*) FROM captures").fetchone()
        assert kept == (int(is_known),)


@pytest.mark.parametrize("kind", ["link", "folder", "garbage"])
def test_what_is_no_file_of_pages_is_named_and_the_rest_counts(kind: str, captures: Captures, tmp_path: Path) -> None:
    capture = captures.add(exchange())
    captures.commit()
    odd = tmp_path / "en" / "pages" / "odd.warc.gz"
    if kind == "link":
        odd.symlink_to(only(tmp_path))
    elif kind == "folder":
        odd.mkdir()
    else:
        odd.write_bytes(b"no page at all")
    with Archive(tmp_path / "en") as archive:
        assert archive.damages.count == 1
        assert archive.pages.with_payload(capture.digest) is not None
    named = [each for each in findings(tmp_path / "en") if isinstance(each, Damage)]
    assert {each.path for each in named} == {odd}


@pytest.mark.parametrize(
    "text", ["", "x 2024 []", 'x 2024 {"url": 1}', 'x 2024 {"url": "http://x/", "length": "9", "offset": "-1"}']
)
def test_an_index_that_is_damaged_is_passed_over(text: str, captures: Captures, tmp_path: Path) -> None:
    captures.add(exchange())
    captures.commit()
    path = only(tmp_path)
    good = rows_of(path)
    cdxj_path(path).write_text(f"{text}\n")
    assert rows_of(path) == good
    cdxj_path(path).unlink()
    cdxj_path(path).symlink_to("elsewhere")
    assert rows_of(path) == good


def test_an_index_that_was_removed_is_written_again_the_same(captures: Captures, tmp_path: Path) -> None:
    captures.add(exchange(head=b"HTTP/1.1 404 Not Found\r\n\r\n", status=404))
    captures.add(exchange(b"", head=b"HTTP/1.1 304 Not Modified\r\n\r\n", status=304))
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
    index = cdxj_path(only(tmp_path))
    before = index.read_bytes()
    index.unlink()
    with Archive(tmp_path / "en") as archive:
        assert archive.damages.count == 0
    assert index.read_bytes() == before


def test_a_file_that_was_removed_is_named_and_its_index_is_not(captures: Captures, tmp_path: Path) -> None:
    captures.add(exchange())
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
    path = only(tmp_path)
    path.unlink()
    named = [each for each in findings(tmp_path / "en") if isinstance(each, Damage)]
    assert [(each.path, each.what.partition(";")[0]) for each in named] == [(path, "the file is missing")]
    with Archive(tmp_path / "en") as archive:
        assert archive.damages.count == 1


def test_a_file_is_in_the_manifest_before_it_is_indexed(
    captures: Captures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures.add(exchange())
    captures.commit()
    lines = write_file(tmp_path / "en", [record(1)])

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    for owner, name in ((PageIndex, "index"), (Ledger, "index")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, die)
            with pytest.raises(KeyboardInterrupt):
                Archive(tmp_path / "en")
        entries = Manifest(tmp_path / "en").entries
        assert entries.keys() == {f"pages/{only(tmp_path).name}", f"pages/{RUN}-00001.cdxj", f"articles/{lines.name}"}
        Manifest(tmp_path / "en").path.unlink()
        (tmp_path / "en" / "ledger.sqlite").unlink()


def test_what_a_run_commits_is_in_the_manifest_before_it_is_indexed(
    captures: Captures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with Archive(tmp_path / "en") as archive:
        captures.add(exchange())
        captures.commit()
        lines = write_file(tmp_path / "en", [record(1)])
        monkeypatch.setattr(PageIndex, "index", die)
        monkeypatch.setattr(Ledger, "index", die)
        with pytest.raises(KeyboardInterrupt):
            archive.index_pages(captures)
        with pytest.raises(KeyboardInterrupt):
            archive.index(lines)
        monkeypatch.undo()
    assert len(Manifest(tmp_path / "en").entries) == 3
    assert [each for each in findings(tmp_path / "en") if isinstance(each, Damage)] == []
