"""The repair of an edition's folder at the start of a run: what a dead run left is committed, or removed."""

import errno
import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from newscrawl.archive.files import FEEDS, LEDGER
from newscrawl.archive.part_file import sync_folder
from newscrawl.archive.run_state import PREFIX

logger = logging.getLogger(__name__)

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "articles": ("id", "url", "edition", "title", "body", "content_hash", "revision", "date_downloaded"),
    "headlines": ("text", "edition", "found_on", "date_first_seen"),
}


@dataclass(slots=True)
class Repair:
    """What was found at the start of a run, and repaired."""

    parts: int = 0
    """Hidden files of dead runs that were committed."""
    lines: int = 0
    """Whole lines in them."""
    torn: int = 0
    """Lines cut off because the run died in the middle of them."""
    rejected: int = 0
    """Whole lines that were no records; they are kept in a hidden `.rejected` file."""


def repair(folder: Path) -> Repair:
    """Commit what dead runs left in the hidden files of an edition's folder, and remove what nobody needs.

    Raises `OSError` when a file cannot be read or repaired.
    """
    done = Repair()
    for feed in FEEDS:
        place = folder / feed
        # What these were made from is still there.
        for half in sorted((*place.glob(".*.gz.part"), *place.glob(".*.repaired"))):
            half.unlink()
        for part in sorted(place.glob(".*.jsonl.part")):
            _repair_part(part, _NEEDED[feed], done)
        for packed in sorted(place.glob("[!.]*.jsonl.gz")):
            packed.with_name(packed.name.removesuffix(".gz")).unlink(missing_ok=True)
    for pattern in (".probe-*", f"{PREFIX}*", f".{LEDGER}.part*"):
        for litter in folder.glob(pattern):
            litter.unlink()
    return done


def _repair_part(part: Path, needed: tuple[str, ...], done: Repair) -> None:
    """Commit the whole lines of a dead run's hidden file."""
    final = part.with_name(part.name.removeprefix(".").removesuffix(".part"))
    lines = part.read_bytes().split(b"\n")
    torn = lines.pop()
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in lines:
        (good if _is_record(line, needed) else bad).append(line)
    done.torn += bool(torn)
    done.rejected += len(bad)
    if bad:
        rejected = part.with_name(f".{final.name}.rejected")
        rejected.write_bytes(_text(bad))
        logger.error("%s: %s lines are no records; they are kept in %s", part, len(bad), rejected)
    if not good:
        part.unlink()
        sync_folder(part.parent)
        return
    if final.exists():
        if final.read_bytes() != _text(good):
            raise FileExistsError(errno.EEXIST, "a committed file and a hidden one have the same name", str(final))
        part.unlink()  # an earlier repair died after its commit
        return
    _commit(part, final, _text(good))
    done.parts += 1
    done.lines += len(good)
    cut = ", a torn one cut off" if torn else ""
    logger.warning("Committed %s of a run that died: %s lines%s", final, len(good), cut)


def _commit(part: Path, final: Path, text: bytes) -> None:
    """Put a file with a text into the place of a hidden one."""
    # Written to a second file: a kill in the middle of this leaves the first as it was.
    repaired = part.with_name(f"{part.name}.repaired")
    with repaired.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    repaired.replace(final)
    part.unlink()
    sync_folder(part.parent)


def _text(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _is_record(line: bytes, needed: tuple[str, ...]) -> bool:
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and all(name in record for name in needed)
