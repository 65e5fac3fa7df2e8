"""A batch of a listing that comes from a cache and is older than the one before it: the next run closes the gap."""

from typing import Any

import pytest

from newscrawl.replica import Replica
from tests.crawling import Crawl, StartReplica

PATH = "/news/politics"
SECOND = f"{PATH}?page=2"


def serve_old(site: Replica, target: str, old: Any) -> None:
    """Have the replica answer a request with what it answered before."""
    new: Any = site.answer
    site.answer = lambda asked: old if asked == target else new(asked)  # type: ignore[method-assign, assignment]


def missing(site: Replica, crawled: Any) -> set[str]:
    return {url for url in site.truth() if PATH in url} - {line["url"] for line in crawled.records()}


@pytest.mark.parametrize(
    ("added", "is_known"),
    [(60, True), (30, False), (60, False), (120, False)],
    ids=["known", "moved by less than a batch", "by more than one", "by three"],
)
def test_the_gap_above_an_old_batch_is_closed_by_the_next_run(
    added: int, is_known: bool, replica: StartReplica, crawl_ok: Crawl
) -> None:
    site = replica(articles=240, batch_size=4, noise=False)
    if is_known:
        assert missing(site, crawl_ok(site, sections="politics")) == set()
    old, well = site.answer(SECOND), site.answer
    site.add(added)
    serve_old(site, SECOND, old)
    assert missing(site, crawl_ok(site, sections="politics"))
    site.answer = well  # type: ignore[method-assign]
    assert missing(site, crawl_ok(site, sections="politics")) == set()
    # From then on, nothing but the first batch is read.
    before = len(site.requests)
    crawl_ok(site, sections="politics")
    assert sum(seen.path.startswith(PATH) for seen in site.requests[before:]) <= 2


def test_articles_that_are_published_during_a_crawl_leave_no_gap(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=240, batch_size=4, noise=False)
    well: Any = site.answer
    has_added: list[list[str]] = []

    def answer(asked: str) -> Any:
        if asked == f"{PATH}?page=3" and not has_added:
            has_added.append(site.add(30))
        return well(asked)

    site.answer = answer  # type: ignore[method-assign, assignment]
    crawl_ok(site, sections="politics")
    before = len(site.requests)
    assert missing(site, crawl_ok(site, sections="politics")) == set()
    assert sum(seen.path.startswith(f"{PATH}?") for seen in site.requests[before:]) <= 2
