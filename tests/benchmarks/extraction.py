"""`python -m tests.benchmarks extraction`: `parse_article` and other extractors, on the same pages in one run.

The pages are the replica's, in every markup and edition, filled up to 100 KB with empty elements, of which real pages
have many. Each extractor runs in an environment of its own, because some cannot share one; `PEERS` has the versions.
`parse_article` runs first and last, and its time is the mean of both. Bodies are compared by their words (F1, with
repeated words counted), titles by equality.
"""

import json
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from statistics import mean
from typing import Any

from newscrawl.replica import MARKUPS, Options, Replica
from newscrawl.text import PARAGRAPH_BREAK, collapse_spaces
from tests.benchmarks.crawl import PAGE_BYTES
from tests.benchmarks.peer import WARM
from tests.crawling import ROOT, environment
from tests.replica.test_replica import get

# Extractor → its package, and further packages that it needs.
PEERS = {
    "trafilatura": ("trafilatura==2.3.1",),
    "readability-lxml": ("readability-lxml==0.9", "lxml_html_clean==0.4.6"),
    "fundus": ("fundus==0.5.7", "curl_cffi==0.14.0"),
    "newspaper4k": ("newspaper4k[nlp]==0.9.6", "lxml_html_clean==0.4.6"),
    "news-please": ("news-please==1.6.16", "newspaper4k[nlp]==0.9.6"),
}
EDITIONS = ("en", "ar", "es")


def pages(each: int) -> tuple[list[list[str]], list[dict[str, Any]]]:
    """Return [edition, URL, HTML] of `each` pages of each markup and edition, and what each page contains."""
    listed: list[list[str]] = []
    truths: list[dict[str, Any]] = []
    for number in range(each + 1):
        for markup in MARKUPS:
            for edition in EDITIONS:
                options = Options(
                    articles=1, edition=edition, markup=markup, padding_bytes=PAGE_BYTES, seed=1000 + number
                )
                with Replica(options) as site:
                    (truth,) = site.truth().values()
                    listed.append([edition, truth["url"], get(truth["url"])])
                    truths.append({**truth, "markup": markup})
    assert len(MARKUPS) * len(EDITIONS) == WARM
    return listed, truths[WARM:]


def peer_python(folder: Path, name: str) -> Path:
    """Return the Python of an extractor's environment. A missing or outdated environment is made."""
    place = folder / name
    python = place / "bin" / "python"
    ready = place / "ready"
    if not ready.exists() or ready.read_text() != "\n".join(PEERS[name]):
        venv.create(place, with_pip=True, clear=True)
        for wanted in (("--upgrade", "pip"), PEERS[name]):
            line = [str(python), "-m", "pip", "install", "-q", *wanted]
            subprocess.run(line, check=True, env=own_environment(name), stderr=subprocess.DEVNULL)
        ready.write_text("\n".join(PEERS[name]))
    return python


def run(python: Path | str, name: str, listed: Path) -> list[list[Any]]:
    """Return [CPU seconds, title, body] of each page after the first `WARM` pages."""
    out = listed.with_name(f"{name}.out")
    line = [str(python), str(ROOT / "tests/benchmarks/peer.py"), name, str(listed), str(out)]
    subprocess.run(line, check=True, env=own_environment(name), stderr=subprocess.DEVNULL)
    return list(json.loads(out.read_text()))


def own_environment(name: str) -> dict[str, str]:
    """Return environment variables with which only newscrawl's own run can import newscrawl."""
    kept = {key: value for key, value in environment().items() if key != "PYTHONPATH"}
    return kept | ({"PYTHONPATH": str(ROOT)} if name == "newscrawl" else {})


def f1(found: str, wanted: str) -> float:
    """Return the F1 score of a text's words: the harmonic mean of precision and recall.

    >>> f1("a b b c", "a b c d")
    0.75
    """
    one, other = Counter(found.split()), Counter(wanted.split())
    both = (one & other).total()
    return 2 * both / (one.total() + other.total()) if both else 0.0


def judged(results: list[list[Any]], truths: list[dict[str, Any]]) -> dict[str, Any]:
    """Return ms a page, mean F1 of bodies (of all pages, and in the worst markup), share of right titles."""
    by_markup: dict[str, list[float]] = {}
    for (_, _, body), truth in zip(results, truths, strict=True):
        by_markup.setdefault(truth["markup"], []).append(f1(body or "", PARAGRAPH_BREAK.join(truth["paragraphs"])))
    right = [
        collapse_spaces(title or "") == truth["title"] for (_, title, _), truth in zip(results, truths, strict=True)
    ]
    by_time: dict[str, list[float]] = {}
    for (seconds, _, _), truth in zip(results, truths, strict=True):
        by_time.setdefault(truth["markup"], []).append(1000 * seconds)
    return {
        "ms": mean(1000 * seconds for seconds, _, _ in results),
        "f1": mean(score for scores in by_markup.values() for score in scores),
        "worst": min(mean(scores) for scores in by_markup.values()),
        "f1 by markup": {markup: mean(scores) for markup, scores in by_markup.items()},
        "ms by markup": {markup: mean(times) for markup, times in by_time.items()},
        "titles": mean(right) if any(title for _, title, _ in results) else None,
    }


def measure(folder: Path, each: int = 10) -> dict[str, dict[str, Any]]:
    """Return name of extractor → figures; the environments are in `folder`."""
    listed, truths = pages(each)
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pages"
        path.write_text(json.dumps(listed))
        first = judged(run(sys.executable, "newscrawl", path), truths)
        for name in PEERS:
            found[name] = judged(run(peer_python(folder, name), name, path), truths)
            found[name]["version"] = PEERS[name][0].partition("==")[2]
        last = judged(run(sys.executable, "newscrawl", path), truths)
    own = {**last, "ms": (first["ms"] + last["ms"]) / 2, "version": version("newscrawl")}
    return {"newscrawl": own, **found}
