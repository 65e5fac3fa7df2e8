"""`python -m tests.benchmarks linear`: how the CPU time of each reader grows with what it reads.

Each shape of `article_shapes.py` and `site_shapes.py` is doubled four times. The exponent is the slope of the time over
the size, both as logarithms, over the last two doublings: 1 is linear, 2 is quadratic.
"""

import gc
import math
import time
from collections.abc import Iterator, Sequence

from tests.benchmarks import article_shapes, site_shapes
from tests.benchmarks.shapes import Shape

DOUBLINGS = 4
LIMIT = 1.25
"""Largest exponent that is taken for linear: a logarithm and the noise of the machine are within it."""
_LONGEST = 4.0
"""CPU seconds after which a shape is not doubled again."""
_SHORTEST = 0.05
"""CPU seconds below which a time is only noise; the exponent of a shorter one is not judged."""


def shapes() -> list[Shape]:
    """Return all shapes."""
    parts = (
        article_shapes.article_shapes, article_shapes.media_shapes, site_shapes.head_shapes, site_shapes.json_shapes,
        site_shapes.listing_shapes, site_shapes.other_shapes,
    )  # fmt: skip
    return [shape for part in parts for shape in part()]


def measure(only: Sequence[str] = ()) -> dict[str, dict[str, list[float]]]:
    """Return name of a shape → `sizes` in characters, and `seconds` of CPU; only shapes with one of the words."""
    return {shape.name: timed(shape) for shape in shapes() if not only or any(word in shape.name for word in only)}


def timed(shape: Shape) -> dict[str, list[float]]:
    """Return the sizes and the CPU seconds of a shape, each the least of some tries."""
    sizes: list[float] = []
    seconds: list[float] = []
    for doubling in range(DOUBLINGS + 1):
        given = shape.page(shape.start * 2**doubling)
        spent: list[float] = []
        while not spent or (len(spent) < 3 and sum(spent) < 1):
            gc.collect()
            start = time.process_time()
            shape.read(given)
            spent.append(time.process_time() - start)
        sizes.append(len(given))
        seconds.append(min(spent))
        if seconds[-1] > _LONGEST:
            break
    return {"sizes": sizes, "seconds": seconds}


def exponent(figures: dict[str, list[float]]) -> float:
    """Return the slope of time over size, as logarithms, over the last two doublings; 0 where all times are short.

    >>> round(exponent({"sizes": [1, 2, 4, 8], "seconds": [0.1, 0.2, 0.4, 1.6]}), 2)
    1.5
    """
    sizes, seconds = figures["sizes"][-3:], figures["seconds"][-3:]
    if seconds[-1] < _SHORTEST or len(sizes) < 2:
        return 0.0
    return math.log(seconds[-1] / max(seconds[0], 1e-4)) / math.log(sizes[-1] / sizes[0])


def too_steep(found: dict[str, dict[str, list[float]]]) -> list[str]:
    """Return the names of the shapes whose time grows faster than `LIMIT` allows."""
    return [name for name, figures in found.items() if exponent(figures) > LIMIT]


def table(found: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    """Yield the lines of a table, the steepest shape first, as Markdown."""
    yield "\n| shape | exponent | CPU at each size | largest size | CPU a MB |"
    yield "|---|--:|---|--:|--:|"
    for name, figures in sorted(found.items(), key=lambda pair: -exponent(pair[1])):
        sizes, seconds = figures["sizes"], figures["seconds"]
        times = ", ".join(f"{1000 * each:.0f}" for each in seconds)
        a_mb = seconds[-1] * 2**20 / sizes[-1]
        yield f"| {name} | {exponent(figures):.2f} | {times} ms | {sizes[-1] / 1024:.0f} KB | {a_mb:.1f} s |"
