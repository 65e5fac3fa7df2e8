"""The exit statuses of all commands, each with its meaning; `monitoring/verdict.py` decides which one a run gets."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """How a command ended. `meaning` says it in one line; a README's table is held against it."""

    meaning: str

    def __new__(cls, number: int, meaning: str) -> "ExitStatus":
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member

    HEALTHY = 0, "healthy; also when nothing was new"
    COULD_NOT_START = 1, "could not start"
    WRONG_ARGUMENT = 2, "wrong argument or setting"
    INCOMPLETE = 3, "site unreachable or in trouble, or too many listings or articles missing"
    PAGES_CHANGED = 4, "the pages changed: they could not be read, or a field is missing more often than before"
    BLOCKED = 5, "blocked by the site or by its robots.txt, or resting after a block"
    NOT_WRITTEN = 6, "archive or output not written, or the archive could not be read"
    FAULT = 70, "a fault of this program: an exception that nobody named, or accounts that do not balance"
    LOCKED = 75, "another crawl holds the archive"
