"""What an element is by its tag, class and id: furniture, standfirst, caption, embedded post.

A name is one piece of evidence. It concerns blocks only: an inline element, a paragraph, a heading, a list item or a
cell is never furniture for its class. `region.py` weighs the names against what is in the block.
"""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element

from newscrawl.almayadeen.markup import (
    CAPTION,
    FURNITURE,
    LAYOUT,
    NAMED,
    NEVER_TEXT,
    POST,
    POST_URL,
    SLIDES,
    SUMMARY,
    SURELY_FURNITURE,
)
from newscrawl.pages.inner_text import BLOCKS, HEADINGS, hides, is_shorter, visible_text

FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "header", "form", "menu", "search"))
_LARGEST_ROW = 120
"""Elements in a row of short texts; what has more is looked at in parts."""
_NEVER_FOR_ITS_NAME = HEADINGS | frozenset(("p", "li", "td", "th", "tr", "blockquote", "dd", "dt", "pre", "figure"))
_CAMEL_CASE = re.compile(r"^[a-z]{2,}(?:[A-Z][a-z]+)+$")
_GROUPS = re.compile("[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Traits(NamedTuple):
    """What the class and the id of an element say that it is."""

    furniture: bool = False
    surely_furniture: bool = False
    summary: bool = False
    caption: bool = False
    post: bool = False
    slides: bool = False
    hidden: bool = False
    never_text: bool = False


_PLAIN = Traits()


def captioned(element: _Element) -> bool:
    """Return whether an element's class or id says that it is a caption or a credit."""
    return traits_of(element).caption


def is_summary(element: _Element) -> bool:
    """Return whether an element's class or id says that it is the standfirst."""
    return traits_of(element).summary


def nearest(element: _Element, above: int = 2) -> list[_Element]:
    """Return an element and its nearest ancestors, from the inside out; at most `above` ancestors."""
    return [element, *islice(element.iterancestors(), above)]


def is_furniture(element: _Element) -> bool:
    """Return whether a block's tag, class or id says that it is furniture, not part of a text."""
    return element.tag in FURNITURE_TAGS or (names_blocks(element) and traits_of(element).furniture)


def names_blocks(element: _Element) -> bool:
    """Return whether a name of an element can make it furniture: it is a block, and not a paragraph or the like."""
    return element.tag in BLOCKS and element.tag not in _NEVER_FOR_ITS_NAME


def traits_of(element: _Element) -> Traits:
    """Return what the class and the id of an element say that it is."""
    classes, name = element.get("class"), element.get("id")
    if not classes and not name:
        return _PLAIN
    # Cut before they are cached: only a hostile page has names of this length.
    return traits_of_names((classes or "")[:500], (name or "")[:500])


@lru_cache(maxsize=16_384)
def traits_of_names(classes: str, name: str) -> Traits:
    """Return what a class and an id say.

    >>> traits_of_names("article-share", "").furniture, traits_of_names("layout-with-sidebar has-nav", "").furniture
    (True, False)
    >>> traits_of_names("adSlot", "").furniture, traits_of_names("", "block-n1AuAdJlVL").furniture
    (True, False)
    """
    hidden = hides(classes)
    label = f"{classes} {name}"
    if not hidden and label.islower() and NAMED.isdisjoint(_GROUPS.findall(label)):
        # Most names say nothing.
        return _PLAIN
    words = [_words(word) for word in label.split()]
    label = " ".join(words)
    plain = [word for word in words if not LAYOUT.search(word)]
    found = Traits(
        furniture=any(map(FURNITURE.search, plain)),
        surely_furniture=any(map(SURELY_FURNITURE.search, plain)),
        summary=SUMMARY.search(_words(classes)) is not None,
        caption=CAPTION.search(label) is not None,
        post=POST.search(classes) is not None,
        slides=any(map(SLIDES.search, words)),
        hidden=hidden,
        never_text=any(map(NEVER_TEXT.search, words)),
    )
    return found if any(found) else _PLAIN


def _words(name: str) -> str:
    """Return a name in lower case, with the words of camel case apart; a random id is no camel case."""
    if name.islower():
        return name
    return _CAMEL.sub("-", name).lower() if _CAMEL_CASE.match(name) else name.lower()


# The end of an embedded post of X: "— Name (@handle)", before its date.
ATTRIBUTION = re.compile(r"(?:[—–―]|-{1,2}) ?[^—–―]{1,120}\(@\w{1,30}\)")


def is_post(element: _Element) -> bool:
    """Return whether an element, mostly a `blockquote`, is an embedded post of a social network."""
    if traits_of(element).post:
        return True
    if element.tag != "blockquote":
        return False
    # A quotation may link to a post too, but only a post is signed with a handle.
    linked = any(POST_URL.match((link.get("href") or "").strip()) for link in element.iter("a"))
    return linked and ATTRIBUTION.search(visible_text(element)) is not None


def asks_for_input(form: _Element) -> bool:
    """Return whether a form has a field that readers fill in. A form around a whole page has none of its own."""
    fields = (
        each
        for each in form.iter("input", "select", "textarea")
        if (each.get("type") or "").lower() not in ("hidden", "submit", "button", "image")
    )
    return next(fields, None) is not None


def is_row(element: _Element) -> bool:
    """Return whether an element is a row of short texts (byline, source, date), each in an element of its own."""
    if element.tag in ("p", "a", *HEADINGS) or len(element) < 2 or (element.text or "").strip():
        return False
    if any((child.tail or "").strip() for child in element):
        return False
    if next(islice(element.iter(), _LARGEST_ROW, None), None) is not None:
        return False
    return is_shorter(element, 250)
