"""What a listing's JSON and its boxes say: the last batch, and which articles are not the listing's own."""

import json
from typing import Any

import pytest

from newscrawl.pages import parse_listing

URL = "https://english.almayadeen.net/news/politics?page=3"
LINK = "/news/politics/canal-plan"


def is_last(**values: Any) -> bool:
    return parse_listing(json.dumps({"items": [{"url": LINK}], **values}), URL).is_last


@pytest.mark.parametrize("name", ["is_last", "isLast", "last", "end", "finished", "done", "no_more", "noMore"])
def test_json_says_that_a_batch_is_the_last(name: str) -> None:
    assert is_last(**{name: True})
    assert not is_last(**{name: False})


@pytest.mark.parametrize("name", ["has_more", "hasMore", "has_next", "hasNextPage", "more", "load_more"])
def test_json_says_that_more_follows(name: str) -> None:
    assert not is_last(**{name: True})
    assert is_last(**{name: False})


@pytest.mark.parametrize(
    ("current", "last"), [("current_page", "last_page"), ("page", "total_pages"), ("currentPage", "totalPages")]
)
def test_json_counts_its_pages(current: str, last: str) -> None:
    assert [is_last(**{current: number, last: 3}) for number in (2, 3, 4)] == [False, True, True]
    assert not is_last(**{current: 3})
    assert not is_last(**{last: 3})


def test_one_sign_of_the_end_is_enough() -> None:
    assert is_last(is_last=True, has_more=True)
    assert is_last(has_more=True, end=True, more=True)
    assert is_last(has_more=False, is_last=False)


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("most-read", False), ("mostread", False), ("most-viewed", False), ("read-next", False), ("ticker", False),
        ("footer", False), ("trending", True), ("sidebar", True), ("coverage", True),
    ],
)  # fmt: skip
def test_articles_that_stand_aside(name: str, is_own: bool) -> None:
    """A column may hold the whole listing; what is called "Most Read" and the like never does."""
    box = f'<div class="{name}"><a href="/news/sports/a-match-was-won">A match</a></div>'
    own = f'<main><a href="{LINK}">Canal</a></main>'
    beside = parse_listing(own + box, URL)
    assert [url.rpartition("/")[2] for url in beside.aside] == ["a-match-was-won"]
    if is_own:
        assert parse_listing(box, URL).aside == frozenset()
    else:
        with pytest.raises(ValueError, match="articles only in menus"):
            parse_listing(box, URL)


def test_the_title_of_an_article_is_the_longest_text_of_a_link_to_it() -> None:
    path = "/news/politics/a-port-was-opened"
    listing = parse_listing(
        f"<main><a href='{path}'><img src=a.jpg></a><a href='{path}?from=list'>The port <b>was opened</b></a>"
        f"<a href='{path}'>More</a><a href='/news/politics/a-bridge-was-closed'><img src=b.jpg></a></main>",
        "https://english.almayadeen.net/news/politics",
    )
    assert listing.titles == {f"https://english.almayadeen.net{path}": "The port was opened"}
