"""Shapes of pages that cost more than linear time in careless readers: each can be made in any size.

The text of all of them is invented. A shape belongs to one reader, and `Shape.page(count)` makes the input that the
reader is given; twice the count gives an input of twice the length.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newscrawl.almayadeen.labels import ASIDE_LABELS, END_LABELS, RELATED_LABELS
from newscrawl.dates import fold_for_dates
from newscrawl.errors import PageError
from newscrawl.pages import parse_article, parse_feed, parse_headlines, parse_listing, parse_menu, parse_sitemap
from newscrawl.pages.authors import split_authors
from newscrawl.pages.broken_json import loads_all
from newscrawl.pages.date_forms import find_dates
from newscrawl.pages.encoding import page_text
from newscrawl.pages.times import parse_shown, parse_stated
from newscrawl.plain_html import clean_html
from newscrawl.text import clean, clean_body, comparison_words, content_hash
from newscrawl.urls import absolute, canonical, on_site, without_tracking

ROOT = "https://x.net"
NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
_SENTENCE = "<p>A sentence of the body stands here, with some words in it.</p>"


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of input."""

    name: str
    read: Callable[[Any], object]
    page: Callable[[int], Any]
    start: int
    """The smallest count that is measured."""


def page(inside: str = "", *, head: str = "", above: str = "", after: str = "") -> str:
    """Return an article's page with text in its body, its head, between headline and body, or behind the body."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>A title</title>{head}</head><body><main><h1>A title</h1>{above}'
        f'<div class="p-content">{_SENTENCE * 4}{inside}</div></main>{after}</body></html>'
    )


def article(text: str) -> object:
    """Read a page as a news article."""
    return _read(text, "/news/politics/a-b-c")


def film(text: str) -> object:
    """Read a page as an article that may have no text."""
    return _read(text, "/videos/a-b-c")


def gallery(text: str) -> object:
    """Read a page as a gallery of pictures."""
    return _read(text, "/gallery/a-b-c")


def _read(text: str, path: str) -> object:
    try:
        return parse_article(text.encode(), ROOT + path, downloaded=NOW)
    except PageError as error:
        return error


def listing(text: str) -> object:
    """Read a page or an answer of "load more" as a listing."""
    try:
        return parse_listing(text.encode(), f"{ROOT}/news/politics")
    except PageError as error:
        return error


def menu(text: str) -> object:
    """Read the menu of a page."""
    return parse_menu(text.encode(), ROOT)


def ticker(text: str) -> object:
    """Read the ticker of a page."""
    return parse_headlines(text.encode())


def sitemap(text: str) -> object:
    """Read a sitemap."""
    try:
        return parse_sitemap(text.encode(), f"{ROOT}/sitemap.xml")
    except PageError as error:
        return error


def feed(text: str) -> object:
    """Read a feed."""
    try:
        return parse_feed(text.encode(), f"{ROOT}/feed")
    except PageError as error:
        return error


def dates(text: str) -> object:
    """Read a text as a stated and as a shown time, and find all dates in it."""
    return parse_stated(text), parse_shown(text, NOW), list(find_dates(fold_for_dates(text)))


def text(given: str) -> object:
    """Clean a text, and compare it."""
    return clean(given), clean_body(given), comparison_words(given), content_hash(given, given, given)


def address(given: str) -> object:
    """Make a link absolute, and its URL canonical."""
    url = absolute(f"{ROOT}/a/b", given)
    try:
        return canonical(given), without_tracking(given), on_site(given, ROOT), url
    except ValueError:
        return url


def ld(value: object) -> str:
    """Return a block of JSON-LD: a text as it is, any other value as JSON."""
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def each(form: str, count: int) -> str:
    """Return a form as often as said; `#` in it is the number."""
    return "".join(form.replace("#", str(number)) for number in range(count))



def nested(tag: str, form: str, count: int) -> str:
    """Return elements, one in the other, down to what the parser of HTML reads; and what is left beside them, likewise.

    `form` begins with the element `tag` and does not close it.
    """
    whole, rest = divmod(count, _DEEPEST)
    return (form * _DEEPEST + f"</{tag}>" * _DEEPEST) * whole + form * rest + f"</{tag}>" * rest


_SENTENCE_LINE = "A sentence of some words stands here, and it has an end. "
_STORY = '<a href="/news/politics/story-#-of-a-day">Story number # of the day</a>'
_CARD = f'<article><h3>{_STORY}</h3><img src="/i#.jpg"><p>{_SENTENCE_LINE}</p></article>'
_LABELS = sorted(ASIDE_LABELS)[:3] + sorted(END_LABELS)[:3] + sorted(RELATED_LABELS)[:3]
_NAMES = "share social promo comments related ticker breaking sidebar footer summary caption slider newsletter hidden"
_DEEPEST = 1900
"""Elements in one another; the parser of HTML reads 2,047."""
_NESTED = _DEEPEST // 4
"""Where shapes with elements in one another begin: their last doublings are as deep as a page can be."""


def _article_shapes() -> Iterator[Shape]:
    yield Shape("sentences in the body", article, lambda n: page(_SENTENCE * n), 125)
    yield Shape("different sentences", article, lambda n: page(each(f"<p>Number # {_SENTENCE_LINE}</p>", n)), 125)
    yield Shape("sentences in unknown markup", article, lambda n: f"<h1>A title</h1><div>{_SENTENCE * n}</div>", 125)
    yield Shape("sentences, each in a box of its own", article, lambda n: page(f"<div>{_SENTENCE}</div>" * n), 125)
    yield Shape("boxes of unknown markup", article, lambda n: f"<h1>A title</h1>{f'<div>{_SENTENCE}</div>' * n}", 125)
    yield Shape("sentences and rows in turns", article, lambda n: page(f"{_SENTENCE}<li>Item</li>" * n), 125)
    yield Shape("one line of one word", article, lambda n: page(f"<p>{'a' * n}</p>"), 65_536)
    yield Shape("one line of many words", article, lambda n: page(f"<p>{_SENTENCE_LINE * n}</p>"), 250)
    yield Shape("one line of spaces", article, lambda n: page(f"<p>a{' ' * n}b</p>"), 65_536)
    yield Shape("one line of full stops", article, lambda n: page(f"<p>{'.' * n}</p>"), 65_536)
    yield Shape("one line of brackets", article, lambda n: page(f"<figure><img src=/a><p>{'(' * n}x)</figure>"), 16_384)
    yield Shape("br in one paragraph", article, lambda n: page(f"<p>{'Words of a line.<br>' * n}</p>"), 250)
    yield Shape("runs of br in a box", article, lambda n: page(f"<div>{f'{_SENTENCE_LINE}<br><br>' * n}</div>"), 125)
    yield Shape("br alone", article, lambda n: page("<br>" * n), 1000)
    yield Shape("spans in one paragraph", article, lambda n: page(f"<p>{'<span>Word </span>' * n}</p>"), 250)
    yield Shape("bold, italic and plain in turns", article, lambda n: page(f"<p>{'<b>A</b> b <i>c</i> ' * n}</p>"), 125)
    yield Shape("p-content parts", article, lambda n: "<h1>A title</h1>" + each(f'<div class="p-content">{_SENTENCE}</div>', n), 62)
    yield Shape("h1 elements", article, lambda n: page(after=each("<h1>Another title #</h1>", n)), 125)
    yield Shape("h1 elements above", article, lambda n: each("<h1>Another title #</h1>", n) + page(), 125)
    yield Shape("h1 elements, each with a text", article, lambda n: each(f"<h1>Title #</h1>{_SENTENCE}", n), 125)
    yield Shape("subheads", article, lambda n: page(each("<h2>Subhead #</h2>", n)), 125)
    yield Shape("subheads and sentences", article, lambda n: page(each(f"<h2>Subhead #</h2>{_SENTENCE}", n)), 125)
    yield Shape("distinct links", article, lambda n: page(each(f'<p><a href="//e.org/#">It #</a> {_SENTENCE_LINE}</p>', n)), 125)
    yield Shape("links in one paragraph", article, lambda n: page(f"<p>{each('<a href=//e.org/#>it #</a> and ', n)}.</p>"), 125)
    yield Shape("links to stories in the body", article, lambda n: page(each(f"<p>{_STORY}</p>", n)), 62)
    yield Shape("lists of stories in the body", article, lambda n: page(each(f"<ul><li>{_STORY}</ul>{_SENTENCE}", n)), 62)
    yield Shape("headings that are links", article, lambda n: page(each(f"<h3>{_STORY}</h3>", n)), 62)
    yield Shape("cards in the body", article, lambda n: page(each(_CARD, n)), 31)
    yield Shape("cards of unknown markup", article, lambda n: "<h1>A title</h1>" + each(_CARD, n), 31)
    yield Shape("labels of lists", article, lambda n: page("".join(f"<p>{label}</p>" for label in _LABELS) * n), 25)
    yield Shape("quotes", article, lambda n: page(f"<blockquote class=x>{_SENTENCE}</blockquote>{_SENTENCE}" * n), 62)
    yield Shape("quotes of all sentences", article, lambda n: page(each(f"<blockquote class=x>Quote # {_SENTENCE_LINE}</blockquote><p>Quote # {_SENTENCE_LINE} it was said.</p>", n)), 62)
    yield Shape("quotes in quotes", article, lambda n: page(nested("blockquote", f"<blockquote>{_SENTENCE}", n)), _NESTED)
    yield Shape("signed quotes", article, lambda n: page("<blockquote><p>Words — A Name (@name)</p></blockquote>" * n), 62)
    yield Shape("quotes full of links", article, lambda n: page(f"<blockquote>{'<a href=//x.com/a/status/1>x</a>— ' * n}"), 125)
    yield Shape("posts", article, lambda n: page(each('<blockquote class=twitter-tweet><a href="//x.com/a/status/#">x</a></blockquote>', n)), 62)
    yield Shape("tables", article, lambda n: page(f"<table><tr><td>One<td>Two</table>{_SENTENCE}" * n), 62)
    yield Shape("rows of a table", article, lambda n: page(f"<table>{'<tr><td>One<td>Two' * n}</table>"), 125)
    yield Shape("cells of a row", article, lambda n: page(f"<table><tr>{'<td>One' * n}</table>"), 125)
    yield Shape("tables in tables", article, lambda n: page(nested("table", "<table><tr><td>One", n)), _NESTED)
    yield Shape("lists in lists", article, lambda n: page(nested("ul", "<ul><li>Item of a list", n)), _NESTED)
    yield Shape("figures in figures", article, lambda n: page(nested("figure", "<figure><img src=/a.jpg><figcaption>Words", n)), _NESTED)
    yield Shape("time elements", article, lambda n: page(above=each("<time datetime=2024-08-22T10:00:#>22 Aug 2024</time>", n)), 125)
    yield Shape("dates in a line", article, lambda n: page(above=f"<div>{'22 Aug 2024 16:28 ' * n}</div>"), 125)
    yield Shape("authors in a line", article, lambda n: page(above=f"<div>By {'Jane Doe, ' * n}</div>"), 125)
    yield Shape("lines of authors", article, lambda n: page(above="<div class=author>By Jane Doe</div>" * n), 125)
    yield Shape("source, then digits", article, lambda n: page(above=f"<div>Source:</div><div>{'0' * n}</div>"), 2048)
    yield Shape("by, then digits", article, lambda n: page(above=f"<div>By:</div><div>{'1' * n}x</div>"), 2048)
    yield Shape("source, then spaces and bars", article, lambda n: page(above=f"<div>Source: {'&#124; &nbsp;' * n}x</div>"), 256)
    yield Shape("nothing but a headline", article, lambda n: f"<h1>A title</h1>{'<div>Word</div>' * n}", 125)
    yield Shape("hidden boxes", article, lambda n: page(f"<div hidden>{_SENTENCE}</div>" * n), 62)
    yield Shape("hidden boxes in one another", article, lambda n: page(nested("div", f"<div hidden>{_SENTENCE}", n)), _NESTED)
    yield Shape("buttons in a paragraph", article, lambda n: page(f"<p>{'<button>a</button> b ' * n}</p>"), 125)
    yield Shape("forms", article, lambda n: page("<form><input><p>Words</form>" * n), 125)
    yield Shape("forms in boxes", article, lambda n: page(nested("div", "<div><form>", n) + "<input>"), _NESTED)
    yield Shape("sources that are never closed", article, lambda n: page("<source>" * n), 125)
    yield Shape("deep spans", article, lambda n: page("<span>x" * n), 312)
    yield Shape("deep boxes", article, lambda n: page("<div>x" * n), 312)
    yield Shape("deep boxes, and sentences at their end", article, lambda n: page("<div>" * _DEEPEST + _SENTENCE * n), _NESTED)
    yield Shape("deep boxes, and links at their end", article, lambda n: page("<div>" * _DEEPEST + each(f"<p>{_STORY}</p>", n)), _NESTED)
    yield Shape("deep boxes, and pictures at their end", article, lambda n: page("<div>" * _DEEPEST + each("<img src=/#.jpg alt=#>", n)), _NESTED)
    yield Shape("deep boxes of unknown markup", article, lambda n: "<h1>A title</h1>" + nested("div", f"<div>{_SENTENCE}", n), _NESTED)
    yield Shape("deep h1", article, lambda n: "<div>" * _DEEPEST + "<h1>A title</h1>" + _SENTENCE * n, _NESTED)
    yield Shape("deep links", article, lambda n: page(nested("div", f"<div>{_STORY}", n)), _NESTED)
    for name in _NAMES.split():
        yield Shape(f"boxes named {name}, one in the other", article, lambda n, name=name: page(nested("div", f"<div class={name}>{_SENTENCE}", n)), _NESTED)
        yield Shape(f"boxes named {name}", article, lambda n, name=name: page(f"<div class={name}><p>Some words</div>" * n), 62)


def _media_shapes() -> Iterator[Shape]:
    yield Shape("pictures in one box", article, lambda n: page(each("<img src=/i#.jpg>", n)), 125)
    yield Shape("pictures above the body", article, lambda n: page(above=f"<div>{each('<img src=/i#.jpg>', n)}</div>"), 125)
    yield Shape("boxes of pictures above the body", article, lambda n: page(above=each("<p><img src=/i#.jpg></p>", n)), 125)
    yield Shape("pictures in one figure", article, lambda n: page(f"<figure>{each('<img src=/i#.jpg>', n)}</figure>"), 62)
    yield Shape("pictures and captions in one figure", article, lambda n: page(f"<figure>{each('<img src=/i#.jpg><figcaption>Words #</figcaption>', n)}</figure>"), 62)
    yield Shape("figures in one figure", article, lambda n: page(f"<figure>{each('<figure><img src=/i#.jpg><figcaption>Words #</figcaption></figure>', n)}</figure>"), 62)
    yield Shape("figures", article, lambda n: page(each("<figure><img src=/i#.jpg><figcaption>Words # (AFP)</figure>", n)), 62)
    yield Shape("alternative texts, then lines", article, lambda n: page(each("<img src=/i#.jpg alt='Words # of it'>", n) + "<p>Words of it are here.</p>" * n), 62)
    yield Shape("a picture and a line in turns", article, lambda n: page(each("<img src=/i#.jpg alt='Words #'><p>Words # are here.", n)), 62)
    yield Shape("captions, each the start of another", article, lambda n: page("".join(f"<figure><img src=/a><figcaption>{'a' * (k % 300 + 1)}</figure><p>{'a' * (k % 300 + 2)}" for k in range(n))), 31)
    yield Shape("pictures for no script", article, lambda n: page(each("<img data-src=/i#.jpg><noscript><img src=/i#.jpg></noscript>", n)), 62)
    yield Shape("pictures with sources", article, lambda n: page(f"<picture>{each('<source srcset=/i#.jpg>', n)}<img src=/a.jpg></picture>"), 125)
    yield Shape("pictures in a picture", article, lambda n: page(f"<picture>{each('<img src=/i#.jpg>', n)}</picture>"), 62)
    yield Shape("a set of sources", article, lambda n: page(f'<img src=/a.jpg srcset="{each("/i#.jpg #w, ", n)}">'), 125)
    yield Shape("a set of commas", article, lambda n: page(f'<img src=/a.jpg srcset="a {"," * n} b">'), 16_384)
    yield Shape("players", article, lambda n: page(each("<iframe src=//e.org/#></iframe>", n)), 125)
    yield Shape("sources of a video", article, lambda n: page(f"<video>{each('<source src=//e.org/#.mp4>', n)}</video>"), 125)
    yield Shape("gallery: pictures in one box", gallery, lambda n: page(each("<img src=/i#.jpg>", n)), 125)
    yield Shape("gallery: pictures in boxes", gallery, lambda n: page(each("<div class=slide><img src=/i#.jpg><p>Words #</div>", n)), 62)
    yield Shape("gallery: pictures and links in one box", gallery, lambda n: page(each(f"<img src=/i#.jpg>{_STORY}", n)), 62)
    yield Shape("gallery: pictures and other links in one box", gallery, lambda n: page(each("<img src=/i#.jpg><a href=/other/#>x</a>", n)), 62)
    yield Shape("gallery: boxes in boxes", gallery, lambda n: page(nested("div", "<div><img src=/i#.jpg>", n)), _NESTED)
    yield Shape("gallery: deep boxes, pictures at their end", gallery, lambda n: page("<div>" * _DEEPEST + each("<p><img src=/i#.jpg></p>", n)), _NESTED)
    yield Shape("film: links to videos in a script", film, lambda n: page(after=f"<script>{'http://a' * n}</script>"), 375)
    yield Shape("film: escaped slashes in a script", film, lambda n: page(after="<script>" + r"http:\/\/a\/b" * n), 375)
    yield Shape("film: scripts", film, lambda n: page(after="<script>http://a.b/c</script>" * n), 125)
    yield Shape("film: players", film, lambda n: page(each("<iframe src=//youtube.com/embed/#></iframe>", n)), 125)
    yield Shape("film: videos", film, lambda n: page(each("<video src=/#.mp4></video>", n)), 125)
    yield Shape("film: data attributes", film, lambda n: page(each("<div data-a=/#>x</div>", n)), 125)
    yield Shape("film: attributes of one element", film, lambda n: page(f"<div {each('data-a#=/# ', n)}>x</div>"), 125)
    yield Shape("film: lines of text", film, lambda n: page(f"<div>{'<p>Words of a film' * n}</div>"), 125)


def _head_shapes() -> Iterator[Shape]:
    node = {"@type": "NewsArticle", "headline": "A title"}
    yield Shape("meta elements", article, lambda n: page(head=each("<meta name=n# content=c#>", n)), 125)
    yield Shape("meta elements of one name", article, lambda n: page(head="<meta name=author content=Jane>" * n), 125)
    yield Shape("meta elements of times", article, lambda n: page(head="<meta name=date content=2024-08-22>" * n), 125)
    yield Shape("meta elements deep in objects", article, lambda n: page("<div>" * _DEEPEST + "<meta itemprop=author content=a>" * n), _NESTED)
    yield Shape("title of bars", article, lambda n: page(head=f"<meta property=og:title content='{'a | ' * n}'>"), 500)
    yield Shape("title of spaces and dashes", article, lambda n: page(head=f"<meta property=og:title content='{'&nbsp;- ' * n}x'>"), 250)
    yield Shape("summary of mojibake", article, lambda n: page(head=f"<meta name=description content='{'Ã¡ ' * n}'>"), 125)
    yield Shape("keywords", article, lambda n: page(head=f"<meta name=keywords content='{each('k#,', n)}'>"), 125)
    yield Shape("JSON-LD of articles", article, lambda n: page(head=ld([node] * n)), 62)
    yield Shape("JSON-LD blocks", article, lambda n: page(head=ld(node) * n), 62)
    yield Shape("JSON-LD of graphs", article, lambda n: page(head=ld({"@graph": [{"hasPart": [node] * 20}] * n})), 5)
    yield Shape("JSON-LD of graphs in graphs", article, lambda n: page(head=ld('{"@graph":[' * n + "]}" * n)), 15)
    yield Shape("JSON-LD of videos", article, lambda n: page(head=ld([{"@type": "VideoObject", "contentUrl": "/a.mp4"}] * n)), 62)
    yield Shape("JSON-LD of authors", article, lambda n: page(head=ld(node | {"author": [{"@id": f"#{k}"} for k in range(n)]})), 62)
    yield Shape("JSON-LD with markup in its headline", article, lambda n: page(head=ld(node | {"headline": "<b>x</b>" + "<a" * n})), 1000)
    yield Shape("JSON-LD with an open tag", article, lambda n: page(head=ld(node | {"description": "<b " * n})), 1000)
    yield Shape("JSON-LD with a text of markup", article, lambda n: page(head=ld(node | {"articleBody": "<p>x</p>" * n})), 500)
    yield Shape("JSON-LD with a text", article, lambda n: page(head=ld(node | {"articleBody": _SENTENCE_LINE * n})), 125)
    yield Shape("JSON-LD with references", article, lambda n: page(head=ld(node | {"headline": "&#" * n})), 1000)


def _json_shapes() -> Iterator[Shape]:
    broken = {
        "escaped quotes": '{"a" x "' + '\\"#',
        "spaces": '{"a" x # ',
        "quotes": '{"a": "#"',
        "quotes in quotes": '{"a": "#" b ',
        "single quotes": "{'a': '#'",
        "commas": '{"a": 1#,',
        "colons": '{"a"#:',
        "quote and comma": '{"a": "b#",',
        "quote, comma and spaces": '{"a": "b#",          ',
        "backslashes": '{"a": "#\\',
        "opened objects": '#{"a":',
        "opened lists": "x#[",
        "closed objects": "{x#}",
        "comments": "{x#/*",
        "lines of comments": "{x#//",
        "comments of HTML": "{x#<!--",
        "marks": "{x#<![CDATA[",
        "scripts": "{x#<script ",
        "keys": '{"a": 1 x#"b": 2 ',
        "words": "{x#word ",
        "braces and words": "x#{ a",
        "a quote and a key": '{"a": "x#" "b" ',
    }
    for name, form in broken.items():
        first, more = form.split("#")
        yield Shape(f"broken JSON: {name}", loads_all, lambda n, first=first, more=more: first + more * n, 500)
        yield Shape(f"broken JSON, ended: {name}", loads_all, lambda n, first=first, more=more: first + more * n + '"}', 500)


def _listing_shapes() -> Iterator[Shape]:
    first = '<a href="/news/politics/first-story">x</a>'
    yield Shape("listing: stories", listing, lambda n: each(_STORY, n), 125)
    yield Shape("listing: cards", listing, lambda n: each(_CARD, n), 31)
    for label in ("Trending", "Most Read", "Related News"):
        yield Shape(f"listing: {label} in spans", listing, lambda n, label=label: f"{first}<div>{f'<span>{label}</span>' * n}</div>", 125)
        yield Shape(f"listing: {label} as headings", listing, lambda n, label=label: first + each(f"<h2>{label}</h2>{_STORY}", n), 62)
        yield Shape(f"listing: {label} in nested boxes", listing, lambda n, label=label: first + nested("div", f"<div><span>{label}</span>", n), _NESTED)
        yield Shape(f"listing: {label} as headings in nested boxes", listing, lambda n, label=label: first + nested("div", f"<div><h2>{label}</h2>{_STORY}", n), _NESTED)
        yield Shape(f"listing: {label} as headings, links at the end", listing, lambda n, label=label: first + f"<div><h2>{label}</h2></div>" * n + each(_STORY, n), 62)
    yield Shape("listing: links in links", listing, lambda n: each(f"<a href=/news/a/b-#><div>{_STORY}", n), 62)
    yield Shape("listing: deep links", listing, lambda n: "<div>" * _DEEPEST + each(_STORY, n), _NESTED)
    yield Shape("listing: buttons", listing, lambda n: first + "<button class=load-more data-url=/more?page=2>x</button>" * n, 62)
    yield Shape("listing: buttons in forms", listing, lambda n: first + "<form><button>more</button></form>" * n, 62)
    yield Shape("listing: inputs of one form", listing, lambda n: first + f"<form><button>Load more</button>{each('<input name=n# value=v>', n)}</form>", 62)
    yield Shape("listing: forms in boxes", listing, lambda n: first + nested("div", "<div><form><button>x", n), _NESTED)
    yield Shape("listing: data attributes", listing, lambda n: f"{first}<div {each('data-a#=/b ', n)}>Load more</div>", 125)
    yield Shape("listing: calls", listing, lambda n: f'{first}<a onclick="' + "'/a" + "a" * n + '" class=load-more>x</a>', 2048)
    yield Shape("listing: calls of quotes", listing, lambda n: f'{first}<a onclick="' + "'/" * n + '" class=load-more>x</a>', 512)
    yield Shape("listing: a page's number", listing, lambda n: f"{first}<button data-page={'1' * n} class=load-more>x</button>", 2048)
    yield Shape("listing: JSON of stories", listing, lambda n: json.dumps([{"url": f"/news/politics/a-{k}"} for k in range(n)]), 125)
    yield Shape("listing: JSON of markup", listing, lambda n: json.dumps({"html": each(_STORY, n)}), 125)
    yield Shape("listing: JSON of pieces of markup", listing, lambda n: json.dumps([each(_STORY, 1)] * n), 31)
    yield Shape("listing: JSON with numbers", listing, lambda n: '{"next": ' + "1" * n + ', "url": "/news/a/b-c"}', 2048)
    yield Shape("listing: JSON in lists", listing, lambda n: "[" * n, 1000)
    yield Shape("listing: values of JSON", listing, lambda n: '{"url": "/news/a/b-c"} ' * n, 125)
    yield Shape("listing: opened comments", listing, lambda n: "/*" * n + '{"url": "/news/a/b-c"}', 1000)
    yield Shape("menu: links", menu, lambda n: f"<nav>{each('<a href=/news/section#>Section #</a>', n)}</nav>", 125)
    yield Shape("menu: links in links", menu, lambda n: nested("a", "<a href=/news/s#><div>Section #", n), _NESTED)
    yield Shape("menu: long labels", menu, lambda n: f"<a href=/news/a>{'<b>word </b>' * n}</a>", 250)
    for name in ("breaking", "ticker", "ticker__item"):
        yield Shape(f"ticker: boxes named {name}", ticker, lambda n, name=name: f"<div class={name}><p>Words</p></div>" * n, 125)
        yield Shape(f"ticker: nested boxes named {name}", ticker, lambda n, name=name: nested("div", f"<div class={name}><p>Words</p>", n), _NESTED)
    yield Shape("ticker: Breaking in spans", ticker, lambda n: f"<div>{'<span>Breaking</span>' * n}</div>", 125)
    yield Shape("ticker: Breaking in spans in boxes", ticker, lambda n: f"<div>{'<p><span>Breaking</span></p>' * n}</div>", 125)
    yield Shape("ticker: Breaking in nested boxes", ticker, lambda n: nested("div", "<div><span>Breaking</span>", n), _NESTED)


def _other_shapes() -> Iterator[Shape]:
    entry = "<url><loc>https://x.net/a#</loc><lastmod>2024-08-22</lastmod></url>"
    item = "<item><link>https://x.net/a#</link><pubDate>Thu, 22 Aug 2024 10:00:00 GMT</pubDate></item>"
    yield Shape("sitemap", sitemap, lambda n: f"<urlset>{each(entry, n)}</urlset>", 125)
    yield Shape("sitemap: entries in entries", sitemap, lambda n: f"<urlset>{'<url><loc>https://x.net/a' * n}</urlset>", 62)
    yield Shape("sitemap: locs in a loc", sitemap, lambda n: f"<urlset><url><loc>{'<url>' * n}</urlset>", 62)
    yield Shape("sitemap: opened tags", sitemap, lambda n: f"<urlset>{'<a' * n}</urlset>", 1000)
    yield Shape("sitemap: wrong tags", sitemap, lambda n: f"<urlset>{'</a><b>' * n}</urlset>", 500)
    yield Shape("sitemap: attributes", sitemap, lambda n: f"<urlset><url {'a=b ' * n}></a></urlset>", 500)
    yield Shape("sitemap: quotes in a tag", sitemap, lambda n: f"<urlset></b><url {'a=' + chr(34) * n}></urlset>", 1000)
    yield Shape("sitemap: comments", sitemap, lambda n: f"<urlset>{'<!--' * n}</urlset>", 1000)
    yield Shape("sitemap: references", sitemap, lambda n: f"<urlset>{'&a' * n}</urlset>", 1000)
    yield Shape("sitemap: roots", sitemap, lambda n: "<urlset>" * n, 500)
    yield Shape("sitemap: opened names", sitemap, lambda n: "<a:" * n + "<urlset></urlset>", 1000)
    yield Shape("sitemap: lines", sitemap, lambda n: each("https://x.net/a#\n", n), 125)
    yield Shape("sitemap: one long line", sitemap, lambda n: "https://x.net/" + "a," * n, 1000)
    yield Shape("sitemap: breaks in a URL", sitemap, lambda n: f"<urlset><url><loc>/{'a&#10; ' * n}</loc></urlset>", 500)
    yield Shape("feed", feed, lambda n: f"<rss><channel>{each(item, n)}</channel></rss>", 125)
    yield Shape("feed: links of one entry", feed, lambda n: f"<rss><item>{each('<link>https://x.net/a#</link>', n)}</item></rss>", 125)
    yield Shape("feed: entries in entries", feed, lambda n: f"<rss>{each('<item><link>/a#</link>', n)}</rss>", 12)
    yield Shape("feed: bases in bases", feed, lambda n: f"<feed>{'<entry xml:base=a/><link>/a</link>' * n}</feed>", 62)
    yield Shape("feed: JSON", feed, lambda n: json.dumps({"version": "jsonfeed", "items": [{"url": f"/a{k}"} for k in range(n)]}), 125)
    for name, form in {
        "digits": "1", "dates": "22 Aug 2024 16:28 ", "months": "aug ", "spaces": " ", "colons": "12:", "dots": "1.",
        "labels": "updated: ", "vowel marks": "أَ", "halves": "12 pm ", "zones": "12:00 gmt+", "ago": "2 hours ",
        "years": "2024-", "commas": "22 aug, ", "offsets": "+0",
    }.items():  # fmt: skip
        yield Shape(f"dates: {name}", dates, lambda n, form=form: form * n, 1000)
    for name, form in {
        "letters": "a", "words": "word ", "spaces": " \xa0", "mojibake": "Ã¡ ", "mojibake in one word": "â€œ",
        "joiners": "a\u200c", "surrogates": "\ud83d\udc4d", "lone surrogates": "\ud800", "accents": "e\u0301",
        "accents of one letter": "\u0301", "paragraphs": "One.\n\n", "controls": "\x07", "Arabic read wrongly": "Ø§Ù„",
    }.items():  # fmt: skip
        yield Shape(f"text: {name}", text, lambda n, form=form: form * n, 1000)
    yield Shape("text: bytes encoded twice", page_text, lambda n: "Ã¡ط§ظ„ ".encode() * n, 500)
    yield Shape("text: bytes of a wrong charset", page_text, lambda n: "غزة ".encode("cp1256") * n, 1000)
    yield Shape("text: meta elements without a charset", page_text, lambda n: b"\xe3<meta " * n, 1000)
    yield Shape("body's HTML: styles", clean_html, lambda n: "<p>" + "<em>a\u200b</em> " * n + "</p>", 125)
    for name, form in {
        "dots": "../", "slashes": "/", "percent": "%2f", "wrong percent": "%", "parameters": "?a=b&", "hosts": "a.",
        "hosts of other letters": "غ.", "backslashes": "\\", "line breaks": "\n", "dashes": "a-", "marks": "\u200e",
    }.items():  # fmt: skip
        yield Shape(f"address: {name}", address, lambda n, form=form: "https://x.net/" + form * n, 1000)
        yield Shape(f"address: {name}, relative", address, lambda n, form=form: form * n, 100)
    for name, form in {"names": "Jane Doe, ", "and": "Jane and ", "brackets": "(", "mailboxes": "a@", "dots": "a.", "bars": " |"}.items():
        yield Shape(f"authors: {name}", split_authors, lambda n, form=form: f"By {form * n}", 250)


def shapes() -> list[Shape]:
    """Return all shapes."""
    parts = (_article_shapes, _media_shapes, _head_shapes, _json_shapes, _listing_shapes, _other_shapes)
    return [shape for part in parts for shape in part()]
