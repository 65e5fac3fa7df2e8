"""The report of a run: what it holds, how `scrapy runs` shows it, and how old ones are removed."""

import hashlib
import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from newscrawl.replica import Fault
from tests.crawling import FAST, Crawl, Finished, StartReplica, command, environment, report_files, run

ARTICLES = "^/(news|articles)/[^/]+/."


def test_a_report_holds_the_figures_of_its_run(
    replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=60, kinds=True)
    site.faults.append(Fault(kind="status", status=500, path=f"^{site.newsroom.path(5)}"))
    site.faults.append(Fault(kind="garbage", path=f"^{site.newsroom.path(9)}"))
    report = crawl_ok(site).report()
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
        "reason": "58 articles written; 1 articles not fetched, 1 pages without an article",
    }
    assert report["requests_per_new_article"] == round(len(site.requests) / 58, 3)
    for file in report["files"]:
        data = (tmp_path / file["name"]).read_bytes()
        assert (file["lines"], file["sha256"]) == (data.count(b"\n"), hashlib.sha256(data).hexdigest())
    report_files(tmp_path)[-1].with_name("20990101T000000Z-1.json").write_text("{")
    site.add(3)
    assert "is no report of a run; it is passed over" in crawl(site).log
    shown = run(command(tmp_path, {}, {}, name="runs"), tmp_path)
    assert shown.log.count("0 healthy") == 2
    one = run([*command(tmp_path, {}, {}, name="runs"), "--json", "-n", "1"], tmp_path)
    assert json.loads(one.log.splitlines()[-1])["articles"]["new"] == 3
    assert run([*command(tmp_path, {}, {}, name="runs"), "-n", "0"], tmp_path).status == 2


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_stopped_run_writes_a_report(number: signal.Signals, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=200)
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
    report = done.report()
    assert report["close_reason"] == "shutdown"
    assert report["articles"]["written"] == len(done.records()) > 0
