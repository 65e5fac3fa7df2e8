"""The memory of what was exported, in SQLite; the only SQL that lasts (`seen.py` forgets).

The committed files are the truth; this is an index of them, written after each commit in one transaction, and made
anew from them when it is missing or damaged. What stands only here (visits that changed nothing, pages that failed,
validators of HTTP) is lost in that case and learnt again at the cost of some requests.
"""

import errno
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from newscrawl.errors import LedgerDamagedError, OutputError

VERSION = 1
_SCHEMA = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, lines INTEGER NOT NULL);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, edition TEXT NOT NULL, id TEXT NOT NULL, path TEXT NOT NULL, section TEXT, kind TEXT,
    published INTEGER NOT NULL, visited INTEGER NOT NULL, revision INTEGER NOT NULL, content BLOB NOT NULL,
    etag TEXT, last_modified TEXT, gone INTEGER, UNIQUE (edition, id)
);
CREATE INDEX articles_by_time ON articles (edition, published);
CREATE TABLE addresses (key BLOB PRIMARY KEY, article INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (key BLOB PRIMARY KEY, article INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE revisions (
    article INTEGER NOT NULL, revision INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (article, revision)
) WITHOUT ROWID;
CREATE TABLE failures (
    key BLOB PRIMARY KEY, reason TEXT NOT NULL, times INTEGER NOT NULL, seen INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE headlines (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE listings (key BLOB PRIMARY KEY, reach TEXT, bound INTEGER) WITHOUT ROWID;
CREATE TABLE tags (key BLOB PRIMARY KEY, target TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sketches (article INTEGER PRIMARY KEY, sketch BLOB NOT NULL);
CREATE TABLE bands (key BLOB NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article)) WITHOUT ROWID;
"""
# Tables that came later; a ledger of before gains them when it is opened.
_LATER = """
CREATE TABLE IF NOT EXISTS families (
    edition TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (edition, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (site TEXT PRIMARY KEY, seen INTEGER NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID;
"""
DAY = 86_400
COMPLETE, PARTIAL = "complete", "partial"
"""A listing was read to its end; or down to a bound of batches, with no gap above it."""
# A page that failed is tried again after one day, then two, four, … and at last every thirty days.
LONGEST_PAUSE = 30 * DAY
# After a block, no request for an hour, then two, four, … and at last a day.
FIRST_REST, LONGEST_REST = 3600, DAY
_MOST_NOTES = 500
# Of the texts that share a band with another, so many newest in each band and so many likeliest in all are compared.
MOST_IN_BAND = 50
MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one article; times in seconds since 1970, UTC."""

    number: int
    edition: str
    id: str
    path: str
    """Canonical path of the address that it was last read at."""
    section: str | None
    kind: str | None
    published: int
    """First publication; where the page states none, the first download."""
    visited: int
    revision: int
    content: bytes
    etag: str | None
    last_modified: str | None
    gone: int | None


class Ledger:
    """One SQLite file. Look-ups see what is committed; notes are gathered and written with the next commit."""

    def __init__(
        self,
        path: Path,
        *,
        sketch: Callable[[str], bytes | None] | None = None,
        bands: Callable[[bytes], list[bytes]] | None = None,
    ) -> None:
        """Open the ledger, or make it. `sketch` and `bands` index bodies for near duplicates (`near.py`).

        Raises `LedgerDamagedError` for a file that is no ledger, is torn, or is of a version that is not known.
        """
        self.path = path
        self.sketch = sketch
        self.bands = bands
        self.notes: list[tuple[str, tuple[Any, ...]]] = []
        try:
            _check_size(path)
            self.database = sqlite3.connect(path, isolation_level=None, timeout=10)
            self.database.execute("PRAGMA journal_mode = WAL")
            self.database.execute("PRAGMA synchronous = NORMAL")
            self.database.execute("PRAGMA cache_size = -16000")
            version = self.database.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                self.database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
            elif version != VERSION:
                raise LedgerDamagedError(f"{path} is of version {version}, and this program knows {VERSION}")
            self.database.executescript(_LATER)
            for table in ("files", "articles", "addresses", "failures", "headlines"):
                self.database.execute(f"SELECT * FROM {table} LIMIT 1").fetchall()
        except sqlite3.DatabaseError as error:
            self._close_quietly()
            raise LedgerDamagedError(f"{path}: {error}") from error
        except LedgerDamagedError:
            self._close_quietly()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what was noted, and close."""
        self.flush()
        self.database.close()

    def _close_quietly(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    # -- look-ups -----------------------------------------------------------------------------------------------

    def at(self, edition: str, url: str) -> Entry | None:
        """Return the article that an address led to when it was last read, or None."""
        return self._entry(
            "JOIN addresses ON addresses.article = articles.number WHERE addresses.key = ?", (_key(edition, url),)
        )

    def article(self, edition: str, post_id: str) -> Entry | None:
        """Return the article with an id, or None."""
        return self._entry("WHERE edition = ? AND id = ?", (edition, post_id))

    def with_content(self, edition: str, content_hash: str) -> Entry | None:
        """Return the article that was exported with this content, or None."""
        return self._entry(
            "JOIN contents ON contents.article = articles.number WHERE contents.key = ?",
            (_hash(edition, content_hash),),
        )

    def is_known(self, edition: str, url: str, now: datetime) -> bool:
        """Tell whether an address need not be asked for: its article was exported, or it failed and may rest."""
        key = _key(edition, url)
        if self._execute("SELECT 1 FROM addresses WHERE key = ?", (key,)).fetchone():
            return True
        failure = self._execute("SELECT times, seen FROM failures WHERE key = ?", (key,)).fetchone()
        if failure is None:
            return False
        times, seen = failure
        return bool(now.timestamp() < seen + min(DAY * 2 ** min(times - 1, 10), LONGEST_PAUSE))

    def has_headline(self, edition: str, text: str) -> bool:
        """Tell whether a ticker line was exported."""
        return self._execute("SELECT 1 FROM headlines WHERE key = ?", (_hash(edition, text),)).fetchone() is not None

    def reach(self, edition: str, url: str) -> tuple[str | None, int | None]:
        """Return how far a listing has been read, and the last article known then if a later run has not ended.

        The first is `COMPLETE`, `PARTIAL`, or None for one that no run has read without a gap. The second is None when
        the last run ended well; else articles with higher numbers may have gaps between them.
        """
        key = _listing_key(edition, url)
        row = self._execute("SELECT reach, bound FROM listings WHERE key = ?", (key,)).fetchone()
        return (row[0], row[1]) if row else (None, None)

    def due(self, edition: str, now: datetime, *, share: float, max_age_days: float, limit: int) -> list[Entry]:
        """Return the articles that are to be looked at again, newest first, at most `limit`.

        Due is one whose last visit is longer ago than `share` of its age, up to an age of `max_age_days`.
        """
        moment = int(now.timestamp())
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM articles WHERE edition = ? AND published > ? AND gone IS NULL"
            " AND ? - visited >= ? * max(? - published, 1) ORDER BY published DESC LIMIT ?",
            (edition, moment - int(max_age_days * DAY), moment, share, moment, limit),
        )
        return [Entry(*row) for row in rows]

    def near(
        self, edition: str, post_id: str, sketch: bytes, similarity: Callable[[bytes, bytes], float], threshold: float
    ) -> str | None:
        """Return the id of the other article whose text is nearest to a signature's, at least `threshold`, or None."""
        if self.bands is None:
            return None
        keys = self.bands(sketch)
        marks = ",".join("?" * len(keys))
        # Most texts share no band with any other: one look tells.
        if self._execute(f"SELECT 1 FROM bands WHERE key IN ({marks}) LIMIT 1", keys).fetchone() is None:
            return None
        shared: Counter[int] = Counter()
        for key in keys:
            # A band that many texts share (a phrase that returns in every story) tells little: the newest are enough.
            found = self._execute(
                "SELECT article FROM bands WHERE key = ? ORDER BY article DESC LIMIT ?", (key, MOST_IN_BAND)
            )
            shared.update(number for (number,) in found)
        numbers = [number for number, _ in shared.most_common(MOST_CANDIDATES)]
        # The articles themselves only of those that are near: in a join, SQLite reads all of the edition's for these.
        rows = self._execute(
            f"SELECT article, sketch FROM sketches WHERE article IN ({','.join('?' * len(numbers))})", numbers
        )
        scored = [(similarity(sketch, other), number) for number, other in rows]
        for score, number in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
            if score < threshold:
                return None
            found = self._execute("SELECT edition, id FROM articles WHERE number = ?", (number,)).fetchone()
            if found is not None and found[0] == edition and found[1] != post_id:
                return str(found[1])
        return None

    def files(self) -> dict[str, int]:
        """Return name → lines of the files that are indexed."""
        return dict(self._execute("SELECT name, lines FROM files").fetchall())

    def revisions(self, entry: Entry) -> list[tuple[int, str]]:
        """Return (revision, name of the file that holds it) of an article, oldest first."""
        return self._execute(
            "SELECT revision, name FROM revisions JOIN files ON files.number = revisions.file WHERE article = ?"
            " ORDER BY revision",
            (entry.number,),
        ).fetchall()

    def counts(self) -> list[tuple[str, str, str, int, int, int]]:
        """Return (edition, section or kind, month, articles, of them edited, of them gone), in this order."""
        return self._execute(
            "SELECT edition, coalesce(section, kind, '?') AS part, strftime('%Y-%m', published, 'unixepoch') AS month,"
            " count(*), sum(revision > 1), sum(gone IS NOT NULL) FROM articles GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ).fetchall()

    # -- what is written ----------------------------------------------------------------------------------------

    def index(
        self,
        name: str,
        records: Iterable[Mapping[str, Any]],
        validators: Mapping[tuple[str, str], tuple[str | None, str | None]] | None = None,
    ) -> int:
        """Index a committed file in one transaction; return its lines. A file that is indexed already is left alone.

        `validators` gives (ETag, Last-Modified) by (edition, id).
        """
        if self._execute("SELECT 1 FROM files WHERE name = ?", (name,)).fetchone():
            return 0
        with _transaction(self.database):
            cursor = self._execute("INSERT INTO files (name, lines) VALUES (?, 0)", (name,))
            file = cursor.lastrowid or 0
            lines = 0
            for record in records:
                lines += 1
                if "content_hash" in record:
                    self._index_article(record, file, validators or {})
                else:
                    key = _hash(record["edition"], record["text"])
                    self._execute("INSERT OR IGNORE INTO headlines VALUES (?)", (key,))
            self._execute("UPDATE files SET lines = ? WHERE number = ?", (lines, file))
            self._write_notes()
        return lines

    def _index_article(
        self, record: Mapping[str, Any], file: int, validators: Mapping[tuple[str, str], tuple[str | None, str | None]]
    ) -> None:
        edition, post_id = record["edition"], record["id"]
        visited = _seconds(record["date_downloaded"]) or 0
        etag, last_modified = validators.get((edition, post_id), (None, None))
        content = bytes.fromhex(record["content_hash"])
        (number,) = (
            self._execute(
                "INSERT INTO articles (edition, id, path, section, kind, published, visited, revision, content, etag,"
                " last_modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (edition, id) DO UPDATE SET path = excluded.path, section = excluded.section,"
                " kind = excluded.kind, visited = max(visited, excluded.visited), revision = excluded.revision,"
                " content = excluded.content, etag = excluded.etag, last_modified = excluded.last_modified, gone = NULL"
                " WHERE excluded.revision >= revision RETURNING number",
                (
                    edition,
                    post_id,
                    urlsplit(record["url"]).path,
                    record["section"],
                    record["kind"],
                    _seconds(record["date_published"]) or visited,
                    visited,
                    record["revision"],
                    content,
                    etag,
                    last_modified,
                ),
            ).fetchone()
            or self._execute("SELECT number FROM articles WHERE edition = ? AND id = ?", (edition, post_id)).fetchone()
        )
        execute = self._execute
        execute("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (_key(edition, record["url"]), number))
        execute("DELETE FROM failures WHERE key = ?", (_key(edition, record["url"]),))
        execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (_hash(edition, record["content_hash"]), number))
        execute("INSERT OR REPLACE INTO revisions VALUES (?, ?, ?)", (number, record["revision"], file))
        if self.sketch and self.bands and (sketch := self.sketch(record["body"])):
            old = execute("SELECT sketch FROM sketches WHERE article = ?", (number,)).fetchone()
            if old:
                self.database.executemany(
                    "DELETE FROM bands WHERE key = ? AND article = ?", [(key, number) for key in self.bands(old[0])]
                )
            execute("INSERT OR REPLACE INTO sketches VALUES (?, ?)", (number, sketch))
            self.database.executemany(
                "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, number) for key in self.bands(sketch)]
            )

    def note_visit(self, entry: Entry, url: str, when: datetime, etag: str | None, last_modified: str | None) -> None:
        """Remember that an article was read again and had not changed, at this address."""
        self._note(
            "UPDATE articles SET visited = ?, etag = coalesce(?, etag), last_modified = coalesce(?, last_modified),"
            " gone = NULL WHERE number = ?",
            (int(when.timestamp()), etag, last_modified, entry.number),
        )
        self.note_address(entry, url)

    def note_address(self, entry: Entry, url: str) -> None:
        """Remember that an address leads to an article that was exported."""
        self._note("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (_key(entry.edition, url), entry.number))

    def note_gone(self, entry: Entry, when: datetime) -> None:
        """Remember that an article that was exported is no longer on the site."""
        self._note(
            "UPDATE articles SET gone = ?, visited = ? WHERE number = ?", (int(when.timestamp()),) * 2 + (entry.number,)
        )

    def note_failure(self, edition: str, url: str, reason: str, when: datetime) -> None:
        """Remember that an address led to no article, so that it rests for a while."""
        self._note(
            "INSERT INTO failures VALUES (?, ?, 1, ?) ON CONFLICT (key) DO UPDATE SET"
            " reason = excluded.reason, times = times + 1, seen = excluded.seen",
            (_key(edition, url), reason, int(when.timestamp())),
        )

    def tag_target(self, edition: str, tag: str) -> str | None:
        """Return path and query of a tag's page, where an article's own link has shown it, or None."""
        row = self._execute("SELECT target FROM tags WHERE key = ?", (_hash(edition, tag.casefold()),)).fetchone()
        return row[0] if row else None

    def note_tag(self, edition: str, tag: str, url: str) -> None:
        """Remember the address of a tag's page."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._note("INSERT OR REPLACE INTO tags VALUES (?, ?)", (_hash(edition, tag.casefold()), target))

    def ids(self, edition: str) -> list[str]:
        """Return the ids of all articles of an edition."""
        return [row[0] for row in self._execute("SELECT id FROM articles WHERE edition = ?", (edition,))]

    def failure(self, edition: str, url: str) -> str | None:
        """Return why an address led to no article when it was last asked for, or None."""
        row = self._execute("SELECT reason FROM failures WHERE key = ?", (_key(edition, url),)).fetchone()
        return row[0] if row else None

    def forget(self, edition: str, ids: Collection[str]) -> None:
        """Forget articles, as if they had never been exported."""
        if not ids:
            return
        with _transaction(self.database):
            self._execute("CREATE TEMP TABLE IF NOT EXISTS forgotten (number INTEGER PRIMARY KEY)")
            self.database.executemany(
                "INSERT OR IGNORE INTO forgotten SELECT number FROM articles WHERE edition = ? AND id = ?",
                ((edition, post_id) for post_id in ids),
            )
            for table in ("addresses", "contents", "revisions", "sketches", "bands"):
                self._execute(f"DELETE FROM {table} WHERE article IN (SELECT number FROM forgotten)")
            self._execute("DELETE FROM articles WHERE number IN (SELECT number FROM forgotten)")
            self._execute("DROP TABLE forgotten")

    def families(self, edition: str) -> dict[str, str]:
        """Return path → kind of the stories under it, as menus have shown them."""
        return dict(self._execute("SELECT path, kind FROM families WHERE edition = ?", (edition,)).fetchall())

    def note_family(self, edition: str, path: str, kind: str) -> None:
        """Remember that stories of a kind lie under a path."""
        self._note("INSERT OR REPLACE INTO families VALUES (?, ?, ?)", (edition, path, kind))

    def rests_until(self, site: str) -> datetime | None:
        """Return until when a site that has blocked earlier runs is left alone, or None; `site` is host and port."""
        row = self._execute("SELECT seen, times FROM blocks WHERE site = ?", (site,)).fetchone()
        if row is None:
            return None
        return datetime.fromtimestamp(row[0] + min(FIRST_REST * 2 ** min(row[1] - 1, 20), LONGEST_REST), UTC)

    def note_block(self, site: str, when: datetime) -> None:
        """Remember that a site has blocked this run."""
        self._note(
            "INSERT INTO blocks VALUES (?, ?, 1)"
            " ON CONFLICT (site) DO UPDATE SET seen = excluded.seen, times = times + 1",
            (site, int(when.timestamp())),
        )

    def clear_block(self, site: str) -> None:
        """Remember that a site has answered again."""
        self._note("DELETE FROM blocks WHERE site = ?", (site,))

    def begin_listing(self, edition: str, url: str) -> None:
        """Remember that a run reads a listing: until it ends well, what is known now is without a gap, and no more."""
        self._note(
            "INSERT INTO listings VALUES (?, NULL, 0) ON CONFLICT (key) DO UPDATE SET"
            " bound = coalesce(bound, (SELECT coalesce(max(number), 0) FROM articles))",
            (_listing_key(edition, url),),
        )

    def end_listing(self, edition: str, url: str, reach: str) -> None:
        """Remember how far a listing was read by a run that left no gap in it."""
        self._note("INSERT OR REPLACE INTO listings VALUES (?, ?, NULL)", (_listing_key(edition, url), reach))

    def _note(self, statement: str, values: tuple[Any, ...]) -> None:
        self.notes.append((statement, values))
        if len(self.notes) >= _MOST_NOTES:
            self.flush()

    def flush(self) -> None:
        """Write what was noted, in one transaction."""
        if self.notes:
            with _transaction(self.database):
                self._write_notes()

    def _write_notes(self) -> None:
        for statement, values in self.notes:
            self._execute(statement, values)
        self.notes.clear()

    def _execute(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Execute a statement; raises `LedgerDamagedError` for a torn file, `OutputError` when the disk refuses."""
        try:
            return self.database.execute(statement, tuple(values))
        except sqlite3.OperationalError as error:
            raise OutputError(errno.EIO, f"{error}: {self.path}") from error
        except sqlite3.DatabaseError as error:
            raise LedgerDamagedError(f"{self.path}: {error}") from error

    def _entry(self, condition: str, values: tuple[Any, ...]) -> Entry | None:
        row = self._execute(f"SELECT {_COLUMNS} FROM articles {condition}", values).fetchone()
        return Entry(*row) if row else None


_COLUMNS = ", ".join(f"articles.{name}" for name in Entry.__dataclass_fields__)

_LEDGERS: WeakKeyDictionary[object, Ledger] = WeakKeyDictionary()


def ledger_of(crawler: object) -> Ledger | None:
    """Return the ledger of a crawler, or None for one that runs without memory."""
    return _LEDGERS.get(crawler)


def give_ledger(crawler: object, ledger: Ledger) -> None:
    """Let `ledger_of` find a crawler's ledger."""
    _LEDGERS[crawler] = ledger


class _transaction:  # noqa: N801 - reads as the statement that it is
    """All or nothing of what is executed inside."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def __enter__(self) -> None:
        self.database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self.database.execute("COMMIT" if kind is None else "ROLLBACK")


def _check_size(path: Path) -> None:
    """Raise `LedgerDamagedError` for a file that is shorter than its own header says."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or header[:16] != b"SQLite format 3\x00":
        raise LedgerDamagedError(f"{path} is no SQLite file")
    page = int.from_bytes(header[16:18], "big")
    size = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if path.stat().st_size < size:
        raise LedgerDamagedError(f"{path} has {path.stat().st_size} bytes and says that it has {size}")


def _key(edition: str, url: str) -> bytes:
    """Return the key of an address: its edition and its path. Scheme and host say no more than the edition does."""
    return _hash(edition, urlsplit(url).path.rstrip("/"))


def _listing_key(edition: str, url: str) -> bytes:
    parts = urlsplit(url)
    return _hash(edition, f"{parts.path.rstrip('/')}?{parts.query}")


def _hash(edition: str, text: str) -> bytes:
    return hashlib.blake2b(f"{edition}\x00{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _seconds(stamp: str | None) -> int | None:
    return int(datetime.fromisoformat(stamp).astimezone(UTC).timestamp()) if stamp else None
