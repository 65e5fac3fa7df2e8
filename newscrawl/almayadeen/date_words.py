"""Every word of dates and times in the three languages: months, days, halves of the day, zones, "ago", "Updated".

The words are folded (`fold_for_dates`): case, accents, the hamza of an alef and vowel marks make no difference.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from newscrawl.dates import SHOWN_ZONE, fold_for_dates


def _numbered(rows: Iterable[str], first: int) -> Mapping[str, int]:
    """Return word → number of its row. Words are separated by commas."""
    return MappingProxyType(
        {fold_for_dates(word.strip()): number for number, row in enumerate(rows, first) for word in row.split(",")}
    )


# English, Spanish; Arabic of Syria and Lebanon, of Egypt and the Gulf, of Tunisia and Algeria, of Morocco.
MONTHS = _numbered(
    (
        "jan, january, ene, enero, كانون الثاني, كانون الثانى, كانون ثاني, كانون 2, يناير, جانفي",
        "feb, february, febrero, شباط, فبراير, فيفري",
        "mar, march, marzo, آذار, مارس",
        "apr, april, abr, abril, نيسان, أبريل, إبريل, أفريل",
        "may, mayo, أيار, مايو, ماي",
        "jun, june, junio, حزيران, يونيو, يونيه, جوان",
        "jul, july, julio, تموز, يوليو, يوليه, يوليوز, جويلية",
        "aug, august, ago, agosto, آب, أغسطس, غشت, أوت",
        "sep, sept, september, septiembre, setiembre, أيلول, سبتمبر, شتنبر",
        "oct, october, octubre, تشرين الأول, تشرين أول, تشرين 1, أكتوبر",
        "nov, november, noviembre, تشرين الثاني, تشرين الثانى, تشرين ثاني, تشرين 2, نوفمبر, نونبر",
        "dec, december, dic, diciembre, كانون الأول, كانون أول, كانون 1, ديسمبر, دجنبر",
    ),
    1,
)
# Monday is 0, as in `datetime.weekday`.
WEEKDAYS = _numbered(
    (
        "mon, monday, lun, lunes, الاثنين, الإثنين, اثنين",
        "tue, tues, tuesday, mar, martes, الثلاثاء, ثلاثاء",
        "wed, weds, wednesday, mie, mié, miércoles, الأربعاء, أربعاء",
        "thu, thur, thurs, thursday, jue, jueves, الخميس, خميس",
        "fri, friday, vie, viernes, الجمعة, جمعة",
        "sat, saturday, sab, sábado, السبت, سبت",
        "sun, sunday, dom, domingo, الأحد, أحد",
    ),
    0,
)
DAYS_AGO = _numbered(("today, hoy, اليوم", "yesterday, ayer, أمس, البارحة"), 0)
# Up to twelve hours or ten days are written as a word. Arabic has a form with and one without the last letter.
NUMBERS = _numbered(
    (
        "a, an, one, un, una, uno, واحد, واحدة",
        "two, dos, اثنين, اثنتين",
        "three, tres, ثلاث, ثلاثة",
        "four, cuatro, أربع, أربعة",
        "five, cinco, خمس, خمسة",
        "six, seis, ست, ستة",
        "seven, siete, سبع, سبعة",
        "eight, ocho, ثمان, ثماني, ثمانية",
        "nine, nueve, تسع, تسعة",
        "ten, diez, عشر, عشرة",
        "eleven, once",
        "twelve, doce",
    ),
    1,
)
# Unit → seconds. A month or a year ago is no date, so those are in `LONG_UNITS`.
_SECOND, _MINUTE, _HOUR, _DAY, _WEEK = 1, 60, 3600, 86400, 7 * 86400
UNITS = {
    fold_for_dates(word.strip()): seconds
    for words, seconds in (
        ("s, sec, secs, second, seconds, seg, segundo, segundos, ثانية, ثوان, ثواني", _SECOND),
        ("m, min, mins, minute, minutes, minuto, minutos, دقيقة, دقائق, دقيقه", _MINUTE),
        ("h, hr, hrs, hour, hours, hora, horas, ساعة, ساعات, ساعه", _HOUR),
        ("d, day, days, día, días, يوم, يوما, أيام", _DAY),
        ("w, wk, wks, week, weeks, semana, semanas, أسبوع, أسبوعا, أسابيع", _WEEK),
    )
    for word in words.split(",")
}
# Arabic has a form of the word for two.
DUAL_UNITS = {
    fold_for_dates(word.strip()): seconds
    for words, seconds in (
        ("ثانيتين, ثانيتان", 2 * _SECOND),
        ("دقيقتين, دقيقتان", 2 * _MINUTE),
        ("ساعتين, ساعتان", 2 * _HOUR),
        ("يومين, يومان", 2 * _DAY),
        ("أسبوعين, أسبوعان", 2 * _WEEK),
    )
    for word in words.split(",")
}
SINGLE_UNITS = frozenset(map(fold_for_dates, ("ثانية", "دقيقة", "دقيقه", "ساعة", "ساعه", "يوم", "أسبوع")))
"""Units that mean one of them when there is no number: "an hour ago" in Arabic is "before hour"."""
LONG_UNITS = frozenset(
    fold_for_dates(word)
    for word in (
        "mo", "mos", "month", "months", "y", "yr", "yrs", "year", "years", "mes", "meses", "año", "años", "شهر", "أشهر",
        "شهور", "شهرا", "شهرين", "سنة", "سنوات", "سنتين", "عام", "عاما", "أعوام", "عامين",
    )
)  # fmt: skip
AGO_BEFORE = (r"hace(?:\s+(?:unos|unas|casi))?", r"(?:قبل|منذ)(?:\s+(?:حوالي|نحو))?")
"""Patterns of what is before a time that is counted back."""
AGO_AFTER = ("ago", "atras")
JUST_NOW = ("just now", "moments ago", "ahora mismo", "hace instantes", "hace un momento", "منذ لحظات", "قبل لحظات")

# Half of the day → words. "night" is the evening from six on, and the hours after midnight; "noon" is eleven to three.
HALVES = {
    fold_for_dates(word.strip()): half
    for half, words in {
        "am": "de la mañana, de la madrugada, صباحا, ص, فجرا, قبل الظهر",
        "pm": "de la tarde, مساء, م, عصرا, بعد الظهر",
        "night": "de la noche, midnight, ليلا, بعد منتصف الليل",
        "noon": "noon, del mediodía, ظهرا",
    }.items()
    for word in words.split(",")
}
HALF_LETTERS = r"(?P<letter>[ap])\.?\s?m(?!\w)\.?"

# Abbreviations that mean one zone only. Minutes from UTC, or a zone with summer time.
ZONES: Mapping[str, int | ZoneInfo] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "eet": 120,
    "eest": 180, "msk": 180, "trt": 180, "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480,
    "pdt": -420, "et": ZoneInfo("America/New_York"), "pt": ZoneInfo("America/Los_Angeles"),
    **{
        fold_for_dates(name): SHOWN_ZONE
        for name in ("beirut time", "beirut", "hora de beirut", "بتوقيت بيروت", "بتوقيت لبنان")
    },
    **{
        fold_for_dates(name): 0
        for name in ("بتوقيت غرينتش", "بتوقيت غرينيتش", "بتوقيت جرينتش", "توقيت غرينتش", "غرينتش", "hora de greenwich")
    },
    **{fold_for_dates(name): 180 for name in ("بتوقيت مكة", "بتوقيت مكة المكرمة")},
    **{fold_for_dates(name): ZoneInfo("Asia/Hebron") for name in ("بتوقيت القدس", "بتوقيت القدس المحتلة")},
}  # fmt: skip
AMBIGUOUS_ZONES = ("cst", "ist", "ast", "ct")
"""A time with one of these is not read: India and Israel, for instance, have the same letters."""

# -- Between the parts -----------------------------------------------------------------------------------------------
OF = r"of|de|del|من"
YEAR_WORDS = r"de|del|of|عام|لعام|سنة|لسنة"
AFTER_YEAR = r"(?:\s?م(?!\w))?"
"""The Arabic letter for "of the common era"; before a clock it is no half of the day."""
AT = r"at|on|a\s?las?|las|el|dia|a|h|hora|الساعة|الساعه|عند|في\s+تمام|في|على|بتاريخ|يوم"
TIME_LABEL = r"time|hora|الساعة|الساعه|الوقت|التوقيت"
"""A label between a date and its time of day."""
HOURS = r"h|hs|hrs|hours|horas"
AT_FOR_HOURS = r"a\s?las?|الساعة|الساعه"

# -- Labels ----------------------------------------------------------------------------------------------------------
PUBLISHED_LABEL = (
    r"(?:first\s+)?published|posted|publication\s+date|publish\s+date|publicad[oa]s?|publicacion|publico"
    r"|(?:تاريخ|وقت)\s+النشر|نشرت?|النشر|تم\s+النشر"
)
UPDATED_LABEL = (
    r"updated?|modified|edited|revised|amended|actualizad[oa]s?|actualizacion|modificad[oa]s?|modificacion|editad[oa]s?"
    r"|تحديث|التحديث|حدثت?|محدثة?|تعديل|التعديل|عدلت?"
)
LABEL_RESTS = r"last|date|time|ultim[oa]|fecha|hora|اخر|تم|في|على|on|at|el|de|la|a|by|بتاريخ|تاريخ|وقت"
"""Words that a label may have beside them on a line that is only a label."""
