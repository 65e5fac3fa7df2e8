"""Each row of the README's table of exit statuses, provoked by real commands against a replica."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from newscrawl.archive.lock import Lock
from newscrawl.exit_status import ExitStatus
from newscrawl.replica import Fault, Replica
from tests.crawling import FAST, ROOT, Crawl, Finished, StartReplica, command, run
from tests.many_crawls import RAISE
from tests.monitoring.test_verdict import ARTICLES, LISTINGS, NO_METADATA

DATE = r"20\d\d-\d\d-\d\dT[\d:+Z]+|\d{1,2} \w{3} 20\d\d \d\d:\d\d"
"""A time in an attribute or in the text of a page."""
ROW = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)
TABLE = {int(status): meaning for status, meaning in ROW.findall((ROOT / "README.md").read_text("utf-8"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provoked:
    """What a command is run against: a replica without faults, and a folder without an archive."""

    site: Replica
    start: Crawl
    data: Path

    def crawl(self, *faults: Fault, settings: Mapping[str, str] | None = None, **arguments: str) -> Finished:
        """Crawl the replica, which has these faults."""
        self.site.faults[:] = faults
        return self.start(self.site, self.data, settings=dict(settings or {}), **arguments)

    def command(self, name: str, **settings: str) -> Finished:
        """Run another command on the archive of the replica."""
        arguments = {} if name == "verify" else {"site": self.site.url}
        return run(command(self.data, arguments, settings, name=name), self.data)

    def crawl_raising(self, method: str) -> Finished:
        """Crawl the replica, while a method raises an exception that nobody has named."""
        line = command(self.data, {"site": self.site.url, "max_pages": "0"}, FAST)
        return run([sys.executable, "-c", RAISE, method, "1", *line[3:]], self.data)


def nothing_new(of: Provoked) -> Finished:
    assert of.crawl().status == 0
    return of.crawl()


def damaged(of: Provoked) -> Finished:
    assert of.crawl().status == 0
    path = next(of.data.glob("en/articles/2*.jsonl"))
    path.write_bytes(path.read_bytes()[:-9])
    return of.command("verify")


def in_the_way(of: Provoked) -> Finished:
    of.data.joinpath("file").touch()
    return of.start(of.site, of.data / "file" / "data")


def locked(of: Provoked) -> Finished:
    of.data.joinpath("en").mkdir()
    lock = Lock(of.data / "en")
    try:
        return of.crawl()
    finally:
        lock.release()


def resting(of: Provoked) -> Finished:
    challenge = Fault(kind="challenge", path=LISTINGS)
    assert of.crawl(challenge).status == 5
    return of.crawl()


def status(number: int, path: str = "", share: float = 1.0) -> Fault:
    return Fault(kind="status", status=number, path=path, share=share)


# Status → name of the verdict and words of its reason → what provokes it. Each part of a row's text has one.
PROVOCATIONS: Mapping[int, Mapping[str, Callable[[Provoked], Finished]]] = {
    0: {
        "healthy (status 0): 30 articles written": lambda of: of.crawl(),
        "healthy (status 0): 0 articles written": nothing_new,
    },
    1: {
        "could not start": lambda of: of.crawl(settings={"ITEM_PIPELINES": '{"no.such.Pipeline": 1}'}),
    },
    2: {
        "soon": lambda of: of.crawl(since="soon"),
        "DOWNLOAD_DELAY": lambda of: of.crawl(settings={"DOWNLOAD_DELAY": "-1"}),
    },
    3: {
        "site unreachable": lambda of: of.crawl(Fault(kind="close")),
        "the site is in trouble": lambda of: of.crawl(
            status(503, "^/[^r]"), settings={"MAX_CONSECUTIVE_ERRORS": "5", "BACKOFF_BASE": "0.01"}
        ),
        "listings missing": lambda of: of.crawl(status(500, LISTINGS), settings={"MAX_CONSECUTIVE_ERRORS": "0"}),
        "articles missing": lambda of: of.crawl(status(404, ARTICLES, 0.8)),
    },
    4: {
        "could not be read as articles": lambda of: of.crawl(Fault(kind="garbage", path=ARTICLES)),
        "fell from": lambda of: of.crawl(
            Fault(kind="rewrite", path=ARTICLES, pattern=DATE, replacement="now"), NO_METADATA
        ),
    },
    5: {
        "blocked by the site": lambda of: of.crawl(status(403, "^/[^r]?")),
        "robots.txt forbids": lambda of: of.crawl(
            Fault(kind="rewrite", path="^/robots.txt", pattern="(?s)^.*$", replacement="User-agent: *\nDisallow: /")
        ),
        "resting after a block": resting,
    },
    6: {
        "output not written": in_the_way,
        "archive damaged": damaged,
    },
    70: {
        "fault of this program": lambda of: of.crawl_raising(
            "newscrawl.pipelines.near_duplicates:NearDuplicatesPipeline.process_article"
        ),
    },
    75: {
        "locked": locked,
    },
}  # fmt: skip
ALL = [(number, words) for number, provocations in PROVOCATIONS.items() for words in provocations]


def test_each_row_is_a_status_of_the_code_and_is_provoked() -> None:
    assert TABLE.keys() == {int(each) for each in ExitStatus}
    assert TABLE.keys() == PROVOCATIONS.keys()


@pytest.mark.parametrize(("number", "words"), ALL, ids=lambda value: str(value).replace(" ", "-"))
def test_a_command_ends_with_the_status_of_the_row(
    number: int, words: str, replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    done = PROVOCATIONS[number][words](Provoked(site=replica(articles=30), start=crawl, data=tmp_path))
    assert done.status == number, done.log
    # The verdict is the last line of the log; `verify` has named on its output what is damaged.
    (verdict,) = [line for line in done.log.splitlines() if f"(status {number})" in line][-1:]
    assert words in verdict
    assert number == 6 or verdict == done.last_line
