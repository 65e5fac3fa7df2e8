"""Which articles the replica has published. Each article is made from its number when it is needed."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from urllib.parse import quote

from newscrawl.replica.articles import Article, Block, Card, Picture, Piece
from newscrawl.replica.bodies import blocks, picture
from newscrawl.replica.dates import BEIRUT
from newscrawl.replica.labels import OWN_BYLINE, SOURCES
from newscrawl.replica.options import Options
from newscrawl.replica.prose import ARTICLE_SEED, WORDS, number_of, paragraph, pick, place_name, sentence
from newscrawl.replica.sections import (
    OTHER_KINDS,
    REGIONS,
    SECTIONS,
    SITE_SECTIONS,
    TAGS,
    UNSEEN_SECTIONS,
    VIDEO_KINDS,
    Section,
)

FIRST_ID = 1_900_001
LONGEST_SLUG = 60
SPACING = 22 * 60
"""Seconds between two articles. It is more than `JITTER`, so an article with a higher number is always newer."""
JITTER = 17 * 60
"""Maximum seconds that an article is published early, so that articles are 5 to 39 minutes apart."""
MASK = 0xFFFFFFFFFFFFFFFF


class Newsroom:
    """Knows which articles are published, and makes each from its number, so that a large site starts at once."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.edition = options.edition
        self.sections = SECTIONS[options.edition]
        if options.unseen_parts and options.edition == "en":
            self.sections += UNSEEN_SECTIONS
        if options.site_shapes:
            self.sections += SITE_SECTIONS[options.edition]
        if options.kinds:
            self.sections += OTHER_KINDS[options.edition]
        self.count = options.articles
        self.revisions: dict[int, int] = {}
        self.removed: dict[int, int] = {}
        """Number of a withdrawn article → status that its URL has."""

    # -- which articles are published ------------------------------------------------------------------------------

    def numbers(self, section: Section | None = None) -> Sequence[int]:
        """Return the numbers of a section's articles, or of all, newest first. Slices are cheap."""
        start, step = self.count - 1, 1
        if section is not None:
            step = len(self.sections)
            start -= (start - self.sections.index(section)) % step
        numbers = range(start, -1, -step)
        return [number for number in numbers if number not in self.removed] if self.removed else numbers

    def numbers_of_region(self, region: int) -> Iterator[int]:
        """Yield the numbers of the articles of a region, newest first."""
        sections, regions = len(self.sections), len(REGIONS[self.edition])
        return (number for number in self.numbers() if number // sections % regions == region)

    def numbers_of_tag(self, tag: str) -> Iterator[int]:
        """Yield the numbers of the articles with a tag, newest first; no numbers for an unknown tag."""
        if tag not in TAGS[self.edition]:
            return iter(())
        return (number for number in self.numbers() if tag in self.tags(number))

    def numbers_by_author(self, author: str) -> Iterator[int]:
        """Yield the numbers of the articles by an author, newest first; no numbers for an unknown author."""
        if author not in (OWN_BYLINE[self.edition], *WORDS[self.edition].names):
            return iter(())
        return (number for number in self.numbers() if author in self.authors(number))

    def numbers_between(self, start: datetime, end: datetime) -> Sequence[int]:
        """Return the numbers of the articles that were published from `start` to before `end`, newest first."""
        everything = range(self.count)
        first = bisect_left(everything, start, key=self.published)
        past = bisect_left(everything, end, key=self.published)
        return [number for number in range(past - 1, first - 1, -1) if number not in self.removed]

    def number_at(self, path: str) -> int | None:
        """Return the number of the article at a decoded path, or None. A withdrawn article keeps its path."""
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

    # -- what an article says ------------------------------------------------------------------------------------------

    def article(self, number: int) -> Article:
        """Return the article with a number, with the edits made so far."""
        revision = self.revisions.get(number, 0)
        article = self._first(number)
        return article if revision == 0 else self._edited(article, revision)

    def card(self, number: int) -> Card:
        """Return what a listing shows of an article, with the edits made so far."""
        title = self.title(number)
        revision = self.revisions.get(number, 0)
        return Card(
            number,
            self.section(number),
            self._path(number, title),
            title if revision == 0 else f"{title} ({revision})",
            self.published(number),
            self.picture(number),
        )

    def section(self, number: int) -> Section:
        """Return the section of an article."""
        return self.sections[number % len(self.sections)]

    def tags(self, number: int) -> tuple[str, ...]:
        """Return the tags of an article, at most six."""
        tags = TAGS[self.edition]
        drawn = self._draw(number, 1)
        # Steps of equal length through a list of prime length meet no tag twice, and take little time.
        start, stride = drawn >> 8, 1 + (drawn >> 16) % (len(tags) - 1)
        return tuple(tags[(start + at * stride) % len(tags)] for at in range(drawn % 7))

    def authors(self, number: int) -> tuple[str, ...]:
        """Return the authors of an article: for news the publisher, else one or two writers."""
        if self.section(number).kind == "news":
            return (OWN_BYLINE[self.edition],)
        names = WORDS[self.edition].names
        drawn = self._draw(number, 2)
        first, second = (drawn >> 8) % len(names), 1 + (drawn >> 16) % (len(names) - 1)
        return (names[first],) if drawn % 3 else (names[first], names[(first + second) % len(names)])

    def title(self, number: int) -> str:
        """Return the title of an article before any edit. Its slug is made from this title."""
        rng = self._random(number, "title")
        words = WORDS[self.edition]
        start = place_name(number, self.edition)
        text = f"{start} {pick(rng, words.subjects)} {pick(rng, words.verbs)} {pick(rng, words.objects)}"
        if rng.random() < 0.2:
            text = f"'{start}' {pick(rng, words.verbs)}: {pick(rng, words.objects)}, 50% of it"
        return text

    def path(self, number: int) -> str:
        """Return the percent-encoded path of an article."""
        return self._path(number, self.title(number))

    def _path(self, number: int, title: str) -> str:
        section = self.section(number)
        middle = f"/{self.post_id(number)}" if self.edition == "es" else ""
        if section.kind == "newscast":
            day = self.published(number).astimezone(BEIRUT)
            middle = f"/{day.year}/{day.month}/{day.day}"
        return quote(f"{section.path}{middle}/{slug(title)}", safe="/:")

    def post_id(self, number: int) -> str:
        """Return the post id. All editions share one sequence of ids, so the ids of one edition have gaps."""
        return str(FIRST_ID + 3 * number)

    def published(self, number: int) -> datetime:
        """Return when an article was published."""
        early = 0 if number == self.options.articles - 1 else self._draw(number, 3) % JITTER
        return self.options.newest - timedelta(seconds=SPACING * (self.options.articles - 1 - number) + early)

    def picture(self, number: int) -> Picture | None:
        """Return the main picture of an article, or None for one article in ten."""
        rng = self._random(number, "picture")
        return picture(rng, self.published(number), self.edition) if rng.random() < 0.9 else None

    def _random(self, number: int, what: str) -> Random:
        return Random(f"{self.options.seed}:{self.edition}:{number}:{what}")

    def _draw(self, number: int, what: int) -> int:
        """Return 32 random bits for a seed, a number and a purpose `what`; fast enough for whole listings."""
        mixed = (
            number * 0x9E3779B97F4A7C15 + self.options.seed * 0xD1B54A32D192ED03 + what * 0x8CB92BA72F3D8DD7
        ) & MASK
        mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & MASK
        return mixed >> 32

    def _first(self, number: int) -> Article:
        rng = self._random(number, ARTICLE_SEED)
        edition = self.edition
        section = self.section(number)
        has_video = section.kind in VIDEO_KINDS
        published = self.published(number)
        title = self.title(number)
        tags = self.tags(number)
        keywords = list(tags) + rng.sample(TAGS[edition], 2)
        rng.shuffle(keywords)
        return Article(
            number=number,
            revision=0,
            post_id=self.post_id(number),
            section=section,
            path=self._path(number, title),
            title=title,
            summary=sentence(rng, edition) + " " + sentence(rng, edition),
            authors=self.authors(number),
            source=pick(rng, SOURCES[edition]),
            published=published,
            modified=published + timedelta(minutes=rng.randint(5, 300)) if rng.random() < 0.3 else None,
            picture=self.picture(number),
            blocks=tuple(
                blocks(
                    rng,
                    kind=section.kind,
                    edition=edition,
                    number=number,
                    published=published,
                    link_to=lambda other: (self.title(other), self.path(other)),
                )
            ),
            video=f"/media/film/{published.year}/{rng.getrandbits(64):016x}.mp4" if has_video else "",
            seconds=rng.randint(20, 3600) if has_video else None,
            tags=tags,
            keywords=tuple(dict.fromkeys(keywords)),
            shares=pick(rng, (0, 0, 1, 7, 1204)),
            minutes=pick(rng, (None, 1, 4, 12)),
            country=pick(rng, REGIONS[edition])[1],
        )

    def _edited(self, article: Article, revision: int) -> Article:
        rng = self._random(article.number, f"edit {revision}")
        added = Block("p", (Piece(paragraph(rng, self.edition)),))
        return replace(
            article,
            revision=revision,
            title=f"{article.title} ({revision})",
            summary=f"{article.summary} {sentence(rng, self.edition)}",
            modified=(article.modified or article.published) + timedelta(hours=revision),
            blocks=(*article.blocks, added),
        )


def slug(title: str) -> str:
    """Return the slug of a title, by the site's rule.

    >>> slug("'Zaba' order: 'Israel's' withdrawal")
    '-zaba--order---israel-s--withdrawal'
    """
    return re.sub(r"[\W_]", "-", title.lower())[:LONGEST_SLUG].rstrip("-")
