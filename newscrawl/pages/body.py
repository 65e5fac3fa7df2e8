"""An article's body, read from the blocks of the part of a page that holds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import is_publishers
from newscrawl.almayadeen.labels import (
    INSTAGRAM_PLACEHOLDER,
    READ_MORE,
    READ_MORE_AT_END,
    SHORT_LABEL,
)
from newscrawl.almayadeen.markup import SHARE_LINK
from newscrawl.items import Image, Related, Video
from newscrawl.pages.body_boxes import boxes_of_cards, boxes_of_related, copies_in
from newscrawl.pages.body_lines import (
    TEXT_TAGS,
    alternatives_of,
    captions_in,
    is_date_line,
    is_furniture_line,
    is_line_of_tags,
    is_small,
    is_subhead,
)
from newscrawl.pages.body_search import Region
from newscrawl.pages.boxes import ends_a_sentence, is_prose
from newscrawl.pages.byline import is_byline
from newscrawl.pages.embeds import embedded_post_url, frame_url, video_url
from newscrawl.pages.furniture import ATTRIBUTION
from newscrawl.pages.inner_text import HEADINGS
from newscrawl.pages.lines import Block, EmbeddedPost, Line, Media
from newscrawl.pages.pictures import read_images, split_credit, without_credit
from newscrawl.pages.related import (
    LONGEST_LABEL,
    LinkedArticles,
    RelatedArticles,
    cannot_be_headline,
    is_label,
    is_named_related,
    is_related_box,
    leads_to_article,
    lines_by_element,
    names_article,
)
from newscrawl.pages.runs import Run
from newscrawl.pages.tree import chain
from newscrawl.text import comparison_key
from newscrawl.urls import Site, absolute

_PICTURE_FILE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])")

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Paragraph:
    """One paragraph of a body, with what its HTML needs."""

    text: str
    """On one line, never empty."""
    line: Line | None
    """Where it comes from; None for the text of an embedded post, and for a text that is of no element of the page."""
    runs: tuple[Run, ...] = ()
    is_subhead: bool = False
    is_post: bool = False


@dataclass(slots=True)
class Body:
    """What a body contains, in reading order. Only paragraphs may repeat."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """The texts of the paragraphs."""
        return [paragraph.text for paragraph in self.paragraphs]

    @property
    def subheads(self) -> list[str]:
        """The texts of the paragraphs that are subheads."""
        return [paragraph.text for paragraph in self.paragraphs if paragraph.is_subhead]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyContext:
    """What the other readers have read already, so that it does not become a paragraph of the body."""

    base: str
    """The URL that links are relative to."""
    site: Site
    title: str | None = None
    authors: frozenset[str] = frozenset()
    """The names of the authors, as comparison keys."""


def read_body(region: Region, stream: Sequence[Block], context: BodyContext) -> Body:
    """Return the body in a region of a page.

    The body has paragraphs, subheads (headings, and short lines all in bold), list items, table rows, quotes and
    embedded posts. It leaves out captions, related articles and their labels, "Read more" lines, lines of tags,
    furniture, cards and the title. `stream` is the page's whole stream: related articles may be in furniture.
    """
    return _BodyReader(region, stream, context).read()


class _BodyReader:
    def __init__(self, region: Region, stream: Sequence[Block], context: BodyContext) -> None:
        self.region = region
        self.context = context
        self.body = Body()
        self.seen: set[tuple[int, str]] = set()
        """Which lists of the body have which URLs."""
        self.urls = LinkedArticles(context.base, context.site)
        self.related = RelatedArticles(self.urls)
        self.blocks = region.blocks
        self.lines = [block for block in self.blocks if isinstance(block, Line)]
        self.prose = {line for line in self.lines if is_prose(line)}
        self.following = dict(zip(self.lines, [*self.lines[1:], None], strict=False))
        self.captions = captions_in(self.blocks)
        self.captions_begin = tuple(self.captions)
        self.title = comparison_key(context.title or "")
        self.headlines = self._linked_headings()
        self.boxes = self._boxes()
        self.copies = copies_in(self.lines, self.prose)
        paragraphs = sum(1 for line in self.prose if line.tag in TEXT_TAGS)
        self.has_paragraphs = paragraphs > 0.6 * len(self.prose)
        self._read_related_in_furniture(stream)

    def read(self) -> Body:
        previous: Line | None = None
        label: Line | None = None
        listed: Line | None = None
        for number, block in enumerate(self.blocks):
            if block in self.in_boxes or (self.boxes and self._is_in_box(block)):
                continue
            if isinstance(block, Media):
                self._media(block)
            elif isinstance(block, EmbeddedPost):
                self._post(block)
                previous = None
            elif block in self.headlines:
                self.related.add(block.links)
            elif label is not None and self._is_listed(block, label, listed):
                self.related.add(block.links)
                listed = block
            else:
                label, listed = (block, None) if self._is_label_of_list(block) else (None, None)
                if label is None and block not in self.copies and not self._is_left_out(block, number):
                    self._keep(block, previous)
                    previous = block
        self._without_what_only_leads_on()
        self.body.related = self.related.in_order(self.region.holder)
        return self.body

    def _is_in_box(self, block: Block) -> bool:
        return not isinstance(block, Line) and any(each in self.boxes for each in chain(block.element))

    def _is_listed(self, line: Line, label: Line, previous: Line | None) -> bool:
        """Return whether a line is one of the links to other articles below a label."""
        if not leads_to_article(line, self.urls):
            return False
        if previous is None or not line.is_heading or self.following[line] not in self.prose:
            return True
        # A linked heading with a text below it is a subhead, unless the list has such headings.
        return previous.tag == line.tag and previous.element.getparent() is line.element.getparent()

    # -- boxes --------------------------------------------------------------------------------------------------

    def _linked_headings(self) -> set[Line]:
        """Return the headings in a row that lead to other articles, with nothing between them: a list."""
        found: set[Line] = set()
        for line, after in self.following.items():
            if (
                after is not None
                and line.is_heading
                and line.tag == after.tag
                and line.element.getparent() is after.element.getparent()
                and leads_to_article(line, self.urls)
                and leads_to_article(after, self.urls)
            ):
                found |= {line, after}
        return found

    def _boxes(self) -> set[_Element]:
        """Return the boxes in the body that are none of its text, and record the related articles among them."""
        inside = lines_by_element(self.lines, self.region.holder)
        related = boxes_of_related(inside, self.prose, self.urls)
        for element in related:
            if not any(ancestor in related for ancestor in element.iterancestors()):
                self.related.add_box(element)
        self.related_boxes = related
        boxes = related | boxes_of_cards(inside, self.prose, self.context.authors)
        self.in_boxes = {line for box in boxes for line in inside[box]}
        return boxes

    def _read_related_in_furniture(self, stream: Sequence[Block]) -> None:
        """Record the related articles in boxes that were left out as furniture: `aside`, or named "related"."""
        first, last = (self.blocks[0], self.blocks[-1]) if self.blocks else (None, None)
        within = False
        boxes: dict[_Element, list[Line]] = {}
        kept = set(map(id, self.blocks))
        for block in stream:
            within = within or block is first
            if within and isinstance(block, Line) and id(block) not in kept and block.boxes:
                boxes.setdefault(block.boxes[0], []).append(block)
            if block is last:
                break
        for box, lines in boxes.items():
            named = is_named_related(box) or is_label(lines[0].text)
            if named and is_related_box(box, lines, self.urls):
                self.related.add_box(box)

    # -- what is kept -------------------------------------------------------------------------------------------

    def _keep(self, line: Line, previous: Line | None) -> None:
        paragraphs = self.body.paragraphs
        if previous and line.quote is not None and line.quote is previous.quote and ATTRIBUTION.match(line.text):
            last = paragraphs[-1]
            last.text += f" {line.text}"
            last.runs = (*last.runs, Run(" "), *line.runs)
            return
        text = self._without_read_more(line)
        if not text:
            return
        runs = line.runs if text == line.text else (Run(text),)
        paragraphs.append(Paragraph(text, line, runs, is_subhead(line)))
        for words, href, element in line.links:
            url = self.urls.recorded(href)
            if url and words and element not in self.related.found:
                self._add(self.body.links, url, url)

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

    def _without_what_only_leads_on(self) -> None:
        """Remove headings and labels at the end, below which nothing is left."""
        paragraphs = self.body.paragraphs
        while len(paragraphs) > 1 and paragraphs[-1].is_subhead and paragraphs[-1].line is not None:
            if paragraphs[-1].line.tag not in HEADINGS and not is_label(paragraphs[-1].text):
                return
            paragraphs.pop()

    def _post(self, post: EmbeddedPost) -> None:
        if url := embedded_post_url(post.element, self.context.base):
            self._add(self.body.embeds, url, url)
        if text := INSTAGRAM_PLACEHOLDER.sub("", post.text):
            self.body.paragraphs.append(Paragraph(text, None, (Run(text),), is_post=True))

    def _media(self, media: Media) -> None:
        element = media.element
        if media.kind in ("post", "frame"):
            if url := frame_url(element, self.context.base):
                self._add(self.body.embeds, url, url)
        elif media.kind == "video":
            if url := video_url(element, self.context.base):
                self._add(self.body.videos, Video(url=url), url)
        elif not (media.link and self._leads_away(media.link)):
            for image in read_images(element, self.context.base):
                self._add(self.body.images, image, image.url)

    def _add(self, values: list[T], value: T, url: str) -> None:
        """Append a value to a list that does not have its URL yet."""
        if (id(values), url) not in self.seen:
            self.seen.add((id(values), url))
            values.append(value)

    def _leads_away(self, href: str) -> bool:
        """Return whether a linked picture belongs to the page that it leads to: another article, or an advertiser's."""
        url = absolute(self.context.base, href)
        if url is None or _PICTURE_FILE.search(url):
            return False
        return self.urls.article(href) is not None or not is_publishers(url, self.context.site)

    # -- what is left out ---------------------------------------------------------------------------------------

    def _is_left_out(self, line: Line, number: int) -> bool:
        text, key = line.text, line.key
        if key == "" or key in self.captions or self._is_alternative_text(line, key, number):
            return True
        if line.links and (
            self._is_read_more(line) or is_line_of_tags(line) or self._is_headline_of_other_article(line)
        ):
            return True
        if line.link_share > 0.9 and all(SHARE_LINK.search(link.href) for link in line.links):
            return True
        # A caption may have its credit behind it.
        if key.startswith(self.captions_begin) and line.link_share < 0.95:
            bare = comparison_key(without_credit(text))
            if bare in self.captions:
                return True
        if line.tag == "h1" and key == self.title:
            return True
        if line.is_heading:
            # A subhead may be any words, if a text follows.
            return is_furniture_line(text) and self.following[line] not in self.prose
        if not self.body.paragraphs and (key == self.title or is_byline(text) or key in self.context.authors):
            return True
        if is_furniture_line(text) or is_date_line(line):
            return True
        if line.has_image and is_small(line):
            if self.body.images:
                # Small text under a picture is its caption, which is better than its alternative text.
                caption, credit = split_credit(text)
                self.body.images[-1] = replace(self.body.images[-1], caption=caption, credit=credit)
            return True
        if self.has_paragraphs and line.tag not in TEXT_TAGS and not ends_a_sentence(text) and len(text) < 80:
            # A few words in a box of their own, among paragraphs, are a label.
            return line.bold_share < 0.9 and line.quote is None
        match = READ_MORE.match(text)
        return match is not None and match["colon"] != ""

    def _is_alternative_text(self, line: Line, key: str, number: int) -> bool:
        """Return whether a line right beside a picture repeats its alternative text."""
        if line.tag == "li" or is_subhead(line):
            return False
        beside = self.blocks[max(0, number - 1) : number + 2]
        return any(isinstance(block, Media) and key in alternatives_of(block) for block in beside)

    def _is_label_of_list(self, line: Line) -> bool:
        """Return whether a line is the label of links to other articles that follow."""
        if self._is_above_related(line):
            return True
        if not is_label(line.text) and not (SHORT_LABEL.match(line.text) and not line.links and line not in self.prose):
            return False
        after = self.following[line]
        if after is None:
            return is_label(line.text)
        if is_label(line.text) and not (line.is_heading and after in self.prose):
            return True
        return leads_to_article(after, self.urls) and not after.is_heading and not line.is_heading

    def _is_above_related(self, line: Line) -> bool:
        """Return whether a short line, whatever its words, is right above related articles: a box or headings."""
        if line.links or len(line.text) > LONGEST_LABEL or cannot_be_headline(line.text.rstrip(" :：")):
            return False
        after = self.following[line]
        if after is None or line in self.headlines:
            return False
        if after in self.headlines:
            return True
        return not line.is_heading and any(each in self.related_boxes for each in chain(after.element))

    def _is_read_more(self, line: Line) -> bool:
        """Return whether a line only leads to other articles, and record these."""
        match = READ_MORE.match(line.text)
        if not match:
            # The label may be right before the link, in an element of its own, and may be any words.
            label = line.text.removesuffix(line.links[-1].text) if len(line.links) == 1 else ""
            is_labelled = bool(label) and (SHORT_LABEL.match(label) is not None or is_label(label))
            if is_labelled and line.tag != "li" and self.urls.article(line.links[0].href):
                self.related.add(line.links)
                return True
            return False
        rest = line.text[match.end() :]
        in_links = sum(len(link.text) for link in line.links)
        if not match["colon"] and in_links < 0.8 * max(len(rest), 1):
            return False
        self.related.add(line.links)
        return True

    def _is_headline_of_other_article(self, line: Line) -> bool:
        """Return whether a paragraph is only the linked headline of another article, and record that article."""
        if line.link_share < 0.98 or line.is_heading or line.quote is not None:
            return False
        if line.tag != "p" and is_subhead(line) and self.following[line] in self.prose and not names_article(line):
            # In a text that only breaks divide, a bold line that is a link is a subhead, if it is no headline.
            return False
        if cannot_be_headline(line.text.rstrip("…")):
            return False
        links = [link for link in line.links if link.text]
        if any(cannot_be_headline(link.text.rstrip("…")) or not self.urls.article(link.href) for link in links):
            return False
        self.related.add(links)
        return True
