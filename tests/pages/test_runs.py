"""What line breaks make of a block's text."""

import pytest

from tests.pages.samples import lines_of

LONG = "The gates of the old harbour are shut until the council has met and has said what will be"
SIXTY = "x" * 30 + " " + "y" * 29


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<div>one<br>two</div>", ["one two"]),
        ("<div>one<br><br>two</div>", ["one", "two"]),
        ("<div>one<br> <br>two</div>", ["one", "two"]),
        ("<div>one<br><br><br>two</div>", ["one", "two"]),
        ("<div>one <b> </b> two</div>", ["one two"]),
        ("<div>one<br>two<br><br>three</div>", ["one two", "three"]),
        ("<p>one<br><br>two</p>", ["one", "two"]),
        ("<div><br>one<br></div>", ["one"]),
        ("<div><br><br>one<br><br></div>", ["one"]),
        (f"<div>{LONG}.<br>{LONG}.</div>", [f"{LONG}.", f"{LONG}."]),
        (f"<div>{LONG}.<br>{LONG}!”<br>{LONG}</div>", [f"{LONG}.", f"{LONG}!”", LONG]),
        # Half of the lines are too few.
        (f"<div>{LONG}.<br>{LONG}</div>", [f"{LONG}. {LONG}"]),
        (f"<p>{LONG}.<br>{LONG}.</p>", [f"{LONG}. {LONG}."]),
        (f"<ul><li>{LONG}.<br>{LONG}.</li></ul>", [f"{LONG}. {LONG}."]),
        (f"<h2>{LONG}.<br>{LONG}.</h2>", [f"{LONG}. {LONG}."]),
        # Lines of 60 letters are those of a poem.
        (f"<div>{SIXTY[1:]}.<br>{SIXTY[1:]}.</div>", [f"{SIXTY[1:]}. {SIXTY[1:]}."]),
        (f"<div>{SIXTY}.<br>{SIXTY[1:]}.</div>", [f"{SIXTY}.", f"{SIXTY[1:]}."]),
        # The end is that of the line, white space and empty lines aside.
        (f"<div>{LONG}. <br>{LONG}. <br></div>", [f"{LONG}.", f"{LONG}."]),
        (f"<div>{LONG}.<br></div>", [f"{LONG}."]),
        # A style or a link that goes over a break.
        (f"<div><b>{LONG}.<br>{LONG}.</b></div>", [f"{LONG}.", f"{LONG}."]),
    ],
)
def test_breaks_part_paragraphs_or_are_spaces(html: str, lines: list[str]) -> None:
    assert [line.text for line in lines_of(html)] == lines
