"""What the report's extension gathers from the signals of a crawl."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scrapy import signals
from scrapy.http import Response

from newscrawl.extensions.report import ReportExtension
from newscrawl.items import Headline
from newscrawl.signals import ERROR_NAMED, LISTING_READ, PAGE_UNREADABLE
from tests.extensions.engine import bare_crawler
from tests.pipelines.samples import article

URL = "https://example.org/a"
PAGE = Response(URL, body=b"<p>Text.")


def test_each_signal_is_handed_on() -> None:
    crawler = bare_crawler()
    before = datetime.now(UTC)
    extension = ReportExtension.from_crawler(crawler)
    assert before <= extension.started <= datetime.now(UTC)

    def send(signal: object, **values: Any) -> None:
        results = crawler.signals.send_catch_log(signal=signal, **values)
        assert [result for _, result in results] == [None]

    story = article(date_downloaded="2024-08-23T11:00:00Z", summary=None)
    send(signals.item_scraped, item=story, response=PAGE)
    send(signals.item_scraped, item=replace(story, date_downloaded=None), response=PAGE)
    line = Headline(text="A", edition="en", found_on="/", date_first_seen="2024-08-23T11:00:00Z")
    send(signals.item_scraped, item=line, response=PAGE)
    for storage in (
        SimpleNamespace(committed=Path("/data/en/articles/x.jsonl"), lines=3, sha256="ab"),
        SimpleNamespace(committed=None),
        SimpleNamespace(),
    ):
        send(signals.feed_slot_closed, slot=SimpleNamespace(storage=storage))
    send(ERROR_NAMED, name="timeout", url=URL)
    send(PAGE_UNREADABLE, response=PAGE, when="2024-08-23T11:00:01Z", url=f"{URL}-2")
    send(LISTING_READ, url=f"{URL}-3", links=7, response=PAGE)

    seen = extension.seen
    assert dict(seen.records) == {story.kind: 2}
    first, second = seen.pages[f"{story.kind}-no-summary"]
    assert (first.url, first.when) == (story.url, "2024-08-23T11:00:00Z")
    assert datetime.fromisoformat(second.when) >= before.replace(microsecond=0)
    assert seen.files == [{"name": "en/articles/x.jsonl", "lines": 3, "sha256": "ab"}]
    assert seen.error_examples == {"timeout": [URL]}
    assert [(page.url, page.when) for page in seen.pages["unreadable"]] == [(f"{URL}-2", "2024-08-23T11:00:01Z")]
    assert seen.listings == {f"{URL}-3": 7}
