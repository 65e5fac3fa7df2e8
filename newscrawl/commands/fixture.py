"""`scrapy fixture`: a saved page made a test: the HTML, and beside it a JSON file of what the code makes of it."""

import argparse
import gzip
import json
import re
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newscrawl.errors import PageError
from newscrawl.items import as_dict
from newscrawl.pages import Page, parse_article, read_headlines, read_listing, read_menu
from newscrawl.pipelines.clean import cleaned

HEADER = re.compile(r"<!-- (?P<kind>article|listing) (?P<url>\S+)(?: downloaded (?P<downloaded>\S+))? -->")
# What a change of the hash's recipe changes everywhere says nothing about a page.
UNTOLD = ("content_hash", "near_duplicate_of", "found_on", "revision", "provenance")


class Command(ScrapyCommand):
    """Writes the pair of files that is one test."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "FILE [--into DIR] [--name NAME]"

    def short_desc(self) -> str:
        return "Make a saved page (runs/…-pages/*.html.gz, doctor/…/*.html) a test of the extraction"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--into", metavar="DIR", default="tests/pages/fixtures", help="folder (default: %(default)s)"
        )
        parser.add_argument("--name", help="name of the two files (default: from the page's address)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("give one saved page: scrapy fixture FILE", print_help=False)
        try:
            body = Path(args[0]).read_bytes()
            body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            found = expectation(body)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise UsageError(f"{args[0]}: {error}", print_help=False) from error
        header = HEADER.match(body.split(b"\n", 1)[0].decode())
        assert header is not None
        name = opts.name or re.sub(r"[^\w-]+", "-", header["url"].split("/", 3)[-1]).strip("-")[:80] or "page"
        target = Path(opts.into) / f"{name}.html"
        for path in (target, target.with_suffix(".json")):
            if path.exists():
                raise UsageError(f"{path} stands there already; give another --name", print_help=False)
        try:
            target.write_bytes(body)
            target.with_suffix(".json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        except OSError as error:
            raise UsageError(f"{target}: {error.strerror}", print_help=False) from error
        print(f"{target}\n{target.with_suffix('.json')}")
        print("Put words of your own in the place of the page's, and into the JSON what it really says; mend the code.")


def expectation(body: bytes) -> dict[str, Any]:
    """Return what the code makes of a saved page, as its JSON file holds it.

    The page's first line says what it is; raises `ValueError` when it does not.
    """
    header = HEADER.match(body.split(b"\n", 1)[0].decode("utf-8", "replace"))
    if header is None:
        raise ValueError(
            "the first line must be <!-- article ADDRESS [downloaded TIME] --> or <!-- listing ADDRESS -->"
        )
    url = header["url"]
    try:
        if header["kind"] == "listing":
            page = Page(body, url)
            listing = read_listing(page)
            return {
                "articles": list(listing.articles),
                "aside": sorted(listing.aside),
                "following": [[batch.way, batch.url] for batch in listing.following],
                "sections": [section.name for section in read_menu(page) if not section.is_region],
                "regions": [section.name for section in read_menu(page) if section.is_region],
                "headlines": list(read_headlines(page)),
            }
        downloaded = datetime.fromisoformat(header["downloaded"]) if header["downloaded"] else None
        article = as_dict(cleaned(parse_article(body, url, downloaded=downloaded)))
    except PageError as error:
        return {"error": error.name}
    article["body"] = article["body"].split("\n\n")
    article["layers"] = {name: layer for name, layer in article["provenance"].items() if name in ("title", "body")}
    return {name: value for name, value in article.items() if name not in UNTOLD}
