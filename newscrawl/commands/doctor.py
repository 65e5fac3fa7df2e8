"""`scrapy doctor`: some twenty polite requests, and what of the site was recognised and what was not."""

import argparse
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from scrapy.settings import SETTINGS_PRIORITIES

from newscrawl.archive.files import edition_folder
from newscrawl.command_line import (
    ACCOUNTING,
    DEFAULT_EDITION,
    BaseCommand,
    CommandError,
    crawl_command,
    warn_of_missing_contact,
)
from newscrawl.errors import STOPPED, ArgumentError
from newscrawl.escaping import escaped
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.accounting import faults
from newscrawl.monitoring.doctor_findings import (
    CONFIRMED,
    MAX_REQUESTS,
    REFUSED,
    REFUTED,
    UNREACHABLE,
    feed,
    points_of,
    robots,
    second_batch,
    settings_of,
    sitemap_index,
    tag_page,
    verdict_of_examination,
)
from newscrawl.monitoring.verdict import BLOCKED, FINISHED, OVERLOADED, TOO_SLOW, Verdict
from newscrawl.setting_checks import check_settings
from newscrawl.spiders.doctor import DoctorSpider
from newscrawl.terminal import as_json, console, say, until_reader_leaves

# Reasons for which the crawl closes that are the site's: their statistics have the same names.
STOPPED_BY = {BLOCKED: REFUSED, TOO_SLOW: REFUSED, OVERLOADED: UNREACHABLE}


class Command(BaseCommand):
    """Examines the site and says what a crawl would recognise."""

    summary = "Look at the site with some twenty requests: what is recognised, what is not, what to set"
    example = "scrapy doctor -a edition=ar"
    arguments: ClassVar[Mapping[str, str]] = {
        "edition": "en, ar or es (default: en)",
        "site": "another root that serves the same pages (default: the edition's own)",
    }
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "all that a crawl needs is recognised",
        ExitStatus.COULD_NOT_START: ExitStatus.COULD_NOT_START.meaning,
        ExitStatus.WRONG_ARGUMENT: ExitStatus.WRONG_ARGUMENT.meaning,
        ExitStatus.INCOMPLETE: "the site does not answer, or the examination was stopped",
        ExitStatus.PAGES_CHANGED: "something that a crawl needs is not recognised; the last line names it",
        ExitStatus.BLOCKED: "the site refuses",
        ExitStatus.FAULT: ExitStatus.FAULT.meaning,
    }
    writes_log = True

    def syntax(self) -> str:
        return "[-a edition=EDITION] [-a site=URL] [--most NUMBER] [--json]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--most", type=int, default=MAX_REQUESTS, help=f"most requests (default: {MAX_REQUESTS})")

    def install_log(self) -> None:
        """Have only warnings in the log, unless another level was asked for: the findings are what counts."""
        if (self.own_settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]:
            self.own_settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        super().install_log()

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict:
        if args or opts.most < 1:
            raise ArgumentError("the doctor takes -a edition=…, -a site=…, --most NUMBER and --json")
        check_settings(self.own_settings)
        DoctorSpider.check_arguments(**opts.spargs)
        found = self.examine(opts.spargs, opts.most)
        verdict = verdict_of_examination(found)
        found["verdict"] = {"status": verdict.status, "name": verdict.name, "reason": verdict.reason}
        with until_reader_leaves():
            if opts.json:
                print(as_json(found, indent=1))
            elif not found.get("stopped"):
                show(found)
                if found["settings"]:
                    say()
                    say("Crawl with the settings that fit:")
                    say(f"  {crawl_command(self.own_settings, opts.spargs, *found['settings'])}")
        return verdict

    def examine(self, arguments: Mapping[str, str], most: int) -> dict[str, Any]:
        """Return the findings of an examination; raises `CommandError` when it cannot start."""
        for name in ("FEEDS", "ITEM_PIPELINES"):
            # It holds no archive: a crawl may run meanwhile.
            self.own_settings.set(name, {}, priority="cmdline")
        self.own_settings.set("EXTENSIONS", {ACCOUNTING: 10}, priority="cmdline")
        warn_of_missing_contact(self.own_settings)
        edition = arguments.get("edition", DEFAULT_EDITION)
        folder = edition_folder(self.data_dir, edition) / "doctor" / self.run_name
        crawler = self.process.create_crawler(DoctorSpider)
        self.process.crawl(crawler, **arguments, most=most, folder=folder)
        self.run_process()
        spider = crawler.spider
        if not isinstance(spider, DoctorSpider) or self.process.bootstrap_failed:
            raise CommandError(
                Verdict(
                    ExitStatus.COULD_NOT_START,
                    "could not start",
                    "the examination failed before its first request",
                    "See above.",
                )
            )
        found = spider.found
        stats = crawler.stats.get_stats()
        reason = str(stats.get("finish_reason", "unknown"))
        if reason in STOPPED_BY:
            found |= {"stopped": STOPPED_BY[reason], "stopped_by": stats.get(f"newscrawl/{reason}", reason)}
        elif reason != FINISHED:
            found |= {"stopped": STOPPED, "stopped_by": f"after {spider.asked} requests ({reason})"}
        found["faults"] = faults(stats)
        return found | {
            "requests": spider.asked,
            "points": points_of(found),
            "settings": settings_of(found),
            "pages": [str(path) for path in spider.saved],
        }


def show(found: Mapping[str, Any]) -> None:
    """Print the findings in sentences."""
    for line in lines_of(found):
        say(line)
    say()
    say("Open points:")
    for point in found["points"]:
        style = {CONFIRMED: "green", REFUTED: "bold red"}.get(point["verdict"], "")
        evidence = f" ({escaped(point['evidence'])})" if point["evidence"] else ""
        console().print(Text.assemble("  ", (point["verdict"], style), f": {point['point']}{evidence}"), soft_wrap=True)
    if found["failures"]:
        say()
        say("Not fetched or not readable:")
    for url, name in found["failures"].items():
        say(f"  {url}: {name}")
    if found["pages"]:
        page = next((page for page in found["pages"] if Path(page).name.startswith("article-")), found["pages"][0])
        say()
        say(f"{len(found['pages'])} pages were saved; this makes one a test:")
        say(f"  scrapy fixture {shlex.quote(page)}")


def lines_of(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was found, one sentence a line."""
    yield f"{found['site']}: {found['requests']} requests."
    menu, listing = found["menu"], found.get("listing", {})
    yield f"The menu shows the sections {', '.join(menu['sections']) or 'none'}."
    yield f"It shows the regions {', '.join(menu['regions']) or 'none'}."
    for path, kind in menu["learnt"].items():
        yield f"Its labels say that {path} leads to the kind {kind}."
    if listing:
        yield f"The listing {listing['url']} shows {len(listing['articles'])} articles."
        if listing["other_links"]:
            shapes = ", ".join(f"{shape} ({count})" for shape, count in listing["other_links"].items())
            yield f"Its links that lead to no article: {shapes}."
    for name, look in (
        ("Second batch", second_batch),
        ("Tag page", tag_page),
        ("Sitemaps", sitemap_index),
        ("Feeds", feed),
        ("robots.txt and sitemaps", robots),
    ):
        answer = look(found)
        yield f"{name}: {answer.evidence if answer else 'not seen'}."
    for article in found["articles"]:
        yield ""
        yield from article_lines(article)


def article_lines(article: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an article's page is made of."""
    layers = ", ".join(article["layers"]) or "none"
    if "error" in article:
        yield f"Not an article: {article['url']}: {article['reason']} ({article['error']})."
        yield f"  Its metadata: {layers}."
        return
    yield f"An article of the kind {article['kind']}: {article['url']}"
    yield f"  Its metadata: {layers}."
    body, taken = article["body"], article["dates"]["taken"]
    if body["markup"]:
        yield f"  Its body: {body['markup']} ({body['layer']}, {body['words']} words)."
    else:
        yield "  It has no text."
    by_layer: dict[str, list[str]] = {}
    for name, layer in article["fields"].items():
        by_layer.setdefault(layer, []).append(name)
    for layer, names in by_layer.items():
        if layer != "page":
            yield f"  From {layer}: {', '.join(names)}."
    if article["empty"]:
        yield f"  Empty: {', '.join(article['empty'])}."
    if taken["utc"]:
        yield f"  Its date: {taken['raw']}, read as {taken['utc']}."
    else:
        yield "  It has no date."
