"""The accounts of crawls of random sites with random faults agree with the site's own log, and with the files."""

import gzip
import re
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from newscrawl.replica import Fault, Options, Replica
from tests.crawling import FAST, Finished, StartReplica, command, run
from tests.many_crawls import RAISE

SEEDS = range(8)
# In one crawl of three, one of these methods raises: at each call, at each third, or at each fifth.
RAISING = (
    "newscrawl.spiders.articles:ArticleSpider.parse_article_page",
    "newscrawl.spiders.listings:ListingSpider.parse_batch",
    "newscrawl.pipelines.clean:CleanPipeline.process_article",
    "newscrawl.pipelines.near_duplicates:NearDuplicatesPipeline.process_article",
)
MAINTENANCE = "<title>Back soon</title><h1>We will be back soon</h1>" + 3 * (
    "<p>Our site is being repaired at the moment, and will be back in a few hours from now on.</p>"
)


def faults_of(rng: Random, path: str) -> list[Fault]:
    """Return one of the faults that a page may have."""
    at = f"^{re.escape(path)}$"
    status = rng.choice((404, 404, 410, 500, 503, 429))
    location = rng.choice(("/", "/login?next=a", path, "http://other.example/a", f"/moved{path}"))
    return [
        rng.choice(
            (
                Fault(kind="status", status=status, path=at),
                Fault(kind="redirect", path=at, location=location),
                Fault(kind=rng.choice(("truncated", "gzip-cut", "no-length", "part", "garbage", "close")), path=at),
                Fault(kind="rewrite", path=at, pattern="(?s)^.*$", replacement=""),
            )
        )
    ]


def random_site(seed: int, rng: Random, start: StartReplica) -> Replica:
    """Start a replica with random faults."""
    site = start(
        Options(
            articles=rng.randint(8, 30),
            batch_size=rng.choice((2, 5, 20)),
            load_more=rng.choice(("link", "json", "page")),
            seed=rng.randrange(100),
        )
    )
    paths = [site.newsroom.path(number) for number in site.newsroom.numbers()]
    for path in paths:
        if rng.random() < 0.3:
            site.faults += faults_of(rng, path)
        # Where a redirect may lead to: the page itself, at another URL.
        site.aside[f"/moved{path}"] = site.answer(path)[2].decode()
    for path in ("/", "/news/politics", "/news/sports", "/articles/opinion", "/sitemaps/all.xml", "/feed.rss"):
        if rng.random() < 0.15:
            site.faults += faults_of(rng, path)
    if seed % 4 in (1, 2):
        # In mid-crawl a page of the operators comes in the place of all others.
        first = rng.randrange(len(paths))
        site.aside.update(dict.fromkeys(paths[first : first + 6], MAINTENANCE))
    return site


def random_crawl(seed: int, rng: Random, site: Replica, data: Path) -> Finished:
    """Crawl a replica with random arguments and settings; some are stopped, and in some a method raises."""
    arguments = {
        "site": site.url,
        "max_pages": rng.choice(("0", "0", "2")),
        "discover": rng.choice(("sections", "sections,sitemap", "sections,feed", "sitemap,feed")),
        "tags": rng.choice(("", "all")),
        "since": rng.choice(("", "", "2024-08-21")),
    }
    settings = {
        **FAST,
        "FEED_EXPORT_BATCH_ITEM_COUNT": rng.choice(("3", "1000")),
        "COMPRESS": rng.choice(("True", "False")),
        "MAX_CONSECUTIVE_ERRORS": rng.choice(("0", "5")),
        "CLOSESPIDER_PAGECOUNT": "15" if seed % 4 == 0 else "0",
    }
    line = command(data, {name: value for name, value in arguments.items() if value}, settings)
    if seed % 3 == 2:
        line = [sys.executable, "-c", RAISE, rng.choice(RAISING), str(rng.choice((1, 3, 5))), *line[3:]]
    return run(line, data)


def lines_on_disk(data: Path, feed: str) -> int:
    """Return how many lines the committed files of a feed have."""
    packed = (gzip.decompress(path.read_bytes()) for path in data.glob(f"en/{feed}/[!.]*.jsonl.gz"))
    plain = (path.read_bytes() for path in data.glob(f"en/{feed}/[!.]*.jsonl"))
    return sum(text.count(b"\n") for text in (*packed, *plain))


def check_sums(report: dict[str, Any]) -> None:
    """Check that the accounts agree with themselves."""
    accounts = report["accounts"]
    for purpose, fates in accounts["requests"].items():
        assert fates["opened"] == sum(fates.values()) - fates["opened"], (purpose, fates)
    for feed, fates in accounts["records"].items():
        read = fates.get("read", 0)
        assert read == sum(fates.values()) - read, (feed, fates)
        lines = accounts["lines"][feed]
        assert fates.get("exported", 0) == lines["written"] + lines["lost"], (feed, fates, lines)


def check_log_of_site(report: dict[str, Any], site: Replica) -> None:
    """Check that what the accounts call asked for is what the site was asked for."""
    counted, is_whole = report["pages"]["requests"], report["close_reason"] == "finished"
    # Twisted asks once more, by itself, where a connection that was used before is closed without an answer.
    closed = Counter(each.path for each in site.requests if each.status == 0)
    again = sum(number - 1 for number in closed.values())
    assert len(site.requests) - again <= counted, site.requests
    if is_whole:
        assert counted <= len(site.requests), site.requests
    fates: Counter[str] = Counter()
    for purpose, each in report["accounts"]["requests"].items():
        if purpose != "robots":
            fates.update(each)
    seen = [each for each in site.requests if each.path != "/robots.txt"]
    went_out = fates["opened"] - fates["filtered: duplicate"] - fates["filtered: robots"]
    # A redirect that was followed and a second attempt are further requests of the same entry.
    last = {each.path: each.status for each in seen}
    asked = len(last) - sum(path.startswith("/moved") for path in last)
    assert went_out - fates["left"] <= asked <= went_out, (fates, seen)
    if is_whole:
        assert fates["left"] == 0
        assert fates["gone"] == sum(status in (404, 410) for status in last.values()), (fates, seen)
        came = sum(200 <= status < 300 for status in last.values())
        named = sum(number for name, number in fates.items() if name.startswith(("failed", "skipped", "raised")))
        assert fates["read"] <= came <= fates["read"] + named, (fates, seen)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_accounts_agree_with_the_log_of_the_site_and_the_files(
    seed: int, replica: StartReplica, tmp_path: Path
) -> None:
    rng = Random(seed)
    site = random_site(seed, rng, replica)
    done = random_crawl(seed, rng, site, tmp_path)
    report = done.report()
    assert report["verdict"]["status"] == done.status
    print(f"seed {seed}: {done.last_line}")
    check_sums(report)
    check_log_of_site(report, site)
    for feed in ("articles", "headlines"):
        written = report["accounts"]["lines"][feed]["written"]
        assert lines_on_disk(tmp_path, feed) == written, done.log
        assert sum(each["lines"] for each in report["files"] if f"/{feed}/" in each["name"]) == written
    # An exception is the fate of what it was raised for, and the run's; nothing else is called one.
    accounts = report["accounts"]
    raised = sum(fates.get("raised", 0) for fates in accounts["requests"].values())
    lost = sum(fates.get("lost", 0) for fates in accounts["records"].values())
    assert bool(raised + lost) == bool(report["faults"]) == ("injected into" in done.log) == (done.status == 70), (
        done.log
    )
