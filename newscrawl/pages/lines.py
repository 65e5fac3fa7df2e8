"""A part of a page as a stream of blocks in reading order: lines of text, media and embedded posts.

A line has its element, its links, how much of it is linked or bold, and its boxes: the elements around it that may be
furniture, by their tag, their name, or because they are hidden. `boxes.py` decides which of them are furniture; what a
line means is decided by `body.py` and `byline.py`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml.etree import _Element

from newscrawl.pages.furniture import (
    FURNITURE_TAGS,
    Traits,
    asks_for_input,
    is_post,
    is_row,
    names_blocks,
    traits_of,
)
from newscrawl.pages.inner_text import (
    BLOCKS,
    HEADINGS,
    SILENT,
    is_block,
    is_break,
    is_hidden,
    is_shorter,
    is_word_of_sentence,
    visible_text,
    without_icons,
)
from newscrawl.pages.media_kinds import MEDIA_TAGS, media_kind
from newscrawl.pages.pictures import is_picture_box
from newscrawl.pages.runs import Run, paragraphs_of
from newscrawl.pages.tree import chain
from newscrawl.text import collapse_spaces, comparison_key

_BOLD_STYLE = re.compile(r"(?i)font-weight\s*:\s*(?:bold|[6-9]00)")
# Maximum nesting depth. Below it only plain text is collected, so that deep nesting in a hostile page costs little.
_MAX_DEPTH = 200
_KINDS: dict[str, str] = {
    **dict.fromkeys(BLOCKS, "block"),
    **dict.fromkeys(SILENT, "silent"),
    **dict.fromkeys((*MEDIA_TAGS, "noscript", "script"), "media"),
    "br": "break",
}
_PLAIN_STYLE = _BREAK = Run(None)
_NEVER_TEXT = frozenset(("nav", "footer"))
"""Elements that never hold an article's text; a quotation's footer says who spoke."""
_LONGEST_CELL = 300
"""Characters of a cell; a table with a longer one is layout, not data."""


class Link(NamedTuple):
    """A link in a line."""

    text: str
    href: str
    """As written."""
    element: _Element


@dataclass(slots=True, eq=False)
class Line:
    """One block of text: a paragraph, a heading, a list item, a table row, a part between two `<br><br>`."""

    text: str
    """On one line, never empty. The cells of a table row are separated by ` | `."""
    element: _Element
    """The innermost block element that it is in."""
    quote: _Element | None = None
    """The outermost `blockquote` around it."""
    links: list[Link] = field(default_factory=list)
    """The links in it, in order."""
    link_share: float = 0.0
    """Share of its characters that are in links, 0 to 1."""
    bold_share: float = 0.0
    """Share of its characters that are bold, 0 to 1."""
    has_image: bool = False
    """Whether a picture is in the same element."""
    is_heading: bool = False
    """Whether it is in a heading, or in a block inside a heading."""
    boxes: tuple[_Element, ...] = ()
    """The elements around it that may be furniture, outermost first."""
    runs: tuple[Run, ...] = ()
    is_prose: bool | None = None
    """Whether it is a sentence or several, as `boxes.is_prose` has found it; None before."""
    comparison: str | None = None
    """Its text as a comparison key, as `key` has found it; None before."""

    @property
    def key(self) -> str:
        """Its text as a comparison key."""
        if self.comparison is None:
            self.comparison = comparison_key(self.text)
        return self.comparison

    @property
    def tag(self) -> str:
        """The name of its element."""
        return str(self.element.tag)


@dataclass(slots=True, eq=False)
class Media:
    """A picture, a player or an embedded post, at its place among the blocks."""

    element: _Element
    kind: str
    """As `media_kinds.media_kind` names it, or `figure` for one with a picture."""
    link: str | None = None
    """The URL that the element is linked to, as written."""
    boxes: tuple[_Element, ...] = ()


@dataclass(slots=True, eq=False)
class EmbeddedPost:
    """An embedded post, whose text is one paragraph."""

    element: _Element
    text: str
    boxes: tuple[_Element, ...] = ()


Block = Line | Media | EmbeddedPost


def read_blocks(elements: Iterable[_Element], *, rows: bool = False, start: _Element | None = None) -> list[Block]:
    """Return the blocks in the elements, in order, hidden ones included.

    With `rows`, the texts of a row of short texts (a byline) are separated by ` | `. With `start`, an element inside,
    elements that end before it are passed over.
    """
    return _Reader(rows, start).read(elements)


def shown_lines(elements: Iterable[_Element]) -> list[Line]:
    """Return the lines of text that are shown in elements, in order, furniture included, with rows."""
    return [
        block
        for block in read_blocks([each for each in elements if not is_hidden(each)], rows=True)
        if isinstance(block, Line) and not any(map(is_hidden, block.boxes))
    ]


class _Reader:
    """Goes through elements once and collects their blocks."""

    def __init__(self, rows: bool, start: _Element | None) -> None:
        self.rows = rows
        way = [] if start is None else chain(start)
        self.way = dict(zip(way[1:], way[:-1], strict=True))
        """Each element around the start → the element in it that the start is in."""
        self.stream: list[Block] = []
        self.buffer: list[Run] = []
        self.waiting: list[Media] = []
        self.has_image = False
        self.has_words = False
        """Whether the buffer has more than white space and breaks."""
        self.quote: _Element | None = None
        self.heading = False
        self.boxes: tuple[_Element, ...] = ()

    def read(self, elements: Iterable[_Element]) -> list[Block]:
        parent: _Element | None = None
        for root in elements:
            if parent is None or root.getparent() is not parent:
                parent = root.getparent()
                self.heading = next(root.iterancestors(*HEADINGS), None) is not None
            self._element(root, root, _PLAIN_STYLE, 0)
            self._flush(root)
        return self.stream

    def _walk(self, element: _Element, block: _Element, style: Run, depth: int) -> None:
        first = self.way.get(element)
        if first is not None and depth <= _MAX_DEPTH:
            self._walk_from(first, block, style, depth)
            return
        text = element.text
        if text:
            self._text(text, style)
        if depth > _MAX_DEPTH:
            self._text(" ".join(text for child in element for text in child.itertext()), style)
            return
        in_row = self.rows and len(element) > 1 and is_row(element)
        for child in element:
            if in_row and self.buffer and self.buffer[-1].text is not None:
                self.buffer.append(style._replace(text=" | "))
            self._element(child, block, style, depth + 1)
            text = child.tail
            if text:
                self._text(text, style)

    def _walk_from(self, first: _Element, block: _Element, style: Run, depth: int) -> None:
        """Read an element and what follows it in the element that both are in."""
        self._element(first, block, style, depth + 1)
        self._text(first.tail or "", style)
        for child in first.itersiblings():
            self._element(child, block, style, depth + 1)
            self._text(child.tail or "", style)

    def _text(self, text: str, style: Run) -> None:
        if not text or text.isspace():
            # White space at the start of a block is skipped.
            if not self.buffer:
                return
        else:
            self.has_words = True
        self.buffer.append(Run(text) if style is _PLAIN_STYLE else Run(text, *style[1:]))

    def _element(self, element: _Element, block: _Element, style: Run, depth: int) -> None:
        tag: Any = element.tag
        kind = _KINDS.get(tag)
        if kind == "block" and (element.get("style") is None or is_block(element)):
            self._block(element, tag, block, style, depth)
        elif kind == "break":
            self.buffer.append(_BREAK)
        elif kind == "silent":
            if is_word_of_sentence(element, block):
                self._inline(element, tag, block, style, depth)
        elif kind == "media":
            if (name := media_kind(element)) is not None:
                self.has_image = self.has_image or name == "image"
                self._media(Media(element, name, _href(style.link), self.boxes))
        elif isinstance(tag, str):  # not a comment or a processing instruction
            self._inline(element, tag, block, style, depth)

    def _inline(self, element: _Element, tag: str, block: _Element, style: Run, depth: int) -> None:
        classes, own = element.get("class"), element.get("style")
        if classes or own or element.get("hidden") is not None:
            if is_break(element):
                self.buffer.append(_BREAK)
                return
            if is_picture_box(element):
                self._figure(element, block, style)
                return
            if own and is_block(element):
                self._block(element, tag, block, style, depth)
                return
            if classes and traits_of(element).post:
                self._post(element, block)
                return
            if is_hidden(element):
                return
            if own and _BOLD_STYLE.search(own):
                style = style._replace(bold=True)
        if tag == "a":
            if element.get("href") is not None:
                style = style._replace(link=element)
        elif tag in ("b", "strong"):
            style = style._replace(bold=True)
        elif tag in ("i", "em", "cite"):
            style = style._replace(italic=True)
        self._walk(element, block, style, depth)

    def _figure(self, element: _Element, block: _Element, style: Run) -> None:
        self._flush(block)
        self.stream.append(Media(element, "figure", _href(style.link), self.boxes))

    def _block(self, element: _Element, tag: str, block: _Element, style: Run, depth: int) -> None:
        if tag in _NEVER_TEXT and self.quote is None:
            self._flush(block)
            return
        traits = traits_of(element)
        if traits.post or (tag == "blockquote" and is_post(element)):
            self._post(element, block)
            return
        self._flush(block)
        if len(element) == 0 and not element.text:
            # A spacer, which many elements of a page are, still ends the block before it.
            return
        if (tag == "figure" or element.get("class")) and is_picture_box(element):
            self._figure(element, block, style)
            return
        outer = self.quote, self.heading, self.boxes
        if may_be_furniture(element, tag, traits):
            self.boxes = (*self.boxes, element)
        if tag == "blockquote" and self.quote is None:
            self.quote = element
        self.heading = self.heading or tag in HEADINGS
        if tag == "table" and is_data(element):
            self._table(element, style, depth)
        else:
            self._walk(element, element, style, depth)
            self._flush(element)
        self.quote, self.heading, self.boxes = outer

    def _table(self, table: _Element, style: Run, depth: int) -> None:
        """Record a table of data: one line for each row, its cells separated by ` | `."""
        for row in table.iter("tr", "caption"):
            cells = [cell for cell in row if cell.tag in ("td", "th") and not is_hidden(cell)] or [row]
            for cell in cells:
                before = len(self.buffer)
                if before:
                    self.buffer.append(style._replace(text=" | "))
                size = len(self.buffer)
                heavy = style._replace(bold=True) if cell.tag == "th" else style
                self._text(cell.text or "", heavy)
                for child in cell:
                    self._cell(child, heavy, depth + 1)
                    self._text(child.tail or "", heavy)
                if not any(run.text and not run.text.isspace() for run in self.buffer[size:]):
                    del self.buffer[before:]
            self._flush(row, whole=True)

    def _cell(self, element: _Element, style: Run, depth: int) -> None:
        """Collect the text of an element in a cell, whose blocks are no paragraphs of their own."""
        tag = element.tag
        if not isinstance(tag, str) or depth > _MAX_DEPTH or is_hidden(element):
            return
        if (kind := media_kind(element)) is not None:
            self._media(Media(element, kind, _href(style.link), self.boxes))
        elif tag in BLOCKS or tag == "br":
            self.buffer.append(style._replace(text=" "))
            self._text(element.text or "", style)
            for child in element:
                self._cell(child, style, depth + 1)
                self._text(child.tail or "", style)
            self.buffer.append(style._replace(text=" "))
        elif tag not in SILENT:
            if tag == "a":
                style = style._replace(link=element)
            self._text(element.text or "", style)
            for child in element:
                self._cell(child, style, depth + 1)
                self._text(child.tail or "", style)

    def _post(self, element: _Element, block: _Element) -> None:
        self._flush(block)
        self.stream.append(EmbeddedPost(element, visible_text(element), self.boxes))

    def _media(self, media: Media) -> None:
        """Put media into the stream. Media in the middle of a sentence wait until after it."""
        if self.has_words:
            self.waiting.append(media)
        else:
            self.stream.append(media)

    def _flush(self, block: _Element, *, whole: bool = False) -> None:
        if self.buffer:
            buffer, self.buffer = self.buffer, []
            self.has_words = False
            for part in [buffer] if whole or _BREAK not in buffer else paragraphs_of(buffer, block):
                self._line(part, block)
        self.has_image = False
        if self.waiting:
            self.stream += self.waiting
            self.waiting = []

    def _line(self, runs: list[Run], block: _Element) -> None:
        written = [" " if run.text is None else run.text for run in runs]
        text = collapse_spaces(without_icons("".join(written)))
        if not text:
            return
        line = Line(text, block, self.quote, has_image=self.has_image, is_heading=self.heading, boxes=self.boxes)
        line.runs = tuple(runs)
        self.stream.append(line)
        if all(run.link is None and not run.bold for run in runs):
            # Nearly every paragraph has no links and no bold text.
            return
        linked: dict[_Element, list[str]] = {}
        size = in_links = in_bold = 0
        for run in runs:
            if run.text is None or (run.link is None and not run.bold and not any(map(str.isalnum, run.text))):
                continue  # a break, or a mark such as a bullet before a link
            length = sum(map(len, run.text.split()))
            size += length
            if run.link is not None:
                linked.setdefault(run.link, []).append(run.text)
                in_links += length
            if run.bold:
                in_bold += length
        line.links = [
            Link(collapse_spaces(without_icons("".join(words))), link.get("href") or "", link)
            for link, words in linked.items()
        ]
        line.link_share = in_links / size if size else 0.0
        line.bold_share = in_bold / size if size else 0.0


def may_be_furniture(element: _Element, tag: str, traits: Traits) -> bool:
    """Return whether there is any evidence that a block is no part of a text: tag, name, form, or that it is hidden."""
    if tag == "form":
        return asks_for_input(element)
    if tag in FURNITURE_TAGS or tag in ("figcaption", "figcredit"):
        return True
    if any(traits) and (
        traits.summary
        or traits.caption
        or traits.slides
        or traits.hidden
        or (traits.furniture and names_blocks(element))
    ):
        return True
    if element.get("hidden") is not None or (element.get("style") and is_hidden(element)):
        return True
    if tag not in ("div", "section"):
        return False
    form = next(element.iterchildren("form"), None)
    return form is not None and asks_for_input(form)


def is_data(table: _Element) -> bool:
    """Return whether a table has data in its cells, not the page's layout."""
    if next(table.iterdescendants("table", "ul", "ol", "figure", "iframe", *HEADINGS), None) is not None:
        return False
    if next(table.iter("tr"), None) is None:
        return False
    return all(
        sum(1 for _ in cell.iter("p", "blockquote")) <= 1 and is_shorter(cell, _LONGEST_CELL)
        for cell in table.iter("td", "th")
    )


def _href(link: _Element | None) -> str | None:
    return None if link is None else link.get("href")
