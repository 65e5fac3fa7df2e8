"""An exception in any signal handler, callback, pipeline step or middleware method of the project is no healthy run."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import newscrawl.extensions
import newscrawl.middlewares
import newscrawl.pipelines
from newscrawl.replica import Fault
from newscrawl.spiders.mayadeen import MayadeenSpider
from tests.crawling import StartReplica
from tests.many_crawls import Job, crawl_many

HANDLERS = {
    "spider_opened", "spider_closed", "engine_stopped", "item_scraped", "item_dropped", "file_closed", "error_named",
    "page_unreadable", "listing_read", "request_scheduled", "request_dropped", "downloaded", "robots_parsed",
    "file_committed", "ask_again",
}  # fmt: skip
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
            if owner.__module__.startswith("newscrawl") and method.startswith(("parse_", "start", "ask_again")):
                yield f"{owner.__module__}:{owner.__name__}.{method}"


@pytest.mark.parametrize("group", range(GROUPS))
def test_no_exception_is_healthy(group: int, replica: StartReplica, tmp_path: Path) -> None:
    names = sorted(methods())[group::GROUPS]
    site = replica(articles=8, noise=False)
    site.faults.append(Fault(kind="status", status=404, path=f"^{site.newsroom.path(1)}$"))
    site.faults.append(Fault(kind="garbage", path=f"^{site.newsroom.path(2)}$"))
    arguments = {"site": site.url, "max_pages": "0", "discover": "sections,sitemap,feed"}
    outcomes = crawl_many(
        [Job(data=str(tmp_path / str(at)), arguments=arguments, raises=name) for at, name in enumerate(names)]
    )
    healthy = [name for name, outcome in zip(names, outcomes, strict=True) if outcome.called and outcome.status == 0]
    assert healthy == []
    # Nearly all are called in such a crawl.
    assert sum(outcome.called > 0 for outcome in outcomes) > len(names) / 2
