"""Times in texts: those that metadata states, those that readers see, and which of several is the most exact."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from newscrawl.almayadeen.date_words import WEEKDAYS
from newscrawl.dates import SHOWN_ZONE, fold_for_dates, fold_with_places, is_possible
from newscrawl.pages.date_forms import FoundDate, find_dates, zone_named

LONGEST_STATED = 100
LONGEST_SHOWN = 500
# ISO 8601. The digits after the seconds are dropped.
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,30})?)?\s?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
    r"(?:\[[\w/+-]{1,40}\])?)?",
    re.IGNORECASE,
)
# 20240822, 20240822132800, 20240822T132800Z
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?\s?(Z|[+-]\d{4})?)?", re.IGNORECASE)
# Seconds, or thousandths of seconds, since 1970; also as .NET writes them in JSON.
_EPOCH = re.compile(r"(?:/date\()?(\d{10})(?:\.\d{1,9}|\d{3})?(?:\)/)?")
# What may be around a date that metadata states: weekday, punctuation, the zone's name in brackets.
_REST = re.compile(rf"(?:\b(?:{'|'.join(WEEKDAYS)})\b|[\s,،.|;-]|[(\[][\w\s/+-]{{1,50}}[)\]])*")
# Two readings of one time differ by at most this: the zones of the world are 26 hours apart.
_SAME_TIME = timedelta(hours=26)


class Time(NamedTuple):
    """A time of an article as one place of the page states it."""

    moment: datetime
    """With a zone: the stated one, else UTC in metadata and Beirut's in what readers see."""
    text: str
    """What it was read from."""
    has_clock: bool = True
    """Whether a time of day is stated, not a date alone."""
    has_zone: bool = True
    """Whether a zone is stated."""
    is_relative: bool = False
    """Whether it is counted back from the download: "2 days ago"."""


def parse_stated(text: str) -> datetime | None:
    """Return the time that a text of the metadata states, or None. A time without a zone is taken as UTC.

    >>> parse_stated("2023-12-30T21:59:00.0000000").isoformat()
    '2023-12-30T21:59:00+00:00'
    >>> parse_stated("2024-08-16T02:32:00+03:00").isoformat()
    '2024-08-16T02:32:00+03:00'
    >>> parse_stated("Tue, 25 Mar 2025 09:35:09 GMT").isoformat()
    '2025-03-25T09:35:09+00:00'
    >>> parse_stated("0001-01-01T00:00:00") is None
    True
    """
    found = read_stated(text)
    return found.moment if found else None


def read_stated(text: str, zone: tzinfo = UTC) -> Time | None:
    """Return the time that a text of the metadata states, or None. `zone` is that of a time without one.

    Known forms are ISO 8601, also with one digit or AM and PM, the dates of RSS and mail, of JavaScript and Java,
    seconds and milliseconds since 1970, `8/22/2024 1:28:00 PM`, and dates with the name of a month. The text has
    nothing else in it. Years before 2000, such as a server's `0001-01-01`, give None; so do years from 2200 on.
    """
    stated = text if len(text) <= LONGEST_STATED else " ".join(text.split())
    if len(stated) > LONGEST_STATED:
        return None
    stated = fold_for_dates(stated).strip()
    try:
        found = _read_machine(stated, zone) or _read_written(stated, zone)
    except (ValueError, OverflowError):
        return None
    return found._replace(text=text) if found and is_possible(found.moment) else None


def _read_machine(stated: str, zone: tzinfo) -> Time | None:
    """Return the time of a text in a form for machines."""
    if (match := _ISO.fullmatch(stated)) or (match := _COMPACT.fullmatch(stated)):
        year, month, day, hour, minute, second, name = match.groups()
        moment = datetime(*(int(part or 0) for part in (year, month, day, hour, minute, second)))  # type: ignore[arg-type]
        return Time(moment.replace(tzinfo=(name and zone_named(name)) or zone), stated, bool(hour), bool(name))
    if match := _EPOCH.fullmatch(stated):
        return Time(datetime.fromtimestamp(int(match[1]), UTC), stated)
    return None


def _read_written(stated: str, zone: tzinfo) -> Time | None:
    """Return the time of a text that is a written date."""
    date = next(find_dates(stated), None)
    if date is None or date.month is None or date.year is None:
        return None
    if not (_REST.fullmatch(stated, 0, date.start) and _REST.fullmatch(stated, date.end)):
        return None
    # The servers that write AM and PM with numbers write English dates so, month first.
    month_first = date.clock.latin_half if date.clock and date.is_numeric else None
    if date.clock and date.clock.arabic_half:
        month_first = False
    return _resolve(date, stated, zone, None, month_first)


def parse_shown(text: str, downloaded: datetime | None) -> tuple[datetime, str] | None:
    """Return the first date in a text that readers see, and the words that state it; None for a text without a date.

    Month names may be English, Spanish or Arabic. The zone is taken as Beirut's unless one is stated. `downloaded` is
    when the page was downloaded, with a zone. A date without a year is the last such day that is not after
    `downloaded`, and "Today" is the day of `downloaded` in Beirut; without `downloaded` both give None, and so does
    "2 hours ago". A date without a time of day is midnight.

    >>> parse_shown("22 Aug 2024 16:28 · 1 Shares", None)[0].isoformat()
    '2024-08-22T16:28:00+03:00'
    >>> now = datetime(2024, 1, 3, 9, 0, tzinfo=UTC)
    >>> [parse_shown(shown, now)[0].isoformat() for shown in ("30 Diciembre 05:08", "اليوم 09:18", "20 اب")]
    ['2023-12-30T05:08:00+02:00', '2024-01-03T09:18:00+02:00', '2023-08-20T00:00:00+03:00']
    >>> parse_shown("no date", now) is None
    True
    """
    for _, _, time in read_shown(text, downloaded):
        if time is not None:
            return time.moment, time.text
    return None


_AROUND = " ,،|•-\u200e\u200f"


def shown_words(text: str) -> str | None:
    """Return the first words of a text that are a date, also one that cannot be resolved: "2 months ago".

    >>> shown_words("Updated 03/04/2024, 16:28"), shown_words("no date")
    ('03/04/2024, 16:28', None)
    """
    folded, places = fold_with_places(text[:LONGEST_SHOWN])
    date = next(find_dates(folded), None)
    if date is None:
        return None
    start, end = _span(places, date)
    return text[start:end].strip(_AROUND)


def read_shown(text: str, downloaded: datetime | None) -> Iterator[tuple[int, int, Time | None]]:
    """Yield start, end and time of each date in a text that readers see; the time is None if it cannot be resolved."""
    text = text[:LONGEST_SHOWN]
    folded, places = fold_with_places(text)
    for date in find_dates(folded):
        start, end = _span(places, date)
        words = text[start:end].strip(_AROUND)
        yield start, len(text) if end is None else end, _resolve(date, words, SHOWN_ZONE, downloaded, None)


def _span(places: Sequence[int] | None, date: FoundDate) -> tuple[int, int | None]:
    """Return where a date begins and ends in the text that was folded."""
    if places is None:
        return date.start, date.end
    # The end is where the next character begins, so that a last vowel mark is part of the date.
    return places[date.start], places[date.end] if date.end < len(places) else None


def _resolve(
    date: FoundDate, words: str, zone: tzinfo, downloaded: datetime | None, month_first: bool | None
) -> Time | None:
    """Return the time that a date means, or None if it is impossible, ambiguous, or needs `downloaded`."""
    clock = date.clock
    if date.is_vague or (clock and clock.has_unknown_zone):
        return None
    zone = (clock and clock.zone) or zone
    try:
        if date.seconds_ago is not None:
            moment = downloaded - timedelta(seconds=date.seconds_ago) if downloaded else None
            return Time(moment, words, is_relative=True) if moment else None
        now = downloaded.astimezone(zone) if downloaded else None
        moments = [_moment(date, month, day, zone, now) for month, day in _readings(date, month_first)]
        known = [moment for moment in moments if moment is not None and is_possible(moment)]
        if len(known) > 1 and date.weekday is not None:
            known = [moment for moment in known if moment.weekday() == date.weekday]
        if len(known) > 1 and now is not None:
            # A page does not show a day to come.
            known = [moment for moment in known if moment <= now + timedelta(days=1)]
    except (ValueError, OverflowError):
        return None
    if len(known) != 1:
        return None
    return Time(known[0], words, clock is not None, bool(clock and clock.zone))


def _readings(date: FoundDate, month_first: bool | None) -> list[tuple[int | None, int | None]]:
    """Return the months and days that a date may mean: two for numbers that may be the other way round."""
    if not date.is_numeric:
        return [(date.month, date.day)]
    as_written = (date.month, date.day)
    turned = (date.day, date.month)
    return [as_written, turned] if month_first is None else [turned if month_first else as_written]


def _moment(date: FoundDate, month: int | None, day: int | None, zone: tzinfo, now: datetime | None) -> datetime | None:
    clock = date.clock
    hour, minute, second = (clock.hour, clock.minute, clock.second) if clock else (0, 0, 0)
    if date.days_ago is not None:
        if now is None:
            return None
        today = now.date() - timedelta(days=date.days_ago)
        return datetime(today.year, today.month, today.day, hour, minute, second, tzinfo=zone)
    if month is None or day is None:
        return None
    if date.year is not None:
        try:
            return datetime(date.year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError:
            return None
    if now is None:
        return None
    # Any eight years have a 29 February. The site's clock may be some minutes ahead, so next year is tried too.
    for year in range(now.year + 1, now.year - 8, -1):
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        except ValueError:
            continue
        if moment <= now + timedelta(hours=1):
            return moment
    return None


def most_exact(times: Sequence[Time]) -> int:
    """Return the index of the most exact statement of the time that the first one states.

    A time of day goes before a date alone, a stated zone before none, and where two have the same time of day in
    different zones, a zone with an offset goes before UTC, which servers write when they know no zone.
    """
    first = times[0]

    def rank(index: int) -> tuple[bool, bool, bool]:
        time = times[index]
        if abs(time.moment - first.moment) > _SAME_TIME:
            return (False, False, False)
        has_clock = time.has_clock and (time.moment.hour, time.moment.minute, time.moment.second) != (0, 0, 0)
        return has_clock, time.has_zone, _has_offset_for(time, times)

    return max(range(len(times)), key=lambda index: (rank(index), -index))


def _has_offset_for(time: Time, times: Sequence[Time]) -> bool:
    """Return whether a time has an offset, and another of the times has the same time of day in UTC."""
    if not time.has_zone or not time.moment.utcoffset():
        return False
    local = time.moment.replace(tzinfo=None, second=0, microsecond=0)
    return any(
        not other.moment.utcoffset() and other.moment.replace(tzinfo=None, second=0, microsecond=0) == local
        for other in times
    )
