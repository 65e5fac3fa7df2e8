"""`python -m tests.benchmarks.damage [ROUNDS]`: ledgers with a flipped byte, and how the next run ends.

Each round flips one byte at a random place of the ledger that a crawl has left, at every other round as if that crawl
had been killed (no checksum beside it), and crawls again. A run may find the ledger sound, rebuild it, or end with 6;
it must write nothing twice, and show no traceback.
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from newscrawl.replica import Options, Replica
from tests.archive.crawls import committed_urls
from tests.crawling import crawl


def main(rounds: int) -> None:
    """Flip bytes, and print how the runs ended."""
    rng = random.Random(1)
    ends: Counter[str] = Counter()
    twice = tracebacks = 0
    with Replica(Options(articles=60)) as site, tempfile.TemporaryDirectory() as folder:
        whole, data = Path(folder) / "whole", Path(folder) / "data"
        crawl(site, whole)
        for number in range(rounds):
            shutil.copytree(whole, data)
            ledger = data / "en" / "ledger.sqlite"
            content = bytearray(ledger.read_bytes())
            content[rng.randrange(len(content))] ^= rng.randint(1, 255)
            ledger.write_bytes(content)
            if number % 2:
                (data / "en" / ".ledger.sqlite.sha256").unlink()
            done = crawl(site, data, refresh="no")
            rebuilt = "rebuilt, " if "Rebuilding the ledger" in done.log else ""
            ends[f"{rebuilt}status {done.status}"] += 1
            tracebacks += "Traceback" in done.log
            twice += sum(count - 1 for count in Counter(committed_urls(data)).values())
            shutil.rmtree(data)
    print(f"{rounds} ledgers with a flipped byte: {', '.join(f'{count} {end}' for end, count in ends.most_common())}")
    print(f"{twice} articles twice, {tracebacks} tracebacks")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
