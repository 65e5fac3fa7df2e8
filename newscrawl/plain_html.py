"""The HTML of a body: a few elements, one attribute, and a text that is the body. It is written, read and cleaned here.

A body is a list of blocks. Between the text of two blocks the body has a blank line, between the cells of a row ` | `,
and for each `br` a space.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newscrawl.text import PARAGRAPH_BREAK, clean, collapse_spaces

CELL_BREAK = " | "
BLOCK_TAGS = frozenset(("p", "h2", "h3", "h4", "li", "tr"))
CONTAINER_TAGS = frozenset(("blockquote", "ul", "ol", "table", "li"))
"""What blocks are in. A list item is one if there is more in it than one line of text."""
INLINE_TAGS = frozenset(("a", "strong", "em"))
ELEMENTS = BLOCK_TAGS | CONTAINER_TAGS | INLINE_TAGS | {"td", "br"}
"""All elements that there are."""
_TOKEN = re.compile(r'<(?P<end>/?)(?P<tag>[a-z]+[2-4]?)(?: href="(?P<href>[^"<>]*)")?>|(?P<text>[^<]+)|<')


class Span(NamedTuple):
    """A piece of text in one style; `text` is None for a line break."""

    text: str | None
    href: str | None = None
    """Where it leads: an absolute http(s) URL."""
    bold: bool = False
    italic: bool = False


class Container(NamedTuple):
    """What a block is in. Neighbours whose containers are equal are in the same one."""

    tag: str
    key: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph of a body."""

    tag: str
    """One of `BLOCK_TAGS`."""
    cells: tuple[tuple[Span, ...], ...]
    """The spans of each cell of a row; any other block is one cell."""
    within: tuple[Container, ...] = ()
    """Outermost first."""

    @property
    def text(self) -> str:
        """The paragraph, on one line."""
        cells = ("".join(" " if span.text is None else span.text for span in cell) for cell in self.cells)
        return collapse_spaces(CELL_BREAK.join(cells))


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans of one line of text, white space collapsed as `collapse_spaces` does for the whole.

    A space between two styles is only in the elements that both sides are in.

    >>> joined([Span(" a "), Span("b ", bold=True), Span(None), Span(" c")])[-2:]
    (Span(text=None, href=None, bold=False, italic=False), Span(text='c', href=None, bold=False, italic=False))
    """
    line: list[Span] = []
    space: str | None = ""  # what is between the last span and the next one: nothing, a space or a break
    for span in spans:
        if span.text is None:
            space = None
            continue
        words = collapse_spaces(span.text)
        if space == "" and span.text[:1].isspace():
            space = " "
        if not words:
            continue
        if line and space != "":
            last = line[-1]
            href = span.href if span.href == last.href else None
            line.append(Span(space, href, span.bold and last.bold, span.italic and last.italic))
        line.append(span._replace(text=words))
        space = " " if span.text[-1:].isspace() else ""
    return tuple(line)


# -- writing ---------------------------------------------------------------------------------------------------------


def write(blocks: Iterable[Block]) -> str:
    """Return blocks as HTML, one line a block; those without text are left out.

    >>> write([Block(tag="p", cells=((Span("a < b, "), Span("c", "https://x.net/?a&b", bold=True)),))])
    '<p>a &lt; b, <a href="https://x.net/?a&amp;b"><strong>c</strong></a></p>'
    """
    parts: list[str] = []
    around: tuple[Container, ...] = ()
    for block in blocks:
        if not any(block.cells) and len(block.cells) < 2:
            continue
        shared = _shared(around, block.within)
        parts += (f"</{container.tag}>" for container in reversed(around[shared:]))
        parts += ["\n"] if parts else []
        parts += (f"<{container.tag}>" for container in block.within[shared:])
        parts.append(f"<{block.tag}>")
        for cell in block.cells:
            inner = "".join(_inline(cell))
            parts.append(f"<td>{inner}</td>" if block.tag == "tr" else inner)
        parts.append(f"</{block.tag}>")
        around = block.within
    parts += (f"</{container.tag}>" for container in reversed(around))
    return "".join(parts)


def _shared(first: Sequence[object], second: Sequence[object]) -> int:
    """Return how many values at the start of two sequences are equal."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _inline(spans: Iterable[Span]) -> Iterator[str]:
    inside: list[tuple[str, str]] = []
    for span in spans:
        wanted = [("a", f'<a href="{html.escape(span.href)}">')] if span.href else []
        wanted += [("strong", "<strong>")] if span.bold else []
        wanted += [("em", "<em>")] if span.italic else []
        shared = _shared(inside, wanted)
        yield from (f"</{tag}>" for tag, _ in reversed(inside[shared:]))
        yield from (start for _, start in wanted[shared:])
        yield "<br>" if span.text is None else html.escape(span.text, quote=False)
        inside = wanted
    yield from (f"</{tag}>" for tag, _ in reversed(inside))


# -- reading ---------------------------------------------------------------------------------------------------------


def read(text: str) -> list[Block]:
    """Return the blocks of HTML that `write` has written. Of any other HTML it may not return all; it never raises."""
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        if (words := token["text"]) is not None:
            reader.span(html.unescape(words))
        elif token["tag"] is not None and token["end"]:
            reader.end(token["tag"])
        elif token["tag"] is not None:
            reader.start(token["tag"], token["href"])
    return reader.blocks


class _Reader:
    """The blocks read so far, and the element that is being read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.within: list[Container] = []
        self.tag: str | None = None
        self.cells: list[list[Span]] = []
        self.style = Span("")

    def start(self, tag: str, href: str | None) -> None:
        if tag in CONTAINER_TAGS:
            self.within.append(Container(tag, len(self.blocks)))
        elif tag in BLOCK_TAGS:
            self.tag, self.cells = tag, [] if tag == "tr" else [[]]
        elif tag == "td":
            self.cells.append([])
        elif tag == "br":
            self.span(None)
        else:
            self._style(tag, html.unescape(href) if href else None, is_set=True)

    def end(self, tag: str) -> None:
        if tag == self.tag:
            is_item = tag == "li"
            within = tuple(self.within[:-1] if is_item else self.within)
            self.blocks.append(Block(tag=tag, cells=tuple(map(joined, self.cells)), within=within))
            self.tag, self.style = None, Span("")
        if tag in CONTAINER_TAGS and self.within and self.within[-1].tag == tag:
            self.within.pop()
        self._style(tag, None, is_set=False)

    def _style(self, tag: str, href: str | None, *, is_set: bool) -> None:
        if tag == "a":
            self.style = self.style._replace(href=href)
        elif tag == "strong":
            self.style = self.style._replace(bold=is_set)
        elif tag == "em":
            self.style = self.style._replace(italic=is_set)

    def span(self, text: str | None) -> None:
        if self.tag is None and self.within and self.within[-1].tag == "li" and not (text and text.isspace()):
            self.tag, self.cells = "li", [[]]
        if self.tag is not None and self.cells:
            self.cells[-1].append(self.style._replace(text=text))


def text_of(text: str) -> str:
    """Return the body that HTML of a body has.

    >>> text_of("<h3>One</h3>\\n<table><tr><td>two</td><td>3 &lt; <em>4</em><br>5</td></tr></table>")
    'One\\n\\ntwo | 3 < 4 5'
    """
    return PARAGRAPH_BREAK.join(block.text for block in read(text))


def is_html_of(text: str, body: str) -> bool:
    """Return whether a text is HTML as it is written here, and its text is the body.

    >>> is_html_of("<p>One.</p>", "One."), is_html_of("<p>One.</p>", "Two."), is_html_of("<p><b>One.</b></p>", "One.")
    (True, False, False)
    """
    blocks = read(text)
    return PARAGRAPH_BREAK.join(block.text for block in blocks) == body and write(blocks) == text


# -- cleaning --------------------------------------------------------------------------------------------------------


def clean_html(text: str) -> str:
    """Return HTML with its text cleaned as `clean_body` cleans the body; the elements stay around the same words.

    >>> clean_html("<p>Me\\u0301<em>xico </em>\\u200b is</p>\\n<p>\\u200b</p>")
    '<p>Mé<em>xico</em> is</p>'
    """
    return write(map(_cleaned, read(text)))


def _cleaned(block: Block) -> Block:
    """Return a block with the text that `clean` makes of the whole, cut where the styles change."""
    before = block.text
    text = clean(before)
    if text == before:
        return block
    pieces: list[Span] = []
    for number, cell in enumerate(block.cells):
        pieces += [Span(CELL_BREAK)] if number else []
        pieces += cell
    breaks = {at for at, piece in enumerate(pieces) if piece == Span(CELL_BREAK)} if block.tag == "tr" else set()
    cells: list[list[Span]] = [[]]
    start = 0
    for at, (piece, end) in enumerate(zip(pieces, _cuts(pieces, text), strict=True)):
        part = text[start:end]
        if at in breaks and _is_break(text, start, end):
            cells.append([])
        elif piece.text is not None:
            cells[-1].append(piece._replace(text=part))
        elif start and text[start - 1] == " ":
            cells[-1].append(piece)
        start = end
    return Block(tag=block.tag, cells=tuple(map(joined, cells)), within=block.within)


def _is_break(text: str, start: int, end: int) -> bool:
    """Return whether a part of a text is what separates two cells, with a space or an end on both sides."""
    begins = start == 0 or text[start - 1] == " "
    ends = end == len(text) or text[end - 1] == " "
    return begins and ends and text[start:end].strip() == CELL_BREAK.strip()


def _cuts(pieces: Sequence[Span], text: str) -> Iterator[int]:
    """Yield where each piece ends in the clean text of the whole, which may differ from the pieces cleaned alone.

    Counted are the characters that are not white space: up to the first difference from the start, after it from the
    end. Where nothing fits, a style may begin some characters off, but no character is lost.
    """
    places = [at for at, char in enumerate(text) if char != " "]
    whole = text.replace(" ", "")
    alone = ["" if piece.text is None else clean(piece.text).replace(" ", "") for piece in pieces]
    together = "".join(alone)
    first = _shared(together, whole)
    count = before = 0
    for number, part in enumerate(alone, 1):
        count += len(part)
        if number == len(alone):
            cut = len(whole)
        elif count <= first:
            cut = count
        else:
            cut = max(first, len(whole) - (len(together) - count))
        before = max(before, min(cut, len(whole)))
        yield places[before] if before < len(places) else len(text)
