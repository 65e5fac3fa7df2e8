"""One record an article in a run: by identity, then by content."""

import logging
from typing import Any

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.items import Article, FetchedArticle, Headline
from newscrawl.pipelines.pipeline import Pipeline

logger = logging.getLogger(__name__)

MAX_COPIES = 3
"""URLs under which the same content may be one article; under more it is in the place of articles."""


def identities(article: Article) -> list[tuple[str, str, str]]:
    """Return the keys of which two different articles share none: (`id` or `content`, edition, value).

    The same text under a second URL is one article. A text that is empty says nothing: two videos may have the same
    title and no text.
    """
    keys = [("id", article.edition, article.id)]
    if article.body:
        keys.append(("content", article.edition, article.content_hash))
    return keys


class DeduplicatePipeline(Pipeline):
    """Drops what this run has already passed on, and counts it by reason; of the ticker, lines of the same text."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        run_state = crawl_state(self.crawler).run_state
        url = fetched.article.url
        keys = identities(fetched.article)
        for key in keys:
            if (earlier := run_state.get(*key)) is not None:
                if key[0] == "content":
                    self.check_copies(key, url, earlier)
                logger.info("Dropped %s: same %s as %s", url, key[0], earlier)
                self.drop(f"duplicate/{key[0]}", f"duplicate {key[0]} of {earlier}")
        for key in keys:
            run_state.add(*key, value=url)
        run_state.add("id of", *keys[-1], value=fetched.article.id)
        return fetched

    def check_copies(self, key: tuple[str, str, str], url: str, first: str) -> None:
        """Drop the same content under one URL too many: all of them are asked for again, and the first is forgotten."""
        run_state = crawl_state(self.crawler).run_state
        urls = [first, *(found for at in range(1, MAX_COPIES) if (found := run_state.get("copy", *key, str(at))))]
        if url in urls:
            return
        if len(urls) < MAX_COPIES:
            run_state.add("copy", *key, str(len(urls)), value=url)
            return
        spider: Any = self.crawler.spider
        is_first = run_state.add("many copies", *key)
        if is_first:
            logger.error("The same content under more than %d URLs is no article: %s", MAX_COPIES, ", ".join(urls))
            spider.taken_back.add(run_state.get("id of", *key))
        for each in (*urls, url) if is_first else (url,):
            self.count("article/unreadable")
            spider.count_error("same_content", each)
            spider.note_missing(each)
        self.drop("dropped/same_content", f"the same content under more than {MAX_COPIES} URLs")

    def process_headline(self, headline: Headline) -> Headline:
        if not crawl_state(self.crawler).run_state.add("headline", headline.edition, headline.text):
            self.drop("duplicate/headline", "duplicate headline of the same line")
        return headline
