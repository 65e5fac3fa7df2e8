"""`manifest-sha256.txt`: the SHA-256 of every committed file, in the form that `sha256sum -c` reads."""

import hashlib
import re
from collections.abc import Iterator, Set
from pathlib import Path

from newscrawl.archive.damage import Damage
from newscrawl.archive.files import Unpacked, open_plain
from newscrawl.archive.part_file import write_whole

MANIFEST = "manifest-sha256.txt"
_ENTRY = re.compile(r"([0-9a-f]{64}) [ *]((?:articles|headlines|pages)/[^/\x00]+)")


class Manifest:
    """The entries of an edition's manifest: name of a file (`articles/x.jsonl.gz`) → its SHA-256, hex."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest of an edition's folder; one that is missing has no entries. Raises `OSError`."""
        self.path = folder / MANIFEST
        self.entries: dict[str, str] = {}
        self.damages: list[Damage] = []
        """Lines that are no entries."""
        self.is_missing = False
        try:
            with open_plain(self.path) as file:
                lines = file.read().split(b"\n")
        except FileNotFoundError:
            self.is_missing = True
            return
        for number, line in enumerate(lines, 1):
            entry = _ENTRY.fullmatch(line.decode("utf-8", "replace"))
            if entry is not None:
                self.entries[entry[2]] = entry[1]
            elif line:
                self.damages.append(Damage(path=self.path, line=number, what="the line is no entry of a manifest"))

    def missing(self, names: Set[str]) -> Iterator[Damage]:
        """Yield the files that have an entry and are not among those that are there."""
        for name in sorted(self.entries.keys() - names):
            yield Damage(path=self.path.parent / name, line=0, what=f"the file is missing; {MANIFEST} has it")

    def write(self) -> None:
        """Write the entries, in the order of their names; raises `OSError`."""
        write_whole(self.path, (f"{self.entries[name]}  {name}\n".encode() for name in sorted(self.entries)))
        self.is_missing = False

    def set(self, name: str, sha256: str) -> None:
        """Enter a file in the place of its other spelling, plain or compressed, and write the manifest."""
        self.entries.pop(other_spelling(name), None)
        self.entries[name] = sha256
        self.write()


def other_spelling(name: str) -> str:
    """Return the name of a file before it was compressed, or after.

    >>> other_spelling("articles/x.jsonl"), other_spelling("articles/x.jsonl.gz")
    ('articles/x.jsonl.gz', 'articles/x.jsonl')
    """
    return name.removesuffix(".gz") if name.endswith(".gz") else f"{name}.gz"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as it is, hex; raises `OSError`."""
    digest = hashlib.sha256()
    with open_plain(path) as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_unpacked(path: Path) -> str | None:
    """Return the SHA-256 of what a compressed file holds, hex, or None when it is damaged; raises `OSError`."""
    digest = hashlib.sha256()
    with open_plain(path) as file:
        unpacked = Unpacked(file)
        for block in _blocks(unpacked):
            digest.update(block)
    return None if unpacked.damage else digest.hexdigest()


def _blocks(file: Unpacked) -> Iterator[bytes]:
    while block := file.read(1 << 16):
        yield block
