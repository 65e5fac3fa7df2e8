"""What JSON-LD and meta elements state, and which of several times is taken."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newscrawl.errors import OtherPageError
from newscrawl.pages import Page
from newscrawl.pages.layer_choice import choose_published
from newscrawl.pages.metadata import Metadata, read_metadata
from tests.pages.samples import URL, page_of, read

NOW = datetime(2024, 8, 23, 9, tzinfo=UTC)


def linked(value: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def classes(*authors: str) -> dict[str, Any]:
    return {"classes": [{"mapping": "author", "value": name} for name in authors]}


def metadata(head: str) -> Metadata:
    return read_metadata(Page(page_of(head=head), URL))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ProfilePage", "author"),
        ("CollectionPage", "listing"),
        ("SearchResultsPage", "listing"),
        ("AboutPage", "page"),
        ("ContactPage", "page"),
    ],
)
def test_a_page_that_calls_itself_something_else_is_no_article(name: str, kind: str) -> None:
    with pytest.raises(OtherPageError) as caught:
        read(head=linked({"@type": name}))
    assert caught.value.kind == kind


@pytest.mark.parametrize("name", ["mainEntity", "mainEntityOfPage", "@graph"])
def test_an_article_inside_the_description_of_a_page_is_found(name: str) -> None:
    article = {"@type": "NewsArticle", "headline": "Canal plan is postponed", "datePublished": "2024-08-22T13:28:00Z"}
    for value in (article, [article]):
        layer = metadata(linked({"@type": "WebPage", name: value})).json_ld
        assert (layer.title, layer.page_type) == ("Canal plan is postponed", "NewsArticle")
        assert layer.published is not None


def test_a_video_is_published_when_it_was_uploaded() -> None:
    video = {"@type": "VideoObject", "name": "Canal", "headline": "Canal", "uploadDate": "2024-08-22T13:28:00Z"}
    published = metadata(linked(video)).json_ld.published
    assert published is not None
    assert published[1] == "2024-08-22T13:28:00Z"


def test_the_address_of_an_author_is_no_name() -> None:
    url = '<meta property="article:author" content="https://www.facebook.com/jane.doe">'
    assert metadata(url).meta.authors == ()
    assert metadata(f'{url}<meta name="author" content="Jane Doe">').meta.authors == ("Jane Doe",)
    assert metadata('<meta property="article:author" content="Jane Doe">').meta.authors == ("Jane Doe",)


@pytest.mark.parametrize(("hours", "counts"), [(-1, True), (23, True), (25, False), (24 * 365, False)])
def test_a_time_to_come_is_none_but_for_a_day_of_grace(hours: int, counts: bool) -> None:
    stated = (NOW + timedelta(hours=hours)).isoformat()
    found = choose_published(metadata(f'<meta property="article:published_time" content="{stated}">'), None, NOW)
    assert (found is not None) is counts


@pytest.mark.parametrize(
    ("values", "authors"),
    [
        # In a list each text is one author, else it may name several.
        (classes("Omar Haddad", "Salam & Jane Doe"), ("Omar Haddad", "Salam & Jane Doe")),
        ({"author": ["Omar Haddad", "Salam & Jane Doe"]}, ("Omar Haddad", "Salam & Jane Doe")),
        (classes("Salam & Jane Doe"), ("Salam", "Jane Doe")),
        ({"author": "Salam & Jane Doe"}, ("Salam", "Jane Doe")),
    ],
)
def test_a_text_in_a_list_of_authors_is_one_author(values: dict[str, Any], authors: tuple[str, ...]) -> None:
    head = f'<script id="tawsiyat-metadata" type="text/tawsiyat">{json.dumps(values)}</script>'
    assert read(head=head).authors == authors
