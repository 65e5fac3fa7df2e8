"""The URLs of embedded posts, players and videos."""

import re

from lxml.etree import _Element

from newscrawl.almayadeen.markup import AD_FRAME, POST_URL
from newscrawl.almayadeen.media import FRAME_SOURCES, FRAME_TAGS, PLAYERS
from newscrawl.pages.picture_urls import is_pixel
from newscrawl.urls import absolute, without_tracking

_ID = re.compile(r"[\w-]{1,100}")


def is_advert(url: str) -> bool:
    """Return whether a URL belongs to an advertiser or to a service that counts visits."""
    return AD_FRAME.search(url) is not None


def embedded_post_url(element: _Element, page_url: str) -> str | None:
    """Return the URL of an embedded post, without tracking parameters, or None when the element has no such URL."""
    stated = [element.get(name) or "" for name in ("data-instgrm-permalink", "cite", "data-href", "data-url")]
    # The last link, at the post's date, leads to the post. Links in its text come before.
    stated += [link.get("href") or "" for link in reversed(list(element.iter("a")))]
    for href in stated:
        if href and POST_URL.match(href.strip()) and (url := absolute(page_url, href)):
            return without_tracking(url)
    return None


def frame_url(element: _Element, page_url: str) -> str | None:
    """Return the URL of what a frame, a player or a post's placeholder shows.

    None when it has none, and for adverts and for frames that readers do not see.
    """
    if name := element.get("data-telegram-post"):
        return absolute("https://t.me/", name)
    if element.tag == "noscript":
        inner = next(element.iter(*FRAME_TAGS, *PLAYERS), None)
        return frame_url(inner, page_url) if inner is not None else None
    if is_pixel(element, 2):
        return None
    url = next((url for each in _stated_urls(element) if (url := absolute(page_url, each))), None)
    return without_tracking(url) if url and not is_advert(url) else None


def video_url(element: _Element, page_url: str) -> str | None:
    """Return the URL of a `video`, or of the first of its sources that has one."""
    stated = [element.get("src"), element.get("data-src"), *(source.get("src") for source in element.iter("source"))]
    urls = (absolute(page_url, each) for each in stated if each)
    return next((url for url in urls if url and not is_advert(url)), None)


def _stated_urls(element: _Element) -> list[str]:
    """Return what may be the URL of a frame or of a player, as written, the most certain first."""
    found: list[str] = []
    for name, template in PLAYERS.get(str(element.tag), {}).items():
        value = (element.get(name) or "").strip()
        if template and _ID.fullmatch(value):
            found.append(template.format(value))
        elif value and ("/" in value or not template):
            found.append(value)
    found += (element.get(name) or "" for name in FRAME_SOURCES)
    if element.tag == "object":
        params = {(each.get("name") or "").lower(): each.get("value") or "" for each in element.iter("param")}
        found += (params.get(name, "") for name in ("movie", "src", "url"))
        found += (each.get("src") or "" for each in element.iter("embed", "iframe"))
    return found
