"""The pictures of a page: their URLs, captions and credits."""

import re

from lxml.etree import _Element

from newscrawl.almayadeen.markup import NOT_A_PICTURE, PICTURE_SOURCES
from newscrawl.items import Image
from newscrawl.pages.furniture import captioned
from newscrawl.pages.inner_text import visible_text
from newscrawl.text import collapse_spaces
from newscrawl.urls import absolute

_CREDIT = re.compile(r"^(?P<caption>.*?)\s*[(\[（](?P<credit>[^()\[\]（）]{1,120})[)\]）]\s*[.،]?\s*$", re.DOTALL)
_DRAWING = re.compile(r"(?i)\.svg(?:$|[?#])")


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Return a caption without the brackets at its end, and the credit that is in these brackets.

    >>> split_credit("Smoke over the port, August 21, 2024. (Sputnik)")
    ('Smoke over the port, August 21, 2024.', 'Sputnik')
    >>> split_credit("A port"), split_credit("(AFP)"), split_credit("The summit (2021)")
    (('A port', None), (None, 'AFP'), ('The summit (2021)', None))
    """
    caption = collapse_spaces(caption)
    closes = caption.rstrip(" .،")[-1:] in ("]", ")", "）")
    match = _CREDIT.match(caption) if closes else None
    if match is None or not any(char.isalpha() for char in match["credit"]):
        return caption or None, None
    return match["caption"] or None, collapse_spaces(match["credit"]) or None


def without_credit(text: str) -> str:
    """Return a caption without the credit in brackets at its end; "" for a text without a credit."""
    caption, credit = split_credit(text)
    return caption or "" if credit else ""


def read_images(element: _Element, page_url: str) -> list[Image]:
    """Return the pictures in a `figure`, each with its caption, or the one picture of an `img`."""
    pictures = [element] if element.tag == "img" else list(element.iter("img"))
    caption = _caption(element)
    found = []
    for picture in pictures:
        url = picture_url(picture, page_url)
        if url is None:
            continue
        text, credit = split_credit(
            caption or picture.get("data-caption") or picture.get("alt") or picture.get("title") or ""
        )
        found.append(Image(url=url, caption=text, credit=credit))
    return found


def picture_url(picture: _Element, page_url: str) -> str | None:
    """Return the URL of the picture that an `img` shows, also if it loads later; None for icons and pixels."""
    label = f"{picture.get('class') or ''} {picture.get('id') or ''}"
    sizes = [picture.get(name) or "" for name in ("width", "height")]
    if NOT_A_PICTURE.search(label) or any(size.isascii() and size.isdigit() and int(size[:6]) <= 50 for size in sizes):
        return None
    sources = [picture.get(name) or "" for name in PICTURE_SOURCES]
    for name in ("data-srcset", "srcset"):
        sources.append((picture.get(name) or "").split(",")[-1].strip().partition(" ")[0])
    for source in sources:
        if source and (url := absolute(page_url, source)):
            # Drawings are icons, not news pictures.
            return None if _DRAWING.search(url) else url
    return None


def _caption(element: _Element) -> str | None:
    """Return the caption that is shown with a figure or picture, or None when only an alternative text exists."""
    if element.tag != "img":
        for each in element.iter("figcaption"):
            if text := visible_text(each):
                return text
        return visible_text(element) or None
    holder = element
    # The caption is beside the picture, or beside an element that has only the picture.
    for _ in range(3):
        parent = holder.getparent()
        if parent is None:
            return None
        shown = (each for each in holder.itersiblings() if isinstance(each.tag, str) and visible_text(each))
        sibling = next(shown, None)
        if sibling is not None and (captioned(sibling) or sibling.tag == "figcaption"):
            return visible_text(sibling) or None
        if visible_text(parent) or len(list(parent.iter("img"))) > 1:
            return None
        holder = parent
    return None


def descriptions(element: _Element) -> list[str]:
    """Return the texts that describe the pictures of an element: alternative texts, titles, and a figure's caption."""
    pictures = [element] if element.tag == "img" else list(element.iter("img"))
    texts = [collapse_spaces(picture.get(name) or "") for picture in pictures for name in ("alt", "title")]
    if element.tag == "figure" and (caption := _caption(element)):
        texts.append(caption)
    return [text for text in texts if text]


def shown_captions(element: _Element) -> list[str]:
    """Return the captions that are shown with the pictures of an element."""
    caption = _caption(element) if element.tag in ("figure", "img", "amp-img") else None
    return [caption] if caption else []


def alternative_texts(element: _Element) -> list[str]:
    """Return the alternative texts and titles of the pictures of an element."""
    pictures = [element] if element.tag == "img" else list(element.iter("img"))
    texts = [collapse_spaces(picture.get(name) or "") for picture in pictures for name in ("alt", "title")]
    return [text for text in texts if text]
