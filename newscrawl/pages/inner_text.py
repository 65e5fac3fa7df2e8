"""The text of an element as a browser shows it: which elements are blocks, which are never shown, and `visible_text`.

The rules are those of the HTML standard's `innerText`: an inline element neither splits a word nor adds a space, a
block is on a line of its own, and what is hidden is left out. A class never takes words out of a sentence.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.etree import _Element

from newscrawl.almayadeen.markup import BREAK, HIDDEN_CLASSES, SHOWN_AGAIN_CLASS
from newscrawl.text import collapse_spaces

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figure figcaption figcredit"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup p pre search section"
    " summary table tbody td tfoot th thead tr ul".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SILENT = frozenset(
    "script style noscript template head title meta link base svg canvas object embed applet map area button"
    " input select textarea option datalist output progress meter dialog audio track source param frameset rp".split()
)
"""Elements whose content is not text of the page."""
UNSEEN = frozenset(("script", "style", "noscript", "template"))
_BLOCK_STYLE = re.compile(r"(?i)display\s*:\s*(?:block|flex|grid|list-item|table)")
_INLINE_STYLE = re.compile(r"(?i)display\s*:\s*(?:inline(?![-\w])|contents)")
_HIDDEN_STYLE = re.compile(r"(?i)(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))")
# Signs of fonts for icons. No writing system has letters there.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
# Below this nesting depth an element's text is read without looking at what is hidden, so that a hostile page costs
# little and never exhausts the stack.
_MAX_DEPTH = 200
# Pieces of white space that are passed over in a short text; only a hostile page has more empty boxes in one.
_MOST_SPACES = 2000


def visible_text(element: _Element) -> str:
    """Return the text of an element as a reader sees it, on one line."""
    if len(element) == 0:
        tag = element.tag
        text = (element.text or "") if isinstance(tag, str) and tag not in SILENT else ""
    elif element.tag in SILENT:
        return ""
    else:
        text = "".join(_pieces(element))
    return collapse_spaces(without_icons(text))


def is_shorter(element: _Element, limit: int) -> bool:
    """Return whether `visible_text` has at most `limit` characters; little more than these is read."""
    return len(_beginning(element, limit)) <= limit


def first_words(element: _Element, limit: int) -> str:
    """Return the first `limit` characters of `visible_text`; little more than these is read."""
    return _beginning(element, limit)[:limit]


def _beginning(element: _Element, limit: int) -> str:
    """Return the start of `visible_text`: all of it, or more than `limit` characters; less only among empty boxes."""
    if element.tag in SILENT:
        return ""
    pieces: list[str] = []
    size = spaces = 0
    for piece in _pieces(element):
        size += sum(map(len, piece.split()))
        spaces += not piece.strip()
        pieces.append(piece)
        if size > limit:
            break
        if spaces > _MOST_SPACES:
            break
    return collapse_spaces(without_icons("".join(pieces)))


def without_icons(text: str) -> str:
    """Return a text without the signs of fonts for icons."""
    return text if text.isascii() else _PRIVATE.sub("", text)


def _pieces(element: _Element) -> Iterator[str]:
    """Yield the pieces of an element's text. Each takes the same time, however deep it is."""
    if element.text:
        yield element.text
    within = [iter(element)]
    ends: list[tuple[bool, str | None]] = []
    """Of each element that is being read: whether it is spaced, and the text behind it."""
    while True:
        child = next(within[-1], None)
        if child is None:
            within.pop()
            if not ends:
                return
            is_spaced, behind = ends.pop()
            if is_spaced:
                yield " "
            if behind:
                yield behind
            continue
        tag = child.tag
        if isinstance(tag, str) and tag not in SILENT and not is_hidden(child):
            is_spaced = tag == "br" or is_block(child) or is_break(child)
            if is_spaced:
                yield " "
            if len(within) <= _MAX_DEPTH:
                if child.text:
                    yield child.text
                if len(child):
                    within.append(iter(child))
                    ends.append((is_spaced, child.tail))
                    continue
            else:
                yield " ".join(child.itertext())
            if is_spaced:
                yield " "
        if child.tail:
            yield child.tail


def is_block(element: _Element) -> bool:
    """Return whether an element is a block, by its own style or by its tag. A `p` is always one."""
    style = element.get("style")
    if style:
        if _BLOCK_STYLE.search(style):
            return True
        if element.tag != "p" and _INLINE_STYLE.search(style):
            return False
    return element.tag in BLOCKS


def is_word_of_sentence(element: _Element, block: _Element) -> bool:
    """Return whether a button in a block is a word of its text, such as one that explains a term: text follows it."""
    return (
        element.tag in ("button", "output")
        and block.tag in ("p", "li", "td", "dd")
        and (element.tail or "").strip() != ""
    )


def is_break(element: _Element) -> bool:
    """Return whether an empty inline element stands for a `br`, by its class."""
    if len(element) or element.text or element.tag not in ("span", "i", "em", "b"):
        return False
    classes = element.get("class")
    return classes is not None and BREAK.search(classes[:100]) is not None


def is_hidden(element: _Element) -> bool:
    """Return whether an element is not shown to readers, by its attributes, its style or its class."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    classes = element.get("class")
    # Cut before it is cached: only a hostile page has classes of this length.
    return classes is not None and hides(classes[:500])


@lru_cache(maxsize=16_384)
def hides(classes: str) -> bool:
    """Return whether a class hides an element from readers.

    >>> hides("text sr-only"), hides("d-none d-md-block"), hides("text")
    (True, False, False)
    """
    return not HIDDEN_CLASSES.isdisjoint(classes.lower().split()) and SHOWN_AGAIN_CLASS.search(classes) is None
