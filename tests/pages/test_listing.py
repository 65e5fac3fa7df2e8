"""What a listing's JSON and its boxes say: the last batch, and which articles are not the listing's own."""

import html
import json
from typing import Any

import pytest

from newscrawl.errors import EmptyListingError
from newscrawl.pages import Page, is_no_batch, parse_listing

URL = "https://english.almayadeen.net/news/politics?page=3"
LINK = "/news/politics/canal-plan"


def is_last(**values: Any) -> bool:
    return parse_listing(json.dumps({"items": [{"url": LINK}], **values}), URL).is_last


@pytest.mark.parametrize("name", ["is_last", "isLast", "last", "end", "finished", "done", "no_more", "noMore"])
def test_json_says_that_a_batch_is_the_last(name: str) -> None:
    assert is_last(**{name: True})
    assert not is_last(**{name: False})


@pytest.mark.parametrize("name", ["has_more", "hasMore", "has_next", "hasNextPage", "more", "load_more"])
def test_json_says_that_more_follows(name: str) -> None:
    assert not is_last(**{name: True})
    assert is_last(**{name: False})


@pytest.mark.parametrize(
    ("current", "last"), [("current_page", "last_page"), ("page", "total_pages"), ("currentPage", "totalPages")]
)
def test_json_counts_its_pages(current: str, last: str) -> None:
    assert [is_last(**{current: number, last: 3}) for number in (2, 3, 4)] == [False, True, True]
    assert not is_last(**{current: 3})
    assert not is_last(**{last: 3})


def test_one_sign_of_the_end_is_enough() -> None:
    assert is_last(is_last=True, has_more=True)
    assert is_last(has_more=True, end=True, more=True)
    assert is_last(has_more=False, is_last=False)


@pytest.mark.parametrize(
    ("name", "is_own"),
    [
        ("most-read", False), ("mostread", False), ("most-viewed", False), ("read-next", False), ("ticker", False),
        ("footer", False), ("trending", True), ("sidebar", True), ("coverage", True),
    ],
)  # fmt: skip
def test_articles_that_stand_aside(name: str, is_own: bool) -> None:
    """A column may hold the whole listing; what is called "Most Read" and the like never does."""
    box = f'<div class="{name}"><a href="/news/sports/a-match-was-won">A match</a></div>'
    own = f'<main><a href="{LINK}">Canal</a></main>'
    beside = parse_listing(own + box, URL)
    assert [url.rpartition("/")[2] for url in beside.aside] == ["a-match-was-won"]
    if is_own:
        assert parse_listing(box, URL).aside == frozenset()
    else:
        with pytest.raises(ValueError, match="articles only in menus"):
            parse_listing(box, URL)


def test_the_title_of_an_article_is_the_longest_text_of_a_link_to_it() -> None:
    path = "/news/politics/a-port-was-opened"
    listing = parse_listing(
        f"<main><a href='{path}'><img src=a.jpg></a><a href='{path}?from=list'>The port <b>was opened</b></a>"
        f"<a href='{path}'>More</a><a href='/news/politics/a-bridge-was-closed'><img src=b.jpg></a></main>",
        "https://english.almayadeen.net/news/politics",
    )
    assert listing.titles == {f"https://english.almayadeen.net{path}": "The port was opened"}


def test_a_title_is_cut_to_300_letters() -> None:
    (title,) = parse_listing(f'<main><a href="{LINK}">{"o" * 301}</a></main>', URL).titles.values()
    assert title == "o" * 300


ANSWER = f'<a href="{LINK}">Canal</a>'
BATCH = {"html": ANSWER, "more": False}
OBJECT = json.dumps(BATCH)
ARABIC = "/news/politics/غزة-اليوم"

# What an answer in JSON is like → the answer.
ANSWERS = {
    "a text": json.dumps(ANSWER),
    "a text after a mark": "\ufeff " + json.dumps(ANSWER),
    "an object": OBJECT,
    "a list of texts": json.dumps([ANSWER]),
    "a text under any key": json.dumps({"d": {"0": {"markup_7": f"<li>{ANSWER}</li>"}}}),
    "a text with a base": json.dumps({"html": f'<base href="/news/politics/">{ANSWER.replace("/news/politics/", "")}'}),
    "escaped markup": json.dumps({"html": html.escape(ANSWER)}),
    "JSON in a text": json.dumps({"d": OBJECT}),
    "JSON in a text in a text": json.dumps(json.dumps({"d": OBJECT})),
    "a guard": ")]}'\n" + OBJECT,
    "a guard with a comma": ")]}',\n\n" + OBJECT,
    "a loop": "for(;;);" + OBJECT,
    "another loop": "while (1); " + OBJECT,
    "an exception": "throw 1; " + OBJECT,
    "a call": f"jQuery35_1724({OBJECT});",
    "a call of a function of an object": f"/**/app.lists.show({OBJECT})",
    "a call that looks first": f"/**/ typeof show === 'function' && show({OBJECT});",
    "an assignment": f"window.batch = {OBJECT};",
    "two values": '{"a": 1}\n' + OBJECT,
    "something behind": OBJECT + "\n<!-- 7 ms -->",
    "a raw line break in a text": OBJECT.replace("Canal", "Ca\nnal"),
    "long numbers": f'{{"id": {"9" * 6000}, "html": {json.dumps(ANSWER)}}}',
    "an address under any key": json.dumps({"rows": [{"u": LINK}, {"u": "/img/a-b.jpg"}, {"u": "a / b"}]}),
    "escaped slashes": json.dumps({"url": LINK}).replace("/", "\\/"),
    "addresses in a list": json.dumps({"rows": [f"https://english.almayadeen.net{LINK}"]}),
    "HTML that was escaped for a script": ANSWER.replace("/", "\\/").replace('"', '\\"'),
    "HTML that begins like JSON": "[New] " + ANSWER,
    "HTML that begins with a quotation": '"Words" ' + ANSWER,
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_in_any_form_of_json(name: str) -> None:
    for body in (ANSWERS[name], ANSWERS[name].encode()):
        assert parse_listing(body, URL).articles == (f"https://english.almayadeen.net{LINK}",)


@pytest.mark.parametrize(
    "body", ['{"html": "<p>"', "[" * 100_000, "show(", '"', ")]}'", '{"d": "' + "[" * 50_000 + '"}', "1", "null"]
)
def test_json_that_cannot_be_read_is_an_empty_listing(body: str) -> None:
    with pytest.raises(EmptyListingError):
        parse_listing(body, URL)


def test_the_numbers_of_pages_may_stand_in_an_object_of_their_own() -> None:
    for name in ("meta", "pagination", "paging"):
        assert [is_last(**{name: {"current_page": at, "last_page": 3}}) for at in (2, 3)] == [False, True]
    assert not is_last(comments={"page": 1, "total_pages": 1})


def test_the_base_of_one_text_is_not_that_of_the_next() -> None:
    based = f'<base href="https://x.example/"><a href="{LINK}">A</a>'
    found = parse_listing(json.dumps({"a": based, "url": "politics/canal-plan"}), URL)
    assert found.articles == (f"https://english.almayadeen.net{LINK}",)


@pytest.mark.parametrize(
    "href",
    [
        "\\news\\politics\\canal-plan",
        "https:\\\\english.almayadeen.net\\news\\politics\\canal-plan",
        "\\/news\\/politics\\/canal-plan",
        "politics\\canal-plan",
        f"\u200f{LINK}\u200f",
        f"\u200b{LINK}\u200e?from=list",
        f"\u2068{LINK}\u2069",
        f"{LINK}\u200f/#top",
        f"\ufeff {LINK}\xa0",
        "//english.almayadeen.net\\news\\politics\\canal-plan",
        "/news/\npolitics/canal-plan",
        f"http:///english.almayadeen.net{LINK}",
    ],
)
def test_an_address_with_backslashes_or_marks(href: str) -> None:
    found = parse_listing(f'<main><a href="{href}">A</a></main>', "https://english.almayadeen.net/news/politics")
    assert found.articles == (f"https://english.almayadeen.net{LINK}",)


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202b", "\u061c", "\u200b", "\u2060", "\ufeff"])
def test_marks_at_the_end_of_an_arabic_address(mark: str) -> None:
    root = "https://www.almayadeen.net"
    wanted = parse_listing(f'<a href="{ARABIC}">A</a>', f"{root}/news/politics").articles
    for href in (ARABIC + mark, mark + ARABIC, f"{ARABIC}{mark}/", f"{ARABIC}{mark}?a=1"):
        assert parse_listing(f'<a href="{href}">A</a>', f"{root}/news/politics").articles == wanted


BAD = "http://[bad"


@pytest.mark.parametrize(
    "control",
    [
        f'<a rel=next href="{BAD}">N</a>',
        f'<button class="load-more" data-url="{BAD}" data-page="2">More</button>',
        f'<button class="load-more" onclick="more(\'{BAD}\', 2)">More</button>',
        f'<a class="load-more" href="{BAD}" data-page=2>More</a>',
        f'<form action="{BAD}"><input name=page value=2><button class="load-more">More</button></form>',
        f'<a href="{BAD}?page=4">4</a>',
        '<form action="/x"><input name=page value="&#xD800;"><button class="load-more">More</button></form>',
        '<button class="load-more" data-url="/more?a=%ff" data-page="' + "9" * 5000 + '">More</button>',
    ],
)
def test_a_way_on_that_is_no_address_is_passed_over(control: str) -> None:
    found = parse_listing(f'<main><a href="{LINK}">A</a></main>{control}', URL)
    assert found.articles == (f"https://english.almayadeen.net{LINK}",)
    assert all("bad" not in batch.url for batch in found.following)


@pytest.mark.parametrize(
    "value", [BAD, "9" * 5000, "٩" * 5000, "", " ", "javascript:x()", "\ud800", 10**30, -1, 1.5, None, [], {}, [BAD]]
)
def test_a_way_on_in_json_that_is_none_is_passed_over(value: Any) -> None:
    found = parse_listing(json.dumps({"url": LINK, "next": value, "next_page_url": value}), URL)
    assert found.articles == (f"https://english.almayadeen.net{LINK}",)


def test_many_labels_do_not_make_a_page_slow() -> None:
    """The links under a label are looked for once. This page took minutes when each label looked at the whole page."""
    label = "<p>Most Read</p>"
    deep = "<div>" * 3000 + label * 3000 + "</div>" * 3000
    other = '<a href="/news/sports/a-match-was-won">B</a>'
    body = f'<main><a href="{LINK}">A</a></main><div>{label * 20_000}{other}{deep}</div>'
    found = parse_listing(body, URL)
    assert [url.rpartition("/")[2] for url in found.aside] == ["a-match-was-won"]


@pytest.mark.parametrize(
    ("answer", "following"),
    [
        ({"next": 4}, "?page=4"),
        ({"next": "4"}, "?page=4"),
        ({"next": " 4 "}, "?page=4"),
        ({"next_page": "/news/politics?page=5"}, "?page=5"),
        ({"next": "12345678"}, "?page=12345678"),
        ({"next": "123456789"}, "/news/123456789"),
        ({"next": 10**8 - 1}, "?page=99999999"),
        ({"next": 10**8}, None),
        ({"next": 0}, None),
        ({"next": ""}, None),
        ({"next": "/news/politics?page=3"}, None),
        ({"next": "/news/sports"}, None),
        ({"next": "/news/sports?x=1"}, "/news/sports?x=1"),
        ({"next": "/news/politics/another-story"}, None),
        ({"next": "https://example.org/4"}, None),
    ],
)
def test_json_says_where_the_next_batch_is(answer: dict[str, Any], following: str | None) -> None:
    root = "https://english.almayadeen.net"
    listing = parse_listing(json.dumps({"items": [{"url": LINK}], **answer}), URL)
    found = [each.url.removeprefix(root) for each in listing.following]
    expected = following if following is None or following.startswith("/") else f"/news/politics{following}"
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(("depth", "is_found"), [(0, True), (1, True), (2, True), (3, True), (4, False)])
def test_json_in_texts_of_json_is_read_to_a_depth(depth: int, is_found: bool) -> None:
    answer = json.dumps({"url": LINK})
    for _ in range(depth):
        answer = json.dumps({"text": answer})
    if is_found:
        assert len(parse_listing(answer, URL).articles) == 1
    else:
        with pytest.raises(EmptyListingError):
            parse_listing(answer, URL)


def test_counts_may_be_inside_another_object() -> None:
    for name in ("meta", "pagination", "paging", "pager", "data"):
        assert is_last(**{name: {"current_page": 3, "last_page": 3}})
        assert not is_last(**{name: {"current_page": 2, "last_page": 3}})
    assert not is_last(other={"current_page": 3, "last_page": 3})


@pytest.mark.parametrize(
    ("html_text", "aside"),
    [
        ("<h3>Most Read</h3><ul><li>{b}</ul>", "b"),
        ("<div><h3>Most Read</h3></div><ul><li>{b}</ul>", "b"),
        ("<h3>Most Read</h3>{b}<h3>Other</h3>{c}", "b"),
        ("<h3>Most Read</h3>{b}<h4>Other</h4>{c}", "b c"),
        ("<h3>Most Read</h3>{b}<h3>{c}</h3>", "b c"),
        ("<p>Most Read</p>{b}<p>Other</p>{c}", "b c"),
        ("<h3><b>Most Read</b></h3>{b}", "b"),
        ("<h5><i>Most Read</i></h5>{b}", ""),
        ("<section><h3>Most Read</h3>{b}</section>{c}", "b"),
        ("<nav>{b}</nav><footer>{c}</footer>", "b c"),
        ("<aside>{b}</aside><header>{c}</header>", "b c"),
        ("<aside>{b}</aside>{b}", ""),
        ("<main class=sidebar>{b}</main>", ""),
    ],
)
def test_articles_under_labels_and_in_columns(html_text: str, aside: str) -> None:
    links = {name: f"<a href=/news/politics/{name}-story>{name}</a>" for name in "abc"}
    listing = parse_listing(f"<main>{links['a']}</main>{html_text.format(**links)}", URL)
    assert " ".join(sorted(url.rpartition("/")[2][0] for url in listing.aside)) == aside


@pytest.mark.parametrize(
    ("way", "menu", "is_none"),
    [
        ("rel-next", "", True),
        ("pagination", "", True),
        ("pagination", '<nav><a href="/news/politics">Politics</a></nav>', False),
        ("load-more", "", False),
    ],
)
def test_a_page_without_articles_and_menu_is_no_batch(way: str, menu: str, is_none: bool) -> None:
    assert is_no_batch(Page(f"<p>The server is busy.</p>{menu}", URL), way) is is_none
