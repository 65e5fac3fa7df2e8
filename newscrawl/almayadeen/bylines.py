"""Every word of bylines, by language: labels before names, roles, agencies, institutions, places, times, shares.

Tables are compared by `comparison_key`: case, punctuation and accents make no difference.
"""

import re

from newscrawl.almayadeen.labels import KIND_LABELS, REGION_LABELS, SECTION_LABELS
from newscrawl.text import comparison_key

# -- Labels before a value -------------------------------------------------------------------------------------------
_SOURCE = r"(?:sources?|fuentes?|المصدر|المصادر)"
_BY = (
    r"(?:(?:words|story|text|article|report|analysis|opinion|posted|published|submitted|compiled|written|reported"
    r"|writing|reporting) by|authors? of (?:the|this) (?:article|story)|by|authors?|escrito por|publicado por"
    r"|redactado por|(?:texto|análisis|reportaje) (?:de|por)|por|autor(?:a|es|as)?|بقلم|الكاتبة?|المؤلفة?|كتبت?|كتبها)"
)
BY_LABEL = re.compile(
    rf"(?i)^(?:{_BY}(?:\s*[:：]\s*|\s+(?=\S)|$)|(?:إعداد|كتابة|حاور(?:ه|ها|هم|ته|تها)?)\s*[:：]\s*)[\s|]*"
)
# Before a name that the markup or the metadata calls an author's. As the beginning of a line they prove nothing.
NAME_LABEL = re.compile(
    rf"(?i)^(?:{_BY}(?:\s*[:：]\s*|\s+(?=\S)|$)|edited by\s*[:：]?\s*|edici[óo]n(?: de)?\s*[:：]\s*|editado por\s+"
    r"|(?:إعداد|تقرير|كتابة|حوار|حاور(?:ه|ها|هم|ته|تها)?|تحقيق|تحرير|الصحافية?|الصحفية?)\s*[:：]\s*|(?:إعداد|تحرير)\s+"
    r"|(?:von|par|di|af|av|door|от)(?:\s*[:：]\s*|\s+(?=[A-ZÀ-Þ])|$)"
    r"|(?:reporter|correspondent|escritora?|periodista|text|words|story|analysis|opinion|report|interview|texto|análisis"
    r"|opinión|reportaje|entrevista)\s*[:：]\s*)[\s|]*"
)
# A label behind something else on its line: a date, the name of a section.
LABEL_INSIDE = re.compile(
    r"(?i)(?<=[\s|·•,،–—-])(?:(?:written )?by|(?:escrito )?por|بقلم)(?:\s*[:：]|(?=[\s|]|$))[\s|]*"
)
# From here on a byline names those who did something else.
OTHER_WORK = re.compile(
    r"(?i)[\s,،;؛|(/–—.-]{0,4}(?<!\w)(?:(?:additional )?(?:reporting|editing) by|edited by|translat(?:ed|ion) by"
    r"|(?:photo|photograph|image|picture|video|illustration|graphic)(?:s|y)?(?: by(?!\w)|\s*[:：])"
    r"|traducci[óo]n(?: de(?!\w)|\s*[:：])|traducido por|editado por|edici[óo]n\s*[:：]|fotos?(?: de(?!\w)|\s*[:：])"
    r"|(?:ترجمة|ترجمه|تصوير|تعريب|تحرير|مونتاج)(?:\s*[:：]|\s))"
)
CREDIT = re.compile(
    r"(?i)^\W*(?:(?:photo|photograph|image|picture|foto|fotos|photos|images|credit|imagen|bild|crédito)\s*(?:by|credit|de)?"
    r"\s*[:：]|©|getty images|صورة|الصورة|تصوير)|getty images|shutterstock|\bvia (?:ap|getty|reuters)\b"
)
SOURCE_LABEL = re.compile(rf"(?i)(?<!\w){_SOURCE}\s*[:：]\s*")
SHARES = re.compile(
    r"(?i)(?<![\w.,])(\d[\d.,]*)\s*(k)?[\s|]*(?:shares?|compartidos?|مشاركات|مشاركة)(?!\w)"
    r"|^(?:shares|compartidos|مشاركات)[\s|]*[:：]?[\s|]*(\d[\d.,]*)\s*(k)?$"
)
READING_MINUTES = re.compile(
    r"(?i)(?<!\w)(\d{1,3})[\s|]*(?:-?\s*min(?:ute)?s?\.?\s*read|min(?:utos?)?\.?\s*(?:de\s+)?lectura"
    r"|(?:دقائق|دقيقة|د)\s*(?:قراءة|للقراءة))"
    r"|(?:read(?:ing)? time|tiempo de lectura|وقت القراءة|مدة القراءة)\s*[:：]?\s*(\d{1,3})"
)
VIEWS = re.compile(r"(?i)^\d[\d.,]*\s*(?:k\s*)?(?:views?|visualizaciones|مشاهدات?|قراءات?)$")
CONTROL_LINE = re.compile(r"(?i)^(?:listen|share|print|x|escuchar|compartir|استمع|مشاركة|شارك|\d+)$")

# -- What ends the names ---------------------------------------------------------------------------------------------
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo"
    r"|(?:يوم )?(?:الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت|الأحد|الاحد))"
)
NEXT_BYLINE_PART = re.compile(
    rf"(?i)[\s,،(]{{0,3}}(?:(?<!\w){_SOURCE}\s*[:：]|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+)?\w+\.?,?\s+(?:de\s+)?\d{{4}}"
    r"|(?<!\w)\w+\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}:\d\d|(?<!\d)\d+\s+(?:shares?|min)\b"
    rf"|(?<!\w){_WEEKDAY}[\s,،]+(?:\w+\s+)?\d|(?:(?<!\d)\d+|(?<!\w)an?)\s*(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|h|m|d)\s+ago\b"
    r"|(?<!\w)hace\s+(?:\d|una?\s)|(?:قبل|منذ)\s+(?:\d+\s+)?(?:ساع|دقي|دقا|يوم|أيام|أسبوع|أسابيع|شهر|ثوان)"
    r"|(?<!\w)(?:last )?(?:updated|published|posted|modified)(?!\w)|(?<!\w)(?:actualizado|publicado)(?!\w)"
    r"|(?<!\w)(?:آخر تحديث|تاريخ النشر|نشر في|نُشر))"
)

# -- What a part of a byline is --------------------------------------------------------------------------------------
NAME_SUFFIX = re.compile(r"(?i)^(?:jr|sr|ph\.?\s?d|m\.?d|esq|ii|iii|iv)\.?$")
PARTICLES = frozenset(
    "de del la las los da das do dos di du des le van von vom der den dem ter ten zu zur bin ibn ben bint al el abu y"
    " e i af av st ould uld".split()
)
# An institution's name is one byline, its "and" included.
INSTITUTION = re.compile(
    r"(?i)\b(?:cent(?:er|re)|institute|institution|council|committee|foundation|ministry|department|studies|university"
    r"|association|organi[sz]ation|commission|federation|agency|authority|academy|society|network|observatory|union"
    r"|college|faculty|coalition|movement|group|campaign|office|board|project|initiative)\b"
    r"|\b(?:centro|instituto|fundación|fundacion|ministerio|universidad|asociación|asociacion|consejo|comité|comite"
    r"|organización|organizacion|comisión|comision|federación|federacion|agencia|academia|departamento|observatorio"
    r"|facultad|colectivo|movimiento|coordinadora|sindicato|estudios)\b|\b(?:red|unión|grupo|equipo|oficina) de\b"
    r"|(?<!\w)(?:ال)?(?:مركز|معهد|مؤسسة|جامعة|وزارة|مجلس|لجنة|هيئة|منظمة|جمعية|اتحاد|شبكة|كلية|دائرة|مكتب|أكاديمية"
    r"|رابطة|نقابة|حركة|مرصد|صحيفة|مجلة|وكالة|إدارة|قسم)(?!\w)"
)
# The second half of a firm's name: "Ahmad and Sons".
FIRM = re.compile(
    r"(?i)^(?:sons?|daughters?|brothers?|bros|sisters?|partners?|associates?|co|company|hijos?|hermanos?|hnos|asociados"
    r"|compañía|cía|cia|أولاده|أبناؤه|أبنائه|شركاه|شركاؤه|إخوانه|إخوته)\.?$"
)
_ROLES = (
    r"(?:co-?)?(?:editors?|correspondents?|reporters?|writers?|journalists?|columnists?|contributors?|staff|editor-in-chief"
    r"|producers?|analysts?|commentators?|professors?|lecturers?|researchers?|directors?|bureau|desk|newsroom|authors?"
    r"|photographers?|presenters?|anchors?|bloggers?|activists?|freelancers?|fellows?|intern|expert|strategist|economist"
    r"|historian|translator|redactora?|redacción|\w*redakteur(?:in)?|\w*korrespondent(?:in)?|nachrichtenagentur|periodistas?|corresponsal(?:es)?|reporter[oa]s?|columnista|analista"
    r"|escritora?|enviad[oa]s? especial(?:es)?|directora?|editora?|profesora?|investigadora?|politólog[oa]"
    r"|colaborador[ae]?s?|fotógraf[oa]|جريدة|موقع)"
)
_ARABIC_ROLES = (
    r"(?:ال)?(?:مراسل|صحافي|صحفي|محرر|محلل|باحث|إعلامي|مذيع|مصور|خبير|أكاديمي|كاتب|مقدم|معد)(?:ة|ون|ين|و|ات)?"
    r"|(?:ال)?(?:رئيسة?|مديرة?) (?:ال)?(?:تحرير|مكتب|قسم|مركز)"
    r"|(?:ال)?(?:أستاذة?|دكتور|موفدة?) (?:ال)?\w+|فريق (?:ال)?\w+"
)
ROLE = re.compile(rf"(?i)(?<!\w)(?:{_ROLES}|{_ARABIC_ROLES})(?!\w)")
# A role before a name: "Staff Writer Jane Doe".
ROLE_FIRST = re.compile(
    r"(?i)^(?:(?:our|senior|special|staff|chief|political|foreign|guest|contributing)\s+)*"
    r"(?:editor|correspondent|reporter|writer|journalist|columnist|corresponsal|periodista|analista|redactora?)\s*[:：]?\s+"
    r"|^(?:ال)?(?:مراسلة?|صحافية?|صحفية?|محررة?|محللة?|كاتبة?|إعلامية?|باحثة?)(?: (?:ال)?ميادين(?: نت)?)?\s*[:：]?\s+"
)
AGENCIES = frozenset(
    map(
        comparison_key,
        (
            "Agencies", "News Agencies", "Agency", "Wires", "Wire Services", "News Websites", "Websites",
            "Reuters", "AFP", "Agence France-Presse", "AP", "Associated Press", "The Associated Press", "UPI", "EFE",
            "dpa", "ANSA", "TASS", "RIA Novosti", "RIA", "Sputnik", "Xinhua", "SANA", "NNA", "WAFA", "IRNA", "Fars",
            "Tasnim", "Mehr", "Anadolu", "Anadolu Agency", "AA", "Bloomberg", "Prensa Latina", "Europa Press", "PA",
            "Notimex", "Telesur", "Agencias", "Agencias de noticias", "SDA", "APA", "PA Media", "Press Association",
            "Getty", "Getty Images", "KUNA", "SPA", "MENA", "Interfax", "Kyodo", "Yonhap", "WAM", "QNA", "Petra",
            "وكالات", "الوكالات", "وكالة", "مواقع", "وسائل إعلام", "وسائل إعلامية", "رويترز", "أ ف ب", "فرانس برس",
            "وكالة فرانس برس", "أ ب", "أسوشيتد برس", "أسوشييتد برس", "سانا", "وفا", "إرنا", "فارس", "تسنيم", "مهر",
            "سبوتنيك", "تاس", "نوفوستي", "شينخوا", "الأناضول", "بلومبرغ", "الوكالة الوطنية للإعلام", "د ب أ", "كونا",
            "واس",
        ),
    )
)  # fmt: skip
# The staff of an outlet, which has no name of its own: "The Gazette Staff".
COLLECTIVE = re.compile(
    r"(?!(?i:our|a|an|by|senior|special|political|news|chief|web|foreign)\s)(?:[A-ZÀ-Þ][\w.-]*\s+){1,3}"
    r"(?i:staff(?: reporters?| writers?)?|newsroom|desk|team)$|(?:قسم|فريق|هيئة) (?:ال)?(?:تحرير|أخبار)"
    r"|(?i:redacción (?:de|en) \w+)"
)
NOT_NAMES = frozenset(
    map(
        comparison_key,
        (
            "admin", "administrator", "user", "guest", "root", "unknown", "none", "null", "undefined", "n/a",
            "anonymous",
            "author", "by", "from", "von", "par", "por", "di", "and", "via", "home", "start", "startseite", "inicio",
            "news", "breaking news", "latest", "latest news", "exclusive", "live", "world", "national", "international",
            "local", "more", "follow", "share", "comment", "comments", "published", "updated", "view profile",
            "see full bio", "read more", "google scholar", "pubmed", "orcid", "noticias", "exclusivo", "mundo",
            "internacional", "أخبار", "عاجل", "حصري", "الرئيسية", "خاص", "العالم", "مشاركة", "غير معروف", "مجهول",
            "المصدر",
        ),
    )
) | {*SECTION_LABELS, *REGION_LABELS, *KIND_LABELS}  # fmt: skip
TIME_WORD = re.compile(
    rf"(?i)^(?:{_WEEKDAY}|(?:this |last |next )?(?:noon|midday|midnight|dawn|dusk|sunset|sunrise|morning|evening|night"
    r"|now|then|today|tonight|tomorrow|yesterday|christmas|easter|ramadan|week|month|year)|hoy|ayer|mañana|ahora|entonces"
    r"|january|february|march|april|june|july|august|september|october|november|december"
    r"|اليوم|أمس|غداً|الآن)$"
)
# Places of more than one word; a single word behind a full name is no second name anyway.
PLACES = frozenset(
    map(
        comparison_key,
        (
            "New York", "Los Angeles", "Washington DC", "Washington, D.C.", "San Francisco", "Hong Kong", "New Delhi",
            "Abu Dhabi", "Tel Aviv", "Al-Quds", "Occupied Palestine", "Occupied Jerusalem", "Gaza City", "Gaza Strip",
            "West Bank", "South Africa", "South Lebanon", "Saudi Arabia", "United Kingdom", "United States",
            "Sri Lanka",
            "Cape Town", "Addis Ababa", "Kuala Lumpur", "Buenos Aires", "La Paz", "La Habana", "Mexico City",
            "Ciudad de México", "Santo Domingo", "San José", "San Salvador", "San Juan", "Puerto Príncipe",
            "Nueva York",
            "Río de Janeiro", "Sao Paulo", "El Cairo", "El Líbano", "Estados Unidos", "Costa Rica", "El Salvador",
            "القدس المحتلة", "فلسطين المحتلة", "قطاع غزة", "الضفة الغربية", "رام الله", "تل أبيب", "جنوب لبنان",
            "الدار البيضاء", "أبو ظبي", "سلطنة عمان", "جنوب أفريقيا", "أديس أبابا", "نيويورك", "لوس أنجلوس",
            "بوينس آيرس", "الولايات المتحدة", "عين الحلوة", "دير الزور",
        ),
    )
)  # fmt: skip
# What ties a place, an outlet or a bio to a name.
AFTER_NAME = re.compile(
    r"\s+(?:(?:[Ee]xclusive(?:ly)? |[Ss]pecial |[Rr]eporting )?(?:for|to|from|in|at)|of the|para|desde|en"
    r"|is (?:an?|the)|es (?:una?|el|la)|on (?:[Tt]witter|X|[Ff]acebook|[Ii]nstagram))\s+\S"
    r"|\s+(?:من|في|لـ ?|لموقع|لقناة|لشبكة|لصحيفة)\s+\S|\s+(?:لـ ?[\"«“]?\S|للميادين|لـلميادين|خاص)"
)
PLACE_FIRST = re.compile(
    r"(?:in|from|at|for|para|desde|en|من|في)\s|(?i:special|especial|exclusiv[eo]|exclusively)\s+(?:for|to|para)\s|خاص\s"
)
# Words that no name has, and that sentences have.
ARABIC_SENTENCE = frozenset(
    "على في من إلى عن أن إن أنّ إنّ أنه أنها هذا هذه ذلك تلك التي الذي الذين قد لم لن لا ما هل مع حول عبر منذ بعد قبل"
    " خلال ضد بين كان كانت قال قالت أكد أكدت منصة ليس ليست هو هي ثم حين حيث كل بعض غداً"
    " كتب كتبت يكتب تكتب يقول تقول يعود تعود عاد عادت يتحدث تتحدث يروي تروي".split()
)
NAMES_WITH_WAW = (
    "وليد|وليدة|وائل|وسام|وفاء|وديع|وديعة|وجيه|وجيهة|وضاح|وهيب|وهيبة|وجدي|وجدان|وصال|وداد|ورد|وردة|واصف|وحيد|وحيدة|وهبة|وهبي|ونوس"
    "|ولد|وسيم|وسيمة|وسيلة|وعد|وفيق|وفيقة|وفائي|ولاء|وليم|ويليام|وليام|ونيس|وقاص|واصل|واثق|وافي|واثلة|وئام|وسن|وهدان|وهاب|وهب"
    "|وزان|وزاني|وزني|وزير|وكيل|وكيم|ويصا|واكيم|وطفة|وطفى|وعل|ورور|وادي|والي|والتر|وارن|واتسون|ويلسون|ويلسن|وايت|وود|وولف|ووكر|واين"
    "|وونغ|وانغ|وو|وي|ويل|ويندي|وينستون"
)
# What joins two people: a word of its own, or the Arabic letter at the start of the second name. Some names begin with
# that letter.
JOINT = re.compile(rf"\s+(?:y|e|et|und|og|och)\s+|\s+و\s+|\s+(?!(?:{NAMES_WITH_WAW})(?!\w))و(?=\w)")
JOINT_FIRST = re.compile(rf"(?i)^(?:(?:and|y|e|und|et)\s+|&\s*|و\s+|(?!(?:{NAMES_WITH_WAW})(?!\w))و(?=\w\w))")
JOINT_LINE = re.compile(r"(?i)^(?:and|&|,|y|e|with|و|،|und|et)$")
VERB_LABEL = re.compile(r"كتب(?:ت|ها)?(?=\s)")
