"""What the doctor's findings mean: points with evidence in words, and the verdict."""

from typing import Any

import pytest

from newscrawl.monitoring.doctor_findings import POINTS, points_of, verdict_of_examination


def findings(**changes: Any) -> dict[str, Any]:
    """Return findings in which all that a crawl needs is recognised."""
    stated = {
        "meta": {"raw": "x", "utc": "2024-08-22T13:28:00Z"},
        "json-ld": {"raw": "y", "utc": "2024-08-22T13:28:00Z"},
    }
    article = {
        "kind": "video", "layers": {"meta": ["title"]}, "known_body": True, "named_summary": False, "ticker_items": 2,
        "dates": {"agree": True, "beirut": True, "stated": stated}, "page_type": "article",
        "fields": {"date_published": "meta"},
    }  # fmt: skip
    return {
        "requests": 20,
        "menu": {"sections": {"politics": "https://x.net/news/politics"}, "learnt": {"/picture-desk": "gallery"}},
        "robots": {"sitemaps": ["https://x.net/s.xml"], "status": ["200"], "crawl_delay": 5},
        "articles": [article],
        "listings": ["https://x.net/news/politics"],
        "listing": {"articles": ["https://x.net/news/politics/a-b"], "tracked_links": 3},
        "load_more": {"shown": ["next"], "works": "next", "new": 5, "url": "https://x.net/?page=2", "tried": ["next"]},
        "tag": {"tag": "Mali", "url": "https://x.net/tags/Mali", "articles": 4, "guess_is_right": True},
        "sitemap": {
            "url": "https://x.net/s.xml", "months": 12, "padded": False, "month": "2024-7", "articles": 90,
            "has_last_day": False,
        },
        "feeds": {"/feed.rss": 20, "/rss": "status 403"},
        **changes,
    }  # fmt: skip


def test_each_point_is_answered_in_words() -> None:
    points = points_of(findings())
    assert [point["point"] for point in points] == [point.statement for point in POINTS]
    refuted = [point["point"] for point in points if point["verdict"] != "confirmed"]
    assert refuted == [
        "Articles have the site's own metadata block (tawsiyat)", "Articles have JSON-LD (json-ld)",
        "The standfirst is a p.summary",
    ]  # fmt: skip
    for point in points:
        assert point["evidence"]
        assert not set("{}[]'") & set(point["evidence"]), point
        assert "None" not in point["evidence"], point


def test_what_was_not_seen_is_neither_confirmed_nor_refuted() -> None:
    seen = findings(articles=[], load_more=None, listing=None, tag=None, sitemap={}, feeds={})
    seen["menu"] = {"sections": {}, "learnt": {}}
    points = points_of(seen)
    assert {point["verdict"] for point in points if point["evidence"]} == {"confirmed", "refuted"}
    assert sum(point["verdict"] == "not seen" for point in points) == len(POINTS) - 2


ONE_BATCH: dict[str, Any] = {"load_more": {"works": None, "shown": []}}
"""To be given with the lengths of listings; the sitemap names 90 articles."""
WITH_CONTROL: dict[str, Any] = {"load_more": {"works": None, "shown": ["next"]}}


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({}, 0, "all that a crawl needs, with 20 requests"),
        ({"stopped": "refused", "stopped_by": "status 403"}, 5, "status 403"),
        ({"stopped": "unreachable", "stopped_by": "no name"}, 3, "no name"),
        ({"articles": [], "listing": {"articles": []}}, 4, "no article in a listing, no readable article"),
        ({"stopped": "stopped", "stopped_by": "after 2 requests"}, 3, "the examination was stopped after 2 requests"),
        ({"failures": {"https://x.net/": "status 503"}, "requests": 1}, 3, "https://x.net/: status 503"),
        ({"faults": {"KeyError at x.py:1": 2, "ValueError": 1}}, 70, "KeyError at x.py:1 (2 times), ValueError"),
        # A listing that ends with its first batch is whole on a small site.
        ({**ONE_BATCH, "batch_lengths": [2, 2], "sections": 45}, 0, "all that a crawl needs, with 20 requests"),
        ({**ONE_BATCH, "batch_lengths": [10, 9], "sections": 9}, 0, "all that a crawl needs, with 20 requests"),
        ({**ONE_BATCH, "batch_lengths": [10, 10], "sections": 9}, 4, "no way to a second batch"),
        ({**ONE_BATCH, "batch_lengths": [2, 2], "sections": 44}, 4, "no way to a second batch"),
        ({**WITH_CONTROL, "batch_lengths": [2], "sections": 45}, 4, "no way to a second batch"),
    ],
)
def test_the_verdict_names_what_is_lacking(changes: dict[str, Any], status: int, reason: str) -> None:
    verdict = verdict_of_examination(findings(**changes))
    assert (verdict.status, verdict.reason) == (status, reason)


def test_too_few_requests_to_see_the_sitemap_say_nothing_of_a_second_batch() -> None:
    found = findings(**ONE_BATCH, batch_lengths=[2, 2], sections=45, most=20)
    assert verdict_of_examination(found).status == 0
    del found["sitemap"]
    assert verdict_of_examination(found).reason == "no way to a second batch"
