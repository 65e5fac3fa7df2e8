"""What an article takes from where: its kind, its media, the layer of each field."""

import json
from typing import Any

import pytest

from newscrawl.errors import MissingBodyError, NotAnArticleError, OtherPageError
from newscrawl.items import Article
from newscrawl.pages import Page, parse_article
from newscrawl.pages.media import read_page_media
from newscrawl.text import comparison_key
from tests.pages.samples import FIRST, SECOND, URL, page_of, read

ROOT = "https://english.almayadeen.net"
VIDEO = f"{ROOT}/videos/a-ship"


def linked(**values: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


def tawsiyat(**values: Any) -> str:
    return f'<script id="tawsiyat-metadata" type="text/tawsiyat">{json.dumps(values)}</script>'


@pytest.mark.parametrize(
    ("url", "head", "kind", "layer"),
    [
        (URL, "", "news", None),
        (URL, tawsiyat(classes=[{"mapping": "PostType", "value": "Video"}]), "video", "tawsiyat"),
        (URL, linked(**{"@type": "VideoObject"}), "video", "json-ld"),
        (f"{ROOT}/articles/opinion/a-b", "", "opinion", None),
        (
            f"{ROOT}/articles/opinion/a-b",
            tawsiyat(classes=[{"mapping": "posttype", "value": "Video"}]),
            "opinion",
            None,
        ),
        (URL, "<meta property=og:type content=video>", "news", None),
    ],
)
def test_the_kind_is_that_of_the_most_certain_source(url: str, head: str, kind: str, layer: str | None) -> None:
    article = parse_article(page_of(head=head), url)
    assert (article.kind, article.provenance.get("kind")) == (kind, layer)


@pytest.mark.parametrize("url", [URL, f"{ROOT}/articles/opinion/a-b"])
def test_a_live_page_is_none(url: str) -> None:
    for head in (tawsiyat(classes=[{"mapping": "posttype", "value": "live"}]), linked(**{"@type": "LiveBlogPosting"})):
        with pytest.raises(OtherPageError) as caught:
            parse_article(page_of(head=head), url)
        assert caught.value.kind == "live"


def video_page(*, head: str = "", body: str = "") -> Article:
    page = f"<html lang=en><head>{head}</head><body><h1>A ship comes in</h1>{body}</body></html>"
    return parse_article(page, VIDEO)


def urls_of(article: Article) -> list[str]:
    return [each.url.removeprefix(ROOT) for each in article.videos]


@pytest.mark.parametrize(
    ("head", "body", "urls", "layer"),
    [
        ("", "<video src=/v.mp4></video>", ["/v.mp4"], "dom"),
        ("", "<iframe src=https://www.youtube.com/embed/a></iframe>", ["https://www.youtube.com/embed/a"], "dom"),
        ("", "<iframe src=https://t.me/a/1></iframe><video src=/v.mp4></video>", ["/v.mp4"], "dom"),
        (
            "",
            "<video src=/v.mp4></video><video src=/v.mp4></video><video src=/w.mp4></video>",
            ["/v.mp4", "/w.mp4"],
            "dom",
        ),
        ("", "<div data-file=/v.mp4>x</div>", ["/v.mp4"], "dom"),
        ("", "<div data-file=/v.mp4?x=1>x</div>", ["/v.mp4?x=1"], "dom"),
        ("", "<a href=https://youtu.be/a>x</a>", ["https://youtu.be/a"], "dom"),
        ("", "<div data-file=/v.mp4>x</div><video src=/w.mp4></video>", ["/w.mp4"], "dom"),
        (linked(video={"@type": "VideoObject", "contentUrl": "/v.mp4"}), "", ["/v.mp4"], "json-ld"),
        ("<script>play('https:\\/\\/x.net\\/v.mp4')</script>", "", ["https://x.net/v.mp4"], "fallback"),
    ],
)
def test_a_video_is_in_a_player_an_attribute_the_metadata_or_a_script(
    head: str, body: str, urls: list[str], layer: str
) -> None:
    article = video_page(head=head, body=body)
    assert urls_of(article) == urls
    assert article.provenance["videos"] == layer
    assert article.body == ""


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<video></video>",
        "<div data-file=/v.txt>x</div>",
        "<div title=/v.mp4>x</div>",
        "<div data-file=v.mp4>x</div>",
        f"<div data-file='/{'o' * 1996}.mp4'>x</div>",
        "<iframe src=https://t.me/a/1></iframe>",
        "<nav><a href=/b><img src=/a.jpg></a></nav>",
    ],
)
def test_a_page_without_text_and_media_is_no_article(body: str) -> None:
    with pytest.raises(MissingBodyError):
        video_page(body=body)


def test_the_seconds_of_a_video_are_those_of_the_first() -> None:
    head = linked(video={"@type": "VideoObject", "duration": "PT2M31S"})
    article = video_page(head=head, body="<video src=/v.mp4></video><video src=/w.mp4></video>")
    assert [each.duration_seconds for each in article.videos] == [151, None]


GALLERY = f"{ROOT}/gallery/a-ship"
IMG = "<img src=/{}.jpg alt='{}'>"
AX, AE, BY, BE = (IMG.format(*each) for each in ("ax", ("a", ""), "by", ("b", "")))


def pictures(html: str, url: str = GALLERY) -> list[tuple[str, str | None, str | None]]:
    page = f"<html lang=en><body>{html}</body></html>"
    article = parse_article(page, url)
    return [
        (each.url.removeprefix(f"{ROOT}/").removesuffix(".jpg"), each.caption, each.credit) for each in article.images
    ]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        # The words beside each picture, in boxes that look alike.
        (
            f"<div class=i>{AX}<b>One (AFP)</b></div><div class=i>{BE}<b>Two</b></div>",
            [("a", "One", "AFP"), ("b", "Two", None)],
        ),
        (
            f"<div class=i>{AX}<b>One</b></div><div class=j>{BY}</div>",
            [("a", "One", None), ("b", "y", None)],
        ),
        (f"<div class=i>{AX}<p>One</p></div><div class=j>{BY}</div>", [("a", "x", None), ("b", "y", None)]),
        (f"<div class=i>{AX}<h3>One</h3></div><div class=j>{BY}</div>", [("a", "x", None), ("b", "y", None)]),
        (
            f"<div class=i>{AX}<b>{'o' * 1000}</b></div><div class=i>{BY}<b>{'o' * 1001}</b></div>",
            [("a", "o" * 1000, None), ("b", "y", None)],
        ),
        (
            f"<figure>{AX}<figcaption>One</figcaption></figure><figure>{BY}</figure>",
            [("a", "One", None), ("b", "y", None)],
        ),
        # Each once, and without the pictures of other articles.
        (f"<div>{AX}{IMG.format('a', 'y')}{BY}</div>", [("a", "x", None), ("b", "y", None)]),
        (f"<div>{AX}</div><a href=/gallery/another-ship>{BY}</a>", [("a", "x", None)]),
        # The headline is no caption.
        (f"<div>{IMG.format('a', 'A ship comes in')}{BY}</div>", [("a", None, None), ("b", "y", None)]),
    ],
)
def test_a_gallery_has_its_pictures_with_their_words(
    html: str, found: list[tuple[str, str | None, str | None]]
) -> None:
    assert pictures(f"<h1>A ship comes in</h1>{html}") == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("{a}<h1>Head</h1>{b}{c}", "b c"),
        ("<h1>Head</h1>{a}<div>{b}<a href=/gallery/another-ship>Other</a></div>", "a"),
        ("<h1>Head</h1>{a}<p>{b}<a href=/gallery/another-ship></a></p>", "a b"),
        ("<h1>Head</h1>{a}<div>{b}<a href=/x>Other</a></div>", "a b"),
        ("<h1>Head</h1>{a}<div><div><div>{b}</div></div><a href=/gallery/another-ship>Other</a></div>", "a"),
        (
            "<h1>Head</h1>{a}<div><div><div><div>{b}</div></div></div><a href=/gallery/another-ship>Other</a></div>",
            "a b",
        ),
        ("<h1>Head</h1>{a}<a href=/gallery/another-ship>{b}</a>", "a"),
        ("<h1>Head</h1>{a}<a href=/x>{b}</a>", "a b"),
        ("<h1>Head</h1>{a}<h3>Most Read</h3>{b}", "a"),
        ("<h1>Head</h1>{a}<h3>Most Read :</h3>{b}", "a"),
        ("<h1>Head</h1>{a}<h1>Other</h1>{b}", "a"),
        ("<h1>Head</h1>{a}<ul><li>Most Read</ul>{b}", "a b"),
        ("<h3>Most Read</h3><h1>Head</h1>{a}", "a"),
        ("<h1>Head</h1><div class=body>{a}<h3>Most Read</h3>{b}</div>{c}", "a b c"),
        ("{a}{b}", "a b"),
    ],
)
def test_pictures_of_an_article_are_below_its_headline_and_before_its_end(html: str, found: str) -> None:
    images = {name: IMG.format(name, name) for name in "abc"}
    page = Page(f"<body>{html.format(**images)}", GALLERY)
    headline = next((each for each in page.root.iter("h1") if each.text == "Head"), None)
    bodies = [each for each in page.root.iter("div") if each.get("class") == "body"]
    media = read_page_media(page, page.stream, headline, bodies, with_videos=False)
    assert " ".join(image.url[-5] for image in media.pictures) == found
    assert media.captions == {comparison_key(image.caption or "") for image in media.pictures}
    assert bool(media) is True
    assert not read_page_media(Page("<p>x", URL), [], None, with_videos=True)


def test_the_words_of_pictures_are_no_paragraphs() -> None:
    html = f"<div class=i>{AE}<b>{FIRST}</b></div><div class=i>{BE}<b>{SECOND}</b></div>"
    assert parse_article(f"<html lang=en><h1>A ship comes in</h1>{html}", GALLERY).body == ""


@pytest.mark.parametrize(
    ("head", "layer", "url"),
    [
        ("<meta property=og:image content=/t.jpg>", "meta", "/t.jpg"),
        ("<meta property=og:image content=/logo.svg>", None, None),
        (tawsiyat(thumbnail="/u.jpg") + "<meta property=og:image content=/t.jpg>", "tawsiyat", "/u.jpg"),
    ],
)
def test_a_page_without_pictures_has_the_one_that_is_stated(head: str, layer: str | None, url: str | None) -> None:
    article = read(head=head)
    assert [each.url.removeprefix(ROOT) for each in article.images] == ([url] if url else [])
    assert article.provenance.get("images") == layer
    assert read(head=head, body="<img src=/a.jpg>").provenance["images"] == "dom"


def test_one_paragraph_in_unknown_markup_needs_evidence() -> None:
    page = f"<html lang=en><h1>Canal plan</h1>{{}}<div class=x><p>{FIRST}</p></div>"
    with pytest.raises(NotAnArticleError):
        parse_article(page.format(""), URL)
    for evidence in (
        "<meta property=article:published_time content=2024-08-22T13:28:00Z>",
        "<meta name=postid content=1900123>",
        "<p>By Jane Doe</p><p>22 Aug 2024 16:28</p>",
    ):
        assert parse_article(page.format(evidence), URL).body == FIRST
    for half in ("<p>By Jane Doe</p>", "<p>22 Aug 2024 16:28</p>"):
        with pytest.raises(NotAnArticleError):
            parse_article(page.format(half), URL)


def test_a_text_that_metadata_states_whole_is_taken() -> None:
    text = f"{FIRST}\n\n{SECOND}\n\nTwo ferry companies promised to keep their boats running while the work goes on."
    page = f"<html lang=en><head>{linked(articleBody=text)}</head><h1>Canal plan</h1><div class=p-content><p>{FIRST}"
    article = parse_article(page, URL)
    assert article.body == text
    assert article.provenance["body"] == "json-ld"


def test_the_layer_of_each_field() -> None:
    head = tawsiyat(
        title="Canal plan is postponed",
        author="Jane Doe",
        published_time="2024-08-22T13:28:00Z",
        postid="1900123",
        classes=[
            {"mapping": "category", "value": "Politics"},
            {"mapping": "country", "value": "Mali"},
            {"mapping": "country", "value": "Niger"},
            {"mapping": "coverage", "value": "Canal"},
            {"mapping": "", "value": "x"},
            {"mapping": "x"},
            "x",
        ],
    )
    article = read(head=head, above="<p>Source: Agencies</p><p>4 Min Read</p><p>12 Shares</p>")
    assert (article.id, article.authors, article.section, article.country, article.coverage) == (
        "1900123",
        ("Jane Doe",),
        "politics",
        "Mali",
        "Canal",
    )
    assert (article.source, article.reading_minutes, article.shares) == ("Agencies", 4, 12)
    layers = article.provenance
    assert {layers[name] for name in ("title", "authors", "date_published", "country", "coverage")} == {"tawsiyat"}
    assert {layers[name] for name in ("source", "reading_minutes", "shares", "body")} == {"dom"}


@pytest.mark.parametrize(
    ("values", "authors"),
    [
        ({"author": "Jane Doe and Omar Haddad"}, ("Jane Doe", "Omar Haddad")),
        ({"author": ["Jane Doe", "Omar Haddad"]}, ("Jane Doe", "Omar Haddad")),
        ({"classes": [{"mapping": "author", "value": "Jane Doe"}]}, ("Jane Doe",)),
        (
            {"classes": [{"mapping": "author", "value": name} for name in ("Jane Doe", "Omar Haddad", "Jane Doe")]},
            ("Jane Doe", "Omar Haddad"),
        ),
        ({"author": "Lina Nasser", "classes": [{"mapping": "author", "value": "Jane Doe"}]}, ("Lina Nasser",)),
    ],
)
def test_authors_that_are_listed_go_before_one_text(values: dict[str, Any], authors: tuple[str, ...]) -> None:
    assert read(head=tawsiyat(**values)).authors == authors
