"""The search for an article's body on a page whose markup is unknown.

First the page's stream of blocks is cut to the part that can have the body: after the headline, and before the tags,
"Most Read" and what else follows every article of the site. Then the element with most of the sentences is chosen.
`body.py` reads the body from it, as from known markup, so that both follow the same rules. When no element has the
body, trafilatura reads the whole page, and what other readers have read already is removed from its answer.
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
    """Return the blocks of the body and the element that they are in, or None when the page has no body.

    `known` are the texts that other readers have read (title, captions); `standfirsts` are the summaries that the
    metadata states. Both are comparison keys. The first line that equals a standfirst is left out; a second one is
    part of the body. Raises `NotAnArticleError` for a listing with teasers.
    """
    keep = {headline, *headline.iterancestors()} if headline is not None else set()
    root = page.content
    stream = _window(blocks([root], keep, sizes=page.text_sizes), headline)
    # A standfirst that the markup names is not in the stream. Then a line of the same words is part of the body.
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
        raise NotAnArticleError(page.url, "a listing: its sentences are below the headlines of other articles")
    parent = chosen.getparent()
    if len(good) == 1 and chosen is good[0].element and parent is not None and chosen is not root:
        # The other paragraphs may be too short to be recognised as prose; the parent has them too.
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
    """Return the paragraphs that trafilatura finds on a page, in order.

    Leaves out the texts `known`, bylines, and lines outside the part of the page that can have the body.
    """
    # Imported here, because the import is slow and few pages need it.
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
            # A second headline belongs to another article: some pages load the next one below the first.
            if seen_prose and (block.tag == "h1" or _is_end(block, stream[number + 1 :])):
                break
            seen_prose += len(block.text) > 80 and block.link_share < 0.5 and not is_byline(block.text)
        window.append(block)
    return window


def _is_end(line: Line, following: Sequence[Block]) -> bool:
    """Return whether a line begins the part after an article: tags, or a list labelled "Most Read" or the like."""
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
        # A single linked word may be part of a text whose next line is prose; then the text goes on.
        return not any(isinstance(block, Line) and _is_prose(block, ()) for block in following[:1])
    return False


def _is_prose(line: Line, known: Collection[str]) -> bool:
    text = line.text
    # Only the end is searched. In a long line the pattern would try every letter.
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
    assert shared  # all lines are in one tree
    return shared[-1]


def _narrowed(element: _Element, prose: Sequence[Line]) -> _Element:
    """Return the innermost element that has most of the prose, unless its siblings look like parts of the same body.

    A standfirst, or a box for a newsletter, is beside the element with most of the prose and has another style. Parts
    of one body have the same style: the same tag and the same class.
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
    """Return whether the first line of prose is a standfirst: in another style, and not right before the next line."""
    if len(prose) < 2:
        return False
    shared = _common_ancestor(prose[:2])
    boxes = [_child_towards(shared, line.element) for line in prose[:2]]
    styles = [(box.tag, box.get("class")) for box in boxes if box is not None]
    if len(styles) < 2 or styles[0] == styles[1]:
        return False
    return list(stream).index(prose[1]) - list(stream).index(prose[0]) > 1


def _is_list_of_teasers(element: _Element, prose: Sequence[Line]) -> bool:
    """Return whether an element is a listing: most of its prose is in cards that begin with a link."""
    cards = {child for line in prose if (child := _child_towards(element, line.element)) is not None}
    headed = sum(1 for card in cards if card.tag != "p" and _is_headed_by_link(card))
    return headed >= 3 and headed >= 0.7 * len(cards)


def _is_headed_by_link(card: _Element) -> bool:
    stream = [block for block in blocks([card]) if isinstance(block, Line)]
    return bool(stream) and stream[0].link_share > 0.9 and len(stream) <= 6


def _child_towards(holder: _Element, element: _Element) -> _Element | None:
    """Return the child of `holder` that contains `element`, or None when `element` is `holder`."""
    child = None
    for each in (element, *element.iterancestors()):
        if each is holder:
            return child
        child = each
    return None
