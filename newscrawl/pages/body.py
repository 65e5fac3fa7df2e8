"""An article's body, read from the blocks of a part of a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import TAG_LINK_IN_BODY, is_publishers
from newscrawl.almayadeen.labels import (
    FOLLOW_US,
    FURNITURE_LINE,
    INSTAGRAM_PLACEHOLDER,
    READ_MORE,
    READ_MORE_AT_END,
    RELATED_LABELS,
)
from newscrawl.almayadeen.markup import SHARE_LINK
from newscrawl.items import Image, Related, Video
from newscrawl.pages.byline import is_byline, is_date
from newscrawl.pages.embeds import embedded_post_url, is_advert
from newscrawl.pages.furniture import ATTRIBUTION
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.pages.lines import Block, EmbeddedPost, Line, Media
from newscrawl.pages.pictures import descriptions, read_images, split_credit, without_credit
from newscrawl.pages.related import LinkedArticles, RelatedArticles, cannot_be_headline, is_related_label
from newscrawl.text import comparison_key
from newscrawl.urls import Site, absolute, without_tracking

_PICTURE_FILE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])")

LONGEST_SUBHEAD = 120


@dataclass(slots=True)
class Body:
    """What a body contains, in reading order. Only paragraphs may repeat."""

    paragraphs: list[str] = field(default_factory=list)
    subheads: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyContext:
    """What the other readers have read already, so that it does not become a paragraph of the body."""

    base: str
    """The URL that links are relative to."""
    site: Site
    title: str | None = None
    between: tuple[_Element, ...] = ()
    """Elements between the parts of the body. Only their pictures, posts and related articles are read."""
    standfirst: str | None = None
    """The summary, if the body may begin with it; None when the page shows it elsewhere."""


def read_body(stream: Sequence[Block], roots: Sequence[_Element], context: BodyContext) -> Body:
    """Return the body that is in a stream of blocks; the blocks are in the elements `roots`.

    The body has paragraphs, subheads (headings, and short lines all in bold), list items, quotes and embedded posts.
    It leaves out captions, related articles and their labels, "Read more" lines, lines of tags, furniture, the title
    and the standfirst.
    """
    return _BodyReader(stream, roots, context).read()


class _BodyReader:
    def __init__(self, stream: Sequence[Block], roots: Sequence[_Element], context: BodyContext) -> None:
        self.stream = stream
        self.roots = roots
        self.context = context
        self.body = Body()
        self.urls = LinkedArticles(context.base, context.site)
        self.related = RelatedArticles(roots, context.between, self.urls)
        self.captions = {
            comparison_key(words)
            for block in stream
            if isinstance(block, Media)
            for text in descriptions(block.element)
            for words in (text, split_credit(text)[0] or "")
            if words
        }
        self.standfirst = comparison_key(context.standfirst or "")
        self.title = comparison_key(context.title or "")

    def read(self) -> Body:
        self.related.find_boxes(self.stream)
        expects_related = False
        previous: Line | None = None
        for block in self.stream:
            if self.related.in_box(block.element):
                continue
            if isinstance(block, Media):
                self._media(block)
                continue
            if isinstance(block, EmbeddedPost):
                self._post(block)
                previous = None
                continue
            is_headline = (
                block.link_share > 0.95
                and not cannot_be_headline(block.text.rstrip("…"))
                and self._leads_to_article(block)
            )
            if expects_related and is_headline and (not block.is_heading or self._is_between(block.element)):
                self.related.add(block.links)
                continue
            expects_related = False
            if is_related_label(block):
                expects_related = True
            elif not self._is_left_out(block) and not self._is_between(block.element):
                self._keep(block, previous)
                previous = block
        self.body.related = self.related.in_order()
        return self.body

    # -- what is kept -------------------------------------------------------------------------------------------

    def _keep(self, line: Line, previous: Line | None) -> None:
        paragraphs = self.body.paragraphs
        if previous and line.quote is not None and line.quote is previous.quote and ATTRIBUTION.match(line.text):
            paragraphs[-1] += f" {line.text}"
            return
        text = self._without_read_more(line)
        if not text:
            return
        paragraphs.append(text)
        if is_subhead(line):
            self.body.subheads.append(text)
        for words, href, element in line.links:
            url = self.urls.recorded(href)
            if url and words and element not in self.related.found:
                _add(self.body.links, url)

    def _without_read_more(self, line: Line) -> str:
        """Return a line's text without a "Read more: ..." at its end, and record the article that this leads to."""
        if line.links:
            last = line.links[-1]
            head = line.text.removesuffix(last.text) if last.text else line.text
            match = READ_MORE_AT_END.search(head)
            if match and len(head) < len(line.text) and self.urls.article(last.href):
                self.related.add([last])
                return head[: match.start()].rstrip()
        return line.text

    def _post(self, post: EmbeddedPost) -> None:
        if url := embedded_post_url(post.element, self.context.base):
            _add(self.body.embeds, url)
        if text := INSTAGRAM_PLACEHOLDER.sub("", post.text):
            self.body.paragraphs.append(text)

    def _media(self, media: Media) -> None:
        element = media.element
        if media.kind == "post":
            name = element.get("data-telegram-post") or ""
            if url := absolute("https://t.me/", name):
                _add(self.body.embeds, url)
        elif media.kind == "frame":
            source = element.get("data-src") or element.get("src") or element.get("url") or element.get("data-lazy-src")
            url = absolute(self.context.base, source or "")
            if url and not is_advert(url):
                _add(self.body.embeds, without_tracking(url))
        elif media.kind == "video":
            sources = [element.get("src"), element.get("data-src")]
            sources += [source.get("src") for source in element.iter("source")]
            for url in (absolute(self.context.base, source) for source in sources if source):
                if url and all(video.url != url for video in self.body.videos):
                    self.body.videos.append(Video(url=url))
                    break
        elif not (media.link and self._leads_away(media.link)):
            for image in read_images(element, self.context.base):
                if all(known.url != image.url for known in self.body.images):
                    self.body.images.append(image)

    def _leads_to_article(self, line: Line) -> bool:
        return any(self.urls.article(link.href) for link in line.links)

    def _leads_away(self, href: str) -> bool:
        """Return whether a linked picture belongs to the page that it leads to: another article, or an advertiser's."""
        url = absolute(self.context.base, href)
        if url is None or _PICTURE_FILE.search(url):
            return False
        return self.urls.article(href) is not None or not is_publishers(url, self.context.site)

    # -- what is left out ---------------------------------------------------------------------------------------

    def _is_left_out(self, line: Line) -> bool:
        text = line.text
        if line.links and (self._is_read_more(line) or self._is_tags(line) or self._is_headline_of_other_article(line)):
            return True
        if line.link_share > 0.9 and all(SHARE_LINK.search(link.href) for link in line.links):
            return True
        key = comparison_key(text)
        if key == "" or (len(text) < 80 and FURNITURE_LINE.match(text)) or key in self.captions:
            return True
        if self.captions and line.link_share < 0.95 and comparison_key(without_credit(text)) in self.captions:
            return True
        if not self.body.paragraphs and (key == self.title or is_byline(text)):
            return True
        if is_date(text):
            return True
        if self.standfirst and key == self.standfirst:
            self.standfirst = ""
            return True
        if len(text) < 200 and FOLLOW_US.match(text) and not (len(text) > 100 and cannot_be_headline(text)):
            return True
        if line.has_image and line.tag not in HEADINGS and _is_small(line):
            if self.body.images:
                # Small text under a picture is its caption, which is better than its alternative text.
                caption, credit = split_credit(text)
                self.body.images[-1] = replace(self.body.images[-1], caption=caption, credit=credit)
            return True
        match = READ_MORE.match(text)
        return match is not None and match["colon"] != "" and not line.is_heading

    def _is_read_more(self, line: Line) -> bool:
        """Return whether a line only leads to other articles, and record these."""
        match = READ_MORE.match(line.text)
        if not match:
            # The label may be right before the link, in an element of its own.
            label = line.text.removesuffix(line.links[-1].text) if len(line.links) == 1 else ""
            if label and len(label) < 40 and comparison_key(label) in RELATED_LABELS:
                self.related.add(line.links)
                return True
            return False
        rest = line.text[match.end() :]
        in_links = sum(len(link.text) for link in line.links)
        if not match["colon"] and in_links < 0.8 * max(len(rest), 1):
            return False
        self.related.add(line.links)
        return True

    def _is_tags(self, line: Line) -> bool:
        return line.link_share > 0.8 and all(TAG_LINK_IN_BODY.search(link.href) for link in line.links if link.text)

    def _is_headline_of_other_article(self, line: Line) -> bool:
        """Return whether a paragraph is only the linked headline of another article, and record that article."""
        if line.link_share < 0.98 or line.is_heading or line.bold_share > 0.9 or line.quote is not None:
            return False
        if cannot_be_headline(line.text.rstrip("…")):
            return False
        links = [link for link in line.links if link.text]
        if any(cannot_be_headline(link.text.rstrip("…")) or not self.urls.article(link.href) for link in links):
            return False
        self.related.add(links)
        return True

    def _is_between(self, element: _Element) -> bool:
        return bool(self.context.between) and any(
            each in self.context.between for each in (element, *element.iterancestors())
        )


def is_subhead(line: Line) -> bool:
    """Return whether a line is a subhead: a heading, or a short bold line that does not end like a sentence."""
    if line.is_heading:
        return True
    return (
        line.bold_share > 0.98
        and line.tag not in ("li", "td", "th", "dd", "dt")
        and line.quote is None
        and len(line.text) <= LONGEST_SUBHEAD
        and not cannot_be_headline(line.text)
    )


def _is_small(line: Line) -> bool:
    """Return whether the text beside a picture looks like its caption: all of it is in `small`, `em` or `i`."""
    whole = len(line.text.replace(" ", ""))
    small = 0
    for each in line.element.iter("small", "em", "i"):
        parent = each.getparent()
        if parent is not None and str(parent.tag) not in ("small", "em", "i"):
            small += len(visible_text(each).replace(" ", ""))
    return whole > 0 and small >= 0.95 * whole


def _add(values: list[str], value: str) -> None:
    if value not in values:
        values.append(value)
