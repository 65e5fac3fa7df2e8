"""Every word that the site shows around its articles, by language: menus, boxes, tags, "load more"; not of bylines.

Tables of labels are compared by `comparison_key`: case, punctuation and accents make no difference. Patterns read lines
that have both a label and a value. English labels are certain; Arabic and Spanish ones were gathered from public pages.
"""

import re
from collections.abc import Mapping

from newscrawl.text import comparison_key

# -- The menu --------------------------------------------------------------------------------------------------------
# Kind → the names that a page's own metadata may have for it. Names of a plain article are left out.
KIND_NAMES: Mapping[str, tuple[str, ...]] = {
    "video": ("video", "videos", "VideoObject", "Video Feature", "فيديو"),
    "gallery": ("gallery", "galleries", "photo gallery", "ImageGallery", "album", "in pictures", "صور", "galería"),
    "infograph": ("infograph", "infographs", "infographic", "infographics", "انفوغراف", "infografía"),
    "episode": ("episode", "episodes", "TVEpisode", "حلقة", "episodio"),
    "podcast": ("podcast", "PodcastEpisode", "بودكاست"),
    "live": ("live", "live blog", "liveblog", "LiveBlogPosting", "live coverage", "بث مباشر", "en vivo"),
}
# Labels of the menu whose links lead to listings of these kinds, whatever their URL. The English ones are certain.
KIND_LABELS: Mapping[str, str] = {
    comparison_key(label): kind
    for kind, labels in {
        "video": (
            "Videos",
            "Video",
            "NewsFeed",
            "News Feed",
            "Video Features",
            "Explainers",
            "Digital Series",
            "TV",
            "فيديو",
        ),
        "gallery": ("In Pictures", "Pictures", "Photos", "Galleries", "Gallery", "بالصور", "صور", "En imágenes"),
        "infograph": ("Infographs", "Infograph", "Infographics", "انفوغراف", "إنفوغراف", "Infografías", "Infografía"),
        "episode": ("Episodes", "حلقات", "Programas"),
        "podcast": ("Podcasts", "Podcast", "بودكاست"),
    }.items()
    for label in labels
}
# Labels of the menu, as comparison keys, for sections and regions whose URLs are unknown. The English ones are certain.
SECTION_LABELS: Mapping[str, str] = {
    comparison_key(label): name
    for name, labels in {
        "politics": ("Politics", "Política", "سياسة", "السياسة"),
        "economics": ("Economy", "Economics", "Economía", "اقتصاد", "الاقتصاد"),
        "sports": ("Sports", "Sport", "Deportes", "Deporte", "رياضة", "الرياضة"),
        "arts-culture": (
            "Arts&Culture",
            "Arts and Culture",
            "Culture",
            "Cultura",
            "Arte y Cultura",
            "ثقافة",
            "ثقافة وفنون",
        ),
        "health": ("Health", "Salud", "صحة"),
        "miscellaneous": ("Miscellaneous", "Miscelánea", "Misceláneas", "منوعات"),
        "technology": ("Technology", "Tecnología", "تكنولوجيا"),
        "environment": ("Environment", "Medio Ambiente", "Medioambiente", "بيئة"),
        "opinion": ("Opinion", "Opinión", "آراء", "رأي"),
        "analysis": ("Analysis", "Análisis", "تحليل", "تحليلات"),
        "blog": ("Blog", "Blogs", "مدونات", "مدونة", "المدونة"),
        "features": ("Features", "Reportajes", "تقارير"),
        "foreign-press": ("Foreign Press", "Prensa Extranjera", "صحافة"),
    }.items()
    for label in labels
}
REGION_LABELS: Mapping[str, str] = {
    comparison_key(label): name
    for name, labels in {
        "africa": ("Africa", "África", "أفريقيا", "افريقيا"),
        "asia": ("Asia", "آسيا"),
        "asia-pacific": ("Asia-Pacific", "Asia Pacific", "Asia-Pacífico", "آسيا والمحيط الهادئ"),
        "europe": ("Europe", "Europa", "أوروبا"),
        "latin-america": ("Latin America", "América Latina", "Latinoamérica", "أميركا اللاتينية"),
        "mena": ("MENA", "Middle East", "Medio Oriente", "Asia Occidental", "الشرق الأوسط"),
        "palestine": ("Palestine", "Palestina", "فلسطين"),
        "us-canada": ("US & Canada", "US and Canada", "EE.UU. y Canadá", "الولايات المتحدة وكندا"),
    }.items()
    for label in labels
}

# -- The site's name -------------------------------------------------------------------------------------------------
SITE_NAMES = frozenset(
    map(
        comparison_key,
        (
            "Al Mayadeen English", "Al Mayadeen", "Al Mayadeen Net", "Al Mayadeen Español", "AlMayadeen",
            "Almayadeen Net", "Al Mayadeen Media Network", "Home", "الميادين", "الميادين نت", "شبكة الميادين",
            "شبكة الميادين الإعلامية",
        ),
    )
)  # fmt: skip
SITE_NAME = re.compile(
    r"(?i)(?:www\.)?al[ -]?mayadeen"
    r"(?:[ .](?:english|español|espanol|arabic|net|tv|online|media|network|channel|news|website)){0,3}"
    r"|(?:(?:شبكة|قناة|موقع) )?الميادين(?: (?:نت|الإعلامية|أونلاين|أون لاين|الإخبارية|الفضائية|إنجليزي|إسباني)){0,2}"
)
"""The name of the site as a template adds it to a title, in whatever words."""
TITLE_SEPARATOR = re.compile(r"\s*[|｜]\s*|\s+(?:[–—―•·»:*~-]|::|--)\s+")
"""What is between a title and the name of a section or of the site."""
TITLE_SECTIONS = frozenset(
    map(
        comparison_key,
        (
            "News", "World", "World News", "National", "International", "Latest News", "Latest", "Breaking News",
            "Articles", "Story", "Noticias", "Mundo", "Actualidad", "Internacional", "أخبار", "الأخبار", "آخر الأخبار",
            "أخبار العالم", "مقالات", "العالم",
        ),
    )
) | {*SECTION_LABELS, *REGION_LABELS, *KIND_LABELS}  # fmt: skip
"""Names of sections that a template puts between a title and the site's name."""
ERROR_TITLE = re.compile(
    r"(?i)^(?:(?:error\s*)?(?:400|401|403|404|410|429|5\d\d)\b|page not found|not found|just a moment|access denied"
    r"|attention required|service unavailable|bad gateway|(?:internal )?server error|runtime error|application error"
    r"|página no encontrada|الصفحة غير موجودة)"
)

# -- Boxes and lines inside an article -------------------------------------------------------------------------------
# Labels as the three editions may write them, as comparison keys.
RELATED_LABELS = frozenset(
    map(
        comparison_key,
        (
            "Related News", "Related", "Related Stories", "Related Articles", "Related Story", "Related Topics",
            "Related Content", "Read Also", "Also Read", "See Also", "Read More", "More on this story",
            "You may also like", "Noticias relacionadas", "Relacionadas", "Relacionado", "Artículos relacionados",
            "Lea también", "Lea además", "Leer también", "Lea más", "Leer más", "Vea también", "Te puede interesar",
            "Temas relacionados", "أخبار ذات صلة", "ذات صلة", "مواضيع ذات صلة", "مقالات ذات صلة", "أخبار متعلقة",
            "مواضيع متعلقة", "اقرأ أيضاً", "اقرأ أيضا", "اقرأ المزيد", "إقرأ أيضاً", "إقرأ المزيد", "شاهد أيضاً",
            "للمزيد", "المزيد",
        ),
    )
)  # fmt: skip
READ_MORE = re.compile(
    r"(?i)^[\s•>»*\-–—]*(?:read (?:more|also)|also read|see also|related(?: (?:news|stor(?:y|ies)|articles?))?"
    r"|lea (?:también|además|más)|leer (?:también|más)|vea también|noticias? relacionadas?"
    r"|[اأإ]قر[أا] (?:أيضا?ً?|ايضا?ً?|المزيد)|شاهد أيضا?ً?|للمزيد)(?=[\s:：…|>»]|$)\s*(?P<colon>[:：…|>»–—]*)\s*"
)
READ_MORE_AT_END = re.compile(
    r"(?i)(?<=[.!?…؟”’\"»)])\s+(?:read (?:more|also)|also read|see also|lea (?:también|además|más)|leer (?:también|más)"
    r"|[اأإ]قر[أا] (?:أيضا?ً?|ايضا?ً?|المزيد))\s*[:：]\s*$"
)
FURNITURE_LINE = re.compile(
    r"(?i)^(?:listen|share|print|x|advertisement|ad|comments?|tags?|keywords|copy link|escuchar|compartir|imprimir"
    r"|etiquetas|publicidad|استمع|مشاركة|شارك|طباعة|إعلان|الكلمات المفتاحية|الوسوم|\d+ (?:min(?:utes?)? read|shares?"
    r"|views?|compartidos?|visualizaciones)|\d+ min(?:utos?)? de lectura)\s*:?$"
)
FOLLOW_US = re.compile(
    r"(?i)^(?:please )?(?:follow|join|subscribe to|sign up (?:to|for)|download|síganos|siga(?:nos)?|suscríbase|únase"
    r"|تابعوا?|تابعونا|اشترك(?:وا)?|انضم(?:وا)?)\b.{0,80}(?:telegram|whatsapp|newsletter|twitter|facebook|instagram"
    r"|youtube|our app|channel|canal|boletín|تلغرام|تيليغرام|واتساب|فيسبوك|تويتر|يوتيوب|النشرة)"
)
INSTAGRAM_PLACEHOLDER = re.compile(r"(?i)^(?:view this post on instagram|ver esta publicación en instagram)\s*")

# -- What follows or surrounds an article ----------------------------------------------------------------------------
END_LABELS = frozenset(
    map(
        comparison_key,
        (
            "Most Read", "Most Viewed", "Most Popular", "Read Next", "Coverage", "Tags", "Tag", "Topics", "Keywords",
            "Comments", "Leave a comment", "Latest News", "Latest", "More from", "More News", "Trending", "Recommended",
            "Recommended for you", "Up Next", "Share this article", "Share this", "Share", "About the author",
            "Newsletter",
            "Más leídas", "Más leídos", "Lo más leído", "Más visto", "Etiquetas", "Comentarios", "Cobertura",
            "Lea a continuación", "Últimas noticias", "Compartir", "Temas",
            "الأكثر قراءة", "الأكثر قراءةً", "الأكثر مشاهدة", "اقرأ التالي", "التالي", "تغطية", "تغطيات", "التغطيات",
            "الكلمات المفتاحية", "كلمات مفتاحية", "كلمات دلالية", "الوسوم", "وسوم", "تعليقات", "التعليقات",
            "آخر الأخبار",
        ),
    )
)  # fmt: skip
BOILERPLATE = (
    "all rights reserved", "copyright", "©", "cookie", "privacy policy", "terms of use", "subscribe to", "sign up for",
    "newsletter", "enable javascript", "derechos reservados", "política de privacidad", "boletín",
    "جميع الحقوق محفوظة", "سياسة الخصوصية",
)  # fmt: skip
ASIDE_LABELS = frozenset(
    map(
        comparison_key,
        (
            "Most Read", "Most Viewed", "Most Popular", "Read Next", "Coverage", "Trending", "Más leídas", "Más leídos",
            "Lo más leído", "Lea a continuación", "Cobertura", "الأكثر قراءة", "الأكثر مشاهدة", "اقرأ التالي", "تغطيات",
            "تغطية", "التغطيات",
        ),
    )
)  # fmt: skip
BREAKING_LABELS = frozenset(
    map(comparison_key, ("Breaking", "Breaking News", "عاجل", "Última hora", "Último momento", "Urgente"))
)

# -- Listings --------------------------------------------------------------------------------------------------------
MORE_TEXT = re.compile(
    r"(?i)^(?:\W*)(?:load more|show more|view more|see more|read more news|more news|more articles|more stories|more"
    r"|more results|next|next page|older|older posts|older news|cargar más|ver más|mostrar más|más noticias|más"
    r"|siguiente|تحميل المزيد|عرض المزيد|المزيد|التالي|الصفحة التالية|شاهد المزيد|مزيد من الأخبار|»|›|>)(?: \w+)?\W*$"
)
