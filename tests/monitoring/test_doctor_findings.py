"""What the doctor's findings mean: points with evidence in words, and the verdict."""

from typing import Any

import pytest

from newscrawl.almayadeen.markup import TICKER_ITEM
from newscrawl.monitoring.doctor_findings import POINTS, points_of, settings_of, verdict_of_examination


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


EVIDENCE = {
    "Articles have the site's own metadata block (tawsiyat)": (False, "0 of 1 articles have it"),
    "Articles have meta times and texts (meta)": (True, "1 of 1 articles have it"),
    "The body is in .p-content": (True, "1 of 1 articles have it"),
    "Times of the meta elements are UTC: they agree with the other layers": (
        True, "meta says 2024-08-22T13:28:00Z, json-ld says 2024-08-22T13:28:00Z",
    ),
    "Dates shown to readers are Beirut's": (True, "1 of 1 agree with their metadata"),
    "A video's page calls itself an article too": (True, "it calls itself article"),
    "Listings show a load-more control": (True, "seen: next"),
    "A listing has a second batch": (True, "by next: 5 new articles at https://x.net/?page=2"),
    "A tag's page is at TAG_PATTERN": (
        True, "the tag Mali leads to https://x.net/tags/Mali, which lists 4 articles",
    ),
    "There is an index of monthly sitemaps": (
        True, "https://x.net/s.xml names the sitemaps of 12 months; that of 2024-7 names 90 articles",
    ),
    "Their months are not padded": (True, "the month has one digit"),
    "They lack the last day of a month": (True, "that of 2024-7 names no article of its last day"),
    "There is a feed": (True, "/feed.rss: 20 articles; /rss: status 403"),
    "/rss is refused": (True, "status 403"),
    "Links carry tracking parameters": (True, "3 links of a listing do"),
    "Other kinds are found where only the menu says so": (True, "/picture-desk: gallery"),
    "robots.txt names sitemaps": (
        True, "it names 1; it was answered with status 200; Crawl-delay: 5 s",
    ),
}  # fmt: skip


def answer(statement: str, **changes: Any) -> tuple[bool, str] | None:
    """Return what one point says of findings, None where nothing was seen."""
    (point,) = [each for each in POINTS if each.statement == statement]
    found = point.look(findings(**changes))
    return (found.holds, found.evidence) if found is not None else None


@pytest.mark.parametrize("statement", EVIDENCE)
def test_the_evidence_says_what_was_seen(statement: str) -> None:
    assert answer(statement) == EVIDENCE[statement]


TICKER = f"The ticker's lines are .{TICKER_ITEM}"


def seen_article(**changes: Any) -> dict[str, Any]:
    return {**findings()["articles"][0], **changes}


def dated(agree: bool | None, beirut: bool | None = None) -> dict[str, Any]:
    return seen_article(dates={"agree": agree, "beirut": beirut, "stated": {"meta": {"utc": str(agree)}}})


@pytest.mark.parametrize(
    ("statement", "changes", "found"),
    [
        ("Articles have meta times and texts (meta)", {"articles": [{"error": "no"}]}, None),
        (
            "Articles have meta times and texts (meta)",
            {"articles": [seen_article(), seen_article(layers={}), {"error": "no"}]},
            (False, "1 of 2 articles have it"),
        ),
        (
            "The standfirst is a p.summary",
            {"articles": [seen_article(named_summary=True)]},
            (True, "1 of 1 articles have it"),
        ),
        (TICKER, {"articles": [seen_article(ticker_items=1)]}, (True, "1 of 1 articles have them")),
        (TICKER, {"articles": [seen_article(ticker_items=0)]}, (False, "0 of 1 articles have them")),
        ("Times of the meta elements are UTC: they agree with the other layers", {"articles": [dated(None)]}, None),
        (
            "Times of the meta elements are UTC: they agree with the other layers",
            {"articles": [dated(None), dated(True), dated(False)]},
            (False, "meta says False"),
        ),
        ("Dates shown to readers are Beirut's", {"articles": [dated(True)]}, None),
        (
            "Dates shown to readers are Beirut's",
            {"articles": [dated(True, True), dated(True, False), dated(True)]},
            (False, "1 of 2 agree with their metadata"),
        ),
        ("A video's page calls itself an article too", {"articles": [seen_article(page_type="")]}, None),
        ("A video's page calls itself an article too", {"articles": [seen_article(kind="news")]}, None),
        (
            "A video's page calls itself an article too",
            {"articles": [seen_article(), seen_article(page_type="video")]},
            (False, "it calls itself article, video"),
        ),
        ("Listings show a load-more control", {"load_more": None}, None),
        ("Listings show a load-more control", {"load_more": {"shown": []}}, (False, "seen: none")),
        ("A listing has a second batch", {"load_more": None}, None),
        (
            "A listing has a second batch",
            {"load_more": {"works": None, "tried": ["json", "parameter"]}, "listings": ["a", "b"]},
            (False, "none in 2 listings; tried: json, parameter"),
        ),
        (
            "A listing has a second batch",
            {"load_more": {"works": None, "tried": []}, "listings": []},
            (False, "none in 1 listings; tried: nothing"),
        ),
        ("There is an index of monthly sitemaps", {"sitemap": {}}, (False, "none found")),
        (
            "There is an index of monthly sitemaps",
            {"sitemap": {"url": "/s.xml", "months": 0}},
            (False, "/s.xml names the sitemaps of 0 months"),
        ),
        ("Their months are not padded", {"sitemap": {"padded": None}}, None),
        ("Their months are not padded", {"sitemap": {"padded": True}}, (False, "the month has two digits")),
        ("They lack the last day of a month", {"sitemap": {}}, None),
        (
            "They lack the last day of a month",
            {"sitemap": {"month": "2024-7", "has_last_day": True}},
            (False, "that of 2024-7 names an article of its last day"),
        ),
        ("There is a feed", {"feeds": {}}, None),
        ("There is a feed", {"feeds": {"/a": "gone", "/rss": 3}}, (False, "/a: gone; /rss: 3 articles")),
        ("/rss is refused", {"feeds": {"/a": 3}}, None),
        ("/rss is refused", {"feeds": {"/rss": 3}}, (False, "3 articles")),
        ("/rss is refused", {"feeds": {"/rss": "refused"}}, (True, "refused")),
        ("Links carry tracking parameters", {"listing": {"tracked_links": 0}}, (False, "0 links of a listing do")),
        (
            "Other kinds are found where only the menu says so",
            {"menu": {"sections": {"a": "b"}, "learnt": {}}},
            (False, "none in the menu"),
        ),
        ("robots.txt names sitemaps", {"robots": {"sitemaps": []}}, (False, "it names none")),
        (
            "robots.txt names sitemaps",
            {"robots": {"sitemaps": ["a", "b"], "status": ["200", "404"], "crawl_delay": None}},
            (True, "it names 2; it was answered with status 200, 404"),
        ),
    ],
)  # fmt: skip
def test_each_way_in_which_a_point_can_be_answered(
    statement: str, changes: dict[str, Any], found: tuple[bool, str] | None
) -> None:
    assert answer(statement, **changes) == found


@pytest.mark.parametrize(
    ("changes", "proposed"),
    [
        ({}, ["-s SITEMAP_PATH='/s.xml'"]),
        ({"sitemap": {"url": "https://x.net/sitemaps/all.xml"}}, []),
        ({"sitemap": None}, []),
        ({"sitemap": None, "feeds": {"/feed.rss": "gone", "/rss": 3}}, ["-s FEED_PATH='/rss'"]),
        ({"sitemap": None, "feeds": {"/feed.rss": 2, "/rss": 3}}, []),
        ({"sitemap": None, "feeds": {"/feed.rss": "gone"}}, []),
    ],
)
def test_settings_are_proposed_where_the_site_is_another(changes: dict[str, Any], proposed: list[str]) -> None:
    assert settings_of(findings(**changes)) == proposed


@pytest.mark.parametrize(
    ("tag", "url", "pattern"),
    [
        ("Mali", "https://x.net/topic/Mali", "/topic/{tag}"),
        ("Mali", "https://x.net/topics?name=Mali", "/topics?name={tag}"),
        ("a/b c", "https://x.net/topic/a%2Fb%20c", "/topic/{tag}"),
        ("a/b c", "https://x.net/topic/a/b%20c", "/topic/{tag}"),
        ("b c", "https://x.net/topic/b-c", "/topic/{tag}"),
        ("Mali", "https://x.net/topic/17", None),
    ],
)
def test_the_pattern_of_tags_is_read_from_one(tag: str, url: str, pattern: str | None) -> None:
    seen = {"tag": tag, "url": url, "articles": 4, "guess_is_right": False}
    expected = [f"-s TAG_PATTERN='{pattern}'"] if pattern else []
    assert settings_of(findings(sitemap=None, tag=seen)) == expected
    # Nothing is proposed of a page that lists nothing, or is where it was looked for.
    assert settings_of(findings(sitemap=None, tag={**seen, "articles": 0})) == []
    assert settings_of(findings(sitemap=None, tag={**seen, "guess_is_right": True})) == []
