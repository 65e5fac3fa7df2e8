"""Which sections are read: of the menu, of the built-in ones, by name, by kind."""

from newscrawl.almayadeen.sections import Section
from newscrawl.spiders.arguments import Arguments
from newscrawl.spiders.section_choice import choose_sections
from newscrawl.urls import Site

ROOT = "https://english.almayadeen.net"
MENU = (
    Section(name="politics", url=f"{ROOT}/news/politics"),
    Section(name="opinion", url=f"{ROOT}/articles/opinion"),
    Section(name="videos", url=f"{ROOT}/videos"),
    Section(name="africa", url=f"{ROOT}/region/africa", is_region=True),
)


def names(menu: tuple[Section, ...] = MENU, **given: str) -> list[str]:
    choice = choose_sections(menu, Arguments.parse(**given), Site(ROOT))
    return [section.name for section in choice.sections]


def test_without_names_the_sections_of_the_menu_are_read_and_regions_are_not() -> None:
    assert names() == ["politics", "opinion", "videos"]


def test_without_a_menu_the_built_in_sections_are_read() -> None:
    choice = choose_sections((), Arguments.parse(), Site(ROOT))
    assert not choice.has_menu
    assert [section.name for section in choice.sections] == list(Arguments.parse().edition.sections)
    assert choice.sections[0].url == f"{ROOT}/news/politics"


def test_names_choose_in_their_order_each_section_once() -> None:
    assert names(sections="Africa,Politics,politics") == ["africa", "politics"]
    # A built-in one that the menu does not show can be asked for.
    assert names(sections="health") == ["health"]


def test_a_name_that_is_unknown_is_returned_with_those_that_are_known() -> None:
    choice = choose_sections(MENU, Arguments.parse(sections="weather,politics"), Site(ROOT))
    assert [section.name for section in choice.sections] == ["politics"]
    assert choice.unknown == ("weather",)
    assert choice.known[:4] == ("politics", "opinion", "videos", "africa")
    assert "health" in choice.known


def test_kinds_leave_out_the_sections_of_other_kinds() -> None:
    assert names(kinds="video") == ["videos"]
    assert names(kinds="gallery") == []
