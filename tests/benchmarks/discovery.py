"""`python -m tests.benchmarks.discovery [ARTICLES]`: the requests that it takes to find every article of a site.

Each site has ARTICLES articles in ten sections, twenty in a batch. The sites differ in how their listings, sitemaps and
feed work. Prints how many articles were missed or written twice, and the share of requests for other pages.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from newscrawl.replica import LOAD_MORE, Fault, Options, Replica
from tests.crawling import crawl

SETTINGS = {"LOG_LEVEL": "WARNING", "CONCURRENT_REQUESTS_PER_DOMAIN": "4"}


def main(articles: int) -> None:
    """Crawl each site; print how many articles were missed, and the number of requests."""
    everywhere = "sections,sitemap,feed"
    refused = Fault(kind="status", status=403, path=r"^/feed\.rss")
    sites: list[tuple[str, Options, list[Fault], str]] = [
        (f"load more: {way}", Options(articles=articles, load_more=way), [], "sections")
        for way in LOAD_MORE
        if way != "none"
    ]
    sites += [
        ("last page repeats without end", Options(articles=articles, endless="repeat"), [], "sections"),
        (
            "begins again at the first page",
            Options(articles=articles, endless="loop", load_more="json"),
            [],
            "sections",
        ),
        ("all ways, feed refused", Options(articles=articles), [refused], everywhere),
        ("no last days in sitemaps, feed refused", Options(articles=articles, last_days=False), [refused], everywhere),
        ("one batch a section, sitemap whole", Options(articles=articles, load_more="none"), [refused], everywhere),
    ]
    print(f"{'site':42} missed twice requests  other than articles")
    for name, options, faults, discover in sites:
        with Replica(options) as site, tempfile.TemporaryDirectory() as folder:
            site.faults += faults
            done = crawl(site, Path(folder), settings=SETTINGS, discover=discover)
            counts = Counter(record["url"] for record in done.records())
            wanted = set(site.article_urls())
            others = sum(site.url + seen.path not in wanted for seen in site.requests)
            twice = sum(count > 1 for count in counts.values())
            share = others / len(site.requests)
            print(
                f"{name:42} {len(wanted - set(counts)):6} {twice:5} {len(site.requests):8} {others:5} = {share:.1%}"
                f"  status {done.status}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
