"""What is no sentence of a body in markup that nobody knows."""

import pytest

from newscrawl.almayadeen.labels import BOILERPLATE
from newscrawl.pages import parse_article
from tests.pages.samples import FIRST, SECOND, URL

BEFORE = "<html lang=en><title>Canal plan</title><meta name=postid content=1900123><body><h1>Canal plan</h1>"


@pytest.mark.parametrize("words", BOILERPLATE)
def test_a_sentence_of_every_page_is_no_sentence_of_the_article(words: str) -> None:
    extra = f"You can read here what we say on {words} as of this year."
    page = (
        f"{BEFORE}<div class=x><div class=a><p>{FIRST}</p><p>{SECOND}</p></div><div class=b><p>{extra}</p></div></div>"
    )
    assert parse_article(page, URL).body == f"{FIRST}\n\n{SECOND}"
    alone = f"{BEFORE}<div class=x><p>{extra}</p></div>"
    with pytest.raises(ValueError, match="no body"):
        parse_article(alone, URL)
