"""How a notification is sent: its request, its second try, the names of its failures; and files for every user."""

import io
import json
import os
import socket
import urllib.error
import urllib.request
from email.message import Message
from http.client import BadStatusLine
from pathlib import Path
from typing import Any

import pytest

from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring import notifications
from newscrawl.monitoring.notifications import (
    TIMEOUT,
    TRIES,
    is_web_url,
    notify_finished,
    notify_started,
    text_of,
    with_path,
    write_for_all,
)

BEAT, HOOK = "https://beat.example/1?rid=2", "https://hook.example/"


class Receiver:
    """What is sent, and the answers that come: an exception, or none for a good one."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.sent: list[urllib.request.Request] = []
        self.timeouts: list[float] = []

    def open(self, request: urllib.request.Request, *, timeout: float) -> Any:
        self.sent.append(request)
        self.timeouts.append(timeout)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return self

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, size: int) -> bytes:
        """Return an answer of no interest."""
        return b"x" * size


def receiver(monkeypatch: pytest.MonkeyPatch, *answers: Exception | None) -> Receiver:
    made = Receiver(*answers)
    monkeypatch.setattr(urllib.request, "urlopen", made.open)
    return made


def refusal(status: int) -> urllib.error.HTTPError:
    return urllib.error.HTTPError(BEAT, status, "no", Message(), io.BytesIO(b"words"))


def report(status: int = 0, **changes: Any) -> dict[str, Any]:
    name = "ill" if status else "healthy"
    verdict = {"status": status, "name": name, "reason": "3 articles written", "advice": "Look."}
    return {"edition": "en", "verdict": verdict, "run": "r", **changes}


def test_a_heartbeat_is_text_and_its_address_says_how_it_went(monkeypatch: pytest.MonkeyPatch) -> None:
    made = receiver(monkeypatch)
    notify_started({"NEWSCRAWL_HEARTBEAT": BEAT})
    notify_finished({"NEWSCRAWL_HEARTBEAT": BEAT}, report(), None)
    notify_finished({"NEWSCRAWL_HEARTBEAT": BEAT}, report(3), None)
    assert [request.full_url for request in made.sent] == [
        "https://beat.example/1/start?rid=2", BEAT, "https://beat.example/1/fail?rid=2",
    ]  # fmt: skip
    assert [request.data for request in made.sent] == [
        b"", b"newscrawl en: healthy (status 0): 3 articles written.\nLook.",
        b"newscrawl en: ill (status 3): 3 articles written.\nLook.",
    ]  # fmt: skip
    kinds = [request.get_header("Content-type") for request in made.sent]
    assert kinds == ["text/plain", "text/plain; charset=utf-8", "text/plain; charset=utf-8"]
    assert {request.get_header("User-agent") for request in made.sent} == {"newscrawl"}
    assert set(made.timeouts) == {TIMEOUT}


def test_a_webhook_gets_the_head_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(notifications, "_send", lambda *given: sent.append(given))
    notify_finished({"NEWSCRAWL_WEBHOOK": HOOK}, report(4, files=["ü"], secret="no"), None)
    ((what, address, body, kind),) = sent
    assert (what, address, kind) == ("webhook", HOOK, "application/json")
    found = json.loads(body)
    assert "ü".encode() in body
    assert found["text"] == "newscrawl en: ill (status 4): 3 articles written.\nLook."
    assert (found["host"], found["files"], found["edition"], found["run"]) == (socket.gethostname(), ["ü"], "en", "r")
    assert "secret" not in found
    assert found["site"] is None


@pytest.mark.parametrize(
    ("status", "before", "words"),
    [
        (0, None, None),
        (0, 0, None),
        (0, 3, "newscrawl en: healthy again (status 0): "),
        (3, 0, "newscrawl en: ill (status 3): "),
        (3, 3, "newscrawl en: ill (status 3): "),
        (ExitStatus.LOCKED, 0, None),
    ],
)
def test_a_webhook_hears_of_what_is_wrong_and_of_the_recovery(
    status: int, before: int | None, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(notifications, "_send", lambda _what, _address, body, _kind: sent.append(body))
    notify_finished({"NEWSCRAWL_WEBHOOK": HOOK}, report(status), report(before) if before is not None else None)
    assert len(sent) == (words is not None)
    if words is not None:
        assert words.encode() in sent[0]


@pytest.mark.parametrize(
    ("answers", "tries", "problem"),
    [
        ((None,), 1, ""),
        ((refusal(500), None), 2, ""),
        ((refusal(500), refusal(404), None), TRIES, "status 404"),
        ((TimeoutError(), None), 2, ""),
        ((OSError(), BadStatusLine("x"), None), TRIES, "BadStatusLine"),
        ((ValueError("https://secret"), ConnectionResetError()), TRIES, "ConnectionResetError"),
    ],
)
def test_a_second_try_is_the_last(
    answers: tuple[Exception | None, ...],
    tries: int,
    problem: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = receiver(monkeypatch, *answers)
    notify_started({"NEWSCRAWL_HEARTBEAT": BEAT})
    assert len(made.sent) == tries == (1 if answers == (None,) else 2)
    assert caplog.messages == [f"The notification failed (heartbeat at beat.example): {problem}"] * bool(problem)
    assert all(answer.fp.closed for answer in answers[:tries] if isinstance(answer, urllib.error.HTTPError))


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("http://x", True),
        ("https://x:1/", True),
        ("https://x:65535/", True),
        ("https://x:65536/", False),
        ("https://x:0/", True),
        ("https://x:y/", False),
        ("https:///a", False),
        ("ftp://x/", False),
        ("https://[::1]/", True),
    ],
)
def test_a_web_url_has_a_host(url: str, is_one: bool) -> None:
    assert is_web_url(url) is is_one


def test_texts_and_paths() -> None:
    assert text_of({"verdict": report()["verdict"]}) == "newscrawl : healthy (status 0): 3 articles written.\nLook."
    assert with_path("https://x.net", "fail") == "https://x.net/fail"
    assert with_path("https://x.net/a//", "fail") == "https://x.net/a/fail"


@pytest.mark.parametrize("umask", [0o077, 0o022, 0])
def test_every_user_may_read_it_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.prom"
    before = os.umask(umask)
    try:
        write_for_all(path, b"one")
        path.parent.chmod(0o700)
        write_for_all(path, b"two")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o644
    # The rights of a folder that was there are somebody's choice.
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["b.prom"]
    write_for_all(tmp_path / "c" / "d.prom", b"")
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o755


def test_metrics_that_cannot_be_written_are_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    notify_finished({"NEWSCRAWL_PROMETHEUS": str(tmp_path / "file")}, report(), None)
    (message,) = caplog.messages
    assert message.startswith(f"The metrics in {tmp_path}/file cannot be written: [Errno ")
    notify_finished({"NEWSCRAWL_PROMETHEUS": str(tmp_path)}, {**report(), "edition": None}, None)
    assert (tmp_path / "newscrawl-none.prom").exists()


def test_what_a_page_says_is_escaped_in_every_message(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(notifications, "_send", lambda *given: sent.append(given))
    hostile = "CF-Ray \x1b[2J\x9b\u202e\ud800\nSubject: x"
    verdict = {"status": 5, "name": "blocked", "reason": hostile, "advice": hostile}
    environment = {"NEWSCRAWL_HEARTBEAT": BEAT, "NEWSCRAWL_WEBHOOK": HOOK}
    notify_finished(environment, report(5, verdict=verdict, files=[hostile]), None)
    shown = "CF-Ray \\x1b[2J\\x9b\\u202e\\ud800\\nSubject: x"
    text = f"newscrawl en: blocked (status 5): {shown}.\n{shown}"
    beat, hook = (body.decode() for _, _, body, _ in sent)
    assert beat == text
    assert hook.isprintable()
    assert json.loads(hook)["text"] == text
    assert json.loads(hook)["files"] == [hostile]
