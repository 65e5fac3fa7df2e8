"""What the spiders note of articles that did not come as they were asked for; and the spider that only lists."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import scrapy
from scrapy.exceptions import CloseSpider, DownloadTimeoutError
from scrapy.utils.test import get_crawler

from newscrawl.archive.ledger import COMPLETE, PARTIAL
from newscrawl.errors import OtherPageError
from newscrawl.items import Article
from newscrawl.middlewares.refusals import (
    LeftSiteError,
    RedirectedHomeError,
    RedirectedToKnownError,
    RedirectLoopError,
    StoppedError,
)
from newscrawl.monitoring.accounting import ENTRY
from newscrawl.monitoring.audit import ArchivedArticles
from newscrawl.signals import ERROR_NAMED, LISTING_READ, PAGE_UNREADABLE
from newscrawl.spiders.answers import asked_url
from newscrawl.spiders.audit import AuditSpider
from newscrawl.spiders.counting import UNREACHABLE
from newscrawl.spiders.mayadeen import MayadeenSpider
from tests.pages.samples import page_of
from tests.pipelines.samples import article
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

OTHER = f"{ROOT}/news/politics/another-plan"


def fate(request: scrapy.Request) -> str:
    return str(request.meta[ENTRY].fate)


def asked(url: str = NEW, body: str = "") -> Any:
    """Return an answer whose request is in the accounts."""
    response = answer(body, url)
    assert response.request is not None
    opened(response.request)
    return response


def heard(spider: MayadeenSpider, signal: object) -> list[dict[str, Any]]:
    """Return a list that grows with what a signal says."""
    found: list[dict[str, Any]] = []

    def hear(**values: Any) -> None:
        found.append({name: value for name, value in values.items() if name not in ("signal", "sender")})

    spider.crawler.signals.connect(hear, signal=signal, weak=False)
    return found


def page_of_another(url: str = NEW) -> Any:
    """Return the page of another article that came in the place of the one asked for."""
    stated = json.dumps({"@type": "NewsArticle", "url": OTHER, "headline": "Canal plan is postponed"})
    return asked(url, page_of(head=f'<script type="application/ld+json">{stated}</script>'))


# -- the page of another article --------------------------------------------------------------------------------


def test_the_url_of_an_article_that_nobody_listed_is_asked_for(spider: StartSpider) -> None:
    made = spider()
    # What the page says may be wrong, also of itself: it is not kept under that URL.
    assert urls(made.parse_article_page(page_of_another(), found_on=None)) == [OTHER]
    assert stats(made.crawler, "error/other_article") == 1
    assert made.has_missing
    assert not ledger_of(made).is_known("en", NEW, datetime.now(UTC))


def test_the_page_of_another_article_says_nothing_of_the_one_asked_for(
    spider: StartSpider, caplog: pytest.LogCaptureFixture
) -> None:
    made = spider()
    named = heard(made, ERROR_NAMED)
    first = next(iter(made.follow_sections(())))
    state = first.cb_kwargs["state"]
    state.articles.note_shown(NEW)
    made.run_state.add("shown", OTHER)
    response = page_of_another()
    assert urls(made.parse_article_page(response, found_on=None)) == [OTHER]
    assert fate(response.request) == "failed: other_article"
    assert {name: stats(made.crawler, name) for name in ("article/failed", "error/other_article")} == {
        "article/failed": 1, "error/other_article": 1,
    }  # fmt: skip
    assert named == [{"name": "other_article", "url": NEW}]
    assert f"Article not fetched: {NEW}: the page is that of {OTHER}" in caplog.text
    # It is asked for again by the next run, and its listing has a gap.
    assert state.has_gap
    ledger = ledger_of(made)
    assert ledger.failure("en", NEW) == "other_article"
    assert not ledger.is_known("en", NEW, datetime.now(UTC))
    # A second time it is the article there, if what it says is nothing that is known at the URL that it states.
    again = spider()
    again.run_state.add("shown", OTHER)
    state = next(iter(again.follow_sections(()))).cb_kwargs["state"]
    state.articles.note_shown(NEW)
    (item,) = again.parse_article_page(page_of_another(), found_on=None)
    assert item.article.url == NEW  # type: ignore[union-attr]
    assert stats(again.crawler, "error/claimed_url") == 1
    assert not state.has_gap


def test_a_url_that_leads_to_another_article_for_good_rests(
    spider: StartSpider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[tuple[str, str, bool]] = []

    def is_not_bound(article: Article, url: str, own: str, ledger: object, *, is_second: bool) -> bool:
        asked_for.append((url, own, is_second))
        return False

    monkeypatch.setattr("newscrawl.spiders.articles.is_bound_to", is_not_bound)
    for is_second in (False, True):
        made = spider()
        made.run_state.add("shown", OTHER)
        state = next(iter(made.follow_sections(()))).cb_kwargs["state"]
        state.articles.note_shown(NEW)
        assert urls(made.parse_article_page(page_of_another(), found_on=None)) == [OTHER]
        assert asked_for.pop() == (NEW, OTHER, is_second)
        assert state.has_gap is not is_second
        assert ledger_of(made).is_known("en", NEW, datetime.now(UTC)) is is_second


def test_an_article_that_this_run_or_an_earlier_one_has_met(spider: StartSpider) -> None:
    made = spider()
    assert made.is_met(story(1))
    assert not made.is_met(OTHER)
    made.run_state.add("shown", OTHER)
    assert made.is_met(OTHER)


@pytest.mark.parametrize("spelling", [f"{NEW}?utm_source=a", NEW.replace("english.", "www.english.")])
def test_another_spelling_of_the_url_is_no_other_article(spelling: str, spider: StartSpider) -> None:
    made = spider()
    assert made.is_own_page(article(), NEW, spelling, page_of_another())
    assert not made.is_own_page(article(), OTHER, spelling, page_of_another())


def test_a_revisit_that_brings_another_article_does_not_rest(spider: StartSpider) -> None:
    made = spider()
    made.run_state.add("shown", OTHER)
    entry = ledger_of(made).at("en", story(1))
    list(made.parse_article_page(page_of_another(story(1)), found_on=None, entry=entry))
    assert ledger_of(made).failure("en", story(1)) is None
    assert not made.has_missing


def test_the_url_that_was_asked_for_counts_and_not_where_it_led(spider: StartSpider) -> None:
    made = spider()
    made.run_state.add("shown", OTHER)
    response = page_of_another(f"{ROOT}/news/politics/moved")
    response.request.meta["redirect_urls"] = [NEW, f"{ROOT}/news/politics/between"]
    list(made.parse_article_page(response, found_on=None))
    assert ledger_of(made).failure("en", NEW) == "other_article"
    assert asked_url(response.request) == NEW
    assert asked_url(scrapy.Request(OTHER)) == OTHER


# -- pages without an article -----------------------------------------------------------------------------------


def test_an_article_that_led_to_another_page_is_named_redirected(spider: StartSpider) -> None:
    made = spider()
    response = asked(f"{ROOT}/about")
    response.request.meta["redirect_urls"] = [NEW]
    error = OtherPageError("the page of the editors", f"{ROOT}/about", kind="page")
    made.note_unreadable(error, response, datetime.now(UTC), is_new=True)
    assert fate(response.request) == "failed: redirected"
    assert (stats(made.crawler, "article/failed"), stats(made.crawler, "error/redirected")) == (1, 1)
    assert ledger_of(made).failure("en", NEW) == "redirected"


@pytest.mark.parametrize("is_new", [True, False])
def test_another_page_is_passed_over_and_rests_if_it_was_new(is_new: bool, spider: StartSpider) -> None:
    made = spider()
    response = asked()
    made.note_unreadable(OtherPageError("a page", NEW, kind="page"), response, datetime.now(UTC), is_new=is_new)
    assert fate(response.request) == "skipped: page"
    assert (stats(made.crawler, "skipped/page"), stats(made.crawler, "article/failed")) == (1, 0)
    assert (ledger_of(made).failure("en", NEW) is not None) is is_new


def test_a_page_without_an_article_is_kept_for_the_report(spider: StartSpider) -> None:
    made = spider()
    kept = heard(made, PAGE_UNREADABLE)
    response = asked(body="<p>Nothing.")
    list(made.parse_article_page(response, found_on=None))
    assert fate(response.request).startswith("failed: ")
    (values,) = kept
    assert (values["response"], values["url"]) == (response, NEW)
    assert values["when"].endswith("Z")


# -- articles that did not come ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [RedirectLoopError(), RedirectedHomeError(), RedirectedToKnownError(), LeftSiteError()]
)
def test_an_article_that_leads_elsewhere_rests_and_is_no_gap(error: Exception, spider: StartSpider) -> None:
    made = spider()
    request = opened(made.article_request(NEW, None))
    made.article_failed(failed(request, error))
    assert ledger_of(made).failure("en", NEW) is not None
    assert not made.has_missing
    entry = ledger_of(made).at("en", story(1))
    assert entry is not None
    made.article_failed(failed(opened(made.revisit(entry, None)), error))
    assert ledger_of(made).failure("en", story(1)) is None
    assert stats(made.crawler, "article/failed") == 2


def test_an_article_that_did_not_come_is_named_and_missing(spider: StartSpider) -> None:
    made = spider()
    named = heard(made, ERROR_NAMED)
    made.crawler.stats.set_value("response_received_count", 1)
    request = opened(made.article_request(NEW, None))
    made.article_failed(failed(request, DownloadTimeoutError("late")))
    assert fate(request) == "failed: timeout"
    assert made.has_missing
    assert ("missing", NEW) in made.run_state
    assert ledger_of(made).failure("en", NEW) is None
    assert named == [{"name": "timeout", "url": NEW}]
    assert counted(made.crawler)["error/timeout"] == 1


def test_what_is_stopped_is_left_and_no_error(spider: StartSpider) -> None:
    made = spider()
    request = opened(made.article_request(NEW, None))
    made.article_failed(failed(request, StoppedError()))
    assert fate(request) == "left"
    assert not [name for name in counted(made.crawler) if name.startswith(("error/", "article/"))]


def test_a_site_that_never_answered_ends_the_crawl_and_one_that_did_does_not(spider: StartSpider) -> None:
    made = spider()
    with pytest.raises(CloseSpider) as error:
        made.article_failed(failed(made.article_request(NEW, None), DownloadTimeoutError("late")))
    assert error.value.reason == UNREACHABLE
    made.article_failed(failed(made.article_request(NEW, None), 500))


# -- listings ---------------------------------------------------------------------------------------------------


def test_a_callback_that_raised_leaves_a_gap(spider: StartSpider) -> None:
    made = spider()
    first, second = list(made.follow_sections(()))[:2]
    made.note_raised(first)
    assert first.cb_kwargs["state"].has_gap
    assert not second.cb_kwargs["state"].has_gap
    second.cb_kwargs["state"].articles.note_shown(NEW)
    made.note_raised(made.article_request(NEW, None))
    assert second.cb_kwargs["state"].has_gap
    assert made.has_missing


def section(spider: MayadeenSpider) -> scrapy.Request:
    return opened(next(iter(spider.follow_sections(()))), "section")


def batch(request: scrapy.Request, *paths: str) -> Any:
    links = "".join(f"<div><a href='{path}'>A headline of some length</a></div>" for path in paths)
    return answer(f"<main>{links}</main>", request.url).replace(request=request)


def test_a_batch_with_an_article_that_is_missing_already_has_a_gap(spider: StartSpider) -> None:
    for is_missing in (False, True):
        made = spider()
        if is_missing:
            made.note_missing(NEW)
        request = section(made)
        state = request.cb_kwargs["state"]
        list(made.parse_batch(batch(request, NEW, OTHER), state))
        assert state.has_gap is is_missing


def test_the_first_batch_is_told_with_the_number_of_its_articles(spider: StartSpider) -> None:
    made = spider()
    told = heard(made, LISTING_READ)
    request = section(made)
    state = request.cb_kwargs["state"]
    response = batch(request, NEW, OTHER, story(9))
    list(made.parse_batch(response, state))
    assert told == [{"url": request.url, "links": 3, "response": response}]
    assert (fate(request), stats(made.crawler, "listing/batches")) == ("read", 1)
    list(made.parse_batch(batch(request, f"{ROOT}/news/politics/third"), state))
    assert len(told) == 1
    assert made.current == state.section.name


def test_an_empty_first_batch_is_a_listing_that_failed(spider: StartSpider) -> None:
    made = spider()
    told = heard(made, LISTING_READ)
    request = section(made)
    list(made.parse_batch(answer("", request.url).replace(request=request), request.cb_kwargs["state"]))
    assert [each["links"] for each in told] == [0]
    assert (stats(made.crawler, "listing/failed"), stats(made.crawler, "listing/batches")) == (1, 0)


@pytest.mark.parametrize("arguments", [{"since": "2024-08-20"}, {"until": "2024-08-20"}, {"kinds": "video"}])
def test_what_was_left_out_on_purpose_is_not_read_to_its_end(arguments: dict[str, str], spider: StartSpider) -> None:
    for given, reach in (({}, COMPLETE), (arguments, None)):
        made = spider(**given)
        state = section(made).cb_kwargs["state"]
        state.reach = COMPLETE
        assert made.listing_reaches[state.section.url] == reach


# -- the spider that only lists ---------------------------------------------------------------------------------


@pytest.fixture
def audit() -> AuditSpider:
    archived = ArchivedArticles(
        published={"/news/politics/story-1": "2024-08-20T10:00:00+00:00"}, families={"/archive-of/": "news"}
    )
    return AuditSpider.from_crawler(get_crawler(settings_dict=SETTINGS), archived=archived)


def test_the_audit_asks_for_no_article_and_remembers_what_is_listed(audit: AuditSpider) -> None:
    request = next(iter(audit.follow_sections(())))
    state = request.cb_kwargs["state"]
    output = list(audit.parse_batch(batch(request, NEW, OTHER, "/live/news/a-b"), state))
    assert [url for url in urls(output) if url in (NEW, OTHER)] == []
    assert list(audit.follow_articles([story(7)], f"{ROOT}/sitemaps/all/sitemap-2024-8.xml")) == []
    assert set(audit.listed.batches[state.section.url]) >= {NEW, OTHER}
    shown = audit.listed
    assert {NEW, OTHER} <= set(shown.months)
    assert (shown.months[NEW], shown.months[story(7)]) == (None, "2024-08")
    assert f"{ROOT}/live/news/a-b" not in set(shown.months)


def test_the_audit_reads_to_the_end_and_takes_dates_from_the_archive(audit: AuditSpider) -> None:
    assert (audit.arguments.discover, audit.arguments.max_pages) == (("sections", "sitemap"), 0)
    assert audit.site.kind_by_path["/archive-of/"] == "news"
    assert audit.date_of(story(1)) == datetime(2024, 8, 20, 10, tzinfo=UTC)
    assert audit.date_of(NEW) is None
    state = next(iter(audit.follow_sections(()))).cb_kwargs["state"]
    audit.end_listing(state, "why", PARTIAL)
    assert audit.listed.ended == set()
    audit.end_listing(state, "why", COMPLETE)
    assert audit.listed.ended == {state.section.url}
