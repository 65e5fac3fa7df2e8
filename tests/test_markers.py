"""The marker `crawl` is given to the tests that start processes, and to no others."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import pytest

from tests import crawling
from tests.conftest import pytest_collection_modifyitems, starts_a_process
from tests.crawling import FAST, run


def direct() -> None:
    run([], Path())


def through_a_module() -> None:
    crawling.crawl(None, Path())


def through_another_function() -> None:
    direct()


def in_an_inner_function() -> None:
    def inner() -> None:
        subprocess.run([])

    inner()


def itself() -> None:
    itself()


def nothing() -> dict[str, str]:
    return {**FAST, "A": str(FunctionType)}


# A list, because a test that names one of these functions would be marked itself.
CASES: list[tuple[Callable[[], object], bool]] = [
    (direct, True),
    (through_a_module, True),
    (through_another_function, True),
    (in_an_inner_function, True),
    (itself, False),
    (nothing, False),
]


@pytest.mark.parametrize(("function", "marked"), CASES, ids=[function.__name__ for function, _ in CASES])
def test_a_function_that_leads_to_a_process_is_found(function: Callable[[], object], marked: bool) -> None:
    assert starts_a_process(function) == marked


def test_a_test_that_crawls_with_a_fixture_is_marked(request: pytest.FixtureRequest) -> None:
    assert not request.node.get_closest_marker("crawl")
    request.node.fixturenames.append("crawl_ok")
    pytest_collection_modifyitems([request.node])
    assert request.node.get_closest_marker("crawl")
