"""Scrapy's own commands work in the project as everywhere: they take no lock, make no archive and no report."""

import re
import sys
from pathlib import Path

import pytest

from newscrawl.archive.lock import Lock
from newscrawl.settings import ADDONS, EXTENSIONS
from tests.crawling import FAST, Crawl, Finished, StartReplica, run

SPIDER = """
import scrapy


class TitleSpider(scrapy.Spider):
    name = "title"

    def __init__(self, site):
        self.start_urls = [f"{site}/"]

    def parse(self, response):
        yield {"title": response.css("title::text").get()}
"""


def scrapy_command(data: Path, *words: str, variables: dict[str, str] | None = None) -> Finished:
    settings = [word for name, value in {"DATA_DIR": str(data), **FAST}.items() for word in ("-s", f"{name}={value}")]
    return run([sys.executable, "-m", "scrapy", *words, *settings], data, variables=variables)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("list",), "mayadeen"),
        (("fetch", "SITE/"), "<title>Al Mayadeen"),
        (("view", "SITE/"), "Spider closed (finished)"),
        (("shell", "SITE/", "-c", "response.status * 1000"), "200000"),
        (("parse", "--spider=mayadeen", "-c", "parse_home", "-a", "site=SITE", "SITE/"), "<GET SITE/news/politics>"),
        # Without a spider's name, and of a site that no argument names.
        (("parse", "-a", "site=SITE", "SITE/"), "<GET SITE/news/politics>"),
        (("parse", "-a", "site=SITE", "SITE/news/politics"), "<GET SITE/news/politics?page=2>"),
        (("parse", "SITE/STORY"), "'word_count': "),
        (("check",), "Ran 0 contracts"),
        (("runspider", "FOLDER/title.py", "-a", "site=SITE", "-o", "FOLDER/x.jsonl"), "Stored jsonl feed (1 items)"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_scrapys_own_commands_keep_no_archive(
    replica: StartReplica, tmp_path: Path, words: tuple[str, ...], shown: str
) -> None:
    replica_of_site = replica(articles=60, load_more="page")
    site, story = replica_of_site.url, replica_of_site.newsroom.path(9).lstrip("/")
    (tmp_path / "title.py").write_text(SPIDER, "utf-8")

    def filled(text: str) -> str:
        return text.replace("SITE", site).replace("STORY", story).replace("FOLDER", str(tmp_path))

    data = tmp_path / "data"
    done = scrapy_command(data, *map(filled, words), variables={"BROWSER": "true"})

    assert done.status == 0, done.log
    assert filled(shown) in done.log
    # A callback of its own command `parse` is what Scrapy warns of itself.
    problems = [line for line in done.log.splitlines() if re.search(" (ERROR|WARNING): |Traceback", line)]
    assert [line for line in problems if "returned a Deferred" not in line] == []
    assert not data.exists()


def test_a_page_is_fetched_while_a_crawl_holds_the_archive(replica: StartReplica, tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    with Lock(folder):
        done = scrapy_command(tmp_path, "fetch", "--nolog", f"{replica(articles=10).url}/")

    assert done.status == 0
    assert "<title>Al Mayadeen" in done.log


def test_a_crawl_has_no_warning_of_scrapy(replica: StartReplica, crawl_ok: Crawl) -> None:
    done = crawl_ok(replica(articles=10), variables={"NEWSCRAWL_CONTACT": "desk@example.org"})

    assert [line for line in done.log.splitlines() if " WARNING: " in line] == []


def test_a_crawl_keeps_what_other_commands_leave_out() -> None:
    assert any(name.endswith(".OnlyForCrawls") for name in ADDONS)
    assert any(name.endswith(".ArchiveExtension") for name in EXTENSIONS)
