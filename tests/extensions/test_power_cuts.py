"""Power cuts at every moment of a run that writes pages and lines: what may be gone then, and what must not be."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler

from newscrawl.archive.archive import Archive
from newscrawl.archive.captures import Captures
from newscrawl.archive.crawl_state import CrawlState, set_crawl_state
from newscrawl.archive.damage import Damage
from newscrawl.archive.files import committed_files, read_records
from newscrawl.archive.run_state import RunState
from newscrawl.commands.verify import findings
from newscrawl.extensions.feed_storage import ArchiveStorage
from newscrawl.items import as_dict
from tests.archive.crawls import wrong_pages
from tests.archive.samples import record
from tests.archive.test_captures import RUN, exchange
from tests.extensions.engine import Engine, bare_crawler

FATES = ("lost", "kept", "zeros", "only pages", "only lines")
"""What a power cut does to bytes that were written and not synced: any file system may do any of these."""


@dataclass
class Disk:
    """What is durable of a folder: the bytes of each file that were synced, and the names in each synced folder."""

    folder: Path
    synced: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, dict[str, int]] = field(default_factory=dict)
    """Folder → name → file, as they were when the folder was synced last."""
    contents: dict[int, bytes] = field(default_factory=dict)
    promised: int = 0
    """Lines that a sync or a commit has promised to keep."""

    def look(self) -> dict[str, dict[str, int]]:
        """Read all files as they are now; return the names in each folder."""
        now: dict[str, dict[str, int]] = {}
        for path in self.folder.rglob("*"):
            if path.is_file() and not path.name.startswith(("ledger", ".ledger", ".run-state")):
                number = path.stat().st_ino
                self.contents[number] = path.read_bytes()
                now.setdefault(path.parent.relative_to(self.folder).as_posix(), {})[path.name] = number
        return now

    def states(self) -> Iterator[tuple[Mapping[str, bytes], int]]:
        """Yield what may lie on the disk after a power cut now: path → bytes, with the lines that must be there."""
        now = self.look()
        for names in (now, self.names):
            for fate in FATES:
                yield (
                    {
                        f"{folder}/{name}": self._after(
                            self.synced.get(number, b""), self.contents[number], fate, folder
                        )
                        for folder, files in names.items()
                        for name, number in files.items()
                    },
                    self.promised,
                )

    @staticmethod
    def _after(synced: bytes, written: bytes, fate: str, folder: str) -> bytes:
        if fate == "kept" or fate == f"only {folder.replace('articles', 'lines')}":
            return written
        return synced + b"\x00" * (len(written) - len(synced)) if fate == "zeros" else synced


@pytest.fixture
def disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Disk, list[tuple[Mapping[str, bytes], int]]]]:
    """A disk on which the power is cut before and after each system call, and what each of these cuts leaves."""
    disk = Disk(tmp_path / "run" / "en")
    left: list[tuple[Mapping[str, bytes], int]] = []
    real: dict[str, Any] = {name: getattr(os, name) for name in ("write", "fsync", "replace", "rename", "unlink")}

    def watch(name: str) -> None:
        def called(*given: Any, **options: Any) -> Any:
            left.extend(disk.states())
            done = real[name](*given, **options)
            if name == "fsync":
                path = Path(f"/proc/self/fd/{given[0]}").readlink()
                if path.is_dir():
                    disk.names[os.path.relpath(path, disk.folder)] = dict(disk.look().get(path.name, {}))
                elif path.is_relative_to(disk.folder):
                    number = os.fstat(given[0]).st_ino
                    disk.synced[number] = path.read_bytes()
                    # A file that is synced has its name too, as on all file systems that Linux has.
                    names = disk.names.setdefault(os.path.relpath(path.parent, disk.folder), {})
                    if number not in names.values():
                        names[path.name] = number
            left.extend(disk.states())
            return done

        monkeypatch.setattr(os, name, called)

    for name in real:
        watch(name)
    yield disk, left
    monkeypatch.undo()


def write_run(crawler: Crawler, disk: Disk, archive: Archive, *, largest: int) -> None:
    """Write two batches of two lines, each with its page, through what a crawl writes them with."""
    captures = Captures(disk.folder, RUN, {"software": "newscrawl"}, largest=largest)
    set_crawl_state(crawler, CrawlState(archive=archive, run_state=RunState(), captures=captures))
    for batch in (1, 2):
        storage = ArchiveStorage.from_crawler(crawler, f"archive:en/articles/{RUN}-{batch:05d}.jsonl")
        file = cast("Any", storage.open(Spider("test")))
        for number in range(2 * batch, 2 * batch + 2):
            line = record(number)
            capture = captures.add(exchange(b"<p>%d</p>" % number * 50, url=line["url"]))
            file.write(json.dumps({**line, "capture": as_dict(capture)}).encode() + b"\n")
            if number % 2 == 0:
                file.part.sync()
                disk.promised += 1
        storage.store(file)
        disk.promised = 2 * batch
        archive.index_pages(captures)
        assert storage.committed is not None
        archive.index(storage.committed, storage.sha256)


@pytest.mark.parametrize("largest", [1 << 30, 1500])
def test_no_power_cut_takes_what_was_synced_or_leaves_a_line_without_its_page(
    largest: int,
    disk: tuple[Disk, list[tuple[Mapping[str, bytes], int]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crawler = bare_crawler(DATA_DIR=str(tmp_path / "run"))
    crawler.engine = Engine()  # type: ignore[assignment]
    with Archive(disk[0].folder) as archive:
        write_run(crawler, disk[0], archive, largest=largest)
    monkeypatch.undo()
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    states = {tuple(sorted(files.items())): promised for files, promised in disk[1]}
    assert len(states) > 100
    uncaptured = 0
    for number, (files, promised) in enumerate(states.items()):
        folder = tmp_path / str(number) / "en"
        for name, content in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        with Archive(folder) as archive:
            uncaptured += archive.repaired.uncaptured
            ids = [line["id"] for path in committed_files(folder) for line in read_records(path)]
            # Lines are written in order: those that were promised are the first.
            assert ids == [str(number) for number in range(2, 2 + len(ids))]
            assert len(ids) >= promised
            assert sorted(archive.ledger.ids("en")) == ids
        assert wrong_pages(folder.parent) == []
        assert [each for each in findings(folder) if isinstance(each, Damage)] == []
        shutil.rmtree(folder.parent)
    assert uncaptured
