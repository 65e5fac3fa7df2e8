"""A record without a title or a text is dropped, one without a date is kept."""

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.pipelines.require import RequirePipeline
from tests.pipelines.samples import fetched, headline


@pytest.mark.parametrize("name", ["title", "body"])
def test_require_drops_and_counts_what_is_no_article(name: str) -> None:
    crawler = get_crawler()
    pipeline = RequirePipeline.from_crawler(crawler)
    with pytest.raises(DropItem):
        pipeline.process_item(fetched(**{name: ""}))
    assert crawler.stats.get_value(f"newscrawl/missing/{name}") == 1
    assert crawler.stats.get_value("newscrawl/dropped/incomplete") == 1


def test_require_keeps_and_counts_an_article_without_date() -> None:
    crawler = get_crawler()
    pipeline = RequirePipeline.from_crawler(crawler)
    record = fetched(date_published=None)
    assert pipeline.process_item(record) is record
    assert crawler.stats.get_value("newscrawl/missing/date_published") == 1


def test_require_drops_an_empty_line_of_the_ticker() -> None:
    crawler = get_crawler()
    pipeline = RequirePipeline.from_crawler(crawler)
    assert pipeline.process_item(headline("A line")) == headline("A line")
    with pytest.raises(DropItem):
        pipeline.process_item(headline(""))
    assert crawler.stats.get_value("newscrawl/missing/text") == 1
