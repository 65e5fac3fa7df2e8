"""A replica of the site on loopback: invented articles in several markups, for the demo, tests and benchmarks.

Only the demo imports it, and it imports no other part of the package. Read it in this order: `options.py` (what kind of
site), `sections.py`, `articles.py` and `newsroom.py` (which articles there are, each made from its number by
`bodies.py`, `prose.py` and `labels.py`), `truth.py` (what a perfect record of an article contains), `pages.py` with
`templates/`, `metadata.py`, `dates.py` and `listings.py` (HTML), `sitemaps.py` (robots.txt, sitemaps, feed),
`server.py` (which URL gets which response), `faults.py` (wrong responses on demand), `controls.py` (changes while it
runs).
"""

from newscrawl.replica.faults import Fault
from newscrawl.replica.options import LOAD_MORE, MARKUPS, PADDINGS, Options
from newscrawl.replica.server import Replica, Request

__all__ = ["LOAD_MORE", "MARKUPS", "PADDINGS", "Fault", "Options", "Replica", "Request"]
