"""Whole crawls of a replica: tag pages alone, arguments of a scheduler, and what is said of a redirect off the site."""

from pathlib import Path
from urllib.parse import urlsplit

from newscrawl.replica import Fault, Options, Replica
from tests.crawling import command, crawl, run


def tagged(site: Replica, *tags: str) -> set[str]:
    """Return the URLs of the articles that have one of the tags."""
    return {url for url, article in site.truth().items() if {*tags} & {*article["tags"]}}


def test_discover_tags_reads_tag_pages_alone(tmp_path: Path) -> None:
    with Replica(Options(articles=80, batch_size=5)) as site:
        done = crawl(site, tmp_path, discover="tags", tags="Mali,Gaza Strip")
        assert done.status == 0, done.log
        expected = tagged(site, "Mali", "Gaza Strip")
        assert expected
        assert {record["url"] for record in done.records()} == expected
        paths = {urlsplit(seen.path).path for seen in site.requests}
        articles = {url.removeprefix(site.url) for url in expected}
        # No home page and no section; of each tag every batch.
        others = paths - articles - {"/robots.txt"}
        assert len(others) == 2
        assert all(path.startswith("/tags/") for path in others)
        assert {urlsplit(record["found_on"]).path for record in done.records()} == others
        # The next run finds nothing new, and asks for the first batch of each alone.
        before = len(site.requests)
        again = crawl(site, tmp_path, discover="tags", tags="Mali,Gaza Strip")
        assert again.status == 0, again.log
        assert len(again.records()) == len(expected)
        assert {urlsplit(seen.path).path for seen in site.requests[before:]} == others | {"/robots.txt"}


def test_discover_tags_can_be_one_way_of_several(tmp_path: Path) -> None:
    with Replica(Options(articles=60, batch_size=5)) as site:
        done = crawl(site, tmp_path, discover="tags,feed", tags="Mali")
        assert done.status == 0, done.log
        newest = set(list(site.truth())[:20])
        assert {record["url"] for record in done.records()} == newest | tagged(site, "Mali")
        assert "/" not in {seen.path for seen in site.requests}


def test_discover_tags_without_tags_is_refused(tmp_path: Path) -> None:
    done = run(command(tmp_path, {"discover": "tags"}, {}), tmp_path)
    assert done.status == 2
    assert "name the tags (example: -a discover=tags -a tags=Mali)" in done.log


def test_the_job_of_a_scheduler_is_noted_and_changes_nothing(tmp_path: Path) -> None:
    with Replica(Options(articles=12)) as site:
        done = crawl(site, tmp_path, _job="6487ec79947e")
        assert done.status == 0, done.log
        assert len(done.records()) == 12
        assert "Arguments without an effect on the crawl: _job=6487ec79947e" in done.log


def test_a_redirect_off_the_site_is_no_matter_of_robots_txt(tmp_path: Path) -> None:
    with Replica(Options(articles=40, noise=False)) as site:
        names = [url.removeprefix(site.url) for url in site.truth() if "/news/politics/" in url]
        assert len(names) >= 2
        site.faults.append(
            Fault(kind="redirect", path="^/news/politics/.", location="https://example.org/killer-robots")
        )
        done = crawl(site, tmp_path, sections="politics")
        assert done.status == 3, done.log
        assert "articles missing (status 3)" in done.last_line
        assert f"'newscrawl/error/off_site': {len(names)}" in done.log
        assert "newscrawl/error/robots" not in done.log
        assert "robots.txt forbids" not in done.log
        assert done.records() == []
