"""Records that all pipeline steps pass on, for the tests to change."""

from dataclasses import replace
from typing import Any

from newscrawl.items import Article, FetchedArticle, Headline
from newscrawl.text import content_hash


def article(**changes: Any) -> Article:
    """Return an article."""
    base = Article(
        id="1",
        url="https://english.almayadeen.net/news/politics/a-b",
        edition="en",
        language="en",
        kind="news",
        title="A title",
        body="One paragraph.\n\nAnother one.",
        body_html="<p>One paragraph.</p>\n<p>Another one.</p>",
        word_count=4,
        date_published="2024-08-22T13:28:00Z",
        content_hash=content_hash("A title", None, "One paragraph.\n\nAnother one."),
    )
    return replace(base, **changes)


def fetched(**changes: Any) -> FetchedArticle:
    """Return an article in its envelope."""
    return FetchedArticle(article=article(**changes), etag='"e"', last_modified="Thu, 22 Aug 2024 13:28:00 GMT")


def headline(text: str) -> Headline:
    """Return a ticker line."""
    return Headline(
        text=text, edition="en", found_on="https://english.almayadeen.net/", date_first_seen="2024-08-22T13:28:00Z"
    )
