"""The canary: it sees that the pages changed, on crawls of a replica and on simulated runs."""

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from newscrawl.monitoring.canary import find_regressions, is_comparable
from newscrawl.replica import Fault
from newscrawl.settings import CANARY_FLOORS
from tests.crawling import Crawl, StartReplica, command, report_files, run

ARTICLES = "^/(news|articles)/[^/]+/."
LISTINGS = "^/(news|articles)/[^/]+$"
DATE = r"(\d{1,2}) (\w{3}) (20\d\d)"
PARAGRAPH = "<p>(?:(?!</p>).)*</p>"
TWO_PARAGRAPHS = f"(?s)({PARAGRAPH})(.*?){PARAGRAPH}"
CARD = '(?s)(?<=class="card">)(.*?)(?=<div class="card">)'


def test_dates_that_vanish_fail_the_run_and_the_pages_are_saved(
    replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=120, markup="bare")
    site.faults.append(Fault(kind="rewrite", path=ARTICLES, pattern=DATE + r" \d\d:\d\d", replacement="now"))
    done = crawl(site)
    assert done.status == 4, done.log
    assert re.search(r"the pages changed \(status 4\): \w+: date_published fell from 0.8 to 0 ", done.last_line)
    report = done.report()
    assert len(report["canary"][0]["addresses"]) == 3
    # The articles are kept; what was lost can be read again from the site.
    assert len(done.records()) == 120
    saved = report_files(tmp_path)[-1].parent / report["pages_saved"][0]
    text = gzip.decompress(saved.read_bytes()).decode()
    assert text.startswith(f"<!-- article {site.url}/")
    fixture = command(tmp_path, {}, {}, name="fixture")[:4]
    assert run([*fixture, str(saved), "--into", str(tmp_path), "--name", "dateless"], tmp_path).status == 0
    assert json.loads((tmp_path / "dateless.json").read_text())["date_published"] is None


@pytest.mark.parametrize(
    ("fault", "what", "saved"),
    [
        (
            Fault(kind="rewrite", path=ARTICLES, pattern="</?h1", replacement="<b"),
            "could not be read as articles",
            "unreadable",
        ),
        (
            Fault(kind="rewrite", path=ARTICLES, pattern=DATE, replacement=r"\1-VIII-\3"),
            "date_published fell",
            "news-no-date",
        ),
        (
            Fault(kind="rewrite", path=ARTICLES, pattern=TWO_PARAGRAPHS, replacement=r"\1\2"),
            "words of a body fell",
            "any",
        ),
        (
            Fault(kind="rewrite", path=ARTICLES, pattern="p-content", replacement="x-content"),
            "body from dom fell",
            "body-from-fallback",
        ),
        (Fault(kind="rewrite", path=LISTINGS, pattern=CARD, skip=3), "first batch of a listing fell", "listing"),
    ],
    ids=["title", "dates", "bodies", "layers", "listings"],
)
def test_the_canary_sees_a_change_within_one_run(
    fault: Fault, what: str, saved: str, replica: StartReplica, crawl: Crawl, crawl_ok: Crawl
) -> None:
    # The metadata gives no headline here: only the page shows it.
    titles = Fault(kind="rewrite", path=ARTICLES, pattern=r'<meta property="og:title"[^>]*>|<title>.*?</title>')
    # Lengths of bodies differ so much that it takes more of them to be sure.
    many = 400 if "words" in what else 150
    site = replica(articles=many, markup="bare", noise=False)
    settings = {"REVISIT_LIMIT": "0"}
    if "could not" in what:
        site.faults.append(titles)
    for days in range(2):
        crawl_ok(site, max_pages="1", settings=settings)
        site.add(60 * (days == 0))
    site.add(many)
    fault.seen.clear()
    site.faults.insert(0, fault)
    done = crawl(site, max_pages="2" if "listing" not in what else "1", settings=settings)
    assert done.status == 4, done.log
    assert what in done.last_line
    # The pages that the advice speaks of are there.
    names = [Path(name).name for name in done.report()["pages_saved"]]
    assert any(name.startswith(f"{saved}-") for name in names), names


def test_a_first_run_whose_bodies_are_all_from_the_fallback_says_so(replica: StartReplica, crawl_ok: Crawl) -> None:
    last_line = crawl_ok(replica(articles=20, markup="unknown")).last_line
    assert "healthy (status 0): 20 articles written; no page has markup that is known" in last_line
    assert last_line.endswith("all 20 bodies are from the fallback: see `scrapy doctor`.")


def simulated(rng: Random, stories: int, **changes: Any) -> dict[str, Any]:
    """Return the report of a run that drew this many articles from a site on which little ever changes."""
    kinds = {"news": 0.7, "opinion": 0.1, "analysis": 0.05, "video": 0.15}
    usual = {
        "title": 1.0, "summary": 0.97, "authors": 0.9, "source": 0.8, "date_published": 1.0, "date_modified": 0.6,
        "body": 1.0, "images": 0.92, "tags": 0.75, "keywords": 0.8, "section": 0.9,
    }  # fmt: skip
    usual |= changes.get("rates", {})
    fill, words = {}, {}
    for kind, share in kinds.items():
        number = sum(rng.random() < share for _ in range(stories))
        if number:
            rates = {name: sum(rng.random() < rate for _ in range(number)) / number for name, rate in usual.items()}
            fill[kind] = {"records": number, "rates": rates}
            lengths = [int(rng.lognormvariate(6, 0.7) * changes.get("length", 1)) for _ in range(number)]
            words[kind] = {"median": 0, "sample": lengths}
    titles = sum(rng.random() < changes.get("tawsiyat", 0.97) for _ in range(stories))
    return {
        "edition": "en",
        "site": "https://x.net",
        "arguments": {},
        "verdict": {"status": 0},
        "fill": fill,
        "words": words,
        "provenance": {"title": {"tawsiyat": titles, "dom": stories - titles}, "body": {"dom": stories}},
        "listings": {f"https://x.net/{at}": rng.randint(*changes.get("links", (17, 20))) for at in range(10)},
        "examples": {},
        "pages": {"articles": {"fetched": stories, "unreadable": sum(rng.random() < 0.02 for _ in range(stories))}},
    }


def judged(report: Mapping[str, Any], earlier: list[dict[str, Any]]) -> list[str]:
    """Return what the canary says of a run."""
    return [each.what for each in find_regressions(report, reversed(earlier), floors=CANARY_FLOORS)]


@pytest.mark.parametrize("seed", range(10))
def test_the_canary_is_quiet_over_thirty_healthy_runs(seed: int) -> None:
    rng = Random(seed)
    earlier: list[dict[str, Any]] = []
    for _ in range(30):
        report = simulated(rng, rng.choice((3, 12, 40, 90, 300)))
        assert judged(report, earlier) == []
        earlier.append(report)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"rates": {"date_published": 0.0}}, "news: date_published"),
        ({"rates": {"authors": 0.3}}, "news: authors"),
        ({"rates": {"images": 0.4}}, "news: images"),
        ({"length": 0.5}, "news: median words of a body"),
        ({"tawsiyat": 0.1}, "title from tawsiyat"),
        ({"links": (3, 3)}, "articles in the first batch of a listing"),
    ],
)
def test_the_canary_names_what_fell(changes: dict[str, Any], what: str) -> None:
    rng = Random(1)
    earlier = [simulated(rng, 90) for _ in range(5)]
    assert what in judged(simulated(rng, 120, **changes), earlier)
    # Three stories prove nothing; listings are counted whatever is new.
    if "listing" not in what:
        assert judged(simulated(rng, 3, **changes), earlier) == []
    assert judged({**simulated(rng, 120, rates={"authors": 0.3}), "arguments": {"since": "2020"}}, earlier) == []


def test_a_run_that_reads_other_archives_is_compared_with_such_runs() -> None:
    runs = [
        {"verdict": {"status": 0}, "edition": "en", "site": "x", "arguments": {"discover": ways} if ways else {}}
        for ways in ("", "sections,feed", "wayback", "CommonCrawl, wayback")
    ]
    assert [[is_comparable(one, other) for other in runs] for one in runs] == [
        [True, True, False, False], [True, True, False, False], [False, False, True, True], [False, False, True, True],
    ]  # fmt: skip
