"""One record an article and a ticker line in a run."""

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

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
    pipeline.process_item(headline("One"))
    pipeline.process_item(headline("Two"))
    with pytest.raises(DropItem):
        pipeline.process_item(headline("One"))
    assert crawler.stats.get_value("newscrawl/duplicate/headline") == 1
