"""Each step hands on what it does not drop: the record itself, in its envelope, with or without an archive."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.utils.misc import load_object
from scrapy.utils.test import get_crawler

from newscrawl import settings
from newscrawl.items import FetchedArticle
from newscrawl.pipelines.open_envelope import OpenEnvelopePipeline
from tests.pipelines.samples import fetched, headline

STEPS = sorted(settings.ITEM_PIPELINES, key=settings.ITEM_PIPELINES.__getitem__)


def step(name: Any) -> Any:
    return load_object(name) if isinstance(name, str) else name


@pytest.mark.parametrize("name", STEPS, ids=str)
@pytest.mark.parametrize("arguments", [None, SimpleNamespace(since=None, until=None, kinds=())])
def test_a_record_that_nothing_is_wrong_with_is_handed_on(name: Any, arguments: Any) -> None:
    crawler = get_crawler()
    if arguments is not None:
        crawler.spider = cast("Any", SimpleNamespace(arguments=arguments))
    made = step(name).from_crawler(crawler)
    line = headline("A line of the ticker")
    assert made.process_item(line) is line
    envelope = fetched()
    result = made.process_item(envelope)
    if isinstance(made, OpenEnvelopePipeline):
        assert result is envelope.article
    else:
        assert isinstance(result, FetchedArticle)
        assert result is envelope
