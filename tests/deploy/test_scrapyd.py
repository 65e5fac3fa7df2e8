"""A real scrapyd on loopback: the project is deployed as an egg, a crawl is scheduled, and its log has the verdict."""

import json
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from tests.crawling import FAST, ROOT, Finished, StartReplica, environment

VERSION = "0.0.1+of.the.egg"
"""Of the deployed copy: it shows that the crawl ran from the egg, and asked no installed newscrawl for its version."""
CONFIGURATION = """
[scrapyd]
bind_address = 127.0.0.1
http_port = {port}
poll_interval = 0.2
max_proc = 1
eggs_dir = eggs
logs_dir = logs
items_dir = items
dbs_dir = dbs
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def ask(url: str, **data: Any) -> dict[str, Any]:
    """Return scrapyd's answer; with data it is a POST."""
    body = urllib.parse.urlencode(data, doseq=True).encode() if data else None
    with urllib.request.urlopen(url, body, timeout=60) as answer:
        value: dict[str, Any] = json.load(answer)
    return value


def wait_for(condition: Any, seconds: float = 120) -> None:
    """Wait until a condition holds."""
    for _ in range(int(seconds / 0.2)):
        if condition():
            return
        sleep(0.2)
    raise TimeoutError


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[str]:
    """The root URL of a scrapyd that keeps its files in `tmp_path/scrapyd`."""
    port = free_port()
    folder = tmp_path / "scrapyd"
    folder.mkdir()
    (folder / "scrapyd.conf").write_text(CONFIGURATION.format(port=port))
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, (folder / "scrapyd.log").read_text()
        try:
            return bool(ask(f"{url}/daemonstatus.json")["status"] == "ok")
        except urllib.error.URLError:
            return False

    with (folder / "scrapyd.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapyd"], cwd=folder, env=environment(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(answers)
            yield url
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def project(tmp_path: Path, scrapyd: str) -> Path:
    """A copy of the project, with this scrapyd as its target and a version of its own."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "newscrawl", folder / "newscrawl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    target = (ROOT / "scrapy.cfg").read_text().replace("http://127.0.0.1:6800/", f"{scrapyd}/")
    (folder / "scrapy.cfg").write_text(target)
    package = folder / "newscrawl" / "__init__.py"
    package.write_text(re.sub('__version__ = ".*"', f'__version__ = "{VERSION}"', package.read_text("utf-8")), "utf-8")
    return folder


def test_scrapyd_runs_the_egg(scrapyd: str, project: Path, replica: StartReplica, tmp_path: Path) -> None:
    deploy = [str(Path(sys.executable).with_name("scrapyd-deploy")), "--debug"]
    done = subprocess.run(deploy, cwd=project, env=environment(), capture_output=True, text=True, check=False)
    assert '"status": "ok"' in done.stdout, done.stdout + done.stderr
    assert ask(f"{scrapyd}/listspiders.json?project=newscrawl")["spiders"] == ["mayadeen"]

    site = replica(articles=12)
    settings = [f"{name}={value}" for name, value in {**FAST, "DATA_DIR": str(tmp_path / "data")}.items()]
    crawl = {"project": "newscrawl", "spider": "mayadeen", "site": site.url, "max_pages": "0", "setting": settings}
    job = ask(f"{scrapyd}/schedule.json", **crawl)["jobid"]

    def has_ended() -> bool:
        jobs = ask(f"{scrapyd}/listjobs.json?project=newscrawl")
        return [each["id"] for each in jobs["finished"]] == [job]

    wait_for(has_ended)
    log = (tmp_path / "scrapyd" / "logs" / "newscrawl" / "mayadeen" / f"{job}.log").read_text("utf-8")
    ended = Finished(0, log, tmp_path / "data")
    assert "healthy (status 0)" in ended.last_line, log
    assert len(ended.records()) == 12
    report = ended.report()
    assert report["versions"]["newscrawl"] == VERSION
    assert report["arguments"]["_job"] == job
    # Its own file of items is beside the archive, not in its place.
    items = tmp_path / "scrapyd" / "items" / "newscrawl" / "mayadeen" / f"{job}.jl"
    assert [json.loads(line)["id"] for line in items.read_text("utf-8").splitlines()] == [
        record["id"] for record in ended.records()
    ]
