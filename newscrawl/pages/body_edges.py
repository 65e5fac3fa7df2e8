"""The first and the last block of a body: what before its first sentence and after its last one belongs to it."""

from collections.abc import Collection, Sequence

from lxml.etree import _Element

from newscrawl.pages.boxes import ends_a_sentence
from newscrawl.pages.byline import is_byline
from newscrawl.pages.lines import Block, Line, Media
from newscrawl.pages.tree import child_towards
from newscrawl.text import comparison_key


def with_edges(
    inside: Sequence[Block],
    sentences: Sequence[Line],
    holder: _Element,
    *,
    is_wide: bool,
    is_known: bool,
    known_texts: Collection[str],
) -> list[Block]:
    """Return the blocks of a body: from before its first sentence to after its last.

    `inside` are the blocks in the element that holds the body, and `sentences` the sentences among them, at least one.
    `is_wide` says that the element holds the headline too, `is_known` that it has the known class; then everything at
    its end belongs to the body. `known_texts` are the titles and standfirsts, as comparison keys.
    """
    good = set(sentences)
    first = next(number for number, block in enumerate(inside) if block in good)
    last = max(number for number, block in enumerate(inside) if block in good)
    start = first
    part = child_towards(holder, sentences[0].element)
    for number in range(first - 1, -1, -1):
        block = inside[number]
        if isinstance(block, Line):
            beside = child_towards(holder, block.element) is part
            if not _leads_in(block, sentences[0], is_wide and not beside, known_texts):
                break
        start = number
    while start < first and isinstance(inside[start], Media) and is_wide:
        start += 1
    if is_known:
        return list(inside[start:])
    end = last + 1
    while end < len(inside) and _goes_on(inside[end], inside[last], None if is_wide else holder):
        end += 1
    return list(inside[start:end])


def _leads_in(line: Line, first: Line, is_wide: bool, known_texts: Collection[str]) -> bool:
    """Return whether a line before the first sentence belongs to the body: a subhead or a short paragraph."""
    text = line.text
    if comparison_key(text) in known_texts:
        return False
    if line.is_heading:
        return not is_wide and line.link_share < 0.5
    if is_byline(text) or (line.link_share > 0.5 and not ends_a_sentence(text)):
        return False
    alike = line.tag == first.tag and line.element.getparent() is first.element.getparent()
    return alike and (ends_a_sentence(text) or not is_wide)


def _goes_on(block: Block, last: Block, holder: _Element | None) -> bool:
    """Return whether a block after the last sentence belongs to the body. `holder` has the body alone, or is None."""
    if holder is not None:
        child, part = child_towards(holder, block.element), child_towards(holder, last.element)
        if child is part and part is not last.element:
            return True
        if child is block.element and part is last.element:
            return not isinstance(block, Line) or block.link_share < 0.5
    parent = last.element.getparent()
    if not isinstance(block, Line):
        return block.element.getparent() is parent
    return (
        any(each is parent for each in list(block.element.iterancestors())[:2])
        and not block.is_heading
        and block.link_share < 0.5
        and (ends_a_sentence(block.text) or block.tag == "li")
    )
