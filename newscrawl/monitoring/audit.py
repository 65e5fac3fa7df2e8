"""The archive compared with what the site lists: listed, archived, gone, missing, by month and section."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawl.almayadeen.addresses import article_url
from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import DamageLog
from newscrawl.archive.files import committed_files, file_name, read_records
from newscrawl.archive.read_only import ArchiveCopy
from newscrawl.errors import REFUSALS_AND_LIMITS
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import FINISHED, STOPPED_RUN, UNREACHABLE, FinishedRun, Verdict, verdict_of
from newscrawl.urls import Site, path_of

UNKNOWN = "?"
"""The month of an article that the archive does not hold, where the site's listings do not show it either."""
OF_THE_SITE = (
    "site moved", "site unreachable", "blocked by the site", "Crawl-delay too long", "the site is in trouble",
    "wrong argument", "listings missing",
)  # fmt: skip
"""Verdicts on a crawl that came to no article which hold for an audit that came to no listing too."""
STATES = ("archived", "gone", "other", "missing")


@dataclass(slots=True)
class ArchivedArticles:
    """What the committed files hold of one edition."""

    published: dict[str, str | None] = field(default_factory=dict)
    """Path of the URL → `date_published`."""
    ids: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    """Names of the files that were read."""
    forgotten: int = 0
    """Articles that the ledger knew and no file holds any more."""
    families: dict[str, str] = field(default_factory=dict)
    """Path → kind of the articles under it, as the ledger knows them."""

    def read(self, folder: Path, damages: DamageLog | None = None) -> None:
        """Read the committed files of the edition's folder that have not been read yet."""
        for path in committed_files(folder):
            name = file_name(folder, path)
            if name not in self.files:
                self.files.add(name)
                for record in read_records(path, damages):
                    self.published[path_of(record["url"])] = record["date_published"]
                    self.ids.add(record["id"])


@dataclass(slots=True)
class ListedArticles:
    """What the site lists."""

    months: dict[str, str | None] = field(default_factory=dict)
    """Canonical URL → month of the sitemap that names it, or None for one that only listings show."""
    batches: dict[str, list[str]] = field(default_factory=dict)
    """Listing → the URLs that it shows, newest first."""
    ended: set[str] = field(default_factory=set)
    """Listings that were read to their end."""

    def add(self, url: str, month: str | None) -> None:
        """Remember a URL that the site lists; a sitemap's month is kept."""
        self.months[url] = month or self.months.get(url)


@dataclass(slots=True)
class Audit:
    """The outcome; counts are of URLs."""

    rows: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    """(month `2024-08`, section or kind) → state → count."""
    missing: list[str] = field(default_factory=list)
    """URLs, in the order of the rows, newest month first."""
    last_days: list[dict[str, Any]] = field(default_factory=list)
    """For each closed month with a sitemap: its last day, how many articles of that day the sitemap names (`listed`)
    and the archive holds (`archived`), and whether the listings were read beyond it (`covered`)."""

    @property
    def totals(self) -> Counter[str]:
        """State → count, of all rows."""
        return sum(self.rows.values(), Counter[str]())

    def as_dict(self) -> dict[str, Any]:
        """Return the audit as JSON has it."""
        return {
            "totals": {"listed": self.totals.total(), **{state: self.totals[state] for state in STATES}},
            "rows": [
                {
                    "month": month,
                    "section": section,
                    "listed": counts.total(),
                    **{each: counts[each] for each in STATES},
                }
                for (month, section), counts in sorted(self.rows.items(), reverse=True)
            ],
            "last_days": self.last_days,
            "missing": self.missing,
        }


def read_archive(archive: Archive | ArchiveCopy, edition: str) -> ArchivedArticles:
    """Return what the committed files hold; the ledger forgets what only it knows, so that it is fetched again."""
    archived = ArchivedArticles(families=archive.ledger.families(edition))
    archived.read(archive.folder, archive.damages)
    without_file = [post_id for post_id in archive.ledger.ids(edition) if post_id not in archived.ids]
    archive.ledger.forget(edition, without_file)
    archived.forgotten = len(without_file)
    return archived


def compare(
    listed: ListedArticles,
    archived: ArchivedArticles,
    state_of: Callable[[str], str | None],
    *,
    site: Site,
    now: datetime,
) -> Audit:
    """Return the audit of what is listed and what is archived.

    `state_of` returns what the ledger knows of a URL that is in no file: `archived` (the article is there under another
    URL), `gone`, `other` (the page is no article), or None. `now` has a zone.
    """
    months = _months_by_neighbours(listed, archived)
    audit = Audit()
    missing: list[tuple[str, str, str]] = []
    for url, month in listed.months.items():
        path = path_of(url)
        state = "archived" if path in archived.published else state_of(url) or "missing"
        stamp = archived.published.get(path)
        shown = (stamp or "")[:7] or month or months.get(url) or UNKNOWN
        article = article_url(url, site)
        section = (article.section or article.kind) if article is not None else UNKNOWN
        audit.rows.setdefault((shown, section), Counter())[state] += 1
        if state == "missing":
            missing.append((shown, section, url))
    audit.missing = [url for _, _, url in sorted(missing, key=lambda each: (each[0], each[1]), reverse=True)]
    audit.last_days = list(_last_days(listed, archived, now))
    return audit


def _months_by_neighbours(listed: ListedArticles, archived: ArchivedArticles) -> dict[str, str]:
    """Return the months of articles whose neighbours in a listing, on both sides, are known to be of one month."""
    found: dict[str, str] = {}
    for urls in listed.batches.values():
        known = [(archived.published.get(path_of(url)) or "")[:7] for url in urls]
        above = ""
        pending: list[str] = []
        for url, month in zip(urls, known, strict=True):
            if not month:
                pending.append(url)
                continue
            if above == month:
                found.update(dict.fromkeys(pending, month))
            above, pending = month, []
    return found


def _last_days(listed: ListedArticles, archived: ArchivedArticles, now: datetime) -> Iterable[dict[str, Any]]:
    """Yield what is known of the last day of each closed month that has a sitemap, newest first."""
    named: dict[str, list[str]] = {}
    for url, month in listed.months.items():
        if month is not None:
            named.setdefault(month, []).append(url)
    by_day = Counter((stamp or "")[:10] for stamp in archived.published.values())
    for month in sorted(named, reverse=True):
        last = last_day(month)
        if last >= now.astimezone(UTC).date():
            continue
        day = last.isoformat()
        in_sitemap = sum((archived.published.get(path_of(url)) or "")[:10] == day for url in named[month])
        yield {"day": day, "listed": in_sitemap, "archived": by_day[day], "covered": _covered(listed, archived, day)}


def _covered(listed: ListedArticles, archived: ArchivedArticles, day: str) -> bool:
    """Return whether every listing was read to its end, or to articles older than a day."""
    return bool(listed.batches) and all(
        name in listed.ended or _oldest(urls, archived) < day for name, urls in listed.batches.items()
    )


def _oldest(urls: Sequence[str], archived: ArchivedArticles) -> str:
    dates = [stamp for url in urls if (stamp := archived.published.get(path_of(url)))]
    return dates[-1] if dates else "9999"


def last_day(month: str) -> date:
    """Return the last day of a month.

    >>> last_day("2024-02").isoformat(), last_day("2023-12").isoformat()
    ('2024-02-29', '2023-12-31')
    """
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def verdict_of_audit(audit: Audit, stats: Mapping[str, Any], *, root: str, names: str, command: str) -> Verdict:
    """Return the verdict on an audit that has ended, from what it found and Scrapy's statistics.

    `root` is the site's root URL, `names` where the missing URLs are, `command` the command that fetches them.
    """

    def count(name: str) -> int:
        return int(stats.get(f"newscrawl/{name}", 0))

    reason = str(stats.get("finish_reason", "unknown"))
    refused = sum(count(f"error/{name}") for name in REFUSALS_AND_LIMITS | {"robots"})
    totals = audit.totals
    found = (
        f"{totals.total()} listed, {totals['archived']} archived, {totals['gone']} gone, {totals['missing']} missing"
    )
    run = FinishedRun(stats=stats, close_reason=reason, root=root)
    if run.faults or run.imbalances:
        return verdict_of(run)
    if reason == UNREACHABLE or not audit.rows:
        as_crawl = verdict_of(run)
        if as_crawl.name == STOPPED_RUN:
            what = f"the audit was stopped ({reason}) before a listing was read"
            return Verdict(ExitStatus.INCOMPLETE, STOPPED_RUN, what, "Run it again.")
        if as_crawl.name in OF_THE_SITE:
            # What kept a crawl from its articles keeps an audit from its listings.
            return replace(as_crawl, reason=as_crawl.reason.partition("; 0 articles written")[0])
        if refused:
            return Verdict(
                ExitStatus.BLOCKED, "blocked by the site", f"{refused} requests were refused", "Run later and slower."
            )
        return Verdict(
            ExitStatus.INCOMPLETE, "nothing listed", f"{root} showed no article ({reason})", "See the log above."
        )
    what = ""
    if count("error/unknown_section"):
        what = "a section asked for is not on the site"
    elif count("listing/failed"):
        what = f"{count('listing/failed')} of {count('listing/opened')} listings could not be read"
    elif reason != FINISHED:
        what = f"it ended early ({reason})"
    if what:
        advice = f"What is missing so far is in {names}; fetch it: {command}" if audit.missing else "See the log above."
        return Verdict(ExitStatus.INCOMPLETE, "audit not whole", f"{what}; {found}", advice)
    if audit.missing:
        return Verdict(ExitStatus.INCOMPLETE, "articles missing", found, f"Fetch them: {command}")
    return Verdict(ExitStatus.HEALTHY, "complete", found)
