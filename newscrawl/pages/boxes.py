"""Which boxes of a page are furniture: what their names say is weighed against what is in them.

A box is an element that some evidence calls furniture: its tag (`nav`, `footer`), its name, or that it is hidden. A box
with most of the page's sentences is no furniture, whatever it is called. Neither are boxes of one make (tag and class)
that have most of the sentences together.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lxml.etree import _Element

from newscrawl.almayadeen.labels import BOILERPLATE
from newscrawl.pages.byline import is_byline
from newscrawl.pages.furniture import traits_of
from newscrawl.pages.inner_text import is_hidden
from newscrawl.pages.lines import Block, EmbeddedPost, Line
from newscrawl.pages.tree import lies_in, make_of
from newscrawl.text import comparison_key

SENTENCE_END = re.compile(r"[.!?…؟۔。！？:;][\"'”’»)\]」』]*$")
_MOST = 0.4
"""Share of the page's sentences that makes a box the article's, by characters."""
FEW = 3
"""Sentences that are no article; a ticker has as many."""
_CAPTIONS = ("figcaption", "figcredit")


def ends_a_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does.

    >>> ends_a_sentence("He said: “Yes.”"), ends_a_sentence("A headline")
    (True, False)
    """
    # Only the end is searched. In a long line the pattern would try every letter.
    return SENTENCE_END.search(text, max(0, len(text) - 40)) is not None


def is_prose(line: Line) -> bool:
    """Return whether a line is a sentence or several, by its text: not a label, a headline, a byline or small print."""
    if line.is_prose is None:
        line.is_prose = _is_prose(line)
    return line.is_prose


def _is_prose(line: Line) -> bool:
    text = line.text
    if line.is_heading or (line.link_share > 0.9 and not _goes_through_links(line)):
        return False
    words = text.count(" ") + 1
    is_sentence = ends_a_sentence(text)
    # Chinese and Japanese have no spaces between words.
    is_long = (words >= 5 and is_sentence) or words >= 12 or (len(text) >= max(20, 15 * words) and is_sentence)
    if not is_long or (line.link_share > 0.5 and not is_sentence) or is_byline(text):
        return False
    lowered = text.lower() if len(text) < 300 else ""
    return not any(words in lowered for words in BOILERPLATE)


def _goes_through_links(line: Line) -> bool:
    """Return whether a line has words before and after its links: a sentence of which nearly all is a link."""
    texts = [link.text for link in line.links if link.text]
    if not texts:
        return False
    head, tail = line.text.partition(texts[0])[0], line.text.rpartition(texts[-1])[2]
    return any(map(str.isalnum, head)) and any(map(str.isalnum, tail)) and ends_a_sentence(line.text)


@dataclass(slots=True)
class _Weight:
    """What is in one box."""

    prose: int = 0
    """Characters of its sentences."""
    sentences: int = 0
    has_post: bool = False
    in_quote: bool = False


def without_furniture(
    stream: Sequence[Block], headline: _Element | None, prose: Callable[[Line], bool] = is_prose
) -> list[Block]:
    """Return the blocks of a page's stream that are not in furniture. The headline's own lines stay."""
    weights: dict[_Element, _Weight] = {}
    total = 0
    is_below = headline is None
    for block in stream:
        is_line = isinstance(block, Line)
        if not is_below and is_line and lies_in(block.element, headline):
            is_below = True
            continue
        counts = is_below and isinstance(block, Line) and prose(block)
        size = len(block.text) if counts and isinstance(block, Line) else 0
        if size and not any(_is_surely(box, True) for box in block.boxes):
            total += size
        for box in block.boxes:
            weight = weights.setdefault(box, _Weight())
            weight.prose += size
            weight.sentences += counts
            weight.has_post = weight.has_post or isinstance(block, EmbeddedPost)
            weight.in_quote = weight.in_quote or (isinstance(block, Line) and block.quote is not None)
    if not weights:
        return list(stream)
    alike: dict[tuple[str, str | None], int] = {}
    for box, weight in weights.items():
        alike[make_of(box)] = alike.get(make_of(box), 0) + weight.prose
    above = {headline, *headline.iterancestors()} if headline is not None else set()
    furniture = {
        box
        for box, weight in weights.items()
        if (alike[make_of(box)] <= _MOST * total or _is_surely(box, total > 0) or _is_standfirst(box, weight))
        and _is_furniture(box, weight, above)
    }
    slides = {box for box in weights if traits_of(box).slides and weights[box].prose <= _MOST * total}
    return [
        block
        for block in stream
        if not furniture.intersection(block.boxes)
        # The texts in a row of pictures are captions.
        and not (slides and isinstance(block, Line) and slides.intersection(block.boxes))
    ]


def has_text_below(stream: Sequence[Block], headline: _Element, *, few: int = FEW) -> bool:
    """Return whether the article may be below a headline: a sentence is, or fewer than `few` are in the whole stream.

    Sentences in menus and footers do not count. A headline in one of these has nothing below it.
    """
    lines = [block for block in stream if isinstance(block, Line)]
    at = next((number for number, line in enumerate(lines) if lies_in(line.element, headline)), len(lines))
    text = [
        number
        for number, line in enumerate(lines)
        if is_prose(line) and not any(_is_surely(box, True) for box in line.boxes)
    ]
    return len(text) < few or (bool(text) and text[-1] > at)


def _is_furniture(box: _Element, weight: _Weight, above: set[_Element]) -> bool:
    """Return whether a box without most of the sentences is furniture."""
    if is_hidden(box):
        # React streams a page in hidden elements, and the rest of a long article may be hidden until a click.
        return box not in above and not (weight.sentences >= 2 and not traits_of(box).furniture and _goes_on(box))
    if box.tag in _CAPTIONS:
        # The caption of a quotation says who spoke.
        figure = box.getparent()
        return figure is None or figure.find(".//blockquote") is None
    if box.tag == "footer":
        return not weight.in_quote
    traits = traits_of(box)
    if traits.slides and not traits.furniture:
        return False
    if traits.caption and not traits.furniture and not traits.summary:
        return box.find(".//img") is None
    if box.tag == "header":
        # The header of a section in a text has its subhead and nothing else.
        return box in above or weight.sentences > 0 or box.find(".//a") is not None or box.find(".//nav") is not None
    return not weight.has_post or box.tag in ("nav", "aside")


def _is_standfirst(box: _Element, weight: _Weight) -> bool:
    return weight.sentences < 3 and traits_of(box).summary


def _goes_on(box: _Element) -> bool:
    """Return whether a hidden box follows a paragraph, as the rest of an article does."""
    return any(sibling.tag in ("p", "div", "section") for sibling in box.itersiblings(preceding=True))


def _is_surely(box: _Element, has_text: bool) -> bool:
    """Return whether a box is furniture even with most of the sentences: by its tag, or its name if there is a text."""
    traits = traits_of(box)
    return box.tag in ("nav", "footer") or traits.never_text or (has_text and traits.surely_furniture)


def keys_of(texts: Iterable[str | None]) -> set[str]:
    """Return the comparison keys of texts, without empty ones."""
    return {comparison_key(text) for text in texts if text} - {""}
