"""What is sent to whom, whatever the receiver answers; and of which run a recovery is."""

import threading
import urllib.request
from datetime import UTC, datetime
from http.client import BadStatusLine
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from newscrawl.monitoring import notifications
from newscrawl.monitoring.end_of_run import finish_run
from newscrawl.monitoring.notifications import notify_finished, notify_started
from newscrawl.monitoring.observations import Observations
from newscrawl.monitoring.reports import RunFacts
from newscrawl.monitoring.verdict import FinishedRun, verdict_of

BEAT, HOOK = "http://beat.example/1?key=geheim", "http://hook.example/?key=geheim"
RECEIVERS = {"NEWSCRAWL_HEARTBEAT": BEAT, "NEWSCRAWL_WEBHOOK": HOOK}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs that something is sent to."""
    urls: list[str] = []
    monkeypatch.setattr(notifications, "_send", lambda _what, address, *_: urls.append(address))
    return urls


def ended(status: int, edition: str = "en") -> dict[str, Any]:
    verdict = {"status": status, "name": "healthy", "reason": "3 articles written", "advice": ""}
    return {"edition": edition, "verdict": verdict}


def test_a_receiver_that_never_answers_does_not_hold_the_crawl(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer, answered = threading.Event(), threading.Event()
    waiting: list[threading.Thread] = []

    def wait(*_: object) -> None:
        waiting.append(threading.current_thread())
        answer.wait(10)
        answered.set()

    monkeypatch.setattr(notifications, "PATIENCE", 0.01)
    monkeypatch.setattr(notifications, "_post", wait)
    notify_started(RECEIVERS)
    assert not answered.is_set()
    answer.set()
    assert answered.wait(10)
    # Python waits at its end for every thread that is no daemon.
    assert [thread.daemon for thread in waiting] == [True]
    assert caplog.messages == ["The notification failed (heartbeat at beat.example): no answer in time"]


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://beat.example/", "beat.example"])
def test_only_http_is_opened(url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    opened: list[object] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: opened.append(1))
    notify_finished({"NEWSCRAWL_WEBHOOK": url}, ended(3), None)
    assert opened == []
    assert not caplog.messages


@pytest.mark.parametrize("error", [BadStatusLine("geheim"), OSError("geheim"), ValueError("geheim")])
def test_any_error_of_a_receiver_is_one_line_without_secrets(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    def fail(request: urllib.request.Request, **_: object) -> None:
        asked.append(request)
        raise error

    monkeypatch.setattr(urllib.request, "urlopen", fail)
    notify_started(RECEIVERS)
    assert caplog.messages == [f"The notification failed (heartbeat at beat.example): {type(error).__name__}"]
    assert len(asked) == notifications.TRIES


def test_a_failure_goes_to_both_and_health_to_the_heartbeat_alone(sent: list[str]) -> None:
    fail = "http://beat.example/1/fail?key=geheim"
    for status in (1, 2, 3, 4, 5, 6):
        notify_finished(RECEIVERS, ended(status), None)
        assert sent == [fail, HOOK]
        sent.clear()
    for before in (None, ended(0)):
        notify_finished(RECEIVERS, ended(0), before)
        assert sent == [BEAT]
        sent.clear()
    notify_finished(RECEIVERS, ended(0), ended(3))
    assert sent == [BEAT, HOOK]


def test_a_run_that_was_stopped_is_neither_a_success_nor_a_recovery(sent: list[str]) -> None:
    stopped = ended(0)
    stopped["verdict"]["name"] = verdict_of(FinishedRun(stats={}, close_reason="shutdown")).name
    for before in (None, ended(0), ended(3)):
        notify_finished(RECEIVERS, stopped, before)
        assert sent == ["http://beat.example/1/fail?key=geheim"]
        sent.clear()


@pytest.mark.parametrize(
    ("edition", "between", "is_recovery"),
    [("en", None, True), ("es", None, False), ("en", "shutdown", True), ("en", "closespider_itemcount", True)],
)
def test_a_recovery_is_one_of_the_same_edition_whatever_was_stopped_between(
    edition: str, between: str | None, is_recovery: bool, sent: list[str], tmp_path: Path
) -> None:
    def finish(second: int, edition: str, reason: str) -> None:
        moment = datetime(2024, 8, 23, 9, 0, second, tzinfo=UTC)
        facts = RunFacts(
            name=f"20240823T09000{second}Z-1", spider="mayadeen", edition=edition, site="https://x.net", arguments={},
            started=moment, ended=moment,
        )  # fmt: skip
        stats = {"finish_reason": reason, "newscrawl/listing/opened": 1}
        finish_run(facts, Observations(), stats, folder=tmp_path, missing_share=0.5, floors={}, environment=RECEIVERS)

    finish(0, edition, "unreachable")
    if between is not None:
        finish(1, edition, between)
    sent.clear()
    finish(2, "en", "finished")
    assert sent == ([BEAT, HOOK] if is_recovery else [BEAT])


def test_metrics_hold_each_figure_that_the_report_has(tmp_path: Path) -> None:
    report = {
        **ended(4),
        "seconds": 12.5,
        "ended": "1970-01-02T00:00:00Z",
        "articles": {"written": 5, "new": 3, "edited": 2, "unchanged": 7, "lost": 1},
        "pages": {"requests": 20},
        "bytes": 1000,
        "peak_memory_bytes": 2000,
        "newest_article_age_seconds": 60,
        "errors": {"timeout": {"count": 4, "examples": []}},
    }
    notify_finished({"NEWSCRAWL_PROMETHEUS": str(tmp_path / "new" / "folder")}, report, None)
    text = (tmp_path / "new" / "folder" / "newscrawl-en.prom").read_text()
    found = {
        (sample.name.removeprefix("newscrawl_"), *list(sample.labels.values())[1:]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found == {
        ("run_status",): 4,
        ("run_seconds",): 12.5,
        ("run_end_timestamp_seconds",): 86_400,
        ("articles", "written"): 5,
        ("articles", "new"): 3,
        ("articles", "edited"): 2,
        ("articles", "unchanged"): 7,
        ("articles", "lost"): 1,
        ("requests",): 20,
        ("received_bytes",): 1000,
        ("peak_memory_bytes",): 2000,
        ("newest_article_age_seconds",): 60,
        ("errors", "timeout"): 4,
    }
