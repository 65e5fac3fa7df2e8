"""`scrapy verify`: reads every committed file, and compares it with the manifest."""

import argparse
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, ClassVar

from newscrawl.archive.captures import PAGES
from newscrawl.archive.damage import Damage
from newscrawl.archive.files import FEEDS, edition_folder, read_lines
from newscrawl.archive.lock import Lock
from newscrawl.archive.manifest import MANIFEST, Manifest, sha256_of
from newscrawl.archive.misfit import misfit
from newscrawl.archive.warc_files import damages_of, no_warcs, offsets_of, page_files
from newscrawl.command_line import BaseCommand
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import Verdict
from newscrawl.terminal import say


class Command(BaseCommand):
    """Names every line and every file of the archive that is damaged."""

    summary = f"Read the whole archive, compare it with {MANIFEST}, and name what is damaged"
    example = "scrapy verify -a edition=ar"
    arguments: ClassVar[Mapping[str, str]] = {"edition": "en, ar or es (default: every edition that has an archive)"}
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "every file is as it was committed",
        ExitStatus.WRONG_ARGUMENT: "wrong argument, or no archive there",
        ExitStatus.NOT_WRITTEN: "something is damaged or missing, or the archive cannot be read",
        ExitStatus.LOCKED: ExitStatus.LOCKED.meaning,
    }
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[-a edition=EDITION]"

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict:
        if args:
            raise ArgumentError("verify takes nothing but -a edition=…")
        damaged = files = records = 0
        for edition in self.editions(opts.spargs.get("edition")):
            folder = edition_folder(self.data_dir, edition)
            # Nobody writes while the files are read; nothing is repaired.
            with self.archive_errors(edition), Lock(folder, shared=True) if folder.is_dir() else nullcontext():
                for found in findings(folder):
                    if isinstance(found, Damage):
                        damaged += 1
                        say(str(found))
                    else:
                        files += 1
                        records += found
        if damaged:
            return Verdict(
                ExitStatus.NOT_WRITTEN,
                "archive damaged",
                f"{damaged} damages, named above; {records} records in {files} files can be read",
                "Put the files back from a backup; or run scrapy ledger rebuild, and a crawl fetches what is missing.",
            )
        return Verdict(ExitStatus.HEALTHY, "sound", f"{records} records in {files} files, each as it was committed")


class HasPage:
    """Says whether the pages that records name are there; knows the places in one WARC file at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = ""
        self.digests: Mapping[int, str] = {}
        """Offset of a record → SHA-256 of its page, hex."""

    def problem(self, record: Mapping[str, Any]) -> str:
        """Return what is wrong with the capture of a record, or ""; raises `OSError`."""
        capture = record.get("capture")
        if not capture:
            return ""
        try:
            name, offset, digest = capture["file"], capture["offset"], capture["digest"]
            if name != self.name:
                self.digests = offsets_of(self.folder / name)
                self.name = name
        except FileNotFoundError:
            return f"its page is missing: {name}"
        except (TypeError, KeyError, ValueError):
            return "the record's capture is damaged"
        return "" if self.digests.get(offset) == digest else f"its page is not at byte {offset} of {name}"


def findings(folder: Path) -> Iterator[Damage | int]:
    """Yield what is damaged in an edition's folder, and of each file the number of its records; raises `OSError`."""
    manifest = Manifest(folder)
    yield from manifest.damages
    paths = sorted(path for feed in FEEDS for end in ("", ".gz") for path in (folder / feed).glob(f"[!.]*.jsonl{end}"))
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    for name, path in names.items():
        # The schema and the hashes in the lines are asked where the manifest does not vouch for the whole file.
        entry = manifest.entries.get(name)
        is_vouched = path.is_symlink() or not path.is_file() or sha256_of(path) == entry
        records = damages = 0
        has_page = HasPage(folder)
        for number, record in read_lines(path):
            if isinstance(record, Damage):
                found = record.what
            else:
                records += 1
                found = "" if is_vouched else misfit(record, path.parent.name)
                found = found or has_page.problem(record)
            if found:
                damages += 1
                yield Damage(path=path, line=number, what=found)
        yield records
        if entry is None:
            yield Damage(path=path, line=0, what=f"the file has no entry in {MANIFEST}")
        elif not is_vouched:
            where = f"damaged lines that can be recognised: {damages}" if damages else "in which line cannot be known"
            yield Damage(path=path, line=0, what=f"its SHA-256 is not that in {MANIFEST}; {where}")
    pages = {path.relative_to(folder).as_posix(): path for path in page_files(folder / PAGES)}
    yield from no_warcs(folder / PAGES)
    for name, path in pages.items():
        entry = manifest.entries.get(name)
        if path.suffix == ".gz":
            yield from damages_of(path)
        if entry is None:
            yield Damage(path=path, line=0, what=f"the file has no entry in {MANIFEST}")
        elif sha256_of(path) != entry:
            yield Damage(path=path, line=0, what=f"its SHA-256 is not that in {MANIFEST}")
    yield from manifest.missing(names.keys() | pages.keys())
