"""The films and pictures of a page that lives by them: a video, an episode, a gallery, an infograph."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml.etree import _Element

from newscrawl.almayadeen.editions import article_address
from newscrawl.items import Image
from newscrawl.pages.body import is_advert, read_images, split_credit
from newscrawl.pages.fallback import END_LABELS
from newscrawl.pages.lines import HEADINGS, Line, Media, blocks, visible_text
from newscrawl.text import fold
from newscrawl.urls import absolute, without_tracking

_FILM_FILE = re.compile(r"(?i)\.(?:mp4|m3u8|webm|mov|mpd|mp3|m4a|ogv)(?:$|[?#])")
_FILM_IN_TEXT = re.compile(
    r"https?:(?:\\?/){2}[^\s\"'<>\\]+(?:\\/[^\s\"'<>\\]+)*\.(?:mp4|m3u8|webm|mpd|mp3|m4a)(?:\?[^\s\"'<>\\]*)?"
)
_PLAYER = re.compile(
    r"(?i)^https?://(?:www\.|player\.|m\.|geo\.)?(?:youtube(?:-nocookie)?\.com/(?:embed|watch|live)|youtu\.be/|vimeo\.com/"
    r"|dailymotion\.com/|facebook\.com/plugins/video|rumble\.com/embed|ok\.ru/videoembed|soundcloud\.com/"
    r"|open\.spotify\.com/embed)"
)
_POST_FRAME = re.compile(r"(?i)(?:twitter|//x|instagram|t\.me|telegram|tiktok|threads|bsky)\.?[^/]*/")
_LONGEST_CAPTION = 1000
_MOST = 500


@dataclass(slots=True)
class Exhibits:
    """What a page shows beside its text, in its order, each once."""

    films: list[str] = field(default_factory=list)
    """Absolute addresses of players and of films."""
    pictures: list[Image] = field(default_factory=list)
    captions: set[str] = field(default_factory=set)
    """The texts under the pictures, folded, with and without their credits."""

    def __bool__(self) -> bool:
        return bool(self.films or self.pictures)


def read_exhibits(
    page: _Element,
    headline: _Element | None,
    url: str,
    bodies: Collection[_Element] = (),
    *,
    families: Mapping[str, str] = MappingProxyType({}),
    with_films: bool,
) -> Exhibits:
    """Return the films (if asked for) and pictures of the story that a page shows; `url` is what links are relative to.

    `families` are paths under which stories lie beside the known ones. A player may stand above the headline; pictures
    stand below it. What follows the story ("Most Read", tags, cards of other stories) is left out. A text in the box
    of a picture is its caption, where several boxes are alike.
    """
    keep = {*bodies}
    for element in (headline, *bodies):
        keep |= {element, *element.iterancestors()} if element is not None else set()
    root = next(page.iter("body"), page)
    found = Exhibits()
    pictures: list[_Element] = []
    for media, is_below in _story(root, headline, bodies, keep):
        element = media.element
        if _belongs_to_story(element, media.link, root, keep, url, families):
            continue
        if media.kind in ("video", "frame"):
            address = _film(media, url) if with_films else None
            if address and address not in found.films:
                found.films.append(address)
        elif media.kind in ("image", "figure") and (is_below or headline is None):
            pictures.append(element)
    if with_films:
        _read_attributes(root, url, found, bodies)
    _read_pictures(pictures[:_MOST], url, keep, found)
    return found


def film_in_scripts(page: _Element) -> str | None:
    """Return the first address of a film in the page's scripts, where a player's settings stand, or None."""
    for script in page.iter("script"):
        if match := _FILM_IN_TEXT.search((script.text or "")[:200_000]):
            return match[0].replace("\\/", "/")
    return None


def _story(
    root: _Element, headline: _Element | None, bodies: Collection[_Element], keep: set[_Element]
) -> Iterator[tuple[Media, bool]]:
    """Yield the media of the story with whether they stand below the headline, up to what follows the story."""
    is_below = False
    for block in blocks([root], keep):
        if isinstance(block, Line):
            lies_in = {block.element, *block.element.iterancestors()}
            if headline is not None and headline in lies_in:
                is_below = True
            elif is_below and not any(body in lies_in for body in bodies):
                label = fold(block.text.rstrip(" :："))
                if block.tag == "h1" or (label in END_LABELS and block.tag != "li"):
                    return
        elif isinstance(block, Media):
            yield block, is_below


def _belongs_to_story(
    element: _Element, link: str | None, root: _Element, keep: set[_Element], url: str, families: Mapping[str, str]
) -> bool:
    """Tell whether a picture stands for another story: linked to it, or in a card that is headed by its link."""
    if link and article_address(absolute(url, link) or "", families):
        return True
    holder = element.getparent()
    for _ in range(3):
        if holder is None or holder is root or holder in keep:
            return False
        for anchor in holder.iter("a"):
            if article_address(absolute(url, anchor.get("href") or "") or "", families) and visible_text(anchor):
                return True
        holder = holder.getparent()
    return False


def _film(media: Media, url: str) -> str | None:
    element = media.element
    sources = [element.get(name) for name in ("src", "data-src", "data-lazy-src", "url")]
    sources += [source.get("src") for source in element.iter("source")]
    for source in sources:
        address = absolute(url, source or "")
        if address and not is_advert(address) and not _POST_FRAME.match(address.partition("//")[2]):
            return address if media.kind == "video" else without_tracking(address)
    return None


def _read_attributes(root: _Element, url: str, found: Exhibits, bodies: Collection[_Element]) -> None:
    """Take films that a script plays from the attributes of its element, where no player stands in the page yet."""
    if found.films:
        return
    for element in root.iter("div", "a", "section", "button", "span", "figure"):
        for name, value in element.attrib.items():
            if not (str(name).startswith("data-") or name == "href") or len(value) > 2000:
                continue
            address = absolute(url, str(value).strip()) if "/" in value else None
            if address and (_FILM_FILE.search(address) or _PLAYER.match(address)) and "/videos/" not in address[:60]:
                found.films.append(address)
                return


def _read_pictures(pictures: list[_Element], url: str, keep: set[_Element], found: Exhibits) -> None:
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
                if 0 < len(shown) <= _LONGEST_CAPTION:
                    found.captions.add(fold(shown))
                    caption, credit = split_credit(shown)
            found.pictures.append(Image(url=image.url, caption=caption, credit=credit))
    for image in found.pictures:
        for words in (image.caption, f"{image.caption or ''} ({image.credit})" if image.credit else None):
            if words:
                found.captions.add(fold(words))


def _is_labelled(box: _Element) -> bool:
    """Tell whether the text in the box of a single picture is one line, and no paragraph of a text."""
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
