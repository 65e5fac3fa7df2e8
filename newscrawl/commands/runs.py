"""`scrapy runs`: the last runs and how they went."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text

from newscrawl.archive.files import RUNS, edition_folder
from newscrawl.command_line import BaseCommand
from newscrawl.errors import ArgumentError
from newscrawl.escaping import escaped_line
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.reports import read_reports
from newscrawl.terminal import NamesTable, as_json, console, say

COLUMNS_OF_THE_TABLE = 110
"""A narrower terminal gets two lines a run in place of a table."""


class Command(BaseCommand):
    """Shows the reports in DATA_DIR/EDITION/runs."""

    summary = "Show the last runs: when, how long, what came, and the verdict"
    example = "scrapy runs -n 5 -a edition=ar"
    arguments: ClassVar[Mapping[str, str]] = {
        "edition": "en, ar or es (default: every edition that has an archive)",
        "site": "only runs of this root, as given to the crawl (default: all)",
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "the runs are shown, whatever their verdicts",
        ExitStatus.WRONG_ARGUMENT: "wrong argument, or no archive there",
    }
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[-n NUMBER] [--json] [-a edition=EDITION]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", dest="number", type=int, default=20, help="how many runs, newest first (default: 20)")
        parser.add_argument("--json", action="store_true", help="print the reports, one JSON object a line")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or opts.number < 1:
            raise ArgumentError("scrapy runs takes -n NUMBER (at least 1) and --json")
        reports: list[dict[str, Any]] = []
        for edition in self.editions(opts.spargs.get("edition")):
            found, damaged = read_reports(edition_folder(self.data_dir, edition) / RUNS)
            reports += found
            for path in damaged:
                say(f"{path} is no report of a run; it is passed over", stderr=True)
        if site := opts.spargs.get("site", "").rstrip("/"):
            reports = [report for report in reports if report["site"] == site]
        # Names of runs begin with their start.
        reports = sorted(reports, key=lambda report: str(report["run"]), reverse=True)[: opts.number]
        if opts.json:
            for report in reports:
                print(as_json(report))
        elif not reports:
            say(f"No run has left a report in {self.data_dir}")
        elif console().width < COLUMNS_OF_THE_TABLE:
            for report in reports:
                console().print(lines_of(report))
        else:
            console().print(table_of(reports))


def cells_of(report: Mapping[str, Any]) -> dict[str, str]:
    """Return what is shown of a run: heading → text."""
    verdict, age = report["verdict"], report.get("newest_article_age_seconds")
    cells = {
        "started, UTC": report["started"][:16].replace("T", " "),
        "edition": str(report["edition"]),
        "verdict": f"{verdict['status']} {verdict['name']}",
        "minutes": f"{report['seconds'] / 60:.1f}",
        "requests": str(report["pages"]["requests"]),
        "new": str(report["articles"]["new"]),
        "edits": str(report["articles"]["edited"]),
        "errors": str(sum(each["count"] for each in report["errors"].values())),
        "newest": f"{age / 3600:.0f} h" if age is not None else "",
        "arguments": " ".join(f"{name}={value}" for name, value in report["arguments"].items()),
    }
    return {name: escaped_line(text) for name, text in cells.items()}


def style_of(report: Mapping[str, Any]) -> str:
    """Return the style of a run's verdict."""
    return "bold red" if report["verdict"]["status"] else "green"


def table_of(reports: Sequence[Mapping[str, Any]]) -> NamesTable:
    """Return the runs as a table."""
    table = NamesTable()
    for name in cells_of(reports[0]):
        is_text = name in ("started, UTC", "edition", "verdict", "arguments")
        table.add_column(name, justify="left" if is_text else "right", no_wrap=name != "arguments", overflow="fold")
    for report in reports:
        cells = cells_of(report)
        shown = [Text(text, style_of(report)) if name == "verdict" else text for name, text in cells.items()]
        table.add_row(*shown)
    return table


def lines_of(report: Mapping[str, Any]) -> Text:
    """Return a run as a few short lines."""
    cells = cells_of(report)
    counts = ", ".join(f"{cells[name]} {name}" for name in ("requests", "new", "edits", "errors"))
    newest = f", newest {cells['newest']} old" if cells["newest"] else ""
    return Text.assemble(
        f"{cells['started, UTC']} {cells['edition']}  ",
        (cells["verdict"], style_of(report)),
        f"\n  {cells['minutes']} minutes, {counts}{newest}",
        f"\n  {cells['arguments']}" if cells["arguments"] else "",
    )
