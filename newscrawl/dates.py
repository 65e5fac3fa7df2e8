"""Pure helpers for times: read every form of date that the site is known to write, and write times in UTC."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

# The date that a page shows has no zone. Beirut is a guess, so a date from the metadata goes before a shown one.
SHOWN_ZONE = ZoneInfo("Asia/Beirut")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_MONTHS = (
    ("jan", "january", "ene", "enero", "كانون الثاني", "يناير"),
    ("feb", "february", "febrero", "شباط", "فبراير"),
    ("mar", "march", "marzo", "اذار", "مارس"),
    ("apr", "april", "abr", "abril", "نيسان", "ابريل"),
    ("may", "mayo", "ايار", "مايو"),
    ("jun", "june", "junio", "حزيران", "يونيو"),
    ("jul", "july", "julio", "تموز", "يوليو"),
    ("aug", "august", "ago", "agosto", "اب", "اغسطس"),
    ("sep", "sept", "september", "septiembre", "setiembre", "ايلول", "سبتمبر"),
    ("oct", "october", "octubre", "تشرين الاول", "اكتوبر"),
    ("nov", "november", "noviembre", "تشرين الثاني", "نوفمبر"),
    ("dec", "december", "dic", "diciembre", "كانون الاول", "ديسمبر"),
)
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_DAYS_AGO = {"today": 0, "hoy": 0, "اليوم": 0, "yesterday": 1, "ayer": 1, "امس": 1}

_MONTH = "|".join(sorted(map(re.escape, _MONTH_NUMBER), key=len, reverse=True))
_CLOCK = r"(?:(?:[\s,،|•-]|at|a las|الساعة)*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?m\b\.?)?)?"
_YEAR = r"(?:[\s,،]|de|del)*(?P<year>(?:19|20)\d{2})?"
_SHOWN = tuple(
    re.compile(pattern + r"(?!\w)")
    for pattern in (
        rf"(?<!\w)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[\s/-]|de)*(?P<month>{_MONTH})\.?(?!\w){_YEAR}{_CLOCK}",
        rf"(?<!\w)(?P<month>{_MONTH})\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_YEAR}{_CLOCK}",
        rf"(?<!\w)(?P<word>{'|'.join(_DAYS_AGO)}){_CLOCK}",
    )
)
# ISO 8601. Of named zones only UTC and GMT are known; the abbreviations of Lebanon's zone are not.
_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T\s](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$",
    re.IGNORECASE,
)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)$", re.IGNORECASE)


def format_utc(moment: datetime) -> str:
    """Return a time as records have it: UTC, whole seconds, `Z`.

    >>> format_utc(datetime(2024, 8, 22, 16, 28, tzinfo=timezone(timedelta(hours=3))))
    '2024-08-22T13:28:00Z'
    """
    # `strftime` takes nearly twice as long.
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def parse_stated(text: str) -> datetime | None:
    """Return the time that a text of the metadata states, or None. A time without a zone is taken as UTC.

    Known forms are ISO 8601 (digits after the seconds are dropped), the dates of RSS and mail, and
    `8/22/2024 1:28:00 PM`. Years before 2000, such as a server's `0001-01-01`, give None; so do years from 2200 on.

    >>> parse_stated("2023-12-30T21:59:00.0000000").isoformat()
    '2023-12-30T21:59:00+00:00'
    >>> parse_stated("2024-08-16T02:32:00+03:00").isoformat()
    '2024-08-16T02:32:00+03:00'
    >>> parse_stated("Tue, 25 Mar 2025 09:35:09 GMT").isoformat()
    '2025-03-25T09:35:09+00:00'
    >>> parse_stated("0001-01-01T00:00:00") is None
    True
    """
    text = _plain(text)
    moment = None
    try:
        if match := _ISO.match(text):
            moment = datetime.fromisoformat(f"{match['date']}T{match['time'] or '00:00'}")
            moment = moment.replace(tzinfo=_zone(match["zone"]))
        elif match := _US.match(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
            hour = hour % 12 + (12 if match[7].lower() == "pm" else 0)
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        elif len(text) < 60:
            moment = parsedate_to_datetime(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment and _possible(moment) else None


def parse_shown(text: str, downloaded: datetime | None) -> tuple[datetime, str] | None:
    """Return the first date in a text that readers see, and the words that state it; None for a text without a date.

    Month names may be English, Spanish or Arabic. The zone is taken as Beirut's. `downloaded` is when the page was
    downloaded, with a zone. A date without a year is the last such day that is not after `downloaded`, and "Today" is
    the day of `downloaded` in Beirut; without `downloaded` both give None. A date without a time of day is midnight.

    >>> parse_shown("22 Aug 2024 16:28 · 1 Shares", None)[0].isoformat()
    '2024-08-22T16:28:00+03:00'
    >>> now = datetime(2024, 1, 3, 9, 0, tzinfo=UTC)
    >>> [parse_shown(shown, now)[0].isoformat() for shown in ("30 Diciembre 05:08", "اليوم 09:18", "20 اب")]
    ['2023-12-30T05:08:00+02:00', '2024-01-03T09:18:00+02:00', '2023-08-20T00:00:00+03:00']
    >>> parse_shown("no date", now) is None
    True
    """
    if len(text) > 500:
        text = text[:500]
    plain = _fold(text)
    for pattern in _SHOWN:
        for match in pattern.finditer(plain):
            moment = _shown_moment(match, downloaded)
            if moment and _possible(moment):
                # `_fold` keeps one character for each one of the NFC text, so a span of one is a span of the other.
                return moment, unicodedata.normalize("NFC", text)[match.start() : match.end()].strip(" ,،|•-")
    return None


def _shown_moment(match: re.Match[str], downloaded: datetime | None) -> datetime | None:
    found = match.groupdict()
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].startswith("p") else 0)
    now = downloaded.astimezone(SHOWN_ZONE) if downloaded else None
    try:
        if word := found.get("word"):
            if now is None:
                return None
            day = now.date() - timedelta(days=_DAYS_AGO[word])
            return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHOWN_ZONE)
        month, number = _MONTH_NUMBER[found["month"]], int(found["day"])
        if found["year"]:
            return datetime(int(found["year"]), month, number, hour, minute, tzinfo=SHOWN_ZONE)
        if now is None:
            return None
        # Any eight years have a 29 February. The site's clock may be some minutes ahead, so next year is tried too.
        for year in range(now.year + 1, now.year - 8, -1):
            try:
                moment = datetime(year, month, number, hour, minute, tzinfo=SHOWN_ZONE)
            except ValueError:
                continue
            if moment <= now + timedelta(hours=1):
                return moment
    except ValueError:
        pass
    return None


def _zone(text: str | None) -> timezone:
    if not text or text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _possible(moment: datetime) -> bool:
    return EARLIEST.year <= moment.year < 2200


def _plain(text: str) -> str:
    """Return the text on one line, with ASCII digits and without direction marks."""
    text = (
        text
        if text.isascii()
        else "".join(
            str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() and char.isdecimal() else char
            for char in text
        )
    )
    return " ".join(text.replace("\u200f", "").replace("\u200e", "").split())


_ASCII_SPACES = dict.fromkeys(map(ord, "\t\n\r\v\f\x1c\x1d\x1e\x1f"), " ")


def _fold(text: str) -> str:
    """Return the text in lower case, alef without hamza, ASCII digits: one character for each one of its NFC form."""
    if text.isascii():
        return text.lower().translate(_ASCII_SPACES)
    folded = []
    for char in unicodedata.normalize("NFC", text):
        if char in "أإآٱ":
            char = "ا"
        elif char.isspace() or char in "\u200e\u200f\u00a0":
            char = " "
        elif not char.isascii() and char.isdecimal():
            char = str(unicodedata.digit(char))
        lower = char.lower()
        folded.append(lower if len(lower) == 1 else char)
    return "".join(folded)
