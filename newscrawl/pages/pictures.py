"""The pictures of a page: which elements show one, their URLs, captions and credits."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from lxml.etree import _Element

from newscrawl.almayadeen.media import (
    COUNTER_URL,
    CREDIT_LABEL,
    CREDIT_NAME,
    CREDIT_TAG,
    FILE_NAME,
    FRAME_TAGS,
    NOT_A_PICTURE,
    NOT_A_PICTURE_URL,
    PICTURE_BOX,
    PICTURE_TAGS,
    PLAYERS,
    SOURCE_SETS,
    SOURCES,
    VIDEO_TAGS,
)
from newscrawl.items import Image
from newscrawl.pages.furniture import captioned
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.text import collapse_spaces
from newscrawl.urls import absolute

_CREDIT = re.compile(r"^(?P<caption>.*?)\s*[(\[（](?P<credit>[^()\[\]（）]{1,120})[)\]）]\s*[.،]?\s*$", re.DOTALL)
_YEAR = re.compile(r"^(?:19|20)\d\d\b[\s,]*")
_HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_STYLE_SIZE = re.compile(
    r"(?i)(?:^|[;\s])(?:width|height)\s*:\s*(\d{1,5})(?:\.\d{1,5})?(?:px)?\s*(?:!important\s*)?(?:;|$)"
)
_SIZE = re.compile(r"(\d{1,6})(?:\.\d{1,6})?(?:px)?")
_CANDIDATE_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)([wx])")
_BLANKS = re.compile(r"\{|%7B", re.IGNORECASE)
# Between a caption and the credit after it.
_SEPARATORS = " \t|/·•–—-,،("
_SMALLEST = 50
_LARGEST_SOURCE_SET = 20_000
# A candidate of this width is no preview. It goes before a URL of which no width is known.
_LARGE = 1000
_LONGEST_CREDIT = 80
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
    match = _CREDIT.match(caption) if closes else None
    if match is not None and any(char.isalpha() for char in match["credit"]):
        return match["caption"] or None, _without_label(match["credit"]) or None
    if label := _label_of_credit(caption):
        return caption[: label.start()].rstrip(_SEPARATORS) or None, _without_label(caption[label.start() :]) or None
    return caption or None, None


def without_credit(text: str) -> str:
    """Return a caption without the credit at its end; "" for a text without a credit."""
    caption, credit = split_credit(text)
    return caption or "" if credit else ""


# -- Which elements show a picture -----------------------------------------------------------------------------------


def pictures_of(element: _Element) -> list[_Element]:
    """Return the elements in an element, or itself, that show one picture each: `img`, `picture`, `amp-img`.

    A `noscript` that holds a picture is one too. What is inside another of them is left out.
    """
    if _shows_picture(element):
        return [element]
    found: list[_Element] = []
    for each in element.iter(*PICTURE_TAGS, "noscript"):
        if _shows_picture(each) and not (found and found[-1] in islice(each.iterancestors(), 4)):
            found.append(each)
    return found


def is_picture_box(element: _Element) -> bool:
    """Return whether an element holds pictures and their captions, nothing else.

    That is a `figure`, but not one of a quotation, a table or a player, or a box that is named so and has one picture.
    """
    if element.tag == "figure":
        others, longest = _NOT_IN_FIGURE, _LONGEST_FIGURE
    elif element.tag in _BOXES and _names_picture_box(element.get("class") or ""):
        if not is_small(element):
            return False
        others, longest = (*_NOT_IN_FIGURE, "figure", "ul", "ol", *HEADINGS), _LONGEST_CAPTION
        if len(pictures_of(element)) != 1 or sum(1 for _ in element.iter("p")) > 1:
            return False
    else:
        return False
    if next(element.iter(*others), None) is not None or not any(map(_shows_picture, element.iter(*PICTURE_TAGS))):
        return False
    return len(visible_text(element)) <= longest


def _shows_picture(element: _Element) -> bool:
    return element.tag in PICTURE_TAGS or (
        element.tag == "noscript" and next(element.iter(*PICTURE_TAGS), None) is not None
    )


@lru_cache(maxsize=2048)
def _names_picture_box(classes: str) -> bool:
    return PICTURE_BOX.search(classes[:500]) is not None


# -- Their URLs ------------------------------------------------------------------------------------------------------


def read_images(element: _Element, page_url: str) -> list[Image]:
    """Return the pictures in an element, such as a `figure`, each with its caption and its credit."""
    found: list[Image] = []
    words = _Words(element)
    for picture in pictures_of(element):
        url = picture_url(picture, page_url)
        if url is None or any(image.url == url for image in found):
            continue
        caption, credit = _split(*words.of(picture))
        if caption is None:
            caption, stated = split_credit(_alternative(picture))
            credit = credit or stated
        found.append(Image(url=url, caption=caption, credit=credit))
    return found


def picture_url(picture: _Element, page_url: str) -> str | None:
    """Return the URL of the largest form of a picture, also if it loads later; None for icons and pixels.

    The page shows one candidate of a `srcset` by the size of the window. A `picture` adds the candidates of its
    sources. A `noscript` repeats a picture for browsers without scripts: it counts when the picture itself has no URL.
    """
    if picture.tag == "noscript":
        return None if any(_shown_url(each, page_url) for each in _beside(picture)) else _shown_url(picture, page_url)
    return _shown_url(picture, page_url)


def _shown_url(element: _Element, page_url: str) -> str | None:
    picture = _img_of(element)
    holder = picture.getparent() if picture.tag != "picture" else picture
    sources = [] if holder is None or holder.tag != "picture" else list(holder.iter("source"))
    if NOT_A_PICTURE.search(f"{picture.get('class') or ''} {picture.get('id') or ''}"[:1000]) or is_pixel(picture):
        return None
    src = next((url for name in SOURCES if (url := _news_picture(picture.get(name), page_url))), None)
    width, largest = _largest([picture], page_url)
    if largest and width and src and not (picture.get("src") or "").strip():
        return largest
    if largest is None or not width:
        # A candidate without a width is larger than `src` only if it says "2x".
        of_sources, source = _largest(sources, page_url)
        if source and (src is None or of_sources >= max(_LARGE, _stated_width(picture) + 1)):
            return source if largest is None else largest
        return src or largest
    return largest


def is_pixel(element: _Element) -> bool:
    """Return whether a picture or a frame is not for readers: hidden by its style, or of the size of an icon.

    One that a script loads later may be hidden until then.
    """
    sizes = [match for name in ("width", "height") if (match := _SIZE.fullmatch((element.get(name) or "").strip()))]
    if any(int(size[1]) <= _SMALLEST for size in sizes):
        return True
    style = element.get("style")
    if not style and element.get("hidden") is None:
        return False
    if any(element.get(name) for name in SOURCES if name != "src"):
        return False
    style = (style or "")[:2000]
    small = any(int(size[1]) <= _SMALLEST for size in _STYLE_SIZE.finditer(style))
    return small or element.get("hidden") is not None or _HIDDEN_STYLE.search(style) is not None


def candidates(source_set: str) -> Iterator[tuple[str, float, str]]:
    """Yield (URL as written, size, unit `w` or `x`) for each candidate of a `srcset`. Their URLs may have commas.

    >>> list(candidates("/c_fill,w_400/a.jpg 400w, /c_fill,w_900/a.jpg 900w"))
    [('/c_fill,w_400/a.jpg', 400.0, 'w'), ('/c_fill,w_900/a.jpg', 900.0, 'w')]
    >>> list(candidates("a.jpg, b.jpg 2x"))
    [('a.jpg', 1.0, 'x'), ('b.jpg', 2.0, 'x')]
    """
    words = source_set[:_LARGEST_SOURCE_SET].split()
    url = ""
    size, unit = 1.0, "x"
    for word in words:
        if not url:
            url = word.lstrip(",")
            if url.endswith(","):
                yield url.rstrip(","), 1.0, "x"
                url = ""
            continue
        # "1x,b.jpg" has the end of one candidate and the start of the next.
        descriptor, comma, following = word.partition(",")
        if match := _CANDIDATE_SIZE.fullmatch(descriptor):
            size, unit = float(match[1]), match[2]
        if comma:
            yield url, size, unit
            url, size, unit = following.lstrip(","), 1.0, "x"
    if url:
        yield url, size, unit


def _largest(elements: list[_Element], page_url: str) -> tuple[float, str | None]:
    """Return the width (0 if none is stated) and the URL of the largest candidate of all source sets."""
    best: tuple[float, float] = (-1.0, -1.0)
    found: str | None = None
    for element in elements:
        for name in SOURCE_SETS:
            for written, size, unit in candidates(element.get(name) or ""):
                rank = (size, 0.0) if unit == "w" else (0.0, size)
                if rank > best and (url := _news_picture(written, page_url)):
                    best, found = rank, url
    if found is None:
        return 0.0, None
    # "2x" of a picture is as good as a width that is known to be larger than that of `src`.
    return (best[0] or (_LARGE if best[1] > 1 else 0.0)), found


def _stated_width(picture: _Element) -> int:
    match = _SIZE.fullmatch((picture.get("width") or "").strip())
    return int(match[1]) if match else 0


def _news_picture(written: str | None, page_url: str) -> str | None:
    """Return the absolute URL of a news picture; None for drawings, place holders and counters of visits."""
    if not written or _BLANKS.search(written):
        return None
    url = absolute(page_url, written)
    return None if url is None or NOT_A_PICTURE_URL.search(url) or COUNTER_URL.search(url) else url


def _img_of(element: _Element) -> _Element:
    """Return the element that has the URL and the words: the `img` of a `picture` or of a `noscript`, else itself."""
    if element.tag == "img":
        return element
    if element.tag == "noscript":
        element = next(element.iter(*PICTURE_TAGS), element)
    return next(element.iter("img"), element) if element.tag == "picture" else element


def _beside(noscript: _Element) -> list[_Element]:
    """Return the pictures right before and after a `noscript`, which it may repeat."""
    found: list[_Element] = []
    for other in (noscript.getprevious(), noscript.getnext()):
        if other is not None and isinstance(other.tag, str) and other.tag != "noscript":
            found += pictures_of(other)[:1] if not visible_text(other) else []
    holder = noscript.getparent()
    if holder is not None and holder.tag in PICTURE_TAGS:
        found.append(holder)
    return found


# -- Their words -----------------------------------------------------------------------------------------------------


def descriptions(element: _Element) -> list[str]:
    """Return the texts that describe the pictures of an element: alternative texts, titles, captions and credits."""
    pictures = pictures_of(element)
    texts = [collapse_spaces(_img_of(picture).get(name) or "") for picture in pictures for name in ("alt", "title")]
    words = _Words(element)
    for picture in pictures:
        caption, credits = words.of(picture)
        texts += (caption, *credits)
    return [text for text in dict.fromkeys(texts) if text]


def _alternative(picture: _Element) -> str:
    """Return the words that a picture has for readers who do not see it, if they are words."""
    img = _img_of(picture)
    beside = [_img_of(each) for each in _beside(picture)] if picture.tag == "noscript" else []
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
        figure = next(element.iterancestors("figure"), None)
        if _shows_picture(element) and figure is not None and is_small(figure):
            self.element = element = figure
        self.figures = {*element.iter("figure")}
        self.texts: dict[_Element, str] = {}
        if not _shows_picture(element):
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
        if _shows_picture(self.element):
            return _words_in(_siblings_with_words(picture))
        box = self._box(picture)
        parts = self.parts.get(box) or self.parts.get(self.element) or []
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
        if found or visible_text(parent) or len(pictures_of(parent)) > 1:
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
