"""The search for an article's body: which elements of a page hold it.

Known and unknown markup go the same way. The page's stream of blocks is cut to what is after the headline and before
the next article. From the part of the page that holds headline and sentences the search goes down to the element that
holds the body, and stops where the body has several parts: what is beside the part with most of the sentences belongs
to it by evidence (place, make, sentences), or is left out. The known class is strong evidence for a part.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element

from newscrawl.almayadeen.labels import ASIDE_LABELS, END_LABELS
from newscrawl.almayadeen.markup import TEXT_SECTION
from newscrawl.errors import NotAnArticleError
from newscrawl.pages.body_edges import with_edges
from newscrawl.pages.boxes import is_prose
from newscrawl.pages.byline import is_byline_list
from newscrawl.pages.furniture import names_blocks, traits_of
from newscrawl.pages.lines import Block, Line
from newscrawl.pages.page import Page
from newscrawl.pages.stated_body import StatedBody
from newscrawl.pages.tree import chain, child_towards, common_ancestor, lies_in, make_of
from newscrawl.text import comparison_key

_KNOWN_BONUS = 20
"""How much more a sentence weighs in an element with the known class, or if the metadata states it."""
_ENOUGH = 3
"""Pieces of evidence that make a box beside the body a part of it."""
_UNLINKED = 0.34
"""Largest share of links in a box that is part of a body, by characters."""
_MUCH = 0.2
"""Share of the sentences of an element that makes a box of it a part by itself, by characters."""
_PARAGRAPHS = frozenset(("p", "div", "span", "section", "blockquote", "li", "font", "center", "pre", "dd", "dt", "a"))
_TEXTS = frozenset(("blockquote", "ul", "ol", "dl", "table", "pre"))
"""Elements that are parts of a text by their tag."""
_ITEMS = frozenset(("li", "dt", "dd", "tr"))


@dataclass(slots=True)
class Region:
    """Where a body is."""

    blocks: list[Block]
    """Its blocks in order."""
    holder: _Element
    """The innermost element that holds all of it."""
    known: bool = False
    """Whether it is in elements with the known class."""
    left_out: set[_Element] = field(default_factory=set)
    """Elements in the holder that are not part of the body."""
    next_article: _Element | None = None
    """The first element of another article further down the page."""

    def has_only(self, keys: Collection[str]) -> bool:
        """Return whether all of its sentences are among texts, which are given as comparison keys."""
        lines = (block for block in self.blocks if isinstance(block, Line) and is_prose(block))
        return all(comparison_key(line.text) in keys for line in lines)


def find_body(
    page: Page,
    stream: Sequence[Block],
    headline: _Element | None,
    known_texts: Collection[str],
    standfirsts: Collection[str],
    authors: Collection[str] = (),
    stated: StatedBody | None = None,
) -> Region | None:
    """Return where the body is, or None when the page has no sentences.

    `stream` is the page's, without furniture. `known_texts` are texts that other readers have read (title, captions),
    `standfirsts` the summaries that the metadata states, `authors` the names of the authors; all comparison keys.
    `stated` is the text that the metadata states as the article's.
    Raises `NotAnArticleError` for a listing with teasers.
    """
    return _Search(page, stream, headline, known_texts, standfirsts, authors, stated or StatedBody(())).find()


@dataclass(slots=True)
class _Child:
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


class _Level:
    """An element and its children with sentences, one of which has most of them."""

    def __init__(
        self,
        holder: _Element,
        children: Mapping[_Element, _Child],
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


class _Search:
    def __init__(
        self,
        page: Page,
        stream: Sequence[Block],
        headline: _Element | None,
        known_texts: Collection[str],
        standfirsts: Collection[str],
        authors: Collection[str],
        stated: StatedBody,
    ) -> None:
        self.page = page
        self.headline = headline
        self.above = [headline, *headline.iterancestors()] if headline is not None else []
        self.known_texts = known_texts
        self.standfirsts = standfirsts
        self.not_in_body = {*authors, *END_LABELS, *ASIDE_LABELS}
        """Texts with which a box begins that is not part of a body."""
        self.stated = stated
        self.weights: dict[Line, int] = {}
        self.known = set(page.known_bodies)
        self.next_article: _Element | None = None
        self.window = self._window(stream)
        self.good = [
            block
            for block in self.window
            if isinstance(block, Line) and is_prose(block) and comparison_key(block.text) not in known_texts
        ]
        self.left_out: set[_Element] = set()

    def find(self) -> Region | None:
        if not self.good:
            return self._of_short_lines()
        holder = self._descend(self._top())
        good = [line for line in self.good if self._is_inside(line.element, holder)]
        if not good:
            return None
        is_known = any(any(each in self.known for each in chain(line.element)) for line in good)
        if not is_known and _is_list_of_teasers(holder, good, self.window):
            raise NotAnArticleError(self.page.url, "a listing: its sentences are below the headlines of other articles")
        blocks = with_edges(
            [block for block in self.window if self._is_inside(block.element, holder)],
            good,
            holder,
            is_wide=self.headline is not None and self._is_inside(self.headline, holder),
            is_known=any(each in self.known for each in chain(holder)),
            known_texts={*self.known_texts, *self.standfirsts},
        )
        return Region(blocks, holder, is_known, self.left_out, self.next_article)

    def _of_short_lines(self) -> Region | None:
        """Return the region of a known body that has no sentence, only short lines."""
        elements = [element for element in self.known if any(lies_in(block.element, element) for block in self.window)]
        if not elements:
            return None
        holder = common_ancestor(elements)
        blocks = [block for block in self.window if any(lies_in(block.element, each) for each in elements)]
        return Region(blocks, holder, True, set(), self.next_article)

    # -- what is before and after -------------------------------------------------------------------------------

    def _window(self, stream: Sequence[Block]) -> list[Block]:
        """Return the part of a page's stream after its headline and before the next article."""
        start = 0
        if self.headline is not None:
            for number, block in enumerate(stream):
                if isinstance(block, Line) and lies_in(block.element, self.headline):
                    start = number + 1
        window: list[Block] = []
        last: Line | None = None
        for number, block in enumerate(stream[start:], start):
            if isinstance(block, Line):
                if (
                    last is not None
                    and block.is_heading
                    and self._begins_article(block, last, stream[number + 1 : number + 8])
                ):
                    self.next_article = block.element
                    break
                if is_prose(block):
                    last = block
            window.append(block)
        return window

    def _begins_article(self, heading: Line, last: Line, following: Sequence[Block]) -> bool:
        """Return whether a heading after a sentence, `last`, is the headline of another article, not a subhead."""
        lines = [block for block in following if isinstance(block, Line)]
        if is_byline_list([line for line in lines[:5] if not is_prose(line)]):
            return True
        if heading.tag != "h1" or comparison_key(heading.text) in self.known_texts:
            # The headline may be repeated.
            return False
        if _article(heading.element) is not _article(last.element) or heading.link_share > 0.9:
            return True
        # A subhead is right beside the paragraphs, a headline is in another box.
        holder = common_ancestor([heading.element, last.element])
        return sum(1 for each in last.element.iterancestors() if each is not holder and lies_in(each, holder)) > 2

    def _top(self) -> _Element:
        """Return the part of the page that holds the headline and the article's sentences."""
        shared = common_ancestor([line.element for line in self.good])
        if len(self.good) == 1:
            # What is beside the only sentence may belong to it.
            known = next((each for each in chain(shared) if each in self.known), None)
            shared = known if known is not None else next(shared.iterancestors(), shared)
        if self.headline is None or not self.above:
            return shared
        total = sum(map(self._weight, self.good))
        weights: dict[_Element, int] = dict.fromkeys(self.above, 0)
        counts: dict[_Element, int] = dict.fromkeys(self.above, 0)
        for line in self.good:
            for each in chain(line.element):
                if each in weights:
                    weights[each] += self._weight(line)
                    counts[each] += 1
        for element in self.above:
            if weights[element] >= 0.5 * total:
                return element if self._is_inside(element, shared) else shared
            alone = counts[element] == 1 and self._only_standfirst(element)
            if counts[element] and not alone and (element.tag in ("article", "main") or element.get("role") == "main"):
                return element
        return shared

    def _only_standfirst(self, element: _Element) -> bool:
        line = next(line for line in self.good if self._is_inside(line.element, element))
        return comparison_key(line.text) in self.standfirsts and len(self.good) > 1

    def _weight(self, line: Line) -> int:
        if line not in self.weights:
            self.weights[line] = self._new_weight(line)
        return self.weights[line]

    def _new_weight(self, line: Line) -> int:
        size = len(line.text)
        is_known = self.known and any(each in self.known for each in chain(line.element))
        return size * _KNOWN_BONUS if is_known or self.stated.has(line.text) else size

    # -- down to the body ---------------------------------------------------------------------------------------

    def _descend(self, element: _Element) -> _Element:
        """Return the innermost element that holds all parts of the body, and note what in it is no part."""
        lines = [block for block in self.window if isinstance(block, Line) and lies_in(block.element, element)]
        paths = {line: chain(line.element)[::-1] for line in lines}
        prose = set(self.good)
        depth = sum(1 for _ in element.iterancestors())
        while True:
            depth += 1
            children: dict[_Element, _Child] = {}
            for line in lines:
                if len(paths[line]) == depth:
                    if line in prose:
                        return element
                    continue
                of_child = children.setdefault(paths[line][depth], _Child())
                of_child.lines.append(line)
                if line in prose:
                    of_child.prose.append(line)
            groups = [child for child, found in children.items() if found.prose]
            if not groups:
                return element
            # An article may be shorter than the teasers beside it.
            articles = [
                child
                for child in groups
                if not _is_list_of_teasers(child, children[child].prose, children[child].lines)
            ]
            if self._is_beside_headline(element):
                # Nor is the standfirst the body, if there is another text.
                texts = [child for child in articles if not self._is_lone_standfirst(children[child])]
                articles = texts if any(not children[child].is_linked for child in texts) else articles
            best = self._best(articles or groups, children)
            level = _Level(element, children, groups, best, self._is_beside_headline(element))
            parts = {child for child in groups if child is not best and self._is_part(child, level)}
            self.left_out.update(child for child in groups if child is not best and child not in parts)
            if parts or element in self.known or best in (line.element for line in children[best].prose):
                return element
            element, lines = best, children[best].lines

    def _is_lone_standfirst(self, child: _Child) -> bool:
        return len(child.prose) == 1 and comparison_key(child.prose[0].text) in self.standfirsts

    def _best(self, groups: Sequence[_Element], children: Mapping[_Element, _Child]) -> _Element:
        """Return the child with most of the sentences; children of one make, such as paragraphs, count together."""
        weights = {child: sum(map(self._weight, children[child].prose)) for child in groups}
        makes: dict[tuple[str, str | None], int] = {}
        for child, weight in weights.items():
            makes[make_of(child)] = makes.get(make_of(child), 0) + weight
        return max(groups, key=lambda child: (makes[make_of(child)], weights[child]))

    def _is_part(self, child: _Element, level: "_Level") -> bool:
        """Return whether a child of an element belongs to the same body as the child with most of the sentences."""
        best, found = level.best, level.children[child]
        is_loose = child is found.prose[0].element
        is_before = level.order[child] < level.order[best]
        if is_before and self._is_standfirst(child, level):
            return False
        if is_loose and child.tag not in _PARAGRAPHS:
            return False
        if make_of(child) == make_of(best) and child.tag != "article":
            return True
        if found.is_linked or comparison_key(found.lines[0].text) in self.not_in_body:
            return False
        evidence = (
            not level.is_beside_headline,
            (article := _article(child)) is not None and article is _article(best),
            level.is_next_to_best(child),
            level.is_section_between(child),
            len(found.prose) > 1,
            len(found.prose) > 4 and sum(len(line.text) for line in found.prose) > _MUCH * level.weight,
            child.tag in _TEXTS or (is_loose and (child.tag == "p" or best is level.children[best].prose[0].element)),
            bool(_class_words(child) & _class_words(best)),
            any(each in self.known for each in chain(child)),
            not child.get("class") and not child.get("id") and not is_loose,
            is_before and len(found.prose) > 1,
            not is_before and not is_loose and all(line.tag == "p" and line in found.prose for line in found.lines),
        )
        doubts = (
            not is_loose and not is_before and found.lines[0].is_heading,
            names_blocks(child) and traits_of(child).furniture,
            # Known markup holds the body; what is beside it needs more evidence.
            best in self.known and child not in self.known,
        )
        return sum(evidence) - sum(doubts) >= _ENOUGH

    def _is_standfirst(self, child: _Element, level: "_Level") -> bool:
        """Return whether the first sentence is the standfirst: alone, beside the headline, above the body's box."""
        prose = level.children[child].prose
        if child is not level.groups[0] or len(prose) > 1 or level.best is level.children[level.best].prose[0].element:
            return False
        if traits_of(child).summary:
            return True
        if self.standfirsts and comparison_key(prose[0].text) not in self.standfirsts:
            return False
        return level.is_beside_headline

    def _is_beside_headline(self, holder: _Element) -> bool:
        return holder in self.above

    # -- what is in it ------------------------------------------------------------------------------------------

    def _is_inside(self, element: _Element, holder: _Element) -> bool:
        if self.left_out and any(each in self.left_out for each in chain(element)):
            return False
        return lies_in(element, holder)


def _is_list_of_teasers(element: _Element, prose: Sequence[Line], blocks: Sequence[Block]) -> bool:
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


def _article(element: _Element) -> _Element | None:
    return next((each for each in chain(element) if each.tag == "article"), None)
