"""What a link of the site's menu says: a section, a region, or a path below which all articles are of one kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from newscrawl.almayadeen.addresses import FILE, LISTING_SEGMENTS, OTHER_PAGES, article_url, segments_of
from newscrawl.almayadeen.kinds import KIND_BY_FIRST_SEGMENT, LIVE
from newscrawl.almayadeen.labels import KIND_LABELS, REGION_LABELS, SECTION_LABELS
from newscrawl.text import comparison_key
from newscrawl.urls import Site, canonical, path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entry of the site's menu that lists articles."""

    name: str
    """The last segment of its path in lower case, or the known name of its label."""
    url: str
    """Absolute URL. A region's keeps its query, which may be needed."""
    is_region: bool = False
    kind: str | None = None
    """The kind of its articles, when only its label says it."""


def kind_of_menu_link(url: str, label: str) -> tuple[str, str] | None:
    """Return the path and the kind of the articles that a menu link lists, or None unless only its label says the kind.

    >>> kind_of_menu_link("https://english.almayadeen.net/picture-desk", "In Pictures")
    ('/picture-desk', 'gallery')
    >>> kind_of_menu_link("https://english.almayadeen.net/videos", "Videos") is None
    True
    """
    segments = segments_of(url)
    kind = KIND_LABELS.get(comparison_key(label)) if len(label) < 60 else None
    if not segments or kind is None or segments[0].lower() in KIND_BY_FIRST_SEGMENT or len(segments) > 2:
        return None
    if FILE.search(segments[-1]) or segments[0].lower() in OTHER_PAGES:
        return None
    return "/" + "/".join(segments).lower(), kind


def section_kind(section: Section, site: Site | None = None) -> str | None:
    """Return the kind of the articles that a section lists, or None for several kinds or an unknown one.

    >>> section_kind(Section(name="opinion", url="https://english.almayadeen.net/articles/opinion"))
    'opinion'
    >>> section_kind(Section(name="africa", url="https://english.almayadeen.net/region/africa", is_region=True)) is None
    True
    """
    if section.is_region or section.kind:
        return section.kind
    # The kind that the URL of an invented article of the section would say.
    start = section.url.partition("?")[0].rstrip("/")
    article = article_url(f"{start}/a-slug/a-slug", site) or article_url(f"{start}/a-slug", site)
    return article.kind if article and article.kind != "a-slug" else None


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
    segments = segments_of(url)
    if not segments or FILE.search(segments[-1]):
        return None
    first, last = segments[0].lower(), segments[-1].lower()
    if first in ("tag", "tags", "author", "authors", "search", LIVE):
        return None
    key = comparison_key(label) if len(label) < 60 else ""
    if region := REGION_LABELS.get(key):
        # A link with the name of a region may be an article's headline; then its URL has the shape of an article's.
        return None if article_url(url) else Section(name=region, url=url, is_region=True)
    if last in LISTING_SEGMENTS:
        return None
    if first in KIND_BY_FIRST_SEGMENT:
        is_section = len(segments) == 1 or (len(segments) == 2 and not last.isdecimal() and article_url(url) is None)
        return Section(name=last, url=canonical(url)) if is_section else None
    if name := SECTION_LABELS.get(key):
        return Section(name=name, url=url)
    kind_by_label = kind_of_menu_link(url, label)
    return Section(name=last, url=canonical(url), kind=kind_by_label[1]) if kind_by_label else None


def section_matches(section: Section, asked: str) -> bool:
    """Return whether a section is the one that a person asked for by name or by label.

    >>> economy = Section(name="economics", url="https://english.almayadeen.net/news/economics")
    >>> section_matches(economy, "Economics"), section_matches(economy, "economy"), section_matches(economy, "eco")
    (True, True, False)
    """
    key = comparison_key(asked)
    known = REGION_LABELS if section.is_region else SECTION_LABELS
    return key in (comparison_key(section.name), comparison_key(path_of(section.url))) or known.get(key) == section.name


def default_sections(menu: Iterable[Section]) -> list[Section]:
    """Return the sections of a menu that a crawl of the whole site reads.

    Regions are left out, because they show the same articles again. So is a section (`/news`) with others of the menu
    below it.
    """
    sections = [section for section in menu if not section.is_region]
    paths = [urlsplit(section.url).path.lower() for section in sections]
    above = {path[:at] for path in paths for at, sign in enumerate(path) if sign == "/"}
    return [section for section, path in zip(sections, paths, strict=True) if path not in above]
