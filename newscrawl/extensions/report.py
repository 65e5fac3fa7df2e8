"""The accounts of a run: what was read, written, skipped and missed, field by field."""

import gzip
import json
import logging
import os
import platform
import random
import resource
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawl.archive.part_file import sync_folder
from newscrawl.dates import format_utc
from newscrawl.items import Article, Record
from newscrawl.monitoring.canary import JUDGED
from newscrawl.signals import ERROR_NAMED, LISTING_READ, PAGE_UNREADABLE

logger = logging.getLogger(__name__)

EXAMPLES = 3
SAMPLE = 500
"""Lengths of bodies that are kept of each kind, drawn evenly from all."""
_FIELDS = tuple(each.name for each in fields(Article))


class ReportExtension:
    """Gathers what a run's report says; `report()` makes it, `write()` writes it and the pages that failed.

    In memory are counts, a sample of lengths, three addresses for each name, and a few packed pages.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started = datetime.now(UTC)
        self.records: Counter[str] = Counter()
        self.filled: dict[str, Counter[str]] = {}
        self.layers: dict[str, Counter[str]] = {}
        self.sections: dict[str, Counter[str]] = {}
        self.words: dict[str, list[int]] = {}
        self.examples: dict[str, list[str]] = {}
        self.error_examples: dict[str, list[str]] = {}
        self.listings: dict[str, int] = {}
        self.newest: str | None = None
        self.files: list[dict[str, Any]] = []
        self.pages: dict[str, list[tuple[str, str, bytes]]] = {}
        """Reason → (address, time, packed HTML) of pages that failed."""
        self.most_pages = crawler.settings.getint("CANARY_PAGES")
        self.random = random.Random(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        for receiver, signal in (
            (extension.item_scraped, signals.item_scraped),
            (extension.file_closed, signals.feed_slot_closed),
            (extension.error_named, ERROR_NAMED),
            (extension.page_unreadable, PAGE_UNREADABLE),
            (extension.listing_read, LISTING_READ),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return extension

    # -- gathering ----------------------------------------------------------------------------------------------

    def item_scraped(self, item: Record, response: Response) -> None:
        """Count an exported article."""
        if not isinstance(item, Article):
            return
        kind = item.kind
        self.records[kind] += 1
        filled = self.filled.setdefault(kind, Counter())
        filled.update(name for name in _FIELDS if getattr(item, name) not in (None, "", ()))
        for name, layer in item.provenance.items():
            self.layers.setdefault(name, Counter())[layer] += 1
        self.sections.setdefault(item.section or kind, Counter())["written"] += 1
        if item.body:
            self._add_length(kind, item.word_count)
        self._example(self.examples, "any", item.url)
        for name in JUDGED:
            if not getattr(item, name):
                self._example(self.examples, f"{kind}: {name}", item.url)
        if item.date_published is None:
            self._keep("no-date", item.url, item.date_downloaded or format_utc(datetime.now(UTC)), response.body)
        elif self.newest is None or item.date_published > self.newest:
            self.newest = item.date_published

    def _add_length(self, kind: str, words: int) -> None:
        sample = self.words.setdefault(kind, [])
        number = len(sample)
        if number < SAMPLE:
            sample.append(words)
        elif (at := self.random.randrange(self.records[kind])) < SAMPLE:
            sample[at] = words

    def file_closed(self, slot: Any) -> None:
        """Note a committed file."""
        storage = slot.storage
        if getattr(storage, "committed", None) is not None:
            # `en/articles/….jsonl`
            name = "/".join(storage.committed.parts[-3:])
            self.files.append({"name": name, "lines": storage.lines, "sha256": storage.sha256})

    def error_named(self, name: str, address: str) -> None:
        """Remember an example of what was counted."""
        self._example(self.error_examples, name, address)

    def page_unreadable(self, response: Response, when: str, url: str) -> None:
        """Keep a page that could not be read."""
        self._example(self.examples, "unreadable", url)
        self._keep("unreadable", url, when, response.body)

    def listing_read(self, url: str, links: int) -> None:
        """Note how many stories the first batch of a listing showed."""
        if len(self.listings) < 200:
            self.listings[url] = links

    @staticmethod
    def _example(examples: dict[str, list[str]], name: str, address: str) -> None:
        known = examples.setdefault(name, [])
        if len(known) < EXAMPLES and address not in known:
            known.append(address)

    def _keep(self, reason: str, url: str, when: str, body: bytes) -> None:
        kept = self.pages.setdefault(reason, [])
        if len(kept) < self.most_pages:
            kept.append((url, when, gzip.compress(body, 6, mtime=0)))

    # -- the report ---------------------------------------------------------------------------------------------

    def report(self, run: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        """Return the report of the run with a name, without its verdict."""
        stats = self.crawler.stats.get_stats()
        spider = self.crawler.spider
        ended = datetime.now(UTC)
        new = int(stats.get("newscrawl/new", 0))
        requests = int(stats.get("downloader/request_count", 0))
        newest = datetime.fromisoformat(self.newest) if self.newest else None

        def group(prefix: str) -> dict[str, Any]:
            return {
                name.removeprefix(prefix): value for name, value in sorted(stats.items()) if name.startswith(prefix)
            }

        return {
            "run": run,
            "started": format_utc(self.started),
            "ended": format_utc(ended),
            "seconds": round((ended - self.started).total_seconds(), 1),
            "spider": getattr(spider, "name", None),
            "edition": getattr(getattr(spider, "edition", None), "code", None),
            "site": getattr(spider, "root", None),
            "arguments": dict(arguments),
            "close_reason": str(stats.get("finish_reason", "unknown")),
            "versions": {
                **{name: version(name) for name in ("newscrawl", "scrapy", "twisted", "parsel", "lxml", "trafilatura")},
                "python": platform.python_version(),
            },
            "pages": {
                "requests": requests,
                "by_status": group("downloader/response_status_count/"),
                "articles": {
                    name: int(stats.get(f"newscrawl/article/{name}", 0))
                    for name in ("fetched", "failed", "gone", "known", "unreadable")
                },
                "listings": group("newscrawl/listing/"),
                "by_section": {name: dict(counts) for name, counts in sorted(self.sections.items())},
                "politeness": group("newscrawl/politeness/"),
            },
            "articles": {
                "written": int(stats.get("newscrawl/written/articles", 0)),
                "new": new,
                "edited": int(stats.get("newscrawl/changed", 0)),
                "unchanged": int(stats.get("newscrawl/unchanged", 0)),
                "near_duplicates": int(stats.get("newscrawl/near_duplicate", 0)),
                "lost": int(stats.get("newscrawl/lost/articles", 0)),
            },
            "headlines": int(stats.get("newscrawl/written/headlines", 0)),
            "duplicates": group("newscrawl/duplicate/"),
            "skipped": {**group("newscrawl/skipped/"), **group("newscrawl/outside/"), **group("newscrawl/dropped/")},
            "missing_fields": group("newscrawl/missing/"),
            "repaired": group("newscrawl/repaired/"),
            "errors": {
                name: {"count": count, "examples": self.error_examples.get(name, [])}
                for name, count in group("newscrawl/error/").items()
            },
            "fill": {
                kind: {
                    "records": number,
                    "rates": {name: round(self.filled[kind][name] / number, 4) for name in _FIELDS},
                }
                for kind, number in sorted(self.records.items())
            },
            "provenance": {name: dict(layers) for name, layers in sorted(self.layers.items())},
            "words": {
                kind: {"median": sorted(sample)[len(sample) // 2], "sample": sample}
                for kind, sample in sorted(self.words.items())
            },
            "listings": self.listings,
            "examples": self.examples,
            "newest_article": self.newest,
            "newest_article_age_seconds": round((ended - newest).total_seconds()) if newest else None,
            "requests_per_new_article": round(requests / new, 3) if new else None,
            "bytes": int(stats.get("downloader/response_bytes", 0)),
            "peak_memory_bytes": peak_memory(),
            "files": self.files,
        }

    def write_pages(self, folder: Path) -> list[Path]:
        """Write the pages that failed, packed, each with its address and time before it; return their files."""
        written = []
        for reason, pages in self.pages.items():
            for number, (url, when, packed) in enumerate(pages, 1):
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{reason}-{number}.html.gz"
                head = f"<!-- article {url} downloaded {when} -->\n".encode()
                # Two members of one gzip file are read as one text.
                path.write_bytes(gzip.compress(head, 6, mtime=0) + packed)
                written.append(path)
        return written


def peak_memory() -> int:
    """Return the most memory that this process has had so far, bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def write_report(folder: Path, report: Mapping[str, Any], keep: int) -> Path:
    """Write a report whole under its final name, and remove the oldest beyond `keep`; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report['run']}.json"
    part = folder / f".{path.name}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(report, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(folder)
    for old in report_files(folder)[keep:] if keep > 0 else ():
        pages = old.with_name(f"{old.stem}-pages")
        for page in pages.glob("*") if pages.is_dir() else ():
            page.unlink()
        if pages.is_dir():
            pages.rmdir()
        old.unlink()
    return path


def report_files(folder: Path) -> list[Path]:
    """Return the reports in a folder, newest first."""
    return sorted(folder.glob("[0-9]*Z-*.json"), reverse=True)


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


_NEEDED: Sequence[str] = (
    "run", "started", "seconds", "edition", "site", "arguments", "verdict", "articles", "pages", "errors", "fill",
    "provenance", "words", "listings",
)  # fmt: skip
