"""`python -m tests.regexes [WORD…]`: which regular expressions of newscrawl take more than linear time on some text.

Every compiled pattern of every module is given to recheck, which looks for such texts; redos-linter brings recheck and
what it runs on (`pip install -e '.[regex]'`). It knows the regular expressions of JavaScript, so each pattern is
written as one: the same parts, with each set of characters as the characters of a small alphabet that Python finds in
it. A pattern that the code only matches at a place, or against a whole text, is anchored there.

Each text that recheck finds is then tried, in growing sizes, on the pattern itself. Where recheck comes to no end,
texts of one or two characters, repeated, are tried. The command ends with 1 if a pattern takes more than linear time
and `BOUNDED` has no reason why it may; with 2 if the checker did not run.
"""

import argparse
import importlib
import json
import math
import os
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import newscrawl

_LINE = "a line of a byline, 250 characters at most"
_NAMES = "a byline, 1,000 characters at most"
_QUOTE = "matched at one place, the quote that may end a value"
BOUNDED = {
    **dict.fromkeys(
        ("almayadeen.bylines.SHARES", "almayadeen.bylines.READING_MINUTES", "pages.byline._ROW_JOINT"), _LINE
    ),
    **dict.fromkeys(("almayadeen.bylines.AFTER_NAME", "almayadeen.bylines.JOINT", "pages.authors._BRACKETS"), _NAMES),
    **dict.fromkeys(("pages.authors._SEPARATOR", "pages.authors._AND", "pages.authors._SENTENCE_END"), _NAMES),
    **dict.fromkeys((f"pages.broken_json._AFTER_{what}" for what in ("KEY", "VALUE_IN_LIST")), _QUOTE),
    **dict.fromkeys((f"pages.broken_json._AFTER_VALUE_IN_{what}" for what in ("OBJECT", "SCRIPT")), _QUOTE),
    "almayadeen.labels.MORE_TEXT": "a label of less than 40 characters",
    "almayadeen.labels.TITLE_SEPARATOR": "a title, in which each run of white space is one space",
    "almayadeen.bylines.CREDIT": _LINE,
    "pages.times._REST": "a stated time, 100 characters at most",
    "almayadeen.markup.DEFAULT_PICTURE": "the URL of a page's own picture, 8,192 characters at most",
}
"""Name of a pattern → why it may take more than linear time: what bounds the text that it is given."""
_PARSER: Any = importlib.import_module("re._parser")
_COMPILER: Any = importlib.import_module("re._compiler")
_SCRIPT = Path(__file__).with_suffix(".js")
_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_NAME = re.compile(r"\b(_?[A-Z][A-Z\d_]+)\b(?:\.(\w+)|\s{0,3}(\S))?")
_IMPORT = re.compile(r"(?ms)^from \S+ import (?:\(.*?\)|[^\n]*)")
_ANCHORED = {"match": "^(?:{})", "fullmatch": "^(?:{})$"}
# Letters, digits and marks beside ASCII, one of a kind; those that patterns have are added.
_OTHER = "\xa0éÉñ\u0301٣ب،؛؟…“”—–\u200f\ud800\uffff"
# How a pattern is written, until recheck can say something of it: up to which count repetitions are written, and
# whether what is only looked at is.
_FORMS = ((1000, True), (20, False))
_SIZES = (2_000, 4_000, 8_000, 16_000, 32_000)
_LONGEST = 0.5
_SHORTEST = 0.005
_STEEP = 1.5


@dataclass(frozen=True, slots=True)
class Named:
    """A pattern and where it is."""

    name: str
    """Module and name, without `newscrawl.`."""
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]
    """The methods that the code calls; `search` stands for all that look anywhere in a text."""


def patterns() -> list[Named]:
    """Return every compiled pattern that a module of newscrawl has, also in tables, each once."""
    calls = _calls()
    found: dict[tuple[Any, int], tuple[str, str]] = {}
    for info in pkgutil.walk_packages(newscrawl.__path__, "newscrawl."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            for path, pattern in _inside(value, name):
                key = (pattern.pattern, pattern.flags)
                found.setdefault(key, (f"{info.name.removeprefix('newscrawl.')}.{path}", name))
    return [
        Named(full, re.compile(*key), tuple(sorted(calls.get(name, {"search"})))) for key, (full, name) in found.items()
    ]


def _inside(value: object, name: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth < 3 and isinstance(value, list | tuple | set | frozenset):
        for number, each in enumerate(value):
            yield from _inside(each, f"{name}[{number}]", depth + 1)
    elif depth < 3 and isinstance(value, dict):
        for key, each in value.items():
            yield from _inside(each, f"{name}[{key!r}]", depth + 1)


def _calls() -> dict[str, set[str]]:
    """Return name of a constant → the methods that the code calls; a name that is handed on may be searched."""
    found: dict[str, set[str]] = {}
    for path in Path(newscrawl.__path__[0]).rglob("*.py"):
        for match in _NAME.finditer(_IMPORT.sub("", path.read_text("utf-8"))):
            name, method, mark = match.groups()
            if method in _METHODS:
                found.setdefault(name, set()).add(method if method in _ANCHORED else "search")
            elif method is None and mark in tuple(",)}"):
                found.setdefault(name, set()).add("search")
    return found


# -- As JavaScript -----------------------------------------------------------------------------------------------------


class Translator:
    """Writes patterns as JavaScript."""

    def __init__(self, named: Sequence[Named], longest: int, with_looks: bool) -> None:
        self.longest = longest
        self.with_looks = with_looks
        texts = [each.pattern.pattern for each in named]
        known = "".join(text if isinstance(text, str) else text.decode("latin-1") for text in texts)
        self.alphabet = "".join(sorted({*map(chr, range(1, 128)), *_OTHER, *known, *known.upper()}))

    def script(self, pattern: re.Pattern[Any]) -> str:
        """Return a pattern as JavaScript has it, without flags.

        Of characters that are alike to the pattern only one is written: recheck is slow with many.
        """
        text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        parsed = _PARSER.parse(text, pattern.flags & ~re.UNICODE)
        self.sets: set[str] = set()
        self.kept = self.alphabet
        self._sequence(parsed, parsed.state.flags)
        alike: dict[tuple[bool, ...], str] = {}
        for char in sorted(self.alphabet, key=lambda char: (not char.isalnum() or not char.isascii(), char)):
            alike.setdefault(tuple(char in members for members in self.sets), char)
        self.kept = "".join(sorted(alike.values()))
        return self._sequence(parsed, parsed.state.flags)

    def _sequence(self, parts: Any, flags: int) -> str:
        return "".join(self._part(str(op), value, (op, value), flags) for op, value in parts)

    def _part(self, op: str, value: Any, node: Any, flags: int) -> str:
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = value
            many = "" if most is _PARSER.MAXREPEAT else min(most, self.longest)
            lazy = "?" if op == "MIN_REPEAT" else ""
            return f"(?:{self._sequence(inner, flags)}){{{min(least, self.longest)},{many}}}{lazy}"
        if op == "SUBPATTERN":
            _, add, without, inner = value
            body = self._sequence(inner, (flags | add) & ~without)
            return f"({body})" if value[0] else f"(?:{body})"
        if op == "ATOMIC_GROUP":
            return f"(?:{self._sequence(value, flags)})"
        if op == "BRANCH":
            return f"(?:{'|'.join(self._sequence(each, flags) for each in value[1])})"
        if op in ("ASSERT", "ASSERT_NOT"):
            if not self.with_looks:
                return ""
            way = "<" if value[0] < 0 else ""
            return f"(?{way}{'=' if op == 'ASSERT' else '!'}{self._sequence(value[1], flags)})"
        if op == "AT":
            return {"AT_END": "$", "AT_END_STRING": "$", "AT_BOUNDARY": r"\b", "AT_NON_BOUNDARY": r"\B"}.get(
                str(value), "^"
            )
        if op == "GROUPREF":
            if not self.with_looks:
                return ""
            return f"\\{value}"
        return self._characters(repr(node), node, flags)

    def _characters(self, key: str, node: Any, flags: int) -> str:
        members = _members(key, _Node(node), flags & (re.IGNORECASE | re.DOTALL | re.ASCII), self.alphabet)
        self.sets.add(members)
        inside = "".join(char for char in self.kept if char in members)
        others = "".join(char for char in self.kept if char not in members)
        return f"[^{_written(others)}]" if len(inside) > len(others) else f"[{_written(inside)}]"


class _Node:
    """A part of a pattern that stands for one character; all are equal, because the cache has its text beside it."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Node)


@cache
def _members(key: str, node: _Node, flags: int, alphabet: str) -> str:
    """Return the characters of the alphabet that a part of a pattern stands for."""
    state = _PARSER.State()
    state.flags = flags | (0 if flags & re.ASCII else re.UNICODE)
    state.str = ""
    pattern = _COMPILER.compile(_PARSER.SubPattern(state, [node.node]), state.flags)
    return "".join(char for char in alphabet if pattern.fullmatch(char))


def _written(members: str) -> str:
    """Return characters as a set of JavaScript has them."""
    parts: list[str] = []
    codes = list(map(ord, members))
    at = 0
    while at < len(codes):
        end = at
        while end + 1 < len(codes) and codes[end + 1] == codes[end] + 1:
            end += 1
        parts.append(f"\\u{codes[at] & 0xFFFF:04x}" + (f"-\\u{codes[end] & 0xFFFF:04x}" if end > at else ""))
        at = end + 1
    return "".join(parts)


# -- Checking ----------------------------------------------------------------------------------------------------------


def checked(scripts: Sequence[str]) -> list[dict[str, Any]]:
    """Return what recheck says of each pattern: `status`, and `attack` for a vulnerable one."""
    import deno
    import redos_linter

    bundle = Path(redos_linter.__file__).with_name("recheck.bundle.js")
    process = subprocess.run(
        [deno.find_deno_bin(), "run", "--no-remote", "--allow-read", _SCRIPT, bundle.as_uri()],
        input=json.dumps(scripts).encode(),
        stdout=subprocess.PIPE,
        env={**os.environ, "RECHECK_BACKEND": "pure", "NO_COLOR": "1"},
    )
    if process.returncode:
        sys.exit(2)
    found: list[dict[str, Any]] = json.loads(process.stdout)
    return found


def attack_of(result: dict[str, Any], count: int) -> str:
    """Return the text that recheck found, with its repeated parts `count` times."""
    attack = result["attack"]
    pumps = attack["pumps"]
    suffix: str = attack["suffix"]
    return "".join(each["prefix"] + each["pump"] * (count // len(pumps)) for each in pumps) + suffix


def exponent(named: Named, method: str, result: dict[str, Any]) -> tuple[float, float]:
    """Return how the time of a pattern grows with the text that was found, and the seconds for the largest size."""
    call = getattr(named.pattern, method)
    figures: list[tuple[int, float]] = []
    for size in _SIZES:
        text: Any = attack_of(result, size)
        if isinstance(named.pattern.pattern, bytes):
            text = text.encode("latin-1", "replace")
        start = time.process_time()
        if method == "search":
            for _ in named.pattern.finditer(text):
                pass
        else:
            call(text)
        figures.append((len(text), time.process_time() - start))
        if figures[-1][1] > _LONGEST:
            break
    (size, first), (largest, last) = figures[-2 if len(figures) > 1 else 0], figures[-1]
    if last < _SHORTEST or largest == size:
        return (0.0 if last < _SHORTEST else 9.0), last
    return math.log(last / max(first, 1e-6)) / math.log(largest / size), last


def repeated(named: Named, method: str, characters: str) -> dict[str, Any]:
    """Return the slowest text of one or two characters, repeated, as recheck describes one."""
    call = getattr(named.pattern, method)
    slowest: tuple[float, str, str] = (0.0, characters[0], "")
    for first in characters:
        for second in ("", *characters):
            for suffix in ("", "\x00"):
                text: Any = (first + second) * (1000 // len(first + second)) + suffix
                text = text if isinstance(named.pattern.pattern, str) else text.encode("latin-1", "replace")
                start = time.process_time()
                call(text)
                slowest = max(slowest, (time.process_time() - start, first + second, suffix))
    return {"attack": {"pumps": [{"prefix": "", "pump": slowest[1]}], "suffix": slowest[2]}}


def main() -> int:
    """Check all patterns, or those with one of the words in their name; print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.regexes", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="only patterns with one of these in their name")
    words = parser.parse_args().words
    named = [each for each in patterns() if not words or any(word in each.name for word in words)]
    asked = [(each, method) for each in named for method in each.methods]
    results: list[dict[str, Any]] = [{"status": "unknown"}] * len(asked)
    for longest, with_looks in _FORMS:
        translator = Translator(named, longest, with_looks)
        left = [number for number, result in enumerate(results) if result["status"] == "unknown"]
        scripts = [
            _ANCHORED.get(method, "{}").format(translator.script(each.pattern))
            for each, method in map(asked.__getitem__, left)
        ]
        for number, result in zip(left, checked(scripts) if scripts else (), strict=True):
            results[number] = result
    wrong = 0
    counts: dict[str, int] = {}
    for (each, method), result in zip(asked, results, strict=True):
        status = result["status"]
        counts[status] = counts.get(status, 0) + 1
        if status == "safe":
            continue
        if status == "unknown":
            translator.script(each.pattern)
            result = repeated(each, method, translator.kept)
        steep, seconds = exponent(each, method, result)
        if steep > _STEEP:
            reason = BOUNDED.get(each.name)
            wrong += reason is None
            text = attack_of(result, 6)[:60]
            print(f"{each.name}.{method}: exponent {steep:.1f}, {seconds:.2f} s on {text!r}; {reason or 'NO REASON'}")
    print(f"{len(named)} patterns, {len(asked)} ways to use them: {counts}; {wrong} too slow without a reason")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
