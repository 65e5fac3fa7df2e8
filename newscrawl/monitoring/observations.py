"""What a run shows of itself while it goes on: counts by field, examples, the pages that failed."""

import gzip
import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any

from newscrawl.items import Article
from newscrawl.monitoring.canary import JUDGED, JUDGED_LAYERS
from newscrawl.text import shortened

EXAMPLES = 3
"""URLs that are kept for each name."""
SAMPLE = 500
"""Lengths of bodies that are kept of each kind, drawn evenly from all."""
PAGES_SAVED = 5
"""Pages that are kept of each kind of failure."""
MAX_LISTINGS = 200
MAX_NAMES = 100
"""Kinds, and sections, that are counted each on its own."""
LONGEST_NAME = 100
"""Characters of a kind or a section, as pages state them."""
LONGEST_URL = 500
OTHERS = "others"
"""The name of those that are too many."""
FIELDS = tuple(each.name for each in fields(Article))


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """A page that is saved beside the report when it shows what went wrong."""

    url: str
    when: str
    """When it was fetched, UTC."""
    packed: bytes
    """Its HTML, as a member of a gzip file."""
    kind: str = "article"
    """`article` or `listing`."""


@dataclass(slots=True)
class Observations:
    """In memory are counts, a sample of lengths, three URLs for each name, and a few packed pages."""

    records: Counter[str] = field(default_factory=Counter)
    """Kind → articles written."""
    filled: dict[str, Counter[str]] = field(default_factory=dict)
    """Kind → field → articles that have it."""
    layers: dict[str, Counter[str]] = field(default_factory=dict)
    """Field → layer that it was read from → articles."""
    sections: dict[str, Counter[str]] = field(default_factory=dict)
    """Section, or kind where there is none → `written` → articles."""
    words: dict[str, list[int]] = field(default_factory=dict)
    """Kind → a sample of the lengths of bodies, in words."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    """`any`, `unreadable`, `<kind>: <missing field>` → URLs of articles."""
    error_examples: dict[str, list[str]] = field(default_factory=dict)
    """Name of an error → URLs."""
    listings: dict[str, int] = field(default_factory=dict)
    """URL of a listing → articles that its first batch showed."""
    newest: str | None = None
    """`date_published` of the newest article."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """The committed files: name, lines, SHA-256."""
    pages: dict[str, list[FailedPage]] = field(default_factory=dict)
    """Reason → pages that show it: `unreadable`, `<kind>-no-<field>`, `<field>-from-<layer>`, `any`, `listing`."""
    shortest: list[int] = field(default_factory=list)
    """Links of the listings that are kept, which are those with the fewest."""
    _random: random.Random = field(default_factory=lambda: random.Random(1))

    def add_article(self, article: Article, page: bytes, when: str) -> None:
        """Count a written article; `page` is its HTML, `when` the time of its download."""
        kind = bounded_name(article.kind, self.records)
        self.records[kind] += 1
        filled = self.filled.setdefault(kind, Counter())
        filled.update(name for name in FIELDS if getattr(article, name) not in (None, "", ()))
        for name, layer in article.provenance.items():
            self.layers.setdefault(name, Counter())[layer] += 1
            if name in JUDGED_LAYERS:
                self._keep(reason_of_layer(name, layer), article.url, when, page)
        section = bounded_name(article.section or kind, self.sections)
        self.sections.setdefault(section, Counter())["written"] += 1
        if article.body:
            self._add_length(kind, article.word_count)
        add_example(self.examples, "any", article.url)
        self._keep("any", article.url, when, page)
        for name in JUDGED:
            if not getattr(article, name):
                add_example(self.examples, f"{kind}: {name}", article.url)
                self._keep(reason_of(kind, name), article.url, when, page)
        if article.date_published is None:
            return
        if self.newest is None or article.date_published > self.newest:
            self.newest = article.date_published

    def add_file(self, name: str, lines: int, sha256: str) -> None:
        """Note a committed file; `name` is its path under the data folder."""
        self.files.append({"name": name, "lines": lines, "sha256": sha256})

    def add_error(self, name: str, url: str) -> None:
        """Remember an example of an error that was counted."""
        add_example(self.error_examples, name, url)

    def add_unreadable(self, url: str, when: str, page: bytes) -> None:
        """Keep a page that could not be read."""
        add_example(self.examples, "unreadable", url)
        self._keep("unreadable", url, when, page)

    def add_listing(self, url: str, articles: int, page: bytes = b"") -> None:
        """Note how many articles the first batch of a listing showed; keep the shortest."""
        if len(self.listings) < MAX_LISTINGS:
            self.listings[shortened(url, LONGEST_URL)] = articles
        kept = self.pages.setdefault("listing", [])
        if len(kept) >= PAGES_SAVED:
            longest = self.shortest.index(max(self.shortest))
            if self.shortest[longest] <= articles:
                return
            del kept[longest], self.shortest[longest]
        kept.append(FailedPage(url=url, when="", packed=gzip.compress(page, 6, mtime=0), kind="listing"))
        self.shortest.append(articles)

    def _add_length(self, kind: str, words: int) -> None:
        sample = self.words.setdefault(kind, [])
        if len(sample) < SAMPLE:
            sample.append(words)
        elif (at := self._random.randrange(self.records[kind])) < SAMPLE:
            sample[at] = words

    def _keep(self, reason: str, url: str, when: str, page: bytes) -> None:
        kept = self.pages.setdefault(reason, [])
        if len(kept) < PAGES_SAVED:
            kept.append(FailedPage(url=url, when=when, packed=gzip.compress(page, 6, mtime=0)))


def bounded_name(name: str, known: Collection[str]) -> str:
    """Return a name that a page states as a report has it: short, and one for all beyond `MAX_NAMES`.

    >>> full = [str(number) for number in range(MAX_NAMES)]
    >>> bounded_name("politics", []), bounded_name("p" * 200, [])[-2:], bounded_name("new", full)
    ('politics', 'p…', 'others')
    """
    name = shortened(name, LONGEST_NAME)
    return name if name in known or len(known) < MAX_NAMES else OTHERS


def reason_of(kind: str, name: str) -> str:
    """Return the reason under which pages of a kind without a field are kept.

    >>> reason_of("news", "date_published"), reason_of("video", "summary")
    ('news-no-date', 'video-no-summary')
    """
    return f"{kind}-no-{'date' if name == 'date_published' else name}"


def reason_of_layer(name: str, layer: str = "") -> str:
    """Return the reason under which pages are kept whose field was read from a layer; "" for how all of them begin."""
    return f"{name}-from-{layer}"


def add_example(examples: dict[str, list[str]], name: str, url: str) -> None:
    """Remember a URL under a name, unless there are enough.

    >>> examples = {}
    >>> for number in (1, 1, 2, 3, 4):
    ...     add_example(examples, "gone", f"https://x.net/{number}")
    >>> examples
    {'gone': ['https://x.net/1', 'https://x.net/2', 'https://x.net/3']}
    """
    known = examples.setdefault(name, [])
    url = shortened(url, LONGEST_URL)
    if len(known) < EXAMPLES and url not in known:
        known.append(url)
