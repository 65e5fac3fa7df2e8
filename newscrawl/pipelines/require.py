"""A record without a title or a text is dropped; one without a date is kept, and counted."""

import logging

from newscrawl.almayadeen.kinds import KINDS_WITHOUT_TEXT
from newscrawl.items import Article, FetchedArticle, Headline, Record
from newscrawl.pipelines.pipeline import Pipeline

logger = logging.getLogger(__name__)

REQUIRED = ("title", "body", "date_published")
INDISPENSABLE = ("title", "body", "text")


def missing(record: Record) -> tuple[str, ...]:
    """Return the names of the required fields that a record lacks, in the record's order.

    A video, a gallery, an infograph needs no body.
    """
    if not isinstance(record, Article):
        return () if record.text else ("text",)
    needed = (name for name in REQUIRED if name != "body" or record.kind not in KINDS_WITHOUT_TEXT)
    return tuple(name for name in needed if not getattr(record, name))


class RequirePipeline(Pipeline):
    """Counts each missing field; drops a record that lacks an indispensable one."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        self.check(fetched.article, fetched.article.url)
        return fetched

    def process_headline(self, headline: Headline) -> Headline:
        self.check(headline, headline.found_on)
        return headline

    def check(self, record: Record, url: str) -> None:
        """Count what a record lacks, and drop it if it cannot do without."""
        names = missing(record)
        for name in names:
            self.count(f"missing/{name}")
        if any(name in INDISPENSABLE for name in names):
            logger.warning("Dropped %s: nothing left in %s", url, ", ".join(names))
            self.drop("dropped/incomplete", f"missing {', '.join(names)}")
        if names:
            logger.warning("%s has no %s; it is kept", url, ", ".join(names))
