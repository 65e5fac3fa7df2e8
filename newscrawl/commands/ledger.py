"""`scrapy ledger`: what the archive holds, by edition, section and month; and the index rebuilt."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from newscrawl.command_line import BaseCommand, say_damages
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.terminal import NamesTable, console, narrow_table, say


class Command(BaseCommand):
    """Shows the ledger, or rebuilds it from the committed files."""

    summary = "Show what the archive holds, or rebuild its index from the committed files"
    example = "scrapy ledger show -a edition=ar"
    arguments: ClassVar[Mapping[str, str]] = {"edition": "en, ar or es (default: every edition that has an archive)"}
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "shown, or rebuilt",
        ExitStatus.WRONG_ARGUMENT: "wrong argument, or no archive there",
        ExitStatus.NOT_WRITTEN: "the archive cannot be read",
        ExitStatus.LOCKED: ExitStatus.LOCKED.meaning,
    }
    requires_crawler_process = False

    def syntax(self) -> str:
        return "show | rebuild [-a edition=EDITION]"

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        asked = opts.spargs.get("edition")
        if args == ["rebuild"]:
            for edition in self.editions(asked):
                with self.archive(edition, rebuild="it was asked for") as archive:
                    lines = sum(archive.indexed.values())
                    say(f"The ledger of {edition} was rebuilt: {lines} lines in {len(archive.indexed)} files")
                    say_damages(archive.damages)
        elif args == ["show"]:
            for edition in self.editions(asked):
                with self.archive_to_read(edition) as archive:
                    counts = archive.ledger.counts()
                    say_damages(archive.damages)
                console().print(table_of(counts, f"Archive of {edition} in {self.data_dir}"))
        else:
            raise ArgumentError("say what to do: scrapy ledger show, or scrapy ledger rebuild")


def table_of(counts: Sequence[Sequence[Any]], title: str) -> NamesTable:
    """Return an edition's counts as a table: each row is edition, section, month, articles, edited, gone."""
    table = narrow_table(title=title)
    for name in ("section", "month"):
        table.add_column(name, overflow="fold")
    for name in ("articles", "edited", "gone"):
        table.add_column(name, justify="right", no_wrap=True)
    for _, section, month, *numbers in counts:
        table.add_row(section, month, *map(str, numbers))
    table.add_section()
    table.add_row("all", "", *(str(sum(row[at] for row in counts)) for at in (3, 4, 5)))
    return table
