"""Where an edition's files lie, how they are called, and the lines of those that are committed."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.errors import OutputError

FEEDS = ("articles", "headlines")
LEDGER = "ledger.sqlite"
RUNS = "runs"
"""The folder of the runs' reports."""


def edition_folder(data_dir: Path, edition: str) -> Path:
    """Return the folder that holds the archive of an edition.

    >>> edition_folder(Path("/srv/data"), "ar").as_posix()
    '/srv/data/ar'
    """
    return data_dir / edition


def archived_editions(data_dir: Path) -> list[str]:
    """Return the editions that have a folder, in the order of `EDITIONS`."""
    return [edition for edition in EDITIONS if edition_folder(data_dir, edition).is_dir()]


def prepare_data_dir(folder: Path) -> None:
    """Make a folder and prove that a file can be written in it; raises `OutputError` when not."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with probe.open("xb") as file:
            file.write(b"newscrawl\n")
            os.fsync(file.fileno())
        probe.unlink()
    except OSError as error:
        if folder.is_dir():
            probe.unlink(missing_ok=True)
        raise OutputError(error.errno, f"{error.strerror}: {folder}") from error


def committed_files(folder: Path, feed: str = "articles") -> list[Path]:
    """Return the committed files of a feed in an edition's folder, oldest run first; one that is there plain and
    compressed counts once."""
    files = {path.name: path for path in (folder / feed).glob("[!.]*.jsonl")}
    files |= {path.name.removesuffix(".gz"): path for path in (folder / feed).glob("[!.]*.jsonl.gz")}
    return [files[name] for name in sorted(files)]


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a committed file, plain or compressed."""
    with open_lines(path) as lines:
        for line in lines:
            yield json.loads(line)


def open_lines(path: Path) -> IO[bytes]:
    """Return a committed file, open for reading lines."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def file_name(folder: Path, path: Path) -> str:
    """Return the name of a file in the ledger: its path in the edition's folder, without the suffix of compression.

    >>> file_name(Path("/data/en"), Path("/data/en/articles/x.jsonl.gz"))
    'articles/x.jsonl'
    """
    return path.relative_to(folder).as_posix().removesuffix(".gz")
