"""What `scrapy doctor` learns of a page."""

from datetime import UTC, datetime

import pytest

from newscrawl.pages import Page
from newscrawl.pages.examine import examine_article, examine_listing, examine_menu, markup_of, shape_of
from tests.pages.samples import FIRST, SECOND, URL, element_of, page_of

NOW = datetime(2024, 8, 23, 9, tzinfo=UTC)
LISTING = "https://english.almayadeen.net/news/politics"


def test_an_article_is_described_layer_by_layer() -> None:
    head = (
        "<meta property=article:published_time content=2024-08-22T13:28:00Z><meta name=author content='Jane Doe'>"
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-08-22T13:28:30Z"}</script>'
    )
    above = "<p>22 Aug 2024 16:28</p><p>Source: Agencies</p>"
    found = examine_article(Page(page_of(head=head, above=above), URL), NOW)
    assert {"authors", "published"} <= set(found["layers"]["meta"])
    assert "json-ld" in found["layers"]
    assert "tawsiyat" not in found["layers"]
    assert (found["known_body"], found["ticker_items"], found["named_summary"]) == (True, 0, False)
    assert (found["kind"], found["title"]) == ("news", "Canal plan is postponed")
    assert found["fields"]["authors"] == "meta"
    assert found["fields"]["source"] == "dom"
    assert "images" in found["empty"]
    assert "authors" not in found["empty"]
    assert not set(found["fields"]) & set(found["empty"])
    assert found["body"] == {"layer": "dom", "markup": "div.p-content > p", "words": len(f"{FIRST} {SECOND}".split())}
    dates = found["dates"]
    assert set(dates["stated"]) == {"json-ld", "meta"}
    assert (dates["agree"], dates["beirut"]) == (True, True)
    assert dates["shown"] == {"raw": "22 Aug 2024 16:28", "utc": "2024-08-22T13:28:00Z"}
    assert dates["taken"]["utc"][:16] == "2024-08-22T13:28"


@pytest.mark.parametrize(
    ("stated", "shown", "agree", "beirut"),
    [
        (["2024-08-22T13:28:00Z"], "22 Aug 2024 16:28", None, True),
        (["2024-08-22T13:28:00Z"], "22 Aug 2024 13:28", None, False),
        (["2024-08-22T13:28:00Z"], "", None, None),
        (["2024-08-22T13:28:00Z", "2024-08-22T13:29:00Z"], "22 Aug 2024 16:28", False, True),
        ([], "22 Aug 2024 16:28", None, None),
    ],
)
def test_dates_agree_or_not(stated: list[str], shown: str, agree: bool | None, beirut: bool | None) -> None:
    head = "".join(
        f"<meta property=article:published_time content={text}>"
        if number == 0
        else f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{text}"}}</script>'
        for number, text in enumerate(stated)
    )
    dates = examine_article(Page(page_of(head=head, above=f"<p>{shown}</p>"), URL), NOW)["dates"]
    assert (dates["agree"], dates["beirut"]) == (agree, beirut)
    assert (dates["shown"] is None) is (shown == "")


def test_a_page_that_is_no_article_has_an_error_and_its_metadata() -> None:
    found = examine_article(Page("<meta name=author content='Jane Doe'><h1>Head</h1>", URL), NOW)
    assert found["layers"]["meta"] == ["authors"]
    assert found["error"]
    assert found["reason"]
    assert "kind" not in found


def test_the_markup_of_a_body() -> None:
    root = element_of("<main><div class='text x'><p>One is.</p><p>Two is.</p></div><div>Three</div></main>")
    assert markup_of(root, ["One is.", "Two is."]) == "div.text > p"
    assert markup_of(root, ["One is.", "Three"]) == "main > div.text"
    assert markup_of(root, ["Two is."]) == "div.text > p"
    assert markup_of(root, []) is None


def test_a_listing_is_described() -> None:
    links = "".join(f"<a href=/x{number}/y>x</a>" for number in range(31)) + "<a href=/x0/y?utm_source=a>x</a><a>x</a>"
    html = (
        f"{links}<main><a href=/news/politics/a-b-c>Story</a></main>"
        "<aside><a href=/news/politics/a-b-d>Other</a></aside>"
        "<a href=/news/sports>Sports</a><a href=https://example.org/z>Away</a><a rel=next href=?page=2>Next</a>"
    )
    found = examine_listing(Page(html, LISTING))
    assert len(found["other_links"]) == 30
    assert found["other_links"]["/x0/y"] == 1
    assert not any("news" in shape or "z" in shape for shape in found["other_links"])
    assert found["tracked_links"] == 1
    assert found["articles"] == [f"{LISTING}/a-b-c"]
    assert found["aside"] == 1
    assert found["following"] == [["rel-next", f"{LISTING}?page=2"]]
    empty = examine_listing(Page("<p>x</p>", LISTING))
    assert empty["error"]
    assert (empty["articles"], empty["following"]) == ([], [])


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/a-long-slug", "/a-long-slug"), ("/a/b-c", "/a/{slug}"), ("/a/bc", "/a/bc"), ("/a/12", "/a/{number}"),
        ("/12", "/{number}"), (f"/a/{'b' * 15}", f"/a/{'b' * 15}"), (f"/a/{'b' * 16}", "/a/{slug}"),
        ("/a?b=1&c=2", "/a?b&c"), ("", "/"),
    ],
)  # fmt: skip
def test_the_shape_of_a_url(path: str, shape: str) -> None:
    assert shape_of(f"https://x.net{path}") == shape


def test_a_menu_is_described() -> None:
    html = (
        "<nav><a href=/news/politics>Politics</a><a href=/region/africa>Africa</a><a href=/picture-desk>In Pictures</a>"
        "<a href=/articles/opinion>Opinion</a></nav>"
    )
    found = examine_menu(Page(html, "https://english.almayadeen.net/"))
    root = "https://english.almayadeen.net"
    assert found["sections"]["politics"] == f"{root}/news/politics"
    assert found["regions"] == {"africa": f"{root}/region/africa"}
    assert found["learnt"] == {"/picture-desk": "gallery"}
    assert found["unusual"] == [f"{root}/picture-desk"]
