"""Every exit status and the sentence that the log ends with, each provoked by a real crawl."""

from pathlib import Path

import pytest

from newscrawl.archive.lock import Lock
from newscrawl.replica import Fault
from tests.crawling import Crawl, StartReplica, command, report_files, run

ARTICLES = "^/(news|articles)/[^/]+/."
LISTINGS = "^/(news|articles)/[^/]+$"
NO_METADATA = Fault(
    kind="rewrite",
    path=ARTICLES,
    pattern=r'(?s)<script (?:id="tawsiyat|type="application/ld).*?</script>|<meta [^>]*>|<title>.*?</title>',
)  # fmt: skip
NO_HEADLINE = Fault(kind="rewrite", path=ARTICLES, pattern="</?h1", replacement="<b")
NO_CLASS = Fault(kind="rewrite", path=ARTICLES, pattern="p-content", replacement="x-content")


@pytest.mark.parametrize(
    ("faults", "status", "words", "error"),
    [
        ([Fault(kind="close")], 3, "site unreachable", "robots_unreadable"),
        ([Fault(kind="status", status=500, path=LISTINGS)], 3, "listings missing", "server_error"),
        ([Fault(kind="status", status=500, path=ARTICLES, share=0.8)], 3, "articles missing", "server_error"),
        ([NO_METADATA, NO_HEADLINE, NO_CLASS], 4, "the pages changed", "missing_headline"),
        ([Fault(kind="garbage", path=ARTICLES)], 4, "the pages changed", "missing_headline"),
        ([Fault(kind="challenge", path="^/robots.txt")], 5, "blocked by the site", "challenge"),
        ([Fault(kind="challenge", path="^/news/politics$")], 5, "blocked by the site", "challenge"),
        ([Fault(kind="challenge", path="^/news/politics/.")], 5, "blocked by the site", "challenge"),
        ([Fault(kind="status", status=403, path="^/[^r]?")], 5, "blocked by the site", "refused"),
        ([Fault(kind="status", status=503, path="^/robots.txt")], 3, "site unreachable", "robots_unreadable"),
    ],
    ids=lambda value: str(value) if isinstance(value, int | str) else "",
)
def test_a_failed_crawl_ends_with_its_status_and_the_reason(
    faults: list[Fault], status: int, words: str, error: str, replica: StartReplica, crawl: Crawl
) -> None:
    site = replica(articles=30)
    for fault in faults:
        fault.seen.clear()
    site.faults += faults
    done = crawl(site, settings={"MAX_CONSECUTIVE_ERRORS": "0"})
    assert done.status == status, done.log
    assert words in done.last_line
    assert f"(status {status})" in done.last_line
    report = done.report()
    assert (report["verdict"]["status"], report["verdict"]["name"]) == (status, words)
    assert report["verdict"]["reason"] in done.last_line
    assert report["errors"][error]["examples"][0].startswith(site.url)


def test_statuses_of_the_command_itself(crawl: Crawl, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert crawl(None, in_the_way / "data", site="http://127.0.0.1:9").status == 6
    (tmp_path / "en").mkdir()
    lock = Lock(tmp_path / "en")
    try:
        locked = crawl(None, site="http://127.0.0.1:9")
        assert (locked.status, "(status 75)" in locked.last_line) == (75, True)
    finally:
        lock.release()
    # A run that never had the archive leaves no report in it.
    assert report_files(tmp_path) == []
    refused = crawl(None, tmp_path / "none", site="http://127.0.0.1:9")
    assert (refused.status, "site unreachable" in refused.last_line) == (3, True)
    assert refused.report()["close_reason"] == "unreachable"
    for wrong in ({"edition": "de"}, {"since": "soon"}, {"kinds": "poems"}, {"nonsense": "1"}, {"deep": "maybe"}):
        assert run(command(tmp_path, wrong, {}), tmp_path).status == 2
    assert run(command(tmp_path, {}, {"DOWNLOAD_DELAY": "-1"}), tmp_path).status == 2
    broken = command(tmp_path, {"site": "http://127.0.0.1:9"}, {"ITEM_PIPELINES": '{"no.such.Pipeline": 1}'})
    assert run(broken, tmp_path).status == 1
