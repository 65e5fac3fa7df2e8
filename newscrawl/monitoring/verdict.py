"""What a finished crawl was: the exit status, and what to say about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newscrawl.errors import REFUSALS

HEALTHY, COULD_NOT_START, WRONG_ARGUMENT, MISSING, CHANGED, BLOCKED, NOT_WRITTEN = 0, 1, 2, 3, 4, 5, 6
LOCKED = 75


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit status of a crawl, its name, the reason and what a person should do."""

    status: int
    name: str
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.name} (status {self.status}): {self.reason}.", self.advice) if part)


def verdict_of(
    stats: Mapping[str, Any], close_reason: str, *, share: float = 0.5, root: str = "", breaks: Sequence[object] = ()
) -> Verdict:
    """Return the verdict on a crawl from its statistics and the reason why the spider closed.

    `share` is the part of listings or of articles that may be missing before the crawl counts as failed; `breaks` are
    the canary's signs that the pages changed, in words.

    >>> print(verdict_of({"newscrawl/written/articles": 3, "newscrawl/article/fetched": 3}, "finished"))
    healthy (status 0): 3 articles written.
    >>> verdict_of({}, "unreachable", root="https://english.almayadeen.net").status
    3
    >>> verdict_of({"newscrawl/error/output": 1}, "output").status
    6
    """

    def count(name: str) -> int:
        return int(stats.get(f"newscrawl/{name}", 0))

    written = f"{count('written/articles')} articles written"
    if edited := count("changed"):
        written += f", {edited} of them edits"
    if close_reason == "locked":
        return Verdict(LOCKED, "locked", str(stats.get("newscrawl/locked", "")), "Wait until that crawl has ended.")
    if count("error/ledger_damaged"):
        return Verdict(
            NOT_WRITTEN,
            "ledger damaged",
            f"{written}, then the ledger could not be read",
            "Run again: it is made anew.",
        )
    if count("error/output") or count("lost/articles"):
        return Verdict(
            NOT_WRITTEN,
            "output not written",
            f"{written}, then the archive could not be written",
            "Look for 'cannot be written' above; free or repair the disk and run again.",
        )
    if close_reason == "unreachable":
        return Verdict(
            MISSING,
            "site unreachable",
            f"{root} could not be reached",
            "Check this machine's network and name service, or whether the site is down; then run again.",
        )
    if close_reason == "resting":
        return Verdict(
            BLOCKED,
            "resting after a block",
            f"{root} has blocked an earlier run, and nothing is asked for until {stats.get('newscrawl/resting')}",
            "Write to the site; -s IGNORE_BLOCK=True asks all the same.",
        )
    if close_reason == "blocked":
        return Verdict(
            BLOCKED,
            "blocked by the site",
            f"{stats.get('newscrawl/blocked')}; {written}",
            "Do not hide or hurry: later runs wait; write to the site with the contact in your user agent.",
        )
    if close_reason == "overloaded":
        return Verdict(
            MISSING,
            "the site is in trouble",
            f"{stats.get('newscrawl/overloaded')}; {written}",
            "It passes as a rule: run again later.",
        )
    refused = sum(count(f"error/{name}") for name in REFUSALS)
    fetched = count("article/fetched")
    if refused and not fetched:
        return Verdict(
            BLOCKED,
            "blocked by the site",
            f"{refused} requests were refused and no article came",
            "Do not hide or hurry: run later and slower, and write to the site with the contact in your user agent.",
        )
    if count("error/robots") and not fetched:
        return Verdict(
            BLOCKED,
            "blocked by the site",
            "robots.txt forbids the pages that were asked for",
            "Read robots.txt; without the site's permission there is nothing to crawl.",
        )
    if count("error/unknown_section"):
        return Verdict(
            WRONG_ARGUMENT,
            "wrong argument",
            f"{count('error/unknown_section')} of the sections asked for are not on the site; {written}",
            "The sections that the site shows are named above.",
        )
    opened, failed = count("listing/opened"), count("listing/failed")
    if opened and failed > share * opened:
        return Verdict(
            MISSING,
            "listings missing",
            f"{failed} of {opened} listings could not be read; {written}",
            "Look at the errors above: a server in trouble passes; a changed page needs a look at pages/listing.py.",
        )
    lost, unreadable = count("article/failed"), count("article/unreadable")
    if lost > share * (lost + fetched):
        return Verdict(
            MISSING,
            "articles missing",
            f"{lost} of {lost + fetched} articles could not be fetched; {written}",
            "Look at the warnings above and run again later.",
        )
    if unreadable > share * fetched:
        return Verdict(
            CHANGED,
            "the pages changed",
            f"{unreadable} of {fetched} article pages could not be read as articles; {written}",
            "Save one of the pages named above and mend the extraction (README: how to mend a selector).",
        )
    if breaks:
        more = f", and {len(breaks) - 1} more" if len(breaks) > 1 else ""
        return Verdict(
            CHANGED,
            "the pages changed",
            f"{breaks[0]}{more}; {written}",
            "The run's report names pages that show it; mend the extraction (README: how to mend a selector).",
        )
    if not opened and not fetched:
        return Verdict(
            MISSING,
            "nothing crawled",
            f"the crawl ended ({close_reason}) before a listing was read",
            "See the log above.",
        )
    missing = ", ".join(
        f"{number} {what}"
        for number, what in (
            (failed, "listings failed"),
            (lost, "articles not fetched"),
            (unreadable, "pages without an article"),
        )
        if number
    )
    stopped = "" if close_reason == "finished" else f"; stopped early ({close_reason})"
    return Verdict(HEALTHY, "healthy", written + (f"; {missing}" if missing else "") + stopped)
