"""What is between headline and body: bylines, source, date, shares, reading time, standfirst."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import AUTHOR_PAGE
from newscrawl.almayadeen.bylines import (
    BY_LABEL,
    CONTROL_LINE,
    CREDIT,
    JOINT_LINE,
    LABEL_INSIDE,
    READING_MINUTES,
    SHARES,
    SOURCE_LABEL,
    VIEWS,
)
from newscrawl.almayadeen.markup import AUTHOR
from newscrawl.dates import fold_for_dates
from newscrawl.pages.authors import names_after_label, names_in_line, unique_names, until_next, without_label
from newscrawl.pages.furniture import captioned, is_summary, nearest
from newscrawl.pages.inner_text import without_icons
from newscrawl.pages.lines import Line
from newscrawl.pages.shown_times import is_label, read_shown_times
from newscrawl.pages.times import Time, shown_words
from newscrawl.text import collapse_spaces, comparison_key

LONGEST_STANDFIRST = 1500
# Between two authors of a page there may be roles, handles and portraits.
_LINES_BETWEEN_AUTHORS = 4
# "and" in a cell of its own between two names.
_ROW_JOINT = re.compile(r"(?i)\s*\|\s*(and|&|,|y|و)(?:\s*\|\s*|\s+)")
# A mark that separates values.
_MARK = re.compile(r"(?<=\S)\s*[|·•–—]")


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
    captions = {comparison_key(text) for text in known if text}
    for number, line in enumerate(lines):
        text = line.text.strip("| ")
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        named = _is_named_standfirst(line)
        if not named and len(text) <= 250:
            if byline.source is None and (match := SOURCE_LABEL.search(text)):
                value = text[match.end() :].strip("| ") or following
                byline.source = _first_value(value) or None
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
    byline.authors = _read_authors(lines)
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
    if names_after_label(text) is not None:
        return True
    if (inside := LABEL_INSIDE.search(text)) and names_after_label(text[inside.start() :]):
        return is_date(text[: inside.start()].strip(" |·•,،–—-"))
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
    if words is None or len(words) < len(text) - 12:
        return False
    if text[-1] not in ".!?؟…":
        return True
    # "That was yesterday." is a short sentence.
    rest = text.replace(words, " ", 1).strip(" .!?؟…")
    return len(rest.split()) < 2 or is_label(fold_for_dates(rest))


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


def _read_authors(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the authors: behind "By", in links to authors' pages, or in elements that are named for authors."""
    found: list[str] = []
    last = 0
    for number, line in enumerate(lines):
        if found and (number > last + _LINES_BETWEEN_AUTHORS or len(line.text) > 160):
            break
        if len(line.text) > 250 or _is_named_standfirst(line) or captioned(line.element) or CREDIT.search(line.text):
            continue
        names = _marked_names(line)
        if not found:
            names = _labelled_names(line, lines[number + 1 : number + 20], names) or names
        if found:
            # A single word behind a name is a button or a place.
            names = tuple(name for name in names if " " in name)
        if names:
            found += names
            last = number
    return unique_names(found)


def _labelled_names(line: Line, following: Sequence[Line], marked: Sequence[str]) -> tuple[str, ...]:
    """Return the names behind "By", which may be behind a date or a section, or in the lines that follow."""
    text = _ROW_JOINT.sub(r" \1 ", _without_contacts(line))
    inside = None if BY_LABEL.match(text) else LABEL_INSIDE.search(text)
    if inside:
        before = text[: inside.start()]
        in_row = before.rstrip().endswith("|") and len(before) < 60
        if not (in_row or is_date(before.strip(" |·•,،–—-")) or _is_named_author(line)):
            return ()
        text = text[inside.start() :]
    if match := BY_LABEL.match(text):
        text = match[0].replace("|", " ") + text[match.end() :].lstrip("| ")
    if without_label(text):
        names = names_after_label(_first_cell(text)) or ()
        # A link may lead to one of the authors only.
        return names if set(marked) <= set(names) else tuple(marked)
    return _names_in_lines(following) if match else ()


def _without_contacts(line: Line) -> str:
    """Return a line's text with its breaks as ends of cells, and without links that only say "Email" or "@jane"."""
    joined = "".join(" | " if run.text is None else run.text for run in line.runs)
    text = collapse_spaces(without_icons(joined)).strip("| ")
    for link in line.links:
        if " " not in link.text and (link.href.startswith("mailto:") or link.text.startswith("@")):
            text = collapse_spaces(text.replace(link.text, " ", 1))
    return text


def _names_in_lines(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the names in the lines after "By", as many as "and" or a comma joins."""
    found: list[str] = []
    expected = True
    for line in lines:
        text = line.text.strip("| ")
        if JOINT_LINE.match(text):
            expected = True
            continue
        if not expected or is_date(text):
            break
        names = names_in_line(_first_cell(without_label(text)))
        if not names:
            break
        found += names
        expected = text.endswith((",", "،", "&", " and"))
    return tuple(found)


def _marked_names(line: Line) -> tuple[str, ...]:
    """Return the names in links to authors' pages, else those in an element that is named for authors."""
    linked = [
        link.text
        for link in line.links
        if link.text and (AUTHOR_PAGE.search(link.href) or "author" in (link.element.get("rel") or "").split())
    ]
    if linked:
        return tuple(name for text in linked for name in names_in_line(without_label(text)) or ())
    if len(line.text) >= 80 or is_byline(line.text) or not _is_named_author(line):
        return ()
    cells = line.text.split(" | ")
    names = [name for cell in cells for name in names_in_line(until_next(without_label(cell))) or ()]
    # A single word with a link is a section or a crumb.
    return tuple(name for number, name in enumerate(names) if " " in name or (number == 0 and not line.links))


def _is_named_author(line: Line) -> bool:
    """Return whether a class, `itemprop` or `rel` around a line says that it is an author's name."""
    for element in nearest(line.element):
        label = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('rel') or ''}".lower()
        if AUTHOR.search(label):
            return _is_short(element)
    return False


def _is_short(element: _Element) -> bool:
    """Return whether an element has few words; reads no more of it than that takes."""
    texts = list(islice(element.itertext(), 60))
    return len(texts) < 60 and sum(len(text.strip()) for text in texts) < 200


def _is_named_standfirst(line: Line) -> bool:
    return len(line.text) <= LONGEST_STANDFIRST and any(map(is_summary, nearest(line.element)))


def _first_cell(text: str) -> str:
    return text.partition(" | ")[0]


def _first_value(text: str) -> str:
    """Return the part of a text before a mark that separates values, or before the next part of a byline."""
    return until_next(_MARK.split(text, maxsplit=1)[0] or text)


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
