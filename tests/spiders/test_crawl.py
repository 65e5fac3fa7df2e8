"""The real command against the replica over HTTP, in a process of its own."""

import json
import resource
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from newscrawl.archive.schema import shipped_schema
from newscrawl.items import Article, Headline
from newscrawl.replica import LOAD_MORE, MARKUPS, Fault, Options, Replica
from tests.benchmarks.faults import crawl_faulty
from tests.crawling import ROOT, command, crawl, environment, fetched_twice, run

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


@pytest.mark.parametrize("markup", MARKUPS)
def test_every_markup_is_read_field_by_field(markup: str, tmp_path: Path) -> None:
    with Replica(Options(articles=90, batch_size=8, markup=markup, kinds=True)) as site:
        done = crawl(site, tmp_path)
        assert done.status == 0, done.log
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
        assert "'newscrawl/skipped/live': 1" in done.log


@pytest.mark.parametrize("edition", ["ar", "es"])
def test_the_sister_editions_are_read_field_by_field(edition: str, tmp_path: Path) -> None:
    with Replica(Options(articles=40, batch_size=8, edition=edition, load_more="button", kinds=True)) as site:
        done = crawl(site, tmp_path)
        assert done.status == 0, done.log
        check_against_truth(done.records(), site)
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {edition, "runs"}


@pytest.mark.parametrize("load_more", [way for way in LOAD_MORE if way not in ("link", "none")])
def test_every_form_of_load_more_is_followed_to_the_end(load_more: str, tmp_path: Path) -> None:
    with Replica(Options(articles=150, batch_size=4, load_more=load_more)) as site:
        done = crawl(site, tmp_path)
        assert done.status == 0, done.log
        assert {record["url"] for record in done.records()} == set(site.truth())
        assert fetched_twice(site) == {}


@pytest.mark.parametrize("load_more", ["link", "button", "json", "page"])
@pytest.mark.parametrize("endless", ["repeat", "loop"])
def test_endless_paging_ends(endless: str, load_more: str, tmp_path: Path) -> None:
    with Replica(Options(articles=30, batch_size=2, endless=endless, load_more=load_more)) as site:
        done = crawl(site, tmp_path, sections="politics,opinion")
        assert done.status == 0, done.log
        expected = {
            url for url, story in site.truth().items() if story["section"] == "politics" or story["kind"] == "opinion"
        }
        assert expected <= {record["url"] for record in done.records()}
        listings = [seen for seen in site.requests if "page=" in seen.path]
        assert len(listings) <= 8


def test_max_pages_and_sections_bound_the_crawl(tmp_path: Path) -> None:
    with Replica(Options(articles=200, batch_size=3)) as site:
        done = crawl(site, tmp_path, max_pages="2", sections="Economy, opinion")
        assert done.status == 0, done.log
        urls = list(site.truth())
        economics = [url for url in urls if "/news/economics/" in url][:6]
        opinion = [url for url in urls if "/articles/opinion/" in url][:6]
        assert {record["url"] for record in done.records()} == {*economics, *opinion}


def test_kinds_choose_what_is_asked_for(tmp_path: Path) -> None:
    with Replica(Options(articles=140, batch_size=5, kinds=True)) as site:
        done = crawl(site, tmp_path, kinds="video,gallery")
        assert done.status == 0, done.log
        wanted = {url for url, story in site.truth().items() if story["kind"] in ("video", "gallery")}
        assert {record["url"] for record in done.records()} == wanted
        paths = [urlsplit(seen.path).path for seen in site.requests]
        assert {path for path in paths if not path.startswith(("/videos", "/picture-desk"))} == {"/", "/robots.txt"}
        # The next run knows from the ledger where the galleries lie, without the menu.
        (tmp_path / "list").write_text("\n".join(sorted(wanted)))
        again = crawl(site, tmp_path / "other", urls=str(tmp_path / "list"), kinds="gallery")
        assert again.log.count("Not an article's URL") == sum("/picture-desk/" in url for url in wanted)
        known = crawl(site, tmp_path, urls=str(tmp_path / "list"), kinds="gallery")
        assert "Not an article's URL" not in known.log


def test_pages_that_call_themselves_something_else_are_skipped_with_a_count(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        addresses = [f"{site.url}{path}" for path in ("/articles/live-votes/as-it-happens", "/authors/some-one")]
        site.aside["/articles/live-votes/as-it-happens"] = (
            '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "On"}</script><h1>On</h1>'
        )
        (tmp_path / "list").write_text("\n".join(addresses))
        done = crawl(site, tmp_path, urls=str(tmp_path / "list"))
        assert done.records() == []
        assert "'newscrawl/skipped/live': 1" in done.log
        assert "'newscrawl/skipped/author': 1" in done.log
        assert "'newscrawl/error/" not in done.log


def test_a_ticker_line_is_one_headline(tmp_path: Path) -> None:
    with Replica(Options(articles=12)) as site:
        done = crawl(site, tmp_path)
        lines = done.records("headlines")
        for line in lines:
            HEADLINE.validate(line)
        assert len(lines) >= 10
        assert len({line["text"] for line in lines}) == len(lines)


def test_articles_come_newest_first_and_before_further_batches(tmp_path: Path) -> None:
    with Replica(Options(articles=60, batch_size=6, noise=False)) as site:
        slow = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}
        done = crawl(site, tmp_path, sections="politics", settings=slow)
        politics = [url for url in site.truth() if "/news/politics/" in url]
        assert [record["url"] for record in done.records() if record["section"] == "politics"] == politics
        paths = [seen.path for seen in site.requests]
        assert paths.index(urlsplit(politics[5]).path) < paths.index("/news/politics?page=2")


def test_one_story_under_two_addresses_is_one_record(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        story = site.newsroom.story(3)
        site.faults.append(Fault(kind="redirect", path=f"^{site.newsroom.path(13)}$", location=story.path))
        done = crawl(site, tmp_path)
        assert done.status == 0, done.log
        assert Counter(record["id"] for record in done.records())[story.post_id] == 1
        assert len(done.records()) == 19
        # The page that the redirect leads to is not asked for again.
        assert fetched_twice(site) == {}


def test_wrong_charset_and_garbage_do_no_harm(tmp_path: Path) -> None:
    with Replica(Options(articles=30, edition="ar")) as site:
        garbage = site.newsroom.path(4)
        site.faults.append(Fault(kind="garbage", path=f"^{garbage}$"))
        site.faults.append(Fault(kind="charset", path=r"^/(news|Blog|analysis)"))
        done = crawl(site, tmp_path)
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
        (Fault(kind="close"), "connection_lost"),
        (Fault(kind="bomb"), "too_large"),
        (Fault(kind="redirect-loop"), "redirect"),
        (Fault(kind="redirect", location="http://elsewhere.example/news/politics/a-b"), "off_site"),
        (Fault(kind="slow", seconds=4), "timeout"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_page_that_fails_is_named_and_the_rest_is_exported(fault: Fault, name: str, tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        path = site.newsroom.path(7)
        fault.path = f"^{path}"
        fault.seen.clear()
        site.faults.append(fault)
        done = crawl(site, tmp_path, settings={"DOWNLOAD_TIMEOUT": "2"})
        assert done.status == 0, done.log
        assert f"'newscrawl/error/{name}': 1" in done.log
        assert {record["url"] for record in done.records()} == {url for url in site.truth() if not url.endswith(path)}


def test_faults_of_every_way_at_once_are_counted_and_the_rest_is_exported(tmp_path: Path) -> None:
    found = crawl_faulty(200, 0.2, tmp_path)
    assert found.status == 0, found.log
    assert found.counted == found.expected
    assert (found.missed, found.wrong, found.twice) == (set(), set(), 0)


def test_robots_that_cannot_be_read_lets_nothing_through(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        site.faults.append(Fault(kind="status", status=500, path="^/robots.txt"))
        crawl(site, tmp_path)
        assert {seen.path for seen in site.requests} == {"/robots.txt"}


def test_robots_that_forbids_all_is_kept(tmp_path: Path) -> None:
    with Replica(Options(articles=20, disallow=("/",))) as site:
        done = crawl(site, tmp_path)
        assert {seen.path for seen in site.requests} == {"/robots.txt"}
        assert done.status == 5
        assert "robots.txt forbids" in done.last_line


def test_robots_that_forbids_a_section_is_kept_with_many_requests_at_once(tmp_path: Path) -> None:
    with Replica(Options(articles=60, disallow=("/news/politics", "/articles/blog"))) as site:
        site.faults.append(Fault(kind="slow", path="^/robots.txt", seconds=0.5))
        done = crawl(site, tmp_path)
        assert not [seen.path for seen in site.requests if seen.path.startswith(("/news/politics", "/articles/blog"))]
        assert {record["section"] for record in done.records()} >= {"sports", "health"}


def test_the_crawler_says_who_it_is(tmp_path: Path) -> None:
    with Replica(Options(articles=2)) as site:
        done = crawl(site, tmp_path)
        assert {seen.user_agent.split("/")[0] for seen in site.requests} == {"newscrawl"}
        assert "No contact in the user agent" in done.log


def test_an_unreachable_site_ends_with_one_plain_message(tmp_path: Path) -> None:
    # A port that nothing listens on.
    with Replica(Options(articles=1)) as site:
        nowhere = site.url
    done = crawl(None, tmp_path, site=nowhere)
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


def test_an_unknown_section_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        done = crawl(site, tmp_path, sections="politics,weather")
        assert done.status == 2
        assert "The site shows no section 'weather'; known are: politics" in done.log
        assert any(record["section"] == "politics" for record in done.records())


def test_arguments_never_lead_out_of_the_data_folder(tmp_path: Path) -> None:
    with Replica(Options(articles=2)) as site:
        done = crawl(site, tmp_path / "data", sections="../../x")
        assert done.status == 2
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_full_disk_stops_the_crawl_and_shows_no_half_file(tmp_path: Path) -> None:
    limit = 300_000

    def starve() -> None:
        # Every file of this process ends at 300 kB: the write that would pass it fails, as on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with Replica(Options(articles=400)) as site:
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


def test_an_unwritable_folder_is_named_before_anything_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Replica(Options(articles=2)) as site:
        done = crawl(site, tmp_path / "file" / "data")
        assert done.status == 6
        assert "Give a writable folder" in done.last_line
        assert site.requests == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_crawl_leaves_whole_files_only(number: signal.Signals, tmp_path: Path) -> None:
    with Replica(Options(articles=2000)) as site:
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


def test_o_adds_a_file_to_the_archive(tmp_path: Path) -> None:
    with Replica(Options(articles=10)) as site:
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
    assert '"date_published"' in done.log


def test_sitemaps_and_feed_lead_to_articles(tmp_path: Path) -> None:
    with Replica(Options(articles=60)) as site:
        done = crawl(site, tmp_path / "sitemap", discover="sitemap")
        assert done.status == 0, done.log
        check_against_truth(done.records(), site)
        assert fetched_twice(site) == {}
        assert "/" not in {seen.path for seen in site.requests}
        done = crawl(site, tmp_path / "feed", discover="feed")
        assert {record["url"] for record in done.records()} == set(list(site.truth())[:20])
        assert {record["found_on"] for record in done.records()} == {f"{site.url}/feed.rss"}


def test_a_missing_feed_is_said_and_the_other_ways_go_on(tmp_path: Path) -> None:
    with Replica(Options(articles=40)) as site:
        site.faults.append(Fault(kind="status", status=403, path="^/feed.rss"))
        site.faults.append(Fault(kind="garbage", path="^/sitemaps/all.xml"))
        done = crawl(site, tmp_path, discover="sections,sitemap,feed")
        assert done.status == 0, done.log
        assert {record["url"] for record in done.records()} == set(site.truth())
        assert done.log.count("No sitemap or feed there") == 2


def test_a_list_of_addresses_is_read_and_nothing_else(tmp_path: Path) -> None:
    with Replica(Options(articles=40)) as site:
        wanted = list(site.truth())[5:8]
        english = wanted[2].replace(site.url, "https://english.almayadeen.net")
        lines = [
            wanted[0],
            f"{wanted[1]}?utm_source=x#top",
            english,
            "",
            "# a comment",
            "https://elsewhere.example/a",
            "javascript:x",
        ]
        (tmp_path / "urls").write_text("\n".join(lines))
        done = crawl(site, tmp_path / "data", urls=str(tmp_path / "urls"))
        assert done.status == 0, done.log
        assert {record["url"] for record in done.records()} == set(wanted)
        assert len(site.requests) == 4
        assert "'newscrawl/urls/rejected': 2" in done.log


def test_tag_pages_are_followed_once_and_share_articles(tmp_path: Path) -> None:
    with Replica(Options(articles=80, batch_size=5)) as site:
        truth = site.truth()
        done = crawl(site, tmp_path / "some", sections="politics", tags="Mali,Gaza Strip")
        assert done.status == 0, done.log
        expected = {
            url
            for url, story in truth.items()
            if story["section"] == "politics" or {"Mali", "Gaza Strip"} & {*story["tags"]}
        }
        assert {record["url"] for record in done.records()} == expected
        assert fetched_twice(site) == {}
        done = crawl(site, tmp_path / "all", sections="politics", tags="all")
        tagged = {url for url, story in truth.items() if story["tags"]}
        assert tagged <= {record["url"] for record in done.records()}


def test_a_tag_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        done = crawl(site, tmp_path, tags="No such tag")
        assert "Listing No such tag is empty" in done.log
        assert "'newscrawl/error/empty_listing': 1" in done.log


@pytest.mark.parametrize("discover", ["sections", "sitemap"])
def test_an_interval_bounds_what_is_exported(discover: str, tmp_path: Path) -> None:
    with Replica(Options(articles=400, batch_size=4)) as site:
        done = crawl(site, tmp_path, since="2024-08-20", until="2024-08-21", discover=discover, max_pages="1")
        assert done.status == 0, done.log
        expected = {
            url
            for url, story in site.truth().items()
            if "2024-08-20T00:00:00Z" <= story["date_published"] < "2024-08-22T00:00:00Z"
        }
        assert {record["url"] for record in done.records()} == expected
        if discover == "sections":
            # Of each of the ten sections, what is in the interval or newer, and at most two batches past it.
            wanted = sum(story["date_published"] >= "2024-08-20" for story in site.truth().values())
            assert len([seen for seen in site.requests if "page=" in seen.path]) <= wanted / 4 + 10 * 3
