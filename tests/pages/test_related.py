"""The related articles of a body: what a link leads to, and which lines and boxes only lead on."""

import pytest

from newscrawl.items import Related
from newscrawl.pages.lines import Line, read_blocks
from newscrawl.pages.related import (
    LinkedArticles,
    RelatedArticles,
    is_label,
    is_list_of_links,
    is_named_related,
    is_related_box,
    is_related_label,
    leads_to_article,
    lines_by_element,
    names_article,
    related_boxes,
)
from newscrawl.urls import site_of
from tests.pages.samples import URL, element_of, lines_of

STORY = "https://english.almayadeen.net/news/politics/another-story"


def urls() -> LinkedArticles:
    return LinkedArticles(URL, site_of(URL))


@pytest.mark.parametrize(
    ("href", "article", "recorded", "own"),
    [
        ("/news/politics/another-story?utm_source=x#y", STORY, STORY, True),
        ("/news/politics", None, "https://english.almayadeen.net/news/politics", True),
        ("https://example.org/a?utm_source=x&b=1", None, "https://example.org/a?b=1", False),
        ("https://x.org/news/politics/another-story", None, "https://x.org/news/politics/another-story", False),
        ("#note-1", URL, None, True),
        (" #note-1", URL, None, True),
        ("mailto:a@example.org", None, None, False),
        ("http://[bad", None, None, False),
    ],
)  # fmt: skip
def test_a_link_leads_to_an_article_or_elsewhere(
    href: str, article: str | None, recorded: str | None, own: bool
) -> None:
    found = urls()
    assert found.article(href) == article
    assert found.article(href) == article
    assert (found.recorded(href), found.is_own(href)) == (recorded, own)


@pytest.mark.parametrize(
    ("html", "leads"),
    [
        (f"<p><a href={STORY}>Another story here</a></p>", True),
        (f"<p><a href={STORY}>Another story here</a>…</p>", True),
        (f"<p><a href={STORY}>Another story here …</a></p>", True),
        (f"<p><a href={STORY}>Another story here,</a></p>", False),
        (f"<p><a href={STORY}>Another story</a> here</p>", False),
        (f"<p><a href={STORY}>{'Another story ' * 9}</a>is</p>", True),
        (f"<p><a href={STORY}>Another story kept</a>a</p>", False),
        ("<p><a href=/news/politics>Politics of the day</a></p>", False),
        (f"<p><a href=/x>One</a> <a href={STORY}>Another story here</a></p>", True),
        # A question or a sentence may be a headline, if it is short.
        (f"<p><a href={STORY}>Why is the port shut?</a></p>", True),
        (f"<p><a href={STORY}>The port is shut.</a></p>", True),
        (f"<p><a href={STORY}>{'o' * 118}?</a></p>", True),
        (f"<p><a href={STORY}>{'o' * 119}?</a></p>", False),
        (f"<p><a href={STORY}>{'o' * 119}</a></p>", True),
    ],
)
def test_a_line_leads_to_an_article_if_it_is_only_its_headline(html: str, leads: bool) -> None:
    (line,) = lines_of(html)
    assert leads_to_article(line, urls()) is leads


@pytest.mark.parametrize(
    ("text", "href", "names"),
    [
        ("Another canal story", "/news/politics/another-canal-story", True),
        ("Another story kept", "/news/politics/another-story", True),
        ("Another story", "/news/politics/another", False),
        ("What the council says", "/news/politics/another-story", False),
        ("one two three four five six seven eight", "/x", False),
        ("one two three four five six seven eight nine", "/x", True),
        ("Puerto viejo", "/news/puerto_viejo", True),
        ("المرفأ القديم", "/news/%D8%A7%D9%84%D9%85%D8%B1%D9%81%D8%A3-%D8%A7%D9%84%D9%82%D8%AF%D9%8A%D9%85", True),
        # Words of three letters say nothing.
        ("the old Harbour", "/news/the-old-quay", False),
    ],
)
def test_a_line_names_an_article_by_the_words_of_its_url(text: str, href: str, names: bool) -> None:
    (line,) = lines_of(f"<p><a href='{href}'>{text}</a></p>")
    assert names_article(line) is names


def test_labels() -> None:
    assert [is_label(text) for text in ("Related News", "Most Read", "Tags", "The quay")] == [True, True, True, False]
    assert is_label("Related News".ljust(39, "."))
    assert not is_label("Related News".ljust(40, "."))
    related = lines_of(f"<p>Related News<p>Most Read<p>{'Related'.ljust(39, '.')}<p>{'Related'.ljust(40, '.')}")
    assert [is_related_label(line) for line in related] == [True, False, True, False]


@pytest.mark.parametrize(
    ("html", "named"), [("<div class=related-news>", True), ("<div class=text>", False), ("<div>", False)]
)
def test_a_box_is_named_for_related_articles_by_its_class(html: str, named: bool) -> None:
    assert is_named_related(element_of(html)) is named


ONE = f"<a href={STORY}>Another story here</a>"
TWO = f"<a href={STORY}-2>One more story</a>"
OWN = "<a href=/news/politics>Politics</a>"


@pytest.mark.parametrize(
    ("html", "related"),
    [
        # Links in a list, to any pages of the publisher.
        (f"<ul><li>{OWN}<li>{OWN}</ul>", True),
        (f"<ul><li>{OWN}</ul>", False),
        (f"<ul><li>{OWN}<li>{OWN} and others</ul>", False),
        (f"<ul><li>{OWN}<li><a href=https://example.org/a>Away</a></ul>", False),
        (f"<div><p>{OWN}<p>{OWN}</div>", False),
        # Headlines with labels, dates and short notes beside them.
        (f"<div>{ONE}</div>", False),
        (f"<div><img src=/a.jpg><p>{ONE}</div>", True),
        (f"<div><p>{ONE}<p>{TWO}</div>", True),
        (f"<div><p>{ONE}<p>22 August</div>", True),
        (f"<div><p>{ONE}<p>22 August<p>Tripoli</div>", True),
        (f"<div><p>{ONE}<p>22 August<p>Tripoli<p>Lebanon</div>", False),
        (f"<div><p>Related News<p>{ONE}<p>22 August<p>Tripoli<p>Lebanon</div>", True),
        (f"<div><p>{ONE}<p>{'o' * 60}</div>", True),
        (f"<div><p>{ONE}<p>{'o' * 61}</div>", False),
        (f"<div><p>{ONE}<p>It is shut.</div>", False),
        (f"<div><p>{ONE}<p>More of it:</div>", True),
        ("<div><p>Related News<p>The quay</div>", False),
        # Linked headings are subheads, unless there is something beside several of them.
        (f"<div><h3>{ONE}</h3></div>", False),
        (f"<div><h3>{ONE}</h3><h3>{TWO}</h3></div>", False),
        (f"<div><h3>{ONE}</h3><h3>{TWO}</h3><p>22 August</div>", True),
        (f"<div><h3>{ONE}</h3><p>22 August</div>", False),
        (f"<div><h3>Related News</h3><h3>{ONE}</h3></div>", True),
        (f"<div><h3>{ONE}</h3><p>{TWO}</div>", True),
    ],
)
def test_a_box_of_related_articles_has_headlines_and_at_most_labels(html: str, related: bool) -> None:
    box = element_of(html)
    assert is_related_box(box, lines_of(html), urls()) is related
    inside = lines_by_element(lines_of(html), box)
    assert box not in inside


def test_related_boxes_are_lists_and_layout_only() -> None:
    root = element_of(f"<main><blockquote><p>{ONE}<p>{TWO}</blockquote><section><p>{ONE}<p>{TWO}</section></main>")
    inside = lines_by_element([each for each in read_blocks([root]) if isinstance(each, Line)], root)
    assert {element.tag for element in inside} == {"blockquote", "section", "p"}
    assert [element.tag for element in related_boxes(inside, urls())] == ["section"]
    assert is_list_of_links([], urls()) is False


@pytest.mark.parametrize(
    ("html", "titles"),
    [
        (ONE + TWO, ["Another story here", "One more story"]),
        (ONE + ONE, ["Another story here"]),
        (f"<a href={STORY}>Read more: Another story</a>", ["Another story"]),
        (f"<a href={STORY}><h4>The head</h4><p>And a note</p></a>", ["The head"]),
        # The picture's words, only if no other link has words.
        (f"<a href={STORY}><img alt=' The  quay '></a>", ["The quay"]),
        (f"<a href={STORY}><img alt='The quay'></a>{ONE}", ["Another story here"]),
        (f"<a href={STORY}><img></a>", []),
        (f"<a href={STORY}></a>", []),
        (f"{OWN}<a>none</a>{TWO}", ["One more story"]),
    ],
)
def test_a_box_gives_title_and_url_of_each_article_once(html: str, titles: list[str]) -> None:
    box = element_of(f"<div>{html}</div>")
    related = RelatedArticles(urls())
    related.add_box(box)
    found = related.in_order(box)
    assert [each.title for each in found] == titles
    assert all(isinstance(each, Related) and each.url.startswith(STORY) for each in found)
    assert RelatedArticles(urls()).in_order(box) == []
