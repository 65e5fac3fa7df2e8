"""`scrapy doctor` names what each kind of site is made of, and says in one line when it is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from newscrawl.monitoring.doctor_findings import settings_of
from newscrawl.replica import LOAD_MORE, MARKUPS, Fault, Options, Replica
from newscrawl.settings import DOWNLOADER_MIDDLEWARES
from tests.crawling import FAST, Crawl, Finished, StartReplica, command, run, stopped_at


def examine(site: Replica, data: Path, *options: str) -> tuple[Finished, dict[str, Any]]:
    """Run the doctor on a replica; return what it said and its findings."""
    line = command(data, {"site": site.url, "edition": site.options.edition}, FAST, name="doctor")
    done = run([*line, "--json", *options], data)
    return done, json.loads(done.log[done.log.index("{\n") :])


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {point["point"]: point["verdict"] for point in found["points"]}


BODIES = {
    "full": "div.p-content > p", "meta": "div.p-content > p", "bare": "div.p-content > p",
    "malformed": "div.p-content > p", "nested-pcontent": "div.inner > section", "unknown": "div.blk > p",
    "nested-br": "div.q2 > span",
}  # fmt: skip


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_layers_of_each_markup_are_named(markup: str, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=240, batch_size=5, kinds=True, markup=markup)
    done, found = examine(site, tmp_path)
    assert done.status == 0, done.log
    assert "recognised (status 0)" in done.log
    assert found["requests"] <= len(site.requests) <= 24
    stories = [article for article in found["articles"] if article["kind"] in ("news", "opinion", "features")]
    assert stories
    layers = {"bare": [], "meta": ["meta"], "nested-pcontent": ["meta"]}.get(markup, ["tawsiyat", "json-ld", "meta"])
    for story in stories:
        assert [name for name in story["layers"] if name != "meta" or "published" in story["layers"][name]] == layers
        assert story["known_body"] is (markup not in ("unknown", "nested-br"))
        assert story["body"]["layer"] == ("fallback" if markup in ("unknown", "nested-br") else "dom")
    assert BODIES[markup] in {str(story["body"]["markup"]) for story in stories}
    assert {article["kind"] for article in found["articles"]} >= {"video", "gallery", "infograph", "opinion"}
    assert found["menu"]["learnt"] == {"/picture-desk": "gallery"}
    points = verdicts(found)
    assert points["Articles have the site's own metadata block (tawsiyat)"] == (
        "refuted" if markup in ("bare", "meta", "nested-pcontent") else "confirmed"
    )
    assert points["Dates shown to readers are Beirut's"] == ("not seen" if markup == "bare" else "confirmed")
    assert points["A tag's page is at TAG_PATTERN"] == "confirmed"
    assert points["/rss is refused"] == "confirmed"
    saved = sorted((tmp_path / "en" / "doctor").glob("*/article-*.html"))
    assert len(saved) == len(found["articles"])
    assert saved[0].read_text().startswith(f"<!-- article {site.url}/")
    # No archive, no lock: a crawl may run meanwhile.
    assert [path.name for path in (*tmp_path.iterdir(), *(tmp_path / "en").iterdir())] == ["en", "doctor"]


@pytest.mark.parametrize("load_more", [way for way in LOAD_MORE if way != "link"])
def test_the_way_to_the_second_batch_is_named(load_more: str, replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=140, batch_size=5, load_more=load_more, edition="es")
    done, found = examine(site, tmp_path)
    ways = {"button": "load-more", "json": "load-more", "json-data": "load-more", "none": None}
    assert found["load_more"]["works"] == ways.get(load_more, "parameter")
    assert done.status == (4 if load_more == "none" else 0)


def test_a_site_that_refuses_is_named_in_one_line(tmp_path: Path) -> None:
    for fault in (Fault(kind="challenge"), Fault(kind="status", status=403)):
        with Replica(Options(articles=20)) as site:
            site.faults.append(fault)
            done = run(command(tmp_path, {"site": site.url}, FAST, name="doctor"), tmp_path)
            assert done.status == 5, done.log
            assert "blocked by the site (status 5)" in done.last_line
            assert len(site.requests) <= 3
    done = run(command(tmp_path, {"site": "http://127.0.0.1:9"}, FAST, name="doctor"), tmp_path)
    assert done.status == 3, done.log
    assert "site unreachable (status 3)" in done.last_line
    assert run(command(tmp_path, {"tags": "x"}, FAST, name="doctor"), tmp_path).status == 2


def test_settings_are_proposed_where_the_site_differs_from_the_defaults() -> None:
    found = {
        "tag": {
            "tag": "Gaza Strip",
            "url": "https://x.net/topic?name=Gaza%20Strip",
            "articles": 3,
            "guess_is_right": False,
        },
        "sitemap": {"url": "https://x.net/sitemap.xml"},
        "feeds": {"/feed.rss": "status 404", "/rss": 20},
    }
    assert settings_of(found) == [
        "-s TAG_PATTERN='/topic?name={tag}'", "-s SITEMAP_PATH='/sitemap.xml'", "-s FEED_PATH='/rss'",
    ]  # fmt: skip


def test_without_json_sentences_are_printed(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=140, batch_size=5, markup="unknown", edition="ar")
    line = command(tmp_path, {"site": site.url, "edition": "ar"}, FAST, name="doctor")
    done = run(line, tmp_path)
    assert "Open points" in done.log
    assert "div.blk > p (fallback" in done.log
    for word in ("{", "}", "None", "True", "False"):
        assert word not in done.log, done.log


def test_other_listings_are_looked_at_until_one_has_a_second_batch(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=140, batch_size=5, load_more="page")
    site.faults.append(Fault(kind="status", status=404, path=r"^/news/(politics|economics)\?page"))
    done, found = examine(site, tmp_path)
    assert done.status == 0, done.log
    assert found["load_more"]["works"] == "parameter"
    assert len(found["listings"]) > 1
    assert found["listing"]["url"] == found["listings"][-1]
    assert found["requests"] <= 24
    # A small bound is kept.
    few, found = examine(site, tmp_path, "--most", "6")
    assert (few.status, found["requests"], len(found["listings"])) == (4, 6, 1)


@pytest.mark.parametrize("articles", [4, 20, 60])
def test_a_small_site_needs_no_second_batch(articles: int, replica: StartReplica, tmp_path: Path) -> None:
    done, found = examine(replica(articles=articles), tmp_path)
    assert done.status == 0, done.log
    assert found["load_more"]["works"] is None


@pytest.mark.parametrize("seconds", [0.05, 60])
def test_an_examination_that_is_stopped_says_so_and_blames_nobody(
    seconds: float, replica: StartReplica, tmp_path: Path
) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="slow", path="^/news/politics", seconds=seconds))
    line = command(tmp_path, {"site": site.url}, {**FAST, "DOWNLOAD_DELAY": "1"}, name="doctor")
    done = stopped_at(site.faults[0], line, tmp_path)
    assert done.status == 3, done.log
    assert "stopped (status 3): the examination was stopped after " in done.last_line
    assert "blocked" not in done.log


def test_a_site_whose_pages_are_all_errors_did_not_change(replica: StartReplica, tmp_path: Path) -> None:
    site = replica(articles=20)
    site.faults.append(Fault(kind="status", status=500, path="^/(?!robots)"))
    done = run(command(tmp_path, {"site": site.url}, FAST, name="doctor"), tmp_path)
    assert done.status == 3, done.log
    site.faults[:] = [Fault(kind="redirect", path="^/(?!robots)", location="https://new.example.test/")]
    done = run(command(tmp_path, {"site": site.url}, FAST, name="doctor"), tmp_path)
    assert done.status == 3, done.log
    assert "site unreachable (status 3): " in done.log
    assert "https://new.example.test/" in done.log


class Raise:
    """A middleware with a fault."""

    def process_response(self, request: Request, response: Response) -> Response:
        if "politics" in request.url:
            raise RuntimeError("a fault")
        return response


@pytest.mark.parametrize("name", ["doctor", "audit"])
def test_an_exception_without_a_name_is_a_fault(
    name: str, replica: StartReplica, crawl_ok: Crawl, tmp_path: Path
) -> None:
    site = replica(articles=20)
    crawl_ok(site)
    middlewares = json.dumps({**DOWNLOADER_MIDDLEWARES, f"{__name__}.Raise": 1})
    line = command(tmp_path, {"site": site.url}, {**FAST, "DOWNLOADER_MIDDLEWARES": middlewares}, name=name)
    done = run(line, tmp_path)
    assert done.status == 70, done.log
    assert re.search(r"^fault of this program \(status 70\): RuntimeError at .*", done.log, re.MULTILINE)
