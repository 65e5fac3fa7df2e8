"""One record an article in a run: by identity, then by content."""

import logging

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.items import Article, FetchedArticle, Headline
from newscrawl.pipelines.pipeline import Pipeline

logger = logging.getLogger(__name__)


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
                logger.info("Dropped %s: same %s as %s", url, key[0], earlier)
                self.drop(f"duplicate/{key[0]}", f"duplicate {key[0]} of {earlier}")
        for key in keys:
            run_state.add(*key, value=url)
        return fetched

    def process_headline(self, headline: Headline) -> Headline:
        if not crawl_state(self.crawler).run_state.add("headline", headline.edition, headline.text):
            self.drop("duplicate/headline", "duplicate headline of the same line")
        return headline
