"""The HTML of an article's body, made from its paragraphs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lxml.etree import _Element

from newscrawl.pages.body import Paragraph
from newscrawl.pages.inner_text import HEADINGS, without_icons
from newscrawl.pages.lines import Line
from newscrawl.pages.related import LinkedArticles
from newscrawl.pages.runs import Run
from newscrawl.plain_html import CELL_BREAK, Block, Container, Span, joined, write

# One level is left to the headline, as on the page. Lower levels are rare and say no more than `h4`.
_HEADING_TAGS = {"h1": "h2", "h2": "h2", "h3": "h3"}
_LOWEST_HEADING = "h4"
_PLAIN = Run(None)[1:]
_OUTER = frozenset(("li", "table", "blockquote"))


class _Place(NamedTuple):
    """Where a paragraph is."""

    tag: str
    quote: object = None
    """What it is in together with its neighbours: the `blockquote`, or the paragraph itself for an embedded post."""
    item: _Element | None = None
    """The list item that it is in."""
    table: _Element | None = None
    """The table whose row it is."""


def body_html(paragraphs: Sequence[Paragraph], urls: LinkedArticles, holder: _Element | None) -> str:
    """Return the paragraphs of a body as HTML; its text is the body.

    `holder` is the element of the page that has the paragraphs, None where they are of no element. Lines of one
    `blockquote`, items of one list and rows of one table stay together. A list in a list comes after the item that
    it is in. Links are those that a record may have; of everything else on the page there are only the words.
    """
    return write(_blocks(paragraphs, urls, holder))


def _blocks(paragraphs: Sequence[Paragraph], urls: LinkedArticles, holder: _Element | None) -> Iterator[Block]:
    places = _Places(holder)
    found = [places.of(paragraph) for paragraph in paragraphs]
    beside = zip([None, *found[:-1]], found, [*found[1:], None], strict=True) if found else ()
    for paragraph, (before, place, after) in zip(paragraphs, beside, strict=True):
        shares_item = any(other is not None and other.item is place.item for other in (before, after))
        yield Block(
            tag="li" if place.item is not None and place.tag == "p" and not shares_item else place.tag,
            cells=tuple(_cells(paragraph, place, urls)),
            within=tuple(_containers(place, shares_item=shares_item)),
        )


def _containers(place: _Place, *, shares_item: bool) -> Iterator[Container]:
    if place.quote is not None:
        yield Container("blockquote", place.quote)
    if place.item is not None:
        parent = place.item.getparent()
        yield Container("ol" if parent is not None and parent.tag == "ol" else "ul", parent)
        if shares_item or place.tag != "p":
            yield Container("li", place.item)
    if place.table is not None:
        yield Container("table", place.table)


def _cells(paragraph: Paragraph, place: _Place, urls: LinkedArticles) -> Iterator[tuple[Span, ...]]:
    """Yield the cells of a row, or the one line of any other paragraph."""
    if place.tag != "tr" and len(paragraph.runs) == 1 and paragraph.runs[0][1:] == _PLAIN:
        yield (Span(paragraph.text),)
        return
    cell: list[Span] = []
    for run in paragraph.runs:
        if place.tag == "tr" and run.text == CELL_BREAK:
            yield joined(cell)
            cell = []
        else:
            cell.append(_span(run, urls, is_heading=place.tag in HEADINGS))
    yield joined(cell)


def _span(run: Run, urls: LinkedArticles, *, is_heading: bool) -> Span:
    text = None if run.text is None else without_icons(run.text)
    href = None if run.link is None else urls.recorded(run.link.get("href") or "")
    # A heading is bold by itself.
    return Span(text, href, run.bold and not is_heading, run.italic)


class _Places:
    """Finds where paragraphs are. Each element of the page is looked at once."""

    def __init__(self, holder: _Element | None) -> None:
        self.holder = holder
        self.known: dict[_Element, _Element | None] = {}
        self.outside = set() if holder is None else {holder, *holder.iterancestors()}

    def of(self, paragraph: Paragraph) -> _Place:
        """Return the place of a paragraph."""
        line = paragraph.line
        if line is None:
            return _Place("p", quote=paragraph if paragraph.is_post else None)
        outer = self._outer(line.element)
        kind = None if outer is None else outer.tag
        quote = line.quote
        if quote in self.outside:
            # The whole body is in a quote, which says nothing about this paragraph.
            quote = outer if kind == "blockquote" else None
        if line.tag == "tr":
            # The whole body may be one table.
            return _Place("tr", quote=quote, table=next(line.element.iterancestors("table"), None))
        return _Place(_tag(line, is_subhead=paragraph.is_subhead), quote=quote, item=outer if kind == "li" else None)

    def _outer(self, element: _Element) -> _Element | None:
        """Return the nearest list item, table or quote that an element is or is in, below the holder."""
        passed: list[_Element] = []
        found: _Element | None = None
        for each in _upwards(element):
            if each in self.known or each is self.holder or each.tag in _OUTER:
                found = self.known.get(each, each if each.tag in _OUTER and each is not self.holder else None)
                break
            passed.append(each)
        self.known.update(dict.fromkeys(passed, found))
        return found


def _upwards(element: _Element) -> Iterable[_Element]:
    yield element
    yield from element.iterancestors()


def _tag(line: Line, *, is_subhead: bool) -> str:
    """Return the tag of a line that is no row.

    A short line all in bold is a subhead of the record, so that it is a heading here too, of the lowest level: the
    page does not say which.
    """
    if not is_subhead:
        return "p"
    if line.is_heading:
        heading = next((each for each in _upwards(line.element) if each.tag in HEADINGS), None)
        if heading is not None:
            return _HEADING_TAGS.get(str(heading.tag), _LOWEST_HEADING)
    return _LOWEST_HEADING
