"""The table of verdicts: each rule by itself, and which of two comes first where both hold."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from newscrawl.errors import IN_WORDS
from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.verdict import RULES, FinishedRun, verdict_of

# Statistics whose own names have an underscore.
TEXTS = ("moved_to", "too_slow", "resting_from")


def finished(reason: str = "finished", *, regressions: tuple[str, ...] = (), **counts: Any) -> FinishedRun:
    """Return a run with statistics: `listing_opened=3` is `newscrawl/listing/opened`, `a__b__c=1` `newscrawl/a/b/c`."""
    names = {}
    for name in counts:
        names[name] = name.replace("__", "/") if "__" in name or name in TEXTS else name.replace("_", "/", 1)
    return FinishedRun(
        stats={f"newscrawl/{names[name]}": value for name, value in counts.items()},
        close_reason=reason,
        root="https://x.net",
        regressions=regressions,
    )


# One run for each rule, in the order of the table, in which it holds.
PROVOKED = (
    finished("locked", locked="another crawl holds it"),
    finished(error_ledger_damaged=1),
    finished(lost_articles=1),
    finished(fault_ValueError=2, fault_KeyError=1),
    finished(moved_to="https://new.example", error_off_site=1),
    finished("unreachable"),
    finished("resting", resting="tomorrow"),
    finished("blocked", blocked="a challenge"),
    finished("too_slow", too_slow="robots.txt asks for 900 s between requests"),
    finished("overloaded", overloaded="20 errors"),
    finished(error_challenge=2),
    finished(error_robots=1),
    finished(error_unknown_section=1),
    finished(error_urls_rejected=1),
    finished(listing_opened=3, listing_failed=2),
    finished(article_failed=3, article_fetched=2),
    finished(article_unreadable=2, article_fetched=3),
    finished(article_fetched=5, outside_undated=3),
    finished(article_fetched=3, error_claimed_id=2),
    finished(article_fetched=5, error_claimed_url=2, error_other_article=1),
    finished(article_fetched=3, regressions=("title fell", "body fell")),
    finished(error_own_feed=1, article_fetched=3),
    finished("shutdown", accounts__requests__article__opened=3),
    finished("odd"),
    finished(listing_opened=1, article_fetched=1),
)
STATUSES = (75, 6, 6, 70, 3, 3, 5, 5, 5, 3, 5, 5, 2, 2, 3, 3, 4, 4, 4, 4, 4, 6, 0, 3, 0)


@pytest.mark.parametrize("number", range(len(RULES)), ids=lambda number: f"{number}-{RULES[number].name}")
def test_each_rule_is_provoked(number: int) -> None:
    rule, run = RULES[number], PROVOKED[number]
    # Of all rules, and with those above it absent.
    for rules in (RULES, RULES[number:]):
        verdict = verdict_of(run, rules)
        assert (verdict.name, verdict.status, verdict.advice) == (rule.name, STATUSES[number], rule.advice)
        assert verdict.reason == rule.reason(run)
    assert not rule.when(finished(listing_opened=1, article_fetched=1)) or rule is RULES[-1]
    if rule.status:
        assert rule.advice


def test_the_last_rule_holds_always() -> None:
    assert RULES[-1].status == ExitStatus.HEALTHY
    assert all(RULES[-1].when(run) for run in PROVOKED)


@pytest.mark.parametrize(
    ("run", "name"),
    [
        # An archive that another crawl holds was never written to.
        (finished("locked", error_output=1, error_ledger_damaged=1), "locked"),
        # A ledger that cannot be read stops the crawl as an error of the output.
        (finished("output", error_output=1, error_ledger_damaged=1), "ledger damaged"),
        # What is not written is worse than what the site did.
        (finished("blocked", lost_articles=1), "output not written"),
        (finished("unreachable", error_output=1), "output not written"),
        # A feed beside the archive matters less than what is missing from it, and more than nothing.
        (finished(error_own_feed=1, error_output=1), "output not written"),
        (finished(error_own_feed=1, article_failed=3), "articles missing"),
        (finished(error_own_feed=1, article_fetched=3, listing_opened=1), "feed of your own not written"),
        (finished("shutdown", error_own_feed=1, article_fetched=3), "feed of your own not written"),
        # A fault of this program explains what is missing.
        (finished(error_output=1, fault_KeyError=1), "output not written"),
        (finished(article_failed=3, fault_KeyError=1), "fault of this program"),
        # Where most articles are gone, the site is at fault; a single one is gone.
        (finished(article_gone=3, article_fetched=2, listing_opened=1), "articles missing"),
        (finished(article_gone=2, listing_opened=1), "healthy"),
        (finished(article_gone=2, article_failed=1, article_fetched=1, listing_opened=1), "articles missing"),
        # A site that refuses or is down explains what is missing …
        (finished("blocked", article_failed=9, listing_opened=2, listing_failed=2), "blocked by the site"),
        (finished("overloaded", article_failed=9, error_server_error=9), "the site is in trouble"),
        (finished(error_refused=3, listing_opened=2, listing_failed=2), "blocked by the site"),
        (finished(error_robots=3, listing_opened=2, listing_failed=2), "blocked by the site"),
        # … but a single refusal does not, where articles came.
        (finished(error_refused=1, error_robots=1, article_fetched=9, listing_opened=2), "healthy"),
        # A wrong name is said before what it led to.
        (finished(error_unknown_section=1, listing_opened=1, listing_failed=1), "wrong argument"),
        (finished(listing_opened=2, listing_failed=2, article_failed=2), "listings missing"),
        (finished(article_failed=9, article_fetched=2, article_unreadable=2), "articles missing"),
        # Pages that cannot be read lower every share.
        (finished(article_fetched=2, article_unreadable=2, regressions=("title fell",)), "the pages changed"),
        # Two articles without a date prove nothing, nor does half of them.
        (finished(article_fetched=2, outside_undated=2, listing_opened=1), "healthy"),
        (finished(article_fetched=6, outside_undated=3, listing_opened=1), "healthy"),
        # What came says more than that no listing was read.
        (finished(regressions=("listing fell",)), "the pages changed"),
    ],
)
def test_the_first_rule_that_holds_gives_the_verdict(run: FinishedRun, name: str) -> None:
    assert verdict_of(run).name == name


def test_a_fault_is_named_with_its_place_and_count() -> None:
    run = finished(fault_ValueError=2, fault_KeyError=1, written_articles=4)
    assert verdict_of(run).reason == "ValueError (2 times), and 1 more; 4 articles written"


def test_sums_that_do_not_agree_are_no_healthy_run() -> None:
    stats = {"newscrawl/accounts/requests/home/opened": 1, "finish_reason": "finished"}
    verdict = verdict_of(FinishedRun(stats=stats, close_reason="finished"))
    assert verdict.status == ExitStatus.FAULT
    assert verdict.reason == "requests (home): 1 opened, 0 accounted for; 0 articles written"


def test_articles_that_led_to_another_page_are_named() -> None:
    run = finished(article_failed=3, article_gone=1, error_redirected_home=3, error_gone=1)
    assert verdict_of(run).reason.startswith("4 of 4 articles could not be fetched (1 are gone, 3 led to another page)")


def test_a_site_that_moved_is_named_unless_articles_came() -> None:
    run = finished("unreachable", moved_to="https://new.example", error_off_site=1)
    assert verdict_of(run).reason == "https://x.net leads to another site: https://new.example"
    came = finished(moved_to="https://new.example", error_off_site=1, article_fetched=1, listing_opened=1)
    assert verdict_of(came).name == "healthy"


@pytest.mark.parametrize("name", IN_WORDS)
def test_the_last_line_says_in_words_why_a_site_could_not_be_reached(name: str) -> None:
    counts: dict[str, Any] = {f"error__{name}": 1}
    assert verdict_of(finished("unreachable", **counts)).reason.endswith(f"reached: {IN_WORDS[name]}")


def test_the_failure_that_came_most_often_is_said_in_words() -> None:
    run = finished(listing_opened=4, listing_failed=4, error__timeout=1, error__server_error=3)
    assert "4 of 4 listings could not be read (most often: the answer was an error of the server)" in str(
        verdict_of(run)
    )
    run = finished(article_failed=4, article_fetched=1, listing_opened=1, error__truncated=3, error__timeout=1)
    assert "4 of 5 articles could not be fetched (most often: the answer was cut off on its way)" in str(
        verdict_of(run)
    )


def test_unreadable_pages_come_before_regressions() -> None:
    run = finished(article_fetched=2, article_unreadable=2, regressions=("title fell",))
    assert "could not be read as articles" in verdict_of(run).reason


def test_a_share_that_is_just_allowed_is_healthy() -> None:
    half = finished(listing_opened=2, listing_failed=1, article_fetched=2, article_failed=2, article_unreadable=1)
    verdict = verdict_of(half)
    assert verdict.status == ExitStatus.HEALTHY
    assert verdict.reason.endswith("1 listings failed, 2 articles not fetched, 1 pages without an article")


def test_lines_of_the_file_of_urls_that_were_rejected_are_in_the_last_line() -> None:
    run = finished(listing_opened=1, article_fetched=2, written_articles=2, urls_rejected=5)
    assert verdict_of(run).reason == "2 articles written; 5 lines of the file are no article's URL"


def test_a_verdict_is_plain_in_json_and_in_text() -> None:
    verdict = verdict_of(PROVOKED[0])
    assert json.loads(json.dumps(asdict(verdict)))["status"] == 75
    assert str(verdict).startswith("locked (status 75): another crawl holds it. Wait")


def test_claims_that_an_earlier_run_has_met_are_no_sign_of_a_change() -> None:
    def status(fetched: int, **counts: Any) -> int:
        return verdict_of(finished(listing_opened=1, article_fetched=fetched, **counts)).status

    assert status(3, error_claimed_id=3, known_claimed_id=3) == 0
    assert status(5, error_claimed_id=5, known_claimed_id=3) == 4
    # Of two pages that say something new, one is no more than half.
    assert status(5, error_claimed_id=4, known_claimed_id=3) == 0
    assert status(9, error_claimed_url=9, known_claimed_url=9) == 0
    assert status(9, error_claimed_url=8, known_claimed_url=4, error_other_article=0) == 4
    assert status(9, error_claimed_url=4, known_claimed_url=4, error_other_article=3) == 4
    assert status(9, error_claimed_url=4, known_claimed_url=4, error_other_article=2) == 0


def test_captures_of_other_archives_are_judged_as_articles_are() -> None:
    missing = verdict_of(finished(listing_opened=1, capture_failed=3, capture_fetched=2))
    assert (missing.name, missing.reason.partition(";")[0]) == (
        "articles missing",
        "3 of 5 articles could not be fetched",
    )
    assert verdict_of(finished(listing_opened=1, capture_unreadable=2, capture_fetched=3)).name == "the pages changed"
    assert verdict_of(finished(listing_opened=1, capture_fetched=3)).name == "healthy"
    assert (
        "web.example blocked" in verdict_of(finished("resting", resting="tomorrow", resting_from="web.example")).reason
    )
