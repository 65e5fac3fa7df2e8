"""The element of the headline, and the layers that state titles, ids, languages and times."""

import pytest

from newscrawl.pages import Page
from newscrawl.pages.byline import Byline
from newscrawl.pages.headline import Pick, best_of, headline_element, pick_title, stated_titles
from newscrawl.pages.layer_choice import choose_id, choose_language, choose_modified, choose_published, choose_summary
from newscrawl.pages.metadata import Layer, Metadata
from newscrawl.pages.times import read_stated
from tests.pages.samples import URL

TITLE = "Canal plan is postponed"


@pytest.mark.parametrize(
    ("html", "headline"),
    [
        (f"<h1 id=a>Other</h1><h1 id=b>{TITLE}</h1>", "b"),
        (f"<h1 id=a hidden>{TITLE}</h1><h1 id=b>Other</h1>", "b"),
        ("<h1 id=a>One</h1><h1 id=b>Two</h1><p id=body>x</p><h1 id=c>Three</h1>", "b"),
        ("<p id=body>x</p><h1 id=a>One</h1><h1 id=b>Two</h1>", "a"),
        ("<h1 id=a>One</h1><h1 id=b>Two</h1>", "a"),
        ("<h1 id=a>Al Mayadeen English</h1><h1 id=b>One</h1><p id=body>x</p>", "b"),
        ("<h1 id=a></h1><h1 id=b>One</h1>", "b"),
        # Without an `h1`.
        (f"<h2 id=a>Other</h2><h2 id=b>{TITLE}</h2>", "b"),
        (f"<div id=a>{TITLE}</div>", "a"),
        (f"<div id=a>{TITLE}<i></i><i></i><i></i></div>", "a"),
        (f"<div id=a>{TITLE}<i></i><i></i><i></i><i></i></div>", None),
        (f"<div id=a><b>{TITLE}</b></div>", None),
        (f"<div id=a itemprop=headline><b>{TITLE}</b></div>", "a"),
        (f"<nav><div id=a>{TITLE}</div></nav>", None),
        (f"<a href=/x class=share><div id=a>{TITLE}</div></a><p id=b>{TITLE}</p>", "a"),
        ("<p id=a>Other</p>", None),
    ],
)
def test_the_element_of_the_headline(html: str, headline: str | None) -> None:
    page = Page(f"<body>{html}", URL)
    body = next((each for each in page.root.iter("p") if each.get("id") == "body"), None)
    found = headline_element(page, [Pick(TITLE, "meta")], body)
    assert (None if found is None else found.get("id")) == headline


def test_titles_that_metadata_states() -> None:
    metadata = Metadata(
        tawsiyat=Layer(name="tawsiyat", title="Al Mayadeen English"),
        json_ld=Layer(name="json-ld", title=f"{TITLE} | Al Mayadeen English"),
        document_title="Title",
    )
    assert stated_titles(metadata) == [Pick(TITLE, "json-ld"), Pick("Title", "meta")]
    assert pick_title("", []) is None
    for first, second, best in (
        ("postponed once", "postponed once more", "postponed once more"),
        ("postponed once more", "postponed once", "postponed once more"),
        ("postponed once", "postponed once | more", "postponed once"),
        ("postponed once | more", "postponed once", "postponed once"),
    ):
        picks = [Pick(f"Canal plan is {words}", "meta") for words in (first, second)]
        assert pick_title("", picks) == Pick(f"Canal plan is {best}", "meta")
    assert pick_title("Shown", [Pick("Own", "tawsiyat")]) == Pick("Own", "tawsiyat")
    assert pick_title("Shown", [Pick("Own", "json-ld")]) == Pick("Shown", "dom")
    assert pick_title(TITLE.upper(), [Pick(TITLE, "tawsiyat")]) == Pick(TITLE, "tawsiyat")


@pytest.mark.parametrize(
    ("texts", "best"),
    [
        ([], None), (["a"], 0), (["a", "b"], 0), (["a", "b", "B"], 1), (["", "", "b"], 0), (["x" * 20, "x" * 21], 1),
        (["x" * 19, "x" * 20], 0), (["x" * 21, "x" * 20], 0), (["x" * 20, "x" * 22, "x" * 21], 1),
        (["a", "x" * 20, "x" * 21], 2),
    ],
)  # fmt: skip
def test_the_pick_that_another_layer_agrees_with(texts: list[str], best: int | None) -> None:
    picks = [Pick(text, str(number)) for number, text in enumerate(texts)]
    assert best_of(picks) == (None if best is None else picks[best])


def test_ids_and_languages() -> None:
    def chosen(*ids: str | None) -> str | None:
        tawsiyat, json_ld, meta = (Layer(name="x", post_id=each) for each in ids)
        pick = choose_id(Metadata(tawsiyat=tawsiyat, json_ld=json_ld, meta=meta))
        return pick and pick.value

    assert chosen("12", "13", None) == "12"
    assert chosen(None, "0", "a-b_1") == "a-b_1"
    assert chosen("a b", None, None) is None
    assert chosen("o" * 64, None, None) == "o" * 64
    assert chosen("o" * 65, None, None) is None
    for stated, language in (("EN", "en"), ("en-us", "en-US"), ("spa", "spa"), ("english", "x"), (None, "x")):
        assert choose_language(stated, "x") == language


@pytest.mark.parametrize(
    ("tawsiyat", "meta", "shown", "named", "summary"),
    [
        ("a", "b", "c", True, "a"), (None, "b", "c", True, "c"), (None, "b", "c", False, "b"),
        (None, None, "c", False, "c"),
        (None, None, None, False, None), ("a", "c", "c", True, "c"), ("a", "c", "c", False, "c"),
    ],
)  # fmt: skip
def test_the_summary(
    tawsiyat: str | None, meta: str | None, shown: str | None, named: bool, summary: str | None
) -> None:
    metadata = Metadata(tawsiyat=Layer(name="tawsiyat", summary=tawsiyat), meta=Layer(name="meta", summary=meta))
    pick = choose_summary(metadata, Byline(standfirst=shown, standfirst_is_named=named))
    assert (pick and pick.value) == summary


A, B, C = (f"2024-08-22T{hour}:28:00Z" for hour in (10, 11, 12))


@pytest.mark.parametrize(
    ("tawsiyat", "meta", "shown", "published"),
    [
        ((A, None), (B, None), (None, None), A),
        ((None, None), (B, None), (A, None), B),
        ((None, None), (None, None), (A, None), A),
        ((None, None), (None, None), (None, None), None),
        # A layer that has the time of the change in place of the first one.
        ((B, None), (A, B), (None, None), A),
        ((B, None), (None, None), (A, B), A),
        ((B, None), (A, C), (None, None), B),
        ((B, B), (B, B), (None, None), B),
        ((B, None), (C, B), (None, None), B),
    ],
)
def test_when_an_article_was_published(
    tawsiyat: tuple[str | None, str | None],
    meta: tuple[str | None, str | None],
    shown: tuple[str | None, str | None],
    published: str | None,
) -> None:
    own, other = (
        Layer(
            name="x",
            published=read_stated(pair[0]) if pair[0] else None,
            modified=read_stated(pair[1]) if pair[1] else None,
        )
        for pair in (tawsiyat, meta)
    )
    metadata = Metadata(tawsiyat=own, meta=other)
    byline = Byline(
        published=read_stated(shown[0]) if shown[0] else None, modified=read_stated(shown[1]) if shown[1] else None
    )
    found = choose_published(metadata, byline, None)
    assert (found and found.utc) == published
    changed = choose_modified(metadata, byline, None)
    assert (changed and changed.utc) == (tawsiyat[1] or meta[1] or shown[1])
    if shown == (None, None):
        assert choose_published(metadata, None, None) == found
