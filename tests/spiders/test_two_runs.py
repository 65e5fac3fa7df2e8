"""What a first run leaves out, a plain second run brings, whatever two arguments bounded the first."""

from itertools import combinations
from pathlib import Path

import pytest

from newscrawl.replica import Options, Replica
from tests.crawling import StartReplica
from tests.many_crawls import Job, crawl_many

ARTICLES = 24
# What it is called → the argument or the setting (in capitals), and its value.
BOUNDS = {
    "sections": ("sections", "politics"),
    "max_pages": ("max_pages", "1"),
    "tags": ("tags", "Mali"),
    "all tags": ("tags", "all"),
    "since": ("since", "middle"),
    "until": ("until", "middle"),
    "sitemap": ("discover", "sitemap"),
    "feed": ("discover", "feed"),
    "urls": ("urls", "file"),
    "kinds": ("kinds", "opinion"),
    "deep": ("deep", "yes"),
    "items": ("CLOSESPIDER_ITEMCOUNT", "5"),
    "responses": ("CLOSESPIDER_PAGECOUNT", "9"),
    "depth": ("DEPTH_LIMIT", "2"),
}
PAIRS = [
    *((one, other) for one, other in combinations(BOUNDS, 2) if BOUNDS[one][0] != BOUNDS[other][0]),
    *((name,) for name in BOUNDS),
]
GROUPS = 8
"""The crawls of a group share a process."""


def value_of(label: str, site: Replica, folder: Path) -> str:
    """Return a value that leaves out a part of the replica's articles."""
    value = BOUNDS[label][1]
    if value == "middle":
        return str(sorted(article["date_published"] for article in site.truth().values())[ARTICLES // 2])
    if value == "file":
        (folder / "list.txt").write_text("\n".join(sorted(site.truth())[:3]))
        return str(folder / "list.txt")
    return value


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_plain_run_completes_what_a_bounded_run_left(group: int, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(Options(articles=ARTICLES, batch_size=2, kinds=True))
    jobs = []
    pairs = PAIRS[group::GROUPS]
    for pair in pairs:
        plain = {"site": site.url, "max_pages": "0"}
        given = {BOUNDS[label][0]: value_of(label, site, tmp_path) for label in pair}
        settings = {name: value for name, value in given.items() if name.isupper()}
        bounded = {"site": site.url, **{name: value for name, value in given.items() if not name.isupper()}}
        # Where the bounds allow it, the first run reads the listings to their end.
        bounded.setdefault("max_pages", "0")
        folder = str(tmp_path / "-".join(pair))
        jobs += [Job(data=folder, arguments=bounded, settings=settings), Job(data=folder, arguments=plain)]
    outcomes = crawl_many(jobs)
    written = [outcome.stats.get("newscrawl/written/articles", 0) for outcome in outcomes]
    sums = {pair: written[2 * at] + written[2 * at + 1] for at, pair in enumerate(pairs)}
    assert sums == dict.fromkeys(pairs, ARTICLES)
    assert {outcome.status for outcome in outcomes[1::2]} == {0}
