"""`python -m tests.benchmarks growth`: CPU a page and peak memory as an archive grows; what a scheduled run costs.

Each size is one crawl of a replica of that many articles into an empty archive. The scheduled run is one with nothing
new on twelve sections, whose ledger holds a million articles: its CPU to the first request, and in all.
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
    """Return the CPU milliseconds a page and the peak MiB of a crawl of that many articles."""
    with Replica(Options(articles=size)) as site, tempfile.TemporaryDirectory() as folder:
        result = crawled(Path(folder), site.url)
        assert result.status == 0, (Path(folder) / "log").read_text()[-2000:]
        held = sum(1 for path in committed_files(edition_folder(Path(folder), "en")) for _ in read_records(path))
        assert held == size, f"{size - held} articles are missing"
    return {"ms": 1000 * result.cpu / size, "peak": result.peak}


def scheduled(held: int = HELD) -> dict[str, float]:
    """Return the CPU seconds of a run with nothing new, to its first request and in all; its requests; its MiB."""
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
        assert not any(seen.path.count("/") > 2 for seen in site.requests[before:]), "an article was asked for"
        return {
            "held": held,
            "first": first,
            "all": result.cpu,
            "requests": len(site.requests) - before,
            "peak": result.peak,
        }


def fill(path: Path, articles: int) -> None:
    """Put further articles of invented text into a ledger."""
    rng = random.Random(1)
    with Ledger(path) as ledger:
        for number, first in enumerate(range(0, articles, 10_000)):
            lines = records(first, min(10_000, articles - first), rng)
            ledger.index(f"further-{number}", ({**line, "id": f"further-{line['id']}"} for line in lines))


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a running process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
