"""Pages that may be another article's than the one asked for, by their words."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from newscrawl.archive.run_state import RunState
from newscrawl.spiders.answers import address_of
from newscrawl.spiders.articles import ArticleSpider
from tests.pipelines.samples import article

URL = "https://english.almayadeen.net/news/politics/port-of-the-city-opened-again"
STATED = {"id": "tawsiyat"}


def may_be(title: str, shown: str | None, *, provenance: dict[str, str], failure: str | None, url: str = URL) -> bool:
    state = RunState()
    if shown is not None:
        state.add("shown", url, value=shown)
    ledger = SimpleNamespace(failure=lambda edition, asked: failure)
    spider: Any = SimpleNamespace(ledger=ledger, run_state=state, edition=SimpleNamespace(code="en"))
    response = HtmlResponse(url, request=Request(url))
    return ArticleSpider.may_be_another(spider, article(title=title, provenance=provenance), response)


@pytest.mark.parametrize(
    ("title", "shown", "expected"),
    [
        ("Fishermen meet their minister", "Harbour traffic resumes on Thursday", True),
        # A listing without titles, as a sitemap is; one that says nothing.
        ("Fishermen meet their minister", None, True),
        ("Fishermen meet their minister", "", True),
        ("Fishermen meet their minister", "Read more", False),
        ("Fishermen meet their minister", "Minister and fishermen on one boat", False),
        ("Ships return to the port", None, False),
        ("OPENED: the harbour", "Harbour traffic resumes on Thursday", False),
        ("Short title", None, False),
    ],
)
def test_a_headline_without_a_word_of_url_and_listing_is_doubted(title: str, shown: str | None, expected: bool) -> None:
    assert may_be(title, shown, provenance=STATED, failure=None) is expected
    # Not where the page states no id, nor for the second time.
    assert not may_be(title, shown, provenance={}, failure=None)
    assert not may_be(title, shown, provenance=STATED, failure="other_article")
    assert may_be(title, shown, provenance=STATED, failure="gone") is expected


def test_a_slug_without_words_says_nothing() -> None:
    url = "https://english.almayadeen.net/news/politics/a-b-c-d"
    assert not may_be("Fishermen meet their minister", None, provenance=STATED, failure=None, url=url)


@pytest.mark.parametrize(
    ("asked", "came", "expected"),
    [
        ((), URL, URL),
        ((), f"{URL}?page=2", f"{URL}?page=2"),
        (("https://x.net/old",), URL, URL),
        (("https://x.net/old",), f"{URL}?utm_source=a&fbclid=b", f"{URL}?utm_source=a&fbclid=b"),
        (("https://x.net/old", "https://x.net/older"), f"{URL}?print=1", "https://x.net/old"),
    ],
)
def test_a_redirect_to_a_view_says_nothing_about_its_page(asked: tuple[str, ...], came: str, expected: str) -> None:
    meta = cast("dict[str, Any]", {"redirect_urls": list(asked)} if asked else {})
    assert address_of(HtmlResponse(came, request=Request(came, meta=meta))) == expected
