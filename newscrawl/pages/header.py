"""The byline and the pictures between headline and body, above the headline, and at the top of the body."""

from collections.abc import Sequence
from datetime import datetime

from lxml.etree import _Element

from newscrawl.items import Image
from newscrawl.pages.byline import Byline, between, is_byline, read_byline
from newscrawl.pages.furniture import is_summary
from newscrawl.pages.inner_text import is_hidden, is_shorter
from newscrawl.pages.lines import Line, shown_lines
from newscrawl.pages.page import Page
from newscrawl.pages.picture_urls import pictures_of
from newscrawl.pages.pictures import alternative_texts, read_images, shown_captions


def read_header(
    page: Page, headline: _Element | None, body: _Element | None, title: str, downloaded: datetime | None
) -> tuple[Byline, list[Image]]:
    """Return the byline between headline and body, and the pictures there."""
    elements = _elements_between(headline, body)
    pictures, captions = _pictures_in(page, elements)
    texts = [title, *captions, *(image.caption for image in pictures if image.caption)]
    texts += [f"{image.caption or ''} ({image.credit})" for image in pictures if image.credit]
    byline = read_byline(shown_lines(elements), downloaded, texts)
    read = (byline.published, byline.authors, byline.source, byline.reading_minutes)
    if headline is not None and not all(read):
        # Some templates have the byline above the headline.
        byline.fill_from(read_byline(shown_lines(_above(headline)), downloaded, texts))
    return byline, pictures


def read_byline_inside(body: _Element, byline: Byline, downloaded: datetime | None) -> None:
    """Add what a byline at the top of the body says."""
    if byline.authors and byline.published:
        return
    lines: list[Line] = []
    for line in shown_lines([body]):
        if not is_byline(line.text) and not is_summary(line.element):
            break
        lines.append(line)
    if lines:
        inside = read_byline(lines, downloaded)
        byline.fill_from(inside)
        if inside.standfirst_is_named and not byline.standfirst_is_named:
            byline.standfirst, byline.standfirst_is_named = inside.standfirst, True


def _elements_between(headline: _Element | None, body: _Element | None) -> list[_Element]:
    if headline is not None:
        elements = list(between(headline, body, most=200 if body is not None else 20))
    elif body is not None:
        elements = list(body.itersiblings(preceding=True))[::-1]
    else:
        elements = []
    return [element for element in elements if isinstance(element.tag, str)]


def _pictures_in(page: Page, elements: Sequence[_Element]) -> tuple[list[Image], list[str]]:
    """Return the article's own pictures in elements, and the texts that describe them."""
    pictures: dict[Image, None] = {}
    texts: list[str] = []
    for element in elements:
        if element.tag in ("nav", "aside") or is_hidden(element):
            continue
        for picture in pictures_of(element):
            if any(page.leads_to_article(link.get("href") or "") for link in picture.iterancestors("a")):
                continue
            pictures |= dict.fromkeys(read_images(picture, page.base))
            texts += (*alternative_texts(picture), *shown_captions(picture))
    return list(pictures), texts


def _above(headline: _Element) -> list[_Element]:
    """Return the small elements right before the headline, in the elements around it."""
    found: list[_Element] = []
    box: _Element | None = headline
    for _ in range(2):
        if box is None or box.tag == "body":
            break
        for sibling in box.itersiblings(preceding=True):
            if not isinstance(sibling.tag, str):
                continue
            if sibling.tag in ("nav", "header", "aside") or not is_shorter(sibling, 300):
                return found[::-1]
            found.append(sibling)
        box = box.getparent()
    return found[::-1]
