"""Kinds of articles: by the first segment of a URL, and by the name that a page gives itself."""

from collections.abc import Mapping

from newscrawl.almayadeen.labels import KIND_NAMES
from newscrawl.text import comparison_key

LIVE = "live"
"""A page that is still being written: never exported."""
# First segment of a path, lower case → the kind of the articles below it, unless the rest of the URL says another.
KIND_BY_FIRST_SEGMENT: Mapping[str, str] = {
    "news": "news",
    "articles": "article",
    "opinion": "opinion",
    "analysis": "analysis",
    "blog": "blog",
    "features": "features",
    "press": "foreign-press",
    "foreign-press": "foreign-press",
    "misc": "misc",
    # Arabic: `/tv-reports` today, `/reports` was its older name.
    "reports": "report",
    "tv-reports": "report",
    "research-papers": "research",
    "entrevistas": "interview",
    "newscast": "newscast",
    **dict.fromkeys(("videos", "video"), "video"),
    **dict.fromkeys(
        ("in-pictures", "inpictures", "pictures", "gallery", "galleries", "photos", "photo-gallery", "photo-galleries"),
        "gallery",
    ),
    **dict.fromkeys(("infographs", "infograph", "infographics", "infographic"), "infograph"),
    **dict.fromkeys(("episodes", "episode"), "episode"),
    **dict.fromkeys(("podcasts", "podcast"), "podcast"),
    "live": LIVE,
}
ARTICLE_KINDS = frozenset({"opinion", "analysis", "blog", "features", "foreign-press"})
"""Kinds that are the second segment below `/articles/`."""
KINDS_WITH_PLAYER = frozenset({"video", "episode", "podcast"})
"""Kinds whose main part is a player."""
KINDS_WITHOUT_TEXT = KINDS_WITH_PLAYER | {"gallery", "infograph"}
"""Kinds that may have no text at all."""
ALL_KINDS = tuple(sorted({*KIND_BY_FIRST_SEGMENT.values(), *ARTICLE_KINDS} - {LIVE}))
"""Kinds that a user can ask for."""
_KIND_BY_NAME: Mapping[str, str] = {comparison_key(name): kind for kind, names in KIND_NAMES.items() for name in names}
OTHER_PAGE_TYPES: Mapping[str, str] = {
    "page": "page",
    "profile": "author",
    "profilepage": "author",
    "collectionpage": "listing",
    "searchresultspage": "listing",
    "aboutpage": "page",
    "contactpage": "page",
}
"""What a page calls itself, lower case → its kind. "website" and "article" are left out: other pages use them too."""


def stated_kind(name: str | None) -> str | None:
    """Return the kind that a page's name for itself means, or None for an unknown name and for a plain article.

    >>> stated_kind("VideoObject"), stated_kind("Photo Gallery"), stated_kind("NewsArticle")
    ('video', 'gallery', None)
    """
    return _KIND_BY_NAME.get(comparison_key(name.partition(".")[0])) if name else None
