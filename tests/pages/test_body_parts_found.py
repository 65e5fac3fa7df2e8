"""The search for a body: which parts of a page belong to it."""

import pytest

from newscrawl.errors import NotAnArticleError
from newscrawl.pages import Page
from newscrawl.pages.body_search import Region, find_body
from newscrawl.pages.boxes import without_furniture
from newscrawl.pages.lines import Line
from newscrawl.pages.stated_body import StatedBody
from newscrawl.text import comparison_key
from tests.pages.samples import FIRST, SECOND, URL

THIRD = "Two ferry companies promised to keep their boats running while the work goes on at the old quay."
FOURTH = "The mayor of the town said that she would ask the council for an answer before the end of the year."
OTHER = "A museum in the south has opened its doors to visitors again after a long winter of repairs."
S, T, U, V, W = (f"<p>{each}</p>" for each in (FIRST, SECOND, THIRD, FOURTH, OTHER))
NAMES = {FIRST: "S", SECOND: "T", THIRD: "U", FOURTH: "V", OTHER: "O"}
HEAD = "<h1>Canal plan</h1>"
STANDFIRST = comparison_key(OTHER)


def region(html: str, standfirst: str = "", stated: tuple[str, ...] = ()) -> Region | None:
    page = Page(f"<html><body>{html}", URL)
    headline = next(page.root.iter("h1"), None)
    stream = without_furniture(page.stream, headline)
    standfirsts = {standfirst} - {""}
    return find_body(page, stream, headline, {"canalplan"}, standfirsts, {"omarhaddad"}, StatedBody(stated))


def found(html: str, standfirst: str = "", stated: tuple[str, ...] = ()) -> str:
    """Return the short names of the lines of the body."""
    it = region(html, standfirst, stated)
    lines = [block for block in it.blocks if isinstance(block, Line)] if it else []
    return " ".join(NAMES.get(line.text, line.text.replace(" ", "_")) for line in lines)


@pytest.mark.parametrize(
    ("html", "body"),
    [
        (f"{HEAD}<div class=a>{S}{T}</div>", "S T"),
        # What is above the headline is no part.
        (f"<div class=a>{W}</div>{HEAD}<div class=b>{S}{T}</div>", "S T"),
        # Boxes of one make are parts.
        (f"<div>{HEAD}<div class=a>{S}</div><div class=a>{T}</div><div class=a>{U}</div></div>", "S T U"),
        # A box of another make beside the body needs evidence.
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=b><h3>More</h3>{W}</div></div>", "S T U"),
        (f"<div>{HEAD}</div><div><div class=a>{S}{T}{U}</div><div class=b>{W}</div></div>", "S T U O"),
        (f"<article>{HEAD}<div class=a>{S}{T}{U}</div><div class=b>{V}{W}</div></article>", "S T U V O"),
        (f"<div>{HEAD}<div class=text-a>{S}{T}{U}</div><div class=text-b>{V}{W}</div></div>", "S T U V O"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=b><a href=/x>{THIRD}</a>{W}</div></div>", "S T U"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=b><p>Omar Haddad</p>{V}{W}</div></div>", "S T U"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=b><p>Most Read</p>{V}{W}</div></div>", "S T U"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><blockquote>{V}</blockquote></div>", "S T U V"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><h4>More</h4><div class=b>{W}</div></div>", "S T U"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div>{W}</div></div>", "S T U O"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div>x</div><div>{W}</div></div>", "S T U"),
        # Loose paragraphs beside the body's box.
        (f"<article>{HEAD}<div class=a>{S}{T}{U}</div>{V}</article>", "S T U V"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><h5>{FOURTH}</h5></div>", "S T U"),
        # The first one, beside the headline, is the standfirst.
        (f"<div>{HEAD}{W}<div class=a>{S}{T}{U}</div></div>", "S T U"),
        (f"<div>{HEAD}</div><div>{W}<div class=a>{S}{T}{U}</div></div>", "O S T U"),
        (f"<div>{HEAD}{W}{S}{T}{U}</div>", "O S T U"),
        (f"<article>{HEAD}{W}{V}<div class=a>{S}{T}{U}</div></article>", "V S T U"),
        (f"<div>{HEAD}<div class=x>{W}{V}</div><div class=a>{S}{T}{U}</div></div>", "O V S T U"),
        # Sections between others.
        (
            f"<div>{HEAD}<div class=a>{S}{T}{U}</div><section class=q>{W}</section><div class=a>{V}</div></div>",
            "S T U O V",
        ),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><section class=q>{W}</section></div>", "S T U"),
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=q>{W}</div><div class=a>{V}</div></div>", "S T U V"),
        # The known class.
        (f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=p-content>{W}</div></div>", "O"),
        (f"<div>{HEAD}<div class=p-content>{S}</div><div class=p-content>{W}</div></div>", "S O"),
        (f"<div>{HEAD}<div class=p-content>{W}</div><div class=b>{S}</div></div>", "O"),
        (f"{HEAD}<div class=p-content><p>Open now</p><p>Closed</p></div>", "Open_now Closed"),
        (f"{HEAD}<div class=x><p>Open now</p><p>Closed</p></div>", ""),
        # Down to the element that holds it all.
        (f"{HEAD}<div><div><div class=a>{S}{T}</div></div></div><div class=n><div>x</div></div>", "S T"),
        (f"{HEAD}<div>{S}</div>", "S"),
        (f"{HEAD}<div><div>{S}</div><p>Short words.</p></div>", "S"),
        (f"{HEAD}<div>{S}<p>Short words.</p></div>", "S Short_words."),
        ("<h1>Canal plan</h1>", ""),
        (f"<div class=a>{S}{T}</div>", "S T"),
        # Another article's part of the page.
        (f"<article>{HEAD}<div>{S}{T}</div></article><article><h1>Other</h1><div>{U}{V}{W}</div></article>", "S T"),
        (f"<div>{HEAD}{S}{T}<h1>Sub</h1>{U}</div>", "S T Sub U"),
        (f"<div>{HEAD}{S}{T}<h1>Canal plan</h1>{U}</div>", "S T Canal_plan U"),
        (f"<div>{HEAD}{S}{T}<h1><a href=/x>Other</a></h1>{U}</div>", "S T"),
        (f"<div>{HEAD}{S}{T}<h2><a href=/x>Other</a></h2>{U}</div>", "S T Other U"),
        (f"<div>{HEAD}{S}{T}<h2><div><a href=/x>Other</a></div></h2>{U}</div>", "S T Other U"),
        (f"<div>{HEAD}{S}{T}<h2>Other</h2><p>By Omar Haddad</p><p>22 August 2024</p>{U}</div>", "S T"),
        (f"<div>{HEAD}{S}{T}<h2>Other</h2><p>By Omar Haddad</p>{U}</div>", "S T Other By_Omar_Haddad U"),
        (f"<main>{HEAD}<div><div><div>{S}{T}</div></div></div><h1>Other</h1><div>{U}</div></main>", "S T"),
        (f"<main>{HEAD}<div><div>{S}{T}</div></div><h1>Other</h1><div>{U}</div></main>", "S T Other U"),
        (f"<main>{HEAD}<div>{S}{T}</div><div><h1>Other</h1>{U}</div></main>", "S T Other U"),
    ],
)
def test_which_parts_are_the_body(html: str, body: str) -> None:
    assert found(html) == body


@pytest.mark.parametrize(
    ("html", "body"),
    [
        (f"<div>{HEAD}{W}<div class=a>{S}{T}{U}</div></div>", "S T U"),
        (f"<article>{HEAD}{V}<div class=a>{S}{T}{U}</div></article>", "V S T U"),
        (f"<main>{HEAD}{W}</main><div><div class=a>{S}{T}{U}</div></div>", "S T U"),
        (f"<main>{HEAD}{V}</main><div><div class=a>{S}{T}{U}</div></div>", "V"),
        (f"<div>{HEAD}<div class=x>{W}</div><div class=a>{S}</div></div>", "S"),
        (f"<div>{HEAD}<div class=x>{W}</div></div>", "O"),
    ],
)
def test_a_standfirst_that_metadata_states_is_no_body_beside_another_text(html: str, body: str) -> None:
    assert found(html, STANDFIRST) == body


def test_what_metadata_states_as_the_text_weighs_more() -> None:
    html = f"<div>{HEAD}<div class=a>{S}{T}{U}</div><div class=b><h3>x</h3>{W}</div></div>"
    assert found(html) == "S T U"
    assert found(html, stated=(OTHER,)) == "S T U x O"


def card(number: int) -> str:
    return (
        f"<div class=card><h3><a href=/news/politics/s-{number}>Story {number}</a></h3><p>{OTHER} {number}.</p></div>"
    )


@pytest.mark.parametrize(
    ("cards", "others", "is_listing"),
    [(2, 0, False), (3, 0, True), (3, 1, True), (3, 2, False), (7, 3, True), (7, 4, False)],
)
def test_a_listing_has_three_cards_that_are_most_of_it(cards: int, others: int, is_listing: bool) -> None:
    html = f"<div>{''.join(map(card, range(cards)))}{f'<div class=card><h3>Sub</h3>{S}</div>' * others}</div>"
    if is_listing:
        with pytest.raises(NotAnArticleError):
            region(html)
    else:
        assert region(html) is not None


def test_an_article_may_be_shorter_than_the_teasers_beside_it() -> None:
    teasers = f"<div class=t>{''.join(map(card, range(9)))}</div>"
    assert found(f"<div>{HEAD}<div class=a>{S}{T}</div>{teasers}</div>") == "S T"


@pytest.mark.parametrize(("paragraphs", "notes", "is_part"), [(4, 5, True), (4, 4, False), (8, 5, False)])
def test_a_box_with_many_sentences_and_much_of_the_text_is_a_part(paragraphs: int, notes: int, is_part: bool) -> None:
    note = "<div>The ferry sails at noon today.</div>"
    text = found(f"<div>{HEAD}<div class=a>{S * paragraphs}</div><div class=b>{note * notes}</div></div>")
    assert ("ferry" in text) is is_part
    assert text.count("S") == paragraphs


def test_a_region_says_what_it_is() -> None:
    html = f"<div>{HEAD}<div class=p-content>{S}{T}</div><div class=b><h3>x</h3>{W}</div></div>"
    known = region(html)
    assert known is not None
    assert (known.known, known.holder.get("class")) == (True, "p-content")
    assert known.has_only({comparison_key(FIRST), comparison_key(SECOND)})
    assert not known.has_only({comparison_key(FIRST)})
    assert {each.get("class") for each in known.left_out} == {"b"}
    assert known.next_article is None
    plain = region(f"<div>{HEAD}<div class=a>{S}{T}</div></div><h2>Other</h2><p>By Omar Haddad</p><p>22 Aug 2024</p>")
    assert plain is not None
    assert not plain.known
    assert plain.next_article is not None
    assert plain.next_article.text == "Other"
