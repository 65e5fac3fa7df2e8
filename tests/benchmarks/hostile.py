"""`python -m tests.benchmarks.hostile [ARTICLES]`: a crawl of the hostile replica, and what it costs.

Checks that every sound article is exported once and word for word, and that no other site was asked; prints the status,
the errors by name, the largest memory and the CPU time, beside those of a crawl of the same site without attacks.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from newscrawl.replica import Options, Replica
from tests.benchmarks.measure import ended, started
from tests.crawling import FAST, ROOT, Finished, command, environment


def measure(articles: int, *, hostile: bool) -> None:
    """Crawl a replica, check what was exported, and print the figures."""
    options = Options(articles=articles, hostile=hostile, load_more="button")
    with Replica(options) as site, tempfile.TemporaryDirectory() as folder:
        data, log = Path(folder) / "data", Path(folder) / "log"
        line = command(data, {"site": site.url, "max_pages": "0", "discover": "sections,sitemap,feed"}, FAST)
        taken = ended(started(line, log, ROOT, environment()))
        done = Finished(taken.status, log.read_text("utf-8", "replace"), data)
        attacks = site.attacks()
        counts = Counter(record["url"] for record in done.records())
        bodies = {record["url"]: record["body"] for record in done.records()}
        sound = {url: each for url, each in site.truth().items() if url not in attacks}
        exact = sum(bodies.get(url) == "\n\n".join(each["paragraphs"]) for url, each in sound.items())
        print(f"\n{'hostile' if hostile else 'sound'}: {articles} articles, {len(attacks)} of them attacks")
        print(f"status {done.status}; {done.last_line.partition('INFO: ')[2] or done.last_line}")
        print(f"{exact} of {len(sound)} sound articles word for word, {max(counts.values())} line an article")
        print(f"{len(site.trapped)} requests to other sites")
        print({name: each["count"] for name, each in done.report()["errors"].items()})
        print(
            f"{taken.peak:.0f} MiB at most, {taken.cpu:.1f} s of CPU, {1000 * taken.cpu / articles:.1f} ms an article"
        )


def main(articles: int) -> None:
    """Measure a sound and a hostile site, one after the other."""
    for hostile in (False, True):
        measure(articles, hostile=hostile)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
