"""Names in bylines and author fields, and lines that only begin like a byline."""

import pytest

from newscrawl.pages.authors import names_after_label, split_authors
from newscrawl.pages.byline import is_byline
from tests.pages.samples import read

NAMES = "وليد وائل وسام وفاء وديع وجيه وضاح وهيب وجدي وصال وداد ورد وردة واصف وحيد وهبة وهبي ونوس ولد وسيم ولاء وليم"


@pytest.mark.parametrize("name", NAMES.split())
def test_a_name_that_begins_with_waw_joins_no_two_authors(name: str) -> None:
    # Two names on both sides, so that both halves could be an author's.
    assert split_authors(f"نزار علي {name} شرف") == (f"نزار علي {name} شرف",)


def test_waw_joins_two_authors_before_every_other_name() -> None:
    assert split_authors("نزار علي وكريم شرف") == ("نزار علي", "كريم شرف")
    # A name that only begins like one of the list.
    assert split_authors("نزار علي وردان شرف") == ("نزار علي", "ردان شرف")


@pytest.mark.parametrize("suffix", ["Jr.", "Sr", "Ph.D.", "MD", "Esq.", "II", "III", "iv"])
def test_a_suffix_is_a_part_of_the_name(suffix: str) -> None:
    assert split_authors(f"Martin King, {suffix}, Jane Doe") == (f"Martin King, {suffix}", "Jane Doe")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # Labels and other work.
        ("Words by Jane Doe", "Jane Doe"),
        ("Edited by: Jane Doe", "Jane Doe"),
        ("Texto: Ana Ruiz", "Ana Ruiz"),
        ("إعداد: هالة درويش", "هالة درويش"),
        ("Reporting by Jane Doe; Editing by Al Bee", "Jane Doe"),
        ("Jane Doe, translated by Al Bee", "Jane Doe"),
        ("بقلم هالة درويش، ترجمة: نبيل صافي", "هالة درويش"),
        ("Photo: Getty Images", ""),
        # Roles.
        ("Jane Doe, Economics Editor", "Jane Doe"),
        ("Jane Doe and Al Bee / Staff Writers", "Jane Doe; Al Bee"),
        ("Por Ana Ruiz y Luis Mora, enviados especiales", "Ana Ruiz; Luis Mora"),
        ("Por: Ana Ruiz | Especial para Al Mayadeen", "Ana Ruiz"),
        ("حاورته: هالة درويش", "هالة درويش"),
        ("Jane Doe - Senior Political Correspondent", "Jane Doe"),
        ("Ana Ruiz, corresponsal en La Habana", "Ana Ruiz"),
        ("Staff Writer Jane Doe", "Jane Doe"),
        ("مراسلة الميادين هالة درويش", "هالة درويش"),
        ("هالة درويش، باحثة في العلاقات الدولية", "هالة درويش"),
        ("Staff Writer", ""),
        # Agencies and outlets: beside a person they are no authors, alone they are.
        ("Jane Doe, Reuters", "Jane Doe"),
        ("Jane Doe with agencies", "Jane Doe"),
        ("Ana Ruiz y agencias", "Ana Ruiz"),
        ("هالة درويش ووكالات", "هالة درويش"),
        ("هالة درويش + وكالات", "هالة درويش"),
        ("Reuters", "Reuters"),
        ("The Gazette Staff", "The Gazette Staff"),
        ("Jane Doe for Al Mayadeen English", "Jane Doe"),
        ("Jane Doe | Al Mayadeen English", "Jane Doe"),
        ("هالة درويش لـ الميادين نت", "هالة درويش"),
        ("Al Mayadeen English", "Al Mayadeen English"),
        # Places.
        ("Jane Doe, Beirut", "Jane Doe"),
        ("Jane Doe, New York", "Jane Doe"),
        ("Ana Ruiz / La Habana", "Ana Ruiz"),
        ("هالة درويش، القدس المحتلة", "هالة درويش"),
        ("بيروت - هالة درويش", "هالة درويش"),
        ("Jane Doe in Gaza", "Jane Doe"),
        ("TPN, in News, Portugal, Business", "TPN"),
        # Handles, mail, pages, times.
        ("Jane Doe @janed", "Jane Doe"),
        ("Jane Doe (@janed)", "Jane Doe"),
        ("Jane Doe <jane@example.org>", "Jane Doe"),
        ("jane@example.org (Jane Doe)", "Jane Doe"),
        ("https://example.org/authors/jane", ""),
        ("Jane Doe, Thursday, August 22, 2024", "Jane Doe"),
        ("Jane Doe 3 hours ago", "Jane Doe"),
        ("Ana Ruiz hace 3 horas", "Ana Ruiz"),
        ("هالة درويش قبل 3 ساعات", "هالة درويش"),
        ("admin", ""),
        # Several, and names that have "and" in them.
        ("Jane Doe / Al Bee", "Jane Doe; Al Bee"),
        ("Jane Doe, Al Bee, and Cy Dee", "Jane Doe; Al Bee; Cy Dee"),
        ("هالة درويش، نبيل صافي، وكريم شرف", "هالة درويش; نبيل صافي; كريم شرف"),
        ("هالة درويش و كريم شرف", "هالة درويش; كريم شرف"),
        ("José Ortega y Gasset y Luis Mora", "José Ortega y Gasset; Luis Mora"),
        ("Ana Ruiz e Iván Mora", "Ana Ruiz; Iván Mora"),
        ("سيدي محمد ولد الشيخ عبد الله", "سيدي محمد ولد الشيخ عبد الله"),
        ("Doe and Sons", "Doe and Sons"),
        ("Doe & Bee", "Doe & Bee"),
        ("Ministry of Health and Population", "Ministry of Health and Population"),
        ("Jane Doe and Centre for War and Peace Studies", "Jane Doe; Centre for War and Peace Studies"),
        ("مركز الدراسات والأبحاث الاستراتيجية", "مركز الدراسات والأبحاث الاستراتيجية"),
        ("Fundación Ortega y Gasset", "Fundación Ortega y Gasset"),
        ("Centro de Estudios de Asia y África del Sur", "Centro de Estudios de Asia y África del Sur"),
    ],
)
def test_authors_are_names_alone(text: str, names: str) -> None:
    assert "; ".join(split_authors(text)) == names


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "By: jane doe",
        "By Al Mayadeen English",
        "By our correspondent",
        "By Jane Doe, Thursday, August 22, 2024",
        "22 August 2024 by Jane Doe",
        "Por Ana Ruiz",
        "Por: Ana Ruiz, enviada especial",
        "بقلم هالة درويش",
        "كتب نبيل صافي",
        "الكاتب: نبيل صافي",
    ],
)
def test_a_line_with_a_label_and_names_is_a_byline(line: str) -> None:
    assert is_byline(line)


@pytest.mark.parametrize(
    "line",
    [
        "By noon the master had one thing to say to the men of the port:",
        "By air and by sea, aid reaches the port at last.",
        "By a show of hands",
        "By Thursday",
        "By Jane Doe the port was never mentioned",
        "Author Jane Doe said to the crowd: “We return to the port”",
        "Authors and readers met in the old town",
        "Por primera vez en dos años, dijo el alcalde, “el puerto vive.”",
        "Por la noche llegó el barco",
        "كتب الوزير على منصة إكس: «المرفأ يفتح أبوابه غداً»",
        "كتبت الصحيفة أن المرفأ سيفتح",
        "كتابة التاريخ ليست مهمة المنتصرين",
        "بقلم رصاص كتب الطفل رسالته",
    ],
)
def test_a_sentence_that_begins_like_a_byline_is_none(line: str) -> None:
    assert not is_byline(line)
    assert not names_after_label(line)


@pytest.mark.parametrize(
    ("above", "authors"),
    [
        ("<div><div>By</div><div>Jane Doe</div><div>and</div><div>Al Bee</div></div>", ["Jane Doe", "Al Bee"]),
        ("<div><b>By</b><b>Jane Doe</b><b>and</b><b>Al Bee</b></div>", ["Jane Doe", "Al Bee"]),
        ("<div class='byline'><span>News</span><span>By</span><a href='/p/jane'>Jane Doe</a></div>", ["Jane Doe"]),
        ("<p class='byline'>Thursday August 22, 2024 10:05 am by Jane Doe</p>", ["Jane Doe"]),
        ("<div>Author of the article:</div><div>By Jane Doe</div>", ["Jane Doe"]),
        (
            "<div class='author'>Jane Doe</div><div class='role'>Reporter</div><div class='author'>Al Bee</div>",
            ["Jane Doe", "Al Bee"],
        ),
        ("<p>By Jane Doe, <a href='/authors/al'>Al Bee</a> and Cy Dee</p>", ["Jane Doe", "Al Bee", "Cy Dee"]),
        ("<div class='author'><a href='/'>Home</a></div><div class='author'>Jane Doe</div>", ["Jane Doe"]),
        ("<figcaption class='caption author'>Photo: Jane Doe</figcaption>", []),
        ("<h2>By air and by sea, aid reaches the port at last.</h2><p>By Jane Doe</p>", ["Jane Doe"]),
    ],
)
def test_authors_shown_above_the_body(above: str, authors: list[str]) -> None:
    assert list(read(above=above).authors) == authors


def test_a_standfirst_that_begins_like_a_byline_is_the_summary() -> None:
    article = read(above="<h2>By air and by sea, aid reaches the port at last.</h2>")
    assert (article.summary, article.authors) == ("By air and by sea, aid reaches the port at last.", ())
