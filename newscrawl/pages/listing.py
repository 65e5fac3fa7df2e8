"""The response of a listing in (a page, an HTML fragment or JSON); article URLs and candidates for the next batch out.

Articles are recognised by the shape of their URL, not by the markup of a card.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import article_url
from newscrawl.almayadeen.labels import ASIDE_LABELS
from newscrawl.almayadeen.markup import ASIDE, SURELY_ASIDE
from newscrawl.almayadeen.sections import menu_section
from newscrawl.errors import EmptyListingError
from newscrawl.pages.inner_text import first_words
from newscrawl.pages.json_answer import json_values
from newscrawl.pages.load_more import NextBatch, next_links, short_text, with_number
from newscrawl.pages.menu import read_menu
from newscrawl.pages.page import MAX_LINKS, Page, PageBody
from newscrawl.text import comparison_key
from newscrawl.urls import Site, canonical, path_of

_NEXT_KEY = re.compile(
    r"(?i)^(?:next|next_?url|next_?link|next_?page|next_?page_?url|more_?url|load_?more|load_?more_?url|next_?batch|more)$"
)
_MORE_KEY = re.compile(r"(?i)^(?:has_?more|has_?next|more|has_?next_?page|load_?more)$")
_LAST_KEY = re.compile(r"(?i)^(?:is_?last|last|end|finished|done|no_?more)$")
_URL_KEY = re.compile(r"(?i)(?:url|link|href|path|permalink|slug|uri)$")
_URL = re.compile(r"(?i)\s{0,9}(?:https?:)?[/\\][^\s<>]*\s{0,9}$")
_HOLDERS_OF_COUNTS = ("meta", "pagination", "paging", "pager", "data")
_MARKUP = re.compile(r"<[a-zA-Z]")
# A text in JSON may hold JSON itself, and its texts again.
_DEEPEST_JSON = 3
# How far inside a link a label of a list may be.
_DEEPEST_LINK = 60

MAX_TITLE = 300
"""Characters kept of a link's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One batch of a listing."""

    articles: tuple[str, ...]
    """Canonical article URLs on the site in page order, each once."""
    aside: frozenset[str] = field(default_factory=frozenset)
    """Those of `articles` that are only in the menu, the ticker, "Most Read" or the like, not in the listing."""
    following: tuple[NextBatch, ...] = ()
    """Candidates that the response shows, most explicit first; empty when it shows no way to go on."""
    is_last: bool = False
    """Whether the response says that nothing follows."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """URL of an article → the longest text of a link to it, where one has a text."""


def parse_listing(body: PageBody, url: str, *, charset: str | None = None, site: Site | None = None) -> Listing:
    """Return what the response of a listing shows.

    `body` is a page, a fragment or a JSON text that came from `url`. `site` is the site that is crawled; by default
    that of `url`. Links to other sites and invalid links (`javascript:`, `mailto:`, `http://[bad`) are skipped. Raises
    `EmptyListingError` when no link leads to an article.
    """
    return read_listing(Page(body, url, charset=charset, site=site))


def read_listing(page: Page) -> Listing:
    """Return what the response of a listing shows; raises `EmptyListingError` when no link leads to an article."""
    reader = _ListingReader(page)
    values = json_values(page.text) if page.is_json else []
    for value in values:
        reader.read_json(value)
    if not values:
        reader.read_html(page)
    return reader.result()


class _ListingReader:
    def __init__(self, page: Page) -> None:
        self.url = page.url
        self.base = page.url
        self.site = page.site
        self.articles: dict[str, bool] = {}
        """URL → whether it is in the listing itself, too."""
        self.in_columns: set[str] = set()
        """URLs in a side column or the like, but not in a menu and not under the label of another list."""
        self.titles: dict[str, str] = {}
        self.following: dict[str, str] = {}
        self.is_last = False

    def result(self) -> Listing:
        if not self.articles:
            raise EmptyListingError(self.url, "no link has the shape of an article's URL")
        aside = frozenset(url for url, is_main in self.articles.items() if not is_main)
        if len(aside) == len(self.articles):
            # The whole listing may be in a side column, but "Most Read" is never a listing.
            aside = frozenset(url for url in aside if url not in self.in_columns)
            if len(aside) == len(self.articles):
                raise EmptyListingError(self.url, 'articles only in menus, ticker, "Most Read" and the like')
        following = tuple(NextBatch(url=url, way=way) for url, way in self.following.items())
        return Listing(
            articles=tuple(self.articles),
            aside=aside,
            following=() if self.is_last else following,
            is_last=self.is_last,
            titles=self.titles,
        )

    # -- HTML ---------------------------------------------------------------------------------------------------

    def read_html(self, page: Page) -> None:
        self.base = page.base
        never, columns = _elements_aside(page.root)
        for link in page.links():
            url = self._own_link(link.get("href") or "")
            if url and article_url(url, self.site):
                is_other = link in never
                is_column = link in columns
                self._add_article(url, not is_other and not is_column)
                self._add_title(url, first_words(link, MAX_TITLE))
                if is_column and not is_other:
                    self.in_columns.add(canonical(url))
        for href, way in next_links(page):
            self._add_following(href, way)

    # -- JSON ---------------------------------------------------------------------------------------------------

    def read_json(self, value: Any, depth: int = 0) -> None:
        for key, each in _walk(value):
            if isinstance(each, str):
                self._read_string(key, each, depth)
            elif isinstance(each, bool):
                if _MORE_KEY.match(key):
                    self.is_last = self.is_last or not each
                elif _LAST_KEY.match(key):
                    self.is_last = self.is_last or each
            elif isinstance(each, int) and _NEXT_KEY.match(key) and 0 < each < 10**8:
                self._add_following(with_number(self.url, str(each)), "json")
        if isinstance(value, dict):
            self._read_counts(value)
            for name in _HOLDERS_OF_COUNTS:
                if isinstance(inner := value.get(name), dict):
                    self._read_counts(inner)

    def _read_counts(self, value: dict[str, Any]) -> None:
        pages = {key.lower(): each for key, each in value.items() if isinstance(each, int)}
        last = pages.get("last_page", pages.get("total_pages", pages.get("totalpages")))
        current = pages.get("current_page", pages.get("page", pages.get("currentpage")))
        if last is not None and current is not None and current >= last:
            self.is_last = True

    def _read_string(self, key: str, text: str, depth: int) -> None:
        if "<" not in text and "&lt;" in text:
            text = html.unescape(text)
        if depth < _DEEPEST_JSON and text[:1] in ("{", "[", '"') and (values := json_values(text)):
            for value in values:
                self.read_json(value, depth + 1)
        elif "<" in text and _MARKUP.search(text):
            base = self.base
            self.read_html(Page(text, self.url, site=self.site))
            self.base = base
        elif _NEXT_KEY.match(key) and text.strip():
            number = text.strip()
            is_number = number.isascii() and number.isdecimal() and len(number) < 9
            self._add_following(with_number(self.url, number) if is_number else text, "json")
        elif (
            (_URL_KEY.search(key) or _URL.match(text)) and (url := self._own_link(text)) and article_url(url, self.site)
        ):
            self._add_article(url, True)

    # -- common -------------------------------------------------------------------------------------------------

    def _own_link(self, href: str) -> str | None:
        return self.site.own_link(self.base, href)

    def _add_article(self, url: str, is_main: bool) -> None:
        url = canonical(url)
        if len(self.articles) < MAX_LINKS:
            self.articles[url] = self.articles.get(url, False) or is_main

    def _add_title(self, url: str, title: str) -> None:
        url = canonical(url)
        if len(title) > len(self.titles.get(url, "")) and len(self.titles) < MAX_LINKS:
            self.titles[url] = title

    def _add_following(self, href: str, way: str) -> None:
        url = self._own_link(href)
        # A link to an article, to another section or to this batch does not lead to the next batch.
        if url is None or article_url(url, self.site) or url == self._own_link(self.url):
            return
        if menu_section(url, "") and "?" not in url and path_of(url) != path_of(self.url):
            return
        if len(self.following) < 50:
            self.following.setdefault(url, way)


def _elements_aside(root: _Element) -> tuple[set[_Element], set[_Element]]:
    """Return the elements whose links are not in the listing: the certain ones (menus, ticker, "Most Read", footer)
    and the possible ones (a side column). Of an element in them, all that is inside it is in them, too.
    """
    never: set[_Element] = set()
    columns: set[_Element] = set()
    labels: _Labels | None = None
    for element in root.iter("*"):
        parent = element.getparent()
        for elements in (never, columns):
            if parent in elements:
                elements.add(element)
        if element.tag in ("nav", "footer"):
            never.add(element)
            continue
        if element.tag in ("aside", "header"):
            columns.add(element)
            continue
        classes = element.get("class")
        if classes and element.tag not in ("body", "html", "main") and ASIDE.search(classes.lower()):
            (never if SURELY_ASIDE.search(classes.lower()) else columns).add(element)
        elif element.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong"):
            text = (element.text or "").strip() or (short_text(element) if element.tag in ("h2", "h3", "h4") else "")
            if text and len(text) < 40 and comparison_key(text) in ASIDE_LABELS:
                labels = labels or _Labels(root)
                never.update(labels.links_under(element))
    return never, columns


class _Labels:
    """Finds the links under the labels of a page, in a time that grows with the page's size, however many there are."""

    def __init__(self, root: _Element) -> None:
        self.with_links: set[_Element] = set()
        """The elements that are links or have links inside."""
        self.covered: set[_Element] = set()
        """The elements of which all links are known to be under a label."""
        self.holder_of: dict[_Element, _Element | None] = {}
        """Element without links → the nearest element around it that has some."""
        for link in root.iter("a"):
            element: _Element | None = link
            while element is not None and element not in self.with_links:
                self.with_links.add(element)
                element = element.getparent()

    def links_under(self, label: _Element) -> list[_Element]:
        """Return the links under a label, up to the next label of the same tag."""
        holder: _Element | None = label
        climbed: list[_Element] = []
        while holder is not None and holder not in self.with_links:
            climbed.append(holder)
            holder = self.holder_of[holder] if holder in self.holder_of else holder.getparent()
        self.holder_of.update(dict.fromkeys(climbed, holder))
        if holder is None or holder in self.covered:
            return []
        is_heading = label.tag in ("h1", "h2", "h3", "h4", "h5", "h6")
        links: list[_Element] = []
        seen: list[_Element] = []
        for element in _elements_after(label, holder):
            if is_heading and element.tag == label.tag and element not in self.with_links:
                if all(each.tag != "a" for each in islice(element.iterancestors(), _DEEPEST_LINK)):
                    return links
            elif element.tag == "a":
                links.append(element)
            seen.append(element)
        self.covered.update(seen, [holder])
        return links


def _elements_after(start: _Element, holder: _Element) -> Iterator[_Element]:
    """Yield the elements of `holder` that begin after `start`, in the page's order."""
    element: _Element | None = start
    while element is not None:
        following = element[0] if len(element) else None
        while following is None and element is not None and element is not holder:
            following = element.getnext()
            element = element.getparent()
        element = following
        if element is not None and isinstance(element.tag, str):
            yield element


def _walk(value: Any) -> Iterable[tuple[str, Any]]:
    """Yield each string, number, boolean and null in a JSON value with its key, in order."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        key, each = pending.pop()
        if isinstance(each, dict):
            pending += [(str(name), part) for name, part in reversed(each.items())]
        elif isinstance(each, list):
            pending += [(key, part) for part in reversed(each)]
        else:
            yield key, each


def is_no_batch(page: Page, way: str) -> bool:
    """Return whether an answer without articles is none that a listing ends with: an error, or another page.

    A listing ends with an empty list or an empty text, or with a page like those before it, with the site's menu.
    `way` is how it was found (`NextBatch.way`).

    >>> [is_no_batch(Page(body, "https://x.net/more"), "json") for body in (b'{"error": "busy"}', b'{"items": []}')]
    [True, False]
    """
    if page.is_json:
        return not any(map(_has_empty_part, json_values(page.text)))
    return way in ("rel-next", "pagination") and not read_menu(page)


def _has_empty_part(value: Any, depth: int = 3) -> bool:
    """Return whether a value of JSON is or holds an empty list, or a text that is empty or markup."""
    if isinstance(value, list):
        return True
    if isinstance(value, str):
        return not value.strip() or "<" in value
    return isinstance(value, dict) and depth > 0 and any(_has_empty_part(each, depth - 1) for each in value.values())
