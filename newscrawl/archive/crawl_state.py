"""How a crawl finds its archive: one value that hangs on the crawler, and the one function that returns it."""

from dataclasses import dataclass

from newscrawl.archive.archive import Archive
from newscrawl.archive.captures import Captures
from newscrawl.archive.ledger import Ledger
from newscrawl.archive.run_state import RunState

_ATTRIBUTE = "newscrawl_state"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlState:
    """What a crawl writes into, and what it has met."""

    run_state: RunState
    archive: Archive | None = None
    """None for a crawl that keeps no archive, as those of `audit` and `doctor`."""
    captures: Captures | None = None
    """The pages that this run keeps; None for a run that keeps none."""

    @property
    def ledger(self) -> Ledger | None:
        """The ledger of the archive, or None without one."""
        return self.archive.ledger if self.archive is not None else None


def crawl_state(crawler: object) -> CrawlState:
    """Return the state of a crawler; one that was given none has no archive, and a run state in memory."""
    state: CrawlState | None = getattr(crawler, _ATTRIBUTE, None)
    if state is None:
        state = CrawlState(run_state=RunState())
        set_crawl_state(crawler, state)
    return state


def set_crawl_state(crawler: object, state: CrawlState) -> None:
    """Hang a state on a crawler."""
    setattr(crawler, _ATTRIBUTE, state)
