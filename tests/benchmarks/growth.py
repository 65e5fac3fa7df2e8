"""`python -m tests.benchmarks growth`: CPU a page and peak memory by number of articles; cost of a scheduled run.

Each size is one crawl of a replica of that size into an empty archive. The scheduled run finds nothing new in twelve
sections, with a million articles in its ledger; its CPU time is measured to the first request and to the end.
"""

import os
import random
import tempfile
import time
from pathlib import Path

from newscrawl.archive.files import LEDGER, committed_files, edition_folder, read_records
from newscrawl.archive.ledger import Ledger
from newscrawl.replica import Options, Replica
from tests.benchmarks.crawl import PARALLEL, crawled
from tests.benchmarks.ledger import records
from tests.benchmarks.measure import ended, started
from tests.crawling import FAST, ROOT, command, environment

SIZES = (1_000, 10_000, 100_000)
HELD = 1_000_000


def measure(size: int) -> dict[str, float]:
    """Return the CPU milliseconds a page and the peak MiB of a crawl of `size` articles."""
    with Replica(Options(articles=size)) as site, tempfile.TemporaryDirectory() as folder:
        result = crawled(Path(folder), site.url)
        assert result.status == 0, (Path(folder) / "log").read_text()[-2000:]
        held = sum(1 for path in committed_files(edition_folder(Path(folder), "en")) for _ in read_records(path))
        assert held == size, f"{size - held} articles are missing"
    return {"ms": 1000 * result.cpu / size, "peak": result.peak}


def scheduled(held: int = HELD) -> dict[str, float]:
    """Return the figures of a run with nothing new: CPU seconds to the first request and in all, requests, MiB."""
    with Replica(Options(articles=600, unseen_parts=True)) as site, tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        assert crawled(data, site.url).status == 0
        fill(edition_folder(data, "en") / LEDGER, held)
        before = len(site.requests)
        given = command(data, {"site": site.url}, {**FAST, "CONCURRENT_REQUESTS_PER_DOMAIN": PARALLEL})
        process = started(given, data / "log", ROOT, environment())
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        while len(site.requests) == before and process.poll() is None:
            time.sleep(0.002)
        first = cpu_of(pid)
        result = ended(process)
        assert result.status == 0, (data / "log").read_text()[-2000:]
        assert not any(seen.path.count("/") > 2 for seen in site.requests[before:]), "an article was requested"
        return {
            "held": held,
            "first": first,
            "all": result.cpu,
            "requests": len(site.requests) - before,
            "peak": result.peak,
        }


def fill(path: Path, articles: int) -> None:
    """Add articles with invented texts to a ledger."""
    rng = random.Random(1)
    with Ledger(path) as ledger:
        for number, first in enumerate(range(0, articles, 10_000)):
            lines = records(first, min(10_000, articles - first), rng)
            ledger.index(f"further-{number}", ({**line, "id": f"further-{line['id']}"} for line in lines))


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a running process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
