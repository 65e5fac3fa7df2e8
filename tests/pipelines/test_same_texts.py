"""Articles of the same text, of nearly the same, and of none; within a run and between runs."""

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
from newscrawl.items import Article, FetchedArticle, as_dict
from newscrawl.pipelines.deduplicate import DeduplicatePipeline
from newscrawl.pipelines.near_duplicates import NearDuplicatesPipeline
from newscrawl.pipelines.revise import RevisePipeline
from newscrawl.text import content_hash
from tests.archive.samples import write_file
from tests.pipelines.samples import article, fetched

WORDS = [f"word{number}" for number in range(60)]
LONG = " ".join(WORDS)
VIDEO: dict[str, Any] = {"kind": "video", "body": "", "content_hash": content_hash("A title", None, "")}


@pytest.fixture
def crawler(tmp_path: Path) -> Iterator[Crawler]:
    """A crawler whose archive holds an article and a video without a text."""
    lines = [article(body=LONG, content_hash="1" * 64), article(id="v", url="https://x.net/videos/a-b", **VIDEO)]
    write_file(tmp_path, [{**as_dict(line), "date_downloaded": "2024-08-23T11:00:00Z"} for line in lines])
    crawler = get_crawler()
    with Archive(tmp_path) as archive:
        set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
        yield crawler


def near(pipeline: NearDuplicatesPipeline, **changes: Any) -> str | None:
    """Return which article one that goes through the step is near to."""
    passed = pipeline.process_item(fetched(**changes))
    assert isinstance(passed, FetchedArticle)
    return passed.article.near_duplicate_of


def test_two_videos_without_a_text_are_two_in_a_run() -> None:
    pipeline = DeduplicatePipeline.from_crawler(get_crawler())
    for post_id in "12":
        assert pipeline.process_item(fetched(id=post_id, **VIDEO)) == fetched(id=post_id, **VIDEO)


def test_two_videos_without_a_text_are_two_in_two_runs(crawler: Crawler) -> None:
    other = fetched(id="w", **VIDEO)
    assert RevisePipeline.from_crawler(crawler).process_item(other) is other
    assert crawler.stats.get_value("newscrawl/new") == 1


def test_a_visit_that_changed_nothing_is_remembered_with_its_time(crawler: Crawler) -> None:
    item = fetched(body=LONG, content_hash="1" * 64, date_downloaded="2024-08-25T11:00:00Z")
    with pytest.raises(DropItem):
        RevisePipeline.from_crawler(crawler).process_item(item)
    ledger = crawl_state(crawler).ledger
    assert ledger is not None
    before = ledger.article("en", "1")
    ledger.flush()
    after = ledger.article("en", "1")
    assert before is not None
    assert after is not None
    assert after.visited - before.visited == 2 * 86_400


def test_near_duplicates_are_seen_within_a_run() -> None:
    crawler = get_crawler()
    pipeline = NearDuplicatesPipeline.from_crawler(crawler)
    assert near(pipeline, id="1", body=LONG) is None
    assert crawler.stats.get_value("newscrawl/near_duplicate") is None
    assert near(pipeline, id="2", body=f"{LONG} more") == "1"
    assert crawler.stats.get_value("newscrawl/near_duplicate") == 1
    # Another edition, another text, a text too short to compare.
    assert near(pipeline, id="3", body=LONG, edition="es") is None
    assert near(pipeline, id="4", body=" ".join(reversed(WORDS))) is None
    assert near(pipeline, id="5", body="One paragraph.") is None
    assert near(pipeline, id="6", body="One paragraph.") is None
    assert crawler.stats.get_value("newscrawl/near_duplicate") == 1


def test_near_duplicates_are_seen_between_runs_and_edits_are_none(crawler: Crawler) -> None:
    pipeline = NearDuplicatesPipeline.from_crawler(crawler)
    assert near(pipeline, id="1", body=f"{LONG} more") is None
    assert near(pipeline, id="2", body=f"{LONG} more", revision=2) is None
    assert near(NearDuplicatesPipeline.from_crawler(crawler), id="3", body=f"{LONG} more") == "1"


def test_what_a_committed_file_brought_into_the_ledger_is_forgotten(crawler: Crawler) -> None:
    pipeline = NearDuplicatesPipeline.from_crawler(crawler)
    other: Article = article(id="2", body=" ".join(reversed(WORDS)))
    for each in (article(body=LONG), other):
        pipeline.process_item(FetchedArticle(article=replace(each)))
    pipeline.file_committed()
    assert list(pipeline.run.sketches) == [("en", "2")]
    assert near(pipeline, id="3", body=other.body) == "2"
