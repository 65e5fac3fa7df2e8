"""`scrapy fixture`: a saved page made a test: the HTML, and beside it a JSON file of what the code makes of it."""

import argparse
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from newscrawl.command_line import BaseCommand
from newscrawl.dates import is_possible
from newscrawl.errors import ArgumentError, PageError, ReadingTooSlowError
from newscrawl.escaping import file_name, json_text
from newscrawl.exit_status import ExitStatus
from newscrawl.items import as_dict
from newscrawl.middlewares.compression import unpacked
from newscrawl.middlewares.refusals import RefusedRequestError, TooLargeError
from newscrawl.middlewares.stopping import reading_within
from newscrawl.pages import Page, parse_article, read_headlines, read_listing, read_menu
from newscrawl.pipelines.clean import cleaned
from newscrawl.terminal import say
from newscrawl.unpacking import GZIP
from newscrawl.urls import absolute

HEADER = re.compile(r"<!-- (?P<kind>article|listing) (?P<url>\S+)(?: downloaded (?P<downloaded>\S+))? -->")
LONGEST_HEADER = 10_000
"""Bytes that the first line of a saved page adds to the page."""
# The first changes whenever the hashing rules change, the second says again what the body says; the others say nothing
# about a page.
NOT_COMPARED = (
    "content_hash", "body_html", "near_duplicate_of", "found_on", "revision", "capture", "extractor", "provenance",
)  # fmt: skip


class Command(BaseCommand):
    """Writes the pair of files that is one test."""

    summary = "Make a saved page (runs/…-pages/*.html.gz, doctor/…/*.html) a test of the extraction"
    example = "scrapy fixture data/en/runs/20240823T090000Z-4711-pages/unreadable-1.html.gz --name no-headline"
    statuses: ClassVar[Mapping[ExitStatus, str]] = {
        ExitStatus.HEALTHY: "both files are written",
        ExitStatus.WRONG_ARGUMENT: "wrong argument, or the file is no saved page",
    }
    requires_crawler_process = False

    def syntax(self) -> str:
        return "FILE [--into DIR] [--name NAME]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--into", metavar="DIR", default="tests/pages/fixtures", help="folder (default: %(default)s)"
        )
        parser.add_argument("--name", help="name of the two files (default: from the page's URL)")

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise ArgumentError("give one saved page: scrapy fixture FILE")
        try:
            body = saved_page(Path(args[0]), self.own_settings.getint("DOWNLOAD_MAXSIZE"))
            with reading_within(self.own_settings.getfloat("MAX_READ_SECONDS")):
                found = expectation(body)
        except (OSError, ValueError, RefusedRequestError, ReadingTooSlowError) as error:
            raise ArgumentError(f"{args[0]}: {error}") from error
        url = header_of(body)["url"]
        name = opts.name or file_name(url.split("/", 3)[-1])
        target = Path(opts.into) / f"{name}.html"
        try:
            for path in (target, target.with_suffix(".json")):
                if path.exists():
                    raise ArgumentError(f"{path} exists already; give another --name")
            target.write_bytes(body)
            target.with_suffix(".json").write_text(json_text(found, indent=1) + "\n", "utf-8")
        except OSError as error:
            raise ArgumentError(f"{target}: {error.strerror}") from error
        say(str(target))
        say(str(target.with_suffix(".json")))
        say(
            "Replace the page's text by words of your own, correct the JSON to what the page really says, and repair"
            " the code until the test passes."
        )


def saved_page(path: Path, limit: int) -> bytes:
    """Return a saved page, unpacked; `limit` is the most bytes that a page may have, 0 for any number.

    Raises `OSError` for what is no file, `RefusedRequestError` for one that is too large or damaged.
    """
    if not path.is_file():
        raise OSError("there is no such file")
    limit += LONGEST_HEADER if limit else 0
    if limit and path.stat().st_size > limit:
        raise TooLargeError(f"more than {limit} bytes")
    body = path.read_bytes()
    return unpacked(body, b"gzip", limit) if body.startswith(GZIP) else body


def header_of(body: bytes) -> re.Match[str]:
    """Return what a saved page's first line says it is; raises `ValueError` when it does not."""
    header = HEADER.match(body.split(b"\n", 1)[0].decode("utf-8", "replace"))
    if header is None or absolute("", header["url"]) is None:
        raise ValueError("the first line must be <!-- article URL [downloaded TIME] --> or <!-- listing URL -->")
    return header


def _time_of_download(text: str) -> datetime:
    downloaded = datetime.fromisoformat(text)
    # The ends of time are out of range in another zone.
    if not is_possible(downloaded):
        raise ValueError(f"no page was downloaded in the year {downloaded.year}")
    return downloaded


def expectation(body: bytes) -> dict[str, Any]:
    """Return what the code makes of a saved page, as its JSON file holds it.

    The page's first line says what it is; raises `ValueError` when it does not.
    """
    header = header_of(body)
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
        downloaded = _time_of_download(header["downloaded"]) if header["downloaded"] else None
        article = as_dict(cleaned(parse_article(body, url, downloaded=downloaded)))
    except PageError as error:
        return {"error": error.name}
    article["body"] = article["body"].split("\n\n")
    article["layers"] = {name: layer for name, layer in article["provenance"].items() if name in ("title", "body")}
    return {name: value for name, value in article.items() if name not in NOT_COMPARED}
