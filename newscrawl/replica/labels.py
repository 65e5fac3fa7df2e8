"""The words of pages beside the articles' own text: labels, sources and names, by edition."""

LABELS = {
    "en": {
        "breaking": "BREAKING", "by": "By", "source": "Source", "shares": "Shares", "minutes": "Min Read",
        "listen": "Listen",
        "related": "Related News", "read_more": "Read more", "most_read": "Most Read", "coverage": "Coverage",
        "read_next": "Read Next",
        "more": "Load more", "subscribe": "Leave an address to be sent nothing at all.",
        "rights": "All rights reserved.",
        "about": "This is an invented copy of a news site, made to be crawled by a program; nothing in it is true.",
    },
    "ar": {
        "breaking": "عاجل", "by": "بقلم:", "source": "المصدر", "shares": "مشاركة", "minutes": "دقائق قراءة",
        "listen": "استمع",
        "related": "أخبار ذات صلة", "read_more": "اقرأ أيضاً", "most_read": "الأكثر قراءة", "coverage": "تغطية",
        "read_next": "اقرأ التالي",
        "more": "تحميل المزيد", "subscribe": "اترك عنواناً كي لا يصلك شيء.",
        "rights": "جميع الحقوق محفوظة.",
        "about": "هذه نسخة مخترعة من موقع إخباري صنعت كي يزورها برنامج تحت الاختبار، ولا شيء فيها صحيح.",
    },
    "es": {
        "breaking": "ÚLTIMA HORA", "by": "Autor:", "source": "Fuente", "shares": "Compartidos",
        "minutes": "min de lectura", "listen": "Escuchar",
        "related": "Noticias relacionadas", "read_more": "Lea también", "most_read": "Más leídas",
        "coverage": "Cobertura",
        "read_next": "Lea a continuación",
        "more": "Cargar más", "subscribe": "Deje una dirección para no recibir nada.",
        "rights": "Derechos reservados.",
        "about": "Esta es una copia inventada de un sitio de noticias, hecha para un programa; nada es verdad.",
    },
}  # fmt: skip

SOURCES = {
    "en": ("News websites", "Agencies", "Al Mayadeen"),
    "ar": ("وكالات", "الميادين"),
    "es": ("Agencias", "Al Mayadeen"),
}
OWN_BYLINE = {"en": "Al Mayadeen English", "ar": "الميادين نت", "es": "Al Mayadeen Español"}
"""The byline of news, which has no writer's name."""
AND = {"en": " and ", "ar": "، ", "es": " y "}
"""The text between two names of a byline."""
CREDITS = ("Reuters", "AFP", "Sputnik", "Al Mayadeen", "Social Media")
