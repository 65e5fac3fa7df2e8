"""The elements that show a picture, and the URLs of their largest forms."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import _Element

from newscrawl.almayadeen.media import (
    COUNTER_URL,
    NOT_A_PICTURE,
    NOT_A_PICTURE_URL,
    PICTURE_TAGS,
    SOURCE_SETS,
    SOURCES,
)
from newscrawl.pages.inner_text import visible_text
from newscrawl.urls import absolute

_HIDDEN_STYLE = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden")
_STYLE_SIZE = re.compile(
    r"(?i)(?:^|[;\s])(?:width|height)\s*:\s*(\d{1,5})(?:\.\d{1,5})?(?:px)?\s*(?:!important\s*)?(?:;|$)"
)
_SIZE = re.compile(r"(\d{1,6})(?:\.\d{1,6})?(?:px)?")
_CANDIDATE_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)([wx])")
_BLANKS = re.compile(r"\{|%7B", re.IGNORECASE)
_SMALLEST = 50
_LARGEST_SOURCE_SET = 20_000
# A candidate of this width is no preview. It goes before a URL of which no width is known.
_LARGE = 1000


def pictures_of(element: _Element) -> list[_Element]:
    """Return the elements in an element, or itself, that show one picture each: `img`, `picture`, `amp-img`.

    A `noscript` that holds a picture is one too. What is inside another of them is left out.
    """
    return list(_pictures_of(element))


def has_several_pictures(element: _Element) -> bool:
    """Return whether more than one element of `pictures_of` is in an element; no more than two are looked for."""
    return next(islice(_pictures_of(element), 1, None), None) is not None


def _pictures_of(element: _Element) -> Iterator[_Element]:
    if shows_picture(element):
        yield element
        return
    last: _Element | None = None
    for each in element.iter(*PICTURE_TAGS, "noscript"):
        if shows_picture(each) and not (last is not None and last in islice(each.iterancestors(), 4)):
            last = each
            yield each


def shows_picture(element: _Element) -> bool:
    return element.tag in PICTURE_TAGS or (
        element.tag == "noscript" and next(element.iter(*PICTURE_TAGS), None) is not None
    )


def picture_url(picture: _Element, page_url: str) -> str | None:
    """Return the URL of the largest form of a picture, also if it loads later; None for icons and pixels.

    The page shows one candidate of a `srcset` by the size of the window. A `picture` adds the candidates of its
    sources. A `noscript` repeats a picture for browsers without scripts: it counts when the picture itself has no URL.
    """
    if picture.tag == "noscript":
        return (
            None
            if any(_shown_url(each, page_url) for each in pictures_beside(picture))
            else _shown_url(picture, page_url)
        )
    return _shown_url(picture, page_url)


def _shown_url(element: _Element, page_url: str) -> str | None:
    picture = img_of(element)
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


def is_pixel(element: _Element, smallest: int = _SMALLEST) -> bool:
    """Return whether a picture or a frame is not for readers: hidden by its style, or of at most `smallest` pixels.

    One that a script loads later may be hidden until then.
    """
    sizes = [match for name in ("width", "height") if (match := _SIZE.fullmatch((element.get(name) or "").strip()))]
    if any(int(size[1]) <= smallest for size in sizes):
        return True
    style = element.get("style")
    if not style and element.get("hidden") is None:
        return False
    if any(element.get(name) for name in SOURCES if name != "src"):
        return False
    style = (style or "")[:2000]
    small = any(int(size[1]) <= smallest for size in _STYLE_SIZE.finditer(style))
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


def img_of(element: _Element) -> _Element:
    """Return the element that has the URL and the words: the `img` of a `picture` or of a `noscript`, else itself."""
    if element.tag == "img":
        return element
    if element.tag == "noscript":
        element = next(element.iter(*PICTURE_TAGS), element)
    return next(element.iter("img"), element) if element.tag == "picture" else element


def pictures_beside(noscript: _Element) -> list[_Element]:
    """Return the pictures right before and after a `noscript`, which it may repeat."""
    found: list[_Element] = []
    for other in (noscript.getprevious(), noscript.getnext()):
        if other is not None and isinstance(other.tag, str) and other.tag != "noscript":
            found += pictures_of(other)[:1] if not visible_text(other) else []
    holder = noscript.getparent()
    if holder is not None and holder.tag in PICTURE_TAGS:
        found.append(holder)
    return found
