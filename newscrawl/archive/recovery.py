"""The repair of an edition's folder at the start of a run: what a dead run left is committed, or removed."""

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newscrawl.archive.files import FEEDS, LEDGER, open_plain, problem_of
from newscrawl.archive.manifest import sha256_of, sha256_of_unpacked
from newscrawl.archive.page_index import RepairedPages
from newscrawl.archive.part_file import create, free_name, sync_folder, write_whole
from newscrawl.archive.run_state import PREFIX

logger = logging.getLogger(__name__)


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
    pages: int = 0
    """Hidden files of pages that were committed."""
    uncaptured: int = 0
    """Records whose page was not whole: they are not committed, and their articles are asked for again."""


def repair(folder: Path, is_taken_back: Callable[[Mapping[str, Any]], bool] = lambda record: False) -> Repair:
    """Commit what dead runs left in the hidden files of an edition's folder, and remove what nobody needs.

    Records that were taken back are not committed. Raises `OSError` when a file cannot be read or repaired.
    """
    done = Repair()
    pages = RepairedPages(folder)
    done.pages = pages.files
    for feed in FEEDS:
        place = folder / feed
        # What these were made from is still there.
        for half in sorted((*place.glob(".*.gz.part"), *place.glob(".*.repaired"))):
            half.unlink()
        for part in sorted(place.glob(".*.jsonl.part")):
            _repair_part(part, feed, done, is_taken_back, pages)
        for packed in sorted(place.glob("[!.]*.jsonl.gz")):
            _repair_pair(packed.with_name(packed.name.removesuffix(".gz")), packed)
    for pattern in (".probe-*", f"{PREFIX}*", f".{LEDGER}.part*", ".*.part"):
        for litter in folder.glob(pattern):
            litter.unlink(missing_ok=True)
    return done


def _repair_pair(plain: Path, packed: Path) -> None:
    """Remove a file that was compressed; one that holds something else than the compressed one gets another name."""
    if not os.path.lexists(plain):
        return
    if sha256_of(plain) == sha256_of_unpacked(packed):
        plain.unlink()
    else:
        kept = free_name(plain)
        plain.rename(kept)
        logger.error("%s holds something else than %s; it is called %s now", plain, packed, kept)
    sync_folder(plain.parent)


def _repair_part(
    part: Path, feed: str, done: Repair, is_taken_back: Callable[[Mapping[str, Any]], bool], pages: RepairedPages
) -> None:
    """Commit the whole lines of a dead run's hidden file."""
    final = part.with_name(part.name.removeprefix(".").removesuffix(".part"))
    with open_plain(part) as file:
        lines = file.read().split(b"\n")
    torn = lines.pop()
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in lines:
        record = _record(line, feed)
        if record is None:
            bad.append(line)
        elif not pages.has(record):
            done.uncaptured += 1
            logger.warning("%s: the page of %s is not whole; it is asked for again", part, record["url"])
        elif not is_taken_back(record):
            good.append(line)
    done.torn += bool(torn)
    done.rejected += len(bad)
    if bad:
        rejected = part.with_name(f".{final.name}.rejected")
        write_whole(rejected, [_text(bad)])
        logger.error("%s: %s lines are no records; they are kept in %s", part, len(bad), rejected)
    if not good:
        part.unlink()
        sync_folder(part.parent)
        return
    if os.path.lexists(final) or os.path.lexists(final.with_name(f"{final.name}.gz")):
        if final.exists() and final.read_bytes() == _text(good):
            part.unlink()  # an earlier repair died after its commit
            return
        # Another run's: both are kept.
        final = free_name(final)
    _commit(part, final, _text(good))
    done.parts += 1
    done.lines += len(good)
    cut = ", a torn one cut off" if torn else ""
    logger.warning("Committed %s of a run that died: %s lines%s", final, len(good), cut)


def _commit(part: Path, final: Path, text: bytes) -> None:
    """Put a file with a text into the place of a hidden one."""
    # Written to a second file: a kill in the middle of this leaves the first as it was.
    repaired = part.with_name(f"{part.name}.repaired")
    with create(repaired) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    repaired.replace(final)
    # The new name before the old one goes: a power cut must not take both.
    sync_folder(part.parent)
    part.unlink()
    sync_folder(part.parent)


def _text(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _record(line: bytes, feed: str) -> Mapping[str, Any] | None:
    """Return the record of a line, or None where it is none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return None if problem_of(record, feed) else record
