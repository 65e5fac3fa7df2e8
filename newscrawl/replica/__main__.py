"""`python -m newscrawl.replica`: serve the replica until interrupted."""

import argparse
import json
import signal
import threading
from pathlib import Path

from newscrawl.replica import LOAD_MORE, MARKUPS, PADDINGS, Options, Replica


def main() -> None:
    """Serve the replica that the command line describes."""
    parser = argparse.ArgumentParser(prog="python -m newscrawl.replica", description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--edition", choices=("en", "ar", "es"), default="en")
    parser.add_argument("--markup", choices=MARKUPS, default=MARKUPS[0])
    parser.add_argument("--load-more", choices=LOAD_MORE, default=LOAD_MORE[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-size", type=int, default=20)
    parser.add_argument("--padding", type=int, default=0, metavar="BYTES")
    parser.add_argument("--padding-with", choices=PADDINGS, default=PADDINGS[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write what perfect records hold, as JSON")
    given = parser.parse_args()
    options = Options(
        articles=given.articles,
        edition=given.edition,
        markup=given.markup,
        load_more=given.load_more,
        seed=given.seed,
        batch_size=given.batch_size,
        padding_bytes=given.padding,
        padding=given.padding_with,
        port=given.port,
    )
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with Replica(options) as replica:
        if given.truth:
            given.truth.write_text(json.dumps(replica.truth(), ensure_ascii=False, indent=1), "utf-8")
        print(replica.url, flush=True)
        done.wait()


if __name__ == "__main__":
    main()
