"""A hostile site: every sound article is exported once and word for word, and no other site is asked."""

from collections import Counter

import pytest

from newscrawl.replica.hostile import ATTACKS, EVERY
from tests.crawling import Crawl, StartReplica


@pytest.mark.parametrize("discover", ["sections", "sitemap,feed"])
def test_every_sound_article_comes_and_nothing_leaves_the_site(
    discover: str, replica: StartReplica, crawl: Crawl
) -> None:
    site = replica(articles=EVERY * len(ATTACKS), hostile=True)
    done = crawl(site, discover=discover)
    assert site.trapped == []
    attacks = site.attacks()
    assert sorted(attacks.values()) == sorted(ATTACKS)
    records = {record["url"]: record for record in done.records()}
    assert len(records) == len(done.records())
    truth = {url: each for url, each in site.truth().items() if url not in attacks}
    for url, each in truth.items():
        record = records.pop(url)
        # Which of two pages that state one id is read first is chance; the other has its path.
        assert record["id"] in (each["id"], url.removeprefix(site.url))
        assert record["title"] == each["title"]
        assert record["body"] == "\n\n".join(each["paragraphs"])
    exported = {url for url, name in attacks.items() if ATTACKS[name][1] in (None, "claimed_id")}
    assert records.keys() == exported
    report = done.report()
    expected = Counter(name for _, name in ATTACKS.values() if name is not None)
    assert {name: each["count"] for name, each in report["errors"].items()} == expected
    assert done.status == 0
    assert "\x1b]" not in done.log
