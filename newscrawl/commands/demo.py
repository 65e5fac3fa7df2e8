"""`scrapy demo`: a crawl of the replica by the real spider, on this machine alone."""

import argparse
import ipaddress
import json
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.settings import SETTINGS_PRIORITIES

from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.command_line import DEFAULT_EDITION
from newscrawl.commands.crawl import Command as CrawlCommand
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.terminal import as_json, say

FIELDS_SHOWN = ("id", "url", "kind", "title", "authors", "date_published", "body")
CHARACTERS_SHOWN = 150


class Command(CrawlCommand):
    """Starts the replica of the site on loopback, crawls it, shows a record, and stops."""

    summary = "Crawl an invented copy of the site on this machine and show what comes out; needs no network"
    example = "scrapy demo -a edition=ar"
    arguments: ClassVar[Mapping[str, str]] = {
        **{name: meaning for name, meaning in CrawlCommand.arguments.items() if name not in ("site", "urls")},
        "site": "a replica that runs already, on this machine: http://127.0.0.1:8000 (default: a new one)",
        "max_pages": "batches read of each listing; 0 reads to the end (default: 0)",
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = CrawlCommand.statuses
    # Nobody is notified: this is no crawl of the site.
    environment: Mapping[str, str] = {}

    def syntax(self) -> str:
        return "[options]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        # Here, for every command is imported before any of them runs.
        from newscrawl.replica import LOAD_MORE, MARKUPS

        parser.add_argument("--articles", type=int, default=60, help="articles on the replica (default: 60)")
        parser.add_argument("--edition", choices=tuple(EDITIONS), help="the same as -a edition=")
        parser.add_argument("--markup", choices=MARKUPS, default=MARKUPS[0], help="the replica's article markup")
        parser.add_argument("--load-more", choices=LOAD_MORE, default=LOAD_MORE[0], help="how its listings go on")
        parser.add_argument("--data", metavar="DIR", help="folder for the archive (default: a new temporary one)")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise ArgumentError("the demo takes no spider")
        if opts.articles < 1:
            raise ArgumentError("--articles: give a whole number of at least 1")
        arguments: dict[str, str] = {"edition": opts.edition or DEFAULT_EDITION, "max_pages": "0", **opts.spargs}
        if arguments["edition"] not in EDITIONS:
            raise ArgumentError(f"edition={arguments['edition']}: choose one of {', '.join(EDITIONS)}")
        if "site" in arguments and not is_on_this_machine(arguments["site"]):
            raise ArgumentError(f"site={arguments['site']}: the demo is not slow; give a replica on this machine")
        from newscrawl.replica import Options, Replica

        for name, value in (
            ("DATA_DIR", str(self.chosen_folder(opts.data).absolute())),
            # The replica is this machine's own: there is nobody to be slow for.
            ("DOWNLOAD_DELAY", 0),
            ("USER_AGENT", "newscrawl-demo (+http://127.0.0.1/)"),
        ):
            self.own_settings.set(name, value, priority="cmdline")
        options = Options(
            articles=opts.articles,
            edition=arguments["edition"],
            markup=opts.markup,
            load_more=opts.load_more,
            kinds=True,
        )
        with nullcontext() if "site" in arguments else Replica(options) as replica:
            if replica is not None:
                arguments["site"] = replica.url
                say(f"A replica of the site with {opts.articles} invented articles: {replica.url}")
            self.end(self.crawl("mayadeen", arguments))
        show(self.data_dir)

    def chosen_folder(self, given: str | None) -> Path:
        """Return the folder of `--data` or of `-s DATA_DIR=`, else a new temporary one."""
        if given:
            return Path(given)
        is_given = (self.own_settings.getpriority("DATA_DIR") or 0) >= SETTINGS_PRIORITIES["cmdline"]
        return self.data_dir if is_given else Path(tempfile.mkdtemp(prefix="newscrawl-demo-"))


def is_on_this_machine(url: str) -> bool:
    """Return whether a URL leads to this machine itself.

    >>> [is_on_this_machine(url) for url in ("http://127.0.0.1:8000", "http://localhost/", "https://x.net", "8000")]
    [True, True, False, False]
    """
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def show(folder: Path) -> None:
    """Print a few fields of the newest record, and where the lines are."""
    files = sorted(folder.glob("*/articles/*.jsonl"))
    if files:
        with files[-1].open(encoding="utf-8") as lines:
            record = json.loads(next(lines))
        say("One of the records, a few of its fields:")
        for name in FIELDS_SHOWN:
            say(f"  {name}: {shortened(record[name])}")
    say("All of them:")
    for file in sorted(folder.glob("*/*/*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            say(f"  {sum(1 for _ in lines)} lines in {file}")


def shortened(value: Any) -> str:
    """Return a value as JSON has it, a long text cut.

    >>> shortened(["A. Writer"]), len(shortened("word " * 100)) < 170
    ('["A. Writer"]', True)
    """
    if isinstance(value, str) and len(value) > CHARACTERS_SHOWN:
        value = value[:CHARACTERS_SHOWN].rstrip() + " …"
    return as_json(value)
