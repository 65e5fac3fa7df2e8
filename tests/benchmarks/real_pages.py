"""How well real pages are read, beside trafilatura in one run: pages with what is right on them, which you bring.

    python -m tests.benchmarks.real_pages FOLDER [...] [--language en] [--worst 20] [--alone]

A folder is one of two: a checkout of https://github.com/flairNLP/fundus, whose tests have recorded pages; or pairs of
`NAME.html` (or `NAME.html.gz`) and `NAME.json`, at any depth. The JSON has `url` and `paragraphs` (headings among
them), and may have `title`, `authors`, `date_published` and `downloaded`. Nothing of the pages is kept.

Each page is given as one of the site's own, because a crawl meets no others: its host is made the site's, and the URLs
of its articles are made like those of the site. So its links count as links to the site's articles. Its markup and its
words stay as they were.

Paragraphs and shingles (four words in a row) are compared as letters and digits alone, repeated ones counted. P and R
are means of pages: P of those with any text found, R of all. F1 is the harmonic mean of these two. A page that is
refused has no text. Titles, authors (all, in their order), minutes and days are those that are equal, of the pages that
state them; trafilatura gives days only. The CPU time is that of one page after the other, each by both. newscrawl asks
trafilatura itself where its own search finds no body.
"""

import argparse
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median
from typing import Any

import trafilatura

from newscrawl.errors import PageError
from newscrawl.pages import parse_article
from newscrawl.pipelines.clean import cleaned
from newscrawl.text import paragraphs
from tests.benchmarks.recordings import FUNDUS, Recording, as_own_page, normal, own_url, recordings

SHINGLE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from a page."""

    seconds: float
    """CPU time."""
    paragraphs: tuple[str, ...] = ()
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    day: date | None = None
    """Where a day is all that is given."""
    refused: str = ""
    """The name of the error, and its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A reading against what is right; None where the page says nothing of it, or nothing was found."""

    name: str
    refused: str
    seconds: float
    paragraphs: tuple[float | None, float]
    """Precision and recall, as in `shingles`."""
    shingles: tuple[float | None, float]
    title: bool | None
    authors: bool | None
    minute: bool | None
    day: bool | None


Read = Callable[[str, str, Recording], Reading]
"""(HTML, URL, recording) → reading."""


def by_newscrawl(html: str, url: str, recording: Recording) -> Reading:
    """Read a page as a crawl does."""
    body = html.encode("utf-8", "replace")
    started = time.process_time()
    try:
        article = cleaned(parse_article(body, url, downloaded=recording.downloaded))
    except PageError as error:
        return Reading(seconds=time.process_time() - started, refused=f"{error.name}: {error.reason}")
    except Exception as fault:
        fault.add_note(f"while reading {recording.name}")
        raise
    return Reading(
        seconds=time.process_time() - started,
        paragraphs=tuple(paragraphs(article.body)),
        title=article.title,
        authors=article.authors,
        published=datetime.fromisoformat(article.date_published) if article.date_published else None,
    )


def by_trafilatura(html: str, url: str, _recording: Recording) -> Reading:
    """Read a page as trafilatura does by itself."""
    started = time.process_time()
    found: Any = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    seconds = time.process_time() - started
    if not found:
        return Reading(seconds=seconds)
    return Reading(
        seconds=seconds,
        paragraphs=tuple((found.text or "").split("\n")),
        title=found.title,
        authors=tuple(found.author.split("; ")) if found.author else (),
        day=date.fromisoformat(found.date) if found.date else None,
    )


def share(found: Counter[Any], right: Counter[Any]) -> tuple[float | None, float]:
    """Return precision, None where nothing was found, and recall.

    >>> share(Counter("aab"), Counter("abcd"))
    (0.6666666666666666, 0.5)
    """
    both = (found & right).total()
    return (both / found.total() if found else None), both / max(right.total(), 1)


def shingles(texts: Iterable[str]) -> Counter[tuple[str, ...]]:
    """Return each four words in a row, across paragraphs; a shorter text is one shingle.

    >>> list(shingles(["The port is", "open again"]))
    [('the', 'port', 'is', 'open'), ('port', 'is', 'open', 'again')]
    """
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", "\n".join(texts)).casefold())
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else range(0)
    return Counter(tuple(words[at : at + SHINGLE]) for at in starts)


def f1(pairs: list[tuple[float | None, float]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of pages."""
    precision = mean([found for found, _ in pairs if found is not None] or [0.0])
    recall = mean(right for _, right in pairs)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def scored(reading: Reading, right: Recording) -> Score:
    """Return a reading's score."""
    body = [text for text in reading.paragraphs if normal(text) and normal(text) not in right.apart]
    minute = day = None
    if right.published is not None:
        minute = reading.published is not None and abs((reading.published - right.published).total_seconds()) < 60
        own_day = reading.published and reading.published.astimezone(right.published.tzinfo).date()
        day = (own_day or reading.day) == right.published.date()
    return Score(
        name=right.name,
        refused=reading.refused,
        seconds=reading.seconds,
        paragraphs=share(Counter(map(normal, body)), Counter(map(normal, right.paragraphs))),
        shingles=share(shingles(body), shingles(right.paragraphs)),
        title=None if right.title is None else normal(reading.title) == normal(right.title),
        authors=None if right.authors is None else [*map(normal, reading.authors)] == [*map(normal, right.authors)],
        minute=minute,
        day=day,
    )


def measured(pages: Iterable[Recording], readers: dict[str, Read]) -> dict[str, list[Score]]:
    """Return name of reader → scores; each page is read by all before the next one is."""
    found: dict[str, list[Score]] = {name: [] for name in readers}
    for number, page in enumerate(pages):
        html, url = as_own_page(page.html, page.url), own_url(f"some-page-of-the-folder-{number}")
        for name, read in readers.items():
            found[name].append(scored(read(html, url, page), page))
    return found


def table(found: dict[str, list[Score]]) -> Iterator[str]:
    """Yield the lines of the table, as Markdown, and the pages that are refused."""
    yield "| reader | paragraphs P | R | F1 | shingles P | R | F1 | titles | authors | minutes | days | CPU a page |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for name, scores in found.items():
        shares = [*f1([score.paragraphs for score in scores]), *f1([score.shingles for score in scores])]
        cells = [name, *(f"{value:.3f}" for value in shares)]
        for field in ("title", "authors", "minute", "day"):
            values = [value for score in scores if (value := getattr(score, field)) is not None]
            cells.append("" if field == "minute" and name != "newscrawl" else f"{sum(values)} of {len(values)}")
        times = [1000 * score.seconds for score in scores]
        yield f"| {' | '.join(cells)} | {median(times):.1f} ms (mean {mean(times):.1f}) |"
    refused = [score for score in found["newscrawl"] if score.refused]
    yield f"\n{len(found['newscrawl'])} pages; newscrawl refuses {len(refused)}"
    for score in refused:
        yield f"  {score.name}: {score.refused}"


def worst(found: dict[str, list[Score]], most: int) -> Iterator[str]:
    """Yield the pages whose shingles are furthest behind those of trafilatura; without it, the lowest."""
    rows = []
    for own, *other in zip(*found.values(), strict=True):
        ours, theirs = f1([own.shingles])[2], f1([other[0].shingles])[2] if other else None
        beside = "" if theirs is None else f", trafilatura {theirs:.2f}"
        rows.append((ours - (theirs or 0), f"  {own.name}: newscrawl {ours:.2f}{beside}  {own.refused}".rstrip()))
    yield from (line for _, line in sorted(rows)[:most])


def main(arguments: list[str] | None = None) -> None:
    """Measure the pages of the folders; print the table and the worst pages."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.real_pages",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--language", metavar="CODE", help="only pages in it: ar, de, en, es, fr, it, pt, other")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="print the N pages that are furthest behind")
    parser.add_argument("--alone", action="store_true", help="without trafilatura")
    given = parser.parse_args(arguments)
    for folder in given.folders:
        if next(recordings(folder), None) is None:
            parser.error(f"no pages in {folder}: it has neither {FUNDUS} nor a NAME.html with a NAME.json")
    pages = (page for folder in given.folders for page in recordings(folder))
    readers: dict[str, Read] = {"newscrawl": by_newscrawl}
    if not given.alone:
        logging.disable(logging.CRITICAL)
        readers[f"trafilatura {version('trafilatura')}"] = by_trafilatura
    found = measured((page for page in pages if given.language in (None, page.language)), readers)
    if not found["newscrawl"]:
        parser.error(f"no pages in the language {given.language}")
    print("\n".join([*table(found), *worst(found, given.worst)]))


if __name__ == "__main__":
    main()
