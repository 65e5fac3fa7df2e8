"""A record against what earlier runs exported: new, changed, unchanged, or an old article at a new URL."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.indexing import url_key
from newscrawl.archive.ledger import Entry, Ledger
from newscrawl.archive.readings import fields_of
from newscrawl.dates import format_utc
from newscrawl.items import Article, EarlierReading, FetchedArticle, Headline, as_dict
from newscrawl.pipelines.identify import OTHER_ARTICLE, content_of
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
        if fetched.earlier is not None:
            return self._read_again(fetched, fetched.earlier)
        if fetched.is_from_archive:
            return self._from_archive(ledger, fetched)
        known = ledger.article(article.edition, article.id)
        if known is None:
            self._drop_known_content(ledger, article)
            self.count("new")
            return fetched
        result = revised(article, known)
        if result is None:
            when = datetime.fromisoformat(article.date_downloaded or "1970-01-01T00:00:00Z")
            if self._is_bound(ledger, article, known):
                # Validators are of one URL, and are sent there alone.
                is_there = url_key("", article.url) == url_key("", known.path)
                validators = (fetched.etag, fetched.last_modified) if is_there else (None, None)
                ledger.note_visit(known, article.url, when, *validators)
            self.drop("unchanged", "unchanged since an earlier run")
        self.count("changed")
        logger.info("%s has changed: revision %s", article.url, result.revision)
        return fetched.with_article(result)

    def _read_again(self, fetched: FetchedArticle, earlier: EarlierReading) -> FetchedArticle:
        """Pass on a kept page that reads otherwise than before, as the same revision."""
        if fields_of(as_dict(fetched.article)) == earlier.fields:
            self.drop("unchanged", "reads as it did before")
        self.count("changed")
        return fetched.with_article(replace(fetched.article, revision=earlier.revision))

    def _from_archive(self, ledger: Ledger, fetched: FetchedArticle) -> FetchedArticle:
        """Pass on a page of an archive that is newer than what is known of its article, and says something else."""
        article, run_state = fetched.article, crawl_state(self.crawler).run_state
        known = ledger.article(article.edition, article.id)
        when = article.date_downloaded or ""
        if (noted := run_state.get("revision", article.edition, article.id)) is not None:
            revision, content, last = json.loads(noted)
        elif known is not None:
            revision, content = known.revision, known.content.hex()
            last = format_utc(datetime.fromtimestamp(known.visited, UTC))
        else:
            self._drop_known_content(ledger, article)
            revision, content, last = 0, "", ""
        is_same = content == article.content_hash
        if when <= last and not is_same:
            self.drop("older", f"what is known was read at {last}")
        value = (revision + (not is_same), article.content_hash, max(when, last))
        run_state.put("revision", article.edition, article.id, value=json.dumps(value))
        if is_same:
            # What is not committed yet is in the ledger once it is; a later run then asks for later captures alone.
            archive = crawl_state(self.crawler).archive
            if archive is not None:
                archive.note_seen(article.edition, article.id, revision, when)
            self.drop("unchanged", "unchanged since an earlier capture")
        self.count("changed" if revision else "new")
        return fetched.with_article(replace(article, revision=revision + 1))

    def process_headline(self, headline: Headline) -> Headline:
        ledger = crawl_state(self.crawler).ledger
        if ledger is not None and ledger.has_headline(headline.edition, headline.text):
            self.drop("duplicate/headline", "exported in an earlier run")
        return headline

    def _drop_known_content(self, ledger: Ledger, article: Article) -> None:
        """Drop an article whose very text was exported under another id."""
        content = content_of(article)
        other = ledger.with_content(article.edition, content) if content is not None else None
        if other is not None:
            if self._is_bound(ledger, article, other):
                ledger.note_url(other, article.url)
            logger.info("Dropped %s: same content as %s of an earlier run", article.url, other.path)
            self.drop("duplicate/content", f"same content as {other.id}")

    def _is_bound(self, ledger: Ledger, article: Article, known: Entry) -> bool:
        """Return whether a page's URL leads to an article that is known, as far as can be said.

        At a URL that is new it may be the page of a cache that has mixed up two: the next run asks for it again. If it
        shows the same, it leads there.
        """
        here = ledger.at(article.edition, article.url)
        if (here is not None and here.id == known.id) or ledger.failure(article.edition, article.url) == OTHER_ARTICLE:
            return True
        ledger.note_failure(article.edition, article.url, OTHER_ARTICLE, datetime.fromtimestamp(0, UTC))
        spider: Any = self.crawler.spider
        spider.note_missing(article.url)
        return False
