"""`scrapy audit` against the replica: what is missing is named, and the crawl of its file brings it back."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.monitoring.audit import ArchivedArticles, ListedArticles, compare
from newscrawl.replica import Fault, Options, Replica
from newscrawl.urls import Site
from tests.crawling import FAST, Crawl, Finished, StartReplica, command, run, stopped_at


def audit(site: Replica, data: Path, *options: str, **arguments: str) -> Finished:
    """Run an audit of an archive against a replica, its answer as JSON."""
    line = command(data, {"site": site.url, **arguments}, FAST, name="audit")
    return run([*line, *(options or ("--json",))], data)


def answer(done: Finished) -> dict[str, Any]:
    """Return the JSON that an audit printed."""
    value: dict[str, Any] = json.loads(done.log[done.log.index("\n{\n") :].rpartition("}")[0] + "}")
    return value


def remove_lines(data: Path, numbers: set[int]) -> set[str]:
    """Take lines out of the committed files; return the addresses of the articles in them."""
    removed: set[str] = set()
    at = 0
    for file in sorted(data.glob("*/articles/*.jsonl")):
        kept = []
        for line in file.read_text("utf-8").splitlines(keepends=True):
            if at in numbers:
                removed.add(json.loads(line)["url"])
            else:
                kept.append(line)
            at += 1
        file.write_text("".join(kept), "utf-8")
    return removed


def test_removed_lines_are_named_and_fetched_again(
    replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=120, batch_size=8, kinds=True, last_days=False)
    first = crawl(site)
    assert audit(site, tmp_path).status == 0
    removed = remove_lines(tmp_path, {2, 17, 18, 40, 41, 99, 119})
    before = len(site.requests)
    done = audit(site, tmp_path)
    assert done.status == 3, done.log
    assert "articles missing (status 3): 120 listed, 113 archived, 0 gone, 7 missing" in done.log
    found = answer(done)
    assert set(found["missing"]) == removed
    assert found["forgotten"] == 7
    names = tmp_path / "en" / "missing.txt"
    assert set(names.read_text().split()) == removed
    # It lists, and asks for no story.
    stories = {url.removeprefix(site.url) for url in site.truth()}
    assert not [seen.path for seen in site.requests[before:] if seen.path in stories]
    again = crawl_ok(site, urls=str(names))
    records = again.records()
    assert len(records) == 120
    assert {record["url"]: record["content_hash"] for record in records} == {
        record["url"]: record["content_hash"] for record in first.records() + records[-7:]
    }
    assert audit(site, tmp_path).status == 0


def test_articles_that_are_gone_are_not_missing_and_the_last_days_are_compared(
    replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    options = Options(articles=150, batch_size=10, last_days=False, newest=datetime(2024, 8, 1, 12, tzinfo=UTC))
    site = replica(options)
    gone = site.newsroom.path(3)
    site.faults.append(Fault(kind="status", status=404, path=f"^{gone}$"))
    crawl(site)
    done = audit(site, tmp_path)
    assert done.status == 0, done.log
    assert "150 listed, 149 archived, 1 gone, 0 missing" in done.log
    _, day = answer(done)["last_days"]
    assert (day["day"], day["listed"], day["covered"]) == ("2024-07-31", 0, True)
    assert day["archived"] > 10
    only = audit(site, tmp_path, discover="sitemap")
    assert answer(only)["last_days"][1]["covered"] is False
    table = audit(site, tmp_path, "--missing", "-", discover="sitemap")
    assert "names no article of 2024-07-31" in table.log


def test_an_incomplete_audit_says_so(crawl: Crawl, tmp_path: Path) -> None:
    with Replica(Options(articles=30)) as site:
        crawl(site)
        site.faults.append(Fault(kind="status", status=500, path="^/news/politics$"))
        done = audit(site, tmp_path)
        assert done.status == 3
        assert "audit not whole (status 3): 1 of" in done.log
        with Archive(tmp_path / "en"):
            assert audit(site, tmp_path).status == 75
    assert audit(site, tmp_path).status == 3
    assert run(command(tmp_path, {"urls": "-"}, {}, name="audit"), tmp_path).status == 2
    assert run(command(tmp_path / "no", {}, {}, name="audit"), tmp_path).status == 2


@pytest.mark.parametrize(("above", "below", "month"), [("2024-08", "2024-08", "2024-08"), ("2024-08", "2024-07", "?")])
def test_the_month_of_a_missing_article_is_taken_from_its_neighbours(above: str, below: str, month: str) -> None:
    paths = ["/news/politics/a-a", "/news/politics/b-b", "/news/politics/c-c"]
    archived = ArchivedArticles(published={paths[0]: f"{above}-09T00:00:00Z", paths[2]: f"{below}-02T00:00:00Z"})
    listed = ListedArticles()
    for path in paths:
        listed.add(f"https://x.net{path}", None)
    listed.batches["politics"] = [f"https://x.net{path}" for path in paths]
    found = compare(listed, archived, lambda _: None, site=Site("https://x.net"), now=datetime(2024, 9, 1, tzinfo=UTC))
    assert found.missing == ["https://x.net/news/politics/b-b"]
    assert found.rows[month, "politics"]["missing"] == 1


def test_an_audit_that_is_stopped_before_a_listing_is_read_blames_nobody(
    replica: StartReplica, crawl_ok: Crawl
) -> None:
    site = replica(articles=20)
    data = crawl_ok(site).data
    site.faults.append(Fault(kind="slow", path="^/$", seconds=60))
    done = stopped_at(
        site.faults[0], command(data, {"site": site.url, "discover": "sections"}, FAST, name="audit"), data
    )
    assert done.status == 3, done.log
    assert "stopped (status 3): the audit was stopped (shutdown) before a listing was read" in done.log
