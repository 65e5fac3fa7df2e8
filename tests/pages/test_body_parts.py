"""Which parts of a body become its paragraphs, and which become pictures, links, posts and related articles."""

import pytest

from newscrawl.items import Article
from newscrawl.pages import parse_article
from tests.pages.samples import FIRST, SECOND, URL, read

STORY = "/news/politics/another-story"
ONE = f"<a href={STORY}>Another story here</a>"
TWO = f"<a href={STORY}-2>One more story</a>"
NOTE = "The ferry sails at noon today."


def middle(article: Article) -> list[str]:
    """Return what is between the first and the last paragraph of the sample."""
    paragraphs = article.body.split("\n\n")
    assert (paragraphs[0], paragraphs[-1]) == (FIRST, SECOND)
    return paragraphs[1:-1]


def titles(article: Article) -> list[str]:
    return [each.title for each in article.related]


@pytest.mark.parametrize(
    ("html", "paragraphs", "related"),
    [
        # Labels and the links below them.
        (f"<p>Related News</p><p>{ONE}</p><p>{TWO}</p>", [], 2),
        (f"<p>Related News</p><p>{ONE}</p><p>{NOTE}</p>", [NOTE], 1),
        (f"<p>Related News</p><p>{NOTE}</p>", [NOTE], 0),
        (f"<h3>Related News</h3><p>{NOTE}</p>", ["Related News", NOTE], 0),
        (f"<p>Some words:</p><p>{ONE}</p>", [], 1),
        (f"<p>Some words:</p><h3>{ONE}</h3><p>{NOTE}</p>", ["Some words:", "Another story here", NOTE], 0),
        (f"<h3>Some words:</h3><p>{ONE}</p>", ["Some words:"], 1),
        (f"<p>Some words:</p><p>{NOTE}</p>", ["Some words:", NOTE], 0),
        # Linked headings.
        (f"<h3>{ONE}</h3><h3>{TWO}</h3>", [], 2),
        (f"<h3>{ONE}</h3><p>{NOTE}</p>", ["Another story here", NOTE], 0),
        (f"<h3>{ONE}</h3><p>{NOTE}</p><h3>{TWO}</h3><p>a</p>", ["Another story here", NOTE, "One more story", "a"], 0),
        (f"<h3>{ONE}</h3><h4>{TWO}</h4><p>{NOTE}</p>", ["Another story here", "One more story", NOTE], 0),
        (f"<h3>{ONE}</h3><div><h3>{TWO}</h3></div><p>{NOTE}</p>", ["Another story here", "One more story", NOTE], 0),
        (f"<p>Related News</p><h3>{ONE}</h3><p>{NOTE}</p>", [NOTE], 1),
        # A heading right above related ones goes with them.
        (f"<p>More on it</p><div><p>{ONE}</p><p>{TWO}</p></div>", [], 2),
        (f"<p>More on it:</p><div><p>{ONE}</p><p>{TWO}</p></div>", [], 2),
        (f"<p>There is more on it.</p><div><p>{ONE}</p><p>{TWO}</p></div>", ["There is more on it."], 2),
        (f"<p>{'o' * 60}</p><div><p>{ONE}</p><p>{TWO}</p></div>", [], 2),
        (f"<p>{'o' * 61}</p><div><p>{ONE}</p><p>{TWO}</p></div>", ["o" * 61], 2),
        (f"<h2>More on it</h2><div><p>{ONE}</p><p>{TWO}</p></div>", ["More on it"], 2),
        (f"<h2>More on it</h2><h3>{ONE}</h3><h3>{TWO}</h3>", [], 2),
        # "Read more" behind a sentence, before a link, or as the text of a link.
        (f"<p>{NOTE} Read more: {ONE}</p>", [NOTE], 1),
        (f"<p>{NOTE} <a href=/x>Read more</a></p>", [f"{NOTE} Read more"], 0),
        (f"<p>Read more: {ONE}</p>", [], 1),
        (f"<p>Read more {ONE}</p>", [], 1),
        (f"<p>Read more of it, says {ONE}</p>", ["Read more of it, says Another story here"], 0),
        (f"<p>Some words: {ONE}</p>", [], 1),
        (f"<ul><li>Some words: {ONE}</ul>", ["Some words: Another story here"], 0),
        ("<p>Some words: <a href=https://x.org/a>Another story here</a></p>", ["Some words: Another story here"], 0),
        (f"<p>Some words: {ONE} {TWO}</p>", ["Some words: Another story here One more story"], 0),
        # A paragraph that is only a headline of another article.
        (f"<p>{ONE}</p>", [], 1),
        (f"<p>{ONE} {TWO}</p>", [], 2),
        (f"<p>{ONE} <a href=https://example.org/a>Elsewhere</a></p>", ["Another story here Elsewhere"], 0),
        (f"<p><a href={STORY}>Another story is here.</a></p>", ["Another story is here."], 0),
        (f"<p><a href={STORY}>Another story is here…</a></p>", [], 1),
        (f"<p>{ONE} now</p>", ["Another story here now"], 0),
        (f"<blockquote><p>{ONE}</p></blockquote>", ["Another story here"], 0),
        ("<p><a href=/news/politics>Politics of the day</a></p>", ["Politics of the day"], 0),
        # Tags, sharing and labels.
        ("<p><a href=/tags/a>Port</a> <a href=/tags/b>Canal</a></p>", [], 0),
        ("<p><a href='https://www.facebook.com/sharer.php?u=a'>Facebook</a></p>", [], 0),
        ("<p>Read more:</p>", [], 0),
        ("<div>A label</div>", [], 0),
        ("<div><b>A label</b></div>", ["A label"], 0),
        ("<blockquote>A label</blockquote>", ["A label"], 0),
        ("<div>A sentence.</div>", ["A sentence."], 0),
        (f"<div>{'o' * 79}</div>", [], 0),
        (f"<div>{'o' * 80}</div>", ["o" * 80], 0),
        ("<p>A label</p>", ["A label"], 0),
        # Furniture, dates and the title.
        ("<p>Advertisement</p>", [], 0),
        ("<h3>Share</h3>", ["Share"], 0),
        ("<h3>Share</h3><h3>Words</h3>", ["Words"], 0),
        ("<p>22 August 2024</p>", [], 0),
        ("<p>…</p>", [], 0),
        ("<h1>Canal plan is postponed</h1>", [], 0),
        ("<h1>Another head</h1>", ["Another head"], 0),
        ("<p>Canal plan is postponed</p>", ["Canal plan is postponed"], 0),
        ("<p>By Omar Haddad</p>", ["By Omar Haddad"], 0),
    ],
)  # fmt: skip
def test_what_a_line_in_a_body_is(html: str, paragraphs: list[str], related: int) -> None:
    article = read(body=html)
    assert (middle(article), len(article.related)) == (paragraphs, related)


def test_a_byline_or_the_title_above_the_first_paragraph_is_none() -> None:
    for html in ("<p>By Omar Haddad</p>", "<p>Canal plan is postponed</p>", "<p>Omar Haddad</p>"):
        head = "<meta name=author content='Omar Haddad'>"
        page = f"<html lang=en><title>Canal plan is postponed</title>{head}<h1>Canal plan is postponed</h1>"
        page += f"<div class=p-content>{html}<p>{FIRST}</p><p>{SECOND}</p></div>"
        assert parse_article(page, URL).body == f"{FIRST}\n\n{SECOND}", html


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        ("<h3>Head</h3>", []),
        ("<h3>Head</h3><h3>Head two</h3>", []),
        ("<p><b>Head</b></p>", ["Head"]),
        ("<p><b>Tags</b></p>", []),
        ("<h3>Head</h3><p>A word</p>", ["Head", "A word"]),
        ("<p>A word</p><h3>Head</h3>", ["A word"]),
        ("<h3>Head</h3><p>A word</p><h3>Head two</h3>", ["Head", "A word"]),
        ("<h3>Head</h3><p>A word</p><p><b>Bold</b></p>", ["Head", "A word", "Bold"]),
        ("<p>A word</p><p><b>Tags</b></p>", ["A word"]),
    ],
)
def test_headings_with_nothing_below_them_go(below: str, kept: list[str]) -> None:
    page = f"<html lang=en><h1>Canal plan is postponed</h1><div class=p-content><p>{FIRST}</p>{below}</div>"
    assert parse_article(page, URL).body.split("\n\n") == [FIRST, *kept]


def test_a_quotation_has_the_name_of_who_spoke_behind_it() -> None:
    quote = "<blockquote><p>It is shut.</p><p>— Omar (@omar)</p></blockquote>"
    assert middle(read(body=quote)) == ["It is shut. — Omar (@omar)"]
    assert "It is shut. — Omar (@omar)" in read(body=quote).body_html
    apart = "<blockquote><p>It is shut.</p></blockquote><blockquote><p>— Omar (@omar)</p></blockquote>"
    assert middle(read(body=apart)) == ["It is shut.", "— Omar (@omar)"]


def test_links_of_paragraphs_are_listed_once() -> None:
    html = (
        "<p>It is <a href=https://example.org/a>here</a>, <a href=https://example.org/a>here</a> and "
        "<a href=https://example.org/b?utm_source=x>there</a>, see <a href=#n>note</a> <a href=/c></a>.</p>"
    )
    assert read(body=html).links == ("https://example.org/a", "https://example.org/b")


@pytest.mark.parametrize(
    ("html", "urls"),
    [
        ("<p><img src=/a.jpg></p><p><img src=/a.jpg><img src=/b.jpg></p>", ["/a.jpg", "/b.jpg"]),
        (f"<p><a href={STORY}><img src=/a.jpg></a></p>", []),
        ("<p><a href=https://example.org/shop><img src=/a.jpg></a></p>", []),
        ("<p><a href=https://example.org/large.jpg><img src=/a.jpg></a></p>", ["/a.jpg"]),
        ("<p><a href=/large.webp?x=1><img src=/a.jpg></a></p>", ["/a.jpg"]),
        ("<p><a href=/news/politics><img src=/a.jpg></a></p>", ["/a.jpg"]),
        ("<p><a href='http://[bad'><img src=/a.jpg></a></p>", ["/a.jpg"]),
    ],
)
def test_pictures_of_a_body_are_listed_once_and_without_those_of_others(html: str, urls: list[str]) -> None:
    assert [each.url.removeprefix("https://english.almayadeen.net") for each in read(body=html).images] == urls


def test_posts_and_players_of_a_body_are_listed_once() -> None:
    post = (
        "<blockquote class=twitter-tweet><p>A post.</p>— Omar (@omar) <a href=https://x.com/omar/status/1>now</a>"
        "</blockquote>"
    )
    player = "<iframe src=https://player.vimeo.com/video/1></iframe>"
    video = "<video src=/v.mp4></video>"
    article = read(body=post + player + post + player + video + video)
    assert article.embeds == ("https://x.com/omar/status/1", "https://player.vimeo.com/video/1")
    assert [each.url for each in article.videos] == ["https://english.almayadeen.net/v.mp4"]
    assert middle(article) == ["A post. — Omar (@omar) now"] * 2
    label = "<blockquote class=instagram-media>View this post on Instagram</blockquote>"
    assert middle(read(body=label)) == []


@pytest.mark.parametrize(
    ("html", "caption"),
    [
        ("<p><img src=/a.jpg alt=x><em>The quay at dawn (AFP)</em></p>", ("The quay at dawn", "AFP")),
        ("<p><img src=/a.jpg alt=x>The quay at dawn</p>", ("x", None)),
    ],
)
def test_small_text_under_a_picture_is_its_caption(html: str, caption: tuple[str, str | None]) -> None:
    (image,) = read(body=html).images
    assert (image.caption, image.credit) == caption


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p><img src=/a.jpg alt='The quay'></p><p>The quay</p>", []),
        ("<p>The quay</p><p><img src=/a.jpg alt='The quay'></p>", []),
        ("<p>The quay</p><p>Words</p><p><img src=/a.jpg alt='The quay'></p>", ["The quay", "Words"]),
        ("<p><img src=/a.jpg alt='The quay'></p><p>Words</p><p>The quay</p>", ["Words", "The quay"]),
        ("<p><img src=/a.jpg alt='The quay'></p><ul><li>The quay</ul>", ["The quay"]),
        ("<p><img src=/a.jpg alt='The quay'></p><h3>The quay</h3><p>It is.</p>", ["The quay", "It is."]),
    ],
)
def test_a_line_beside_a_picture_that_repeats_its_words_goes(html: str, kept: list[str]) -> None:
    assert middle(read(body=html)) == kept


def test_a_caption_that_is_repeated_goes() -> None:
    figure = "<figure><img src=/a.jpg><figcaption>The quay at dawn (AFP)</figcaption></figure>"
    for text in ("The quay at dawn (AFP)", "The quay at dawn", "The quay at dawn (EFE)"):
        assert middle(read(body=f"<p>Words</p>{figure}<p>Words</p><p>{text}</p>")) == ["Words", "Words"]
    assert middle(read(body=f"{figure}<p>The quay at noon (AFP)</p>")) == ["The quay at noon (AFP)"]


def test_related_articles_in_furniture_are_recorded() -> None:
    inside = f"<aside><h4>Related News</h4><p>{ONE}</p></aside>"
    assert titles(read(body=inside)) == ["Another story here"]
    assert middle(read(body=inside)) == []
    named = f"<aside class=related-news><p>{ONE}</p><p>{TWO}</p></aside>"
    assert titles(read(body=named)) == ["Another story here", "One more story"]
    plain = f"<aside><p>{ONE}</p><p>{TWO}</p></aside>"
    assert titles(read(body=plain)) == []
    assert titles(read(below=inside)) == []
