"""The URLs of posts and players that are embedded in a page."""

from lxml.etree import _Element

from newscrawl.almayadeen.markup import AD_FRAME, POST_URL
from newscrawl.urls import absolute, without_tracking


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
