"""The tags of an article: links to tag pages after or in the body, else links whose text is a keyword."""

from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element

from newscrawl.almayadeen.addresses import TAG_PAGE
from newscrawl.almayadeen.markup import TAG_BOX
from newscrawl.pages.body_search import Region
from newscrawl.pages.furniture import nearest
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.lines import Block, Line
from newscrawl.pages.metadata import Metadata
from newscrawl.pages.page import Page
from newscrawl.text import collapse_spaces, comparison_key, unique
from newscrawl.urls import absolute

_LINKS_BEFORE = etree.XPath("preceding::a")
_LINKS_AND_HEADLINES_AFTER = etree.XPath("following::a | following::h1")


def read_tags(
    page: Page, metadata: Metadata, region: Region | None, stream: Sequence[Block]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the tags in order, and tag → absolute URL of its page for tags with a link.

    `region` is where the body is, `stream` the blocks that it is among. Without a body all links of the page are read.
    """
    inside = _links_inside(stream, region) if region is not None else []
    links = _links_after(page, region)
    tags: list[str] = []
    urls: dict[str, str] = {}
    for link in [*inside, *links]:
        text = collapse_spaces(visible_text(link).lstrip("#"))
        if not text:
            continue
        href = link.get("href") or ""
        if TAG_PAGE.search(href) or (link.get("rel") or "") == "tag" or _is_in_tag_box(link):
            tags.append(text)
            if url := absolute(page.base, href):
                urls.setdefault(text, url)
        elif tags:
            break
    return unique(tags or _links_named_by_keywords(metadata, links)), urls


def _links_inside(stream: Sequence[Block], region: Region) -> list[_Element]:
    """Return the links between the body's first and last block that are tags."""
    first, last = region.blocks[0], region.blocks[-1]
    links: list[_Element] = []
    within = False
    for block in stream:
        within = within or block is first
        if within and isinstance(block, Line):
            links += (link.element for link in block.links if _is_among_tags(link.element, region.holder))
        if block is last:
            break
    return links


def _links_after(page: Page, region: Region | None) -> list[_Element]:
    """Return the links after the body that are not in a menu, footer, header or side column."""
    # After a body, a headline begins another article.
    found = _LINKS_AND_HEADLINES_AFTER(region.blocks[-1].element) if region is not None else page.root.iter("a")
    above = set(_LINKS_BEFORE(region.next_article)) if region is not None and region.next_article is not None else None
    links: list[_Element] = []
    for element in found:
        if element.tag == "h1":
            if visible_text(element):
                break
            continue
        if above is not None and element not in above:
            break
        if next(element.iterancestors("nav", "header", "footer", "aside"), None) is None:
            links.append(element)
    return links


def _is_among_tags(link: _Element, root: _Element) -> bool:
    """Return whether a link in the body is a tag, not a word of a sentence."""
    if not TAG_PAGE.search(link.get("href") or "") and (link.get("rel") or "") != "tag":
        return False
    box = link.getparent()
    while box is not None and box is not root and str(box.tag) in ("span", "b", "strong", "em", "i"):
        box = box.getparent()
    if box is None or box is root:
        return False
    texts = [visible_text(each) for each in box.iter("a") if TAG_PAGE.search(each.get("href") or "")]
    return len("".join(texts)) > 0.7 * len(visible_text(box))


def _is_in_tag_box(link: _Element) -> bool:
    return any(
        TAG_BOX.search(f"{element.get('class') or ''} {element.get('id') or ''}".lower())
        for element in nearest(link, above=3)[1:]
    )


def _links_named_by_keywords(metadata: Metadata, links: Sequence[_Element]) -> list[str]:
    keywords = {comparison_key(word) for layer in metadata.layers for word in layer.keywords}
    tags: list[str] = []
    for link in links if keywords else ():
        text = visible_text(link)
        if text and comparison_key(text) in keywords:
            tags.append(text)
        elif tags:
            break
    return tags
