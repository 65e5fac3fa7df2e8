"""The metadata of an article page: the tawsiyat block, JSON-LD, and meta elements.

Each of the three is a `Layer` with the same fields. A missing or broken layer does not affect the others.
`layer_choice.py` and `article.py` decide between the layers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml.etree import _Element

from newscrawl.almayadeen.markup import TAWSIYAT_ID, TAWSIYAT_TYPE
from newscrawl.pages.broken_json import loads, loads_all
from newscrawl.pages.json_ld import read_json_ld
from newscrawl.pages.layer import Layer
from newscrawl.pages.page import Page
from newscrawl.pages.stated_values import (
    MOST_VALUES,
    duration_seconds,
    first_of,
    first_text,
    keywords_of,
    text_of,
    texts_of_value,
    time_of,
    url_of,
)
from newscrawl.pages.times import Time, most_exact
from newscrawl.text import comparison_key, unique

__all__ = ["Layer", "Metadata", "read_metadata"]

# Names of meta elements as `comparison_key` writes them: `article:published_time`, `dc.date.issued`. The first that is
# there is taken, so names that may mean another time go last.
_PUBLISHED_NAMES = (
    "articlepublishedtime", "datepublished", "ogarticlepublishedtime", "ogpublishedtime", "articlepublished",
    "articlepublisheddate", "originalpublicationdate", "rnewsdatepublished", "publishedtime", "publisheddate",
    "publishedat", "publishdate", "publishtime", "publicationdate", "datepublication", "datepublish", "pubdate",
    "parselypubdate", "parselypublishdate", "sailthrudate", "cxenseparserecspublishtime", "cxenseparsepublishtime",
    "cxenseparserecsarticlepublishtime", "btpubdate", "dctermsissued", "dcdateissued", "dcissued",
    "citationpublicationdate",
    "citationdate", "citationonlinedate", "prismpublicationdate", "articledateoriginal", "articledatepublished",
    "articledate", "articlecreated", "dctermscreated", "dcdatecreated", "dccreated", "datecreated", "displaydate",
    "dcsextarticlefirstpublished", "videoreleasedate", "ogreleasedate", "releasedate", "postdate", "storydate",
    "newsdate", "dctermsdate", "dcdate", "date", "created", "creationdate", "timestamp", "ptime",
)  # fmt: skip
_MODIFIED_NAMES = (
    "articlemodifiedtime", "datemodified", "ogarticlemodifiedtime", "ogmodifiedtime", "ogupdatedtime",
    "articlemodified",
    "articleupdatedtime", "articleupdated", "modifiedtime", "modifieddate", "modified", "lastmodifieddate",
    "lastmodified",
    "lastmod", "lastupdated", "lastupdate", "updatedat", "updatedtime", "updateddate", "updated", "dateupdated",
    "datemodification", "dctermsmodified", "dcdatemodified", "dcmodified", "revised", "revisiondate",
    "parselymodifieddate",
    "sailthrumodifieddate", "cxenseparserecsmodifiedtime", "utime",
)  # fmt: skip
_AUTHOR_NAMES = (
    "author", "articleauthor", "ogarticleauthor", "ogauthor", "authors", "authorname", "articleauthorname",
    "articleauthors", "parselyauthor", "sailthruauthor", "dccreator", "dctermscreator", "rnewscreator",
    "citationauthor",
    "cxenseparserecsauthor", "cxenseparseauthor", "btauthor", "byline", "byl", "creator",
)  # fmt: skip
# An `itemprop` inside an object of another type describes that object: a comment, a person, a picture.
_ARTICLE_SCOPE = ("article", "posting", "page", "creativework", "videoobject", "gallery", "episode")
_LONGEST_NESTING = 60
_LONGEST_NAME = 200


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
    linked: list[Any] = []
    metas = _Metas()
    for element in page.head_elements["meta"]:
        if content := element.get("content"):
            metas.add(element, content)
    for element in page.head_elements["time"]:
        if element.get("itemprop") and (stated := element.get("datetime") or element.get("content")):
            metas.add(element, stated)
    for element in page.head_elements["script"]:
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if kind == TAWSIYAT_TYPE or element.get("id") == TAWSIYAT_ID:
            if tawsiyat is None and isinstance(value := loads(element.text or ""), dict):
                tawsiyat = _tawsiyat(value)
        elif kind == "application/ld+json":
            linked += loads_all(element.text or "")
    titles = (text_of(element.text) for element in page.head_elements["title"] if not _inside_picture(element))
    title = next((text for text in titles if text), None)
    lang = page.root.get("lang") or page.root.get("{http://www.w3.org/XML/1998/namespace}lang")
    meta = _meta(metas, lang)
    others = [text for text in (meta.title, metas.first("twitter:title"), tawsiyat and tawsiyat.title, title) if text]
    return Metadata(
        tawsiyat=tawsiyat or Layer(name="tawsiyat"),
        json_ld=read_json_ld(linked, page, others),
        meta=meta,
        document_title=title,
    )


def _inside_picture(title: _Element) -> bool:
    parent = title.getparent()
    return parent is not None and parent.tag != "head"


def _tawsiyat(value: dict[str, Any]) -> Layer:
    classes: dict[str, list[str]] = {}
    stated = value.get("classes")
    for each in stated if isinstance(stated, list) else []:
        if (
            isinstance(each, dict)
            and (mapping := text_of(each.get("mapping")))
            and (text := text_of(each.get("value")))
        ):
            classes.setdefault(mapping.lower(), []).append(text)

    def first_class(mapping: str) -> str | None:
        return classes.get(mapping, [None])[0]

    # `classes` lists the authors one by one; `author` has them in one string.
    listed = tuple(dict.fromkeys(classes.get("author", [])))
    stated_author = tuple(texts_of_value(value.get("author")))
    several = len(listed) > 1 or isinstance(value.get("author"), list)
    return Layer(
        name="tawsiyat",
        page_type=first_text(value.get("type")),
        post_id=first_text(value.get("postid")),
        url=first_text(value.get("url")),
        title=first_text(value.get("title")),
        summary=first_text(value.get("description")),
        authors=listed if len(listed) > 1 else stated_author or listed,
        authors_are_listed=several,
        keywords=keywords_of(value.get("keywords")),
        published=time_of(value.get("published_time")),
        modified=time_of(value.get("last_updated")),
        section=first_class("category"),
        country=first_class("country"),
        coverage=first_class("coverage"),
        posttype=first_class("posttype"),
        thumbnail=url_of(value.get("thumbnail")),
        video_seconds=duration_seconds(first_text(value.get("video_duration"))),
        language=first_text(value.get("lang")),
    )


# The same names are on every page.
@lru_cache(maxsize=1024)
def _spelled(name: str) -> tuple[str, str]:
    """Return the name of a meta element as it is looked for: in lower case, and by its letters alone."""
    name = name.strip().lower()
    return name, comparison_key(name)


class _Metas:
    """The values of the meta elements of a page, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[str]] = {}
        self.by_key: dict[str, list[str]] = {}
        """The same by the letters of the name alone: publishers separate its words in many ways."""

    def add(self, element: _Element, content: str) -> None:
        """Add the value of an element under each name that it has."""
        described = element.get("itemprop")
        names = {name for name in (element.get("property"), element.get("name"), described) if name}
        if described and not _describes_article(element):
            return
        spelled = {_spelled(name[:_LONGEST_NAME]) for name in names}
        for table, keys in ((self.by_name, {name for name, _ in spelled}), (self.by_key, {key for _, key in spelled})):
            for key in keys:
                if key and len(values := table.setdefault(key, [])) < MOST_VALUES:
                    values.append(content)

    def first(self, *names: str) -> str | None:
        """Return the first text under the first of the names that has one."""
        return next((text for name in names for value in self.by_name.get(name, ()) if (text := text_of(value))), None)

    def time(self, keys: Iterable[str]) -> Time | None:
        """Return the time under the first of the keys that has one, as the most exact of the others states it."""
        times = [found for key in keys for value in self.by_key.get(key, ())[:3] if (found := time_of(value))]
        return times[most_exact(times)] if times else None

    def authors(self) -> tuple[str, ...]:
        """Return the authors under the first of the names that has any. URLs and names of accounts are no names."""
        for key in _AUTHOR_NAMES:
            texts = (text for value in self.by_key.get(key, ()) if (text := text_of(value)))
            if names := unique(text for text in texts if "://" not in text and not text.startswith("@")):
                return names
        return ()


def _describes_article(element: _Element) -> bool:
    """Return whether the `itemprop` of an element describes the page's article, not an object inside it."""
    for box in islice(element.iterancestors(), _LONGEST_NESTING):
        if box.get("itemscope") is not None:
            kind = (box.get("itemtype") or "").lower()
            return not kind or any(word in kind for word in _ARTICLE_SCOPE)
    return True


def _meta(metas: _Metas, lang: str | None) -> Layer:
    first, by_name = metas.first, metas.by_name
    authors = metas.authors()
    keywords = keywords_of(first_of([by_name.get(name) for name in ("keywords", "news_keywords", "article:tag")]) or [])
    return Layer(
        name="meta",
        page_type=first("og:type"),
        post_id=first("postid", "post-id", "article:id"),
        url=first("og:url"),
        title=first("og:title", "twitter:title"),
        summary=first("description", "og:description", "twitter:description"),
        authors=authors,
        authors_are_listed=len(authors) > 1,
        keywords=keywords,
        published=metas.time(_PUBLISHED_NAMES),
        modified=metas.time(_MODIFIED_NAMES),
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
        language=text_of(lang) or first("og:locale", "language"),
    )
