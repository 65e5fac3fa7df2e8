"""The accounts of a run: each request and each record ends in one named fate, and the sums have to agree.

The accounts are counters among the statistics of the run (`newscrawl/accounts/…`), so that their size does not grow
with the run. A request that is under way carries its own entry.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from newscrawl.errors import REFUSALS_AND_LIMITS, STOPPED

PURPOSES = (
    "home", "section", "batch", "tag", "sitemap", "feed", "article", "revisit", "index", "capture", "robots", "other",
)  # fmt: skip
"""What a request is made for."""
# The fates of a request. `failed`, `filtered` and `skipped` are followed by a name: `failed: timeout`.
READ, UNCHANGED, GONE, REFUSED, RAISED, LEFT = "read", "unchanged", "gone", "refused", "raised", "left"
DUPLICATE = "filtered: duplicate"
# The fates of a record beside the names under which a pipeline step drops it.
EXPORTED, LOST = "exported", "lost"
SAME_CONTENT = "dropped/same_content"
"""The name under which a content is dropped that is no article, but in the place of several."""
FEEDS = ("articles", "headlines")
FAULT = "newscrawl/fault/"
"""The statistics under which the exceptions that nobody named are counted: `ValueError at newscrawl/x.py:12`."""
REQUESTS, RECORDS, LINES = "newscrawl/accounts/requests/", "newscrawl/accounts/records/", "newscrawl/accounts/lines/"
_OPENED = "opened"
_FILTERED = frozenset(("off_site", "robots"))
_PACKAGE = Path(__file__).parent.parent
ENTRY, PURPOSE = "newscrawl_entry", "newscrawl_purpose"
"""Keys of a request's `meta`: its entry in the accounts, and what it is made for."""
STOPPED_BY = "newscrawl/stopped_by"
"""The statistic that has the root of the archive that blocked the crawl, if it was not the site."""
MIN_FAULTS = 5
"""Exceptions that nobody named before a run with fewer articles is ended early."""
MIN_GONE = 3
"""Articles that must be gone before they count as missing."""
Count = Callable[[str, int], Any]
"""Adds a number to a counter of the statistics."""


@dataclass(slots=True)
class Entry:
    """The account of one request; redirects and retries carry it on."""

    purpose: str
    fate: str = ""
    """How it ended; "" as long as it is under way."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Enters requests and records; the last fate that a request is given counts, and it counts once."""

    count: Count

    def open(self, purpose: str) -> Entry:
        """Enter a request that was made."""
        self.count(f"{REQUESTS}{purpose}/{_OPENED}", 1)
        return Entry(purpose)

    def settle(self, entry: Entry, fate: str) -> None:
        """Enter how a request ended; an exception in its callback takes the place of what was entered before."""
        if entry.fate == fate:
            return
        if entry.fate:
            self.count(f"{REQUESTS}{entry.purpose}/{entry.fate}", -1)
        entry.fate = fate
        self.count(f"{REQUESTS}{entry.purpose}/{fate}", 1)

    def leave_out(self, purpose: str, name: str, number: int) -> None:
        """Enter requests that are not made, because of a bound that has a name."""
        self.count(f"{REQUESTS}{purpose}/{_OPENED}", number)
        self.count(f"{REQUESTS}{purpose}/filtered: {name}", number)

    def settle_request(self, meta: Mapping[str, Any], fate: str) -> None:
        """Enter how the request with this `meta` ended, if it is in the accounts."""
        entry: Entry | None = meta.get(ENTRY)
        if entry is not None:
            self.settle(entry, fate)

    def read_record(self, feed: str) -> None:
        """Enter a record that was read from a page."""
        self.count(f"{RECORDS}{feed}/{READ}", 1)

    def settle_record(self, feed: str, fate: str) -> None:
        """Enter what became of a record."""
        self.count(f"{RECORDS}{feed}/{fate}", 1)

    def take_back_record(self, feed: str, name: str) -> None:
        """Enter that a record that went to its feed was taken back before the commit, and dropped under a name."""
        self.count(f"{RECORDS}{feed}/{EXPORTED}", -1)
        self.settle_record(feed, name)

    def commit(self, feed: str, lines: int) -> None:
        """Enter the lines of a file that was committed."""
        self.count(f"{LINES}{feed}", lines)

    def fault(self, name: str) -> None:
        """Enter an exception that nobody named (`fault_name`)."""
        self.count(f"{FAULT}{name}", 1)


def fate_of(name: str) -> str:
    """Return the fate of a request that failed under a name.

    >>> [fate_of(name) for name in ("gone", "challenge", "robots", "stopped", "timeout")]
    ['gone', 'refused', 'filtered: robots', 'left', 'failed: timeout']
    """
    if name == GONE:
        return GONE
    if name == STOPPED:
        return LEFT
    if name in REFUSALS_AND_LIMITS:
        return REFUSED
    return f"filtered: {name}" if name in _FILTERED else f"failed: {name}"


def fault_name(error: BaseException, trace: TracebackType | None) -> str:
    """Return type and place of an exception: the innermost line of this project, else the innermost of all."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    if not frames:
        return type(error).__name__
    frame = (own or frames)[-1]
    path = Path(frame.filename)
    place = path.relative_to(_PACKAGE.parent) if own else Path(*path.parts[-2:])
    return f"{type(error).__name__} at {place.as_posix()}:{frame.lineno}"


def faults(stats: Mapping[str, Any]) -> dict[str, int]:
    """Return the exceptions that nobody named: type and place → how often, the most frequent first."""
    found = {name.removeprefix(FAULT): int(number) for name, number in stats.items() if name.startswith(FAULT)}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def ends_early(stats: Mapping[str, Any]) -> bool:
    """Return whether a run has met more exceptions without a name than it should go on with."""
    number = sum(faults(stats).values())
    went_well = int(stats.get("newscrawl/written/articles", 0)) + int(stats.get("newscrawl/unchanged", 0))
    return number >= MIN_FAULTS and number > went_well


def articles_are_missing(stats: Mapping[str, Any], share: float, what: str = "article") -> bool:
    """Return whether more than a share of the articles that were asked for did not come.

    `what` is "article", or "capture" for those that another archive has.

    A single article that is gone is none that is missing; where most are gone, the site is at fault.

    >>> [articles_are_missing({"newscrawl/article/gone": number}, 0.5) for number in (2, 3)]
    [False, True]
    """
    fetched, failed, gone = (int(stats.get(f"newscrawl/{what}/{name}", 0)) for name in ("fetched", "failed", "gone"))
    missing = failed + gone if failed + gone >= MIN_GONE else failed
    return missing > share * (fetched + missing)


def accounts_of(stats: Mapping[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    """Return the accounts of a run that has ended: `requests` by purpose, `records` and `lines` by feed.

    Requests for robots.txt are those that Scrapy counts. What no callback and no errback got was left.
    """
    requests: dict[str, Counter[str]] = {}
    for (purpose, fate), number in _split(stats, REQUESTS):
        requests.setdefault(purpose, Counter())[fate] += number
    if asked := int(stats.get("robotstxt/request_count", 0)):
        came = int(stats.get("robotstxt/response_count", 0))
        requests["robots"] = Counter({_OPENED: asked, READ: came, "failed: robots_unreadable": asked - came})
    if stats.get("finish_reason") != "finished":
        for fates in requests.values():
            fates[LEFT] += max(0, fates[_OPENED] - _settled(fates))
    records: dict[str, Counter[str]] = {}
    for (feed, fate), number in _split(stats, RECORDS):
        records.setdefault(feed, Counter())[fate] += number
    return {
        "requests": {name: _shown(requests[name]) for name in PURPOSES if name in requests},
        "records": {name: _shown(records[name]) for name in FEEDS if name in records},
        "lines": {
            feed: {
                "written": int(stats.get(f"newscrawl/written/{feed}", 0)),
                "lost": int(stats.get(f"newscrawl/lost/{feed}", 0)),
                "committed": int(stats.get(f"{LINES}{feed}", 0)),
            }
            for feed in FEEDS
        },
    }


def requests_left(stats: Mapping[str, Any]) -> int:
    """Return how many requests of a run that was stopped are left to the next one.

    >>> requests_left({"newscrawl/accounts/requests/article/opened": 3, "newscrawl/accounts/requests/article/read": 1,
    ...                "newscrawl/accounts/requests/article/left": 1, "finish_reason": "shutdown"})
    2
    """
    return sum(fates.get(LEFT, 0) for fates in accounts_of(stats)["requests"].values())


def imbalances(stats: Mapping[str, Any]) -> list[str]:
    """Return the sums that do not agree, each in a few words; none for a run that accounts for everything.

    >>> imbalances({"newscrawl/accounts/requests/home/opened": 2, "newscrawl/accounts/requests/home/read": 1,
    ...             "finish_reason": "finished"})
    ['requests (home): 2 opened, 1 accounted for']
    """
    accounts = accounts_of(stats)
    found = []
    for purpose, fates in accounts["requests"].items():
        if fates.get(_OPENED, 0) != _settled(fates):
            found.append(f"requests ({purpose}): {fates.get(_OPENED, 0)} opened, {_settled(fates)} accounted for")
    waiting = int(stats.get("scheduler/enqueued", 0)) - int(stats.get("scheduler/dequeued", 0))
    unsettled = sum(
        int(number) if name.endswith(f"/{_OPENED}") else -int(number)
        for name, number in stats.items()
        if name.startswith(REQUESTS)
    )
    if stats.get("finish_reason") != "finished" and unsettled != waiting:
        found.append(f"requests: {unsettled} without an end, {waiting} were waiting")
    for feed, fates in accounts["records"].items():
        read, settled = fates.get(READ, 0), sum(fates.values()) - fates.get(READ, 0)
        if read != settled:
            found.append(f"{feed}: {read} read, {settled} accounted for")
    for feed, lines in accounts["lines"].items():
        exported = accounts["records"].get(feed, {}).get(EXPORTED, 0)
        if exported != lines["written"] + lines["lost"]:
            found.append(f"{feed}: {exported} exported, {lines['written']} written and {lines['lost']} lost")
        if lines["written"] != lines["committed"]:
            found.append(f"{feed}: {lines['written']} lines written, {lines['committed']} in committed files")
    return found


def summary(stats: Mapping[str, Any]) -> str:
    """Return the accounts in one line.

    >>> summary({"newscrawl/accounts/requests/home/opened": 1, "newscrawl/accounts/requests/home/read": 1})
    '1 requests: 1 read; 0 articles read; 0 headlines read'
    """
    accounts = accounts_of(stats)
    total: Counter[str] = Counter()
    for fates in accounts["requests"].values():
        total.update(fates)
    opened = total.pop(_OPENED, 0)
    parts = [f"{opened} requests: " + _in_words(total)]
    for feed in FEEDS:
        fates = dict(accounts["records"].get(feed, {}))
        read = fates.pop(READ, 0)
        parts.append(f"{read} {feed} read" + (f": {_in_words(fates)}" if fates else ""))
    return "; ".join(parts)


def count_error(stats: Any, name: str, cause: str) -> None:
    """Count an error of the output, and keep the cause of the first for the verdict.

    `name` is `output` for the archive's, `own_feed` for another feed's; `stats` is Scrapy's collector.
    """
    stats.inc_value(f"newscrawl/error/{name}")
    if stats.get_value(f"newscrawl/why/{name}") is None:
        stats.set_value(f"newscrawl/why/{name}", cause)


def _split(stats: Mapping[str, Any], prefix: str) -> Iterator[tuple[tuple[str, str], int]]:
    for name, number in stats.items():
        if name.startswith(prefix):
            group, _, fate = name.removeprefix(prefix).partition("/")
            yield (group, fate), int(number)


def _settled(fates: Mapping[str, int]) -> int:
    return sum(fates.values()) - fates.get(_OPENED, 0)


def _shown(fates: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in fates.items() if number}


def _in_words(fates: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(fates.items(), key=lambda each: (-each[1], each[0])))
