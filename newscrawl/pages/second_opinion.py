"""The second opinion of a maintained extractor, trafilatura, for pages on which our own search finds no body."""

from collections.abc import Collection

from lxml import etree
from lxml.etree import _Element

from newscrawl.pages.boxes import without_furniture
from newscrawl.pages.byline import is_byline
from newscrawl.pages.lines import Line
from newscrawl.pages.page import Page
from newscrawl.text import collapse_spaces, comparison_key


def extract_by_trafilatura(page: Page, headline: _Element | None, known: Collection[str]) -> list[str]:
    """Return the paragraphs that trafilatura finds on a page, in order.

    Leaves out the texts `known` (comparison keys), bylines, and lines that are in furniture.
    """
    # Imported here, because the import is slow and few pages need it.
    import trafilatura

    text = trafilatura.extract(
        etree.tostring(page.root, encoding="unicode", method="html"),
        include_comments=False,
        include_tables=False,
        favor_precision=True,
    )
    shown = without_furniture(page.stream, headline)
    possible = {block.key for block in shown if isinstance(block, Line) and block.link_share < 0.5}
    lines = [collapse_spaces(line) for line in (text or "").split("\n")]
    return [
        line
        for line in lines
        if comparison_key(line) in possible and comparison_key(line) not in known and not is_byline(line)
    ]
