"""One record an article and a ticker line in a run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.run_state import RunState
from newscrawl.pipelines.deduplicate import DeduplicatePipeline
from tests.pipelines.samples import fetched, headline


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"content_hash": "0" * 64}, "id"),
        ({"id": "2"}, "content"),
    ],
)
def test_deduplicate_drops_by_id_then_by_content(second: dict[str, str], reason: str) -> None:
    crawler = get_crawler()
    pipeline = DeduplicatePipeline.from_crawler(crawler)
    pipeline.process_item(fetched())
    with pytest.raises(DropItem):
        pipeline.process_item(fetched(**second))
    assert crawler.stats.get_value(f"newscrawl/duplicate/{reason}") == 1


def test_deduplicate_keeps_editions_apart_and_lines_of_the_ticker_once() -> None:
    crawler = get_crawler()
    pipeline = DeduplicatePipeline.from_crawler(crawler)
    for edition in ("en", "es"):
        assert pipeline.process_item(fetched(edition=edition)) == fetched(edition=edition)
    for line in (headline("One"), headline("Two")):
        assert pipeline.process_item(line) is line
    with pytest.raises(DropItem):
        pipeline.process_item(headline("One"))
    assert crawler.stats.get_value("newscrawl/duplicate/headline") == 1


# -- the same content in the place of several articles --------------------------------------------------------------

SOON = "We will be back soon"
LISTED = ("The port was opened on Thursday", "Fishermen meet their minister again", "A bridge too narrow for buses")


@dataclass
class Spider:
    """What the spider learns from the step."""

    errors: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def count_error(self, name: str, url: str) -> None:
        assert name == "same_content"
        self.errors.append(url)

    def note_missing(self, url: str) -> None:
        self.missing.append(url)


def url_of(number: int) -> str:
    return f"https://english.almayadeen.net/news/politics/story-{number}"


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    crawler = get_crawler()
    crawler.spider = Spider()  # type: ignore[assignment]
    with Archive(tmp_path) as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        yield crawler


def passes(crawler: Crawler, number: int, *, title: str = SOON, listed: str = "") -> bool:
    """Return whether a page with the same content at its own URL goes through, whose listing gave it a title."""
    crawl_state(crawler).run_state.add("shown", url_of(number), value=listed)
    try:
        DeduplicatePipeline.from_crawler(crawler).process_item(
            fetched(id=str(number), url=url_of(number), title=title, content_hash="f" * 64)
        )
    except DropItem:
        return False
    return True


def test_a_content_at_more_urls_than_an_article_has_is_none(crawler: Crawler) -> None:
    assert [passes(crawler, number) for number in range(6)] == [True] + [False] * 5
    spider: Any = crawler.spider
    # The first four when it was recognised, then each by itself; all of them are asked for again.
    assert spider.errors == spider.missing == [url_of(number) for number in range(6)]
    assert crawler.stats.get_value("newscrawl/article/unreadable") == 6
    assert crawler.stats.get_value("newscrawl/duplicate/content") == 2
    assert crawler.stats.get_value("newscrawl/dropped/same_content") == 3


def test_a_content_at_three_urls_is_one_article_however_often_they_come(crawler: Crawler) -> None:
    assert [passes(crawler, number) for number in (0, 1, 2, 1, 2, 0)] == [True] + [False] * 5
    assert crawler.spider.errors == []  # type: ignore[union-attr]
    assert crawl_state(crawler).archive.taken_back.entries == {}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("titles", "is_article"),
    [
        (LISTED[:2], False),
        # No title, one that names nothing, one with a word of the headline, twice the same.
        ((LISTED[0], ""), True),
        ((LISTED[0], "Read more"), True),
        ((LISTED[0], "Back from the port at last"), True),
        ((LISTED[0], LISTED[0]), True),
    ],
)
def test_a_content_at_two_urls_with_other_titles_in_the_listings_is_none(
    titles: tuple[str, str], is_article: bool, crawler: Crawler
) -> None:
    assert passes(crawler, 0, listed=titles[0])
    assert not passes(crawler, 1, listed=titles[1])
    assert (crawler.spider.errors == []) is is_article  # type: ignore[union-attr]


def test_a_later_run_knows_the_content_and_after_a_day_its_urls_rest(crawler: Crawler) -> None:
    for number in range(4):
        passes(crawler, number)
    archive = crawl_state(crawler).archive
    assert archive is not None
    spider = crawler.spider = Spider()  # type: ignore[assignment]
    set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
    assert not passes(crawler, 0)
    assert spider.missing == [url_of(0)]
    entry = archive.taken_back.entries["en", "f" * 64]
    archive.taken_back.entries["en", "f" * 64] = {**entry, "date_taken_back": "2024-08-22T13:28:00Z"}
    assert not passes(crawler, 5)
    assert (spider.errors, spider.missing) == ([url_of(0), url_of(5)], [url_of(0)])
    archive.ledger.flush()
    assert archive.ledger.failure("en", url_of(5)) == "same_content"
    assert archive.ledger.failure("en", url_of(0)) is None
