"""Crawls of several editions at the same time into one DATA_DIR."""

import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from newscrawl.replica import Options, Replica
from tests.archive.crawls import committed_urls
from tests.crawling import FAST, ROOT, command, environment


@pytest.mark.crawl
def test_three_editions_are_crawled_at_the_same_time(tmp_path: Path) -> None:
    editions = ("en", "ar", "es")
    with ExitStack() as stack:
        sites = {
            edition: stack.enter_context(Replica(Options(articles=60, edition=edition, batch_size=6)))
            for edition in editions
        }
        processes = {
            edition: subprocess.Popen(
                command(tmp_path, {"site": site.url, "edition": edition, "max_pages": "0"}, FAST),
                cwd=ROOT,
                env=environment(),
                stderr=subprocess.PIPE,
                text=True,
            )
            for edition, site in sites.items()
        }
        for edition, process in processes.items():
            _, log = process.communicate(timeout=120)
            assert process.returncode == 0, log
            assert "60 articles written" in log.rstrip().rpartition("\n")[2]
            urls = committed_urls(tmp_path, edition)
            assert len(urls) == 60
            assert set(urls) == set(sites[edition].truth())
    assert {path.name for path in tmp_path.iterdir()} == set(editions)
    for edition in editions:
        assert {path.name for path in (tmp_path / edition).iterdir()} == {
            ".ledger.sqlite.sha256",
            ".lock",
            "articles",
            "pages",
            "headlines",
            "ledger.sqlite",
            "manifest-sha256.txt",
            "runs",
            "state.jsonl",
        }
        assert len(list((tmp_path / edition / "runs").glob("*.json"))) == 1
    assert not list(tmp_path.glob("**/.*.part"))
