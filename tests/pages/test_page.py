"""A page: what it returns equals a search of all elements, and it shares nothing with other pages."""

import pytest

from newscrawl.pages import Page
from newscrawl.pages.inner_text import BLOCKS
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
    assert first.text_sizes is first.text_sizes
    assert first.root is not second.root
    assert [sum(page.text_sizes.values()) > 0 for page in (first, second)] == [True, True]


def test_text_sizes_count_text_outside_links_menus_and_scripts() -> None:
    page = Page(
        "<body><nav>Menu</nav><div id=box>Four<p>Five!</p> <a>link</a>tail<script>x = 1</script></div><b> </b></body>",
        URL,
    )
    sizes = {element.get("id") or str(element.tag): size for element, size in page.text_sizes.items()}
    assert sizes["box"] == len("Four") + len("Five!") + len("tail")
    assert sizes["body"] == sizes["box"]
    assert sizes["nav"] == sizes["script"] == 0
    assert "b" not in sizes


def test_text_sizes_of_deep_nesting_take_linear_time() -> None:
    page = Page("<body>" + "<div>" * 2_000 + "text" + "</div>" * 2_000, URL)
    assert page.text_sizes[page.content] == 4


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
