"""The site's menu: the sections and regions that a page leads to."""

from newscrawl.almayadeen.sections import Section, menu_section
from newscrawl.pages.inner_text import first_words
from newscrawl.pages.page import Page, PageBody
from newscrawl.urls import Site

_LONGEST_LABEL = 200
"""Characters of a label that are read; a longer one is none."""


def parse_menu(
    body: PageBody, url: str, *, charset: str | None = None, site: Site | None = None
) -> tuple[Section, ...]:
    """Return the sections and regions that a page's menu leads to, in its order, each once."""
    return read_menu(Page(body, url, charset=charset, site=site))


def read_menu(page: Page) -> tuple[Section, ...]:
    """Return the sections and regions that a page's menu leads to, in its order, each once."""
    found: dict[str, Section] = {}
    for link in page.links():
        href = (link.get("href") or "").strip()
        # A link to the page itself is not an entry of its menu.
        url = None if href.startswith(("#", "?")) else page.site.own_link(page.base, href)
        section = menu_section(url, first_words(link, _LONGEST_LABEL)) if url else None
        if section:
            found.setdefault(section.url, section)
    return tuple(found.values())
