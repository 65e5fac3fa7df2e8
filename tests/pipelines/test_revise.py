"""Records against earlier runs, and the envelope on its way through the steps."""

import hashlib
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
from newscrawl.archive.readings import fields_of
from newscrawl.archive.run_state import RunState
from newscrawl.items import EarlierReading, FetchedArticle, as_dict
from newscrawl.pipelines.deduplicate import DeduplicatePipeline
from newscrawl.pipelines.identify import IdentifyPipeline
from newscrawl.pipelines.near_duplicates import NearDuplicatesPipeline
from newscrawl.pipelines.open_envelope import OpenEnvelopePipeline
from newscrawl.pipelines.pipeline import NamedDropError
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


# -- pages from archives ----------------------------------------------------------------------------------------------


def from_archive(crawler: Crawler, when: str, body: str, **changes: Any) -> Any:
    """Return the revision of a page of an archive, or why it was dropped."""
    hashed = hashlib.sha256(body.encode()).hexdigest()
    given = fetched(body=body, content_hash=hashed, date_downloaded=when, **changes)
    try:
        passed = RevisePipeline.from_crawler(crawler).process_item(replace(given, is_from_archive=True))
    except NamedDropError as error:
        return error.name
    assert isinstance(passed, FetchedArticle)
    return passed.article.revision


def test_pages_of_an_archive_become_revisions_in_the_order_of_time(crawler: Crawler) -> None:
    results = [
        from_archive(crawler, f"2020-01-0{day}T00:00:00Z", body, id="2")
        for day, body in ((1, "One."), (2, "One."), (3, "Two."), (2, "Three."), (3, "Two."), (4, "One."))
    ]
    assert results == [1, "unchanged", 2, "older", "unchanged", 3]


def test_an_older_page_of_a_known_article_is_passed_over_and_a_newer_one_is_an_edit(crawler: Crawler) -> None:
    assert from_archive(crawler, "2020-01-01T00:00:00Z", "An earlier text.") == "older"
    assert from_archive(crawler, "2024-08-23T11:00:00Z", "Another text of that time.") == "older"
    assert from_archive(crawler, "2024-08-23T11:00:01Z", "A later text.") == 2
    assert from_archive(crawler, "2024-08-24T11:00:00Z", "A text still later.") == 3


def test_a_page_that_is_read_again_keeps_id_and_revision(crawler: Crawler) -> None:
    first = fetched(body=LONG, id="page's own")
    fields = fields_of(as_dict(first.article))
    earlier = EarlierReading(id="1", revision=4, near_duplicate_of="7", fields=fields)
    steps = (IdentifyPipeline, DeduplicatePipeline, RevisePipeline, NearDuplicatesPipeline)
    same = replace(first, earlier=earlier)
    with pytest.raises(NamedDropError, match="as it did before"):
        RevisePipeline.from_crawler(crawler).process_item(same)
    passed: Any = replace(first.with_article(replace(first.article, title="Another")), earlier=earlier)
    for step in steps:
        passed = step.from_crawler(crawler).process_item(passed)
    found = passed.article
    assert (found.id, found.revision, found.near_duplicate_of, found.title) == ("1", 4, "7", "Another")
    assert crawler.stats.get_value("newscrawl/changed") == 1


def test_one_run_may_have_several_pages_of_an_article_from_an_archive(crawler: Crawler) -> None:
    step = DeduplicatePipeline.from_crawler(crawler)
    pages = [replace(fetched(body=body), is_from_archive=True) for body in ("One.", "Two.", "One.")]
    assert [step.process_item(page) for page in pages] == pages
    with pytest.raises(NamedDropError, match="duplicate id"):
        step.process_item(fetched(body="Three."))
