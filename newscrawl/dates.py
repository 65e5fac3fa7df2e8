"""Pure helpers for times: write times in UTC, and fold a text so that dates in it can be found."""

import unicodedata
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

# The date that a page shows has no zone. Beirut is a guess, so a date from the metadata goes before a shown one.
SHOWN_ZONE = ZoneInfo("Asia/Beirut")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def format_utc(moment: datetime) -> str:
    """Return a time as records have it: UTC, whole seconds, `Z`.

    >>> from datetime import timedelta, timezone
    >>> format_utc(datetime(2024, 8, 22, 16, 28, tzinfo=timezone(timedelta(hours=3))))
    '2024-08-22T13:28:00Z'
    """
    # `strftime` takes nearly twice as long.
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def is_possible(moment: datetime) -> bool:
    """Return whether an article can be of that time. Servers write the year 1 or 1970 where they have no time."""
    return EARLIEST.year <= moment.year < 2200


def fold_for_dates(text: str) -> str:
    """Return the text in lower case, without accents, vowel marks and direction marks, and with ASCII digits.

    >>> fold_for_dates("٢٢ أغسطس 4:28 مساءً"), fold_for_dates("Miércoles")
    ('22 اغسطس 4:28 مساء', 'miercoles')
    """
    return text.lower().translate(_SPACES) if text.isascii() else "".join(map(_fold_character, text))


def fold_with_places(text: str) -> tuple[str, list[int] | None]:
    """Return the folded text, and for each of its characters its place in the text; None if the places are the same."""
    if text.isascii():
        return text.lower().translate(_SPACES), None
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        part = _fold_character(character)
        parts.append(part)
        places += [place] * len(part)
    return "".join(parts), places


_SPACES = dict.fromkeys(map(ord, "\t\n\r\v\f\x1c\x1d\x1e\x1f"), " ")


@lru_cache(maxsize=2048)
def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character == "\u2212":  # the minus sign
        return "-"
    # Taken apart, an accent and the hamza of an alef are characters of their own; so are vowel marks always.
    apart = unicodedata.normalize("NFD", character)
    kept = [each for each in apart if unicodedata.category(each) not in ("Mn", "Cf") and each != "\u0640"]
    return "".join(kept).lower()
