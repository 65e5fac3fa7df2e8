"""What an element is by its tag, class, id and style: furniture, standfirst, caption, hidden, embedded post."""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml.etree import _Element

from newscrawl.almayadeen.markup import CAPTION, FURNITURE, POST, POST_URL, SUMMARY, SURELY_FURNITURE
from newscrawl.pages.inner_text import HEADINGS, visible_text

FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "header", "form", "menu", "search", "label"))
_HIDDEN_STYLE = re.compile(r"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_BOOTSTRAP_HIDDEN = re.compile(r"(?:^|\s)d-none(?:\s|$)(?!.*d-(?:sm|md|lg|xl|xxl)-)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Traits(NamedTuple):
    """What the class and the id of an element say that it is."""

    furniture: bool = False
    surely_furniture: bool = False
    summary: bool = False
    caption: bool = False
    hidden: bool = False
    post: bool = False


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
    """Return whether an element's tag, class or id says that it is furniture, not part of a text."""
    return element.tag in FURNITURE_TAGS or traits_of(element).furniture


def is_hidden(element: _Element) -> bool:
    """Return whether an element is not shown to readers."""
    return is_hidden_by(element, traits_of(element), element.get("style"))


def is_hidden_by(element: _Element, traits: Traits, style: str | None) -> bool:
    return traits.hidden or element.get("hidden") is not None or bool(style and _HIDDEN_STYLE.search(style))


def traits_of(element: _Element) -> Traits:
    classes, name = element.get("class"), element.get("id")
    if not classes and not name:
        return _PLAIN
    # Cut before they are cached: only a hostile page has names of this length.
    return traits_of_names((classes or "")[:500], (name or "")[:500])


@lru_cache(maxsize=4096)
def traits_of_names(classes: str, name: str) -> Traits:
    label = _CAMEL.sub("-", f"{classes} {name}"[:500]).lower()
    found = Traits(
        furniture=FURNITURE.search(label) is not None,
        surely_furniture=SURELY_FURNITURE.search(label) is not None,
        summary=SUMMARY.search(label) is not None,
        caption=CAPTION.search(label) is not None,
        hidden=_BOOTSTRAP_HIDDEN.search(classes) is not None,
        post=POST.search(classes) is not None,
    )
    return found if any(found) else _PLAIN


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


def holds_sign_up(element: _Element) -> bool:
    """Return whether an element has a form that asks for a mail address."""
    form = element.find("form")
    return form is not None and any(
        (each.get("type") or "").lower() == "email" or "mail" in (each.get("name") or "").lower()
        for each in form.iter("input")
    )


def is_row(element: _Element) -> bool:
    """Return whether an element is a row of short texts (byline, source, date), each in an element of its own."""
    if element.tag in ("p", "a", *HEADINGS) or len(element) < 2 or (element.text or "").strip():
        return False
    if any((child.tail or "").strip() for child in element):
        return False
    return len(visible_text(element)) <= 250
