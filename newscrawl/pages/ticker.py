"""The ticker: the one-line headlines that every page shows."""

from lxml import etree
from lxml.etree import _Element

from newscrawl.almayadeen.labels import BREAKING_LABELS
from newscrawl.almayadeen.markup import TICKER, TICKER_BOX, TICKER_ITEM
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.lines import shown_lines
from newscrawl.pages.page import Page, PageBody
from newscrawl.text import comparison_key, unique

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
    texts = [visible_text(item) for item in page.blocks_with_class(TICKER) if _is_item(item)]
    if not texts:
        texts = _lines_of_ticker(page.root)
    return unique(text for text in texts if comparison_key(text) not in BREAKING_LABELS and len(text) <= 500)


def _is_item(element: _Element) -> bool:
    return TICKER_ITEM in (element.get("class") or "").split()


def _lines_of_ticker(root: _Element) -> list[str]:
    boxes = _TICKER_BOX(root)
    if items := [visible_text(box) for box in boxes if _is_item(box)]:
        # `blocks_with_class` does not return inline elements.
        return items
    for box in boxes:
        lines = _short_lines(box)
        if len(lines) > 1:
            return lines
    for element in root.iter("span", "div", "strong", "h2", "h3", "h4", "h5", "p", "label", "b"):
        if len(element) == 0 and comparison_key((element.text or "")[:40]) in BREAKING_LABELS:
            parent = element.getparent()
            for _ in range(2):
                if parent is None:
                    break
                lines = _short_lines(parent)
                if len(lines) > 2:
                    return lines
                parent = parent.getparent()
    return []


def _short_lines(box: _Element) -> list[str]:
    lines = [line.text for line in shown_lines([box])]
    if len(lines) > 60 or any(len(line) > 300 for line in lines):
        return []
    return lines
