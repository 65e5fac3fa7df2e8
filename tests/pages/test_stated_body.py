"""The text that metadata states, as evidence."""

import pytest

from newscrawl.pages.stated_body import StatedBody

TEXT = "The harbour council has postponed the plan for the canal."
MORE = "Residents along the river said that they had heard nothing of it at all."


@pytest.mark.parametrize(
    ("text", "has"),
    [
        (TEXT, True),
        ("the HARBOUR council, has: postponed the ...", True),
        # From the middle, and over the end of a paragraph.
        ("postponed the plan for the canal", True),
        ("plan for the canal residents along", False),
        ("The harbour council has postponed", False),
        ("The harbour council has postponed a plan", False),
        ("", False),
    ],
)
def test_it_has_a_line_by_its_first_six_words(text: str, has: bool) -> None:
    assert StatedBody((TEXT, MORE)).has(text) is has
    assert not StatedBody(()).has(text)


@pytest.mark.parametrize(
    ("stated", "shown", "beyond"),
    [
        ([TEXT, MORE], [TEXT], True),
        ([TEXT, MORE], [TEXT, MORE], False),
        # Twice as much is not much more.
        ([TEXT, TEXT], [TEXT], False),
        ([TEXT, f"{TEXT}."], [TEXT], True),
        # Half of what is shown is in it; a third is not enough.
        ([TEXT, MORE * 2], [TEXT, "Only on the page."], True),
        ([TEXT, MORE * 2], [TEXT, "Only on the page.", "This too."], False),
        # What has no sentence of five words is no text.
        (["a b c d e f g h"] * 9, ["a b c d e f g h"], False),
        (["a b c d."] * 90, ["a b c d."], False),
        (["a b c d e."] * 90, [], True),
        ([], [], False),
    ],
)
def test_it_goes_beyond_the_page_if_it_is_much_more_of_the_same(
    stated: list[str], shown: list[str], beyond: bool
) -> None:
    assert StatedBody(stated).goes_beyond(shown, is_known=True) is beyond


def test_it_is_the_body_if_nothing_of_it_is_shown_and_what_is_shown_is_in_unknown_markup() -> None:
    stated = StatedBody(["The first ship had been unloaded before dawn.", "A second one is expected on Sunday."])
    shown = ["All of our reporters are paid by the readers of this site.", "Write to us if you see a mistake."]
    assert stated.goes_beyond(shown, is_known=False)
    assert not stated.goes_beyond(shown, is_known=True)
    assert not stated.goes_beyond([*shown, stated.paragraphs[0]], is_known=False)
    assert not StatedBody(stated.paragraphs[:1]).goes_beyond(shown, is_known=False)
