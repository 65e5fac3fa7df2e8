"""The two sitemap indexes of the replica, up to date and as snapshots."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector, SelectorList

from newscrawl.replica import Options, Replica
from tests.crawling import crawl


def xml(site: Replica, path: str) -> Selector:
    status, headers, body = site.answer(path)
    assert (status, headers["Content-Type"]) == (200, "application/xml; charset=utf-8"), path
    page = Selector(body.decode(), type="xml")
    page.register_namespace("s", "http://www.sitemaps.org/schemas/sitemap/0.9")
    page.register_namespace("news", "http://www.google.com/schemas/sitemap-news/0.9")
    page.register_namespace("image", "http://www.google.com/schemas/sitemap-image/1.1")
    return page


def months_of(site: Replica, name: str = "all") -> list[str]:
    return [urlsplit(loc).path for loc in xml(site, f"/sitemaps/{name}.xml").xpath("//s:sitemap/s:loc/text()").getall()]


def rows_of(site: Replica, name: str = "all") -> list[SelectorList[Selector]]:
    return [xml(site, month).xpath("//s:url") for month in months_of(site, name)]


def listed(site: Replica, name: str = "all") -> list[str]:
    return [loc for rows in rows_of(site, name) for loc in rows.xpath("s:loc/text()").getall()]


def days(site: Replica, urls: set[str]) -> set[str]:
    """Return the days (UTC) of the articles that are missing from the given URLs."""
    return {truth["date_published"][:10] for url, truth in site.truth().items() if url not in urls}


def test_the_news_index_has_news_with_all_its_values() -> None:
    with Replica(Options(articles=900, kinds=True)) as site:
        site.edit(880)
        site.remove(899)
        truth = site.truth()
        assert sorted(listed(site, "news")) == sorted(url for url, each in truth.items() if each["kind"] == "news")
        for rows in rows_of(site, "news"):
            stamps = []
            for row in rows:
                expected: dict[str, Any] = truth[row.xpath("s:loc/text()").get("")]
                stamps.append(datetime.fromisoformat(row.xpath("s:lastmod/text()").get("")))
                assert f"{stamps[-1].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" == expected["date_modified"]
                published = datetime.fromisoformat(row.xpath(".//news:publication_date/text()").get(""))
                assert f"{published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" == expected["date_published"]
                assert row.xpath(".//news:title/text()").get() == expected["title"]
                assert row.xpath(".//news:keywords/text()").get("").split(",") == expected["keywords"]
                image = row.xpath(".//image:loc/text()").get()
                pictures = [each["url"] for each in expected["images"]]
                # The main picture comes first; an article without one may have others in its body.
                assert image is None or image == pictures[0]
            assert all(newer >= older for newer, older in pairwise(stamps))
            assert any(stamp.utcoffset() for stamp in stamps)


def test_snapshots_lack_the_current_day_and_the_last_day_of_closed_months() -> None:
    with Replica(Options(articles=5000, snapshots=True)) as site:
        assert [month.rpartition("-")[2] for month in months_of(site)] == ["8.xml", "7.xml", "6.xml"]
        assert days(site, set(listed(site))) == {"2024-08-22", "2024-07-31", "2024-06-30"}
        news = {url for url, truth in site.truth().items() if truth["kind"] == "news"}
        assert set(listed(site, "news")) == news & set(listed(site))
        made = datetime(2024, 8, 22, tzinfo=UTC)
        stamps = xml(site, months_of(site, "news")[0]).xpath("//s:lastmod/text()").getall()
        assert max(map(datetime.fromisoformat, stamps)) < made


def test_snapshots_are_frozen() -> None:
    with Replica(Options(articles=400, snapshots=True)) as site:
        before = [(month, site.answer(month)[2]) for name in ("all", "news") for month in months_of(site, name)]
        site.add(200)
        gone = site.remove(100)
        site.edit(120)
        assert [(month, site.answer(month)[2]) for month, _ in before] == before
        assert gone in listed(site)
        assert site.answer(urlsplit(gone).path)[0] == 404
    with Replica(Options(articles=400)) as site:
        site.add(200)
        assert len(listed(site)) == 600


def test_on_the_first_day_of_a_month_there_is_no_snapshot_of_it_yet() -> None:
    newest = datetime(2024, 8, 1, 9, 0, tzinfo=UTC)
    with Replica(Options(articles=300, snapshots=True, newest=newest)) as site:
        assert months_of(site) == ["/sitemaps/all/sitemap-2024-7.xml"]
        assert days(site, set(listed(site))) == {"2024-08-01", "2024-07-31"}


def test_an_edited_article_is_at_the_top_of_its_month() -> None:
    with Replica(Options(articles=200, site_shapes=True)) as site:
        url = site.url + site.newsroom.path(10)
        assert listed(site)[0] != url
        for _ in range(13):
            site.edit(10)
        # Thirteen edits make it thirteen hours newer: newer than its neighbours, but not the newest.
        before = listed(site).index(url)
        for _ in range(100):
            site.edit(10)
        assert listed(site).index(url) == 0 < before


def test_a_crawl_by_sections_and_sitemap_finds_what_the_snapshot_lacks(tmp_path: Path) -> None:
    with Replica(Options(articles=200, snapshots=True)) as site:
        done = crawl(site, tmp_path / "sitemap", discover="sitemap")
        assert done.status == 0, done.log
        assert {record["url"] for record in done.records()} == set(listed(site))
        done = crawl(site, tmp_path / "both", discover="sections,sitemap")
        assert done.status == 0, done.log
        assert {record["url"] for record in done.records()} == set(site.truth())
