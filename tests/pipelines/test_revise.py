"""Records against earlier runs, and the envelope on its way through the steps."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, crawl_state, set_crawl_state
from newscrawl.archive.run_state import RunState
from newscrawl.items import FetchedArticle, as_dict
from newscrawl.pipelines.near_duplicates import NearDuplicatesPipeline
from newscrawl.pipelines.open_envelope import OpenEnvelopePipeline
from newscrawl.pipelines.revise import RevisePipeline
from tests.archive.samples import write_file
from tests.pipelines.samples import article, fetched, headline

LONG = " ".join(f"word{number}" for number in range(60))


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    """A crawler whose archive holds one article and one ticker line."""
    write_file(tmp_path, [{**as_dict(article(body=LONG)), "date_downloaded": "2024-08-23T11:00:00Z"}])
    crawler = get_crawler()
    with Archive(tmp_path) as archive:
        archive.ledger.index("headlines/a", [as_dict(headline("Known"))])
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        yield crawler


def test_an_unchanged_article_is_dropped_and_its_validators_are_noted(crawler: Crawler) -> None:
    again = fetched(body=LONG, date_downloaded="2024-08-24T11:00:00Z")
    with pytest.raises(DropItem):
        RevisePipeline.from_crawler(crawler).process_item(again)
    assert crawler.stats.get_value("newscrawl/unchanged") == 1
    ledger = crawl_state(crawler).ledger
    assert ledger is not None
    ledger.flush()
    entry = ledger.article("en", "1")
    assert entry is not None
    assert (entry.etag, entry.last_modified) == (again.etag, again.last_modified)


def test_an_edit_is_the_next_revision_in_the_same_envelope(crawler: Crawler) -> None:
    edited = fetched(content_hash="0" * 64)
    passed = RevisePipeline.from_crawler(crawler).process_item(edited)
    assert passed == replace(edited, article=replace(edited.article, revision=2))
    assert crawler.stats.get_value("newscrawl/changed") == 1


COPY = "https://english.almayadeen.net/news/politics/c-d"


@pytest.mark.parametrize(("post_id", "reason"), [("1", "unchanged"), ("2", "duplicate/content")])
def test_a_known_article_at_a_new_url_is_there_if_a_second_run_sees_it_too(
    post_id: str, reason: str, crawler: Crawler
) -> None:
    missing: list[str] = []
    crawler.spider = cast("Any", SimpleNamespace(note_missing=missing.append))
    ledger = crawl_state(crawler).ledger
    assert ledger is not None
    step = RevisePipeline.from_crawler(crawler)
    for run in (1, 2, 3):
        with pytest.raises(DropItem):
            step.process_item(fetched(id=post_id, url=COPY, body=LONG))
        assert crawler.stats.get_value(f"newscrawl/{reason}") == run
        ledger.flush()
        # After the first it may be the page of a cache that has mixed up two.
        assert ledger.is_known("en", COPY, datetime.now(UTC)) is (run > 1)
    assert missing == [COPY]
    entry = ledger.at("en", COPY)
    assert entry is not None
    # What the copy is asked for again with is nothing to the article's own URL.
    assert (entry.id, entry.etag, entry.last_modified) == ("1", None, None)


def test_lines_of_earlier_runs_are_dropped(crawler: Crawler) -> None:
    step = RevisePipeline.from_crawler(crawler)
    assert step.process_item(headline("New")) == headline("New")
    with pytest.raises(DropItem):
        step.process_item(headline("Known"))


def test_a_near_duplicate_names_the_other_in_the_same_envelope(crawler: Crawler) -> None:
    near = fetched(id="2", body=f"{LONG} more", content_hash="0" * 64)
    passed = NearDuplicatesPipeline.from_crawler(crawler).process_item(near)
    assert passed == replace(near, article=replace(near.article, near_duplicate_of="1"))


def test_the_envelope_is_opened_and_its_validators_are_kept(crawler: Crawler) -> None:
    step = OpenEnvelopePipeline.from_crawler(crawler)
    assert step.process_item(fetched(id="2")) == article(id="2")
    assert step.process_item(FetchedArticle(article=article(id="3"))) == article(id="3")
    assert step.process_item(headline("A line")) == headline("A line")
    archive = crawl_state(crawler).archive
    assert archive is not None
    assert list(archive.validators) == [("en", "2")]


def test_without_an_archive_all_is_passed_on() -> None:
    crawler = get_crawler()
    item = fetched()
    assert RevisePipeline.from_crawler(crawler).process_item(item) is item
    assert OpenEnvelopePipeline.from_crawler(crawler).process_item(item) is item.article
