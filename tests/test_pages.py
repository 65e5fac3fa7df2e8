"""Each page of `tests/pages` against the JSON beside it: an HTML file and a JSON file are one test.

The first line of a page says what it is: `<!-- article ADDRESS [downloaded TIME] -->` or `<!-- listing ADDRESS -->`.
When the JSON is missing it is written, and the test fails: read it, mend what is wrong (in the code, not in the JSON),
and commit both.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newscrawl.errors import PageError
from newscrawl.items import as_dict
from newscrawl.pages.article import parse_article
from newscrawl.pages.encoding import page_selector
from newscrawl.pages.listing import parse_headlines, parse_listing, parse_menu
from newscrawl.pipelines.clean import cleaned

PAGES = Path(__file__).parent / "pages"
HEADER = re.compile(r"<!-- (?P<kind>article|listing) (?P<url>\S+)(?: downloaded (?P<downloaded>\S+))? -->")
# What a change of the hash's recipe changes everywhere says nothing about a page.
UNTOLD = ("content_hash", "near_duplicate_of", "found_on", "revision", "provenance")


def read(page: Path) -> dict[str, Any]:
    """Return what the code makes of a page, as its JSON file holds it."""
    body = page.read_bytes()
    header = HEADER.match(body.split(b"\n", 1)[0].decode())
    assert header, f"{page.name}: the first line must be <!-- article ADDRESS --> or <!-- listing ADDRESS -->"
    url = header["url"]
    try:
        if header["kind"] == "listing":
            selector = page_selector(body)
            listing = parse_listing(selector, url)
            return {
                "articles": list(listing.articles),
                "aside": sorted(listing.aside),
                "following": [[batch.way, batch.url] for batch in listing.following],
                "sections": [section.name for section in parse_menu(selector, url) if not section.is_region],
                "regions": [section.name for section in parse_menu(selector, url) if section.is_region],
                "headlines": list(parse_headlines(selector)),
            }
        downloaded = datetime.fromisoformat(header["downloaded"]) if header["downloaded"] else None
        article = as_dict(cleaned(parse_article(page_selector(body), url, downloaded=downloaded)))
    except PageError as error:
        return {"error": error.name}
    article["body"] = article["body"].split("\n\n")
    article["layers"] = {name: layer for name, layer in article["provenance"].items() if name in ("title", "body")}
    return {name: value for name, value in article.items() if name not in UNTOLD}


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda page: page.stem)
def test_page_reads_as_its_json_says(page: Path) -> None:
    expectation = page.with_suffix(".json")
    found = read(page)
    if not expectation.exists():
        expectation.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{expectation.name} was missing and has been written: read it, mend what is wrong, commit both")
    assert found == json.loads(expectation.read_text("utf-8"))
