"""The videos and pictures of articles that may have no text: videos, episodes, podcasts, galleries, infographs."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element

from newscrawl.almayadeen.labels import END_LABELS
from newscrawl.items import Image
from newscrawl.pages.embeds import frame_url, video_url
from newscrawl.pages.inner_text import HEADINGS, first_words, visible_text
from newscrawl.pages.lines import Block, Line, Media, shown_lines
from newscrawl.pages.page import Page
from newscrawl.pages.picture_urls import has_several_pictures
from newscrawl.pages.pictures import read_images, split_credit
from newscrawl.text import comparison_key
from newscrawl.urls import absolute

_VIDEO_FILE = re.compile(r"(?i)\.(?:mp4|m3u8|webm|mov|mpd|mp3|m4a|ogv)(?:$|[?#])")
# A run of characters of URLs in a script, whose slashes may be escaped; and the URL of a video in it. Each character of
# a script is in one run, and a run is read once from its first URL on.
_RUN = re.compile(r"(?:[^\s\"'<>\\]|\\/)+")
_URL_START = re.compile(r"https?:(?:\\?/){2}")
_VIDEO_URL = re.compile(r".+\.(?:mp4|m3u8|webm|mpd|mp3|m4a)(?:\?.*)?")
_PLAYER = re.compile(
    r"(?i)^https?://(?:www\.|player\.|m\.|geo\.)?(?:youtube(?:-nocookie)?\.com/(?:embed|watch|live)|youtu\.be/|vimeo\.com/"
    r"|dailymotion\.com/|facebook\.com/plugins/video|rumble\.com/embed|ok\.ru/videoembed|soundcloud\.com/"
    r"|open\.spotify\.com/embed)"
)
_POST_FRAME = re.compile(
    r"(?i)(?:[\w-]{1,60}\.){0,3}(?:(?:twitter|x|instagram|tiktok|telegram)\.com|t\.me|telegram\.\w{2,5}|threads\.\w{3}|bsky\.app)/"
)
_MAX_CAPTION = 1000
_MAX_PICTURES = 500


@dataclass(slots=True)
class PageMedia:
    """Videos and pictures of a page, in its order, each once."""

    videos: list[str] = field(default_factory=list)
    """Absolute URLs of players and of videos."""
    pictures: list[Image] = field(default_factory=list)
    captions: set[str] = field(default_factory=set)
    """The captions of the pictures, as comparison keys, with and without their credits."""

    def __bool__(self) -> bool:
        return bool(self.videos or self.pictures)


def read_page_media(
    page: Page,
    stream: Sequence[Block],
    headline: _Element | None,
    bodies: Collection[_Element] = (),
    *,
    with_videos: bool,
) -> PageMedia:
    """Return the pictures and, `with_videos`, the videos of the article that a page shows.

    Players may be above the headline, pictures are below it. Media after the article ("Most Read", tags, cards of other
    articles) are left out. A text in the element around a picture is its caption if several such elements look alike.
    """
    cards = _Cards(page)
    keep = {*bodies}
    for element in (headline, *bodies):
        keep |= {element, *element.iterancestors()} if element is not None else set()
    found = PageMedia()
    pictures: list[_Element] = []
    for media, is_below in _own_media(stream, headline, bodies):
        element = media.element
        if cards.has(element, media.link, keep):
            continue
        if media.kind in ("video", "frame"):
            url = _video_url(media, page.base) if with_videos else None
            if url and url not in found.videos:
                found.videos.append(url)
        elif media.kind in ("image", "figure") and (is_below or headline is None):
            pictures.append(element)
    if with_videos:
        _read_attributes(page, found)
    _read_pictures(pictures[:_MAX_PICTURES], page.base, keep, found)
    return found


def video_in_scripts(page: Page) -> str | None:
    """Return the first URL of a video in the page's scripts, as in the settings of a player, or None."""
    for script in page.head_elements["script"]:
        for run in _RUN.finditer((script.text or "")[:200_000]):
            start = _URL_START.search(run[0])
            if start and (match := _VIDEO_URL.match(run[0], start.end())):
                return f"{start[0]}{match[0]}".replace("\\/", "/")
    return None


def _own_media(
    stream: Sequence[Block], headline: _Element | None, bodies: Collection[_Element]
) -> Iterator[tuple[Media, bool]]:
    """Yield the article's media, each with whether it is below the headline. Ends where the article ends."""
    is_below = False
    for block in stream:
        if isinstance(block, Line):
            lies_in = {block.element, *block.element.iterancestors()}
            if headline is not None and headline in lies_in:
                is_below = True
            elif is_below and not any(body in lies_in for body in bodies):
                label = comparison_key(block.text.rstrip(" :："))
                if block.tag == "h1" or (label in END_LABELS and block.tag != "li"):
                    return
        elif isinstance(block, Media):
            yield block, is_below


class _Cards:
    """The elements of a page around the links to other articles, each found once for all pictures."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def around_links(self) -> set[_Element]:
        """The elements around a link with a text that leads to an article."""
        found: set[_Element] = set()
        for anchor in self.page.content.iter("a"):
            if self.page.leads_to_article(anchor.get("href") or "") and first_words(anchor, 1):
                holder: _Element | None = anchor
                while holder is not None and holder not in found:
                    found.add(holder)
                    holder = holder.getparent()
        return found

    def has(self, element: _Element, link: str | None, keep: set[_Element]) -> bool:
        """Return whether a picture belongs to another article: it or its card has a link to it."""
        if link and self.page.leads_to_article(link):
            return True
        holder = element.getparent()
        for _ in range(3):
            if holder is None or holder is self.page.content or holder in keep:
                return False
            if holder in self.around_links:
                return True
            holder = holder.getparent()
        return False


def _video_url(media: Media, base: str) -> str | None:
    if media.kind == "video":
        return video_url(media.element, base)
    url = frame_url(media.element, base)
    return None if url is None or _POST_FRAME.match(url.partition("//")[2]) else url


def _read_attributes(page: Page, found: PageMedia) -> None:
    """Add the video from an attribute that a script reads later, if the page has no player."""
    if found.videos:
        return
    for element in page.content.iter("div", "a", "section", "button", "span", "figure"):
        for name, value in element.attrib.items():
            if not (str(name).startswith("data-") or name == "href") or len(value) > 2000:
                continue
            url = absolute(page.base, str(value).strip()) if "/" in value else None
            if url and (_VIDEO_FILE.search(url) or _PLAYER.match(url)) and "/videos/" not in url[:60]:
                found.videos.append(url)
                return


def _read_pictures(pictures: list[_Element], base: str, keep: set[_Element], found: PageMedia) -> None:
    boxes = [_box(picture, keep) for picture in pictures]
    styles = [(str(box.tag), box.get("class")) if box is not None else None for box in boxes]
    seen: set[str] = set()
    for picture, box, style in zip(pictures, boxes, styles, strict=True):
        for image in read_images(picture, base):
            url = image.url.partition("?")[0]
            if url in seen:
                continue
            seen.add(url)
            caption, credit = image.caption, image.credit
            if box is not None and picture.tag != "figure" and (styles.count(style) > 1 or _is_labelled(box)):
                shown = visible_text(box)
                if 0 < len(shown) <= _MAX_CAPTION:
                    found.captions.add(comparison_key(shown))
                    caption, credit = split_credit(shown)
            found.pictures.append(Image(url=image.url, caption=caption, credit=credit))
    for image in found.pictures:
        for words in (image.caption, f"{image.caption or ''} ({image.credit})" if image.credit else None):
            if words:
                found.captions.add(comparison_key(words))


def _is_labelled(box: _Element) -> bool:
    """Return whether the text in the element around a picture is one line that is not a paragraph or a heading."""
    lines = shown_lines([box])
    return len(lines) == 1 and lines[0].tag not in ("p", *HEADINGS)


def _box(picture: _Element, keep: set[_Element]) -> _Element | None:
    """Return the largest element that has this picture and no other, or None when every element has others."""
    box = None
    parent = picture.getparent()
    while parent is not None and parent not in keep and parent.tag not in ("body", "main", "article", *HEADINGS):
        if has_several_pictures(parent):
            break
        box, parent = parent, parent.getparent()
    return box
