"""`scrapy runs`: the last runs and how they went."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.archive.files import RUNS, archived_editions, edition_folder
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.extensions.report import read_reports


class Command(ScrapyCommand):
    """Shows the reports of all editions in DATA_DIR."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[-n NUMBER] [--json]"

    def short_desc(self) -> str:
        return "Show the last runs: when, how long, what came, and the verdict"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", dest="number", type=int, default=20, help="so many runs, newest first (default: 20)")
        parser.add_argument("--json", action="store_true", help="print the reports, one JSON object a line")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or opts.number < 1:
            raise UsageError("scrapy runs takes -n NUMBER (at least 1) and --json", print_help=False)
        assert self.settings is not None
        folder = data_dir(self.settings)
        reports: list[dict[str, Any]] = []
        damaged: list[Path] = []
        for edition in archived_editions(folder):
            of_edition, unreadable = read_reports(edition_folder(folder, edition) / RUNS, opts.number)
            reports += of_edition
            damaged += unreadable
        reports = sorted(reports, key=lambda report: str(report["run"]), reverse=True)[: opts.number]
        for path in damaged:
            print(f"{path} is no report of a run; it is passed over", file=sys.stderr)
        if opts.json:
            for report in reports:
                print(json.dumps(report, ensure_ascii=False))
        elif reports:
            # In a file or a pipe a table is as wide as it needs.
            Console(width=None if sys.stdout.isatty() else 160).print(table_of(reports))
        else:
            print(f"No run has left a report in {folder}")


def table_of(reports: list[dict[str, Any]]) -> Table:
    """Return the runs as a table, newest first."""
    table = Table()
    table.add_column("started, UTC", no_wrap=True)
    table.add_column("edition", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for name in ("min", "asked", "new", "edits", "errors", "newest"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("arguments", overflow="fold")
    for report in reports:
        verdict = report["verdict"]
        arguments = " ".join(f"{name}={value}" for name, value in report["arguments"].items())
        age = report.get("newest_article_age_seconds")
        table.add_row(
            report["started"][:16].replace("T", " "),
            str(report["edition"]),
            f"{verdict['status']} {verdict['name']}",
            f"{report['seconds'] / 60:.1f}",
            str(report["pages"]["requests"]),
            str(report["articles"]["new"]),
            str(report["articles"]["edited"]),
            str(sum(each["count"] for each in report["errors"].values())),
            f"{age / 3600:.0f} h" if age is not None else "",
            arguments,
            style=None if verdict["status"] == 0 else "bold",
        )
    return table
