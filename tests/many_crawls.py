"""Many small crawls in one process of their own, one after the other: what a test needs that would start a hundred."""

import importlib
import inspect
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.crawling import FAST, ROOT, environment

# As `python -m scrapy`, but a method raises: its name and at which calls are the first two arguments.
RAISE = """
import sys
from scrapy.cmdline import execute
from tests.many_crawls import raising
name, every = sys.argv.pop(1), int(sys.argv.pop(1))
with raising(name, every):
    execute()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One crawl."""

    data: str
    """The folder of its archive."""
    arguments: dict[str, str]
    settings: dict[str, str] = field(default_factory=dict)
    raises: str = ""
    """`module:Class.method` that raises an exception when it is called; "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a crawl ended."""

    status: int
    reason: str
    stats: dict[str, Any]
    called: int
    """How often the method that raises was called."""


def crawl_many(jobs: Sequence[Job], seconds: float = 300) -> list[Outcome]:
    """Run crawls one after the other in one process; return how each ended."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.many_crawls"],
        cwd=ROOT,
        input=json.dumps([asdict(job) for job in jobs]),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env=environment(),
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(lines) == len(jobs), done.stderr[-5000:]
    return [Outcome(**json.loads(line)) for line in lines]


@contextmanager
def raising(name: str, every: int = 1) -> Iterator[list[int]]:
    """Have a method raise at each call whose number `every` divides; yield a list that gets an entry for each call."""
    calls: list[int] = []
    if not name:
        yield calls
        return
    module, _, qualified = name.partition(":")
    owner, _, method = qualified.partition(".")
    patched = getattr(importlib.import_module(module), owner)
    original = patched.__dict__[method]

    def raise_error(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) % every:
            return original(self, *args, **kwargs)
        raise RuntimeError(f"injected into {name}")

    async def raise_in_iteration(self: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        # Scrapy looks at a method's kind before it calls it.
        async for each in raise_error(self, *args, **kwargs):
            yield each

    setattr(patched, method, raise_in_iteration if inspect.isasyncgenfunction(original) else raise_error)
    try:
        yield calls
    finally:
        setattr(patched, method, original)


async def _crawl(job: Job, number: int) -> Outcome:
    from scrapy.crawler import AsyncCrawlerRunner
    from scrapy.utils.project import get_project_settings

    from newscrawl.extensions.accounting import FaultHandler
    from newscrawl.extensions.only_for_crawls import IS_OWN_COMMAND
    from newscrawl.monitoring.run_name import RUN_NAME
    from newscrawl.monitoring.verdict import FinishedRun, verdict_of

    settings = get_project_settings()
    # Many of these crawls start within a second, in one process: each has its own name for its files.
    names = {RUN_NAME: f"20260101T000000Z-{number}"}
    settings.setdict({**FAST, **names, IS_OWN_COMMAND: True, "DATA_DIR": job.data, **job.settings}, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler("mayadeen")
    with raising(job.raises) as calls:
        try:
            await runner.crawl(crawler, **job.arguments)
        except Exception as error:  # noqa: BLE001 - the command ends with 1 when a crawl cannot start
            return Outcome(status=1, reason=str(error), stats={}, called=len(calls))
    for handler in [each for each in logging.root.handlers if isinstance(each, FaultHandler)]:
        logging.root.removeHandler(handler)
    stats = crawler.stats.get_stats()
    verdict = verdict_of(FinishedRun(stats=stats, close_reason=str(stats.get("finish_reason"))))
    plain = {name: value for name, value in stats.items() if isinstance(value, int | float | str)}
    return Outcome(status=int(verdict.status), reason=str(verdict), stats=plain, called=len(calls))


def main() -> None:
    """Read jobs from standard input, and print how each ended."""
    from scrapy.utils.defer import deferred_f_from_coro_f
    from scrapy.utils.log import configure_logging
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet.task import react

    configure_logging({"LOG_LEVEL": "ERROR"})
    jobs = [Job(**each) for each in json.load(sys.stdin)]

    async def crawl_all(reactor: Any) -> None:
        for number, job in enumerate(jobs, 1):
            print(json.dumps(asdict(await _crawl(job, number))), flush=True)

    react(deferred_f_from_coro_f(crawl_all))


if __name__ == "__main__":
    main()
