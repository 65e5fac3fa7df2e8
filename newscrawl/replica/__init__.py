"""A stand-in for the site on loopback: invented stories in several markups, for the demo, the tests and benchmarks."""

from newscrawl.replica.faults import Fault
from newscrawl.replica.options import LOAD_MORE, MARKUPS, PADDINGS, Options
from newscrawl.replica.server import Replica, Request

__all__ = ["LOAD_MORE", "MARKUPS", "PADDINGS", "Fault", "Options", "Replica", "Request"]
