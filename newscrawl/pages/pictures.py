"""The pictures of a page with their captions and credits."""

import re
from functools import lru_cache
from itertools import islice

from lxml.etree import _Element

from newscrawl.almayadeen.media import (
    CREDIT_LABEL,
    CREDIT_NAME,
    CREDIT_TAG,
    FILE_NAME,
    FRAME_TAGS,
    PICTURE_BOX,
    PICTURE_TAGS,
    PLAYERS,
    VIDEO_TAGS,
)
from newscrawl.items import Image
from newscrawl.pages.furniture import captioned
from newscrawl.pages.inner_text import HEADINGS, is_shorter, visible_text
from newscrawl.pages.picture_urls import (
    has_several_pictures,
    img_of,
    picture_url,
    pictures_beside,
    pictures_of,
    shows_picture,
)
from newscrawl.text import collapse_spaces

_CREDIT = re.compile(r"[(\[（](?P<credit>[^()\[\]（）]{1,120})[)\]）] ?[.،]?$")
_YEAR = re.compile(r"^(?:19|20)\d\d\b[\s,]*")
# Between a caption and the credit after it.
_SEPARATORS = " \t|/·•–—-,،("
_LONGEST_CREDIT = 80
# Characters of a credit with its brackets and what may be behind them.
_LONGEST_BRACKETS = 124
# Characters of the text in a box with a picture; with more it holds more than a caption.
_LONGEST_CAPTION = 400
_LONGEST_FIGURE = 2000
_LARGEST_BOX = 80
_BOXES = frozenset(("div", "section", "span", "aside"))
_NOT_IN_FIGURE = ("blockquote", "table", *FRAME_TAGS, *VIDEO_TAGS, *PLAYERS)


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Return a caption without the credit at its end, and this credit: in brackets, or after a label.

    >>> split_credit("Smoke over the port, August 21, 2024. (Sputnik)")
    ('Smoke over the port, August 21, 2024.', 'Sputnik')
    >>> split_credit("A port"), split_credit("(AFP)"), split_credit("The summit (2021)")
    (('A port', None), (None, 'AFP'), ('The summit (2021)', None))
    >>> split_credit("The quay at dawn. Photo: Omar Haddad/AFP"), split_credit("© AFP")
    (('The quay at dawn.', 'Omar Haddad/AFP'), (None, 'AFP'))
    """
    caption = collapse_spaces(caption)
    closes = caption.rstrip(" .،")[-1:] in ("]", ")", "）")
    match = _CREDIT.search(caption, max(0, len(caption) - _LONGEST_BRACKETS)) if closes else None
    if match is not None and any(char.isalpha() for char in match["credit"]):
        return caption[: match.start()].rstrip() or None, _without_label(match["credit"]) or None
    if label := _label_of_credit(caption):
        return caption[: label.start()].rstrip(_SEPARATORS) or None, _without_label(caption[label.start() :]) or None
    return caption or None, None


def without_credit(text: str) -> str:
    """Return a caption without the credit at its end; "" for a text without a credit."""
    caption, credit = split_credit(text)
    return caption or "" if credit else ""


# -- Boxes of pictures -----------------------------------------------------------------------------------


def is_picture_box(element: _Element) -> bool:
    """Return whether an element holds pictures and their captions, nothing else.

    That is a `figure`, but not one of a quotation, a table or a player, or a box that is named so and has one picture.
    """
    if element.tag == "figure":
        others, longest = _NOT_IN_FIGURE, _LONGEST_FIGURE
    elif element.tag in _BOXES and (classes := element.get("class")) and _names_picture_box(classes):
        if not is_small(element):
            return False
        others, longest = (*_NOT_IN_FIGURE, "figure", "ul", "ol", *HEADINGS), _LONGEST_CAPTION
        if has_several_pictures(element) or sum(1 for _ in element.iter("p")) > 1:
            return False
    else:
        return False
    if next(element.iter(*others), None) is not None or not any(map(shows_picture, element.iter(*PICTURE_TAGS))):
        return False
    return is_shorter(element, longest)


@lru_cache(maxsize=2048)
def _names_picture_box(classes: str) -> bool:
    return PICTURE_BOX.search(classes[:500]) is not None


# -- The pictures ------------------------------------------------------------------------------------------------------


def read_images(element: _Element, page_url: str) -> list[Image]:
    """Return the pictures in an element, such as a `figure`, each with its caption and its credit."""
    found: dict[str, Image] = {}
    words = _Words(element)
    for picture in pictures_of(element):
        url = picture_url(picture, page_url)
        if url is None or url in found:
            continue
        caption, credit = _split(*words.of(picture))
        if caption is None:
            caption, stated = split_credit(_alternative(picture))
            credit = credit or stated
        found[url] = Image(url=url, caption=caption, credit=credit)
    return list(found.values())


# -- Their words -----------------------------------------------------------------------------------------------------


def shown_captions(element: _Element) -> list[str]:
    """Return the captions and the credits that are shown with the pictures of an element."""
    words = _Words(element)
    found: dict[str, None] = {}
    for picture in pictures_of(element):
        caption, credits = words.of(picture)
        found |= dict.fromkeys((caption, *credits))
    return [text for text in found if text]


def alternative_texts(element: _Element) -> list[str]:
    """Return the alternative texts and titles of the pictures of an element."""
    pictures = [img_of(picture) for picture in pictures_of(element)]
    texts = [collapse_spaces(picture.get(name) or "") for picture in pictures for name in ("alt", "title")]
    return [text for text in texts if text]


def _alternative(picture: _Element) -> str:
    """Return the words that a picture has for readers who do not see it, if they are words."""
    img = img_of(picture)
    beside = [img_of(each) for each in pictures_beside(picture)] if picture.tag == "noscript" else []
    for each in (img, *beside):
        for name in ("data-caption", "alt", "title"):
            text = collapse_spaces(each.get(name) or "")
            if text and not FILE_NAME.fullmatch(text):
                return text
    return ""


class _Words:
    """The captions and credits in an element, or around a picture."""

    def __init__(self, element: _Element) -> None:
        self.element = element
        self.parts: dict[_Element, list[_Element]] = {}
        """Figure, or the element itself → the captions and credits in it, in order."""
        if shows_picture(element):
            around = (each for each in islice(element.iterancestors(), 4) if is_small(each) and is_picture_box(each))
            self.element = element = next(around, element)
        self.figures = {*element.iter("figure")}
        self.has_one_picture = len(pictures_of(element)) == 1
        self.texts: dict[_Element, str] = {}
        if not shows_picture(element):
            self._read()

    def _read(self) -> None:
        last: _Element | None = None
        for each in self.element.iter():
            if not isinstance(each.tag, str) or not _has_words(each) or each is self.element:
                continue
            if last is not None and last in islice(each.iterancestors(), 6):
                continue
            if next(each.iter(*PICTURE_TAGS), None) is None:
                last = each
                self.parts.setdefault(self._box(each), []).append(each)

    def _box(self, element: _Element) -> _Element:
        """Return the figure around an element, inside the element that is read; else the latter."""
        figure = next(element.iterancestors("figure"), None) if self.figures else None
        return figure if figure is not None and figure in self.figures else self.element

    def of(self, picture: _Element) -> tuple[str, list[str]]:
        """Return the caption of a picture, with its credit if that is part of it, and its credits."""
        if shows_picture(self.element):
            return _words_in(_siblings_with_words(picture))
        box = self._box(picture)
        parts = self.parts.get(box) or self.parts.get(self.element) or []
        if not parts and box is self.element and self.has_one_picture:
            parts = _siblings_with_words(box)
        caption, credits = _words_in(parts)
        if not caption and all(map(_is_credit, parts)):
            if box not in self.texts:
                self.texts[box] = visible_text(box)
            caption = self.texts[box]
        return caption, credits


def _words_in(parts: list[_Element]) -> tuple[str, list[str]]:
    """Return the first caption and all credits of elements with words."""
    caption = next((text for part in parts if not _is_credit(part) and (text := visible_text(part))), "")
    credits: list[str] = []
    for part in parts:
        inner = [part] if _is_credit(part) else [each for each in part.iter() if isinstance(each.tag, str)]
        credits += (text for each in inner if _is_credit(each) and (text := visible_text(each)))
    return caption, credits


def _split(caption: str, credits: list[str]) -> tuple[str | None, str | None]:
    """Return a caption without its credit, and the credit."""
    for credit in credits:
        caption = _without(caption, credit)
    shown, inside = split_credit(caption)
    stated = next((bare for credit in credits if (bare := _without_label(credit))), None)
    if stated and inside and stated != inside:
        return caption or None, stated
    return shown, stated or inside


def is_small(element: _Element) -> bool:
    """Return whether an element has few elements in it."""
    return next(islice(element.iter(), _LARGEST_BOX, None), None) is None


def _siblings_with_words(picture: _Element) -> list[_Element]:
    """Return the captions and credits beside a picture, or beside an element that has only the picture."""
    holder = picture
    for _ in range(3):
        parent = holder.getparent()
        if parent is None or not is_small(parent):
            return []
        found: list[_Element] = []
        for each in holder.itersiblings():
            if isinstance(each.tag, str) and visible_text(each):
                if not _has_words(each) or len(found) == 2:
                    break
                found.append(each)
        if found or visible_text(parent) or has_several_pictures(parent):
            return found
        holder = parent
    return []


def _has_words(element: _Element) -> bool:
    return element.tag in ("figcaption", CREDIT_TAG) or captioned(element) or _is_credit(element)


def _is_credit(element: _Element) -> bool:
    return element.tag == CREDIT_TAG or _names_credit(element.get("class") or "")


@lru_cache(maxsize=2048)
def _names_credit(classes: str) -> bool:
    return CREDIT_NAME.search(classes[:500]) is not None


def _label_of_credit(text: str) -> re.Match[str] | None:
    """Return the label in front of a credit at the end of a text."""
    start = max(0, len(text) - _LONGEST_CREDIT - 30)
    label: re.Match[str] | None = None
    for match in CREDIT_LABEL.finditer(text, start):
        if match.start() == 0 or not text[match.start() - 1].isalnum():
            label = match
            break
    rest = text[label.end() :] if label else ""
    return label if any(char.isalpha() for char in rest) and len(rest) <= _LONGEST_CREDIT else None


def _without_label(credit: str) -> str:
    """Return a credit without the label in front of it, without brackets and without a year."""
    credit = collapse_spaces(credit).strip("()[]（）")
    if label := CREDIT_LABEL.match(credit):
        credit = credit[label.end() :]
        credit = _YEAR.sub("", credit)
    return collapse_spaces(credit).rstrip(".،") if label else collapse_spaces(credit)


def _without(text: str, part: str) -> str:
    """Return a text without a part of it at its end or at its start."""
    for bare in (text, text.rstrip(")] .")):
        if bare.endswith(part):
            return bare[: -len(part)].rstrip(_SEPARATORS)
    return text[len(part) :].lstrip(_SEPARATORS + ")") if text.startswith(part) else text
