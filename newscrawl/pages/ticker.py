"""The ticker: the one-line headlines that every page shows."""

from itertools import islice

from lxml import etree
from lxml.etree import _Element

from newscrawl.almayadeen.labels import BREAKING_LABELS
from newscrawl.almayadeen.markup import TICKER, TICKER_BOX, TICKER_ITEM
from newscrawl.pages.inner_text import is_shorter, visible_text
from newscrawl.pages.lines import shown_lines
from newscrawl.pages.page import Page, PageBody
from newscrawl.text import comparison_key, unique

_LONGEST_LINE = 500
"""Characters of a line of the ticker."""
# Elements of a box that may be the ticker, and such boxes of a page; only a hostile page has more.
_LARGEST_BOX = 240
_MOST_BOXES = 20
_TICKER_BOX = etree.XPath(TICKER_BOX)


def parse_headlines(body: PageBody, *, charset: str | None = None) -> tuple[str, ...]:
    """Return the lines of the ticker in its order, each once; () for a page without one.

    >>> for tag in ("li", "a"):
    ...     html = f"<div><{tag} class='ticker__item'>One.</{tag}> <{tag} class='x ticker__item'>Two.</{tag}></div>"
    ...     parse_headlines(html)
    ('One.', 'Two.')
    ('One.', 'Two.')
    """
    return read_headlines(Page(body, "", charset=charset))


def read_headlines(page: Page) -> tuple[str, ...]:
    """Return the lines of a page's ticker in its order, each once; () for a page without one, and for JSON."""
    if page.is_json:
        return ()
    texts = [text for item in page.blocks_with_class(TICKER) if _is_item(item) and (text := _line_of(item))]
    if not texts:
        texts = _lines_of_ticker(page.root)
    return unique(text for text in texts if comparison_key(text) not in BREAKING_LABELS)


def _is_item(element: _Element) -> bool:
    return TICKER_ITEM in (element.get("class") or "").split()


def _lines_of_ticker(root: _Element) -> list[str]:
    boxes = _TICKER_BOX(root)
    if items := [_line_of(box) for box in boxes if _is_item(box)]:
        # `blocks_with_class` does not return inline elements.
        return items
    tried: dict[_Element, list[str]] = {}
    for box in boxes:
        if len(lines := _short_lines(box, tried)) > 1:
            return lines
    for element in root.iter("span", "div", "strong", "h2", "h3", "h4", "h5", "p", "label", "b"):
        if len(element) == 0 and comparison_key((element.text or "")[:40]) in BREAKING_LABELS:
            parent = element.getparent()
            for _ in range(2):
                if parent is None:
                    break
                if len(lines := _short_lines(parent, tried)) > 2:
                    return lines
                parent = parent.getparent()
    return []


def _line_of(item: _Element) -> str:
    """Return the text of an item; "" for one that is longer than a line of the ticker."""
    return visible_text(item) if is_shorter(item, _LONGEST_LINE) else ""


def _short_lines(box: _Element, tried: dict[_Element, list[str]]) -> list[str]:
    """Return the lines of a box that may be the ticker, or [] for any other; `tried` has those of earlier boxes."""
    if box not in tried and len(tried) < _MOST_BOXES:
        is_large = next(islice(box.iter(), _LARGEST_BOX, None), None) is not None
        lines = [] if is_large else [line.text for line in shown_lines([box])]
        tried[box] = [] if len(lines) > 60 or any(len(line) > 300 for line in lines) else lines
    return tried.get(box, [])
