"""The name of a run: its log, its report and its files bear it."""

import os
from datetime import UTC, datetime

RUN_NAME = "RUN_NAME"
"""The setting that holds the name. The command line sets it before the log is opened."""


def new_run_name(started: datetime | None = None, process: int | None = None) -> str:
    """Return the name of a run: its start (UTC, default now) and its process id (default this process's).

    To be called once a run: whoever needs the name takes it from the setting.

    >>> new_run_name(datetime(2024, 8, 23, 9, 0, tzinfo=UTC), 4711)
    '20240823T090000Z-4711'
    """
    moment = (started or datetime.now(UTC)).astimezone(UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{process or os.getpid()}"
