"""What a page is made of, layer by layer: for the day on which the site is seen first, or has changed."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import fields
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element
from parsel import Selector

from newscrawl.almayadeen.editions import article_address, is_listing_family, menu_section
from newscrawl.dates import stamp
from newscrawl.errors import EmptyListingError, NotAnArticleError
from newscrawl.items import Article
from newscrawl.pages.article import parse_article_and_tags
from newscrawl.pages.encoding import page_selector
from newscrawl.pages.lines import visible_text
from newscrawl.pages.listing import parse_headlines, parse_listing, parse_menu
from newscrawl.pages.metadata import Layer, read_metadata
from newscrawl.text import fold, squeeze
from newscrawl.urls import absolute, on_site

_TELLING = tuple(each.name for each in fields(Article) if each.name not in ("id", "url", "edition", "provenance"))
_MOST_SHAPES = 30


def examine_article(
    body: bytes,
    url: str,
    downloaded: datetime,
    *,
    charset: str = "utf-8",
    families: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return what a story's page is made of: its metadata by layer, its body's markup, its fields, its dates.

    `downloaded` has a zone. A page that is no story has `error`, and what its metadata says all the same.
    """
    page = page_selector(body, charset)
    root = page.root
    if not isinstance(root, _Element):
        return {"url": url, "error": "not_an_article", "reason": "no HTML", "layers": {}}
    metadata = read_metadata(root)
    found: dict[str, Any] = {
        "url": url,
        "layers": {layer.name: _filled(layer) for layer in metadata.layers if _filled(layer)},
        "known_body": bool(root.xpath("boolean(//*[contains(@class, 'p-content')])")),
        "ticker_items": len(_list(root.xpath("//*[contains(@class, 'ticker__item')]"))),
        "named_summary": bool(_list(root.xpath("//p[contains(@class, 'summary')]"))),
    }
    try:
        article, tags = parse_article_and_tags(page, url, downloaded=downloaded, families=families)
    except NotAnArticleError as error:
        return {**found, "error": error.name, "reason": error.reason}
    paragraphs = article.body.split("\n\n") if article.body else []
    return {
        **found,
        "kind": article.kind,
        "title": article.title,
        "fields": {name: article.provenance.get(name, "page") for name in _TELLING if getattr(article, name)},
        "empty": [name for name in _TELLING if not getattr(article, name)],
        "body": {
            "layer": article.provenance.get("body"),
            "markup": markup_of(root, paragraphs),
            "words": article.word_count,
        },
        "dates": dates_of(metadata.layers, article, shown_alone(root, url, downloaded, families)),
        "tags": tags,
        "media_hosts": sorted({urlsplit(image.url).netloc for image in article.images}),
        "page_type": metadata.tawsiyat.page_type,
    }


def _filled(layer: Layer) -> list[str]:
    return [
        each.name
        for each in fields(Layer)
        if each.name not in ("name", "authors_are_listed") and getattr(layer, each.name) not in (None, ())
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def markup_of(root: _Element, paragraphs: Sequence[str]) -> str | None:
    """Return the element that holds the paragraphs, as `div.p-content > p`, or None when there is none.

    What stands before the sign is the innermost element around all of them, after it the one around the first.
    """
    wanted = [fold(paragraph)[:80] for paragraph in (paragraphs[0], paragraphs[-1])] if paragraphs else []
    if not wanted:
        return None
    holder = root
    while True:
        inner = next(
            (child for child in holder if isinstance(child.tag, str) and _holds(child, wanted)),
            None,
        )
        if inner is None:
            break
        holder = inner
    first = next((child for child in holder if isinstance(child.tag, str) and _holds(child, wanted[:1])), None)
    if first is None and (parent := holder.getparent()) is not None:
        # A single paragraph holds itself.
        holder, first = parent, holder
    return _name(holder) + (f" > {_name(first)}" if first is not None else "")


def _holds(element: _Element, wanted: Sequence[str]) -> bool:
    text = fold(visible_text(element))
    return all(each in text for each in wanted)


def _name(element: _Element) -> str:
    tag, classes = str(element.tag), squeeze(element.get("class") or "").split(" ")[0]
    return f"{tag}.{classes}" if classes else tag


def shown_alone(root: _Element, url: str, downloaded: datetime, families: Mapping[str, str]) -> Article | None:
    """Return what the page says to readers alone, its metadata left out, or None when that is no story."""
    bare = deepcopy(root)
    etree.strip_elements(bare, "meta", "script", "title", with_tail=False)
    try:
        return parse_article_and_tags(Selector(root=bare), url, downloaded=downloaded, families=families)[0]
    except NotAnArticleError:
        return None


def dates_of(layers: Sequence[Layer], article: Article, shown: Article | None) -> dict[str, Any]:
    """Return the dates that a story states by layer, as written and as UTC, and whether they agree to the minute.

    The date shown to readers names no zone; it is taken as Beirut's, and `beirut` tells whether that makes sense.
    """
    stated = {
        layer.name: {"raw": layer.published[1], "utc": stamp(layer.published[0])} for layer in layers if layer.published
    }
    minutes = {each["utc"][:16] for each in stated.values()}
    visible = shown.date_published if shown is not None else None
    return {
        "stated": stated,
        "taken": {
            "raw": article.date_raw,
            "utc": article.date_published,
            "from": article.provenance.get("date_published"),
        },
        "shown": {"raw": shown.date_raw, "utc": visible} if shown is not None and visible else None,
        "agree": len(minutes) == 1 if len(stated) > 1 else None,
        "beirut": visible[:16] in minutes if visible and minutes else None,
    }


def examine_listing(
    body: bytes,
    url: str,
    *,
    charset: str = "utf-8",
    aliases: Sequence[str] = (),
    families: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return what a listing shows: stories, ways to its next batch, and the shapes of the links that are no stories."""
    page = page_selector(body, charset)
    shapes: Counter[str] = Counter()
    tracked = 0
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    for link in page.xpath("//a/@href").getall():
        address = absolute(url, str(link))
        on = on_site(address, site, *aliases) if address else None
        tracked += "utm_" in link
        if on and not article_address(on, families) and not menu_section(on, ""):
            shapes[shape_of(on)] += 1
    found: dict[str, Any] = {
        "url": url,
        "other_links": dict(shapes.most_common(_MOST_SHAPES)),
        "tracked_links": tracked,
        "headlines": len(parse_headlines(page)),
    }
    try:
        listing = parse_listing(page, url, aliases=aliases, families=families)
    except EmptyListingError as error:
        return {**found, "error": error.name, "articles": [], "following": []}
    return {
        **found,
        "articles": [address for address in listing.articles if address not in listing.aside],
        "aside": len(listing.aside),
        "following": [[batch.way, batch.url] for batch in listing.following],
    }


def shape_of(url: str) -> str:
    """Return the shape of an address: its first parts, and what kind of thing each further one is.

    >>> shape_of("https://x.net/gallery/12345/a-long-slug?page=2"), shape_of("https://x.net/")
    ('/gallery/{number}/{slug}?page', '/')
    """
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    shown = [
        "{number}"
        if segment.isdecimal()
        else segment
        if number == 0 or (len(segment) < 16 and "-" not in segment)
        else "{slug}"
        for number, segment in enumerate(segments)
    ]
    query = re.sub(r"=[^&]*", "", parts.query)
    return "/" + "/".join(shown) + (f"?{query}" if query else "")


def examine_menu(body: bytes, url: str, *, charset: str = "utf-8", aliases: Sequence[str] = ()) -> dict[str, Any]:
    """Return the sections and regions that a page's menu shows, name → address, and what is learnt of other kinds."""
    sections = parse_menu(page_selector(body, charset), url, aliases=aliases)
    return {
        "sections": {section.name: section.url for section in sections if not section.is_region},
        "regions": {section.name: section.url for section in sections if section.is_region},
        "learnt": {urlsplit(section.url).path.lower(): section.kind for section in sections if section.kind},
        "unusual": [
            section.url for section in sections if not section.is_region and not is_listing_family(section.url)
        ],
    }
