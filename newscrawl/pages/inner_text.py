"""The text of an element: which elements are blocks, which are never shown, and the text that readers see."""

from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element

from newscrawl.text import collapse_spaces

BLOCKS = frozenset(
    "address article blockquote body caption center dd details dir div dl dt fieldset figure figcaption footer form h1"
    " h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary table tbody td tfoot th"
    " thead tr ul html".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SILENT = frozenset(
    "script style noscript template head title meta link base svg math canvas object embed applet map area button"
    " input select textarea option datalist output progress meter dialog audio track source param frameset".split()
)
"""Elements whose content is not text of the page."""
UNSEEN = frozenset(("script", "style", "noscript", "template"))
# Compiled once. The results are plain strings, without a link to their parents.
_SHOWN_TEXT = etree.XPath(
    ".//text()[not(parent::script or parent::style or parent::noscript or parent::template)]", smart_strings=False
)


def visible_text(element: _Element) -> str:
    """Return the text of an element, without scripts and styles, on one line."""
    if len(element) == 0:
        return collapse_spaces(element.text or "") if isinstance(element.tag, str) and element.tag not in SILENT else ""
    return collapse_spaces(" ".join(texts_of(element)))


def texts_of(element: _Element) -> Sequence[str]:
    """Return the pieces of text in an element, in order, without scripts and styles."""
    if element.tag in SILENT:
        return ()
    if len(element) == 1 and len(child := element[0]) == 0:
        # A text in one inner element is frequent, so it is read without a search.
        inner = child.text if isinstance(child.tag, str) and child.tag not in UNSEEN else None
        return [text for text in (element.text, inner, child.tail) if text]
    if next(element.iter(*UNSEEN), None) is None:
        return list(element.itertext())
    return list(_SHOWN_TEXT(element))
