"""The forms of dates and clock times in a text: where they are and what they say, before a year or a zone is added.

A date and a clock time are found apart and then joined, so that either may be first. All patterns read folded text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from typing import Any

from newscrawl.almayadeen.date_words import (
    AFTER_YEAR,
    AGO_AFTER,
    AGO_BEFORE,
    AMBIGUOUS_ZONES,
    AT,
    AT_FOR_HOURS,
    DAYS_AGO,
    DUAL_UNITS,
    HALF_LETTERS,
    HALVES,
    HOURS,
    JUST_NOW,
    LONG_UNITS,
    MONTHS,
    NUMBERS,
    OF,
    SINGLE_UNITS,
    TIME_LABEL,
    UNITS,
    WEEKDAYS,
    YEAR_WORDS,
    ZONES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day, and its zone if that is stated."""

    hour: int
    minute: int
    second: int
    zone: tzinfo | None
    has_unknown_zone: bool
    """Whether a zone is stated whose letters mean several zones."""
    latin_half: bool
    """Whether "AM" or "PM" is written in Latin letters."""
    arabic_half: bool
    start: int
    end: int
    year: int | None
    """A year after the clock, as in `Aug 22 13:28:00 2024`, which ends at `year_end`."""
    year_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
    """A date in a text, with the clock time beside it. The fields of one form are set, those of others are None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    is_numeric: bool = False
    """Whether `day` and `month` are numbers that may be the other way round, as in 03/04/2024."""
    days_ago: int | None = None
    seconds_ago: int | None = None
    is_vague: bool = False
    """Whether it says too little, as in "2 months ago"."""
    weekday: int | None = None
    clock: Clock | None = None


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MONTH = _any(MONTHS)
# A second name of the same month: آب / أغسطس, آب (أغسطس).
_MONTHS = rf"(?P<month>{_MONTH})(?!\w)\.?(?:\s*[/(\-–|،]\s*(?P<again>{_MONTH})(?!\w)(?:\s*\))?)?"
_ORDINAL = r"(?:st|nd|rd|th|er|ro|do|to|[ºª°])?"
_YEAR = rf"(?:(?:[\s,،./\-–|]|(?:{YEAR_WORDS})(?!\w)){{1,6}}(?P<year>(?:19|20)\d\d)(?![\d:])" + AFTER_YEAR + ")?"
_START = r"(?<![^\W_])(?<!\d[:./\-])"
_AMOUNT = rf"(?:(?P<amount>\d{{1,4}}|{_any(NUMBERS)})\s*)"
_UNIT = rf"(?P<unit>{_any((*UNITS, *LONG_UNITS))})(?!\w)"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        # 2024-08-22, 2024/08/22
        r"(?<![\w./\-])(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<number>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)",
        # 22/08/2024, 22.8.2024
        r"(?<![\w./\-])(?P<first>\d{1,2})\s?(?P<sep>[/.\-])\s?(?P<second>\d{1,2})\s?(?P=sep)\s?(?P<year>(?:19|20)\d\d)"
        r"(?![\d/])" + AFTER_YEAR,
        # 2024 Aug 22
        rf"{_START}(?P<year>(?:19|20)\d\d)[\s,،/\-]{{1,3}}{_MONTHS}[\s,،/\-]{{1,3}}(?P<day>\d{{1,2}}){_ORDINAL}(?![\d:])",
        # 22 Aug 2024, 22-Aug-24
        rf"{_START}(?P<day>\d{{1,2}}){_ORDINAL}(?:[\s/\-.،,|]|(?:{OF})(?!\w)){{0,5}}{_MONTHS}"
        rf"(?:-(?P<short>\d\d)(?![\d:])|{_YEAR})",
        # Aug 22, 2024
        rf"(?<![^\W\d_])(?<!\d){_MONTHS}[\s\-]{{0,3}}(?P<day>\d{{1,2}}){_ORDINAL}(?![\d:]){_YEAR}",
        rf"(?<!\w)(?P<word>{_any(DAYS_AGO)})(?!\w)",
        rf"(?<!\w){_AMOUNT}{_UNIT}(?:,?\s+(?:and\s+|y\s+)?(?P<more>\d{{1,2}})\s*(?P<unit2>{_any(UNITS)})(?!\w))?"
        rf"\s+(?:{_any(AGO_AFTER)})(?!\w)",
        rf"(?<!\w)(?:{'|'.join(AGO_BEFORE)})\s+(?:(?P<dual>{_any(DUAL_UNITS)})(?!\w)|{_AMOUNT}?{_UNIT})",
        rf"(?<!\w)(?P<now>{_any(JUST_NOW)})(?!\w)",
    )
)
# Forms that may have no digit are tried on all texts, the others only on texts with a digit.
_WITHOUT_DIGITS = _FORMS[5:]

_WEEKDAY = rf"(?P<weekday>{_any(WEEKDAYS)})(?!\w)\.?"
_ANY_WEEKDAY = re.compile(rf"(?<!\w)(?:{_WEEKDAY})")
_FILL = rf"(?:[\s,،|•·—–\-/()@]|(?:{TIME_LABEL})\s?[:：]|(?:{_any(WEEKDAYS)}|{AT})(?!\w)\.?)"
_TO_CLOCK = re.compile(rf"(?:t(?=\d)|{_FILL}{{0,8}})")
_TO_DATE = re.compile(rf"{_FILL}{{1,8}}")
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:\s?:\s?(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?![\d:])"
    r"|\s?h\s?(?P<minute_h>\d\d)(?!\d)|\.(?P<minute_dot>\d\d)(?![\d.])|(?P<minute_joined>\d\d)(?=\s?(?:gmt|utc)(?!\w)))?"
)
_HOURS = re.compile(rf"\s?(?:{HOURS})(?!\w)\.?")
_AT_END = re.compile(rf"(?<!\w)(?:{AT_FOR_HOURS})\s{{0,3}}$")
_HALF = re.compile(rf"[\s,]?\s?(?:{HALF_LETTERS}|(?P<half>{_any(HALVES)})(?!\w))")
_ZONE = re.compile(
    r"\s?[(\[]?(?P<zone>(?:(?:utc|gmt)\s?[+-]\s?\d{1,2}(?::?\d\d)?|(?:\s?\+|-)\d\d(?::?\d\d)?|\s-\d\d:?\d\d)(?![\d./:\-])"
    rf"|(?:{_any((*ZONES, *AMBIGUOUS_ZONES))})(?!\w))[)\]]?"
)
_YEAR_AFTER_CLOCK = re.compile(r"\s(?P<year>(?:19|20)\d\d)(?![\d:])")
_DIGIT = re.compile(r"\d")
# A clock before a date is searched in this many characters.
_LONGEST_CLOCK = 60


def find_dates(folded: str) -> Iterator[FoundDate]:
    """Yield the dates in a folded text, in order, each with the clock time after or before it."""
    has_digit = _DIGIT.search(folded) is not None
    found = sorted(
        (match for form in (_FORMS if has_digit else _WITHOUT_DIGITS) for match in form.finditer(folded)),
        key=lambda match: (match.start(), -match.end()),
    )
    used = 0
    for match in found:
        if match.start() < used or (fields := _fields(match)) is None:
            continue
        clock = None
        if has_digit and fields.get("seconds_ago") is None:
            clock = _clock_after(folded, match.end()) or _clock_before(folded, used, match.start())
        start, end = match.span()
        if clock is not None:
            start, end = min(start, clock.start), max(end, clock.end)
            if clock.year and "month" in fields and fields["year"] is None:
                fields["year"] = clock.year
                end = max(end, clock.year_end)
        if fields.get("is_numeric"):
            fields["weekday"] = _weekday_beside(folded, start, end)
        used = end
        yield FoundDate(start=start, end=end, clock=clock, **fields)


def _fields(match: re.Match[str]) -> dict[str, Any] | None:
    """Return the fields that a match of one of `_FORMS` states, or None if it is not a date."""
    found = match.groupdict()
    if word := found.get("word"):
        return {"days_ago": DAYS_AGO[word]}
    if found.get("now"):
        return {"seconds_ago": 0}
    if dual := found.get("dual"):
        return {"seconds_ago": DUAL_UNITS[dual]}
    if unit := found.get("unit"):
        if unit in LONG_UNITS or (not found["amount"] and unit not in SINGLE_UNITS):
            return {"is_vague": True}
        seconds = _amount(found.get("amount")) * UNITS[unit]
        if found.get("more"):
            seconds += int(found["more"]) * UNITS[found["unit2"]]
        return {"seconds_ago": seconds}
    year = int(found["year"]) if found.get("year") else None
    if short := found.get("short"):
        year = 2000 + int(short)
    if found.get("first"):
        first, second = int(found["first"]), int(found["second"])
        # With dots, the day is always first. Else one number must be too large for a month.
        if found["sep"] == "." or first > 12 or first == second:
            return {"year": year, "month": second, "day": first}
        if second > 12:
            return {"year": year, "month": first, "day": second}
        return {"year": year, "month": second, "day": first, "is_numeric": True}
    if found.get("number"):
        return {"year": year, "month": int(found["number"]), "day": int(found["day"])}
    month = MONTHS[found["month"]]
    if found.get("again") and MONTHS[found["again"]] != month:
        return None
    return {"year": year, "month": month, "day": int(found["day"])}


def _amount(text: str | None) -> int:
    if not text:
        return 1
    return int(text) if text.isdigit() else NUMBERS[text]


def _clock_after(folded: str, end: int) -> Clock | None:
    join = _TO_CLOCK.match(folded, end)
    return _clock_at(folded, join.end() if join else end, end)


def _clock_before(folded: str, used: int, start: int) -> Clock | None:
    """Return the clock time right before a place in the text, at or after `used`."""
    for match in _CLOCK.finditer(folded, max(used, start - _LONGEST_CLOCK), start):
        at = match.start()
        if at and (folded[at - 1].isalnum() or folded[at - 1] in ":.+-/"):
            continue
        clock = _clock_at(folded, at, used)
        if clock is not None and _TO_DATE.fullmatch(folded, clock.end, start):
            return clock
    return None


def _clock_at(folded: str, start: int, first: int) -> Clock | None:
    """Return the clock time at a place in the text; from `first` on are the words before it."""
    match = _CLOCK.match(folded, start)
    if match is None:
        return None
    end = match.end()
    with_minute = match["minute"] or match["minute_h"] or match["minute_joined"]
    follows_at = _AT_END.search(folded, max(first, start - 15), start) is not None
    if hours := _HOURS.match(folded, end):
        end = hours.end()
    if half := _HALF.match(folded, end):
        end = half.end()
    zone = None
    found = _ZONE.match(folded, end)
    name = found["zone"].strip() if found else ""
    if found and (name in AMBIGUOUS_ZONES or (zone := zone_named(name))):
        end = found.end()
    # An hour alone is a time only with a word that says so; numbers with a dot, at the end of the text too.
    if not (
        with_minute
        or half
        or (follows_at and hours)
        or (match["minute_dot"] and (follows_at or hours or zone or end == len(folded)))
    ):
        return None
    minute = int(with_minute or match["minute_dot"] or 0)
    second = int(match["second"] or 0)
    hour = _hour(int(match["hour"]), half)
    if hour > 23 or minute > 59 or second > 60:
        return None
    year = _YEAR_AFTER_CLOCK.match(folded, end)
    return Clock(
        hour=hour,
        minute=minute,
        second=min(second, 59),
        zone=zone,
        has_unknown_zone=name in AMBIGUOUS_ZONES,
        latin_half=bool(half and half["letter"]),
        arabic_half=bool(half and not half[0].isascii()),
        start=start,
        end=end,
        year=int(year["year"]) if year else None,
        year_end=year.end() if year else end,
    )


def _hour(hour: int, half: re.Match[str] | None) -> int:
    """Return the hour of the day. Past 12, the half of the day says nothing: "13:13 AM" is 13:13."""
    if half is None or hour > 12:
        return hour
    kind = {"a": "am", "p": "pm"}[half["letter"]] if half["letter"] else HALVES[half["half"]]
    if kind == "night":
        kind = "pm" if 6 <= hour < 12 else "am"
    elif kind == "noon":
        kind = "am" if hour == 11 else "pm"
    return hour % 12 + (12 if kind == "pm" else 0)


def zone_named(name: str) -> tzinfo | None:
    """Return the zone of a folded name or offset, or None.

    >>> [str(zone_named(name)) for name in ("gmt+3", "-0430", "eest")]
    ['UTC+03:00', 'UTC-04:30', 'UTC+03:00']
    """
    known = ZONES.get(name)
    if known is not None:
        return timezone(timedelta(minutes=known)) if isinstance(known, int) else known
    match = re.fullmatch(r"(?:utc|gmt)?\s?([+-])\s?(\d{1,2}):?(\d\d)?", name)
    if match is None:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if match[1] == "-" else offset)


def _weekday_beside(folded: str, start: int, end: int) -> int | None:
    """Return the weekday that is written right before or after a date, or None."""
    for part in (folded[max(0, start - 15) : start], folded[end : end + 15]):
        if match := _ANY_WEEKDAY.search(part):
            return WEEKDAYS[match["weekday"]]
    return None
