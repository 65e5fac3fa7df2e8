"""Pages that are not the page asked for: another article's, the home page, none at all."""

import json

import pytest

from newscrawl.replica import Fault
from tests.crawling import Crawl, StartReplica

ARTICLES = "^/(news|articles)/[^/]+/."


def test_a_page_of_another_article_says_nothing_about_the_one_asked_for(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=12)
    path, other = site.newsroom.path(9), site.newsroom.path(5)
    site.aside[path] = site.answer(other)[2].decode()
    done = crawl_ok(site)
    assert done.report()["errors"]["other_article"] == {"count": 1, "examples": [f"{site.url}{path}"]}
    assert {record["url"] for record in done.records()} == {url for url in site.truth() if not url.endswith(path)}
    # The next run asks for it again, at once.
    del site.aside[path]
    assert {record["url"] for record in crawl_ok(site).records()} == set(site.truth())


def test_articles_that_lead_home_or_to_themselves_are_missing_and_asked_for_again(
    replica: StartReplica, crawl: Crawl
) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="redirect", path=ARTICLES, location="/"))
    done = crawl(site)
    assert done.status == 3
    assert "20 of 20 articles could not be fetched (20 led to another page)" in done.last_line
    assert done.report()["errors"]["redirected_home"]["count"] == 20
    site.faults[:] = [Fault(kind="status", status=404, path=ARTICLES)]
    done = crawl(site)
    assert done.status == 3
    assert "20 of 20 articles could not be fetched (20 are gone)" in done.last_line
    site.faults.clear()
    done = crawl(site)
    assert (done.status, len(done.records())) == (0, 20)


def test_a_section_that_leads_home_is_a_listing_that_failed(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=12)
    site.faults.append(Fault(kind="redirect", path="^/news/politics$", location="/"))
    report = crawl(site).report()
    assert report["errors"]["redirected_home"]["examples"] == [f"{site.url}/news/politics"]
    assert report["accounts"]["requests"]["section"]["failed: redirected_home"] == 1


def test_the_same_content_under_many_urls_is_no_article_and_all_are_asked_for_again(
    replica: StartReplica, crawl: Crawl
) -> None:
    site = replica(articles=12)
    paths = [site.newsroom.path(number) for number in range(5)]
    text = "<p>Our site is being repaired at the moment, and will be back in a few hours from now on.</p>"
    for path in paths:
        site.aside[path] = f"<title>Back soon</title><h1>We will be back soon</h1>{text * 3}"
    report = crawl(site).report()
    assert report["errors"]["same_content"]["count"] == 5
    records = report["accounts"]["records"]["articles"]
    assert (records["read"], records["exported"]) == (12, 7)
    # The first, which was written, and the last; those in between look like one article.
    assert records["dropped/same_content"] + records.get("duplicate/content", 0) == 5
    site.aside.clear()
    done = crawl(site)
    assert sorted(record["url"] for record in done.records()) == sorted(site.truth())


def test_a_page_of_an_article_that_was_not_met_yet_is_kept_under_its_own_url(
    replica: StartReplica, crawl_ok: Crawl
) -> None:
    site = replica(articles=40)
    wrong = [site.newsroom.path(number) for number in (39, 38, 20)]
    for path in wrong:
        # The one that no listing has shown when the newest are read.
        site.aside[path] = site.answer(site.newsroom.path(0))[2].decode()
    done = crawl_ok(site)
    assert {record["url"] for record in done.records()} == {
        url for url in site.truth() if not url.endswith(tuple(wrong))
    }
    # One of them leads there for good: it rests without a word of failure.
    for path in wrong[:2]:
        del site.aside[path]
    done = crawl_ok(site)
    assert {record["url"] for record in done.records()} == {url for url in site.truth() if not url.endswith(wrong[2])}
    assert done.last_line.endswith("healthy (status 0): 2 articles written.")


def test_where_most_pages_are_unreadable_none_rests(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="garbage", path=ARTICLES))
    assert crawl(site).status == 4
    assert crawl(site).status == 4
    site.faults.clear()
    done = crawl(site)
    assert (done.status, len(done.records())) == (0, 20)


@pytest.mark.parametrize("way", ["link", "json", "button"])
def test_an_error_in_the_place_of_a_further_batch_is_no_end(way: str, replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=60, batch_size=2, load_more=way)
    error = json.dumps({"error": "busy"})
    site.faults.append(Fault(kind="rewrite", path=r"page=2", pattern="(?s)^.*$", replacement=error))
    done = crawl(site)
    assert done.status == 3, done.log
    assert "listings could not be read (most often: pages without articles)" in done.last_line
    site.faults.clear()
    done = crawl(site)
    assert (done.status, len(done.records())) == (0, 60)
