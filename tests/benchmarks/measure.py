"""The CPU seconds and the peak memory of a process, as the kernel reports them when the process has ended.

The peak memory of a process is at least that of the process that started it. So this module, which is small, runs as a
process of its own and starts the measured one.
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
    """The figures of one process and its children."""

    status: int
    cpu: float
    """Seconds of CPU, user and system."""
    peak: float
    """Largest resident memory, MiB."""


def started(line: Sequence[str], log: Path, folder: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a command line in a folder, with its output in `log`. The first line of `stdout` is its process id."""
    return subprocess.Popen(
        [sys.executable, __file__, str(log), *line], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> Taken:
    """Wait for the end of a started process, and return its figures."""
    output, _ = process.communicate()
    return Taken(**json.loads(output.splitlines()[-1]))


def main(log: str, *line: str) -> None:
    """Run a command line; print its process id, and its figures when it has ended."""
    with Path(log).open("wb") as output:
        process = subprocess.Popen(line, stdout=output, stderr=subprocess.STDOUT)
        print(process.pid, flush=True)
        _, status, usage = os.wait4(process.pid, 0)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(json.dumps({"status": os.waitstatus_to_exitcode(status), "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
