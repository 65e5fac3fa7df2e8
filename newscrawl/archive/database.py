"""The ledger's SQLite file: its tables, its opening, and statements whose errors are named."""

import errno
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
# Tables that came later: an older ledger gains them when it is opened.
_LATER = """
CREATE TABLE IF NOT EXISTS families (
    edition TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (edition, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (site TEXT PRIMARY KEY, seen INTEGER NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID;
"""
TABLES_BY_ARTICLE = ("addresses", "contents", "revisions", "sketches", "bands")
"""The tables whose column `article` is the number of one."""
_SIDE_FILES = ("", "-wal", "-shm")


class Database:
    """An open ledger. Statements raise `LedgerDamagedError` for a torn file, `OutputError` when the disk refuses."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises `LedgerDamagedError` for a file that is no ledger, is torn, or is of a version that is not known.
        """
        self.path = path
        check_size(path)
        try:
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=10)
            try:
                self._prepare()
            except BaseException:
                self.connection.close()
                raise
        except sqlite3.DatabaseError as error:
            raise LedgerDamagedError(f"{path}: {error}") from error

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -16000"):
            self.connection.execute(f"PRAGMA {pragma}")
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self.connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        elif version != VERSION:
            raise LedgerDamagedError(f"{self.path} is of version {version}, and this program knows {VERSION}")
        self.connection.executescript(_LATER)
        for table in ("files", "articles", "addresses", "failures", "headlines"):
            self.connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchall()

    def execute(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Execute a statement."""
        with self._named_errors():
            return self.connection.execute(statement, tuple(values))

    def execute_many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute a statement once a row."""
        with self._named_errors():
            self.connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all or nothing of what is executed inside."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # After some errors, a full disk among them, SQLite has done this itself.
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(errno.EIO, f"{error}: {self.path}") from error
        except sqlite3.DatabaseError as error:
            raise LedgerDamagedError(f"{self.path}: {error}") from error


def database_files(path: Path) -> list[Path]:
    """Return the files that SQLite may keep for a database: itself, its write-ahead log, that one's index."""
    return [path.with_name(path.name + suffix) for suffix in _SIDE_FILES]


def check_size(path: Path) -> None:
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
