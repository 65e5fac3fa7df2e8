"""An exception in any signal handler, callback, pipeline step or middleware method of the project is no healthy run."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import newscrawl
import newscrawl.extensions
import newscrawl.middlewares
import newscrawl.pipelines
from newscrawl.replica import Fault
from newscrawl.spiders.mayadeen import MayadeenSpider
from tests.crawling import StartReplica
from tests.many_crawls import Job, crawl_many

# `signals.connect(extension.file_closed, signal=…)`, and the rows of a table: `(extension.file_closed, signals.…)`.
CONNECTED = re.compile(r"(?:\.connect\(\w+|\(extension)\.(\w+), ")
# The replica is no part of a crawl, and `scrapy extract` is another one.
SOURCES = [
    path
    for path in Path(newscrawl.__file__).parent.rglob("*.py")
    if "replica" not in path.parts and path.name != "extract.py"
]
HANDLERS = {name for path in SOURCES for name in CONNECTED.findall(path.read_text("utf-8"))}
NOT_CALLED = {
    # After another exception.
    "newscrawl.extensions.accounting:AccountingExtension.item_error",
    "newscrawl.extensions.accounting:AccountingExtension.spider_error",
    "newscrawl.extensions.archive:ArchiveExtension.failed",
    "newscrawl.middlewares.stopping:StopReadingMiddleware.process_spider_exception",
    # In a run that reads other archives: `tests/spiders/test_older_archives.py`.
    "newscrawl.spiders.older_archives:OlderArchivesSpider.parse_index",
    "newscrawl.spiders.older_archives:OlderArchivesSpider.parse_capture",
    "newscrawl.spiders.older_archives:OlderArchivesSpider.index_failed",
    "newscrawl.spiders.older_archives:OlderArchivesSpider.capture_failed",
    # When a signal stops the crawl.
    "newscrawl.middlewares.stopping:StoppableDownloadHandler.cancel",
    # Each step has its own.
    "newscrawl.pipelines.pipeline:Pipeline.process_article",
    # No handler, and only called alike.
    "newscrawl.middlewares.politeness:Backoff.failed",
}
"""What no crawl calls that ends by itself, without another exception."""
GROUPS = 4
"""The crawls of a group share a process."""


def methods() -> Iterator[str]:
    """Yield `module:Class.method` of all that Scrapy calls in the project."""
    for package in (newscrawl.extensions, newscrawl.middlewares, newscrawl.pipelines):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                if inspect.isclass(value) and value.__module__ == info.name and not name.startswith("_"):
                    for method in vars(value):
                        if method in HANDLERS or method.startswith("process_"):
                            yield f"{info.name}:{name}.{method}"
    for owner in MayadeenSpider.__mro__:
        for method in vars(owner):
            if owner.__module__.startswith("newscrawl") and is_callback(method):
                yield f"{owner.__module__}:{owner.__name__}.{method}"


def is_callback(method: str) -> bool:
    """Return whether a method of the spider is called by Scrapy: a callback, an errback, a handler, the start."""
    return method.startswith("parse_") or method.endswith("_failed") or method == "start" or method in HANDLERS


def test_the_handlers_of_signals_are_found() -> None:
    assert {
        "spider_opened", "spider_closed", "opened", "closed", "failed", "engine_stopped", "item_scraped",
        "robots_parsed", "request_scheduled", "listing_read", "file_committed", "ask_again", "downloaded", "cancel",
    } <= HANDLERS  # fmt: skip
    assert {each.rpartition(".")[2] for each in methods()} >= HANDLERS


@pytest.mark.parametrize("group", range(GROUPS))
def test_no_exception_is_healthy(group: int, replica: StartReplica, tmp_path: Path) -> None:
    names = sorted(methods())[group::GROUPS]
    site = replica(articles=8, noise=False)
    site.faults.append(Fault(kind="status", status=404, path=f"^{site.newsroom.path(1)}$"))
    site.faults.append(Fault(kind="garbage", path=f"^{site.newsroom.path(2)}$"))
    # Here what handles failures is called.
    broken = replica(articles=8, noise=False)
    for path in ("^/$", "^/news/sports$", "^/feed", f"^{broken.newsroom.path(1)}$"):
        broken.faults.append(Fault(kind="status", status=500, path=path))
    broken.faults.append(Fault(kind="close", path=f"^{broken.newsroom.path(2)}$"))
    # The newest article is outside the interval, so that a record is dropped.
    dates = sorted(str(article["date_published"]) for article in site.truth().values())
    arguments = {"max_pages": "0", "discover": "sections,sitemap,feed", "until": dates[-2]}
    jobs = [
        Job(
            data=str(tmp_path / str(at)),
            arguments={**arguments, "site": (broken if name.endswith(("_failed", "process_exception")) else site).url},
            raises=name,
        )
        for at, name in enumerate(names)
    ]
    outcomes = crawl_many(jobs)
    healthy = [name for name, outcome in zip(names, outcomes, strict=True) if outcome.called and outcome.status == 0]
    assert healthy == []
    # All the others are called in such a crawl.
    assert {name for name, outcome in zip(names, outcomes, strict=True) if not outcome.called} <= NOT_CALLED
