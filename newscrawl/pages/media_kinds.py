"""Which elements are media: pictures, players and placeholders of posts."""

from typing import Any

from lxml.etree import _Element

from newscrawl.almayadeen.media import FRAME_TAGS, PICTURE_TAGS, PLAYERS, VIDEO_TAGS

_KINDS = {
    **dict.fromkeys(PICTURE_TAGS, "image"),
    **dict.fromkeys(VIDEO_TAGS, "video"),
    **dict.fromkeys((*FRAME_TAGS, *PLAYERS), "frame"),
}
MEDIA_TAGS = frozenset(_KINDS)


def media_kind(element: _Element) -> str | None:
    """Return `image`, `frame`, `video` or `post` for media, None for other elements.

    A frame is a player or a post of another site, and a post here is a placeholder that has no text. A `noscript`,
    which is for browsers without scripts, is what it holds. Pictures with their captions: `pictures.is_picture_box`.
    """
    tag: Any = element.tag
    if kind := _KINDS.get(tag):
        return kind
    if tag == "noscript":
        return next((_KINDS[str(each.tag)] for each in element.iter(*_KINDS)), None)
    return "post" if tag == "script" and element.get("data-telegram-post") else None
