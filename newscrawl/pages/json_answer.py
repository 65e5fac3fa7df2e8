"""The values of an answer in JSON, also where a server put a guard or a function call around them."""

import json
import re
from typing import Any

# What servers write before JSON: a guard against its use as a script, or the name of a function that gets it.
_BEFORE = (
    r"[\s\ufeff]*(?:(?:\)\]\}'?,?|for\s?\(;;\);|while\s?\((?:1|true)\);?|throw\s1;|/\*[^*]{0,200}\*+/|\{\}\s?&&"
    r"|typeof\s[\w$.]{1,100}\s?={2,3}\s?['\"]function['\"]\s?&&|(?:window\.)?[A-Za-z_$][\w$.]{0,100}\s?(?:\(|=(?!=)))[\s\ufeff]{0,9}){0,4}"
)
_START = re.compile(_BEFORE + r"(?=[{\[\"])")
_BETWEEN = re.compile(r"[\s;,)\ufeff\x1e]*")
_LINK = re.compile(r"(?i)<a[\s/>]")


def begins_like_json(text: str) -> bool:
    """Return whether a text begins like JSON, not like HTML.

    >>> [begins_like_json(text) for text in (' {"a": 1}', ")]}' []", "show({})", '"<p>"', "<p>", "News (live)")]
    [True, True, True, True, False, False]
    """
    return _START.match(text) is not None


def json_values(text: str) -> list[Any]:
    """Return the values of a JSON text, which may be several one after the other; [] for any other text.

    A whole number of more digits than a number of the site has becomes 0.

    >>> json_values('/**/show({"a": 1});'), json_values('for (;;);[1]'), json_values('{"a": 1} {"a": 2}')
    ([{'a': 1}], [[1]], [{'a': 1}, {'a': 2}])
    >>> json_values('"Words" of <a href="/b">somebody</a>'), json_values("{")
    ([], [])
    """
    start = _START.match(text)
    values: list[Any] = []
    at = start.end() if start else len(text)
    while text[at : at + 1] in ("{", "[", '"'):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        values.append(value)
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
    return [] if _LINK.search(text, at) else values


_DECODER = json.JSONDecoder(strict=False, parse_int=lambda digits: int(digits) if len(digits) < 19 else 0)
