"""Text of a page as a terminal, a log, a table, a message, JSON or the name of a file may hold it."""

import json
import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Any

MAX_NAME = 80
"""Bytes of the name of a file, without what makes it unique and without its ending: some 100 with both."""
# Windows takes these for devices, whatever their ending.
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|(com|lpt)[0-9])")


def _is_shown(char: str) -> bool:
    # Not printable are all that move a cursor, turn the direction of writing or take no room, and lone surrogates.
    return char.isprintable() or unicodedata.category(char) == "Zs"


def escaped(text: str, *, indent: str = "    ") -> str:
    """Return a text of which each character shows; further lines are indented, so that none looks like a log line.

    >>> escaped("a\\x1b[2Jb\\u200b\\n2024-08-22 [newscrawl] INFO: healthy")
    'a\\\\x1b[2Jb\\\\u200b\\n    2024-08-22 [newscrawl] INFO: healthy'
    """
    if text.isprintable():
        return text
    lines = ("\t".join(map(_escaped_part, line.split("\t"))) for line in text.split("\n"))
    return f"\n{indent}".join(lines)


def escaped_line(text: str) -> str:
    """Return a text of which each character shows, as one line: a name, a cell of a table.

    >>> escaped_line("Sports\\n\\u202e2024-08\\t7")
    'Sports\\\\n\\\\u202e2024-08\\\\t7'
    """
    return _escaped_part(text)


def _escaped_part(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char if _is_shown(char) else char.encode("unicode_escape").decode("ascii") for char in text)


def json_text(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Return a value as JSON: letters as letters, or as escapes with `ascii_only`; what does not show as escapes.

    >>> json_text({"name": "سياسة\\u202e\\x7f\\ud800"})
    '{"name": "سياسة\\\\u202e\\\\u007f\\\\ud800"}'
    """
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    # An end of line inside a value is an escape already: these are those of the indentation.
    return "\n".join(map(_escaped_json, text.split("\n")))


def _escaped_json(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _json_escape(char) for char in text)


def _json_escape(char: str) -> str:
    # DEL alone is not printable and ASCII, for which json has no escape.
    return "\\u007f" if char == "\x7f" else json.dumps(char)[1:-1]


def file_name(name: str, taken: Container[str] = ()) -> str:
    """Return a name for a file, without its ending, of a text that the site chose: short, plain, and not taken yet.

    It holds letters, digits, `_` and `-`, and starts with neither of the last. `taken` are names in lower case: on
    some disks two that differ in case are one.

    >>> file_name("listing-politics"), file_name("listing ../a b\\x1b"), file_name("Tag", {"tag"}), file_name("/con")
    ('listing-politics', 'listing-a-b', 'Tag-2', 'con-page')
    """
    plain = re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFC", name)).strip("-_")
    short = plain.encode()[:MAX_NAME].decode("utf-8", "ignore").strip("-_") or "page"
    if _DEVICE.fullmatch(short):
        short += "-page"
    candidates = (short if number == 1 else f"{short}-{number}" for number in count(1))
    return next(each for each in candidates if each.lower() not in taken)
