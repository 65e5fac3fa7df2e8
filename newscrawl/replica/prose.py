"""Invented prose in the three languages, made from word lists. It reads like news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

T = TypeVar("T")

ARTICLE_SEED = "story"
"""Part of the seed of each article's text. Another word gives other articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The parts from which the sentences of a language are made."""

    syllables: Sequence[str]
    subjects: Sequence[str]
    verbs: Sequence[str]
    objects: Sequence[str]
    places: Sequence[str]
    clauses: Sequence[str]
    openings: Sequence[str]
    subheads: Sequence[str]
    names: Sequence[str]
    quote: tuple[str, str]
    said: Sequence[str]
    comma: str
    capital: bool


WORDS: Mapping[str, Words] = {
    "en": Words(
        syllables="ba co da fe ga hi jo ka lu ma ne po ra si ta vu wa xe yo zi".split(),
        subjects=[
            "the harbour council", "a group of engineers", "the water board", "the ministry's spokeswoman",
            "two ferry companies",
            "the farmers' union", "an independent observer", "the regional court", "teachers from nine schools",
            "the railway's owners",
            "the mayor's office", "a delegation of fishermen",
        ],
        verbs=[
            "has postponed", "is expected to review", "rejected", "welcomed", "signed", "questioned", "will publish",
            "had warned against",
            "promised to finance", "quietly withdrew from",
        ],
        objects=[
            "a plan for the northern canal", "the agreement on grain storage", "a 40-page report on the power grid",
            "the second round of talks",
            "an offer worth 12.5 million dinars", "the new timetable", "stricter rules for warehouses",
            "the sale of the old lighthouse",
            "its earlier estimate of the damage", "a proposal to reopen the market", "the Café Zürich accord",
            "Mr. O'Neil's “last” offer",
        ],
        places=["along the coast", "in three districts", "near the border crossing", "outside the capital",
            "on both banks of the river", "in the old town"],
        clauses=[
            "although no date has been set", "after weeks of delay", "which critics call too little",
            "despite a shortage of spare parts",
            "while residents wait for an answer", "according to minutes seen on Monday",
            "because the budget ran out in June",
        ],
        openings=["On Tuesday", "Meanwhile", "In the past 18 months", "A day earlier", "At the same time",
            "Since the spring", "By contrast"],
        subheads=["What happens next", "A long wait", "Who pays the bill?", "Numbers behind the dispute",
            "Voices from the quay", "The other side's view"],
        names=["Rana Karim", "Tomas Weir", "Lea Odum", "Sami Haddar", "Ida Brandt", "Yusuf Onal", "Mara O'Neil",
            "Noor Al-Sayegh"],
        quote=("“", "”"),
        said=["said", "told reporters", "wrote in a letter", "added"],
        comma=", ",
        capital=True,
    ),
    "es": Words(
        syllables="ba co da fe ga hi jo ka lu ma ne po ra si ta vu wa xe yo zi".split(),
        subjects=[
            "el consejo del puerto", "un grupo de ingenieras", "la junta del agua", "la portavoz del ministerio",
            "dos compañías de barcos",
            "el sindicato agrícola", "un observador independiente", "el tribunal regional",
            "maestros de nueve escuelas", "la alcaldía",
        ],
        verbs=["ha aplazado", "revisará", "rechazó", "celebró", "firmó", "cuestionó", "publicará", "financiará",
            "se retiró de"],
        objects=[
            "un plan para el canal del norte", "el acuerdo sobre el grano", "un informe de 40 páginas",
            "la segunda ronda de diálogo",
            "una oferta de 12,5 millones", "el nuevo horario", "normas más estrictas para los almacenes",
            "la venta del viejo faro",
        ],
        places=["en la costa", "en tres distritos", "cerca del paso fronterizo", "en las afueras de la capital",
            "en el casco antiguo"],
        clauses=[
            "aunque no hay fecha fijada", "tras semanas de retraso", "algo que los críticos consideran insuficiente",
            "pese a la escasez de repuestos", "mientras los vecinos esperan una respuesta", "según las actas del lunes",
        ],
        openings=["El martes", "Entretanto", "En los últimos 18 meses", "Un día antes", "Al mismo tiempo",
            "Desde la primavera"],
        subheads=["Qué pasará ahora", "Una larga espera", "¿Quién paga la cuenta?", "Las cifras de la disputa",
            "Voces desde el muelle"],
        names=["Rana Karim", "Tomás Vélez", "Lea Odum", "Inés Ibáñez", "Ida Brandt", "Yusuf Onal", "José Muñoz"],
        quote=("«", "»"),
        said=["dijo", "explicó a la prensa", "escribió en una carta", "añadió"],
        comma=", ",
        capital=True,
    ),
    "ar": Words(
        syllables="با كو دا في غا هي جو لا مو ني بو را سي تا فو وا زي شا حو قا".split(),
        subjects=[
            "مجلس المرفأ", "مجموعة من المهندسين", "هيئة المياه", "المتحدثة باسم الوزارة", "شركتا النقل البحري",
            "نقابة المزارعين", "مراقب مستقل", "محكمة المنطقة", "معلمون من تسع مدارس", "مكتب رئيس البلدية",
        ],
        verbs=["أجّل", "سيراجع", "رفض", "رحّب بتأجيل", "وقّع", "شكّك في", "سينشر", "حذّر من", "وعد بتمويل", "انسحب من"],
        objects=[
            "خطة القناة الشمالية", "اتفاق تخزين الحبوب", "تقرير شبكة الكهرباء في 40 صفحة",
            "الجولة الثانية من المحادثات",
            "عرض بقيمة 12 مليون دينار", "الجدول الجديد", "قواعد أشدّ للمستودعات", "بيع المنارة القديمة",
        ],
        places=["على طول الساحل", "في ثلاث مناطق", "قرب المعبر الحدودي", "خارج العاصمة", "على ضفتي النهر",
            "في البلدة القديمة"],
        clauses=[
            "على الرغم من عدم تحديد موعد", "بعد أسابيع من التأخير", "وهو ما يراه المنتقدون قليلاً",
            "في ظل نقص قطع الغيار", "فيما ينتظر السكان جواباً", "وفق محاضر اطّلع عليها الصحافيون",
        ],
        openings=["يوم الثلاثاء", "في غضون ذلك", "خلال 18 شهراً", "قبل يوم واحد", "في الوقت نفسه", "منذ الربيع"],
        subheads=["ماذا بعد", "انتظار طويل", "من يدفع الفاتورة؟", "أرقام الخلاف", "أصوات من الرصيف"],
        names=["رنا كريم", "توما وهبة", "ليا عودة", "سامي حدّار", "نور الصايغ", "يوسف أونال"],
        quote=("«", "»"),
        said=["كما قال", "كما أبلغ الصحافيين", "كما كتب في رسالة", "كما أضاف"],
        comma="، ",
        capital=False,
    ),
}  # fmt: skip


def place_name(number: int, edition: str) -> str:
    """Return an invented name that is another one for every number: its syllables are the number's digits.

    >>> place_name(7, "en"), place_name(1234, "en")
    ('Kaco', 'Tadafe')
    """
    syllables = WORDS[edition].syllables
    base = len(syllables)
    # At least two syllables, because one alone could be a word of the language.
    rest = number + base
    name = ""
    while rest:
        name += syllables[rest % base]
        rest //= base
    return name.capitalize() if WORDS[edition].capital else name


def number_of(name: str, edition: str) -> int | None:
    """Return the number that a place name was made from, or None for any other word.

    >>> [number_of(place_name(number, "en"), "en") for number in (0, 7, 399, 1234, 8400, 99999)]
    [0, 7, 399, 1234, 8400, 99999]
    """
    syllables = WORDS[edition].syllables
    letters = name.lower()
    number = -len(syllables)
    for place, at in enumerate(range(0, len(letters), 2)):
        if letters[at : at + 2] not in syllables:
            return None
        number += syllables.index(letters[at : at + 2]) * len(syllables) ** place
    return number if number >= 0 and place_name(number, edition).lower() == letters else None


def pick(rng: Random, choices: Sequence[T]) -> T:
    """Return one of the choices. Faster than `Random.choice`; making a page calls it very often."""
    return choices[int(rng.random() * len(choices))]


def sentence(rng: Random, edition: str) -> str:
    """Return one sentence."""
    words = WORDS[edition]
    parts = [pick(rng, words.subjects), pick(rng, words.verbs), pick(rng, words.objects)]
    if rng.random() < 0.6:
        parts.append(pick(rng, words.places))
    text = " ".join(parts)
    if rng.random() < 0.4:
        text = f"{pick(rng, words.openings)}{words.comma}{text}"
    if rng.random() < 0.5:
        text = f"{text}{words.comma}{pick(rng, words.clauses)}"
    return text[0].upper() + text[1:] + "."


def paragraph(rng: Random, edition: str) -> str:
    """Return two to five sentences, some with a quotation. No other paragraph of the article is the same."""
    words = WORDS[edition]
    sentences = [sentence(rng, edition) for _ in range(pick(rng, (2, 3, 4)))]
    if rng.random() < 0.3:
        inner = sentence(rng, edition)[:-1]
        sentences.append(
            f"{words.quote[0]}{inner}{words.comma.strip()}{words.quote[1]}"
            f" {pick(rng, words.said)} {pick(rng, words.names)}."
        )
    sentences.append(f"{place_name(int(rng.random() * 10**6), edition)} {2 + int(rng.random() * 989)}.")
    return " ".join(sentences)
