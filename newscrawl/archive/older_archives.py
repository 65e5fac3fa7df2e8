"""Web archives that have captures of the site: what is asked of each, in which order, and which page an answer holds.

An archive is asked through its index, answer by answer (`next_question`, `take`), and for each capture that is wanted
(`place_of`). Nothing here knows of requests.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from newscrawl.archive.cdx_answers import (
    COMMONCRAWL_FIELDS,
    WAYBACK_FIELDS,
    IndexAnswer,
    IndexedCapture,
    commoncrawl_answer,
    crawls_of,
    number_of_pages,
    wayback_answer,
)
from newscrawl.archive.older_captures import replay_url
from newscrawl.errors import ArchiveIndexError
from newscrawl.urls import absolute, on_site

ARCHIVES = WAYBACK, COMMONCRAWL = "wayback", "commoncrawl"
ROWS = 5000
"""Captures in one answer of an index: a megabyte."""
_NOTHING = IndexAnswer(captures=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an index is asked next."""

    url: str
    is_first: bool = False
    """Whether it begins what counts as one listing: the index of the archive, or that of one crawl."""
    is_catalogue: bool = False
    """Whether its answer names indexes, and no captures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a capture is asked for."""

    url: str
    root: str
    """The root of the host that has it."""
    found_on: str
    """The URL under which a person finds it, or the index that named it."""
    key: str
    """A URL that is this capture's alone."""
    bytes: tuple[int, int] | None = None
    """First and last byte of its record in a file; None for a page that is replayed."""


class OlderArchive(ABC):
    """One archive, and how far its index has been read."""

    name: str
    roots: tuple[str, ...]
    """Its hosts: of the index first."""

    @property
    def root(self) -> str:
        """The root of its index."""
        return self.roots[0]

    @abstractmethod
    def next_question(self) -> Question | None:
        """Return what the index is to be asked, None when it was read to its end."""

    @abstractmethod
    def take(self, body: bytes) -> IndexAnswer:
        """Take in the answer to the last question; raises `ArchiveIndexError`, after which `fail` is called."""

    @abstractmethod
    def fail(self) -> None:
        """Take in that the last question has no answer that can be read: what follows from it is left out."""

    @abstractmethod
    def place_of(self, capture: IndexedCapture) -> Place:
        """Return where a capture is asked for."""


class Wayback(OlderArchive):
    """The Wayback Machine, or another server of its kind."""

    name = WAYBACK

    def __init__(self, root: str, site: str, since: datetime | None = None) -> None:
        """`site` is the root of the site that is looked for; captures before `since` are left out."""
        self.roots = (root,)
        self.site = site
        self.since = since
        self.key = ""
        self.is_done = False
        self.has_begun = False

    def next_question(self) -> Question | None:
        """Return what the index is to be asked.

        An article may be captured years after it was published: `until` is no bound of captures.

        >>> Wayback("https://web.archive.org", "https://english.almayadeen.net").next_question().url[:72]
        'https://web.archive.org/cdx/search/cdx?url=english.almayadeen.net%2F%2A&'
        """
        if self.is_done:
            return None
        query = [
            ("url", f"{urlsplit(self.site).netloc}/*"),
            ("output", "json"),
            ("fl", ",".join(WAYBACK_FIELDS)),
            ("collapse", "digest"),
            ("filter", "statuscode:200"),
            ("filter", "mimetype:text/html"),
            ("limit", str(ROWS)),
            ("showResumeKey", "true"),
            *_from(self.since),
            *((("resumeKey", self.key),) if self.key else ()),
        ]
        is_first, self.has_begun = not self.has_begun, True
        return Question(url=f"{self.root}/cdx/search/cdx?{urlencode(query)}", is_first=is_first)

    def take(self, body: bytes) -> IndexAnswer:
        answer = wayback_answer(body)
        if answer.resume_key and answer.resume_key == self.key:
            raise ArchiveIndexError("it leads to itself")
        self.key = answer.resume_key
        self.is_done = not self.key
        return answer

    def fail(self) -> None:
        self.is_done = True

    def place_of(self, capture: IndexedCapture) -> Place:
        url = replay_url(self.root, capture.timestamp, capture.url)
        shown = f"{self.root}/web/{capture.timestamp}/{capture.url}"
        return Place(url=url, root=self.root, found_on=shown, key=url)


class CommonCrawl(OlderArchive):
    """Common Crawl, or another collection of crawls of its kind."""

    name = COMMONCRAWL

    def __init__(self, index: str, data: str, site: str, since: datetime | None = None) -> None:
        """`index` has the indexes of all crawls, `data` the files; crawls of years before `since` are left out."""
        self.roots = (index, data)
        self.site = site
        self.since = since
        self.crawls: list[tuple[str, str]] | None = None
        """Name and index of the crawls that are not read to their end; None before they are known."""
        self.pages: range | None = None
        """Numbers of the answers of the first of them that were not taken; None before they are known."""

    def next_question(self) -> Question | None:
        if self.crawls is None:
            return Question(url=f"{self.root}/collinfo.json", is_first=True, is_catalogue=True)
        if not self.crawls:
            return None
        query = [
            ("url", f"{urlsplit(self.site).netloc}/*"),
            ("output", "json"),
            ("fl", ",".join(COMMONCRAWL_FIELDS)),
            ("filter", "=status:200"),
            # Blocks of the index in one answer: 3000 captures each.
            ("pageSize", "1"),
            *_from(self.since),
            ("showNumPages", "true") if self.pages is None else ("page", str(self.pages.start)),
        ]
        return Question(url=f"{self.crawls[0][1]}?{urlencode(query)}", is_first=self.pages is None)

    def take(self, body: bytes) -> IndexAnswer:
        if self.crawls is None:
            self.crawls = [crawl for crawl in self._own(crawls_of(body)) if may_have(crawl[0], self.since)]
            return _NOTHING
        if self.pages is None:
            self.pages = range(number_of_pages(body) if body else 0)
            answer = _NOTHING
        else:
            answer = commoncrawl_answer(body)
            self.pages = self.pages[1:]
        if not self.pages:
            self.crawls, self.pages = self.crawls[1:], None
        return answer

    def _own(self, crawls: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """Return the crawls with the index's own scheme and host; raises `ArchiveIndexError` for one elsewhere."""
        found = []
        for name, api in crawls:
            url = absolute(f"{self.root}/", api)
            own = on_site(url, self.root) if url is not None else None
            if own is None:
                raise ArchiveIndexError(f"the index of {name[:40]} is elsewhere: {api[:200]}")
            found.append((name, own))
        return found

    def fail(self) -> None:
        self.crawls, self.pages = (self.crawls or [])[1:], None

    def place_of(self, capture: IndexedCapture) -> Place:
        data = self.roots[1]
        url = f"{data}/{capture.file}"
        return Place(
            url=url, root=data, found_on=url, key=f"{url}/{capture.offset}",
            bytes=(capture.offset, capture.offset + capture.length - 1),
        )  # fmt: skip


def may_have(crawl: str, since: datetime | None) -> bool:
    """Return whether a crawl may have captures of a time or later, as far as its name has a year.

    The last crawl of a year goes on in the next.

    >>> from datetime import UTC
    >>> [may_have(f"CC-MAIN-{year}-50", datetime(2020, 1, 1, tzinfo=UTC)) for year in (2018, 2019, 2020)]
    [False, True, True]
    """
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", crawl)]
    return since is None or not years or max(years) >= since.year - 1


def _from(since: datetime | None) -> tuple[tuple[str, str], ...]:
    return (("from", f"{since:%Y%m%d%H%M%S}"),) if since is not None else ()
