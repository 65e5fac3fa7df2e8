"""The examination of a site whose answers are given by a table: URL → body, or a status."""

import asyncio
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import scrapy
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from newscrawl import settings
from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.spiders.doctor import RESERVED_REQUESTS, DoctorSpider

ROOT = "https://english.almayadeen.net"
NAMES = ("TAG_PATTERN", "SITEMAP_PATH", "FEED_PATH")
MENU: dict[str, Any] = {"sections": {}, "learnt": {}}
SECTIONS = [f"{ROOT}{path}" for path in EDITIONS["en"].sections.values()]


def doctor(answers: dict[str, str | int], **changes: Any) -> DoctorSpider:
    """Return the spider of a site with these answers; every other URL is 404."""

    async def download_async(request: scrapy.Request) -> Response:
        answer = answers.get(request.url, 404)
        status, body = (answer, "") if isinstance(answer, int) else (200, answer)
        return HtmlResponse(request.url, status=status, body=body.encode(), request=request)

    crawler = get_crawler(settings_dict={name: getattr(settings, name) for name in NAMES})
    crawler.engine = SimpleNamespace(download_async=download_async)  # type: ignore[assignment]
    return DoctorSpider.from_crawler(crawler, **changes)


def batch(*names: str, **values: Any) -> str:
    return json.dumps({"items": [{"url": f"/news/politics/{name}"} for name in names], **values})


def test_a_second_batch_works_only_where_it_shows_something_new() -> None:
    url = f"{ROOT}/news/politics"
    answers: dict[str, str | int] = {
        url: batch("a-a", "b-b", next="/news/politics?page=9"),
        f"{url}?page=9": batch("a-a", "b-b"),
    }

    def second(answers: dict[str, str | int]) -> dict[str, Any]:
        made = doctor(answers)
        response = asyncio.run(made.fetch(url))
        assert response is not None
        return asyncio.run(made.examine_second_batch(url, made.listing(response)))

    assert second(answers) == {"shown": ["json"], "works": None, "tried": ["json", "parameter"]}
    found = second({**answers, f"{url}?page=2": batch("c-c", "b-b")})
    assert (found["works"], found["url"], found["new"]) == ("parameter", f"{url}?page=2", 1)
    found = second({**answers, f"{url}?page=9": batch("c-c", "d-d")})
    assert (found["works"], found["new"], found["tried"]) == ("json", 2, ["json"])


def test_sections_are_looked_at_until_requests_must_be_kept_for_the_rest() -> None:
    answers: dict[str, str | int] = {url: batch("a-a") for url in SECTIONS}
    made = doctor(answers, most=RESERVED_REQUESTS)
    made.asked = 1
    articles = asyncio.run(made.examine_listings(MENU))
    # The first one in any case.
    assert made.found["listings"] == [SECTIONS[0]]
    assert articles == [f"{ROOT}/news/politics/a-a"]
    made = doctor(answers, most=RESERVED_REQUESTS + 5)
    assert asyncio.run(made.examine_listings(MENU)) == [f"{ROOT}/news/politics/a-a"] * 3
    # Each takes two requests: the section, and the guess of its second batch.
    assert made.found["listings"] == SECTIONS[:3]


@pytest.mark.parametrize(
    ("month", "padded"), [("2024-08", True), ("2024-8", False), ("2024-09", True), ("2024-9", False), ("2024-10", None)]
)
def test_the_last_closed_month_of_the_sitemap_is_read(month: str, padded: bool | None) -> None:
    now = datetime.now(UTC)
    place = f"{ROOT}{settings.SITEMAP_PATH}"
    months = [f"{ROOT}/map-{name}.xml" for name in ("2023-12", month, f"{now:%Y-%m}")]
    pages = [f"{ROOT}/news/politics/a-a", f"{ROOT}/videos", f"{ROOT}/live/news/a-b"]
    answers: dict[str, str | int] = {
        place: "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in months) + "</sitemapindex>",
        months[1]: "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in pages) + "</urlset>",
    }
    made = doctor(answers)
    asyncio.run(made.examine_sitemap())
    found = made.found["sitemap"]
    assert (found["months"], found["padded"]) == (3, padded)
    year, number = map(int, month.split("-"))
    assert found["month"] == f"{year}-{number:02}"
    assert found["articles"] + len(found["others"]) >= 2
    assert "" not in found["others"]
    assert None not in found["others"]


def test_a_sitemap_that_is_none_is_named_with_its_reason() -> None:
    place = f"{ROOT}{settings.SITEMAP_PATH}"
    made = doctor({place: "<p>Nothing."})
    asyncio.run(made.examine_sitemap())
    assert set(made.found["failures"]) == {place}
    assert made.found["failures"][place]
    assert "sitemap" not in made.found


@pytest.mark.parametrize(("status", "stops"), [(401, True), (403, True), (429, True), (451, True), (404, False)])
def test_a_refusal_of_the_first_request_is_the_end(status: int, stops: bool) -> None:
    made = doctor({f"{ROOT}/": status, f"{ROOT}/a": "<p>Text."})
    assert asyncio.run(made.fetch(f"{ROOT}/")) is None
    assert made.found["failures"] == {f"{ROOT}/": f"status {status}"}
    assert ("stopped" in made.found) is stops
    assert (asyncio.run(made.fetch(f"{ROOT}/a")) is None) is stops
