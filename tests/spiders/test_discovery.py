"""Whole crawls of a replica: which pages lead to articles, how far they are followed, and in which order."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newscrawl.replica import LOAD_MORE, Fault
from tests.crawling import Crawl, StartReplica, fetched_twice
from tests.spiders.test_crawl import check_against_truth


@pytest.mark.parametrize("load_more", [way for way in LOAD_MORE if way not in ("link", "none")])
def test_every_form_of_load_more_is_followed_to_the_end(load_more: str, replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=150, batch_size=4, load_more=load_more)
    done = crawl_ok(site)
    assert {record["url"] for record in done.records()} == set(site.truth())
    assert fetched_twice(site) == {}


@pytest.mark.parametrize("load_more", ["link", "button", "json", "page"])
@pytest.mark.parametrize("endless", ["repeat", "loop"])
def test_endless_paging_ends(endless: str, load_more: str, replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=30, batch_size=2, endless=endless, load_more=load_more)
    done = crawl_ok(site, sections="politics,opinion")
    expected = {
        url for url, story in site.truth().items() if story["section"] == "politics" or story["kind"] == "opinion"
    }
    assert expected <= {record["url"] for record in done.records()}
    listings = [seen for seen in site.requests if "page=" in seen.path]
    assert len(listings) <= 8


def test_max_pages_and_sections_bound_the_crawl(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=200, batch_size=3)
    done = crawl_ok(site, max_pages="2", sections="Economy, opinion")
    urls = list(site.truth())
    economics = [url for url in urls if "/news/economics/" in url][:6]
    opinion = [url for url in urls if "/articles/opinion/" in url][:6]
    assert {record["url"] for record in done.records()} == {*economics, *opinion}


def test_the_argument_kinds_chooses_what_is_fetched(
    replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=140, batch_size=5, kinds=True)
    done = crawl_ok(site, kinds="video,gallery")
    wanted = {url for url, story in site.truth().items() if story["kind"] in ("video", "gallery")}
    assert {record["url"] for record in done.records()} == wanted
    paths = [urlsplit(seen.path).path for seen in site.requests]
    assert {path for path in paths if not path.startswith(("/videos", "/picture-desk"))} == {"/", "/robots.txt"}
    # The next run knows from the ledger where the galleries lie, without the menu.
    (tmp_path / "list").write_text("\n".join(sorted(wanted)))
    again = crawl(site, tmp_path / "other", urls=str(tmp_path / "list"), kinds="gallery")
    assert again.log.count("Not an article's URL") == sum("/picture-desk/" in url for url in wanted)
    known = crawl(site, urls=str(tmp_path / "list"), kinds="gallery")
    assert "Not an article's URL" not in known.log


def test_articles_come_newest_first_and_before_further_batches(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=60, batch_size=6, noise=False)
    slow = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}
    done = crawl(site, sections="politics", settings=slow)
    politics = [url for url in site.truth() if "/news/politics/" in url]
    assert [record["url"] for record in done.records() if record["section"] == "politics"] == politics
    paths = [seen.path for seen in site.requests]
    assert paths.index(urlsplit(politics[5]).path) < paths.index("/news/politics?page=2")


def test_sitemaps_and_feed_lead_to_articles(
    replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=60)
    done = crawl_ok(site, tmp_path / "sitemap", discover="sitemap")
    check_against_truth(done.records(), site)
    assert fetched_twice(site) == {}
    assert "/" not in {seen.path for seen in site.requests}
    done = crawl(site, tmp_path / "feed", discover="feed")
    assert {record["url"] for record in done.records()} == set(list(site.truth())[:20])
    assert {record["found_on"] for record in done.records()} == {f"{site.url}/feed.rss"}


def test_a_missing_feed_is_named_and_the_other_ways_go_on(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=40)
    site.faults.append(Fault(kind="status", status=403, path="^/feed.rss"))
    site.faults.append(Fault(kind="garbage", path="^/sitemaps/all.xml"))
    done = crawl_ok(site, discover="sections,sitemap,feed")
    assert {record["url"] for record in done.records()} == set(site.truth())
    assert done.log.count("No sitemap or feed there") == 2


def test_a_list_of_urls_is_fetched_and_nothing_else(replica: StartReplica, crawl_ok: Crawl, tmp_path: Path) -> None:
    site = replica(articles=40)
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
    done = crawl_ok(site, tmp_path / "data", urls=str(tmp_path / "urls"))
    assert {record["url"] for record in done.records()} == set(wanted)
    assert len(site.requests) == 4
    assert "'newscrawl/urls/rejected': 2" in done.log


def test_tag_pages_are_followed_once_and_share_articles(
    replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=80, batch_size=5)
    truth = site.truth()
    done = crawl_ok(site, tmp_path / "some", sections="politics", tags="Mali,Gaza Strip")
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


def test_a_tag_that_is_not_there_is_reported(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    done = crawl(site, tags="No such tag")
    assert "Listing No such tag is empty" in done.log
    assert done.report()["errors"]["empty_listing"]["count"] == 1


@pytest.mark.parametrize("discover", ["sections", "sitemap"])
def test_an_interval_bounds_what_is_exported(discover: str, replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=400, batch_size=4)
    done = crawl_ok(site, since="2024-08-20", until="2024-08-21", discover=discover, max_pages="1")
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


def test_a_sitemap_that_is_the_only_way_and_cannot_be_read_is_no_healthy_run(
    replica: StartReplica, crawl: Crawl
) -> None:
    site = replica(articles=5)
    site.faults.append(Fault(kind="status", status=404, path="^/sitemap"))
    done = crawl(site, discover="sitemap")
    # robots.txt names the same sitemap: it is one that was asked for, and not a second.
    assert "1 of 1 listings could not be read" in done.last_line
    assert done.status == 3


def test_a_file_of_which_every_line_is_rejected_is_a_wrong_argument(
    replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=2)
    (tmp_path / "list").write_text("http://elsewhere.example/news/politics/a-b\nnonsense\n")
    done = crawl(site, urls=str(tmp_path / "list"))
    assert done.status == 2
    assert "no line of the file of URLs is an article's URL" in done.last_line
