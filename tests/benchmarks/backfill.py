"""`python -m tests.benchmarks.backfill [ARTICLES]`: the memory of a backfill that is stopped twice and resumed.

Prints the peak memory of each run, and how many articles were missed, written twice or requested twice.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from newscrawl.replica import Options, Replica
from tests.archive.crawls import committed_urls
from tests.crawling import FAST, command, environment

SETTINGS = {**FAST, "LOG_LEVEL": "INFO", "CONCURRENT_REQUESTS_PER_DOMAIN": "4"}


def main(articles: int) -> None:
    """Run the backfill, stop it at one third and at two thirds, finish it, and print the results."""
    with Replica(Options(articles=articles)) as site, tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        arguments = {"site": site.url, "since": "2000-01-01", "max_pages": "0"}
        for share in (1 / 3, 2 / 3, 2):
            with (data / "log").open("w") as log:
                process = subprocess.Popen(
                    command(data, arguments, SETTINGS), stderr=log, stdout=log, env=environment()
                )
                while process.poll() is None:
                    time.sleep(0.2)
                    if len(site.requests) > share * articles:
                        process.send_signal(signal.SIGTERM)
                        process.wait()
            text = (data / "log").read_text()
            peak = max((int(found) for found in re.findall(r"'memusage/max': (\d+)", text)), default=0)
            held = len(committed_urls(data))
            print(f"status {process.returncode}, peak {peak / 2**20:.0f} MB, {held} articles archived", flush=True)
        counts = Counter(committed_urls(data))
        wanted = set(site.article_urls())
        asked = Counter(seen.path for seen in site.requests if site.url + seen.path in wanted)
        result = {
            "missed": len(wanted - set(counts)),
            "written twice": sum(count > 1 for count in counts.values()),
            "requested twice": sum(count > 1 for count in asked.values()),
            "requests for other pages": sum(urlsplit(site.url + seen.path).path not in asked for seen in site.requests),
        }
        print(json.dumps(result))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
