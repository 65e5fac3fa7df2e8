"""Ways to the next batch that are none, and the guess by counting up."""

import pytest

from newscrawl.pages import Page
from newscrawl.pages.load_more import next_by_parameter, next_links, with_number

URL = "https://english.almayadeen.net/news/politics"
FIELDS = '<input name=section value=politics><input name=page value=2><button class="load-more">More</button>'


@pytest.mark.parametrize(("method", "ways"), [("", 1), ("method=get", 1), ("method=GET", 1), ("method=post", 0)])
def test_a_form_is_followed_only_where_it_is_a_get(method: str, ways: int) -> None:
    page = Page(f"<form {method} action=/more>{FIELDS}</form>", URL)
    assert list(next_links(page)) == [("/more?section=politics&page=2", "load-more")] * ways


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("?offset=20", "?offset=32"),
        ("?skip=0&section=a", "?skip=12&section=a"),
        ("?start=12", "?start=24"),
        ("?page=9", "?page=10"),
        ("/page/9", "/page/10"),
        ("?page=x", None),
        ("?offset=123456789", "?offset=123456789&page=2"),
    ],
)
def test_an_offset_goes_up_by_the_size_of_a_batch_and_a_page_by_one(url: str, following: str | None) -> None:
    assert next_by_parameter(URL + url, step=12) == (None if following is None else URL + following)


def test_an_offset_without_a_step_is_no_way() -> None:
    assert next_by_parameter(f"{URL}?offset=20") == f"{URL}?offset=20&page=2"


@pytest.mark.parametrize(
    "url", ["http://[bad", "https://x.net:99999999/", "//[", "\ud800", "", "https://a\u2100b.net/?page=2"]
)
def test_what_is_no_url_never_raises(url: str) -> None:
    next_by_parameter(url)
    assert isinstance(with_number(url, "2"), str)
    assert next_by_parameter("http://[bad") is None
    assert with_number("http://[bad", "2") == "http://[bad"
