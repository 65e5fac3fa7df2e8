"""What the shape of a URL says: whether it is an article, another kind of page, or the sitemap of a month."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from newscrawl.almayadeen.editions import EDITION_ROOTS
from newscrawl.almayadeen.kinds import ARTICLE_KINDS, KIND_BY_FIRST_SEGMENT, KINDS_WITHOUT_TEXT, LIVE
from newscrawl.urls import Site, on_site, path_of

# First segment of a path → the kind of page there, which is not an article.
OTHER_PAGES: Mapping[str, str] = {
    **dict.fromkeys(("author", "authors", "writers"), "author"),
    **dict.fromkeys(("coverage", "coverages"), "coverage"),
    **dict.fromkeys(("tag", "tags"), "tag"),
    **dict.fromkeys(("region", "regions", "country", "countries"), "region"),
    LIVE: LIVE,
}
NEVER_ARTICLES = frozenset({"author"})
"""Pages that call themselves articles and have a time of publication, but are not articles (Arabic edition)."""
# Entries of the video menu: `/videos/video-features` is a listing, although it has the shape of a video's URL.
_LISTING_SLUGS = frozenset({"news-feed", "video-features", "digital-series", "in-pictures", "foreign-press"})
# Segments that belong to a listing and never to an article.
LISTING_SEGMENTS = frozenset({
    "tag", "tags", "author", "authors", "search", "page", "pages", "rss", "feed", "region", "regions", "country",
    "countries", "ajax", "api", "more", "load-more", "loadmore", "category", "categories", "archive",
})  # fmt: skip
FILE = re.compile(r"(?i)\.(?:xml|rss|json|atom|js|css|pdf|jpe?g|png|gif|webp|svg|mp[34]|m3u8|zip|gz|php|axd|ashx)$")
_NUMBER = re.compile(r"\d+")
# Links to tag pages. Three readers look for them, each with a pattern of its own.
TAG_PAGE = re.compile(r"(?i)/tags?/[^/?#]|[?&]tags?=[^&#]")
TAG_LINK_IN_BODY = re.compile(r"(?i)/tags?/|[?&]tags?=|/topics?/|/keywords?/|/hashtag/")
TAG_LINK_AT_END = re.compile(r"(?i)/tags?/|[?&]tags?=")
AUTHOR_PAGE = re.compile(
    r"(?i)/(?:authors?|writers?|autor(?:es)?|kottab|profiles?|people|staff|journalists?|reporters?|contributors?|columnists?|by)/[^/]"
)
_MONTH = re.compile(r"((?:19|20)\d\d)[-_/](\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUrl:
    """What the shape of an article's URL says."""

    kind: str
    section: str | None = None
    post_id: str | None = None


def article_url(url: str, site: Site | None = None) -> ArticleUrl | None:
    """Return what an article's URL says, or None when it does not have the shape of one.

    `site.kind_by_path` names further paths under which articles are found, as the site's menu shows them.

    >>> article_url("https://english.almayadeen.net/news/politics/army:-russia")
    ArticleUrl(kind='news', section='politics', post_id=None)
    >>> article_url("https://english.almayadeen.net/articles/opinion/a-slug").kind
    'opinion'
    >>> article_url("https://espanol.almayadeen.net/news/1502198/un-titular").post_id
    '1502198'
    >>> article_url("https://www.almayadeen.net/newscast/2024/3/7/a-slug").kind
    'newscast'
    >>> article_url("https://english.almayadeen.net/news/politics") is None
    True
    >>> pictures = Site("https://english.almayadeen.net", kind_by_path={"/desk/pictures": "gallery"})
    >>> article_url("https://english.almayadeen.net/desk/pictures/a-slug", pictures).kind
    'gallery'
    """
    segments = segments_of(url)
    if site is not None and site.kind_by_path:
        segments = _with_kind(segments, site.kind_by_path)
    if len(segments) < 2 or (kind := KIND_BY_FIRST_SEGMENT.get(segments[0].lower())) is None:
        return None
    *middle, slug = segments[1:]
    if FILE.search(slug) or slug.isdecimal() or any(part.lower() in LISTING_SEGMENTS for part in middle):
        return None
    if segments[0].lower() == "newscast":
        dated = len(middle) == 3 and all(_NUMBER.fullmatch(part) for part in middle)
        return ArticleUrl(kind=kind, section=None) if dated else None
    post_id = middle.pop() if middle and _NUMBER.fullmatch(middle[-1]) else None
    if len(middle) > 1 or (middle and _NUMBER.fullmatch(middle[0])):
        return None
    name = middle[0].lower() if middle else None
    if kind == "news":
        # `/news/{one segment}` is a section; an article there has an id before its slug.
        return ArticleUrl(kind=kind, section=name, post_id=post_id) if name or post_id else None
    if name is None and post_id is None and not _is_slug(slug):
        return None
    if kind in KINDS_WITHOUT_TEXT and slug.lower() in _LISTING_SLUGS:
        return None
    if kind == "article" and name:
        return ArticleUrl(kind=name, post_id=post_id)
    return ArticleUrl(kind=kind, section=name, post_id=post_id)


def _with_kind(segments: tuple[str, ...], kind_by_path: Mapping[str, str]) -> tuple[str, ...]:
    """Return the segments; the longest known path at their start is replaced by its kind."""
    for size in range(len(segments) - 1, 0, -1):
        if kind := kind_by_path.get("/" + "/".join(segments[:size]).lower()):
            return (kind, *segments[size:])
    return segments


def _is_slug(segment: str) -> bool:
    """Return whether a segment is an article's slug and not a listing's name: several words, or non-ASCII letters."""
    return (
        segment.lower() not in ARTICLE_KINDS
        and segment.lower() not in LISTING_SEGMENTS
        and ("-" in segment.strip("-") or not segment.isascii())
    )


def other_page(url: str) -> str | None:
    """Return the kind of page, other than an article, that a URL leads to (`author`, `coverage`, `tag`, …), or None.

    >>> other_page("https://www.almayadeen.net/authors/some-one"), other_page("https://x.net/news/politics/a-b")
    ('author', None)
    """
    segments = segments_of(url)
    return OTHER_PAGES.get(segments[0].lower()) if segments else None


def is_listing_path(url: str) -> bool:
    """Return whether a URL is below a path of sections (`/news/…`, `/articles/…`); an article's URL is too.

    >>> is_listing_path("https://english.almayadeen.net/news"), is_listing_path("https://example.org/shop")
    (True, False)
    """
    segments = segments_of(url)
    return bool(segments) and segments[0].lower() in KIND_BY_FIRST_SEGMENT


def is_publishers(url: str, site: Site) -> bool:
    """Return whether a URL belongs to a site or to one of the publisher's editions."""
    return on_site(url, site.root, *site.aliases, *EDITION_ROOTS) is not None


def month_of(url: str) -> tuple[int, int]:
    """Return the year and the month that a sitemap's URL names, with or without a leading zero; (0, 0) for others.

    >>> month_of("https://x.net/sitemaps/all/sitemap-2024-8.xml"), month_of("https://x.net/sitemap-2024-08.xml.gz")
    ((2024, 8), (2024, 8))
    """
    match = _MONTH.search(url)
    return (int(match[1]), int(match[2])) if match else (0, 0)


# Cached, because several functions ask for the same URL in a row.
@lru_cache(maxsize=256)
def segments_of(url: str) -> tuple[str, ...]:
    """Return the decoded segments of a URL's canonical path, or () for anything else than an http(s) URL.

    >>> segments_of("https://x.net/news/politics/a%20b?page=2")
    ('news', 'politics', 'a b')
    """
    try:
        path = path_of(url)
    except ValueError:
        return ()
    parts = tuple(part for part in path.split("/") if part)
    return tuple(map(unquote, parts)) if "%" in path else parts
