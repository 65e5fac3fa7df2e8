"""Notifications of how a run went: webhook, heartbeat, metrics. None of them can fail a crawl.

Their URLs come from the environment alone, since they hold secrets: `NEWSCRAWL_WEBHOOK`, `NEWSCRAWL_HEARTBEAT`,
`NEWSCRAWL_PROMETHEUS`. Logs name their hosts only.
"""

import logging
import os
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from newscrawl.errors import ArgumentError
from newscrawl.escaping import escaped_line, json_text
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import STOPPED_RUN

logger = logging.getLogger(__name__)

TIMEOUT = 5.0
"""Seconds for a connection and for each answer."""
PATIENCE = 15.0
"""Seconds after which a crawl no longer waits for an answer."""
TRIES = 2
EXAMPLE = "https://hc-ping.example/uuid"
_HEAD = (
    "run", "started", "ended", "seconds", "edition", "site", "verdict", "articles", "requests_per_new_article",
    "newest_article_age_seconds", "files", "canary",
)  # fmt: skip


def check_receivers(environment: Mapping[str, str]) -> None:
    """Raise `ArgumentError` for a URL that is none; it may hold a secret, so that it is not shown."""
    for name in ("NEWSCRAWL_HEARTBEAT", "NEWSCRAWL_WEBHOOK"):
        if (address := environment.get(name)) and not is_web_url(address):
            raise ArgumentError(f"{name} in the environment is no http(s) URL (example: {name}={EXAMPLE})")


def notify_started(environment: Mapping[str, str]) -> None:
    """Call the heartbeat's `/start`, if there is one."""
    if is_web_url(address := environment.get("NEWSCRAWL_HEARTBEAT", "")):
        _send("heartbeat", with_path(address, "start"), b"", "text/plain")


def notify_finished(
    environment: Mapping[str, str], report: Mapping[str, Any], before: Mapping[str, Any] | None
) -> None:
    """Notify of the end of a run; `before` is the report of the last run of the edition that was not stopped, if any.

    A run that was stopped is no success to the heartbeat, and no recovery; nor is it a failure that a person is called
    for by the webhook. A run that found the archive locked notifies nobody: the one that holds it will.
    """
    verdict = report["verdict"]
    if verdict["status"] == ExitStatus.LOCKED:
        return
    is_healthy = verdict["status"] == ExitStatus.HEALTHY
    if folder := environment.get("NEWSCRAWL_PROMETHEUS"):
        _write_metrics(Path(folder), report)
    was_stopped = verdict["name"] == STOPPED_RUN
    if is_web_url(address := environment.get("NEWSCRAWL_HEARTBEAT", "")):
        target = address if is_healthy and not was_stopped else with_path(address, "fail")
        _send("heartbeat", target, text_of(report).encode(), "text/plain; charset=utf-8")
    failed_before = before is not None and before["verdict"]["status"] != ExitStatus.HEALTHY
    is_recovery = is_healthy and failed_before and not was_stopped
    if is_web_url(address := environment.get("NEWSCRAWL_WEBHOOK", "")) and (is_recovery or not is_healthy):
        body: dict[str, Any] = {"text": text_of(report, is_recovery=is_recovery), "host": socket.gethostname()}
        body |= {name: report.get(name) for name in _HEAD}
        _send("webhook", address, json_text(body).encode(), "application/json")


def text_of(report: Mapping[str, Any], *, is_recovery: bool = False) -> str:
    """Return how a run went, in two lines at most, whatever a page gave to it.

    >>> text_of({"edition": "en", "verdict": {"status": 3, "name": "unreachable", "reason": "no name", "advice": ""}})
    'newscrawl en: unreachable (status 3): no name.'
    """
    verdict = report["verdict"]
    again = " again" if is_recovery else ""
    state = f"{verdict['name']}{again} (status {verdict['status']}): {verdict['reason']}."
    text = f"newscrawl {report.get('edition') or ''}: {state}"
    return "\n".join(escaped_line(part) for part in (text, verdict["advice"]) if part)


def is_web_url(address: str) -> bool:
    """Return whether a notification can be sent to a URL.

    >>> is_web_url("https://beat.example/1"), is_web_url("http://[bad/x"), is_web_url("beat.example"), is_web_url("")
    (True, False, False, False)
    """
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises a ValueError for one that is none
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def with_path(address: str, name: str) -> str:
    """Return a URL with a name added to its path; its query stays.

    >>> with_path("https://beat.example/ping/1?rid=2", "fail")
    'https://beat.example/ping/1/fail?rid=2'
    """
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


def _send(what: str, address: str, body: bytes, kind: str) -> None:
    """Send something, and wait for an answer no longer than `PATIENCE`; a failure is one line in the log."""
    problem: list[str] = ["no answer in time"]
    thread = threading.Thread(target=_post, args=(address, body, kind, problem), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if problem[0]:
        logger.warning("The notification failed (%s at %s): %s", what, urlsplit(address).hostname, problem[0])


def _post(address: str, body: bytes, kind: str, problem: list[str]) -> None:
    for _ in range(TRIES):
        try:
            request = urllib.request.Request(address, body, {"Content-Type": kind, "User-Agent": "newscrawl"})
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                answer.read(1000)
        except urllib.error.HTTPError as error:
            problem[0] = f"status {error.code}"
            error.close()
        except (OSError, HTTPException, ValueError) as error:
            # The message of some of these holds the whole URL, secrets included.
            problem[0] = type(error).__name__
        else:
            problem[0] = ""
            return


def _seconds(stamp: str | None) -> float | None:
    return datetime.fromisoformat(stamp).timestamp() if stamp else None


def write_for_all(path: Path, content: bytes) -> None:
    """Write a file whole that every user may read, whatever the umask: node_exporter is another user."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o755)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.chmod(0o644)
    part.replace(path)


def _write_metrics(folder: Path, report: Mapping[str, Any]) -> None:
    """Write the run's figures for node_exporter's textfile collector, one file an edition, whole."""
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError:
        logger.warning("No metrics: install newscrawl[prometheus]")
        return
    registry = CollectorRegistry()
    edition = str(report.get("edition") or "none")

    def gauge(figure: str, text: str, value: float | None, **labels: str) -> None:
        if value is None:
            return
        metric = gauges.get(figure)
        if metric is None:
            metric = gauges[figure] = Gauge(f"newscrawl_{figure}", text, ["edition", *labels], registry=registry)
        metric.labels(edition, *labels.values()).set(value)

    gauges: dict[str, Gauge] = {}
    articles = report.get("articles", {})
    gauge("run_status", "Exit status of the last run; 0 is healthy", report["verdict"]["status"])
    gauge("run_seconds", "How long the last run took", report.get("seconds"))
    gauge("run_end_timestamp_seconds", "When the last run ended", _seconds(report.get("ended")))
    for state in ("written", "new", "edited", "unchanged", "lost"):
        gauge("articles", "Articles of the last run, by what became of them", articles.get(state), state=state)
    gauge("requests", "Requests of the last run", report.get("pages", {}).get("requests"))
    gauge("received_bytes", "Bytes that the last run received", report.get("bytes"))
    gauge("peak_memory_bytes", "Most memory that the last run had", report.get("peak_memory_bytes"))
    gauge(
        "newest_article_age_seconds",
        "Age of the newest article that the last run wrote, at its end",
        report.get("newest_article_age_seconds"),
    )
    for name, error in report.get("errors", {}).items():
        gauge("errors", "Errors of the last run, by name", error["count"], name=name)
    try:
        write_for_all(folder / f"newscrawl-{edition}.prom", generate_latest(registry))
    except OSError as error:
        logger.warning("The metrics in %s cannot be written: %s", folder, error)
