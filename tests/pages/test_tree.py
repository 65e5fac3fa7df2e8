"""Where elements are in a tree."""

from newscrawl.pages.tree import chain, child_towards, common_ancestor, lies_in, make_of
from tests.pages.samples import element_of

ROOT = element_of("<div><section class=a><p id=one><b>x</b></p><p id=two>y</p></section><ul><li>z</li></ul></div>")
SECTION, LIST = ROOT
ONE, TWO = SECTION
BOLD, ITEM = ONE[0], LIST[0]


def test_a_chain_goes_from_the_inside_out() -> None:
    assert [each.tag for each in chain(BOLD)] == ["b", "p", "section", "div", "body", "html"]


def test_an_element_lies_in_itself_and_in_what_is_around_it() -> None:
    assert [lies_in(BOLD, each) for each in (BOLD, ONE, SECTION, ROOT)] == [True] * 4
    assert [lies_in(BOLD, each) for each in (TWO, LIST, None)] == [False] * 3
    assert not lies_in(ROOT, BOLD)


def test_the_common_ancestor_is_the_innermost() -> None:
    assert common_ancestor([BOLD]) is BOLD
    assert common_ancestor([BOLD, ONE]) is ONE
    assert common_ancestor([ONE, BOLD]) is ONE
    assert common_ancestor([BOLD, TWO]) is SECTION
    assert common_ancestor([BOLD, TWO, ITEM]) is ROOT
    assert common_ancestor([ITEM, BOLD, BOLD]) is ROOT


def test_the_child_towards_an_element() -> None:
    assert child_towards(ROOT, BOLD) is SECTION
    assert child_towards(SECTION, BOLD) is ONE
    assert child_towards(ROOT, LIST) is LIST
    assert child_towards(ROOT, ROOT) is None
    assert child_towards(LIST, BOLD) is None


def test_a_make_is_tag_and_class() -> None:
    assert make_of(SECTION) == ("section", "a")
    assert make_of(LIST) == ("ul", None)
    assert make_of(ONE) == make_of(TWO)
