"""What is wrong with a line that is still a record: a value that the schema does not allow, a text of another hash."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from newscrawl.archive.schema import schema_of
from newscrawl.items import Article, Headline
from newscrawl.plain_html import is_html_of
from newscrawl.text import content_hash, word_count

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def misfit(record: Mapping[str, Any], feed: str) -> str:
    """Return the first thing in a feed's record that cannot have been written so, or "" when none can be seen.

    >>> misfit({"text": "A line", "edition": "en", "found_on": "/", "date_first_seen": "yesterday"}, "headlines")
    "the record's date_first_seen is not as the schema has it"
    """
    names = next(misfits(record, _schema(feed)), None)
    if names is not None:
        return (
            f"the record's {names} is not as the schema has it" if names else "the record is not as the schema has it"
        )
    if feed != "headlines":
        if content_hash(record["title"], record["summary"], record["body"]) != record["content_hash"]:
            return "the record's content_hash is not that of its title, summary and body"
        if word_count(record["body"]) != record["word_count"]:
            return "the record's word_count is not that of its body"
        if "body_html" in record and not is_html_of(record["body_html"], record["body"]):
            return "the record's body_html is not the HTML of its body"
    return ""


@cache
def _schema(feed: str) -> Mapping[str, Any]:
    return schema_of(Headline if feed == "headlines" else Article)


def misfits(value: Any, schema: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """Yield the names of the values that a schema of `schema.py` does not allow: `title`, `images.0.url`.

    It knows the words of JSON Schema that are used there, and no others.
    """
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield name
        return
    if not _is_in_range(value, schema):
        yield name
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from misfits(part, schema.get("items", {}), _below(name, str(number)))
    elif isinstance(value, dict):
        yield from _misfits_of_an_object(value, schema, name)


def _is_in_range(value: Any, schema: Mapping[str, Any]) -> bool:
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    return not isinstance(value, int) or "minimum" not in schema or bool(value >= schema["minimum"])


def _misfits_of_an_object(value: Mapping[str, Any], schema: Mapping[str, Any], name: str) -> Iterator[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key in schema.get("required", ()):
        if key not in value:
            yield _below(name, key)
    for key, part in value.items():
        if key in properties:
            yield from misfits(part, properties[key], _below(name, key))
        elif others is False:
            yield _below(name, key)
        elif isinstance(others, dict):
            yield from misfits(part, others, _below(name, key))
    # The one condition: "if not …, then …".
    if "if" in schema and next(misfits(value, schema["if"]["not"]), None) is not None:
        yield from misfits(value, schema["then"], name)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and not isinstance(value, bool)


def _below(name: str, part: str) -> str:
    return f"{name}.{part}" if name else part
