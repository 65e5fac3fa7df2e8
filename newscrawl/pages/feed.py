"""An RSS or Atom feed in, URLs out."""

from lxml import etree

from newscrawl.errors import PageError
from newscrawl.text import collapse_spaces, unique


class FeedError(PageError):
    """Raised by `parse_feed` for a response that is not a feed."""

    name = "feed"


def parse_feed(body: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs of a feed's entries, in its order, each once. `url` is the feed's URL.

    Raises `FeedError` for anything else than RSS or Atom.

    >>> parse_feed(b"<rss><channel><item><link>https://x.net/a</link></item></channel></rss>", "https://x.net/feed.rss")
    ('https://x.net/a',)
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise FeedError(url, f"not XML: {error}") from error
    name = etree.QName(root).localname if root is not None and isinstance(root.tag, str) else ""
    if name.lower() not in ("rss", "rdf", "feed"):
        raise FeedError(url, f"not RSS or Atom but {name or 'nothing'}")
    found: list[str] = []
    for entry in root.iter("{*}item", "{*}entry"):
        for link in entry.iter("{*}link"):
            if link.get("rel") in (None, "alternate"):
                found.append(collapse_spaces(link.text or "") or (link.get("href") or ""))
                break
    return unique(found)
