"""Dates and times as pages show them and as their metadata states them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BEIRUT = ZoneInfo("Asia/Beirut")
MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "es": "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre".split(),
    "ar": [
        "كانون الثاني",
        "شباط",
        "اذار",
        "نيسان",
        "ايار",
        "حزيران",
        "تموز",
        "اب",
        "ايلول",
        "تشرين الاول",
        "تشرين الثاني",
        "كانون الاول",
    ],
}
TODAY = {"en": "Today", "es": "Hoy", "ar": "اليوم"}


def shown_date(moment: datetime, edition: str, *, timed: bool = True) -> str:
    """Return a date as pages show it, in Beirut's time; the time of day only if `timed`."""
    local = moment.astimezone(BEIRUT)
    return f"{local.day} {MONTHS[edition][local.month - 1]} {local.year}{f' {local:%H:%M}' if timed else ''}"


def short_date(moment: datetime, edition: str, now: datetime, *, timed: bool = True) -> str:
    """Return a date in the short form for recent ones: the current day as "Today", the current year left out."""
    local, today = moment.astimezone(BEIRUT), now.astimezone(BEIRUT)
    time = f" {local:%H:%M}" if timed else ""
    if local.date() == today.date():
        return f"{TODAY[edition]}{time}"
    if local.year == today.year:
        return f"{local.day} {MONTHS[edition][local.month - 1]}{time}"
    return shown_date(moment, edition, timed=timed)


def with_offset(moment: datetime) -> str:
    """Return a time as tawsiyat states it: ISO 8601 with Beirut's offset."""
    return moment.astimezone(BEIRUT).isoformat(timespec="seconds")


def without_zone(moment: datetime) -> str:
    """Return a time as the meta elements state it: UTC, seven fraction digits, no zone."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000"
