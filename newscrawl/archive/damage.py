"""What cannot be read of the committed files: each damage with its file and line, named in the log and counted."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

logger = logging.getLogger(__name__)

MAX_NAMED = 20
"""Damages that the log names one by one; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A line, or the rest of a file, that cannot be read."""

    path: Path
    line: int
    """The line, counted from 1; 0 for the file as a whole."""
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


@dataclass(slots=True)
class DamageLog:
    """Names damages in the log, a bounded number of them, and counts them all."""

    count: int = 0
    files: set[Path] = field(default_factory=set)

    def add(self, damage: Damage) -> None:
        """Count a damage, and name it unless many were named before."""
        self.count += 1
        self.files.add(damage.path)
        if self.count <= MAX_NAMED:
            logger.warning("Passed over %s", damage)
        elif self.count == MAX_NAMED + 1:
            logger.warning("More lines cannot be read; scrapy verify names them all")
