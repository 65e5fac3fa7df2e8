"""Kept pages that no run could read: later runs read them by newer rules, and ask nobody for them."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from newscrawl.archive.warc_files import committed_warcs
from tests.crawling import FAST, Crawl, StartReplica, command, run

UNREADABLE = """
import sys
from scrapy.cmdline import execute
from newscrawl.errors import MissingBodyError
from newscrawl.spiders import articles

real, lost = articles.read_article, sys.argv.pop().split(",")
def read_article(page, **named):
    if page.url.endswith(tuple(lost)):
        raise MissingBodyError(page.url, "no text")
    return real(page, **named)
articles.read_article = read_article
articles.extractor = lambda: "0.1.0+00000000"
execute()
"""
"""A crawl by rules that cannot read the articles with the paths of its last argument."""


def test_pages_that_could_not_be_read_are_read_by_newer_rules(
    replica: StartReplica, tmp_path: Path, crawl_ok: Crawl
) -> None:
    site = replica(articles=30, noise=False)
    lost = [urlsplit(url).path for url in site.article_urls()[3:6]]
    line = command(tmp_path, {"site": site.url, "max_pages": "0"}, FAST)
    first = run([sys.executable, "-c", UNREADABLE, *line[line.index("scrapy") + 1 :], ",".join(lost)], tmp_path)
    assert "27 articles written" in first.last_line, first.log
    asked = len(site.requests)
    # A ledger that is rebuilt knows of them too.
    rebuild = [sys.executable, "-m", "scrapy", "ledger", "rebuild", "-s", f"DATA_DIR={tmp_path}"]
    assert run(rebuild, tmp_path).status == 0
    done = crawl_ok(site)
    assert "Read again 3 kept pages that showed no article: 3 articles" in done.log
    assert "3 articles written" in done.last_line
    assert not {seen.path for seen in site.requests[asked:]} & set(lost)
    truth = site.truth()
    found = {record["url"]: record for record in done.records()}
    assert found.keys() == set(truth)
    for path in lost:
        record = found[f"{site.url}{path}"]
        assert record["title"] == truth[record["url"]]["title"]
        assert record["found_on"]
        assert (done.data / "en" / record["capture"]["file"]).exists()
    assert "Read again" not in crawl_ok(site).log


def test_a_kept_page_that_was_taken_away_is_asked_for_as_ever(
    replica: StartReplica, tmp_path: Path, crawl_ok: Crawl
) -> None:
    site = replica(articles=30, noise=False)
    lost = urlsplit(site.article_urls()[3]).path
    line = command(tmp_path, {"site": site.url, "max_pages": "0"}, FAST)
    run([sys.executable, "-c", UNREADABLE, *line[line.index("scrapy") + 1 :], lost], tmp_path)
    for path in committed_warcs(tmp_path / "en" / "pages"):
        path.write_bytes(b"nothing")
    done = crawl_ok(site)
    assert "A kept page cannot be read again: " in done.log
    assert "Traceback" not in done.log
