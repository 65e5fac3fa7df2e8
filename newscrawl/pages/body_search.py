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
from newscrawl.errors import NotAnArticleError
from newscrawl.pages.body_edges import with_edges
from newscrawl.pages.body_parts import Child, Clues, Level, article_of, is_list_of_teasers, is_part
from newscrawl.pages.boxes import is_prose
from newscrawl.pages.byline import is_byline_list
from newscrawl.pages.lines import Block, Line
from newscrawl.pages.page import Page
from newscrawl.pages.stated_body import StatedBody
from newscrawl.pages.tree import chain, common_ancestor, lies_in, make_of

_KNOWN_BONUS = 20
"""How much more a sentence weighs in an element with the known class, or if the metadata states it."""


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
        return all(line.key in keys for line in lines)


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
        self.stated = stated
        self.weights: dict[Line, int] = {}
        self.known = set(page.known_bodies)
        self.clues = Clues(
            known=self.known, standfirsts=standfirsts, not_in_body={*authors, *END_LABELS, *ASIDE_LABELS}
        )
        self.next_article: _Element | None = None
        self.window = self._window(stream)
        self.good = [
            block
            for block in self.window
            if isinstance(block, Line) and is_prose(block) and block.key not in known_texts
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
        if not is_known and is_list_of_teasers(holder, good, self.window):
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
        if heading.tag != "h1" or heading.key in self.known_texts:
            # The headline may be repeated.
            return False
        if article_of(heading.element) is not article_of(last.element) or heading.link_share > 0.9:
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
        return line.key in self.standfirsts and len(self.good) > 1

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
            children: dict[_Element, Child] = {}
            for line in lines:
                if len(paths[line]) == depth:
                    if line in prose:
                        return element
                    continue
                of_child = children.setdefault(paths[line][depth], Child())
                of_child.lines.append(line)
                if line in prose:
                    of_child.prose.append(line)
            groups = [child for child, found in children.items() if found.prose]
            if not groups:
                return element
            # An article may be shorter than the teasers beside it.
            articles = [
                child for child in groups if not is_list_of_teasers(child, children[child].prose, children[child].lines)
            ]
            if self._is_beside_headline(element):
                # Nor is the standfirst the body, if there is another text.
                texts = [child for child in articles if not self._is_lone_standfirst(children[child])]
                articles = texts if any(not children[child].is_linked for child in texts) else articles
            best = self._best(articles or groups, children)
            level = Level(element, children, groups, best, self._is_beside_headline(element))
            parts = {child for child in groups if child is not best and is_part(child, level, self.clues)}
            self.left_out.update(child for child in groups if child is not best and child not in parts)
            if parts or element in self.known or best in (line.element for line in children[best].prose):
                return element
            element, lines = best, children[best].lines

    def _is_lone_standfirst(self, child: Child) -> bool:
        return len(child.prose) == 1 and child.prose[0].key in self.standfirsts

    def _best(self, groups: Sequence[_Element], children: Mapping[_Element, Child]) -> _Element:
        """Return the child with most of the sentences; children of one make, such as paragraphs, count together."""
        weights = {child: sum(map(self._weight, children[child].prose)) for child in groups}
        makes: dict[tuple[str, str | None], int] = {}
        for child, weight in weights.items():
            makes[make_of(child)] = makes.get(make_of(child), 0) + weight
        return max(groups, key=lambda child: (makes[make_of(child)], weights[child]))

    def _is_beside_headline(self, holder: _Element) -> bool:
        return holder in self.above

    # -- what is in it ------------------------------------------------------------------------------------------

    def _is_inside(self, element: _Element, holder: _Element) -> bool:
        if self.left_out and any(each in self.left_out for each in chain(element)):
            return False
        return lies_in(element, holder)
