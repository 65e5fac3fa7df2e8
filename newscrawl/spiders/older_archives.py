"""The part of the spider that reads captures of the site out of other web archives, and never asks the site itself."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from twisted.python.failure import Failure

from newscrawl.archive.cdx_answers import NO_CAPTURES, IndexedCapture, in_order
from newscrawl.archive.older_archives import ARCHIVES, COMMONCRAWL, WAYBACK, CommonCrawl, OlderArchive, Wayback
from newscrawl.archive.older_captures import packed_page, replayed
from newscrawl.archive.stored_pages import StoredPage
from newscrawl.errors import STOPPED, TOO_SLOW, ArchiveIndexError, CaptureError, NotAnArticleError, OtherPageError
from newscrawl.extensions.captures import CAPTURE, capture_of
from newscrawl.items import Capture, FetchedArticle
from newscrawl.middlewares.politeness import LEAST_DELAY
from newscrawl.middlewares.redirects import ARCHIVE_ROOT
from newscrawl.middlewares.robots import DOWNLOAD_SLOT
from newscrawl.monitoring.accounting import GONE, PURPOSE, READ, fate_of
from newscrawl.pages import read_article
from newscrawl.pipelines.identify import OTHER_ARTICLE
from newscrawl.spiders.answers import address_of, asked_url
from newscrawl.spiders.articles import ARTICLE_PRIORITY, LISTING_PRIORITY, Output
from newscrawl.spiders.failures import describe, failure_name
from newscrawl.spiders.kept_pages import response_of
from newscrawl.spiders.sources import SourceSpider

BEFORE_SINCE = timedelta(days=1)
"""How much earlier than `since` a capture may be: a page may state its time in another zone."""
ROOTS = ("WAYBACK_ROOT", "COMMONCRAWL_INDEX", "COMMONCRAWL_DATA")
"""The settings that name the archives."""
INDEX_TIMEOUT = 180.0
"""Seconds for an answer of an index, which looks through all captures of a host."""
_KEPT_NOWHERE = Capture(file="", offset=0, digest="")


@dataclass(eq=False)
class Walk:
    """How far an archive has been read: one request at a time, so that revisions come in order."""

    archive: OlderArchive
    waiting: deque[tuple[str, IndexedCapture]] = field(default_factory=deque)
    """(URL of the article, capture) of the last answer of the index, in the order in which they are asked for."""
    step: object = None
    """What was asked for last: it is settled once, whether by its callback, its errback or an exception."""


class OlderArchivesSpider(SourceSpider):
    """Asks the indexes of web archives, and for one capture after the other; each archive after the one before it."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        delay = max(settings.getfloat("ARCHIVE_DELAY"), LEAST_DELAY)
        roots = (settings.get(name) for name in ROOTS)
        own = {slot_of(root): {"concurrency": 1, "delay": delay, "jitter": 0.0} for root in roots if root}
        given = settings.getdict("DOWNLOAD_SLOTS")
        settings.set("DOWNLOAD_SLOTS", {**own, **given}, priority=SETTINGS_PRIORITIES["cmdline"] + 1)

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.archives_to_come: deque[OlderArchive] = deque()

    @property
    def reads_archives(self) -> bool:
        """Whether this crawl reads other archives, and not the site."""
        return any(way in ARCHIVES for way in self.arguments.discover)

    @property
    def asked_roots(self) -> tuple[str, ...]:
        """The roots of the hosts that this crawl asks: the archives', or the site's."""
        if not self.reads_archives:
            return (self.root,)
        return tuple(root for archive in self.chosen_archives() for root in archive.roots)

    def chosen_archives(self) -> list[OlderArchive]:
        """Return the archives that are asked for, in the order of the argument."""
        given, site = self.settings, self.root
        since = self.arguments.since - BEFORE_SINCE if self.arguments.since is not None else None
        roots = {name: str(given[name]).rstrip("/") for name in ROOTS}
        made: dict[str, OlderArchive] = {
            WAYBACK: Wayback(roots["WAYBACK_ROOT"], site, since),
            COMMONCRAWL: CommonCrawl(roots["COMMONCRAWL_INDEX"], roots["COMMONCRAWL_DATA"], site, since),
        }
        return [made[way] for way in self.arguments.discover if way in ARCHIVES]

    def open_archives(self) -> Iterator[scrapy.Request]:
        """Ask the first of the chosen archives; the others follow when it was read."""
        self.archives_to_come.extend(self.chosen_archives())
        yield from self.open_next_archive()

    def open_next_archive(self) -> Iterator[scrapy.Request]:
        if self.archives_to_come:
            yield from self.go_on(Walk(self.archives_to_come.popleft()))

    def go_on(self, walk: Walk) -> Iterator[scrapy.Request]:
        """Ask for the next capture that is wanted, else ask the index on, else the next archive."""
        while walk.waiting:
            article, capture = walk.waiting.popleft()
            if self.is_capture_wanted(walk, article, capture):
                yield self.capture_request(walk, article, capture)
                return
        question = walk.archive.next_question()
        if question is None:
            self.logger.info("The archive %s was read to its end", walk.archive.root)
            yield from self.open_next_archive()
            return
        self.current = walk.archive.name
        if question.is_first:
            self.count("listing/opened")
        walk.step = question
        yield self.archive_request(
            question.url, walk.archive.root, "index", callback=self.parse_index, errback=self.index_failed,
            cb_kwargs={"walk": walk, "question": question}, handle_httpstatus_list=[404],
        )  # fmt: skip

    def is_capture_wanted(self, walk: Walk, article: str, capture: IndexedCapture) -> bool:
        """Return whether a capture may show what is not known: it is later than what is known of its article."""
        if self.is_unwanted(article):
            return False
        if self.ledger is None:
            return True
        entry = self.ledger.at(self.edition.code, article)
        if entry is not None and capture.when.timestamp() <= entry.visited:
            self.count("capture/known")
            return False
        if self.ledger.is_known(self.edition.code, walk.archive.place_of(capture).key, datetime.now(UTC)):
            # An earlier run found no article in it.
            self.count("capture/resting")
            return False
        return True

    # -- requests -----------------------------------------------------------------------------------------------

    def archive_request(
        self, url: str, root: str, purpose: str, *, headers: dict[str, str] | None = None, **given: Any
    ) -> scrapy.Request:
        """Return a request to an archive, which has a delay of its own and may not lead elsewhere."""
        meta: dict[str, Any] = {PURPOSE: purpose, ARCHIVE_ROOT: root, DOWNLOAD_SLOT: slot_of(root)}
        if purpose == "index":
            meta["download_timeout"] = max(INDEX_TIMEOUT, self.settings.getfloat("DOWNLOAD_TIMEOUT"))
        if "handle_httpstatus_list" in given:
            meta["handle_httpstatus_list"] = given.pop("handle_httpstatus_list")
        priority = LISTING_PRIORITY if purpose == "index" else ARTICLE_PRIORITY
        # One capture may lead to another one, which is asked for later: none of them is dropped.
        return scrapy.Request(url, meta=meta, priority=priority, headers=headers, dont_filter=True, **given)

    def capture_request(self, walk: Walk, article: str, capture: IndexedCapture) -> scrapy.Request:
        """Return the request for a capture: a page that the archive replays, or a part of a file."""
        place = walk.archive.place_of(capture)
        headers = {"Range": "bytes={}-{}".format(*place.bytes), "Accept-Encoding": "identity"} if place.bytes else {}
        self.current = f"{walk.archive.name}, {article.removeprefix(self.root)}"
        walk.step = capture
        return self.archive_request(
            place.url, place.root, "capture", headers=headers, callback=self.parse_capture,
            errback=self.capture_failed,
            cb_kwargs={"found_on": place.found_on, "walk": walk, "article": article, "capture": capture},
        )  # fmt: skip

    # -- the index ----------------------------------------------------------------------------------------------

    def parse_index(self, response: Response, walk: Walk, question: Any) -> Output:
        """Take in the captures that an index names, and go on."""
        self.settle(response.request, READ)
        body = response.body
        if response.status == 404:
            if NO_CAPTURES not in body:
                self.index_missing(walk, question, "gone", response.url, "status 404", response.request)
                yield from self.go_on(walk)
                return
            body = b""
        try:
            answer = self.read(walk.archive.take, body)
        except ArchiveIndexError as error:
            self.index_missing(walk, question, error.name, response.url, str(error), response.request)
        else:
            if question.is_catalogue:
                # It lists no article: what counts is whether the indexes come that it names.
                self.crawler.stats.inc_value("newscrawl/listing/opened", -1)
            if answer.odd:
                self.count("index/odd", answer.odd)
            self.count("index/captures", len(answer.captures))
            walk.waiting.extend(in_order(answer.captures, self.article_of))
        yield from self.go_on(walk)

    def article_of(self, url: str) -> str | None:
        """Return the URL of the article that a captured URL leads to, or None."""
        try:
            article = self.article_on_site(f"{self.root}/", url)
        except ValueError:
            article = None
        if article is None:
            self.count("index/other_url")
        return article

    def index_failed(self, failure: Failure) -> Output:
        """Say that an index is not there; other indexes go on."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        name = failure_name(failure)
        self.settle(request, fate_of(name))
        if name == STOPPED:
            return
        walk: Walk = request.cb_kwargs["walk"]
        self.index_missing(walk, request.cb_kwargs["question"], name, request.url, describe(failure), request)
        yield from self.go_on(walk)

    def index_missing(
        self, walk: Walk, question: Any, name: str, url: str, reason: str, request: scrapy.Request | None
    ) -> None:
        """Count an index that cannot be read on."""
        self.settle(request, fate_of(name))
        self.count("listing/failed")
        self.count_error(name, url)
        self.logger.error("The index of %s cannot be read on: %s: %s", walk.archive.name, url, reason)
        walk.archive.fail()

    # -- captures -----------------------------------------------------------------------------------------------

    def parse_capture(
        self, response: Response, found_on: str, walk: Walk, article: str, capture: IndexedCapture
    ) -> Output:
        """Yield the article that a capture shows, or count why it shows none; then go on."""
        self.count("capture/fetched")
        self.settle(response.request, READ)
        yield from self.read_capture(response, found_on, walk, article, capture)
        if walk.step is capture:
            yield from self.go_on(walk)

    def read_capture(
        self, response: Response, found_on: str, walk: Walk, article: str, capture: IndexedCapture
    ) -> Output:
        try:
            page = self.stored_page(response, found_on, article, capture)
            stored = response_of(page, self.settings.getint("DOWNLOAD_MAXSIZE"))
        except (CaptureError, IgnoreRequest) as error:
            name = getattr(error, "name", "undecodable")
            self.capture_unreadable(response.request, walk, capture, name, str(error))
            return
        stored.meta[CAPTURE] = capture_of(response)
        url = self.article_on_site(f"{self.root}/", address_of(stored))
        if url is None:
            self.capture_unreadable(response.request, walk, capture, "redirected", f"it led to {stored.url}")
            return
        read = self.page_of(stored, url)
        try:
            parsed = self.read(read_article, read, downloaded=page.when, found_on=found_on, edition=self.edition.code)
        except OtherPageError as error:
            self.count(f"skipped/{error.kind}")
            self.settle(response.request, f"skipped: {error.kind}")
            self.let_rest(walk.archive.place_of(capture).key, error.name)
            return
        except NotAnArticleError as error:
            self.capture_unreadable(response.request, walk, capture, error.name, str(error))
            return
        fetched = FetchedArticle(article=parsed.article, is_from_archive=True)
        stored.meta["capture_key"] = walk.archive.place_of(capture).key
        yield from self.hand_on(fetched, parsed, read.url, stored, page.when, None)

    def stored_page(self, response: Response, found_on: str, article: str, capture: IndexedCapture) -> StoredPage:
        """Return the page in an answer, with its own URL and time; raises `CaptureError`."""
        kept = capture_of(response) or _KEPT_NOWHERE
        if capture.file:
            body = response.body
            if response.status == 200:
                # A server that knows no ranges sends the whole file.
                body = body[capture.offset : capture.offset + capture.length]
            packed = packed_page(body, self.settings.getint("DOWNLOAD_MAXSIZE"))
            return StoredPage(
                url=packed.url, when=packed.when, headers=packed.headers, body=packed.body, capture=kept,
                found_on=found_on, asked=(),
            )  # fmt: skip
        replay = replayed(response.url)
        if replay is None:
            raise CaptureError("redirected", f"the archive led to {response.url}")
        url, when = replay
        # It is unpacked by now.
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
            if name.lower() != b"content-encoding"
        ]
        own = self.article_of(url)
        asked = (article,) if own is not None and own != article else ()
        return StoredPage(
            url=url, when=when, headers=headers, body=response.body, capture=kept, found_on=found_on, asked=asked
        )

    def capture_unreadable(
        self, request: scrapy.Request | None, walk: Walk, capture: IndexedCapture, name: str, reason: str
    ) -> None:
        """Count a capture that shows no article: it rests, and nothing is said of the site."""
        self.count("capture/unreadable")
        self.count_error(name, request.url if request is not None else capture.url)
        self.settle(request, fate_of(name))
        self.logger.info("No article: %s of %s: %s", capture.url, capture.timestamp, reason)
        self.let_rest(walk.archive.place_of(capture).key, name)

    def note_other_stored(self, own: str | None, response: Response) -> None:
        """Count a capture that shows another article than that of its URL."""
        self.count("capture/unreadable")
        self.count_error(OTHER_ARTICLE, response.url)
        self.logger.info("No article: %s: the page is that of %s", response.url, own or "another article")
        self.let_rest(response.meta["capture_key"], OTHER_ARTICLE)

    def let_rest(self, key: str, name: str) -> None:
        """Remember that a capture showed no article: it is not asked for again for a while."""
        if self.ledger is not None:
            self.ledger.note_failure(self.edition.code, key, name, datetime.now(UTC))

    def capture_failed(self, failure: Failure) -> Output:
        """Count by name why a capture did not come, and go on."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        name = failure_name(failure)
        self.settle(request, fate_of(name))
        if name == STOPPED:
            return
        walk: Walk = request.cb_kwargs["walk"]
        capture: IndexedCapture = request.cb_kwargs["capture"]
        self.count_error(name, asked_url(request))
        self.logger.warning("Capture not fetched: %s: %s", asked_url(request), describe(failure))
        # A page that takes too long to read came, and another look would take as long.
        self.count(f"capture/{ {GONE: 'gone', TOO_SLOW: 'unreadable'}.get(name, 'failed') }")
        if name in (GONE, TOO_SLOW):
            self.let_rest(walk.archive.place_of(capture).key, name)
        if walk.step is capture:
            yield from self.go_on(walk)

    def note_raised(self, request: scrapy.Request) -> None:
        """Go on with an archive whose callback raised: what follows is not lost with it."""
        walk: Walk | None = request.cb_kwargs.get("walk")
        if walk is None:
            super().note_raised(request)
        elif walk.step is (request.cb_kwargs.get("capture") or request.cb_kwargs.get("question")):
            for each in self.go_on(walk):
                self.crawler.engine.crawl(each)


def slot_of(root: str) -> str:
    """Return the name under which a host's delay is kept: with its port, and apart from that of the site.

    >>> slot_of("https://web.archive.org/"), slot_of("http://127.0.0.1:8080")
    ('archive web.archive.org', 'archive 127.0.0.1:8080')
    """
    return f"archive {urlsplit(root).netloc}"
