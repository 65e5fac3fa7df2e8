"""`scrapy wacz`: kept pages as one file, with the list of their articles."""

import json
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.crawling import Crawl, Finished, StartReplica, run

needs_library = pytest.mark.skipif(find_spec("wacz") is None, reason="the extra wacz is not installed")


def wacz(data: Path, *options: str) -> Finished:
    return run([sys.executable, "-m", "scrapy", "wacz", "-s", f"DATA_DIR={data}", *options], data)


@needs_library
def test_a_file_has_the_pages_and_the_articles(replica: StartReplica, tmp_path: Path, crawl_ok: Crawl) -> None:
    site = replica(articles=20, noise=False)
    crawl_ok(site, tmp_path)
    target = tmp_path / "all.wacz"
    done = wacz(tmp_path, str(target))
    assert done.last_line == f"healthy (status 0): 20 articles in 1 WARC files are in {target}.", done.log
    with zipfile.ZipFile(target) as file:
        names = file.namelist()
        lines = [json.loads(line) for line in file.read("pages/pages.jsonl").decode().splitlines()]
    assert [name for name in names if name.startswith("archive/")] == [
        f"archive/{path.name}" for path in (tmp_path / "en" / "pages").glob("*.warc.gz")
    ]
    assert lines[0]["format"] == "json-pages-1.0"
    truth = site.truth()
    assert {line["url"]: line["title"] for line in lines[1:]} == {url: each["title"] for url, each in truth.items()}
    validate = "import sys; from wacz.main import main; sys.exit(main(['validate', '-f', sys.argv[1]]))"
    assert run([sys.executable, "-c", validate, str(target)], tmp_path).status == 0
    assert list(tmp_path.glob(".*.part")) == []
    assert "no pages are kept" in wacz(tmp_path, "-a", "since=2999-01-01", str(target)).last_line


@needs_library
def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for options, reason in (
        ([], "give the name of one file that ends in .wacz"),
        (["x.zip"], "give the name of one file that ends in .wacz"),
        (["-a", "since=soon", "x.wacz"], "since=soon"),
        (["x.wacz"], "no pages are kept in"),
        (["-a", "edition=ar", "x.wacz"], "there is no archive of ar"),
    ):
        done = wacz(tmp_path, *options)
        assert done.status == 2, done.log
        assert reason in done.last_line


def test_without_its_library_the_command_says_so(tmp_path: Path) -> None:
    program = "import sys; sys.modules['wacz'] = None\nfrom scrapy.cmdline import execute\nexecute()"
    done = run([sys.executable, "-c", program, "wacz", "x.wacz", "-s", f"DATA_DIR={tmp_path}"], tmp_path)
    assert done.status == 1, done.log
    assert "Install the extra: pip install 'newscrawl[wacz]'" in done.last_line
