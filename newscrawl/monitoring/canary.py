"""Has the site changed? A run's report held against floors and against the last healthy runs.

Fields are compared by kind as shares of records. A share counts as fallen when it is lower by more than a tolerance and
the difference is more than chance (a test of two proportions at four standard errors: thirty thousand comparisons of
healthy runs give about one false alarm). Fewer records than `FEWEST` prove nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import median
from typing import Any

FEWEST = 10
"""Records of a kind in a run, from which on it is judged."""
FEWEST_BEFORE = 30
"""Records of a kind in the healthy runs before, from which on they are a measure."""
TOLERANCE = 0.15
"""A share may fall by this without being a break."""
ERRORS = 4.0
"""Standard errors by which a difference must stand out."""
# Of the other fields many stories have none, as a matter of the story.
JUDGED = (
    "title", "summary", "authors", "source", "date_published", "date_modified", "body", "images", "tags", "keywords",
    "section",
)  # fmt: skip
# Fields whose layer is judged as well: a dead selector shows there first, while another layer still fills the field.
JUDGED_LAYERS = ("title", "body", "date_published")
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One sign that the pages changed."""

    what: str
    """What fell: `news: date_published`."""
    before: float
    now: float
    limit: float
    """What `now` should have reached."""
    addresses: tuple[str, ...] = ()
    """Up to three pages that show it."""

    def __str__(self) -> str:
        return f"{self.what} fell from {self.before:.3g} to {self.now:.3g} (at least {self.limit:.3g})"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def breaks(
    report: Report, healthy: Sequence[Report], *, floors: Mapping[str, float], most_unreadable: float
) -> list[Break]:
    """Return the signs that the pages changed, the plainest first.

    `healthy` are reports of earlier healthy runs of the same edition and manner (`is_comparable`), `floors` the least
    shares of fields by name, `most_unreadable` the share of story pages that may be unreadable.
    """
    found = [
        *_unreadable(report, most_unreadable),
        *_under_floors(report, floors),
        *_fallen_fields(report, healthy),
        *_fallen_layers(report, healthy),
        *_shorter_bodies(report, healthy),
        *_shorter_listings(report, healthy),
    ]
    return list({each.what: each for each in reversed(found)}.values())[::-1]


def is_comparable(report: Report, earlier: Report) -> bool:
    """Tell whether an earlier run is a measure: healthy, of the same edition and site, and a backfill or not alike.

    Old stories may lack what new ones have.
    """
    return (
        earlier["verdict"]["status"] == 0
        and all(earlier.get(name) == report.get(name) for name in ("edition", "site"))
        and _is_backfill(earlier) == _is_backfill(report)
    )


def _is_backfill(report: Report) -> bool:
    return any(report["arguments"].get(name) for name in ("since", "until", "urls"))


def has_fallen(now: tuple[float, int], before: tuple[float, int], *, tolerance: float = TOLERANCE) -> bool:
    """Tell whether a share (and of how many) is lower than another by more than a tolerance and more than chance.

    >>> has_fallen((0.0, 20), (1.0, 100)), has_fallen((0.9, 20), (1.0, 100)), has_fallen((0.6, 5), (1.0, 100))
    (True, False, False)
    """
    (share, number), (earlier, many) = now, before
    if number < FEWEST or many < FEWEST_BEFORE or share >= earlier - tolerance:
        return False
    pooled = (share * number + earlier * many) / (number + many)
    error = sqrt(pooled * (1 - pooled) * (1 / number + 1 / many))
    return earlier - share > ERRORS * error


def _unreadable(report: Report, most: float) -> Iterator[Break]:
    fetched = report["pages"]["articles"]["fetched"]
    readable = 1 - report["pages"]["articles"]["unreadable"] / max(fetched, 1)
    if fetched >= FEWEST and has_fallen((readable, fetched), (1.0, 1000), tolerance=most):
        yield Break(
            what="readable story pages",
            before=1.0,
            now=readable,
            limit=1 - most,
            addresses=tuple(report["examples"].get("unreadable", ())),
        )


def _under_floors(report: Report, floors: Mapping[str, float]) -> Iterator[Break]:
    for name, floor in floors.items():
        for kind, fill in report["fill"].items():
            share, number = fill["rates"].get(name, 1.0), fill["records"]
            # Chance is given its due: with few records a share may be lower than what it stands for.
            if number >= FEWEST and share + ERRORS * sqrt(floor * (1 - floor) / number) < floor:
                addresses = tuple(report["examples"].get(f"{kind}: {name}", ()))
                yield Break(what=f"{kind}: {name}", before=floor, now=share, limit=floor, addresses=addresses)


def _fallen_fields(report: Report, healthy: Sequence[Report]) -> Iterator[Break]:
    for kind, fill in report["fill"].items():
        for name in JUDGED:
            now = (fill["rates"].get(name, 0.0), fill["records"])
            before = _pooled((each["fill"].get(kind) for each in healthy), name)
            if has_fallen(now, before):
                addresses = tuple(report["examples"].get(f"{kind}: {name}", ()))
                limit = before[0] - TOLERANCE
                yield Break(what=f"{kind}: {name}", before=before[0], now=now[0], limit=limit, addresses=addresses)


def _pooled(fills: Iterable[Mapping[str, Any] | None], name: str) -> tuple[float, int]:
    """Return the share of records with a field over several runs, and of how many."""
    number, filled = 0, 0.0
    for fill in fills:
        if fill is not None:
            number += fill["records"]
            filled += fill["records"] * fill["rates"].get(name, 0.0)
    return filled / number if number else 0.0, number


def _fallen_layers(report: Report, healthy: Sequence[Report]) -> Iterator[Break]:
    for name in JUDGED_LAYERS:
        layers = report["provenance"].get(name, {})
        number = sum(layers.values())
        earlier = [each["provenance"].get(name, {}) for each in healthy]
        for layer in sorted({layer for each in earlier for layer in each}):
            many = sum(sum(each.values()) for each in earlier)
            before = sum(each.get(layer, 0) for each in earlier) / many if many else 0.0
            now = layers.get(layer, 0) / number if number else 0.0
            if has_fallen((now, number), (before, many), tolerance=2 * TOLERANCE):
                yield Break(
                    what=f"{name} from {layer}",
                    before=before,
                    now=now,
                    limit=before - 2 * TOLERANCE,
                    addresses=tuple(report["examples"].get("any", ())),
                )


def _shorter_bodies(report: Report, healthy: Sequence[Report]) -> Iterator[Break]:
    """Compare the lengths of bodies: half of them lie below the median of healthy runs, unless something is lost.

    The lengths of stories differ by a factor of ten and more; their ranks do not.
    """
    for kind, words in report["words"].items():
        earlier = [count for each in healthy for count in each["words"].get(kind, {}).get("sample", ())]
        sample = words["sample"]
        if len(sample) < 2 * FEWEST or len(earlier) < FEWEST_BEFORE:
            continue
        usual = median(earlier)
        below = sum(count < usual for count in sample) / len(sample)
        error = sqrt(0.25 * (1 / len(sample) + 1 / len(earlier)))
        now = median(sample)
        if below - 0.5 > ERRORS * error and now < 0.75 * usual:
            addresses = tuple(report["examples"].get(f"{kind}: body", ()) or report["examples"].get("any", ()))
            yield Break(
                what=f"{kind}: median words of a body", before=usual, now=now, limit=0.75 * usual, addresses=addresses
            )


def _shorter_listings(report: Report, healthy: Sequence[Report]) -> Iterator[Break]:
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
        yield Break(
            what="stories in the first batch of a listing",
            before=median(usual),
            now=median(now),
            limit=0.5 * median(usual),
            addresses=tuple(shorter[:3]),
        )
