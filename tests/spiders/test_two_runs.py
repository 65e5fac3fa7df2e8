"""What a first run leaves out, a plain second run brings, whatever two arguments bounded the first."""

from itertools import combinations
from pathlib import Path

import pytest

from newscrawl.replica import Options, Replica
from tests.crawling import StartReplica
from tests.many_crawls import Job, crawl_many

ARTICLES = 24
BOUNDS = {
    "sections": "politics",
    "max_pages": "1",
    "tags": "Mali",
    "since": "middle",
    "until": "middle",
    "discover": "sitemap",
    "urls": "file",
    "kinds": "opinion",
    "deep": "yes",
}
PAIRS = [*combinations(BOUNDS, 2), *((name,) for name in BOUNDS)]
GROUPS = 4
"""The crawls of a group share a process."""


def value_of(name: str, site: Replica, folder: Path) -> str:
    """Return a value that leaves out a part of the replica's articles."""
    if BOUNDS[name] == "middle":
        return str(sorted(article["date_published"] for article in site.truth().values())[ARTICLES // 2])
    if BOUNDS[name] == "file":
        (folder / "list.txt").write_text("\n".join(sorted(site.truth())[:3]))
        return str(folder / "list.txt")
    return BOUNDS[name]


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_plain_run_completes_what_a_bounded_run_left(group: int, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(Options(articles=ARTICLES, batch_size=2, kinds=True))
    jobs = []
    pairs = PAIRS[group::GROUPS]
    for pair in pairs:
        plain = {"site": site.url, "max_pages": "0"}
        bounded = {"site": site.url, **{name: value_of(name, site, tmp_path) for name in pair}}
        # Where the bounds allow it, the first run reads the listings to their end.
        bounded.setdefault("max_pages", "0")
        folder = str(tmp_path / "-".join(pair))
        jobs += [Job(data=folder, arguments=bounded), Job(data=folder, arguments=plain)]
    outcomes = crawl_many(jobs)
    written = [outcome.stats.get("newscrawl/written/articles", 0) for outcome in outcomes]
    sums = {pair: written[2 * at] + written[2 * at + 1] for at, pair in enumerate(pairs)}
    assert sums == dict.fromkeys(pairs, ARTICLES)
    assert {outcome.status for outcome in outcomes[1::2]} == {0}
