"""The report of a run: what it says, how it is written, read again, and removed when it is old."""

import gzip
import json
import platform
import resource
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from newscrawl import __version__
from newscrawl.archive.part_file import free_name, write_whole
from newscrawl.dates import format_utc
from newscrawl.escaping import json_text
from newscrawl.monitoring.accounting import accounts_of, faults
from newscrawl.monitoring.canary import JUDGED
from newscrawl.monitoring.observations import FIELDS, Observations, reason_of, reason_of_layer

REPORTS_KEPT = 400
_PACKAGES = ("scrapy", "twisted", "parsel", "lxml", "trafilatura")
_NEEDED: Sequence[str] = (
    "run", "started", "seconds", "edition", "site", "arguments", "verdict", "articles", "pages", "errors", "fill",
    "provenance", "words", "listings",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a report says of a run beside its counts."""

    name: str
    """The run's name (`run_name.py`)."""
    spider: str | None
    edition: str | None
    site: str | None
    """The site's root URL."""
    arguments: Mapping[str, str]
    """The `-a` arguments, as they were given."""
    started: datetime
    ended: datetime


def versions() -> dict[str, str]:
    """Return what a run was made with: name → version; our own is that of the package, which may be an egg."""
    others = {name: version(name) for name in _PACKAGES}
    return {"newscrawl": __version__, **others, "python": platform.python_version()}


def report_of(facts: RunFacts, seen: Observations, stats: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of a run, without its verdict, from what was seen and from Scrapy's statistics."""

    def count(name: str) -> int:
        return int(stats.get(name, 0))

    def group(prefix: str) -> dict[str, Any]:
        return {name.removeprefix(prefix): value for name, value in sorted(stats.items()) if name.startswith(prefix)}

    new, requests = count("newscrawl/new"), count("downloader/request_count")
    newest = datetime.fromisoformat(seen.newest) if seen.newest else None
    return {
        "run": facts.name,
        "started": format_utc(facts.started),
        "ended": format_utc(facts.ended),
        "seconds": round((facts.ended - facts.started).total_seconds(), 1),
        "spider": facts.spider,
        "edition": facts.edition,
        "site": facts.site,
        "arguments": dict(facts.arguments),
        "close_reason": str(stats.get("finish_reason", "unknown")),
        "versions": versions(),
        "pages": {
            "requests": requests,
            "by_status": group("downloader/response_status_count/"),
            "articles": {
                name: count(f"newscrawl/article/{name}")
                for name in ("fetched", "failed", "gone", "known", "unreadable")
            },
            "listings": group("newscrawl/listing/"),
            "by_section": {name: dict(counts) for name, counts in sorted(seen.sections.items())},
            "politeness": group("newscrawl/politeness/"),
        },
        "articles": {
            "written": count("newscrawl/written/articles"),
            "new": new,
            "edited": count("newscrawl/changed"),
            "unchanged": count("newscrawl/unchanged"),
            "near_duplicates": count("newscrawl/near_duplicate"),
            "lost": count("newscrawl/lost/articles"),
        },
        "accounts": accounts_of(stats),
        "faults": faults(stats),
        "headlines": count("newscrawl/written/headlines"),
        "duplicates": group("newscrawl/duplicate/"),
        "skipped": {**group("newscrawl/skipped/"), **group("newscrawl/outside/"), **group("newscrawl/dropped/")},
        "missing_fields": group("newscrawl/missing/"),
        "repaired": group("newscrawl/repaired/"),
        "damaged": group("newscrawl/damaged/"),
        "errors": {
            name: {"count": number, "examples": seen.error_examples.get(name, [])}
            for name, number in group("newscrawl/error/").items()
        },
        "fill": {
            kind: {
                "records": number,
                "rates": {name: round(seen.filled[kind][name] / number, 4) for name in FIELDS},
            }
            for kind, number in sorted(seen.records.items())
        },
        "provenance": {name: dict(layers) for name, layers in sorted(seen.layers.items())},
        "words": {
            kind: {"median": sorted(sample)[len(sample) // 2], "sample": sample}
            for kind, sample in sorted(seen.words.items())
        },
        "listings": seen.listings,
        "examples": seen.examples,
        "newest_article": seen.newest,
        "newest_article_age_seconds": round((facts.ended - newest).total_seconds()) if newest else None,
        "requests_per_new_article": round(requests / new, 3) if new else None,
        "bytes": count("downloader/response_bytes"),
        "peak_memory_bytes": peak_memory(),
        "files": seen.files,
    }


def peak_memory() -> int:
    """Return the most memory that this process has had so far, bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def report_path(folder: Path, run: str) -> Path:
    """Return where the report of a run goes, which no other run's has taken: two may have one second and process id."""
    return free_name(folder / f"{run}.json")


def write_report(path: Path, report: Mapping[str, Any], *, keep: int = REPORTS_KEPT) -> None:
    """Write a report whole, and remove the oldest of its folder beyond `keep`; raises `OSError`.

    The folder is made if that above it is there: one that has vanished in mid-run is not made again.
    """
    path.parent.mkdir(exist_ok=True)
    write_whole(path, [json_text(report, indent=1).encode(), b"\n"])
    remove_old_reports(path.parent, keep)


def write_pages(report: Path, seen: Observations, what: Sequence[str] = ()) -> list[Path]:
    """Write the pages that failed into a folder beside a report, packed, each with its URL and time before it.

    `what` are the canary's regressions: of each, pages that show it. Return their files; raises `OSError`.
    """
    written = []
    reasons = {reason for each in what for reason in _reasons_of_regression(each, seen.pages)}
    always = {reason for reason in seen.pages if reason == "unreadable" or reason.endswith("-no-date")}
    for reason in sorted((reasons | always) & seen.pages.keys()):
        for number, page in enumerate(seen.pages[reason], 1):
            path = _pages_folder(report) / f"{reason}-{number}.html.gz"
            path.parent.parent.mkdir(exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            when = f" downloaded {page.when}" if page.when else ""
            head = f"<!-- {page.kind} {page.url}{when} -->\n".encode()
            # Two members of one gzip file are read as one text.
            path.write_bytes(gzip.compress(head, 6, mtime=0) + page.packed)
            written.append(path)
    return written


def _reasons_of_regression(what: str, kept: Iterable[str]) -> list[str]:
    """Return the reasons under which the pages that show a regression are kept; `kept` are all reasons.

    A layer that fell shows on the pages that were read from the others.

    >>> [_reasons_of_regression(what, ["title-from-dom", "title-from-json-ld", "body-from-dom"])
    ...  for what in ("news: summary", "title from json-ld", "news: median words of a body")]
    [['news-no-summary'], ['title-from-dom'], ['any']]
    """
    if what.startswith("articles in the first batch"):
        return ["listing"]
    if what.startswith("readable"):
        return ["unreadable"]
    kind, _, name = what.rpartition(": ")
    if name in JUDGED:
        return [reason_of(kind, name)]
    name, _, layer = what.partition(" from ")
    fallen, others = reason_of_layer(name, layer), reason_of_layer(name)
    return [reason for reason in kept if reason.startswith(others) and reason != fallen] or ["any"]


def remove_old_reports(folder: Path, keep: int) -> None:
    """Remove the oldest reports of a folder beyond `keep`, each with its pages; raises `OSError`."""
    for old in report_files(folder)[keep:]:
        pages = _pages_folder(old)
        if pages.is_dir():
            for page in pages.iterdir():
                page.unlink()
            pages.rmdir()
        old.unlink()


def _pages_folder(report: Path) -> Path:
    return report.with_name(f"{report.stem}-pages")


def report_files(folder: Path) -> list[Path]:
    """Return the reports in a folder, newest first."""
    return sorted(folder.glob("[0-9]*Z-*.json"), key=lambda path: path.stem, reverse=True)


def read_reports(folder: Path, number: int | None = None) -> tuple[list[dict[str, Any]], list[Path]]:
    """Return the newest reports, newest first, and the files that are none (damaged, or of something else)."""
    reports: list[dict[str, Any]] = []
    damaged: list[Path] = []
    for path in report_files(folder):
        if number is not None and len(reports) >= number:
            break
        try:
            report = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            report = None
        if isinstance(report, dict) and all(name in report for name in _NEEDED):
            reports.append(report)
        else:
            damaged.append(path)
    return reports, damaged
