"""The boxes and lines in a body that are none of its text."""

import pytest

from newscrawl.pages.body_boxes import boxes_of_cards, boxes_of_related, copies_in
from newscrawl.pages.boxes import is_prose
from newscrawl.pages.lines import Line, read_blocks
from newscrawl.pages.related import LinkedArticles, lines_by_element
from newscrawl.urls import site_of
from tests.pages.samples import FIRST, SECOND, URL, element_of, lines_of

S, T = f"<p>{FIRST}</p>", f"<p>{SECOND}</p>"
A = "<p>The ferry sails at noon today.</p>"
HEAD = "<h4><a href=/news/politics/another-story>Another story here</a></h4>"
IMG = "<img src=/a.jpg>"


def box_of(html: str, authors: tuple[str, ...] = ()) -> str:
    """Return what the box with the id `x` is: "related", "card", both, or ""."""
    root = element_of(f"<main>{html}</main>")
    lines = [block for block in read_blocks([root]) if isinstance(block, Line)]
    prose = {line for line in lines if is_prose(line)}
    inside = lines_by_element(lines, root)
    (box,) = (each for each in root.iter() if each.get("id") == "x")
    related = boxes_of_related(inside, prose, LinkedArticles(URL, site_of(URL)))
    cards = boxes_of_cards(inside, prose, authors)
    return " ".join(name for name, found in (("related", related), ("card", cards)) if box in found)


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        (f"<div id=x>{HEAD}{A}</div>", "related"),
        (f"<span id=x>{HEAD}{A}</span>", "related"),
        (f"<main id=x>{HEAD}{A}</main>", ""),
        (f"<p id=x>{HEAD}</p>{A}", ""),
        # Two sentences at most, five lines at most, not longer than a teaser.
        (f"<div id=x>{HEAD}{A}{A}</div>", "related"),
        (f"<div id=x>{HEAD}{A}{A}{A}</div>", ""),
        (f"<div id=x>{HEAD}<b>By Omar</b><p>a<p>b{A}</div>", "related"),
        (f"<div id=x>{HEAD}<b>By Omar</b><p>a<p>b<p>c{A}</div>", ""),
        (f"<div id=x>{HEAD}{S}{S}{IMG}</div>", "related"),
        (f"<div id=x>{HEAD}{S}{S}</div>", "related"),
        (f"<div id=x>{HEAD}<p>{FIRST} {FIRST} {FIRST}</p></div>", ""),
        (f"<div id=x>{HEAD}<p>{FIRST} {FIRST} {FIRST}</p>{IMG}</div>", "related"),
        # It begins with the headline.
        (f"<div id=x>{A}{HEAD}</div>", ""),
    ],
)
def test_a_teaser_is_a_linked_headline_and_a_few_sentences(html: str, kind: str) -> None:
    assert box_of(S + html + T) == kind


def test_a_teaser_has_less_than_300_letters() -> None:
    for size, kind in ((299, "related"), (300, "")):
        text = f"The ferry sails at noon {'o' * (size - 25)}."
        assert len(text) == size
        assert box_of(f"{S}<div id=x>{HEAD}<p>{text}</p></div>") == kind


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<div id=x><b>Now playing</b></div>", "card"),
        ("<div id=x><div>02:31</div><div>The quay at dawn</div></div>", "card"),
        ("<div id=x><h4>Now playing</h4></div>", ""),
        ("<div id=x><h4>Other</h4><div>Now playing</div></div>", "card"),
        ("<div id=x><div>The quay at dawn</div></div>", ""),
        (f"<div id=x><div>Now playing</div>{A}</div>", ""),
        ("<div id=x><ul><li>Now playing</ul></div>", ""),
        ("<div id=x><blockquote>Now playing</blockquote></div>", ""),
        ("<div id=x><table><tr><td>Now playing</table></div>", ""),
        # A date, but as a paragraph it may be a subhead of the text.
        ("<div id=x><div>22 August 2024</div></div>", "card"),
        ("<div id=x><p>22 August 2024</p></div>", ""),
        ("<div id=x><div>22 August 2024</div><h3>22 August 2024</h3></div>", ""),
        ("<div id=x><div>Duration: 12 minutes</div></div>", "card"),
        ("<p id=x>Now playing</p>", ""),
    ],
)
def test_a_card_has_words_of_a_player_or_a_gallery_and_no_sentence(html: str, kind: str) -> None:
    assert box_of(S + html + T) == kind


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<div id=x><p>Omar Haddad</p><p>He writes on the harbours of the coast.</p></div>", "card"),
        ("<div id=x><p>Omar Haddad is a writer of books on the harbours.</p></div>", "card"),
        ("<div id=x><p>Lina Nasser</p><p>She writes on the harbours of the coast.</p></div>", ""),
        ("<div id=x><p>The writer is Omar Haddad</p></div>", ""),
        ("<p id=x>Omar Haddad</p>", ""),
        # A name of four letters is too short.
        ("<div id=x><p>Ziad</p></div>", ""),
        ("<div id=x><p>Ziada</p></div>", "card"),
        # Six lines and three sentences at most.
        (f"<div id=x><p>Omar Haddad</p>{A}{A}{A}<p>a<p>b</div>", "card"),
        (f"<div id=x><p>Omar Haddad</p>{A}{A}{A}<p>a<p>b<p>c</div>", ""),
        (f"<div id=x><p>Omar Haddad</p>{A}{A}{A}{A}</div>", ""),
    ],
)
def test_a_box_about_the_writer_begins_with_the_name(html: str, kind: str) -> None:
    assert box_of(S + T + S + T + S + html + T, ("omarhaddad", "ziad", "ziada")) == kind


@pytest.mark.parametrize(("others", "kind"), [(2, ""), (3, ""), (4, "card")])
def test_a_box_about_the_writer_has_less_than_four_tenths_of_the_sentences(others: int, kind: str) -> None:
    html = f"<div id=x><p>Omar Haddad</p>{A}{A}</div>"
    assert box_of(S * others + html, ("omarhaddad",)) == kind


QUOTE = "the plan for the northern canal, although no date has been set"
assert QUOTE in FIRST


@pytest.mark.parametrize(
    ("html", "copies"),
    [
        (S + T, []),
        # A second copy of several paragraphs, not of one.
        (S + T + A + S + T, [3, 4]),
        (S + T + A + S, []),
        (S + T + A + T + S, []),
        (S + T + S + T + A, [2, 3]),
        (S + T + A + S + T + S + T, [3, 4, 5, 6]),
        (S + "<p>a</p>" + T + S + "<p>a</p>", []),
        # A pull quote.
        (f"{S}<blockquote class=pull>{QUOTE}</blockquote>{T}", [1]),
        (f"<figure><blockquote>{QUOTE}</blockquote></figure>{S}{T}", [0]),
        # A quotation without a design of its own is a part of the text.
        (f"{S}<blockquote>{QUOTE}</blockquote>{T}", []),
        (f"{S}<blockquote>The canal plan is none of ours, said the old mayor</blockquote>{T}", []),
        (f"{S}<div>{QUOTE}</div>{T}", [1]),
        (f"{S}<p>{QUOTE}</p>{T}", []),
        # A sentence in a box of its own counts only among paragraphs.
        (f"{S}{T}<div>{QUOTE}.</div>", [2]),
        (f"<div>{FIRST}</div><div>{QUOTE}.</div><div>{SECOND}</div>", []),
        (f"<div>{FIRST}</div><div>{QUOTE[:49]}</div><div>{SECOND}</div>", [1]),
        # Three of five are not most of them.
        (f"{S}{T}{A}<div>{QUOTE}.</div><div>The old mayor says that it is none of his.</div>", []),
        # Short words are anywhere.
        (f"{S}<blockquote>the plan for the northern canal</blockquote>{T}", []),
    ],
)
def test_copies_repeat_several_paragraphs_or_are_pull_quotes(html: str, copies: list[int]) -> None:
    lines = lines_of(html)
    found = copies_in(lines, {line for line in lines if is_prose(line)})
    assert [number for number, line in enumerate(lines) if line in found] == copies


@pytest.mark.parametrize(("size", "count"), [(39, 0), (40, 1)])
def test_a_copy_has_40_letters_without_its_spaces(size: int, count: int) -> None:
    words = "o" * size
    lines = lines_of(f"<p>It is {words} here.</p><blockquote class=pull>{words} - - -</blockquote>")
    assert len(copies_in(lines, set(lines[:1]))) == count


def test_only_the_first_200_quotes_are_looked_for() -> None:
    lines = lines_of(S + f"<blockquote class=pull>{QUOTE}</blockquote>" * 201)
    # The 201st has no other words than the ones before it: it is text, in which they are looked for.
    assert len(copies_in(lines, {lines[0]})) == 200
