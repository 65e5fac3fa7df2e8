"""Run one extractor on the pages of a file, and time each page; for the Python of the extractor's own environment.

`python peer.py NAME PAGES OUT`: PAGES is a JSON list of [edition, URL, HTML]. OUT is written: a JSON list of
[CPU seconds, title, body] in the same order. This file imports only the standard library and the extractor.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

Extractor = Callable[[str, str, str], tuple[Any, Any]]
"""(edition, URL, HTML) → (title, body), each None if the extractor does not return it."""

WARM = 21
"""The first pages of the file, which are not timed."""


def newscrawl() -> Extractor:
    from newscrawl.pages.article import parse_article

    def extract(_edition: str, url: str, html: str) -> tuple[Any, Any]:
        article = parse_article(html, url)
        return article.title, article.body

    return extract


def trafilatura() -> Extractor:
    import trafilatura

    return lambda _edition, url, html: (None, trafilatura.extract(html, url=url, include_comments=False))


def newspaper4k() -> Extractor:
    import newspaper

    def extract(edition: str, url: str, html: str) -> tuple[Any, Any]:
        article = newspaper.Article(url, language=edition, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return article.title, article.text

    return extract


def readability_lxml() -> Extractor:
    from lxml import html as lxml_html
    from readability import Document

    def extract(_edition: str, _url: str, html: str) -> tuple[Any, Any]:
        document = Document(html)
        summary = lxml_html.fromstring(document.summary(html_partial=True))
        return document.short_title(), "\n\n".join(part.text_content() for part in summary.iter("p"))

    return extract


def news_please() -> Extractor:
    from newsplease import NewsPlease

    def extract(_edition: str, url: str, html: str) -> tuple[Any, Any]:
        article = NewsPlease.from_html(html, url=url, fetch_images=False)
        return article.title, article.maintext

    return extract


def fundus() -> Extractor:
    from fundus.parser import ArticleBody, BaseParser, attribute
    from fundus.parser.utility import (
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
        generic_topic_parsing,
    )
    from lxml.etree import XPath

    # Fundus needs a parser for each publisher and has none for this one, so this is one.
    class Parser(BaseParser):
        VALID_UNTIL = date.max
        paragraphs = XPath("//div[contains(@class, 'p-content')]//p")
        subheads = XPath("//div[contains(@class, 'p-content')]//h2")

        @attribute
        def title(self) -> Any:
            return self.precomputed.meta.get("og:title")

        @attribute
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(
                self.precomputed.doc, paragraph_selector=self.paragraphs, subheadline_selector=self.subheads
            )

        @attribute
        def authors(self) -> Any:
            return generic_author_parsing(self.precomputed.meta.get("author"))

        @attribute
        def publishing_date(self) -> Any:
            return generic_date_parsing(self.precomputed.meta.get("article:published_time"))

        @attribute
        def topics(self) -> Any:
            return generic_topic_parsing(self.precomputed.meta.get("keywords"))

    parser = Parser()

    def extract(_edition: str, _url: str, html: str) -> tuple[Any, Any]:
        found = parser.parse(html, "suppress")
        body = found.get("body")
        return found.get("title"), body.text() if body else None

    return extract


EXTRACTORS = {
    "newscrawl": newscrawl,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability_lxml,
    "news-please": news_please,
    "fundus": fundus,
}


def main(name: str, pages: str, out: str) -> None:
    """Extract all pages. The first pages are not timed, because extractors load and cache data at first use."""
    logging.disable(logging.CRITICAL)
    extract = EXTRACTORS[name]()
    listed = json.loads(Path(pages).read_text())
    results = []
    for is_timed, part in ((False, listed[:WARM]), (True, listed[WARM:])):
        for edition, url, html in part:
            started = time.process_time()
            try:
                title, body = extract(edition, url, html)
            except Exception as error:  # noqa: BLE001 - a page that an extractor fails on counts as empty
                title, body = None, None
                print(f"{name}: {type(error).__name__} for {url}", file=sys.stderr)
            if is_timed:
                results.append([time.process_time() - started, title, body])
    Path(out).write_text(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
