"""Which elements are media: pictures, players and placeholders of posts."""

from lxml.etree import _Element

_FRAMES = frozenset(
    (
        "iframe", "oembed", "amp-iframe", "amp-twitter", "amp-youtube", "amp-facebook", "amp-instagram", "lite-youtube",
        "lite-vimeo", "embed", "object", "amp-vimeo", "amp-dailymotion", "amp-tiktok", "youtube-video",
    )
)  # fmt: skip


def media_kind(element: _Element) -> str | None:
    """Return `image`, `frame`, `video` or `post` (a placeholder with a URL) for media, None for other elements."""
    tag = element.tag
    if tag in ("img", "amp-img"):
        return "image"
    if tag == "video" or tag == "amp-video":
        return "video"
    if tag in _FRAMES:
        return "frame"
    if tag == "noscript":
        return "image" if element.find(".//img") is not None else None
    if tag == "script" and element.get("data-telegram-post"):
        return "post"
    return None
