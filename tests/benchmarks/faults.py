"""`python -m tests.benchmarks.faults [ARTICLES]`: a crawl in which some responses are faulty, in all known ways.

2 % of the article pages are faulty, equally often in each way. Prints how many pages were served in each way, how many
failures were counted under each name, how many sound articles were missed, and the exit status.
"""

import ast
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newscrawl.replica import Fault, Options, Replica
from tests.crawling import crawl

SETTINGS = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": "4",
    "DOWNLOAD_TIMEOUT": "8",
    "MAX_CONSECUTIVE_ERRORS": "0",
    "LOG_LEVEL": "INFO",
}
PAGES = r"^/(?:news|articles)/[^/?]+/."
WAYS: dict[str, tuple[Fault, str]] = {
    "server error": (Fault(kind="status", status=500), "server_error"),
    "too many requests": (Fault(kind="status", status=429, retry_after="0"), "too_many_requests"),
    "gone": (Fault(kind="status", status=404), "gone"),
    "refused": (Fault(kind="status", status=403), "refused"),
    "slow to answer": (Fault(kind="slow", seconds=14), "timeout"),
    "slow-loris": (Fault(kind="slow", seconds=14, drip=50), "timeout"),
    "truncated": (Fault(kind="truncated"), "truncated"),
    "oversized": (Fault(kind="oversized"), "too_large"),
    "gzip bomb": (Fault(kind="bomb"), "too_large"),
    "redirect loop": (Fault(kind="redirect-loop"), "redirect"),
    "off the site": (Fault(kind="redirect", location="http://elsewhere.example/news/politics/a-b"), "off_site"),
    "closed": (Fault(kind="close"), "connection_lost"),
    "garbage": (Fault(kind="garbage"), "missing_headline"),
    "megabyte headline": (Fault(kind="headline"), ""),
    "wrong charset": (Fault(kind="charset"), ""),
    "nested 10,000 deep": (Fault(kind="nested"), "missing_body"),
    "30,000 links": (Fault(kind="links"), ""),
    "control characters, NaN, markup in fields": (Fault(kind="control"), ""),
}
"""Way → the fault, and the name under which it is counted; "" if the article is exported all the same."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of a crawl of a faulty site."""

    status: int
    served: Counter[str]
    """Way → number of articles that were served in this way."""
    expected: Counter[str]
    """Name → how often it should have been counted."""
    counted: Counter[str]
    """Name → how often it was counted."""
    missed: set[str]
    """URLs of sound articles that were not exported."""
    wrong: set[str]
    """URLs of exported articles with a wrong body."""
    twice: int
    """Number of articles that were exported more than once."""
    log: str


def crawl_faulty(articles: int, share: float, folder: Path, **settings: str) -> Outcome:
    """Crawl a site where a share of the article pages is faulty."""
    with Replica(Options(articles=articles)) as site:
        urls = site.article_urls()
        number = max(len(WAYS), round(articles * share))
        ways = list(WAYS.items())
        chosen = {urls[at * articles // number]: ways[at % len(ways)] for at in range(number)}
        by_fault: dict[str, list[str]] = {}
        for url, (name, _) in chosen.items():
            by_fault.setdefault(name, []).append(urlsplit(url).path)
        for name, paths in by_fault.items():
            fault = WAYS[name][0]
            fault.path = "^(?:" + "|".join(map(re.escape, paths)) + r")(?:\\?|$)"
            fault.seen.clear()
            site.faults.append(fault)
        done = crawl(site, folder, settings={**SETTINGS, **settings}, seconds=120 + 0.1 * articles)
        counted = Counter(
            {
                name.removeprefix("newscrawl/error/"): value
                for name, value in stats_of(done.log).items()
                if name.startswith("newscrawl/error/")
            }
        )
        truth = site.truth()
        records = done.records()
        counts = Counter(record["url"] for record in records)
        sound = {url for url in urls if url not in chosen or not chosen[url][1][1]}
        wrong = {
            record["url"]
            for record in records
            if record["url"] in sound and record["body"].split("\n\n") != truth[record["url"]]["paragraphs"]
        }
        return Outcome(
            status=done.status,
            served=Counter(name for name, _ in chosen.values()),
            expected=Counter(found for _, (_, found) in chosen.values() if found),
            counted=counted,
            missed=sound - set(counts),
            wrong=wrong,
            twice=sum(count > 1 for count in counts.values()),
            log=done.log,
        )


def stats_of(log: str) -> dict[str, Any]:
    """Return the numbers in the statistics at the end of a log."""
    return {name: ast.literal_eval(value) for name, value in re.findall(r"'([\w/.]+)': (\d+)[,}]", log)}


def main(articles: int) -> None:
    """Crawl a faulty site, and print the results."""
    with tempfile.TemporaryDirectory() as folder:
        found = crawl_faulty(articles, 0.02, Path(folder))
    for name, count in found.served.items():
        print(f"{name:45} {count:5}  {WAYS[name][1] or 'exported'}")
    print(f"counted as expected: {found.counted == found.expected}")
    for name in sorted({*found.counted, *found.expected}):
        print(f"  {name:30} expected {found.expected[name]:5}  counted {found.counted[name]:5}")
    print(f"status {found.status}; missed {len(found.missed)}, wrong {len(found.wrong)}, written twice {found.twice}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
