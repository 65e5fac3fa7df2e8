"""The forms of dates and times that pages show, and those that metadata states."""

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.pages.date_forms import zone_named
from newscrawl.pages.times import most_exact, parse_shown, parse_stated, read_shown, read_stated, shown_words

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


@pytest.mark.parametrize(
    ("names", "minutes"),
    [
        ("z utc gmt ut wet", 0), ("west bst cet", 60), ("cest eet", 120), ("eest msk trt", 180), ("pdt", -420),
        ("est cdt", -300), ("edt", -240), ("mst", -420), ("mdt", -360), ("pst", -480), ("+1 +01 +0100 utc+1", 60),
        ("gmt-4:30 -0430 -04:30", -270), ("+14", 840), ("+0059", 59),
    ],
)  # fmt: skip
def test_the_name_of_a_zone_is_its_offset(names: str, minutes: int) -> None:
    for name in names.split():
        zone = zone_named(name)
        assert zone is not None
        assert zone.utcoffset(datetime(2024, 1, 1)) == timedelta(minutes=minutes), name


def test_the_names_of_zones_in_arabic_and_in_words() -> None:
    for name, hours in (
        ("بتوقيت مكة", 3), ("بتوقيت مكة المكرمة", 3), ("بتوقيت غرينتش", 0), ("hora de greenwich", 0), ("et", -5),
        ("pt", -8), ("beirut", 2), ("hora de beirut", 2),
    ):  # fmt: skip
        for spelling in (name, name.replace("ة", "ه")):
            if (zone := zone_named(spelling)) is not None:
                assert zone.utcoffset(datetime(2024, 1, 1)) == timedelta(hours=hours), name
    assert in_utc(parse_stated("22 آب 2024 16:28 بتوقيت مكة")) == MOMENT
    assert in_utc(parse_stated("22 آب 2024 16:28 بتوقيت مكة المكرمة")) == MOMENT
    assert [zone_named(name) for name in ("+15", "+0060", "ist", "", "1")] == [None] * 5


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("12:05 am", "00:05"), ("12:05 pm", "12:05"), ("1:05 am", "01:05"), ("11:05 pm", "23:05"),
        ("13:05 am", "13:05"), ("00:05 pm", "12:05"), ("23:59:60", "23:59"), ("24:00", None),
        ("10:60", None), ("23:59:61", None),
        # Of the night: 6 to 11 is before midnight, 12 to 5 after it. Of noon: 11 is before it.
        ("5:05 de la noche", "05:05"), ("6:05 de la noche", "18:05"), ("11:05 de la noche", "23:05"),
        ("12:05 de la noche", "00:05"), ("11:05 ظهرا", "11:05"), ("12:05 ظهرا", "12:05"), ("1:05 ظهرا", "13:05"),
        ("2:05 ليلا", "02:05"), ("10:05 ليلا", "22:05"), ("10:05 صباحا", "10:05"), ("4:05 de la tarde", "16:05"),
        ("16h05", "16:05"), ("16.05", "16:05"), ("a las 4 de la tarde", "16:00"), ("4 pm", "16:00"),
    ],
)  # fmt: skip
def test_a_time_of_day(text: str, clock: str | None) -> None:
    (found,) = [time for _, _, time in read_shown(f"22 Aug 2024 {text}", NOW)]
    shown = found.moment.strftime("%H:%M") if found and found.has_clock else None
    assert shown == clock


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # Without a year: the last such day, an hour of grace aside.
        ("23 Aug 12:59", "2024-08-23T09:59"),
        ("23 Aug 13:00", "2024-08-23T10:00"),
        ("23 Aug 13:01", "2023-08-23T10:01"),
        ("29 Feb 12:00", "2024-02-29T10:00"),
        ("31 Dec 12:00", "2023-12-31T10:00"),
        ("31 Feb 12:00", None),
        ("31 Feb 2024", None),
        # Numbers that may be either way round: by the weekday, or because one is to come.
        ("03/04/2024", None),
        ("08/09/2024", "2024-08-08T21:00"),
        ("Wed 03/04/2024", "2024-04-02T21:00"),
        ("Mon 04/03/2024", "2024-03-03T22:00"),
        ("Wed 04/03/2024", "2024-04-02T21:00"),
        ("03.04.2024", "2024-04-02T21:00"),
        ("13/04/2024", "2024-04-12T21:00"),
        ("04/13/2024", "2024-04-12T21:00"),
        ("04/04/2024", "2024-04-03T21:00"),
        ("today", "2024-08-22T21:00"),
        ("yesterday 10:00", "2024-08-22T07:00"),
        ("2 months ago", None),
        ("a week ago", "2024-08-16T09:00"),
        ("2 days ago", "2024-08-21T09:00"),
        ("1 hour and 5 minutes ago", "2024-08-23T07:55"),
        ("10 seconds ago", "2024-08-23T08:59"),
        ("22-Aug-24 16:28", MOMENT),
        ("22 آب / تموز 2024", None),
        ("Aug 22 16:28 2024", MOMENT),
        # A number that is no time before the time.
        ("v12 16:28, 22 Aug 2024", MOMENT),
        ("7 words 16:28, 22 Aug 2024", MOMENT),
    ],
)
def test_a_date_that_the_time_of_the_download_completes(text: str, moment: str | None) -> None:
    found = parse_shown(text, NOW)
    assert in_utc(found[0] if found else None) == moment


@pytest.mark.parametrize("text", ["today", "2 hours ago", "23 Aug 12:59", "الآن"])
def test_a_date_that_nothing_completes_is_none(text: str) -> None:
    assert parse_shown(text, None) is None


def test_what_is_stated_has_nothing_else_in_it() -> None:
    assert read_stated("Posted on 22 Aug 2024 16:28") is None
    assert read_stated("22 Aug 2024 16:28 in Tripoli") is None
    assert read_stated("22 Aug 16:28") is None
    assert read_stated("today") is None
    assert read_stated("22 Aug 2024".ljust(100, " ")) is not None
    assert read_stated(f"22{' ' * 100}Aug 2024") is not None
    assert read_stated(f"{'22 Aug 2024'} ({'o' * 90})") is None
    assert read_stated("1" * 101) is None
    date = read_stated("8/9/2024 1:28:00 PM")
    assert date is not None
    assert date.moment.month == 8
    arabic = read_stated("8/9/2024 01:28:00 م")
    assert arabic is not None
    assert arabic.moment.month == 9


def test_a_time_knows_what_it_states() -> None:
    for text, has_clock, has_zone in (
        ("2024-08-22", False, False), ("2024-08-22T13:28:00", True, False), ("2024-08-22T13:28:00Z", True, True),
        ("20240822", False, False), ("22 Aug 2024", False, False), ("22 Aug 2024 13:28", True, False),
        ("22 Aug 2024 13:28 GMT", True, True), ("1724333280", True, True),
    ):  # fmt: skip
        time = read_stated(text)
        assert time is not None
        assert (time.has_clock, time.has_zone, time.is_relative, time.text) == (has_clock, has_zone, False, text)
    (ago,) = [time for _, _, time in read_shown("2 hours ago", NOW)]
    assert ago is not None
    assert ago.is_relative


def test_the_words_of_a_date() -> None:
    assert shown_words("Updated: 22 Aug 2024, 16:28 | Tripoli") == "22 Aug 2024, 16:28"
    assert [(start, end) for start, end, _ in read_shown("On 22 Aug 2024 and 23 Aug 2024", None)] == [(3, 14), (19, 30)]
    assert shown_words(f"{' ' * 489}22 Aug 2024") == "22 Aug 2024"
    assert shown_words(f"{' ' * 500}22 Aug 2024") is None
    assert shown_words("٢٢ آبَ ٢٠٢٤") == "٢٢ آبَ ٢٠٢٤"


@pytest.mark.parametrize(
    ("texts", "best"),
    [
        (["2024-08-22"], 0),
        (["2024-08-22", "2024-08-22T13:28:00"], 1),
        (["2024-08-22T13:28:00", "2024-08-22"], 0),
        (["2024-08-22T13:28:00", "2024-08-22T13:28:00Z"], 1),
        (["2024-08-22T13:28:00Z", "2024-08-22T13:28:00+03:00"], 1),
        (["2024-08-22T13:28:00Z", "2024-08-22T16:28:00+03:00"], 0),
        (["2024-08-22T13:28:00+03:00", "2024-08-22T13:28:00Z"], 0),
        (["2024-08-22T00:00:00Z", "2024-08-22T13:28:00"], 1),
        # Seconds do not count, and another time is another time.
        (["2024-08-22T13:28:10Z", "2024-08-22T13:28:50+03:00"], 1),
        (["2024-08-22", "2024-08-23T02:00:00Z"], 1),
        (["2024-08-22", "2024-08-23T02:00:01Z"], 0),
        (["2024-08-22", "2024-08-25T13:28:00Z"], 0),
    ],
)
def test_the_most_exact_of_several(texts: list[str], best: int) -> None:
    times = [time for text in texts if (time := read_stated(text))]
    assert len(times) == len(texts)
    assert most_exact(times) == best
