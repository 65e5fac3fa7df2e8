"""Which sections a crawl reads: of the site's menu, of the built-in ones, or those that were asked for by name."""

from collections.abc import Iterable
from dataclasses import dataclass

from newscrawl.almayadeen.sections import Section, default_sections, section_kind, section_matches
from newscrawl.spiders.arguments import Arguments
from newscrawl.urls import Site, canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChoice:
    """The sections to read, and what was asked for and is not there."""

    sections: tuple[Section, ...] = ()
    unknown: tuple[str, ...] = ()
    """Names that were asked for and that the site does not show."""
    known: tuple[str, ...] = ()
    """Names that could have been asked for."""
    has_menu: bool = True
    """Whether the menu shows a section."""


def choose_sections(menu: Iterable[Section], arguments: Arguments, site: Site) -> SectionChoice:
    """Return the sections to read, in the order of the menu or of the argument."""
    menu = tuple(menu)
    built_in = tuple(
        Section(name=name, url=canonical(f"{arguments.root}{path}"))
        for name, path in arguments.edition.sections.items()
    )
    known = tuple(dict.fromkeys(section.name for section in (*menu, *built_in)))
    if not arguments.sections:
        shown = default_sections(menu)
        wanted = tuple(section for section in shown or built_in if _may_list(section, arguments.kinds, site))
        return SectionChoice(sections=wanted, known=known, has_menu=bool(shown))
    chosen: dict[str, Section] = {}
    unknown: list[str] = []
    for name in arguments.sections:
        found = next((section for section in (*menu, *built_in) if section_matches(section, name)), None)
        if found is None:
            unknown.append(name)
        else:
            chosen.setdefault(found.url, found)
    return SectionChoice(sections=tuple(chosen.values()), unknown=tuple(unknown), known=known)


def _may_list(section: Section, kinds: tuple[str, ...], site: Site) -> bool:
    """Return whether a section may list articles of the kinds asked for, () for all."""
    kind = section_kind(section, site)
    return not kinds or kind in (None, "article") or kind in kinds
