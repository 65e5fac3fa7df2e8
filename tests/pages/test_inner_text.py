"""The text of an element as a browser shows it."""

import pytest

from newscrawl.pages.inner_text import hides, is_block, is_break, is_hidden, is_word_of_sentence, visible_text
from tests.pages.samples import element_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p>", "one"),
        ("<p></p>", ""),
        ("<!-- remark -->", ""),
        ("<style>p {}</style>", ""),
        ("<button>Share</button>", ""),
        ("<button>Share <b>it</b></button>", ""),
        ("<p>one<b>two</b>three</p>", "onetwothree"),
        ("<p>one<br>two</p>", "one two"),
        ("<div>one<div>two</div>three</div>", "one two three"),
        ("<div>one<p>two</p>three</div>", "one two three"),
        ("<div>one<div style='display:inline'>two</div>three</div>", "onetwothree"),
        ("<div>one<span style='display: block'>two</span>three</div>", "one two three"),
        ("<div>one<span class=br></span>two</div>", "one two"),
        ("<p>one<b hidden>two</b>three</p>", "onethree"),
        ("<p>one<!-- remark -->two</p>", "onetwo"),
        ("<p>one<button>Share</button>two</p>", "onetwo"),
        ("<p>\ue001 one \uf8ff<b>two</b></p>", "one two"),
        ("<p>\n one\t\n two </p>", "one two"),
    ],
)
def test_text_is_what_a_browser_shows(html: str, text: str) -> None:
    assert visible_text(element_of(html)) == text


@pytest.mark.parametrize(("depth", "text"), [(200, "deep"), (201, "deep"), (202, "deephidden"), (203, "deephidden")])
def test_what_is_hidden_is_not_looked_for_below_a_depth(depth: int, text: str) -> None:
    html = "<div>" * depth + "deep<b hidden>hidden</b>" + "</div>" * depth
    assert visible_text(element_of(html)).replace(" ", "") == text


@pytest.mark.parametrize(
    ("html", "block"),
    [
        ("<div>", True),
        ("<span>", False),
        ("<span style='display:flex'>", True),
        ("<span style='DISPLAY : list-item'>", True),
        ("<span style='display:inline-block'>", False),
        ("<div style='display:inline'>", False),
        ("<div style='display: contents'>", False),
        ("<div style='display:inline-block'>", True),
        ("<div style='color:red'>", True),
        ("<p style='display:inline'>", True),
    ],
)
def test_a_block_is_one_by_its_style_or_its_tag(html: str, block: bool) -> None:
    assert is_block(element_of(html)) is block


@pytest.mark.parametrize(
    ("html", "is_one"),
    [
        ("<span class=br></span>", True),
        ("<i class=br></i>", True),
        ("<b class=br></b>", True),
        ("<em class=br></em>", True),
        ("<span class=br>text</span>", False),
        ("<span class=br><b></b></span>", False),
        ("<a class=br></a>", False),
        ("<span></span>", False),
        ("<span class=break-all-words-but></span>", False),
    ],
)
def test_an_empty_element_may_stand_for_a_line_break(html: str, is_one: bool) -> None:
    assert is_break(element_of(html)) is is_one


@pytest.mark.parametrize(
    ("html", "is_one"),
    [
        ("<p><button>ship</button> left.</p>", True),
        ("<li><output>ship</output> left.</li>", True),
        ("<table><td><button>ship</button> left.</table>", True),
        ("<dl><dd><button>ship</button> left.</dl>", True),
        ("<p><button>Share</button> </p>", False),
        ("<p><button>Share</button></p>", False),
        ("<div><button>ship</button> left.</div>", False),
        ("<p><select>ship</select> left.</p>", False),
    ],
)
def test_a_button_with_text_after_it_is_a_word(html: str, is_one: bool) -> None:
    (button,) = element_of(html).iter("button", "output", "select")
    block = button.getparent()
    assert block is not None
    assert is_word_of_sentence(button, block) is is_one


@pytest.mark.parametrize(
    ("html", "hidden"),
    [
        ("<p>", False),
        ("<p id=a>", False),
        ("<p hidden>", True),
        ("<p hidden=until-found>", True),
        ("<p style='color:red'>", False),
        ("<p style='display :none'>", True),
        ("<p style='visibility: collapse'>", True),
        ("<p class='sr-only'>", True),
        ("<p class='a b'>", False),
        ("<p style='color:red' class='sr-only'>", True),
        (f"<p class='{'a' * 492} sr-only'>", True),
        (f"<p class='{'a' * 493} sr-only'>", False),
    ],
)
def test_hidden_by_attribute_style_or_class(html: str, hidden: bool) -> None:
    assert is_hidden(element_of(html)) is hidden


def test_a_class_that_shows_again_on_a_larger_screen_hides_nothing() -> None:
    assert [hides(each) for each in ("d-none", "d-none d-md-block", "d-md-block")] == [True, False, False]
