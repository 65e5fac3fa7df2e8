"""A page of an article in the known markup, for the tests to change."""

from lxml.etree import _Element

from newscrawl.items import Article
from newscrawl.pages import parse_article
from newscrawl.pages.encoding import parse_html
from newscrawl.pages.lines import Line, read_blocks

URL = "https://english.almayadeen.net/news/politics/canal-plan"
FIRST = "The harbour council has postponed the plan for the northern canal, although no date has been set for a vote."
SECOND = "Residents along the river said on Tuesday that they had heard nothing from the mayor's office about it."


def page_of(*, body: str = "", head: str = "", above: str = "", below: str = "") -> str:
    """Return a page of which each part can be added to."""
    return (
        f"<!doctype html><html lang=en><head><title>Canal plan is postponed</title>{head}</head><body>"
        f"<h1>Canal plan is postponed</h1>{above}"
        f"<div class=p-content><p>{FIRST}</p>{body}<p>{SECOND}</p></div>{below}</body></html>"
    )


def read(*, body: str = "", head: str = "", above: str = "", below: str = "") -> Article:
    """Return the article that the page shows."""
    return parse_article(page_of(body=body, head=head, above=above, below=below), URL)


def element_of(html: str) -> _Element:
    """Return the first element in the body of a page."""
    body = parse_html(f"<body>{html}".encode()).find("body")
    assert body is not None
    return body[0]


def lines_of(html: str) -> list[Line]:
    """Return the lines of text of a page."""
    return [block for block in read_blocks([parse_html(f"<body>{html}".encode())]) if isinstance(block, Line)]
