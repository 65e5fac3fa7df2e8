"""Compare what is read from each page of `tests/pages/fixtures` with the JSON file beside it.

An HTML file and its JSON file are one test. The pages are in folders by subject. The first line of a page says what it
is, `<!-- article URL [downloaded TIME] -->` or `<!-- listing URL -->`, and the second what it is for,
`<!-- shows: One sentence. -->`.

When the JSON file is missing, it is written and the test fails. Read it; if something in it is wrong, correct the code
and not the JSON. Then commit both files.
"""

import gzip
import json
from pathlib import Path

import pytest

from newscrawl.commands.fixture import expectation, header_of
from newscrawl.errors import PageError
from newscrawl.pages import parse_article
from newscrawl.pipelines.clean import cleaned
from newscrawl.plain_html import is_html_of, read
from tests.crawling import command, run

PAGES = Path(__file__).parent / "fixtures"


def name_of(page: Path) -> str:
    """Return the folder and the name of a page, as a list of tests shows them."""
    return page.relative_to(PAGES).with_suffix("").as_posix()


@pytest.mark.parametrize("page", sorted(PAGES.rglob("*.html")), ids=name_of)
def test_page_reads_as_its_json_says(page: Path) -> None:
    file = page.with_suffix(".json")
    found = expectation(page.read_bytes())
    if not file.exists():
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{file.name} was missing and has been written: read it, correct the code, commit both files")
    assert found == json.loads(file.read_text("utf-8"))


def test_html_of_each_article_is_its_body() -> None:
    count = 0
    for page in PAGES.rglob("*.html"):
        body = page.read_bytes()
        header = header_of(body)
        if header["kind"] == "article":
            try:
                article = parse_article(body, header["url"])
            except PageError:
                continue
            count += 1
            for record in (article, cleaned(article)):
                assert is_html_of(record.body_html, record.body), name_of(page)
                blocks = read(record.body_html)
                assert tuple(each.text for each in blocks if each.tag in ("h2", "h3", "h4")) == record.subheads
                hrefs = {span.href for block in blocks for cell in block.cells for span in cell if span.href}
                assert hrefs <= set(record.links), name_of(page)
    assert count > 100


def test_each_page_is_in_a_folder_and_says_what_it_shows() -> None:
    for page in PAGES.rglob("*.html"):
        assert page.parent != PAGES, f"{page.name}: move it into the folder of its subject"
        second = page.read_text("utf-8").split("\n")[1]
        assert second.startswith("<!-- shows: "), f"{name_of(page)}: the second line does not say what the page shows"
        assert second.endswith(". -->"), f"{name_of(page)}: the second line is not one sentence"


def test_no_json_file_is_without_its_page() -> None:
    for file in PAGES.rglob("*.json"):
        assert file.with_suffix(".html").exists(), f"{name_of(file)}.json has no page beside it"


def test_a_saved_page_becomes_a_test(tmp_path: Path) -> None:
    page = PAGES / "media" / "video-element.html"
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
    saved.write_bytes(b"<p>no URL</p>")
    assert "the first line must be" in run(line, tmp_path).log
