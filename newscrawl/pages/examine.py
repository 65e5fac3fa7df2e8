"""What a page consists of, layer by layer, for `scrapy doctor`: to check the readers on a new or a changed site."""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import fields
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element
from parsel import Selector

from newscrawl.almayadeen.addresses import article_url, is_listing_path
from newscrawl.almayadeen.markup import NAMED_SUMMARY, TICKER_ITEM
from newscrawl.almayadeen.sections import menu_section
from newscrawl.dates import format_utc
from newscrawl.errors import EmptyListingError, NotAnArticleError
from newscrawl.items import Article
from newscrawl.pages.article import read_article
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.listing import read_listing
from newscrawl.pages.menu import read_menu
from newscrawl.pages.metadata import Layer, read_metadata
from newscrawl.pages.page import Page
from newscrawl.pages.ticker import read_headlines
from newscrawl.text import collapse_spaces, comparison_key

_EXAMINED_FIELDS = tuple(
    each.name for each in fields(Article) if each.name not in ("id", "url", "edition", "provenance")
)
_MAX_SHAPES = 30


def examine_article(page: Page, downloaded: datetime) -> dict[str, Any]:
    """Return what an article's page consists of: its metadata by layer, its body's markup, its fields, its dates.

    `downloaded` has a zone. For a page that is not an article the result has `error`, and still the metadata.
    """
    metadata = read_metadata(page)
    found: dict[str, Any] = {
        "url": page.url,
        "layers": {layer.name: _filled(layer) for layer in metadata.layers if _filled(layer)},
        "known_body": bool(page.known_bodies),
        "ticker_items": len(page.elements_with_class(TICKER_ITEM)),
        "named_summary": bool(page.root.xpath(NAMED_SUMMARY)),
    }
    try:
        article, tag_urls, _ = read_article(page, downloaded=downloaded)
    except NotAnArticleError as error:
        return {**found, "error": error.name, "reason": error.reason}
    paragraphs = article.body.split("\n\n") if article.body else []
    return {
        **found,
        "kind": article.kind,
        "title": article.title,
        "fields": {name: article.provenance.get(name, "page") for name in _EXAMINED_FIELDS if getattr(article, name)},
        "empty": [name for name in _EXAMINED_FIELDS if not getattr(article, name)],
        "body": {
            "layer": article.provenance.get("body"),
            "markup": markup_of(page.root, paragraphs),
            "words": article.word_count,
        },
        "dates": dates_of(metadata.layers, article, shown_alone(page, downloaded)),
        "tags": tag_urls,
        "media_hosts": sorted({urlsplit(image.url).netloc for image in article.images}),
        "page_type": metadata.tawsiyat.page_type,
    }


def _filled(layer: Layer) -> list[str]:
    return [
        each.name
        for each in fields(Layer)
        if each.name not in ("name", "authors_are_listed") and getattr(layer, each.name) not in (None, ())
    ]


def markup_of(root: _Element, paragraphs: Sequence[str]) -> str | None:
    """Return the markup of a body, as `div.p-content > p`, or None for a body without paragraphs.

    Before the `>` is the innermost element that has the first and the last paragraph, after it the first paragraph's.
    """
    wanted = [comparison_key(paragraph)[:80] for paragraph in (paragraphs[0], paragraphs[-1])] if paragraphs else []
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
        # With one paragraph the innermost element is the paragraph itself, so its parent comes before the `>`.
        holder, first = parent, holder
    return _name(holder) + (f" > {_name(first)}" if first is not None else "")


def _holds(element: _Element, wanted: Sequence[str]) -> bool:
    text = comparison_key(visible_text(element))
    return all(each in text for each in wanted)


def _name(element: _Element) -> str:
    tag, classes = str(element.tag), collapse_spaces(element.get("class") or "").split(" ")[0]
    return f"{tag}.{classes}" if classes else tag


def shown_alone(page: Page, downloaded: datetime) -> Article | None:
    """Return the article as read without the page's metadata, or None when what readers see is not enough."""
    bare = deepcopy(page.root)
    etree.strip_elements(bare, "meta", "script", "title", with_tail=False)
    try:
        return read_article(Page(Selector(root=bare), page.url, site=page.site), downloaded=downloaded).article
    except NotAnArticleError:
        return None


def dates_of(layers: Sequence[Layer], article: Article, shown: Article | None) -> dict[str, Any]:
    """Return the dates that an article states, by layer, as written and in UTC, and whether they agree to the minute.

    The date that readers see has no zone and is taken as Beirut's. `beirut` is whether it then equals a stated date.
    """
    stated = {
        layer.name: {"raw": layer.published[1], "utc": format_utc(layer.published[0])}
        for layer in layers
        if layer.published
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


def examine_listing(page: Page) -> dict[str, Any]:
    """Return what a listing shows: its articles, the ways to its next batch, and the shapes of its other links."""
    shapes: Counter[str] = Counter()
    tracked = 0
    for link in page.root.iter("a"):
        href = link.get("href")
        if href is None:
            continue
        url = page.site.own_link(page.url, href)
        tracked += "utm_" in href
        if url and not article_url(url, page.site) and not menu_section(url, ""):
            shapes[shape_of(url)] += 1
    found: dict[str, Any] = {
        "url": page.url,
        "other_links": dict(shapes.most_common(_MAX_SHAPES)),
        "tracked_links": tracked,
        "headlines": len(read_headlines(page)),
    }
    try:
        listing = read_listing(page)
    except EmptyListingError as error:
        return {**found, "error": error.name, "articles": [], "following": []}
    return {
        **found,
        "articles": [url for url in listing.articles if url not in listing.aside],
        "aside": len(listing.aside),
        "following": [[batch.way, batch.url] for batch in listing.following],
    }


def shape_of(url: str) -> str:
    """Return the shape of a URL: its path and parameter names, with numbers and slugs replaced by placeholders.

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


def examine_menu(page: Page) -> dict[str, Any]:
    """Return a menu's sections and regions, name → URL, the kinds that its labels say, and its unusual URLs."""
    sections = read_menu(page)
    return {
        "sections": {section.name: section.url for section in sections if not section.is_region},
        "regions": {section.name: section.url for section in sections if section.is_region},
        "learnt": {urlsplit(section.url).path.lower(): section.kind for section in sections if section.kind},
        "unusual": [section.url for section in sections if not section.is_region and not is_listing_path(section.url)],
    }
