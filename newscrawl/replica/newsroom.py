"""The replica's stories: each is made anew from its number when it is asked for, so that any number is cheap."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newscrawl.replica.options import Options
from newscrawl.replica.prose import WORDS, number_of, paragraph, place_name, sentence

BEIRUT = ZoneInfo("Asia/Beirut")
FIRST_ID = 1_900_001
LONGEST_SLUG = 60


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


class Newsroom:
    """Holds which stories stand on the site, and makes each from its number."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.edition = options.edition
        self.count = options.articles
        self.revisions: dict[int, int] = {}
        self.removed: dict[int, int] = {}
        """Number → status that it answers with."""

    # -- which stories stand there ------------------------------------------------------------------------------

    def numbers(self, part: Part | None = None) -> Iterator[int]:
        """Yield the numbers of the stories of a part, or of all, newest first."""
        parts = PARTS[self.edition]
        start, step = self.count - 1, 1
        if part is not None:
            step = len(parts)
            start -= (start - parts.index(part)) % step
        for number in range(start, -1, -step):
            if number not in self.removed:
                yield number

    def numbers_of_region(self, region: int) -> Iterator[int]:
        """Yield the numbers of the stories of a region, newest first."""
        parts, regions = len(PARTS[self.edition]), len(REGIONS[self.edition])
        return (number for number in self.numbers() if number // parts % regions == region)

    def numbers_of_tag(self, tag: str) -> Iterator[int]:
        """Yield the numbers of the stories with a tag, newest first."""
        return (number for number in self.numbers() if tag in self.tags(number))

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
        if number is None or not 0 <= number < self.count or self.story(number).path != quote(path, safe="/:"):
            return None
        return number

    # -- what they say ------------------------------------------------------------------------------------------

    def story(self, number: int) -> Story:
        """Return the story with a number, as it stands now."""
        revision = self.revisions.get(number, 0)
        story = self._first(number)
        return story if revision == 0 else self._edited(story, revision)

    def tags(self, number: int) -> tuple[str, ...]:
        """Return the tags of a story: none to four."""
        tags = TAGS[self.edition]
        rng = self._random(number, "tags")
        return tuple(rng.sample(tags, rng.randint(0, 4)))

    def title(self, number: int) -> str:
        """Return the first title of a story; its slug keeps it."""
        rng = self._random(number, "title")
        words = WORDS[self.edition]
        start = place_name(number, self.edition)
        text = f"{start} {rng.choice(words.subjects)} {rng.choice(words.verbs)} {rng.choice(words.objects)}"
        if rng.random() < 0.2:
            text = f"'{start}' {rng.choice(words.verbs)}: {rng.choice(words.objects)}, 50% of it"
        return text

    def path(self, number: int) -> str:
        """Return the percent-encoded path of a story."""
        part = PARTS[self.edition][number % len(PARTS[self.edition])]
        middle = f"/{self.post_id(number)}" if self.edition == "es" else ""
        return quote(f"{part.path}{middle}/{slug(self.title(number))}", safe="/:")

    def post_id(self, number: int) -> str:
        """Return the post id; one sequence for all editions, so that one edition's ids have gaps."""
        return str(FIRST_ID + 3 * number)

    def published(self, number: int) -> datetime:
        """Return when a story was published: seventeen minutes apart, more or less."""
        newest = self.options.newest - timedelta(minutes=17 * (self.options.articles - 1 - number))
        return newest - timedelta(minutes=self._random(number, "time").randint(0, 15))

    def _random(self, number: int, what: str) -> Random:
        return Random(f"{self.options.seed}:{self.edition}:{number}:{what}")

    def _first(self, number: int) -> Story:
        rng = self._random(number, "story")
        edition = self.edition
        parts = PARTS[edition]
        part = parts[number % len(parts)]
        words = WORDS[edition]
        published = self.published(number)
        if part.kind == "news":
            authors: tuple[str, ...] = (HOUSE[edition],)
        else:
            authors = tuple(rng.sample(words.names, rng.choice((1, 1, 2))))
        picture = self._picture(rng, published) if rng.random() < 0.9 else None
        tags = self.tags(number)
        keywords = list(tags) + rng.sample(TAGS[edition], 2)
        rng.shuffle(keywords)
        return Story(
            number=number,
            revision=0,
            post_id=self.post_id(number),
            part=part,
            path=self.path(number),
            title=self.title(number),
            summary=sentence(rng, edition) + " " + sentence(rng, edition),
            authors=authors,
            source=rng.choice(SOURCES[edition]),
            published=published,
            modified=published + timedelta(minutes=rng.randint(5, 300)) if rng.random() < 0.3 else None,
            picture=picture,
            blocks=tuple(self._blocks(rng, number, published)),
            tags=tags,
            keywords=tuple(dict.fromkeys(keywords)),
            shares=rng.choice((0, 0, 1, 7, 1204)),
            minutes=rng.choice((None, 1, 4, 12)),
            country=rng.choice(REGIONS[edition])[1],
        )

    def _edited(self, story: Story, revision: int) -> Story:
        rng = self._random(story.number, f"edit {revision}")
        added = Block("p", (Piece(paragraph(rng, self.edition)),))
        return replace(
            story,
            revision=revision,
            title=f"{story.title} ({revision})",
            summary=f"{story.summary} {sentence(rng, self.edition)}",
            modified=story.published + timedelta(hours=revision),
            blocks=(*story.blocks, added),
        )

    def _picture(self, rng: Random, published: datetime) -> Picture:
        day = f"{published.year}/{published.month}/{published.day}"
        src = f"/media/image/{day}/{rng.getrandbits(64):016x}.jpg?v=3&width=1000"
        return Picture(src, sentence(rng, self.edition), rng.choice(("", *CREDITS)))

    def _blocks(self, rng: Random, number: int, published: datetime) -> Iterator[Block]:
        edition, words = self.edition, WORDS[self.edition]
        length = rng.choice((2, 3, 5, 8, 12, 12, 20, 35))
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
                    lines=(rng.choice(words.subheads),),
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
        tag = rng.choice(("b", "i", "span", "a", "a"))
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
            lines=(sentence(rng, self.edition), f"{rng.choice(WORDS[self.edition].names)} (@{handle})", date),
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
            embeds.append(block.href)
        elif block.kind in ("related", "more"):
            for title, path in block.stories:
                related.setdefault(root + path, title)
        elif block.kind == "figure" and block.picture:
            pictures.append(block.picture)
        else:
            paragraphs += block.lines
    if options.markup == "nested-br":
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
        "date_published": utc(story.published),
        "date_modified": utc(story.modified or story.published) if states else None,
        "paragraphs": paragraphs,
        "subheads": subheads,
        "images": [
            {"url": root + each.src, "caption": each.caption, "credit": each.credit or None} for each in pictures
        ],
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
