"""The body of an article in markup that nobody knows: which part of the page is it?

First the page's stream is cut to what can hold the body at all: after the headline, before the tags, "Most Read" and
what else follows every article of the site. Then the element is chosen that holds its sentences. The same reader as
for known markup (`body.py`) takes the body out of it, so that both obey one set of rules. When no element stands out,
trafilatura is asked about the whole page, and what other layers have read is taken out of its answer.
"""

import re
from collections.abc import Collection, Sequence

from lxml import etree
from lxml.etree import _Element

from newscrawl.almayadeen.addresses import TAG_LINK_AT_END
from newscrawl.almayadeen.labels import BOILERPLATE, END_LABELS
from newscrawl.errors import NotAnArticleError
from newscrawl.pages.byline import is_byline
from newscrawl.pages.furniture import is_summary
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.lines import Block, Line, blocks
from newscrawl.pages.page import Page
from newscrawl.text import collapse_spaces, comparison_key

_SENTENCE = re.compile(r"[.!?…؟۔:;][\"'”’»)\]]*$")


def find_body(
    page: Page, headline: _Element | None, known: Collection[str], standfirsts: Collection[str]
) -> tuple[list[Block], _Element] | None:
    """Return the stream of the body and the element that it stands in, or None when no part of the page is one.

    `known` are the texts that other layers have read (title, captions), `standfirsts` those that the metadata gives as
    the summary, all folded: the first line that is one stands before the body, a second is the body's own. Raises
    `NotAnArticleError` for a listing with teasers.
    """
    keep = {headline, *headline.iterancestors()} if headline is not None else set()
    root = page.content
    stream = _window(blocks([root], keep, sizes=page.text_sizes), headline)
    # Where the markup calls it a standfirst it is not in the stream, and the same words below are the body's own.
    is_named = bool(standfirsts) and any(
        is_summary(each) and comparison_key(visible_text(each)) in standfirsts for each in root.iter("p", "div", "h2")
    )
    standfirst = next(
        (
            block
            for block in stream
            if isinstance(block, Line) and not is_named and comparison_key(block.text) in standfirsts
        ),
        None,
    )
    good = [line for line in stream if isinstance(line, Line) and line is not standfirst and _is_prose(line, known)]
    if standfirst is None and not standfirsts and _is_set_apart(good, stream):
        standfirst = good.pop(0)
    if not good:
        return None
    chosen = _narrowed(_common_ancestor(good), good)
    if _is_list_of_teasers(chosen, good):
        raise NotAnArticleError(page.url, "a listing: its sentences stand under the headlines of other stories")
    parent = chosen.getparent()
    if len(good) == 1 and chosen is good[0].element and parent is not None and chosen is not root:
        # The other paragraphs may be too short to be told from furniture by themselves.
        chosen = parent
    inside = [block for block in stream if _lies_in(block.element, chosen)]
    first = next(number for number, block in enumerate(inside) if block in good)
    start = 0
    for number, block in enumerate(inside[:first]):
        if isinstance(block, Line) and (
            block is standfirst or comparison_key(block.text) in known or is_byline(block.text)
        ):
            start = number + 1
    return [block for block in inside[start:] if block is not standfirst], chosen


def extract_by_trafilatura(page: Page, headline: _Element | None, known: Collection[str]) -> list[str]:
    """Return the paragraphs that trafilatura takes for the page's text, in order.

    Left out is what other layers have read, and what stands outside the part of the page that can hold the body.
    """
    # Only pages that nothing else could read pay for this import.
    import trafilatura

    text = trafilatura.extract(
        etree.tostring(page.root, encoding="unicode", method="html"),
        include_comments=False,
        include_tables=False,
        favor_precision=True,
    )
    keep = {headline, *headline.iterancestors()} if headline is not None else set()
    window = _window(blocks([page.content], keep, sizes=page.text_sizes), headline)
    possible = {comparison_key(block.text) for block in window if isinstance(block, Line) and block.link_share < 0.5}
    lines = [collapse_spaces(line) for line in (text or "").split("\n")]
    return [
        line
        for line in lines
        if comparison_key(line) in possible and comparison_key(line) not in known and not is_byline(line)
    ]


def _window(stream: Sequence[Block], headline: _Element | None) -> list[Block]:
    """Return the part of a page's stream after its headline and before what follows every article."""
    start = 0
    if headline is not None:
        for number, block in enumerate(stream):
            if isinstance(block, Line) and _lies_in(block.element, headline):
                start = number + 1
    window: list[Block] = []
    seen_prose = 0
    for number, block in enumerate(stream[start:], start):
        if isinstance(block, Line):
            # A second headline is another article's, on pages that load the next one below.
            if seen_prose and (block.tag == "h1" or _is_end(block, stream[number + 1 :])):
                break
            seen_prose += len(block.text) > 80 and block.link_share < 0.5 and not is_byline(block.text)
        window.append(block)
    return window


def _is_end(line: Line, following: Sequence[Block]) -> bool:
    """Return whether a line begins what follows an article: tags, or a label of another list."""
    if len(line.text) > 60:
        return False
    label = line.text.rstrip(" :：")
    if comparison_key(label) in END_LABELS and line.element.tag != "li":
        return True
    if (
        line.link_share > 0.8
        and line.links
        and all(TAG_LINK_AT_END.search(link.href) for link in line.links if link.text)
    ):
        # A single tag may be a word of a sentence that its own element holds; a group is not.
        return not any(isinstance(block, Line) and _is_prose(block, ()) for block in following[:1])
    return False


def _is_prose(line: Line, known: Collection[str]) -> bool:
    text = line.text
    # The end alone: what stands before it would be looked at letter by letter.
    is_sentence = _SENTENCE.search(text, max(0, len(text) - 40)) is not None
    if (
        line.link_share > (0.9 if is_sentence else 0.5)
        or line.is_heading
        or comparison_key(text) in known
        or is_byline(text)
    ):
        return False
    lowered = text.lower() if len(text) < 300 else ""
    if any(words in lowered for words in BOILERPLATE):
        return False
    words = len(text.split())
    return (words >= 5 and is_sentence) or words >= 12


def _lies_in(element: _Element, holder: _Element) -> bool:
    return element is holder or any(ancestor is holder for ancestor in element.iterancestors())


def _common_ancestor(lines: Sequence[Line]) -> _Element:
    shared: list[_Element] | None = None
    for line in lines:
        chain = [line.element, *line.element.iterancestors()][::-1]
        if shared is None:
            shared = chain
            continue
        same = 0
        while same < min(len(shared), len(chain)) and shared[same] is chain[same]:
            same += 1
        shared = shared[:same]
    assert shared  # all lines stand in one tree
    return shared[-1]


def _narrowed(element: _Element, prose: Sequence[Line]) -> _Element:
    """Return the part of an element that is the body, when what prose stands beside it is in a box of another style.

    A standfirst before the body, or a box for a newsletter after it, stands beside the element that holds most of the
    prose. Parts of one body are of one style: the same tag and the same class.
    """
    while True:
        weights: dict[_Element, int] = {}
        for line in prose:
            if (child := _child_towards(element, line.element)) is not None:
                weights[child] = weights.get(child, 0) + len(line.text)
        if not weights:
            return element
        best = max(weights, key=lambda child: weights[child])
        if weights[best] < 0.6 * sum(weights.values()) or sum(1 for line in prose if _lies_in(line.element, best)) < 2:
            return element
        alike = [child for child in weights if child.tag == best.tag and child.get("class") == best.get("class")]
        if len(alike) > 1:
            return element
        element = best
        prose = [line for line in prose if _lies_in(line.element, best)]


def _is_set_apart(prose: Sequence[Line], stream: Sequence[Block]) -> bool:
    """Return whether the first of a page's prose is its standfirst: in a box of another style, not right before it."""
    if len(prose) < 2:
        return False
    shared = _common_ancestor(prose[:2])
    boxes = [_child_towards(shared, line.element) for line in prose[:2]]
    styles = [(box.tag, box.get("class")) for box in boxes if box is not None]
    if len(styles) < 2 or styles[0] == styles[1]:
        return False
    return list(stream).index(prose[1]) - list(stream).index(prose[0]) > 1


def _is_list_of_teasers(element: _Element, prose: Sequence[Line]) -> bool:
    """Return whether an element is a listing: most of its prose stands in cards that are headed by a link each."""
    cards = {child for line in prose if (child := _child_towards(element, line.element)) is not None}
    headed = sum(1 for card in cards if card.tag != "p" and _is_headed_by_link(card))
    return headed >= 3 and headed >= 0.7 * len(cards)


def _is_headed_by_link(card: _Element) -> bool:
    stream = [block for block in blocks([card]) if isinstance(block, Line)]
    return bool(stream) and stream[0].link_share > 0.9 and len(stream) <= 6


def _child_towards(holder: _Element, element: _Element) -> _Element | None:
    """Return the child of `holder` that holds `element`, or None when the element is `holder` itself."""
    child = None
    for each in (element, *element.iterancestors()):
        if each is holder:
            return child
        child = each
    return None
