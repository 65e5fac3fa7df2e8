"""What other web archives are asked, and what their answers hold."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archive.archive import Archive
from newscrawl.archive.cdx_answers import IndexedCapture, commoncrawl_answer, crawls_of, number_of_pages, wayback_answer
from newscrawl.archive.older_archives import CommonCrawl, Wayback
from newscrawl.archive.older_captures import packed_page, replayed
from newscrawl.archive.stored_pages import StoredPages, WarcSource
from newscrawl.errors import ArchiveIndexError, CaptureError
from tests.archive.samples import record, write_file

SITE = "https://english.almayadeen.net"
PAGE = b"<html><h1>A headline</h1></html>"
ROW = ["20190801000000", f"{SITE}/news/politics/a-b", "AB"]
LINE = {
    "timestamp": "20190801000000", "url": f"{SITE}/news/politics/a-b", "mime": "text/html", "digest": "AB",
    "filename": "a.warc.gz", "offset": "10", "length": "20",
}  # fmt: skip


def rows(*given: Any) -> bytes:
    return json.dumps([["timestamp", "original", "digest"], *given]).encode()


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        b"[1]",
        b'[["original"]]',
        rows(ROW, []),
        rows(ROW, [], ["a", "b"]),
        rows(ROW, [], [1]),
        b"[[" * 9,
    ],
)
def test_an_answer_that_is_none_is_named(body: bytes) -> None:
    with pytest.raises(ArchiveIndexError):
        wayback_answer(body)


def test_rows_that_cannot_be_meant_are_counted() -> None:
    odd: tuple[Any, ...] = (["2019", *ROW[1:]], ["20191301000000", *ROW[1:]], ROW[:2], [], [1, 2, 3])
    answer = wayback_answer(rows(ROW, *(row for row in odd if row)))
    assert [capture.url for capture in answer.captures] == [ROW[1]]
    assert answer.odd == 4


def test_lines_that_cannot_be_meant_are_counted() -> None:
    odd = (
        {**LINE, "offset": "-1"}, {**LINE, "length": "0"}, {**LINE, "filename": ""}, {**LINE, "length": "x"},
        {**LINE, "timestamp": "now"}, {"url": "x"}, [1],
    )  # fmt: skip
    other = {**LINE, "mime": "application/pdf"}
    answer = commoncrawl_answer("\n".join(map(json.dumps, (LINE, *odd, other))).encode())
    assert [(capture.file, capture.offset, capture.length) for capture in answer.captures] == [("a.warc.gz", 10, 20)]
    assert answer.odd == len(odd)


@pytest.mark.parametrize("body", [b"{}", b'[{"id": "a"}]', b"[1]", b"x"])
def test_a_catalogue_that_is_none_is_named(body: bytes) -> None:
    with pytest.raises(ArchiveIndexError):
        crawls_of(body)


@pytest.mark.parametrize("body", [b"{}", b'{"pages": "1"}', b'{"pages": -1}', b"x", b"true"])
def test_a_number_of_pages_that_is_none_is_named(body: bytes) -> None:
    with pytest.raises(ArchiveIndexError):
        number_of_pages(body)


# -- the order of questions -------------------------------------------------------------------------------------------


def test_the_wayback_machine_is_asked_on_by_its_key() -> None:
    archive = Wayback("https://web.archive.org", SITE, datetime(2019, 1, 2, tzinfo=UTC))
    first = archive.next_question()
    assert first is not None
    assert first.is_first
    assert "&from=20190102000000" in first.url
    assert "resumeKey" not in first.url
    archive.take(rows(ROW, [], ["net,a)/b c 2019"]))
    second = archive.next_question()
    assert second is not None
    assert not second.is_first
    assert second.url == f"{first.url}&resumeKey=net%2Ca%29%2Fb+c+2019"
    with pytest.raises(ArchiveIndexError, match="leads to itself"):
        archive.take(rows(ROW, [], ["net,a)/b c 2019"]))
    archive.take(rows(ROW))
    assert archive.next_question() is None


def test_common_crawl_is_asked_crawl_by_crawl_and_page_by_page() -> None:
    archive = CommonCrawl("https://i.example", "https://d.example", SITE, datetime(2019, 6, 1, tzinfo=UTC))
    catalogue = archive.next_question()
    assert catalogue is not None
    assert catalogue.is_catalogue
    names = ("CC-MAIN-2020-10", "CC-MAIN-2019-35", "CC-MAIN-2019-09", "CC-MAIN-2017-09")
    archive.take(json.dumps([{"id": name, "cdx-api": f"http://i.example/{name}"} for name in names]).encode())
    asked = []
    for body in (b'{"pages": 2}', json.dumps(LINE).encode(), b"", b"", b'{"pages": 1}', None):
        question = archive.next_question()
        assert question is not None
        assert question.url.startswith("https://i.example/")
        asked.append(
            (question.url.partition("?")[0].rpartition("/")[2], question.url.rpartition("&")[2], question.is_first)
        )
        if body is None:
            archive.fail()
        else:
            archive.take(body)
    assert asked == [
        ("CC-MAIN-2019-09", "showNumPages=true", True),
        ("CC-MAIN-2019-09", "page=0", False),
        ("CC-MAIN-2019-09", "page=1", False),
        ("CC-MAIN-2019-35", "showNumPages=true", True),
        ("CC-MAIN-2020-10", "showNumPages=true", True),
        ("CC-MAIN-2020-10", "page=0", False),
    ]
    assert archive.next_question() is None


def test_an_index_elsewhere_is_not_asked() -> None:
    archive = CommonCrawl("https://i.example", "https://d.example", SITE)
    with pytest.raises(ArchiveIndexError, match="elsewhere"):
        archive.take(b'[{"id": "a", "cdx-api": "https://other.example/a"}]')
    archive.fail()
    assert archive.next_question() is None


def test_a_record_is_asked_for_by_its_bytes() -> None:
    capture = IndexedCapture(url=SITE, timestamp=ROW[0], digest="AB", file="a.warc.gz", offset=10, length=20)
    place = CommonCrawl("https://i.example", "https://d.example", SITE).place_of(capture)
    assert (place.url, place.root, place.bytes) == ("https://d.example/a.warc.gz", "https://d.example", (10, 29))
    assert Wayback("https://w.example", SITE).place_of(capture).url == f"https://w.example/web/{ROW[0]}id_/{SITE}"


# -- captures ---------------------------------------------------------------------------------------------------------


def member(status: str = "200 OK", kind: str = "response", body: bytes = PAGE, **headers: str) -> bytes:
    """Return one record of a WARC file, in one gzip member."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=True)
    http = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
    given = {
        "WARC-Date": "2019-08-01T00:00:00.5Z",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    writer.write_record(
        writer.create_warc_record(
            ROW[1], kind, payload=io.BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=given
        )
    )
    return file.getvalue()


def test_a_record_is_a_page() -> None:
    page = packed_page(member())
    assert (page.url, page.body, page.headers) == (ROW[1], PAGE, (("Content-Type", "text/html"),))
    assert page.when == datetime(2019, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (member()[:-20], "truncated"),
        (member(WARC_Truncated="length"), "truncated"),
        (member()[3:], "undecodable"),
        (gzip.compress(b"This is no record."), "undecodable"),
        (gzip.compress(b""), "undecodable"),
        (member(kind="resource"), "undecodable"),
        (member(WARC_Date="yesterday"), "undecodable"),
        (member("404 Not Found"), "http_status"),
        (member(body=b" " * 3000), "too_large"),
        (gzip.compress(b"WARC/1.0\r\nA: " + b"a" * 10_000_000), "too_large"),
    ],
)  # fmt: skip
def test_a_part_that_holds_no_page_is_named(part: bytes, name: str) -> None:
    with pytest.raises(CaptureError) as raised:
        packed_page(part, 2000)
    assert raised.value.name == name


def test_a_url_that_replays_no_page_is_none() -> None:
    for url in (
        "https://w.example/web/2019id_/http://x.net/", "https://w.example/web/20191301000000id_/http://x.net/",
        "https://w.example/web/20190801000000id_/x.net", "https://w.example/?u=/20190801000000id_/http://x.net/",
    ):  # fmt: skip
        assert replayed(url) is None


def test_kept_captures_are_read_again_under_their_own_urls_and_times(tmp_path: Path) -> None:
    path = tmp_path / "kept.warc.gz"
    replay = f"https://w.example/web/20190701000000id_/{ROW[1]}"
    part = member()
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, status, body, asked in (
            (replay, "200 OK", PAGE, f"https://w.example/web/20190601000000id_/{ROW[1]}"),
            ("https://d.example/a.warc.gz", "206 Partial Content", part, ""),
            (f"{SITE}/news/politics/c-d", "206 Partial Content", PAGE, ""),
        ):
            http = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
            headers = {"WARC-Date": "2026-01-01T00:00:00Z", **({"Newscrawl-Asked-For": asked} if asked else {})}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=io.BytesIO(body), length=len(body), http_headers=http,
                    warc_headers_dict=headers,
                )
            )  # fmt: skip
    counted: list[str] = []
    pages = StoredPages([WarcSource(str(path), tmp_path)], tmp_path, counted.append)
    list(pages.learn(lambda url: url.startswith(SITE)))
    found = [*pages]
    pages.close()
    assert counted == ["status"]
    assert [(page.url, page.when.month, page.body, page.asked) for page in found] == [
        (ROW[1], 7, PAGE, ()),
        (ROW[1], 8, PAGE, ()),
    ]


# -- what is known ----------------------------------------------------------------------------------------------------


def test_a_capture_that_shows_what_is_known_is_noted_once_that_is_committed(tmp_path: Path) -> None:
    write_file(tmp_path, [record(1, date_downloaded="2019-01-01T00:00:00Z")])

    def visited(archive: Archive, number: int) -> str | None:
        archive.ledger.flush()
        entry = archive.ledger.article("en", record(number)["id"])
        return f"{datetime.fromtimestamp(entry.visited, UTC):%Y-%m}" if entry is not None else None

    with Archive(tmp_path) as archive:
        archive.note_seen("en", record(1)["id"], 1, "2020-01-01T00:00:00Z")
        assert visited(archive, 1) == "2020-01"
        archive.note_seen("en", record(1)["id"], 1, "2019-06-01T00:00:00Z")
        assert visited(archive, 1) == "2020-01"
        # A revision that is not committed: a crash would take it, and its capture has to be asked for again.
        archive.note_seen("en", record(1)["id"], 2, "2022-01-01T00:00:00Z")
        archive.note_seen("en", record(2)["id"], 1, "2022-01-01T00:00:00Z")
        assert (visited(archive, 1), visited(archive, 2)) == ("2020-01", None)
        one = write_file(tmp_path, [record(2, date_downloaded="2021-01-01T00:00:00Z")], name="20260101T000000Z-2-00001")
        archive.index(one)
        assert (visited(archive, 1), visited(archive, 2)) == ("2020-01", "2022-01")
        edited = record(1, date_downloaded="2021-01-01T00:00:00Z", revision=2, content_hash="0" * 64)
        archive.index(write_file(tmp_path, [edited], name="20260101T000000Z-2-00002"))
        assert visited(archive, 1) == "2022-01"
