"""`python -m tests.benchmarks.ledger [ARTICLES]`: CPU time to open a large ledger, to look up URLs and to commit."""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.archive.ledger import Ledger

WORDS = [f"{first}{second}{third}" for first in "bcdfg" for second in "aeiou" for third in "klmnprst"]
NOW = datetime(2024, 8, 23, 12, 0, tzinfo=UTC)


def records(first: int, count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield records of invented articles of 300 words."""
    for number in range(first, first + count):
        yield {
            "edition": "en",
            "id": str(1_900_000 + number),
            "url": f"https://english.almayadeen.net/news/politics/a-headline-of-the-usual-length-of-sixty-letters-{number}",
            "section": "politics",
            "kind": "news",
            "date_published": "2024-08-22T13:28:00Z",
            "date_downloaded": "2024-08-23T11:00:00Z",
            "content_hash": f"{number:064x}",
            "revision": 1,
            "body": " ".join(rng.choices(WORDS, k=300)),
        }


def main(articles: int) -> None:
    """Fill a ledger, open it again, and print its size and its CPU times."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.sqlite"
        with Ledger(path) as ledger:
            for file, first in enumerate(range(0, articles, 1000)):
                ledger.index(f"file-{file}", records(first, min(1000, articles - first), rng))
        size = path.stat().st_size
        started = time.process_time()
        ledger = Ledger(path)
        opening = time.process_time() - started
        urls = [next(records(rng.randrange(articles), 1, rng))["url"] for _ in range(2000)]
        started = time.process_time()
        assert all(ledger.is_known("en", url, NOW) for url in urls)
        look_up = (time.process_time() - started) / len(urls)
        commits = []
        for batch in range(10):
            lines = list(records(articles + batch * 100, 100, rng))
            started = time.process_time()
            ledger.index(f"more-{batch}", lines)
            commits.append(time.process_time() - started)
        ledger.close()
    print(f"{articles:,} articles: {size / 1e6:.0f} MB, {size / articles:.0f} bytes an article")
    commit = sorted(commits)[5]
    print(f"CPU: opening {opening * 1e3:.1f} ms, look-up {look_up * 1e6:.0f} µs, commit of 100 {commit * 1e3:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
