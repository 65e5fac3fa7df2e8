"""The replica: the same stories each time, every form of load more, and misbehaviour on demand."""

import http.client
import json
import re
import time
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest
from parsel import Selector

from newscrawl.replica import LOAD_MORE, MARKUPS, Fault, Options, Replica
from newscrawl.replica.faults import HANDLERS


def get(url: str) -> str:
    try:
        with urlopen(Request(url, headers={"User-Agent": "test"}), timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        error.close()
        raise


def letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
@pytest.mark.parametrize("markup", MARKUPS)
def test_pages_hold_what_the_truth_says(edition: str, markup: str) -> None:
    with Replica(Options(articles=12, edition=edition, markup=markup)) as site:
        truth = site.truth()
        assert len(truth) == 12
        for url, expected in truth.items():
            text = letters(Selector(get(url)).xpath("string(//main)").get(""))
            for expectation in (expected["title"], expected["source"], *expected["paragraphs"]):
                assert letters(expectation) in text


def test_the_same_seed_tells_the_same_stories() -> None:
    with Replica(Options(articles=30, seed=7)) as one, Replica(Options(articles=30, seed=7)) as other:
        titles = [[story["title"] for story in site.truth().values()] for site in (one, other)]
    assert titles[0] == titles[1]
    with Replica(Options(articles=30, seed=8)) as another:
        assert [story["title"] for story in another.truth().values()] != titles[0]


@pytest.mark.parametrize("load_more", [way for way in LOAD_MORE if way != "none"])
def test_every_form_of_load_more_leads_to_every_story(load_more: str) -> None:
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
            page = Selector(answer["data"]["html"] if answer else text)
            links = {link.partition("?")[0].partition("#")[0] for link in page.css(".card a::attr(href)").getall()}
            if not links:
                break
            found |= {urljoin(site.url, link) for link in links}
            number += 1
            if load_more.startswith("page"):
                url = f"{site.url}/news/politics?page={number}"
            else:
                following = (
                    answer["next"] if answer else page.css("[rel=next]::attr(href), [data-url]::attr(data-url)").get()
                )
                url = urljoin(url, following) if following else None
        assert found == {each for each, story in site.truth().items() if story["section"] == "politics"}


def test_stories_come_change_and_go() -> None:
    with Replica(Options(articles=20)) as site:
        (added,) = site.add(1)
        assert added in site.truth()
        assert next(iter(site.truth())) == added
        before = site.truth()
        url = site.edit(5)
        changed = [each for each in before if site.truth()[each]["title"] != before[each]["title"]]
        assert changed == [url]
        gone = site.remove(6, status=410)
        with pytest.raises(HTTPError) as error:
            get(gone)
        assert error.value.code == 410
        assert gone not in site.truth()


def test_a_hundred_thousand_stories_start_at_once() -> None:
    started = time.process_time()
    with Replica(Options(articles=100_000)) as site:
        assert "media-caption" in get(f"{site.url}/news/politics?page=400")
        # CPU time of this process, with the server's thread in it: making all stories would take minutes.
        assert time.process_time() - started < 20


def test_requests_are_remembered() -> None:
    with Replica(Options(articles=1)) as site:
        get(f"{site.url}/robots.txt")
        with pytest.raises(HTTPError):
            get(f"{site.url}/nothing?x=1")
        assert [(seen.path, seen.status, seen.user_agent) for seen in site.requests] == [
            ("/robots.txt", 200, "test"),
            ("/nothing?x=1", 404, "test"),
        ]


def test_sitemap_and_feed_name_every_story() -> None:
    with Replica(Options(articles=15)) as site:
        index = get(f"{site.url}/sitemaps/all.xml")
        months = re.findall(r"<loc>(.*?)</loc>", index)
        found = [url for month in months for url in re.findall(r"<loc>(.*?)</loc>", get(month))]
        assert sorted(found) == sorted(site.truth())
        assert get(f"{site.url}/feed.rss").count("<item>") == 15


@pytest.mark.parametrize("kind", sorted(HANDLERS))
def test_faults_befall_what_they_are_told_to(kind: str) -> None:
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
            expected = {"status": 503, "challenge": 403, "redirect": 302, "redirect-loop": 302}
            assert answer.status == expected.get(kind, 200)
            assert (answer.getheader("cf-mitigated") == "challenge") is (kind == "challenge")
            assert (b"<h1>" in body) is (kind in ("status", "challenge", "charset", "slow"))
        connection.close()
        assert "<h1>" in get(f"{site.url}/")


def test_unknown_options_and_faults_are_named() -> None:
    with pytest.raises(ValueError, match="markup='none'"):
        Options(markup="none")
    with pytest.raises(ValueError, match="kind='none'"):
        Fault(kind="none")
