"""Runs the real command in a process of its own, and reads what it left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from newscrawl.replica import Fault, Options, Replica

ROOT = Path(__file__).parent.parent
FAST = {
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS": "16",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "RETRY_TIMES": "0",
    "BACKOFF_BASE": "0",
}


@dataclass(frozen=True, slots=True)
class Finished:
    """A crawl that has ended."""

    status: int
    log: str
    data: Path

    @property
    def last_line(self) -> str:
        """The last line of the log."""
        return self.log.rstrip().rpartition("\n")[2]

    def records(self, feed: str = "articles") -> list[dict[str, Any]]:
        """Return the objects of all committed lines of a feed."""
        return [
            json.loads(line)
            for file in sorted(self.data.glob(f"*/{feed}/*.jsonl"))
            for line in file.read_bytes().decode().split("\n")[:-1]
        ]

    def report(self) -> dict[str, Any]:
        """Return the newest report of a run."""
        newest: dict[str, Any] = json.loads(report_files(self.data)[-1].read_text("utf-8"))
        return newest


class StartReplica(Protocol):
    """The fixture `replica`."""

    def __call__(self, options: Options | None = None, /, **changes: Any) -> Replica: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """The fixtures `crawl` and `crawl_ok`."""

    folder: Path
    """Where a crawl writes that is given no folder."""
    must_end_well: bool
    """Whether a crawl that does not end with status 0 is an error, which shows its log."""

    def __call__(self, site: Replica | None, data: Path | None = None, /, **options: Any) -> Finished:
        """Crawl a replica to the end; the options are those of `tests.crawling.crawl`."""
        done = crawl(site, data or self.folder, **options)
        if self.must_end_well:
            assert done.status == 0, done.log
        return done


def report_files(data: Path) -> list[Path]:
    """Return the reports of all runs, the oldest first."""
    return sorted([*data.glob("runs/*.json"), *data.glob("*/runs/*.json")], key=lambda file: file.name)


def command(data: Path, arguments: dict[str, str], settings: dict[str, str], name: str = "crawl") -> list[str]:
    """Return the command line of a crawl."""
    line = [sys.executable, "-m", "scrapy", name, *(["mayadeen"] if name == "crawl" else [])]
    for key, value in arguments.items():
        line += ["-a", f"{key}={value}"]
    for key, value in {"DATA_DIR": str(data), **settings}.items():
        line += ["-s", f"{key}={value}"]
    return line


def crawl(
    site: Replica | None,
    data: Path,
    /,
    *,
    settings: dict[str, str] | None = None,
    variables: dict[str, str] | None = None,
    seconds: float = 120,
    **arguments: str,
) -> Finished:
    """Crawl a replica to the end, fast; the crawl of another address gives its own `site`.

    `variables` are set in the environment. A crawl that takes longer than `seconds` is ended by force, and an error.
    """
    given = {"max_pages": "0", **({"site": site.url, "edition": site.options.edition} if site else {}), **arguments}
    return run(command(data, given, {**FAST, **(settings or {})}), data, seconds, variables=variables)


def run(
    line: list[str], data: Path, seconds: float = 120, *, variables: dict[str, str] | None = None, **options: Any
) -> Finished:
    """Run a command line to its end, with these variables in its environment."""
    given = {**environment(), **(variables or {})}
    done = subprocess.run(
        line, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False, env=given, **options
    )
    return Finished(done.returncode, done.stderr + done.stdout, data)


def stopped_at(fault: Fault, line: list[str], data: Path, number: int = signal.SIGTERM) -> Finished:
    """Run a command line, and send it a signal as soon as it asks a replica for what has a fault."""
    process = subprocess.Popen(
        line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment()
    )
    while not fault.seen and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(number)
    log, _ = process.communicate(timeout=60)
    return Finished(process.returncode, log, data)


def environment() -> dict[str, str]:
    """Return this process's environment without what would steer a crawl."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSCRAWL_")}


def fetched_twice(site: Replica) -> dict[str, int]:
    """Return the paths that were asked for more than once."""
    counts = Counter(seen.path for seen in site.requests)
    return {path: count for path, count in counts.items() if count > 1}
