"""What the code reads from a set of pages, as JSON lines, to compare two versions of the code byte by byte.

    python -m tests.benchmarks.outputs save PAGES             # the replica's pages: every markup, edition and kind
    python -m tests.benchmarks.outputs read PAGES [...] >FILE # everything that the code reads from the pages of folders

Run `read` in two checkouts on the same folders, and compare the files with `cmp`. Pages are `*.html` and `*.html.gz`.
Their first line may be `<!-- article URL downloaded TIME -->` or `<!-- listing URL -->`, as in `tests/pages/fixtures`.
Other pages get an invented URL of the site, so that any folder of saved pages can be read.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.errors import PageError
from newscrawl.items import as_dict
from newscrawl.pages import Page, parse_headlines, parse_listing, parse_menu, read_article
from newscrawl.pipelines.clean import cleaned
from newscrawl.replica import MARKUPS, Options, Replica

HEADER = re.compile(rb"<!-- (?:article|listing) (?P<url>\S+)(?: downloaded (?P<when>\S+))? -->")
WHEN = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)


def save(folder: Path, articles: int = 40) -> int:
    """Write pages of the replica, with URLs of the real site; return the number of pages."""
    number = 0
    for edition, markup in ((edition, markup) for edition in ("en", "ar", "es") for markup in MARKUPS):
        replica = Replica(Options(articles=articles, edition=edition, markup=markup, kinds=True, unseen_parts=True))
        with replica as site:
            paths = [url.removeprefix(site.url) for url in site.truth()]
            paths += ["/", "/sitemaps/all.xml", "/feed.rss", "/live/a-live-page"]
            paths += [section.path for section in site.newsroom.sections]
            for at, path in enumerate(paths):
                body = site.answer(path)[2]
                target = folder / f"{edition}-{markup}" / f"{at:03}.html"
                target.parent.mkdir(parents=True, exist_ok=True)
                head = f"<!-- article {site.url}{path} downloaded {WHEN.isoformat()} -->\n".encode()
                text = (head + body).replace(site.url.encode(), b"https://english.almayadeen.net")
                target.write_bytes(text)
                number += 1
    return number


def outputs(body: bytes, url: str, when: datetime | None) -> dict[str, Any]:
    """Return everything that the code reads from a page; a failure is its name and its reason."""
    found: dict[str, Any] = {}
    try:
        article, tags, _ = read_article(Page(body, url), downloaded=when)
        found["article"], found["tags"] = as_dict(cleaned(article)), tags
    except PageError as error:
        found["article"] = [error.name, error.reason]
    try:
        listing = parse_listing(body, url)
        found["listing"] = {**asdict(listing), "aside": sorted(listing.aside)}
    except PageError as error:
        found["listing"] = [error.name, error.reason]
    found["menu"] = [asdict(section) for section in parse_menu(body, url)]
    found["headlines"] = parse_headlines(body)
    return found


def read(folders: list[Path]) -> int:
    """Print the outputs of all pages in the folders; return the number of pages."""
    number = 0
    for folder in folders:
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")]):
            body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            match = HEADER.match(body[:2000])
            name = path.relative_to(folder).as_posix()
            slug = hashlib.sha256(name.encode()).hexdigest()[:12]
            url = match["url"].decode() if match else f"https://english.almayadeen.net/news/politics/page-{slug}"
            when = datetime.fromisoformat(match["when"].decode()) if match and match["when"] else WHEN
            line = {"page": name, **outputs(body, url, when)}
            sys.stdout.write(json.dumps(line, ensure_ascii=True, default=str) + "\n")
            number += 1
    return number


def main() -> None:
    """Save pages, or print what is read from them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.outputs", description=__doc__)
    parser.add_argument("do", choices=("save", "read"))
    parser.add_argument("folders", type=Path, nargs="+")
    given = parser.parse_args()
    number = save(given.folders[0]) if given.do == "save" else read(given.folders)
    print(f"{number} pages", file=sys.stderr)


if __name__ == "__main__":
    main()
