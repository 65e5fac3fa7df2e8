"""A page: what it returns equals a search of all elements, and it shares nothing with other pages."""

import pytest

from newscrawl.pages import Page
from newscrawl.pages.inner_text import BLOCKS
from newscrawl.pages.lines import Line
from newscrawl.urls import Site

URL = "https://english.almayadeen.net/news/politics/a-b"
PAGES = {
    "plain": '<div class="p-content"><p>One.</p></div><div class="ticker"><li class="ticker__item">x</li></div>',
    "inline": '<div class="ticker"><strong>!</strong><span class="ticker__item">x</span></div>',
    "nested": '<div class="p-content a"><section class="b p-content"><p>One.</p></section></div>',
    "word in a script": '<script>var x = ".p-content .ticker";</script><div class="p-content"><p>One.</p></div>',
    "nothing": "",
    "unclosed": '<div class="p-content"><p>One.<p>Two.<div class="ticker">x',
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("word", ["p-content", "ticker"])
def test_blocks_with_a_class_are_those_that_a_search_of_every_element_finds(text: str, word: str) -> None:
    page = Page(text, URL)
    every = [element for element in page.root.iter(*BLOCKS) if word in (element.get("class") or "")]
    assert page.blocks_with_class(word) == every


def test_two_pages_share_nothing() -> None:
    first, second = Page("<p>One.</p>", URL), Page("<p>Two.</p>", URL)
    assert first.root is first.root
    assert first.stream is first.stream
    assert first.root is not second.root


def test_the_stream_has_the_page_in_reading_order_also_what_is_hidden() -> None:
    # What is in a menu is never text of an article.
    page = Page("<body><nav>Menu</nav><div>Four<p hidden>Five</p><img src=a.jpg>tail<script>x = 1</script></div>", URL)
    assert [getattr(block, "text", block.element.tag) for block in page.stream] == ["Four", "Five", "img", "tail"]


def test_deep_nesting_keeps_its_text() -> None:
    page = Page("<body>" + "<div>" * 2_000 + "text" + "</div>" * 2_000, URL)
    assert [block.text for block in page.stream if isinstance(block, Line)] == ["text"]


@pytest.mark.parametrize(
    ("body", "is_json"),
    [(b"<html>", False), (b'{"a": 1}', True), (" \ufeff[1]", True), (b"\xef\xbb\xbf{}", True), (b"text", False)],
)
def test_json_is_recognised_by_its_first_character(body: bytes | str, is_json: bool) -> None:
    assert Page(body, URL).is_json is is_json


def test_links_are_relative_to_the_stated_base_and_belong_to_the_given_site() -> None:
    page = Page('<base href="/a/"><a href="b"></a><a>no link</a><a href="//other.example/c"></a>', URL)
    hrefs = [link.get("href") or "" for link in page.links()]
    assert [page.site.own_link(page.base, href) for href in hrefs] == ["https://english.almayadeen.net/a/b", None]
    replica = Page("<p>x</p>", URL, site=Site("http://127.0.0.1:8000", ("https://english.almayadeen.net",)))
    assert replica.site.own(URL) == "http://127.0.0.1:8000/news/politics/a-b"


def test_a_page_that_is_not_html_has_an_empty_tree() -> None:
    for body in (b"", b"\x00", "\ud800", b"\xff\xfe"):
        assert Page(body, URL).root.tag == "html"


def test_a_stream_can_begin_at_the_headline() -> None:
    html = (
        "<header><p>menu</p></header><div class='layout'>before<aside><p>side</p></aside>"
        "<section><p>above</p>near <h1 id='h'>Title</h1> tail<p>One</p></section><p>Two</p></div><p>Three</p>"
    )
    page = Page(html, URL)
    headline = next(page.root.iter("h1"))
    texts = [block.text for block in page.stream_from(headline) if isinstance(block, Line)]
    assert texts == ["Title", "tail", "One", "Two", "Three"]
    whole = [block.text for block in page.stream if isinstance(block, Line)]
    assert whole == ["menu", "before", "side", "above", "near", *texts]


def test_a_start_too_deep_is_no_start() -> None:
    page = Page("<p>a</p>" + "<div>" * 240 + "<p>b</p><h1>Title</h1><p>c</p>", URL)
    texts = " ".join(block.text for block in page.stream_from(next(page.root.iter("h1"))) if isinstance(block, Line))
    assert (texts.split()[0], texts.split()[-1]) == ("b", "c")
