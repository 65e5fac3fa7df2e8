"""An RSS, Atom or JSON feed in, URLs out."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml.etree import _Element

from newscrawl.errors import PageError
from newscrawl.pages.xml import XmlError, is_web, local_name, namespace, parse_xml, stated_url, value_of, xml_text
from newscrawl.text import unique

FEED_ROOTS = ("rss", "rdf", "feed")
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_DATES = ("updated", "pubdate", "published", "date", "modified", "issued")


class FeedError(PageError):
    """Raised by `parse_feed` for a response that is not a feed."""

    name = "feed"


class FeedEntry(NamedTuple):
    """One entry of a feed."""

    url: str
    date: str
    """The time that the entry states, as written; "" without one."""


def parse_feed(body: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs of a feed's entries, in its order, each once. `url` is the feed's URL.

    Raises `FeedError` for anything else than RSS, Atom or a JSON feed, and for one that is cut short.

    >>> parse_feed(b"<rss><channel><item><link>https://x.net/a</link></item></channel></rss>", "https://x.net/feed.rss")
    ('https://x.net/a',)
    """
    text = xml_text(body)
    if text.startswith("{"):
        return unique(_json_urls(text, url))
    try:
        root = parse_xml(text, url, FEED_ROOTS)
    except XmlError as error:
        raise FeedError(url, error.reason) from error
    return unique(entry.url for entry in entries_of(root, url))


def entries_of(root: _Element, url: str) -> list[FeedEntry]:
    """Return the entries below an element, in order, without those that lead nowhere. `url` is the feed's URL."""
    entries: list[FeedEntry] = []
    for item in root.iter("*"):
        if local_name(item) in ("item", "entry"):
            found = next(_urls_of(item, url), None)
            if found is not None:
                dates = {local_name(each): each.text or "" for each in item if local_name(each) in _DATES}
                entries.append(FeedEntry(found, next((dates[name] for name in _DATES if dates.get(name)), "")))
    return entries


def _urls_of(item: _Element, feed: str) -> Iterator[str]:
    """Yield what may be the URL of an entry, most certain first. Only the entry's own elements are looked at."""
    stated = sorted(_stated_urls(item), key=lambda each: each[0])
    for _, holder, text in stated:
        base = (holder.base or feed) if not text.lstrip().lower().startswith("http") else feed
        url = stated_url(text, base) or stated_url(text, feed)
        if url is not None and url != feed:
            yield url


def _stated_urls(item: _Element) -> Iterator[tuple[int, _Element, str]]:
    """Yield (rank, element, URL as written) of what an entry has; the lowest rank goes first."""
    space = namespace(item)
    for each in item:
        name, is_own, text = local_name(each), namespace(each) == space, value_of(each)
        if name == "origlink":
            # A service that passes feeds on writes its own link as the entry's, and here the one that it was given.
            yield 0, each, text
        elif name == "link":
            href = each.get("href") or ""
            relation = (each.get("rel") or "").lower().rpartition("/")[2]
            is_page = "html" in (each.get("type") or "html").lower()
            if text and is_own:
                yield 1, each, text
            if href and relation == "alternate":
                yield (2 if is_page else 4) if is_own else 5, each, href
            elif href and not relation:
                yield (3 if is_page else 4) if is_own else 8, each, href
            elif text and not href and not is_own:
                yield 6, each, text
        elif name == "guid" and text:
            permanent = (each.get("isPermaLink") or each.get("ispermalink") or "").strip().lower()
            if permanent != "false" and (permanent == "true" or is_web(text)):
                yield 7, each, text
        elif name in ("id", "identifier") and is_web(text):
            yield 7, each, text
    if is_web(about := item.get(_ABOUT) or ""):
        yield 7, item, about


def _json_urls(text: str, url: str) -> Iterator[str]:
    """Yield the URLs of a JSON feed's entries."""
    try:
        feed: Any = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise FeedError(url, f"not JSON: {error}") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version")):
        raise FeedError(url, "JSON, but not a JSON feed")
    for item in items:
        if isinstance(item, dict):
            own, identifier = (each if isinstance(each, str) else "" for each in (item.get("url"), item.get("id")))
            yield stated_url(own, url) or (stated_url(identifier, url) if is_web(identifier) else None) or ""
