"""Changes of the replica while it runs, by its URLs as with curl, and the options of its command line."""

import re
import signal
import subprocess
import sys
from dataclasses import fields
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest

from newscrawl.replica import Options, Replica
from newscrawl.replica.__main__ import options_of, parser
from tests.crawling import ROOT


def post(url: str, query: str = "", /, **form: object) -> tuple[int, str]:
    """Return the status and the text of a POST that has the form in its body."""
    return post_raw(url + query, urlencode(form))


def post_raw(url: str, form: str) -> tuple[int, str]:
    """Return the status and the text of a POST whose form is sent unchanged, as `curl -d` does."""
    try:
        with urlopen(url, data=form.encode(), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def status_of(url: str) -> int:
    try:
        with urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def help_of(site: Replica) -> str:
    with urlopen(f"{site.url}/replica/", timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        return str(answer.read().decode())


@pytest.mark.parametrize(("query", "form"), [("?count=3", {}), ("", {"count": 3})])
def test_new_articles_are_published(query: str, form: dict[str, int]) -> None:
    with Replica(Options(articles=10)) as site:
        before = set(site.article_urls())
        status, text = post(f"{site.url}/replica/publish", query, **form)
        assert status == 200
        new = [line.removeprefix("published ") for line in text.splitlines()]
        assert len(new) == 3
        assert site.article_urls()[:3] == new
        assert before.isdisjoint(new)
        assert [status_of(url) for url in new] == [200] * 3


@pytest.mark.parametrize("edition", ["en", "ar", "es"])
def test_an_article_is_edited_by_number_url_and_path(edition: str) -> None:
    with Replica(Options(articles=20, edition=edition)) as site:
        url = site.url + site.newsroom.path(7)
        raw = site.truth()[url]
        ways: list[tuple[str, dict[str, object]]] = [
            ("?number=7", {}),
            ("", {"number": 7}),
            ("", {"url": url}),
            ("", {"url": site.newsroom.path(7)}),
            (f"?url={quote(url)}", {}),
        ]
        for at, (query, form) in enumerate(ways, 1):
            assert post(f"{site.url}/replica/edit", query, **form) == (200, f"edited {url}\n")
            assert site.newsroom.revisions == {7: at}
        edited = site.truth()[url]
        assert edited["title"] == f"{raw['title']} (5)"
        assert edited["paragraphs"][:-1] == raw["paragraphs"]


@pytest.mark.parametrize(("form", "status"), [({}, 404), ({"status": 404}, 404), ({"status": 410}, 410)])
def test_an_article_is_withdrawn(form: dict[str, int], status: int) -> None:
    with Replica(Options(articles=20)) as site:
        url = site.url + site.newsroom.path(7)
        assert status_of(url) == 200
        assert post(f"{site.url}/replica/withdraw", number=7, **form) == (200, f"withdrawn, answers {status}: {url}\n")
        assert status_of(url) == status
        assert url not in site.article_urls()
        for action in ("edit", "withdraw"):
            assert post(f"{site.url}/replica/{action}", number=7) == (409, "Article 7 is withdrawn\n")


@pytest.mark.parametrize(
    ("path", "form", "status", "reason"),
    [
        ("/replica/publish", {"count": "none"}, 400, "count=none: give a whole number from 1 to 10000"),
        ("/replica/publish", {"count": 0}, 400, "count=0: "),
        ("/replica/publish", {"number": 1}, 400, "No parameter 'number': publish takes count"),
        ("/replica/edit", {}, 400, "Give either number=… or url=…"),
        ("/replica/edit", {"number": 1, "url": "/x"}, 400, "Give either number=… or url=…"),
        ("/replica/edit", {"number": 20}, 404, "No article 20; the numbers go from 0 to 19"),
        ("/replica/edit", {"number": "-1"}, 404, "No article -1; "),
        ("/replica/edit", {"url": "/news/politics"}, 404, "No article /news/politics; "),
        ("/replica/withdraw", {"number": 1, "status": 500}, 400, "status=500: give one of 404, 410"),
        ("/replica/restore", {}, 404, "No action 'restore': use publish, edit, withdraw; see http://"),
        ("/news/politics", {}, 405, "Only the URLs under /replica/ take a POST; see http://"),
        ("/replica/publish", {"count": "1" * 20_000}, 413, "The form is too long."),
    ],
)
def test_a_wrong_request_says_what_is_wrong_and_changes_nothing(
    path: str, form: dict[str, object], status: int, reason: str
) -> None:
    with Replica(Options(articles=20)) as site:
        before = site.truth()
        answered, text = post(site.url + path, **form)
        assert answered == status
        assert text.startswith(reason)
        assert site.truth() == before


def test_a_get_changes_nothing_and_names_the_post() -> None:
    with Replica(Options(articles=5)) as site, pytest.raises(HTTPError) as error:
        urlopen(f"{site.url}/replica/publish?count=3", timeout=10)
    with error.value as answer:
        assert answer.code == 405
        assert answer.read().decode() == f"Use POST: curl -X POST '{site_of(answer.url)}/replica/publish?count=3'\n"
    assert site.newsroom.count == 5


def site_of(url: str) -> str:
    return url.partition("/replica")[0]


def test_the_help_shows_what_is_published_and_commands_that_work() -> None:
    with Replica(Options(articles=20, edition="es", markup="meta", load_more="json")) as site:
        post(f"{site.url}/replica/publish", count=2)
        post(f"{site.url}/replica/edit", number=3)
        post(f"{site.url}/replica/withdraw", number=4)
        text = help_of(site)
        assert "edition es, markup meta, listings that go on by json" in text
        assert "21 articles are published, 1 edited, 1 withdrawn." in text
        assert f"number=21  {site.article_urls()[0]}" in text
        commands = re.findall(r"curl (?:-d (\S+) )?(?:-d (\S+) )?(?:-X POST )?'?(http://\S+/replica/\w+[^\s']*)", text)
        assert len(commands) == 6
        for *form, url in commands:
            # All commands of the help name the same article, so at the second withdrawal it is withdrawn already.
            expected = 409 if form[1] else 200
            assert post_raw(url, "&".join(filter(None, form)))[0] == expected, url


def test_a_site_without_articles_has_a_help_too() -> None:
    with Replica(Options(articles=0)) as site:
        assert "0 articles are published" in help_of(site)


def test_the_site_does_not_lead_to_its_controls_and_does_not_remember_them() -> None:
    with Replica(Options(articles=12, kinds=True)) as site:
        site.add(1)
        help_of(site)
        post(f"{site.url}/replica/publish")
        assert site.requests == []
        paths = ["/", "/robots.txt", "/sitemaps/all.xml", "/sitemaps/all/sitemap-2024-8.xml", "/feed.rss"]
        paths += [section.path for section in site.newsroom.sections]
        paths += [url.removeprefix(site.url) for url in site.article_urls()]
        for path in paths:
            assert b"/replica" not in site.answer(path)[2], path


def test_the_command_line_sets_every_option() -> None:
    given = parser().parse_args([])
    assert options_of(given) == Options(port=8000)
    line = (
        "--articles 7 --edition ar --seed 3 --newest 2025-01-02T03:04+02:00 --kinds --unseen-parts --port 0"
        " --markup full --site-shapes --short-dates --padding 9 --padding-with code --load-more json --batch-size 4"
        " --endless loop --no-noise --no-last-days --snapshots --hostile --disallow /a --disallow /b"
        " --crawl-delay 2 --validators"
    )
    options = options_of(parser().parse_args(line.split()))
    same = {each.name for each in fields(Options) if getattr(options, each.name) == getattr(Options(), each.name)}
    assert same == {"markup", "port"}
    assert options.newest.isoformat() == "2025-01-02T01:04:00+00:00"
    assert options.disallow == ("/a", "/b")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("--articles=-1", "articles must be at least 0"),
        ("--site-shapes --markup bare", "site_shapes needs markup='full', not 'bare'"),
        ("--publish 1 --every 0", "--every more than 0"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(line: str, reason: str) -> None:
    command = [sys.executable, "-m", "newscrawl.replica", "--port=0", *line.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_named() -> None:
    with Replica(Options(articles=1)) as site:
        port = site.url.rpartition(":")[2]
        command = [sys.executable, "-m", "newscrawl.replica", f"--port={port}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_publishes_at_intervals_and_says_what() -> None:
    line = [sys.executable, "-m", "newscrawl.replica", "--articles=7", "--port=0", "--publish=2", "--every=0.05"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        root = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", root)
        published: list[str] = []
        text = []
        for line_read in process.stdout:
            text.append(line_read)
            if line_read.startswith("published "):
                published.append(line_read.split()[1])
            if len(published) == 4:
                break
        assert "".join(text).count("/replica/publish") == 2
        assert len(set(published)) == 4
        assert [status_of(url) for url in published] == [200] * 4
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
