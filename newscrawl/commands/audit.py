"""`scrapy audit`: what the site lists held against what is archived; what is missing goes into a file for `urls=`."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from newscrawl.almayadeen.addresses import month_of
from newscrawl.archive.archive import Archive
from newscrawl.archive.files import LEDGER, edition_folder
from newscrawl.archive.ledger import COMPLETE, Ledger
from newscrawl.commands.crawl import check_settings, install_log, warn_of_missing_contact
from newscrawl.errors import REFUSALS_AND_LIMITS, ArgumentError, LedgerDamagedError, LockedError
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.monitoring.audit import STATES, Audit, Holding, Listed, hold_against, take_stock
from newscrawl.monitoring.verdict import BLOCKED, LOCKED, MISSING, NOT_WRITTEN, Verdict
from newscrawl.spiders.articles import UNREACHABLE
from newscrawl.spiders.mayadeen import MayadeenSpider
from newscrawl.spiders.pagination import ListingState

ARGUMENTS = ("edition", "sections", "tags", "since", "until", "discover", "kinds", "max_pages", "site")


class AuditSpider(MayadeenSpider):
    """Reads what the site lists as the crawl does, and asks for no article."""

    name = "audit"
    holding: ClassVar[Holding]

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{"discover": "sections,sitemap", "max_pages": "0", **arguments})
        self.learn_paths(self.holding.families)
        self.listed = Listed()

    def follow_articles(
        self, urls: Iterable[str], found_on: str, state: ListingState | None = None
    ) -> Iterator[scrapy.Request]:
        """Remember what is listed; ask for none of it."""
        year, month = month_of(found_on)
        for url in urls:
            if not self.is_unwanted(url):
                self.listed.add(url, f"{year}-{month:02}" if year and state is None else None)
        if state is not None:
            self.listed.batches.setdefault(state.section.url, []).extend(state.last_batch)
        yield from ()

    def date_of(self, url: str) -> datetime | None:
        """Return when an article was published, if the archive holds it."""
        stamp = self.holding.published.get(url.partition(self.root)[2])
        return datetime.fromisoformat(stamp) if stamp else None

    def end_listing(self, state: ListingState, reason: str, reach: str | None) -> None:
        """Remember which listings were read to their end."""
        if reach == COMPLETE:
            self.listed.ended.add(state.section.url)
        super().end_listing(state, reason, reach)


class Command(ScrapyCommand):
    """Lists the site, compares, and names what is missing."""

    requires_project = True

    def syntax(self) -> str:
        return "[-a NAME=VALUE ...] [--missing FILE] [--json]"

    def short_desc(self) -> str:
        return "Hold the archive against what the site lists, and name what is missing"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE",
            help=f"an argument of the crawl, of: {', '.join(ARGUMENTS)}",
        )  # fmt: skip
        parser.add_argument(
            "--missing", metavar="FILE",
            help="where missing addresses go, one a line; - for standard output (else DATA_DIR/missing-EDITION.txt)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print the audit as JSON in place of a table")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError as error:
            raise UsageError("give arguments as -a NAME=VALUE", print_help=False) from error
        assert self.settings is not None
        install_log(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError("the audit takes no spider; give arguments with -a, as to the crawl", print_help=False)
        if opts.json and opts.missing == "-":
            raise UsageError(
                "--json and --missing - both want standard output: give one of them a file", print_help=False
            )
        assert self.settings is not None
        folder = data_dir(self.settings)
        try:
            check_settings(self.settings)
            if unknown := [name for name in opts.spargs if name not in ARGUMENTS]:
                raise ArgumentError(f"{unknown[0]}: the audit takes {', '.join(ARGUMENTS)}")
            MayadeenSpider.check_arguments(**opts.spargs)
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from error
        if not folder.is_dir():
            raise UsageError(f"there is no archive in {folder}; give its folder with -s DATA_DIR=…", print_help=False)
        edition = opts.spargs.get("edition", "en")
        archived = edition_folder(folder, edition)
        try:
            # Held only while the files are read: a scheduled crawl may run while the site is listed.
            with Archive(archived) as archive:
                holding = take_stock(archive, edition)
        except LockedError as error:
            self.end(Verdict(LOCKED, "locked", str(error), "Wait until that crawl has ended."))
            return
        except (OSError, LedgerDamagedError) as error:
            self.end(Verdict(NOT_WRITTEN, "archive not read", f"{folder}: {error}", "Look at the disk."))
            return
        spider = self.list_site(holding, opts.spargs)
        if spider is None:
            self.end(Verdict(1, "could not start", "the audit failed before its first request", "See above."))
            return
        holding.read(archived)
        with Ledger(archived / LEDGER) as ledger:
            audit = hold_against(
                spider.listed,
                holding,
                lambda address: ledger_state(ledger, edition, address, holding),
                site=spider.site,
                now=datetime.now(UTC),
            )
        name = opts.missing or str(folder / f"missing-{edition}.txt")
        try:
            self.write_missing(audit, name)
        except OSError as error:
            self.end(Verdict(NOT_WRITTEN, "output not written", f"{name}: {error}", "Give a writable --missing FILE."))
            return
        verdict = verdict_of_audit(spider, audit, name)
        if opts.json:
            head = {"edition": edition, "site": spider.root, "forgotten": holding.forgotten, "verdict": verdict.name}
            print(json.dumps({**head, **audit.as_dict()}, indent=1))
        else:
            self.show(audit, holding, spider.root, to_error=opts.missing == "-")
        self.end(verdict)

    def list_site(self, holding: Holding, arguments: dict[str, str]) -> AuditSpider | None:
        """Run the crawl that reads listings only; return its spider."""
        assert self.settings is not None
        assert self.crawler_process is not None
        self.settings.set("FEEDS", {}, priority="cmdline")
        self.settings.set("ITEM_PIPELINES", {}, priority="cmdline")
        kept = {"newscrawl.extensions.progress.ProgressExtension"}
        extensions = self.settings.getdict("EXTENSIONS")
        without = {
            name: None if name.startswith("newscrawl.") and name not in kept else order
            for name, order in extensions.items()
        }
        self.settings.set("EXTENSIONS", without, priority="cmdline")
        warn_of_missing_contact(self.settings)
        spider_class = type("AuditSpider", (AuditSpider,), {"holding": holding})
        crawler = self.crawler_process.create_crawler(spider_class)
        self.crawler_process.crawl(crawler, **arguments)
        self.crawler_process.start()
        spider = crawler.spider
        return spider if isinstance(spider, AuditSpider) and not self.crawler_process.bootstrap_failed else None

    def write_missing(self, audit: Audit, name: str) -> None:
        """Write the missing addresses, one a line; an empty file says that none is."""
        text = "".join(f"{address}\n" for address in audit.missing)
        if name == "-":
            sys.stdout.write(text)
            return
        path = Path(name)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.write_text(text, "utf-8")
        part.replace(path)

    def show(self, audit: Audit, holding: Holding, root: str, *, to_error: bool) -> None:
        """Print the audit as tables."""
        console = Console(stderr=to_error)
        table = Table(title=f"What {root} lists, and what is archived", title_justify="left")
        table.add_column("month")
        table.add_column("section")
        for name in ("listed", *STATES):
            table.add_column(name, justify="right")
        for (month, section), counts in sorted(audit.rows.items(), reverse=True):
            numbers = [str(counts.total()), *(str(counts[state]) for state in STATES)]
            table.add_row(month, section, *numbers, style="bold" if counts["missing"] else None)
        table.add_section()
        table.add_row("all", "", str(audit.totals.total()), *(str(audit.totals[state]) for state in STATES))
        console.print(table)
        for each in audit.last_days:
            if each["listed"]:
                continue
            rest = f"the archive holds {each['archived']} stories of it"
            rest += "; the listings were read beyond it" if each["covered"] else "; no listing was read beyond it"
            console.print(f"The sitemap names no story of {each['day']} that is archived: {rest}.", highlight=False)
        if holding.forgotten:
            console.print(
                f"{holding.forgotten} articles that the ledger knew are in no file any more; it has forgotten them."
            )

    def end(self, verdict: Verdict) -> None:
        """Say the verdict as the last line, and leave with its status."""
        self.exitcode = verdict.status
        print(verdict, file=sys.stderr)


def ledger_state(ledger: Ledger, edition: str, address: str, holding: Holding) -> str | None:
    """Return what the ledger knows of an address that no file holds."""
    entry = ledger.at(edition, address)
    if entry is not None and entry.id in holding.ids:
        return "archived"
    reason = ledger.failure(edition, address)
    return {"gone": "gone", "other_page": "other"}.get(reason or "")


def verdict_of_audit(spider: AuditSpider, audit: Audit, name: str) -> Verdict:
    """Return the verdict on an audit that has ended."""
    stats = spider.crawler.stats.get_stats()

    def count(what: str) -> int:
        return int(stats.get(f"newscrawl/{what}", 0))

    opened, failed = count("listing/opened"), count("listing/failed")
    refused = sum(count(f"error/{each}") for each in REFUSALS_AND_LIMITS | {"robots"})
    totals = audit.totals
    found = (
        f"{totals.total()} listed, {totals['archived']} archived, {totals['gone']} gone, {totals['missing']} missing"
    )
    reason = str(stats.get("finish_reason", "unknown"))
    if reason == UNREACHABLE or not audit.rows:
        if refused:
            return Verdict(BLOCKED, "blocked by the site", f"{refused} requests were refused", "Run later and slower.")
        return Verdict(MISSING, "nothing listed", f"{spider.root} showed no article ({reason})", "See the log above.")
    if failed or count("error/unknown_section") or reason != "finished":
        what = f"{failed} of {opened} listings could not be read" if failed else f"it ended early ({reason})"
        if count("error/unknown_section"):
            what = "a section asked for is not on the site"
        return Verdict(MISSING, "audit not whole", f"{what}; {found}", f"What is missing so far: {name}.")
    if audit.missing:
        return Verdict(MISSING, "articles missing", found, f"Fetch them: scrapy crawl mayadeen -a urls={name}")
    return Verdict(0, "complete", found)
