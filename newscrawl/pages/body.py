"""An article's body, read from the blocks of the part of a page that holds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import TAG_LINK_IN_BODY, is_publishers
from newscrawl.almayadeen.labels import (
    CALL_LINE,
    CARD_LINE,
    FOLLOW_US,
    FURNITURE_LINE,
    INSTAGRAM_PLACEHOLDER,
    READ_MORE,
    READ_MORE_AT_END,
    SHORT_LABEL,
)
from newscrawl.almayadeen.markup import SHARE_LINK
from newscrawl.items import Image, Related, Video
from newscrawl.pages.body_search import Region
from newscrawl.pages.boxes import ends_a_sentence, is_prose
from newscrawl.pages.byline import is_byline, is_date
from newscrawl.pages.embeds import embedded_post_url, frame_url, video_url
from newscrawl.pages.furniture import ATTRIBUTION
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.pages.lines import Block, EmbeddedPost, Line, Media, Run
from newscrawl.pages.pictures import alternative_texts, read_images, shown_captions, split_credit, without_credit
from newscrawl.pages.related import (
    LinkedArticles,
    RelatedArticles,
    cannot_be_headline,
    is_label,
    is_named_related,
    is_related_box,
    leads_to_article,
    lines_by_element,
    related_boxes,
)
from newscrawl.text import comparison_key
from newscrawl.urls import Site, absolute

_PICTURE_FILE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])")

LONGEST_SUBHEAD = 120
# Elements whose lines are paragraphs by their tag, not by what they say.
_TEXT_TAGS = frozenset(
    ("p", "li", "blockquote", "figcaption", "td", "th", "tr", "dd", "dt", "pre", "caption", *HEADINGS)
)
_CARDS = frozenset(("div", "section", "article", "figure", "a", "span"))
_SHORTEST_COPY = 40
"""Characters of the shortest line that is left out because another line has its words."""


@dataclass(slots=True, eq=False)
class Paragraph:
    """One paragraph of a body, with what its HTML needs."""

    text: str
    """On one line, never empty."""
    line: Line | None
    """Where it comes from; None for the text of an embedded post."""
    runs: tuple[Run, ...] = ()
    is_subhead: bool = False


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
        self.urls = LinkedArticles(context.base, context.site)
        self.related = RelatedArticles(self.urls)
        self.blocks = region.blocks
        self.lines = [block for block in self.blocks if isinstance(block, Line)]
        self.prose = {line for line in self.lines if is_prose(line)}
        self.following = dict(zip(self.lines, [*self.lines[1:], None], strict=False))
        self.captions, self.alternatives = self._descriptions()
        self.title = comparison_key(context.title or "")
        self.boxes = self._boxes()
        self.copies = self._copies()
        paragraphs = sum(1 for line in self.prose if line.tag in _TEXT_TAGS)
        self.has_paragraphs = paragraphs > 0.6 * len(self.prose)
        self._read_related_in_furniture(stream)

    def read(self) -> Body:
        previous: Line | None = None
        label: Line | None = None
        listed: Line | None = None
        for number, block in enumerate(self.blocks):
            if self.boxes and any(each in self.boxes for each in (block.element, *block.element.iterancestors())):
                continue
            if isinstance(block, Media):
                self._media(block)
            elif isinstance(block, EmbeddedPost):
                self._post(block)
                previous = None
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

    def _is_listed(self, line: Line, label: Line, previous: Line | None) -> bool:
        """Return whether a line is one of the links to other articles below a label."""
        if not leads_to_article(line, self.urls):
            return False
        if previous is None or not line.is_heading or self.following[line] not in self.prose:
            return True
        # A linked heading with a text below it is a subhead, unless the list has such headings.
        return previous.tag == line.tag and previous.element.getparent() is line.element.getparent()

    # -- boxes --------------------------------------------------------------------------------------------------

    def _boxes(self) -> set[_Element]:
        """Return the boxes in the body that are none of its text: related articles, cards, second copies."""
        inside = lines_by_element(self.lines, self.region.holder)
        related = related_boxes(inside, self.urls)
        related |= {element for element, lines in inside.items() if self._is_card_of_article(element, lines)}
        for element in related:
            if not any(ancestor in related for ancestor in element.iterancestors()):
                self.related.add_box(element)
        cards = {
            element
            for element, lines in inside.items()
            if element.tag in _CARDS and (self._is_card(lines) or self._is_writers(element, lines))
        }
        return related | cards

    def _is_card(self, lines: Sequence[Line]) -> bool:
        """Return whether a box is a player, a gallery or the like: no sentence, and words that only such boxes have."""
        if any(line in self.prose or line.tag in ("li", "blockquote", "tr") for line in lines):
            return False
        return any(
            CARD_LINE.match(line.text) is not None or (is_date(line.text) and line.tag not in ("p", *HEADINGS))
            for line in lines
            if len(line.text) < 60 and not line.is_heading
        ) and not any(line.is_heading and is_date(line.text) for line in lines)

    def _is_card_of_article(self, element: _Element, lines: Sequence[Line]) -> bool:
        """Return whether a box is a teaser: the linked headline of another article, then at most a few sentences."""
        if element.tag not in _CARDS or len(lines) > 5 or not lines or not leads_to_article(lines[0], self.urls):
            return False
        sentences = [line for line in lines if line in self.prose]
        if len(sentences) > 2 or len(lines) == 1:
            return False
        return element.find(".//img") is not None or sum(len(line.text) for line in sentences) < 300

    def _is_writers(self, element: _Element, lines: Sequence[Line]) -> bool:
        """Return whether a box is about the writer: it begins with the name and stands after most of the body."""
        first = comparison_key(lines[0].text)
        if not any(first.startswith(name) for name in self.context.authors if len(name) > 4):
            return False
        sentences = sum(1 for line in lines if line in self.prose)
        return sentences <= 3 and sentences < 0.4 * len(self.prose) and len(lines) <= 6

    def _copies(self) -> set[Line]:
        """Return the lines that repeat the text: a second copy of several paragraphs, a pull quote."""
        if len(self.lines) < 2:
            return set()
        copies: set[Line] = set()
        seen: dict[str, int] = {}
        run: list[Line] = []
        for number, line in enumerate(self.lines):
            key = comparison_key(line.text)
            if key in seen and (not run or seen[key] > seen.get(comparison_key(run[-1].text), -1)):
                run.append(line)
            else:
                copies |= set(run) if sum(1 for each in run if each in self.prose) > 1 else set()
                run = []
                seen.setdefault(key, number)
        copies |= set(run) if sum(1 for each in run if each in self.prose) > 1 else set()
        return copies | self._pull_quotes()

    def _pull_quotes(self) -> set[Line]:
        """Return the quotes that are set apart and whose words stand in a paragraph, too."""
        quotes = {
            line: key
            for line in self.lines
            if (line.quote is not None or (line.tag not in _TEXT_TAGS and line not in self.prose))
            and len(key := comparison_key(line.text)) >= _SHORTEST_COPY
        }
        if not quotes:
            return set()
        whole = "\n".join(comparison_key(line.text) for line in self.lines if line not in quotes)
        return {line for line, key in quotes.items() if key in whole}

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

    def _without_what_only_leads_on(self) -> None:
        """Remove headings and labels at the end, below which nothing is left."""
        paragraphs = self.body.paragraphs
        while len(paragraphs) > 1 and paragraphs[-1].is_subhead and paragraphs[-1].line is not None:
            if paragraphs[-1].line.tag not in HEADINGS and not is_label(paragraphs[-1].text):
                return
            paragraphs.pop()

    def _post(self, post: EmbeddedPost) -> None:
        if url := embedded_post_url(post.element, self.context.base):
            _add(self.body.embeds, url)
        if text := INSTAGRAM_PLACEHOLDER.sub("", post.text):
            self.body.paragraphs.append(Paragraph(text, None, (Run(text),)))

    def _media(self, media: Media) -> None:
        element = media.element
        if media.kind in ("post", "frame"):
            if url := frame_url(element, self.context.base):
                _add(self.body.embeds, url)
        elif media.kind == "video":
            url = video_url(element, self.context.base)
            if url and all(video.url != url for video in self.body.videos):
                self.body.videos.append(Video(url=url))
        elif not (media.link and self._leads_away(media.link)):
            for image in read_images(element, self.context.base):
                if all(known.url != image.url for known in self.body.images):
                    self.body.images.append(image)

    def _leads_away(self, href: str) -> bool:
        """Return whether a linked picture belongs to the page that it leads to: another article, or an advertiser's."""
        url = absolute(self.context.base, href)
        if url is None or _PICTURE_FILE.search(url):
            return False
        return self.urls.article(href) is not None or not is_publishers(url, self.context.site)

    # -- what is left out ---------------------------------------------------------------------------------------

    def _is_left_out(self, line: Line, number: int) -> bool:
        text, key = line.text, comparison_key(line.text)
        if key == "" or key in self.captions or self._is_alternative_text(line, key, number):
            return True
        if line.links and (self._is_read_more(line) or self._is_tags(line) or self._is_headline_of_other_article(line)):
            return True
        if line.link_share > 0.9 and all(SHARE_LINK.search(link.href) for link in line.links):
            return True
        if self.captions and line.link_share < 0.95 and comparison_key(without_credit(text)) in self.captions:
            return True
        if line.is_heading:
            # A subhead may be any words, if a text follows.
            return self._is_furniture_line(text) and self.following[line] not in self.prose
        if not self.body.paragraphs and (key == self.title or is_byline(text) or key in self.context.authors):
            return True
        if self._is_furniture_line(text) or self._is_date_line(line):
            return True
        if line.has_image and _is_small(line):
            if self.body.images:
                # Small text under a picture is its caption, which is better than its alternative text.
                caption, credit = split_credit(text)
                self.body.images[-1] = replace(self.body.images[-1], caption=caption, credit=credit)
            return True
        if self.has_paragraphs and line.tag not in _TEXT_TAGS and not ends_a_sentence(text) and len(text) < 80:
            # A few words in a box of their own, among paragraphs, are a label.
            return line.bold_share < 0.9 and line.quote is None
        match = READ_MORE.match(text)
        return match is not None and match["colon"] != ""

    def _is_furniture_line(self, text: str) -> bool:
        if len(text) > 200:
            return False
        return (
            FURNITURE_LINE.match(text) is not None
            or FOLLOW_US.match(text) is not None
            or CALL_LINE.match(text) is not None
        )

    def _is_date_line(self, line: Line) -> bool:
        """Return whether a line is only a time that belongs to the page, not to the text."""
        if line.tag in ("li", "td", "th", "tr", "dt", "dd") or line.bold_share > 0.9 or line.quote is not None:
            return False
        return is_date(line.text) and not ends_a_sentence(line.text)

    def _is_alternative_text(self, line: Line, key: str, number: int) -> bool:
        """Return whether a line right beside a picture repeats its alternative text."""
        if key not in self.alternatives or line.is_heading or line.tag == "li":
            return False
        beside = self.blocks[max(0, number - 1) : number + 2]
        return any(isinstance(block, Media) and key in _alternatives(block) for block in beside)

    def _descriptions(self) -> tuple[set[str], set[str]]:
        """Return the captions that are shown with the pictures, and their alternative texts, as comparison keys."""
        captions: set[str] = set()
        alternatives: set[str] = set()
        for block in self.blocks:
            if isinstance(block, Media):
                for text in shown_captions(block.element):
                    captions |= {comparison_key(text), comparison_key(split_credit(text)[0] or "")}
                alternatives |= _alternatives(block)
        return captions - {""}, alternatives

    def _is_label_of_list(self, line: Line) -> bool:
        """Return whether a line is the label of links to other articles that follow."""
        if not is_label(line.text) and not (SHORT_LABEL.match(line.text) and not line.links and line not in self.prose):
            return False
        after = self.following[line]
        if after is None:
            return is_label(line.text)
        if is_label(line.text) and not (line.is_heading and after in self.prose):
            return True
        return leads_to_article(after, self.urls) and not after.is_heading and not line.is_heading

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

    def _is_tags(self, line: Line) -> bool:
        return line.link_share > 0.8 and all(TAG_LINK_IN_BODY.search(link.href) for link in line.links if link.text)

    def _is_headline_of_other_article(self, line: Line) -> bool:
        """Return whether a paragraph is only the linked headline of another article, and record that article."""
        if line.link_share < 0.98 or line.is_heading or line.quote is not None:
            return False
        if cannot_be_headline(line.text.rstrip("…")):
            return False
        links = [link for link in line.links if link.text]
        if any(cannot_be_headline(link.text.rstrip("…")) or not self.urls.article(link.href) for link in links):
            return False
        self.related.add(links)
        return True


def is_subhead(line: Line) -> bool:
    """Return whether a line is a subhead: a heading, or a short bold line that does not end like a sentence."""
    if line.is_heading:
        return True
    return (
        line.bold_share > 0.98
        and line.tag not in ("li", "td", "th", "tr", "dd", "dt")
        and line.quote is None
        and len(line.text) <= LONGEST_SUBHEAD
        and not cannot_be_headline(line.text)
    )


def _alternatives(media: Media) -> set[str]:
    texts = alternative_texts(media.element)
    return {comparison_key(words) for text in texts for words in (text, split_credit(text)[0] or "")} - {""}


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
