"""Which JSON-LD object of a page is its article, and what that one states."""

from typing import Any

import pytest

from newscrawl.pages import Page
from newscrawl.pages.json_ld import read_json_ld
from newscrawl.pages.layer import Layer
from tests.pages.samples import URL

TITLE = "Canal plan is postponed"


def layer(*blocks: Any, titles: tuple[str, ...] = (TITLE,)) -> Layer:
    return read_json_ld(list(blocks), Page("<p>", URL), titles)


def article(**values: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", **values}


JANE = {"@type": "Person", "name": "Jane Doe"}
OTHER = article(headline="Another story", author="Omar Haddad", datePublished="2024-08-20T10:00:00Z")


@pytest.mark.parametrize(
    "own",
    [
        article(headline=TITLE),
        article(name=TITLE),
        article(headline=TITLE[:15]),
        article(url=URL),
        article(url="/news/politics/canal-plan?x=1"),
        article(mainEntityOfPage=URL),
        article(mainEntityOfPage={"@id": URL}),
        article(mainEntityOfPage={"url": URL}),
        {**article(), "@id": URL},
        {"headline": TITLE},
    ],
)
def test_the_article_of_this_page_is_known_by_url_or_title(own: dict[str, Any]) -> None:
    for blocks in ([OTHER, own], [own, OTHER]):
        found = layer(*({**each, "keywords": "own"} if each is own else each for each in blocks))
        assert found.keywords == ("own",)


@pytest.mark.parametrize(
    "own",
    [
        article(headline=TITLE[:14]),
        article(headline=f"{TITLE} again"),
        article(url="/news/politics/another-plan"),
        {**article(), "@id": "#canal"},
        {"@type": "Thing", "headline": TITLE},
        {"@type": "WebPage", "url": URL},
    ],
)
def test_any_other_object_is_not(own: dict[str, Any]) -> None:
    assert layer(OTHER, {**own, "keywords": "own"}).title == "Another story"


def test_among_equals_an_article_goes_before_a_film_and_the_first_before_the_second() -> None:
    film = {"@type": "VideoObject", "headline": TITLE, "keywords": "film"}
    assert layer(film, article(headline=TITLE, keywords="own")).keywords == ("own",)
    assert layer(article(headline=TITLE, keywords="a"), article(headline=TITLE, keywords="b")).keywords == ("a",)
    assert layer(article(keywords="a"), article(headline="b", keywords="b"), titles=()).keywords == ("b",)
    assert layer(article(keywords="a"), article(datePublished="b", keywords="b"), titles=()).keywords == ("b",)
    both = article(headline=TITLE, url=URL, keywords="b")
    assert layer(article(headline=TITLE, keywords="a"), both).keywords == ("b",)
    assert layer(film).page_type == "VideoObject"


def test_what_the_article_does_not_state_its_page_does() -> None:
    page = {"@type": "WebPage", "datePublished": "2024-08-22T13:28:00Z", "dateModified": "2024-08-22T14:00:00Z"}
    found = layer(article(headline=TITLE), page)
    assert found.published is not None
    assert found.published.text == "2024-08-22T13:28:00Z"
    assert found.modified is not None
    assert layer(article(headline=TITLE), {**page, "@type": "Person"}).published is None
    part = article(headline=TITLE, dateCreated="2024-08-22", articleBody="One.\nTwo.")
    found = layer(article(headline=TITLE, url=URL), part)
    assert found.published is not None
    assert found.published.text == "2024-08-22"
    assert found.article_body == ("One.", "Two.")
    assert layer(article(headline=TITLE), article(headline="x", articleBody="One.")).article_body == ()
    assert layer(article(headline=TITLE, datePublished="2024-08-21"), page).published != found.published


@pytest.mark.parametrize("name", ["@graph", "@list", "@set", "mainEntity", "mainEntityOfPage", "hasPart"])
def test_objects_are_found_inside_others(name: str) -> None:
    assert layer({"@type": "WebPage", name: [article(headline=TITLE)]}).title == TITLE
    assert layer({"@type": "WebPage", name: article(headline=TITLE)}).title == TITLE
    assert layer({"@type": "WebPage", "about": article(headline=TITLE)}).title is None


@pytest.mark.parametrize(
    ("kind", "page_type"),
    [
        ("NewsArticle", "NewsArticle"),
        ("https://schema.org/NewsArticle", "NewsArticle"),
        ("schema:NewsArticle", "NewsArticle"),
        (["Thing", "BlogPosting"], "BlogPosting"),
        (["ProfilePage"], "ProfilePage"),
        ("AboutPage", "AboutPage"),
        ("Person", None),
        (None, None),
        (7, None),
        ("PodcastEpisode", "PodcastEpisode"),
        ("ImageGallery", "ImageGallery"),
        ("Report", "Report"),
    ],
)
def test_the_type_of_a_page(kind: Any, page_type: str | None) -> None:
    assert layer({"@type": kind}).page_type == page_type


@pytest.mark.parametrize(
    ("author", "names", "is_list"),
    [
        ("Jane Doe", ("Jane Doe",), False),
        (["Jane Doe", "Omar Haddad"], ("Jane Doe", "Omar Haddad"), True),
        ({"@type": "Person", "name": "Jane Doe"}, ("Jane Doe",), False),
        ({"@id": "#jane"}, ("Jane Doe",), False),
        ([{"@id": "#jane"}, {"@id": "#none"}], ("Jane Doe",), False),
        ({"@id": "#jane", "name": "J"}, ("J",), False),
        ("https://example.org/jane", (), False),
        ([JANE, {"@type": "NewsMediaOrganization", "name": "The Gazette"}], ("Jane Doe",), False),
        ([{"@type": "Organization", "name": "The Gazette"}], ("The Gazette",), False),
        ([{"@type": "Person", "name": "Jane Doe"}, "Omar Haddad"], ("Jane Doe", "Omar Haddad"), True),
    ],
)
def test_authors(author: Any, names: tuple[str, ...], is_list: bool) -> None:
    jane = {"@type": "Person", "@id": "#jane", "name": "Jane Doe"}
    found = layer(article(headline=TITLE, author=author), {"@graph": [{"@id": "#jane"}, jane]})
    assert (found.authors, found.authors_are_listed) == (names, is_list)
    assert layer(article(creator=author), jane).authors == names


def test_the_other_fields() -> None:
    found = layer(
        article(
            name=TITLE, description="Words", articleSection=["Politics"], keywords="a,b", image={"@id": "#i"},
            inLanguage={"name": "Arabic", "alternateName": "ar"},
            video=[{"contentUrl": "/v.mp4", "duration": "PT2M"}, "x", {"embedUrl": "/w"}, {"contentUrl": "/v.mp4"}],
        ),
        {"@id": "#i", "@type": "ImageObject", "url": "/a.jpg"},
        {"@type": "VideoObject", "contentUrl": "/u.mp4", "embedUrl": "/x"},
    )  # fmt: skip
    assert (found.summary, found.section, found.keywords, found.language) == ("Words", "Politics", ("a", "b"), "ar")
    assert (found.thumbnail, found.videos, found.video_seconds) == ("/a.jpg", ("/u.mp4", "/v.mp4", "/w"), 120)
    other = layer(article(thumbnailUrl="/t.jpg", inLanguage={"name": "en"}, video={"embedUrl": "/w"}))
    assert (other.thumbnail, other.language, other.videos) == ("/t.jpg", "en", ("/w",))
    assert layer(article(inLanguage={"@value": "es"})).language == "es"
    assert layer(article(inLanguage="es")).language == "es"
