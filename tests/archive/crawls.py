"""What the crawl tests of the archive share: pages asked for, crawls that are stopped, the check of what is there."""

import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from newscrawl.archive.exchange import payload_digest
from newscrawl.archive.files import committed_files, edition_folder, read_records
from newscrawl.replica import Replica
from tests.crawling import ROOT, command, environment

REVISIT_ALL = {"REVISIT_SHARE": "0", "REVISIT_LIMIT": "100000"}


def pages(site: Replica, since: int = 0) -> list[str]:
    """Return the article pages that were asked for."""
    paths = {url.removeprefix(site.url) for url in site.truth()}
    return [seen.path for seen in site.requests[since:] if seen.path in paths]


def committed_urls(data: Path, edition: str = "en") -> list[str]:
    """Return the URLs of all committed articles of an edition."""
    files = committed_files(edition_folder(data, edition))
    return [record["url"] for path in files for record in read_records(path)]


def wrong_pages(data: Path, edition: str = "en") -> list[str]:
    """Return the URLs of the committed articles whose page cannot be read where their line says, byte for byte.

    Each is looked up as any reader of WARC files does it: the record at an offset, its URL, the SHA-256 of its page.
    """
    folder = edition_folder(data, edition)
    wrong = []
    for path in committed_files(folder):
        for record in read_records(path):
            place = record["capture"]
            with (folder / place["file"]).open("rb") as file:
                file.seek(place["offset"])
                stored = next(iter(ArchiveIterator(file)))
                found = (stored.rec_type, stored.rec_headers.get_header("WARC-Target-URI"))
                digest = payload_digest(stored.raw_stream.read())
            if (*found, digest) != ("response", record["url"], place["digest"]):
                wrong.append(record["url"])
    return wrong


def interrupted(site: Replica, data: Path, number: signal.Signals, requests: int, settings: dict[str, str]) -> bool:
    """Start a crawl and stop it after a number of requests; return whether it ended by itself before."""
    arguments = {"site": site.url, "max_pages": "0", "refresh": "no"}
    start = len(site.requests)
    process = subprocess.Popen(
        command(data, arguments, settings), cwd=ROOT, env=environment(), stderr=subprocess.DEVNULL
    )
    try:
        while len(site.requests) - start < requests and process.poll() is None:
            time.sleep(0.001)
    finally:
        if process.poll() is None:
            process.send_signal(number)
        process.wait(60)
    return process.returncode == 0 and len(site.requests) - start < requests


def check_union(site: Replica, data: Path) -> None:
    """Assert that the archive holds each article of a site once, and nothing hidden."""
    lines = [line for path in committed_files(edition_folder(data, "en")) for line in read_records(path)]
    assert {line["url"] for line in lines} == set(site.truth())
    assert set(Counter(line["id"] for line in lines).values()) == {1}
    assert not list(data.glob("**/.*.part"))
