"""An article's body out of the stream of blocks in which it stands."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from lxml.etree import _Element

from newscrawl.almayadeen.editions import EDITIONS, article_address
from newscrawl.items import Image, Related, Video
from newscrawl.pages.byline import is_byline, is_date
from newscrawl.pages.lines import (
    ATTRIBUTION,
    HEADINGS,
    POST_ADDRESS,
    Block,
    Line,
    Link,
    Media,
    Post,
    captioned,
    visible_text,
)
from newscrawl.text import fold, squeeze
from newscrawl.urls import absolute, canonical, on_site, root_of, without_tracking

# Labels as the three editions may write them, folded.
RELATED_LABELS = frozenset(
    map(
        fold,
        (
            "Related News", "Related", "Related Stories", "Related Articles", "Related Story", "Related Topics",
            "Related Content", "Read Also", "Also Read", "See Also", "Read More", "More on this story",
            "You may also like", "Noticias relacionadas", "Relacionadas", "Relacionado", "Artículos relacionados",
            "Lea también", "Lea además", "Leer también", "Lea más", "Leer más", "Vea también", "Te puede interesar",
            "Temas relacionados", "أخبار ذات صلة", "ذات صلة", "مواضيع ذات صلة", "مقالات ذات صلة", "أخبار متعلقة",
            "مواضيع متعلقة", "اقرأ أيضاً", "اقرأ أيضا", "اقرأ المزيد", "إقرأ أيضاً", "إقرأ المزيد", "شاهد أيضاً",
            "للمزيد", "المزيد",
        ),
    )
)  # fmt: skip
_READ_MORE = re.compile(
    r"(?i)^[\s•>»*\-–—]*(?:read (?:more|also)|also read|see also|related(?: (?:news|stor(?:y|ies)|articles?))?"
    r"|lea (?:también|además|más)|leer (?:también|más)|vea también|noticias? relacionadas?"
    r"|[اأإ]قر[أا] (?:أيضا?ً?|ايضا?ً?|المزيد)|شاهد أيضا?ً?|للمزيد)(?=[\s:：…|>»]|$)\s*(?P<colon>[:：…|>»–—]*)\s*"
)
_READ_MORE_BEFORE = re.compile(
    r"(?i)(?<=[.!?…؟”’\"»)])\s+(?:read (?:more|also)|also read|see also|lea (?:también|además|más)|leer (?:también|más)"
    r"|[اأإ]قر[أا] (?:أيضا?ً?|ايضا?ً?|المزيد))\s*[:：]\s*$"
)
_FURNITURE_LINE = re.compile(
    r"(?i)^(?:listen|share|print|x|advertisement|ad|comments?|tags?|keywords|copy link|escuchar|compartir|imprimir"
    r"|etiquetas|publicidad|استمع|مشاركة|شارك|طباعة|إعلان|الكلمات المفتاحية|الوسوم|\d+ (?:min(?:utes?)? read|shares?"
    r"|views?|compartidos?|visualizaciones)|\d+ min(?:utos?)? de lectura)\s*:?$"
)
_FOLLOW_US = re.compile(
    r"(?i)^(?:please )?(?:follow|join|subscribe to|sign up (?:to|for)|download|síganos|siga(?:nos)?|suscríbase|únase"
    r"|تابعوا?|تابعونا|اشترك(?:وا)?|انضم(?:وا)?)\b.{0,80}(?:telegram|whatsapp|newsletter|twitter|facebook|instagram"
    r"|youtube|our app|channel|canal|boletín|تلغرام|تيليغرام|واتساب|فيسبوك|تويتر|يوتيوب|النشرة)"
)
_INSTAGRAM = re.compile(r"(?i)^(?:view this post on instagram|ver esta publicación en instagram)\s*")
_SENTENCE_END = re.compile(r"[.!…,;:،؛۔][\"'”’»)\]]*$")
_CREDIT = re.compile(r"^(?P<caption>.*?)\s*[(\[（](?P<credit>[^()\[\]（）]{1,120})[)\]）]\s*[.،]?\s*$", re.DOTALL)
_NOT_A_PICTURE = re.compile(r"(?i)(?<![a-z])(?:icon|icons|logo|avatar|emoji|pixel|spinner|loader|flag)(?![a-z])")
_AD_FRAME = re.compile(
    r"(?i)(?:(?://|\.)ads?\d*\.|doubleclick|googlesyndication|googletagmanager|googleads|adservice|taboola|outbrain|amazon-adsystem|recaptcha"
    r"|/ads?/|facebook\.com/plugins/(?:like|share)|platform\.twitter\.com/widgets)"
)
_SHARE_LINK = re.compile(
    r"(?i)sharer?(?:\.php|/|\?|Article)|/share(?:/|\?|$)|wa\.me/|/intent/|api\.whatsapp|^mailto:\?"
)
_TAG_LINK = re.compile(r"(?i)/tags?/|[?&]tags?=|/topics?/|/keywords?/|/hashtag/")
_DRAWING = re.compile(r"(?i)\.svg(?:$|[?#])")
_PICTURE_FILE = re.compile(r"(?i)\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])")
_PICTURE_SOURCES = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-url", "src")

LONGEST_SUBHEAD = 120


@dataclass(slots=True)
class Body:
    """What a body holds; all in reading order, each value once but paragraphs."""

    paragraphs: list[str] = field(default_factory=list)
    subheads: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    embeds: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the other layers have already read, and so cannot be a paragraph of the body."""

    url: str
    """The page's address, which links are relative to."""
    title: str | None = None
    between: tuple[_Element, ...] = ()
    """Elements between the parts of the body: of them only pictures, posts and related stories are taken."""
    standfirst: str | None = None
    """The summary, if the body may begin with it; None when it stands elsewhere on the page."""
    families: Mapping[str, str] = field(default_factory=dict)
    """Paths under which stories lie beside the known ones."""


def read_body(stream: Sequence[Block], roots: Sequence[_Element], page: Surroundings) -> Body:
    """Return the body that stands in a stream, whose blocks lie in `roots`.

    Kept are paragraphs, subheads (headings, and short lines all in bold), list items, quotes and embedded posts.
    Left out are captions, related stories with their label, "Read more" lines, lines of tags, lines of furniture,
    the title and the standfirst.
    """
    return _BodyReader(stream, roots, page).read()


class _BodyReader:
    def __init__(self, stream: Sequence[Block], roots: Sequence[_Element], page: Surroundings) -> None:
        self.stream = stream
        self.roots = roots
        self.page = page
        self.body = Body()
        self.related: dict[_Element, tuple[str, str]] = {}
        """Link → title and address of the story that it leads to."""
        self.boxes: set[_Element] = set()
        self.stories: dict[str, str | None] = {}
        """Link as written → address, as far as they were asked for."""
        self.captions = {
            fold(words)
            for block in stream
            if isinstance(block, Media)
            for text in _descriptions(block.element)
            for words in (text, split_credit(text)[0] or "")
            if words
        }
        self.standfirst = fold(page.standfirst or "")
        self.title = fold(page.title or "")
        self.known = (self.title, self.standfirst, *self.captions)

    def read(self) -> Body:
        self._find_related_boxes()
        expecting_stories = False
        previous: Line | None = None
        for block in self.stream:
            if self._in_box(block.element):
                continue
            if isinstance(block, Media):
                self._media(block)
                continue
            if isinstance(block, Post):
                self._post(block)
                previous = None
                continue
            is_story = (
                block.linked > 0.95 and not _ends_sentence(block.text.rstrip("…")) and self._leads_to_story(block)
            )
            if expecting_stories and is_story and (not block.is_heading or self._is_between(block.element)):
                self._add_related(block.links)
                continue
            expecting_stories = False
            if _is_related_label(block):
                expecting_stories = True
            elif not self._is_left_out(block) and not self._is_between(block.element):
                self._keep(block, previous)
                previous = block
        self._finish()
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
            address = self._address(href)
            if address and words and element not in self.related:
                _add(self.body.links, address)

    def _without_read_more(self, line: Line) -> str:
        """Return a line's text without the "Read more: ..." that ends it, whose story is remembered."""
        if line.links:
            last = line.links[-1]
            head = line.text.removesuffix(last.text) if last.text else line.text
            match = _READ_MORE_BEFORE.search(head)
            if match and len(head) < len(line.text) and self._story(last.href):
                self._add_related([last])
                return head[: match.start()].rstrip()
        return line.text

    def _post(self, post: Post) -> None:
        if address := _post_address(post.element, self.page.url):
            _add(self.body.embeds, address)
        if text := _INSTAGRAM.sub("", post.text):
            self.body.paragraphs.append(text)

    def _media(self, media: Media) -> None:
        element = media.element
        if media.kind == "post":
            name = element.get("data-telegram-post") or ""
            if address := absolute("https://t.me/", name):
                _add(self.body.embeds, address)
        elif media.kind == "frame":
            source = element.get("data-src") or element.get("src") or element.get("url") or element.get("data-lazy-src")
            address = absolute(self.page.url, source or "")
            if address and not is_advert(address):
                _add(self.body.embeds, without_tracking(address))
        elif media.kind == "video":
            sources = [element.get("src"), element.get("data-src")]
            sources += [source.get("src") for source in element.iter("source")]
            for address in (absolute(self.page.url, source) for source in sources if source):
                if address and all(video.url != address for video in self.body.videos):
                    self.body.videos.append(Video(url=address))
                    break
        elif not (media.link and self._leads_away(media.link)):
            for image in read_images(element, self.page.url):
                if all(known.url != image.url for known in self.body.images):
                    self.body.images.append(image)

    def _leads_to_story(self, line: Line) -> bool:
        return any(self._story(link.href) for link in line.links)

    def _leads_away(self, href: str) -> bool:
        """Tell whether a linked picture stands for what it leads to: another story, or an advertiser."""
        address = absolute(self.page.url, href)
        if address is None or _PICTURE_FILE.search(address):
            return False
        return self._story(href) is not None or not is_same_site(self.page.url, address)

    # -- what is left out ---------------------------------------------------------------------------------------

    def _is_left_out(self, line: Line) -> bool:
        text = line.text
        if line.links and (self._is_read_more(line) or self._is_tags(line) or self._is_story(line)):
            return True
        if line.linked > 0.9 and all(_SHARE_LINK.search(link.href) for link in line.links):
            return True
        folded = self._folded(text)
        if folded == "" or (len(text) < 80 and _FURNITURE_LINE.match(text)) or folded in self.captions:
            return True
        if self.captions and line.linked < 0.95 and fold(without_credit(text)) in self.captions:
            return True
        if not self.body.paragraphs and (folded == self.title or is_byline(text)):
            return True
        if is_date(text):
            return True
        if self.standfirst and folded == self.standfirst:
            self.standfirst = ""
            return True
        if len(text) < 200 and _FOLLOW_US.match(text) and not (len(text) > 100 and _ends_sentence(text)):
            return True
        if line.has_image and line.tag not in HEADINGS and _is_small(line):
            if self.body.images:
                # What is set small under a picture says more of it than its alternative text.
                caption, credit = split_credit(text)
                self.body.images[-1] = replace(self.body.images[-1], caption=caption, credit=credit)
            return True
        match = _READ_MORE.match(text)
        return match is not None and match["colon"] != "" and not line.is_heading

    def _folded(self, text: str) -> str | None:
        """Return a line as `fold` does, or None for one that begins like nothing it is to be compared with."""
        head = fold(text[:24])
        if head and not any(known.startswith(head) for known in self.known):
            return None
        return fold(text)

    def _is_read_more(self, line: Line) -> bool:
        """Tell whether a line sends the reader to other stories, and remember them."""
        match = _READ_MORE.match(line.text)
        if not match:
            # The label may stand right before the link, in an element of its own.
            label = line.text.removesuffix(line.links[-1].text) if len(line.links) == 1 else ""
            if label and len(label) < 40 and fold(label) in RELATED_LABELS:
                self._add_related(line.links)
                return True
            return False
        rest = line.text[match.end() :]
        in_links = sum(len(link.text) for link in line.links)
        if not match["colon"] and in_links < 0.8 * max(len(rest), 1):
            return False
        self._add_related(line.links)
        return True

    def _is_tags(self, line: Line) -> bool:
        return line.linked > 0.8 and all(_TAG_LINK.search(link.href) for link in line.links if link.text)

    def _is_story(self, line: Line) -> bool:
        """Tell whether a paragraph is nothing but the headline of another story, and remember it."""
        if line.linked < 0.98 or line.is_heading or line.bold > 0.9 or line.quote is not None:
            return False
        if _ends_sentence(line.text.rstrip("…")):
            return False
        links = [link for link in line.links if link.text]
        if any(_ends_sentence(link.text.rstrip("…")) or not self._story(link.href) for link in links):
            return False
        self._add_related(links)
        return True

    # -- related stories ----------------------------------------------------------------------------------------

    def _find_related_boxes(self) -> None:
        """Find the elements that hold nothing but related stories and their label."""
        for root in self.roots:
            own = [root] if root in self.page.between else []
            for element in (*own, *root.iter("aside", "nav")):
                if fold(visible_text(element)[:40]).startswith(tuple(_BOX_LABELS)) and self._is_box(element, ""):
                    self._add_box(element)
            for element in filter(_is_named_related, root.iter()):
                if element.tag not in ("p", "a") and self._is_box(element, ""):
                    self._add_box(element)
        for block in self.stream:
            if isinstance(block, Line) and _is_related_label(block) and not self._in_box(block.element):
                self._add_boxes_of_label(block)

    def _add_boxes_of_label(self, label: Line) -> None:
        element = label.element
        # Up to where the label stops being alone ...
        while (parent := element.getparent()) is not None and parent not in self.roots:
            if fold(visible_text(parent)) != fold(label.text):
                break
            element = parent
        # ... then up as long as there is nothing but stories beside it.
        box = None
        parent = element.getparent()
        while parent is not None and parent not in self.roots and self._is_box(parent, label.text):
            box, parent = parent, parent.getparent()
        if box is not None:
            self._add_box(box)
            return
        # A flat label: the stories are its next siblings, all in the same kind of element.
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
        """Tell whether an element holds links to stories and, beside them, no more than their dates and sections."""
        links = list(element.iter("a"))
        if not any(self._story(link.get("href") or "") for link in links):
            return False
        texts = [text for link in links if (text := visible_text(link))]
        whole = visible_text(element)
        if len(whole) - sum(map(len, texts)) - len(label) > 40 * len(links):
            return False
        for paragraph in {element, *element.iter("p", "div", "li")}:
            words = visible_text(paragraph)
            linked = sum(len(visible_text(link)) for link in paragraph.iter("a"))
            if len(words) > 40 and linked < 0.95 * len(words) and _ends_sentence(words):
                return False
        return True

    def _add_box(self, element: _Element) -> None:
        self.boxes.add(element)
        links = [link for link in element.iter("a") if self._story(link.get("href") or "")]
        titled = {self._story(link.get("href") or "") for link in links if visible_text(link)}
        stories: list[Link] = []
        for link in links:
            href = link.get("href") or ""
            heading = next(link.iter(*HEADINGS), None)
            text = visible_text(link if heading is None else heading)
            if not text and self._story(href) not in titled and (picture := next(link.iter("img"), None)) is not None:
                text = squeeze(picture.get("alt") or "")
            stories.append(Link(text, href, link))
        self._add_related(stories)

    def _is_between(self, element: _Element) -> bool:
        return bool(self.page.between) and any(
            each in self.page.between for each in (element, *element.iterancestors())
        )

    def _in_box(self, element: _Element) -> bool:
        return bool(self.boxes) and (
            element in self.boxes or any(ancestor in self.boxes for ancestor in element.iterancestors())
        )

    def _add_related(self, links: Iterable[Link]) -> None:
        for text, href, element in links:
            title = _READ_MORE.sub("", text) if _READ_MORE.match(text) else text
            address = self._address(href)
            if title and address:
                self.related[element] = (title, address)

    def _finish(self) -> None:
        """Put the related stories into the order in which they stand on the page."""
        if not self.related:
            return
        known: set[str] = set()
        for link in chain.from_iterable(root.iter("a") for root in self.roots):
            title, address = self.related.get(link, ("", ""))
            if address and address not in known:
                known.add(address)
                self.body.related.append(Related(title=title, url=address))

    # -- addresses ----------------------------------------------------------------------------------------------

    def _address(self, href: str) -> str | None:
        """Return the address of a link as records hold it: canonical for a story of the site, without tracking else."""
        story = self._story(href)
        address = absolute(self.page.url, href) if story is None else None
        return without_tracking(address) if address else story

    def _story(self, href: str) -> str | None:
        """Return the canonical address of a story of this site, or None for any other link."""
        if href not in self.stories:
            self.stories[href] = self._story_at(href)
        return self.stories[href]

    def _story_at(self, href: str) -> str | None:
        address = absolute(self.page.url, href)
        if address is None or article_address(address, self.page.families) is None:
            return None
        return canonical(address) if is_same_site(self.page.url, address) else None


_RELATED_NAMES = ("related", "Related", "read-also", "read-more", "readmore", "also-read")
_BOX_LABELS = sorted(RELATED_LABELS, key=len, reverse=True)


def _is_named_related(element: _Element) -> bool:
    classes = element.get("class")
    return classes is not None and any(name in classes for name in _RELATED_NAMES)


def _ends_sentence(text: str) -> bool:
    # The end alone: what stands before it would be looked at letter by letter.
    return _SENTENCE_END.search(text, max(0, len(text) - 40)) is not None


def _is_related_label(line: Line) -> bool:
    return len(line.text) < 40 and fold(line.text) in RELATED_LABELS


def is_subhead(line: Line) -> bool:
    """Tell whether a line is a subhead: a heading, or a short line that is all bold and ends no sentence."""
    if line.is_heading:
        return True
    return (
        line.bold > 0.98
        and line.tag not in ("li", "td", "th", "dd", "dt")
        and line.quote is None
        and len(line.text) <= LONGEST_SUBHEAD
        and not _ends_sentence(line.text)
    )


def is_same_site(page_url: str, address: str) -> bool:
    """Tell whether an address belongs to the site of the page, or to one of the site's editions."""
    return on_site(address, root_of(page_url), *_ROOTS) is not None


_ROOTS = tuple(edition.root for edition in EDITIONS.values())


def is_advert(address: str) -> bool:
    """Tell whether an address is one of an advertiser or of a counting service."""
    return _AD_FRAME.search(address) is not None


def split_credit(caption: str) -> tuple[str | None, str | None]:
    """Return a caption without its closing bracket, and what stands in that bracket: the credit.

    >>> split_credit("Smoke over the port, August 21, 2024. (Sputnik)")
    ('Smoke over the port, August 21, 2024.', 'Sputnik')
    >>> split_credit("A port"), split_credit("(AFP)"), split_credit("The summit (2021)")
    (('A port', None), (None, 'AFP'), ('The summit (2021)', None))
    """
    caption = squeeze(caption)
    closes = caption.rstrip(" .،")[-1:] in ("]", ")", "）")
    match = _CREDIT.match(caption) if closes else None
    if match is None or not any(char.isalpha() for char in match["credit"]):
        return caption or None, None
    return match["caption"] or None, squeeze(match["credit"]) or None


def without_credit(text: str) -> str:
    """Return a caption without its closing bracket; "" for a text that has none."""
    caption, credit = split_credit(text)
    return caption or "" if credit else ""


def read_images(element: _Element, page_url: str) -> list[Image]:
    """Return the pictures in a `figure` (its caption belongs to each), or the one that an `img` shows."""
    pictures = [element] if element.tag == "img" else list(element.iter("img"))
    caption = _caption(element)
    found = []
    for picture in pictures:
        address = picture_address(picture, page_url)
        if address is None:
            continue
        text, credit = split_credit(
            caption or picture.get("data-caption") or picture.get("alt") or picture.get("title") or ""
        )
        found.append(Image(url=address, caption=text, credit=credit))
    return found


def picture_address(picture: _Element, page_url: str) -> str | None:
    """Return the address of the picture that an `img` shows (also when it loads late), None for icons and pixels."""
    label = f"{picture.get('class') or ''} {picture.get('id') or ''}"
    sizes = [picture.get(name) or "" for name in ("width", "height")]
    if _NOT_A_PICTURE.search(label) or any(size.isascii() and size.isdigit() and int(size[:6]) <= 50 for size in sizes):
        return None
    sources = [picture.get(name) or "" for name in _PICTURE_SOURCES]
    for name in ("data-srcset", "srcset"):
        sources.append((picture.get(name) or "").split(",")[-1].strip().partition(" ")[0])
    for source in sources:
        if source and (address := absolute(page_url, source)):
            # Drawings are the icons of a site, not its news pictures.
            return None if _DRAWING.search(address) else address
    return None


def _caption(element: _Element) -> str | None:
    """Return the caption shown with a figure or picture, or None when there is only its alternative text."""
    if element.tag != "img":
        for each in element.iter("figcaption"):
            if text := visible_text(each):
                return text
        return visible_text(element) or None
    holder = element
    # The caption is beside the picture, or beside the element that holds nothing but the picture.
    for _ in range(3):
        parent = holder.getparent()
        if parent is None:
            return None
        shown = (each for each in holder.itersiblings() if isinstance(each.tag, str) and visible_text(each))
        sibling = next(shown, None)
        if sibling is not None and (captioned(sibling) or sibling.tag == "figcaption"):
            return visible_text(sibling) or None
        if visible_text(parent) or len(list(parent.iter("img"))) > 1:
            return None
        holder = parent
    return None


def _descriptions(element: _Element) -> list[str]:
    pictures = [element] if element.tag == "img" else list(element.iter("img"))
    texts = [squeeze(picture.get(name) or "") for picture in pictures for name in ("alt", "title")]
    if element.tag == "figure" and (caption := _caption(element)):
        texts.append(caption)
    return [text for text in texts if text]


def _is_small(line: Line) -> bool:
    """Tell whether the text beside a picture is set as its caption: all of it in `small`, `em` or `i`."""
    whole = len(line.text.replace(" ", ""))
    small = 0
    for each in line.element.iter("small", "em", "i"):
        parent = each.getparent()
        if parent is not None and str(parent.tag) not in ("small", "em", "i"):
            small += len(visible_text(each).replace(" ", ""))
    return whole > 0 and small >= 0.95 * whole


def _post_address(element: _Element, page_url: str) -> str | None:
    """Return the address of an embedded post without tracking, or None when it does not say."""
    stated = [element.get(name) or "" for name in ("data-instgrm-permalink", "cite", "data-href", "data-url")]
    # The post itself is linked last, at its date; links in its text come before.
    stated += [link.get("href") or "" for link in reversed(list(element.iter("a")))]
    for href in stated:
        if href and POST_ADDRESS.match(href.strip()) and (address := absolute(page_url, href)):
            return without_tracking(address)
    return None


def _add(values: list[str], value: str) -> None:
    if value not in values:
        values.append(value)
