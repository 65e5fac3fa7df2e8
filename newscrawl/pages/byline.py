"""What is between headline and body: bylines, source, date, shares, reading time, standfirst."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import AUTHOR_PAGE
from newscrawl.almayadeen.labels import (
    BY_LABEL,
    CONTROL_LINE,
    INSTITUTION,
    NAME_SUFFIX,
    NAMES_WITH_WAW,
    NEXT_BYLINE_PART,
    READING_MINUTES,
    SHARES,
    SOURCE_LABEL,
    VIEWS,
)
from newscrawl.almayadeen.markup import AUTHOR
from newscrawl.pages.furniture import captioned, is_summary, nearest
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.lines import Line
from newscrawl.pages.shown_times import read_shown_times
from newscrawl.pages.times import Time, shown_words
from newscrawl.text import collapse_spaces, comparison_key, unique

LONGEST_STANDFIRST = 1500


@dataclass(slots=True)
class Byline:
    """What a page shows beside the headline; None, () or 0 for what it does not show."""

    authors: tuple[str, ...] = ()
    source: str | None = None
    published: Time | None = None
    modified: Time | None = None
    shares: int = 0
    reading_minutes: int | None = None
    standfirst: str | None = None
    standfirst_is_named: bool = False
    """Whether the markup names the standfirst, by a class or an id."""

    def fill_from(self, other: "Byline") -> None:
        """Take missing values from another byline. The standfirst is not taken."""
        self.authors = self.authors or other.authors
        self.source = self.source or other.source
        self.published = self.published or other.published
        self.modified = self.modified or other.modified
        self.shares = self.shares or other.shares
        self.reading_minutes = self.reading_minutes or other.reading_minutes


def read_byline(lines: Sequence[Line], downloaded: datetime | None, known: Iterable[str] = ()) -> Byline:
    """Return what the lines between headline and body say.

    `downloaded` resolves a date without a year. `known` are texts (captions, the title) that cannot be the standfirst.
    """
    byline = Byline()
    authors: list[str] = []
    captions = {comparison_key(text) for text in known if text}
    for number, line in enumerate(lines):
        text = line.text.strip("| ")
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        named = _is_named_standfirst(line)
        if not named and len(text) <= 250:
            if not authors:
                authors = _authors(line, following)
            if byline.source is None and (match := SOURCE_LABEL.search(text)):
                value = text[match.end() :].strip("| ") or following
                byline.source = _until_next(value) or None
            if not byline.shares and (found := SHARES.search(text)):
                byline.shares = _count(found)
            if byline.reading_minutes is None and (minutes := READING_MINUTES.search(text)):
                byline.reading_minutes = int(minutes[1] or minutes[2])
        if comparison_key(text) in captions or captioned(line.element):
            continue
        if named and not byline.standfirst_is_named:
            byline.standfirst, byline.standfirst_is_named = text, True
        elif (
            byline.standfirst is None
            and 40 <= len(text) <= LONGEST_STANDFIRST
            and not is_byline(text)
            and line.link_share < 0.5
        ):
            byline.standfirst = text
    # A name with a digit is a date or a count at the place of a missing author.
    byline.authors = unique(name for name in authors if not any(char.isdigit() for char in name))
    dated = [line for line in lines if not _is_named_standfirst(line) and not captioned(line.element)]
    byline.published, byline.modified = read_shown_times(dated, downloaded)
    return byline


def is_byline(text: str) -> bool:
    """Return whether a line is part of a byline: authors, source, date, shares, views or reading time.

    >>> [is_byline(text) for text in ("By Jane Doe", "Source: Agencies", "4 Min Read", "22 Aug 2024", "A sentence.")]
    [True, True, True, True, False]
    """
    return len(text) <= 160 and _is_byline(text)


@lru_cache(maxsize=1024)
def _is_byline(text: str) -> bool:
    if SOURCE_LABEL.match(text) or CONTROL_LINE.match(text) or VIEWS.match(text):
        return True
    if (match := BY_LABEL.match(text)) and (":" in match[0] or (len(text) < 100 and text[-1] not in ".!?…؟")):
        return True
    if (found := SHARES.search(text) or READING_MINUTES.search(text)) and len(found[0]) >= len(text) - 12:
        return True
    return is_date(text)


def is_byline_list(lines: Iterable[Line]) -> bool:
    """Return whether lines have at least two of author, source and date, as where an article begins."""
    texts = [line.text for line in lines if len(line.text) <= 160]
    kinds = (BY_LABEL.match, SOURCE_LABEL.match, is_date)
    return sum(any(kind(text) for text in texts) for kind in kinds) > 1


def is_date(text: str) -> bool:
    """Return whether a line is only a date.

    >>> is_date("22 Aug 2024 16:28"), is_date("On 22 Aug 2024 the port was closed.")
    (True, False)
    """
    return len(text) <= 60 and _is_date(text)


@lru_cache(maxsize=1024)
def _is_date(text: str) -> bool:
    words = shown_words(text)
    return words is not None and len(words) >= len(text) - 12


def split_authors(text: str) -> tuple[str, ...]:
    """Return the names in a byline, in order, without "By".

    >>> split_authors("By Ali Hasan, Jane Doe and Juan Pérez")
    ('Ali Hasan', 'Jane Doe', 'Juan Pérez')
    >>> split_authors("Martin King, Jr."), split_authors("Centre for Strategic and International Studies")
    (('Martin King, Jr.',), ('Centre for Strategic and International Studies',))
    >>> split_authors("Autor: Ana Ruiz y Luis Mora"), split_authors("بقلم: ليلى نقولا")
    (('Ana Ruiz', 'Luis Mora'), ('ليلى نقولا',))
    >>> split_authors("سلمى الحاج وكريم منصور")
    ('سلمى الحاج', 'كريم منصور')
    """
    text = without_label(text)
    if INSTITUTION.search(text) and "," not in text:
        return (text,) if text else ()
    names: list[str] = []
    for part in re.split(r"(?i)\s*[,،;؛]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+", text):
        if names and NAME_SUFFIX.match(part):
            names[-1] += f", {part}"
        else:
            names.append(part)
    apart: list[str] = []
    for name in names:
        # "y" joins two people only between two full names; else it may be part of one name ("Ortega y Gasset").
        # The Arabic "and" is the letter "و" at the start of the second name; some names begin with that letter.
        halves = re.split(rf"\s+y\s+|\s+(?!(?:{NAMES_WITH_WAW})(?!\w))و(?=\w)", name)
        apart += halves if len(halves) > 1 and all(len(half.split()) > 1 for half in halves) else [name]
    return unique(
        without_label(name).strip(" .|·•-–—")
        if not NAME_SUFFIX.search(name.rpartition(" ")[2])
        else without_label(name)
        for name in apart
    )


def without_label(text: str) -> str:
    """Return a byline without its "By".

    >>> without_label("Written by: Jane Doe"), without_label("Byron Doe")
    ('Jane Doe', 'Byron Doe')
    """
    return BY_LABEL.sub("", collapse_spaces(text), count=1)


def between(start: _Element, stop: _Element | None, most: int = 400) -> Iterator[_Element]:
    """Yield the largest elements that are wholly after `start` and before `stop`, in order; at most `most` of them."""
    stop_line = {stop, *stop.iterancestors()} if stop is not None else set()
    if any(ancestor is stop for ancestor in start.iterancestors()):
        return
    node = start
    for _ in range(most):
        following = node.getnext()
        while following is None:
            parent = node.getparent()
            # When the parent contains `stop`, `stop` is before `start`.
            if parent is None or parent in stop_line:
                return
            node, following = parent, parent.getnext()
        node = following
        while node in stop_line and node is not stop:
            node = node[0]
        if node is stop:
            return
        if isinstance(node.tag, str):
            yield node


def _authors(line: Line, following: str) -> list[str]:
    linked = [link.text for link in line.links if AUTHOR_PAGE.search(link.href) and link.text]
    if linked:
        return [without_label(name) for name in linked]
    match = BY_LABEL.match(line.text)
    if match:
        rest = line.text[match.end() :].strip("| ")
        if not rest and not is_byline(following):
            rest = following
        # Sentences begin with "By" too, but they are longer. With a colon it is always a byline.
        if rest and (":" in match[0] or len(rest) < 100):
            return list(split_authors(_until_next(rest)))
    for element in nearest(line.element):
        label = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('rel') or ''}".lower()
        if AUTHOR.search(label) and len(line.text) < 80:
            whole = visible_text(element)
            if not is_byline(line.text) and len(whole) < 200:
                return list(split_authors(_until_next(line.text)))
    return []


def _is_named_standfirst(line: Line) -> bool:
    return len(line.text) <= LONGEST_STANDFIRST and any(map(is_summary, nearest(line.element)))


def _until_next(text: str) -> str:
    match = NEXT_BYLINE_PART.search(text)
    return collapse_spaces(text[: match.start()] if match and match.start() else text)


def _count(match: re.Match[str]) -> int:
    digits, thousands = (match[1], match[2]) if match[1] else (match[3], match[4])
    if thousands:
        return (
            round(float(digits.replace(",", ".").rstrip(".") or 0) * 1000)
            if digits.count(".") + digits.count(",") < 2
            else 0
        )
    plain = re.sub(r"\D", "", digits)
    return int(plain) if len(plain) < 12 else 0
