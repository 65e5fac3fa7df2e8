"""Feeds in the forms in which sites write them, also where they are not as the standards say."""

import json

import pytest

from newscrawl.pages.feed import FeedError, parse_feed

URL = "https://x.net/feeds/news.rss"
A, B = "https://x.net/news/politics/port-reopens", "https://x.net/news/politics/dockers-return"
ARABIC = "https://x.net/news/politics/غزة-اليوم"
SPANISH = "https://x.net/noticias/política/el-puerto-reabre"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
SELF = '<atom:link rel="self" href="https://x.net/feeds/news.rss"/>'
FALSE = '<guid isPermaLink="false">https://x.net/?p=7</guid>'


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    inner = "".join(f"<item><title>A</title>{item}</item>" for item in items)
    spaces = 'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
    return f'{head}<rss version="2.0" {spaces}><channel><link>https://x.net</link>{SELF}{inner}</channel></rss>'


def atom(*entries: str, more: str = "") -> str:
    inner = "".join(f"<entry><title>A</title>{entry}</entry>" for entry in entries)
    return f'<feed {ATOM} {more}><link href="https://x.net/"/><link rel="self" href="{URL}"/>{inner}</feed>'


# What the feed is like → (feed, URLs of its entries).
FORMS = {
    "two items": (rss(f"<link>{A}</link>", f"<link>{B}</link>"), [A, B]),
    "an item twice": (rss(f"<link>{A}</link>", f"<link>{B}</link>", f"<link>{A}</link>"), [A, B]),
    "CDATA": (rss(f"<link>\n<![CDATA[\n{ARABIC} ]]></link>", f"<guid><![CDATA[{A}]]></guid>"), [ARABIC, A]),
    "a comment inside": (rss(f"<link><!-- own -->{SPANISH}<!-- end --></link>"), [SPANISH]),
    "an ampersand": (rss("<link>https://x.net/a?b=1&c=2</link>"), ["https://x.net/a?b=1&c=2"]),
    "entities of HTML": (
        rss("<title>&laquo;A&raquo;&nbsp;</title><link>https://x.net/pol&iacute;tica</link>"),
        [SPANISH[:14] + "política"],
    ),
    "line breaks": (rss("<link>\n  https://x.net/news/politics/\n  port-reopens\n</link>"), [A]),
    "guid only": (rss(f"<guid>{A}</guid>", f'<guid isPermaLink="true">{B}</guid>'), [A, B]),
    "empty link and guid": (
        rss(f"<link/><guid isPermaLink='true'>{A}</guid>", f"<link> </link><guid>{B}</guid>"),
        [A, B],
    ),
    "a guid that is no URL": (rss("<guid>tag:x.net,2024:7</guid>", f"<guid>7</guid><link>{A}</link>"), [A]),
    "a guid that is no link": (rss(FALSE, f"{FALSE}<link>{A}</link>", FALSE.replace("false", "False")), [A]),
    "guid before link": (rss(f"<guid>https://x.net/?p=7</guid><link>{A}</link>"), [A]),
    "a guid that is a path": (rss('<guid isPermaLink="true">/news/politics/port-reopens</guid>'), [A]),
    "only an enclosure": (rss('<enclosure url="https://m.example/a.mp3"/>', f"<link>{A}</link>"), [A]),
    "an enclosure and guid": (rss(f'<enclosure url="https://m.example/a.mp3"/><guid>{A}</guid>'), [A]),
    "comments are no link": (rss(f"<comments>https://x.net/c#7</comments><link>{A}</link>"), [A]),
    "the link of a source first": (
        rss(f'<source url="https://o.example"><link>https://o.example</link></source><link>{A}</link>'),
        [A],
    ),
    "the link of a picture first": (
        rss(f"<media:content><link>https://o.example/a.jpg</link></media:content><link>{A}</link>"),
        [A],
    ),
    "a link of Atom to the feed first": (rss(f'<atom:link href="{URL}"/><link>{A}</link>'), [A]),
    "a link of Atom elsewhere first": (rss(f'<atom:link href="https://o.example/hub"/><link>{A}</link>'), [A]),
    "a link to the feed itself": (rss(f"<link>{URL}</link><guid>{A}</guid>"), [A]),
    "a link of Atom without a relation, and guid": (rss(f'<atom:link href="{B}"/><guid>{A}</guid>'), [A]),
    "a link of Atom before one of RSS": (rss(f'<atom:link rel="alternate" href="{B}"/><link href="{A}"/>'), [A]),
    "a link of another vocabulary first": (rss(f"<media:link>{B}</media:link><link>{A}</link>"), [A]),
    "only a link of Atom": (rss(f'<atom:link rel="alternate" href="{A}"/>', f'<atom:link href="{B}"/>'), [A, B]),
    "link as an attribute": (rss(f'<link href="{A}"/>'), [A]),
    "a link that leads nowhere": (rss(f"<link>http://[bad</link><guid>{A}</guid>", "<link>javascript:x()</link>"), [A]),
    "a service's link": (
        rss(f"<link>https://feeds.example/~r/7</link><feedburner:origLink>{A}</feedburner:origLink>"),
        [A],
    ),
    "relative links": (
        rss("<link>/news/politics/port-reopens</link>", "<link>//x.net/b</link>"),
        [A, "https://x.net/b"],
    ),
    "ascii is declared": (
        rss(f"<title>غزة</title><link>{ARABIC}</link>", head='<?xml version="1.0" encoding="us-ascii"?>'),
        [ARABIC],
    ),
    "utf-16 is declared": (rss(f"<link>{SPANISH}</link>", head='<?xml version="1.0" encoding="utf-16"?>'), [SPANISH]),
    "white space before the declaration": ("\n\n " + rss(f"<link>{A}</link>"), [A]),
    "a warning before the declaration": ("<br />\n<b>Notice</b>: a < b\n" + rss(f"<link>{A}</link>"), [A]),
    "undeclared prefixes": (
        rss(f"<dc:creator>A</dc:creator><media:a/><content:encoded>x</content:encoded><link>{A}</link>"),
        [A],
    ),
    "markup in a text": (rss(f"<description><p>one<br>two</description><link>{A}</link>", f"<link>{B}</link>"), [A, B]),
    "a closing tag too many": (rss(f"<link>{A}</link></b></item></channel>", f"<link>{B}</link>"), [A, B]),
    "a link that is not closed": (rss(f"<link>{A}<pubDate>x</pubDate>", f"<link>{B}</link>"), [A, B]),
    "control characters": (rss(f"<title>\x0b\x1f</title><link>{A}\x08</link>"), [A]),
    "no channel": (f"<rss><item><link>{A}</link></item></rss>", [A]),
    "RSS 1.0": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://x.net/"><link>https://x.net/</link><items><rdf:Seq><rdf:li rdf:resource="x"/>'
        f'</rdf:Seq></items></channel><item rdf:about="{A}"><title>A</title><link>{A}</link></item>'
        f'<item rdf:about="{B}"><title>B</title></item></rdf:RDF>',
        [A, B],
    ),
    "RSS 1.0 with an identifier": (
        f"<rdf:RDF><item><dc:identifier>doi:7</dc:identifier></item><item><dc:identifier>{A}</dc:identifier></item></rdf:RDF>",
        [A],
    ),
    "Atom": (atom(f'<link href="{A}"/>', f'<link rel="alternate" href="{B}"/>'), [A, B]),
    "Atom, id only": (atom(f"<id>{A}</id>", "<id>tag:x.net,2024:7</id>", "<id>urn:uuid:7</id>"), [A]),
    "Atom, id before link": (atom(f'<id>https://x.net/?p=7</id><link href="{A}"/>'), [A]),
    "Atom, other relations first": (
        atom(
            f'<link rel="self" href="{B}"/><link rel="replies" type="text/html" href="{A}#c"/>'
            f'<link rel="enclosure" href="/a.mp3"/><link rel="edit" href="/e"/><link rel="alternate" href="{A}"/>'
        ),
        [A],
    ),
    "Atom, alternate after a link without a relation": (
        atom(f'<link href="{B}"/><link rel="alternate" href="{A}"/>'),
        [A],
    ),
    "Atom, page after another format": (
        atom(
            '<link rel="alternate" type="application/pdf" href="/a.pdf"/>'
            f'<link rel="alternate" type="text/html" href="{A}"/>'
        ),
        [A],
    ),
    "Atom, relation as an address": (
        atom(
            f'<link rel="self" href="{B}"/><link rel="http://www.iana.org/assignments/relation/Alternate" href="{A}"/>'
        ),
        [A],
    ),
    "Atom, only other relations": (atom(f'<link rel="self" href="{B}"/><link rel="enclosure" href="/a.mp3"/>'), []),
    "Atom, the link of a source first": (
        atom(f'<source><id>https://o.example/</id><link href="https://o.example/"/></source><link href="{A}"/>'),
        [A],
    ),
    "Atom, links in the content": (
        atom(f'<content type="xhtml"><div><link href="/x.css"/><a href="/b">b</a></div></content><link href="{A}"/>'),
        [A],
    ),
    "Atom, the URL as text": (atom(f"<link>{A}</link>"), [A]),
    "Atom, xml:base": (
        atom('<link href="port-reopens"/>', '<link href="/b"/>', more='xml:base="https://x.net/news/politics/"'),
        [A, "https://x.net/b"],
    ),
    "Atom, xml:base inside xml:base": (
        atom('<x/><link xml:base="politics/" href="port-reopens"/>', more='xml:base="/news/"'),
        [A],
    ),
    "Atom, xml:base that leads nowhere": (atom('<link href="/b"/>', more='xml:base="http://["'), ["https://x.net/b"]),
    "Atom, prefix": (
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:link href="{A}"/></a:entry></a:feed>',
        [A],
    ),
    "Atom, old namespace": (f'<feed xmlns="http://purl.org/atom/ns#"><entry><link href="{A}"/></entry></feed>', [A]),
    "no items": (rss(), []),
    "JSON": (
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [
                    {"id": "1", "url": A},
                    {"id": ARABIC},
                    {"id": "3"},
                    4,
                    {"url": ["x"]},
                    {"url": "/b", "id": A},
                ],
            }
        ),
        [A, ARABIC, "https://x.net/b"],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_feed_in_any_form(name: str) -> None:
    text, wanted = FORMS[name]
    assert list(parse_feed(text.encode(), URL)) == wanted
    assert list(parse_feed(text.encode("utf-16"), URL)) == wanted


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Not found",
        "<html><body><feed></feed></body></html>",
        "<urlset></urlset>",
        "<opml><item/></opml>",
        "{}",
        "[]",
        '{"version": "https://jsonfeed.org/version/1.1"}',
        '{"items": []}',
        '{"version": 1, "items": {}}',
        '{"version": "https://jsonfeed.org/version/1.1", "items": [',
        "{" * 100_000,
        '{"items": [' + "[" * 100_000,
        '{"version": ' + "9" * 5000 + "}",
        "<rss>",
        "<rss><item><!-- </item></rss>",
        "<rss>" + "<item>" * 100_000 + "</rss>",
    ],
)
def test_what_is_no_whole_feed_raises(body: str) -> None:
    with pytest.raises(FeedError):
        parse_feed(body.encode(), URL)


ORIGINAL = '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">{}</f:origLink>'
RANKS = [
    ORIGINAL,
    "<link>{}</link>",
    '<link rel="alternate" href="{}"/>',
    '<link href="{}"/>',
    '<link rel="alternate" type="application/pdf" href="{}"/>',
    '<atom:link rel="alternate" href="{}"/>',
    "<media:link>{}</media:link>",
    "<guid>{}</guid>",
    '<atom:link href="{}"/>',
]


@pytest.mark.parametrize("first", range(len(RANKS)))
def test_the_most_certain_url_of_an_entry_is_taken_in_any_order(first: int) -> None:
    assert parse_feed(rss(RANKS[first].format(A)).encode(), URL) == (A,)
    for other in RANKS[first + 1 :]:
        best, worse = RANKS[first].format(A), other.format(B)
        for entry in (best + worse, worse + best):
            assert parse_feed(rss(entry).encode(), URL) == (A,), entry


@pytest.mark.parametrize(
    "entry",
    [
        '<link rel="self" href="{}"/>',
        '<link rel="enclosure" href="{}"/>',
        '<guid isPermaLink="false">{}</guid>',
        "<id>tag:x.net,2024:7</id>",
        "<comments>{}</comments>",
        "<link></link>",
    ],
)
def test_what_is_no_url_of_an_entry(entry: str) -> None:
    assert parse_feed(rss(entry.format(A), f"<link>{B}</link>").encode(), URL) == (B,)
