"""`scrapy extract`: kept pages read again, and those of other crawlers; exactly once, and without a request."""

import gzip
import io
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.archive.warc_files import committed_warcs
from newscrawl.replica import Options, Replica
from newscrawl.replica.options import MARKUPS
from tests.crawling import FAST, ROOT, Crawl, Finished, StartReplica, command, environment, run

OTHERWISE = """
import sys
from dataclasses import replace
from scrapy.cmdline import execute
from newscrawl.errors import MissingBodyError
from newscrawl.spiders import articles

real = articles.read_article
def read_article(page, **named):
    parsed = real(page, **named)
    if parsed.article.url.endswith(lost):
        raise MissingBodyError(page.url, "no text")
    return parsed._replace(article=replace(parsed.article, title="A menu line", authors=()))
articles.read_article = read_article
lost = sys.argv.pop()
execute()
"""
"""A crawl by an extraction that reads each title wrongly, and no article with the last argument in its URL."""


def extract(site: Replica, data: Path, *options: str, stdin: bytes | None = None) -> Finished:
    line = [
        sys.executable,
        "-m",
        "scrapy",
        "extract",
        "-a",
        f"site={site.url}",
        "-a",
        f"edition={site.options.edition}",
    ]
    given = [*line, "-s", f"DATA_DIR={data}", "-s", "LOG_LEVEL=WARNING", *options]
    done = subprocess.run(
        given, cwd=ROOT, capture_output=True, check=False, env=environment(), input=stdin, timeout=120
    )
    return Finished(done.returncode, (done.stderr + done.stdout).decode(), data)


def lines(data: Path, edition: str = "en") -> list[dict[str, Any]]:
    files = sorted((data / edition / "articles").glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def test_a_repaired_extraction_heals_the_past(replica: StartReplica, tmp_path: Path, crawl_ok: Crawl) -> None:
    site = replica(articles=30, noise=False)
    lost = urlsplit(site.article_urls()[3]).path
    line = command(tmp_path, {"site": site.url, "max_pages": "0"}, FAST)
    wrong = [sys.executable, "-c", OTHERWISE, *line[line.index("scrapy") + 1 :], lost]
    assert "29 articles written" in run(wrong, tmp_path).log
    asked = len(site.requests)
    before = {record["url"]: record for record in lines(tmp_path)}
    shown = extract(site, tmp_path, "--check")
    assert shown.status == 0, shown.log
    assert "title: 29 records would change" in shown.log
    assert "    - A menu line" in shown.log
    assert "29 records would change, 1 pages have no record" in shown.log
    assert lines(tmp_path) == [*before.values()]
    done = extract(site, tmp_path)
    assert done.status == 0, done.log
    assert "30 records written: 1 new, 29 changed" in done.last_line
    after = lines(tmp_path)[29:]
    truth = site.truth()
    assert {record["url"] for record in after} == set(truth)
    for record in after:
        assert record["title"] == truth[record["url"]]["title"]
        assert record["revision"] == 1
        if record["url"] in before:
            assert record["id"] == before[record["url"]]["id"]
            assert record["capture"] == before[record["url"]]["capture"]
            assert record["date_downloaded"] == before[record["url"]]["date_downloaded"]
    # What counts is the last line: for the ledger, for the history, also after a rebuild.
    base = [sys.executable, "-m", "scrapy"]
    for rebuild in (False, True):
        if rebuild:
            assert run([*base, "ledger", "rebuild", "-s", f"DATA_DIR={tmp_path}"], tmp_path).status == 0
        history = run([*base, "history", after[0]["id"], "-s", f"DATA_DIR={tmp_path}"], tmp_path)
        assert after[0]["title"] in history.log
        assert "A menu line" not in history.log
        again = extract(site, tmp_path)
        assert "0 records written" in again.last_line, again.log
    assert len(site.requests) == asked
    assert "healthy (status 0): 0 articles written" in crawl_ok(site).last_line
    assert run([*base, "verify", "-s", f"DATA_DIR={tmp_path}"], tmp_path).status == 0


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_new_archive_is_the_old_one(markup: str, tmp_path: Path, crawl_ok: Crawl) -> None:
    edition = {"full": "en", "meta": "ar"}.get(markup, "es")
    with Replica(Options(articles=12, noise=False, markup=markup, edition=edition)) as site:
        crawl_ok(site, tmp_path / "old")
        old = lines(tmp_path / "old", edition)
        assert old
        done = extract(site, tmp_path / "old", "--into", str(tmp_path / "new"), "--workers", "1")
    assert done.status == 0, done.log
    assert Counter(map(json.dumps, lines(tmp_path / "new", edition))) == Counter(map(json.dumps, old))
    line = [sys.executable, "-m", "scrapy", "verify", "-s", f"DATA_DIR={tmp_path / 'new'}"]
    assert run(line, tmp_path).status == 0


def test_revisions_are_read_in_their_order(replica: StartReplica, tmp_path: Path, crawl_ok: Crawl) -> None:
    site = replica(articles=12, noise=False)
    names = tmp_path / "urls"
    crawl_ok(site, tmp_path / "old")
    for _ in range(2):
        time.sleep(1.1)  # the time of a capture has seconds
        names.write_text(site.edit(2))
        crawl_ok(site, tmp_path / "old", urls=str(names))
    done = extract(site, tmp_path / "old", "--into", str(tmp_path / "new"))
    assert done.status == 0, done.log
    old, new = ({(each["id"], each["revision"]): each for each in lines(tmp_path / name)} for name in ("old", "new"))
    assert new == old
    assert max(revision for _, revision in new) == 3


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_kill_loses_nothing_and_writes_nothing_twice(
    workers: str, replica: StartReplica, tmp_path: Path, crawl_ok: Crawl
) -> None:
    site = replica(articles=80, noise=False)
    crawl_ok(site, tmp_path / "old")
    new = tmp_path / "new"
    line = [
        sys.executable, "-m", "scrapy", "extract", "-a", f"site={site.url}", "-s", f"DATA_DIR={tmp_path / 'old'}",
        "-s", "FEED_EXPORT_BATCH_ITEM_COUNT=5", "--into", str(new), "--workers", workers,
    ]  # fmt: skip
    for files in (1, 3, 6):
        process = subprocess.Popen(line, cwd=ROOT, stderr=subprocess.DEVNULL, env=environment())
        while len(list(new.glob("en/articles/2*.jsonl"))) < files and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    done = extract(site, tmp_path / "old", "--into", str(new), "--workers", workers)
    assert done.status == 0, done.log
    assert Counter(map(json.dumps, lines(new))) == Counter(map(json.dumps, lines(tmp_path / "old")))


# -- files of others --------------------------------------------------------------------------------------------------


def warc(path: Path, records: Iterator[Any], *, packed: bool = True) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for make in records:
            writer.write_record(make(writer))
    return path


def response(
    url: str, body: bytes, status: str = "200 OK", headers: dict[str, str] | None = None, protocol: str = "HTTP/1.1",
    kind: str = "response", date: str = "2024-08-23T09:00:00Z",
) -> Any:  # fmt: skip
    """Return what makes a record."""
    given = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
    http = StatusAndHeaders(status, list(given.items()), protocol=protocol) if kind == "response" else None
    return lambda writer: writer.create_warc_record(
        url, kind, payload=io.BytesIO(body), length=len(body), http_headers=http,
        warc_headers_dict={"WARC-Date": date, **({"Content-Type": "text/html"} if http is None else {})},
    )  # fmt: skip


@pytest.fixture
def pages(replica: StartReplica) -> tuple[Replica, dict[str, bytes]]:
    """A replica, and URL → HTML of its articles."""
    site = replica(articles=8, noise=False)
    return site, {url: site.answer(url.removeprefix(site.url))[2] for url in site.article_urls()}


def test_the_peculiarities_of_others_are_read(pages: tuple[Replica, dict[str, bytes]], tmp_path: Path) -> None:
    site, html = pages
    urls = list(html)
    body = [html[url] for url in urls]
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body[1]), body[1])
    arabic = body[5].replace(b"</h1>", " غزة</h1>".encode())
    made = [
        response(urls[0], gzip.compress(body[0]), headers={"Content-Encoding": "gzip"}),
        response(urls[1], chunked, headers={"Transfer-Encoding": "chunked"}),
        response(urls[2], body[2], status="200", protocol="HTTP/2"),
        response(urls[3], body[3], kind="resource"),
        response(f"<{urls[4]}>", body[4]),
        response(urls[5], arabic, headers={"Content-Type": "text/html; charset=iso-8859-1"}),
        response(urls[6], b"<h1>Gone</h1>", status="404 Not Found"),
        response(urls[7], b"{}", headers={"Content-Type": "application/json"}),
        response(f"{site.url}/news/politics", b"<p>A listing</p>"),
        response("https://elsewhere.example/news/politics/a-b", body[6]),
        response("urn:x", b"x"),
    ]  # fmt: skip
    for number, packed in enumerate((True, False)):
        path = warc(tmp_path / f"{number}.warc", iter(made), packed=packed)
        data = tmp_path / str(packed)
        done = extract(site, data, str(path))
        assert done.status == 0, done.log
        found = {record["url"]: record for record in lines(data)}
        assert found.keys() == set(urls[:6])
        truth = site.truth()
        for url in urls[:5]:
            assert found[url]["title"] == truth[url]["title"]
            assert found[url]["date_downloaded"] == "2024-08-23T09:00:00Z"
            assert found[url]["capture"]["file"] == path.name
        assert found[urls[5]]["title"].endswith(" غزة")
        assert "status: 1" in done.last_line
        assert "not html: 1" in done.last_line
        assert "other url: 3" in done.last_line


def test_standard_input_and_several_files_are_one_archive(
    pages: tuple[Replica, dict[str, bytes]], tmp_path: Path
) -> None:
    site, html = pages
    urls = list(html)
    edited = html[urls[0]].replace(b"</h1>", b", edited</h1>")
    later = warc(tmp_path / "a.warc.gz", iter([response(urls[0], edited, date="2024-09-01T00:00:00Z")]))
    earlier = warc(tmp_path / "b.warc.gz", iter([response(urls[0], html[urls[0]]), response(urls[1], html[urls[1]])]))
    done = extract(site, tmp_path / "data", "-", str(later), stdin=earlier.read_bytes())
    assert done.status == 0, done.log
    found = {(record["url"], record["revision"]): record for record in lines(tmp_path / "data")}
    assert found.keys() == {(urls[0], 1), (urls[0], 2), (urls[1], 1)}
    assert found[urls[0], 2]["title"].endswith(", edited")
    # An older capture of what is known adds nothing.
    again = extract(site, tmp_path / "data", str(earlier))
    assert "0 records written" in again.last_line


def test_what_is_damaged_is_named_and_the_rest_is_read(pages: tuple[Replica, dict[str, bytes]], tmp_path: Path) -> None:
    site, html = pages
    whole = warc(tmp_path / "whole.warc.gz", iter([response(url, page) for url, page in html.items()]))
    data = whole.read_bytes()
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(data[: len(data) // 2])
    one = tmp_path / "one.warc.gz"
    one.write_bytes(gzip.compress(gzip.decompress(data)))
    foreign = tmp_path / "foreign.warc"
    foreign.write_bytes(b"This is no WARC file.\n" * 100)
    done = extract(site, tmp_path / "data", str(cut), str(one), str(foreign))
    assert done.status == 6, done.log
    assert "Traceback" not in done.log
    assert f"{one}: the rest cannot be read; run warcio recompress" in done.log
    assert str(foreign) in done.log
    assert lines(tmp_path / "data")


def test_wrong_arguments_are_named(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=1)
    for options, reason in (
        (["--workers", "0"], "--workers 0: give a number from 1 to 256"),
        (["--workers", "many"], "--workers many: give a number"),
        (["--check", "--into", "x"], "give --check or --into"),
        ([str(tmp_path / "none.warc.gz")], "none.warc.gz cannot be read: No such file"),
        ([], "no pages are kept in"),
        (["-a", "discover=tags"], "discover: the arguments are edition, since"),
    ):
        done = extract(site, tmp_path / "data", *options)
        assert done.status == 2, done.log
        assert reason in done.last_line


def test_an_archive_that_is_held_is_left(replica: StartReplica, tmp_path: Path, crawl_ok: Crawl) -> None:
    from newscrawl.archive.lock import Lock

    site = replica(articles=12, noise=False)
    done = crawl_ok(site)
    with Lock(done.data / "en"):
        assert extract(site, done.data).status == 75
    assert len(committed_warcs(done.data / "en" / "pages")) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_arc_files_are_read(packed: bool, pages: tuple[Replica, dict[str, bytes]], tmp_path: Path) -> None:
    site, html = pages
    version = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
    parts = [b"filedesc://old.arc 0.0.0.0 20090823090000 text/plain %d\n%s\n" % (len(version), version)]
    for url, page in html.items():
        answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
        parts.append(b"%s 192.0.2.1 20090823090000 text/html %d\n%s\n" % (url.encode(), len(answer), answer))
    path = tmp_path / ("old.arc.gz" if packed else "old.arc")
    path.write_bytes(b"".join(gzip.compress(part, mtime=0) if packed else part for part in parts))
    done = extract(site, tmp_path / "data", str(path))
    assert done.status == 0, done.log
    found = {record["url"]: record for record in lines(tmp_path / "data")}
    assert found.keys() == set(html)
    assert {record["date_downloaded"] for record in found.values()} == {"2009-08-23T09:00:00Z"}
