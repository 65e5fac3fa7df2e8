"""Ids that pages claim: no story is lost, none becomes another's revision, none is written twice."""

from collections import Counter

from newscrawl.replica import Fault, Replica
from tests.crawling import Crawl, StartReplica

ARTICLES = "^/(news|articles)/[^/]+/."
ONE_ID = Fault(
    kind="rewrite",
    path=ARTICLES,
    pattern=r"(?i)(post-?id\W{1,20})\d{4,}",
    replacement=r"\g<1>1900000",
)
PRINT_VIEW = (
    "<title>For printers</title><h1>For printers</h1><div class='p-content'>"
    + "<p>The port of the town was opened on Thursday, after weeks of repairs.</p><p>Ships came in at noon.</p></div>"
)
NO_URL = Fault(kind="rewrite", path=ARTICLES, pattern=r"og:url|\"url\"|canonical", replacement="x")
NO_ID = Fault(kind="rewrite", path=ARTICLES, pattern=r"(?i)post-?id", replacement="other")


def test_one_id_in_every_page_is_no_identity(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=12)
    site.faults.append(ONE_ID)
    done = crawl(site)
    assert done.status == 4
    assert "11 of 12 article pages state an id that another article has; 12 articles written" in done.last_line
    assert done.report()["errors"]["claimed_id"]["count"] == 11
    # Neither the next run nor one that reads all pages again writes any of them once more, nor does a repaired site.
    urls = crawl.folder / "urls.txt"
    urls.write_text("\n".join(site.truth()), "utf-8")
    for arguments in ({}, {"deep": "yes"}, {"urls": str(urls)}):
        again = crawl(site, **arguments)
        assert again.status == 0
    # What was known is in the report, but it is no sign of a change.
    assert again.report()["errors"]["claimed_id"]["count"] == 11
    site.faults.clear()
    done = crawl(site)
    assert done.status == 0
    records = done.records()
    truth = site.truth()
    assert {record["url"]: record["title"] for record in records} == {url: each["title"] for url, each in truth.items()}
    assert set(Counter(record["id"] for record in records).values()) == {1}
    assert {record["revision"] for record in records} == {1}


def test_pages_that_lose_their_ids_stay_the_articles_that_they_were(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=12)
    ids = {record["url"]: record["id"] for record in crawl_ok(site).records()}
    site.faults.append(NO_ID)
    urls = crawl_ok.folder / "urls.txt"
    urls.write_text("\n".join(ids), "utf-8")
    done = crawl_ok(site, urls=str(urls), discover="")
    assert {record["url"]: record["id"] for record in done.records()} == ids
    assert len(done.records()) == 12
    assert done.report()["articles"]["unchanged"] == 12


def test_a_page_of_a_cache_without_its_url_is_not_bound_to_the_url_asked_for(
    replica: StartReplica, crawl_ok: Crawl
) -> None:
    site = replica(articles=12)
    path, other = site.newsroom.path(9), site.newsroom.path(5)
    page = site.answer(other)[2].decode()
    # Without all that says whose page it is.
    site.aside[path] = page.replace(other, "/").replace("canonical", "x")
    done = crawl_ok(site)
    assert done.report()["errors"]["other_article"] == {"count": 1, "examples": [f"{site.url}{path}"]}
    assert {record["url"] for record in done.records()} == {url for url in site.truth() if not url.endswith(path)}
    del site.aside[path]
    assert {record["url"] for record in crawl_ok(site).records()} == set(site.truth())


def test_a_redirect_to_a_print_view_leaves_the_page_itself_to_be_read(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=12)
    path = site.newsroom.path(3)
    old = "/news/politics/an-old-address-of-it"
    site.faults += [
        Fault(kind="redirect", path=f"^{old}$", location=f"{path}?print=1"),
        Fault(kind="rewrite", path="print=1$", pattern=r"(?s)\A.*\Z", replacement=PRINT_VIEW),
    ]
    urls = crawl_ok.folder / "urls.txt"
    urls.write_text(f"{site.url}{old}\n", "utf-8")
    first = crawl_ok(site, urls=str(urls), discover="")
    assert [record["url"] for record in first.records()] == [site.url + old]
    done = crawl_ok(site)
    assert site.url + path in {record["url"] for record in done.records()}


def one_url(site: Replica, path: str) -> Fault:
    """Return the fault with which every article states one URL as its own."""
    pattern = r'(?s)("url": ?"|canonical" href="|og:url" content=")[^"]+'
    return Fault(kind="rewrite", path=ARTICLES, pattern=pattern, replacement=rf"\g<1>{site.url}{path}")


def test_one_url_in_every_page_loses_no_article(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=12)
    site.faults.append(one_url(site, site.newsroom.path(5)))
    done = crawl(site)
    assert done.status == 4
    assert "11 of 12 article pages state the URL of another article as their own, or are another's" in done.last_line
    assert done.report()["errors"]["other_article"]["count"] == 11
    # What comes a second time is what is there.
    done = crawl(site)
    assert done.status == 4
    assert done.report()["errors"]["claimed_url"]["count"] == 11
    records = done.records()
    assert {record["url"]: record["title"] for record in records} == {
        url: each["title"] for url, each in site.truth().items()
    }
    assert crawl(site).records() == records
    urls = crawl.folder / "urls.txt"
    urls.write_text("\n".join(site.truth()), "utf-8")
    again = crawl(site, urls=str(urls))
    assert (again.status, again.report()["errors"]["claimed_url"]["count"]) == (0, 11)


def test_a_known_article_at_a_new_url_is_not_taken_for_what_is_there(replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=12)
    # No page states its URL, and the slug has the words of the title: nothing says that the page is another's.
    site.faults.append(NO_URL)
    other = site.newsroom.path(5)
    words = site.truth()[site.url + other]["title"].lower().split()
    path = f"/news/politics/{'-'.join(word for word in words if word.isalpha())}-again"
    known = crawl_ok(site).records()
    urls = crawl_ok.folder / "urls.txt"
    urls.write_text(f"{site.url}{path}\n", "utf-8")
    site.aside[path] = site.answer(other)[2].decode()
    assert crawl_ok(site, urls=str(urls), discover="").records() == known
    site.aside[path] = PRINT_VIEW
    records = crawl_ok(site, urls=str(urls), discover="").records()
    assert [record["revision"] for record in records if record["url"] == site.url + path] == [1]
    assert len(records) == 13
