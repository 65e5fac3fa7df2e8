"""Metadata, listings, menus, sitemaps, feeds, dates, texts and addresses in shapes that cost careless readers much."""

import json
from collections.abc import Iterator

from newscrawl.pages.authors import split_authors
from newscrawl.pages.broken_json import loads_all
from newscrawl.pages.encoding import page_text
from newscrawl.plain_html import clean_html
from tests.benchmarks.shapes import (
    CARD,
    DEEPEST,
    NESTED,
    SENTENCE_LINE,
    STORY,
    Shape,
    address,
    article,
    bound,
    dates,
    each,
    feed,
    ld,
    listing,
    menu,
    nested,
    page,
    sitemap,
    text,
    ticker,
)


def head_shapes() -> Iterator[Shape]:
    """Yield articles with much metadata."""
    node = {"@type": "NewsArticle", "headline": "A title"}
    yield Shape("meta elements", article, lambda n: page(head=each("<meta name=n# content=c#>", n)), 125)
    yield Shape("meta elements of one name", article, lambda n: page(head="<meta name=author content=Jane>" * n), 125)
    yield Shape("meta elements of times", article, lambda n: page(head="<meta name=date content=2024-08-22>" * n), 125)
    yield Shape(
        "meta elements deep in objects",
        article,
        lambda n: page("<div>" * DEEPEST + "<meta itemprop=author content=a>" * n),
        NESTED,
    )
    yield Shape("title of bars", article, lambda n: page(head=f"<meta property=og:title content='{'a | ' * n}'>"), 500)
    yield Shape(
        "title of spaces and dashes",
        article,
        lambda n: page(head=f"<meta property=og:title content='{'&nbsp;- ' * n}x'>"),
        250,
    )
    yield Shape(
        "summary of mojibake", article, lambda n: page(head=f"<meta name=description content='{'Ã¡ ' * n}'>"), 125
    )
    yield Shape("keywords", article, lambda n: page(head=f"<meta name=keywords content='{each('k#,', n)}'>"), 125)
    yield Shape("JSON-LD of articles", article, lambda n: page(head=ld([node] * n)), 62)
    yield Shape("JSON-LD blocks", article, lambda n: page(head=ld(node) * n), 62)
    yield Shape("JSON-LD of graphs", article, lambda n: page(head=ld({"@graph": [{"hasPart": [node] * 20}] * n})), 5)
    yield Shape("JSON-LD of graphs in graphs", article, lambda n: page(head=ld('{"@graph":[' * n + "]}" * n)), 15)
    yield Shape(
        "JSON-LD of videos",
        article,
        lambda n: page(head=ld([{"@type": "VideoObject", "contentUrl": "/a.mp4"}] * n)),
        62,
    )
    yield Shape(
        "JSON-LD of authors",
        article,
        lambda n: page(head=ld(node | {"author": [{"@id": f"#{k}"} for k in range(n)]})),
        62,
    )
    yield Shape(
        "JSON-LD with markup in its headline",
        article,
        lambda n: page(head=ld(node | {"headline": "<b>x</b>" + "<a" * n})),
        1000,
    )
    yield Shape("JSON-LD with an open tag", article, lambda n: page(head=ld(node | {"description": "<b " * n})), 1000)
    yield Shape(
        "JSON-LD with a text of markup", article, lambda n: page(head=ld(node | {"articleBody": "<p>x</p>" * n})), 500
    )
    yield Shape("JSON-LD with a text", article, lambda n: page(head=ld(node | {"articleBody": SENTENCE_LINE * n})), 125)
    yield Shape("JSON-LD with references", article, lambda n: page(head=ld(node | {"headline": "&#" * n})), 1000)


def _broken(form: str, count: int) -> str:
    first, more = form.split("#")
    return first + more * count


def json_shapes() -> Iterator[Shape]:
    """Yield texts of JSON that are not well-formed."""
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
        yield Shape(f"broken JSON: {name}", loads_all, bound(form, lambda form, n: _broken(form, n)), 500)
        yield Shape(f"broken JSON, ended: {name}", loads_all, bound(form, lambda form, n: _broken(form, n) + '"}'), 500)


def listing_shapes() -> Iterator[Shape]:
    """Yield listings, menus and tickers."""
    first = '<a href="/news/politics/first-story">x</a>'
    yield Shape("listing: stories", listing, lambda n: each(STORY, n), 125)
    yield Shape("listing: cards", listing, lambda n: each(CARD, n), 31)
    for label in ("Trending", "Most Read", "Related News"):
        yield Shape(
            f"listing: {label} in spans",
            listing,
            bound(label, lambda label, n: f"{first}<div>{f'<span>{label}</span>' * n}</div>"),
            125,
        )
        yield Shape(
            f"listing: {label} as headings",
            listing,
            bound(label, lambda label, n: first + each(f"<h2>{label}</h2>{STORY}", n)),
            62,
        )
        yield Shape(
            f"listing: {label} in nested boxes",
            listing,
            bound(label, lambda label, n: first + nested("div", f"<div><span>{label}</span>", n)),
            NESTED,
        )
        yield Shape(
            f"listing: {label} as headings in nested boxes",
            listing,
            bound(label, lambda label, n: first + nested("div", f"<div><h2>{label}</h2>{STORY}", n)),
            NESTED,
        )
        yield Shape(
            f"listing: {label} as headings, links at the end",
            listing,
            bound(label, lambda label, n: first + f"<div><h2>{label}</h2></div>" * n + each(STORY, n)),
            62,
        )
    yield Shape("listing: links in links", listing, lambda n: each(f"<a href=/news/a/b-#><div>{STORY}", n), 62)
    yield Shape("listing: deep links", listing, lambda n: "<div>" * DEEPEST + each(STORY, n), NESTED)
    yield Shape(
        "listing: buttons",
        listing,
        lambda n: first + "<button class=load-more data-url=/more?page=2>x</button>" * n,
        62,
    )
    yield Shape("listing: buttons in forms", listing, lambda n: first + "<form><button>more</button></form>" * n, 62)
    yield Shape(
        "listing: inputs of one form",
        listing,
        lambda n: first + f"<form><button>Load more</button>{each('<input name=n# value=v>', n)}</form>",
        62,
    )
    yield Shape("listing: forms in boxes", listing, lambda n: first + nested("div", "<div><form><button>x", n), NESTED)
    yield Shape(
        "listing: data attributes", listing, lambda n: f"{first}<div {each('data-a#=/b ', n)}>Load more</div>", 125
    )
    yield Shape(
        "listing: calls", listing, lambda n: f'{first}<a onclick="' + "'/a" + "a" * n + '" class=load-more>x</a>', 2048
    )
    yield Shape(
        "listing: calls of quotes",
        listing,
        lambda n: f'{first}<a onclick="' + "'/" * n + '" class=load-more>x</a>',
        512,
    )
    yield Shape(
        "listing: a page's number",
        listing,
        lambda n: f"{first}<button data-page={'1' * n} class=load-more>x</button>",
        2048,
    )
    yield Shape(
        "listing: JSON of stories",
        listing,
        lambda n: json.dumps([{"url": f"/news/politics/a-{k}"} for k in range(n)]),
        125,
    )
    yield Shape("listing: JSON of markup", listing, lambda n: json.dumps({"html": each(STORY, n)}), 125)
    yield Shape("listing: JSON of pieces of markup", listing, lambda n: json.dumps([each(STORY, 1)] * n), 31)
    yield Shape(
        "listing: JSON with numbers", listing, lambda n: '{"next": ' + "1" * n + ', "url": "/news/a/b-c"}', 2048
    )
    yield Shape("listing: JSON in lists", listing, lambda n: "[" * n, 1000)
    yield Shape("listing: values of JSON", listing, lambda n: '{"url": "/news/a/b-c"} ' * n, 125)
    yield Shape("listing: opened comments", listing, lambda n: "/*" * n + '{"url": "/news/a/b-c"}', 1000)
    yield Shape("menu: links", menu, lambda n: f"<nav>{each('<a href=/news/section#>Section #</a>', n)}</nav>", 125)
    yield Shape("menu: links in links", menu, lambda n: nested("a", "<a href=/news/s#><div>Section #", n), NESTED)
    yield Shape("menu: long labels", menu, lambda n: f"<a href=/news/a>{'<b>word </b>' * n}</a>", 250)
    for name in ("breaking", "ticker", "ticker__item"):
        yield Shape(
            f"ticker: boxes named {name}",
            ticker,
            bound(name, lambda name, n: f"<div class={name}><p>Words</p></div>" * n),
            125,
        )
        yield Shape(
            f"ticker: nested boxes named {name}",
            ticker,
            bound(name, lambda name, n: nested("div", f"<div class={name}><p>Words</p>", n)),
            NESTED,
        )
    yield Shape("ticker: Breaking in spans", ticker, lambda n: f"<div>{'<span>Breaking</span>' * n}</div>", 125)
    yield Shape(
        "ticker: Breaking in spans in boxes", ticker, lambda n: f"<div>{'<p><span>Breaking</span></p>' * n}</div>", 125
    )
    yield Shape(
        "ticker: Breaking in nested boxes", ticker, lambda n: nested("div", "<div><span>Breaking</span>", n), NESTED
    )


def other_shapes() -> Iterator[Shape]:
    """Yield sitemaps, feeds, dates, texts and addresses."""
    entry = "<url><loc>https://x.net/a#</loc><lastmod>2024-08-22</lastmod></url>"
    item = "<item><link>https://x.net/a#</link><pubDate>Thu, 22 Aug 2024 10:00:00 GMT</pubDate></item>"
    yield Shape("sitemap", sitemap, lambda n: f"<urlset>{each(entry, n)}</urlset>", 125)
    yield Shape(
        "sitemap: entries in entries", sitemap, lambda n: f"<urlset>{'<url><loc>https://x.net/a' * n}</urlset>", 62
    )
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
    yield Shape(
        "sitemap: breaks in a URL", sitemap, lambda n: f"<urlset><url><loc>/{'a&#10; ' * n}</loc></urlset>", 500
    )
    yield Shape("feed", feed, lambda n: f"<rss><channel>{each(item, n)}</channel></rss>", 125)
    yield Shape(
        "feed: links of one entry",
        feed,
        lambda n: f"<rss><item>{each('<link>https://x.net/a#</link>', n)}</item></rss>",
        125,
    )
    yield Shape("feed: entries in entries", feed, lambda n: f"<rss>{each('<item><link>/a#</link>', n)}</rss>", 12)
    yield Shape("feed: bases in bases", feed, lambda n: f"<feed>{'<entry xml:base=a/><link>/a</link>' * n}</feed>", 62)
    yield Shape(
        "feed: JSON",
        feed,
        lambda n: json.dumps({"version": "jsonfeed", "items": [{"url": f"/a{k}"} for k in range(n)]}),
        125,
    )
    for name, form in {
        "digits": "1", "dates": "22 Aug 2024 16:28 ", "months": "aug ", "spaces": " ", "colons": "12:", "dots": "1.",
        "labels": "updated: ", "vowel marks": "أَ", "halves": "12 pm ", "zones": "12:00 gmt+", "ago": "2 hours ",
        "years": "2024-", "commas": "22 aug, ", "offsets": "+0",
    }.items():  # fmt: skip
        yield Shape(f"dates: {name}", dates, bound(form, lambda form, n: form * n), 1000)
    for name, form in {
        "letters": "a", "words": "word ", "spaces": " \xa0", "mojibake": "Ã¡ ", "mojibake in one word": "â€œ",
        "joiners": "a\u200c", "surrogates": "\ud83d\udc4d", "lone surrogates": "\ud800", "accents": "e\u0301",
        "accents of one letter": "\u0301", "paragraphs": "One.\n\n", "controls": "\x07", "Arabic read wrongly": "Ø§Ù„",
    }.items():  # fmt: skip
        yield Shape(f"text: {name}", text, bound(form, lambda form, n: form * n), 1000)
    yield Shape("text: bytes encoded twice", page_text, lambda n: "Ã¡ط§ظ„ ".encode() * n, 500)
    yield Shape("text: bytes of a wrong charset", page_text, lambda n: "غزة ".encode("cp1256") * n, 1000)
    yield Shape("text: meta elements without a charset", page_text, lambda n: b"\xe3<meta " * n, 1000)
    yield Shape("body's HTML: styles", clean_html, lambda n: "<p>" + "<em>a\u200b</em> " * n + "</p>", 125)
    for name, form in {
        "dots": "../", "slashes": "/", "percent": "%2f", "wrong percent": "%", "parameters": "?a=b&", "hosts": "a.",
        "hosts of other letters": "غ.", "backslashes": "\\", "line breaks": "\n", "dashes": "a-", "marks": "\u200e",
    }.items():  # fmt: skip
        yield Shape(f"address: {name}", address, bound(form, lambda form, n: "https://x.net/" + form * n), 1000)
        yield Shape(f"address: {name}, relative", address, bound(form, lambda form, n: form * n), 100)
    for name, form in {
        "names": "Jane Doe, ",
        "and": "Jane and ",
        "brackets": "(",
        "mailboxes": "a@",
        "dots": "a.",
        "bars": " |",
    }.items():
        yield Shape(f"authors: {name}", split_authors, bound(form, lambda form, n: f"By {form * n}"), 250)
