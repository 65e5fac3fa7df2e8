"""JSON-LD: the objects of a page's blocks, which of them is this page's article, and what that one states."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from newscrawl.pages.layer import Layer
from newscrawl.pages.page import Page
from newscrawl.pages.stated_values import (
    MOST_VALUES,
    duration_seconds,
    first_of,
    first_text,
    keywords_of,
    paragraphs_of,
    text_of,
    texts_of_value,
    time_of,
    url_of,
)
from newscrawl.text import comparison_key, unique
from newscrawl.urls import absolute, canonical

Node = dict[str, Any]

_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|VideoObject|ImageGallery|Episode)$")
_MEDIA_TYPES = re.compile(r"(?:VideoObject|ImageGallery|Episode)$")
_OTHER_TYPES = frozenset(("ProfilePage", "CollectionPage", "SearchResultsPage", "AboutPage", "ContactPage"))
# The properties that lead from the description of a page to that of its article.
_INNER = ("@graph", "@list", "@set", "mainEntity", "mainEntityOfPage", "hasPart")
# Upper bound on the objects of a page that references are looked up in.
_MOST_NODES = 5000
# Shorter headlines are in the titles of many pages.
_SHORTEST_MATCH = 12


def read_json_ld(blocks: list[Any], page: Page, titles: Iterable[str]) -> Layer:
    """Return what the JSON-LD of a page states of its article.

    `blocks` are the values of its scripts, and `titles` are the titles that the rest of its head states. Of several
    articles, the one with the page's URL or title is taken.
    """
    nodes = list(islice(_nodes(blocks), _MOST_NODES))
    known = _Known(blocks)
    this = _ThisPage(page, titles)
    articles = [each for each in nodes if _is_article(each) or (each.get("headline") and not _types(each))]
    if not articles:
        other = next((name for each in nodes for name in _types(each) if name in _OTHER_TYPES), None)
        return Layer(name="json-ld", page_type=other)
    node = max(enumerate(articles), key=lambda pair: (*this.rank(pair[1]), -pair[0]))[1]
    # Parts of the same article, then the page that it is on, add what it does not state.
    same = [each for each in articles if each is not node and this.matches(each)]
    around = [each for each in nodes if any(name.endswith("WebPage") for name in _types(each))]
    videos = _videos(node, nodes)
    author = _people(known.resolved(node.get("author") or node.get("creator")))
    names = [name for name in texts_of_value(author) if "://" not in name]
    types = _types(node)
    return Layer(
        name="json-ld",
        page_type=next(filter(_ARTICLE_TYPES.search, types), None) or next(iter(types), None),
        url=first_text(node.get("url")),
        title=first_text(node.get("headline")) or first_text(node.get("name")),
        summary=first_text(node.get("description")),
        authors=unique(names),
        authors_are_listed=len(names) > 1,
        keywords=keywords_of(node.get("keywords")),
        published=first_of(
            [time_of(each.get(key)) for each in (node, *same, *around) for key in ("datePublished", "uploadDate")]
            + [time_of(each.get("dateCreated")) for each in (node, *same)]
        ),
        modified=first_of([time_of(each.get("dateModified")) for each in (node, *same, *around)]),
        section=first_text(node.get("articleSection")),
        thumbnail=url_of(known.resolved(node.get("image"))) or url_of(node.get("thumbnailUrl")),
        video_seconds=next(
            (found for each in videos if (found := duration_seconds(first_text(each.get("duration"))))), None
        ),
        videos=unique(
            video for each in videos if (video := text_of(each.get("contentUrl")) or text_of(each.get("embedUrl")))
        ),
        language=first_text(_language(node.get("inLanguage"))),
        article_body=first_of([paragraphs_of(first_of([each.get("articleBody")])) for each in (node, *same)]) or (),
    )


def _nodes(value: Any) -> Iterator[Node]:
    """Yield the objects of JSON-LD blocks: through lists, graphs, main entities and parts, not other properties."""
    pending = [value]
    while pending:
        value = pending.pop(0)
        if isinstance(value, list):
            pending = value[:MOST_VALUES] + pending
        elif isinstance(value, dict):
            yield value
            pending += [value[key] for key in _INNER if isinstance(value.get(key), list | dict)]


def _types(node: Node) -> list[str]:
    """Return the types of an object, without the vocabulary that some pages write before them."""
    types = node.get("@type")
    names = types[:MOST_VALUES] if isinstance(types, list) else [types]
    return [name.rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)]


def _is_article(node: Node) -> bool:
    return any(_ARTICLE_TYPES.search(name) for name in _types(node))


def _people(authors: Any) -> Any:
    """Return authors without the organizations that a list names beside people."""
    if not isinstance(authors, list):
        return authors
    typed = [(each, _types(each) if isinstance(each, dict) else []) for each in authors]
    if not any("Person" in types for _, types in typed):
        return authors
    return [
        each for each, types in typed if "Person" in types or not any(name.endswith("Organization") for name in types)
    ]


def _language(value: Any) -> Any:
    """Return the code of a language that is an object: its other name is the code."""
    if isinstance(value, dict):
        return value.get("alternateName") or value.get("name") or value.get("@value")
    return value


def _videos(node: Node, nodes: list[Node]) -> list[Node]:
    shown = node.get("video")
    inner = [each for each in (shown if isinstance(shown, list) else [shown]) if isinstance(each, dict)]
    return [*(each for each in nodes if "VideoObject" in _types(each)), *inner][:MOST_VALUES]


class _ThisPage:
    """The URL and the titles of a page, by which its article is known among others that it describes."""

    def __init__(self, page: Page, titles: Iterable[str]) -> None:
        self.base = page.base
        own = absolute(page.url, page.url)
        self.url = canonical(own) if own else None
        self.titles = [comparison_key(title) for title in titles]

    def rank(self, node: Node) -> tuple[int, bool, bool]:
        """Return how well an object fits: by URL and title, as a text, and by what it states."""
        fits = self.has_url(node) + self.has_title(node)
        is_media = any(map(_MEDIA_TYPES.search, _types(node)))
        return fits, bool(node.get("headline") or node.get("datePublished")), not is_media

    def matches(self, node: Node) -> bool:
        return self.has_url(node) or self.has_title(node)

    def has_url(self, node: Node) -> bool:
        page, name = node.get("mainEntityOfPage"), node.get("@id")
        # A fragment alone is a name on this page, whatever object has it.
        stated = [node.get("url"), page, name if isinstance(name, str) and not name.startswith("#") else None]
        if isinstance(page, dict):
            stated += [page.get("@id"), page.get("url")]
        urls = (absolute(self.base, each) for each in stated if isinstance(each, str))
        return self.url is not None and any(url and canonical(url) == self.url for url in urls)

    def has_title(self, node: Node) -> bool:
        key = comparison_key(first_text(node.get("headline")) or first_text(node.get("name")) or "")
        return bool(key) and any(
            key == title or (len(key) >= _SHORTEST_MATCH and title.startswith(key)) for title in self.titles
        )


class _Known:
    """The objects of a page by their `@id`."""

    def __init__(self, blocks: list[Any]) -> None:
        self.blocks = blocks

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        by_id: dict[str, Node] = {}
        pending: list[Any] = [self.blocks]
        for _ in range(_MOST_NODES):
            if not pending:
                break
            value = pending.pop()
            if isinstance(value, list):
                pending += value[:MOST_VALUES]
            elif isinstance(value, dict):
                name = value.get("@id")
                if isinstance(name, str) and len(value) > len(by_id.get(name, ())):
                    by_id[name] = value
                pending += [each for each in value.values() if isinstance(each, dict | list)]
        return by_id

    def resolved(self, value: Any) -> Any:
        """Return a value with the objects in place of references to them."""
        if isinstance(value, list):
            return [self._object(each) for each in value[:MOST_VALUES]]
        return self._object(value)

    def _object(self, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(name := value.get("@id"), str) and value.keys() <= {"@id", "@type"}:
            return self._by_id.get(name, value)
        return value
