"""The spider of `scrapy extract`: reads pages out of WARC files, and asks nobody for anything."""

import asyncio
import difflib
import json
import multiprocessing
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newscrawl.archive.readings import Readings, fields_of
from newscrawl.archive.stored_pages import StoredPage, StoredPages, WarcSource
from newscrawl.errors import NotAnArticleError, OtherPageError, ReadingTooSlowError
from newscrawl.items import Article, FetchedArticle, Headline, as_dict
from newscrawl.middlewares.stopping import is_stopping, reading_within
from newscrawl.pages import Page, ParsedArticle, read_article
from newscrawl.pipelines.clean import cleaned
from newscrawl.spiders.answers import address_of
from newscrawl.spiders.kept_pages import response_of
from newscrawl.spiders.mayadeen import MayadeenSpider
from newscrawl.urls import Site

EXAMPLES_OF_A_FIELD = 2
"""Records of which it is shown how a field would change."""
PAGES_OF_A_PROCESS = 50
"""Pages for which another process is started, which takes a second."""
WAITING_PER_WORKER = 4
"""Pages that wait in memory for each process that reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A page to be read, as it goes to another process."""

    body: bytes
    url: str
    charset: str
    site: Site
    when: datetime
    found_on: str | None
    edition: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a page shows no article, as it comes back from another process."""

    name: str
    reason: str
    kind: str = ""


def differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> Iterator[str]:
    """Yield for each field what went and what came: lists by their entries, texts by their lines."""
    for name in names:
        old, new = lines_of(before.get(name)), lines_of(after.get(name))
        yield f"  {name}:"
        yield from (f"    {line[:2]}{line[2:]}" for line in difflib.ndiff(old, new) if line[0] in "+-")


def lines_of(value: Any) -> list[str]:
    """Return a value as the lines that are compared.

    >>> lines_of("One.\\n\\nTwo."), lines_of(["a", {"b": 1}]), lines_of(None)
    (['One.', 'Two.'], ['a', '{"b": 1}'], ['null'])
    """
    if isinstance(value, str):
        return [line for line in value.split("\n") if line]
    values = value if isinstance(value, list) else [value]
    return [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in values]


def read_page(reading: Reading) -> ParsedArticle | Refusal:
    """Return what a page shows; exceptions of the readers come back as values."""
    page = Page(reading.body, reading.url, charset=reading.charset, site=reading.site)
    try:
        with reading_within(reading.seconds):
            return read_article(page, downloaded=reading.when, found_on=reading.found_on, edition=reading.edition)
    except OtherPageError as error:
        return Refusal(error.name, error.reason, error.kind)
    except NotAnArticleError as error:
        return Refusal(error.name, error.reason)
    except ReadingTooSlowError as error:
        return Refusal(error.name, str(error))


class ExtractSpider(MayadeenSpider):
    """Yields the articles in some WARC files, in the order in which their pages were captured."""

    name = "extract"

    def __init__(
        self,
        *,
        sources: Sequence[WarcSource],
        workers: int,
        folder: Path,
        scratch: Path,
        check: bool = False,
        **arguments: Any,
    ) -> None:
        """Read with some processes, 1 for this one alone, and compare with the lines in an edition's folder.

        What does not fit into memory goes into the folder `scratch`. With `check` nothing is yielded: what would change
        is counted.
        """
        super().__init__(**arguments)
        self.sources = sources
        self.workers = workers
        self.folder = folder
        self.scratch = scratch
        self.check = check
        self.done = 0
        self.is_unfinished = True
        self.changed = self.unrecorded = 0
        """With `check`: records that would change; pages that show an article, and have no record."""
        self.changes: Counter[str] = Counter()
        """Field → records in which it would change."""
        self.examples: list[list[str]] = []
        """Some changes, each as lines to be shown."""
        self.settled = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "ExtractSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.item_settled, signal=signal)
        return spider

    def item_settled(self) -> None:
        """Let the next page come: each follows upon what the one before it has left."""
        self.settled.set()

    async def start(self) -> AsyncIterator[Any]:
        """Yield the articles of all files."""
        readings = Readings(self.folder, self.run_state)
        most = self.settings.getint("DOWNLOAD_MAXSIZE")
        pages = StoredPages(self.sources, self.scratch, self.pass_over, largest=most)
        try:
            for _ in chain(readings.learn(), pages.learn(self.is_article)):
                # A signal is heard between two of them.
                await asyncio.sleep(0)
                if is_stopping(self.crawler):
                    return
            for damage in pages.damages:
                self.logger.error("%s", damage)
            self.count("extract/pages", pages.total)
            async for page, result in self.read_all(pages):
                self.done += 1
                self.current = f"page {self.done} of {pages.total}"
                for item in self.judge(page, result, readings):
                    self.settled.clear()
                    yield item
                    await self.settled.wait()
            self.is_unfinished = is_stopping(self.crawler)
        finally:
            pages.close()

    def is_article(self, url: str) -> bool:
        """Return whether a URL is an article's of this edition."""
        try:
            return self.article_on_site(f"{self.root}/", url) is not None
        except ValueError:
            return False

    def pass_over(self, name: str) -> None:
        """Count a record of an archive that is not read."""
        self.count(f"extract/passed_over/{name}")

    async def read_all(self, pages: StoredPages) -> AsyncIterator[tuple[StoredPage, ParsedArticle | Refusal]]:
        """Yield each page and what it shows, in their order, with as many processes as there are."""
        waiting: deque[tuple[StoredPage, Future[ParsedArticle | Refusal]]] = deque()
        workers = min(self.workers, 1 + pages.total // PAGES_OF_A_PROCESS)
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, mp_context=context) if workers > 1 else None
        try:
            for page in pages:
                if is_stopping(self.crawler):
                    return
                reading = self.reading_of(page)
                if isinstance(reading, Refusal):
                    future: Future[ParsedArticle | Refusal] = Future()
                    future.set_result(reading)
                elif pool is None:
                    future = Future()
                    future.set_result(read_page(reading))
                    await asyncio.sleep(0)
                else:
                    future = pool.submit(read_page, reading)
                waiting.append((page, future))
                while len(waiting) > (WAITING_PER_WORKER * workers if pool is not None else 0):
                    first, result = waiting.popleft()
                    yield first, await asyncio.wrap_future(result)
            while waiting and not is_stopping(self.crawler):
                first, result = waiting.popleft()
                yield first, await asyncio.wrap_future(result)
        finally:
            if pool is not None:
                pool.shutdown(cancel_futures=True)

    def reading_of(self, page: StoredPage) -> Reading | Refusal:
        """Return a stored page unpacked and with its charset, or why it cannot be unpacked."""
        try:
            response = response_of(page, self.settings.getint("DOWNLOAD_MAXSIZE"))
        except IgnoreRequest as error:
            return Refusal("undecodable", str(error))
        return Reading(
            body=response.body,
            url=address_of(response),
            charset=getattr(response, "encoding", None) or "utf-8",
            site=self.site,
            when=page.when,
            found_on=page.found_on,
            edition=self.edition.code,
            seconds=self.settings.getfloat("MAX_READ_SECONDS"),
        )

    def judge(self, page: StoredPage, result: ParsedArticle | Refusal, readings: Readings) -> Iterator[Any]:
        """Yield the article of a page, or count why there is none."""
        if isinstance(result, Refusal):
            self.count(f"extract/unreadable/{result.kind or result.name}")
            self.logger.info("No article: %s: %s", page.url, result.reason)
            return
        if self.check:
            self.compare(page, result.article, readings)
            return
        earlier = readings.of(page.capture.file, page.capture.offset)
        fetched = FetchedArticle(article=result.article, earlier=earlier, is_from_archive=earlier is None)
        response = response_of(replace(page, body=b"", headers=()), 0)
        if earlier is not None:
            self.accounts.read_record("articles")
            yield replace(fetched, article=replace(result.article, capture=page.capture))
            return
        yield from self.hand_on(fetched, result, address_of(response), response, page.when, None)

    def compare(self, page: StoredPage, article: Article, readings: Readings) -> None:
        """Count in which fields a record would change."""
        earlier = readings.of(page.capture.file, page.capture.offset)
        if earlier is None:
            self.unrecorded += 1
            return
        record = as_dict(cleaned(article))
        names = [name for name, digest in fields_of(record).items() if earlier.fields.get(name) != digest]
        if not names:
            return
        self.changed += 1
        is_first = any(self.changes[name] < EXAMPLES_OF_A_FIELD for name in names)
        self.changes.update(names)
        if is_first and (before := readings.record(page.capture.file, page.capture.offset)) is not None:
            self.examples.append([page.url, *differences(before, record, names)])

    # -- what a crawl does besides, and this is none ------------------------------------------------------------------

    def settle(self, request: Request | None, fate: str) -> None:
        """Enter nothing: nobody was asked."""

    def headlines(self, page: Page, url: str) -> Iterator[Headline]:
        """Yield nothing: pages of articles repeat the ticker of the day."""
        yield from ()

    def follow_articles(self, *_: Any, **__: Any) -> Iterator[Request]:
        """Ask for nothing."""
        yield from ()

    def note_other_stored(self, own: str | None, response: Response) -> None:
        """Count a page that is another article's."""
        self.count("extract/unreadable/other_article")
        self.logger.info("No article: %s: the page is that of %s", response.url, own or "another article")

    def ask_again(self) -> None:
        """Let all failures rest as they do: nobody was asked."""
