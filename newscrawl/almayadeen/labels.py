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
TITLE_SEPARATOR = re.compile(r"\s*[|｜]\s*|\s+(?:[–—―•·«»:*~-]|::|--)\s+")
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
_GALLERY = (
    r"(?:image|photo|picture|slide|foto|imagen|video|صورة) \d{1,3} ?(?:of|/|de|من) ?\d{1,3}"
    r"|(?:back to|view|open|see|close|full) (?:the )?gallery|volver a la galería|ver galería"
)
FURNITURE_LINE = re.compile(
    rf"(?i)^(?:{_GALLERY})$|"
    r"^(?:listen|share|print|x|advertisement|ad|comments?|tags?|keywords|copy (?:the )?link|link copied|escuchar"
    r"|compartir|imprimir|etiquetas|publicidad|copiar (?:el )?enlace|enlace copiado|(?:تم )?نسخ الرابط|استمع|مشاركة"
    r"|شارك|طباعة|إعلان|الكلمات المفتاحية|الوسوم|\d+ (?:min(?:utes?)? read|shares?|views?|comments?|compartidos?"
    r"|visualizaciones|comentarios)|\d+ min(?:utos?)? de lectura)\s*:?$"
)
# Invitations to follow the publisher. A sentence that begins like one goes on: "Join us, he wrote on Facebook, and …".
_CHANNEL = r"(?:telegram|whatsapp|newsletters?|bulletin|app|apps|channels?|groups?|notifications|podcast)"
FOLLOW_US = re.compile(
    rf"(?i)^(?:(?:please|and) )?(?:(?:follow|join|find|like|watch|connect with) (?:us|our|@\w+|al ?mayadeen\w*)"
    rf"\b[^,.]{{0,30}}?\b(?:on|at|via|through)\b[^,]{{0,60}}"
    rf"|(?:join|subscribe to|sign up (?:to|for)|download|get) (?:(?:our|al ?mayadeen(?:'s|’s)?)\b[^,.]{{0,40}}|the )"
    rf"{_CHANNEL}\b[^,.]{{0,40}}"
    r"|(?:s[ií]g[au](?:e|a)?nos|s[ií]ganos|suscr[ií]b(?:ete|ase|anse)|[úu]n(?:ete|ase|anse)"
    r"|descarg(?:a|ue|uen) (?:nuestra|la) (?:app|aplicación)|(?:siga|sigue) (?:nuestr[oa]s?|a al mayadeen))\b[^,]{0,80}"
    r"|(?:تابعونا|تابعنا|تابعوا (?:قنا|صفح|حسابات|الميادين)\S*"
    r"|اشترك(?:وا|ي)? (?:في|ب) ?(?:النشرة|نشرت|قنات|القناة|خدمة|إشعارات)\S*"
    r"|انضمّ?(?:وا|ي)? (?:إلى|الى) (?:قنات|مجموعت|صفحت|القناة|واتساب|تلغرام|تيليغرام|فيسبوك)\S*"
    r"|حمّ?ل(?:وا|ي)? (?:التطبيق|تطبيق)\S*)[^،,]{0,80})[.!]?$"
)
CALL_LINE = re.compile(
    r"(?i)^(?:(?:the )?(?:article|story|content|post|text) (?:continues|resumes) (?:below|after)\b[^,]{0,60}"
    r"|continue reading\b[^,]{0,60}|scroll (?:down )?(?:to|for) [^,]{0,60}"
    r"|(?:click|tap) here (?:to|for) .{0,80}|click here\W*"
    r"|(?:get|download|install) (?:our|the) (?:[\w-]+ ){0,3}apps?\b.{0,40}"
    r"|(?:like|love|enjoy|enjoyed) (?:this|the|our) (?:story|article|post)\b[^,]{0,60}"
    r"|share (?:this|it) (?:story|article|post|with|on)\b[^,]{0,60}"
    r"|(?:do you |have you )?(?:have|got) (?:a|any) (?:news )?(?:tip|tips|story)\b.{0,140}"
    r"|we apologi[sz]e, but this video .{0,60}|try refreshing (?:your browser|the page)\b.{0,80}"
    r"|.{0,120}\bback to video"
    r"|(?:would|do) you (?:like|want) to comment (?:on this|below)\b.{0,80}|please read our comment.{0,60}"
    r"|this is a breaking (?:news )?(?:new )?story\b.{0,80}|more to follow\W*|you can find this story in .{0,80}"
    r"|check out (?:more of )?(?:the|our) .{0,80}newsletter|follow .{1,60} on google news\b.{0,120}"
    r"|this site is protected by recaptcha\b.{0,80}|for more stories like this,? .{0,60}|our standards: .{0,80}"
    r"|purchase licensing rights.{0,30}|[•\W]{0,3}e-?mail: ?\S{1,60}@\S{1,60}|subjects:?"
    r"|reprints (?:and|&) permissions?"
    r"|(?:contact|e-?mail|write to|reach) us\b[^,]{0,80}"
    r"|sign up (?:for|to|here)\b[^,]{0,80}|subscribe (?:to|now|today|here)\b[^,]{0,80}"
    r"|(?:get|receive) (?:the |our |all )?(?:latest|breaking|daily|top) (?:news|stories|updates|headlines)\b[^,]{0,60}"
    r"|send (?:us|in) (?:your|a) (?:news )?(?:tips?|stor(?:y|ies)|photos?|videos?|feedback|comments?)\b[^,]{0,80}"
    r"|(?:la|el) (?:noticia|nota|artículo|historia) (?:continúa|sigue) (?:abajo|debajo|después|más)\b.{0,40}"
    r"|(?:continúe?|sig[au]e?) leyendo\b[^,]{0,40}|(?:haga|haz|pulse|pulsa) (?:clic |click )?aquí\b.{0,60}"
    r"|comparte?a? (?:esta|este|la|el) (?:noticia|nota|artículo|historia)\b[^,]{0,40}"
    r"|(?:escríb|contáct)[ae]nos\b[^,]{0,60}"
    r"|¿te gustó .{0,60}|volver al v[ií]deo|noticia en desarrollo\W*|síg[au]e?nos en google news\b.{0,60}"
    r"|¿tienes? (?:una historia|un dato)\b.{0,100}|(?:nuestra|la) política de comentarios\b.{0,40}"
    r"|(?:يتبع|يستمر|تتابع) (?:المقال|الخبر|النص|بعد الإعلان)\b[^،]{0,40}|تابع(?:وا)? القراءة[^،]{0,40}"
    r"|هل لديك (?:قصة|خبر|معلومات)\b.{0,80}|(?:خبر عاجل|التفاصيل) (?:قيد|بعد) .{0,30}|العودة إلى الفيديو"
    r"|(?:اضغط|انقر)(?:وا)? هنا[^،]{0,60}|شارك(?:وا)? (?:هذا|المقال|الخبر)\b[^،]{0,40}"
    r"|(?:راسلونا|للتواصل معنا)\b.{0,60}"
    r"|(?:لمتابعة|للمزيد من|للاطلاع على) [^،.]{0,40} (?:اشترك|تابع|انضم|حمّ?ل)\S* [^،]{0,60})$"
)
"""A line that calls readers to do something on the page: to go on, to share, to write, to sign up."""
CARD_LINE = re.compile(
    r"(?i)^(?:(?:duration|duración|المدة)\b.{0,15}|\d{1,2}:\d\d(?::\d\d)?"
    r"|(?:\d{1,2}|an?) (?:sec|min|hour|day|week|month)\w* ago"
    r"|hace (?:\d{1,2}|una?) \w+|(?:قبل|منذ) (?:\d{1,2} )?\w+"
    rf"|{_GALLERY}"
    r"|up next|now playing|next up|playing now|coming up|a continuación|reproduciendo|التالي|يعرض الآن"
    r"|play(?: video)?|watch(?: now| live)?|loading\W*|cargando\W*|latest posts|\d+ (?:videos?|photos?|images?|fotos))$"
)
"""A line that only players, galleries and cards have."""
SHORT_LABEL = re.compile(r"^\W{0,3}[^\W\d](?:[^\s.!?:：|]*\s){0,4}[^\s.!?:：|]{0,20}\s?[:：|»›>]+\s*$")
"""A few words with a colon behind them: the label of a link, whatever the words are."""
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
            "الأكثر قراءة", "الأكثر قراءةً", "الأكثر مشاهدة", "اقرأ التالي", "التالي", "تغطية", "التغطية", "تغطيات",
            "التغطيات", "الكلمات المفتاحية", "كلمات مفتاحية", "كلمات دلالية", "الوسوم", "وسوم", "تعليقات", "التعليقات",
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
            "تغطية", "التغطية", "التغطيات",
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
