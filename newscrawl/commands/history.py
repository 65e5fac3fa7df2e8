"""`scrapy history`: the revisions of one article, each with what changed in it."""

import argparse
import difflib
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.archive.archive import Archive
from newscrawl.archive.files import archived_editions, committed_files, edition_folder, file_name, read_records
from newscrawl.archive.ledger import Entry
from newscrawl.errors import LockedError
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.monitoring.verdict import LOCKED
from newscrawl.text import paragraphs


class Command(ScrapyCommand):
    """Prints the revisions of an article, given by its address or its id."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "URL-or-id"

    def short_desc(self) -> str:
        return "Show the revisions of an article, and what changed in its title, summary and body"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("give the address or the id of one article", print_help=False)
        assert self.settings is not None
        folder = data_dir(self.settings)
        if not folder.is_dir():
            raise UsageError(f"there is no archive in {folder}; give its folder with -s DATA_DIR=…", print_help=False)
        try:
            is_known = False
            for edition in archived_editions(folder):
                with Archive(edition_folder(folder, edition)) as archive:
                    entry = find(archive, edition, args[0])
                    if entry is not None:
                        is_known = True
                        show(entry, revisions(archive, entry))
            if not is_known:
                print(f"The archive in {folder} has no article {args[0]}", file=sys.stderr)
                self.exitcode = 1
        except LockedError as error:
            print(error, file=sys.stderr)
            self.exitcode = LOCKED


def find(archive: Archive, edition: str, asked: str) -> Entry | None:
    """Return the article of an edition with a URL or an id, or None."""
    entry = archive.ledger.article(edition, asked)
    return archive.ledger.at(edition, asked) if entry is None and "/" in asked else entry


def revisions(archive: Archive, entry: Entry) -> list[dict[str, Any]]:
    """Return the records of an article's revisions, oldest first."""
    paths = {file_name(archive.folder, path): path for path in committed_files(archive.folder)}
    found: dict[int, dict[str, Any]] = {}
    for _, name in archive.ledger.revisions(entry):
        for record in read_records(paths[name]):
            if record["edition"] == entry.edition and record["id"] == entry.id:
                found[record["revision"]] = record
    return [found[revision] for revision in sorted(found)]


def show(entry: Entry, records: list[dict[str, Any]]) -> None:
    """Print an article's revisions, each with its difference to the one before."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"{entry.edition} {entry.id}  {records[-1]['url'] if records else entry.path}", style="bold"))
    before: dict[str, Any] | None = None
    for record in records:
        console.print(Text(f"revision {record['revision']}, downloaded {record['date_downloaded']}", style="cyan"))
        if before is None:
            console.print(Text(f"  {record['title']}"))
        else:
            for line in changes(before, record):
                console.print(Text(line, style={"-": "red", "+": "green"}.get(line.strip()[:1], "")))
        before = record
    if entry.gone:
        console.print(Text("no longer on the site", style="yellow"))


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
