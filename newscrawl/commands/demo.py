"""`scrapy demo`: a crawl of the replica by the real spider, on this machine alone."""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from newscrawl.commands.crawl import Command as CrawlCommand
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.monitoring.verdict import Verdict


class Command(CrawlCommand):
    """Starts the replica of the site on loopback, crawls it, shows a line, and stops."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Crawl an invented copy of the site on this machine and show what comes out; needs no network"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        # Here, for every command is imported before any of them runs.
        from newscrawl.replica import LOAD_MORE, MARKUPS

        parser.add_argument("--articles", type=int, default=60, help="articles on the replica (default: 60)")
        parser.add_argument("--edition", choices=("en", "ar", "es"), default="en", help="edition (default: en)")
        parser.add_argument("--markup", choices=MARKUPS, default=MARKUPS[0], help="the replica's article markup")
        parser.add_argument("--load-more", choices=LOAD_MORE, default=LOAD_MORE[0], help="how its listings go on")
        parser.add_argument("--data", metavar="DIR", help="folder for the archive (default: a new temporary one)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError("the demo takes no spider; see scrapy demo -h")
        if opts.articles < 1:
            raise UsageError("--articles: give a whole number of at least 1", print_help=False)
        from newscrawl.replica import Options, Replica

        assert self.settings is not None
        folder = Path(opts.data) if opts.data else Path(tempfile.mkdtemp(prefix="newscrawl-demo-"))
        for name, value in (
            ("DATA_DIR", str(folder.absolute())),
            # The replica is this machine's own: there is nobody to be slow for.
            ("DOWNLOAD_DELAY", 0),
            ("USER_AGENT", "newscrawl-demo (+http://127.0.0.1/)"),
        ):
            self.settings.set(name, value, priority="cmdline")
        options = Options(
            articles=opts.articles, edition=opts.edition, markup=opts.markup, load_more=opts.load_more, kinds=True
        )
        with Replica(options) as replica:
            print(f"A replica of the site with {opts.articles} invented articles stands at {replica.url}", flush=True)
            opts.spargs = {"max_pages": "0", **opts.spargs, "site": replica.url, "edition": opts.edition}
            self.crawl(["mayadeen"], opts)
        self.show(data_dir(self.settings))

    def tell(self, verdict: Verdict, report: dict[str, Any] | None, before: dict[str, Any] | None = None) -> None:
        """Tell nobody: this was no crawl of the site."""

    def show(self, folder: Path) -> None:
        """Say where the lines are, and print the first of them readably."""
        files = sorted(folder.glob("*/articles/*.jsonl"))
        for file in sorted(folder.glob("*/*/*.jsonl")):
            with file.open(encoding="utf-8") as lines:
                print(f"{sum(1 for _ in lines)} lines in {file}")
        if files:
            with files[-1].open(encoding="utf-8") as lines:
                print("The first of them:")
                print(json.dumps(json.loads(next(lines)), indent=2, ensure_ascii=False))
