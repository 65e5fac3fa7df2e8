"""A part of a page as a list of blocks in reading order: lines of text, media and embedded posts, without furniture.

A line has its element, its links, and how much of it is linked or bold. The readers of the list, `body.py` and
`byline.py`, decide what a line means.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from newscrawl.pages.furniture import FURNITURE_TAGS, Traits, holds_sign_up, is_hidden_by, is_post, is_row, traits_of
from newscrawl.pages.inner_text import BLOCKS, HEADINGS, SILENT, texts_of, visible_text
from newscrawl.text import collapse_spaces

_FRAMES = frozenset(("iframe", "video", "oembed", "amp-iframe", "amp-twitter"))
_SINGLE = frozenset(("br", "img")) | _FRAMES | SILENT
_BLOCK_STYLE = re.compile(r"(?i)display\s*:\s*(?:block|flex|grid|list-item)")
_BOLD_STYLE = re.compile(r"(?i)font-weight\s*:\s*(?:bold|[6-9]00)")
_UNLINKED_TEXT = etree.XPath(
    ".//text()[normalize-space() and not(ancestor::a or ancestor::nav or ancestor::footer or parent::script"
    " or parent::style or parent::noscript or parent::template)]",
    smart_strings=False,
)

# Maximum nesting depth. Below it only plain text is collected, so that deep nesting in a hostile page costs little.
_MAX_DEPTH = 200
_BREAK = None


class Link(NamedTuple):
    """A link in a line."""

    text: str
    href: str
    """As written."""
    element: _Element


@dataclass(slots=True, eq=False)
class Line:
    """One block of text: a paragraph, a heading, a list item, a part between two `<br><br>`."""

    text: str
    """On one line, never empty."""
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

    @property
    def tag(self) -> str:
        """The name of its element."""
        return str(self.element.tag)


@dataclass(slots=True, eq=False)
class Media:
    """A picture, a player or an embedded post, at its place among the blocks."""

    element: _Element
    kind: str
    """`image` (an img), `figure` (one with a picture), `frame`, `video`, or `post` (a placeholder with a URL)."""
    link: str | None = None
    """The URL that the element is linked to, as written."""


@dataclass(slots=True, eq=False)
class EmbeddedPost:
    """An embedded post, whose text is one paragraph."""

    element: _Element
    text: str


Block = Line | Media | EmbeddedPost


def blocks(
    elements: Iterable[_Element],
    keep: Collection[_Element] = (),
    *,
    with_furniture: bool = False,
    whole: Sequence[_Element] | None = None,
    sizes: Mapping[_Element, int] | None = None,
) -> list[Block]:
    """Return the blocks in the elements, in order, without furniture, scripts and hidden elements.

    `keep` are elements that are never furniture, whatever their names say. An element with most of the text is kept
    too. `with_furniture` also returns standfirsts, captions and furniture, where bylines may be. `whole` are the
    elements that "most of the text" refers to, if they are more than `elements`. `sizes` are the page's `text_sizes`;
    a caller that reads a whole page passes them, so that no text is measured twice.
    """
    roots = list(elements)
    return _Reader(roots, keep, with_furniture, roots if whole is None else whole, sizes).read()


class _Reader:
    """Goes through elements once and collects their blocks."""

    def __init__(
        self,
        roots: list[_Element],
        keep: Collection[_Element],
        with_furniture: bool,
        whole: Sequence[_Element],
        sizes: Mapping[_Element, int] | None,
    ) -> None:
        self.roots = roots
        self.whole = whole
        self.keep = keep
        self.with_furniture = with_furniture
        self.stream: list[Block] = []
        self.buffer: list[tuple[str, int, bool] | None] = []
        self.links: list[_Element] = []
        self.waiting: list[Media] = []
        self.has_image = False
        self.quote: _Element | None = None
        self.heading = False
        self.sizes = sizes
        self.total: int | None = None

    @cached_property
    def has_forms(self) -> bool:
        """Whether a form is in the elements."""
        return any(next(root.iter("form"), None) is not None for root in self.roots)

    def read(self) -> list[Block]:
        parent: _Element | None = None
        for root in self.roots:
            if parent is None or root.getparent() is not parent:
                parent = root.getparent()
                self.heading = next(root.iterancestors(*HEADINGS), None) is not None
            self._element(root, root, -1, False, 0)
            self._flush(root)
        return self.stream

    def _walk(self, element: _Element, block: _Element, link: int, bold: bool, depth: int) -> None:
        self._text(element.text, link, bold)
        if depth > _MAX_DEPTH:
            self.buffer.extend((text, link, bold) for child in element for text in texts_of(child))
            return
        in_row = self.with_furniture and is_row(element)
        for child in element:
            if in_row and self.buffer and self.buffer[-1] is not _BREAK:
                self.buffer.append((" | ", link, bold))
            self._element(child, block, link, bold, depth + 1)
            self._text(child.tail, link, bold)

    def _text(self, text: str | None, link: int, bold: bool) -> None:
        # White space at the start of a block is skipped.
        if text and (self.buffer or not text.isspace()):
            self.buffer.append((text, link, bold))

    def _element(self, element: _Element, block: _Element, link: int, bold: bool, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str):  # a comment or a processing instruction
            return
        if tag in _SINGLE:
            self._single(element, tag, link)
            return
        traits = traits_of(element)
        style = element.get("style")
        if len(element) == 0 and not element.text and not self.buffer and not traits.post:
            # Icons and spacers, which most elements of a page are.
            if tag in BLOCKS:
                self.has_image = False
        elif self._is_left_out(element, tag, traits, style, depth):
            self._flush(block)
        elif traits.post or (tag == "blockquote" and is_post(element)):
            self._flush(block)
            self.stream.append(EmbeddedPost(element, visible_text(element)))
        elif tag == "figure" and element.find(".//img") is not None and element.find(".//blockquote") is None:
            self._flush(block)
            self.stream.append(Media(element, "figure", self.links[link].get("href") if link >= 0 else None))
        elif tag in BLOCKS or (style and _BLOCK_STYLE.search(style)):
            self._flush(block)
            outer, outer_heading = self.quote, self.heading
            if tag == "blockquote" and outer is None:
                self.quote = element
            self.heading = outer_heading or tag in HEADINGS
            self._walk(element, element, link, bold, depth)
            self._flush(element)
            self.quote, self.heading = outer, outer_heading
        elif tag == "a":
            self.links.append(element)
            self._walk(element, block, len(self.links) - 1, bold, depth)
        else:
            heavy = tag in ("b", "strong") or bool(style and _BOLD_STYLE.search(style))
            self._walk(element, block, link, bold or heavy, depth)

    def _single(self, element: _Element, tag: str, link: int) -> None:
        """Record an element that has no text: a break, a picture, a player or a post."""
        if tag == "br":
            self.buffer.append(_BREAK)
        elif tag == "img":
            self.has_image = True
            self._media(Media(element, "image", self.links[link].get("href") if link >= 0 else None))
        elif tag in _FRAMES:
            self._media(Media(element, "video" if tag == "video" else "frame"))
        elif element.get("data-telegram-post"):
            self._media(Media(element, "post"))

    def _media(self, media: Media) -> None:
        """Put media into the stream. Media in the middle of a sentence wait until after it."""
        if any(part and part[0].strip() for part in self.buffer):
            self.waiting.append(media)
        else:
            self.stream.append(media)

    def _is_left_out(self, element: _Element, tag: str, traits: Traits, style: str | None, depth: int) -> bool:
        if is_hidden_by(element, traits, style):
            return True
        if self.with_furniture or (tag == "p" and depth == 0):
            return False
        if traits.summary or (traits.caption and element.find(".//img") is None) or tag == "figcaption":
            return not self._is_most(element)
        if tag in ("div", "section") and self.has_forms and holds_sign_up(element):
            return not self._is_most(element)
        if tag not in FURNITURE_TAGS and not traits.furniture:
            return False
        if any(is_post(each) for each in element.iter("blockquote")):
            return False  # an embedded post may be in an element named "social"
        # The footer of a quotation names its source.
        if element in self.keep or (element.tag == "footer" and self.quote is not None):
            return False
        if tag in ("nav", "footer", "aside") or traits.surely_furniture:
            return True
        return not self._is_most(element)

    def _is_most(self, element: _Element) -> bool:
        """Return whether an element has most of the text. Then its name does not make it furniture."""
        if element in self.roots:
            return True
        size = self._unlinked_size(element)
        if size < 150:
            return False
        if self.total is None:
            self.total = sum(map(self._unlinked_size, self.whole))
        return size > 0.4 * self.total

    def _unlinked_size(self, element: _Element) -> int:
        """Return the number of characters of an element's text outside links, menus, footers and scripts."""
        if self.sizes is not None:
            return self.sizes.get(element, 0)
        return sum(map(len, _UNLINKED_TEXT(element)))

    def _flush(self, block: _Element) -> None:
        if not self.buffer and not self.waiting:
            self.has_image = False
            return
        buffer, self.buffer = self.buffer, []
        if len(buffer) == 1:
            if buffer[0] is not _BREAK:
                self._line(buffer, block)
        elif any(part and not part[0].isspace() and part[0] for part in buffer):
            for part in _paragraphs(buffer, block):
                self._line(part, block)
        self.has_image = False
        self.stream += self.waiting
        self.waiting = []

    def _line(self, parts: list[tuple[str, int, bool] | None], block: _Element) -> None:
        if len(parts) == 1 and (only := parts[0]) is not None:
            text = collapse_spaces(only[0])
            is_plain = only[1] < 0 and not only[2]
        else:
            text = collapse_spaces("".join([" " if part is None else part[0] for part in parts]))
            is_plain = all(part is None or (part[1] < 0 and not part[2]) for part in parts)
        if not text:
            return
        if is_plain:
            # Nearly every paragraph has no links and no bold text.
            self.stream.append(Line(text, block, self.quote, [], 0.0, 0.0, self.has_image, self.heading))
            return
        linked: dict[int, list[str]] = {}
        size = in_links = in_bold = 0
        for part in parts:
            if part is None:
                continue
            words, link, bold = part
            length = sum(map(len, words.split()))
            size += length
            if link >= 0:
                linked.setdefault(link, []).append(words)
                in_links += length
            if bold:
                in_bold += length
        self.stream.append(
            Line(
                text,
                block,
                self.quote,
                [
                    Link(collapse_spaces("".join(words)), self.links[link].get("href") or "", self.links[link])
                    for link, words in linked.items()
                ],
                in_links / size if size else 0.0,
                in_bold / size if size else 0.0,
                self.has_image,
                self.heading,
            )
        )


def _paragraphs(
    buffer: list[tuple[str, int, bool] | None], block: _Element
) -> Iterator[list[tuple[str, int, bool] | None]]:
    """Yield the paragraphs of a block that has breaks.

    Two breaks with only white space between them always separate paragraphs. A single break is a space in an element
    that is one paragraph (`p`, `li`, a heading). In other elements it separates paragraphs if the lines are sentences.
    """
    if _BREAK not in buffer:
        yield buffer
        return
    parts: list[list[tuple[str, int, bool] | None]] = [[]]
    breaks = 0
    singles = 0
    for part in buffer:
        if part is _BREAK:
            breaks += 1
            continue
        if not part[0].strip() and breaks:
            continue
        if breaks >= 2:
            parts.append([])
        elif breaks == 1:
            parts[-1].append(_BREAK)
            singles += 1
        breaks = 0
        parts[-1].append(part)
    for part_of in parts:
        if _BREAK in part_of and block.tag not in ("p", "li", "td", "th", *HEADINGS) and _each_ends(part_of):
            line: list[tuple[str, int, bool] | None] = []
            for part in part_of:
                if part is _BREAK:
                    yield line
                    line = []
                else:
                    line.append(part)
            yield line
        else:
            yield part_of


_END = re.compile(r"[.!?…؟۔:]['\"”’»)\]]*$")


def _each_ends(parts: list[tuple[str, int, bool] | None]) -> bool:
    """Return whether the lines between single breaks are sentences, not lines of a poem or of a postal address."""
    lines = [""]
    for part in parts:
        if part is _BREAK:
            lines.append("")
        else:
            lines[-1] += part[0]
    lines = [text for line in lines if (text := line.strip())]
    ended = sum(1 for line in lines if _END.search(line))
    return len(lines) > 1 and ended * 2 > len(lines) and sum(map(len, lines)) / len(lines) > 60
