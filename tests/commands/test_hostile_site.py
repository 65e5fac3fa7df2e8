"""A site whose labels, titles and tags are made to steer a terminal: what each command writes, byte by byte."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from newscrawl.replica import Fault, Options, Replica
from tests.crawling import FAST, ROOT, command, environment, report_files

SCRAPY = [sys.executable, "-m", "scrapy"]
DEBUG = {**FAST, "LOG_LEVEL": "DEBUG"}
# Colour, clear the screen, write into the clipboard, C1, direction, no width, rich's markup, a line of the log.
HOSTILE = (
    "\x1b[38;5;77mQ\x1b[2J\x1b]52;c;QUFB\x07\x9b2J\u202e\u200b[/bold][red][link=http://evil.example]:smile:"
    "\n2024-08-22 10:00:00 [newscrawl] INFO: healthy"
)
COLOUR = "\\x1b[38;5;77m"
"""How the hostile text begins where it is shown."""
# What rich writes: the cursor hidden and shown, a line cleared, one line up, colours of its own.
OF_RICH = re.compile(r"\x1b\[(\?25[hl]|2K|1A|(?!38;5;77)[0-9;]*m)")


def on_a_terminal(line: list[str], columns: int = 60) -> str:
    """Run a command line on a terminal of its own, and return all that it writes there."""
    mine, its = pty.openpty()
    variables = {**environment(), "TERM": "xterm-256color", "COLUMNS": str(columns)}
    variables.pop("NO_COLOR", None)
    process = subprocess.Popen(line, cwd=ROOT, stdin=its, stdout=its, stderr=its, env=variables)
    os.close(its)
    written = b""
    while True:
        try:
            part = os.read(mine, 65536)
        except OSError:
            # Linux says so when the other end is closed.
            break
        if not part:
            break
        written += part
    os.close(mine)
    process.wait(60)
    return written.decode()


def assert_is_clean(text: str) -> None:
    left = OF_RICH.sub("", text)
    bad = {char for char in left if not (char.isprintable() or char in "\r\n\t")}
    assert bad == set(), [line for line in left.splitlines() if bad & set(line)][:3]
    assert not re.search(r"^2024-08-22", left, re.MULTILINE)


@pytest.fixture(scope="module")
def site() -> Iterator[Replica]:
    with Replica(Options(articles=40, load_more="page")) as site:
        # A section that nobody knows: it is called as its path or its label says.
        section = (
            f'Sports</a></li><li class="nav-item"><a class="nav-link" href="/news/{quote(HOSTILE, "")}">{HOSTILE}<'
        )
        site.faults += [
            Fault(kind="rewrite", path="^/(news/|$)", pattern="Sports<", replacement=section),
            Fault(kind="rewrite", path="^/tag", pattern="<h1>", replacement=f"<h1>{HOSTILE}"),
        ]
        rule = f"Crawl-delay: 0{HOSTILE.partition(chr(10))[0]}\nDisallow: /search"
        site.faults.append(Fault(kind="rewrite", path="robots", pattern="Disallow: /search", replacement=rule))
        yield site


@pytest.fixture(scope="module")
def data(site: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a crawl; the terminal that it ran on was clean."""
    data = tmp_path_factory.mktemp("data")
    text = on_a_terminal(command(data, {"site": site.url}, {**DEBUG, "LOG_DIR": str(data / "log")}))
    assert_is_clean(text)
    # In a line of the crawl, and in one of a library.
    for before in ("Listing ", "cannot set crawl delay to '0"):
        assert f"{before}{COLOUR}" in text
    return data


# The crawl is that of the fixture.
@pytest.mark.crawl
@pytest.mark.slow
def test_files_of_a_crawl_are_clean(data: Path) -> None:
    (log,) = data.glob("log/*.log")
    (report,) = report_files(data)
    for file in (log, report):
        assert_is_clean(file.read_text("utf-8"))
    assert COLOUR in log.read_text("utf-8")
    assert json.loads(report.read_bytes())["verdict"]["name"]


@pytest.mark.parametrize(
    ("line", "shows"),
    [
        (("crawl", "mayadeen", "-a", "site=SITE", "-a", "sections=none"), True),
        (("crawl", "mayadeen", "-a", "site=SITE", "-s", "LOG_JSON=1"), False),
        (("doctor", "-a", "site=SITE"), True),
        (("doctor", "-a", "site=SITE", "--json"), False),
        (("audit", "-a", "site=SITE"), True),
        (("runs", "--json"), False),
        (("ledger", "show"), False),
        # Of Scrapy's own.
        (("parse", "--spider=mayadeen", "-c", "parse_home", "-a", "site=SITE", "SITE/"), True),
        (("shell", "SITE/", "-c", "response.css('nav').getall()"), True),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_terminals_are_clean(site: Replica, data: Path, line: tuple[str, ...], shows: bool) -> None:
    given = [word.replace("SITE", site.url) for word in line]
    settings = [word for name, value in {**DEBUG, "DATA_DIR": str(data)}.items() for word in ("-s", f"{name}={value}")]
    text = on_a_terminal([*SCRAPY, *given, *settings])
    assert_is_clean(text)
    assert not shows or COLOUR in text
    assert "Traceback" not in text


def test_names_of_saved_pages_are_plain(site: Replica, data: Path) -> None:
    on_a_terminal(command(data, {"site": site.url}, FAST, name="doctor"))
    saved = [path.name for path in data.glob("en/doctor/*/*")]
    assert len(saved) > 3
    assert all(re.fullmatch(r"[\w-]+\.html", name) and len(name.encode()) <= 100 for name in saved)
