"""The related articles in a body: boxes of links, and lines that lead to other articles."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import article_url, is_publishers
from newscrawl.almayadeen.labels import READ_MORE, RELATED_LABELS
from newscrawl.almayadeen.markup import RELATED_NAMES
from newscrawl.items import Related
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.pages.lines import Block, Line, Link
from newscrawl.text import collapse_spaces, comparison_key
from newscrawl.urls import Site, absolute, canonical, without_tracking

_NEVER_ENDS_A_HEADLINE = re.compile(r"[.!…,;:،؛۔][\"'”’»)\]]*$")
_LABELS = tuple(RELATED_LABELS)


class LinkedArticles:
    """The articles that the links of one page lead to. Each link is looked up once."""

    def __init__(self, base: str, site: Site) -> None:
        self.base = base
        self.site = site
        self.known: dict[str, str | None] = {}

    def article(self, href: str) -> str | None:
        """Return the canonical URL of an article of the publisher, or None for any other link."""
        if href not in self.known:
            self.known[href] = self._article(href)
        return self.known[href]

    def _article(self, href: str) -> str | None:
        url = absolute(self.base, href)
        if url is None or article_url(url, self.site) is None:
            return None
        return canonical(url) if is_publishers(url, self.site) else None

    def recorded(self, href: str) -> str | None:
        """Return a link's URL for a record: canonical for the publisher's articles, else without tracking; or None."""
        article = self.article(href)
        url = absolute(self.base, href) if article is None else None
        return without_tracking(url) if url else article


class RelatedArticles:
    """The related articles of one body, and the boxes: elements that have only related articles."""

    def __init__(self, roots: Sequence[_Element], between: Sequence[_Element], urls: LinkedArticles) -> None:
        self.roots = roots
        self.between = between
        self.urls = urls
        self.found: dict[_Element, tuple[str, str]] = {}
        """Link → title and URL of the article that it leads to."""
        self.boxes: set[_Element] = set()

    def find_boxes(self, stream: Sequence[Block]) -> None:
        """Find the elements that have only related articles and their label."""
        for root in self.roots:
            own = [root] if root in self.between else []
            for element in (*own, *root.iter("aside", "nav")):
                if comparison_key(visible_text(element)[:40]).startswith(_LABELS) and self._is_box(element, ""):
                    self._add_box(element)
            for element in filter(_is_named_related, root.iter()):
                if element.tag not in ("p", "a") and self._is_box(element, ""):
                    self._add_box(element)
        for block in stream:
            if isinstance(block, Line) and is_related_label(block) and not self.in_box(block.element):
                self._add_boxes_of_label(block)

    def _add_boxes_of_label(self, label: Line) -> None:
        element = label.element
        # Go up to the largest element that has only the label ...
        while (parent := element.getparent()) is not None and parent not in self.roots:
            if comparison_key(visible_text(parent)) != comparison_key(label.text):
                break
            element = parent
        # ... then on to the largest that has only related articles beside the label.
        box = None
        parent = element.getparent()
        while parent is not None and parent not in self.roots and self._is_box(parent, label.text):
            box, parent = parent, parent.getparent()
        if box is not None:
            self._add_box(box)
            return
        # Otherwise the related articles may be the next siblings of the label, all with the same tag.
        if label.element in self.roots or (element.tail or "").strip():
            return
        first = None
        for sibling in element.itersiblings():
            if not isinstance(sibling.tag, str):
                continue
            first = first or sibling.tag
            if sibling.tag != first or not self._is_box(sibling, ""):
                break
            self._add_box(sibling)
            if (sibling.tail or "").strip():
                break

    def _is_box(self, element: _Element, label: str) -> bool:
        """Return whether an element has links to articles and, beside them, only short texts (dates, sections)."""
        links = list(element.iter("a"))
        if not any(self.urls.article(link.get("href") or "") for link in links):
            return False
        texts = [text for link in links if (text := visible_text(link))]
        whole = visible_text(element)
        if len(whole) - sum(map(len, texts)) - len(label) > 40 * len(links):
            return False
        for paragraph in {element, *element.iter("p", "div", "li")}:
            words = visible_text(paragraph)
            linked = sum(len(visible_text(link)) for link in paragraph.iter("a"))
            if len(words) > 40 and linked < 0.95 * len(words) and cannot_be_headline(words):
                return False
        return True

    def _add_box(self, element: _Element) -> None:
        self.boxes.add(element)
        links = [link for link in element.iter("a") if self.urls.article(link.get("href") or "")]
        titled = {self.urls.article(link.get("href") or "") for link in links if visible_text(link)}
        related: list[Link] = []
        for link in links:
            href = link.get("href") or ""
            heading = next(link.iter(*HEADINGS), None)
            text = visible_text(link if heading is None else heading)
            if (
                not text
                and self.urls.article(href) not in titled
                and (picture := next(link.iter("img"), None)) is not None
            ):
                text = collapse_spaces(picture.get("alt") or "")
            related.append(Link(text, href, link))
        self.add(related)

    def in_box(self, element: _Element) -> bool:
        return bool(self.boxes) and (
            element in self.boxes or any(ancestor in self.boxes for ancestor in element.iterancestors())
        )

    def add(self, links: Iterable[Link]) -> None:
        for text, href, element in links:
            title = READ_MORE.sub("", text) if READ_MORE.match(text) else text
            url = self.urls.recorded(href)
            if title and url:
                self.found[element] = (title, url)

    def in_order(self) -> list[Related]:
        """Return the related articles in the order of the page, each once."""
        if not self.found:
            return []
        related: dict[str, Related] = {}
        for link in chain.from_iterable(root.iter("a") for root in self.roots):
            title, url = self.found.get(link, ("", ""))
            if url:
                related.setdefault(url, Related(title=title, url=url))
        return list(related.values())


def _is_named_related(element: _Element) -> bool:
    classes = element.get("class")
    return classes is not None and any(name in classes for name in RELATED_NAMES)


def cannot_be_headline(text: str) -> bool:
    """Return whether a text ends as a headline never ends: with a full stop, a comma, a colon or the like."""
    # Only the end is searched. In a long text the pattern would try every letter.
    return _NEVER_ENDS_A_HEADLINE.search(text, max(0, len(text) - 40)) is not None


def is_related_label(line: Line) -> bool:
    """Return whether a line is the label of related articles."""
    return len(line.text) < 40 and comparison_key(line.text) in RELATED_LABELS
