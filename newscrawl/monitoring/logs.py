"""The log: plain lines for people, in which no message can forge a line; one JSON object a line for programs."""

import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from newscrawl.escaping import escaped, json_text

LOGS_KEPT = 30
"""Files of runs that are kept in `LOG_DIR`."""
_OURS: list[logging.Handler] = []
IS_GOOD_NEWS = "is_good_news"
"""The attribute of a record that is a verdict: whether it is a healthy one."""
GREEN, RED, PLAIN = "\x1b[1;32m", "\x1b[1;31m", "\x1b[0m"


class PlainFormatter(logging.Formatter):
    """Scrapy's format, in UTC, with what does not show escaped; for a terminal, verdicts in colour."""

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
        return json_text(line, ascii_only=True)


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
    if not handlers:
        # Without any, Python writes warnings to standard error.
        handlers.append(logging.NullHandler())
    logging.root.setLevel(settings["LOG_LEVEL"])
    for handler in handlers:
        if handler.formatter is None:
            handler.setFormatter(formatter)
        handler.setLevel(settings["LOG_LEVEL"])
        logging.root.addHandler(handler)
        _OURS.append(handler)


def escape_what_nobody_logs() -> None:
    """Escape what Python itself writes to standard error: messages without a log, and the traceback that ends it."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(PlainFormatter("%(message)s"))
    sys.excepthook = _print_escaped


def _print_escaped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    print(escaped("".join(traceback.format_exception(kind, error, trace)).rstrip()), file=sys.stderr)


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
