"""A record against what earlier runs exported: new, changed, unchanged, or an old article at a new URL."""

import logging
from dataclasses import replace
from datetime import datetime

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.ledger import Entry, Ledger
from newscrawl.items import Article, FetchedArticle, Headline
from newscrawl.pipelines.identify import content_of
from newscrawl.pipelines.pipeline import Pipeline

logger = logging.getLogger(__name__)


def revised(record: Article, known: Entry) -> Article | None:
    """Return the next revision of what is known under the record's id, or None when nothing has changed."""
    if known.content.hex() == record.content_hash:
        return None
    return replace(record, revision=known.revision + 1)


class RevisePipeline(Pipeline):
    """Passes on what is new or changed, an edit with the next revision; counts the rest by reason."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        ledger = crawl_state(self.crawler).ledger
        if ledger is None:
            return fetched
        article = fetched.article
        known = ledger.article(article.edition, article.id)
        if known is None:
            self._drop_known_content(ledger, article)
            self.count("new")
            return fetched
        result = revised(article, known)
        if result is None:
            when = datetime.fromisoformat(article.date_downloaded or "1970-01-01T00:00:00Z")
            ledger.note_visit(known, article.url, when, fetched.etag, fetched.last_modified)
            self.drop("unchanged", "unchanged since an earlier run")
        self.count("changed")
        logger.info("%s has changed: revision %s", article.url, result.revision)
        return fetched.with_article(result)

    def process_headline(self, headline: Headline) -> Headline:
        ledger = crawl_state(self.crawler).ledger
        if ledger is not None and ledger.has_headline(headline.edition, headline.text):
            self.drop("duplicate/headline", "exported in an earlier run")
        return headline

    def _drop_known_content(self, ledger: Ledger, article: Article) -> None:
        """Drop an article whose very text was exported under another id; its URL is known from now on."""
        content = content_of(article)
        other = ledger.with_content(article.edition, content) if content is not None else None
        if other is not None:
            ledger.note_url(other, article.url)
            logger.info("Dropped %s: same content as %s of an earlier run", article.url, other.path)
            self.drop("duplicate/content", f"same content as {other.id}")
