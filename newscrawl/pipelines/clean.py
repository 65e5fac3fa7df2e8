"""Every text of a record made fit to be kept for years."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from newscrawl.items import Article, FetchedArticle, Headline
from newscrawl.pipelines.pipeline import Pipeline
from newscrawl.plain_html import clean_html
from newscrawl.text import clean, clean_body, content_hash, paragraphs, word_count

R = TypeVar("R")
_NO_TEXTS = frozenset(("body_html", "capture", "extractor"))
"""Fields that hold no text of the page, or, as the HTML, one that is made clean with another."""


def cleaned(record: R) -> R:
    """Return the record with every text clean, a body paragraph by paragraph, and its counts and hash made from that.

    Values that are empty afterwards are out of their lists, or null. Cleaning twice changes nothing.
    """
    names: tuple[str, ...] = record.__slots__  # type: ignore[attr-defined]
    before = record
    record = _changed(record, {name: _cleaned_value(name, getattr(record, name)) for name in names})
    if isinstance(record, Article) and isinstance(before, Article):
        kept = set(paragraphs(record.body))
        record = _changed(
            record,
            {
                # Its text is the body, so that it is clean where the body is.
                "body_html": record.body_html if record.body == before.body else clean_html(record.body_html),
                "subheads": tuple(text for text in record.subheads if text in kept),
                "word_count": word_count(record.body),
                "content_hash": content_hash(record.title, record.summary, record.body),
            },
        )
    return record


def _changed(record: R, values: Mapping[str, Any]) -> R:
    """Return a record with other values; the record itself where they are what it has, as nearly always."""
    changes = {name: value for name, value in values.items() if value != getattr(record, name)}
    return replace(record, **changes) if changes else record  # type: ignore[type-var]


def _cleaned_value(name: str, value: Any) -> Any:
    if value is None or value == () or name in _NO_TEXTS:
        return value
    if isinstance(value, str):
        text = clean_body(value) if name == "body" else clean(value)
        # The fields that may not be null stay texts; `require` drops what is empty.
        return text if text or name in ("id", "url", "title", "body", "text", "edition", "kind", "language") else None
    if isinstance(value, tuple):
        parts = [_cleaned_value("", part) for part in value]
        kept = [part for part in parts if part is not None]
        # Two subheads of the same words are two; in every other list a value is listed once.
        return tuple(kept if name == "subheads" else dict.fromkeys(kept))
    if isinstance(value, Mapping):
        return {clean(key): clean(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            each.name: ""
            if (part := _cleaned_value("", getattr(value, each.name))) is None and each.name == "url"
            else part
            for each in fields(value)
        }
        return replace(value, **changed) if changed.get("url") else None
    return value


class CleanPipeline(Pipeline):
    """Cleans each record and counts those that needed it."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        return fetched.with_article(self.clean(fetched.article))

    def process_headline(self, headline: Headline) -> Headline:
        return self.clean(headline)

    def clean(self, record: R) -> R:
        """Return a record clean, and count it if that changed it."""
        result = cleaned(record)
        if result is not record:
            self.count("cleaned")
        return result
