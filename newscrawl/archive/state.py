"""`state.jsonl`: what only the ledger knows, written at the end of each run, so that a rebuilt ledger knows it too.

One line an entry: blocks, failures, tags, families, listings; the visits and validators of articles, and
their further URLs.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from newscrawl.archive.damage import Damage, DamageLog
from newscrawl.archive.database import Database
from newscrawl.archive.files import open_plain
from newscrawl.archive.indexing import url_key
from newscrawl.archive.part_file import write_whole

logger = logging.getLogger(__name__)

STATE = "state.jsonl"
_Entry = Mapping[str, Any]


def write_state(database: Database, folder: Path) -> None:
    """Write what only the ledger knows into the edition's folder, whole or not at all.

    Raises `OSError`, and `LedgerDamagedError` before anything is written over.
    """
    write_whole(
        folder / STATE, (json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in _entries(database))
    )


def _entries(database: Database) -> Iterator[_Entry]:
    for site, seen, times in database.execute("SELECT site, seen, times FROM blocks"):
        yield {"block": site, "seen": seen, "times": times}
    for edition, path, kind in database.execute("SELECT edition, path, kind FROM families"):
        yield {"family": path, "edition": edition, "kind": kind}
    for key, target in database.execute("SELECT key, target FROM tags"):
        yield {"tag": key.hex(), "target": target}
    for key, reason, times, seen in database.execute("SELECT key, reason, times, seen FROM failures"):
        yield {"failure": key.hex(), "reason": reason, "times": times, "seen": seen}
    for key, url, file, offset, rules in database.execute("SELECT key, url, file, offset, extractor FROM unreadable"):
        yield {"unreadable": key.hex(), "page": url, "file": file, "offset": offset, "extractor": rules}
    # The bound of a listing is the number of an article, which another ledger gives to another.
    listings = database.execute(
        "SELECT key, reach, bound, (SELECT id FROM articles WHERE number = bound) FROM listings"
    )
    for key, reach, bound, post_id in listings:
        yield {"listing": key.hex(), "reach": reach, "bounded": bound is not None, "bound": post_id}
    visits = database.execute("SELECT edition, id, visited, etag, last_modified, gone FROM articles")
    for edition, post_id, visited, etag, last_modified, gone in visits:
        yield {
            "visit": post_id, "edition": edition, "visited": visited, "etag": etag, "last_modified": last_modified,
            "gone": gone,
        }  # fmt: skip
    urls = database.execute(
        "SELECT key, edition, id, path FROM addresses JOIN articles ON articles.number = addresses.article"
    )
    for key, edition, post_id, path in urls:
        if key != url_key(edition, path):
            yield {"url": key.hex(), "edition": edition, "id": post_id}


def restore_state(database: Database, folder: Path, damages: DamageLog, *, is_whole: bool) -> int:
    """Write what the file says into a rebuilt ledger; return how many entries.

    `is_whole` says that the ledger has all that was ever committed. If not, listings are read from the start again, so
    that what is missing is found. A line that cannot be read is named and passed over.
    """
    path = folder / STATE
    done = 0
    try:
        file = open_plain(path)
    except FileNotFoundError:
        return 0
    with file, database.transaction():
        for number, line in enumerate(file, 1):
            try:
                entry = json.loads(line)
                name = next(each for each in _RESTORE if each in entry)
                statement, values = _RESTORE[name](entry)
                _check(values)
            except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
                damages.add(Damage(path=path, line=number, what="the line is no entry"))
                continue
            if name != "listing" or is_whole:
                database.execute(statement, values)
                done += 1
    return done


def _check(values: tuple[Any, ...]) -> None:
    for value in values:
        if isinstance(value, str):
            value.encode()  # raises a ValueError for what SQLite would refuse
        elif isinstance(value, int) and not 0 <= value < 1 << 40:
            raise ValueError("a number of no sense")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError("no number")
    return value


def _key(value: Any) -> bytes:
    key = bytes.fromhex(value)
    if len(key) != 16:
        raise ValueError("no key")
    return key


def _optional(read: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else read(value)


def _block(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    return (
        "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)",
        (_text(entry["block"]), _number(entry["seen"]), _number(entry["times"])),
    )


def _family(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    return (
        "INSERT OR REPLACE INTO families VALUES (?, ?, ?)",
        (_text(entry["edition"]), _text(entry["family"]), _text(entry["kind"])),
    )


def _tag(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    return "INSERT OR REPLACE INTO tags VALUES (?, ?)", (_key(entry["tag"]), _text(entry["target"]))


def _failure(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    # A URL that a committed file holds has not failed since.
    key = _key(entry["failure"])
    return (
        "INSERT OR REPLACE INTO failures SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE key = ?)",
        (key, _text(entry["reason"]), _number(entry["times"]), _number(entry["seen"]), key),
    )


def _unreadable(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    key = _key(entry["unreadable"])
    return (
        "INSERT OR REPLACE INTO unreadable SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS"
        " (SELECT 1 FROM addresses WHERE key = ?)",
        (
            key, _text(entry["page"]), _text(entry["file"]), _number(entry["offset"]), _text(entry["extractor"]), key,
        ),
    )  # fmt: skip


def _listing(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    reach, bound = _optional(_text, entry["reach"]), _optional(_text, entry["bound"])
    is_bounded = int(bool(entry["bounded"]))
    return (
        "INSERT OR REPLACE INTO listings VALUES (?, ?, iif(?,"
        " coalesce((SELECT number FROM articles WHERE id = ?), 0), NULL))",
        (_key(entry["listing"]), reach, is_bounded, bound),
    )


def _visit(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    visited = _number(entry["visited"])
    # A record of a later time knows better.
    return (
        "UPDATE articles SET visited = ?, etag = ?, last_modified = ?, gone = ?"
        " WHERE edition = ? AND id = ? AND visited <= ?",
        (
            visited,
            _optional(_text, entry["etag"]),
            _optional(_text, entry["last_modified"]),
            _optional(_number, entry["gone"]),
            _text(entry["edition"]),
            _text(entry["visit"]),
            visited,
        ),
    )


def _url(entry: _Entry) -> tuple[str, tuple[Any, ...]]:
    return (
        "INSERT OR IGNORE INTO addresses SELECT ?, number FROM articles WHERE edition = ? AND id = ?",
        (_key(entry["url"]), _text(entry["edition"]), _text(entry["id"])),
    )


# An entry is of the first kind here whose name it has.
_RESTORE: Mapping[str, Callable[[_Entry], tuple[str, tuple[Any, ...]]]] = {
    "block": _block,
    "family": _family,
    "tag": _tag,
    "failure": _failure,
    "unreadable": _unreadable,
    "listing": _listing,
    "visit": _visit,
    "url": _url,
}
