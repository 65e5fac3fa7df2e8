"""Pages as they came, kept by real crawls: equal to the byte to what was served, and found from the lines."""

import gzip
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive.warc_files import committed_warcs
from newscrawl.replica import Fault, Replica
from tests.crawling import Crawl, Finished, StartReplica, run

CODINGS = ("plain", "gzip", "br", "chunked", "no length", "gzip in chunks")


class _Served(BaseHTTPRequestHandler):
    """Serves the pages of a replica, each in another coding, and notes what goes over the wire."""

    protocol_version = "HTTP/1.1"
    site: ClassVar[Replica]
    heads: ClassVar[dict[str, bytes]]
    """Path → status line and headers."""
    bodies: ClassVar[dict[str, bytes]]
    pages: ClassVar[dict[str, bytes]]
    """The same, before they were compressed."""

    def do_GET(self) -> None:
        status, _, body = self.site.answer(self.path)
        self.pages[self.path] = body
        articles = [urlsplit(url).path for url in self.site.article_urls()]
        coding = CODINGS[articles.index(self.path) % len(CODINGS)] if self.path in articles else "plain"
        headers = ["Content-Type: text/html; charset=utf-8", "X-Twice: one", "x-twice:two", f"X-Coding: {coding}"]
        if "gzip" in coding:
            body = gzip.compress(body, mtime=0)
            headers.append("Content-Encoding: gzip")
        elif coding == "br":
            body = brotli.compress(body)
            headers.append("Content-Encoding: br")
        wire = body
        if "chunk" in coding:
            headers.append("Transfer-Encoding: chunked")
            parts = [body[:100], body[100:]]
            wire = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        elif coding != "no length":
            headers.append(f"Content-Length: {len(body)}")
        head = "\r\n".join((f"HTTP/1.1 {status} As It Is", *headers, "", "")).encode()
        self.heads[self.path], self.bodies[self.path] = head, body
        self.wfile.write(head + wire)
        if coding == "no length":
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def served(replica: StartReplica) -> Iterator[tuple[str, type[_Served]]]:
    """The root of a server, and what it has served."""
    site = replica(articles=12, noise=False)
    handler = type("Handler", (_Served,), {"site": site, "heads": {}, "bodies": {}, "pages": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def warcs(done: Finished) -> list[Path]:
    return committed_warcs(done.data / "en" / "pages")


def unpacked(record: Any) -> bytes:
    """Return the page of a record; warcio cannot unpack brotli with every library."""
    if record.http_headers.get_header("Content-Encoding") == "br":
        return bytes(brotli.decompress(record.raw_stream.read()))
    return bytes(record.content_stream().read())


def pages_of(done: Finished) -> list[tuple[str, str, bytes, bytes]]:
    """Return type, path, block and unpacked page of each record that has a page, as warcio reads them."""
    found = []
    for path in warcs(done):
        with path.open("rb") as file:
            blocks = [each.raw_stream.read() for each in ArchiveIterator(file, no_record_parse=True)]
        with path.open("rb") as file:
            for record, block in zip(ArchiveIterator(file), blocks, strict=True):
                if record.rec_type in ("response", "revisit"):
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    found.append((record.rec_type, urlsplit(url).path, block, unpacked(record)))
    return found


def test_what_is_kept_is_what_was_served(served: tuple[str, type[_Served]], tmp_path: Path, crawl_ok: Crawl) -> None:
    root, server = served
    names = tmp_path / "urls"
    paths = [urlsplit(url).path for url in server.site.article_urls()]
    names.write_text("".join(f"{root}{path}\n" for path in paths))
    done = crawl_ok(None, site=root, urls=str(names))
    kept = {path: (block, page) for _, path, block, page in pages_of(done)}
    assert kept.keys() == set(paths)
    for path, (block, page) in kept.items():
        head = server.heads[path].replace(b"Transfer-Encoding", b"X-Crawler-Transfer-Encoding")
        assert block == head + server.bodies[path]
        assert page == server.pages[path]
    assert {record["url"] for record in done.records()} == {f"{root}{path}" for path in paths}
    # Each line says where its page is.
    for record in done.records():
        place = record["capture"]
        with (done.data / "en" / place["file"]).open("rb") as file:
            file.seek(place["offset"])
            stored = next(iter(ArchiveIterator(file)))
        assert stored.rec_headers.get_header("WARC-Target-URI") == record["url"]
        assert stored.rec_headers.get_header("WARC-Date") == record["date_downloaded"]
    line = [sys.executable, "-m", "scrapy", "verify", "-s", f"DATA_DIR={done.data}"]
    assert "sound (status 0)" in run(line, done.data).last_line


def test_requests_are_kept_as_they_were_sent(replica: StartReplica, crawl_ok: Crawl) -> None:
    done = crawl_ok(site := replica(articles=20, noise=False))
    requests = []
    for path in warcs(done):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, no_record_parse=True):
                if record.rec_type == "request":
                    requests.append(record.raw_stream.read())
    assert len(requests) == 20
    for request in requests:
        assert request.startswith(b"GET /")
        assert request.endswith(b"\r\n\r\n")
        assert f"\r\nHost: {urlsplit(site.url).netloc}\r\n".encode() in request
        assert b"\r\nUser-Agent: newscrawl/" in request


@pytest.mark.parametrize(
    ("keeps", "kept"), [("none", set()), ("articles", {"article"}), ("all", {"article", "listing", "home", "robots"})]
)
def test_which_pages_are_kept_is_a_setting(keeps: str, kept: set[str], replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=20, noise=False)
    done = crawl_ok(site, settings={"KEEP_PAGES": keeps})
    articles = {urlsplit(url).path for url in site.article_urls()}
    kinds = {"/": "home", "/robots.txt": "robots"} | dict.fromkeys(articles, "article")
    found = {kinds.get(path, "listing") for _, path, _, _ in pages_of(done)}
    assert found == kept
    assert all((record["capture"] is None) is (keeps == "none") for record in done.records())


def test_pages_that_show_no_article_are_kept_too(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=12, noise=False)
    faults = ({"kind": "status", "status": 404}, {"kind": "status", "status": 410}, {"kind": "garbage"})
    for number, fault in enumerate(faults, 1):
        site.faults.append(Fault(path=f"^{site.newsroom.path(number)}$", **fault))  # type: ignore[arg-type]
    done = crawl(site)
    statuses = {path: block.split(b" ", 2)[1] for _, path, block, _ in pages_of(done)}
    assert [statuses[site.newsroom.path(number)] for number in (1, 2, 3)] == [b"404", b"410", b"200"]
    assert len(statuses) == 12


def test_a_page_that_has_not_changed_is_a_revisit(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=20, noise=False, validators=True, newest=datetime.now(UTC))
    crawl_ok(site)
    again = crawl_ok(site, settings={"REVISIT_SHARE": "0"})
    last = warcs(again)[-1]
    with last.open("rb") as file:
        profiles = [
            (each.rec_headers.get_header("WARC-Profile") or "").rpartition("/")[2]
            for each in ArchiveIterator(file)
            if each.rec_type == "revisit"
        ]
    assert profiles
    assert set(profiles) == {"server-not-modified"}
    assert "0 articles written" in again.last_line


def test_a_wrong_value_is_refused(replica: StartReplica, crawl: Crawl) -> None:
    done = crawl(replica(articles=1), settings={"KEEP_PAGES": "some"})
    assert done.status == 2
    assert "KEEP_PAGES=some: give one of" in done.last_line
