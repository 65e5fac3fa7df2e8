"""One response of the site: bytes, charset and URL in; decoded text, tree and other values that readers share.

A `Page` computes each value once, at first use. It is passed from reader to reader. No reader changes its tree.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from lxml import etree
from lxml.etree import _Element
from parsel import Selector

from newscrawl.almayadeen.addresses import article_url
from newscrawl.almayadeen.markup import BODY
from newscrawl.pages.encoding import is_plain, page_text, parse_html, text_bytes
from newscrawl.pages.inner_text import BLOCKS
from newscrawl.pages.json_answer import begins_like_json
from newscrawl.pages.lines import Block, read_blocks
from newscrawl.urls import Site, absolute, site_of

PageBody = bytes | str | Selector
"""What a page can be made from: the bytes of a response, its text, or a parsed page."""

MAX_LINKS = 20_000
"""Upper bound on links that are read from one page; real pages do not reach it."""
# Upper bound on elements of `head_elements`; real pages do not reach it.
_MAX_ELEMENTS = 20_000
_HEAD_TAGS = ("base", "link", "meta", "script", "time", "title")
_WITH_CLASS = etree.XPath("descendant-or-self::*[contains(@class, $word)]")


class Page:
    """One response: HTML, a fragment or JSON. It never raises an error, whatever is in it."""

    def __init__(self, body: PageBody, url: str, *, charset: str | None = None, site: Site | None = None) -> None:
        """`url` is the absolute URL of the response; `charset` is what its header declares (UTF-8 is tried first).

        `site` is the site that is crawled; by default that of the URL.
        """
        self.body = body
        self.url = url
        self.charset = charset or "utf-8"
        self.site = site or site_of(url)

    @cached_property
    def text(self) -> str:
        """The decoded response; "" for a page that was given parsed."""
        if isinstance(self.body, Selector):
            return ""
        return self.body if isinstance(self.body, str) else page_text(self.body, self.charset)

    @cached_property
    def is_json(self) -> bool:
        """Whether the response begins like JSON, not like HTML."""
        if isinstance(self.body, bytes) and self.body[:1] == b"<":
            return False
        return begins_like_json(self.text)

    @cached_property
    def root(self) -> _Element:
        """The root of the tree; an empty `html` for a response without markup."""
        if isinstance(self.body, Selector):
            return self.body.root if isinstance(self.body.root, _Element) else parse_html(b"")
        if isinstance(self.body, bytes) and self.body[:1] == b"<" and is_plain(self.body):
            # Nearly every page is. Then its bytes are parsed without decoding them to a text first.
            return parse_html(self.body)
        return parse_html(text_bytes(self.text))

    @cached_property
    def content(self) -> _Element:
        """The `body` element, or the root of a page without `body`."""
        return next(self.root.iter("body"), self.root)

    @cached_property
    def head_elements(self) -> Mapping[str, list[_Element]]:
        """Tag → elements of `_HEAD_TAGS`, anywhere on the page, in its order."""
        found: dict[str, list[_Element]] = {tag: [] for tag in _HEAD_TAGS}
        for element in islice(self.root.iter(*_HEAD_TAGS), _MAX_ELEMENTS):
            found[str(element.tag)].append(element)
        return found

    @cached_property
    def base(self) -> str:
        """The absolute URL that links are relative to."""
        stated = next((href for element in self.head_elements["base"] if (href := element.get("href"))), None)
        return (absolute(self.url, stated) if stated else None) or self.url

    def links(self) -> Iterator[_Element]:
        """Yield the links that have an `href`, in the page's order."""
        for link in islice(self.root.iter("a", "area"), MAX_LINKS):
            if link.get("href"):
                yield link

    def leads_to_article(self, href: str) -> bool:
        """Return whether a link has the shape of an article's URL, whatever its host."""
        return article_url(absolute(self.base, href) or "", self.site) is not None

    def blocks_with_class(self, word: str) -> list[_Element]:
        """Return the block elements whose class contains a word, in the page's order."""
        return [element for element in self.elements_with_class(word) if element.tag in BLOCKS]

    def elements_with_class(self, word: str) -> list[_Element]:
        """Return the elements whose class contains a word, in the page's order."""
        return list(_WITH_CLASS(self.root, word=word))

    @cached_property
    def known_bodies(self) -> Sequence[_Element]:
        """The block elements that have the known word of a body as a whole word of their class, outermost, in order."""
        found: dict[_Element, None] = {}
        for element in self.blocks_with_class(BODY):
            if BODY in (element.get("class") or "").split() and not any(
                each in found for each in element.iterancestors()
            ):
                found[element] = None
        return list(found)

    @cached_property
    def stream(self) -> Sequence[Block]:
        """The blocks of the page in reading order, furniture and hidden ones included."""
        return read_blocks([self.content])

    def stream_from(self, start: _Element) -> Sequence[Block]:
        """Return the blocks of the page without those in elements that end before `start`."""
        return read_blocks([self.content], start=start)
