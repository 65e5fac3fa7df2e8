"""The replica: the same articles each time, all ways of load more, and faults on demand."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest
from parsel import Selector

from newscrawl.plain_html import is_html_of
from newscrawl.replica import LOAD_MORE, MARKUPS, PADDINGS, Fault, Options, Replica
from newscrawl.replica.faults import HANDLERS
from tests.crawling import ROOT


def get(url: str) -> str:
    try:
        with urlopen(Request(url, headers={"User-Agent": "test"}), timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        error.close()
        raise


def fragment_of(answer: dict[str, Any]) -> str:
    return str(answer["html"] if "html" in answer else answer["data"]["html"])


def following_of(answer: dict[str, Any]) -> str | None:
    following: str | None = answer["next"] if "next" in answer else answer["pagination"]["next_page_url"]
    assert answer.get("has_more", following is not None) is (following is not None)
    return following


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
@pytest.mark.parametrize("markup", MARKUPS)
def test_pages_show_what_the_truth_says(edition: str, markup: str) -> None:
    with Replica(Options(articles=12, edition=edition, markup=markup)) as site:
        truth = site.truth()
        assert len(truth) == 12
        for url, expected in truth.items():
            text = letters(Selector(get(url)).xpath("string(//main)").get(""))
            for expectation in (expected["title"], expected["source"], *expected["paragraphs"]):
                assert letters(expectation) in text
            assert is_html_of(expected["body_html"], "\n\n".join(expected["paragraphs"]))


def test_the_same_seed_makes_the_same_articles() -> None:
    with Replica(Options(articles=30, seed=7)) as one, Replica(Options(articles=30, seed=7)) as other:
        titles = [[article["title"] for article in site.truth().values()] for site in (one, other)]
        assert one.article_urls() == list(one.truth())
    assert titles[0] == titles[1]
    with Replica(Options(articles=30, seed=8)) as another:
        assert [article["title"] for article in another.truth().values()] != titles[0]


@pytest.mark.parametrize("load_more", [way for way in LOAD_MORE if way != "none"])
def test_every_form_of_load_more_leads_to_every_article(load_more: str) -> None:
    with Replica(Options(articles=65, batch_size=2, load_more=load_more, noise=False)) as site:
        found = set()
        url: str | None = f"{site.url}/news/politics"
        number = 1
        while url:
            try:
                text = get(url)
            except HTTPError:
                break  # past the end
            answer = json.loads(text) if text.startswith("{") else None
            page = Selector(fragment_of(answer) if answer else text)
            links = {link.partition("?")[0].partition("#")[0] for link in page.css(".card a::attr(href)").getall()}
            if not links:
                break
            found |= {urljoin(site.url, link) for link in links}
            number += 1
            if load_more.startswith("page"):
                url = f"{site.url}/news/politics?page={number}"
            else:
                shown = page.css("[rel=next]::attr(href), [data-url]::attr(data-url)").get()
                following = following_of(answer) if answer else shown
                url = urljoin(url, following) if following else None
        assert found == {each for each, article in site.truth().items() if article["section"] == "politics"}


def test_articles_are_added_edited_and_withdrawn() -> None:
    with Replica(Options(articles=20)) as site:
        (added,) = site.add(1)
        assert added in site.truth()
        assert next(iter(site.truth())) == added
        before = site.truth()
        url = site.edit(5)
        changed = [each for each in before if site.truth()[each]["title"] != before[each]["title"]]
        assert changed == [url]
        assert site.truth()[url]["date_modified"] > before[url]["date_modified"]
        assert site.truth()[url]["paragraphs"][:-1] == before[url]["paragraphs"]
        gone = site.remove(6, status=410)
        with pytest.raises(HTTPError) as error:
            get(gone)
        assert error.value.code == 410
        assert gone not in site.truth()
        assert gone not in site.article_urls()
        section = gone.rpartition("/")[0]
        assert urlsplit(gone).path not in get(section)
        assert urlsplit(url).path in get(url.rpartition("/")[0])


def test_a_replica_of_a_hundred_thousand_articles_starts_at_once() -> None:
    started = time.process_time()
    with Replica(Options(articles=100_000)) as site:
        for path in ("/", "/news/politics?page=400", "/tags/Mali?page=9", "/tags/No-such", "/sitemaps/all.xml"):
            assert "</" in get(site.url + path)
        # CPU time of this process, which has the server's thread. To make all articles would take minutes.
        assert time.process_time() - started < 3


def test_answers_are_sent_without_delay() -> None:
    with Replica(Options(articles=50)) as site:
        connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
        started = time.monotonic()
        for _ in range(50):
            connection.request("GET", "/robots.txt")
            assert connection.getresponse().read()
        connection.close()
        # If header and body were sent separately, each of the fifty responses would wait for 40 ms.
        assert time.monotonic() - started < 1.5


def test_no_two_copies_of_a_page_are_the_same_but_for_the_ticker() -> None:
    with Replica(Options(articles=5)) as site:
        copies = [Selector(get(site.article_urls()[0])) for _ in range(2)]
        lines = [copy.css(".ticker__item").xpath("string()").getall() for copy in copies]
        assert len(lines[0]) == 10
        assert lines[1][1:] == lines[0][:-1]
        assert lines[1][0] != lines[0][0]
        assert copies[0].css("main").get() == copies[1].css("main").get()


def test_what_the_markup_does_not_state_is_not_in_the_truth() -> None:
    with Replica(Options(articles=30, markup="bare")) as site:
        for url, expected in site.truth().items():
            assert expected["id"] == urlsplit(url).path
            assert (expected["date_modified"], expected["keywords"]) == (None, [])
            assert expected["date_published"].endswith(":00Z")
    with Replica(Options(articles=30, markup="meta")) as site:
        for url, expected in site.truth().items():
            page = Selector(get(url))
            assert page.css("[name=postid]::attr(content)").get() == expected["id"]
            stated = page.css("[property='article:published_time']::attr(content)").get("")
            assert stated.replace(".0000000", "Z") == expected["date_published"]
            assert not page.css("#tawsiyat-metadata")


def test_full_states_the_same_as_its_truth() -> None:
    with Replica(Options(articles=30, edition="ar")) as site:
        for url, expected in site.truth().items():
            stated = json.loads(Selector(get(url)).css("#tawsiyat-metadata::text").get(""))
            assert (stated["postid"], stated["title"]) == (expected["id"], expected["title"])
            moment = datetime.fromisoformat(stated["published_time"]).astimezone(UTC)
            assert f"{moment:%Y-%m-%dT%H:%M:%SZ}" == expected["date_published"]
            assert {name for name, value in stated.items() if not isinstance(value, str)} == {
                "video_duration",
                "classes",
            }


def test_articles_differ_from_each_other() -> None:
    with Replica(Options(articles=400)) as site:
        articles = list(site.truth().values())
    assert {len(article["tags"]) for article in articles} == set(range(7))
    assert {len(article["authors"]) for article in articles} == {1, 2}
    assert any(article["id"] and not article["images"] for article in articles)
    assert any(len(article["images"]) > 1 for article in articles)
    assert any(article["date_modified"] > article["date_published"] for article in articles)
    assert {None} < {article["reading_minutes"] for article in articles}
    assert any("%C3%A9" in article["url"] for article in articles)
    assert all({*article["tags"]} <= {*article["keywords"]} for article in articles)
    moments = [datetime.fromisoformat(article["date_published"]) for article in articles]
    gaps = {(newer - older).total_seconds() for newer, older in pairwise(moments)}
    assert min(gaps) >= 300
    assert max(gaps) <= 2400
    assert len(gaps) > 100


def test_arabic_urls_are_served_raw_and_percent_encoded() -> None:
    with Replica(Options(articles=10, edition="ar")) as site:
        url = site.article_urls()[0]
        address = ("127.0.0.1", urlsplit(site.url).port)
        for target in (urlsplit(url).path, unquote(urlsplit(url).path)):
            # The clients of the standard library send only ASCII.
            with socket.create_connection(address, timeout=10) as connection, connection.makefile("rb") as answer:
                connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                text = answer.read().decode()
            assert text.startswith("HTTP/1.1 200 ")
            assert site.truth()[url]["title"] in text
        assert [seen.path for seen in site.requests] == [urlsplit(url).path] * 2


def test_recent_dates_may_be_short() -> None:
    now = datetime.now(UTC)
    with Replica(Options(articles=60, short_dates=True, newest=now, markup="bare")) as site:
        page = get(site.article_urls()[0])
        assert "Today " in page or "Jan " in page
    with Replica(Options(articles=1, short_dates=True)) as site:
        assert "22 Aug 2024 16:28" in get(site.article_urls()[0])


def test_other_listings_lead_to_articles() -> None:
    with Replica(Options(articles=200, unseen_parts=True, crawl_delay=3)) as site:
        truth = site.truth()
        assert {"arts-culture", "miscellaneous"} <= {article["section"] for article in truth.values()}
        assert "foreign-press" in {article["kind"] for article in truth.values()}
        for path in ("/region/africa", "/coverage/one", "/authors/Rana-Karim", "/tags/S%C3%A3o%20Tom%C3%A9"):
            cards = Selector(get(site.url + path)).css(".media-caption a::attr(href)").getall()
            assert cards
            assert {site.url + link for link in cards} <= set(truth)
        assert "Crawl-delay: 3\nSitemap: http" in get(f"{site.url}/robots.txt")


def test_listings_have_links_that_lead_to_no_article() -> None:
    with Replica(Options(articles=20)) as site:
        links = Selector(get(f"{site.url}/news/politics")).css("a::attr(href)").getall()
    for start in ("javascript:", "mailto:", "http://[", "https://elsewhere.example/", "//", "/search", "/cms"):
        assert any(link.startswith(start) for link in links), start
    assert any("?utm_" in link for link in links)


@pytest.mark.parametrize("padding", PADDINGS)
def test_pages_may_be_large(padding: str) -> None:
    with Replica(Options(articles=3, padding_bytes=200_000, padding=padding)) as site:
        page = get(site.article_urls()[0])
        assert 195_000 < len(page.encode()) <= 200_100
        assert (page.count("<") > 8000) == (padding == "boxes")


def test_requests_are_recorded() -> None:
    with Replica(Options(articles=1)) as site:
        get(f"{site.url}/robots.txt")
        with pytest.raises(HTTPError):
            get(f"{site.url}/nothing?x=1")
        assert [(seen.path, seen.status, seen.user_agent) for seen in site.requests] == [
            ("/robots.txt", 200, "test"),
            ("/nothing?x=1", 404, "test"),
        ]


def test_sitemap_and_feed_name_every_article() -> None:
    with Replica(Options(articles=15)) as site:
        index = get(f"{site.url}/sitemaps/all.xml")
        months = re.findall(r"<loc>(.*?)</loc>", index)
        found = [url for month in months for url in re.findall(r"<loc>(.*?)</loc>", get(month))]
        assert sorted(found) == sorted(site.truth())
        assert get(f"{site.url}/feed.rss").count("<item>") == 15


def test_sitemaps_may_lack_the_last_day_of_each_month() -> None:
    with Replica(Options(articles=3000, last_days=False)) as site:
        index = get(f"{site.url}/sitemaps/all.xml")
        months = re.findall(r"<loc>(.*?)</loc>", index)
        assert months[0].endswith("/sitemaps/all/sitemap-2024-8.xml")
        found = {url for month in months for url in re.findall(r"<loc>(.*?)</loc>", get(month))}
        lacking = {
            f"{site.newsroom.published(number):%Y-%m-%d}"
            for number in site.newsroom.numbers()
            if site.url + site.newsroom.path(number) not in found
        }
        assert lacking == {"2024-07-31"}


@pytest.mark.parametrize(("endless", "texts"), [("repeat", 1), ("loop", 2)])
def test_endless_listings_always_lead_on(endless: str, texts: int) -> None:
    with Replica(Options(articles=30, batch_size=2, endless=endless)) as site:
        pages = [Selector(get(f"{site.url}/news/politics?page={number}")) for number in (50, 51)]
        assert all(page.css("[rel=next]") for page in pages)
        assert len({tuple(page.css(".card h4 ::text").getall()) for page in pages}) == texts


def test_a_fault_with_a_share_always_hits_the_same_paths() -> None:
    faults = [Fault(kind="status", share=0.1) for _ in range(2)]
    affected = [[path for path in map(str, range(2000)) if fault.applies(path)] for fault in faults]
    assert affected[0] == affected[1]
    assert 150 < len(affected[0]) < 250


def test_slow_answers_may_come_in_drips() -> None:
    with Replica(Options(articles=1)) as site:
        site.faults.append(Fault(kind="slow", seconds=0.3, drip=10))
        started = time.monotonic()
        with urlopen(f"{site.url}/robots.txt", timeout=10) as answer:
            assert answer.read(1)
            assert time.monotonic() - started < 0.25
            assert len(answer.read()) + 1 == int(answer.headers["Content-Length"])
        assert time.monotonic() - started > 0.2


def test_the_feed_under_the_other_url_is_refused() -> None:
    with Replica(Options(articles=1)) as site, pytest.raises(HTTPError) as error:
        get(f"{site.url}/rss")
    assert error.value.code == 403
    assert error.value.headers["cf-ray"]
    error.value.close()


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_a_fault_hits_the_paths_that_it_names(kind: str) -> None:
    with Replica(Options(articles=1)) as site:
        site.faults.append(Fault(kind=kind, path="^/$", times=1, seconds=0.01, retry_after="7"))
        connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=10)
        connection.request("GET", "/")
        if kind == "close":
            with pytest.raises(http.client.RemoteDisconnected):
                connection.getresponse()
            connection.close()
            return
        answer = connection.getresponse()
        if kind == "truncated":
            with pytest.raises(http.client.IncompleteRead):
                answer.read()
            answer.close()
        else:
            body = answer.read()
            expected = {"status": 503, "part": 206, "challenge": 403, "redirect": 302, "redirect-loop": 302}
            assert answer.status == expected.get(kind, 200)
            assert (answer.getheader("cf-mitigated") == "challenge") is (kind == "challenge")
            without_headline = ("redirect", "redirect-loop", "bomb", "garbage", "gzip-cut", "part", "no-length")
            assert (b"<h1>" in body) is (kind not in without_headline)
        connection.close()
        assert "<h1>" in get(f"{site.url}/")


def test_unknown_options_and_faults_are_named() -> None:
    with pytest.raises(ValueError, match="markup='none'"):
        Options(markup="none")
    with pytest.raises(ValueError, match="kind='none'"):
        Fault(kind="none")


def test_the_command_serves_until_it_is_stopped(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "newscrawl.replica", "--articles=7", "--port=0", f"--truth={tmp_path}/truth.json"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        root = process.stdout.readline().strip()
        truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
        assert len(truth) == 7
        assert all(article["title"] in Selector(get(url)).css("h1::text").get("") for url, article in truth.items())
        assert all(url.startswith(f"{root}/") for url in truth)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
