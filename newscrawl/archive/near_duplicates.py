"""Texts that are nearly the same: MinHash signatures of word shingles, and an index of one run's signatures."""

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from operator import eq

from rensa import RMinHash

# 21 bands of 6: two texts that share 75 % of their shingles meet in a band with 98 % probability, 30 % with 2 %.
PERMUTATIONS = 126
ROWS = 6
SHINGLE = 3
THRESHOLD = 0.7
"""The share of shingles in common from which on a text is a near duplicate of an earlier one."""
# Shorter texts (a line and a link) resemble each other by chance.
MIN_WORDS = 30
# Limits on the candidates of a comparison: the newest 50 of each band, then the 50 with most bands in common.
MAX_PER_BAND = 50
MAX_CANDIDATES = 50
_WORD = re.compile(r"\w+")


# A body is read when it is compared and once more when its file is indexed, at most a file later.
@lru_cache(maxsize=1024)
def signature(body: str) -> bytes | None:
    """Return the MinHash of a body's three-word shingles, 126 numbers of four bytes; None for fewer than 30 words.

    >>> signature("Too short for a comparison.") is None
    True
    >>> len(signature("word " * 40))
    504
    """
    words: list[str] = []
    for piece in body.lower().split():
        # Most have no punctuation, and the search for it is most of the work.
        if piece.isalnum():
            words.append(piece)
        else:
            words += _WORD.findall(piece)
    if len(words) < MIN_WORDS:
        return None
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
    sketch.update(list(map(" ".join, zip(*(words[at:] for at in range(SHINGLE)), strict=False))))
    return array("I", sketch.digest()).tobytes()


@lru_cache(maxsize=1024)
def bands(sketch: bytes) -> list[bytes]:
    """Return the keys of a signature's bands: texts that share one may be near, others are not."""
    width = ROWS * 4
    return [
        hashlib.blake2b(sketch[at : at + width], digest_size=8, salt=(at // width).to_bytes(2, "big")).digest()
        for at in range(0, len(sketch), width)
    ]


def similarity(one: bytes, other: bytes) -> float:
    """Return the share of shingles that two texts have in common (Jaccard), as their signatures estimate it.

    >>> similarity(b"\\x01\\x00\\x00\\x00" * 128, b"\\x01\\x00\\x00\\x00" * 64 + b"\\x02\\x00\\x00\\x00" * 64)
    0.5
    """
    first, second = array("I", one), array("I", other)
    alike: int = sum(map(eq, first, second))
    return alike / len(first)


class NearDuplicates:
    """The signatures of one run's records that are not in the ledger yet."""

    def __init__(self) -> None:
        self.sketches: dict[tuple[str, str], bytes] = {}
        self.ids_by_band: dict[tuple[str, bytes], list[str]] = {}

    def add(self, edition: str, post_id: str, sketch: bytes) -> None:
        """Remember a record."""
        self.sketches[edition, post_id] = sketch
        for key in bands(sketch):
            self.ids_by_band.setdefault((edition, key), []).append(post_id)

    def near(self, edition: str, sketch: bytes, threshold: float) -> str | None:
        """Return the id of the record of the edition that is near to a signature, the likeliest first, or None."""
        shared = Counter(
            post_id for key in bands(sketch) for post_id in self.ids_by_band.get((edition, key), ())[-MAX_PER_BAND:]
        )
        likely = (post_id for post_id, _ in shared.most_common(MAX_CANDIDATES))
        return next((each for each in likely if similarity(sketch, self.sketches[edition, each]) >= threshold), None)

    def forget(self, is_known: Callable[[str, str], bool]) -> None:
        """Forget the records that the ledger knows by now."""
        kept = {key: sketch for key, sketch in self.sketches.items() if not is_known(*key)}
        self.sketches, self.ids_by_band = {}, {}
        for (edition, post_id), sketch in kept.items():
            self.add(edition, post_id, sketch)
