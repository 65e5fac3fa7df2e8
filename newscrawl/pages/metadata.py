"""The metadata of an article page: the tawsiyat block, JSON-LD, and meta elements.

Each of the three is a `Layer` with the same fields. A missing or broken layer does not affect the others.
`layer_choice.py` and `article.py` decide between the layers.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml.etree import _Element
from w3lib.html import remove_tags

from newscrawl.almayadeen.markup import TAWSIYAT_ID, TAWSIYAT_TYPE
from newscrawl.pages.times import parse_stated
from newscrawl.pages.page import Page
from newscrawl.text import collapse_spaces

_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|VideoObject|ImageGallery|Episode)$")
_OTHER_TYPES = frozenset(("ProfilePage", "CollectionPage", "SearchResultsPage", "AboutPage", "ContactPage"))
_DURATION = re.compile(r"P(?:(\d{1,3})D)?T?(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d+)?S)?")
_STRING_OR_TRAILING_COMMA = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_WRAPPING = re.compile(
    r"^\s*(?:(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*/)?)|(?:(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?)\s*$"
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
# Upper bound on values of one field; only a hostile or broken page reaches it.
_MOST_VALUES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one layer of the metadata states; None or () for fields that it does not state.

    Texts are on one line, with entities decoded and tags removed. Times have a zone, and come with the text that they
    were read from. URLs are as written.
    """

    name: str
    page_type: str | None = None
    post_id: str | None = None
    url: str | None = None
    """The page's own URL, as it states it."""
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    authors_are_listed: bool = False
    """Whether each of `authors` is one author; if not, a string may name several authors."""
    keywords: tuple[str, ...] = ()
    published: tuple[datetime, str] | None = None
    modified: tuple[datetime, str] | None = None
    section: str | None = None
    country: str | None = None
    coverage: str | None = None
    posttype: str | None = None
    thumbnail: str | None = None
    video_seconds: int | None = None
    videos: tuple[str, ...] = ()
    """URLs of video files and players; a video's file, else its player."""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The three layers of a page, most trusted first."""

    tawsiyat: Layer = field(default=Layer(name="tawsiyat"))
    json_ld: Layer = field(default=Layer(name="json-ld"))
    meta: Layer = field(default=Layer(name="meta"))
    document_title: str | None = None
    """The `title` element, which also names the site."""

    @property
    def layers(self) -> tuple[Layer, Layer, Layer]:
        """The layers, most trusted first."""
        return self.tawsiyat, self.json_ld, self.meta


def read_metadata(page: Page) -> Metadata:
    """Return what a page's metadata states. Never raises an error, whatever is in the page."""
    tawsiyat: Layer | None = None
    linked: list[dict[str, Any]] = []
    metas: dict[str, list[str]] = {}
    for element in page.head_elements["meta"]:
        content = element.get("content")
        key = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        if key and content and len(metas.setdefault(key, [])) < _MOST_VALUES:
            metas[key].append(content)
    for element in page.head_elements["script"]:
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if kind == TAWSIYAT_TYPE or element.get("id") == TAWSIYAT_ID:
            if tawsiyat is None and isinstance(value := loads(element.text or ""), dict):
                tawsiyat = _tawsiyat(value)
        elif kind == "application/ld+json":
            linked.extend(_nodes(loads(element.text or "")))
    titles = (_text(element.text) for element in page.head_elements["title"] if not _inside_picture(element))
    title = next((text for text in titles if text), None)
    return Metadata(
        tawsiyat=tawsiyat or Layer(name="tawsiyat"),
        json_ld=_json_ld(linked),
        meta=_meta(metas, page.root.get("lang") or page.root.get("{http://www.w3.org/XML/1998/namespace}lang")),
        document_title=title,
    )


def loads(text: str) -> Any:
    """Return the value of a JSON text that may be slightly broken, or None.

    If a text cannot be read, these faults are repaired: comment or CDATA marks around it, invalid escapes, commas
    before a closing bracket, and HTML entities. A byte-order mark is always removed, and NaN becomes None.

    >>> loads('\\ufeff{"a": [1, 2,], "b": NaN,}')
    {'a': [1, 2], 'b': None}
    >>> loads('{&quot;a&quot;: &quot;it\\\\\\'s&quot;}')
    {'a': "it\\\\'s"}
    >>> loads("{") is None
    True
    """
    text = text.strip().strip("\ufeff").strip()
    if not text:
        return None
    for repair in (None, _unwrapped, _without_trailing_commas, html.unescape):
        if repair is not None:
            text = repair(text)
        try:
            # `raw_decode` reads the first value and ignores what comes after it, such as a semicolon of a template.
            return _DECODER.raw_decode(text)[0]
        except (ValueError, RecursionError):
            continue
    return loads_unescaped(text)


def loads_unescaped(text: str) -> Any:
    """Return the value of a JSON text whose entities were decoded, which may have left trailing commas; or None."""
    try:
        return _DECODER.raw_decode(_without_trailing_commas(text))[0]
    except (ValueError, RecursionError):
        return None


_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)


def _unwrapped(text: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _WRAPPING.sub("", text)).strip().strip("\ufeff")


def _without_trailing_commas(text: str) -> str:
    return _STRING_OR_TRAILING_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text)


def _inside_picture(title: _Element) -> bool:
    parent = title.getparent()
    return parent is not None and parent.tag != "head"


def _text(value: Any) -> str | None:
    """Return a text or number on one line, with entities decoded and tags removed; None for other values."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    if "&" in text:
        text = html.unescape(text)
    if "<" in text and _MARKUP.search(text):
        text = html.unescape(remove_tags(text))
    return collapse_spaces(text) or None


def _texts(value: Any) -> list[str]:
    """Return the texts in a value that is a text, an object with a `name`, or a list of these."""
    values = value if isinstance(value, list) else [value]
    found: list[str | None] = []
    for each in values[:_MOST_VALUES]:
        name = each.get("name") if isinstance(each, dict) else each
        found += _texts(name) if isinstance(name, list) and isinstance(each, dict) else [_text(name)]
    return [text for text in found if text]


def _first(value: Any) -> str | None:
    return next(iter(_texts(value)), None)


def _keywords(value: Any) -> tuple[str, ...]:
    parts: list[str] = []
    for text in _texts(value):
        parts += [text] if isinstance(value, list) and "," not in text else re.split(r"[,،;؛]", text)
    return tuple(dict.fromkeys(word for part in parts if (word := collapse_spaces(part))))


def _time(value: Any) -> tuple[datetime, str] | None:
    text = _first(value)
    moment = parse_stated(text) if text else None
    return (moment, text) if moment and text else None


def _number(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def duration_seconds(text: str | None) -> int | None:
    """Return the seconds of a duration, written as a number of seconds or by ISO 8601; None for other texts.

    >>> duration_seconds("PT2M31S"), duration_seconds("151"), duration_seconds("soon"), duration_seconds("PT")
    (151, 151, None, None)
    """
    if (number := _number(text)) is not None or not text:
        return number
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _url(value: Any) -> str | None:
    if isinstance(value, list):
        return next((found for each in value if (found := _url(each))), None)
    if isinstance(value, dict):
        return _url(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return _text(value)


def _tawsiyat(value: dict[str, Any]) -> Layer:
    classes: dict[str, list[str]] = {}
    stated = value.get("classes")
    for each in stated if isinstance(stated, list) else []:
        if isinstance(each, dict) and (mapping := _text(each.get("mapping"))) and (text := _text(each.get("value"))):
            classes.setdefault(mapping.lower(), []).append(text)

    def first_class(mapping: str) -> str | None:
        return classes.get(mapping, [None])[0]

    # `classes` lists the authors one by one; `author` has them in one string.
    listed = tuple(dict.fromkeys(classes.get("author", [])))
    stated_author = tuple(_texts(value.get("author")))
    several = len(listed) > 1 or isinstance(value.get("author"), list)
    return Layer(
        name="tawsiyat",
        page_type=_first(value.get("type")),
        post_id=_first(value.get("postid")),
        url=_first(value.get("url")),
        title=_first(value.get("title")),
        summary=_first(value.get("description")),
        authors=listed if len(listed) > 1 else stated_author or listed,
        authors_are_listed=several,
        keywords=_keywords(value.get("keywords")),
        published=_time(value.get("published_time")),
        modified=_time(value.get("last_updated")),
        section=first_class("category"),
        country=first_class("country"),
        coverage=first_class("coverage"),
        posttype=first_class("posttype"),
        thumbnail=_url(value.get("thumbnail")),
        video_seconds=duration_seconds(_first(value.get("video_duration"))),
        language=_first(value.get("lang")),
    )


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-LD block: through lists, `@graph` and `mainEntity`, not other properties."""
    pending = [value]
    while pending:
        value = pending.pop(0)
        if isinstance(value, list):
            pending = value[:_MOST_VALUES] + pending
        elif isinstance(value, dict):
            yield value
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                if isinstance(value.get(key), list | dict):
                    pending.append(value[key])


def _json_ld(nodes: list[dict[str, Any]]) -> Layer:
    def is_article(node: dict[str, Any]) -> bool:
        types = node.get("@type")
        names = types if isinstance(types, list) else [types]
        return any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in names)

    node = next(
        (node for node in nodes if is_article(node) and (node.get("headline") or node.get("datePublished"))),
        next((node for node in nodes if is_article(node) or node.get("headline")), None),
    )
    if node is None:
        other = next((name for each in nodes for name in _texts(each.get("@type")) if name in _OTHER_TYPES), None)
        return Layer(name="json-ld", page_type=other)
    video_nodes = [each for each in nodes if "VideoObject" in _texts(each.get("@type"))]
    shown = node.get("video")
    video_nodes += [each for each in (shown if isinstance(shown, list) else [shown]) if isinstance(each, dict)]
    author = node.get("author") or node.get("creator")
    types = node.get("@type")
    return Layer(
        name="json-ld",
        page_type=_first(types),
        url=_first(node.get("url")),
        title=_first(node.get("headline")) or _first(node.get("name")),
        summary=_first(node.get("description")),
        authors=tuple(dict.fromkeys(_texts(author))),
        authors_are_listed=isinstance(author, list) and len(author) > 1,
        keywords=_keywords(node.get("keywords")),
        published=_time(node.get("datePublished")) or _time(node.get("uploadDate")),
        modified=_time(node.get("dateModified")),
        section=_first(node.get("articleSection")),
        thumbnail=_url(node.get("image")) or _url(node.get("thumbnailUrl")),
        video_seconds=next(
            (found for each in video_nodes if (found := duration_seconds(_first(each.get("duration"))))), None
        ),
        videos=tuple(
            dict.fromkeys(
                video
                for each in video_nodes[:_MOST_VALUES]
                if (video := _text(each.get("contentUrl")) or _text(each.get("embedUrl")))
            )
        ),
        language=_first(node.get("inLanguage")),
    )


def _meta(metas: dict[str, list[str]], lang: str | None) -> Layer:
    def first(*names: str) -> str | None:
        return next((text for name in names for value in metas.get(name, ()) if (text := _text(value))), None)

    def time(*names: str) -> tuple[datetime, str] | None:
        return next((found for name in names for value in metas.get(name, ()) if (found := _time(value))), None)

    # `article:author` is a URL on many sites, not a name.
    names = [text for key in ("author", "article:author") for value in metas.get(key, ()) if (text := _text(value))]
    authors = tuple(dict.fromkeys(name for name in names if "://" not in name))
    keywords = _keywords(metas.get("keywords", []) or metas.get("news_keywords", []) or metas.get("article:tag", []))
    return Layer(
        name="meta",
        page_type=first("og:type"),
        post_id=first("postid", "post-id", "article:id"),
        url=first("og:url"),
        title=first("og:title", "twitter:title"),
        summary=first("description", "og:description", "twitter:description"),
        authors=authors[:1] if len(authors) > 1 and len(metas.get("author", ())) == 1 else authors,
        authors_are_listed=len(metas.get("author", ())) > 1,
        keywords=keywords,
        published=time("article:published_time", "datepublished", "publish_date", "pubdate"),
        modified=time("article:modified_time", "og:updated_time", "datemodified"),
        section=first("article:section"),
        thumbnail=first("og:image", "og:image:url", "twitter:image"),
        video_seconds=duration_seconds(first("og:video:duration", "video:duration")),
        videos=tuple(
            found
            for found in (
                first("og:video:secure_url", "og:video:url", "og:video", "twitter:player:stream", "twitter:player"),
            )
            if found
        ),
        language=_text(lang) or first("og:locale", "language"),
    )
