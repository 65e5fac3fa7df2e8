"""Posts and players that are set into a page: their URLs."""

from lxml.etree import _Element

from newscrawl.almayadeen.markup import AD_FRAME, POST_URL
from newscrawl.urls import absolute, without_tracking


def is_advert(address: str) -> bool:
    """Tell whether an address is one of an advertiser or of a counting service."""
    return AD_FRAME.search(address) is not None


def embedded_post_url(element: _Element, page_url: str) -> str | None:
    """Return the address of an embedded post without tracking, or None when it does not say."""
    stated = [element.get(name) or "" for name in ("data-instgrm-permalink", "cite", "data-href", "data-url")]
    # The post itself is linked last, at its date; links in its text come before.
    stated += [link.get("href") or "" for link in reversed(list(element.iter("a")))]
    for href in stated:
        if href and POST_URL.match(href.strip()) and (address := absolute(page_url, href)):
            return without_tracking(address)
    return None
