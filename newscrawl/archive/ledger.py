"""The ledger: what was exported, in SQLite; look-ups, and notes that are written with the next commit.

The committed files are the truth; this is an index of them, written after each commit in one transaction, and rebuilt
from them when it is missing or damaged. What only the ledger knows (visits that changed nothing, pages that failed,
validators of HTTP, blocks) comes from the state that the last run wrote (`state.py`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from newscrawl.archive.database import TABLES_BY_ARTICLE, Database
from newscrawl.archive.indexing import Validators, hash_key, index_record, listing_key, url_key
from newscrawl.archive.near_duplicates import MAX_CANDIDATES, MAX_PER_BAND, bands, similarity
from newscrawl.items import Capture
from newscrawl.text import comparison_key
from newscrawl.urls import path_of

DAY = 86_400
COMPLETE, PARTIAL = "complete", "partial"
"""A listing was read to its end; or down to a bound of batches, with no gap above it."""
# A page that failed is tried again after one day, then two, four, … and at last every thirty days.
MAX_FAILURE_PAUSE = 30 * DAY
# After a block, no request for an hour, then two, four, … and at last a day.
FIRST_BLOCK_PAUSE, MAX_BLOCK_PAUSE = 3600, DAY
MAX_NOTES = 500
"""Notes that are gathered before they are written without a commit."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one article; times in seconds since 1970, UTC."""

    number: int
    edition: str
    id: str
    path: str
    """Path of the canonical URL that it was last read at."""
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

    def __init__(self, path: Path) -> None:
        """Open the ledger, or make it; raises `LedgerDamagedError` for a file that is none, or is torn."""
        self.database = Database(path)
        self.notes: list[tuple[str, tuple[Any, ...]]] = []
        self.has_changed = False
        """Whether anything was written since it was opened."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what was noted, and close."""
        try:
            self.flush()
        finally:
            self.database.close()

    # -- look-ups -----------------------------------------------------------------------------------------------

    def at(self, edition: str, url: str) -> Entry | None:
        """Return the article that a URL led to when it was last read, or None."""
        return self._entry(
            "JOIN addresses ON addresses.article = articles.number WHERE addresses.key = ?", (url_key(edition, url),)
        )

    def article(self, edition: str, post_id: str) -> Entry | None:
        """Return the article with an id, or None."""
        return self._entry("WHERE edition = ? AND id = ?", (edition, post_id))

    def sketch(self, entry: Entry) -> bytes | None:
        """Return the signature of an article's text, or None for a short one."""
        row = self._row("SELECT sketch FROM sketches WHERE article = ?", (entry.number,))
        return row[0] if row else None

    def has_title(self, entry: Entry, title: str) -> bool:
        """Return whether an article's last revision has a title, whatever its marks and the case of its letters."""
        row = self._row("SELECT key FROM titles WHERE article = ?", (entry.number,))
        return row is not None and row[0] == hash_key("", comparison_key(title))

    def with_content(self, edition: str, content: str) -> Entry | None:
        """Return the article that was exported with this content, a key of `indexing.content_key`, or None."""
        return self._entry(
            "JOIN contents ON contents.article = articles.number WHERE contents.key = ?",
            (hash_key(edition, content),),
        )

    def is_known(self, edition: str, url: str, now: datetime) -> bool:
        """Return whether a URL need not be asked for: its article was exported, or it failed a short while ago."""
        key = url_key(edition, url)
        if self._row("SELECT 1 FROM addresses WHERE key = ?", (key,)):
            return True
        failure = self._row("SELECT times, seen FROM failures WHERE key = ?", (key,))
        if failure is None:
            return False
        times, seen = failure
        return bool(now.timestamp() < seen + min(DAY * 2 ** min(times - 1, 10), MAX_FAILURE_PAUSE))

    def failure(self, edition: str, url: str) -> str | None:
        """Return why a URL led to no article when it was last asked for, or None."""
        row = self._row("SELECT reason FROM failures WHERE key = ?", (url_key(edition, url),))
        return row[0] if row else None

    def has_claim(self, edition: str, url: str, claim: str) -> bool:
        """Return whether an earlier run has met a claim (`note_claim`) in the page at a URL."""
        key = hash_key(edition, f"{path_of(url)} {claim}")
        return self._row("SELECT 1 FROM claims WHERE key = ?", (key,)) is not None

    def unreadable(self, extractor: str, limit: int) -> list[tuple[str, str, int]]:
        """Return kept pages that other rules than these could not read: URL, WARC file, offset; at most `limit`."""
        statement = "SELECT url, file, offset FROM unreadable WHERE extractor <> ? ORDER BY file, offset LIMIT ?"
        return self.database.execute(statement, (extractor, limit)).fetchall()

    def has_headline(self, edition: str, text: str) -> bool:
        """Return whether a ticker line was exported."""
        return self._row("SELECT 1 FROM headlines WHERE key = ?", (hash_key(edition, text),)) is not None

    def reach(self, edition: str, url: str) -> tuple[str | None, int | None]:
        """Return how far a listing has been read, and the last article known then if a later run has not ended.

        The first is `COMPLETE`, `PARTIAL`, or None for one that no run has read without a gap. The second is None when
        the last run ended well; else articles with higher numbers may have gaps between them.
        """
        key = listing_key(edition, url)
        row = self._row("SELECT reach, bound FROM listings WHERE key = ?", (key,))
        return (row[0], row[1]) if row else (None, None)

    def tag_target(self, edition: str, tag: str) -> str | None:
        """Return path and query of a tag's page, where an article's own link has shown it, or None."""
        row = self._row("SELECT target FROM tags WHERE key = ?", (hash_key(edition, tag.casefold()),))
        return row[0] if row else None

    def families(self, edition: str) -> dict[str, str]:
        """Return path → kind of the articles under it, as menus have shown them."""
        return dict(self.database.execute("SELECT path, kind FROM families WHERE edition = ?", (edition,)).fetchall())

    def blocked_until(self, site: str) -> datetime | None:
        """Return until when a site that has blocked earlier runs is not asked, or None; `site` is host and port."""
        row = self._row("SELECT seen, times FROM blocks WHERE site = ?", (site,))
        if row is None:
            return None
        return datetime.fromtimestamp(row[0] + min(FIRST_BLOCK_PAUSE * 2 ** min(row[1] - 1, 20), MAX_BLOCK_PAUSE), UTC)

    def due(self, edition: str, now: datetime, *, share: float, max_age_days: float, limit: int) -> list[Entry]:
        """Return the articles that are to be looked at again, newest first, at most `limit`.

        Due is one whose last visit is longer ago than `share` of its age, up to an age of `max_age_days`.
        """
        moment = int(now.timestamp())
        rows = self.database.execute(
            f"SELECT {_COLUMNS} FROM articles WHERE edition = ? AND published > ? AND gone IS NULL"
            " AND ? - visited >= ? * max(? - published, 1) ORDER BY published DESC LIMIT ?",
            (edition, moment - int(max_age_days * DAY), moment, share, moment, limit),
        )
        return [Entry(*row) for row in rows]

    def near(self, edition: str, post_id: str, sketch: bytes, threshold: float) -> str | None:
        """Return the id of the other article whose text is nearest to a signature's, at least `threshold`, or None."""
        keys = bands(sketch)
        marks = ",".join("?" * len(keys))
        # Most texts share no band with any other: one look is enough.
        if self._row(f"SELECT 1 FROM bands WHERE key IN ({marks}) LIMIT 1", keys) is None:
            return None
        shared: Counter[int] = Counter()
        for key in keys:
            # A band that many texts share (a phrase that returns in every article) says little.
            rows = self.database.execute(
                "SELECT article FROM bands WHERE key = ? ORDER BY article DESC LIMIT ?", (key, MAX_PER_BAND)
            )
            shared.update(number for (number,) in rows)
        numbers = [number for number, _ in shared.most_common(MAX_CANDIDATES)]
        # The articles themselves only of those that are near: in a join, SQLite reads all of the edition's for these.
        rows = self.database.execute(
            f"SELECT article, sketch FROM sketches WHERE article IN ({','.join('?' * len(numbers))})", numbers
        )
        scored = [(similarity(sketch, other), number) for number, other in rows]
        for score, number in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
            if score < threshold:
                return None
            found = self._row("SELECT edition, id FROM articles WHERE number = ?", (number,))
            if found is not None and found[0] == edition and found[1] != post_id:
                return str(found[1])
        return None

    def ids(self, edition: str) -> list[str]:
        """Return the ids of all articles of an edition."""
        return [row[0] for row in self.database.execute("SELECT id FROM articles WHERE edition = ?", (edition,))]

    def files(self) -> dict[str, int]:
        """Return name → lines of the files that are indexed."""
        return dict(self.database.execute("SELECT name, lines FROM files").fetchall())

    def revisions(self, entry: Entry) -> list[tuple[int, str]]:
        """Return (revision, name of the file that holds it) of an article, oldest first."""
        return self.database.execute(
            "SELECT revision, name FROM revisions JOIN files ON files.number = revisions.file WHERE article = ?"
            " ORDER BY revision",
            (entry.number,),
        ).fetchall()

    def counts(self) -> list[tuple[str, str, str, int, int, int]]:
        """Return (edition, section or kind, month, articles, of them edited, of them gone), in this order."""
        return self.database.execute(
            "SELECT edition, coalesce(section, kind, '?') AS part, strftime('%Y-%m', published, 'unixepoch') AS month,"
            " count(*), sum(revision > 1), sum(gone IS NOT NULL) FROM articles GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ).fetchall()

    # -- what is written ----------------------------------------------------------------------------------------

    def index(
        self,
        name: str,
        records: Iterable[Mapping[str, Any]],
        validators: Mapping[tuple[str, str], Validators] | None = None,
    ) -> int:
        """Index a committed file in one transaction; return its lines. A file that is indexed already is left alone.

        `validators` gives (ETag, Last-Modified) by (edition, id).
        """
        if self._row("SELECT 1 FROM files WHERE name = ?", (name,)):
            return 0
        by_identity = validators or {}
        with self.database.transaction():
            file = self.database.execute("INSERT INTO files (name, lines) VALUES (?, 0)", (name,)).lastrowid or 0
            lines = 0
            for record in records:
                lines += 1
                identity = (record.get("edition", ""), record.get("id", ""))
                index_record(self.database, record, file, by_identity.get(identity, (None, None)))
            self.database.execute("UPDATE files SET lines = ? WHERE number = ?", (lines, file))
            self._write_notes()
        self.has_changed = True
        return lines

    def index_again(self, name: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Index records of a file that is indexed already."""
        with self.database.transaction():
            (file,) = self.database.execute("SELECT number FROM files WHERE name = ?", (name,)).fetchone()
            for record in records:
                index_record(self.database, record, file, (None, None))
        self.has_changed = True

    def note_visit(self, entry: Entry, url: str, when: datetime, etag: str | None, last_modified: str | None) -> None:
        """Remember that an article was read again and had not changed, at this URL."""
        self._note(
            "UPDATE articles SET visited = ?, etag = coalesce(?, etag), last_modified = coalesce(?, last_modified),"
            " gone = NULL WHERE number = ?",
            (int(when.timestamp()), etag, last_modified, entry.number),
        )
        self.note_url(entry, url)

    def note_seen(self, entry: Entry, when: str) -> None:
        """Remember that an archive has captured an article unchanged at a time, ISO 8601."""
        seconds = int(datetime.fromisoformat(when).timestamp())
        self._note("UPDATE articles SET visited = max(visited, ?) WHERE number = ?", (seconds, entry.number))

    def note_url(self, entry: Entry, url: str) -> None:
        """Remember that a URL leads to an article that was exported."""
        self._note("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (url_key(entry.edition, url), entry.number))

    def note_gone(self, entry: Entry, when: datetime) -> None:
        """Remember that an article that was exported is no longer on the site."""
        self._note(
            "UPDATE articles SET gone = ?, visited = ? WHERE number = ?", (int(when.timestamp()),) * 2 + (entry.number,)
        )

    def note_failure(self, edition: str, url: str, reason: str, when: datetime) -> None:
        """Remember that a URL led to no article: it is not asked for again for a while."""
        self._note(
            "INSERT INTO failures VALUES (?, ?, 1, ?) ON CONFLICT (key) DO UPDATE SET"
            " reason = excluded.reason, times = times + 1, seen = excluded.seen",
            (url_key(edition, url), reason, int(when.timestamp())),
        )

    def note_claim(self, edition: str, url: str, claim: str) -> None:
        """Remember that the page at a URL states an id or a URL that is another article's."""
        self._note("INSERT OR IGNORE INTO claims VALUES (?)", (hash_key(edition, f"{path_of(url)} {claim}"),))

    def note_unreadable(self, edition: str, url: str, capture: Capture, extractor: str) -> None:
        """Remember that a kept page shows no article by some rules: by others it may."""
        values = (url_key(edition, url), url, capture.file, capture.offset, extractor)
        self._note("INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?, ?, ?)", values)

    def forgive(self, since: datetime, *, unreadable: bool = False) -> None:
        """Let what has been gone, or has led elsewhere, since a time be asked for again at once.

        With `unreadable`, so are the pages that could not be read.
        """
        moment = int(since.timestamp())
        self._note(
            "UPDATE failures SET seen = 0 WHERE seen >= ? AND (reason = 'gone' OR reason = 'off_site'"
            " OR reason LIKE 'redirect%' OR (? AND reason IN ('not_an_article', 'missing_headline', 'missing_body')))",
            (moment, unreadable),
        )
        self._note("UPDATE articles SET gone = NULL WHERE gone >= ?", (moment,))

    def note_tag(self, edition: str, tag: str, url: str) -> None:
        """Remember the URL of a tag's page."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._note("INSERT OR REPLACE INTO tags VALUES (?, ?)", (hash_key(edition, tag.casefold()), target))

    def forget(self, edition: str, ids: Collection[str]) -> None:
        """Forget articles, as if they had never been exported."""
        if not ids:
            return
        with self.database.transaction():
            self.database.execute("CREATE TEMP TABLE IF NOT EXISTS forgotten (number INTEGER PRIMARY KEY)")
            self.database.execute_many(
                "INSERT OR IGNORE INTO forgotten SELECT number FROM articles WHERE edition = ? AND id = ?",
                ((edition, post_id) for post_id in ids),
            )
            for table in TABLES_BY_ARTICLE:
                self.database.execute(f"DELETE FROM {table} WHERE article IN (SELECT number FROM forgotten)")
            self.database.execute("DELETE FROM articles WHERE number IN (SELECT number FROM forgotten)")
            self.database.execute("DROP TABLE forgotten")
        self.has_changed = True

    def note_family(self, edition: str, path: str, kind: str) -> None:
        """Remember that articles of a kind lie under a path."""
        self._note("INSERT OR REPLACE INTO families VALUES (?, ?, ?)", (edition, path, kind))

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
        """Remember that a run reads a listing: until it ends well, only what is known now is known to have no gap."""
        self._note(
            "INSERT INTO listings VALUES (?, NULL, 0) ON CONFLICT (key) DO UPDATE SET"
            " bound = coalesce(bound, (SELECT coalesce(max(number), 0) FROM articles))",
            (listing_key(edition, url),),
        )

    def end_listing(self, edition: str, url: str, reach: str) -> None:
        """Remember how far a listing was read by a run that left no gap."""
        self._note("INSERT OR REPLACE INTO listings VALUES (?, ?, NULL)", (listing_key(edition, url), reach))

    def _note(self, statement: str, values: tuple[Any, ...]) -> None:
        self.notes.append((statement, values))
        if len(self.notes) >= MAX_NOTES:
            self.flush()

    def flush(self) -> None:
        """Write what was noted, in one transaction."""
        if self.notes:
            with self.database.transaction():
                self._write_notes()

    def _write_notes(self) -> None:
        self.has_changed = self.has_changed or bool(self.notes)
        for statement, values in self.notes:
            self.database.execute(statement, values)
        self.notes.clear()

    def _row(self, statement: str, values: Iterable[Any]) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.database.execute(statement, values).fetchone()
        return row

    def _entry(self, condition: str, values: tuple[Any, ...]) -> Entry | None:
        row = self._row(f"SELECT {_COLUMNS} FROM articles {condition}", values)
        return Entry(*row) if row else None


_COLUMNS = ", ".join(f"articles.{name}" for name in Entry.__dataclass_fields__)
