"""`taken_back.jsonl`: contents that were read as articles and are none, as a maintenance page in the place of many.

One line a content. A line of `articles/` with that edition and `content_hash` counts as never written: it is not
committed where that is still possible, and never indexed.
"""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.archive.damage import Damage, DamageLog
from newscrawl.archive.files import open_plain
from newscrawl.archive.part_file import write_whole
from newscrawl.dates import format_utc
from newscrawl.errors import OutputError

TAKEN_BACK = "taken_back.jsonl"
_TEXTS = ("edition", "content_hash", "date_taken_back")


class TakenBack:
    """The contents that an edition's archive has taken back."""

    def __init__(self, folder: Path, damages: DamageLog) -> None:
        """Read the file of an edition's folder; a line that cannot be read is named and passed over."""
        self.path = folder / TAKEN_BACK
        self.entries: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.has_grown = False
        """Whether this run has taken anything back."""
        if not os.path.lexists(self.path):
            return
        with open_plain(self.path) as file:
            for number, line in enumerate(file, 1):
                try:
                    entry = json.loads(line)
                    edition, content, when = (entry[name] for name in _TEXTS)
                    datetime.fromisoformat(when)
                    self.entries[edition, content] = entry
                except (ValueError, KeyError, TypeError, RecursionError):
                    damages.add(Damage(path=self.path, line=number, what="the line says of no content that it is none"))

    def add(self, edition: str, content_hash: str, *, title: str, urls: Iterable[str]) -> None:
        """Take a content back that stood at some URLs; on the disk when this returns. Raises `OutputError`."""
        self.entries[edition, content_hash] = {
            "edition": edition,
            "content_hash": content_hash,
            "title": title,
            "urls": list(urls),
            "date_taken_back": format_utc(datetime.now(UTC).replace(microsecond=0)),
        }
        lines = (json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in self.entries.values())
        try:
            write_whole(self.path, lines)
        except OSError as error:
            raise OutputError(error.errno, f"{error.strerror}: {self.path}") from error
        self.has_grown = True

    def when(self, edition: str, content_hash: str) -> datetime | None:
        """Return when a content was taken back, or None for one that was not."""
        entry = self.entries.get((edition, content_hash))
        return datetime.fromisoformat(entry["date_taken_back"]) if entry is not None else None

    def has(self, record: Mapping[str, Any]) -> bool:
        """Return whether a record's content was taken back."""
        return (record.get("edition"), record.get("content_hash")) in self.entries
