"""`scrapy demo`: the edition that was asked for, a short record, and where the lines are."""

import re
import sys
from pathlib import Path

from newscrawl.replica import Options, Replica
from tests.crawling import run


def demo(data: Path, *options: str) -> tuple[int, str]:
    done = run([sys.executable, "-m", "scrapy", "demo", "--articles", "8", "--nolog", *options], data)
    return done.status, done.log


def test_the_demo_crawls_the_edition_that_was_asked_for(tmp_path: Path) -> None:
    status, text = demo(tmp_path, "-a", "edition=ar", "-s", f"DATA_DIR={tmp_path}")
    assert status == 0
    assert "healthy (status 0): 8 articles written." in text
    (file,) = tmp_path.glob("*/articles/*.jsonl")
    assert file.parent.parent.name == "ar"
    assert f"8 lines in {file}" in text
    shown = dict(re.findall(r"^  (\w+): (.*)$", text, re.MULTILINE))
    assert list(shown) == ["id", "url", "kind", "title", "authors", "date_published", "body"]
    assert all(len(value) < 200 for value in shown.values())
    # No one is notified, and the report is there as after each crawl.
    assert list(tmp_path.glob("ar/runs/*.json"))


def test_the_demo_crawls_a_replica_that_runs_already(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        status, text = demo(tmp_path, "-a", f"site={site.url}", "--data", str(tmp_path))
        assert (status, len(site.requests) > 20) == (0, True)
        assert "20 lines in" in text
        assert "A replica of the site" not in text
