"""The listings of the replica, and the articles that each batch of a listing shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from newscrawl.replica.labels import LABELS
from newscrawl.replica.newsroom import Newsroom
from newscrawl.replica.options import ENDPOINTS, Options
from newscrawl.replica.sections import REGIONS


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that lists articles, and the numbers of all articles that its batches show, newest first."""

    path: str
    """Decoded."""
    label: str
    numbers: Iterable[int]


def listing_at(newsroom: Newsroom, path: str) -> Listing | None:
    """Return the listing at a decoded path (a section, a region, a coverage, a tag or an author), or None."""
    for section in newsroom.sections:
        if path == section.path:
            return Listing(path, section.label, newsroom.numbers(section))
    for at, (region, label) in enumerate(REGIONS[newsroom.edition]):
        if path == region:
            return Listing(path, label, newsroom.numbers_of_region(at))
    if path.startswith("/coverage/"):
        return Listing(path, LABELS[newsroom.edition]["coverage"], newsroom.numbers_of_region(0))
    if path.startswith("/tags/"):
        tag = path.removeprefix("/tags/")
        return Listing(path, tag, newsroom.numbers_of_tag(tag))
    if path.startswith("/authors/"):
        author = author_at(path)
        return Listing(path, author, newsroom.numbers_by_author(author))
    return None


def author_at(path: str) -> str:
    """Return the author's name from the decoded path of an author page."""
    return path.rpartition("/")[2].replace("-", " ")


def batch_of(listing: Listing, page: int, options: Options) -> tuple[list[int], str | None]:
    """Return the numbers of the articles of batch `page` (from 1), and the path of the next batch or None."""
    size, numbers = options.batch_size, listing.numbers
    shown = page
    if options.endless:
        numbers = list(numbers)
        last = max(1, -(-len(numbers) // size))
        shown = min(page, last) if options.endless == "repeat" else (page - 1) % last + 1
    start, end = (shown - 1) * size, shown * size + 1
    wanted = list(numbers[start:end] if isinstance(numbers, Sequence) else islice(numbers, start, end))
    following = None
    if len(wanted) > size or options.endless:
        path = quote(listing.path)
        following = f"/more?of={path}&page={page + 1}" if options.load_more in ENDPOINTS else f"{path}?page={page + 1}"
    return wanted[:size], following
