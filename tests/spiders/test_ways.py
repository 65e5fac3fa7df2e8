"""The ways to articles: home page, sections, sitemaps, feed, a file of URLs; what each asks for and counts."""

import asyncio
import io
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import scrapy
from scrapy import signals
from scrapy.exceptions import CloseSpider

from newscrawl.errors import ReadingTooSlowError
from newscrawl.items import Headline
from newscrawl.middlewares.refusals import StoppedError
from newscrawl.middlewares.robots import FIRST_CONTACT_TIMEOUT
from newscrawl.monitoring.accounting import ENTRY, PURPOSE
from newscrawl.pages import read_menu
from newscrawl.spiders.articles import (
    ARTICLE_PRIORITY,
    HOME_PRIORITY,
    LISTING_PRIORITY,
    REVISIT_PRIORITY,
)
from newscrawl.spiders.counting import UNREACHABLE
from newscrawl.spiders.mayadeen import REJECTED_SHOWN, MayadeenSpider, lines_of
from tests.spiders.samples import (
    NEW,
    ROOT,
    SETTINGS,
    StartSpider,
    answer,
    counted,
    failed,
    ledger_of,
    opened,
    stats,
    story,
    urls,
)

HOME, SITEMAP, FEED = f"{ROOT}/", f"{ROOT}{SETTINGS['SITEMAP_PATH']}", f"{ROOT}{SETTINGS['FEED_PATH']}"


def link(path: str, label: str = "A label") -> str:
    return f"<a href='{path}'>{label}</a>"


def collect(spider: MayadeenSpider) -> list[scrapy.Request]:
    async def first() -> list[scrapy.Request]:
        return [each async for each in spider.start() if isinstance(each, scrapy.Request)]

    return asyncio.run(first())


def fate(request: scrapy.Request | None) -> str:
    assert request is not None
    return str(request.meta[ENTRY].fate)


def asked_answer(body: str, url: str) -> Any:
    response = answer(body, url)
    assert response.request is not None
    opened(response.request)
    return response


# -- the first requests -----------------------------------------------------------------------------------------------


def test_each_way_begins_with_one_request_for_its_purpose(spider: StartSpider) -> None:
    made = spider(discover="sections,sitemap,feed,tags", tags="canal,all")
    home, sitemap, feed, tag = made.first_requests()
    assert [each.meta[PURPOSE] for each in (home, sitemap, feed, tag)] == ["home", "sitemap", "feed", "tag"]
    assert [each.url for each in (home, sitemap, feed)] == [HOME, SITEMAP, FEED]
    assert [each.callback for each in (home, sitemap, feed)] == [made.parse_home, made.parse_sitemap, made.parse_feed]
    assert home.errback == made.home_failed
    assert sitemap.errback == feed.errback == made.source_failed
    assert [each.priority for each in (home, sitemap, feed, tag)] == [HOME_PRIORITY, *[LISTING_PRIORITY] * 3]
    assert home.meta["download_timeout"] == FIRST_CONTACT_TIMEOUT
    assert counted(made.crawler)["listing/opened"] == 3
    # A second time nothing is asked for that was.
    assert urls(made.first_requests()) == [HOME]


@pytest.mark.parametrize(
    ("ways", "first"),
    [("sections", [HOME]), ("sitemap", [SITEMAP]), ("feed", [FEED]), ("feed,sections", [HOME, FEED])],
)
def test_only_the_ways_that_were_asked_for_are_gone(ways: str, first: list[str], spider: StartSpider) -> None:
    assert urls(spider(discover=ways).first_requests()) == first


def test_priorities_keep_no_more_waiting_than_a_batch_of_each_listing() -> None:
    assert HOME_PRIORITY > ARTICLE_PRIORITY > REVISIT_PRIORITY > LISTING_PRIORITY


def test_the_start_learns_what_earlier_runs_learnt_and_names_arguments_without_effect(
    spider: StartSpider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    made = spider(_job="7", _x="y")
    ledger_of(made).note_family("en", "/long-reads", "opinion")
    ledger_of(made)
    assert urls(collect(made)) == [HOME]
    assert made.site.kind_by_path["/long-reads"] == "opinion"
    assert "_job=7, _x=y" in caplog.text
    caplog.clear()
    collect(spider())
    assert "without an effect" not in caplog.text


# -- home page and sections -------------------------------------------------------------------------------------------


def test_the_home_page_leads_to_its_articles_and_sections_and_shows_the_ticker(spider: StartSpider) -> None:
    made = spider(refresh="no")
    page = link("/news/politics", "Politics") + link("/news/economy", "Economy") + link("/news/politics/canal-plan")
    response = asked_answer(page, HOME)
    assert urls(made.parse_home(response)) == [NEW, f"{ROOT}/news/politics", f"{ROOT}/news/economy"]
    assert fate(response.request) == "read"
    found = counted(made.crawler)
    assert (found["home"], found["listing/opened"]) == (1, 2)
    assert "menu/missing" not in found
    # Who asks for a section gets that alone, without the articles of the home page.
    assert urls(spider(sections="economy", refresh="no").parse_home(asked_answer(page, HOME))) == [
        f"{ROOT}/news/economy"
    ]


def test_a_home_page_without_an_article_leads_to_the_sections(
    spider: StartSpider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    made = spider(refresh="no")
    assert urls(made.parse_home(asked_answer(link("/news/politics", "Politics"), HOME))) == [f"{ROOT}/news/politics"]
    assert "error/empty_listing" not in counted(made.crawler)


def test_a_path_whose_kind_only_a_label_says_is_learnt_once(spider: StartSpider) -> None:
    made = spider(refresh="no")
    ledger = ledger_of(made)
    page = link("/Picture-desk", "In Pictures") + link("/news/politics", "Politics")
    list(made.parse_home(asked_answer(page, HOME)))
    assert made.site.kind_by_path["/picture-desk"] == "gallery"
    assert "/news/politics" not in made.site.kind_by_path
    assert ledger_of(made).families("en") == {"/picture-desk": "gallery"}
    # Known already: nothing is noted.
    before = list(ledger.notes)
    list(made.parse_home(asked_answer(page, HOME)))
    assert ledger.notes == before
    # Another label is another kind.
    list(made.parse_home(asked_answer(link("/picture-desk", "Infographics"), HOME)))
    assert ledger_of(made).families("en") == {"/picture-desk": "infograph"}


def test_a_section_that_the_site_does_not_show_is_named(spider: StartSpider, caplog: pytest.LogCaptureFixture) -> None:
    made = spider(sections="politics,gardening", refresh="no")
    assert urls(made.follow_sections(())) == [f"{ROOT}/news/politics"]
    assert counted(made.crawler)["error/unknown_section"] == 1
    assert "no section 'gardening'; known are: " in caplog.text
    assert "no section of the kinds" not in caplog.text
    # Named sections need no menu.
    assert "menu/missing" not in counted(made.crawler)


def test_kinds_that_no_section_has_are_named(spider: StartSpider, caplog: pytest.LogCaptureFixture) -> None:
    made = spider(kinds="podcast", refresh="no")
    page = made.page_of(answer(link("/videos", "Videos"), HOME))
    assert urls(made.follow_sections(read_menu(page))) == []
    assert counted(made.crawler)["error/unknown_section"] == 1
    assert "The site shows no section of the kinds podcast" in caplog.text


def test_what_is_due_is_asked_for_once_and_what_the_menu_taught_is_kept_first(spider: StartSpider) -> None:
    made = spider()
    assert made.ledger is not None
    made.ledger.note_family("en", "/long-reads", "opinion")
    requests = list(made.follow_sections(()))
    assert not made.ledger.notes
    revisits = [each for each in requests if each.meta[PURPOSE] == "revisit"]
    assert [each.url for each in revisits] == [story(3), story(2)]
    assert counted(made.crawler)["revisits"] == 2
    assert {each.priority for each in revisits} == {REVISIT_PRIORITY}


@pytest.mark.parametrize(
    ("error", "name", "fate_is"),
    [(404, "gone", "gone"), (500, "server_error", "failed: server_error"), (403, "refused", "refused")],
)
def test_a_home_page_that_cannot_be_read_is_counted(
    error: int, name: str, fate_is: str, spider: StartSpider, caplog: pytest.LogCaptureFixture
) -> None:
    made = spider(refresh="no")
    request = opened(scrapy.Request(HOME))
    assert len(urls(made.home_failed(failed(request, error)))) > 2
    assert (counted(made.crawler)[f"error/{name}"], fate(request)) == (1, fate_is)
    assert "going on with the built-in sections" in caplog.text


def test_a_home_page_that_does_not_answer_closes_the_spider_by_its_reason(spider: StartSpider) -> None:
    made = spider()
    request = opened(scrapy.Request(HOME))
    with pytest.raises(CloseSpider) as caught:
        list(made.home_failed(failed(request, TimeoutError())))
    assert caught.value.reason == UNREACHABLE
    assert (counted(made.crawler)["error/timeout"], fate(request)) == (1, "failed: timeout")
    stopped = opened(scrapy.Request(HOME))
    assert list(made.home_failed(failed(stopped, StoppedError("the end")))) == []
    assert fate(stopped) == "left"
    assert "error/stopped" not in counted(made.crawler)


# -- sitemaps and the feed --------------------------------------------------------------------------------------------


def index_of(*places: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{each}</loc></sitemap>" for each in places) + "</sitemapindex>"


def sitemap_of(*pages: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{each}</loc></url>" for each in pages) + "</urlset>"


def test_the_sitemaps_of_an_index_are_read_newest_first_and_within_the_interval(spider: StartSpider) -> None:
    made = spider(discover="sitemap", since="2024-02-10")
    months = [f"{ROOT}/map-{name}.xml" for name in ("2024-01", "2024-02", "2024-04", "2024-03")]
    response = asked_answer(index_of(*months, "https://example.org/map-2024-05.xml"), SITEMAP)
    assert urls(made.parse_sitemap(response)) == [months[2], months[3], months[1]]
    assert made.current == "sitemap"
    assert fate(response.request) == "read"
    found = counted(made.crawler)
    assert (found["sitemap/outside"], found["sitemap/elsewhere"], found["listing/opened"]) == (1, 1, 2)
    # Named again, by robots.txt say, each is asked for once.
    assert urls(made.parse_sitemap(response)) == []


def test_the_articles_of_a_sitemap_are_followed_and_other_pages_counted(spider: StartSpider) -> None:
    made = spider(discover="sitemap")
    pages = [NEW, story(1), f"{ROOT}/live/news/a-b", f"{ROOT}/about-us", f"{ROOT}/news/politics"]
    requests = list(made.parse_sitemap(asked_answer(sitemap_of(*pages, "https://example.org/a"), SITEMAP)))
    assert urls(requests) == [NEW]
    assert [each.cb_kwargs["found_on"] for each in requests if isinstance(each, scrapy.Request)] == [SITEMAP]
    found = counted(made.crawler)
    skipped = {name: number for name, number in found.items() if name.startswith("skipped/")}
    assert (sum(skipped.values()), found["article/known"]) == (4, 1)
    assert skipped["skipped/other"] >= 1


def test_the_feed_leads_to_its_articles_on_this_site(spider: StartSpider) -> None:
    made = spider(discover="feed")
    items = "".join(f"<item><link>{url}</link></item>" for url in (NEW, "https://example.org/a", f"{ROOT}/about-us"))
    response = asked_answer(f"<rss><channel>{items}</channel></rss>", FEED)
    assert urls(made.parse_feed(response)) == [NEW]
    assert fate(response.request) == "read"
    assert "listing/failed" not in counted(made.crawler)


@pytest.mark.parametrize("text", [sitemap_of(), index_of(), index_of(SITEMAP), index_of("https://example.org/map.xml")])
def test_a_sitemap_that_names_nothing_of_this_site_is_a_listing_that_failed(text: str, spider: StartSpider) -> None:
    made = spider(discover="sitemap")
    (request,) = made.first_requests()
    response = answer(text, SITEMAP).replace(request=opened(request))
    assert urls(made.parse_sitemap(response)) == []
    assert {name: stats(made.crawler, f"listing/{name}") for name in ("opened", "failed")} == {"opened": 1, "failed": 1}
    assert fate(request) == "failed: sitemap"
    # Months that were left out on purpose are no failure.
    made = spider(discover="sitemap", until="2024-01-10")
    (request,) = made.first_requests()
    later = index_of(f"{ROOT}/sitemaps/all/sitemap-2024-8.xml")
    assert urls(made.parse_sitemap(answer(later, SITEMAP).replace(request=opened(request)))) == []
    assert stats(made.crawler, "listing/failed") == 0


@pytest.mark.parametrize("name", ["parse_sitemap", "parse_feed"])
def test_a_sitemap_or_feed_that_is_none_is_counted_by_name(
    name: str, spider: StartSpider, caplog: pytest.LogCaptureFixture
) -> None:
    made = spider(discover="sitemap,feed")
    response = asked_answer("<p>Nothing.", FEED)
    assert list(getattr(made, name)(response)) == []
    assert fate(response.request) == f"failed: {name.removeprefix('parse_')}"
    found = counted(made.crawler)
    assert found["listing/failed"] == 1
    assert sum(number for each, number in found.items() if each.startswith("error/")) == 1
    assert f"No sitemap or feed there, going on with the other ways: {FEED}: " in caplog.text


def test_a_sitemap_that_does_not_come_is_counted_and_ends_a_crawl_whose_site_never_answered(
    spider: StartSpider,
) -> None:
    made = spider(discover="sitemap")
    request = opened(scrapy.Request(SITEMAP))
    with pytest.raises(CloseSpider):
        list(made.source_failed(failed(request, TimeoutError())))
    found = counted(made.crawler)
    assert (found["listing/failed"], found["error/timeout"], fate(request)) == (1, 1, "failed: timeout")
    made.crawler.stats.set_value("response_received_count", 1)
    assert list(made.source_failed(failed(request, TimeoutError()))) == []
    stopped = opened(scrapy.Request(SITEMAP))
    made.sitemaps_of_robots = [f"{ROOT}/one.xml"]
    assert list(made.source_failed(failed(stopped, StoppedError("the end")))) == []
    assert fate(stopped) == "left"
    assert counted(made.crawler)["listing/failed"] == 2


def test_the_sitemaps_of_robots_txt_are_remembered_by_its_signal(spider: StartSpider) -> None:
    made = spider(discover="sitemap")
    parsed = SimpleNamespace(rp=SimpleNamespace(sitemaps=iter([f"{ROOT}/one.xml"])))
    made.crawler.signals.send_catch_log(signal=signals.robots_parsed, robotparser=parsed, request=None)
    assert made.sitemaps_of_robots == [f"{ROOT}/one.xml"]
    made.robots_parsed(SimpleNamespace())
    assert made.sitemaps_of_robots == []


# -- when most is missing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gone", "rests"), [(2, True), (4, False)])
def test_where_most_articles_are_gone_none_of_them_rests(gone: int, rests: bool, spider: StartSpider) -> None:
    made = spider()
    earlier = f"{ROOT}/news/politics/gone-before"
    assert made.ledger is not None
    made.ledger.note_failure("en", earlier, "gone", made.created - timedelta(hours=1))
    for number in range(gone):
        made.article_failed(failed(made.article_request(f"{NEW}-{number}", None), 404))
    made.crawler.stats.set_value("newscrawl/article/fetched", 2)
    made.crawler.signals.send_catch_log(signal=signals.spider_closed, spider=made, reason="finished")
    ledger_of(made)
    assert made.is_known(f"{NEW}-0") is rests
    # What an earlier run found is not touched.
    assert made.is_known(earlier)
    assert made.most_articles_are_missing is not rests


# -- a file of URLs ---------------------------------------------------------------------------------------------------


def listed(spider: StartSpider, folder: Path, *lines: str, **arguments: str) -> tuple[MayadeenSpider, list[Any]]:
    name = folder / "urls.txt"
    name.write_bytes("\n".join(lines).encode())
    made = spider(urls=str(name), **arguments)
    return made, list(made.listed_requests(str(name)))


def test_a_file_is_read_with_its_comments_and_its_wrong_lines(
    spider: StartSpider, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lines = ("# mine", "", f"  {NEW}  ", f"{ROOT}/tags/canal", "https://example.org/" + "x" * 300, story(1))
    made, requests = listed(spider, tmp_path, *lines)
    assert urls(requests) == [NEW, story(1)]
    assert {each.cb_kwargs["found_on"] for each in requests} == {None}
    found = counted(made.crawler)
    assert (found["listing/opened"], found["urls/rejected"]) == (1, 1)
    assert {name for name in found if name.startswith("skipped/")} == {"skipped/tag"}
    assert "error/urls_rejected" not in found
    assert f"Not an article's URL of {ROOT}: https://example.org/" in caplog.text
    assert "x" * 200 not in caplog.text


@pytest.mark.parametrize(
    ("lines", "is_wrong"),
    [
        (["https://example.org/a", "nothing"], True),
        (["https://example.org/a", f"{ROOT}/tags/canal"], False),
        (["https://example.org/a", NEW], False),
        ([NEW, "https://example.org/a"], False),
        (["# nothing"], True),
        ([], True),
        ([f"{ROOT}/videos/a-film-of-it", "https://example.org/a"], False),
    ],
)
def test_a_file_that_names_no_page_of_the_site_is_a_wrong_argument(
    lines: list[str], is_wrong: bool, spider: StartSpider, tmp_path: Path
) -> None:
    made, _ = listed(spider, tmp_path, *lines, kinds="news")
    assert ("error/urls_rejected" in counted(made.crawler)) is is_wrong


def test_a_file_of_something_else_is_not_shown_line_by_line(
    spider: StartSpider, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number, more in ((REJECTED_SHOWN, ""), (REJECTED_SHOWN + 3, "And 3 more lines that are not an article's URL")):
        caplog.clear()
        made, _ = listed(spider, tmp_path, *(f"\x1b{each}" for each in range(number)))
        assert counted(made.crawler)["urls/rejected"] == number
        assert caplog.text.count(f"Not an article's URL of {ROOT}") == REJECTED_SHOWN
        assert [each.message for each in caplog.records if each.message.startswith("And ")] == [more] * bool(more)


def test_a_dash_reads_standard_input(spider: StartSpider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))
    assert urls(spider(urls="-").first_requests())[-1] == NEW


# -- the ticker -------------------------------------------------------------------------------------------------------


def test_a_line_of_the_ticker_is_a_record_once_a_run(spider: StartSpider, monkeypatch: pytest.MonkeyPatch) -> None:
    made = spider()
    monkeypatch.setattr("newscrawl.spiders.articles.read_headlines", lambda page: ["One", "Two", "One"])
    before = datetime.now(UTC).replace(microsecond=0)
    first = list(made.headlines(made.page_of(answer("", HOME)), f"{HOME}?a=b"))
    assert [(each.text, each.edition, each.found_on) for each in first if isinstance(each, Headline)] == [
        ("One", "en", HOME),
        ("Two", "en", HOME),
    ]
    assert datetime.fromisoformat(first[0].date_first_seen) >= before
    assert list(made.headlines(made.page_of(answer("", HOME)), HOME)) == []
    assert counted(made.crawler)["accounts/records/headlines/read"] == 2


# -- bounds -----------------------------------------------------------------------------------------------------------


def left_out(made: MayadeenSpider, purpose: str, name: str) -> tuple[int, int, int, int]:
    """Return how often a name was counted: as an error, in the accounts; and the listings opened and failed."""
    found = counted(made.crawler)
    accounts = found.get(f"accounts/requests/{purpose}/filtered: {name}", 0)
    return found.get(f"error/{name}", 0), accounts, found.get("listing/opened", 0), found.get("listing/failed", 0)


def test_sitemaps_beyond_the_bound_are_counted(spider: StartSpider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "MAX_SITEMAPS", 3)
    made = spider(discover="sitemap")
    assert len(list(made.first_requests())) == 1
    months = [f"{ROOT}/map-2024-{month:02}.xml" for month in range(1, 13)]
    assert urls(made.parse_sitemap(asked_answer(index_of(*months), SITEMAP))) == [months[11], months[10]]
    # Ten are missing; the index is no listing of its own.
    assert left_out(made, "sitemap", "too_many_sitemaps") == (10, 10, 12, 10)


def test_an_index_of_far_too_many_sitemaps_is_not_held(spider: StartSpider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "MAX_SITEMAPS", 2)
    made = spider(discover="sitemap")
    places = [f"{ROOT}/map-{number}.xml" for number in range(1000)]
    assert len(urls(made.parse_sitemap(asked_answer(index_of(*places), SITEMAP)))) == 2
    assert left_out(made, "sitemap", "too_many_sitemaps")[:2] == (998, 998)


def test_sitemaps_that_lead_to_sitemaps_without_end_are_left(spider: StartSpider) -> None:
    made = spider(discover="sitemap")
    (request,) = made.first_requests()
    for depth in (1, 2, 3):
        assert request.cb_kwargs == {"depth": depth}
        response = answer(index_of(f"{ROOT}/map-{depth}.xml"), request.url).replace(request=opened(request))
        following = list(made.parse_sitemap(response, **request.cb_kwargs))
        if following:
            (request,) = following  # type: ignore[assignment]
    assert following == []
    assert left_out(made, "sitemap", "sitemaps_too_deep") == (1, 1, 1, 1)


def test_sections_beyond_the_bound_are_counted(spider: StartSpider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "MAX_SECTIONS", 2)
    made = spider(discover="sections")
    menu = "".join(f"<a href='/news/part-{number}'>Part {number}</a>" for number in range(5))
    sections = [
        each.url for each in made.parse_home(asked_answer(f"<html><nav>{menu}</nav></html>", f"{ROOT}/"))
        if isinstance(each, scrapy.Request) and each.meta[PURPOSE] == "section"
    ]  # fmt: skip
    assert sections == [f"{ROOT}/news/part-0", f"{ROOT}/news/part-1"]
    assert left_out(made, "section", "too_many_sections") == (3, 3, 5, 3)


def test_tags_beyond_the_bound_are_counted_once_each(spider: StartSpider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "MAX_TAGS", 2)
    made = spider(tags="all")
    tags = {f"Tag {number}": f"{ROOT}/tags/tag-{number}" for number in range(5)}
    assert urls(made.follow_tags(tags)) == [f"{ROOT}/tags/tag-0", f"{ROOT}/tags/tag-1"]
    assert list(made.follow_tags({f"The {tag}": url for tag, url in tags.items()})) == []
    assert left_out(made, "tag", "too_many_tags") == (3, 3, 5, 3)


def test_an_article_that_takes_too_long_is_unreadable_and_rests(spider: StartSpider) -> None:
    made = spider()
    request = opened(scrapy.Request(NEW, meta={PURPOSE: "article"}))
    made.article_failed(failed(request, ReadingTooSlowError("late")))
    found = counted(made.crawler)
    assert (found["article/unreadable"], found["error/too_slow"], fate(request)) == (1, 1, "failed: too_slow")
    assert ledger_of(made).failure("en", NEW) == "too_slow"


def test_the_lines_of_a_file_are_bounded() -> None:
    text = f"\ufeff{NEW} \r\n{'a' * 25_000}\n\n{NEW}"
    assert list(lines_of(io.StringIO(text))) == [NEW, "a" * 10_000, "", NEW]
