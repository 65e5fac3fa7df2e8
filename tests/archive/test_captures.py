"""The pages as they came: what a WARC file has, how it is committed, indexed, repaired and checked."""

import gzip
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive.archive import Archive
from newscrawl.archive.captures import Captures
from newscrawl.archive.cdxj import cdxj_path, read_rows, sort_key
from newscrawl.archive.damage import Damage
from newscrawl.archive.exchange import Exchange, payload_digest, warc_digest
from newscrawl.archive.page_index import RepairedPages
from newscrawl.archive.warc_files import committed_warcs, damages_of, rows_of, scanned_rows, whole_members

URL = "https://english.almayadeen.net/news/politics/a-port-reopens"
WHEN = datetime(2024, 8, 23, 9, 0, 12, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nX-odd:  two \r\nSet-Cookie: b=2\r\n\r\n"
REQUEST = b"GET /news/politics/a-port-reopens HTTP/1.1\r\nHost: english.almayadeen.net\r\n\r\n"
RUN = "20240823T090000Z-1"


def exchange(body: bytes = b"<p>Dockers unloaded the first ship.</p>", **changes: Any) -> Exchange:
    given = {
        "url": URL, "when": WHEN, "request": REQUEST, "head": HEAD, "body": body, "status": 200, "ip": "192.0.2.1",
        "digest": payload_digest(body) if body else "",
    }  # fmt: skip
    return Exchange(**{**given, **changes})


@pytest.fixture
def captures(tmp_path: Path) -> Captures:
    return Captures(tmp_path / "en", RUN, {"software": "newscrawl", "robots": "obey"})


def only(folder: Path) -> Path:
    return only_of(folder / "en")


def only_of(folder: Path) -> Path:
    (path,) = committed_warcs(folder / "pages")
    return path


def records_of(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Return type, WARC headers and block of each record, as warcio reads them."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, no_record_parse=True):
            found.append((record.rec_type, dict(record.rec_headers.headers), record.raw_stream.read()))
    return found


def test_an_exchange_is_kept_byte_for_byte(captures: Captures, tmp_path: Path) -> None:
    capture = captures.add(exchange(found_on="https://x.net/news", asked=("https://x.net/a",)))
    captures.commit()
    path = only(tmp_path)
    assert path.name == f"{RUN}-00001.warc.gz"
    info, response, request = records_of(path)
    assert info[0] == "warcinfo"
    assert b"software: newscrawl\r\nrobots: obey\r\n" in info[2]
    assert response[0] == "response"
    assert response[2] == HEAD + exchange().body
    assert response[1]["WARC-Target-URI"] == URL
    assert response[1]["WARC-Date"] == "2024-08-23T09:00:12Z"
    assert response[1]["WARC-IP-Address"] == "192.0.2.1"
    assert response[1]["WARC-Payload-Digest"] == warc_digest(hashlib.sha256(exchange().body).hexdigest())
    assert response[1]["WARC-Block-Digest"] == warc_digest(hashlib.sha256(response[2]).hexdigest())
    assert response[1]["Newscrawl-Found-On"] == "https://x.net/news"
    assert response[1]["Newscrawl-Asked-For"] == "https://x.net/a"
    assert request[0] == "request"
    assert request[2] == REQUEST
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert capture.file == f"pages/{path.name}"
    assert capture.digest == hashlib.sha256(exchange().body).hexdigest()
    # One member a record: the page can be read from its offset alone.
    with path.open("rb") as file:
        file.seek(capture.offset)
        assert next(iter(ArchiveIterator(file))).content_stream().read() == exchange().body


def test_what_came_in_chunks_or_compressed_is_kept_as_its_headers_say(captures: Captures, tmp_path: Path) -> None:
    body = gzip.compress(b"<p>Dockers</p>" * 100, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    captures.add(exchange(body, head=head))
    captures.commit()
    stored = records_of(only(tmp_path))[1][2]
    assert stored == head.replace(b"Transfer", b"X-Crawler-Transfer") + body
    with only(tmp_path).open("rb") as file:
        read = [each.content_stream().read() for each in ArchiveIterator(file) if each.rec_type == "response"]
    assert read == [b"<p>Dockers</p>" * 100]


def test_a_page_that_is_kept_is_a_revisit(captures: Captures, tmp_path: Path) -> None:
    first = captures.add(exchange())
    second = captures.add(exchange(url=f"{URL}-again"))
    other = captures.add(exchange(b"<p>Another.</p>"))
    empty = [captures.add(exchange(b"")) for _ in range(2)]
    captures.commit()
    assert second == first
    assert other.offset > first.offset
    assert empty[0] != empty[1]
    revisit = records_of(only(tmp_path))[3]
    assert revisit[0] == "revisit"
    assert revisit[2] == HEAD
    assert revisit[1]["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit[1]["WARC-Refers-To-Target-URI"] == URL
    assert revisit[1]["WARC-Refers-To-Date"] == "2024-08-23T09:00:12Z"
    assert revisit[1]["WARC-Payload-Digest"] == warc_digest(first.digest)
    assert [row.mime for row in rows_of(only(tmp_path))].count("warc/revisit") == 1


def test_pages_of_earlier_runs_are_known_by_content_and_by_url(captures: Captures, tmp_path: Path) -> None:
    capture = captures.add(exchange())
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
        assert captures.committed == []
        found = [archive.pages.with_payload(capture.digest), archive.pages.last_at(URL)]
        assert archive.pages.with_payload("00" * 32) is None
        assert archive.pages.last_at(f"{URL}?page=2") is None
    assert found[0] == found[1]
    assert found[0] is not None
    assert (found[0].url, found[0].when, found[0].capture) == (URL, "2024-08-23T09:00:12Z", capture)
    later = Captures(tmp_path / "en", "20240824T090000Z-1", {})
    not_modified = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
    assert later.add(exchange(b"", status=304, head=not_modified), found[0]) == capture
    assert later.add(exchange(b"", status=304, head=not_modified)).digest == ""
    later.commit()
    revisits = [
        headers for kind, headers, _ in records_of(committed_warcs(tmp_path / "en" / "pages")[1]) if kind == "revisit"
    ]
    assert [each["WARC-Profile"].rpartition("/")[2] for each in revisits] == ["server-not-modified"] * 2
    assert [each.get("WARC-Refers-To-Target-URI") for each in revisits] == [URL, None]


def test_a_page_whose_file_was_taken_away_is_kept_again(captures: Captures, tmp_path: Path) -> None:
    capture = captures.add(exchange())
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
        path = only(tmp_path)
        path.write_bytes(b"something else" * 100)
        assert archive.pages.with_payload(capture.digest) is None
        path.unlink()
        assert archive.pages.with_payload(capture.digest) is None


def test_the_index_is_that_of_the_file(captures: Captures, tmp_path: Path) -> None:
    for number in range(3):
        captures.add(exchange(b"<p>%d</p>" % number, url=f"{URL}-{3 - number}"))
    captures.add(exchange(b"gone", status=404, head=b"HTTP/1.1 404 Not Found\r\n\r\n", url=f"{URL}-0"))
    captures.commit()
    path = only(tmp_path)
    rows = list(read_rows(cdxj_path(path)))
    assert sorted(rows, key=lambda row: row.offset) == scanned_rows(path)
    assert [row.url for row in rows] == [f"{URL}-{number}" for number in range(4)]
    assert [row.status for row in rows] == [404, 200, 200, 200]
    assert [row.mime for row in rows] == ["", *["text/html"] * 3]
    lines = cdxj_path(path).read_text().splitlines()
    assert lines == sorted(lines)
    assert lines[0].startswith("net,almayadeen,english)/news/politics/a-port-reopens-0 20240823090012 {")


def test_the_index_sorts_as_those_of_others() -> None:
    surt = pytest.importorskip("surt")
    for url in (
        URL, "https://www.x.net/", "http://127.0.0.1:8080/A//b/", "https://x.net/غزة?b=1&a=%D8%BA", "http://[::1]:80/a",
        "https://x.net:444/a%20b?", "https://x.net/%7Eu/%41",
    ):  # fmt: skip
        assert sort_key(url) == surt.surt(url)


def test_a_file_that_has_its_size_is_committed(tmp_path: Path) -> None:
    captures = Captures(tmp_path / "en", RUN, {}, largest=2000)
    places = [captures.add(exchange(os.urandom(300).hex().encode())) for _ in range(6)]
    captures.commit()
    files = committed_warcs(tmp_path / "en" / "pages")
    assert len(files) > 2
    assert [each.file for each in places] == sorted(each.file for each in places)
    assert {each.file for each in places} == {f"pages/{path.name}" for path in files}


def test_a_name_that_is_used_is_left(captures: Captures, tmp_path: Path) -> None:
    folder = tmp_path / "en" / "pages"
    folder.mkdir(parents=True)
    (folder / f"{RUN}-00001.warc.gz").write_bytes(b"another run's")
    assert captures.add(exchange()).file == f"pages/{RUN}-00002.warc.gz"


def test_nothing_is_taken_after_an_error(captures: Captures, monkeypatch: pytest.MonkeyPatch) -> None:
    captures.add(exchange())
    assert captures.open is not None

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(captures.open.part, "write", refuse)
    for _ in range(2):
        with pytest.raises(OSError, match="No space"):
            captures.add(exchange(b"<p>Another.</p>"))


# -- repair ---------------------------------------------------------------------------------------------------------


def torn(tmp_path: Path, cut: int) -> tuple[list[Any], Path]:
    """Write three pages in a hidden file, as a dead run leaves it, and cut it off after some bytes of the last."""
    captures = Captures(tmp_path / "en", RUN, {})
    places = [captures.add(exchange(b"<p>%d</p>" % number)) for number in range(3)]
    assert captures.open is not None
    part = captures.open.part
    part.close()
    os.truncate(part.part, places[2].offset + cut if cut >= 0 else part.size)
    return places, part.path


@pytest.mark.parametrize(("cut", "whole"), [(-1, 3), (0, 2), (1, 2), (100, 2)])
def test_a_torn_tail_is_cut_at_the_last_whole_record(cut: int, whole: int, tmp_path: Path) -> None:
    places, path = torn(tmp_path, cut)
    repaired = RepairedPages(tmp_path / "en")
    assert [row.offset for row in scanned_rows(path)] == [each.offset for each in places[:whole]]
    assert whole_members(path).size == path.stat().st_size
    lines = [{"capture": {"file": each.file, "offset": each.offset, "digest": each.digest}} for each in places]
    assert [repaired.has(line) for line in lines] == [True] * whole + [False] * (3 - whole)
    assert repaired.has({"capture": None})
    assert repaired.has({})
    assert not repaired.has({"capture": {"file": "pages/other.warc.gz", "offset": 0}})
    assert not repaired.has({"capture": {"file": "../en/pages/x", "offset": 0}})
    assert not repaired.has({"capture": {"file": 1}})
    with Archive(tmp_path / "en") as archive:
        assert archive.pages.with_payload(places[0].digest) is not None
        assert archive.damages.count == 0
    assert cdxj_path(path).exists()


def test_a_hidden_file_whose_name_is_used_gets_another_and_its_lines_are_asked_for_again(tmp_path: Path) -> None:
    places, path = torn(tmp_path, -1)
    part = path.with_name(f".{path.name}.part")
    path.write_bytes(part.read_bytes()[: places[1].offset])
    repaired = RepairedPages(tmp_path / "en")
    lines = [{"capture": {"file": each.file, "offset": each.offset, "digest": each.digest}} for each in places]
    # The first page is in both.
    assert [repaired.has(line) for line in lines] == [True, False, False]
    assert [each.name for each in committed_warcs(path.parent)] == [f"{RUN}-00001-2.warc.gz", path.name]


def test_a_hidden_file_without_a_page_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "pages"
    folder.mkdir(parents=True)
    for name in (".a-00001.warc.gz.part", ".b-00001.warc.gz.part", ".b-00001.cdxj.part"):
        (folder / name).write_bytes(b"\x1f\x8b\x08torn")
    RepairedPages(tmp_path / "en")
    assert list(folder.iterdir()) == []


def test_the_ledger_is_rebuilt_with_its_pages(captures: Captures, tmp_path: Path) -> None:
    capture = captures.add(exchange())
    captures.commit()
    with Archive(tmp_path / "en") as archive:
        archive.index_pages(captures)
    cdxj_path(only(tmp_path)).unlink()
    (tmp_path / "en" / "ledger.sqlite").unlink()
    with Archive(tmp_path / "en") as archive:
        assert archive.pages.with_payload(capture.digest) is not None
    assert cdxj_path(only(tmp_path)).exists()


# -- verify ---------------------------------------------------------------------------------------------------------


def test_a_damaged_record_is_named_and_the_others_are_sound(captures: Captures, tmp_path: Path) -> None:
    places = [captures.add(exchange(b"<p>%d</p>" % number, url=f"{URL}-{number}")) for number in range(3)]
    captures.commit()
    path = only(tmp_path)
    assert list(damages_of(path)) == []
    data = bytearray(path.read_bytes())
    data[places[1].offset + 60] ^= 0xFF
    path.write_bytes(data)
    assert [str(each) for each in damages_of(path)] == [
        f"{path}: the record at byte {places[1].offset} is damaged: {URL}-1"
    ]
    path.write_bytes(data[: places[2].offset + 50])
    assert [each.what.split(" ", 5)[5] for each in damages_of(path)][1:] == [f"is cut off: {URL}-2"]


def test_a_digest_that_is_not_its_own_is_damage(captures: Captures, tmp_path: Path) -> None:
    captures.add(exchange(digest=payload_digest(b"another page")))
    captures.commit()
    (damage,) = damages_of(only(tmp_path))
    assert isinstance(damage, Damage)
    assert "does not have the digest that it states" in damage.what
