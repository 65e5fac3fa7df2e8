"""Shapes of pages that cost more than linear time in careless readers: each can be made in any size.

The text of all of them is invented. A shape belongs to one reader, and `Shape.page(count)` makes the input that the
reader is given; twice the count gives an input of twice the length.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newscrawl.almayadeen.labels import ASIDE_LABELS, END_LABELS, RELATED_LABELS
from newscrawl.dates import fold_for_dates
from newscrawl.errors import PageError
from newscrawl.pages import parse_article, parse_feed, parse_headlines, parse_listing, parse_menu, parse_sitemap
from newscrawl.pages.date_forms import find_dates
from newscrawl.pages.times import parse_shown, parse_stated
from newscrawl.text import clean, clean_body, comparison_words, content_hash
from newscrawl.urls import absolute, canonical, on_site, without_tracking

ROOT = "https://x.net"
NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
SENTENCE = "<p>A sentence of the body stands here, with some words in it.</p>"


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of input."""

    name: str
    read: Callable[[Any], object]
    page: Callable[[int], Any]
    start: int
    """The smallest count that is measured."""


def page(inside: str = "", *, head: str = "", above: str = "", after: str = "") -> str:
    """Return an article's page with text in its body, its head, between headline and body, or behind the body."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>A title</title>{head}</head><body><main><h1>A title</h1>{above}'
        f'<div class="p-content">{SENTENCE * 4}{inside}</div></main>{after}</body></html>'
    )


def article(text: str) -> object:
    """Read a page as a news article."""
    return _read(text, "/news/politics/a-b-c")


def film(text: str) -> object:
    """Read a page as an article that may have no text."""
    return _read(text, "/videos/a-b-c")


def gallery(text: str) -> object:
    """Read a page as a gallery of pictures."""
    return _read(text, "/gallery/a-b-c")


def _read(text: str, path: str) -> object:
    try:
        return parse_article(text.encode(), ROOT + path, downloaded=NOW)
    except PageError as error:
        return error


def listing(text: str) -> object:
    """Read a page or an answer of "load more" as a listing."""
    try:
        return parse_listing(text.encode(), f"{ROOT}/news/politics")
    except PageError as error:
        return error


def menu(text: str) -> object:
    """Read the menu of a page."""
    return parse_menu(text.encode(), ROOT)


def ticker(text: str) -> object:
    """Read the ticker of a page."""
    return parse_headlines(text.encode())


def sitemap(text: str) -> object:
    """Read a sitemap."""
    try:
        return parse_sitemap(text.encode(), f"{ROOT}/sitemap.xml")
    except PageError as error:
        return error


def feed(text: str) -> object:
    """Read a feed."""
    try:
        return parse_feed(text.encode(), f"{ROOT}/feed")
    except PageError as error:
        return error


def dates(text: str) -> object:
    """Read a text as a stated and as a shown time, and find all dates in it."""
    return parse_stated(text), parse_shown(text, NOW), list(find_dates(fold_for_dates(text)))


def text(given: str) -> object:
    """Clean a text, and compare it."""
    return clean(given), clean_body(given), comparison_words(given), content_hash(given, given, given)


def address(given: str) -> object:
    """Make a link absolute, and its URL canonical."""
    url = absolute(f"{ROOT}/a/b", given)
    try:
        return canonical(given), without_tracking(given), on_site(given, ROOT), url
    except ValueError:
        return url


def ld(value: object) -> str:
    """Return a block of JSON-LD: a text as it is, any other value as JSON."""
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def each(form: str, count: int) -> str:
    """Return a form as often as said; `#` in it is the number."""
    return "".join(form.replace("#", str(number)) for number in range(count))


def nested(tag: str, form: str, count: int) -> str:
    """Return elements, one in the other, down to what the parser of HTML reads; and what is left beside them, likewise.

    `form` begins with the element `tag` and does not close it.
    """
    whole, rest = divmod(count, DEEPEST)
    return (form * DEEPEST + f"</{tag}>" * DEEPEST) * whole + form * rest + f"</{tag}>" * rest


def bound(value: str, make: Callable[[str, int], Any]) -> Callable[[int], Any]:
    """Return what makes the input of a shape with a value, such as the name of a box."""
    return lambda count: make(value, count)


SENTENCE_LINE = "A sentence of some words stands here, and it has an end. "
STORY = '<a href="/news/politics/story-#-of-a-day">Story number # of the day</a>'
CARD = f'<article><h3>{STORY}</h3><img src="/i#.jpg"><p>{SENTENCE_LINE}</p></article>'
LABELS = sorted(ASIDE_LABELS)[:3] + sorted(END_LABELS)[:3] + sorted(RELATED_LABELS)[:3]
NAMES = "share social promo comments related ticker breaking sidebar footer summary caption slider newsletter hidden"
DEEPEST = 1900
"""Elements in one another; the parser of HTML reads 2,047."""
NESTED = DEEPEST // 4
"""Where shapes with elements in one another begin: their last doublings are as deep as a page can be."""
