"""The verdict on a finished crawl: an ordered table of rules, of which the first that holds gives the exit status."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newscrawl.errors import IN_WORDS, REFUSALS
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.accounting import MIN_GONE, articles_are_missing, faults, imbalances, requests_left

# Reasons for which the spider closes, as the statistics name them.
FINISHED, UNREACHABLE, LOCKED, RESTING, BLOCKED, OVERLOADED = (
    "finished", "unreachable", "locked", "resting", "blocked", "overloaded",
)  # fmt: skip
TOO_SLOW = "too_slow"
# For a signal, for a second one, and for Scrapy's bounds.
FORCED = "forced"
STOPPED = ("shutdown", FORCED, "cancelled", "memusage_exceeded")
STOPPED_RUN = "stopped"
"""The name of the verdict on a run that somebody or a bound has stopped."""
MIN_UNDATED = 3
"""Articles without a date before it is the pages that changed."""
MIN_MISNAMED = 3
"""Pages of another article than the one asked for before it is the pages that changed."""
REPAIR = "newscrawl/README.md says how to repair a selector"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit status of a command, its name, the reason and what a person should do."""

    status: ExitStatus
    name: str
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.name} (status {self.status}): {self.reason}.", self.advice) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """What a verdict is made from."""

    stats: Mapping[str, Any]
    """Scrapy's statistics."""
    close_reason: str
    """Why the spider closed."""
    missing_share: float = 0.5
    """The share of listings or of articles that may be missing."""
    root: str = ""
    """The site's root URL."""
    regressions: Sequence[object] = field(default=())
    """The canary's signs that the pages changed; their text says what fell."""
    from_fallback: int = 0
    """Bodies that were read, if none of them is from markup that is known."""

    def count(self, name: str) -> int:
        """Return one of this project's own statistics."""
        return int(self.stats.get(f"newscrawl/{name}", 0))

    def text(self, name: str) -> str:
        """Return one of this project's own statistics that is a text."""
        return str(self.stats.get(f"newscrawl/{name}", ""))

    @property
    def written(self) -> str:
        """What was written, in words."""
        edited = self.count("changed")
        return f"{self.count('written/articles')} articles written" + (f", {edited} of them edits" if edited else "")

    @property
    def refused(self) -> int:
        """Requests that the site refused."""
        return sum(self.count(f"error/{name}") for name in REFUSALS)

    @property
    def fetched(self) -> int:
        """Article pages that came, those of other archives included."""
        return self.count("article/fetched") + self.count("capture/fetched")

    @property
    def not_fetched(self) -> int:
        """Article pages that did not come."""
        return self.count("article/failed") + self.count("capture/failed")

    @property
    def errors(self) -> dict[str, int]:
        """Errors that have a name, and how often."""
        prefix = "newscrawl/error/"
        return {name.removeprefix(prefix): int(self.stats[name]) for name in self.stats if name.startswith(prefix)}

    @property
    def faults(self) -> dict[str, int]:
        """Exceptions that nobody named: type and place → how often."""
        return faults(self.stats)

    @property
    def imbalances(self) -> list[str]:
        """Sums of the accounts that do not agree; unknown for a run that did not end, or was forced to."""
        return imbalances(self.stats) if self.stats.get("finish_reason") not in (None, FORCED) else []

    @property
    def undated(self) -> int:
        """Articles that were left out because they show no date, and an interval was asked for."""
        return self.count("outside/undated")

    @property
    def claimed(self) -> int:
        """Article pages that state the id of another article, without those that did so in an earlier run."""
        return self.count("error/claimed_id") - self.count("known/claimed_id")

    @property
    def misnamed(self) -> int:
        """Article pages that say that they are of another article, without those that did so in an earlier run."""
        claimed = self.count("error/claimed_url") - self.count("known/claimed_url")
        return claimed + self.count("error/other_article")

    def is_most(self, number: int, known: str) -> bool:
        """Return whether these are most article pages, of those that do not say again what is known of them."""
        return number > self.missing_share * (self.fetched - self.count(f"known/{known}"))

    @property
    def unreadable(self) -> int:
        """Article pages that came and could not be read as articles."""
        return self.count("article/unreadable") + self.count("capture/unreadable")


@dataclass(frozen=True, slots=True)
class Rule:
    """One outcome of a crawl: what it is called, when it holds, why, and what a person should do."""

    name: str
    status: ExitStatus
    when: Callable[[FinishedRun], bool]
    reason: Callable[[FinishedRun], str]
    advice: str = ""


def _summary(run: FinishedRun) -> str:
    """Return what a healthy run wrote, what it missed, and whether it ended early."""
    missing = ", ".join(
        f"{number} {what}"
        for number, what in (
            (run.count("listing/failed"), "listings failed"),
            (run.not_fetched, "articles not fetched"),
            (run.unreadable, "pages without an article"),
            (run.count("urls/rejected"), "lines of the file are no article's URL"),
        )
        if number
    )
    early = "" if run.close_reason == FINISHED else f"; stopped early ({run.close_reason})"
    unknown = (
        f"; no page has markup that is known, all {run.from_fallback} bodies are from the fallback: see `scrapy doctor`"
        if run.from_fallback
        else ""
    )
    return run.written + (f"; {missing}" if missing else "") + early + unknown


def _mostly(run: FinishedRun) -> str:
    """Return the failure that came most often, in words and in brackets."""
    name = max(run.errors, key=lambda each: run.errors[each], default="")
    return f" (most often: {IN_WORDS.get(name, name)})" if name else ""


def _missing_articles(run: FinishedRun) -> str:
    """Return how many articles did not come, and how many of them are gone or led to another page."""
    gone = run.count("article/gone") + run.count("capture/gone")
    missing = run.not_fetched + gone if run.not_fetched + gone >= MIN_GONE else run.not_fetched
    led = sum(number for name, number in run.errors.items() if name.startswith("redirect"))
    parts = [f"{number} {what}" for number, what in ((gone, "are gone"), (led, "led to another page")) if number]
    of_them = f" ({', '.join(parts)})" if parts else _mostly(run)
    return f"{missing} of {missing + run.fetched} articles could not be fetched{of_them}"


def _fault(run: FinishedRun) -> str:
    """Return the exception that came most often, or the first sum that does not agree, and how many more there are."""
    found = [f"{name}" + (f" ({number} times)" if number > 1 else "") for name, number in run.faults.items()]
    found += run.imbalances
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{found[0]}{more}; {run.written}"


def fault_verdict(found: Mapping[str, int]) -> Verdict:
    """Return the verdict on a command that met exceptions which nobody named: type and place → how often."""
    rule = next(rule for rule in RULES if rule.status == ExitStatus.FAULT)
    text = ", ".join(f"{name}" + (f" ({number} times)" if number > 1 else "") for name, number in found.items())
    return Verdict(rule.status, rule.name, text, "Look for the traceback above, and report it.")


def _why_unreachable(run: FinishedRun) -> str:
    if reason := run.text("robots_unreadable"):
        return f"{run.root} could not be reached: its robots.txt cannot be read ({reason})"
    cause = next((IN_WORDS[name] for name in IN_WORDS if run.count(f"error/{name}")), "")
    return f"{run.root} could not be reached" + (f": {cause}" if cause else "")


def _regressions(run: FinishedRun) -> str:
    more = f", and {len(run.regressions) - 1} more" if len(run.regressions) > 1 else ""
    return f"{run.regressions[0]}{more}; {run.written}"


# The order is the precedence: what explains the others comes first. An archive that is not written makes every other
# count worthless; a site that refuses or is down explains what is missing; what is missing explains what fell.
RULES: tuple[Rule, ...] = (
    Rule(
        "locked",
        ExitStatus.LOCKED,
        lambda run: run.close_reason == LOCKED,
        lambda run: run.text("locked"),
        "Wait until that crawl has ended.",
    ),
    Rule(
        "ledger damaged",
        ExitStatus.NOT_WRITTEN,
        lambda run: run.count("error/ledger_damaged") > 0,
        lambda run: f"{run.written}, then the ledger could not be read",
        "Run again: it is rebuilt from the committed files.",
    ),
    Rule(
        "output not written",
        ExitStatus.NOT_WRITTEN,
        lambda run: run.count("error/output") + run.count("lost/articles") > 0,
        lambda run: ": ".join(
            filter(None, (f"{run.written}, then the archive could not be written", run.text("why/output")))
        ),
        "Look for 'cannot be written' above; make room or repair the disk, and run again.",
    ),
    Rule(
        "fault of this program",
        ExitStatus.FAULT,
        lambda run: bool(run.faults or run.imbalances),
        _fault,
        "Look for the traceback above, and report it; the next run asks again for what is missing.",
    ),
    Rule(
        "site moved",
        ExitStatus.INCOMPLETE,
        lambda run: bool(run.text("moved_to")) and not run.fetched,
        lambda run: f"{run.root} leads to another site: {run.text('moved_to')}",
        "Look at that site in a browser; if it is the new one, name it with -a site=… and in almayadeen/editions.py.",
    ),
    Rule(
        "site unreachable",
        ExitStatus.INCOMPLETE,
        lambda run: run.close_reason == UNREACHABLE,
        _why_unreachable,
        "Check that; else this machine's network and name service, and whether the site is up; then run again.",
    ),
    Rule(
        "resting after a block",
        ExitStatus.BLOCKED,
        lambda run: run.close_reason == RESTING,
        lambda run: (
            f"{run.text('resting_from') or run.root} blocked an earlier run, and no request is made until"
            f" {run.text('resting')}"
        ),
        "Write to the site; -s IGNORE_BLOCK=True makes requests all the same.",
    ),
    Rule(
        "blocked by the site",
        ExitStatus.BLOCKED,
        lambda run: run.close_reason == BLOCKED,
        lambda run: f"{run.text('blocked')}; {run.written}",
        "Do not hide or hurry: later runs wait; write to the site with the contact in your user agent.",
    ),
    Rule(
        "Crawl-delay too long",
        ExitStatus.BLOCKED,
        lambda run: run.close_reason == TOO_SLOW,
        lambda run: run.text(TOO_SLOW),
        "The crawl would take that long for each page.",
    ),
    Rule(
        "the site is in trouble",
        ExitStatus.INCOMPLETE,
        lambda run: run.close_reason == OVERLOADED,
        lambda run: f"{run.text('overloaded')}; {run.written}",
        "Usually temporary; run again later.",
    ),
    Rule(
        "blocked by the site",
        ExitStatus.BLOCKED,
        lambda run: run.refused > 0 and not run.fetched,
        lambda run: f"{run.refused} requests were refused and no article came",
        "Do not hide or hurry: run later and slower, and write to the site with the contact in your user agent.",
    ),
    Rule(
        "blocked by the site",
        ExitStatus.BLOCKED,
        lambda run: run.count("error/robots") > 0 and not run.fetched,
        lambda run: "robots.txt forbids the pages that were asked for",
        "Read robots.txt; without the site's permission there is nothing to crawl.",
    ),
    Rule(
        "wrong argument",
        ExitStatus.WRONG_ARGUMENT,
        lambda run: run.count("error/unknown_section") > 0,
        lambda run: (
            f"{run.count('error/unknown_section')} of the sections asked for are not on the site; {run.written}"
        ),
        "The sections that the site shows are named above.",
    ),
    Rule(
        "wrong argument",
        ExitStatus.WRONG_ARGUMENT,
        lambda run: run.count("error/urls_rejected") > 0,
        lambda run: f"no line of the file of URLs is an article's URL of {run.root}; {run.written}",
        "The first lines that were rejected are named above; give the URLs of articles, one a line.",
    ),
    Rule(
        "listings missing",
        ExitStatus.INCOMPLETE,
        lambda run: (
            run.count("listing/opened") > 0
            and run.count("listing/failed") > run.missing_share * run.count("listing/opened")
        ),
        lambda run: (
            f"{run.count('listing/failed')} of {run.count('listing/opened')} listings could not be read"
            f"{_mostly(run)}; {run.written}"
        ),
        "Look at the errors above. Server errors are usually temporary; a changed page needs a repair of"
        " pages/listing.py.",
    ),
    Rule(
        "articles missing",
        ExitStatus.INCOMPLETE,
        lambda run: any(articles_are_missing(run.stats, run.missing_share, what) for what in ("article", "capture")),
        lambda run: f"{_missing_articles(run)}; {run.written}",
        "Look at the warnings above and run again later.",
    ),
    Rule(
        "the pages changed",
        ExitStatus.PAGES_CHANGED,
        lambda run: run.unreadable > run.missing_share * run.fetched,
        lambda run: f"{run.unreadable} of {run.fetched} article pages could not be read as articles; {run.written}",
        f"Save one of the pages named above and repair the extraction ({REPAIR}).",
    ),
    Rule(
        "the pages changed",
        ExitStatus.PAGES_CHANGED,
        lambda run: run.undated >= MIN_UNDATED and run.undated > run.missing_share * run.fetched,
        lambda run: (
            f"{run.undated} of {run.fetched} articles show no date, so that it is unknown whether they are in the"
            f" interval; {run.written}"
        ),
        f"Open one of them in a browser, and repair the extraction of dates ({REPAIR}).",
    ),
    Rule(
        "the pages changed",
        ExitStatus.PAGES_CHANGED,
        lambda run: run.claimed > 0 and run.is_most(run.claimed, "claimed_id"),
        lambda run: (
            f"{run.claimed} of {run.fetched} article pages state an id that another article has;"
            f" {run.written}, these under the path of their URL"
        ),
        f"Look where the pages state their own id, and repair what reads it ({REPAIR}).",
    ),
    Rule(
        "the pages changed",
        ExitStatus.PAGES_CHANGED,
        lambda run: run.misnamed >= MIN_MISNAMED and run.is_most(run.misnamed, "claimed_url"),
        lambda run: (
            f"{run.misnamed} of {run.fetched} article pages state the URL of another article as their own, or are"
            f" another's; {run.written}"
        ),
        f"Look where the pages state their own URL, and repair what reads it ({REPAIR}).",
    ),
    Rule(
        "the pages changed",
        ExitStatus.PAGES_CHANGED,
        lambda run: bool(run.regressions),
        _regressions,
        f"The report of this run names pages that show it; repair the extraction ({REPAIR}).",
    ),
    Rule(
        "feed of your own not written",
        ExitStatus.NOT_WRITTEN,
        lambda run: run.count("error/own_feed") > 0,
        lambda run: f"{run.text('why/own_feed')}; {run.written} into the archive",
        "Repair what FEEDS or -o names; what is in the archive is not asked for again: README.md shows how to read it.",
    ),
    Rule(
        STOPPED_RUN,
        ExitStatus.HEALTHY,
        lambda run: run.close_reason in STOPPED or run.close_reason.startswith("closespider_"),
        lambda run: f"{_summary(run)}; requests left: {requests_left(run.stats)}",
        "The next run asks for what is left.",
    ),
    Rule(
        "nothing crawled",
        ExitStatus.INCOMPLETE,
        lambda run: not run.count("listing/opened") and not run.fetched,
        lambda run: f"the crawl ended ({run.close_reason}) before a listing was read",
        "See the log above.",
    ),
    Rule("healthy", ExitStatus.HEALTHY, lambda run: True, _summary),
)


def verdict_of(run: FinishedRun, rules: Sequence[Rule] = RULES) -> Verdict:
    """Return the verdict on a finished crawl: that of the first rule that holds.

    >>> stats = {"newscrawl/written/articles": 3, "newscrawl/article/fetched": 3}
    >>> print(verdict_of(FinishedRun(stats=stats, close_reason="finished")))
    healthy (status 0): 3 articles written.
    >>> verdict_of(FinishedRun(stats={}, close_reason="unreachable", root="https://english.almayadeen.net")).status
    <ExitStatus.INCOMPLETE: 3>
    """
    rule = next(rule for rule in rules if rule.when(run))
    return Verdict(rule.status, rule.name, rule.reason(run), rule.advice)
