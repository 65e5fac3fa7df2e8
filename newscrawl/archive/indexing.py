"""What one committed record writes into the ledger, and the keys under which it is found."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from newscrawl.archive.cdxj import Row
from newscrawl.archive.database import Database
from newscrawl.archive.exchange import hex_digest
from newscrawl.archive.near_duplicates import bands, signature
from newscrawl.text import comparison_key
from newscrawl.urls import composed

Validators = tuple[str | None, str | None]
"""ETag and Last-Modified of a page, as the site gave them."""


def index_record(database: Database, record: Mapping[str, Any], file: int, validators: Validators) -> None:
    """Write a record of a file into the ledger; `validators` are those of an article's page."""
    if "content_hash" in record:
        _index_article(database, record, file, validators)
    else:
        key = hash_key(record["edition"], record["text"])
        database.execute("INSERT OR IGNORE INTO headlines VALUES (?)", (key,))


def _index_article(database: Database, record: Mapping[str, Any], file: int, validators: Validators) -> None:
    edition, url = record["edition"], record["url"]
    number = _write_article(database, record, validators)
    database.execute("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (url_key(edition, url), number))
    for table in ("failures", "unreadable"):
        database.execute(f"DELETE FROM {table} WHERE key = ?", (url_key(edition, url),))
    files = (video["url"] for video in record["videos"])
    content = content_key(record["content_hash"], record["title"], record["body"], files)
    if content is not None:
        database.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (hash_key(edition, content), number))
    database.execute("INSERT OR REPLACE INTO revisions VALUES (?, ?, ?)", (number, record["revision"], file))
    title = hash_key("", comparison_key(record["title"]))
    database.execute("INSERT OR REPLACE INTO titles VALUES (?, ?)", (number, title))
    _index_text(database, number, record["body"])


def _write_article(database: Database, record: Mapping[str, Any], validators: Validators) -> int:
    """Write the row of an article, unless a later revision is there already; return its number."""
    visited = _seconds(record["date_downloaded"]) or 0
    etag, last_modified = validators
    identity = (record["edition"], record["id"])
    row = database.execute(
        "INSERT INTO articles (edition, id, path, section, kind, published, visited, revision, content, etag,"
        " last_modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (edition, id) DO UPDATE SET path = excluded.path, section = excluded.section,"
        " kind = excluded.kind, visited = max(visited, excluded.visited), revision = excluded.revision,"
        " content = excluded.content, etag = excluded.etag, last_modified = excluded.last_modified, gone = NULL"
        " WHERE excluded.revision >= revision RETURNING number",
        (
            *identity,
            urlsplit(record["url"]).path,
            record["section"],
            record["kind"],
            _seconds(record["date_published"]) or visited,
            visited,
            record["revision"],
            bytes.fromhex(record["content_hash"]),
            etag,
            last_modified,
        ),
    ).fetchone()
    if row is None:
        row = database.execute("SELECT number FROM articles WHERE edition = ? AND id = ?", identity).fetchone()
    return int(row[0])


def _index_text(database: Database, number: int, body: str) -> None:
    """Put the signature of an article's text into the place of the one that it had."""
    sketch = signature(body)
    if sketch is None:
        return
    old = database.execute("SELECT sketch FROM sketches WHERE article = ?", (number,)).fetchone()
    if old:
        rows = [(key, number) for key in bands(old[0])]
        database.execute_many("DELETE FROM bands WHERE key = ? AND article = ?", rows)
    database.execute("INSERT OR REPLACE INTO sketches VALUES (?, ?)", (number, sketch))
    database.execute_many("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, number) for key in bands(sketch)])


def index_capture(database: Database, edition: str, row: Row, file: int) -> None:
    """Write a page of a WARC file into the ledger: where its bytes lie, and which its URL had last.

    One that is kept once more has a place that is better than the earlier one, which could not be read.
    """
    key = payload_key(row.digest)
    if key is None:
        return
    if row.mime != "warc/revisit":
        database.execute("INSERT OR REPLACE INTO captures VALUES (?, ?, ?)", (key, file, row.offset))
    if row.status == 200:
        database.execute("INSERT OR REPLACE INTO captured VALUES (?, ?)", (capture_key(edition, row.url), key))


def payload_key(digest: str) -> bytes | None:
    """Return the key of a payload, given its SHA-256 as a WARC record states it; None for any other digest."""
    return bytes.fromhex(hex_digest(digest))[:16] or None


def capture_key(edition: str, url: str) -> bytes:
    """Return the key of the page at a URL: its edition, path and query."""
    parts = urlsplit(url)
    return hash_key(edition, f"{composed(parts.path)}?{parts.query}")


def content_key(content_hash: str, title: str, body: str, videos: Iterable[str]) -> str | None:
    """Return what two articles have in common only if they are one: the content, or title and files of a video.

    None for an article without text and video: two pictures may have the same title. All texts are those of the record.
    """
    if body:
        return content_hash
    files = list(videos)
    return hashlib.sha256("\x00".join((title, *files)).encode("utf-8", "surrogatepass")).hexdigest() if files else None


def url_key(edition: str, url: str) -> bytes:
    """Return the key of a URL: its edition and its path. Scheme and host say no more than the edition does.

    The two spellings that Unicode has for an accented letter are one.
    """
    return hash_key(edition, composed(urlsplit(url).path.rstrip("/")))


def listing_key(edition: str, url: str) -> bytes:
    """Return the key of a listing: its edition, path and query."""
    parts = urlsplit(url)
    return hash_key(edition, f"{parts.path.rstrip('/')}?{parts.query}")


def hash_key(edition: str, text: str) -> bytes:
    """Return the key of a text of an edition."""
    return hashlib.blake2b(f"{edition}\x00{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _seconds(stamp: str | None) -> int | None:
    return int(datetime.fromisoformat(stamp).astimezone(UTC).timestamp()) if stamp else None
