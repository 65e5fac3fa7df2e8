"""What is sent when a run starts and ends: heartbeat, webhook, metrics, actions of Spidermon."""

import json
import os
import threading
from collections.abc import Iterator
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer

import pytest
from prometheus_client.parser import text_string_to_metric_families
from spidermon.core.actions import Action

from newscrawl.errors import ArgumentError
from newscrawl.monitoring import notifications
from newscrawl.replica import Fault
from tests.crawling import Crawl, StartReplica


class _Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        heard: list[tuple[str, str]] = self.server.heard  # type: ignore[attr-defined]
        heard.append((self.path, body))
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the log of the tests clean."""


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


def test_a_failed_run_and_the_recovery_are_sent_and_a_healthy_run_is_not(
    listener: tuple[str, list[tuple[str, str]]], replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    address, heard = listener
    receivers = {
        "NEWSCRAWL_WEBHOOK": f"{address}/hook?token=geheim",
        "NEWSCRAWL_HEARTBEAT": f"{address}/beat/1?key=geheim",
        "NEWSCRAWL_PROMETHEUS": str(tmp_path / "metrics"),
    }
    site = replica(articles=20)
    site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
    bad = crawl(site, variables=receivers)
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
    crawl_ok(site, variables=receivers)
    assert [path for path, _ in heard] == ["/beat/1/start?key=geheim", "/beat/1?key=geheim", "/hook?token=geheim"]
    assert "healthy again" in json.loads(heard[2][1])["text"]
    heard.clear()
    crawl_ok(site, variables=receivers)
    assert [path for path, _ in heard] == ["/beat/1/start?key=geheim", "/beat/1?key=geheim"]
    # A typing error in a scheduled command is noticed too.
    heard.clear()
    wrong = crawl(site, variables=receivers, edition="de")
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


def test_a_receiver_that_fails_changes_nothing(
    listener: tuple[str, list[tuple[str, str]]], replica: StartReplica, crawl: Crawl
) -> None:
    address, heard = listener
    site = replica(articles=5)
    receivers = {
        "NEWSCRAWL_HEARTBEAT": f"{address}/broken/geheim",
        "NEWSCRAWL_WEBHOOK": "http://127.0.0.1:9/geheim",
        "NEWSCRAWL_PROMETHEUS": "/proc/none",
    }
    site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
    done = crawl(site, variables=receivers)
    assert done.status == 3
    assert "The notification failed (heartbeat at 127.0.0.1): status 500" in done.log
    assert "The notification failed (webhook at 127.0.0.1): URLError" in done.log
    assert "cannot be written" in done.log
    assert "geheim" not in done.log
    assert len(heard) == 4
    assert notifications.with_path("http://x.net", "start") == "http://x.net/start"


class Write(Action):  # type: ignore[misc]
    """An action of Spidermon that writes into a file."""

    def run_action(self) -> None:
        text = f"{self.data.report['verdict']['name']}: {self.monitors_failed}"
        Path(self.data.crawler.settings["DATA_DIR"], "written").write_text(text)


class Fail(Action):  # type: ignore[misc]
    """An action of Spidermon that fails."""

    def run_action(self) -> None:
        raise OSError("no receiver")


def test_actions_of_spidermon_are_run_after_a_failed_run(
    replica: StartReplica, crawl: Crawl, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=20)
    actions = "tests.monitoring.test_notifications.Write,tests.monitoring.test_notifications.Fail"
    crawl_ok(site, settings={"SPIDERMON_FAILED_ACTIONS": actions})
    assert not (tmp_path / "written").exists()
    site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
    done = crawl(site, settings={"SPIDERMON_FAILED_ACTIONS": actions})
    assert done.status == 3
    assert (tmp_path / "written").read_text() == "listings missing: True"
    assert "Spidermon's action Fail failed: OSError: no receiver" in done.log
    wrong = crawl(site, settings={"SPIDERMON_FAILED_ACTIONS": "no.such.Action"})
    assert wrong.status == 3
    assert "Spidermon's actions could not be run" in wrong.log


class _MailServer(StreamRequestHandler):
    """Takes one mail, with a password that it does not look at."""

    def handle(self) -> None:
        heard: dict[str, list[str]] = self.server.heard  # type: ignore[attr-defined]
        self.answer("220 mail")
        while line := self.rfile.readline().decode().rstrip():
            word = line.split(maxsplit=1)[0].upper()
            heard.setdefault(word, []).append(line)
            if word == "EHLO":
                self.answer("250-mail", "250 AUTH PLAIN")
            elif word == "DATA":
                self.answer("354 go on")
                for text in iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), "."):
                    heard.setdefault("text", []).append(text)
                self.answer("250 taken")
            else:
                self.answer({"AUTH": "235 come in", "QUIT": "221 bye"}.get(word, "250 yes"))
            if word == "QUIT":
                return

    def answer(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


MAIL = {
    "SPIDERMON_FAILED_ACTIONS": "spidermon.contrib.actions.email.smtp.SendSmtpEmail",
    "SPIDERMON_SMTP_HOST": "127.0.0.1",
    "SPIDERMON_SMTP_USER": "newscrawl",
    "SPIDERMON_SMTP_PASSWORD": "geheim",
    "SPIDERMON_EMAIL_SENDER": "crawl@example.org",
    "SPIDERMON_EMAIL_TO": "desk@example.org,night@example.org",
    "SPIDERMON_EMAIL_SUBJECT": "newscrawl {{ data.report.edition }}: {{ data.report.verdict.name }}",
}


def test_mail_is_sent_by_spidermon(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="status", status=500, path="^/(news|articles)/[^/]+$"))
    with TCPServer(("127.0.0.1", 0), _MailServer) as server:
        heard: dict[str, list[str]] = {}
        server.heard = heard  # type: ignore[attr-defined]
        threading.Thread(target=server.handle_request, daemon=True).start()
        port = str(server.server_address[1])
        done = crawl(site, settings={**MAIL, "SPIDERMON_SMTP_PORT": port})
    assert done.status == 3
    assert "Spidermon's" not in done.log, done.log
    assert heard["MAIL"][0].startswith("mail FROM:<crawl@example.org>")
    assert [line.partition(":")[2] for line in heard["RCPT"]] == ["<desk@example.org>", "<night@example.org>"]
    assert len(heard["AUTH"]) == 1
    message = message_from_string("\n".join(heard["text"]))
    assert message["Subject"] == "newscrawl en: listings missing"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    # Nobody listens there any more.
    silent = crawl(site, settings={**MAIL, "SPIDERMON_SMTP_PORT": port})
    assert silent.status == 3
    assert "Spidermon's action SendSmtpEmail failed: ConnectionRefusedError" in silent.log
    assert "geheim" not in silent.log.replace("'SPIDERMON_SMTP_PASSWORD': 'geheim'", "")


def test_metrics_can_be_read_by_every_user(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        notifications.notify_finished({"NEWSCRAWL_PROMETHEUS": str(tmp_path / "metrics")}, VERDICT_ALONE, None)
        notifications.notify_finished({"NEWSCRAWL_PROMETHEUS": str(tmp_path / "metrics")}, VERDICT_ALONE, None)
    finally:
        os.umask(before)
    assert [path.name for path in (tmp_path / "metrics").iterdir()] == ["newscrawl-none.prom"]
    assert (tmp_path / "metrics" / "newscrawl-none.prom").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "metrics").stat().st_mode & 0o777 == 0o755


VERDICT_ALONE = {"verdict": {"status": 2, "name": "wrong argument", "reason": "", "advice": ""}}


def test_nothing_is_sent_by_a_run_that_found_the_archive_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(notifications, "_send", lambda what, *_: sent.append(what))
    receivers = {"NEWSCRAWL_WEBHOOK": "http://a", "NEWSCRAWL_HEARTBEAT": "http://b"}
    verdict = {"status": 75, "name": "locked", "reason": "", "advice": ""}
    notifications.notify_finished(receivers, {"verdict": verdict}, None)
    assert sent == []
    notifications.notify_finished(receivers, {"verdict": {**verdict, "status": 5}}, None)
    assert sent == ["heartbeat", "webhook"]


@pytest.mark.parametrize("address", ["http://[bad/x", "beat.example/1", "ftp://beat.example/1", "http://x:99999/"])
@pytest.mark.parametrize("name", ["NEWSCRAWL_HEARTBEAT", "NEWSCRAWL_WEBHOOK"])
def test_a_url_that_is_none_is_named_with_an_example_and_not_shown(name: str, address: str) -> None:
    with pytest.raises(ArgumentError) as error:
        notifications.check_receivers({name: address})
    assert str(error.value) == (
        f"{name} in the environment is no http(s) URL (example: {name}=https://hc-ping.example/uuid)"
    )
    notifications.check_receivers({name: "", "NEWSCRAWL_HEARTBEAT": "https://beat.example/1"})


def test_a_url_that_is_none_ends_the_crawl_before_it_starts_and_the_other_one_hears_of_it(
    listener: tuple[str, list[tuple[str, str]]], replica: StartReplica, crawl: Crawl
) -> None:
    address, heard = listener
    site = replica(articles=5)
    done = crawl(site, variables={"NEWSCRAWL_HEARTBEAT": "beat.example/geheim", "NEWSCRAWL_WEBHOOK": address})
    assert done.status == 2
    assert "NEWSCRAWL_HEARTBEAT in the environment is no http(s) URL" in done.last_line
    assert "geheim" not in done.log
    assert site.requests == []
    assert [json.loads(body)["verdict"]["status"] for _, body in heard] == [2]
