"""The sections of each edition, its regions and its tags."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the menu that lists articles: a section of the news, or a kind of article."""

    path: str
    label: str
    kind: str
    name: str | None
    """The section in the records of its articles; None when the entry is only a kind."""


SECTIONS: dict[str, tuple[Section, ...]] = {
    "en": (
        Section("/news/politics", "Politics", "news", "politics"),
        Section("/news/economics", "Economy", "news", "economics"),
        Section("/news/sports", "Sports", "news", "sports"),
        Section("/news/health", "Health", "news", "health"),
        Section("/news/technology", "Technology", "news", "technology"),
        Section("/news/environment", "Environment", "news", "environment"),
        Section("/articles/opinion", "Opinion", "opinion", None),
        Section("/articles/analysis", "Analysis", "analysis", None),
        Section("/articles/blog", "Blog", "blog", None),
        Section("/articles/features", "Features", "features", None),
    ),
    "ar": (
        Section("/news/politics", "سياسة", "news", "politics"),
        Section("/news/economic", "اقتصاد", "news", "economic"),
        Section("/analysis", "تحليلات", "analysis", None),
        Section("/Blog", "مدونات", "blog", None),
    ),
    "es": (
        Section("/news", "Noticias", "news", None),
        Section("/articles", "Artículos", "article", None),
        Section("/entrevistas", "Entrevistas", "interview", None),
    ),
}
UNSEEN_SECTIONS = (
    Section("/news/arts-culture", "Arts&Culture", "news", "arts-culture"),
    Section("/news/miscellaneous", "Miscellaneous", "news", "miscellaneous"),
    Section("/articles/foreign-press", "Foreign Press", "foreign-press", None),
)
"""Entries of the English menu whose paths are a guess."""
OTHER_KINDS: dict[str, tuple[Section, ...]] = {
    "en": (
        Section("/videos", "Videos", "video", None),
        Section("/picture-desk", "In Pictures", "gallery", None),
        Section("/infographs", "Infographs", "infograph", None),
        Section("/episodes", "Episodes", "episode", None),
    ),
    "ar": (
        Section("/video", "فيديو", "video", None),
        Section("/desk/pictures", "بالصور", "gallery", None),
        Section("/infograph", "انفوغراف", "infograph", None),
        Section("/episodes", "حلقات", "episode", None),
    ),
    "es": (
        Section("/videos", "Videos", "video", None),
        Section("/fotos", "En imágenes", "gallery", None),
        Section("/infografias", "Infografías", "infograph", None),
        Section("/programas", "Programas", "episode", None),
    ),
}
SITE_SECTIONS: dict[str, tuple[Section, ...]] = {
    "en": (),
    "ar": (
        Section("/articles", "مقالات", "article", None),
        Section("/press", "صحافة", "foreign-press", None),
        Section("/misc", "منوعات", "misc", None),
        Section("/tv-reports", "تقارير مصورة", "report", None),
        Section("/research-papers", "أوراق بحثية", "research", None),
        Section("/newscast", "نشرات الأخبار", "newscast", None),
    ),
    "es": (),
}
"""Further sections that were seen on the site, for `site_shapes`."""
VIDEO_KINDS = ("video", "episode", "report", "newscast")
"""Kinds of articles whose main part is a video."""
TIMED_KINDS = ("article", "foreign-press", "misc", "analysis")
"""Kinds whose Arabic pages show the time beside the date; the others show the date alone."""
COVERAGE = "/coverage/one"
"""The page of a coverage, to which each article links."""
REGIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("/region/africa", "Africa"),
        ("/region/asia", "Asia"),
        ("/region/latin-america", "Latin America"),
        ("/region/us-canada", "US & Canada"),
    ),
    "ar": (("/region/africa", "أفريقيا"), ("/region/asia", "آسيا"), ("/region/mena", "الشرق الأوسط")),
    "es": (("/region/africa", "África"), ("/region/latin-america", "América Latina")),
}
TAGS: dict[str, tuple[str, ...]] = {
    "en": (
        "Mali",
        "Gaza Strip",
        "Grain",
        "US & Canada trade",
        "Ports",
        "Water",
        "Climate",
        "Rail",
        "C.D.C.",
        "Elections",
        "São Tomé",
    ),
    "ar": ("مالي", "قطاع غزة", "الحبوب", "الموانئ", "المياه", "المناخ", "الانتخابات"),
    "es": ("Malí", "Franja de Gaza", "Granos", "Puertos", "Agua", "Clima", "Elecciones"),
}
