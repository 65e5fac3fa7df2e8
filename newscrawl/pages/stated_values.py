"""Values of JSON metadata, of whatever type, as texts, times, numbers and URLs."""

import re
from collections.abc import Sequence
from typing import Any

from newscrawl.pages.inner_text import BLOCKS
from newscrawl.pages.times import Time, read_stated
from newscrawl.text import collapse_spaces, decode_entities, unique

# Upper bound on values of one field, and on their nesting; only a hostile or broken page reaches it.
MOST_VALUES = 500
_DEEPEST = 8
_DURATION = re.compile(r"P(?:(\d{1,3})D)?T?(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d+)?S)?")
_MARKUP = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*|/)?>")
_BREAKS = BLOCKS | {"br"}


def text_of(value: Any) -> str | None:
    """Return a text or number on one line, with entities decoded and without tags; None for other values.

    >>> text_of("<p>One ship <b>came</b>.</p><p>Two &amp; three left.</p>")
    'One ship came. Two & three left.'
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return collapse_spaces(_without_markup(str(value), " ")) or None


def paragraphs_of(value: Any) -> tuple[str, ...]:
    """Return the paragraphs of a text: its lines, or what its blocks of markup hold.

    >>> paragraphs_of("One.\\n\\nTwo."), paragraphs_of("<p>One.</p><p>Two.</p>")
    (('One.', 'Two.'), ('One.', 'Two.'))
    """
    if not isinstance(value, str):
        return ()
    return tuple(line for part in _without_markup(value, "\n").splitlines() if (line := collapse_spaces(part)))


def _without_markup(text: str, at_break: str) -> str:
    text = decode_entities(text)
    if "<" in text and _MARKUP.search(text):
        text = _MARKUP.sub(lambda tag: at_break if tag[1].lower() in _BREAKS else "", text)
        text = decode_entities(text)
    return text


def texts_of_value(value: Any, _depth: int = 0) -> list[str]:
    """Return the texts in a value: a text, an object with a name or a value, or a list of these, also nested.

    >>> texts_of_value([{"name": {"@value": "Ana"}}, ["Luis"], {"givenName": "Eva", "familyName": "Mora"}])
    ['Ana', 'Luis', 'Eva Mora']
    """
    if _depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [text for each in value[:MOST_VALUES] for text in texts_of_value(each, _depth + 1)][:MOST_VALUES]
    if isinstance(value, dict):
        for key in ("@value", "name", "@list", "@set"):
            if value.get(key) is not None and (texts := texts_of_value(value[key], _depth + 1)):
                return texts
        parts = [text_of(value.get(key)) for key in ("givenName", "additionalName", "familyName")]
        whole = " ".join(part for part in parts if part)
        return [whole] if whole else []
    text = text_of(value)
    return [text] if text else []


def first_text(value: Any) -> str | None:
    """Return the first text in a value, or None."""
    return next(iter(texts_of_value(value)), None)


def keywords_of(value: Any) -> tuple[str, ...]:
    """Return the keywords in a value: a list of them, or a text that separates them."""
    parts: list[str] = []
    for text in texts_of_value(value):
        parts += [text] if isinstance(value, list) and "," not in text else re.split(r"[,،;؛]", text)
    return unique(map(collapse_spaces, parts))


def time_of(value: Any) -> Time | None:
    """Return the time that a value states, or None."""
    text = first_text(value)
    return read_stated(text) if text else None


def url_of(value: Any, _depth: int = 0) -> str | None:
    """Return the URL in a value: a text, an object, or a list of these."""
    if _depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return next((found for each in value[:MOST_VALUES] if (found := url_of(each, _depth + 1))), None)
    if isinstance(value, dict):
        stated = next((value[key] for key in ("url", "contentUrl", "@value", "@list") if value.get(key)), None)
        if stated is not None:
            return url_of(stated, _depth + 1)
        own = text_of(value.get("@id"))
        # A fragment names an object of this page; it is not a URL of a file.
        return own if own and "#" not in own else None
    return text_of(value)


def duration_seconds(text: str | None) -> int | None:
    """Return the seconds of a duration, written as a number of seconds or by ISO 8601; None for other texts.

    >>> duration_seconds("PT2M31S"), duration_seconds("151"), duration_seconds("soon"), duration_seconds("PT")
    (151, 151, None, None)
    """
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 10 else None
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def first_of(values: Sequence[Any]) -> Any:
    """Return the first value that is not empty, or None."""
    return next((value for value in values if value), None)
