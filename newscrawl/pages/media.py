"""The videos and pictures of a page that has them in place of text: a video, an episode, a gallery, an infograph."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

from newscrawl.almayadeen.labels import END_LABELS
from newscrawl.items import Image
from newscrawl.pages.embeds import is_advert
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.pages.lines import Line, Media, blocks
from newscrawl.pages.page import Page
from newscrawl.pages.pictures import read_images, split_credit
from newscrawl.text import comparison_key
from newscrawl.urls import absolute, without_tracking

_VIDEO_FILE = re.compile(r"(?i)\.(?:mp4|m3u8|webm|mov|mpd|mp3|m4a|ogv)(?:$|[?#])")
_VIDEO_IN_TEXT = re.compile(
    r"https?:(?:\\?/){2}[^\s\"'<>\\]+(?:\\/[^\s\"'<>\\]+)*\.(?:mp4|m3u8|webm|mpd|mp3|m4a)(?:\?[^\s\"'<>\\]*)?"
)
_PLAYER = re.compile(
    r"(?i)^https?://(?:www\.|player\.|m\.|geo\.)?(?:youtube(?:-nocookie)?\.com/(?:embed|watch|live)|youtu\.be/|vimeo\.com/"
    r"|dailymotion\.com/|facebook\.com/plugins/video|rumble\.com/embed|ok\.ru/videoembed|soundcloud\.com/"
    r"|open\.spotify\.com/embed)"
)
_POST_FRAME = re.compile(r"(?i)(?:twitter|//x|instagram|t\.me|telegram|tiktok|threads|bsky)\.?[^/]*/")
_MAX_CAPTION = 1000
_MAX_PICTURES = 500


@dataclass(slots=True)
class PageMedia:
    """What a page shows beside its text, in its order, each once."""

    videos: list[str] = field(default_factory=list)
    """Absolute URLs of players and of videos."""
    pictures: list[Image] = field(default_factory=list)
    captions: set[str] = field(default_factory=set)
    """The texts under the pictures, as comparison keys, with and without their credits."""

    def __bool__(self) -> bool:
        return bool(self.videos or self.pictures)


def read_page_media(
    page: Page, headline: _Element | None, bodies: Collection[_Element] = (), *, with_videos: bool
) -> PageMedia:
    """Return the videos (if asked for) and pictures of the article that a page shows.

    A player may be above the headline; pictures are below it. What follows the article ("Most Read", tags, cards of
    other articles) is left out. A text in the box of a picture is its caption, where several boxes are alike.
    """
    keep = {*bodies}
    for element in (headline, *bodies):
        keep |= {element, *element.iterancestors()} if element is not None else set()
    found = PageMedia()
    pictures: list[_Element] = []
    for media, is_below in _own_media(page, headline, bodies, keep):
        element = media.element
        if _shows_other_article(page, element, media.link, keep):
            continue
        if media.kind in ("video", "frame"):
            address = _video_url(media, page.base) if with_videos else None
            if address and address not in found.videos:
                found.videos.append(address)
        elif media.kind in ("image", "figure") and (is_below or headline is None):
            pictures.append(element)
    if with_videos:
        _read_attributes(page, found)
    _read_pictures(pictures[:_MAX_PICTURES], page.base, keep, found)
    return found


def video_in_scripts(page: Page) -> str | None:
    """Return the first URL of a video in the page's scripts, where a player has its settings, or None."""
    for script in page.head_elements["script"]:
        if match := _VIDEO_IN_TEXT.search((script.text or "")[:200_000]):
            return match[0].replace("\\/", "/")
    return None


def _own_media(
    page: Page, headline: _Element | None, bodies: Collection[_Element], keep: set[_Element]
) -> Iterator[tuple[Media, bool]]:
    """Yield the article's media, each with whether it is below the headline, up to what follows the article."""
    is_below = False
    for block in blocks([page.content], keep, sizes=page.text_sizes):
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


def _shows_other_article(page: Page, element: _Element, link: str | None, keep: set[_Element]) -> bool:
    """Return whether a picture belongs to another article: linked to it, or in a card that is headed by its link."""
    if link and page.leads_to_article(link):
        return True
    holder = element.getparent()
    for _ in range(3):
        if holder is None or holder is page.content or holder in keep:
            return False
        for anchor in holder.iter("a"):
            if page.leads_to_article(anchor.get("href") or "") and visible_text(anchor):
                return True
        holder = holder.getparent()
    return False


def _video_url(media: Media, url: str) -> str | None:
    element = media.element
    sources = [element.get(name) for name in ("src", "data-src", "data-lazy-src", "url")]
    sources += [source.get("src") for source in element.iter("source")]
    for source in sources:
        address = absolute(url, source or "")
        if address and not is_advert(address) and not _POST_FRAME.match(address.partition("//")[2]):
            return address if media.kind == "video" else without_tracking(address)
    return None


def _read_attributes(page: Page, found: PageMedia) -> None:
    """Take the video that a script will play from the attributes of its element, where the page has no player yet."""
    if found.videos:
        return
    for element in page.content.iter("div", "a", "section", "button", "span", "figure"):
        for name, value in element.attrib.items():
            if not (str(name).startswith("data-") or name == "href") or len(value) > 2000:
                continue
            address = absolute(page.base, str(value).strip()) if "/" in value else None
            if address and (_VIDEO_FILE.search(address) or _PLAYER.match(address)) and "/videos/" not in address[:60]:
                found.videos.append(address)
                return


def _read_pictures(pictures: list[_Element], url: str, keep: set[_Element], found: PageMedia) -> None:
    boxes = [_box(picture, keep) for picture in pictures]
    makes = [(str(box.tag), box.get("class")) if box is not None else None for box in boxes]
    seen: set[str] = set()
    for picture, box, make in zip(pictures, boxes, makes, strict=True):
        for image in read_images(picture, url):
            address = image.url.partition("?")[0]
            if address in seen:
                continue
            seen.add(address)
            caption, credit = image.caption, image.credit
            if box is not None and picture.tag == "img" and (makes.count(make) > 1 or _is_labelled(box)):
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
    """Return whether the text in the box of a single picture is one line, and no paragraph of a text."""
    lines = [block for block in blocks([box], with_furniture=True) if isinstance(block, Line)]
    return len(lines) == 1 and lines[0].tag not in ("p", *HEADINGS)


def _box(picture: _Element, keep: set[_Element]) -> _Element | None:
    """Return the largest element around a picture in which no second one stands, or None when it is alone in none."""
    box = None
    parent = picture.getparent()
    while parent is not None and parent not in keep and parent.tag not in ("body", "main", "article", *HEADINGS):
        if sum(1 for _ in parent.iter("img")) > 1:
            break
        box, parent = parent, parent.getparent()
    return box
