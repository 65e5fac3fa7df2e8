"""Which parts an element's children are of one body: evidence for and against each of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element

from newscrawl.almayadeen.markup import TEXT_SECTION
from newscrawl.pages.furniture import names_blocks, traits_of
from newscrawl.pages.lines import Block, Line
from newscrawl.pages.tree import chain, child_towards, common_ancestor, lies_in, make_of

_ENOUGH = 3
"""Pieces of evidence that make a box beside the body a part of it."""
_UNLINKED = 0.34
"""Largest share of links in a box that is part of a body, by characters."""
_MUCH = 0.2
"""Share of the sentences of an element that makes a box of it a part by itself, by characters."""
_PARAGRAPHS = frozenset(
    ("p", "tr", "div", "span", "section", "blockquote", "li", "font", "center", "pre", "dd", "dt", "a")
)
_TEXTS = frozenset(("blockquote", "ul", "ol", "dl", "table", "pre"))
"""Elements that are parts of a text by their tag."""
_ITEMS = frozenset(("li", "dt", "dd", "tr"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of a page before its body is."""

    known: Collection[_Element]
    """The elements with the known class."""
    standfirsts: Collection[str]
    """The summaries that the metadata states, as comparison keys."""
    not_in_body: Collection[str]
    """Texts with which a box begins that is not part of a body, as comparison keys."""


@dataclass(slots=True)
class Child:
    """A child of the element that is looked at."""

    lines: list[Line] = field(default_factory=list)
    prose: list[Line] = field(default_factory=list)
    """Those lines that are sentences."""

    @property
    def is_linked(self) -> bool:
        """Whether much of its text is links, or it begins with one: a list or a card of another article."""
        size = sum(len(line.text) for line in self.lines)
        linked = sum(line.link_share * len(line.text) for line in self.lines)
        return linked > _UNLINKED * size or self.lines[0].link_share > 0.9

    @property
    def may_be_between(self) -> bool:
        """Whether a child without sentences may be between two parts: subheads, or short items of a list."""
        return all(line.is_heading or line.tag in _ITEMS for line in self.lines) and not self.is_linked


class Level:
    """An element and its children with sentences, one of which has most of them."""

    def __init__(
        self,
        holder: _Element,
        children: Mapping[_Element, Child],
        groups: Sequence[_Element],
        best: _Element,
        is_beside_headline: bool,
    ) -> None:
        self.children = children
        self.groups = groups
        self.weight = sum(len(line.text) for child in groups for line in children[child].prose)
        self.best = best
        self.is_beside_headline = is_beside_headline
        self.order: dict[_Element, int] = {}
        others = 0
        self.others_before: dict[_Element, int] = {}
        for number, child in enumerate(holder):
            self.order[child] = number
            self.others_before[child] = others
            found = children.get(child)
            # Text between two parts that is neither sentence nor subhead sets them apart.
            others += found is not None and not found.prose and not found.may_be_between
        alike = [self.order[child] for child in groups if make_of(child) == make_of(best)]
        self.first, self.last = alike[0], alike[-1]

    def is_section_between(self, child: _Element) -> bool:
        """Return whether a child is a section of the text, by its name, between others of the make of the best one."""
        is_named = child.tag == "section" or TEXT_SECTION.search((child.get("class") or "").lower()) is not None
        return is_named and self.first < self.order[child] < self.last

    def is_next_to_best(self, child: _Element) -> bool:
        """Return whether no other text is between a child and the best one."""
        return self.others_before[child] == self.others_before[self.best]


def is_part(child: _Element, level: Level, clues: Clues) -> bool:
    """Return whether a child of an element belongs to the same body as the child with most of the sentences."""
    best, found = level.best, level.children[child]
    is_loose = child is found.prose[0].element
    is_before = level.order[child] < level.order[best]
    prose = set(found.prose)
    if make_of(child) == make_of(best) and child.tag != "article" and not (is_loose and child.tag not in _PARAGRAPHS):
        return True
    if is_before and _is_standfirst(child, level, clues):
        return False
    if is_loose and child.tag not in _PARAGRAPHS:
        return False
    if found.is_linked or found.lines[0].key in clues.not_in_body:
        return False
    evidence = (
        not level.is_beside_headline,
        (article := article_of(child)) is not None and article is article_of(best),
        level.is_next_to_best(child),
        not is_before and is_loose and child.tag == "p" and level.is_next_to_best(child),
        level.is_section_between(child),
        len(found.prose) > 1,
        len(found.prose) > 4 and sum(len(line.text) for line in found.prose) > _MUCH * level.weight,
        child.tag in _TEXTS or (is_loose and (child.tag == "p" or best is level.children[best].prose[0].element)),
        bool(_class_words(child) & _class_words(best)),
        any(each in clues.known for each in chain(child)),
        not child.get("class") and not child.get("id") and not is_loose,
        is_before and len(found.prose) > 1,
        not is_before and not is_loose and all(line.tag == "p" and line in prose for line in found.lines),
    )
    doubts = (
        not is_loose and not is_before and found.lines[0].is_heading,
        names_blocks(child) and traits_of(child).furniture,
        # Known markup holds the body; what is beside it needs more evidence.
        best in clues.known and child not in clues.known,
    )
    return sum(evidence) - sum(doubts) >= _ENOUGH


def _is_standfirst(child: _Element, level: Level, clues: Clues) -> bool:
    """Return whether the first sentence is the standfirst: alone, beside the headline, above the body's box."""
    prose = level.children[child].prose
    if child is not level.groups[0] or len(prose) > 1 or level.best is level.children[level.best].prose[0].element:
        return False
    if traits_of(child).summary:
        return True
    if clues.standfirsts and prose[0].key not in clues.standfirsts:
        return False
    return level.is_beside_headline


def is_list_of_teasers(element: _Element, prose: Sequence[Line], blocks: Sequence[Block]) -> bool:
    """Return whether an element is a listing: most of its sentences are in cards that begin with a link."""
    lines = [block for block in blocks if isinstance(block, Line) and lies_in(block.element, element)]
    if len(lines) < 6:
        return False
    # What holds all of the lines is the list.
    holder = common_ancestor([line.element for line in lines])
    cards = {child for line in prose if (child := child_towards(holder, line.element)) is not None}
    found: dict[_Element, list[Line]] = {}
    for line in lines:
        if (child := child_towards(holder, line.element)) in cards and child is not None:
            found.setdefault(child, []).append(line)
    headed = sum(
        1 for card, lines in found.items() if card.tag != "p" and lines[0].link_share > 0.9 and len(lines) <= 6
    )
    return headed >= 3 and headed >= 0.7 * len(cards)


def _class_words(element: _Element) -> set[str]:
    words = (element.get("class") or "").replace("_", "-").lower()
    return {word for part in words.split() for word in part.split("-") if len(word) > 2 and word.isalpha()}


def article_of(element: _Element) -> _Element | None:
    """Return the nearest `article` around an element, or None."""
    return next((each for each in chain(element) if each.tag == "article"), None)
