"""A stand-in for the site on loopback: invented articles in several markups, for the demo, the tests and benchmarks.

Nothing else of the package imports it but the demo; it imports nothing of the package. To read it, begin with
`options.py` (what kind of site), then `sections.py`, `articles.py` and `newsroom.py` (which articles there are, each
made from its number by `bodies.py`, `prose.py` and `labels.py`), `truth.py` (what a perfect record of one holds),
`pages.py` with `templates/`, `metadata.py`, `dates.py` and `listings.py` (HTML), `sitemaps.py` (for machines),
`server.py` (which URL answers what), `faults.py` (wrong answers on demand), `controls.py` (changes while it runs).
"""

from newscrawl.replica.faults import Fault
from newscrawl.replica.options import LOAD_MORE, MARKUPS, PADDINGS, Options
from newscrawl.replica.server import Replica, Request

__all__ = ["LOAD_MORE", "MARKUPS", "PADDINGS", "Fault", "Options", "Replica", "Request"]
