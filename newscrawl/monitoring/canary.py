"""Did the pages change? A run's report compared with floors and with the last healthy runs.

Fields are compared by kind as shares of records. A share counts as fallen when it is lower by more than a tolerance and
the difference is more than chance (a test of two proportions at four standard errors: thirty thousand comparisons of
healthy runs give about one false alarm). Fewer records than `MIN_RECORDS` prove nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from math import sqrt
from statistics import median
from typing import Any

from newscrawl.archive.older_archives import ARCHIVES

RUNS_COMPARED = 10
"""Earlier healthy runs that a run is compared with."""
MAX_UNREADABLE = 0.2
"""The share of article pages that may be unreadable."""
MIN_RECORDS = 10
"""Records of a kind that a run needs to be judged."""
MIN_RECORDS_BEFORE = 30
"""Records of a kind that the earlier healthy runs need to be a baseline."""
TOLERANCE = 0.15
"""A share may fall by this without being a regression."""
STANDARD_ERRORS = 4.0
"""Standard errors by which a share must have fallen."""
# Of the other fields, many articles rightly have none.
JUDGED = (
    "title", "summary", "authors", "source", "date_published", "date_modified", "body", "images", "tags", "keywords",
    "section",
)  # fmt: skip
# Fields whose layer is judged as well: a dead selector shows there first, while another layer still fills the field.
JUDGED_LAYERS = ("title", "body", "date_published")
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """One sign that the pages changed."""

    what: str
    """What fell: `news: date_published`."""
    before: float
    now: float
    limit: float
    """What `now` should have reached."""
    addresses: tuple[str, ...] = ()
    """URLs of up to three pages that show it."""

    def __str__(self) -> str:
        return f"{self.what} fell from {self.before:.3g} to {self.now:.3g} (at least {self.limit:.3g})"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def find_regressions(report: Report, earlier: Iterable[Report], *, floors: Mapping[str, float]) -> list[Regression]:
    """Return the signs that the pages changed, the plainest first.

    `earlier` are reports of earlier runs, newest first, of which the last `RUNS_COMPARED` that are comparable count;
    `floors` are the least shares of fields by name.
    """
    healthy = list(islice((each for each in earlier if is_comparable(report, each)), RUNS_COMPARED))
    found = [
        *_unreadable(report),
        *_under_floors(report, floors),
        *_fallen_fields(report, healthy),
        *_fallen_layers(report, healthy),
        *_shorter_bodies(report, healthy),
        *_shorter_listings(report, healthy),
    ]
    return list({each.what: each for each in reversed(found)}.values())[::-1]


def bodies_from_fallback(report: Report) -> int:
    """Return how many bodies a run read, if all of them came from the fallback: the known markup matched no page.

    >>> bodies_from_fallback({"provenance": {"body": {"fallback": 12}}})
    12
    >>> bodies_from_fallback({"provenance": {"body": {"fallback": 12, "dom": 1}}})
    0
    """
    layers = report["provenance"].get("body", {})
    number = layers.get("fallback", 0)
    return number if number >= MIN_RECORDS and number == sum(layers.values()) else 0


def is_comparable(report: Report, earlier: Report) -> bool:
    """Return whether an earlier run is a valid baseline (healthy, same edition, site and mode).

    The mode is backfill or not, and whether other archives are read: old articles may lack what new ones have.
    """
    return (
        earlier["verdict"]["status"] == 0
        and all(earlier.get(name) == report.get(name) for name in ("edition", "site"))
        and _is_backfill(earlier) == _is_backfill(report)
        and _reads_archives(earlier) == _reads_archives(report)
    )


def _is_backfill(report: Report) -> bool:
    return any(report["arguments"].get(name) for name in ("since", "until", "urls"))


def _reads_archives(report: Report) -> bool:
    ways = str(report["arguments"].get("discover") or "").lower().split(",")
    return any(way.strip() in ARCHIVES for way in ways)


def has_fallen(now: tuple[float, int], before: tuple[float, int], *, tolerance: float = TOLERANCE) -> bool:
    """Return whether a share (and of how many) is lower than another by more than a tolerance and more than chance.

    >>> has_fallen((0.0, 20), (1.0, 100)), has_fallen((0.9, 20), (1.0, 100)), has_fallen((0.6, 5), (1.0, 100))
    (True, False, False)
    """
    (share, number), (earlier, many) = now, before
    if number < MIN_RECORDS or many < MIN_RECORDS_BEFORE or share >= earlier - tolerance:
        return False
    pooled = (share * number + earlier * many) / (number + many)
    error = sqrt(pooled * (1 - pooled) * (1 / number + 1 / many))
    return earlier - share > STANDARD_ERRORS * error


def _unreadable(report: Report) -> Iterator[Regression]:
    fetched = report["pages"]["articles"]["fetched"]
    readable = 1 - report["pages"]["articles"]["unreadable"] / max(fetched, 1)
    if fetched >= MIN_RECORDS and has_fallen((readable, fetched), (1.0, 1000), tolerance=MAX_UNREADABLE):
        yield Regression(
            what="readable article pages",
            before=1.0,
            now=readable,
            limit=1 - MAX_UNREADABLE,
            addresses=tuple(report["examples"].get("unreadable", ())),
        )


def _under_floors(report: Report, floors: Mapping[str, float]) -> Iterator[Regression]:
    for name, floor in floors.items():
        for kind, fill in report["fill"].items():
            share, number = fill["rates"].get(name, 1.0), fill["records"]
            # Allow for sampling error in small runs.
            if number >= MIN_RECORDS and share + STANDARD_ERRORS * sqrt(floor * (1 - floor) / number) < floor:
                addresses = tuple(report["examples"].get(f"{kind}: {name}", ()))
                yield Regression(what=f"{kind}: {name}", before=floor, now=share, limit=floor, addresses=addresses)


def _fallen_fields(report: Report, healthy: Sequence[Report]) -> Iterator[Regression]:
    for kind, fill in report["fill"].items():
        for name in JUDGED:
            now = (fill["rates"].get(name, 0.0), fill["records"])
            before = _pooled((each["fill"].get(kind) for each in healthy), name)
            if has_fallen(now, before):
                addresses = tuple(report["examples"].get(f"{kind}: {name}", ()))
                limit = before[0] - TOLERANCE
                yield Regression(what=f"{kind}: {name}", before=before[0], now=now[0], limit=limit, addresses=addresses)


def _pooled(fills: Iterable[Mapping[str, Any] | None], name: str) -> tuple[float, int]:
    """Return the share of records with a field over several runs, and of how many."""
    number, filled = 0, 0.0
    for fill in fills:
        if fill is not None:
            number += fill["records"]
            filled += fill["records"] * fill["rates"].get(name, 0.0)
    return filled / number if number else 0.0, number


def _fallen_layers(report: Report, healthy: Sequence[Report]) -> Iterator[Regression]:
    for name in JUDGED_LAYERS:
        layers = report["provenance"].get(name, {})
        number = sum(layers.values())
        earlier = [each["provenance"].get(name, {}) for each in healthy]
        for layer in sorted({layer for each in earlier for layer in each}):
            many = sum(sum(each.values()) for each in earlier)
            before = sum(each.get(layer, 0) for each in earlier) / many if many else 0.0
            now = layers.get(layer, 0) / number if number else 0.0
            if has_fallen((now, number), (before, many), tolerance=2 * TOLERANCE):
                yield Regression(
                    what=f"{name} from {layer}",
                    before=before,
                    now=now,
                    limit=before - 2 * TOLERANCE,
                    addresses=tuple(report["examples"].get("any", ())),
                )


def _shorter_bodies(report: Report, healthy: Sequence[Report]) -> Iterator[Regression]:
    """Compare the lengths of bodies: half of them are below the median of healthy runs, unless something is missing.

    The lengths of articles differ by a factor of ten and more; their ranks do not.
    """
    for kind, words in report["words"].items():
        earlier = [count for each in healthy for count in each["words"].get(kind, {}).get("sample", ())]
        sample = words["sample"]
        if len(sample) < 2 * MIN_RECORDS or len(earlier) < MIN_RECORDS_BEFORE:
            continue
        usual = median(earlier)
        below = sum(count < usual for count in sample) / len(sample)
        error = sqrt(0.25 * (1 / len(sample) + 1 / len(earlier)))
        now = median(sample)
        if below - 0.5 > STANDARD_ERRORS * error and now < 0.75 * usual:
            addresses = tuple(report["examples"].get(f"{kind}: body", ()) or report["examples"].get("any", ()))
            yield Regression(
                what=f"{kind}: median words of a body", before=usual, now=now, limit=0.75 * usual, addresses=addresses
            )


def _shorter_listings(report: Report, healthy: Sequence[Report]) -> Iterator[Regression]:
    usual: list[float] = []
    now: list[int] = []
    shorter: list[str] = []
    for address, links in report["listings"].items():
        earlier = [each["listings"][address] for each in healthy if address in each["listings"]]
        if len(earlier) >= 2:
            usual.append(median(earlier))
            now.append(links)
            if links < 0.5 * usual[-1]:
                shorter.append(address)
    if shorter and len(shorter) >= 0.5 * len(usual):
        yield Regression(
            what="articles in the first batch of a listing",
            before=median(usual),
            now=median(now),
            limit=0.5 * median(usual),
            addresses=tuple(shorter[:3]),
        )
