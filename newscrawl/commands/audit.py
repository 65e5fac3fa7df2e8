"""`scrapy audit`: what the site lists compared with what is archived; what is missing goes into a file for `urls=`."""

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from newscrawl.archive.files import edition_folder
from newscrawl.archive.ledger import Ledger
from newscrawl.command_line import (
    ACCOUNTING,
    DEFAULT_EDITION,
    BaseCommand,
    CommandError,
    crawl_command,
    warn_of_missing_contact,
)
from newscrawl.commands.crawl import Command as CrawlCommand
from newscrawl.errors import ArgumentError
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.audit import STATES, ArchivedArticles, Audit, compare, read_archive, verdict_of_audit
from newscrawl.monitoring.verdict import Verdict
from newscrawl.setting_checks import check_settings
from newscrawl.spiders.audit import AuditSpider
from newscrawl.terminal import as_json, console, narrow_table, until_reader_leaves

ARGUMENTS = ("edition", "sections", "tags", "since", "until", "discover", "kinds", "max_pages", "site")
KEPT = ("newscrawl.extensions.progress.ProgressExtension", ACCOUNTING)


class Command(BaseCommand):
    """Lists the site, compares, and names what is missing."""

    summary = "Compare the archive with what the site lists, and name what is missing"
    example = "scrapy audit -a edition=ar -a discover=sitemap"
    arguments: ClassVar[Mapping[str, str]] = {
        **{name: CrawlCommand.arguments[name] for name in ARGUMENTS},
        "discover": "ways to articles, as to the crawl (default: sections,sitemap)",
        "max_pages": "batches read of each listing; 0 reads to the end (default: 0)",
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "nothing is missing",
        ExitStatus.COULD_NOT_START: ExitStatus.COULD_NOT_START.meaning,
        ExitStatus.WRONG_ARGUMENT: "wrong argument or setting, or no archive there",
        ExitStatus.INCOMPLETE: "articles are missing, or a listing could not be read",
        ExitStatus.BLOCKED: "the site refuses",
        ExitStatus.NOT_WRITTEN: "the archive cannot be read, or the list not written",
        ExitStatus.FAULT: ExitStatus.FAULT.meaning,
        ExitStatus.LOCKED: ExitStatus.LOCKED.meaning,
    }
    writes_log = True

    def syntax(self) -> str:
        return "[-a NAME=VALUE ...] [--missing FILE] [--json]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--missing", metavar="FILE",
            help="where missing URLs go, one a line; - for standard output (default: DATA_DIR/EDITION/missing.txt)",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print the audit as JSON in place of a table")

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict:
        if args:
            raise ArgumentError("the audit takes no spider; give arguments with -a, as to the crawl")
        if opts.json and opts.missing == "-":
            raise ArgumentError("--json and --missing - both need standard output: give one of them a file")
        check_settings(self.own_settings)
        AuditSpider.check_arguments(**opts.spargs)
        edition = opts.spargs.get("edition", DEFAULT_EDITION)
        self.editions(edition)
        # The lock is held only while the files are read: a scheduled crawl may run while the site is listed.
        with self.archive_to_read(edition) as archive:
            archived = read_archive(archive, edition)
            path = archive.ledger.database.path
        spider = self.list_site(archived, opts.spargs)
        folder = edition_folder(self.data_dir, edition)
        with self.archive_errors(edition), Ledger(path) as ledger:
            archived.read(folder, archive.damages)
            audit = compare(
                spider.listed,
                archived,
                lambda url: ledger_state(ledger, edition, url, archived),
                site=spider.site,
                now=datetime.now(UTC),
            )
        names = opts.missing or str(folder / "missing.txt")
        site = opts.spargs.get("site", "")
        command = crawl_command(self.own_settings, {"urls": names, "edition": edition, "site": site})
        stats = spider.crawler.stats.get_stats()
        verdict = verdict_of_audit(audit, stats, root=spider.root, names=names, command=command)
        with until_reader_leaves():
            try:
                write_missing(audit, names)
            except BrokenPipeError:
                raise
            except OSError as error:
                # On a read-only disk, a file that is not there says as well that nothing is missing.
                if audit.missing or opts.missing or os.path.lexists(names):
                    reason = f"{names}: {error}; {verdict.reason}"
                    advice = "Give a writable --missing FILE."
                    verdict = Verdict(ExitStatus.NOT_WRITTEN, "output not written", reason, advice)
            if opts.json:
                head = {
                    "edition": edition,
                    "site": spider.root,
                    "forgotten": archived.forgotten,
                    "verdict": verdict.name,
                }
                print(as_json({**head, **audit.as_dict()}, indent=1))
            else:
                show(audit, archived, spider.root, to_error=opts.missing == "-")
        return verdict

    def list_site(self, archived: ArchivedArticles, arguments: Mapping[str, str]) -> AuditSpider:
        """Run the crawl that reads listings only; return its spider. Raises `CommandError` when it cannot start."""
        settings = self.own_settings
        for name in ("FEEDS", "ITEM_PIPELINES"):
            settings.set(name, {}, priority="cmdline")
        extensions = {
            name: None if name.startswith("newscrawl.") and name not in KEPT else order
            for name, order in settings.getdict("EXTENSIONS").items()
        }
        settings.set("EXTENSIONS", extensions, priority="cmdline")
        warn_of_missing_contact(settings)
        crawler = self.process.create_crawler(AuditSpider)
        self.process.crawl(crawler, archived=archived, **arguments)
        self.run_process()
        if not isinstance(crawler.spider, AuditSpider) or self.process.bootstrap_failed:
            raise CommandError(
                Verdict(
                    ExitStatus.COULD_NOT_START,
                    "could not start",
                    "the audit failed before its first request",
                    "See above.",
                )
            )
        return crawler.spider


def ledger_state(ledger: Ledger, edition: str, url: str, archived: ArchivedArticles) -> str | None:
    """Return what the ledger knows of a URL that is in no file."""
    entry = ledger.at(edition, url)
    if entry is not None and entry.id in archived.ids:
        return "archived"
    return {"gone": "gone", "other_page": "other"}.get(ledger.failure(edition, url) or "")


def write_missing(audit: Audit, name: str) -> None:
    """Write the missing URLs into a file, whole, one a line; an empty file says that nothing is missing."""
    text = "".join(f"{url}\n" for url in audit.missing)
    if name == "-":
        sys.stdout.write(text)
        return
    path = Path(name)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, "utf-8")
    part.replace(path)


def show(audit: Audit, archived: ArchivedArticles, root: str, *, to_error: bool) -> None:
    """Print the audit as tables."""
    out = console(stderr=to_error)
    table = narrow_table(title=f"What {root} lists, and what is archived")
    table.add_column("month", no_wrap=True)
    table.add_column("section", overflow="fold")
    for name in ("listed", *STATES):
        table.add_column(name, justify="right", no_wrap=True)
    for (month, section), counts in sorted(audit.rows.items(), reverse=True):
        numbers = [str(counts.total()), *(str(counts[state]) for state in STATES)]
        table.add_row(month, section, *numbers, style="bold" if counts["missing"] else None)
    table.add_section()
    table.add_row("all", "", str(audit.totals.total()), *(str(audit.totals[state]) for state in STATES))
    out.print(table)
    for each in audit.last_days:
        if each["listed"]:
            continue
        rest = f"the archive holds {each['archived']} articles of it"
        rest += "; the listings were read beyond it" if each["covered"] else "; no listing was read beyond it"
        out.print(f"The sitemap names no article of {each['day']} that is archived: {rest}.", soft_wrap=True)
    if archived.forgotten:
        out.print(
            f"{archived.forgotten} articles that the ledger knew are in no file any more; it has forgotten them.",
            soft_wrap=True,
        )
