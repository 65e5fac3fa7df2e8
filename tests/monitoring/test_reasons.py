"""The reasons that verdicts give, word for word, with the numbers of the run in them."""

from typing import Any

import pytest

from newscrawl.errors import IN_WORDS
from newscrawl.monitoring.verdict import FinishedRun, verdict_of
from tests.monitoring.test_rules import finished


def reason(run: FinishedRun) -> str:
    return verdict_of(run).reason


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (finished("locked", locked="another crawl holds it"), "another crawl holds it"),
        (
            finished(error_ledger_damaged=1, written_articles=4, changed=1),
            "4 articles written, 1 of them edits, then the ledger could not be read",
        ),
        (finished(lost_articles=1), "0 articles written, then the archive could not be written"),
        (
            finished(error_output=1, why_output="disk full", written_articles=2),
            "2 articles written, then the archive could not be written: disk full",
        ),
        (finished(fault_KeyError=1, written_articles=2), "KeyError; 2 articles written"),
        (finished("unreachable"), "https://x.net could not be reached"),
        (
            FinishedRun(
                stats={"newscrawl/robots_unreadable": "it answered with status 503"},
                close_reason="unreachable",
                root="https://x.net",
            ),
            "https://x.net could not be reached: its robots.txt cannot be read (it answered with status 503)",
        ),
        (
            finished("resting", resting="noon"),
            "https://x.net blocked an earlier run, and no request is made until noon",
        ),
        (finished("blocked", blocked="a challenge", written_articles=1), "a challenge; 1 articles written"),
        (finished("overloaded", overloaded="20 errors"), "20 errors; 0 articles written"),
        (finished(error_refused=2, error_challenge=1), "3 requests were refused and no article came"),
        (finished(error_robots=1), "robots.txt forbids the pages that were asked for"),
        (
            finished(error_unknown_section=2, written_articles=3),
            "2 of the sections asked for are not on the site; 3 articles written",
        ),
        (
            finished(error_urls_rejected=1),
            "no line of the file of URLs is an article's URL of https://x.net; 0 articles written",
        ),
        (
            finished(listing_opened=3, listing_failed=2, article_fetched=1),
            "2 of 3 listings could not be read; 0 articles written",
        ),
        (finished(article_failed=3, article_fetched=2), "3 of 5 articles could not be fetched; 0 articles written"),
        (
            finished(
                article_failed=2, article_gone=2, article_fetched=1, error_redirected_home=1, error_redirect_loop=1
            ),
            "4 of 5 articles could not be fetched (2 are gone, 2 led to another page); 0 articles written",
        ),
        # One or two that are gone are no sign of anything.
        (
            finished(article_failed=1, article_gone=1, article_fetched=0, listing_opened=1),
            "1 of 1 articles could not be fetched (1 are gone); 0 articles written",
        ),
        (
            finished(article_unreadable=2, article_fetched=3),
            "2 of 3 article pages could not be read as articles; 0 articles written",
        ),
        (
            finished(article_fetched=3, regressions=("title fell", "body fell", "tags fell"), written_articles=3),
            "title fell, and 2 more; 3 articles written",
        ),
        (finished(article_fetched=3, regressions=("title fell",)), "title fell; 0 articles written"),
        (
            finished(error_own_feed=1, why_own_feed="x.csv: No space", article_fetched=1, written_articles=1),
            "x.csv: No space; 1 articles written into the archive",
        ),
        (finished("odd"), "the crawl ended (odd) before a listing was read"),
        (finished(listing_opened=1, article_fetched=1, written_articles=1), "1 articles written"),
        (
            finished(
                "closed", listing_opened=9, listing_failed=1, article_fetched=9, article_failed=2, article_unreadable=3
            ),
            "0 articles written; 1 listings failed, 2 articles not fetched, 3 pages without an article;"
            " stopped early (closed)",
        ),
    ],
)
def test_a_reason_says_what_was_counted(run: FinishedRun, words: str) -> None:
    assert reason(run) == words


def test_the_most_frequent_error_is_named_in_words() -> None:
    words = reason(finished(article_failed=3, error_timeout=2, error_dns=1))
    assert words == f"3 of 3 articles could not be fetched (most often: {IN_WORDS['timeout']}); 0 articles written"
    other = reason(finished(listing_opened=1, listing_failed=1, error_odd=1, article_fetched=1))
    assert other == "1 of 1 listings could not be read (most often: odd); 0 articles written"


def test_bodies_that_all_came_from_the_fallback_are_said() -> None:
    run = FinishedRun(
        stats={"newscrawl/listing/opened": 1, "newscrawl/article/fetched": 12, "newscrawl/written/articles": 12},
        close_reason="finished",
        from_fallback=12,
    )
    unknown = "no page has markup that is known, all 12 bodies are from the fallback: see `scrapy doctor`"
    assert reason(run) == f"12 articles written; {unknown}"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    ("counts", "name"),
    [
        ({"listing_opened": 4, "listing_failed": 2, "article_fetched": 1}, "listings missing"),
        ({"article_failed": 2, "article_fetched": 2, "listing_opened": 1}, "articles missing"),
        ({"article_unreadable": 2, "article_fetched": 4, "listing_opened": 1}, "the pages changed"),
    ],
)
def test_what_is_missing_may_be_as_much_as_the_share_and_no_more(
    share: float, counts: dict[str, Any], name: str
) -> None:
    run = FinishedRun(stats=finished(**counts).stats, close_reason="finished", missing_share=share)
    assert verdict_of(run).name == (name if share < 0.5 else "healthy")
