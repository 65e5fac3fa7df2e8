"""What `conftest.py` and `crawling.py` give the other tests: the marker `crawl`, the fixtures, reports of runs."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import pytest

from tests import crawling
from tests.conftest import pytest_collection_modifyitems, starts_a_process
from tests.crawling import FAST, Crawl, Finished, report_files, run


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


def test_a_crawl_that_must_end_well_shows_its_log_when_it_does_not(crawl: Crawl, crawl_ok: Crawl) -> None:
    assert crawl(None, edition="de").status == 2
    with pytest.raises(AssertionError, match="edition=de"):
        crawl_ok(None, edition="de")


@pytest.mark.parametrize("folder", ["runs", "en/runs"])
def test_the_newest_report_is_found_in_both_layouts(folder: str, tmp_path: Path) -> None:
    (tmp_path / folder).mkdir(parents=True)
    for day in ("21", "22"):
        (tmp_path / folder / f"202408{day}T000000Z-1.json").write_text(f'{{"day": {day}}}')
    assert [file.stem[:8] for file in report_files(tmp_path)] == ["20240821", "20240822"]
    assert Finished(0, "", tmp_path).report() == {"day": 22}
