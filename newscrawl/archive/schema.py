"""The JSON Schema of an exported line, made from the record's class."""

import json
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import resources
from typing import Any

from newscrawl.almayadeen.kinds import KINDS_WITHOUT_TEXT
from newscrawl.items import Article, Headline

_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"
_PATTERNS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("Article", "edition"): {"enum": "en ar es"},
    ("Headline", "edition"): {"enum": "en ar es"},
    ("Article", "content_hash"): {"pattern": "^[0-9a-f]{64}$"},
    ("Article", "id"): {"pattern": "."},
    ("Article", "title"): {"pattern": r"\S"},
    ("Capture", "file"): {"pattern": r"^pages/[^/]+\.warc\.gz$"},
    ("Capture", "digest"): {"pattern": "^[0-9a-f]{64}$"},
    ("Headline", "text"): {"pattern": r"\S"},
}
_COUNTS = frozenset(("word_count", "shares", "reading_minutes", "duration_seconds", "offset"))
NAMES: Mapping[type, str] = {Article: "article.schema.json", Headline: "headline.schema.json"}


def schema_of(record: type) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every exported line of a record's class obeys.

    >>> schema_of(Headline)["required"]
    ['text', 'edition', 'found_on', 'date_first_seen']
    """
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_object(record)}


def shipped_schema(record: type) -> dict[str, Any]:
    """Return the schema as the package ships it for those who read the lines without this package."""
    text = resources.files("newscrawl").joinpath(NAMES[record]).read_text("utf-8")
    return dict(json.loads(text))


def _object(record: type) -> dict[str, Any]:
    hints = typing.get_type_hints(record)
    properties = {}
    for each in fields(record):
        schema = _type(hints[each.name])
        if each.name.startswith("date_") and each.name != "date_raw":
            schema["pattern"] = _TIME
        elif each.name in _COUNTS:
            schema["minimum"] = 0
        elif each.name == "revision":
            schema["minimum"] = 1
        for key, value in _PATTERNS.get((record.__name__, each.name), {}).items():
            schema[key] = value.split() if key == "enum" else value
        properties[each.name] = {**schema, "description": each.metadata["description"]}
    whole: dict[str, Any] = {
        "title": record.__name__,
        "description": (record.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": properties,
        "required": [each.name for each in fields(record) if each.metadata["is_in_all_lines"]],
        "additionalProperties": False,
    }
    if record is Article:
        # A video or a picture may have no text; every other article has some.
        wordless = {"properties": {"kind": {"enum": sorted(KINDS_WITHOUT_TEXT)}}}
        whole |= {"if": {"not": wordless}, "then": {"properties": {"body": {"pattern": r"\S"}}}}
    return whole


def _type(hint: Any) -> dict[str, Any]:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = (part for part in parts if part is not type(None))
        schema = _type(inner)
        schema["type"] = [schema["type"], "null"]
        return schema
    if origin is tuple:
        return {"type": "array", "items": _type(parts[0])}
    if hint is str:
        return {"type": "string"}
    if hint is int:
        return {"type": "integer"}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    raise TypeError(f"no JSON type for {hint!r}")


if __name__ == "__main__":  # `python -m newscrawl.archive.schema` writes the shipped files
    for kind, name in NAMES.items():
        target = resources.files("newscrawl").joinpath(name)
        with resources.as_file(target) as path:
            path.write_text(json.dumps(schema_of(kind), indent=2, ensure_ascii=False) + "\n", "utf-8")
