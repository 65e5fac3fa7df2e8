"""What belongs to a body before its first sentence and after its last one."""

import pytest

from newscrawl.pages.body_edges import with_edges
from newscrawl.pages.boxes import is_prose
from newscrawl.pages.lines import Line, Media, read_blocks
from tests.pages.samples import FIRST, SECOND, element_of

S, T = f"<p>{FIRST}</p>", f"<p>{SECOND}</p>"
NAMES = {FIRST: "S", SECOND: "T"}


def edges(html: str, *, is_wide: bool = False, is_known: bool = False) -> str:
    """Return the short names of the blocks of a body in a page's element."""
    holder = element_of(f"<main>{html}</main>")
    blocks = read_blocks([holder])
    sentences = [block for block in blocks if isinstance(block, Line) and is_prose(block)]
    found = with_edges(blocks, sentences, holder, is_wide=is_wide, is_known=is_known, known_texts={"title"})
    return " ".join(
        "img" if isinstance(block, Media) else NAMES.get(block.text, block.text.replace(" ", "_")) for block in found
    )


@pytest.mark.parametrize(
    ("html", "narrow", "wide"),
    [
        (S + T, "S T", "S T"),
        # Before: subheads, short sentences of the same make.
        (f"<h2>Sub</h2>{S}", "Sub S", "S"),
        (f"<div><h2>Sub</h2>{S}</div>", "Sub S", "Sub S"),
        (f"<h2><a href=/a>Sub</a></h2>{S}", "S", "S"),
        (f"<h2><a href=/a>Sub</a> word</h2>{S}", "Sub_word S", "S"),
        (f"<h2>Title</h2>{S}", "S", "S"),
        (f"<p>Title</p>{S}", "S", "S"),
        (f"<p>It is shut.</p>{S}", "It_is_shut. S", "It_is_shut. S"),
        (f"<p>Tripoli</p>{S}", "Tripoli S", "S"),
        (f"<p>By Omar Haddad</p>{S}", "S", "S"),
        (f"<p><a href=/a>Tripoli</a></p>{S}", "S", "S"),
        (f"<p><a href=/a>It is shut.</a></p>{S}", "It_is_shut. S", "It_is_shut. S"),
        (f"<div>It is shut.</div>{S}", "S", "S"),
        (f"<div><p>It is shut.</p></div>{S}", "S", "S"),
        (f"<p>It is shut.</p><div>x</div>{S}", "S", "S"),
        (f"<p>It is shut.</p><h2>Sub</h2>{S}", "It_is_shut. Sub S", "S"),
        # Pictures above the text, not those of the page's head.
        (f"<img src=/a.jpg>{S}", "img S", "S"),
        (f"<img src=/a.jpg><img src=/b.jpg>{S}", "img img S", "S"),
        (f"<p>It is shut.</p><img src=/a.jpg>{S}", "It_is_shut. img S", "It_is_shut. img S"),
        (f"<p>Tripoli</p><img src=/a.jpg>{S}", "Tripoli img S", "S"),
        # After.
        (f"{S}<p>It is shut.</p>", "S It_is_shut.", "S It_is_shut."),
        (f"{S}<p>Tripoli</p>", "S Tripoli", "S"),
        (f"{S}<p><a href=/a>It is shut.</a></p>", "S", "S"),
        (f"{S}<p>It is <a href=/a>shut now</a>.</p>", "S", "S"),
        (f"{S}<p>It is all so <a href=/a>shut</a>.</p>", "S It_is_all_so_shut.", "S It_is_all_so_shut."),
        (f"{S}<h2>Sub</h2>", "S Sub", "S"),
        (f"{S}<h2>Sub.</h2>", "S Sub.", "S"),
        (f"{S}<img src=/a.jpg>", "S img", "S img"),
        (f"{S}<div><img src=/a.jpg></div>", "S", "S"),
        (f"{S}<ul><li>Tripoli</ul>", "S Tripoli", "S Tripoli"),
        (f"{S}<ul><li>Tripoli<li>Sidon</ul>", "S Tripoli Sidon", "S Tripoli Sidon"),
        (f"{S}<ul><li><b>x</b><ul><li>Tripoli</ul></ul>", "S x", "S x"),
        (f"{S}<div>It is shut.</div>", "S It_is_shut.", "S It_is_shut."),
        (f"{S}<div><p>It is shut.</p></div>", "S It_is_shut.", "S It_is_shut."),
        (f"{S}<div><div><p>It is shut.</p></div></div>", "S", "S"),
        (f"{S}<p>Tripoli</p><p>It is shut.</p>", "S Tripoli It_is_shut.", "S"),
        # In the same part as the last sentence.
        (f"<div>{S}<p>Tripoli</p></div>", "S Tripoli", "S"),
        (f"<div>{S}<div><div>Tripoli</div></div></div><p>Sidon</p>", "S Tripoli", "S"),
        (f"<div>{S}<a href=/a>Tripoli</a></div>", "S Tripoli", "S"),
    ],
)
def test_what_is_beside_the_sentences(html: str, narrow: str, wide: str) -> None:
    assert edges(html) == narrow
    assert edges(html, is_wide=True) == wide


@pytest.mark.parametrize("is_wide", [False, True])
def test_everything_at_the_end_of_the_known_body_belongs_to_it(is_wide: bool) -> None:
    html = f"<p>By Omar Haddad</p>{S}<div><div><a href=/a>Tripoli</a></div></div><h2>Sub</h2><img src=/a.jpg>"
    assert edges(html, is_known=True, is_wide=is_wide) == "S Tripoli Sub img"
