"""Who is told how a run went: webhook, heartbeat, metrics; and the log."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from spidermon.core.actions import Action

from newscrawl.monitoring import logs, notifications
from newscrawl.replica import Fault, Options, Replica
from tests.crawling import FAST, ROOT, Finished, command, environment


class _Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        heard: list[tuple[str, str]] = self.server.heard  # type: ignore[attr-defined]
        heard.append((self.path, body))
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """An address that listens, and (path, body) of what it hears."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Listener)
    heard: list[tuple[str, str]] = []
    server.heard = heard  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()


def crawl(data: Path, arguments: dict[str, str], variables: dict[str, str], **settings: str) -> Finished:
    """Run a crawl with variables in its environment."""
    done = subprocess.run(
        command(data, arguments, {**FAST, **settings}),
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, env={**environment(), **variables},
    )  # fmt: skip
    return Finished(done.returncode, done.stderr, data)


def test_bad_news_and_recovery_are_told_and_good_news_is_not(
    listener: tuple[str, list[tuple[str, str]]], tmp_path: Path
) -> None:
    address, heard = listener
    receivers = {
        "NEWSCRAWL_WEBHOOK": f"{address}/hook?token=geheim",
        "NEWSCRAWL_HEARTBEAT": f"{address}/beat/1?key=geheim",
        "NEWSCRAWL_PROMETHEUS": str(tmp_path / "metrics"),
    }
    with Replica(Options(articles=20)) as site:
        site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
        bad = crawl(tmp_path, {"site": site.url}, receivers)
        assert bad.status == 3
        (start, _), (fail, text), (hook, body) = heard
        assert (start, fail) == ("/beat/1/start?key=geheim", "/beat/1/fail?key=geheim")
        assert text.startswith("newscrawl en: listings missing (status 3): ")
        assert hook == "/hook?token=geheim"
        value = json.loads(body)
        assert value["text"] == text
        assert value["verdict"]["status"] == 3
        heard.clear()
        site.faults.clear()
        assert crawl(tmp_path, {"site": site.url}, receivers).status == 0
        assert [path for path, _ in heard] == ["/beat/1/start?key=geheim", "/beat/1?key=geheim", "/hook?token=geheim"]
        assert "healthy again" in json.loads(heard[2][1])["text"]
        heard.clear()
        assert crawl(tmp_path, {"site": site.url}, receivers).status == 0
        assert [path for path, _ in heard] == ["/beat/1/start?key=geheim", "/beat/1?key=geheim"]
        # A typing error in a scheduled command is noticed too.
        heard.clear()
        wrong = crawl(tmp_path, {"site": site.url, "edition": "de"}, receivers)
        assert wrong.status == 2
        assert [path.partition("?")[0] for path, _ in heard] == ["/beat/1/start", "/beat/1/fail", "/hook"]
        assert "geheim" not in bad.log + wrong.log
    (file,) = (tmp_path / "metrics").glob("newscrawl-en.prom")
    figures = {
        (sample.name, sample.labels.get("state")): sample.value
        for family in text_string_to_metric_families(file.read_text())
        for sample in family.samples
    }
    assert figures["newscrawl_run_status", None] == 0
    assert figures["newscrawl_articles", "new"] == 0
    assert figures["newscrawl_requests", None] > 5


def test_nobody_who_does_not_answer_changes_a_crawl(
    listener: tuple[str, list[tuple[str, str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, heard = listener
    with Replica(Options(articles=5)) as site:
        receivers = {
            "NEWSCRAWL_HEARTBEAT": f"{address}/broken/geheim",
            "NEWSCRAWL_WEBHOOK": "http://127.0.0.1:9/geheim",
            "NEWSCRAWL_PROMETHEUS": "/proc/none",
        }
        site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
        done = crawl(tmp_path, {"site": site.url}, receivers)
        assert done.status == 3
        assert "The notification failed (heartbeat at 127.0.0.1): status 500" in done.log
        assert "The notification failed (webhook at 127.0.0.1): URLError" in done.log
        assert "cannot be written" in done.log
        assert "geheim" not in done.log
        assert len(heard) == 4
    assert notifications.with_path("http://x.net", "start") == "http://x.net/start"
    monkeypatch.setattr(notifications, "PATIENCE", 0.05)
    monkeypatch.setattr(notifications, "_post", lambda *_: threading.Event().wait(5))
    notifications.notify_started({"NEWSCRAWL_HEARTBEAT": address})


class Shout(Action):  # type: ignore[misc]
    """An action of Spidermon's kind that writes what it is told into a file."""

    def run_action(self) -> None:
        text = f"{self.data.report['verdict']['name']}: {self.monitors_failed}"
        Path(self.data.crawler.settings["DATA_DIR"], "shouted").write_text(text)


class Mute(Action):  # type: ignore[misc]
    """An action that cannot speak."""

    def run_action(self) -> None:
        raise OSError("no voice")


def test_actions_of_spidermon_are_run_on_bad_news(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        actions = "tests.monitoring.test_notifications.Shout,tests.monitoring.test_notifications.Mute"
        assert crawl(tmp_path, {"site": site.url}, {}, SPIDERMON_FAILED_ACTIONS=actions).status == 0
        assert not (tmp_path / "shouted").exists()
        site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
        done = crawl(tmp_path, {"site": site.url}, {}, SPIDERMON_FAILED_ACTIONS=actions)
        assert done.status == 3
        assert (tmp_path / "shouted").read_text() == "listings missing: True"
        assert "Spidermon's action Mute failed: OSError: no voice" in done.log
        wrong = crawl(tmp_path, {"site": site.url}, {}, SPIDERMON_FAILED_ACTIONS="no.such.Action")
        assert wrong.status == 3
        assert "Spidermon's actions could not be run" in wrong.log


def test_a_run_that_found_the_archive_locked_tells_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(notifications, "_send", lambda what, *_: sent.append(what))
    everybody = {"NEWSCRAWL_WEBHOOK": "http://a", "NEWSCRAWL_HEARTBEAT": "http://b"}
    verdict = {"status": 75, "name": "locked", "reason": "", "advice": ""}
    notifications.notify_finished(everybody, {"verdict": verdict}, None)
    assert sent == []
    notifications.notify_finished(everybody, {"verdict": {**verdict, "status": 5}}, None)
    assert sent == ["heartbeat", "webhook"]


def record(message: str, *values: Any) -> logging.LogRecord:
    return logging.LogRecord("newscrawl", logging.INFO, "x.py", 1, message, values, None)


def test_nothing_in_a_line_can_forge_another_or_move_the_terminal() -> None:
    text = logs.PlainFormatter("%(levelname)s %(message)s").format(
        record("No article: %s", "a\x1b[2J\r\nCRITICAL all is lost\u202e\ud800\tb")
    )
    assert text == "INFO No article: a\\x1b[2J\\r\n    CRITICAL all is lost\\u202e\\ud800\tb"


def test_a_json_log_is_one_object_a_line_with_everything_in_it(tmp_path: Path) -> None:
    with Replica(Options(articles=20)) as site:
        done = crawl(tmp_path, {"site": site.url}, {"NEWSCRAWL_LOG_JSON": "1"}, LOG_DIR=str(tmp_path / "log"))
        lines = [json.loads(line) for line in done.log.splitlines()]
        assert lines[-1]["message"] == "healthy (status 0): 20 articles written."
        assert set(lines[-1]) == {"time", "level", "logger", "message", "pid"}
        assert any(line["message"].startswith("Scrapy 2.19") for line in lines)
        (file,) = (tmp_path / "log").glob("*.log")
        assert file.read_text() == done.log
    try:
        raise ValueError("\ud800")
    except ValueError:
        failed = logging.LogRecord("a", logging.ERROR, "x", 1, "m", (), sys.exc_info())
    assert "Traceback" in json.loads(logs.JsonFormatter().format(failed))["exception"]


def test_old_logs_are_pruned(tmp_path: Path) -> None:
    for day in range(10, 20):
        (tmp_path / f"202408{day}T000000Z-1.log").write_text("")
    (tmp_path / "mine.log").write_text("")
    logs.prune(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20240817T000000Z-1.log", "20240818T000000Z-1.log", "20240819T000000Z-1.log", "mine.log",
    ]  # fmt: skip


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    done = crawl(tmp_path, {}, {}, LOG_DIR="/proc/none")
    assert done.status == 2
    assert "the log cannot be written" in done.log
