"""The log: plain lines for people, in which no message can forge a line; one JSON object a line for programs."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LOGS_KEPT = 30
"""Files of runs that are kept in `LOG_DIR`."""
# Everything that moves a terminal's cursor or turns the direction of its text; a tab and an end of line do no harm.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_OURS: list[logging.Handler] = []
IS_GOOD_NEWS = "is_good_news"
"""The attribute of a record that is a verdict: whether it is a healthy one."""
GREEN, RED, PLAIN = "\x1b[1;32m", "\x1b[1;31m", "\x1b[0m"


def escaped(text: str) -> str:
    """Return a text without control characters; further lines are indented, so that none looks like a log line.

    >>> escaped("a\\x1b[2Jb\\n2024-08-22 [newscrawl] INFO: healthy")
    'a\\\\x1b[2Jb\\n    2024-08-22 [newscrawl] INFO: healthy'
    """
    return _CONTROL.sub(_escape, text).replace("\n", "\n    ")


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


class PlainFormatter(logging.Formatter):
    """Scrapy's format, in UTC, with control characters escaped; for a terminal, verdicts in colour."""

    converter = staticmethod(lambda seconds: datetime.fromtimestamp(seconds or 0, UTC).timetuple())
    has_colour = False

    def format(self, record: logging.LogRecord) -> str:
        text = escaped(super().format(record))
        is_good = getattr(record, IS_GOOD_NEWS, None)
        return text if is_good is None or not self.has_colour else f"{GREEN if is_good else RED}{text}{PLAIN}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, pid, and exception where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # ASCII only: a lone surrogate in a message cannot break the line.
        return json.dumps(line)


def install(settings: Mapping[str, Any], *, name: str, has_colour: bool = False) -> None:
    """Have the log written: to `LOG_FILE` or standard error, and to a file of the run in `LOG_DIR` if that is set.

    `name` is the run's; `has_colour` says whether standard error shows colours. Raises `OSError` when a file cannot be
    written.
    """
    for handler in _OURS:
        logging.root.removeHandler(handler)
        handler.close()
    _OURS.clear()
    as_json = str(settings.get("LOG_JSON") or "").lower() in ("1", "true", "yes")
    formatter = JsonFormatter() if as_json else PlainFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"])
    handlers: list[logging.Handler] = []
    if settings.get("LOG_FILE"):
        mode = "a" if settings.get("LOG_FILE_APPEND") else "w"
        handlers.append(logging.FileHandler(settings["LOG_FILE"], mode=mode, encoding="utf-8"))
    elif settings.get("LOG_ENABLED"):
        handlers.append(logging.StreamHandler())
        if isinstance(formatter, PlainFormatter) and has_colour:
            coloured = PlainFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"])
            coloured.has_colour = True
            handlers[0].setFormatter(coloured)
    if settings.get("LOG_DIR"):
        folder = Path(settings["LOG_DIR"]).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.FileHandler(folder / f"{name}.log", encoding="utf-8"))
        prune(folder)
    logging.root.setLevel(settings["LOG_LEVEL"])
    for handler in handlers:
        if handler.formatter is None:
            handler.setFormatter(formatter)
        handler.setLevel(settings["LOG_LEVEL"])
        logging.root.addHandler(handler)
        _OURS.append(handler)


def write_to_files(text: str, *, is_good: bool) -> None:
    """Write a line to the files of the log, whatever their level, and not to the terminal."""
    level = logging.INFO if is_good else logging.ERROR
    record = logging.getLogger("newscrawl").makeRecord("newscrawl", level, __file__, 0, text, (), None)
    for handler in logging.root.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handle(record)


def prune(folder: Path, keep: int = LOGS_KEPT) -> None:
    """Remove the oldest logs of runs beyond `keep`."""
    for old in sorted(folder.glob("[0-9]*Z-*.log"), reverse=True)[keep:]:
        old.unlink(missing_ok=True)
