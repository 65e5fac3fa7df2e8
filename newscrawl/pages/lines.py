"""A part of a page as the stream a reader sees: lines of text and media, in order, without the page's furniture.

The stream says what stands there and how (in which element, how much of it linked or bold). What a line means is
decided by those who read the stream: `body.py`, `byline.py`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from newscrawl.pages.page import BLOCKS, source_of
from newscrawl.text import squeeze

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(
    "script style noscript template head title meta link base svg math canvas object embed applet map area button"
    " input select textarea option datalist output progress meter dialog audio track source param frameset".split()
)
_FRAMES = frozenset(("iframe", "video", "oembed", "amp-iframe", "amp-twitter"))
_SINGLE = frozenset(("br", "img")) | _FRAMES | _SILENT
_FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "header", "form", "menu", "search", "label"))
# Words of a class or id that name a piece of furniture. Between anything but letters and
# digits, so that "shared" is no "share", and the hash in "css-ad0a2" no "ad".
_FURNITURE = re.compile(
    r"(?<![a-z0-9])(?:share|shares|sharing|sharethis|addthis|addtoany|a2a|social|socials|ticker|breaking|newsletter"
    r"|subscribe|subscription|advert|advertisement|advertising|ad|ads|adslot|adsbygoogle|adunit|banner|sponsor|sponsored"
    r"|promo|promoted|taboola|outbrain|comment|comments|disqus|listen|breadcrumb|breadcrumbs|tag|tags|taglist|hashtags"
    r"|most-?read|most-?viewed|read-?next|trending|toolbar|follow|follow-?us|min-?read|reading-?time|cookie|cookies"
    r"|popup|modal|pagination|copyright|sr-only|visually-hidden|screen-reader-text|skip-link|print-only|paywall|login"
    r"|author-?box|about-?author|author-?bio|sidebar|side-?bar|footer|navbar|nav|menu|mega-?menu|topbar|offcanvas)(?![a-z0-9])"
)
# Of these a large one is what it says all the same, however little else a page holds.
_SURELY_FURNITURE = re.compile(r"(?<![a-z0-9])(?:footer|navbar|nav|mega-?menu|cookie|cookies|comments)(?![a-z0-9])")
_SUMMARY = re.compile(r"(?<![a-z0-9])(?:summary|standfirst|lg_para|lg-para|dek|excerpt|subheadline)(?![a-z0-9])")
_CAPTION = re.compile(
    r"(?<![a-z0-9])(?:caption|captions|figcaption|img-?caption|photo-?caption|image-?caption|credit|credits|photo-?credit"
    r"|img-?(?:desc|description|text|title)|image-?(?:desc|description|text|title)|photo-?(?:desc|description|text))(?![a-z0-9])"
)
_HIDDEN_STYLE = re.compile(r"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)")
_BLOCK_STYLE = re.compile(r"(?i)display\s*:\s*(?:block|flex|grid|list-item)")
_BOLD_STYLE = re.compile(r"(?i)font-weight\s*:\s*(?:bold|[6-9]00)")
_BOOTSTRAP_HIDDEN = re.compile(r"(?:^|\s)d-none(?:\s|$)(?!.*d-(?:sm|md|lg|xl|xxl)-)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

# Deeper than any page that a person wrote; below it text is taken as it comes, so that hostile nesting costs nothing.
_DEEPEST = 200
_BREAK = None


class Link(NamedTuple):
    """A link in a line."""

    text: str
    href: str
    """As written."""
    element: _Element


@dataclass(slots=True, eq=False)
class Line:
    """One block of text: a paragraph, a heading, a list item, a part between two `<br><br>`."""

    text: str
    """On one line, never empty."""
    element: _Element
    """The block element that holds it directly."""
    quote: _Element | None = None
    """The outermost `blockquote` around it."""
    links: list[Link] = field(default_factory=list)
    """The links in it, in order."""
    linked: float = 0.0
    """Share of its characters that are in links, 0 to 1."""
    bold: float = 0.0
    """Share of its characters that are bold, 0 to 1."""
    has_image: bool = False
    """Whether a picture stands in the same element."""
    is_heading: bool = False
    """Whether it stands in a heading, or in a block inside one."""

    @property
    def tag(self) -> str:
        """The name of its element."""
        return str(self.element.tag)


@dataclass(slots=True, eq=False)
class Media:
    """A picture, a player or an embedded post at its place in the stream."""

    element: _Element
    kind: str
    """`image` (an img), `figure` (one with a picture), `frame`, `video`, `post` (a placeholder with an address)."""
    link: str | None = None
    """The address that the element is linked to, as written."""


@dataclass(slots=True, eq=False)
class Post:
    """An embedded post, whose text is one paragraph."""

    element: _Element
    text: str


Block = Line | Media | Post


def blocks(
    elements: Iterable[_Element],
    keep: Collection[_Element] = (),
    *,
    with_furniture: bool = False,
    whole: Sequence[_Element] | None = None,
) -> list[Block]:
    """Return what stands in the elements, in order, without furniture, scripts and what is hidden.

    `keep` are elements that are no furniture whatever they are called (and so are those that hold most of the text).
    `with_furniture` leaves standfirsts, captions and furniture in: bylines stand among them. `whole` are the elements
    whose text counts as all of it, when that is more than `elements`.
    """
    roots = list(elements)
    return _Reader(roots, keep, with_furniture, roots if whole is None else whole).read()


class _Traits(NamedTuple):
    """What an element's class and id call it."""

    furniture: bool = False
    surely_furniture: bool = False
    summary: bool = False
    caption: bool = False
    hidden: bool = False
    post: bool = False


_PLAIN = _Traits()


def captioned(element: _Element) -> bool:
    """Tell whether an element's class says that it holds a caption or a credit."""
    return _traits(element).caption


def is_summary(element: _Element) -> bool:
    """Tell whether an element's class says that it holds the standfirst."""
    return _traits(element).summary


def nearest(element: _Element, above: int = 2) -> list[_Element]:
    """Return an element and the nearest ones that it stands in, at most so many, from the inside out."""
    return [element, *islice(element.iterancestors(), above)]


def is_furniture(element: _Element) -> bool:
    """Tell whether an element's tag, class or id says that it is no part of a text."""
    return element.tag in _FURNITURE_TAGS or _traits(element).furniture


def is_hidden(element: _Element) -> bool:
    """Tell whether an element is not shown to readers."""
    return _is_hidden(element, _traits(element), element.get("style"))


def _is_hidden(element: _Element, traits: _Traits, style: str | None) -> bool:
    return traits.hidden or element.get("hidden") is not None or bool(style and _HIDDEN_STYLE.search(style))


def _posts(root: _Element) -> Iterator[_Element]:
    """Yield the block elements whose class says that they are embedded posts; none where all posts are `blockquote`s.

    Those are found by their tag.
    """
    source = source_of(root.getroottree().getroot())
    if source is not None and not _may_box_posts(source.lower()):
        return
    known: dict[str, bool] = {}
    for element in root.iter(*BLOCKS):
        if classes := element.get("class"):
            is_named = known.get(classes)
            if is_named is None:
                is_named = known[classes] = _POST_CLASS.search(classes) is not None
            if is_named:
                yield element


class Holders(NamedTuple):
    """What of a page holds anything. What is left is boxes around nothing: most of the elements of many pages."""

    sizes: Mapping[_Element, int]
    """Elements that hold text, media or a post, and all that these stand in → characters of their text that stand in
    no link, menu, footer or script."""
    tailed: Collection[_Element]
    """Elements that text stands right behind."""


def _may_box_posts(source: bytes) -> bool:
    """Tell whether a word of a post's class stands anywhere else in a page's source than in a `blockquote` tag."""
    for words in _POST_WORDS:
        at = source.find(words)
        while at >= 0:
            if not source.startswith(b"<blockquote", source.rfind(b"<", 0, at)):
                return True
            # What follows up to the next tag is told with it; so each part of the source is looked at once.
            following = source.find(b"<", at)
            at = source.find(words, following) if following >= 0 else -1
    return False


@lru_cache(maxsize=1)
def holders(root: _Element) -> Holders:
    """Return what of the tree under `root` holds anything."""
    pieces: list[tuple[_Element, int]] = []
    tailed: set[_Element] = set()
    for text in _TEXTS(root):
        holder = text.getparent()
        if text.is_tail:
            tailed.add(holder)
            holder = holder.getparent()
        pieces.append((holder, len(text)))
    media = (each for each in root.iter("br", "img", "blockquote", "script", *_FRAMES) if _is_shown(each))
    parents: dict[_Element, _Element | None] = {}
    for each in chain((holder for holder, _ in pieces), media, _posts(root)):
        found: list[_Element] = []
        element: _Element | None = each
        while element is not None and element not in parents:
            found.append(element)
            element = element.getparent()
        # What an element stands in comes before it.
        for new in reversed(found):
            parents[new] = element
            element = new
    linking: set[_Element | None] = set()
    for element, parent in parents.items():
        if parent in linking or element.tag in _LINKING:
            linking.add(element)
    sizes = dict.fromkeys(parents, 0)
    for holder, length in pieces:
        if holder not in linking and holder.tag not in _UNSEEN:
            sizes[holder] += length
    for element, parent in reversed(parents.items()):
        if parent is not None:
            sizes[parent] += sizes[element]
    return Holders(sizes, tailed)


def _is_shown(element: _Element) -> bool:
    return element.tag != "script" or element.get("data-telegram-post") is not None


_TEXTS = etree.XPath("descendant::text()[normalize-space()]")
_LINKING = frozenset(("a", "nav", "footer"))
_UNSEEN = frozenset(("script", "style", "noscript", "template"))


def visible_text(element: _Element) -> str:
    """Return all text in an element but scripts and styles, on one line."""
    if len(element) == 0:
        return squeeze(element.text or "") if isinstance(element.tag, str) and element.tag not in _SILENT else ""
    return squeeze(" ".join(_texts(element)))


def _texts(element: _Element) -> Sequence[str]:
    if element.tag in _SILENT:
        return ()
    if len(element) == 1 and len(child := element[0]) == 0:
        # A label in a box is frequent, and quickly told.
        inner = child.text if isinstance(child.tag, str) and child.tag not in _UNSEEN else None
        return [text for text in (element.text, inner, child.tail) if text]
    if next(element.iter(*_UNSEEN), None) is None:
        return list(element.itertext())
    return list(_SHOWN_TEXT(element))


# Compiled once; the strings are plain ones that do not know their parents.
_SHOWN_TEXT = etree.XPath(
    ".//text()[not(parent::script or parent::style or parent::noscript or parent::template)]", smart_strings=False
)
_UNLINKED_TEXT = etree.XPath(
    ".//text()[normalize-space() and not(ancestor::a or ancestor::nav or ancestor::footer or parent::script"
    " or parent::style or parent::noscript or parent::template)]",
    smart_strings=False,
)


def _traits(element: _Element) -> _Traits:
    classes, name = element.get("class"), element.get("id")
    if not classes and not name:
        return _PLAIN
    # Cut before they are remembered: no page writes names of this length but to harm.
    return _traits_of((classes or "")[:500], (name or "")[:500])


@lru_cache(maxsize=4096)
def _traits_of(classes: str, name: str) -> _Traits:
    label = _CAMEL.sub("-", f"{classes} {name}"[:500]).lower()
    found = _Traits(
        furniture=_FURNITURE.search(label) is not None,
        surely_furniture=_SURELY_FURNITURE.search(label) is not None,
        summary=_SUMMARY.search(label) is not None,
        caption=_CAPTION.search(label) is not None,
        hidden=_BOOTSTRAP_HIDDEN.search(classes) is not None,
        post=_POST_CLASS.search(classes) is not None,
    )
    return found if any(found) else _PLAIN


_POST_CLASS = re.compile(
    r"(?i)twitter-(?:tweet|video)|instagram-media|tiktok-embed|telegram-post|fb-(?:post|video)|bluesky-embed"
)
# One of these stands in every class that the pattern finds.
_POST_WORDS = (b"twitter-", b"instagram-media", b"-embed", b"-post", b"fb-video")
POST_ADDRESS = re.compile(
    r"(?i)^(?:https?:)?//(?:www\.|mobile\.|m\.)?(?:(?:twitter|x)\.com/[^/\s]+/status(?:es)?/\d+|t\.me/[^/\s]+/\d+"
    r"|instagram\.com/(?:p|reel|tv)/[\w-]+|tiktok\.com/@[^/\s]+/video/\d+|facebook\.com/[^/\s]+/(?:posts|videos)/[\w.-]+"
    r"|truthsocial\.com/@[^/\s]+/(?:posts/)?\d+|threads\.(?:net|com)/@[^/\s]+/post/[\w-]+)"
)


# What an embedded post of X ends with: "— Name (@handle)", before its date.
ATTRIBUTION = re.compile(r"(?:[—–―]|-{1,2}) ?[^—–―]{1,120}\(@\w{1,30}\)")


def is_post(element: _Element) -> bool:
    """Tell whether an element (a `blockquote` as a rule) is an embedded post of a social network."""
    if _traits(element).post:
        return True
    if element.tag != "blockquote":
        return False
    # A quotation may link to a post as well; only a post itself is signed with a handle.
    linked = any(POST_ADDRESS.match((link.get("href") or "").strip()) for link in element.iter("a"))
    return linked and ATTRIBUTION.search(visible_text(element)) is not None


def _holds_sign_up(element: _Element) -> bool:
    """Tell whether an element is a box that asks for the reader's mail address."""
    form = element.find("form")
    return form is not None and any(
        (each.get("type") or "").lower() == "email" or "mail" in (each.get("name") or "").lower()
        for each in form.iter("input")
    )


def _is_row(element: _Element) -> bool:
    """Tell whether an element is a row of short things (byline, source, date), each in an element of its own."""
    if element.tag in ("p", "a", *HEADINGS) or len(element) < 2 or (element.text or "").strip():
        return False
    if any((child.tail or "").strip() for child in element):
        return False
    return len(visible_text(element)) <= 250


class _Reader:
    """Walks elements once and gathers their stream."""

    def __init__(
        self, roots: list[_Element], keep: Collection[_Element], with_furniture: bool, whole: Sequence[_Element]
    ) -> None:
        self.roots = roots
        self.whole = whole
        self.keep = keep
        self.with_furniture = with_furniture
        self.stream: list[Block] = []
        self.buffer: list[tuple[str, int, bool] | None] = []
        self.links: list[_Element] = []
        self.waiting: list[Media] = []
        self.has_image = False
        self.quote: _Element | None = None
        self.heading = False
        self.holders: Holders | None = None
        self.total: int | None = None

    @cached_property
    def has_forms(self) -> bool:
        """Whether a form stands in the elements."""
        return any(next(root.iter("form"), None) is not None for root in self.roots)

    def read(self) -> list[Block]:
        parent: _Element | None = None
        for root in self.roots:
            # A whole page is worth the look; a part of one is walked as it is.
            self.holders = holders(root) if root.tag in ("body", "html") else None
            if parent is None or root.getparent() is not parent:
                parent = root.getparent()
                self.heading = next(root.iterancestors(*HEADINGS), None) is not None
            self._element(root, root, -1, False, 0)
            self._flush(root)
        return self.stream

    def _walk(self, element: _Element, block: _Element, link: int, bold: bool, depth: int) -> None:
        self._text(element.text, link, bold)
        if depth > _DEEPEST:
            self.buffer.extend((text, link, bold) for child in element for text in _texts(child))
            return
        is_row = self.with_furniture and _is_row(element)
        held = self.holders
        for child in element:
            if held is not None and child not in held.sizes and not self.buffer:
                if not self.has_image and child not in held.tailed:
                    continue
                if child.tag in BLOCKS:
                    self.has_image = False
                if (tail := child.tail) and not tail.isspace():
                    self.buffer.append((tail, link, bold))
                continue
            if is_row and self.buffer and self.buffer[-1] is not _BREAK:
                self.buffer.append((" | ", link, bold))
            self._element(child, block, link, bold, depth + 1)
            self._text(child.tail, link, bold)

    def _text(self, text: str | None, link: int, bold: bool) -> None:
        # White space that begins a block is none.
        if text and (self.buffer or not text.isspace()):
            self.buffer.append((text, link, bold))

    def _element(self, element: _Element, block: _Element, link: int, bold: bool, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str):  # a comment or a processing instruction
            return
        if tag in _SINGLE:
            self._single(element, tag, link)
            return
        traits = _traits(element)
        style = element.get("style")
        if len(element) == 0 and not element.text and not self.buffer and not traits.post:
            # Icons, spacers: most of what a page is made of.
            if tag in BLOCKS:
                self.has_image = False
        elif self._is_left_out(element, tag, traits, style, depth):
            self._flush(block)
        elif traits.post or (tag == "blockquote" and is_post(element)):
            self._flush(block)
            self.stream.append(Post(element, visible_text(element)))
        elif tag == "figure" and element.find(".//img") is not None and element.find(".//blockquote") is None:
            self._flush(block)
            self.stream.append(Media(element, "figure", self.links[link].get("href") if link >= 0 else None))
        elif tag in BLOCKS or (style and _BLOCK_STYLE.search(style)):
            self._flush(block)
            outer, outer_heading = self.quote, self.heading
            if tag == "blockquote" and outer is None:
                self.quote = element
            self.heading = outer_heading or tag in HEADINGS
            self._walk(element, element, link, bold, depth)
            self._flush(element)
            self.quote, self.heading = outer, outer_heading
        elif tag == "a":
            self.links.append(element)
            self._walk(element, block, len(self.links) - 1, bold, depth)
        else:
            heavy = tag in ("b", "strong") or bool(style and _BOLD_STYLE.search(style))
            self._walk(element, block, link, bold or heavy, depth)

    def _single(self, element: _Element, tag: str, link: int) -> None:
        """Note an element whose content is no text."""
        if tag == "br":
            self.buffer.append(_BREAK)
        elif tag == "img":
            self.has_image = True
            self._media(Media(element, "image", self.links[link].get("href") if link >= 0 else None))
        elif tag in _FRAMES:
            self._media(Media(element, "video" if tag == "video" else "frame"))
        elif element.get("data-telegram-post"):
            self._media(Media(element, "post"))

    def _media(self, media: Media) -> None:
        """Put media into the stream, after the sentence that it stands in rather than into its middle."""
        if any(part and part[0].strip() for part in self.buffer):
            self.waiting.append(media)
        else:
            self.stream.append(media)

    def _is_left_out(self, element: _Element, tag: str, traits: _Traits, style: str | None, depth: int) -> bool:
        if _is_hidden(element, traits, style):
            return True
        if self.with_furniture or (tag == "p" and depth == 0):
            return False
        if traits.summary or (traits.caption and element.find(".//img") is None) or tag == "figcaption":
            return not self._is_most(element)
        if tag in ("div", "section") and self.has_forms and _holds_sign_up(element):
            return not self._is_most(element)
        if tag not in _FURNITURE_TAGS and not traits.furniture:
            return False
        if any(is_post(each) for each in element.iter("blockquote")):
            return False  # "social" is also what wraps an embedded post
        # The footer of a quotation says whose words they are.
        if element in self.keep or (element.tag == "footer" and self.quote is not None):
            return False
        if tag in ("nav", "footer", "aside") or traits.surely_furniture:
            return True
        return not self._is_most(element)

    def _is_most(self, element: _Element) -> bool:
        """Tell whether an element holds most of the text, and so cannot be what its name says (a form around all)."""
        if element in self.roots:
            return True
        size = self._unlinked_size(element)
        if size < 150:
            return False
        if self.total is None:
            self.total = sum(map(self._unlinked_size, self.whole))
        return size > 0.4 * self.total

    def _unlinked_size(self, element: _Element) -> int:
        """Return the characters of an element's text that stand in no link, menu, footer or script."""
        if self.holders is not None and element in self.holders.sizes:
            return self.holders.sizes[element]
        return sum(map(len, _UNLINKED_TEXT(element)))

    def _flush(self, block: _Element) -> None:
        if not self.buffer and not self.waiting:
            self.has_image = False
            return
        buffer, self.buffer = self.buffer, []
        if len(buffer) == 1:
            if buffer[0] is not _BREAK:
                self._line(buffer, block)
        elif any(part and not part[0].isspace() and part[0] for part in buffer):
            for part in _paragraphs(buffer, block):
                self._line(part, block)
        self.has_image = False
        self.stream += self.waiting
        self.waiting = []

    def _line(self, parts: list[tuple[str, int, bool] | None], block: _Element) -> None:
        if len(parts) == 1 and (only := parts[0]) is not None:
            text = squeeze(only[0])
            is_plain = only[1] < 0 and not only[2]
        else:
            text = squeeze("".join([" " if part is None else part[0] for part in parts]))
            is_plain = all(part is None or (part[1] < 0 and not part[2]) for part in parts)
        if not text:
            return
        if is_plain:
            # Neither link nor bold: nearly every paragraph.
            self.stream.append(Line(text, block, self.quote, [], 0.0, 0.0, self.has_image, self.heading))
            return
        linked: dict[int, list[str]] = {}
        size = in_links = in_bold = 0
        for part in parts:
            if part is None:
                continue
            words, link, bold = part
            length = sum(map(len, words.split()))
            size += length
            if link >= 0:
                linked.setdefault(link, []).append(words)
                in_links += length
            if bold:
                in_bold += length
        self.stream.append(
            Line(
                text,
                block,
                self.quote,
                [
                    Link(squeeze("".join(words)), self.links[link].get("href") or "", self.links[link])
                    for link, words in linked.items()
                ],
                in_links / size if size else 0.0,
                in_bold / size if size else 0.0,
                self.has_image,
                self.heading,
            )
        )


def _paragraphs(
    buffer: list[tuple[str, int, bool] | None], block: _Element
) -> Iterator[list[tuple[str, int, bool] | None]]:
    """Yield the paragraphs that breaks part a block into.

    Two breaks with nothing but white space between part paragraphs everywhere. A single one is a space in an
    element that is a paragraph by itself (`p`, `li`, a heading); in any other it parts sentences that each end.
    """
    if _BREAK not in buffer:
        yield buffer
        return
    parts: list[list[tuple[str, int, bool] | None]] = [[]]
    breaks = 0
    singles = 0
    for part in buffer:
        if part is _BREAK:
            breaks += 1
            continue
        if not part[0].strip() and breaks:
            continue
        if breaks >= 2:
            parts.append([])
        elif breaks == 1:
            parts[-1].append(_BREAK)
            singles += 1
        breaks = 0
        parts[-1].append(part)
    for part_of in parts:
        if _BREAK in part_of and block.tag not in ("p", "li", "td", "th", *HEADINGS) and _each_ends(part_of):
            line: list[tuple[str, int, bool] | None] = []
            for part in part_of:
                if part is _BREAK:
                    yield line
                    line = []
                else:
                    line.append(part)
            yield line
        else:
            yield part_of


_END = re.compile(r"[.!?…؟۔:]['\"”’»)\]]*$")


def _each_ends(parts: list[tuple[str, int, bool] | None]) -> bool:
    """Tell whether what single breaks part are whole sentences rather than the lines of a verse or an address."""
    lines = [""]
    for part in parts:
        if part is _BREAK:
            lines.append("")
        else:
            lines[-1] += part[0]
    lines = [text for line in lines if (text := line.strip())]
    ended = sum(1 for line in lines if _END.search(line))
    return len(lines) > 1 and ended * 2 > len(lines) and sum(map(len, lines)) / len(lines) > 60
