"""What of a maintained extractor's answer is taken."""

from newscrawl.pages import Page
from newscrawl.pages.second_opinion import extract_by_trafilatura
from newscrawl.text import comparison_key
from tests.pages.samples import FIRST, SECOND, URL

THIRD = "Two ferry companies promised to keep their boats running while the work goes on at the old quay."


def extracted(html: str, known: set[str]) -> list[str]:
    page = Page(f"<html><body><article><h1>Canal plan</h1>{html}</article></body></html>", URL)
    return extract_by_trafilatura(page, next(page.root.iter("h1")), {"canalplan"} | known)


def test_what_is_known_furniture_a_byline_or_linked_is_left_out() -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    assert extracted(text, set()) == [FIRST, SECOND, THIRD]
    assert extracted(text, {comparison_key(SECOND)}) == [FIRST, THIRD]
    assert extracted(f"{text}<p>By Jane Doe, Al Mayadeen English</p>", set()) == [FIRST, SECOND, THIRD]
    linked = f"<p>{FIRST}</p><p>{SECOND}</p><p><a href=/a>{THIRD[:60]}</a>{THIRD[60:]}</p>"
    assert extracted(linked, set()) == [FIRST, SECOND]
    half = f"<p>{FIRST}</p><p>{SECOND}</p><p><a href=/a>{THIRD[:30]}</a>{THIRD[30:]}</p>"
    assert extracted(half, set()) == [FIRST, SECOND, THIRD]
    assert extracted("", set()) == []
