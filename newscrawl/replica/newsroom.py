"""The replica's stories: each is made anew from its number when it is asked for, so that any number is cheap."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newscrawl.replica.options import Options
from newscrawl.replica.prose import WORDS, number_of, paragraph, pick, place_name, sentence

BEIRUT = ZoneInfo("Asia/Beirut")
FIRST_ID = 1_900_001
LONGEST_SLUG = 60
SPACING = 22 * 60
"""Seconds between two stories, and more than `JITTER`, so that a higher number is always a newer story."""
JITTER = 17 * 60
"""The most seconds that a story comes early: two of them are 5 to 39 minutes apart."""
MASK = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True, slots=True)
class Part:
    """A listing of the site: a section of the news or a kind of article."""

    path: str
    label: str
    kind: str
    section: str | None


PARTS: dict[str, tuple[Part, ...]] = {
    "en": (
        Part("/news/politics", "Politics", "news", "politics"),
        Part("/news/economics", "Economy", "news", "economics"),
        Part("/news/sports", "Sports", "news", "sports"),
        Part("/news/health", "Health", "news", "health"),
        Part("/news/technology", "Technology", "news", "technology"),
        Part("/news/environment", "Environment", "news", "environment"),
        Part("/articles/opinion", "Opinion", "opinion", None),
        Part("/articles/analysis", "Analysis", "analysis", None),
        Part("/articles/blog", "Blog", "blog", None),
        Part("/articles/features", "Features", "features", None),
    ),
    "ar": (
        Part("/news/politics", "سياسة", "news", "politics"),
        Part("/news/economic", "اقتصاد", "news", "economic"),
        Part("/analysis", "تحليلات", "analysis", None),
        Part("/Blog", "مدونات", "blog", None),
    ),
    "es": (
        Part("/news", "Noticias", "news", None),
        Part("/articles", "Artículos", "article", None),
        Part("/entrevistas", "Entrevistas", "interview", None),
    ),
}
UNSEEN_PARTS = (
    Part("/news/arts-culture", "Arts&Culture", "news", "arts-culture"),
    Part("/news/miscellaneous", "Miscellaneous", "news", "miscellaneous"),
    Part("/articles/foreign-press", "Foreign Press", "foreign-press", None),
)
"""Parts of the English menu whose addresses are a guess."""
OTHER_KINDS: dict[str, tuple[Part, ...]] = {
    "en": (
        Part("/videos", "Videos", "video", None),
        Part("/picture-desk", "In Pictures", "gallery", None),
        Part("/infographs", "Infographs", "infograph", None),
        Part("/episodes", "Episodes", "episode", None),
    ),
    "ar": (
        Part("/video", "فيديو", "video", None),
        Part("/desk/pictures", "بالصور", "gallery", None),
        Part("/infograph", "انفوغراف", "infograph", None),
        Part("/episodes", "حلقات", "episode", None),
    ),
    "es": (
        Part("/videos", "Videos", "video", None),
        Part("/fotos", "En imágenes", "gallery", None),
        Part("/infografias", "Infografías", "infograph", None),
        Part("/programas", "Programas", "episode", None),
    ),
}
PLAYED = ("video", "episode")
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
SOURCES = {
    "en": ("News websites", "Agencies", "Al Mayadeen"),
    "ar": ("وكالات", "الميادين"),
    "es": ("Agencias", "Al Mayadeen"),
}
HOUSE = {"en": "Al Mayadeen English", "ar": "الميادين نت", "es": "Al Mayadeen Español"}
AND = {"en": " and ", "ar": "، ", "es": " y "}
CREDITS = ("Reuters", "AFP", "Sputnik", "Al Mayadeen", "Social Media")
MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "es": "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre".split(),
    "ar": [
        "كانون الثاني",
        "شباط",
        "اذار",
        "نيسان",
        "ايار",
        "حزيران",
        "تموز",
        "اب",
        "ايلول",
        "تشرين الاول",
        "تشرين الثاني",
        "كانون الاول",
    ],
}
TODAY = {"en": "Today", "es": "Hoy", "ar": "اليوم"}
MONTHS_OF_POSTS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: plain, or marked up as `b`, `i`, `span` or `a` (with an address)."""

    text: str
    tag: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body: `p`, `h3`, `ul`, `quote`, `post`, `figure`, `related` or `more`."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    lines: tuple[str, ...] = ()
    stories: tuple[tuple[str, str], ...] = ()
    """(title, path) of other stories."""
    picture: "Picture | None" = None
    href: str = ""

    @property
    def frame(self) -> str:
        """The address of the player that `nested-pcontent` shows behind a post."""
        return f"https://www.youtube.com/embed/{self.href[-11:]}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as shown."""

    src: str
    caption: str
    credit: str

    @property
    def shown(self) -> str:
        """The caption as it stands on the page, the credit in brackets."""
        return f"{self.caption} ({self.credit})" if self.credit else self.caption


@dataclass(frozen=True, slots=True)
class Card:
    """What a listing shows of a story; a tenth of the work that the whole story is."""

    number: int
    part: Part
    path: str
    title: str
    published: datetime
    picture: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story of the replica."""

    number: int
    revision: int
    post_id: str
    part: Part
    path: str
    """Percent-encoded."""
    title: str
    summary: str
    authors: tuple[str, ...]
    source: str
    published: datetime
    modified: datetime | None
    picture: Picture | None
    blocks: tuple[Block, ...]
    tags: tuple[str, ...]
    keywords: tuple[str, ...]
    shares: int
    minutes: int | None
    country: str
    film: str = ""
    """Path of the film of a video or an episode."""
    seconds: int | None = None
    """How long the film is."""


class Newsroom:
    """Holds which stories stand on the site, and makes each from its number."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.edition = options.edition
        self.parts = PARTS[options.edition]
        if options.unseen_parts and options.edition == "en":
            self.parts += UNSEEN_PARTS
        if options.kinds:
            self.parts += OTHER_KINDS[options.edition]
        self.count = options.articles
        self.revisions: dict[int, int] = {}
        self.removed: dict[int, int] = {}
        """Number → status that it answers with."""

    # -- which stories stand there ------------------------------------------------------------------------------

    def numbers(self, part: Part | None = None) -> Sequence[int]:
        """Return the numbers of the stories of a part, or of all, newest first; a slice of them costs its length."""
        start, step = self.count - 1, 1
        if part is not None:
            step = len(self.parts)
            start -= (start - self.parts.index(part)) % step
        numbers = range(start, -1, -step)
        return [number for number in numbers if number not in self.removed] if self.removed else numbers

    def numbers_of_region(self, region: int) -> Iterator[int]:
        """Yield the numbers of the stories of a region, newest first."""
        parts, regions = len(self.parts), len(REGIONS[self.edition])
        return (number for number in self.numbers() if number // parts % regions == region)

    def numbers_of_tag(self, tag: str) -> Iterator[int]:
        """Yield the numbers of the stories with a tag, newest first; none for a tag that no story has."""
        if tag not in TAGS[self.edition]:
            return iter(())
        return (number for number in self.numbers() if tag in self.tags(number))

    def numbers_by_author(self, author: str) -> Iterator[int]:
        """Yield the numbers of the stories by an author, newest first."""
        if author not in (HOUSE[self.edition], *WORDS[self.edition].names):
            return iter(())
        return (number for number in self.numbers() if author in self.authors(number))

    def numbers_between(self, start: datetime, end: datetime) -> Sequence[int]:
        """Return the numbers of the stories that were published from `start` until before `end`, newest first."""
        everything = range(self.count)
        first = bisect_left(everything, start, key=self.published)
        past = bisect_left(everything, end, key=self.published)
        return [number for number in range(past - 1, first - 1, -1) if number not in self.removed]

    def number_at(self, path: str) -> int | None:
        """Return the number of the story at a decoded path, or None; a removed one's too."""
        segments = path.strip("/").split("/")
        if self.edition == "es":
            if len(segments) != 3 or not segments[1].isdecimal():
                return None
            number: int | None = (int(segments[1]) - FIRST_ID) // 3
        else:
            word = segments[-1].lstrip("-").partition("-")[0]
            number = number_of(word, self.edition)
        if number is None or not 0 <= number < self.count or self.path(number) != quote(path, safe="/:"):
            return None
        return number

    # -- what they say ------------------------------------------------------------------------------------------

    def story(self, number: int) -> Story:
        """Return the story with a number, as it stands now."""
        revision = self.revisions.get(number, 0)
        story = self._first(number)
        return story if revision == 0 else self._edited(story, revision)

    def card(self, number: int) -> Card:
        """Return what a listing shows of a story, as it stands now."""
        title = self.title(number)
        revision = self.revisions.get(number, 0)
        return Card(
            number,
            self.part(number),
            self._path(number, title),
            title if revision == 0 else f"{title} ({revision})",
            self.published(number),
            self.picture(number),
        )

    def part(self, number: int) -> Part:
        """Return the part of the site that a story stands in."""
        return self.parts[number % len(self.parts)]

    def tags(self, number: int) -> tuple[str, ...]:
        """Return the tags of a story: none to six."""
        tags = TAGS[self.edition]
        drawn = self._draw(number, 1)
        # A stride through a list of prime length meets no tag twice, and costs nothing to ask a whole archive for.
        start, stride = drawn >> 8, 1 + (drawn >> 16) % (len(tags) - 1)
        return tuple(tags[(start + at * stride) % len(tags)] for at in range(drawn % 7))

    def authors(self, number: int) -> tuple[str, ...]:
        """Return the authors of a story: the house for news, else one writer or two."""
        if self.part(number).kind == "news":
            return (HOUSE[self.edition],)
        names = WORDS[self.edition].names
        drawn = self._draw(number, 2)
        first, second = (drawn >> 8) % len(names), 1 + (drawn >> 16) % (len(names) - 1)
        return (names[first],) if drawn % 3 else (names[first], names[(first + second) % len(names)])

    def title(self, number: int) -> str:
        """Return the first title of a story; its slug keeps it."""
        rng = self._random(number, "title")
        words = WORDS[self.edition]
        start = place_name(number, self.edition)
        text = f"{start} {pick(rng, words.subjects)} {pick(rng, words.verbs)} {pick(rng, words.objects)}"
        if rng.random() < 0.2:
            text = f"'{start}' {pick(rng, words.verbs)}: {pick(rng, words.objects)}, 50% of it"
        return text

    def path(self, number: int) -> str:
        """Return the percent-encoded path of a story."""
        return self._path(number, self.title(number))

    def _path(self, number: int, title: str) -> str:
        middle = f"/{self.post_id(number)}" if self.edition == "es" else ""
        return quote(f"{self.part(number).path}{middle}/{slug(title)}", safe="/:")

    def post_id(self, number: int) -> str:
        """Return the post id; one sequence for all editions, so that one edition's ids have gaps."""
        return str(FIRST_ID + 3 * number)

    def published(self, number: int) -> datetime:
        """Return when a story was published."""
        early = 0 if number == self.options.articles - 1 else self._draw(number, 3) % JITTER
        return self.options.newest - timedelta(seconds=SPACING * (self.options.articles - 1 - number) + early)

    def picture(self, number: int) -> Picture | None:
        """Return the picture that a story opens with; one in ten has none."""
        rng = self._random(number, "picture")
        return self._picture(rng, self.published(number)) if rng.random() < 0.9 else None

    def _random(self, number: int, what: str) -> Random:
        return Random(f"{self.options.seed}:{self.edition}:{number}:{what}")

    def _draw(self, number: int, what: int) -> int:
        """Return 32 bits that depend on the seed, a number and a purpose; for what is asked of many stories at once."""
        mixed = (
            number * 0x9E3779B97F4A7C15 + self.options.seed * 0xD1B54A32D192ED03 + what * 0x8CB92BA72F3D8DD7
        ) & MASK
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & MASK
        return mixed >> 32

    def _first(self, number: int) -> Story:
        rng = self._random(number, "story")
        edition = self.edition
        published = self.published(number)
        title = self.title(number)
        tags = self.tags(number)
        keywords = list(tags) + rng.sample(TAGS[edition], 2)
        rng.shuffle(keywords)
        return Story(
            number=number,
            revision=0,
            post_id=self.post_id(number),
            part=self.part(number),
            path=self._path(number, title),
            title=title,
            summary=sentence(rng, edition) + " " + sentence(rng, edition),
            authors=self.authors(number),
            source=pick(rng, SOURCES[edition]),
            published=published,
            modified=published + timedelta(minutes=rng.randint(5, 300)) if rng.random() < 0.3 else None,
            picture=self.picture(number),
            blocks=tuple(self._blocks(rng, number, published)),
            film=f"/media/film/{published.year}/{rng.getrandbits(64):016x}.mp4" if self.is_played(number) else "",
            seconds=rng.randint(20, 3600) if self.is_played(number) else None,
            tags=tags,
            keywords=tuple(dict.fromkeys(keywords)),
            shares=pick(rng, (0, 0, 1, 7, 1204)),
            minutes=pick(rng, (None, 1, 4, 12)),
            country=pick(rng, REGIONS[edition])[1],
        )

    def _edited(self, story: Story, revision: int) -> Story:
        rng = self._random(story.number, f"edit {revision}")
        added = Block("p", (Piece(paragraph(rng, self.edition)),))
        return replace(
            story,
            revision=revision,
            title=f"{story.title} ({revision})",
            summary=f"{story.summary} {sentence(rng, self.edition)}",
            modified=(story.modified or story.published) + timedelta(hours=revision),
            blocks=(*story.blocks, added),
        )

    def _picture(self, rng: Random, published: datetime) -> Picture:
        day = f"{published.year}/{published.month}/{published.day}"
        src = f"/media/image/{day}/{rng.getrandbits(64):016x}.jpg?v=3&width=1000"
        return Picture(src, sentence(rng, self.edition), pick(rng, ("", *CREDITS)))

    def is_played(self, number: int) -> bool:
        """Tell whether a story has a film."""
        return self.part(number).kind in PLAYED

    def _blocks(self, rng: Random, number: int, published: datetime) -> Iterator[Block]:
        edition, words = self.edition, WORDS[self.edition]
        kind = self.part(number).kind
        if kind in (*PLAYED, "gallery", "infograph"):
            yield from (Block("p", (Piece(paragraph(rng, edition)),)) for _ in range(rng.choice((0, 1, 2))))
            pictures = {"gallery": rng.randint(3, 9), "infograph": 1}.get(kind, 0)
            yield from (Block("figure", picture=self._picture(rng, published)) for _ in range(pictures))
            return
        length = pick(rng, (2, 3, 5, 8, 12, 12, 20, 35))
        middle = max(1, length // 2)
        for at in range(length):
            yield Block("p", tuple(self._pieces(rng, number)))
            if at == length - 1:
                break
            if at + 1 == middle and rng.random() < 0.7:
                yield Block("related", stories=self._others(rng, number, 2))
            elif rng.random() < 0.12:
                yield Block(
                    "h3",
                    lines=(pick(rng, words.subheads),),
                    href=self._others(rng, number, 1)[0][1] if rng.random() < 0.3 else "",
                )
            elif rng.random() < 0.08:
                yield Block("more", stories=self._others(rng, number, 1))
            elif rng.random() < 0.08:
                yield Block("ul", lines=tuple(sentence(rng, edition) for _ in range(rng.randint(2, 4))))
            elif rng.random() < 0.08:
                yield Block("quote", lines=tuple(sentence(rng, edition) for _ in range(rng.randint(1, 2))))
            elif rng.random() < 0.08:
                yield self._post(rng, published)
            elif rng.random() < 0.06:
                yield Block("figure", picture=self._picture(rng, published))

    def _pieces(self, rng: Random, number: int) -> Iterator[Piece]:
        text = paragraph(rng, self.edition)
        if rng.random() < 0.5:
            yield Piece(text)
            return
        parts = text.split(" ")
        first, second = sorted(rng.sample(range(1, len(parts)), 2))
        yield Piece(" ".join(parts[:first]) + " ")
        tag = pick(rng, ("b", "i", "span", "a", "a"))
        if tag == "a":
            href = (
                self.path(number - 1) + "?utm_source=inside"
                if number and rng.random() < 0.5
                else f"https://example.org/{rng.randint(1, 99)}"
            )
            yield Piece(" ".join(parts[first:second]), "a", href)
        else:
            yield Piece(" ".join(parts[first:second]), tag)
        yield Piece(" " + " ".join(parts[second:]))

    def _post(self, rng: Random, published: datetime) -> Block:
        handle = f"desk_{rng.randint(10, 99)}"
        date = f"{MONTHS_OF_POSTS[published.month - 1]} {published.day}, {published.year}"
        return Block(
            "post",
            lines=(sentence(rng, self.edition), f"{pick(rng, WORDS[self.edition].names)} (@{handle})", date),
            href=f"https://twitter.com/{handle}/status/{rng.randint(10**17, 10**18)}",
        )

    def _others(self, rng: Random, number: int, count: int) -> tuple[tuple[str, str], ...]:
        # Older stories only: what a newer one is called is not yet known when this one is written.
        others = [max(0, number - rng.randint(1, 200)) for _ in range(count)]
        return tuple((self.title(other), self.path(other)) for other in dict.fromkeys(others) if other != number) or (
            (self.title(number + 1), self.path(number + 1)),
        )


def slug(title: str) -> str:
    """Return the slug of a title by the site's rule.

    >>> slug("'Zaba' order: 'Israel's' withdrawal")
    '-zaba--order---israel-s--withdrawal'
    """
    return re.sub(r"[\W_]", "-", title.lower())[:LONGEST_SLUG].rstrip("-")


def shown_date(moment: datetime, edition: str) -> str:
    """Return a date as the pages show it: Beirut time."""
    local = moment.astimezone(BEIRUT)
    return f"{local.day} {MONTHS[edition][local.month - 1]} {local.year} {local:%H:%M}"


def short_date(moment: datetime, edition: str, now: datetime) -> str:
    """Return a date as the pages show a recent one: without this year, and today by that word."""
    local, today = moment.astimezone(BEIRUT), now.astimezone(BEIRUT)
    if local.date() == today.date():
        return f"{TODAY[edition]} {local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {MONTHS[edition][local.month - 1]} {local:%H:%M}"
    return shown_date(moment, edition)


def with_offset(moment: datetime) -> str:
    """Return a time as tawsiyat writes it."""
    return moment.astimezone(BEIRUT).isoformat(timespec="seconds")


def without_zone(moment: datetime) -> str:
    """Return a time as the meta elements write it: UTC, seven fraction digits, no zone."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000"


def truth(story: Story, options: Options, root: str) -> dict[str, Any]:
    """Return what a perfect record of a story holds, given what the replica's markup states of it."""
    states = options.markup != "bare"
    states_all = options.markup in ("full", "malformed", "unknown", "nested-br")

    def utc(moment: datetime) -> str:
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    paragraphs: list[str] = []
    subheads: list[str] = []
    links: list[str] = []
    related: dict[str, str] = {}
    embeds: list[str] = []
    pictures = [story.picture] if story.picture else []
    for block in story.blocks:
        if block.kind == "p":
            paragraphs.append("".join(piece.text for piece in block.pieces))
            links += (piece.href for piece in block.pieces if piece.href)
        elif block.kind == "h3":
            paragraphs.append(block.lines[0])
            subheads.append(block.lines[0])
            links += [block.href] if block.href else []
        elif block.kind == "post":
            paragraphs.append(f"{block.lines[0]} — {block.lines[1]} {block.lines[2]}")
            embeds += [block.href, block.frame] if options.markup == "nested-pcontent" else [block.href]
        elif block.kind in ("related", "more"):
            for title, path in block.stories:
                related.setdefault(root + path, title)
        elif block.kind == "figure" and block.picture:
            pictures.append(block.picture)
        else:
            paragraphs += block.lines
    if options.markup == "nested-br" and story.part.kind not in ("gallery", "infograph"):
        pictures = [story.picture] if story.picture else []
    in_address = options.edition == "es"
    return {
        "id": story.post_id if states or in_address else story.path,
        "url": root + story.path,
        "edition": options.edition,
        "kind": story.part.kind,
        "section": story.part.section,
        "title": story.title,
        "summary": story.summary,
        "authors": list(story.authors),
        "source": story.source,
        # The date that the page shows has no seconds.
        "date_published": utc(story.published if states else story.published.replace(second=0)),
        "date_modified": utc(story.modified or story.published) if states else None,
        "paragraphs": paragraphs,
        "subheads": subheads,
        "images": [
            {"url": root + each.src, "caption": each.caption, "credit": each.credit or None} for each in pictures
        ],
        "videos": [{"url": root + story.film, "duration_seconds": story.seconds if states_all else None}]
        if story.film
        else [],
        "embeds": embeds,
        "links": list(dict.fromkeys(_absolute(root, link) for link in links)),
        "related": [{"title": title, "url": url} for url, title in related.items()],
        "tags": list(story.tags),
        "keywords": list(story.keywords) if states else [],
        "shares": story.shares,
        "reading_minutes": story.minutes,
        "country": story.country if states_all else None,
    }


def _absolute(root: str, link: str) -> str:
    return root + link.partition("?")[0] if link.startswith("/") else link
