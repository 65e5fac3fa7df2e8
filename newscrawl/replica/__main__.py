"""`python -m newscrawl.replica`: serve the replica until interrupted, and publish new articles if asked to."""

import argparse
import json
import signal
import sys
import threading
from datetime import UTC, datetime
from errno import EADDRINUSE
from pathlib import Path

from newscrawl.replica import LOAD_MORE, MARKUPS, PADDINGS, Options, Replica
from newscrawl.replica.options import EDITIONS, ENDLESS

DEFAULTS = Options()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line: one option for each field of `Options`, and those for running it."""
    lines = argparse.ArgumentParser(
        prog="python -m newscrawl.replica",
        description="Serve an invented copy of the site on this machine (127.0.0.1 alone) until interrupted. The first "
        "line printed is its URL. The lines after that say how to change it while it runs.",
    )
    add = lines.add_argument_group("the site").add_argument
    add("--articles", type=int, default=DEFAULTS.articles, metavar="N", help="articles at the start (200)")
    add("--edition", choices=EDITIONS, default=DEFAULTS.edition, help="edition (en)")
    add("--seed", type=int, default=DEFAULTS.seed, metavar="N", help="another number gives other articles (1)")
    add(
        "--newest",
        type=time_of,
        default=DEFAULTS.newest,
        metavar="TIME",
        help="when the newest was published: 'now' or an ISO time, UTC unless it has an offset (2024-08-22T13:28)",
    )
    add("--kinds", action="store_true", help="also videos, galleries, infographs, episodes, live pages")
    add("--unseen-parts", action="store_true", help="also the sections whose paths on the site are a guess (en)")
    add("--hostile", action="store_true", help="one article in ten is an attack, and links lead to other ports")
    add("--port", type=int, default=8000, metavar="N", help="port; 0 takes a free one (8000)")
    add = lines.add_argument_group("its pages").add_argument
    add("--markup", choices=MARKUPS, default=DEFAULTS.markup, help="markup and metadata of article pages (full)")
    add("--site-shapes", action="store_true", help="the elements and classes that readers of the real site used")
    add("--short-dates", action="store_true", help="show recent dates as 'Today 16:28' and '22 Aug 16:28'")
    add("--padding", type=int, default=0, metavar="BYTES", help="fill article pages up to this size")
    add("--padding-with", choices=PADDINGS, default=DEFAULTS.padding, help="what they are filled with (boxes)")
    add = lines.add_argument_group("its listings and sitemaps").add_argument
    add("--load-more", choices=LOAD_MORE, default=DEFAULTS.load_more, help="how a listing leads to more (link)")
    add("--batch-size", type=int, default=DEFAULTS.batch_size, metavar="N", help="articles in one batch (20)")
    add("--endless", choices=ENDLESS[1:], default="", help="listings never end: repeat the last batch, or loop")
    add("--no-noise", dest="noise", action="store_false", help='no "Most Read" block in listings')
    add("--no-last-days", dest="last_days", action="store_false", help="sitemaps lack the last day of each month")
    add("--snapshots", action="store_true", help="sitemaps made at 00:00 UTC of the newest day, and frozen")
    add = lines.add_argument_group("its rules and validators").add_argument
    add("--disallow", action="append", metavar="PATH", help="a path that robots.txt forbids (/search, /cms)")
    add("--crawl-delay", type=float, metavar="SECONDS", help="Crawl-delay of robots.txt (none)")
    add("--validators", action="store_true", help="ETag on article pages, and 304 for those that did not change")
    add = lines.add_argument_group("while it runs").add_argument
    add("--publish", type=int, default=0, metavar="N", help="publish N new articles again and again (0)")
    add("--every", type=float, default=60, metavar="SECONDS", help="time between two rounds of --publish (60)")
    add("--truth", type=Path, metavar="FILE", help="write what perfect records of the first articles hold, as JSON")
    return lines


def options_of(given: argparse.Namespace) -> Options:
    """Return the replica's options from the command line; raises `ValueError` for values that are not allowed."""
    return Options(
        articles=given.articles,
        edition=given.edition,
        markup=given.markup,
        load_more=given.load_more,
        seed=given.seed,
        batch_size=given.batch_size,
        padding_bytes=given.padding,
        padding=given.padding_with,
        newest=given.newest,
        disallow=tuple(given.disallow or DEFAULTS.disallow),
        endless=given.endless,
        noise=given.noise,
        last_days=given.last_days,
        snapshots=given.snapshots,
        site_shapes=given.site_shapes,
        crawl_delay=given.crawl_delay,
        short_dates=given.short_dates,
        validators=given.validators,
        unseen_parts=given.unseen_parts,
        kinds=given.kinds,
        hostile=given.hostile,
        port=given.port,
    )


def main() -> None:
    """Serve the replica that the command line describes."""
    lines = parser()
    given = lines.parse_args()
    if given.publish < 0 or given.every <= 0:
        lines.error("--publish must be at least 0 and --every more than 0")
    try:
        options = options_of(given)
    except ValueError as error:
        lines.error(str(error))
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    try:
        with Replica(options) as replica:
            serve(replica, given, done)
    except OSError as error:
        hint = f" Port {options.port} is taken: give another with --port, or 0 for a free one."
        sys.exit(f"Cannot serve the replica: {error}.{hint if error.errno == EADDRINUSE else ''}")


def serve(replica: Replica, given: argparse.Namespace, done: threading.Event) -> None:
    """Print how to use the replica, and publish articles at intervals until `done` is set."""
    if given.truth:
        given.truth.write_text(json.dumps(replica.truth(), ensure_ascii=False, indent=1), "utf-8")
    print(replica.url, flush=True)
    print(replica.help(), flush=True)
    while not done.wait(given.every if given.publish else None):
        for url in reversed(replica.add(given.publish)):
            print(f"published {url}", flush=True)


def time_of(text: str) -> datetime:
    """Return the time that an option states, in UTC."""
    moment = datetime.now(UTC) if text == "now" else datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


if __name__ == "__main__":
    main()
