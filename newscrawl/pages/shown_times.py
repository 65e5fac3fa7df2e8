"""The times that lines near the headline show: when the article was published and when it was last changed."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from lxml.etree import _Element

from newscrawl.almayadeen.date_words import LABEL_RESTS, PUBLISHED_LABEL, UPDATED_LABEL
from newscrawl.almayadeen.markup import MODIFIED_TIME, PUBLISHED_TIME
from newscrawl.dates import SHOWN_ZONE, fold_for_dates
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.lines import Line
from newscrawl.pages.times import Time, most_exact, read_shown, read_stated

PUBLISHED, MODIFIED, UNLABELLED = "published", "modified", ""
_LABEL = re.compile(rf"(?<![^\W\d_])(?:(?P<published>{PUBLISHED_LABEL})|(?P<modified>{UPDATED_LABEL}))(?![^\W\d_])")
# One piece of a line that is only a label; the labels in it are taken out before.
_LABEL_WORDS = re.compile(rf"(?<!\w)(?:{LABEL_RESTS})(?!\w)")
_LABEL_REST = re.compile(rf"(?:[\W_]|(?<!\w)(?:{LABEL_RESTS})(?!\w))*")
# A time of day on a line of its own, below its date.
_CLOCK_LINE = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:\s?[apAP]\.?\s?[mM]\.?)?")
# Only a page whose body was not found has more lines before it, or a line with more elements.
_MOST_LINES = 100
_MOST_ELEMENTS = 50
# A weekday, or a place, may be beside a date on a line that is only a date.
_LONGEST_REST = 12


def read_shown_times(lines: Sequence[Line], downloaded: datetime | None) -> tuple[Time | None, Time | None]:
    """Return when an article was published and when it was changed, as lines near its headline show it.

    A date beside "Updated" is the second one, wherever it is. Of the others, one beside "Published" goes first. Of
    equally good ones, `time` elements with a zone go first, then lines that are only a date, then short lines. What
    is counted back from now goes last.
    """
    found: dict[str, list[Time]] = {PUBLISHED: [], MODIFIED: [], UNLABELLED: []}
    marked = list(_marked_times(lines[:_MOST_LINES]))
    written = list(_written_times(lines[:_MOST_LINES], downloaded))
    for times in (
        [(role, time) for role, time in marked if time.has_zone],
        [(role, time) for role, time, alone in written if alone and not time.is_relative],
        [(role, time) for role, time in marked if not time.has_zone],
        [(role, time) for role, time, alone in written if not alone and not time.is_relative],
        [(role, time) for role, time, _ in written if time.is_relative],
    ):
        for role, time in times:
            found[role].append(time)
    published = found[PUBLISHED] or found[UNLABELLED]
    modified = found[MODIFIED]
    # A date that is shown twice, once exactly, may be labelled only once.
    exact = [*published[:1], *(time for time in found[UNLABELLED] if time not in published[:1])]
    return (
        exact[most_exact(exact)] if exact else None,
        modified[most_exact(modified)] if modified else None,
    )


def label_of(folded: str) -> str:
    """Return what the last label in a folded text says of the date after it.

    >>> [label_of(text) for text in ("last updated: ", "نشر في", "actualizado el ", "by jane doe")]
    ['modified', 'published', 'modified', '']
    """
    match = None
    for match in _LABEL.finditer(folded):  # noqa: B007 (the last one is wanted)
        pass
    if match is None:
        return UNLABELLED
    return PUBLISHED if match["published"] else MODIFIED


def is_label(folded: str) -> bool:
    """Return whether a folded text is only a label of a date.

    >>> [is_label(text) for text in ("last updated:", "اخر تحديث", "the updated list")]
    [True, True, False]
    """
    return (
        len(folded) <= 60
        and label_of(folded) != UNLABELLED
        and _LABEL_REST.fullmatch(_LABEL.sub(" ", folded)) is not None
    )


def _written_times(lines: Sequence[Line], downloaded: datetime | None) -> Iterator[tuple[str, Time, bool]]:
    """Yield label and time of each date in the text of short lines, and whether the line has nothing else."""
    before = UNLABELLED
    for number, line in enumerate(lines):
        text = line.text
        if number + 1 < len(lines) and _CLOCK_LINE.fullmatch(lines[number + 1].text[:20]):
            text = f"{text} {lines[number + 1].text}"
        if len(text) > 160:
            before = UNLABELLED
            continue
        dates = list(read_shown(text, downloaded))
        if not dates:
            folded = fold_for_dates(text)
            before = label_of(folded) if is_label(folded) else UNLABELLED
            continue
        alone = _is_rest_short(text, dates)
        if not alone and text[-1] in ".!?…؟":
            continue
        place = 0
        for at, (start, end, time) in enumerate(dates):
            role = label_of(fold_for_dates(text[place:start])) or (before if at == 0 else UNLABELLED)
            if not role and at + 1 == len(dates):
                role = _label_behind(text[end:])
            place = end
            if time is not None:
                yield role, time, alone
        before = UNLABELLED


def _is_rest_short(text: str, dates: Sequence[tuple[int, int, Time | None]]) -> bool:
    """Return whether a line has, beside its dates and their labels, less than two words."""
    place, parts = 0, []
    for start, end, _ in dates:
        parts.append(text[place:start])
        place = end
    rest = _LABEL_WORDS.sub("", _LABEL.sub("", fold_for_dates(" ".join([*parts, text[place:]]))))
    return len(rest.strip(" .,،:|•·()-–—")) <= _LONGEST_REST


def _label_behind(text: str) -> str:
    """Return what a label in brackets behind a date says: `23 Aug 2024 (updated)`."""
    folded = fold_for_dates(text[:60]).strip()
    return label_of(folded) if is_label(folded) else UNLABELLED


def _marked_times(lines: Sequence[Line]) -> Iterator[tuple[str, Time]]:
    """Yield label and time of the elements in lines that state a time for machines."""
    seen: set[_Element] = set()
    before = UNLABELLED
    for line in lines:
        folded = fold_for_dates(line.text[:200])
        for element in islice(line.element.iter(), _MOST_ELEMENTS):
            if element in seen:
                continue
            seen.add(element)
            if not (value := _stated_in(element)) or (time := read_stated(value, SHOWN_ZONE)) is None:
                continue
            yield _role_of(element, folded) or before, time
        before = label_of(folded) if is_label(folded) else UNLABELLED


def _stated_in(element: _Element) -> str | None:
    if element.tag == "time" or (element.get("itemprop") or "").lower() in ("datepublished", "datemodified"):
        return element.get("datetime") or element.get("content")
    return element.get("title") if element.tag == "abbr" else None


def _role_of(element: _Element, line: str) -> str:
    """Return what the markup of an element, or the text before it in its line, says of its time."""
    name = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
    if MODIFIED_TIME.search(name):
        return MODIFIED
    if PUBLISHED_TIME.search(name) or element.get("pubdate") is not None:
        return PUBLISHED
    text = fold_for_dates(visible_text(element))
    if not text:
        return label_of(line)
    place = line.find(text)
    # Between two dates of one line is the label of the second one.
    return label_of(line[max(0, place - 40) : place]) if place > 0 else UNLABELLED
