"""The names in a byline or in an author's field: without labels, roles, agencies, places, handles and times."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from newscrawl.almayadeen.bylines import (
    AFTER_NAME,
    AGENCIES,
    ARABIC_SENTENCE,
    BY_LABEL,
    COLLECTIVE,
    FIRM,
    INSTITUTION,
    JOINT,
    JOINT_FIRST,
    NAME_LABEL,
    NAME_SUFFIX,
    NEXT_BYLINE_PART,
    NOT_NAMES,
    OTHER_WORK,
    PARTICLES,
    PLACE_FIRST,
    PLACES,
    ROLE,
    ROLE_FIRST,
    TIME_WORD,
    VERB_LABEL,
)
from newscrawl.almayadeen.labels import SITE_NAME
from newscrawl.text import collapse_spaces, comparison_key, unique

_MOST_CHARACTERS = 1000
_CONTACT = re.compile(r"[(<]?\s*(?:https?://|www\.)[^\s,،;|]+|[(<]?\s*[\w.+-]{0,64}@[\w.-]{1,64}\s*[)>]?")
_BRACKETS = re.compile(r"\s*(?:\([^()]{0,80}\)|\[[^\[\]]{0,80}\])")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
# What separates names; a role, a place or an outlet may follow it too.
_SEPARATOR = re.compile(r"\s*[,،;؛|•·]\s*|\s+(?:[-–—]+|\+)\s+|\s*/\s*")
_AND = re.compile(r"(?i)\s+(?:and|&|with|con|مع)\s+")
_OUTER_MARKS = " .,|·•-–—:/&\"'“”«»"
_NOT_IN_NAMES = re.compile(r"[!?؟:;؛…\"“”«»@#\d]")
_SENTENCE_END = re.compile(r"[!?؟…:۔]$|[^\W\d_]{4,}\.$")


class _Part(NamedTuple):
    """One part of a byline."""

    text: str
    kind: str
    """`name`, `institution`, `site`, `agency`, `role`, or `other` for what names nobody."""
    follows_and: bool
    """Whether "and" is before it, not a comma."""


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
    >>> split_authors("Jane Doe (@jane), Economics Editor, Beirut"), split_authors("Reuters")
    (('Jane Doe',), ('Reuters',))
    """
    parts = list(_parts(text))
    people = any(part.kind in ("name", "institution") for part in parts)
    return unique(
        part.text
        for number, part in enumerate(parts)
        if part.kind in ("name", "institution")
        or (part.kind == "site" and (not people or part.follows_and or number == 0))
        or (part.kind == "agency" and not people and not any(each.kind == "site" for each in parts))
    )


def names_in_line(text: str, *, certain: bool = False) -> tuple[str, ...] | None:
    """Return the names in a line of a page that may be a byline; None for a line that is none, such as a sentence.

    `certain` says that the line has a label with a colon before it; then a name may be in small letters.

    >>> names_in_line("Jane Doe, Thursday"), names_in_line("our correspondent"), names_in_line("noon the port was shut")
    (('Jane Doe',), (), None)
    """
    if len(text) > 250 or _SENTENCE_END.search(text) or any(mark in text for mark in '"“”«»'):
        return None
    parts = list(_parts(text))
    if any(part.kind == "name" and not _is_name(part.text, certain) for part in parts):
        return None
    if not any(part.kind != "other" for part in parts) or any(_is_sentence(part.text) for part in parts):
        return None
    if parts[0].kind == "role" and len(parts[0].text.split()) > 3:
        return None
    return split_authors(text)


def names_after_label(text: str) -> tuple[str, ...] | None:
    """Return the names in a line that begins with "By"; None for a line that does not, or that is a sentence.

    >>> names_after_label("By Jane Doe"), names_after_label("By noon Jane Doe had left"), names_after_label("Jane Doe")
    (('Jane Doe',), None, None)
    """
    match = BY_LABEL.match(text)
    if match is None:
        return None
    certain = any(colon in match[0] for colon in ":：")
    rest = text[match.end() :].strip("| ")
    if not rest:
        return ()
    # Without a colon "كتب" is the verb of a sentence: "The minister wrote".
    if not certain and VERB_LABEL.match(text) and rest.startswith("ال"):
        return None
    return names_in_line(rest, certain=certain)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in order, each person once, however it is spelled; without agencies beside people.

    >>> unique_names(["JANE DOE", "Jane Doe", "Reuters", "Al Bee"])
    ('JANE DOE', 'Al Bee')
    """
    kept = {comparison_key(name): name for name in reversed([*names])}
    people = [name for name in reversed(kept.values()) if comparison_key(name) not in AGENCIES]
    return tuple(people or reversed(kept.values()))


def without_label(text: str) -> str:
    """Return a byline without its "By".

    >>> without_label("Written by: Jane Doe"), without_label("Author of the article: By Al"), without_label("Byron")
    ('Jane Doe', 'Al', 'Byron')
    """
    text = collapse_spaces(text)
    for _ in range(3):
        rest = NAME_LABEL.sub("", text, count=1)
        if rest == text:
            break
        text = rest
    return text


def until_next(text: str) -> str:
    """Return the part of a byline before a date, a source, a count of shares or the next cell of a row."""
    cell = text.find(" | ")
    text = text[: cell if cell > 0 else _MOST_CHARACTERS][:_MOST_CHARACTERS]
    match = NEXT_BYLINE_PART.search(text)
    return collapse_spaces(text[: match.start()] if match and match.start() else text)


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[_Part, ...]:
    text = without_label(text[:_MOST_CHARACTERS])
    text = _CONTACT.sub(" ", text)
    # A feed has the name behind a mailbox: "jane@example.org (Jane Doe)".
    text = _BRACKETS.sub(" ", text).strip() or text.strip(" ()[]")
    for end in (OTHER_WORK, NEXT_BYLINE_PART):
        if match := end.search(text):
            text = text[: match.start()]
    found: list[_Part] = []
    whole = False
    for piece, follows_and in _pieces(text):
        name = _cleaned(piece)
        if not name:
            continue
        if found and PLACE_FIRST.match(name):
            break  # a place or a section, and more of them
        if found and NAME_SUFFIX.match(name):
            last = found[-1]
            found[-1] = last._replace(text=f"{last.text}, {piece.strip()}")
            continue
        kind = _kind(name)
        if kind == "role" and (rest := ROLE_FIRST.sub("", name, count=1)) != name and len(rest.split()) > 1:
            name, kind = rest, _kind(rest)
        is_short = len(name.split()) == 1
        if kind == "name" and whole and is_short and not follows_and:
            kind = "other"  # a city behind a name
        if kind == "name" and not is_short and not whole and len(found) == 1 and len(found[0].text.split()) == 1:
            found[0] = found[0]._replace(kind="other" if not follows_and else found[0].kind)  # a city before a name
        whole = whole or (kind == "name" and not is_short)
        found.append(_Part(name, kind, follows_and))
    return tuple(found)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a byline that are one name each, or none, and whether "and" is before each."""
    for number, piece in enumerate(_SEPARATOR.split(text)):
        follows_and = False
        if number and comparison_key(piece) not in AGENCIES and (match := JOINT_FIRST.match(piece)):
            piece, follows_and = piece[match.end() :], True
        for part in _joined(piece):
            yield part, follows_and
            follows_and = True


def _joined(piece: str) -> list[str]:
    """Split a piece at "and" in its languages, but not inside the name of an institution, a firm or one person."""
    institution = INSTITUTION.search(piece)
    if institution is not None:
        for match in _AND.finditer(piece):
            before = piece[: match.start()]
            # "Jane Doe and Centre for Studies" are two authors.
            if match.end() == institution.start() and len(before.split()) > 1:
                return [before, piece[match.end() :]]
        return [piece]
    parts = _AND.split(piece)
    if len(parts) > 1 and (
        FIRM.match(parts[-1].strip()) or ("&" in piece and all(len(part.split()) == 1 for part in parts))
    ):
        return [piece]
    return [name for part in parts for name in _apart(part)]


def _apart(part: str) -> list[str]:
    """Split at "y" or "و" between two full names; elsewhere it may be part of one name ("Ortega y Gasset")."""
    names: list[str] = []
    start = 0
    joints = list(JOINT.finditer(part))
    for match in joints:
        following = next((each.start() for each in joints if each.start() >= match.end()), len(part))
        second = part[match.end() : following]
        is_name = len(second.split()) > 1 or comparison_key(second) in AGENCIES
        if len(part[start : match.start()].split()) > 1 and is_name:
            names.append(part[start : match.start()])
            start = match.end()
    return [*names, part[start:]]


def _cleaned(piece: str) -> str:
    """Return a name without its label, its outer marks, and the place or the outlet behind it."""
    name = without_label(piece).strip()
    if not NAME_SUFFIX.match(name.rpartition(" ")[2]):
        name = name.strip(_OUTER_MARKS)
    if (match := AFTER_NAME.search(name)) and not INSTITUTION.search(name[: match.start()]):
        before = name[: match.start()]
        if len(before.split()) > 1 or comparison_key(before) in AGENCIES:
            name = before
    return collapse_spaces(name)


def _kind(name: str) -> str:
    key = comparison_key(name)
    if not key or key in NOT_NAMES or any(char.isdigit() for char in name) or _DOMAIN.fullmatch(name):
        return "other"
    if SITE_NAME.fullmatch(name):
        return "site"
    if key in AGENCIES or COLLECTIVE.match(name):
        return "agency"
    if key in PLACES or TIME_WORD.match(name) or PLACE_FIRST.match(name) or len(name) > 120:
        return "other"
    if INSTITUTION.search(name):
        return "institution"
    if ROLE.search(name) and not name.startswith("The "):
        return "role"
    return "name" if len(name.split()) <= 9 else "other"


def _is_name(text: str, certain: bool) -> bool:
    """Return whether a text looks like a name: few words, each with a capital letter where its script has them."""
    words = [word for word in re.split(r"[\s’'-]+", text) if word]
    if len(words) > 7 or _NOT_IN_NAMES.search(text):
        return False
    if certain and len(words) <= 4:
        return True
    low = [word for word in words if word.islower()]
    if not words or words[-1].islower() or (words[0].islower() and len(words[0]) == 1):
        return False
    return all(word.strip(".") in PARTICLES or len(word) == 1 for word in low)


def _is_sentence(text: str) -> bool:
    return any(word in ARABIC_SENTENCE for word in text.split())
