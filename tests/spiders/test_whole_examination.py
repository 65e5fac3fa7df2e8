"""The doctor's examination as a whole, of the replica's pages, without a connection; and what each part of it finds."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import scrapy
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from newscrawl import settings
from newscrawl.errors import STOPPED
from newscrawl.middlewares.refusals import ChallengeError, RobotsForbiddenError, StoppedError
from newscrawl.monitoring.doctor_findings import REFUSED, UNREACHABLE
from newscrawl.replica import Options, Replica
from newscrawl.spiders.doctor import DoctorSpider
from tests.spiders.test_doctor import NAMES, ROOT, doctor

Answer = Callable[[str], tuple[int, Any, bytes] | Exception | None]


class Examination:
    """A doctor of a replica whose answers a test may change: `change(path)` returns another one, or None."""

    def __init__(self, site: Replica, change: Answer, **arguments: Any) -> None:
        self.site, self.change = site, change
        self.asked: list[str] = []
        crawler = get_crawler(settings_dict={name: getattr(settings, name) for name in NAMES})
        crawler.engine = SimpleNamespace(download_async=self.download)  # type: ignore[assignment]
        crawler.stats.set_value("robotstxt/response_status_count/200", 1)
        crawler.stats.set_value("newscrawl/politeness/crawl_delay", 3.0)
        self.spider = DoctorSpider.from_crawler(crawler, site=site.url, **arguments)

    async def download(self, request: scrapy.Request) -> Response:
        """Answer at once."""
        assert request.dont_filter
        path = request.url.removeprefix(self.site.url)
        self.asked.append(path)
        answer = self.change(path) or self.site.answer(path)
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        return HtmlResponse(request.url, status=status, headers=headers, body=body, request=request)

    def run(self) -> dict[str, Any]:
        async def all_of_it() -> list[scrapy.Request]:
            return [request async for request in self.spider.start()]

        assert asyncio.run(all_of_it()) == []
        return self.spider.found


def nothing(_: str) -> None:
    """Change no answer."""


@pytest.fixture
def site() -> Iterator[Replica]:
    with Replica(Options(articles=60, batch_size=3, kinds=True)) as site:
        yield site


def test_the_whole_site_is_examined_and_its_pages_are_saved(site: Replica, tmp_path: Path) -> None:
    made = Examination(site, nothing, folder=tmp_path / "pages")
    found = made.run()
    assert (found["site"], found["edition"]) == (site.url, "en")
    assert set(found["failures"]) <= {f"{site.url}/rss", f"{site.url}{settings.FEED_PATH}"}
    assert found["robots"] == {"sitemaps": [], "crawl_delay": 3.0, "status": ["200"]}
    assert found["menu"]["sections"]["politics"] == f"{site.url}/news/politics"
    assert found["home"]["articles"]
    assert (found["listing"]["articles"] != [], found["load_more"]["works"]) == (True, "rel-next")
    assert found["load_more"]["new"] >= 2
    # The first section was enough: its second batch has been seen.
    assert found["listings"] == [f"{site.url}/news/politics"]
    kinds = [article["kind"] for article in found["articles"]]
    assert len(kinds) == len(set(kinds)) <= 7
    assert {"news", "opinion", "video"} <= set(kinds)
    news = next(article for article in found["articles"] if article["kind"] == "news")
    assert news["body"]["markup"] == "div.p-content > p"
    assert found["tag"]["guess_is_right"] is True
    assert found["tag"]["articles"] > 0
    assert found["tag"]["url"] == f"{site.url}/tags/{found['tag']['tag'].replace(' ', '%20')}"
    assert (found["sitemap"]["month"], found["sitemap"]["padded"]) == ("2024-08", False)
    assert found["sitemap"]["articles"] > 0
    assert found["feeds"][settings.FEED_PATH] > 0
    assert set(found["feeds"]) == {settings.FEED_PATH, "/rss"}
    assert made.asked[0] == "/"
    assert len(made.asked) == made.spider.asked == len(set(made.asked))
    saved = [path.name for path in made.spider.saved]
    assert saved[:3] == ["home.html", "listing.html", "second-batch.html"]
    assert saved[-1] == "tag.html"
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == sorted(saved)
    head = (tmp_path / "pages" / "home.html").read_bytes().partition(b"\n")
    assert head[0] == f"<!-- listing {site.url}/ -->".encode()
    assert head[2].startswith(b"<!DOCTYPE html>")
    assert head[2].rstrip().endswith(b"</html>")
    article = next(path for path in made.spider.saved if path.name.startswith("article-"))
    assert article.read_text().startswith(f"<!-- article {site.url}/")
    assert " downloaded 20" in article.read_text().partition("\n")[0]


def test_nothing_is_saved_without_a_folder(site: Replica) -> None:
    made = Examination(site, nothing)
    made.run()
    assert made.spider.saved == []


def test_at_most_so_many_requests_are_made(site: Replica) -> None:
    made = Examination(site, nothing, most=5)
    found = made.run()
    assert len(made.asked) == 5
    assert found["feeds"] == {settings.FEED_PATH: "not asked for", "/rss": "not asked for"}
    assert "sitemap" not in found


def test_without_a_home_page_the_built_in_sections_are_read(site: Replica) -> None:
    made = Examination(site, lambda path: (404, {}, b"") if path == "/" else None)
    found = made.run()
    assert found["failures"][f"{site.url}/"] == "status 404"
    assert "home" not in found
    assert "stopped" not in found
    assert found["menu"]["sections"] == {}
    assert made.asked[1] == "/news/politics"
    assert found["articles"]


@pytest.mark.parametrize(
    ("path", "error", "why"),
    [
        ("/", DownloadTimeoutError("late"), UNREACHABLE),
        ("/", ChallengeError("a challenge"), REFUSED),
        ("/", StoppedError("stopped"), STOPPED),
        ("/news/politics", DownloadTimeoutError("late"), None),
        ("/news/politics", ChallengeError("a challenge"), REFUSED),
        ("/news/politics", StoppedError("stopped"), STOPPED),
        ("/news/politics", RobotsForbiddenError("forbidden"), None),
    ],
)
def test_the_examination_ends_where_it_should_not_go_on(
    path: str, error: Exception, why: str | None, site: Replica
) -> None:
    made = Examination(site, lambda asked: error if asked == path else None)
    found = made.run()
    assert found.get("stopped") == why
    assert f"{site.url}{path}" in found["failures"]
    if why is not None:
        by = f"after {len(made.asked)} requests" if why == STOPPED else f"{site.url}{path}: {error}"
        assert found["stopped_by"] == by
        assert made.asked[-1] == path
        assert found["articles"] == []
    else:
        assert found["articles"] != []


def test_a_listing_that_fails_is_passed_over(site: Replica) -> None:
    found = Examination(site, lambda path: (500, {}, b"") if path == "/news/politics" else None).run()
    assert found["failures"][f"{site.url}/news/politics"] == "status 500"
    assert f"{site.url}/news/politics" not in found["listings"]
    assert found["load_more"]["works"] == "rel-next"


def test_one_article_of_each_kind_is_read_that_of_other_listings_too() -> None:
    urls = {kind: f"{ROOT}/{kind}/a-b" for kind in ("news/politics", "live/news", "articles/opinion")}
    listed = f"{ROOT}/shows/interviews/the-guest"
    answers: dict[str, str | int] = {
        **dict.fromkeys((*urls.values(), listed), "<h1>A title</h1>"),
        f"{ROOT}/shows": f"<main><a href='{listed}'>The guest of the day speaks</a></main>",
        f"{ROOT}/videos": 404,
    }
    made = doctor(answers)
    menu = {
        "sections": {"shows": f"{ROOT}/Shows/", "video": f"{ROOT}/videos", "politics": f"{ROOT}/news/politics"},
        "learnt": {"/shows/": "episode"},
    }
    asyncio.run(made.examine_articles(menu, [*urls.values(), f"{ROOT}/news/politics/second", f"{ROOT}/not-one"]))
    shown = [article["url"] for article in made.found["articles"]]
    assert shown[:2] == [urls["news/politics"], urls["articles/opinion"]]
    assert urls["live/news"] not in shown
    assert f"{ROOT}/news/politics/second" not in shown


def test_a_tag_is_followed_and_compared_with_the_guess() -> None:
    other = f"{ROOT}/topic/Mali"
    made = doctor({other: "<main><p>Nothing.</p></main>"})
    asyncio.run(made.examine_tag())
    assert "tag" not in made.found
    made.found["articles"] = [{}, {"tags": {"Mali": other}}, {"tags": {"Sahel": f"{ROOT}/topic/Sahel"}}]
    asyncio.run(made.examine_tag())
    assert made.found["tag"] == {"tag": "Mali", "url": other, "articles": 0, "guess_is_right": False}
    assert made.asked == 1
    missing = doctor({})
    missing.found["articles"] = [{"tags": {"A B": f"{ROOT}/tags/A%20B"}}]
    asyncio.run(missing.examine_tag())
    assert missing.found["tag"] == {
        "tag": "A B", "url": f"{ROOT}/tags/A%20B", "articles": 0, "guess_is_right": True,
    }  # fmt: skip


RSS = "<rss><channel>{}</channel></rss>"
ITEM = "<item><title>A</title><link>{}/news/politics/a-{}</link></item>"


def test_both_feeds_are_read_and_named() -> None:
    feed, other = f"{ROOT}{settings.FEED_PATH}", f"{ROOT}/rss"
    made = doctor({feed: 500, other: RSS.format(ITEM.format(ROOT, "a") + ITEM.format(ROOT, "b"))})
    asyncio.run(made.examine_feeds())
    assert made.found["feeds"] == {settings.FEED_PATH: "status 500", "/rss": 2}
    made = doctor({feed: "no feed at all", other: RSS.format("")})
    asyncio.run(made.examine_feeds())
    assert isinstance(made.found["feeds"][settings.FEED_PATH], str)
    assert made.found["feeds"]["/rss"] == 0 or isinstance(made.found["feeds"]["/rss"], str)


def index(*urls: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"


def month(*days: str) -> str:
    pages = "".join(
        f"<url><loc>{ROOT}/news/politics/a-{n}</loc><lastmod>{day}</lastmod></url>" for n, day in enumerate(days)
    )
    return f"<urlset>{pages}</urlset>"


PLACE = f"{ROOT}{settings.SITEMAP_PATH}"
JULY, YEARLY = f"{ROOT}/map-2024-7.xml", f"{ROOT}/map-others.xml"


@pytest.mark.parametrize(
    ("days", "lastmod", "last"),
    [((), False, None), (("2024-07-30",), True, False), (("2024-07-03", "2024-07-31"), True, True)],
)
def test_a_sitemap_of_a_month_has_its_last_day_or_not(days: tuple[str, ...], lastmod: bool, last: bool | None) -> None:
    made = doctor({PLACE: index(JULY, YEARLY), JULY: month(*days)})
    asyncio.run(made.examine_sitemap())
    found = made.found["sitemap"]
    assert (found["months"], found["pages"], found["month"]) == (1, 0, "2024-07")
    assert (found["lastmod"], found["has_last_day"], found["articles"]) == (lastmod, last, len(days))
    assert found["others"] == []


def test_other_answers_in_the_place_of_a_sitemap() -> None:
    # A second place is tried, and no third one.
    made = doctor({PLACE: index(JULY), JULY: month("2024-07-31")})
    made.found["robots"]["sitemaps"] = [f"{ROOT}/none.xml"]
    asyncio.run(made.examine_sitemap())
    assert made.found["sitemap"]["url"] == PLACE
    made = doctor({PLACE: index(JULY)})
    made.found["robots"]["sitemaps"] = [f"{ROOT}/none.xml", f"{ROOT}/no.xml"]
    asyncio.run(made.examine_sitemap())
    assert "sitemap" not in made.found
    # The month cannot be read, or there is none.
    made = doctor({PLACE: index(JULY)})
    asyncio.run(made.examine_sitemap())
    assert made.found["failures"] == {JULY: "status 404"}
    assert "month" not in made.found["sitemap"]
    made = doctor({PLACE: index(JULY), JULY: "<p>Nothing."})
    asyncio.run(made.examine_sitemap())
    assert set(made.found["failures"]) == {JULY}
    assert "month" not in made.found["sitemap"]
    made = doctor({PLACE: index(YEARLY)})
    asyncio.run(made.examine_sitemap())
    assert (made.found["sitemap"]["months"], made.asked) == (0, 1)


def test_the_sitemaps_of_robots_are_asked_for_on_the_site_alone() -> None:
    made = doctor({PLACE: index(JULY)})
    made.found["robots"]["sitemaps"] = ["/relative.xml", "https://other.example/map.xml", "http://[bad/x.xml"]
    asyncio.run(made.examine_sitemap())
    assert made.found["sitemap"]["url"] == PLACE
