"""The three editions of the site: host, language and built-in sections."""

from collections.abc import Mapping
from dataclasses import dataclass

from newscrawl.urls import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One language edition of the site."""

    code: str
    """`en`, `ar` or `es`."""
    root: str
    """Scheme and host, without a trailing slash."""
    language: str
    """BCP 47 tag of its texts."""
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
                "tv-reports": "/tv-reports",
                "research-papers": "/research-papers",
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

EDITION_ROOTS = tuple(edition.root for edition in EDITIONS.values())


def edition_of(url: str, language: str | None = None) -> str:
    """Return the edition that a URL belongs to: by its host, else by the page's language, else `en`.

    >>> edition_of("https://www.almayadeen.net/news/politics/x"), edition_of("http://127.0.0.1:8000/news", "es-ES")
    ('ar', 'es')
    """
    host = canonical(url).split("/")[2].removeprefix("www.")
    for edition in EDITIONS.values():
        if host == edition.root.split("/")[2].removeprefix("www."):
            return edition.code
    code = (language or "").strip().lower()[:2]
    return code if code in EDITIONS else "en"
