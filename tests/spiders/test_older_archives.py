"""Other web archives as a source: their captures become articles with revisions in order, and the site is not asked."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.project import get_project_settings

from newscrawl.errors import ArgumentError, ReadingTooSlowError
from newscrawl.items import FetchedArticle
from newscrawl.middlewares.redirects import ARCHIVE_ROOT
from newscrawl.middlewares.robots import DOWNLOAD_SLOT
from newscrawl.pages import ParsedArticle
from newscrawl.replica import Replica
from newscrawl.spiders.arguments import Arguments
from newscrawl.spiders.articles import Output
from newscrawl.spiders.mayadeen import MayadeenSpider
from tests.crawling import FAST, ROOT, Crawl, Finished, StartReplica, command, environment, run
from tests.many_crawls import Job, crawl_many
from tests.pipelines.samples import article
from tests.spiders.samples import NEW, StartSpider, counted, failed, ledger_of, story
from tests.spiders.samples import ROOT as SITE_ROOT
from tests.stand_ins import Page, StandIn

QUICK = {**FAST, "ARCHIVE_DELAY": "0", "FEED_EXPORT_BATCH_ITEM_COUNT": "5"}
ARTICLES = 40


def years_of(site: Replica) -> tuple[list[Page], dict[str, list[tuple[str, str]]]]:
    """Return 100 captures of a site over five years, and URL → (title, time) of the revisions that they show.

    All articles are captured, then 30 of them edited, 20 not, then 10 edited once more.
    """
    pages: list[Page] = []
    shown: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def capture(number: int, year: int) -> None:
        url = site.url + site.newsroom.path(number)
        timestamp = f"{year}0{1 + number % 9}{10 + number % 15}12{number:02}00"
        body = site.answer(site.newsroom.path(number))[2]
        pages.append(Page(url=url, timestamp=timestamp, body=body))
        title = str(site.truth()[url]["title"])
        if not shown[url] or shown[url][-1][0] != title:
            stamp = f"{year}-0{1 + number % 9}-{10 + number % 15}T12:{number:02}:00Z"
            shown[url].append((title, stamp))

    for number in range(ARTICLES):
        capture(number, 2025)
    for number in range(30):
        site.edit(number)
        capture(number, 2026)
    for number in range(20):
        # The bytes differ, the article does not.
        site.aside.clear()
        url, stamp = site.url + site.newsroom.path(number), f"2027010112{number:02}00"
        body = site.answer(site.newsroom.path(number))[2].replace(b"</body>", b"<!-- later --></body>")
        pages.append(Page(url=url, timestamp=stamp, body=body))
    for number in range(10):
        site.edit(number)
        capture(number, 2028)
    assert len(pages) == 100
    return pages, shown


def archive_settings(archive: StandIn) -> dict[str, str]:
    roots = ("WAYBACK_ROOT", "COMMONCRAWL_INDEX", "COMMONCRAWL_DATA")
    return {**QUICK, **dict.fromkeys(roots, archive.url)}


def arguments(site: Replica, way: str) -> dict[str, str]:
    return {"site": site.url, "discover": way}


def interrupted(archive: StandIn, line: list[str], number: int, captures: int) -> None:
    """Start a crawl, and stop it after a number of captures."""
    start = len(archive.captures_asked)
    process = subprocess.Popen(line, cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL)
    while len(archive.captures_asked) - start < captures and process.poll() is None:
        time.sleep(0.002)
    assert process.poll() is None, "it ended before"
    os.kill(process.pid, number)
    process.wait(60)


def revisions(done: Finished) -> dict[str, list[tuple[str, str]]]:
    """Return URL → (title, time) of its lines by revision; asserts that the revisions are 1, 2, …, each once."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in done.records():
        found[record["url"]].append(record)
    for records in found.values():
        assert [record["revision"] for record in records] == [*range(1, len(records) + 1)]
        assert len({record["id"] for record in records}) == 1
    return {url: [(each["title"], each["date_downloaded"]) for each in records] for url, records in found.items()}


@pytest.fixture
def years(replica: StartReplica) -> tuple[Replica, list[Page], dict[str, list[tuple[str, str]]]]:
    site = replica(articles=ARTICLES, noise=False)
    return site, *years_of(site)


def with_crawls(archive: StandIn, pages: list[Page]) -> None:
    """Put captures into one crawl a year."""
    for year in sorted({page.timestamp[:4] for page in pages}):
        archive.add_crawl(f"CC-MAIN-{year}-10", [page for page in pages if page.timestamp.startswith(year)])


@pytest.mark.parametrize("way", ["wayback", "commoncrawl"])
def test_captures_of_years_become_articles_and_their_revisions(
    way: str, years: tuple[Replica, list[Page], dict[str, list[tuple[str, str]]]], tmp_path: Path, crawl: Crawl
) -> None:
    site, pages, shown = years
    with StandIn(pages) as archive:
        with_crawls(archive, pages)
        line = command(tmp_path, arguments(site, way), archive_settings(archive))
        interrupted(archive, line, signal.SIGTERM, 25)
        interrupted(archive, line, signal.SIGKILL, 20)
        done = crawl(None, settings=archive_settings(archive), **arguments(site, way))
        assert done.status == 0, done.log
        assert revisions(done) == shown
        assert sum(map(len, shown.values())) == 80
        # What was interrupted is asked for again, what was committed is not.
        assert 100 <= len(archive.captures_asked) < 140
        requests = done.report()["accounts"]["requests"]
        asked = len(archive.captures_asked)
        again = crawl(None, settings=archive_settings(archive), **arguments(site, way))
        assert "healthy (status 0): 0 articles written" in again.last_line
        assert archive.captures_asked[asked:] == []
        assert requests["capture"] == {"opened": requests["capture"]["opened"], "read": requests["capture"]["opened"]}
        assert requests["index"]["read"] >= 4
        assert "article" not in requests
        for record in done.records():
            assert record["found_on"].startswith(f"{archive.url}/{'web' if way == 'wayback' else 'crawl-data'}/")
    assert site.requests == []
    assert run([sys.executable, "-m", "scrapy", "verify", "-s", f"DATA_DIR={tmp_path}"], tmp_path).status == 0
    # The captures that are kept say the same again, whoever is asked no more.
    line = [sys.executable, "-m", "scrapy", "extract", "-a", f"site={site.url}", "-s", f"DATA_DIR={tmp_path}"]
    fresh = tmp_path / "fresh"
    read = run([*line, "--into", str(fresh), "--workers", "1"], fresh)
    assert read.status == 0, read.log
    assert revisions(read) == shown
    assert Counter(map(str, read.records())) == Counter(map(str, done.records()))
    assert "0 records written" in run(line, tmp_path).last_line


@pytest.fixture
def small(replica: StartReplica) -> Iterator[tuple[Replica, StandIn]]:
    """A site of eight articles, and an archive with one capture of each, from 2025 on."""
    site = replica(articles=8, noise=False)
    pages = [
        Page(url=url, timestamp=f"202501{10 + number}000000", body=site.answer(url.removeprefix(site.url))[2])
        for number, url in enumerate(site.article_urls())
    ]
    with StandIn(pages) as archive:
        with_crawls(archive, pages)
        yield site, archive


def test_what_an_archive_has_instead_of_articles_is_named_and_rests(
    small: tuple[Replica, StandIn], crawl: Crawl
) -> None:
    site, archive = small
    first, second, third, fourth, *_ = archive.pages
    later = Page(url=second.url, timestamp="20260101000000", body=second.body + b"<!-- -->")
    with_query = Page(url=f"{third.url}?utm_source=x", timestamp="20240101000000", body=third.body + b"<!-- -->")
    listing = Page(url=f"{site.url}/news/politics", timestamp="20250101000000", body=b"<h1>Politics</h1>")
    archive.pages = sorted([*archive.pages, later, with_query, listing], key=lambda page: (page.key, page.timestamp))
    archive.forgets.add(second.timestamp)
    broken = archive.pages.index(first)
    archive.pages[broken] = Page(url=first.url, timestamp=first.timestamp, body=b"<title>x</title><p>Nothing.</p>")
    archive.faults.append((f"id_/{fourth.url}", (404, {}, b"")))
    settings = archive_settings(archive)
    done = crawl(None, settings=settings, **arguments(site, "wayback"))
    assert done.status == 0, done.log
    found = {record["url"]: record for record in done.records()}
    assert found.keys() == set(site.truth()) - {first.url, fourth.url}
    # The archive led to a later capture.
    assert found[second.url]["date_downloaded"] == "2026-01-01T00:00:00Z"
    # The capture with a query is the earlier one.
    assert found[third.url]["date_downloaded"] == "2024-01-01T00:00:00Z"
    requests = done.report()["accounts"]["requests"]["capture"]
    assert requests["gone"] == 1
    assert sum(number for name, number in requests.items() if name.startswith("failed: ")) == 1
    asked = len(archive.captures_asked)
    assert crawl(None, settings=settings, **arguments(site, "wayback")).status == 0
    assert archive.captures_asked[asked:] == []
    # It says nothing of the site: there the two are asked for.
    crawl(site)
    assert {seen.path for seen in site.requests} >= {url.removeprefix(site.url) for url in (first.url, fourth.url)}


@pytest.mark.parametrize("way", ["wayback", "commoncrawl"])
@pytest.mark.parametrize(
    ("pattern", "answer"),
    [("cdx|-index|collinfo", (500, {}, b"")), ("cdx|-index", (200, {}, b"<html>")), ("cdx|-index", (404, {}, b""))],
)
def test_an_index_that_cannot_be_read_is_no_healthy_run(
    way: str, pattern: str, answer: Any, small: tuple[Replica, StandIn], crawl: Crawl
) -> None:
    site, archive = small
    archive.faults.append((pattern, answer))
    done = crawl(None, settings=archive_settings(archive), **arguments(site, way))
    assert done.status == 3, done.log
    assert "listings missing" in done.last_line
    assert site.requests == []


def test_a_crawl_without_captures_is_an_empty_one(small: tuple[Replica, StandIn], crawl_ok: Crawl) -> None:
    site, archive = small
    archive.indexes["CC-MAIN-2020-10"] = []
    archive.faults.append(("2020-10-index", (404, {}, b'{"message": "No Captures found for: x"}')))
    done = crawl_ok(None, settings=archive_settings(archive), **arguments(site, "wayback,commoncrawl"))
    assert len(done.records()) == 8
    # The second archive has nothing that the first had not.
    assert not [path for path in archive.asked if path.startswith("/crawl-data")] or done.records()


def test_a_part_of_a_file_that_holds_no_page_is_named(small: tuple[Replica, StandIn], crawl: Crawl) -> None:
    site, archive = small
    (name,) = archive.files
    row, other, *_ = archive.indexes["CC-MAIN-2025-10"]
    row["length"] = str(int(row["length"]) - 9)
    other["offset"] = str(int(other["offset"]) + 7)
    done = crawl(None, settings=archive_settings(archive), **arguments(site, "commoncrawl"))
    assert done.status == 0, done.log
    assert len(done.records()) == 6
    errors = done.report()["errors"]
    assert {each: errors[each]["count"] for each in ("truncated", "undecodable")} == {"truncated": 1, "undecodable": 1}
    # A server that knows no ranges sends the whole file.
    archive.faults.append((name, (200, {}, archive.files[name])))
    done = crawl(None, done.data / "other", settings=archive_settings(archive), **arguments(site, "commoncrawl"))
    assert len(done.records()) == 6


def test_an_archive_that_refuses_is_left_and_rests(small: tuple[Replica, StandIn], crawl: Crawl) -> None:
    site, archive = small
    archive.faults.append(("id_/", (403, {}, b"")))
    done = crawl(None, settings=archive_settings(archive), **arguments(site, "wayback"))
    assert done.status == 5, done.log
    archive.faults.clear()
    resting = crawl(None, settings=archive_settings(archive), **arguments(site, "wayback"))
    assert resting.status == 5
    assert f"{archive.url} blocked an earlier run" in resting.last_line
    # The site has refused nothing.
    assert crawl(site).status == 0


def test_the_rules_of_an_archive_are_kept(small: tuple[Replica, StandIn], crawl: Crawl) -> None:
    site, archive = small
    archive.robots = "User-agent: *\nDisallow: /web/\n"
    done = crawl(None, settings=archive_settings(archive), **arguments(site, "wayback"))
    assert done.status == 5, done.log
    assert archive.captures_asked == []
    archive.robots = "User-agent: *\nCrawl-delay: 1000\n"
    done = crawl(None, settings=archive_settings(archive), **arguments(site, "wayback"))
    assert "robots.txt asks for 1000 s" in done.last_line


def test_an_archive_leads_nowhere_else(small: tuple[Replica, StandIn], crawl: Crawl) -> None:
    site, archive = small
    first = archive.pages[0]
    archive.faults.append((f"id_/{first.url}", (302, {"Location": first.url}, b"")))
    done = crawl(None, settings=archive_settings(archive), **arguments(site, "wayback"))
    assert done.report()["errors"]["off_site"]["count"] == 1
    assert site.requests == []
    archive.faults[:] = [("/cdx/", (302, {"Location": f"{site.url}/"}, b""))]
    done = crawl(None, done.data / "other", settings=archive_settings(archive), **arguments(site, "wayback"))
    assert done.status == 3
    assert site.requests == []


def test_an_exception_is_a_fault_and_the_rest_is_read(small: tuple[Replica, StandIn], tmp_path: Path) -> None:
    site, archive = small
    first = archive.pages[0]
    archive.faults.append((f"id_/{first.url}", (404, {}, b"")))
    place = "newscrawl.spiders.older_archives:OlderArchivesSpider"
    jobs = [
        Job(
            data=str(tmp_path / name), arguments=arguments(site, "wayback"), settings=archive_settings(archive),
            raises=f"{place}.{name}",
        )
        for name in ("parse_index", "parse_capture", "capture_failed", "read_capture")
    ]  # fmt: skip
    archive_down = {**archive_settings(archive), "WAYBACK_ROOT": "http://127.0.0.1:9"}
    jobs.append(Job(data=str(tmp_path / "down"), arguments=arguments(site, "wayback"), settings=archive_down,
                    raises=f"{place}.index_failed"))  # fmt: skip
    outcomes = crawl_many(jobs)
    assert [outcome.status for outcome in outcomes] == [70] * 5
    # One that raises takes no other with it.
    assert outcomes[2].stats["newscrawl/written/articles"] == 7
    # After five exceptions the crawl ends.
    assert outcomes[3].called == 5


@pytest.mark.parametrize(
    "others", [{"discover": "wayback,sections"}, {"tags": "Mali"}, {"sections": "sports"}, {"urls": __file__}]
)
def test_an_archive_is_read_in_a_run_of_its_own(others: dict[str, str]) -> None:
    with pytest.raises(ArgumentError, match="in a run of their own"):
        Arguments.parse(**{"discover": "commoncrawl", **others})
    assert Arguments.parse(discover="commoncrawl,wayback").discover == ("commoncrawl", "wayback")


# -- without a crawl --------------------------------------------------------------------------------------------------


def requests(output: Output) -> list[Request]:
    return [each for each in output if isinstance(each, Request)]


def test_an_archive_has_a_delay_of_its_own_and_each_request_keeps_it(spider: StartSpider) -> None:
    settings = get_project_settings()
    settings.set("DOWNLOAD_SLOTS", {"archive web.archive.org": {"delay": 9.0}, "x.net": {"delay": 1.0}})
    settings.set("COMMONCRAWL_DATA", "http://127.0.0.1:8080/")
    MayadeenSpider.update_settings(settings)
    slots = settings.getdict("DOWNLOAD_SLOTS")
    own = {"concurrency": 1, "delay": 2.5, "jitter": 0.0}
    assert slots == {
        "archive web.archive.org": {"delay": 9.0},
        "archive index.commoncrawl.org": own,
        "archive 127.0.0.1:8080": own,
        "x.net": {"delay": 1.0},
    }
    made = spider(discover="wayback,commoncrawl")
    assert made.asked_roots == (
        "https://web.archive.org", "https://index.commoncrawl.org", "https://data.commoncrawl.org",
    )  # fmt: skip
    (request,) = made.first_requests()
    assert request.meta[DOWNLOAD_SLOT] == "archive web.archive.org"
    assert request.meta[ARCHIVE_ROOT] == "https://web.archive.org"
    # Before `since` nothing was captured that was published then; `until` says nothing of captures.
    (request,) = spider(discover="wayback", since="2020-01-02", until="2020-02-01").first_requests()
    assert "from=20200101000000" in request.url
    assert "to=" not in request.url


def test_captures_are_asked_for_where_they_are_later_than_what_is_known(spider: StartSpider) -> None:
    made = spider(discover="wayback")
    (index,) = made.first_requests()
    now = datetime.now(UTC)
    times = [f"{now - timedelta(days=days):%Y%m%d%H%M%S}" for days in (12, 2)]
    # The archive has read the first nine days ago.
    urls = (story(1), f"{SITE_ROOT}/videos/a-b", f"{SITE_ROOT}/news", f"{SITE_ROOT}/videos/c-d")
    rows = [[at, url, f"{at} {url}"] for url in urls for at in times]
    body = json.dumps([["timestamp", "original", "digest"], *rows]).encode()
    answer = Response(index.url, body=body, request=index)
    (first,) = requests(made.parse_index(answer, **index.cb_kwargs))
    assert first.url == f"https://web.archive.org/web/{times[1]}id_/{story(1)}"
    walk = first.cb_kwargs["walk"]
    assert [capture.timestamp for _, capture in walk.waiting] == times * 2
    # One that showed no article rests.
    made.let_rest(walk.archive.place_of(walk.waiting[0][1]).key, "missing_body")
    ledger_of(made)
    (second,) = requests(made.capture_failed(failed(first, 404)))
    assert second.url == f"https://web.archive.org/web/{times[1]}id_/{SITE_ROOT}/videos/a-b"
    # What is settled already goes on once.
    assert [*made.capture_failed(failed(first, 404))] == []
    assert len(walk.waiting) == 2
    assert ledger_of(made).failure("en", first.url) == "gone"
    walk.waiting.clear()
    # The answer had no resumption key.
    assert [*made.capture_failed(failed(second, ReadingTooSlowError("slow")))] == []
    assert {name: number for name, number in counted(made.crawler).items() if name.startswith("capture/")} == {
        "capture/known": 1, "capture/resting": 1, "capture/gone": 2, "capture/unreadable": 1,
    }  # fmt: skip


def test_kinds_that_are_not_wanted_are_not_asked_for(spider: StartSpider) -> None:
    made = spider(discover="wayback", kinds="video")
    (index,) = made.first_requests()
    rows = [["20200101000000", url, url] for url in (NEW, f"{SITE_ROOT}/videos/a-b")]
    body = json.dumps([["timestamp", "original", "digest"], *rows]).encode()
    answer = Response(index.url, body=body, request=index)
    (first,) = requests(made.parse_index(answer, **index.cb_kwargs))
    assert first.url.endswith("/videos/a-b")
    assert first.cb_kwargs["walk"].waiting == deque()


def test_a_page_of_an_archive_says_nothing_of_the_site(spider: StartSpider) -> None:
    made = spider(discover="wayback")
    page = Response(story(9), request=Request(story(9), meta={"capture_key": "https://w.example/9"}))
    shown = article(url=story(9), title="A headline")
    tags = {"Mali": f"{SITE_ROOT}/tags/mali"}
    fetched = FetchedArticle(article=shown, is_from_archive=True)
    (found,) = made.hand_on(fetched, ParsedArticle(shown, tags, None), story(9), page, datetime.now(UTC), None)
    assert isinstance(found, FetchedArticle)
    assert ledger_of(made).tag_target("en", "Mali") is None
    # It states the URL of another article: that one is not asked for, and nothing is noted of the one that was.
    other = ParsedArticle(shown, tags, story(8))
    assert [*made.hand_on(fetched, other, story(9), page, datetime.now(UTC), None)] == []
    assert ledger_of(made).failure("en", story(9)) is None
    assert ledger_of(made).failure("en", "https://w.example/9") == "other_article"
    assert counted(made.crawler)["capture/unreadable"] == 1
