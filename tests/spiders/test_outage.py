"""A page in the place of many articles: it is no article, and the next run has them all."""

import sys
from pathlib import Path

import pytest

from newscrawl.archive.taken_back import TAKEN_BACK
from newscrawl.replica import Fault
from tests.crawling import Crawl, StartReplica, command, run

ARTICLES = "^/(news|articles)/[^/]+/."
PAGE = """<!doctype html><html lang="en"><head><title>Al Mayadeen English</title></head><body><main>
<h1>We will be back soon</h1><p>This site is being looked after, and comes back in a few hours with all its pages.</p>
<p>Thank you for your patience until then, and for reading what the editors have written so far.</p></main></body>"""


@pytest.mark.parametrize(
    ("batch", "share"), [("1000", 0.9), ("1", 0.3)], ids=["in the hidden file", "in a committed file"]
)
def test_an_outage_in_mid_crawl_leaves_no_article_behind(
    batch: str, share: float, replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=30)
    site.faults.append(Fault(kind="rewrite", path=ARTICLES, share=share, pattern=r"(?s)\A.*\Z", replacement=PAGE))
    settings = {"FEED_EXPORT_BATCH_ITEM_COUNT": batch}
    first = crawl(site, settings=settings)
    assert first.status == 4, first.log
    left = [line for line in first.records() if "back soon" in line["title"]]
    (taken_back,) = (tmp_path / "en" / TAKEN_BACK).read_text("utf-8").splitlines()
    assert "We will be back soon" in taken_back
    # Where its file was committed before, the line says so; else it is in no file.
    assert len(left) == (batch == "1")
    unreadable = first.report()["pages"]["articles"]["unreadable"]
    assert unreadable == 30 - len(first.records()) + len(left)
    if batch == "1":
        assert (
            run([sys.executable, "-m", "scrapy", "ledger", "rebuild", "-s", f"DATA_DIR={tmp_path}"], tmp_path).status
            == 0
        )
    site.faults.clear()
    second = crawl(site, settings=settings)
    assert second.status == 0, second.log
    assert {line["url"] for line in second.records() if line not in left} == set(site.truth())
    assert len(second.records()) == 30 + len(left)
    assert run(command(tmp_path, {}, {}, "verify"), tmp_path).status == 0
