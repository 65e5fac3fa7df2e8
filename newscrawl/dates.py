"""Pure helpers for times: every form that the site is known to write, out as UTC."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

# The pages state no zone beside the date they show; Beirut is a guess (`site-facts.md`: G), so every dated layer
# of the metadata goes before it.
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
# A zone that a page writes out beside its date; the abbreviations of Lebanon's zone are not among the known ones.
_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T\s](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$",
    re.IGNORECASE,
)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)$", re.IGNORECASE)


def format_utc(moment: datetime) -> str:
    """Return a time as records hold it: UTC, whole seconds, `Z`.

    >>> format_utc(datetime(2024, 8, 22, 16, 28, tzinfo=timezone(timedelta(hours=3))))
    '2024-08-22T13:28:00Z'
    """
    # `strftime` goes by way of the C library's clock, and takes nearly twice as long.
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def parse_stated(text: str) -> datetime | None:
    """Return the time that metadata states, or None when it states none; without a zone it is UTC.

    Read are ISO 8601 with any number of fraction digits (cut off), the dates of RSS and mail, and
    `8/22/2024 1:28:00 PM`. A year before 2000 (a server's `0001-01-01`) is no date of an article.

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
    """Return the first date in a text that readers see, with the very words it stands in; None without one.

    English, Spanish and Arabic month names; no zone is shown, and Beirut is taken. A date without a year is the
    last one that is not after `downloaded` (the time of the download, with a zone); "Today" is its day in Beirut.
    Without `downloaded` such dates give None. A date without a time of day is its midnight.

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
                # Folding keeps one character for each of the text's (NFC), so the span holds in both.
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
        # Eight years hold a 29 February in any case. A page may run a few minutes ahead of this clock.
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
    """Return the text with plain digits, on one line, without marks of direction."""
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
    """Return the text in lower case, hamza off alef, plain digits; one character for each one of its NFC form."""
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
