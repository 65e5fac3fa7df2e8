"""What the shape of a URL says: an article, a section, another page, the number of a batch."""

import pytest

from newscrawl.almayadeen.addresses import article_url, is_listing_path, month_of, other_page, segments_of
from newscrawl.almayadeen.editions import edition_of
from newscrawl.almayadeen.sections import kind_of_menu_link, menu_section, section_kind
from newscrawl.pages import Page
from newscrawl.pages.load_more import next_by_parameter, next_links, with_number
from newscrawl.urls import Site

ROOT = "https://english.almayadeen.net"


@pytest.mark.parametrize(
    ("path", "article"),
    [
        ("/news/politics/a-b", ("news", "politics", None)),
        ("/news/politics/12/a-b", ("news", "politics", "12")),
        ("/news/12/a-b", ("news", None, "12")),
        ("/news/politics", None),
        ("/news/a-b", None),
        ("/news", None),
        ("/news/politics/12", None),
        ("/news/a/b/c-d", None),
        ("/news/12/13/a-b", None),
        ("/news/politics/a-b.jpg", None),
        ("/news/tag/a-b", None),
        ("/news/tag/12/a-b", None),
        ("/NEWS/Politics/a-b", ("news", "politics", None)),
        ("/articles/opinion/a-b", ("opinion", None, None)),
        ("/articles/a-b", ("article", None, None)),
        ("/articles/opinion", None),
        ("/articles/foreign-press", None),
        ("/articles/load-more", None),
        ("/articles/12/a", ("article", None, "12")),
        ("/articles/a", None),
        ("/articles/-a-", None),
        ("/articles/خبر", ("article", None, None)),
        ("/opinion/a-b", ("opinion", None, None)),
        ("/opinion/x/a-b", ("opinion", "x", None)),
        ("/videos/a-b", ("video", None, None)),
        ("/videos/video-features", None),
        ("/videos/news-feed", None),
        ("/blog/news-feed", ("blog", None, None)),
        ("/newscast/2024/3/7/a", ("newscast", None, None)),
        ("/newscast/2024/3/a", None),
        ("/newscast/2024/3/x/a", None),
        ("/tag/a-b", None),
        ("/", None),
    ],
)
def test_an_article_is_told_by_its_path(path: str, article: tuple[str, str | None, str | None] | None) -> None:
    found = article_url(ROOT + path)
    assert (None if found is None else (found.kind, found.section, found.post_id)) == article


def test_a_site_has_kinds_by_path() -> None:
    site = Site(ROOT, kind_by_path={"/desk": "gallery", "/desk/films": "video"})
    kinds = [article_url(f"{ROOT}/{path}", site) for path in ("desk/a-b", "Desk/Films/a-b", "desk/films", "other/a-b")]
    assert [each and each.kind for each in kinds] == ["gallery", "video", None, None]


def test_other_pages_and_paths() -> None:
    assert [other_page(ROOT + path) for path in ("/authors/a", "/tag/a", "/live", "/Region/a", "/news/a/b", "/")] == [
        "author",
        "tag",
        "live",
        "region",
        None,
        None,
    ]
    assert [is_listing_path(ROOT + path) for path in ("/news", "/News/a/b", "/shop", "/")] == [True, True, False, False]
    assert segments_of("mailto:a@example.org") == ()
    assert segments_of("http://[bad/a/b") == ()
    assert [
        month_of(f"{ROOT}/{name}.xml") for name in ("s-2024-8", "s_2024_8", "s-2024/12", "s-2024-123", "s-1899-1")
    ] == [
        (2024, 8),
        (2024, 8),
        (2024, 12),
        (0, 0),
        (0, 0),
    ]


@pytest.mark.parametrize(
    ("url", "language", "code"),
    [
        (f"{ROOT}/a", None, "en"),
        ("https://almayadeen.net/a", "en", "ar"),
        ("https://espanol.almayadeen.net/", "ar", "es"),
        ("http://127.0.0.1/", " AR-lb", "ar"),
        ("http://127.0.0.1/", "fr", "en"),
        ("http://127.0.0.1/", None, "en"),
    ],
)
def test_the_edition_of_a_url(url: str, language: str | None, code: str) -> None:
    assert edition_of(url, language) == code


@pytest.mark.parametrize(
    ("path", "label", "section"),
    [
        ("/news/politics", "Politics", ("politics", False)),
        ("/videos", "Videos", ("videos", False)),
        ("/news/politics/a-b", "A story", None),
        ("/news/12", "x", None),
        ("/articles/a-b", "x", None),
        ("/articles/Opinion", "x", ("opinion", False)),
        ("/news/a/b/c", "x", None),
        ("/news/page", "x", None),
        ("/region/africa", "Africa", ("africa", True)),
        ("/x/africa", "Africa", ("africa", True)),
        ("/news/politics/in-africa", "Africa", None),
        ("/tag/a", "x", None),
        ("/live", "Politics", None),
        ("/author/a", "Politics", None),
        ("/file.pdf", "Politics", None),
        ("/", "Politics", None),
        ("/shop", "x", None),
    ],
)
def test_a_link_of_the_menu_leads_to_a_section(path: str, label: str, section: tuple[str, bool] | None) -> None:
    found = menu_section(ROOT + path, label)
    assert (None if found is None else (found.name, found.is_region)) == section


def test_the_kind_of_a_section() -> None:
    for path, kind in (
        ("/news/politics", "news"),
        ("/articles/opinion?page=2", "opinion"),
        ("/videos", "video"),
        ("/articles", None),
        ("/region/africa", None),
        ("/blog/", "blog"),
    ):
        section = menu_section(ROOT + path, "x")
        if section is not None:
            assert section_kind(section) == kind, path
    assert kind_of_menu_link(f"{ROOT}/desk/films", "Videos") == ("/desk/films", "video")
    for path, label in (
        ("/videos", "Videos"),
        ("/a/b/c", "Videos"),
        ("/", "Videos"),
        ("/desk.pdf", "Videos"),
        ("/tag/a", "Videos"),
        ("/desk", "Other"),
        ("/desk", "Videos".ljust(60)),
    ):
        assert kind_of_menu_link(ROOT + path, label) is None, path


MORE = "<button class=load-more>x</button>"
LISTING = f"{ROOT}/news/politics?page=3"


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<a rel=next href=/a>x</a>", [("/a", "rel-next")]),
        ("<link rel='prev NEXT' href=/a>", [("/a", "rel-next")]),
        ("<a rel=prev href=/a>x</a>", []),
        ("<a class=load-more href=/more>x</a>", [("/more", "load-more")]),
        ("<a class=load-more href=#more>x</a>", []),
        ("<a href=/more>Load more</a>", [("/more", "load-more")]),
        ("<a href=/more><b>Load more</b></a>", [("/more", "load-more")]),
        (f"<a href=/more><b>Load more</b>{'<i></i>' * 18}</a>", [("/more", "load-more")]),
        (f"<a href=/more><b>Load more</b>{'<i></i>' * 19}</a>", []),
        ("<button>Load more</button>", []),
        ("<button class=load-more data-url=/more>x</button>", [("/more", "load-more")]),
        ("<button class=load-more data-url=/more?page= data-page=4>x</button>", [("/more?page=4", "load-more")]),
        ("<button class=load-more data-page=3>x</button>", [("/news/politics?page=4", "load-more")]),
        ("<button class=load-more data-page=5>x</button>", [("/news/politics?page=5", "load-more")]),
        ("<button class=load-more data-next-page=3>x</button>", [("/news/politics?page=3", "load-more")]),
        ("<button class=load-more data-page=123456789>x</button>", []),
        ("<button class=load-more data-page=12345678>x</button>", [("/news/politics?page=12345678", "load-more")]),
        ("<button class=load-more formaction=/more>x</button>", [("/more", "load-more")]),
        ("<button class=load-more onclick=\"more('/more', 4)\">x</button>", [("/more?page=4", "load-more")]),
        ("<button class=load-more onclick=\"more('/more')\">x</button>", [("/more", "load-more")]),
        ("<div class=load-more data-url=/more>x</div>", [("/more", "load-more")]),
        ("<div class=load-more>x</div>", []),
        ("<div data-url=/more>x</div>", []),
        ("<input type=button value='Load more' data-url=/more>", [("/more", "load-more")]),
        ("<a href=/x?page=4>4</a><a href=/x?page=5>5</a>", [("/x?page=4", "pagination")]),
        ("<a href=/news/politics?page=4>4<b>x</b></a>", []),
        ("<a href=/news/politics>4</a>", []),
        (f"<form action=/more><input name=a value=b><input value=c>{MORE}</form>", [("/more?a=b", "load-more")]),
        ("<form action=/more><button>x</button></form>", []),
        ("<form action='http://[bad'><button class=load-more>x</button></form>", []),
    ],
)
def test_the_ways_to_the_next_batch(html: str, links: list[tuple[str, str]]) -> None:
    found = [(href.removeprefix(ROOT), way) for href, way in next_links(Page(html, LISTING))]
    assert found == links


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/page/2", "/page/3"),
        ("/pages/2/", "/pages/3"),
        ("/p/2", "/p/3"),
        ("/x/2", "/x/2?page=2"),
        ("/page/1234567", "/page/1234567?page=2"),
        ("?page=12345678", "?page=12345679"),
        ("?page=123456789", None),
        ("?pg=2&a=", "?pg=3&a="),
        ("?page=", None),
        ("?a=1", "?a=1&page=2"),
    ],
)
def test_counting_up(path: str, following: str | None) -> None:
    assert next_by_parameter(ROOT + path) == (None if following is None else ROOT + following)


@pytest.mark.parametrize(
    ("path", "filled"),
    [
        ("/more/{page}", "/more/7"),
        ("/more?x=%7Bpage%7D", "/more?x=7"),
        ("/more?page=", "/more?page=7"),
        ("/page/", "/page/7"),
        ("/more?page=2&a=b", "/more?page=7&a=b"),
        ("/more?a=b", "/more?a=b&page=7"),
        ("/more", "/more?page=7"),
    ],
)
def test_a_number_in_a_url(path: str, filled: str) -> None:
    assert with_number(path, "7") == filled
    assert with_number(path, None) == path
