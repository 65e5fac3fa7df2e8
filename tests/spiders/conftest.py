"""The spider with an archive, without a crawl."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import CrawlState, set_crawl_state
from newscrawl.archive.run_state import RunState
from newscrawl.spiders.mayadeen import MayadeenSpider
from tests.archive.samples import record, write_file
from tests.spiders.samples import SETTINGS, StartSpider, ago


@pytest.fixture
def spider(tmp_path: Path) -> Iterator[StartSpider]:
    """`spider(kinds="video", …)` makes the spider, whose archive holds stories 1 (old), 2 and 3."""
    times = {1: (9, 9), 2: (3, 0.1), 3: (0.5, 0.4)}
    write_file(
        tmp_path,
        [
            record(number, date_published=ago(published), date_downloaded=ago(read))
            for number, (published, read) in times.items()
        ],
    )
    with Archive(tmp_path) as archive:

        def make(**arguments: str) -> MayadeenSpider:
            crawler = get_crawler(settings_dict=SETTINGS)
            set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState()))
            made = MayadeenSpider.from_crawler(crawler, **arguments)
            crawler.spider = made
            return made

        yield make
