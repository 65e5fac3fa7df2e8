"""The related articles in a body: boxes of links to other articles, and lines that lead to them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import article_url, is_publishers
from newscrawl.almayadeen.labels import ASIDE_LABELS, END_LABELS, READ_MORE, RELATED_LABELS
from newscrawl.almayadeen.markup import RELATED_NAMES
from newscrawl.items import Related
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.pages.lines import Line, Link
from newscrawl.text import collapse_spaces, comparison_key
from newscrawl.urls import Site, absolute, canonical, without_tracking

_NEVER_ENDS_A_HEADLINE = re.compile(r"[.!…,;:،؛۔。][\"'”’»)\]]*$")
LONGEST_LABEL = 60
_LONGEST_LINKED_SUBHEAD = 8
"""Words of a subhead that is a link; a line with more is a headline."""
_LISTS = frozenset(
    ("ul", "ol", "div", "section", "aside", "nav", "figure", "article", "a", "table", "tbody", "tr", "td")
)


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

    def is_own(self, href: str) -> bool:
        """Return whether a link leads to a page of the publisher."""
        url = absolute(self.base, href)
        return url is not None and is_publishers(url, self.site)

    def recorded(self, href: str) -> str | None:
        """Return a link's URL for a record: canonical for the publisher's articles, else without tracking; or None.

        A link to another place of the same page (`#note-1`) is None.
        """
        if href.lstrip().startswith("#"):
            return None
        article = self.article(href)
        url = absolute(self.base, href) if article is None else None
        return without_tracking(url) if url else article


class RelatedArticles:
    """The related articles of one body, in the order in which the page links them."""

    def __init__(self, urls: LinkedArticles) -> None:
        self.urls = urls
        self.found: dict[_Element, tuple[str, str]] = {}
        """Link → title and URL of the article that it leads to."""

    def add(self, links: Iterable[Link]) -> None:
        """Record the articles that links lead to."""
        for text, href, element in links:
            title = READ_MORE.sub("", text) if READ_MORE.match(text) else text
            url = self.urls.recorded(href)
            if title and url:
                self.found[element] = (title, url)

    def add_box(self, element: _Element) -> None:
        """Record the articles that the links in a box lead to. The title of a card is its heading or its picture's."""
        links = [link for link in element.iter("a") if self.urls.article(link.get("href") or "")]
        titled = {self.urls.article(link.get("href") or "") for link in links if visible_text(link)}
        related: list[Link] = []
        for link in links:
            href = link.get("href") or ""
            heading = next(link.iter(*HEADINGS), None)
            text = visible_text(link if heading is None else heading)
            picture = next(link.iter("img"), None)
            if not text and picture is not None and self.urls.article(href) not in titled:
                text = collapse_spaces(picture.get("alt") or "")
            related.append(Link(text, href, link))
        self.add(related)

    def in_order(self, holder: _Element) -> list[Related]:
        """Return the related articles in the order of the page, each once."""
        related: dict[str, Related] = {}
        for link in holder.iter("a") if self.found else ():
            title, url = self.found.get(link, ("", ""))
            if url:
                related.setdefault(url, Related(title=title, url=url))
        return list(related.values())


def lines_by_element(lines: Sequence[Line], holder: _Element) -> dict[_Element, list[Line]]:
    """Return element → its lines, for the elements below `holder` around the lines."""
    inside: dict[_Element, list[Line]] = {}
    for line in lines:
        element: _Element | None = line.element
        while element is not None and element is not holder:
            inside.setdefault(element, []).append(line)
            element = element.getparent()
    return inside


def related_boxes(inside: Mapping[_Element, Sequence[Line]], urls: LinkedArticles) -> set[_Element]:
    """Return the largest elements that have only links to articles, with their labels, dates and short notes.

    `inside` is what `lines_by_element` returns.
    """
    return {
        element for element, lines in inside.items() if element.tag in _LISTS and is_related_box(element, lines, urls)
    }


def is_related_box(box: _Element, lines: Sequence[Line], urls: LinkedArticles) -> bool:
    """Return whether the lines of a box are headlines that lead to other articles, and at most labels beside them."""
    if is_list_of_links(lines, urls):
        return True
    headlines = [line for line in lines if leads_to_article(line, urls)]
    if not headlines:
        return False
    leading = set(headlines)
    others = [line for line in lines if line not in leading]
    if any(len(line.text) > LONGEST_LABEL or cannot_be_headline(line.text.rstrip(" :：")) for line in others):
        return False
    if any(is_label(line.text) for line in others):
        return True
    if all(line.is_heading for line in headlines):
        # Linked subheads of a text have the text below them.
        return len(headlines) > 1 and len(lines) > len(headlines)
    return len(others) <= 2 * len(headlines) and (len(headlines) > 1 or bool(others) or box.find(".//img") is not None)


def is_list_of_links(lines: Sequence[Line], urls: LinkedArticles) -> bool:
    """Return whether lines are the items of a list, each of them a link to another page of the publisher."""
    return len(lines) > 1 and all(
        line.tag == "li" and line.link_share > 0.95 and all(urls.is_own(link.href) for link in line.links)
        for line in lines
    )


def leads_to_article(line: Line, urls: LinkedArticles) -> bool:
    """Return whether a line is only the linked headline of another article, or of several."""
    return (
        line.link_share > 0.95
        and not cannot_be_headline(line.text.rstrip("…. "))
        and any(urls.article(link.href) for link in line.links)
        and (line.text[-1] not in ".؟?!" or len(line.text) < 120)
    )


def names_article(line: Line) -> bool:
    """Return whether the words of a linked line are those in the URL that it leads to, as a headline's mostly are."""
    words = {key for word in line.text.split() if len(key := comparison_key(word)) > 3}
    slug = {comparison_key(word) for link in line.links for word in re.split(r"[-_/]", unquote(link.href[:2000]))}
    return len(line.text.split()) > _LONGEST_LINKED_SUBHEAD or 2 * len(words & slug) > len(words)


def is_named_related(element: _Element) -> bool:
    """Return whether an element's class says that it has related articles."""
    classes = element.get("class")
    return classes is not None and any(name in classes for name in RELATED_NAMES)


def cannot_be_headline(text: str) -> bool:
    """Return whether a text ends as a headline never ends: with a full stop, a comma, a colon or the like."""
    # Only the end is searched. In a long text the pattern would try every letter.
    return _NEVER_ENDS_A_HEADLINE.search(text, max(0, len(text) - 40)) is not None


def is_related_label(line: Line) -> bool:
    """Return whether a line is the label of related articles."""
    return len(line.text) < 40 and line.key in RELATED_LABELS


_LIST_LABELS = RELATED_LABELS | END_LABELS | ASIDE_LABELS


def is_label(text: str) -> bool:
    """Return whether a text is the label of a list of articles: related ones, "Most Read" or the like."""
    return len(text) < 40 and comparison_key(text) in _LIST_LABELS
