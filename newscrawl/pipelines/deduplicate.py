"""One record an article in a run: by identity, then by content."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.items import Article, FetchedArticle, Headline
from newscrawl.monitoring.accounting import SAME_CONTENT
from newscrawl.pipelines.identify import content_of
from newscrawl.pipelines.pipeline import Pipeline
from newscrawl.text import comparison_key, shares_no_word

logger = logging.getLogger(__name__)

MAX_COPIES = 3
"""URLs under which the same content may be one article; under more it is in the place of articles."""


def identities(article: Article) -> list[tuple[str, str, str]]:
    """Return the keys of which two different articles share none: (`id` or `content`, edition, value).

    The same text under a second URL is one article; so is the same video. A text that is empty says nothing.
    """
    keys = [("id", article.edition, article.id)]
    if (content := content_of(article)) is not None:
        keys.append(("content", article.edition, content))
    return keys


class DeduplicatePipeline(Pipeline):
    """Drops what this run has already passed on, and counts it by reason; of the ticker, lines of the same text."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        run_state = crawl_state(self.crawler).run_state
        article, url = fetched.article, fetched.article.url
        if fetched.earlier is not None:
            return fetched
        if article.body and (when := self.taken_back(article)) is not None:
            # After a day it is no outage any more.
            self.refuse(article, [url], rests=datetime.now(UTC) - when > timedelta(days=1))
        keys = identities(article)
        if article.body and (first := run_state.get(*keys[-1])) is not None:
            self.check_copies(keys[-1], article, first)
        for key in keys:
            if (earlier := run_state.get(*key)) is not None and not self.may_repeat(fetched, key[0], earlier):
                logger.info("Dropped %s: same %s as %s", url, key[0], earlier)
                self.drop(f"duplicate/{key[0]}", f"duplicate {key[0]} of {earlier}")
        for key in keys:
            run_state.add(*key, value=url)
        return fetched

    def may_repeat(self, fetched: FetchedArticle, key: str, earlier: str) -> bool:
        """Return whether a page may come after another one of its article: from an archive, as a later revision."""
        return fetched.is_from_archive and (key == "id" or earlier == fetched.article.url)

    def taken_back(self, article: Article) -> datetime | None:
        """Return when an article's content was found to be none, in this run or an earlier one."""
        archive = crawl_state(self.crawler).archive
        return archive.taken_back.when(article.edition, article.content_hash) if archive is not None else None

    def check_copies(self, key: tuple[str, str, str], article: Article, first: str) -> None:
        """Drop a content that is in the place of articles: it is taken back, and all of them are asked for again.

        That is one at too many URLs, or at two whose listings showed other titles.
        """
        state = crawl_state(self.crawler)
        run_state = state.run_state
        urls = [first, *(found for at in range(1, MAX_COPIES) if (found := run_state.get("copy", *key, str(at))))]
        if article.url in urls:
            return
        urls.append(article.url)
        if len(urls) <= MAX_COPIES and not self.are_listed_otherwise(urls, article.title):
            run_state.add("copy", *key, str(len(urls) - 1), value=article.url)
            return
        logger.error("The same content in the place of several articles (%s): %s", article.title, ", ".join(urls))
        if state.archive is not None:
            state.archive.take_back(article.edition, article.content_hash, title=article.title, urls=urls)
        self.refuse(article, urls)

    def are_listed_otherwise(self, urls: Sequence[str], title: str) -> bool:
        """Return whether the listings gave each URL another title, and none has a word of this one."""
        run_state = crawl_state(self.crawler).run_state
        titles = [run_state.get("shown", url) or "" for url in urls]
        is_other = all(shares_no_word(each, title) for each in titles)
        return is_other and len({comparison_key(each) for each in titles}) == len(titles)

    def refuse(self, article: Article, urls: Sequence[str], *, rests: bool = False) -> NoReturn:
        """Count URLs that showed no article; the next run asks for them again, or, if they rest, a later one."""
        spider: Any = self.crawler.spider
        ledger = crawl_state(self.crawler).ledger
        for url in urls:
            self.count("article/unreadable")
            spider.count_error("same_content", url)
            if rests and ledger is not None:
                ledger.note_failure(article.edition, url, "same_content", datetime.now(UTC))
            else:
                spider.note_missing(url)
        self.drop(SAME_CONTENT, "the same content in the place of several articles")

    def process_headline(self, headline: Headline) -> Headline:
        if not crawl_state(self.crawler).run_state.add("headline", headline.edition, headline.text):
            self.drop("duplicate/headline", "duplicate headline of the same line")
        return headline
