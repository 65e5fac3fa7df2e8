"""`scrapy history`: the revisions of one article, each with what changed in it."""

import argparse
import difflib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import Damage
from newscrawl.archive.files import committed_files, file_name, read_records
from newscrawl.archive.ledger import Entry
from newscrawl.archive.read_only import ArchiveCopy
from newscrawl.command_line import BaseCommand, say_damages
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import Verdict
from newscrawl.terminal import say
from newscrawl.text import paragraphs


class Command(BaseCommand):
    """Prints the revisions of an article, given by its URL or its id."""

    summary = "Show the revisions of an article, and what changed in its title, summary and body"
    example = "scrapy history 1900123 -a edition=en"
    arguments: ClassVar[Mapping[str, str]] = {"edition": "en, ar or es (default: every edition that has an archive)"}
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "the article is shown",
        ExitStatus.WRONG_ARGUMENT: "wrong argument, no archive there, or no such article in it",
        ExitStatus.NOT_WRITTEN: "the archive cannot be read",
        ExitStatus.LOCKED: ExitStatus.LOCKED.meaning,
    }
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL-or-id [-a edition=EDITION]"

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict | None:
        if len(args) != 1:
            raise ArgumentError("give the URL or the id of one article")
        is_known = False
        for edition in self.editions(opts.spargs.get("edition")):
            with self.archive_to_read(edition) as archive:
                entry = find(archive, edition, args[0])
                if entry is not None:
                    is_known = True
                    show(entry, revisions(archive, entry))
                say_damages(archive.damages)
        if is_known:
            return None
        return Verdict(ExitStatus.WRONG_ARGUMENT, "not found", f"the archive in {self.data_dir} has no {args[0]}")


def find(archive: Archive | ArchiveCopy, edition: str, asked: str) -> Entry | None:
    """Return the article of an edition with a URL or an id, or None."""
    try:
        entry = archive.ledger.article(edition, asked)
        return archive.ledger.at(edition, asked) if entry is None and "/" in asked else entry
    except ValueError:
        # It is no URL, or no text.
        return None


def revisions(archive: Archive | ArchiveCopy, entry: Entry) -> list[dict[str, Any]]:
    """Return the records of an article's revisions, oldest first."""
    paths = {file_name(archive.folder, path): path for path in committed_files(archive.folder)}
    found: dict[int, dict[str, Any]] = {}
    for _, name in archive.ledger.revisions(entry):
        if name not in paths:
            archive.damages.add(Damage(path=archive.folder / name, line=0, what="the file is missing"))
            continue
        for record in read_records(paths[name], archive.damages):
            if record["edition"] == entry.edition and record["id"] == entry.id:
                found[record["revision"]] = record
    return [found[revision] for revision in sorted(found)]


def show(entry: Entry, records: list[dict[str, Any]]) -> None:
    """Print an article's revisions, each with its difference to the one before."""
    head = f"{entry.edition} {entry.id}  {records[-1]['url'] if records else entry.path}"
    say(head, style="bold")
    before: dict[str, Any] | None = None
    for record in records:
        say(f"revision {record['revision']}, downloaded {record['date_downloaded']}", style="cyan")
        if before is None:
            say(f"  {record['title']}")
        else:
            for line in changes(before, record):
                say(line, style={"-": "red", "+": "green"}.get(line.strip()[:1], ""))
        before = record
    if entry.gone:
        say("no longer on the site", style="yellow")


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a readable difference of title, summary and body: what went, what came."""
    for name in ("title", "summary"):
        if before[name] != after[name]:
            yield f"  {name}:"
            yield from (f"    {sign} {text}" for sign, text in (("-", before[name]), ("+", after[name])) if text)
    if before["body"] != after["body"]:
        yield "  body:"
        for line in difflib.ndiff(paragraphs(before["body"]), paragraphs(after["body"])):
            if line[0] in "+-":
                yield f"    {line[0]} {line[2:]}"
