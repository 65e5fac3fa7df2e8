"""JSON as pages have it: well-formed, or with comments, bad quotes, commas, entities, several values in one text."""

import json
import re
from typing import Any

from newscrawl.text import decode_entities

# A page with longer integers is hostile; Python refuses to read those of more than 4,300 digits.
_LONGEST_INTEGER = 400


def loads_all(text: str) -> list[Any]:
    """Return the values of a text of JSON, in order; those that are slightly broken are repaired. Never raises.

    Read are also: comments and CDATA marks, anywhere outside strings; commas before closing brackets, and missing ones;
    single quotes, quotes inside a string, line breaks in strings, invalid escapes; keys without quotes; HTML entities;
    a text that was cut off. NaN becomes None. What is around the values, such as `var data =`, is passed over.

    >>> loads_all('\\ufeff{"a": [1, 2,], "b": NaN,}')
    [{'a': [1, 2], 'b': None}]
    >>> loads_all('{"a": "The "new" port", /* a comment */ \\'b\\': true}; {"c": {}}')
    [{'a': 'The "new" port', 'b': True}, {'c': {}}]
    >>> loads_all("{&quot;a&quot;: &quot;it\\\\'s&quot;}"), loads_all('{"a": [1, "two'), loads_all("none")
    ([{'a': "it's"}], [{'a': [1, 'two']}], [])
    """
    text = text.strip().strip("\ufeff").strip()
    if not text:
        return []
    found: list[Any] = []
    place = 0
    try:
        while True:
            value, place = _DECODER.raw_decode(text, place)
            found.append(value)
            place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]
            if text[place : place + 1] not in ("{", "["):
                return found
    except (ValueError, RecursionError):
        pass
    if _ENTITIES_FOR_QUOTES.match(text):
        text = decode_entities(text)
    return _Reader(text).read()


def loads(text: str) -> Any:
    """Return the first value of a text of JSON, repaired as by `loads_all`; None for a text without any."""
    return next(iter(loads_all(text)), None)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else None


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer, parse_constant=lambda _name: None)
_BETWEEN = re.compile(r"[\s,;]*")
_ENTITIES_FOR_QUOTES = re.compile(r"[\s\[{]*&(?:quot|#34|#x22);", re.IGNORECASE)
# White space, separators and whatever else has no meaning outside strings.
_SKIP = re.compile(r"[\s,;\ufeff()=]+")
_WORD = re.compile(r"[^\s,:;\[\]{}\"'/()=<]+")
# Marks around a value; those of a comment of HTML may also be around a comment between values.
_MARKS = re.compile(r"(?://\s{0,9})?(?:<!\[CDATA\[|\]\]>|<!--(?=\s*[{\[/])|-->)|</?script[^<>]{0,200}>", re.IGNORECASE)
_COMMENTS = (("//", "\n"), ("/*", "*/"), ("<!--", "-->"))
_TO_QUOTE = {quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.DOTALL) for quote in "\"'"}
_AFTER_KEY = re.compile(r"\s*:")
_KEY = r"(?:\"[^\"\n]{1,80}\"|'[^'\n]{1,80}')\s*:"
# What follows the quote that ends a value; other quotes are part of it. Words are keys only in a text of JavaScript.
_AFTER_VALUE_IN_OBJECT = re.compile(rf"\s*(?:,[\s,]*(?:{_KEY}|[}}/]|\Z)|}}|/[/*]|(?<=\s){_KEY}|\Z)")
_AFTER_VALUE_IN_SCRIPT = re.compile(rf"\s*(?:,[\s,]*(?:{_KEY}|[\w$]{{1,40}}\s*:|[}}/]|\Z)|}}|/[/*]|\Z)")
_BARE_KEY = re.compile(r"[^{\"]*\{\s*[\w$]+\s*:")
_AFTER_VALUE_IN_LIST = re.compile(r"\s*(?:,[\s,]*(?:[\"'{\[\]\d/-]|true|false|null|\Z)|\]|/[/*]|\Z)")
_BAD_ESCAPE = re.compile(r"\\(?:([\"\\/bfnrt]|u[0-9a-fA-F]{4})|(.?))", re.DOTALL)
_BARE_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_CONSTANTS = {"true": True, "false": False, "True": True, "False": False}
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?")
_LONGEST_KEY = 200
_MOST_UNCLOSED = 20
# No page describes itself in more levels.
_DEEPEST = 100


class _Reader:
    """Reads a broken text once, from left to right, and keeps the objects and lists that are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.after_value = _AFTER_VALUE_IN_SCRIPT if _BARE_KEY.match(text) else _AFTER_VALUE_IN_OBJECT
        self.found: list[Any] = []
        self.open: list[tuple[dict[str, Any] | list[Any], str | None]] = []
        """Open objects and lists, each with the key under which its outer object will have it."""
        self.key: str | None = None
        """The key of the open object whose value comes next."""

    def read(self) -> list[Any]:
        text, place, size = self.text, 0, len(self.text)
        while place < size:
            character = text[place]
            if character in "{[":
                if len(self.open) >= _DEEPEST:
                    break
                self._start({} if character == "{" else [])
                place += 1
            elif character in "}]":
                self._close(dict if character == "}" else list)
                place += 1
            elif character in "\"'" and (character == '"' or self.open):
                value, place = self._string(place)
                self._add(value)
            elif (match := _SKIP.match(text, place)) or (match := _MARKS.match(text, place)):
                place = match.end()
            elif closing := next((end for start, end in _COMMENTS if text.startswith(start, place)), None):
                end = text.find(closing, place + 2)
                place = size if end < 0 else end + len(closing)
            elif match := _WORD.match(text, place):
                self._add_word(match[0])
                place = match.end()
            else:
                place += 1
        while self.open:
            self._close(None)
        return self.found

    def _start(self, value: dict[str, Any] | list[Any]) -> None:
        self.open.append((value, self.key))
        self.key = None

    def _close(self, kind: type | None) -> None:
        """Close the innermost object or list, and those inside the next one of the kind that the bracket closes."""
        if kind is not None and not any(isinstance(value, kind) for value, _ in self.open[-_MOST_UNCLOSED:]):
            return
        while self.open:
            value, key = self.open.pop()
            self.key = key
            self._add(value)
            self.key = None
            if kind is None or isinstance(value, kind):
                return

    def _add(self, value: Any) -> None:
        if not self.open:
            if isinstance(value, dict | list):
                self.found.append(value)
            return
        holder = self.open[-1][0]
        if isinstance(holder, list):
            holder.append(value)
        elif self.key is None:
            self.key = value if isinstance(value, str) else None
        else:
            holder[self.key] = value
            self.key = None

    def _add_word(self, word: str) -> None:
        if not self.open:
            return
        if self.key is None and isinstance(self.open[-1][0], dict):
            self.key = word
        elif word in _CONSTANTS:
            self._add(_CONSTANTS[word])
        elif _NUMBER.fullmatch(word):
            self._add(float(word) if {".", "e", "E"} & set(word) else int(word))
        else:
            self._add(None)

    def _string(self, start: int) -> tuple[str, int]:
        """Return the string at a place and the place after it."""
        text, quote = self.text, self.text[start]
        place = start + 1
        in_object = bool(self.open) and isinstance(self.open[-1][0], dict)
        is_key = in_object and self.key is None
        after = _AFTER_KEY if is_key else self.after_value if in_object else _AFTER_VALUE_IN_LIST
        first = None
        # The search for the end of a key is short, so that a place is not read again for each of many keys.
        last = min(len(text), start + _LONGEST_KEY) if is_key else len(text)
        while True:
            end = _TO_QUOTE[quote].match(text, place, last).end()  # type: ignore[union-attr]
            if end >= last:
                break
            if after.match(text, end + 1):
                return _decoded(text[start + 1 : end]), end + 1
            first = end if first is None else first
            place = end + 1
        # No quote ends it well: a key ends at its first quote, a value with the text.
        last = last if first is None or not is_key else first
        return _decoded(text[start + 1 : last]), last + 1


def _decoded(raw: str) -> str:
    """Return a string of JavaScript: an invalid escape is the character itself, quotes need no escape."""
    if "\\" not in raw:
        return raw
    escaped = _BAD_ESCAPE.sub(lambda match: match[0] if match[1] else json.dumps(match[2])[1:-1], raw)
    quoted = _BARE_QUOTE.sub(lambda match: match[0] if len(match[0]) > 1 else '\\"', escaped)
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return raw
