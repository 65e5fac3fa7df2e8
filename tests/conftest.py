"""Fixtures of all tests: a replica of the site, crawls of it; and the marker `crawl`, which is given automatically."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from newscrawl.replica import Options, Replica
from tests.crawling import Crawl, StartReplica

# Whoever uses one of these starts a process that takes a second or more.
_STARTS_A_PROCESS = ("subprocess", "tests.crawling.run", "tests.crawling.crawl", "tests.crawling.command")
# Files that take the longest; `.ci/run` runs them after the README's command, which leaves them out.
_SLOW = {
    "tests.archive.test_crawls",
    "tests.archive.test_editions",
    "tests.archive.test_faulty_crawls",
    "tests.archive.test_old_layout",
    "tests.commands.test_audit",
    "tests.commands.test_command_line",
    "tests.commands.test_commands_of_scrapy",
    "tests.commands.test_doctor",
    "tests.commands.test_extract",
    "tests.commands.test_hostile_site",
    "tests.commands.test_output",
    "tests.commands.test_wacz",
    "tests.deploy.test_crontab",
    "tests.deploy.test_scrapyd",
    "tests.extensions.test_captures",
    "tests.extensions.test_exceptions",
    "tests.middlewares.test_politeness",
    "tests.middlewares.test_stopping",
    "tests.monitoring.test_accounts_of_random_sites",
    "tests.monitoring.test_canary",
    "tests.monitoring.test_logs",
    "tests.monitoring.test_notifications",
    "tests.monitoring.test_reports",
    "tests.monitoring.test_status_table",
    "tests.monitoring.test_verdict",
    "tests.replica.test_sitemaps",
    "tests.replica.test_templates",
    "tests.spiders.test_discovery",
    "tests.spiders.test_hostile_site",
    "tests.spiders.test_identities",
    "tests.spiders.test_kept_pages",
    "tests.spiders.test_old_batches",
    "tests.spiders.test_older_archives",
    "tests.spiders.test_other_pages",
    "tests.spiders.test_outage",
    "tests.spiders.test_tags",
    "tests.spiders.test_two_runs",
    "tests.test_readme_queries",
}


@pytest.fixture
def replica() -> Iterator[StartReplica]:
    """`replica(articles=40, …)` starts a replica with these options; it is closed at the end of the test."""
    with ExitStack() as started:

        def start(options: Options | None = None, /, **changes: Any) -> Replica:
            return started.enter_context(Replica(options or Options(**changes)))

        yield start


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    """`crawl(site, …)` crawls a replica into the test's folder, as `tests.crawling.crawl` does."""
    return Crawl(folder=tmp_path, must_end_well=False)


@pytest.fixture
def crawl_ok(tmp_path: Path) -> Crawl:
    """Like `crawl`, for a crawl that must end with status 0; its log is shown when it does not."""
    return Crawl(folder=tmp_path, must_end_well=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that starts a process, itself or in a function that it calls, with `crawl`; some with `slow`."""
    for item in items:
        if isinstance(item, pytest.Function) and (
            {"crawl", "crawl_ok"} & {*item.fixturenames} or starts_a_process(item.function)
        ):
            item.add_marker(pytest.mark.crawl)
            if item.module.__name__ in _SLOW:
                item.add_marker(pytest.mark.slow)


def starts_a_process(function: object) -> bool:
    """Return whether a function of the tests leads to a process: the names that its code uses are followed."""
    followed: set[CodeType] = set()
    waiting = [function]
    while waiting:
        value = waiting.pop()
        if isinstance(value, ModuleType | FunctionType) and _full_name(value) in _STARTS_A_PROCESS:
            return True
        if isinstance(value, FunctionType) and _is_ours(value) and value.__code__ not in followed:
            followed.add(value.__code__)
            waiting += _values(value)
    return False


def _values(function: FunctionType) -> list[object]:
    """Return what the global names that a function uses mean; `crawling.run` is found in its module."""
    names = _names(function.__code__)
    values = [function.__globals__[name] for name in names if name in function.__globals__]
    modules = [value for value in values if isinstance(value, ModuleType) and _is_ours(value)]
    return values + [vars(module)[name] for module in modules for name in names if name in vars(module)]


def _names(code: CodeType) -> set[str]:
    """Return the names that a piece of code uses, functions inside it included."""
    inner = [_names(value) for value in code.co_consts if isinstance(value, CodeType)]
    return set(code.co_names).union(*inner)


def _full_name(value: ModuleType | FunctionType) -> str:
    return value.__name__ if isinstance(value, ModuleType) else f"{value.__module__}.{value.__name__}"


def _is_ours(value: ModuleType | FunctionType) -> bool:
    return _full_name(value).startswith("tests.")
