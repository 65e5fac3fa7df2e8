"""What the lines between headline and body say."""

import pytest

from newscrawl.pages.byline import Byline, between, is_byline, is_byline_list, is_date, read_byline
from tests.pages.samples import element_of, lines_of


def byline(html: str, known: tuple[str, ...] = ()) -> Byline:
    return read_byline(lines_of(html), None, known)


FIFTY = "The harbour council has put off the plan for good"


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<p>Source: Agencies</p>", "Agencies"),
        ("<p>Source:</p><p>Agencies</p>", "Agencies"),
        ("<p>Source: Agencies | 22 Aug 2024</p>", "Agencies"),
        ("<p>Source: Agencies</p><p>Source: Websites</p>", "Agencies"),
        ("<p>Source:</p>", None),
        (f"<p>{'o ' * 115}Source: Agencies</p>", "Agencies"),
        (f"<p>{'o ' * 118}Source: Agencies</p>", None),
        ("<p>Agencies</p>", None),
        ("<p class=summary>Source: Agencies</p>", None),
    ],
)
def test_the_source_is_behind_its_label(html: str, source: str | None) -> None:
    assert byline(html).source == source


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("12 Shares", 12), ("1.2K Shares", 1200), ("1,2k shares", 1200), ("1.234 compartidos", 1234),
        ("1.2.3K shares", 0), ("Shares: 7", 7), ("Shares: 2K", 2000), ("99999999999 shares", 99999999999),
        ("999999999999 shares", 0), ("٧ مشاركات", 7), ("none", 0), ("0 Shares", 0), ("1.K shares", 1000),
        ("2k shares", 2000),
    ],
)  # fmt: skip
def test_shares_are_counted_in_any_form(text: str, shares: int) -> None:
    assert byline(f"<p>{text}</p>").shares == shares


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("4 Min Read", 4), ("Reading time: 5", 5), ("6 دقائق للقراءة", 6), ("7 min de lectura", 7),
        ("Tiempo de lectura: 8", 8), ("none", None),
    ],
)  # fmt: skip
def test_minutes_of_reading_before_or_behind_their_label(text: str, minutes: int | None) -> None:
    assert byline(f"<p>{text}</p><p>9 min read</p>").reading_minutes == (minutes or 9)
    assert byline(f"<p>{text}</p>").reading_minutes == minutes


@pytest.mark.parametrize(
    ("html", "standfirst"),
    [
        (f"<p>{FIFTY}</p>", FIFTY),
        (f"<p>{'o' * 39}</p>", None),
        (f"<p>{'o' * 40}</p>", "o" * 40),
        (f"<p>{FIFTY}</p><p>{FIFTY} and all</p>", FIFTY),
        (f"<p>{FIFTY}</p><p class=summary>Named</p>", "Named"),
        (f"<p class=summary>Named</p><p>{FIFTY}</p>", "Named"),
        ("<p class=summary>Named</p><p class=summary>Again</p>", "Named"),
        (f"<p class=caption>{FIFTY}</p>", None),
        (f"<p><a href=/a>{FIFTY}</a></p>", None),
        (f"<p><a href=/a>{FIFTY[:15]}</a>{FIFTY[15:]}</p>", FIFTY),
        ("<p>By Omar Haddad, Lina Nasser and Jane Doe Al Mayadeen English</p>", None),
        ("<p>Known words that are a caption of one picture</p>", None),
    ],
)
def test_the_standfirst_is_named_or_the_first_long_line(html: str, standfirst: str | None) -> None:
    found = byline(html, ("Known words that are a caption of one picture",))
    assert found.standfirst == standfirst


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        ("<p>By Jane Doe</p>", ("Jane Doe",)),
        ("<p>By</p><p>Jane Doe</p>", ("Jane Doe",)),
        ("<p>By</p><p>Jane Doe</p><p>Omar Haddad</p>", ("Jane Doe",)),
        ("<p>By</p><p>Jane Doe</p><p>and</p><p>Omar Haddad</p>", ("Jane Doe", "Omar Haddad")),
        ("<p>By</p><p>Jane Doe,</p><p>Omar Haddad</p>", ("Jane Doe", "Omar Haddad")),
        ("<p>By</p><p>Jane Doe &amp;</p><p>Omar Haddad</p>", ("Jane Doe", "Omar Haddad")),
        ("<p>By</p><p>22 Aug 2024</p><p>Omar Haddad</p>", ()),
        ("<p>22 Aug 2024 | By Jane Doe</p>", ("Jane Doe",)),
        ("<p>22 Aug 2024 By Jane Doe</p>", ("Jane Doe",)),
        ("<p>World | By Jane Doe</p>", ("Jane Doe",)),
        ("<p>They wrote it By Jane Doe</p>", ()),
        ("<p>By Jane Doe <a href=mailto:a@example.org>Email</a></p>", ("Jane Doe",)),
        ("<p>By Jane Doe <a href=https://x.com/jane>@jane</a></p>", ("Jane Doe",)),
        ("<p>By Jane Doe<br>Politics</p>", ("Jane Doe",)),
        ("<p>\ue001 By Jane Doe</p>", ("Jane Doe",)),
        ("<p>\ue001 By Jane Doe<br>Politics</p>", ("Jane Doe",)),
        ("<p><a href=/author/jane>Jane Doe</a></p>", ("Jane Doe",)),
        ("<p><a rel=author href=/x>Jane Doe</a></p>", ("Jane Doe",)),
        ("<p><a href=/x>Jane Doe</a></p>", ()),
        ("<p class=author>Jane Doe</p>", ("Jane Doe",)),
        ("<p class=author>Jane</p>", ("Jane",)),
        ("<p class=author><a href=/x>Jane</a></p>", ()),
        ("<p itemprop=author>Jane Doe</p>", ("Jane Doe",)),
        ("<p rel=author>Jane Doe</p>", ("Jane Doe",)),
        ("<div class=author><div><p>Jane Doe</p></div></div>", ("Jane Doe",)),
        ("<div class=author><div><div><p>Jane Doe</p></div></div></div>", ()),
        (f"<div class=author><p>Jane Doe</p>{'<i>x</i>' * 58}</div>", ("Jane Doe",)),
        (f"<div class=author><p>Jane Doe</p>{'<i>x</i>' * 60}</div>", ()),
        (f"<div class=author><p>Jane Doe</p>{'o' * 190}</div>", ("Jane Doe",)),
        (f"<div class=author><p>Jane Doe</p>{'o' * 192}</div>", ()),
        ("<p>By Jane Doe</p><p>Two<p>By Omar Haddad</p>", ("Jane Doe",)),
        ("<p>By Jane Doe</p><p class=author>Omar Haddad</p>", ("Jane Doe", "Omar Haddad")),
        ("<p>By Jane Doe</p><p class=author>Omar</p>", ("Jane Doe",)),
        (f"<p>By Jane Doe</p><p>{'o ' * 81}</p><p class=author>Omar Haddad</p>", ("Jane Doe",)),
        ("<p class=caption>By Jane Doe</p>", ()),
        ("<p>Photo: By Jane Doe</p>", ()),
        (f"<p>By Jane Doe {'o' * 240}</p>", ()),
    ],
)
def test_authors_are_behind_by_linked_or_marked(html: str, authors: tuple[str, ...]) -> None:
    assert byline(html).authors == authors


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("By Jane Doe", True), ("Source: Agencies", True), ("22 Aug 2024 | By Jane Doe", True),
        ("Then it was written By Jane Doe", False), ("12 Shares", True), ("12 Shares of the bank", True),
        ("12 Shares of the banks", False), ("Listen", True), ("3 views", True), ("4 min read", True),
        ("4 min read of the town", True), ("4 min read of the towns", False), ("A sentence.", False),
        ("22 Aug 2024", True), ("Source: ".ljust(160, "o"), True), ("Source: ".ljust(161, "o"), False),
    ],
)  # fmt: skip
def test_a_line_is_a_byline(text: str, is_one: bool) -> None:
    assert is_byline(text) is is_one


@pytest.mark.parametrize(
    ("html", "is_one"),
    [
        ("<p>By Jane Doe<p>22 Aug 2024", True),
        ("<p>Source: Agencies<p>22 Aug 2024", True),
        ("<p>By Jane Doe<p>By Omar Haddad", False),
        ("<p>22 Aug 2024", False),
        (f"<p>By Jane Doe<p>Source: {'o' * 153}", False),
        (f"<p>By Jane Doe<p>Source: {'o' * 152}", True),
    ],
)
def test_a_byline_has_two_of_author_source_and_date(html: str, is_one: bool) -> None:
    assert is_byline_list(lines_of(html)) is is_one


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("22 Aug 2024 16:28", True), ("Tripoli, 22 Aug 2024", True), ("In Tripoli then: 22 Aug 2024", False),
        ("That was yesterday.", False), ("Yesterday.", True), ("Updated 22 Aug 2024.", True), ("On 22 Aug 2024.", True),
        ("It was 22 Aug 2024.", False), ("Tripoli", False), (f"22 Aug 2024{' ' * 50}x", False),
    ],
)  # fmt: skip
def test_a_line_is_only_a_date(text: str, date: bool) -> None:
    assert is_date(text) is date


def test_what_is_between_two_elements() -> None:
    root = element_of(
        "<main><div><h1>a</h1><!-- x --><p id=1>b</p></div><p id=2>c</p><div id=3><p id=4>d</p><ul id=5></ul>"
        "<p id=6>e</p></div><p id=7>f</p></main>"
    )
    at = {each.get("id"): each for each in root.iter("p", "div", "ul")}
    start = next(root.iter("h1"))

    def ids(stop: str | None, most: int = 400) -> list[str | None]:
        return [each.get("id") for each in between(start, at[stop] if stop else None, most)][:4]

    assert ids("6") == ["1", "2", "4", "5"]
    assert ids("3") == ["1", "2"]
    assert ids("2") == ["1"]
    assert ids("1") == []
    assert ids(None) == ["1", "2", "3", "7"]
    # A comment is a step too.
    assert ids("6", 3) == ["1", "2"]
    assert list(between(at["4"], start)) == [at["5"], at["6"], at["7"]]
    assert list(between(at["4"], at["3"])) == []
