"""Which boxes of a page are furniture."""

import pytest

from newscrawl.pages.boxes import is_prose, keys_of, without_furniture
from newscrawl.pages.inner_text import HEADINGS
from newscrawl.pages.lines import Line, Media, read_blocks
from tests.pages.samples import FIRST, SECOND, element_of, lines_of

LONG = "The council met on Tuesday in the old hall by the quay and talked"


@pytest.mark.parametrize(
    ("html", "prose"),
    [
        ("<p>The port is open again.</p>", True),
        ("<p>The port is open.</p>", False),
        ("<p>The port is open again</p>", False),
        ("<p>one two three four five six seven eight nine ten eleven twelve</p>", True),
        ("<p>one two three four five six seven eight nine ten eleven</p>", False),
        ("<h2>The port is open again.</h2>", False),
        # Chinese has no spaces.
        (f"<p>{'港' * 19}。</p>", True),
        (f"<p>{'港' * 18}。</p>", False),
        (f"<p>{'港' * 14} {'港' * 14}。</p>", True),
        (f"<p>{'港' * 14} {'港' * 13}。</p>", False),
        (f"<p>{'港' * 30}</p>", False),
        # Links: all of it, or most of it and no sentence.
        (f"<p><a href=/a>{LONG}.</a></p>", False),
        (f"<p><a href=/a>{LONG}</a> a.</p>", False),
        (f"<p><a href=/a>{LONG}</a> then for hours.</p>", True),
        (f"<p><a href=/a>{LONG}</a> then for hours</p>", False),
        (f"<p>{LONG} then for hours of <a href=/a>it</a></p>", True),
        # Small print.
        ("<p>All rights reserved by the port of Tripoli in 2024.</p>", False),
        (f"<p>{LONG}. We use cookies.</p>", False),
        (f"<p>{f'{LONG}. ' * 5}We use cookies.</p>", True),
        # A byline.
        ("<p>By Omar Haddad and Lina Nasser, Al Mayadeen English</p>", False),
    ],
)
def test_a_sentence_is_known_by_its_words_its_end_and_its_links(html: str, prose: bool) -> None:
    (line,) = lines_of(html)
    assert is_prose(line) is prose
    assert line.is_prose is prose


def test_small_print_has_fewer_than_300_letters() -> None:
    for size, prose in ((299, False), (300, True)):
        text = f"We use cookies here and there {'o' * (size - 31)}."
        assert len(text) == size
        assert is_prose(lines_of(f"<p>{text}</p>")[0]) is prose


def test_keys_are_those_of_texts_with_letters() -> None:
    assert keys_of(["The Quay!", None, "", "…", "the quay"]) == {"thequay"}


S = f"<p>{FIRST}</p>"
T = f"<p>{SECOND}</p>"
A = "<p>The ferry sails at noon today.</p>"
IMG = "<img src=/a.jpg>"
POST = "<blockquote class=twitter-tweet><p>A post.</p></blockquote>"


def left(html: str) -> str:
    """Return the short names of what is no furniture, below the headline."""
    root = element_of(f"<main>{html}</main>")
    headline = next(root.iter("h1"), None)
    names = {FIRST: "S", SECOND: "T", "The ferry sails at noon today.": "A"}
    return " ".join(
        "img" if isinstance(block, Media) else names.get(block.text, block.text)
        for block in without_furniture(read_blocks([root]), headline)
    )


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        (f"{S}{T}", "S T"),
        # A name or a tag is furniture where it has few of the sentences.
        (f"{S}{T}<div class=comments>{A}</div>", "S T"),
        (f"{S}{T}<div class=banner>{A}</div>", "S T"),
        (f"{S}{T}<aside>{A}</aside>", "S T"),
        (f"{S}{T}<div class=plain>{A}</div>", "S T A"),
        # Not where it has most of them, but the tag `footer` and sure names stay furniture.
        (f"<div class=banner>{S}{T}</div>{A}", "S T A"),
        (f"<aside>{S}{T}</aside>{A}", "S T A"),
        (f"<div class=comments>{S}{T}</div>{A}", "A"),
        # Boxes of one make count together.
        (f"<div class=banner>{S}</div><div class=banner>{T}</div><div class=banner>{A}</div>", "S T A"),
        (f"<div class=banner>{S}</div><div class=promo>{A}</div>{T}", "S T"),
        # Only sentences below the headline count.
        (f"<div class=banner>{S}{T}</div><h1>Head</h1>{A}", "Head A"),
        # The headline stays wherever it is.
        (f"<header><h1>Head</h1>{IMG}</header>{S}", "S"),
        # What is hidden, and the rest of an article that is.
        (f"{S}<div hidden>{A}</div>", "S"),
        (f"{S}{S}{T}<div hidden>{A}{A}</div>", "S S T A A"),
        (f"{S}{S}{T}<div hidden class=banner>{A}{A}</div>", "S S T"),
        (f"<div hidden>{A}{A}</div>{S}{S}{T}", "S S T"),
        (f"{S}{S}{T}<ul><li>x</ul><div hidden>{A}{A}</div>", "S S T x A A"),
        (f"<div><ul><li>x</ul><div hidden>{A}{A}</div></div>{S}{S}{T}", "x S S T"),
        # Captions.
        (f"{S}<figure>{IMG}<iframe src=/v></iframe><figcaption>Dawn</figcaption></figure>", "S img img"),
        (f"{S}<figcaption>Dawn</figcaption>", "S"),
        (f"{S}<figure><blockquote>Yes</blockquote><figcaption>Omar</figcaption></figure>", "S Yes Omar"),
        (f"{S}<div class=caption>Dawn</div>", "S"),
        (f"{S}<div class=caption>Dawn {IMG}<ul><li>x</ul></div>", "S Dawn img x"),
        (f"{S}<div class='caption banner'>Dawn {IMG}<ul><li>x</ul></div>", "S"),
        (f"{S}<div class='caption summary'>Dawn {IMG}<ul><li>x</ul></div>", "S"),
        # The header of a section has its subhead.
        (f"{S}<section><header><h3>Sub</h3></header>{T}</section>", "S Sub T"),
        (f"{S}<section><header><h3>Sub</h3><a href=/x>x</a></header>{T}</section>", "S T"),
        (f"{S}<section><header><h3>Sub</h3><nav>x</nav></header>{T}</section>", "S T"),
        (f"{S}<section><header><h3>Sub</h3>{A}</header>{T}</section>", "S T"),
        # Slides: their pictures stay, their words go.
        (f"{S}{T}<div class=carousel>{IMG}<div>Dawn</div></div>", "S T img"),
        (f"{S}{T}<div class='carousel banner'>{IMG}<div>Dawn</div></div>", "S T"),
        (f"<div class=carousel>{IMG}{S}{T}</div>", "img S T"),
        # The standfirst is no part of the text, even with most of it.
        (f"<div class=summary>{S}</div>{A}", "A"),
        (f"<div class=summary>{S}{T}</div>{A}", "A"),
        (f"<div class=summary>{S}{T}{A}</div>{A}", "S T A A"),
        # A post in a box.
        (f"{S}{T}<div class=banner>{POST}</div>", "S T A post."),
        (f"{S}{T}<aside>{POST}</aside>", "S T"),
        # A footer, but that of a quotation.
        (f"{S}<footer>{A}</footer>", "S"),
        (f"{S}<blockquote><p>Yes</p><footer>Omar</footer></blockquote>", "S Yes Omar"),
    ],
)
def test_furniture_is_what_its_name_says_if_it_has_few_of_the_sentences(html: str, kept: str) -> None:
    assert left(html) == kept


@pytest.mark.parametrize(("share", "kept"), [(39, ""), (40, ""), (41, "a")])
def test_a_box_with_more_than_four_tenths_of_the_sentences_is_no_furniture(share: int, kept: str) -> None:
    html = f"<main><p>{'b' * (100 - share)}</p><div class=banner><p>{'a' * share}</p></div></main>"
    blocks = without_furniture(read_blocks([element_of(html)]), None, prose=lambda line: line.tag not in HEADINGS)
    assert [block.text[0] for block in blocks if isinstance(block, Line)] == ["b", *kept]
