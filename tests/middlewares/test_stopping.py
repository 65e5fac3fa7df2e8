"""A crawl that is stopped ends soon, whatever it waits for, asks for no further page, and says what is left."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from newscrawl.errors import ReadingStoppedError
from newscrawl.middlewares.stopping import interrupt, is_reading
from newscrawl.replica import Fault, Replica
from tests.crawling import FAST, Crawl, Finished, StartReplica, command, environment, run

# Far longer than a stopped crawl may take, and shorter than what it would wait for.
PATIENCE = 60


SLOW_READER = '''
import re, sys
from scrapy.cmdline import execute
from newscrawl.spiders import {module} as module

lines = """def {reader}(*_, **__):
    while True:
        try:
            {work}
        except ValueError:
            pass
"""
functions = {{"__name__": "newscrawl.pages.slow", "re": re}}
exec(lines, functions)
module.{reader} = functions[{reader!r}]
execute()
'''
"""A crawl in which one of the readers of pages never ends."""


def stopped(
    site: Replica, data: Path, sent: tuple[signal.Signals, ...], until: str, program: str = "", **settings: str
) -> Finished:
    """Crawl until a path (a pattern) or a faulty page was asked for, send signals, and return how the crawl ended.

    A `program` takes the command line in the place of Scrapy.
    """
    line = command(
        data, {"site": site.url, "max_pages": "0"}, {**FAST, "CONCURRENT_REQUESTS_PER_DOMAIN": "1", **settings}
    )
    if program:
        line = [sys.executable, "-c", program, *line[line.index("scrapy") + 1 :]]
    process = subprocess.Popen(line, env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        # A request is in the list once it is answered.
        while not (
            (site.faults and site.faults[0].seen) or any(re.fullmatch(until, each.path) for each in site.requests)
        ):
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.5)
        for each in sent:
            process.send_signal(each)
            time.sleep(0.1)
        asked = len(site.requests)
        _, log = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert len(site.requests) <= asked + 1, "a page was asked for after the signal"
    assert "Traceback" not in log
    return Finished(process.returncode, log, data)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_crawl_delay_is_not_waited_for(sent: signal.Signals, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20, crawl_delay=600)
    done = stopped(site, tmp_path, (sent,), "/robots.txt", MAX_CRAWL_DELAY="600")
    assert done.status == 0, done.log
    assert "Stopping: no further page is asked for; requests left: " in done.log
    assert "stopped (status 0): 0 articles written; stopped early (shutdown); requests left: 1" in done.last_line


def test_a_page_that_is_slow_is_not_waited_for(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="slow", path="^/news/.+/", seconds=300, drip=1000))
    done = stopped(site, tmp_path, (signal.SIGTERM,), "", DOWNLOAD_TIMEOUT="400")
    assert done.status == 0, done.log
    assert re.search(r"stopped \(status 0\): .* requests left: [1-9]", done.last_line)
    # What is left is read by the next run.
    assert done.report()["verdict"]["name"] == "stopped"


@pytest.mark.parametrize(
    ("module", "reader", "work", "sent"),
    [
        ("articles", "read_article", "re.match('(a+)+$', 'a' * 60 + 'b')", signal.SIGTERM),
        ("articles", "read_article", "pass", signal.SIGINT),
        ("listings", "read_listing", "re.sub(' *$', '', ' ' * 50000 + 'x')", signal.SIGTERM),
        ("mayadeen", "read_menu", "re.match('(a+)+$', 'a' * 60 + 'b')", signal.SIGINT),
    ],
    ids=["article", "python", "listing", "home"],
)
def test_the_reading_of_a_page_is_stopped(
    module: str, reader: str, work: str, sent: signal.Signals, replica: StartReplica, tmp_path: Path
) -> None:
    site = replica(articles=20, noise=False)
    until = {"articles": "/.+/.+/.+", "listings": "/news/[^/]+", "mayadeen": "/"}[module]
    done = stopped(site, tmp_path, (sent,), until, SLOW_READER.format(module=module, reader=reader, work=work))
    assert done.status == 0, done.log
    assert re.search(f"Reading stopped, the page took long; it is left to the next run: {site.url}/", done.log)
    assert re.search(r"stopped \(status 0\): .*stopped early \(shutdown\); requests left: [1-9]", done.last_line)


LATE_SIGNAL = """
import os, signal
from scrapy.cmdline import execute

class Last:
    def __del__(self, kill=os.kill, process=os.getpid(), number=signal.{name}):
        kill(process, number)

last = Last()
execute()
"""
"""A crawl that gets a signal when it has ended, and Python has removed all handlers."""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_after_the_crawl_does_not_change_its_exit_status(
    name: str, replica: StartReplica, tmp_path: Path
) -> None:
    line = command(tmp_path, {"site": replica(articles=5).url}, FAST)
    done = run([sys.executable, "-c", LATE_SIGNAL.format(name=name), *line[line.index("scrapy") + 1 :]], tmp_path)
    assert (done.status, "healthy (status 0): 5 articles written" in done.last_line) == (0, True), done.log


def function_of(module: str) -> Any:
    """Return a function of a module that returns its frame."""
    namespace: dict[str, Any] = {"__name__": module}
    exec("import sys\ndef frame(inner=None): return inner() if inner else sys._getframe()", namespace)
    return namespace["frame"]


def test_a_page_is_interrupted_and_nothing_else() -> None:
    reader, helper, archive = (function_of(f"newscrawl.{name}") for name in ("pages.body", "text", "archive.ledger"))
    frames: list[FrameType] = [reader(), reader(helper), function_of("newscrawl.pages")()]
    for frame in frames:
        with pytest.raises(ReadingStoppedError):
            interrupt(signal.SIGALRM, frame)
    for frame in (archive(), archive(helper), function_of("newscrawl.pages_of_another")()):
        assert not is_reading(frame)
        interrupt(signal.SIGALRM, frame)


def test_a_second_signal_says_what_is_left(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="slow", path="^/news/.+/", seconds=300, drip=1000))
    done = stopped(site, tmp_path, (signal.SIGINT, signal.SIGINT), "", DOWNLOAD_TIMEOUT="400")
    assert re.search(r"Stopped by force: requests left: [1-9]", done.log)
    assert re.search(r"stopped \(status 0\): .*stopped early \(forced\); requests left: [1-9]", done.last_line)


def test_a_bound_of_scrapy_is_no_plain_success(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=40)
    done = crawl(site, settings={"CLOSESPIDER_PAGECOUNT": "5", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"})
    assert done.status == 0, done.log
    assert "healthy" not in done.last_line
    assert re.search(r"stopped \(status 0\): .*\(closespider_pagecount\); requests left: [1-9]", done.last_line)
    rest = crawl(site)
    assert "healthy (status 0)" in rest.last_line
    assert {record["url"] for record in rest.records()} == set(site.truth())


def test_a_crawl_that_ends_by_itself_leaves_nothing(replica: StartReplica, crawl_ok: Crawl) -> None:
    done = crawl_ok(replica(articles=10), variables={"NEWSCRAWL_CONTACT": "desk@example.org"})
    assert "Stopping" not in done.log
    assert "requests left" not in done.log
    # Scrapy warns of what it misses in a run that misses nothing.
    assert "WARNING" not in done.log
