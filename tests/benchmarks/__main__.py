"""`python -m tests.benchmarks [extraction] [crawl] [growth] [linear]`: CPU time and memory of newscrawl and of others.

Without a name all three parts are measured, one after the other, in about an hour. The command prints the tables of
`README.md` in this folder. When all three were measured it draws `performance.svg` again. `linear` is asked for by its
name; the command ends with 1 where the time of a reader grows faster than what it reads.
"""

import argparse
import json
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks import crawl, extraction, growth, linear
from tests.benchmarks.picture import Panel, drawn

DRAWN = ("extraction", "crawl", "growth")
PARTS = (*DRAWN, "linear")
PICTURE = Path(__file__).with_name("performance.svg")
SPIDERS = {
    "bare": "a bare spider, which only downloads",
    "fields": "a spider that takes 12 fields by CSS",
    "newscrawl": "newscrawl, with everything on",
}
PADDED = {"boxes": "empty elements", "code": "script"}
Results = dict[str, dict[str, Any]]


def main() -> int:
    """Measure the parts that the command line names; print and draw the results."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: the first three")
    parser.add_argument(
        "--environments",
        type=Path,
        default=Path(".benchmarks"),
        metavar="DIR",
        help="where other extractors are installed",
    )
    parser.add_argument("--results", type=Path, metavar="FILE", help="JSON file that keeps the figures between runs")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"unknown part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    results: Results = json.loads(given.results.read_text()) if given.results and given.results.exists() else {}
    if set(results.get("crawl", PADDED)) != set(PADDED):
        parser.error(f"{given.results} was written by another version: remove it")
    for part in given.parts or DRAWN:
        results[part] = measured(part, given.environments.absolute())
        print("\n".join(table(part, results[part])), flush=True)
        if given.results:
            given.results.write_text(json.dumps(results, indent=1))
    own = ", ".join(f"{name} {version(name)}" for name in ("newscrawl", "Scrapy", "lxml", "parsel", "Twisted"))
    print(f"\n{datetime.now(UTC):%B %Y}; Python {platform.python_version()}, {own}.")
    if all(part in results for part in DRAWN):
        PICTURE.write_text(drawn(list(panels(results))))
    steep = linear.too_steep(results["linear"]) if "linear" in given.parts else []
    if steep:
        print(f"Above linear: {', '.join(steep)}")
    return 1 if steep else 0


def measured(part: str, environments: Path) -> dict[str, Any]:
    """Return the figures of a part."""
    if part == "extraction":
        return extraction.measure(environments)
    if part == "crawl":
        return crawl.measure()
    if part == "linear":
        return linear.measure()
    return {str(size): growth.measure(size) for size in growth.SIZES} | {"scheduled": growth.scheduled()}


def table(part: str, found: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a part's table, as Markdown."""
    if part == "extraction":
        own = found["newscrawl"]["ms"]
        yield "\n| extractor | CPU a page | pages a CPU second | time beside ours | body's words, F1 | titles right |"
        yield "|---|--:|--:|--:|--:|--:|"
        for name, figures in found.items():
            titles = "gives none" if figures["titles"] is None else f"{figures['titles']:.0%}"
            words = f"{figures['f1']:.3f} (worst markup {figures['worst']:.3f})"
            ms = figures["ms"]
            label = "`parse_article`" if name == "newscrawl" else f"{name} {figures['version']}"
            yield f"| {label} | {ms:.1f} ms | {1000 / ms:.0f} | {ms / own:.1f} | {words} | {titles} |"
    elif part == "crawl":
        yield "\n| pages filled with | crawl | CPU a page | pages a CPU second | beside the bare spider | peak memory |"
        yield "|---|---|--:|--:|--:|--:|"
        for padding, spiders in found.items():
            for name, figures in spiders.items():
                speed = f"{figures['ms']:.1f} ms | {figures['pages']:.0f} | {figures['beside']:.2f}"
                yield f"| {PADDED[padding]} | {SPIDERS[name]} | {speed} | {figures['peak']:.0f} MB |"
    elif part == "linear":
        yield from linear.table(found)
    else:
        yield "\n| articles in one crawl | CPU a page | peak memory |"
        yield "|--:|--:|--:|"
        for size in map(str, growth.SIZES):
            yield f"| {int(size):,} | {found[size]['ms']:.1f} ms | {found[size]['peak']:.0f} MB |"
        run = found["scheduled"]
        yield (
            f"\nA scheduled run with nothing new on 12 sections, its ledger of {run['held']:,} articles:"
            f" {run['first']:.2f} s of CPU to the first request, {run['all']:.2f} s in all, {run['requests']} requests,"
            f" {run['peak']:.0f} MB."
        )


def panels(results: Results) -> Iterator[Panel]:
    """Yield the panels of the picture."""
    found = results["extraction"]
    bars = [
        ("newscrawl" if name == "newscrawl" else name, 1000 / figures["ms"], f"{1000 / figures['ms']:.0f}")
        for name, figures in sorted(found.items(), key=lambda pair: pair[1]["ms"])
    ]
    yield Panel("Extraction: pages of 100 KB a CPU second (logarithmic)", bars, is_logarithmic=True)
    labels = {"bare": "bare spider", "fields": "12 fields by CSS", "newscrawl": "newscrawl"}
    for padding, spiders in results["crawl"].items():
        yield Panel(
            f"Crawl: CPU milliseconds a page of 100 KB, filled with {PADDED[padding]}",
            [(labels[name], figures["ms"], f"{figures['ms']:.1f} ms") for name, figures in spiders.items()],
        )
    sizes = [(f"newscrawl, {size:,}", results["growth"][str(size)]) for size in growth.SIZES]
    yield Panel(
        "Growth: peak memory of a crawl, by number of articles",
        [(label, figures["peak"], f"{figures['peak']:.0f} MB") for label, figures in sizes],
    )


if __name__ == "__main__":
    sys.exit(main())
