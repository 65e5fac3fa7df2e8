"""Each page of `tests/pages/fixtures` against the JSON beside it: an HTML file and a JSON file are one test.

The first line of a page says what it is: `<!-- article ADDRESS [downloaded TIME] -->` or `<!-- listing ADDRESS -->`.
When the JSON is missing it is written, and the test fails: read it, mend what is wrong (in the code, not in the JSON),
and commit both.
"""

import gzip
import json
from pathlib import Path

import pytest

from newscrawl.commands.fixture import expectation
from tests.crawling import command, run

PAGES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("page", sorted(PAGES.rglob("*.html")), ids=lambda page: page.stem)
def test_page_reads_as_its_json_says(page: Path) -> None:
    file = page.with_suffix(".json")
    found = expectation(page.read_bytes())
    if not file.exists():
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{file.name} was missing and has been written: read it, mend what is wrong, commit both")
    assert found == json.loads(file.read_text("utf-8"))


def test_a_saved_page_becomes_a_test(tmp_path: Path) -> None:
    page = next(PAGES.rglob("en-video-page.html"))
    saved = tmp_path / "unreadable-1.html.gz"
    saved.write_bytes(gzip.compress(page.read_bytes()[:100]) + gzip.compress(page.read_bytes()[100:]))
    line = [*command(tmp_path, {}, {}, name="fixture")[:4], str(saved), "--into", str(tmp_path)]
    assert run(line, tmp_path).status == 0
    (html,) = tmp_path.glob("*.html")
    assert html.read_bytes() == page.read_bytes()
    assert json.loads(html.with_suffix(".json").read_text()) == json.loads(page.with_suffix(".json").read_text())
    again = run(line, tmp_path)
    assert again.status == 2
    assert "exists already" in again.log
    saved.write_bytes(b"<p>no address</p>")
    assert "the first line must be" in run(line, tmp_path).log
