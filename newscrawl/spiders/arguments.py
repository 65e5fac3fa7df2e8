"""The `-a` arguments of a crawl: a table of what each means, and the checks before anything is asked for.

`ARGUMENTS` is the table. `Arguments.parse` checks what was given, one small function for each form of a value, and
raises `ArgumentError` with an example.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from newscrawl.almayadeen.editions import EDITIONS, Edition
from newscrawl.almayadeen.kinds import ALL_KINDS
from newscrawl.archive.older_archives import ARCHIVES
from newscrawl.errors import ArgumentError
from newscrawl.text import collapse_spaces
from newscrawl.urls import canonical

"""Of them, those that lead through other web archives."""
WAYS = ("sections", "tags", "sitemap", "feed", *ARCHIVES)
"""Ways to articles, for `discover`."""
ALL_TAGS = "all"
EARLIEST, LATEST = 1900, 2999
"""Years of `since` and `until`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One `-a` argument, documented."""

    name: str
    meaning: str
    default: str = ""
    """The value where none is given; "" where there is none."""
    default_meaning: str = ""
    """What it means to give none, where `default` does not say it."""
    example: str

    @property
    def default_text(self) -> str:
        """What happens without the argument, for a table."""
        return self.default_meaning or f"`{self.default}`"


ARGUMENTS: tuple[Argument, ...] = (
    Argument(name="edition", meaning="`en`, `ar` or `es`", default="en", example="ar"),
    Argument(
        name="sections",
        meaning="sections or regions, by the name in their URL or by their label in the menu, separated by commas",
        default_meaning="all sections of the menu",
        example="politics,economics",
    ),
    Argument(
        name="max_pages",
        meaning="batches read of each listing; `0` reads to the end",
        default="5",
        example="5",
    ),
    Argument(
        name="tags",
        meaning="names of tags whose pages are read as well, separated by commas; `all` for every tag of an article"
        " that the crawl reads",
        default_meaning="none",
        example="Mali,Gaza Strip",
    ),
    Argument(
        name="since",
        meaning="only what was published then or later: a date or a time, UTC unless it has an offset; lifts"
        " `max_pages`",
        default_meaning="no bound",
        example="2024-08-31",
    ),
    Argument(
        name="until",
        meaning="only what was published before: a date (the whole day is in) or a time, UTC unless it has an offset",
        default_meaning="no bound",
        example="2024-08-31",
    ),
    Argument(
        name="discover",
        meaning="ways to articles, separated by commas: `sections`, `tags` (the pages of the tags named in `tags`, and"
        " nothing else), `sitemap` (its index, newest month first, and what robots.txt names), `feed`; or captures of"
        " other archives, and the site is not asked: `wayback`, `commoncrawl`",
        default="sections",
        default_meaning="`sections`; with `urls`, none",
        example="sections,sitemap",
    ),
    Argument(
        name="kinds",
        meaning="kinds of articles, as in the field `kind`, separated by commas",
        default_meaning="all",
        example="news,opinion",
    ),
    Argument(
        name="urls",
        meaning="a file with URLs of articles, one a line, or `-` for standard input; then only these are read, known"
        " or not",
        default_meaning="none",
        example="data/missing-en.txt",
    ),
    Argument(
        name="deep",
        meaning="`yes` reads listings on where all is known: a search for gaps",
        default="no",
        example="yes",
    ),
    Argument(name="refresh", meaning="`no` looks at no known article again", default="yes", example="no"),
    Argument(
        name="site",
        meaning="another root that serves the same pages",
        default_meaning="the edition's own",
        example="http://127.0.0.1:8000",
    ),
)
_BY_NAME = {argument.name: argument for argument in ARGUMENTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of a crawl, checked; `ARGUMENTS` says what each means."""

    edition: Edition
    root: str
    """The site's root, without a trailing slash: the edition's own or the one given as `site`."""
    sections: tuple[str, ...]
    """Names as asked for; () for all that the menu shows."""
    max_pages: int
    tags: tuple[str, ...] = ()
    """Names of tags; `ALL_TAGS` among them for every tag of an article."""
    since: datetime | None = None
    """UTC; what was published then is in."""
    until: datetime | None = None
    """UTC; what was published then is out."""
    discover: tuple[str, ...] = ("sections",)
    """Ways to articles, of `WAYS`."""
    urls: str = ""
    """File of URLs; `-` for standard input; "" for none."""
    deep: bool = False
    kinds: tuple[str, ...] = ()
    """Kinds that are exported; () for all."""
    refresh: bool = True
    noted: tuple[tuple[str, str], ...] = ()
    """(name, value) of arguments that begin with `_`, as scrapyd's `_job`: nothing is done with them."""

    @classmethod
    def parse(cls, **given: Any) -> Self:
        """Return the arguments, or raise `ArgumentError` that says which one is wrong, and what would be right.

        >>> Arguments.parse(sections="politics, sports", max_pages="0").sections
        ('politics', 'sports')
        >>> Arguments.parse(max_pages="five")
        Traceback (most recent call last):
        ...
        newscrawl.errors.ArgumentError: max_pages=five: give a whole number, 0 for all (example: -a max_pages=5)
        """
        noted = tuple((name, str(value)) for name, value in given.items() if name.startswith("_"))
        if unknown := sorted(name for name in given if name not in _BY_NAME and not name.startswith("_")):
            raise ArgumentError(f"unknown argument {', '.join(unknown)}; known are {', '.join(_BY_NAME)}")
        values = {name: str(given.get(name, argument.default)) for name, argument in _BY_NAME.items()}
        edition = EDITIONS[_choice("edition", values["edition"], EDITIONS)]
        sections = _names("sections", values["sections"])
        tags = _names("tags", values["tags"])
        urls = _readable_file("urls", values["urls"])
        since = _time("since", values["since"], is_end=False)
        until = _time("until", values["until"], is_end=True)
        if since is not None and until is not None and since >= until:
            raise _wrong(
                "since", values["since"], f"nothing is between it and until={values['until']}; give an earlier one"
            )
        max_pages = _number("max_pages", values["max_pages"])
        return cls(
            edition=edition,
            root=_root("site", values["site"]) or edition.root,
            sections=sections,
            # An interval says itself how far a listing is read.
            max_pages=max_pages if since is None else 0,
            tags=tags,
            since=since,
            until=until,
            discover=_ways(str(given.get("discover", "")), sections, tags, urls),
            urls=urls,
            kinds=_choices("kinds", values["kinds"], ALL_KINDS),
            deep=_yes_or_no("deep", values["deep"]),
            refresh=_yes_or_no("refresh", values["refresh"]),
            noted=noted,
        )

    def covers_month(self, month: tuple[int, int]) -> bool:
        """Return whether a month, (0, 0) for an unknown one, has days of the interval asked for.

        >>> Arguments.parse(since="2024-08-01").covers_month((2024, 7))
        True
        >>> Arguments.parse(since="2024-08-02").covers_month((2024, 7))
        False
        """
        if month == (0, 0):
            return True
        # The site's months are Beirut's: a day more on either side.
        earliest = self.since - timedelta(days=1) if self.since else None
        latest = self.until + timedelta(days=1) if self.until else None
        return (earliest is None or month >= (earliest.year, earliest.month)) and (
            latest is None or month <= (latest.year, latest.month)
        )


def _wrong(name: str, value: str, advice: str) -> ArgumentError:
    return ArgumentError(f"{name}={value}: {advice} (example: -a {name}={_BY_NAME[name].example})")


def _names(name: str, value: str) -> tuple[str, ...]:
    """Return the names in a list with commas, each once."""
    names = tuple(dict.fromkeys(text for part in value.split(",") if (text := collapse_spaces(part))))
    if value and not names:
        raise _wrong(name, value, "give names separated by commas")
    return names


def _choice(name: str, value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise _wrong(name, value, f"choose one of {', '.join(allowed)}")
    return value


def _choices(name: str, value: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in a list with commas, in lower case, each once and each one of those allowed."""
    chosen = _names(name, value.lower())
    if unknown := [text for text in chosen if text not in allowed]:
        raise _wrong(name, value, f"{unknown[0]!r} is unknown; choose from {', '.join(allowed)}")
    return chosen


def _ways(value: str, sections: tuple[str, ...], tags: tuple[str, ...], urls: str) -> tuple[str, ...]:
    """Return the ways to articles; without a value the sections, or nothing beside a file of URLs."""
    ways = _choices("discover", value, WAYS) or (() if urls else (_BY_NAME["discover"].default,))
    if any(way in ARCHIVES for way in ways) and (sections or tags or urls or not set(ways) <= {*ARCHIVES}):
        raise ArgumentError(
            f"discover={value}: other archives are read in a run of their own, without sections, tags or urls"
            " (example: -a discover=wayback,commoncrawl)"
        )
    if "tags" in ways and not tags:
        raise ArgumentError(f"discover={value}: name the tags (example: -a discover=tags -a tags=Mali)")
    if ways == ("tags",) and tags == (ALL_TAGS,) and not urls:
        raise ArgumentError(
            f"discover={value}: tags=all follows the tags of articles that another way leads to"
            " (example: -a discover=sections,tags -a tags=all)"
        )
    return ways


def _number(name: str, value: str) -> int:
    try:
        number = int(value)
    except ValueError:
        number = -1
    if number < 0:
        raise _wrong(name, value, "give a whole number, 0 for all")
    return number


def _root(name: str, value: str) -> str:
    """Return the root of a site as `canonical` spells it, without a trailing slash; "" for none."""
    try:
        root = canonical(value).rstrip("/") if value else ""
    except ValueError:
        raise _wrong(name, value, "give an http or https URL") from None
    if root.count("/") > 2 or "?" in value or "#" in value:
        raise _wrong(name, value, "give the root of a site, without a path")
    return root


def _readable_file(name: str, value: str) -> str:
    # A pipe without a writer would be waited for, and a device has no end.
    if value not in ("", "-") and ("\0" in value or not Path(value).is_file() or not os.access(value, os.R_OK)):
        raise _wrong(name, value, "there is no such file that can be read")
    return value


def _time(name: str, value: str, *, is_end: bool) -> datetime | None:
    """Return a time, UTC unless it has an offset; a date is its start, or its end.

    >>> _time("until", "2024-08-31", is_end=True).isoformat()
    '2024-09-01T00:00:00+00:00'
    """
    if not value:
        return None
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError:
        raise _wrong(name, value, "give a date or a time") from None
    if not EARLIEST <= time.year <= LATEST:
        raise _wrong(name, value, f"give a year from {EARLIEST} to {LATEST}")
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    return time + timedelta(days=1) if is_end and len(value.strip()) <= 10 else time


def _yes_or_no(name: str, value: str) -> bool:
    try:
        return {"yes": True, "no": False}[value.strip().lower()]
    except KeyError:
        raise _wrong(name, value, "give yes or no") from None
