"""`python -m tests.benchmarks.kills [ROUNDS] [NAME=VALUE ...]`: crawls that are killed at random moments.

It prints what is lost by that; settings such as COMPRESS=True or FEED_EXPORT_BATCH_ITEM_COUNT=1000 may be given.
Lines whose page is not whole count too, and all that `scrapy verify` finds.

Each kill is at a random number of requests of a crawl of 1,000 articles. When a crawl ends without a kill, its archive
is checked and a new archive is begun, until there were enough kills.
"""

import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from newscrawl.archive.damage import Damage
from newscrawl.archive.files import edition_folder
from newscrawl.commands.verify import findings
from newscrawl.replica import Options, Replica
from tests.archive.crawls import committed_urls, interrupted, pages, wrong_pages
from tests.crawling import crawl

SETTINGS = {
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "FEED_EXPORT_BATCH_ITEM_COUNT": "50",
    "LOG_LEVEL": "ERROR",
}


def main(kills: int, settings: dict[str, str]) -> None:
    """Kill crawls, and print what was lost, written twice, torn, or requested again."""
    rng = random.Random(1)
    done = archives = lost = twice = parts = again = pageless = unsound = failed = 0
    while done < kills:
        with Replica(Options(articles=1000)) as site, tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            while done < kills:
                known = set(committed_urls(data))
                start = len(site.requests)
                ended = interrupted(site, data, signal.SIGKILL, rng.randint(1, 250), {**SETTINGS, **settings})
                again += len({site.url + path for path in pages(site, start)} & known)
                if ended:
                    break
                done += 1
            last = crawl(site, data, refresh="no", settings=settings)
            failed += last.status != 0
            counts = Counter(committed_urls(data))
            archives += 1
            lost += len(set(site.truth()) - set(counts))
            twice += sum(count - 1 for count in counts.values())
            parts += len(list(data.glob("**/.*.part")))
            pageless += len(wrong_pages(data))
            damages = [each for each in findings(edition_folder(data, "en")) if isinstance(each, Damage)]
            unsound += len(damages)
            for each in damages:
                print(each)
            print(f"{done} kills, {archives} archives", flush=True)
    print(f"{done} kills in {archives} archives")
    print(f"{lost} lost, {twice} twice, {parts} hidden files left, {again} requested again")
    print(f"{pageless} lines whose page is not whole, {unsound} damages, {failed} last runs that did not end well")


if __name__ == "__main__":
    given = dict(each.split("=", 1) for each in sys.argv[1:] if "=" in each)
    numbers = [int(each) for each in sys.argv[1:] if "=" not in each]
    main(numbers[0] if numbers else 100, given)
