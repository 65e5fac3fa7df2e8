"""What a process took: its CPU seconds and its peak memory, told by the kernel when it has ended."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crawling import ROOT, environment


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took, its own children included."""

    status: int
    cpu: float
    """Seconds of CPU, user and system."""
    peak: float
    """Largest resident memory, MiB."""


def taken(line: Sequence[str], log: Path, extra: Mapping[str, str] | None = None) -> Taken:
    """Run a command line to its end, its output in `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            line, cwd=ROOT, env={**environment(), **(extra or {})}, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Taken(process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
