"""The log of a run: plain lines, JSON lines, a file of its own, and the removal of old files."""

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, which has its handlers and its level back at the end."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logs._OURS.clear()


SETTINGS = {
    "LOG_ENABLED": True, "LOG_LEVEL": "INFO", "LOG_FORMAT": "%(levelname)s %(message)s", "LOG_DATEFORMAT": "%Y",
}  # fmt: skip


def test_the_log_goes_to_standard_error_or_to_a_file_and_to_one_of_the_run(
    root: logging.Logger, tmp_path: Path
) -> None:
    logs.install(SETTINGS, name="run")
    (stream,) = logs._OURS
    assert isinstance(stream, logging.StreamHandler)
    assert stream.stream is sys.stderr
    assert stream in root.handlers
    assert (root.level, stream.level) == (logging.INFO, logging.INFO)
    files = {
        **SETTINGS,
        "LOG_FILE": str(tmp_path / "own.log"),
        "LOG_DIR": str(tmp_path / "a" / "b"),
        "LOG_LEVEL": "ERROR",
    }
    (tmp_path / "own.log").write_text("old\n")
    logs.install(files, name="20240823T100000Z-1")
    assert stream not in root.handlers
    assert len(logs._OURS) == 2
    assert set(logs._OURS) <= set(root.handlers)
    logging.getLogger("newscrawl").error("wrong: %s", "a\x1bb")
    logging.getLogger("newscrawl").info("right")
    for path in (tmp_path / "own.log", tmp_path / "a" / "b" / "20240823T100000Z-1.log"):
        assert path.read_text() == "ERROR wrong: a\\x1bb\n"
    logs.install({**files, "LOG_FILE_APPEND": True, "LOG_DIR": None, "LOG_JSON": "TRUE"}, name="run")
    logging.getLogger("newscrawl").error("again")
    first, second = (tmp_path / "own.log").read_text().splitlines()
    assert first == "ERROR wrong: a\\x1bb"
    assert json.loads(second)["message"] == "again"
    # A log that is switched off goes nowhere: not to standard error either, as Python does with warnings of none.
    logs.install({**SETTINGS, "LOG_ENABLED": False}, name="run")
    assert [type(handler) for handler in logs._OURS] == [logging.NullHandler]


def test_old_logs_of_the_folder_are_removed(root: logging.Logger, tmp_path: Path) -> None:
    for number in range(logs.LOGS_KEPT + 3):
        (tmp_path / f"20240823T1000{number:02}Z-1.log").touch()
    logs.install({**SETTINGS, "LOG_ENABLED": False, "LOG_DIR": str(tmp_path)}, name="20240824T100000Z-1")
    assert len(list(tmp_path.iterdir())) == logs.LOGS_KEPT
    assert (tmp_path / "20240824T100000Z-1.log").exists()
    assert root.handlers


@pytest.mark.parametrize(
    ("json_lines", "has_colour", "shown"),
    [
        ("", True, [f"{logs.GREEN}INFO well{logs.PLAIN}", f"{logs.RED}INFO ill{logs.PLAIN}", "INFO plain"]),
        ("", False, ["INFO well", "INFO ill", "INFO plain"]),
        ("yes", True, None),
    ],
)
def test_verdicts_are_in_colour_on_a_terminal_alone(
    json_lines: str, has_colour: bool, shown: list[str] | None, root: logging.Logger, tmp_path: Path
) -> None:
    settings = {**SETTINGS, "LOG_JSON": json_lines, "LOG_DIR": str(tmp_path)}
    logs.install(settings, name="run", has_colour=has_colour)
    records = [record("well"), record("ill"), record("plain")]
    for each, is_good in zip(records, (True, False), strict=False):
        setattr(each, logs.IS_GOOD_NEWS, is_good)
    terminal, file = logs._OURS
    assert terminal.formatter is not None
    lines = [terminal.formatter.format(each) for each in records]
    if shown is None:
        assert [json.loads(line)["message"] for line in lines] == ["well", "ill", "plain"]
    else:
        assert lines == shown
        assert file.formatter is not None
        assert file.formatter.format(records[0]) == "INFO well"
    assert root.handlers


def test_a_json_line_says_when_where_and_by_whom() -> None:
    made = record("a %s", "b")
    made.created, made.msecs, made.process = 1724407200.0, 7.9, 42
    assert json.loads(logs.JsonFormatter().format(made)) == {
        "time": "2024-08-23T10:00:00.007Z", "level": "INFO", "logger": "newscrawl", "message": "a b", "pid": 42,
    }  # fmt: skip
    assert logs.PlainFormatter("%(asctime)s", "%H:%M:%S").format(made) == "10:00:00"
    assert logs.PlainFormatter.converter(None) == datetime.fromtimestamp(0, UTC).timetuple()


def test_what_python_itself_writes_is_escaped(
    root: logging.Logger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    last = logging.StreamHandler(sys.stderr)
    monkeypatch.setattr(logging, "lastResort", last)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    logs.escape_what_nobody_logs()
    # A command without a log.
    root.handlers.clear()
    logging.getLogger("newscrawl").warning("Passed over %s", "a\x1b[2J\nb")
    assert capsys.readouterr().err == "Passed over a\\x1b[2J\n    b\n"
    try:
        raise ValueError("a\u202eb\n2024-08-22 INFO: healthy")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-2:] == ["    ValueError: a\\u202eb", "    2024-08-22 INFO: healthy"]


def test_a_json_line_is_ascii_that_shows() -> None:
    line = logs.JsonFormatter().format(record("a\x7f\x9b\u202e\ud800\u063a"))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == "a\x7f\x9b\u202e\ud800\u063a"
