"""Times that lines near the headline show, and what is said of each."""

import pytest

from newscrawl.pages.shown_times import is_label, label_of, read_shown_times
from tests.pages.samples import lines_of

P, M = "22 Aug 2024 16:28", "23 Aug 2024 10:00"
STATED = "2024-08-21T10:00:00Z"


def times(html: str) -> tuple[str | None, str | None]:
    published, modified = read_shown_times(lines_of(html), None)
    return published and published.text, modified and modified.text


@pytest.mark.parametrize(
    ("html", "published", "modified"),
    [
        (f"<p>{P}</p>", P, None),
        (f"<p>Published: {P}</p>", P, None),
        (f"<p>Updated: {M}</p>", None, M),
        (f"<p>Published: {P} Updated: {M}</p>", P, M),
        (f"<p>Updated: {M} Published: {P}</p>", P, M),
        (f"<p>{P} Updated: {M}</p>", P, M),
        (f"<p>{P} | {M} (updated)</p>", P, M),
        (f"<p>{M}</p><p>Published: {P}</p>", P, None),
        (f"<p>Updated</p><p>{M}</p><p>{P}</p>", P, M),
        (f"<p>Updated</p><p>Words</p><p>{M}</p>", M, None),
        (f"<p>Updated</p><p>{'o' * 161}</p><p>{M}</p>", M, None),
        (f"<p>Published</p><p>{P}</p><p>Updated</p><p>{M}</p>", P, M),
        # A date alone goes before one among words; a sentence counts for nothing.
        (f"<p>The fair in the old town is on {M}</p><p>{P}</p>", P, None),
        (f"<p>The fair in the old town is on {M}</p>", M, None),
        (f"<p>The fair in the old town was on {M}.</p>", None, None),
        (f"<p>{'o' * 142} {P}</p>", P, None),
        (f"<p>{'o' * 143} {P}</p>", None, None),
        (f"<p>Tripoli, sea {P}</p><p>{M}</p>", P, None),
        (f"<p>Tripoli, city {P}</p><p>{M}</p>", M, None),
        # Shown twice, once exactly.
        (f"<p>22 Aug 2024</p><p>x</p><p>{P}</p>", P, None),
        (f"<p>Published: 22 Aug 2024</p><p>x</p><p>{P}</p>", P, None),
        (f"<p>Published: 22 Aug 2024</p><p>x</p><p>{M}</p><p>x</p><p>{P}</p>", P, None),
        # The clock on the line below.
        ("<p>22 Aug 2024</p><p>16:28</p>", P, None),
        ("<p>22 Aug 2024</p><p>4:28 pm</p>", "22 Aug 2024 4:28 pm", None),
        ("<p>22 Aug 2024</p><p>16:28 in Tripoli</p>", "22 Aug 2024", None),
        # Elements for machines: with a zone they go first.
        (f"<p>{P}</p><p><time datetime={STATED}>x</time></p>", STATED, None),
        (f"<div><p>{P}</p>Tripoli <time datetime={STATED}>x</time></div>", STATED, None),
        (f"<p>{P}</p><p><time datetime=2024-08-21T10:00:00>x</time></p>", P, None),
        (f"<p>{P} <abbr title={STATED}>x</abbr></p>", STATED, None),
        (f"<p>{P} <b title={STATED}>x</b></p>", P, None),
        (f"<p>{P}</p><p><b itemprop=dateModified content={STATED}>x</b></p>", P, STATED),
        (f"<p>{P}</p><p><b itemprop=datePublished content={STATED}>x</b></p>", STATED, None),
        (f"<p>{M}</p><p><time pubdate datetime={STATED}>x</time></p>", STATED, None),
        (f"<p><time class=modified datetime={STATED}>x</time></p>", None, STATED),
        (f"<p>Updated <time datetime={STATED}>x</time></p>", None, STATED),
        (f"<p>Updated <time datetime={STATED}></time></p>", None, STATED),
        (f"<p>Updated</p><p><time datetime={STATED}>x</time></p>", None, STATED),
        (f"<p>Updated</p><p>Words</p><p><time datetime={STATED}>x</time></p>", STATED, None),
        (f"<p>Updated {'o' * 30} <time datetime={STATED}>x</time></p>", None, STATED),
        (f"<p>Updated {'o' * 31} <time datetime={STATED}>x</time></p>", None, STATED),
        (f"<p>Updated {'o' * 32} <time datetime={STATED}>x</time></p>", STATED, None),
        (f"<p>{'<i></i>' * 48}<time datetime={STATED}>x</time></p>", STATED, None),
        (f"<p>x{'<i></i>' * 49}<time datetime={STATED}>x</time></p>", None, None),
        # Only the first hundred lines.
        (f"{'<p>x</p>' * 99}<p>{P}</p>", P, None),
        (f"{'<p>x</p>' * 100}<p>{P}</p>", None, None),
    ],
)
def test_which_time_is_which(html: str, published: str | None, modified: str | None) -> None:
    assert times(html) == (published, modified)


def test_labels() -> None:
    assert [label_of(text) for text in ("published: ", "published, updated", "x")] == ["published", "modified", ""]
    assert [is_label(text) for text in ("updated:", "published", "", "updated x")] == [True, True, False, False]
    assert is_label("updated".ljust(60))
    assert not is_label("updated".ljust(61))
