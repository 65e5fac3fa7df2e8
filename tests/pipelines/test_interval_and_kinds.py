"""Only the interval and the kinds that were asked for."""

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.pipelines.interval import IntervalPipeline
from newscrawl.pipelines.kinds import KindsPipeline
from newscrawl.spiders.arguments import Arguments
from tests.pipelines.samples import fetched

SINCE, UNTIL = "2024-08-01", "2024-08-03"


def crawler_of(**arguments: Any) -> Crawler:
    crawler = get_crawler()
    crawler.spider = SimpleNamespace(arguments=Arguments.parse(**arguments))  # type: ignore[assignment]
    return crawler


def reason(crawler: Crawler) -> list[str]:
    """Return the names under which something was dropped."""
    return [name.removeprefix("newscrawl/outside/") for name in crawler.stats.get_stats() if "/outside/" in name]


@pytest.mark.parametrize("bounds", [{"since": SINCE}, {"until": UNTIL}, {"since": SINCE, "until": UNTIL}])
def test_the_first_moment_is_inside_and_the_last_is_not(bounds: dict[str, str]) -> None:
    arguments = Arguments.parse(**bounds)
    moments = {"older": arguments.since, "newer": arguments.until}
    for name, moment in moments.items():
        if moment is None:
            continue
        crawler = crawler_of(**bounds)
        pipeline = IntervalPipeline.from_crawler(crawler)
        at = fetched(date_published=moment.isoformat())
        second = moment.timestamp() - 1
        before = fetched(date_published=type(moment).fromtimestamp(second, moment.tzinfo).isoformat())
        inside, outside = (at, before) if name == "older" else (before, at)
        assert pipeline.process_item(inside) is inside
        with pytest.raises(DropItem):
            pipeline.process_item(outside)
        assert reason(crawler) == [name]


def test_an_article_without_a_date_is_in_no_interval() -> None:
    crawler = crawler_of(since=SINCE)
    with pytest.raises(DropItem):
        IntervalPipeline.from_crawler(crawler).process_item(fetched(date_published=None))
    assert reason(crawler) == ["undated"]


def test_without_an_interval_every_date_passes() -> None:
    for date in (None, "1970-01-01T00:00:00Z", "2024-08-02T00:00:00Z"):
        item = fetched(date_published=date)
        assert IntervalPipeline.from_crawler(crawler_of()).process_item(item) is item
        # A spider of someone else's has no such arguments.
        assert IntervalPipeline.from_crawler(get_crawler()).process_item(item) is item


def test_only_the_kinds_asked_for_pass() -> None:
    crawler = crawler_of(kinds="video,gallery")
    pipeline = KindsPipeline.from_crawler(crawler)
    for kind in ("video", "gallery"):
        assert pipeline.process_item(fetched(kind=kind)) == fetched(kind=kind)
    with pytest.raises(DropItem):
        pipeline.process_item(fetched(kind="news"))
    assert reason(crawler) == ["kind"]
    for other in (crawler_of(), get_crawler()):
        assert KindsPipeline.from_crawler(other).process_item(fetched()) == fetched()
