"""The ledger's SQLite file: its tables, its opening, and statements whose errors are named."""

import errno
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
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
CREATE TABLE IF NOT EXISTS titles (article INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS captures (
    key BLOB PRIMARY KEY, file INTEGER NOT NULL, offset INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS captured (key BLOB PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unreadable (
    key BLOB PRIMARY KEY, url TEXT NOT NULL, file TEXT NOT NULL, offset INTEGER NOT NULL, extractor TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (site TEXT PRIMARY KEY, seen INTEGER NOT NULL, times INTEGER NOT NULL) WITHOUT ROWID;
"""
TABLES_BY_ARTICLE = ("addresses", "contents", "revisions", "sketches", "bands", "titles")
"""The tables whose column `article` is the number of one."""
_SIDE_FILES = ("", "-wal", "-shm")
_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)")
BUSY_SECONDS = 10.0
"""How long is waited for another process that has locked the ledger."""
_REFUSALS = frozenset((
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT,
))  # fmt: skip
"""SQLite's codes of what the disk or the system refuses."""
_NUMBERS = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_PERM: errno.EACCES}
"""What the system calls some of them."""
_DAMAGES = frozenset((sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS))
"""Those of them that are damage all the same."""
_IMPOSSIBLE = {
    "an article has a number that is none": (
        "SELECT 1 FROM articles WHERE typeof(published) <> 'integer' OR typeof(visited) <> 'integer'"
        " OR typeof(revision) <> 'integer' OR typeof(content) <> 'blob' OR typeof(coalesce(gone, 0)) <> 'integer'"
        " OR typeof(id) <> 'text' OR typeof(path) <> 'text' LIMIT 1"
    ),
    **{
        f"the table {table} names an article that is not there": (
            f"SELECT 1 FROM {table} WHERE article NOT IN (SELECT number FROM articles) LIMIT 1"
        )
        for table in TABLES_BY_ARTICLE
    },
    **{
        f"the table {table} names a file that is not there": (
            f"SELECT 1 FROM {table} WHERE file NOT IN (SELECT number FROM files) LIMIT 1"
        )
        for table in ("revisions", "captures")
    },
}
"""What no sound ledger holds, and how it is found."""


class Database:
    """An open ledger. Statements raise `LedgerDamagedError` for a torn file, `OutputError` when the disk refuses."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises `LedgerDamagedError` for a file that is no ledger, is torn, or is of a version that is not known,
        `OutputError` for one that another process locks, or that the disk refuses.
        """
        self.path = path
        for file in database_files(path):
            if file.is_symlink():
                raise OutputError(errno.ELOOP, f"a symbolic link is not followed: {file}")
        check_size(path)
        with named_errors(path):
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
            try:
                self._prepare()
            except BaseException:
                self.connection.close()
                raise

    def _prepare(self) -> None:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -16000"):
            self.connection.execute(f"PRAGMA {pragma}")
        version = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self.connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        elif version != VERSION:
            raise LedgerDamagedError(f"{self.path} is of version {version}, and this program knows {VERSION}")
        self.connection.executescript(_LATER)
        for table, names in _columns_of(self.connection).items():
            if missing := _expected_columns().get(table, frozenset()) - names:
                raise LedgerDamagedError(f"{self.path}: the table {table} has no column {min(missing)}")

    def check(self) -> None:
        """Read the whole file; raises `LedgerDamagedError` when a page, a text or a number in it is damaged."""
        (found,) = self.execute("PRAGMA integrity_check(1)").fetchone() or ("no answer",)
        if found != "ok":
            raise LedgerDamagedError(f"{self.path}: {found}")
        for table in ("files", "articles", "failures", "listings", "tags", "families", "blocks", "unreadable"):
            for _ in self.execute(f"SELECT * FROM {table}"):
                pass
        for what, statement in _IMPOSSIBLE.items():
            if self.execute(statement).fetchone() is not None:
                raise LedgerDamagedError(f"{self.path}: {what}")

    def execute(self, statement: str, values: Iterable[Any] = ()) -> "Rows":
        """Execute a statement."""
        with named_errors(self.path):
            return Rows(self.connection.execute(statement, tuple(values)), self.path)

    def execute_many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute a statement once a row."""
        with named_errors(self.path):
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
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


class Rows:
    """The rows of a statement; errors that show when they are read are named too."""

    def __init__(self, cursor: sqlite3.Cursor, path: Path) -> None:
        self.cursor = cursor
        self.path = path

    @property
    def lastrowid(self) -> int | None:
        """The number of the row that was written last."""
        return self.cursor.lastrowid

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        with named_errors(self.path):
            return self.cursor.fetchone()

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that are left."""
        with named_errors(self.path):
            return self.cursor.fetchall()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while (row := self.fetchone()) is not None:
            yield row


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as what they mean: `OutputError` where the disk or another process refuses, else damage."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # Without a code: what Python found, as a text that is not UTF-8. SQLite's own messages may quote one.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutputError(
                errno.EBUSY, f"another process has locked it for {BUSY_SECONDS:g} seconds: {path}"
            ) from error
        if code & 0xFF in _REFUSALS and code not in _DAMAGES:
            raise OutputError(_NUMBERS.get(code & 0xFF, errno.EIO), f"{error}: {path}") from error
        raise LedgerDamagedError(f"{path}: {error}") from error


@cache
def _expected_columns() -> Mapping[str, frozenset[str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA + _LATER)
        return _columns_of(connection)


def _columns_of(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Return the columns of all tables that a ledger should have."""
    tables = _TABLE.findall(_SCHEMA + _LATER)
    return {
        table: frozenset(row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall())
        for table in tables
    }


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
    log = database_files(path)[1]
    if log.exists() and log.stat().st_size:
        return  # after a full disk the log has the pages that the file lacks
    page = int.from_bytes(header[16:18], "big")
    size = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if path.stat().st_size < size:
        raise LedgerDamagedError(f"{path} has {path.stat().st_size} bytes and says that it has {size}")
