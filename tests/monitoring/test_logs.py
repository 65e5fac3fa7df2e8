"""The log of a run: plain lines, JSON lines, a file of its own, and the removal of old files."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from newscrawl.monitoring import logs
from tests.crawling import FAST, Crawl, StartReplica, command, run


def record(message: str, *values: Any) -> logging.LogRecord:
    return logging.LogRecord("newscrawl", logging.INFO, "x.py", 1, message, values, None)


def test_a_message_can_neither_forge_a_log_line_nor_move_the_cursor() -> None:
    text = logs.PlainFormatter("%(levelname)s %(message)s").format(
        record("No article: %s", "a\x1b[2J\r\nCRITICAL all is lost\u202e\ud800\tb")
    )
    assert text == "INFO No article: a\\x1b[2J\\r\n    CRITICAL all is lost\\u202e\\ud800\tb"


def test_a_json_log_is_one_object_a_line_with_everything_in_it(
    replica: StartReplica, crawl: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=20)
    done = crawl(site, variables={"NEWSCRAWL_LOG_JSON": "1"}, settings={"LOG_DIR": str(tmp_path / "log")})
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


def test_old_logs_are_removed(tmp_path: Path) -> None:
    for day in range(10, 20):
        (tmp_path / f"202408{day}T000000Z-1.log").write_text("")
    (tmp_path / "mine.log").write_text("")
    logs.prune(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20240817T000000Z-1.log", "20240818T000000Z-1.log", "20240819T000000Z-1.log", "mine.log",
    ]  # fmt: skip


def test_a_log_that_cannot_be_written_is_named(crawl: Crawl) -> None:
    done = crawl(None, settings={"LOG_DIR": "/proc/none"})
    assert done.status == 6
    assert "log not written (status 6)" in done.last_line


def test_the_verdict_of_a_command_is_the_last_line_of_its_log_file_too(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20)
    for name, arguments, text in (
        ("doctor", {"site": site.url}, "recognised (status 0): "),
        ("audit", {"site": site.url}, "articles missing (status 3): 20 listed"),
        ("ledger", {}, "wrong argument (status 2): "),
    ):
        file = tmp_path / f"{name}.log"
        given = command(tmp_path / "data", arguments, {**FAST, "LOG_FILE": str(file)}, name=name)
        done = run(given, tmp_path / "data")
        # On standard error it stands as well, without the head of a log line.
        (line,) = (each for each in done.log.splitlines() if each.startswith(text))
        assert file.read_text("utf-8").splitlines()[-1].endswith(f": {line}")
