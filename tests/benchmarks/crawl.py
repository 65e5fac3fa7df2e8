"""`python -m tests.benchmarks crawl`: a whole crawl compared with two Scrapy spiders that do less, on the same pages.

The replica serves pages of 100 KB from its own process. They are filled up with empty elements (2,000 elements in a
page) or with script (200 elements in a page). Other pages of that size are in between. The bare spider requests each
article page and does nothing else. The spider of 12 fields also selects twelve values by CSS and writes them as JSON
Lines, without cleaning, deduplication or a ledger. All three obey robots.txt and run without delay.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response, TextResponse

from newscrawl.archive.files import committed_files, edition_folder, read_records
from newscrawl.replica import PADDINGS
from tests.benchmarks.measure import Taken, ended, started
from tests.crawling import FAST, ROOT, command, environment

PAGE_BYTES = 100_000
PARALLEL = "8"
FIELDS = {
    "title": "h1::text",
    "document_title": "title::text",
    "author": "meta[name=author]::attr(content)",
    "og_title": 'meta[property="og:title"]::attr(content)',
    "description": "meta[name=description]::attr(content)",
    "keywords": "meta[name=keywords]::attr(content)",
    "body": "div.p-content p::text",
    "links": "div.p-content a::attr(href)",
    "images": "article img::attr(src)",
    "captions": "figcaption::text",
    "published": 'meta[property="article:published_time"]::attr(content)',
    "canonical": "link[rel=canonical]::attr(href)",
}


class BareSpider(scrapy.Spider):
    """Downloads the pages of a list of URLs."""

    name = "bare"

    def __init__(self, listed: str) -> None:
        super().__init__()
        self.listed = listed
        """A file with one URL a line."""

    async def start(self) -> Any:
        """Request each page of the list."""
        for line in Path(self.listed).read_text().split():
            yield scrapy.Request(line)

    def parse(self, response: Response) -> Any:
        """Ignore the page."""


class FieldsSpider(BareSpider):
    """Selects twelve fields from each page."""

    name = "fields"

    def parse(self, response: Response) -> Any:
        """Yield the twelve fields."""
        assert isinstance(response, TextResponse)
        yield {name: response.css(query).getall() for name, query in FIELDS.items()}


@contextmanager
def replica(articles: int, *options: str) -> Iterator[tuple[str, list[str]]]:
    """Run a replica in its own process; yield its root and the URLs of its articles."""
    with tempfile.TemporaryDirectory() as folder:
        truth = Path(folder) / "truth"
        line = [sys.executable, "-m", "newscrawl.replica", "--port", "0", "--articles", str(articles)]
        with subprocess.Popen(
            [*line, "--truth", str(truth), *options], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                assert server.stdout is not None
                root = server.stdout.readline().strip()
                yield root, list(json.loads(truth.read_text()))
            finally:
                server.terminate()


def crawled(data: Path, root: str, **settings: str) -> Taken:
    """Crawl a replica with everything on, as on a server: log level INFO, feeds, ledger, report."""
    given = {**FAST, "CONCURRENT_REQUESTS_PER_DOMAIN": PARALLEL, **settings}
    line = command(data, {"site": root, "max_pages": "0"}, given)
    return ended(started(line, data / "log", ROOT, environment()))


def simple(name: str, data: Path, urls: list[str]) -> Taken:
    """Run one of the two spiders that do less."""
    listed = data / "urls"
    listed.write_text("\n".join(urls))
    line = [sys.executable, "-m", "tests.benchmarks.crawl", name, str(listed)]
    return ended(started(line, data / "log", ROOT, environment()))


def measure(articles: int = 2000, rounds: int = 3) -> dict[str, dict[str, dict[str, float]]]:
    """Return padding → spider → CPU ms a page, pages a CPU second, CPU beside the bare spider's (medians), peak MiB."""
    return {padding: _measured(padding, articles, rounds) for padding in PADDINGS}


def _measured(padding: str, articles: int, rounds: int) -> dict[str, dict[str, float]]:
    found: dict[str, list[Taken]] = {"bare": [], "fields": [], "newscrawl": []}
    with replica(articles, "--padding", str(PAGE_BYTES), "--padding-with", padding) as (root, urls):
        for _ in range(rounds):
            for name in found:
                with tempfile.TemporaryDirectory() as folder:
                    data = Path(folder)
                    result = crawled(data, root) if name == "newscrawl" else simple(name, data, urls)
                    assert result.status == 0, (name, (data / "log").read_text()[-2000:])
                    if name == "newscrawl":
                        files = committed_files(edition_folder(data, "en"))
                        kept = {record["url"] for path in files for record in read_records(path)}
                        assert kept >= set(urls), f"{len(set(urls) - kept)} articles are missing"
                    found[name].append(result)
    return {
        name: {
            "ms": 1000 * sorted(each.cpu for each in results)[rounds // 2] / len(urls),
            "pages": len(urls) / sorted(each.cpu for each in results)[rounds // 2],
            "beside": sorted(each.cpu / bare.cpu for each, bare in zip(results, found["bare"], strict=True))[
                rounds // 2
            ],
            "peak": max(each.peak for each in results),
        }
        for name, results in found.items()
    }


def main(name: str, listed: str) -> None:
    """Run one of the two spiders that do less, in this process."""
    spider = {each.name: each for each in (BareSpider, FieldsSpider)}[name]
    settings: dict[str, Any] = {
        **{key: FAST[key] for key in ("DOWNLOAD_DELAY", "CONCURRENT_REQUESTS")},
        "CONCURRENT_REQUESTS_PER_DOMAIN": PARALLEL,
        "ROBOTSTXT_OBEY": True,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "INFO",
    }
    if spider is FieldsSpider:
        settings["FEEDS"] = {f"{listed}.jsonl": {"format": "jsonlines"}}
    process = CrawlerProcess(settings)
    process.crawl(spider, listed=listed)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
