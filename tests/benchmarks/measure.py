"""What a process took: its CPU seconds and its peak memory, told by the kernel when it has ended.

A process that is made from a large one counts as large as that was. So each is made by a small one: this module, run
by itself.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took, its own children included."""

    status: int
    cpu: float
    """Seconds of CPU, user and system."""
    peak: float
    """Largest resident memory, MiB."""


def started(line: Sequence[str], log: Path, folder: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a command line in a folder, its output in `log`; its process id is the first line of what is read."""
    return subprocess.Popen(
        [sys.executable, __file__, str(log), *line], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> Taken:
    """Wait for what was started, and return what it took."""
    told, _ = process.communicate()
    return Taken(**json.loads(told.splitlines()[-1]))


def main(log: str, *line: str) -> None:
    """Run a command line; print its process id, and at its end what it took."""
    with Path(log).open("wb") as output:
        process = subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT)
        print(process.pid, flush=True)
        _, status, usage = os.wait4(process.pid, 0)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(json.dumps({"status": os.waitstatus_to_exitcode(status), "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
