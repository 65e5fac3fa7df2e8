"""The archive held against what the site lists: listed, archived, gone, missing, by month and section."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from newscrawl.almayadeen.addresses import article_url
from newscrawl.archive.archive import Archive
from newscrawl.archive.files import committed_files, file_name, read_records
from newscrawl.urls import Site, path_of

UNKNOWN = "?"
"""The month of a story that the archive does not hold, where the site's listings do not tell it either."""
STATES = ("archived", "gone", "other", "missing")


@dataclass(slots=True)
class Holding:
    """What the committed files hold of one edition."""

    published: dict[str, str | None] = field(default_factory=dict)
    """Path of the address → `date_published`."""
    ids: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    """Names of the files that were read."""
    forgotten: int = 0
    """Articles that the ledger knew and no file holds any more."""
    families: dict[str, str] = field(default_factory=dict)
    """Path → kind of the stories under it, as the ledger knows them."""

    def read(self, folder: Path) -> None:
        """Read the committed files that have not been read yet."""
        for path in committed_files(folder):
            name = file_name(folder, path)
            if name not in self.files:
                self.files.add(name)
                for record in read_records(path):
                    self.published[path_of(record["url"])] = record["date_published"]
                    self.ids.add(record["id"])


@dataclass(slots=True)
class Listed:
    """What the site lists."""

    months: dict[str, str | None] = field(default_factory=dict)
    """Canonical address → month of the sitemap that names it, or None for one that only listings show."""
    batches: dict[str, list[str]] = field(default_factory=dict)
    """Listing → the addresses that it shows, newest first."""
    ended: set[str] = field(default_factory=set)
    """Listings that were read to their end."""

    def add(self, address: str, month: str | None) -> None:
        """Remember an address that the site lists; a sitemap's month is kept."""
        self.months[address] = month or self.months.get(address)


@dataclass(slots=True)
class Audit:
    """The outcome; counts are of addresses."""

    rows: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    """(month `2024-08`, section or kind) → state → count."""
    missing: list[str] = field(default_factory=list)
    """Addresses, in the order of the rows, newest month first."""
    last_days: list[dict[str, Any]] = field(default_factory=list)
    """For each closed month with a sitemap: its last day, how many stories of that day the sitemap names (`listed`) and
    the archive holds (`archived`), and whether the listings were read beyond it (`covered`)."""

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


def take_stock(archive: Archive, edition: str) -> Holding:
    """Return what the committed files hold; the ledger forgets what only it knows, for it to come again."""
    holding = Holding(families=archive.ledger.families(edition))
    holding.read(archive.folder)
    lost = [post_id for post_id in archive.ledger.ids(edition) if post_id not in holding.ids]
    archive.ledger.forget(edition, lost)
    holding.forgotten = len(lost)
    return holding


def hold_against(
    listed: Listed,
    holding: Holding,
    state_of: Callable[[str], str | None],
    *,
    site: Site,
    now: datetime,
) -> Audit:
    """Return the audit of what is listed against what is held.

    `state_of` tells of an address that no file holds what the ledger knows: `archived` (the story is held under another
    address), `gone`, `other` (the page is no article), or None. `now` has a zone.
    """
    months = _months_by_neighbours(listed, holding)
    audit = Audit()
    missing: list[tuple[str, str, str]] = []
    for address, month in listed.months.items():
        path = path_of(address)
        held = path in holding.published
        state = "archived" if held else state_of(address) or "missing"
        stamp = holding.published.get(path)
        shown = (stamp or "")[:7] or month or months.get(address) or UNKNOWN
        tells = article_url(address, site)
        section = (tells.section or tells.kind) if tells is not None else UNKNOWN
        audit.rows.setdefault((shown, section), Counter())[state] += 1
        if state == "missing":
            missing.append((shown, section, address))
    audit.missing = [address for _, _, address in sorted(missing, key=lambda each: (each[0], each[1]), reverse=True)]
    audit.last_days = list(_last_days(listed, holding, now))
    return audit


def _months_by_neighbours(listed: Listed, holding: Holding) -> dict[str, str]:
    """Return the months of stories whose neighbours in a listing, on both sides, are known to be of one month."""
    found: dict[str, str] = {}
    for addresses in listed.batches.values():
        known = [(holding.published.get(path_of(address)) or "")[:7] for address in addresses]
        above = ""
        pending: list[str] = []
        for address, month in zip(addresses, known, strict=True):
            if not month:
                pending.append(address)
                continue
            if above == month:
                found.update(dict.fromkeys(pending, month))
            above, pending = month, []
    return found


def _last_days(listed: Listed, holding: Holding, now: datetime) -> Iterable[dict[str, Any]]:
    """Yield what is known of the last day of each closed month that has a sitemap, newest first."""
    named: dict[str, list[str]] = {}
    for address, month in listed.months.items():
        if month is not None:
            named.setdefault(month, []).append(address)
    by_day = Counter((stamp or "")[:10] for stamp in holding.published.values())
    for month in sorted(named, reverse=True):
        last = last_day(month)
        if last >= now.astimezone(UTC).date():
            continue
        day = last.isoformat()
        in_sitemap = sum((holding.published.get(path_of(address)) or "")[:10] == day for address in named[month])
        yield {"day": day, "listed": in_sitemap, "archived": by_day[day], "covered": _covered(listed, holding, day)}


def _covered(listed: Listed, holding: Holding, day: str) -> bool:
    """Tell whether every listing was read to its end, or to stories older than a day."""
    return bool(listed.batches) and all(
        name in listed.ended or _oldest(addresses, holding) < day for name, addresses in listed.batches.items()
    )


def _oldest(addresses: Sequence[str], holding: Holding) -> str:
    dates = [stamp for address in addresses if (stamp := holding.published.get(path_of(address)))]
    return dates[-1] if dates else "9999"


def last_day(month: str) -> date:
    """Return the last day of a month.

    >>> last_day("2024-02").isoformat(), last_day("2023-12").isoformat()
    ('2024-02-29', '2023-12-31')
    """
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
