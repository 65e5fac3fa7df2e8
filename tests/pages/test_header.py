"""The byline and the pictures beside the headline, and what meta elements state."""

import pytest

from newscrawl.pages import Page
from newscrawl.pages.byline import Byline
from newscrawl.pages.header import read_byline_inside, read_header
from newscrawl.pages.layer import Layer
from newscrawl.pages.metadata import read_metadata
from tests.pages.samples import URL, element_of, read

IMG = "<img src=/{0}.jpg alt={0}>"
STORY = "/news/politics/another-story"


def header(html: str) -> tuple[Byline, str]:
    page = Page(f"<body>{html}", URL)
    headline = next(page.root.iter("h1"), None)
    body = next((each for each in page.root.iter("p") if each.get("id") == "body"), None)
    byline, pictures = read_header(page, headline, body, "Title", None)
    return byline, " ".join(image.caption or "" for image in pictures)


A, B = IMG.format("a"), IMG.format("b")


@pytest.mark.parametrize(
    ("html", "pictures"),
    [
        (f"<h1>Head</h1><div>{A}</div>{B}<p id=body>x</p>", "a b"),
        (f"<h1>Head</h1><p id=body>x</p><div>{A}</div>", ""),
        (f"<div>{A}</div><h1>Head</h1><p id=body>x</p>", ""),
        (f"<h1>Head</h1><nav>{A}</nav><aside>{A}</aside><div hidden>{A}</div>{B}<p id=body>x</p>", "b"),
        (f"<h1>Head</h1><a href={STORY}>{A}</a><a href=/x>{B}</a><p id=body>x</p>", "b"),
        (f"<h1>Head</h1>{A}{A}<p id=body>x</p>", "a"),
        (f"<h1>Head</h1>{'<i>x</i>' * 19}{A}", "a"),
        (f"<h1>Head</h1>{'<i>x</i>' * 20}{A}", ""),
        (f"<h1>Head</h1>{'<i>x</i>' * 199}{A}<p id=body>x</p>", "a"),
        (f"<h1>Head</h1>{'<i>x</i>' * 200}{A}<p id=body>x</p>", ""),
        (f"<div>{A}<!-- x -->{B}<p id=body>x</p></div>", "a b"),
        (f"<div>{A}</div>", ""),
    ],
)
def test_pictures_between_headline_and_body(html: str, pictures: str) -> None:
    assert header(html)[1] == pictures


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        ("<h1>Head</h1><p>By Jane Doe</p><p id=body>x</p>", ("Jane Doe",)),
        ("<p>By Jane Doe</p><h1>Head</h1><p id=body>x</p>", ("Jane Doe",)),
        ("<p>By Jane Doe</p><!-- x --><h1>Head</h1><p id=body>x</p>", ("Jane Doe",)),
        ("<p>By Jane Doe</p><div><h1>Head</h1></div><p id=body>x</p>", ("Jane Doe",)),
        ("<p>By Jane Doe</p><div><div><h1>Head</h1></div></div><p id=body>x</p>", ()),
        ("<p>By Jane Doe</p><nav>x</nav><h1>Head</h1><p id=body>x</p>", ()),
        (f"<p>By Jane Doe</p><p>{'o' * 300}</p><h1>Head</h1><p id=body>x</p>", ("Jane Doe",)),
        (f"<p>By Jane Doe</p><p>{'o' * 301}</p><h1>Head</h1><p id=body>x</p>", ()),
        ("<p>By Omar Haddad</p><h1>Head</h1><p>By Jane Doe</p><p id=body>x</p>", ("Jane Doe",)),
    ],
)
def test_the_byline_is_below_the_headline_or_above_it(html: str, authors: tuple[str, ...]) -> None:
    assert header(html)[0].authors == authors


def test_each_part_of_the_byline_may_be_above_the_headline() -> None:
    above = "<p>22 Aug 2024 16:28</p><p>Source: Agencies</p><p>4 min read</p><p>7 shares</p>"
    byline = header(f"{above}<h1>Head</h1><p>By Jane Doe</p><p id=body>x</p>")[0]
    assert byline.published is not None
    assert (byline.authors, byline.source, byline.reading_minutes, byline.shares) == (("Jane Doe",), "Agencies", 4, 7)
    whole = "<p>By Jane Doe</p><p>21 Aug 2024 16:28</p><p>Source: Websites</p><p>3 min read</p>"
    byline = header(f"{above}<h1>Head</h1>{whole}<p id=body>x</p>")[0]
    assert (byline.source, byline.reading_minutes, byline.shares) == ("Websites", 3, 0)


@pytest.mark.parametrize(
    ("html", "authors", "standfirst"),
    [
        ("<p>By Jane Doe</p><p>Words of it.</p>", ("Jane Doe",), None),
        ("<p>Words of it.</p><p>By Jane Doe</p>", (), None),
        ("<p class=summary>In brief</p><p>By Jane Doe</p><p>Words of it.</p>", ("Jane Doe",), "In brief"),
    ],
)
def test_a_byline_at_the_top_of_the_body(html: str, authors: tuple[str, ...], standfirst: str | None) -> None:
    byline = Byline()
    read_byline_inside(element_of(f"<div>{html}</div>"), byline, None)
    assert (byline.authors, byline.standfirst) == (authors, standfirst)
    known = Byline(authors=("Al Bee",), standfirst="Own", standfirst_is_named=True)
    read_byline_inside(element_of(f"<div>{html}</div>"), known, None)
    assert (known.authors, known.standfirst) == (("Al Bee",), "Own")


def meta(head: str) -> Layer:
    return read_metadata(Page(f"<html lang=en><head>{head}</head><body>", URL)).meta


@pytest.mark.parametrize(
    ("head", "name", "value"),
    [
        ("<meta name=description content=a><meta property=og:description content=b>", "summary", "a"),
        ("<meta property=og:description content=b>", "summary", "b"),
        ("<meta property=og:title content=a><meta name=twitter:title content=b>", "title", "a"),
        ("<meta name='Twitter:Title ' content=b>", "title", "b"),
        ("<meta name=author content=''><meta name=author content='Jane Doe'>", "authors", ("Jane Doe",)),
        ("<meta name=author content=@jane><meta name=byl content='Jane Doe'>", "authors", ("Jane Doe",)),
        ("<meta name=author content=a><meta name=byl content=b>", "authors", ("a",)),
        ("<meta name=keywords content='a,b'>", "keywords", ("a", "b")),
        ("<meta property=article:tag content='a;b'><meta property=article:tag content=c>", "keywords", ("a;b", "c")),
        ("<meta itemprop=author content=a>", "authors", ("a",)),
        ("<div itemscope><meta itemprop=author content=a></div>", "authors", ("a",)),
        ("<div itemscope itemtype=//x/NewsArticle><meta itemprop=author content=a></div>", "authors", ("a",)),
        ("<div itemscope itemtype=//x/Comment><meta itemprop=author content=a></div>", "authors", ()),
        (
            "<div itemscope itemtype=//x/Article><div itemscope itemtype=//x/Person><meta itemprop=author content=a>",
            "authors",
            (),
        ),
        ("<meta property=og:video content=/a><meta property=og:video:url content=/b>", "videos", ("/b",)),
        ("<meta property=og:video:duration content=9>", "video_seconds", 9),
        ("<meta name=postid content=7>", "post_id", "7"),
        ("", "language", "en"),
    ],
)
def test_what_meta_elements_state(head: str, name: str, value: object) -> None:
    assert getattr(meta(head), name) == value


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("<meta property=article:published_time content=2024-08-22><meta name=date content=2024-08-21>", "2024-08-22"),
        ("<meta name=date content=x><meta name=created content=2024-08-21>", "2024-08-21"),
        ("<meta name=date content=2024-08-22><meta name=created content=2024-08-22T10:00Z>", "2024-08-22T10:00Z"),
        ("<meta name=date content=x><meta name=date content=y><meta name=date content=2024-08-22>", "2024-08-22"),
        ("<body><time itemprop=datePublished datetime=2024-08-22>x</time>", "2024-08-22"),
        ("<body><time itemprop=datePublished content=2024-08-22>x</time>", "2024-08-22"),
        ("<body><time datetime=2024-08-22>x</time>", None),
    ],
)
def test_the_time_under_the_first_name(head: str, text: str | None) -> None:
    found = meta(head).published
    assert (found and found.text) == text


def test_the_title_of_a_picture_is_none_of_the_page() -> None:
    page = Page("<html><head><title>Own</title></head><body><svg><title>Icon</title></svg>", URL)
    assert read_metadata(page).document_title == "Own"
    assert read_metadata(Page("<body><svg><title>Icon</title></svg>", URL)).document_title is None
    head = Page("<head><title></title><title>Own</title></head>", URL)
    assert read_metadata(head).document_title == "Own"


def test_only_the_first_block_of_tawsiyat_counts() -> None:
    head = "".join(f'<script type="text/tawsiyat; x">{{"title": "{name}"}}</script>' for name in ("", "a", "b"))
    assert read_metadata(Page(head, URL)).tawsiyat.title is None
    head = "<script type=text/tawsiyat>[]</script><script id=tawsiyat-metadata>{'title': 'a'}</script>"
    assert read_metadata(Page(head, URL)).tawsiyat.title == "a"
    assert read(head="<script id=tawsiyat-metadata>{'title': 'Canal plan'}</script>").title
