"""What the outline finds by looking at little is what a look at every element would find."""

import random
from collections.abc import Collection, Iterator

import pytest
from lxml import etree
from lxml.etree import _Element

from newscrawl.pages.encoding import text_selector
from newscrawl.pages.lines import _may_box_posts
from newscrawl.pages.page import BLOCKS, BODY, TICKER, Outline, source_of

AFTER = etree.XPath("following::a | following::h1")
PAGES = {
    "plain": '<div class="p-content"><p>One.</p></div><div class="ticker"><li class="ticker__item">x</li></div>',
    "without paragraphs": '<div class="p-content">Bare text</div><p>Elsewhere.</p>',
    "one of two without paragraphs": '<div class="p-content"><p>One.</p></div><div class="p-content">Bare text</div>',
    "boxes only": '<div class="ticker"><div class="ticker__item"><span>x</span></div></div>',
    "inline": '<div class="ticker"><strong>!</strong><span class="ticker__item">x</span></div>',
    "nested": '<div class="p-content a"><section class="b p-content"><p>One.</p></section></div>',
    "word in a comment": '<!-- p-content --><div class="p-content"><br>One.</div><div class="p-content">Two</div>',
    "word in a script": '<script>var x = ".p-content .ticker";</script><div class="p-content"><p>One.</p></div>',
    "word in an id": '<div id="p-content"><p>One.</p></div><div class="p-content">Two</div>',
    "word twice": '<div class="p-content p-content-x"><p>One.</p></div><div class="p-content">Two</div>',
    "none": "<div><p>One.</p></div>",
    "nothing": "",
    "of a paragraph itself": '<p class="p-content">One.</p><h2 class="ticker">x</h2>',
    "unclosed": '<div class="p-content"><p>One.<p>Two.<div class="ticker">x',
    "links before and after": '<h1>T</h1><a>1</a><div class="p-content"><a>2</a>x</div><a>3</a><h1>N</h1><a>4</a>',
}


def rooted(text: str) -> _Element:
    root = text_selector(f"<html><body>{text}</body></html>").root
    assert isinstance(root, _Element)
    return root


def random_page(seed: int) -> str:
    """Return tags of many kinds, nested and closed at random."""
    rng = random.Random(seed)
    names = ("div", "section", "p", "span", "li", "ul", "strong", "a", "br", "h1", "h2", "article", "b")
    classes = ("p-content", "x p-content", "ticker", "ticker__item", "other", "", "p-content ticker")
    parts: list[str] = []
    opened: list[str] = []
    for _ in range(rng.randrange(1, 40)):
        if opened and rng.random() < 0.4:
            parts.append(f"</{opened.pop()}>")
        else:
            name = rng.choice(names)
            parts.append(f'<{name} class="{rng.choice(classes)}">' + rng.choice(("", "text", "<!-- ticker -->")))
            opened.append(name)
    return "".join(parts)


@pytest.mark.parametrize("most", [20_000, 3])
@pytest.mark.parametrize("text", [*PAGES.values(), *map(random_page, range(200))])
def test_an_outline_finds_what_a_look_at_every_element_finds(
    text: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.pages.page._MOST", most)
    root = rooted(text)
    assert source_of(root) is not None
    outline = Outline(root)
    assert len(outline.standing) <= most
    for word in (BODY, TICKER):
        every = [element for element in root.iter(*BLOCKS) if word in (element.get("class") or "")]
        assert outline.with_class(word) == every
    assert outline.links_and_headlines() == list(root.iter("a", "h1"))
    for element in root.iter(*BLOCKS):
        assert outline.links_and_headlines(after=element) == AFTER(element)


@pytest.mark.parametrize(("name", "looks"), [("plain", [3, 6]), ("inline", [3]), ("nested", [3]), ("none", [])])
def test_an_outline_looks_around_few_elements_first(
    name: str, looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    boxes = Outline._boxes

    def counted(self: Outline, tags: Collection[str]) -> Iterator[_Element]:
        looked.append(len(tags))
        return boxes(self, tags)

    monkeypatch.setattr(Outline, "_boxes", counted)
    Outline(rooted(PAGES[name])).with_class(BODY)
    assert looked == looks


def test_the_source_is_that_of_the_tree_that_was_parsed_last() -> None:
    first = rooted(PAGES["plain"])
    second = rooted(PAGES["none"])
    assert source_of(first) is None
    assert b"One." in (source_of(second) or b"")
    assert len(Outline(first).with_class(BODY)) == 1


def test_of_a_part_of_a_page_the_links_behind_it_are_told() -> None:
    root = rooted("<article><p>One.</p></article><a>1</a><h1>N</h1>")
    article = next(root.iter("article"))
    paragraph = next(root.iter("p"))
    assert [each.tag for each in Outline(article).links_and_headlines(after=paragraph)] == ["a", "h1"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<blockquote class="twitter-tweet">x</blockquote>', False),
        ('<blockquote class="twitter-tweet twitter-video">x</blockquote><div class="fb-post"></div>', True),
        ('<li class="twitter-tweet"></li>', True),
        ("<p>no post</p>", False),
        ("<blockquote>" + "-post" * 200_000, False),
        ("<blockquote " + "fb-video" * 100_000 + "><b class=fb-video>", True),
    ],
)
def test_posts_in_boxes_are_told_by_the_source(source: str, expected: bool) -> None:
    assert _may_box_posts(source.encode()) is expected
