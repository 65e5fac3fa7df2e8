"""What is known of the site before a page is read: its editions, their sections, and what an address tells.

Facts and their confidence: certain are the hosts, the English menu and the shapes `/news/{section}/{slug}`,
`/articles/{kind}/{slug}`, `/news/{section}/{id}/{slug}`, `/news/{id}/{slug}`. Whatever is only likely here is one
source among several: the site's own menu goes before the built-in sections.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote

from newscrawl.text import fold
from newscrawl.urls import canonical, path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One language edition of the site."""

    code: str
    root: str
    language: str
    sections: Mapping[str, str]
    """Built-in sections, name → path, for a menu that cannot be read."""


EDITIONS: Mapping[str, Edition] = {
    edition.code: edition
    for edition in (
        Edition(
            code="en",
            root="https://english.almayadeen.net",
            language="en",
            sections={
                "politics": "/news/politics",
                "economics": "/news/economics",
                "sports": "/news/sports",
                "health": "/news/health",
                "technology": "/news/technology",
                "environment": "/news/environment",
                "opinion": "/articles/opinion",
                "analysis": "/articles/analysis",
                "blog": "/articles/blog",
                "features": "/articles/features",
                "foreign-press": "/articles/foreign-press",
                "videos": "/videos",
            },
        ),
        Edition(
            code="ar",
            root="https://www.almayadeen.net",
            language="ar",
            sections={
                "politics": "/news/politics",
                "economic": "/news/economic",
                "reports": "/reports",
                "articles": "/articles",
                "analysis": "/analysis",
                "blog": "/Blog",
                "press": "/press",
                "misc": "/misc",
                "video": "/video",
                "infograph": "/infograph",
                "podcasts": "/podcasts",
            },
        ),
        Edition(
            code="es",
            root="https://espanol.almayadeen.net",
            language="es",
            sections={"news": "/news", "articles": "/articles", "entrevistas": "/entrevistas"},
        ),
    )
}

# Family (first segment of a path, lower case) → the kind of its articles when the address does not say more.
_FAMILIES: Mapping[str, str] = {
    "news": "news",
    "articles": "article",
    "opinion": "opinion",
    "analysis": "analysis",
    "blog": "blog",
    "features": "features",
    "press": "foreign-press",
    "foreign-press": "foreign-press",
    "misc": "misc",
    "reports": "report",
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
    "live": "live",
}
KINDS = frozenset({"opinion", "analysis", "blog", "features", "foreign-press"})
PLAYED = frozenset({"video", "episode", "podcast"})
"""Kinds of which a player is the main thing."""
WORDLESS = PLAYED | {"gallery", "infograph"}
"""Kinds that may have no text at all."""
LIVE = "live"
"""A page that changes while it is read: never exported."""
EVERY_KIND = tuple(
    sorted({*_FAMILIES.values(), *KINDS} - {LIVE}),
)
"""Kinds that can be asked for."""
# What a page's own metadata calls it, folded; only what says more than that it is a story.
_STATED_KINDS: Mapping[str, str] = {
    fold(name): kind
    for kind, names in {
        "video": ("video", "videos", "VideoObject", "Video Feature", "فيديو"),
        "gallery": ("gallery", "galleries", "photo gallery", "ImageGallery", "album", "in pictures", "صور", "galería"),
        "infograph": ("infograph", "infographs", "infographic", "infographics", "انفوغراف", "infografía"),
        "episode": ("episode", "episodes", "TVEpisode", "حلقة", "episodio"),
        "podcast": ("podcast", "PodcastEpisode", "بودكاست"),
        LIVE: ("live", "live blog", "liveblog", "LiveBlogPosting", "live coverage", "بث مباشر", "en vivo"),
    }.items()
    for name in names
}
# Labels of the menu whose links lead to listings of these kinds, whatever their address; the English ones are certain.
_KIND_LABELS: Mapping[str, str] = {
    fold(label): kind
    for kind, labels in {
        "video": (
            "Videos",
            "Video",
            "NewsFeed",
            "News Feed",
            "Video Features",
            "Explainers",
            "Digital Series",
            "TV",
            "فيديو",
        ),
        "gallery": ("In Pictures", "Pictures", "Photos", "Galleries", "Gallery", "بالصور", "صور", "En imágenes"),
        "infograph": ("Infographs", "Infograph", "Infographics", "انفوغراف", "إنفوغراف", "Infografías", "Infografía"),
        "episode": ("Episodes", "حلقات", "Programas"),
        "podcast": ("Podcasts", "Podcast", "بودكاست"),
    }.items()
    for label in labels
}
# Families whose pages are something else, and what.
_OTHER_PAGES: Mapping[str, str] = {
    **dict.fromkeys(("author", "authors", "writers"), "author"),
    **dict.fromkeys(("coverage", "coverages"), "coverage"),
    **dict.fromkeys(("tag", "tags"), "tag"),
    **dict.fromkeys(("region", "regions", "country", "countries"), "region"),
    LIVE: LIVE,
}
# Parts of the video menu: `/videos/video-features` is a listing, though it is shaped like a video's address.
_LISTING_SLUGS = frozenset({"news-feed", "video-features", "digital-series", "in-pictures", "foreign-press"})
# Second segments that part a listing, not a story.
_NOT_A_SECTION = frozenset({
    "tag", "tags", "author", "authors", "search", "page", "pages", "rss", "feed", "region", "regions", "country",
    "countries", "ajax", "api", "more", "load-more", "loadmore", "category", "categories", "archive",
})  # fmt: skip
_FILE = re.compile(r"(?i)\.(?:xml|rss|json|atom|js|css|pdf|jpe?g|png|gif|webp|svg|mp[34]|m3u8|zip|gz|php|axd|ashx)$")
_NUMBER = re.compile(r"\d+")

# Labels of the menu, folded, for sections and regions whose addresses are not known. The English ones are certain.
_SECTION_LABELS: Mapping[str, str] = {
    fold(label): name
    for name, labels in {
        "politics": ("Politics", "Política", "سياسة", "السياسة"),
        "economics": ("Economy", "Economics", "Economía", "اقتصاد", "الاقتصاد"),
        "sports": ("Sports", "Sport", "Deportes", "Deporte", "رياضة", "الرياضة"),
        "arts-culture": (
            "Arts&Culture",
            "Arts and Culture",
            "Culture",
            "Cultura",
            "Arte y Cultura",
            "ثقافة",
            "ثقافة وفنون",
        ),
        "health": ("Health", "Salud", "صحة"),
        "miscellaneous": ("Miscellaneous", "Miscelánea", "Misceláneas", "منوعات"),
        "technology": ("Technology", "Tecnología", "تكنولوجيا"),
        "environment": ("Environment", "Medio Ambiente", "Medioambiente", "بيئة"),
        "opinion": ("Opinion", "Opinión", "آراء", "رأي"),
        "analysis": ("Analysis", "Análisis", "تحليل", "تحليلات"),
        "blog": ("Blog", "Blogs", "مدونات", "مدونة", "المدونة"),
        "features": ("Features", "Reportajes", "تقارير"),
        "foreign-press": ("Foreign Press", "Prensa Extranjera", "صحافة"),
    }.items()
    for label in labels
}
_REGION_LABELS: Mapping[str, str] = {
    fold(label): name
    for name, labels in {
        "africa": ("Africa", "África", "أفريقيا", "افريقيا"),
        "asia": ("Asia", "آسيا"),
        "asia-pacific": ("Asia-Pacific", "Asia Pacific", "Asia-Pacífico", "آسيا والمحيط الهادئ"),
        "europe": ("Europe", "Europa", "أوروبا"),
        "latin-america": ("Latin America", "América Latina", "Latinoamérica", "أميركا اللاتينية"),
        "mena": ("MENA", "Middle East", "Medio Oriente", "Asia Occidental", "الشرق الأوسط"),
        "palestine": ("Palestine", "Palestina", "فلسطين"),
        "us-canada": ("US & Canada", "US and Canada", "EE.UU. y Canadá", "الولايات المتحدة وكندا"),
    }.items()
    for label in labels
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What the shape of an article's address tells: kind, section, and the post id if it stands in it."""

    kind: str
    section: str | None = None
    post_id: str | None = None


def article_address(url: str, families: Mapping[str, str] = MappingProxyType({})) -> Address | None:
    """Return what the address of an article tells, or None when it is not shaped like an article's.

    `families` are further paths under which stories lie, path → kind, as a menu shows them (`learnt_families`).

    >>> article_address("https://english.almayadeen.net/news/politics/army:-russia")
    Address(kind='news', section='politics', post_id=None)
    >>> article_address("https://english.almayadeen.net/articles/opinion/a-slug").kind
    'opinion'
    >>> article_address("https://espanol.almayadeen.net/news/1502198/un-titular").post_id
    '1502198'
    >>> article_address("https://english.almayadeen.net/news/politics") is None
    True
    >>> article_address("https://english.almayadeen.net/desk/pictures/a-slug", {"/desk/pictures": "gallery"}).kind
    'gallery'
    """
    segments = _segments(url)
    for size in range(len(segments) - 1, 0, -1) if families else ():
        if kind := families.get("/" + "/".join(segments[:size]).lower()):
            segments = (kind, *segments[size:])
            break
    if len(segments) < 2 or (kind := _FAMILIES.get(segments[0].lower())) is None:
        return None
    *middle, slug = segments[1:]
    if _FILE.search(slug) or slug.isdecimal() or any(part.lower() in _NOT_A_SECTION for part in middle):
        return None
    if segments[0].lower() == "newscast":
        dated = len(middle) == 3 and all(_NUMBER.fullmatch(part) for part in middle)
        return Address(kind=kind, section=None) if dated else None
    post_id = middle.pop() if middle and _NUMBER.fullmatch(middle[-1]) else None
    if len(middle) > 1 or (middle and _NUMBER.fullmatch(middle[0])):
        return None
    name = middle[0].lower() if middle else None
    if kind == "news":
        # `/news/{one segment}` is a section; a story there has an id before its slug.
        return Address(kind=kind, section=name, post_id=post_id) if name or post_id else None
    if name is None and post_id is None and not _is_slug(slug):
        return None
    if kind in WORDLESS and slug.lower() in _LISTING_SLUGS:
        return None
    if kind == "article" and name:
        return Address(kind=name, post_id=post_id)
    return Address(kind=kind, section=name, post_id=post_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entry of the site's menu that lists articles."""

    name: str
    """The last segment of its path in lower case, or the known name of its label."""
    url: str
    """Absolute address; with the query that a region may need, without one for a section."""
    is_region: bool = False
    kind: str | None = None
    """The kind of its stories, where its label alone tells it."""


def other_page(url: str) -> str | None:
    """Return what else than an article an address leads to (`author`, `coverage`, `tag`, …), or None.

    >>> other_page("https://www.almayadeen.net/authors/some-one"), other_page("https://x.net/news/politics/a-b")
    ('author', None)
    """
    segments = _segments(url)
    return _OTHER_PAGES.get(segments[0].lower()) if segments else None


def stated_kind(name: str | None) -> str | None:
    """Return the kind that a page's own name for itself means, or None when it says no more than that it is a story.

    >>> stated_kind("VideoObject"), stated_kind("Photo Gallery"), stated_kind("NewsArticle")
    ('video', 'gallery', None)
    """
    return _STATED_KINDS.get(fold(name.partition(".")[0])) if name else None


def learnt_family(url: str, label: str) -> tuple[str, str] | None:
    """Return path and kind of the stories that a link of the menu lists, where only its label tells the kind.

    >>> learnt_family("https://english.almayadeen.net/picture-desk", "In Pictures")
    ('/picture-desk', 'gallery')
    >>> learnt_family("https://english.almayadeen.net/videos", "Videos") is None
    True
    """
    segments = _segments(url)
    kind = _KIND_LABELS.get(fold(label)) if len(label) < 60 else None
    if not segments or kind is None or segments[0].lower() in _FAMILIES or len(segments) > 2:
        return None
    if _FILE.search(segments[-1]) or segments[0].lower() in _OTHER_PAGES:
        return None
    return "/" + "/".join(segments).lower(), kind


def section_kind(section: Section, families: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """Return the kind of the stories that a section lists, or None when it lists several or nobody knows.

    >>> section_kind(Section(name="opinion", url="https://english.almayadeen.net/articles/opinion"))
    'opinion'
    >>> section_kind(Section(name="africa", url="https://english.almayadeen.net/region/africa", is_region=True)) is None
    True
    """
    if section.is_region or section.kind:
        return section.kind
    address = article_address(
        f"{section.url.partition('?')[0].rstrip('/')}/a-story/a-story", families
    ) or article_address(f"{section.url.partition('?')[0].rstrip('/')}/a-story", families)
    return address.kind if address and address.kind != "a-story" else None


def menu_section(url: str, label: str) -> Section | None:
    """Return the section or region that a link of the menu leads to, or None for any other link.

    >>> menu_section("https://english.almayadeen.net/news/politics", "Politics").name
    'politics'
    >>> menu_section("https://english.almayadeen.net/region/us-canada", "US & Canada").is_region
    True
    >>> menu_section("https://english.almayadeen.net/videos", "Videos").name
    'videos'
    >>> menu_section("https://english.almayadeen.net/live", "LIVE") is None
    True
    """
    segments = _segments(url)
    if not segments or _FILE.search(segments[-1]):
        return None
    family, last = segments[0].lower(), segments[-1].lower()
    if family in ("tag", "tags", "author", "authors", "search", LIVE):
        return None
    folded = fold(label) if len(label) < 60 else ""
    if region := _REGION_LABELS.get(folded):
        # A story's headline can be one word; a story's address is never a region's.
        return None if article_address(url) else Section(name=region, url=url, is_region=True)
    if last in _NOT_A_SECTION:
        return None
    if family in _FAMILIES:
        is_section = len(segments) == 1 or (
            len(segments) == 2 and not last.isdecimal() and article_address(url) is None
        )
        return Section(name=last, url=canonical(url)) if is_section else None
    if name := _SECTION_LABELS.get(folded):
        return Section(name=name, url=url)
    family_of_label = learnt_family(url, label)
    return Section(name=last, url=canonical(url), kind=family_of_label[1]) if family_of_label else None


def section_matches(section: Section, asked: str) -> bool:
    """Tell whether a section is the one that a person asked for by name or by label.

    >>> economy = Section(name="economics", url="https://english.almayadeen.net/news/economics")
    >>> section_matches(economy, "Economics"), section_matches(economy, "economy"), section_matches(economy, "eco")
    (True, True, False)
    """
    folded = fold(asked)
    known = _REGION_LABELS if section.is_region else _SECTION_LABELS
    return folded in (fold(section.name), fold(path_of(section.url))) or known.get(folded) == section.name


def is_listing_family(url: str) -> bool:
    """Tell whether an address lies where sections lie (`/news/…`, `/articles/…`), whatever it shows.

    >>> is_listing_family("https://english.almayadeen.net/news"), is_listing_family("https://example.org/shop")
    (True, False)
    """
    segments = _segments(url)
    return bool(segments) and segments[0].lower() in _FAMILIES


def edition_of(url: str, language: str | None = None) -> str:
    """Return the edition that an address belongs to; for another host, the one of the page's language, else `en`.

    >>> edition_of("https://www.almayadeen.net/news/politics/x"), edition_of("http://127.0.0.1:8000/news", "es-ES")
    ('ar', 'es')
    """
    host = canonical(url).split("/")[2].removeprefix("www.")
    for edition in EDITIONS.values():
        if host == edition.root.split("/")[2].removeprefix("www."):
            return edition.code
    code = (language or "").strip().lower()[:2]
    return code if code in EDITIONS else "en"


# One address is asked for several times in a row.
@lru_cache(maxsize=256)
def _segments(url: str) -> tuple[str, ...]:
    try:
        path = path_of(url)
    except ValueError:
        return ()
    parts = tuple(part for part in path.split("/") if part)
    return tuple(map(unquote, parts)) if "%" in path else parts


def _is_slug(segment: str) -> bool:
    """Tell a story's slug from the name of a listing: several words, or letters outside ASCII."""
    return (
        segment.lower() not in KINDS
        and segment.lower() not in _NOT_A_SECTION
        and ("-" in segment.strip("-") or not segment.isascii())
    )
