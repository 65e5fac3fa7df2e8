"""Whose a page is: ids that hold, ids that are claimed, pages without one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.run_state import RunState
from newscrawl.items import Video, as_dict
from newscrawl.pipelines.identify import IdentifyPipeline, is_bound_to
from newscrawl.signals import ERROR_NAMED
from newscrawl.text import content_hash
from tests.archive.samples import write_file
from tests.pipelines.samples import article, fetched

ROOT = "https://english.almayadeen.net"
TEXT = " ".join(f"word{number}" for number in range(60))
EDITED = TEXT.replace("word30", "another").replace("word31", "word")
OTHER = " ".join(f"other{number}" for number in range(60))
STORED = {"id": "1", "url": f"{ROOT}/news/politics/the-port-opens", "title": "The port opens", "body": TEXT}
WITHOUT_ID = {"id": "/news/politics/a-bridge", "url": f"{ROOT}/news/politics/a-bridge", "title": "A bridge"}
OLD_SHORT = {"id": "7", "url": f"{ROOT}/videos/a-film-of-it", "kind": "video", "title": "A film", "body": ""}
FILM = (Video(url=f"{ROOT}/media/film.mp4"),)


def record(**changes: Any) -> dict[str, Any]:
    base = article(**changes)
    made = replace(base, content_hash=content_hash(base.title, base.summary, base.body))
    return {**as_dict(made), "date_downloaded": "2024-08-23T11:00:00Z"}


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    """A crawler whose archive holds an article with an id, one without, and a film without text."""
    lines = [record(**STORED), record(**WITHOUT_ID, body=OTHER), record(**OLD_SHORT, videos=FILM)]
    write_file(tmp_path, lines)
    crawler = get_crawler()
    with Archive(tmp_path) as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        yield crawler


def identified(crawler: Crawler, *asked: str, **changes: Any) -> str:
    """Return the id that an article is given."""
    base = fetched(**changes)
    made = replace(base.article, content_hash=content_hash(base.article.title, None, base.article.body))
    step = IdentifyPipeline.from_crawler(crawler)
    return step.process_article(replace(base, article=made, asked=asked)).article.id


def claims(crawler: Crawler) -> int:
    return int(crawler.stats.get_value("newscrawl/error/claimed_id", 0))


MOVED = f"{ROOT}/news/politics/port-open-again"


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        pytest.param((), {"id": "1", "url": STORED["url"], "title": "Another title", "body": OTHER}, id="its own URL"),
        pytest.param((), {"id": "1", "url": MOVED, "title": "The PORT opens!", "body": EDITED}, id="nearly its text"),
        pytest.param((STORED["url"],), {"id": "1", "url": MOVED, "title": "New", "body": OTHER}, id="a redirect"),
        pytest.param((), {"id": "1", "url": f"{STORED['url']}/", "title": "New", "body": OTHER}, id="a slash"),
    ],
)
def test_an_id_holds_where_address_or_text_agrees(
    asked: tuple[str, ...], changes: dict[str, Any], crawler: Crawler
) -> None:
    assert identified(crawler, *asked, **changes) == "1"
    assert claims(crawler) == 0


@pytest.mark.parametrize(
    ("changes", "post_id"),
    [
        pytest.param(
            {"url": MOVED, "title": "Evil", "body": OTHER}, "/news/politics/port-open-again", id="all differs"
        ),
        pytest.param({"url": MOVED, "title": "Evil", "body": TEXT}, "/news/politics/port-open-again", id="text alone"),
        pytest.param(
            {"url": MOVED, "title": "The port opens", "body": OTHER}, "/news/politics/port-open-again", id="title alone"
        ),
        # It is known at its own URL under another id, and stays it.
        pytest.param({"url": WITHOUT_ID["url"], "title": "A bridge", "body": OTHER}, WITHOUT_ID["id"], id="known path"),
        pytest.param({"url": OLD_SHORT["url"], "title": "New", "body": "", "videos": FILM}, "7", id="known id"),
    ],
)
def test_an_id_of_another_article_is_not_taken(changes: dict[str, Any], post_id: str, crawler: Crawler) -> None:
    named: list[str] = []

    def note(name: str, url: str) -> None:
        named.append(f"{name} {url}")

    crawler.signals.connect(note, signal=ERROR_NAMED)
    assert identified(crawler, id="1", **changes) == post_id
    assert named == [f"claimed_id {changes['url']}"]
    assert claims(crawler) == 1


def test_an_id_in_both_urls_is_no_claim(tmp_path: Path) -> None:
    old = {"id": "1502198", "edition": "es", "url": "https://espanol.almayadeen.net/news/1502198/un-titular"}
    write_file(tmp_path, [record(**old, body=TEXT)])
    crawler = get_crawler()
    with Archive(tmp_path) as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        renamed = {**old, "url": "https://espanol.almayadeen.net/news/1502198/otro-titular-distinto"}
        assert identified(crawler, **renamed, title="Otro", body=OTHER) == "1502198"
        assert claims(crawler) == 0


def test_ids_are_claimed_in_one_run_too(crawler: Crawler) -> None:
    urls = [f"{ROOT}/news/politics/story-number-{number}" for number in range(4)]
    found = [identified(crawler, id="1900000", url=url, title=f"Number {url[-1]}", body=TEXT) for url in urls]
    assert found == ["1900000", *(url.removeprefix(ROOT) for url in urls[1:])]
    assert claims(crawler) == 3
    # The same page again is the same article.
    again = {"title": "Number 1", "body": TEXT}
    assert identified(crawler, id="1900000", url=urls[0], title="Number 0", body=TEXT) == "1900000"
    assert identified(crawler, id=urls[1].removeprefix(ROOT), url=urls[1], **again) == urls[1].removeprefix(ROOT)


@pytest.mark.parametrize(
    ("changes", "post_id"),
    [
        pytest.param({"id": "/news/politics/the-port-opens", "body": EDITED, "title": "New"}, "1", id="an id is lost"),
        pytest.param({"id": "55", "body": EDITED}, "1", id="another id, the text"),
        pytest.param({"id": "55", "body": OTHER}, "55", id="another id, another text"),
        pytest.param({"id": "55", "body": TEXT, "title": "New"}, "1", id="another id, the very text"),
        pytest.param({"id": "55", "body": EDITED, "title": "New"}, "55", id="another id, another title"),
        pytest.param({**WITHOUT_ID, "id": "55", "body": TEXT}, WITHOUT_ID["id"], id="an id is gained, the title"),
        pytest.param({**WITHOUT_ID, "id": "55", "body": TEXT, "title": "New"}, "55", id="an id is gained, all differs"),
    ],
)
def test_what_is_known_at_a_url_decides_where_the_id_does_not(
    changes: dict[str, Any], post_id: str, crawler: Crawler
) -> None:
    assert identified(crawler, **{**STORED, **changes}) == post_id
    assert claims(crawler) == 0


def test_a_page_without_an_id_of_which_all_differs_is_an_edit_if_it_comes_twice(crawler: Crawler) -> None:
    page = {**STORED, "id": "/news/politics/the-port-opens", "body": OTHER, "title": "New"}
    with pytest.raises(DropItem):
        identified(crawler, **page)
    assert crawler.stats.get_value("newscrawl/error/other_article") == 1
    ledger = crawl_state(crawler).ledger
    assert ledger is not None
    ledger.flush()
    assert identified(crawler, **page) == "1"


def test_a_page_gains_an_id(crawler: Crawler) -> None:
    page = {**WITHOUT_ID, "id": "99", "provenance": {"id": "tawsiyat", "body": "dom"}}
    base = fetched(**page, body=OTHER)
    result = IdentifyPipeline.from_crawler(crawler).process_article(base).article
    assert (result.id, result.provenance) == (WITHOUT_ID["id"], {"body": "dom"})


@pytest.mark.parametrize(("url", "post_id"), [(f"{ROOT}/videos/another-film", "/videos/another-film"), (MOVED, None)])
def test_short_articles_are_one_only_with_the_very_same_content(
    url: str, post_id: str | None, crawler: Crawler
) -> None:
    films = FILM if post_id is None else (Video(url=f"{ROOT}/media/other.mp4"),)
    assert identified(crawler, id="7", url=url, kind="video", title="A film", body="", videos=films) == (post_id or "7")


def test_a_page_of_one_article_at_the_known_url_of_another_says_nothing(crawler: Crawler) -> None:
    with pytest.raises(DropItem):
        identified(crawler, **{**STORED, "url": WITHOUT_ID["url"]})
    assert crawler.stats.get_value("newscrawl/error/other_article") == 1
    assert crawler.stats.get_value("newscrawl/duplicate/other_article") == 1


def test_without_an_archive_ids_of_the_run_alone_count() -> None:
    crawler = get_crawler()
    set_crawl_state(crawler, CrawlState(archive=None, run_state=RunState()))
    assert identified(crawler, **STORED) == "1"
    assert identified(crawler, **{**STORED, "url": MOVED, "body": OTHER}) == MOVED.removeprefix(ROOT)


@pytest.mark.parametrize(
    ("changes", "is_bound"),
    [
        # At the URL asked for: nearly what is known there.
        pytest.param({**STORED, "id": "8", "body": EDITED}, (True, True), id="title and text"),
        pytest.param({**STORED, "body": OTHER}, (True, True), id="id and title"),
        pytest.param({**STORED, "title": "New", "body": EDITED}, (True, True), id="id and text"),
        # Another's, as the page says: it is, or it only says so.
        pytest.param({**WITHOUT_ID, "url": STORED["url"], "body": OTHER}, (False, False), id="the other's page"),
        pytest.param({**STORED, "title": "New", "body": OTHER}, (False, True), id="neither's page"),
    ],
)
def test_a_page_that_states_the_url_of_another_article(
    changes: dict[str, Any], is_bound: tuple[bool, bool], crawler: Crawler
) -> None:
    page = article(**changes)
    page = replace(page, content_hash=content_hash(page.title, None, page.body))
    ledger = crawl_state(crawler).ledger
    assert ledger is not None
    other = WITHOUT_ID["url"]
    assert is_bound == tuple(is_bound_to(page, page.url, other, ledger, is_second=second) for second in (False, True))
