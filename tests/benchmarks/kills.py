"""`python -m tests.benchmarks.kills [KILLS]`: crawls that are killed at random moments, and what is lost.

Each kill is at a random number of requests of a crawl of 1,000 articles. When a crawl ends without a kill, its archive
is checked and a new archive is begun, until there were enough kills.
"""

import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from newscrawl.replica import Options, Replica
from tests.archive.crawls import committed_urls, interrupted, pages
from tests.crawling import crawl

SETTINGS = {
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "FEED_EXPORT_BATCH_ITEM_COUNT": "50",
    "LOG_LEVEL": "ERROR",
}


def main(kills: int) -> None:
    """Kill crawls; print what was lost, written twice, left as a hidden file, or requested again."""
    rng = random.Random(1)
    done = archives = lost = twice = parts = again = 0
    while done < kills:
        with Replica(Options(articles=1000)) as site, tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            while done < kills:
                known = set(committed_urls(data))
                start = len(site.requests)
                ended = interrupted(site, data, signal.SIGKILL, rng.randint(1, 250), SETTINGS)
                again += len({site.url + path for path in pages(site, start)} & known)
                if ended:
                    break
                done += 1
            crawl(site, data, refresh="no")
            counts = Counter(committed_urls(data))
            archives += 1
            lost += len(set(site.truth()) - set(counts))
            twice += sum(count - 1 for count in counts.values())
            parts += len(list(data.glob("**/.*.part")))
            print(f"{done} kills, {archives} archives", flush=True)
    print(f"{done} kills in {archives} archives")
    print(f"{lost} lost, {twice} twice, {parts} hidden files left, {again} requested again")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
