"""What the committed lines say of the pages that they were read from, so that a second reading can be compared."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from newscrawl.archive.damage import Damage
from newscrawl.archive.files import committed_files, read_lines
from newscrawl.archive.run_state import RunState
from newscrawl.items import EarlierReading

NOT_COMPARED = frozenset((
    "id", "revision", "near_duplicate_of", "found_on", "capture", "extractor", "provenance",
))  # fmt: skip
"""Fields that do not say what the page says."""


def fields_of(record: Mapping[str, Any]) -> dict[str, str]:
    """Return field → digest of its value, for the fields that say what the page says."""
    return {
        name: hashlib.blake2b(json.dumps(value, ensure_ascii=False, sort_keys=True).encode(), digest_size=6).hexdigest()
        for name, value in record.items()
        if name not in NOT_COMPARED
    }


class Readings:
    """The last line that was read from each capture; on disk, in the file of the run's state."""

    def __init__(self, folder: Path, run_state: RunState) -> None:
        self.folder = folder
        self.run_state = run_state
        self.lines = 0
        """Lines that name a capture."""

    def learn(self) -> Iterator[None]:
        """Read all committed lines, the oldest file first; yields after each file.

        What is damaged is passed over. Raises `OSError`.
        """
        for path in committed_files(self.folder):
            yield
            for number, record in read_lines(path):
                capture = None if isinstance(record, Damage) else record.get("capture")
                if not isinstance(capture, dict) or isinstance(record, Damage):
                    continue
                self.lines += 1
                value = {
                    "id": record["id"],
                    "revision": record["revision"],
                    "near": record.get("near_duplicate_of"),
                    "fields": fields_of(record),
                    "line": [path.name, number],
                }
                self.run_state.put(*_key(capture.get("file"), capture.get("offset")), value=json.dumps(value))

    def of(self, file: str, offset: int) -> EarlierReading | None:
        """Return what was read from a capture, or None."""
        value = self._value(file, offset)
        if value is None:
            return None
        return EarlierReading(
            id=value["id"], revision=value["revision"], near_duplicate_of=value["near"], fields=value["fields"]
        )

    def record(self, file: str, offset: int) -> dict[str, Any] | None:
        """Return the whole record that was read from a capture, or None; reads the file that it is in."""
        value = self._value(file, offset)
        if value is None:
            return None
        name, wanted = value["line"]
        for number, record in read_lines(self.folder / "articles" / name):
            if number == wanted and not isinstance(record, Damage):
                return record
        return None

    def _value(self, file: str, offset: int) -> dict[str, Any] | None:
        text = self.run_state.get(*_key(file, offset))
        return dict(json.loads(text)) if text is not None else None


def _key(file: Any, offset: Any) -> tuple[str, str, str]:
    return ("reading", str(file), str(offset))
