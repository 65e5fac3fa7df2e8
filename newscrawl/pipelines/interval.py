"""Only articles that were published in the interval asked for (`since`, `until`)."""

from datetime import datetime

from newscrawl.items import FetchedArticle
from newscrawl.pipelines.pipeline import Pipeline


def outside(published: str | None, since: datetime | None, until: datetime | None) -> str | None:
    """Return why a time of publication is outside of `since` (in it) to `until` (not in it), or None when it is not.

    >>> from datetime import UTC
    >>> august = datetime(2024, 8, 1, tzinfo=UTC)
    >>> outside("2024-07-31T23:59:59Z", august, None), outside("2024-08-01T00:00:00Z", august, None)
    ('older', None)
    """
    if since is None and until is None:
        return None
    if published is None:
        return "undated"
    moment = datetime.fromisoformat(published)
    if since is not None and moment < since:
        return "older"
    return "newer" if until is not None and moment >= until else None


class IntervalPipeline(Pipeline):
    """Drops what was published outside of the interval, or at no known time, and counts it by reason."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        arguments = getattr(self.crawler.spider, "arguments", None)
        if arguments is not None:
            reason = outside(fetched.article.date_published, arguments.since, arguments.until)
            if reason is not None:
                self.drop(f"outside/{reason}", f"published outside of the interval: {reason}")
        return fetched
