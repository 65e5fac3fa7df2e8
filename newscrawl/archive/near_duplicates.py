"""Pure helpers that tell texts which are nearly the same: MinHash of word shingles, by `rensa`."""

import hashlib
import re
from array import array
from functools import lru_cache
from operator import eq

from rensa import RMinHash

# 21 bands of 6: two texts that share 75 % of their shingles meet in a band with 98 % probability, 30 % with 2 %.
PERMUTATIONS = 126
ROWS = 6
SHINGLE = 3
# Shorter texts (a line and a link) resemble each other by chance.
FEWEST_WORDS = 30
_WORD = re.compile(r"\w+")


# A body is sketched when it is compared and once more when its file is indexed, at most a file later.
@lru_cache(maxsize=1024)
def signature(body: str) -> bytes | None:
    """Return the MinHash of a body's three-word shingles, 126 numbers of four bytes; None for fewer than 30 words.

    >>> signature("Too short to tell.") is None
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
    if len(words) < FEWEST_WORDS:
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
