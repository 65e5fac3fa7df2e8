"""What the spider asks for and remembers after an answer, without a crawl."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import HtmlResponse, Response

from newscrawl import settings
from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.items import FetchedArticle
from newscrawl.middlewares.refusals import StoppedError
from newscrawl.spiders.answers import validator
from newscrawl.spiders.arguments import ALL_TAGS
from tests.pages.samples import page_of
from tests.spiders.samples import NEW, ROOT, StartSpider, answer, failed, ledger_of, stats, story, urls

# -- what a header may be sent back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kept"),
    [('"a"', '"a"'), (' "a" ', '"a"'), ("", None), ("x" * 199, "x" * 199), ("x" * 200, None), ("a\x07b", None)],
)
def test_a_validator_is_sent_back_as_it_is_or_not_at_all(value: str, kept: str | None) -> None:
    assert validator(answer(headers={"ETag": value}), "ETag") == kept
    assert validator(answer(), "ETag") is None


# -- articles ---------------------------------------------------------------------------------------------------------


def test_an_article_comes_with_its_validators(spider: StartSpider) -> None:
    made = spider()
    response = answer(page_of(), headers={"ETag": '"e"', "Last-Modified": "yesterday"})
    (item,) = made.parse_article_page(response, found_on=f"{ROOT}/")
    assert isinstance(item, FetchedArticle)
    assert (item.etag, item.last_modified, item.article.found_on) == ('"e"', "yesterday", f"{ROOT}/")
    assert stats(made.crawler, "article/fetched") == 1


def test_a_page_without_an_article_rests_and_a_revisit_of_one_does_not(spider: StartSpider) -> None:
    made = spider()
    assert list(made.parse_article_page(answer("<p>Nothing."), found_on=None)) == []
    assert stats(made.crawler, "article/unreadable") == 1
    ledger = ledger_of(made)
    assert ledger.failure("en", NEW) == "missing_headline"
    assert made.is_known(NEW)
    entry = ledger.at("en", story(1))
    assert list(made.parse_article_page(answer("<p>Nothing.", story(1)), found_on=None, entry=entry)) == []
    assert ledger_of(made).failure("en", story(1)) is None


def test_a_page_that_is_something_else_is_no_error_and_rests_too(spider: StartSpider) -> None:
    made = spider()
    head = '<script type="application/ld+json">{"@type": "AboutPage"}</script>'
    assert list(made.parse_article_page(answer(page_of(head=head)), found_on=None)) == []
    assert (stats(made.crawler, "skipped/page"), stats(made.crawler, "article/unreadable")) == (1, 0)
    assert ledger_of(made).failure("en", NEW) == "other_page"


def test_unchanged_is_an_answer_to_a_revisit_alone(spider: StartSpider) -> None:
    made = spider()
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    assert (
        list(made.parse_article_page(answer(url=story(1), status=304, headers={"ETag": '"n"'}), None, entry=entry))
        == []
    )
    assert stats(made.crawler, "unchanged") == 1
    after = ledger_of(made).at("en", story(1))
    assert after is not None
    assert after.visited > entry.visited
    assert after.etag == '"n"'


@pytest.mark.parametrize(("status", "is_gone"), [(404, True), (410, True), (403, False), (500, False)])
def test_what_is_gone_rests_and_what_failed_is_asked_for_again(status: int, is_gone: bool, spider: StartSpider) -> None:
    made = spider()
    made.article_failed(failed(made.article_request(NEW, None), status))
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    made.article_failed(failed(made.revisit(entry, None), status))
    names = ("article/gone", "article/failed") if is_gone else ("article/failed", "article/gone")
    assert [stats(made.crawler, name) for name in names] == [2, 0]
    ledger = ledger_of(made)
    assert made.is_known(NEW) is is_gone
    after = ledger.at("en", story(1))
    assert after is not None
    assert (after.gone is not None) is is_gone


def test_a_failed_article_is_a_gap_in_its_listing_and_a_stopped_one_is_nothing(spider: StartSpider) -> None:
    made = spider()
    request = next(iter(made.follow_sections(())))
    state = request.cb_kwargs["state"]
    state.articles.note_shown(NEW)
    for error, has_gap in ((StoppedError("the end"), False), (404, False), (500, True)):
        made.article_failed(failed(made.article_request(NEW, None, state), error))
        assert state.has_gap is has_gap
    assert stats(made.crawler, "article/failed") == 1


def test_known_articles_are_passed_over_and_counted(spider: StartSpider) -> None:
    made = spider(kinds="news")
    found = made.follow_articles((story(1), NEW, f"{ROOT}/videos/a-film-of-it"), f"{ROOT}/")
    assert urls(found) == [NEW]
    assert stats(made.crawler, "article/known") == 1
    assert stats(made.crawler, "skipped/kind") == 1
    # With a bound, what came after it is not known.
    bound = ledger_of(made).at("en", story(2))
    assert bound is not None
    assert [made.is_known(story(number), bound.number) for number in (1, 2, 3)] == [True, True, False]


# -- revisits ---------------------------------------------------------------------------------------------------------


def test_an_old_article_at_the_top_of_a_listing_is_looked_at_again_once_a_day(spider: StartSpider) -> None:
    made = spider()
    # Story 2 is much older than 3 as well, but was read a few hours ago.
    assert urls(made.revisit_reused_urls((story(1), story(2), story(3)), NEW)) == [story(1)]
    assert urls(made.revisit_reused_urls((story(3), story(2), story(1)), NEW)) == []
    assert urls(made.revisit_reused_urls((story(1), NEW, story(2)), NEW)) == [story(1)]
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    ledger_of(made).note_gone(entry, datetime.now(UTC))
    ledger_of(made)
    assert urls(made.revisit_reused_urls((story(1), story(3)), NEW)) == []
    assert urls(spider(refresh="no").revisit_reused_urls((story(1), story(3)), NEW)) == []


def test_a_revisit_is_conditional_where_the_site_gave_validators(spider: StartSpider) -> None:
    made = spider()
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    assert made.revisit(entry, None).headers.get("If-None-Match") is None
    ledger_of(made).note_visit(entry, story(1), datetime.now(UTC), '"e"', "yesterday")
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    request = made.revisit(entry, None)
    assert (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == (b'"e"', b"yesterday")
    assert request.meta["handle_httpstatus_list"] == [304]


def test_with_chosen_sections_only_their_articles_are_revisited(spider: StartSpider) -> None:
    def revisits(**arguments: str) -> list[str]:
        made = spider(**arguments)
        return [url for url in urls(made.follow_sections(())) if "story" in url]

    assert revisits() == revisits(sections="politics") == [story(3), story(2)]
    assert revisits(sections="sports") == []
    assert revisits(refresh="no") == []


# -- home page, sitemaps, tags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 500, 403])
def test_without_a_home_page_the_built_in_sections_are_read(status: int, spider: StartSpider) -> None:
    made = spider(refresh="no")
    found = urls(made.home_failed(failed(scrapy.Request(f"{ROOT}/"), status)))
    assert found == [f"{ROOT}{path}" for path in EDITIONS["en"].sections.values()]
    assert stats(made.crawler, "menu/missing") == 1


def test_a_site_that_does_not_answer_ends_the_crawl_and_a_stopped_crawl_asks_for_nothing(spider: StartSpider) -> None:
    made = spider()
    with pytest.raises(CloseSpider):
        list(made.home_failed(failed(scrapy.Request(f"{ROOT}/"), TimeoutError())))
    assert list(made.home_failed(failed(scrapy.Request(f"{ROOT}/"), StoppedError("the end")))) == []


def test_the_sitemaps_that_robots_txt_names_are_read(spider: StartSpider) -> None:
    made = spider(discover="sitemap")
    made.sitemaps_of_robots = [f"{ROOT}/one.xml", "https://example.org/two.xml"]
    index = b"<sitemapindex><sitemap><loc>%s/three.xml</loc></sitemap></sitemapindex>" % ROOT.encode()
    response = Response(f"{ROOT}/sitemap.xml", body=index)
    assert urls(made.parse_sitemap(response)) == [f"{ROOT}/one.xml", f"{ROOT}/three.xml"]
    assert made.sitemaps_of_robots == []
    # A sitemap that is not there leads on to them as well.
    made.sitemaps_of_robots = [f"{ROOT}/four.xml"]
    assert urls(made.source_failed(failed(scrapy.Request(f"{ROOT}/sitemap.xml"), 404))) == [f"{ROOT}/four.xml"]


def test_where_a_tag_leads_is_remembered_and_followed_when_all_are_asked_for(spider: StartSpider) -> None:
    target = f"{ROOT}/tags/canal?id=7"
    made = spider()
    assert list(made.follow_tags({"Canal": target, "A story": NEW, "Elsewhere": "https://example.org/tags/a"})) == []
    ledger = ledger_of(made)
    assert ledger.tag_target("en", "canal") == "/tags/canal?id=7"
    assert ledger.tag_target("en", "a story") is ledger.tag_target("en", "elsewhere") is None
    later = spider(tags="canal,port")
    assert urls(later.open_tag("canal")) == [target]
    assert urls(later.open_tag("canal")) == []
    assert urls(later.open_tag("port")) == [f"{ROOT}{settings.TAG_PATTERN.format(tag='port')}"]
    assert stats(later.crawler, "tags") == 2
    everything = spider(tags=ALL_TAGS)
    assert urls(everything.follow_tags({"Canal": target, "A story": NEW})) == [target]
    assert urls(everything.follow_tags({"Canal": target})) == []


# -- listings ---------------------------------------------------------------------------------------------------------


def batch(*paths: str, url: str = f"{ROOT}/news/sports", **values: Any) -> HtmlResponse:
    return answer(json.dumps({"items": [{"url": path} for path in paths], **values}), url)


def test_a_batch_leads_to_its_articles_and_to_the_next(spider: StartSpider) -> None:
    made = spider(sections="sports", refresh="no")
    (first,) = made.follow_sections(())
    # Who asks for a section by name needs no menu.
    assert stats(made.crawler, "menu/missing") == 0
    state = first.cb_kwargs["state"]
    following = urls(made.parse_batch(batch("/news/sports/a-match-was-won", next="/news/sports?page=2"), state))
    assert following == [f"{ROOT}/news/sports/a-match-was-won", f"{ROOT}/news/sports?page=2"]
    last = batch("/news/sports/a-match-was-lost", url=f"{ROOT}/news/sports?page=2", is_last=True)
    assert urls(made.parse_batch(last, state)) == [f"{ROOT}/news/sports/a-match-was-lost"]
    assert (stats(made.crawler, "listing/opened"), stats(made.crawler, "listing/batches")) == (1, 2)
    assert made.listing_reaches == {f"{ROOT}/news/sports": "complete"}


def test_a_listing_that_cannot_be_read_is_counted_and_its_first_failure_ends_it(spider: StartSpider) -> None:
    made = spider(sections="sports", refresh="no")
    (first,) = made.follow_sections(())
    assert list(made.batch_failed(failed(first, 500))) == []
    assert (stats(made.crawler, "listing/failed"), stats(made.crawler, "error/server_error")) == (1, 1)
    assert list(made.parse_batch(answer("<p>Nothing.", first.url), first.cb_kwargs["state"])) == []
    assert (stats(made.crawler, "listing/failed"), stats(made.crawler, "error/empty_listing")) == (2, 1)
    assert made.listing_reaches == {f"{ROOT}/news/sports": None}


@pytest.mark.parametrize(
    ("arguments", "follows"),
    [
        ({}, True),
        ({"sections": "politics"}, False),
        ({"tags": "canal", "discover": "tags"}, False),
        ({"tags": "canal", "discover": "sections,tags"}, True),
        ({"discover": "sitemap"}, True),
    ],
)
def test_what_stands_beside_a_listing_is_followed_where_all_sections_are_read(
    arguments: dict[str, str], follows: bool, spider: StartSpider
) -> None:
    assert spider(**arguments).follows_aside() is follows


def test_when_an_article_was_published_is_known_from_this_run_or_an_earlier_one(spider: StartSpider) -> None:
    made = spider()
    assert made.date_of(NEW) is None
    known = made.date_of(story(1))
    assert known is not None
    assert 8.9 < (datetime.now(UTC) - known).total_seconds() / 86_400 < 9.1
    made.run_state.add("published", story(1), value="2024-08-22T13:28:00Z")
    assert made.date_of(story(1)) == datetime(2024, 8, 22, 13, 28, tzinfo=UTC)


def test_a_file_of_urls_is_read_line_by_line(spider: StartSpider, tmp_path: Path) -> None:
    name = tmp_path / "urls.txt"
    name.write_text(f"\ufeff{NEW}\n# a comment\n\n{story(1)}\nhttps://example.org/news/politics/a-b\n")
    made = spider(urls=str(name))
    # Known or not.
    assert urls(made.listed_requests(str(name))) == [NEW, story(1)]
    assert stats(made.crawler, "urls/rejected") == 1
