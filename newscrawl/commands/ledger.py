"""`scrapy ledger`: what the archive holds, by edition, section and month; and the index rebuilt."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.archive.archive import Archive
from newscrawl.archive.files import archived_editions, edition_folder
from newscrawl.errors import LockedError
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.monitoring.verdict import LOCKED, NOT_WRITTEN


class Command(ScrapyCommand):
    """Shows the ledger, or rebuilds it from the committed files."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "show | rebuild"

    def short_desc(self) -> str:
        return "Show what the archive holds, or rebuild its index from the committed files"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args not in (["show"], ["rebuild"]):
            raise UsageError("say what to do: scrapy ledger show, or scrapy ledger rebuild", print_help=False)
        assert self.settings is not None
        folder = data_dir(self.settings)
        if not folder.is_dir():
            raise UsageError(f"there is no archive in {folder}; give its folder with -s DATA_DIR=…", print_help=False)
        try:
            counts = []
            for edition in archived_editions(folder):
                reason = "it was asked for" if args == ["rebuild"] else ""
                with Archive(edition_folder(folder, edition), rebuild=reason) as archive:
                    counts += archive.ledger.counts()
                if reason:
                    lines = sum(archive.indexed.values())
                    print(f"The ledger of {edition} was rebuilt: {lines} lines in {len(archive.indexed)} files")
            if args == ["show"]:
                self.show(counts, folder)
        except LockedError as error:
            print(error, file=sys.stderr)
            self.exitcode = LOCKED
        except OSError as error:
            print(f"{folder}: {error}", file=sys.stderr)
            self.exitcode = NOT_WRITTEN

    def show(self, counts: list[tuple[str, str, str, int, int, int]], folder: Path) -> None:
        """Print the counts as a table."""
        table = Table(title=f"Archive in {folder}", title_justify="left")
        for name in ("edition", "section", "month"):
            table.add_column(name)
        for name in ("articles", "edited", "gone"):
            table.add_column(name, justify="right")
        for edition, part, month, *numbers in counts:
            table.add_row(edition, part, month, *map(str, numbers))
        table.add_section()
        table.add_row("all", "", "", *(str(sum(row[at] for row in counts)) for at in (3, 4, 5)))  # type: ignore[misc]
        Console().print(table)
