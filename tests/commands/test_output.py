"""What commands print on terminals with few letters, and of names that the site chose to do harm."""

import json
import re
import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newscrawl import terminal
from newscrawl.commands import ledger, runs
from newscrawl.commands.audit import show as show_audit
from newscrawl.commands.doctor import show as show_findings
from newscrawl.extensions.progress import ProgressExtension
from newscrawl.monitoring.audit import ArchivedArticles, Audit
from newscrawl.replica import Fault, Options, Replica
from tests.crawling import FAST, Crawl, StartReplica, command, run

SCRAPY = [sys.executable, "-m", "scrapy"]
HOSTILE = "[red]\x1b[2Jsports\u202e"
SHOWN = "[red]\\x1b[2Jsports\\u202e"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("variables", [ASCII, {"PYTHONIOENCODING": "ascii"}], ids=["locale", "variable"])
def test_an_arabic_demo_ends_well_on_an_ascii_terminal(variables: dict[str, str], tmp_path: Path) -> None:
    where = ["-s", f"DATA_DIR={tmp_path}"]
    done = run([*SCRAPY, "demo", "-a", "edition=ar", "--articles", "6", *where], tmp_path, variables=variables)
    assert done.status == 0, done.log
    assert "Traceback" not in done.log
    assert "UnicodeEncodeError" not in done.log
    # Letters as JSON has them, where the terminal has none of them.
    (title,) = re.findall(r'^  title: (".*")$', done.log, re.MULTILINE)
    assert title.isascii()
    assert any(record["title"].startswith(json.loads(title).rstrip(" …")) for record in done.records())


def test_help_and_tables_can_be_shown_in_ascii(tmp_path: Path, replica: StartReplica, crawl_ok: Crawl) -> None:
    crawl_ok(replica(articles=6, edition="ar"))
    where = ["-s", f"DATA_DIR={tmp_path}"]
    first = json.loads(next(tmp_path.glob("ar/articles/*.jsonl")).read_text("utf-8").splitlines()[0])["id"]
    for line in (["crawl", "-h"], ["runs", *where], ["runs", "--json", *where], ["history", first, *where]):
        done = run([*SCRAPY, *line], tmp_path, variables=ASCII)
        assert (done.status, "Traceback" in done.log) == (0, False), done.log


def shown_by(show: Any, *arguments: Any, monkeypatch: pytest.MonkeyPatch, **options: Any) -> str:
    """Return what a function prints on a console of our own."""
    out = StringIO()
    console = terminal.console()
    console.file = out
    for module in ("commands.audit", "commands.doctor", "terminal"):
        monkeypatch.setattr(f"newscrawl.{module}.console", lambda **_: console)
    show(*arguments, **options)
    return out.getvalue()


def printed(table: Any) -> str:
    out = StringIO()
    console = terminal.console()
    console.file = out
    console.print(table)
    return out.getvalue()


def test_tables_show_hostile_names_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    audit = Audit()
    audit.rows[("2024-08", HOSTILE)] = Counter({"missing": 1})
    report = {
        "started": "2024-08-23T09:00:00Z", "edition": "en", "seconds": 60, "pages": {"requests": 3},
        "verdict": {"status": 0, "name": "healthy"}, "articles": {"new": 1, "edited": 0}, "errors": {},
        "arguments": {"sections": HOSTILE},
    }  # fmt: skip
    for text in (
        printed(ledger.table_of([("en", HOSTILE, "2024-08", 1, 0, 0)], "Archive")),
        printed(runs.table_of([report])),
        printed(runs.lines_of(report)),
        shown_by(show_audit, audit, ArchivedArticles(), "http://x.net", to_error=False, monkeypatch=monkeypatch),
    ):
        assert SHOWN in text
        assert "\x1b" not in text


def test_the_doctor_shows_hostile_names_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {
        "site": "http://x.net", "requests": 1, "points": [], "pages": [], "articles": [], "feeds": {}, "robots": {},
        "menu": {"sections": {HOSTILE: "http://x.net/a"}, "regions": {}, "learnt": {}},
        "failures": {f"http://x.net/{HOSTILE}": "timeout"},
    }  # fmt: skip
    monkeypatch.setattr("newscrawl.commands.doctor.lines_of", lambda _: [f"The menu shows {HOSTILE}."])
    text = shown_by(show_findings, found, monkeypatch=monkeypatch)
    assert text.count(SHOWN) == 2
    assert "\x1b" not in text


def test_the_live_line_shows_hostile_names_escaped() -> None:
    spider = SimpleNamespace(current=HOSTILE)
    extension = ProgressExtension(SimpleNamespace(stats=SimpleNamespace(get_value=lambda *_: 0), spider=spider))  # type: ignore[arg-type]
    assert extension.summary().endswith(f" · {SHOWN}")
    live = extension.live_line(terminal.SafeConsole(file=StringIO(), force_terminal=True, width=120))
    live.add_task(extension.summary(), total=None)
    assert SHOWN in "".join(segment.text for segment in live.console.render(live.get_renderable()))


def test_the_doctor_names_a_month_that_is_no_sitemap(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        site.faults.append(Fault(kind="rewrite", path=r"/sitemaps/.*\d", pattern=r"(?s)^.*$", replacement="Back soon"))
        done = run(command(tmp_path, {"site": site.url}, FAST, name="doctor"), tmp_path)
    assert "Traceback" not in done.log
    assert f"{site.url}/sitemaps/all/sitemap-2024-8.xml: " in done.log.partition("Not fetched or not readable:")[2]


def test_an_unknown_article_is_a_wrong_argument_and_every_ledger_is_rebuilt(tmp_path: Path) -> None:
    for edition in ("en", "ar"):
        (tmp_path / edition / "articles").mkdir(parents=True)
    where = ["-s", f"DATA_DIR={tmp_path}"]
    assert run([*SCRAPY, "history", "4711", *where], tmp_path).status == 2
    rebuilt = run([*SCRAPY, "ledger", "rebuild", *where], tmp_path)
    assert (rebuilt.status, re.findall("The ledger of (..) was rebuilt", rebuilt.log)) == (0, ["en", "ar"])
