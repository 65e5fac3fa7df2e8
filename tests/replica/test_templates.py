"""Pages with the elements and classes that public readers of the site used, and what the crawler reads from them."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from parsel import Selector, SelectorList

from newscrawl.replica import Options, Replica
from newscrawl.replica.prose import WORDS
from tests.crawling import crawl


def site_of(edition: str, **options: Any) -> Replica:
    return Replica(Options(**{"articles": 120, "edition": edition, "site_shapes": True, "kinds": True, **options}))


def pages_of(site: Replica) -> list[tuple[dict[str, Any], Selector]]:
    """Return, for each article, what a perfect record contains, and its page."""
    return [(truth, page_at(site, url.removeprefix(site.url))) for url, truth in site.truth().items()]


def page_at(site: Replica, path: str) -> Selector:
    status, _, body = site.answer(path)
    assert status == 200, path
    return Selector(body.decode())


def text_of(found: SelectorList[Selector]) -> str:
    return "".join(found.xpath("string()").getall())


def stated(page: Selector) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(page.css("#tawsiyat-metadata::text").get(""))
    return value


HEADLINES = {
    "en": "div.single-blog-wrapper h1",
    "ar": "div.details-white-box h2, div.details-white-box h1",
    "es": "h1",
}
SUMMARIES = {"en": "div.single-blog-wrapper p.p-summary", "ar": "p.lg_para.summary", "es": "p.lg_para.summary"}
TICKERS = {"en": ".ticker__item", "ar": "#ticker-box ul li .ticker-item .ticker-text", "es": ".ticker__item"}


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
def test_the_selectors_of_public_readers_find_headline_summary_body_and_ticker(edition: str) -> None:
    with site_of(edition) as site:
        for truth, page in pages_of(site):
            assert text_of(page.css(HEADLINES[edition])) == truth["title"]
            assert text_of(page.css(SUMMARIES[edition])) == truth["summary"]
            assert len(page.css(TICKERS[edition])) == 10
            body = "".join(text_of(page.css("div.p-content")).split())
            assert all("".join(paragraph.split()) in body for paragraph in truth["paragraphs"])
            assert sorted(page.css(".tags a::text").getall()) == sorted(truth["tags"])


def test_arabic_headlines_bodies_and_related_articles_come_in_the_forms_seen() -> None:
    with site_of("ar") as site:
        pages = pages_of(site)
        assert any(page.css("div.details-white-box h2") for _, page in pages)
        assert any(page.css("div.details-white-box h1") for _, page in pages)
        assert any(page.css("section.read-section > div.p-content") for _, page in pages)
        assert any(page.css("div.article-content-wrap > div.p-content") for _, page in pages)
        related = [page.css("div.p-content div.dual-related") for _, page in pages]
        assert any(related)
        assert not any(box.css("p") for box in related)
        for truth, page in pages:
            assert page.css(".tags > p > a::text").getall() == truth["tags"]
            lists = page.css("section.most-read").getall()
            assert len(lists) == 2
            assert lists[0] == lists[1].replace("mobile", "desktop")
        listing = page_at(site, "/news/politics")
        links = listing.css("section li a::attr(href)").getall()
        assert links[: len(links) // 2] == links[len(links) // 2 :]
        assert len(page_at(site, "/").css(".media-caption a")) == 8


def test_arabic_news_shows_no_time_of_day() -> None:
    with site_of("ar") as site:
        shown = {truth["kind"]: page.css("ul.details li:nth-child(3)::text").get("") for truth, page in pages_of(site)}
        assert {kind for kind, date in shown.items() if ":" in date} == {"article", "foreign-press", "misc", "analysis"}
        assert "news" in shown
        assert ":" not in page_at(site, "/news/politics").css(".date::text").get(":")
        assert ":" in page_at(site, "/analysis").css(".date::text").get("")
    with site_of("ar", site_shapes=False) as site:
        assert ":" in page_at(site, "/news/politics").css(".date::text").get("")


def test_newscasts_call_themselves_videos_and_have_no_published_time() -> None:
    with site_of("ar") as site:
        for truth, page in pages_of(site):
            is_newscast = truth["kind"] == "newscast"
            assert stated(page)["type"] == ("videoobject" if is_newscast else "article")
            assert bool(page.css("[property='article:published_time']")) is not is_newscast
            path = urlsplit(truth["url"]).path.split("/")[1:]
            if is_newscast:
                assert [path[0], *map(int, path[1:4])] == ["newscast", 2024, 8, int(path[3])]
                assert not path[3].startswith("0")
                assert len(path) == 5
        families = {urlsplit(truth["url"]).path.split("/")[1] for truth, _ in pages_of(site)}
        assert {"newscast", "tv-reports", "research-papers", "press", "misc", "articles"} <= families


def test_classes_have_the_keys_of_the_site() -> None:
    keys = {"posttype": "class1", "category": "class2", "country": "class3", "coverage": "class5", "author": "class6"}
    with site_of("ar") as site:
        met = set()
        for truth, page in pages_of(site):
            classes = [(each["mapping"], each["key"], each["value"]) for each in stated(page)["classes"]]
            assert all(keys[mapping] == key for mapping, key, _ in classes)
            assert [value for mapping, _, value in classes if mapping == "author"] == truth["authors"]
            assert [value for mapping, _, value in classes if mapping == "coverage"] == [truth["coverage"]] * bool(
                truth["coverage"]
            )
            met |= {mapping for mapping, _, _ in classes}
        assert met == set(keys)


def test_spanish_lines_come_in_the_order_seen() -> None:
    with site_of("es") as site:
        for truth, page in pages_of(site):
            assert page.css("ol.breadcrumb li").xpath("string()").getall()[0] == "Inicio"
            lines = page.css("ul.details li").xpath("string()").getall()
            assert lines[0] == f"Fuente: {truth['source']}"
            assert lines[1].startswith("Autor: ")
            assert lines[3:] == ["326 Visualizaciones", *[f"{truth['shares']} Compartidos"] * bool(truth["shares"])]


def test_english_cards_are_grid_items_with_relative_links() -> None:
    with site_of("en") as site:
        page = page_at(site, "/region/africa")
        links = page.css("div.grid-item a[href^='/news/']::attr(href)").getall()
        assert links
        assert {urljoin(site.url, link).partition("?")[0].partition("#")[0] for link in links} <= set(site.truth())


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
def test_author_pages_call_themselves_articles_and_are_in_the_sitemap(edition: str) -> None:
    with site_of(edition, articles=1500) as site:
        index = Selector(site.answer("/sitemaps/all.xml")[2].decode(), type="xml")
        listed = [
            urlsplit(loc).path
            for month in index.xpath("//*[local-name()='loc']/text()").getall()
            for loc in Selector(site.answer(urlsplit(month).path)[2].decode(), type="xml")
            .xpath("//*[local-name()='loc']/text()")
            .getall()
        ]
        authors = [path for path in listed if path.startswith("/authors/")]
        assert len(authors) == len(WORDS[edition].names)
        for path in authors:
            value = stated(page_at(site, path))
            assert value["type"] == "article"
            assert value["postid"].isdecimal()
            assert value["published_time"]
            assert value["title"].replace(" ", "-") in unquote(path)
            assert not page_at(site, path).css(".p-content")
        assert listed.count("/coverage/one") == 1
        assert stated(page_at(site, "/coverage/one"))["type"] == "page"
        articles = {site.newsroom.path(number) for number in site.newsroom.numbers()}
        assert set(listed) - {*authors, "/coverage/one"} == articles


# Kind → fields that the crawler does not read from these pages yet. Remove a line when it reads them.
NOT_READ_YET = {"newscast": {"videos"}, "report": {"videos"}}


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
def test_the_crawler_reads_them(edition: str, tmp_path: Path) -> None:
    with site_of(edition, articles=60, snapshots=True) as site:
        done = crawl(site, tmp_path, discover="sections,sitemap")
        assert done.status == 0, done.log
        records = {record["url"]: record for record in done.records()}
        expected = site.truth()
        assert expected.keys() == records.keys()
        for url, truth in expected.items():
            record = records[url]
            record["paragraphs"] = record["body"].split("\n\n") if record["body"] else []
            for name, value in truth.items():
                if name not in NOT_READ_YET.get(truth["kind"], ()):
                    assert record[name] == value, (url, name)


def test_shapes_go_with_full_metadata_only() -> None:
    with pytest.raises(ValueError, match="site_shapes needs markup='full', not 'unknown'"):
        site_of("en", markup="unknown")


def test_paths_of_newscasts_lead_to_their_pages_raw_and_encoded() -> None:
    with site_of("ar") as site:
        path = next(urlsplit(url).path for url in site.truth() if "/newscast/" in url)
        assert page_at(site, unquote(path)).css("title").get() == page_at(site, path).css("title").get()
        assert site.answer(quote(unquote(path).replace("/2024/8/", "/2024/08/")))[0] == 404
