"""The forms of dates and times that pages show, and those that metadata states."""

from datetime import UTC, datetime

import pytest

from newscrawl.pages.times import parse_shown, parse_stated

NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
MOMENT = "2024-08-22T13:28"
MIDNIGHT = "2024-08-21T21:00"
"""Of 22 August in Beirut."""


def in_utc(moment: datetime | None) -> str | None:
    """Return a moment to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else None


SHOWN = [
    # English.
    *((text, MOMENT) for text in (
        "Aug 22, 2024 4:28 PM", "August 22, 2024 at 4:28pm", "Aug. 22, 2024, 4:28 p.m.", "Aug 22nd, 2024 4:28 PM",
        "4:28 PM · Aug 22, 2024", "4:28 PM, August 22, 2024", "4:28pm 22 August 2024", "16:28, 22 Aug 2024",
        "16:28 on 22 August 2024", "Thursday, August 22, 2024 - 16:28", "Thu 22 Aug 2024 16.28", "22-Aug-2024 16:28",
        "22 Aug 2024 13:28 UTC", "22 Aug 2024 13:28 +00:00", "Aug 22, 2024 1:28 PM GMT", "22 Aug 2024 16:28 EEST",
        "22 Aug 2024 9:28 AM EDT", "Aug 22, 2024 16:28 (GMT+3)", "22 Aug 2024 16:28 GMT+0300", "2024 Aug 22 16:28",
        "2024/08/22 16:28", "2024-08-22 16:28", "2024-08-22T16:28", "22/08/2024 4:28 PM", "22.08.2024 16:28",
        "22 Aug 2024, 16:28 PM", "22 Aug | 2024 | 16:28", "Date: 22/08/2024 - Time: 16:28",
        "Thu, 22 Aug 2024 13:28:00 GMT",
    )),
    *((text, MIDNIGHT) for text in ("2024-08-22", "August 22 2024", "22nd of August, 2024", "22nd August 2024")),
    ("28 Sep 2016, 13:13 AM", "2016-09-28T10:13"),
    ("2020 FEB 10 4:52 PM", "2020-02-10T14:52"),
    ("12:05 AM, August 22, 2024", "2024-08-21T21:05"),
    ("5 mins ago", "2024-08-23T08:55"),
    ("2h ago", "2024-08-23T07:00"),
    ("3 hours ago", "2024-08-23T06:00"),
    ("an hour ago", "2024-08-23T08:00"),
    ("Just now", "2024-08-23T09:00"),
    # Arabic: of Syria and Lebanon, of Egypt, of Tunisia and Algeria, of Morocco.
    *((text, MOMENT) for text in (
        "22 آب 2024 16:28", "22 آب / أغسطس 2024 16:28", "22 أغسطس/آب 2024 16:28", "22 أغسطس 2024 4:28 مساءً",
        "الخميس، 22 أغسطس 2024 4:28 م", "الخميس 22 آب 2024 الساعة 16:28", "٢٢ آب ٢٠٢٤ ١٦:٢٨", "٢٢/٠٨/٢٠٢٤ ١٦:٢٨",
        "22/08/2024 16:28", "2024/08/22 16:28", "16:28 - 22 آب 2024", "4:28 مساءً 22 آب 2024",
        "22 آب 2024 13:28 بتوقيت غرينتش", "22 آب 2024 16:28 بتوقيت بيروت", "أمس، 4:28 م",
    )),
    *((text, MIDNIGHT) for text in ("22 غشت 2024", "22 أوت 2024", "22 اغسطس 2024")),
    ("12 كانون 2 2024", "2024-01-11T22:00"),
    ("12 كانون الثاني (يناير) 2024", "2024-01-11T22:00"),
    ("12 جانفي 2024", "2024-01-11T22:00"),
    ("12 شتنبر 2023", "2023-09-11T21:00"),
    ("12 تشرين الأول / أكتوبر 2023", "2023-10-11T21:00"),
    ("22 آب 2024 10:28 ص", "2024-08-22T07:28"),
    ("منذ ساعتين", "2024-08-23T07:00"),
    ("قبل 3 ساعات", "2024-08-23T06:00"),
    ("منذ ٣ ساعات", "2024-08-23T06:00"),
    ("قبل ثلاث ساعات", "2024-08-23T06:00"),
    ("منذ ساعة", "2024-08-23T08:00"),
    ("منذ لحظات", "2024-08-23T09:00"),
    # Spanish.
    *((text, MOMENT) for text in (
        "22 de agosto de 2024 16:28", "22 de agosto de 2024 - 16h28", "22 de agosto de 2024 a las 4:28 de la tarde",
        "jueves 22 de agosto de 2024, 4:28 p. m.", "22 de agosto del 2024 16:28 hs", "22 ago. 2024 | 16:28 hrs",
        "agosto 22, 2024 16:28", "16:28 h. 22 ago 2024", "22 de agosto de 2024 a las 16.28", "Ayer, 16:28",
    )),
    ("1º de mayo de 2024", "2024-04-30T21:00"),
    ("1ro de mayo de 2024", "2024-04-30T21:00"),
    ("22 de agosto de 2024 a las 10:05 de la noche", "2024-08-22T19:05"),
    ("Hace 3 horas", "2024-08-23T06:00"),
    ("Hace tres horas", "2024-08-23T06:00"),
    ("Hace una hora", "2024-08-23T08:00"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "moment"), SHOWN)
def test_a_date_that_readers_see(text: str, moment: str) -> None:
    found = parse_shown(text, NOW)
    assert in_utc(found[0] if found else None) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2024-08-22T13:28:00Z", "2024-8-22T13:28:00Z", "2024-08-22T16:28:00+03:00[Asia/Beirut]", "20240822T132800Z",
        "2024-08-22T16:28:00+03", "2024-08-22 16:28:00 +0300", "2024-08-22 01:28:00 PM", "2024-08-22 13:28:00 UTC",
        "2024-08-22T13:28:00.1234567Z", "Thu, 22 Aug 2024 16:28:00 GMT+0300", "Thu, 22 Aug 2024 1:28:00 PM GMT",
        "Thu Aug 22 2024 16:28:00 GMT+0300 (Eastern European Summer Time)", "Thu Aug 22 13:28:00 UTC 2024",
        "Thu, 22 Aug 2024 16:28:00 EEST", "22 Aug 2024 16:28 +03", "August 22, 2024 1:28 PM", "8/22/2024 13:28:00",
        "8/22/2024 1:28:00 PM", "22/08/2024 01:28:00 م", "22.08.2024 13:28", "1724333280", "1724333280000",
        "1724333280.0", "22 آب 2024 13:28",
    ],
)  # fmt: skip
def test_a_time_that_metadata_states(text: str) -> None:
    assert in_utc(parse_stated(text)) == MOMENT


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-08-22T9:28:00Z", "2024-08-22T09:28"),
        ("8/22/2024", "2024-08-22T00:00"),
        ("August 22, 2024", "2024-08-22T00:00"),
        *((text, None) for text in ("", "yes", "0", "[2024", "2024-13-45", "9" * 20, "0000-00-00T00:00:00Z", "٩" * 12)),
    ],
)
def test_a_date_alone_and_no_date(text: str, moment: str | None) -> None:
    assert in_utc(parse_stated(text)) == moment
