"""Whole crawls of a replica: what is exported, how failures are named, robots.txt, wrong arguments, stops."""

import json
import resource
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from newscrawl.archive.schema import shipped_schema
from newscrawl.items import Article, Headline
from newscrawl.plain_html import is_html_of
from newscrawl.replica import MARKUPS, Fault, Options, Replica
from tests.benchmarks.faults import crawl_faulty
from tests.crawling import ROOT, Crawl, StartReplica, command, environment, fetched_twice, run

ARTICLE = Draft202012Validator(shipped_schema(Article))
HEADLINE = Draft202012Validator(shipped_schema(Headline))


def check_against_truth(records: list[dict[str, Any]], site: Replica) -> None:
    """Hold every record, field by field, against what the replica served."""
    truth = site.truth()
    assert sorted(record["url"] for record in records) == sorted(truth)
    for record in records:
        ARTICLE.validate(record)
        expected = dict(truth[record["url"]])
        expected["body"] = "\n\n".join(expected.pop("paragraphs"))
        found = {name: record[name] for name in expected}
        assert found == expected
        assert is_html_of(record["body_html"], record["body"])


@pytest.mark.parametrize("markup", MARKUPS)
def test_every_markup_is_read_field_by_field(markup: str, replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=90, batch_size=8, markup=markup, kinds=True)
    done = crawl_ok(site)
    check_against_truth(done.records(), site)
    # The home page is asked for once; the ticker, which changes, is no reason to ask for anything again.
    assert fetched_twice(site) == {}
    assert not [seen.path for seen in site.requests if seen.path.startswith(site.options.disallow)]
    layer = "fallback" if markup in ("unknown", "nested-br") else "dom"
    assert {record["provenance"]["body"] for record in done.records() if record["body"]} == {layer}
    kinds = {record["kind"] for record in done.records()}
    assert kinds == {"news", "opinion", "analysis", "blog", "features", "video", "gallery", "infograph", "episode"}
    # A live page is no story yet; it is counted and not asked for.
    assert not [seen.path for seen in site.requests if seen.path.startswith("/live")]
    assert done.report()["skipped"]["live"] == 1


@pytest.mark.parametrize("edition", ["ar", "es"])
def test_the_other_editions_are_read_field_by_field(
    edition: str, replica: StartReplica, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=40, batch_size=8, edition=edition, load_more="button", kinds=True)
    done = crawl_ok(site)
    check_against_truth(done.records(), site)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} - {"runs"} == {edition}


def test_pages_that_call_themselves_something_else_are_skipped_with_a_count(
    replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=20)
    addresses = [f"{site.url}{path}" for path in ("/articles/live-votes/as-it-happens", "/authors/some-one")]
    site.aside["/articles/live-votes/as-it-happens"] = (
        '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "On"}</script><h1>On</h1>'
    )
    (tmp_path / "list").write_text("\n".join(addresses))
    done = crawl(site, urls=str(tmp_path / "list"))
    assert done.records() == []
    report = done.report()
    assert report["skipped"] == {"author": 1, "live": 1}
    assert report["errors"] == {}


def test_a_ticker_line_is_one_headline(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=12)
    done = crawl(site)
    lines = done.records("headlines")
    for line in lines:
        HEADLINE.validate(line)
    assert len(lines) >= 10
    assert len({line["text"] for line in lines}) == len(lines)


def test_one_article_under_two_urls_is_one_record(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=20)
    story = site.newsroom.article(3)
    site.faults.append(Fault(kind="redirect", path=f"^{site.newsroom.path(13)}$", location=story.path))
    done = crawl_ok(site)
    assert Counter(record["id"] for record in done.records())[story.post_id] == 1
    assert len(done.records()) == 19
    # The page that the redirect leads to is not asked for again.
    assert fetched_twice(site) == {}


def test_wrong_charset_and_garbage_do_no_harm(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=30, edition="ar")
    garbage = site.newsroom.path(4)
    site.faults.append(Fault(kind="garbage", path=f"^{garbage}$"))
    site.faults.append(Fault(kind="charset", path=r"^/(news|Blog|analysis)"))
    done = crawl(site)
    expected = {url: story for url, story in site.truth().items() if not url.endswith(garbage)}
    found = {record["url"]: record for record in done.records()}
    assert found.keys() == expected.keys()
    assert all(found[url]["title"] == expected[url]["title"] for url in expected)
    assert "No article: " in done.log


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (Fault(kind="status", status=500), "server_error"),
        (Fault(kind="status", status=404), "gone"),
        (Fault(kind="truncated"), "truncated"),
        (Fault(kind="gzip-cut"), "truncated"),
        (Fault(kind="no-length"), "truncated"),
        (Fault(kind="part"), "truncated"),
        (Fault(kind="close"), "connection_lost"),
        (Fault(kind="bomb"), "too_large"),
        (Fault(kind="redirect-loop"), "redirect"),
        (Fault(kind="redirect", location="http://elsewhere.example/news/politics/a-b"), "off_site"),
        (Fault(kind="slow", seconds=15), "timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_page_that_fails_is_named_and_the_rest_is_exported(
    fault: Fault, name: str, replica: StartReplica, crawl_ok: Crawl
) -> None:
    site = replica(articles=20)
    path = site.newsroom.path(7)
    fault.path = f"^{path}"
    fault.seen.clear()
    site.faults.append(fault)
    done = crawl_ok(site, settings={"DOWNLOAD_TIMEOUT": "6"} if name == "timeout" else None)
    assert done.report()["errors"][name]["count"] == 1
    assert {record["url"] for record in done.records()} == {url for url in site.truth() if not url.endswith(path)}


def test_faults_of_every_kind_at_once_are_counted_and_the_rest_is_exported(tmp_path: Path) -> None:
    found = crawl_faulty(200, 0.2, tmp_path)
    assert found.status == 0, found.log
    assert found.counted == found.expected
    assert (found.missed, found.wrong, found.twice) == (set(), set(), 0)


def test_nothing_is_fetched_when_robots_txt_cannot_be_read(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="status", status=500, path="^/robots.txt"))
    done = crawl(site)
    assert done.status == 3
    assert "its robots.txt cannot be read (it answered with status 500)" in done.last_line
    assert {seen.path for seen in site.requests} == {"/robots.txt"}


def test_nothing_is_fetched_when_robots_txt_has_no_end(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    rules = "User-agent: *\n" + "Disallow: /nowhere\n" * 60_000
    site.faults.append(Fault(kind="rewrite", path="^/robots.txt", pattern=r"(?s)^.*", replacement=rules))
    done = crawl(site)
    assert done.status == 3
    assert "its robots.txt cannot be read (the answer is too large)" in done.last_line
    assert {seen.path for seen in site.requests} == {"/robots.txt"}


def test_a_robots_txt_that_forbids_everything_is_obeyed(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20, disallow=("/",))
    done = crawl(site)
    assert {seen.path for seen in site.requests} == {"/robots.txt"}
    assert done.status == 5
    assert "robots.txt forbids" in done.last_line


def test_a_robots_txt_that_forbids_a_section_is_obeyed(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=60, disallow=("/news/politics", "/articles/blog"))
    site.faults.append(Fault(kind="slow", path="^/robots.txt", seconds=0.5))
    done = crawl(site)
    assert not [seen.path for seen in site.requests if seen.path.startswith(("/news/politics", "/articles/blog"))]
    assert {record["section"] for record in done.records()} >= {"sports", "health"}


def test_the_crawler_says_who_it_is(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=2)
    done = crawl(site)
    assert {seen.user_agent.split("/")[0] for seen in site.requests} == {"newscrawl"}
    assert "No contact in the user agent" in done.log


def test_an_unreachable_site_ends_with_one_plain_message(crawl: Crawl) -> None:
    # A port that nothing listens on.
    with Replica(Options(articles=1)) as site:
        nowhere = site.url
    done = crawl(None, site=nowhere)
    assert done.status == 3
    assert "site unreachable" in done.last_line
    assert "run again" in done.last_line
    assert "Traceback" not in done.log


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"edition": "fr"}, "edition=fr: choose one of en, ar, es"),
        ({"max_pages": "-1"}, "max_pages=-1"),
        ({"site": "ftp://x"}, "site=ftp://x"),
        ({"section": "politics"}, "unknown argument section"),
        ({"discover": "sections,guessing"}, "'guessing' is unknown; choose from sections, tags, sitemap, feed"),
        ({"urls": "/no/such/file"}, "there is no such file"),
        ({"since": "yesterday"}, "since=yesterday: give a date or a time"),
        ({"deep": "maybe"}, "deep=maybe: give yes or no"),
        ({"sections": " , "}, "sections= , "),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, str], words: str, tmp_path: Path) -> None:
    done = run(command(tmp_path, arguments, {}), tmp_path)
    assert done.status == 2
    assert words in done.log
    assert "Traceback" not in done.log


def test_an_unknown_section_is_named_and_the_others_are_read(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    done = crawl(site, sections="politics,weather")
    assert done.status == 2
    assert "The site shows no section 'weather'; known are: politics" in done.log
    assert any(record["section"] == "politics" for record in done.records())


def test_arguments_never_lead_out_of_the_data_folder(replica: StartReplica, crawl: Crawl, tmp_path: Path) -> None:
    site = replica(articles=2)
    done = crawl(site, tmp_path / "data", sections="../../x")
    assert done.status == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_full_disk_stops_the_crawl_and_shows_no_half_file(replica: StartReplica, tmp_path: Path) -> None:
    limit = 300_000

    def starve() -> None:
        # Every file of this process ends at 300 kB: the write that would pass it fails, as on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    site = replica(articles=400)
    arguments = {"site": site.url, "max_pages": "0"}
    done = run(command(tmp_path, arguments, {"DOWNLOAD_DELAY": "0"}), tmp_path, preexec_fn=starve)
    assert done.status == 6, done.log
    assert "output not written" in done.last_line
    assert done.records() == []
    assert len(done.records("headlines")) >= 10
    (part,) = (tmp_path / "en" / "articles").iterdir()
    assert part.name.startswith(".")
    assert part.name.endswith(".part")
    lines = part.read_bytes().splitlines(keepends=True)
    assert lines
    assert all(line.endswith(b"\n") and json.loads(line) for line in lines)
    assert len(site.requests) < 300


def test_an_unwritable_folder_is_named_before_anything_is_fetched(
    replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    site = replica(articles=2)
    done = crawl(site, tmp_path / "file" / "data")
    assert done.status == 6
    assert "Give a writable folder" in done.last_line
    assert site.requests == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_crawl_leaves_whole_files_only(number: signal.Signals, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=2000)
    arguments = {"site": site.url, "max_pages": "0"}
    process = subprocess.Popen(
        command(tmp_path, arguments, {"DOWNLOAD_DELAY": "0"}),
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.DEVNULL,
    )
    try:
        while len(site.requests) < 60:
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        process.send_signal(number)
        status = process.wait(60)
    files = list((tmp_path / "en" / "articles").iterdir())
    visible = [file for file in files if not file.name.startswith(".")]
    if number == signal.SIGKILL:
        assert visible == []
    else:
        assert status == 0
        assert files == visible
        for line in visible[0].read_bytes().splitlines():
            ARTICLE.validate(json.loads(line))


def test_the_option_o_writes_a_file_beside_the_archive(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=10)
    line = command(tmp_path / "data", {"site": site.url}, {"DOWNLOAD_DELAY": "0"})
    done = run([*line, "-O", f"{tmp_path}/mine.jsonl"], tmp_path / "data")
    assert done.status == 0, done.log
    mine = [json.loads(each) for each in (tmp_path / "mine.jsonl").read_text().splitlines()]
    assert mine == done.records()
    assert len(mine) == 10


def test_the_demo_works_and_shows_a_line(tmp_path: Path) -> None:
    done = run(
        [*command(tmp_path, {}, {}, name="demo")[:4], "--articles", "12", "--data", str(tmp_path / "d")], tmp_path / "d"
    )
    assert done.status == 0, done.log
    assert len(done.records()) == 12
    assert f"12 lines in {tmp_path}/d/en/articles/" in done.log
    assert 'date_published: "' in done.log
