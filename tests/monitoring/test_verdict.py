"""Every exit status, each provoked for real; the run's report; and the canary, which sees that the pages changed."""

import gzip
import hashlib
import json
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from newscrawl.archive.recovery import Lock
from newscrawl.command_line import edition_folder
from newscrawl.monitoring.canary import find_regressions
from newscrawl.monitoring.reports import write_report
from newscrawl.replica import Fault, Options, Replica
from newscrawl.settings import CANARY_FLOORS
from tests.crawling import FAST, Finished, command, crawl, environment, run

STORIES = "^/(news|articles)/[^/]+/."
LISTINGS = "^/(news|articles)/[^/]+$"
NO_METADATA = Fault(
    kind="rewrite",
    path=STORIES,
    pattern=r'(?s)<script (?:id="tawsiyat|type="application/ld).*?</script>|<meta [^>]*>|<title>.*?</title>',
)  # fmt: skip
NO_HEADLINE = Fault(kind="rewrite", path=STORIES, pattern="</?h1", replacement="<b")
NO_CLASS = Fault(kind="rewrite", path=STORIES, pattern="p-content", replacement="x-content")
DATE = r"(\d{1,2}) (\w{3}) (20\d\d)"
PARAGRAPH = "<p>(?:(?!</p>).)*</p>"
TWO_PARAGRAPHS = f"(?s)({PARAGRAPH})(.*?){PARAGRAPH}"
CARD = '(?s)(?<=class="card">)(.*?)(?=<div class="card">)'


def report_of(data: Path) -> dict[str, Any]:
    """Return the newest report of an archive."""
    report: dict[str, Any] = json.loads(max((edition_folder(data, "en") / "runs").glob("*.json")).read_text("utf-8"))
    return report


@pytest.mark.parametrize(
    ("faults", "status", "words"),
    [
        ([Fault(kind="close")], 3, "site unreachable"),
        ([Fault(kind="status", status=500, path=LISTINGS)], 3, "listings missing"),
        ([Fault(kind="status", status=500, path=STORIES, share=0.8)], 3, "articles missing"),
        ([NO_METADATA, NO_HEADLINE, NO_CLASS], 4, "the pages changed"),
        ([Fault(kind="garbage", path=STORIES)], 4, "the pages changed"),
        ([Fault(kind="challenge", path="^/robots.txt")], 5, "blocked by the site"),
        ([Fault(kind="challenge", path="^/news/politics$")], 5, "blocked by the site"),
        ([Fault(kind="challenge", path="^/news/politics/.")], 5, "blocked by the site"),
        ([Fault(kind="status", status=403, path="^/[^r]?")], 5, "blocked by the site"),
        ([Fault(kind="status", status=503, path="^/robots.txt")], 5, "blocked by the site"),
    ],
    ids=lambda value: str(value) if isinstance(value, int | str) else "",
)
def test_a_failed_crawl_says_so(faults: list[Fault], status: int, words: str, tmp_path: Path) -> None:
    with Replica(Options(articles=30)) as site:
        for fault in faults:
            fault.seen.clear()
        site.faults += faults
        done = crawl(site, tmp_path, settings={"TROUBLE_IN_A_ROW": "0"})
        assert done.status == status, done.log
        assert words in done.last_line
        assert f"(status {status})" in done.last_line
        report = report_of(tmp_path)
        assert report["verdict"]["status"] == status
        assert report["errors"] or status == 5


def test_dates_that_are_gone_fail_the_run_and_the_pages_are_kept(tmp_path: Path) -> None:
    with Replica(Options(articles=120, markup="bare")) as site:
        site.faults.append(Fault(kind="rewrite", path=STORIES, pattern=DATE + r" \d\d:\d\d", replacement="now"))
        done = crawl(site, tmp_path)
        assert done.status == 4, done.log
        assert re.search(r"the pages changed \(status 4\): \w+: date_published fell from 0.8 to 0 ", done.last_line)
        report = report_of(tmp_path)
        assert len(report["canary"][0]["addresses"]) == 3
        # The articles are kept; what was lost can be read again from the site.
        assert len(done.records()) == 120
        saved = tmp_path / "en" / "runs" / report["pages_saved"][0]
        text = gzip.decompress(saved.read_bytes()).decode()
        assert text.startswith(f"<!-- article {site.url}/")
        line = [
            *command(tmp_path, {}, {}, name="fixture")[:4],
            str(saved),
            "--into",
            str(tmp_path),
            "--name",
            "dateless",
        ]
        assert run(line, tmp_path).status == 0
        assert json.loads((tmp_path / "dateless.json").read_text())["date_published"] is None


@pytest.mark.parametrize(
    ("fault", "what"),
    [
        (Fault(kind="rewrite", path=STORIES, pattern="</?h1", replacement="<b"), "could not be read as articles"),
        (Fault(kind="rewrite", path=STORIES, pattern=DATE, replacement=r"\1-VIII-\3"), "date_published fell"),
        (Fault(kind="rewrite", path=STORIES, pattern=TWO_PARAGRAPHS, replacement=r"\1\2"), "words of a body fell"),
        (Fault(kind="rewrite", path=LISTINGS, pattern=CARD, skip=3), "first batch of a listing fell"),
    ],
    ids=["title", "dates", "bodies", "listings"],
)  # fmt: skip
def test_the_canary_sees_a_change_within_one_run(fault: Fault, what: str, tmp_path: Path) -> None:
    # The metadata gives no headline here: it stands in the page alone.
    titles = Fault(kind="rewrite", path=STORIES, pattern=r'<meta property="og:title"[^>]*>|<title>.*?</title>')
    # Lengths of bodies differ so much that it takes more of them to be sure.
    many = 400 if "words" in what else 150
    with Replica(Options(articles=many, markup="bare", noise=False)) as site:
        settings = {"REVISIT_LIMIT": "0"}
        if "could not" in what:
            site.faults.append(titles)
        for days in range(2):
            assert crawl(site, tmp_path, max_pages="1", settings=settings).status == 0
            site.add(60 * (days == 0))
        site.add(many)
        fault.seen.clear()
        site.faults.insert(0, fault)
        done = crawl(site, tmp_path, max_pages="2" if "listing" not in what else "1", settings=settings)
        assert done.status == 4, done.log
        assert what in done.last_line


def test_statuses_of_the_command_itself(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert crawl(None, in_the_way / "data", site="http://127.0.0.1:9").status == 6
    lock = Lock(tmp_path)
    try:
        locked = crawl(None, tmp_path, site="http://127.0.0.1:9")
        assert (locked.status, "(status 75)" in locked.last_line) == (75, True)
    finally:
        lock.release()
    # A run that never had the archive leaves no report in it.
    assert not (tmp_path / "en" / "runs").exists()
    refused = crawl(None, tmp_path / "none", site="http://127.0.0.1:9")
    assert (refused.status, "site unreachable" in refused.last_line) == (3, True)
    assert report_of(tmp_path / "none")["close_reason"] == "unreachable"
    for wrong in ({"edition": "de"}, {"since": "soon"}, {"kinds": "poems"}, {"nonsense": "1"}, {"deep": "maybe"}):
        assert run(command(tmp_path, wrong, {}), tmp_path).status == 2
    assert run(command(tmp_path, {}, {"DOWNLOAD_DELAY": "-1"}), tmp_path).status == 2
    broken = command(tmp_path, {"site": "http://127.0.0.1:9"}, {"ITEM_PIPELINES": '{"no.such.Pipeline": 1}'})
    assert run(broken, tmp_path).status == 1


def test_a_report_tells_the_run(tmp_path: Path) -> None:
    with Replica(Options(articles=60, kinds=True)) as site:
        site.faults.append(Fault(kind="status", status=500, path=f"^{site.newsroom.path(5)}"))
        site.faults.append(Fault(kind="garbage", path=f"^{site.newsroom.path(9)}"))
        assert crawl(site, tmp_path).status == 0
        report = report_of(tmp_path)
        assert report["articles"]["new"] == report["articles"]["written"] == 58
        assert report["errors"]["server_error"] == {"count": 1, "examples": [site.url + site.newsroom.path(5)]}
        assert report["errors"]["missing_headline"]["examples"] == [site.url + site.newsroom.path(9)]
        assert report["pages"]["requests"] == len(site.requests)
        assert report["pages"]["by_section"]["politics"] == {"written": 5}
        assert report["fill"]["video"]["rates"]["videos"] == 1
        assert report["fill"]["news"]["rates"]["videos"] == 0
        assert report["provenance"]["title"] == {"tawsiyat": 58}
        assert report["verdict"] == {
            "status": 0,
            "name": "healthy",
            "advice": "",
            "reason": report["verdict"]["reason"],
        }
        assert report["requests_per_new_article"] == round(len(site.requests) / 58, 3)
        for file in report["files"]:
            data = (tmp_path / file["name"]).read_bytes()
            assert (file["lines"], file["sha256"]) == (data.count(b"\n"), hashlib.sha256(data).hexdigest())
        (tmp_path / "en" / "runs" / "20990101T000000Z-1.json").write_text("{")
        site.add(3)
        assert "is no report of a run; it is passed over" in crawl(site, tmp_path).log
        shown = run(command(tmp_path, {}, {}, name="runs"), tmp_path)
        assert shown.log.count("0 healthy") == 2
        one = run([*command(tmp_path, {}, {}, name="runs"), "--json", "-n", "1"], tmp_path)
        assert json.loads(one.log.splitlines()[-1])["articles"]["new"] == 3
        assert run([*command(tmp_path, {}, {}, name="runs"), "-n", "0"], tmp_path).status == 2


def test_reports_and_their_pages_are_pruned(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        site.faults.append(Fault(kind="garbage", path=STORIES))
        for _ in range(3):
            assert crawl(site, tmp_path, urls=_list(site, tmp_path)).status == 4
    folder = tmp_path / "en" / "runs"
    assert len(list(folder.glob("*.json"))) == len(list(folder.glob("*-pages"))) == 3
    newest = report_of(tmp_path)
    write_report(folder, newest, keep=2)
    assert len(list(folder.glob("*.json"))) == len(list(folder.glob("*-pages"))) == 2
    assert report_of(tmp_path) == newest


def _list(site: Replica, folder: Path) -> str:
    path = folder / "list"
    path.write_text("\n".join(site.article_urls()))
    return str(path)


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_stopped_run_reports_too(number: signal.Signals, tmp_path: Path) -> None:
    with Replica(Options(articles=200)) as site:
        process = subprocess.Popen(
            command(tmp_path, {"site": site.url, "max_pages": "0"}, {**FAST, "DOWNLOAD_DELAY": "0.02"}),
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        while len(site.requests) < 40:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        _, log = process.communicate(timeout=60)
        done = Finished(process.returncode, log, tmp_path)
        assert done.status == 0
        assert "stopped early (shutdown)" in done.last_line
        report = report_of(tmp_path)
        assert report["close_reason"] == "shutdown"
        assert report["articles"]["written"] == len(done.records()) > 0


# -- the canary on simulated runs -----------------------------------------------------------------------------------


def simulated(rng: Random, stories: int, **changes: Any) -> dict[str, Any]:
    """Return the report of a run that drew so many stories from a site on which little ever changes."""
    kinds = {"news": 0.7, "opinion": 0.1, "analysis": 0.05, "video": 0.15}
    usual = {
        "title": 1.0, "summary": 0.97, "authors": 0.9, "source": 0.8, "date_published": 1.0, "date_modified": 0.6,
        "body": 1.0, "images": 0.92, "tags": 0.75, "keywords": 0.8, "section": 0.9,
    }  # fmt: skip
    usual |= changes.get("rates", {})
    fill, words = {}, {}
    for kind, share in kinds.items():
        number = sum(rng.random() < share for _ in range(stories))
        if number:
            rates = {name: sum(rng.random() < rate for _ in range(number)) / number for name, rate in usual.items()}
            fill[kind] = {"records": number, "rates": rates}
            lengths = [int(rng.lognormvariate(6, 0.7) * changes.get("length", 1)) for _ in range(number)]
            words[kind] = {"median": 0, "sample": lengths}
    titles = sum(rng.random() < changes.get("tawsiyat", 0.97) for _ in range(stories))
    return {
        "edition": "en",
        "site": "https://x.net",
        "arguments": {},
        "verdict": {"status": 0},
        "fill": fill,
        "words": words,
        "provenance": {"title": {"tawsiyat": titles, "dom": stories - titles}, "body": {"dom": stories}},
        "listings": {f"https://x.net/{at}": rng.randint(*changes.get("links", (17, 20))) for at in range(10)},
        "examples": {},
        "pages": {"articles": {"fetched": stories, "unreadable": sum(rng.random() < 0.02 for _ in range(stories))}},
    }


def judged(report: Mapping[str, Any], earlier: list[dict[str, Any]]) -> list[str]:
    """Return what the canary says of a run."""
    return [each.what for each in find_regressions(report, reversed(earlier), floors=CANARY_FLOORS)]


@pytest.mark.parametrize("seed", range(10))
def test_the_canary_is_quiet_over_thirty_healthy_runs(seed: int) -> None:
    rng = Random(seed)
    earlier: list[dict[str, Any]] = []
    for _ in range(30):
        report = simulated(rng, rng.choice((3, 12, 40, 90, 300)))
        assert judged(report, earlier) == []
        earlier.append(report)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"rates": {"date_published": 0.0}}, "news: date_published"),
        ({"rates": {"authors": 0.3}}, "news: authors"),
        ({"rates": {"images": 0.4}}, "news: images"),
        ({"length": 0.5}, "news: median words of a body"),
        ({"tawsiyat": 0.1}, "title from tawsiyat"),
        ({"links": (3, 3)}, "articles in the first batch of a listing"),
    ],
)
def test_the_canary_names_what_fell(changes: dict[str, Any], what: str) -> None:
    rng = Random(1)
    earlier = [simulated(rng, 90) for _ in range(5)]
    assert what in judged(simulated(rng, 120, **changes), earlier)
    # Three stories prove nothing; listings are counted whatever is new.
    if "listing" not in what:
        assert judged(simulated(rng, 3, **changes), earlier) == []
    assert judged({**simulated(rng, 120, rates={"authors": 0.3}), "arguments": {"since": "2020"}}, earlier) == []
