"""Sitemaps in the forms in which sites write them, also where they are not as the standard says."""

import gzip

import pytest

from newscrawl.pages.sitemap import LARGEST, SitemapError, parse_sitemap

URL = "https://x.net/sitemaps/all.xml"
A, B = "https://x.net/news/politics/port-reopens", "https://x.net/news/politics/dockers-return"
ARABIC = "https://x.net/news/politics/غزة-اليوم"
SPANISH = "https://x.net/noticias/política/el-puerto-reabre"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
IMAGE = f'{SPACE} xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
PICTURE = "<image:loc>https://x.net/a.jpg</image:loc>"
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def entry(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


def urlset(*entries: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>', spaces: str = SPACE) -> str:
    return f"{head}<urlset {spaces}>{''.join(entries)}</urlset>"


TWO = urlset(entry(A), entry(B))

# What the sitemap is like → (sitemap, URLs of its pages).
FORMS = {
    "plain": (TWO, [A, B]),
    "white space before the declaration": ("\n \t" + TWO, [A, B]),
    "a mark before the declaration": ("\ufeff\ufeff\n" + TWO, [A, B]),
    "a warning of a program before the declaration": ("<br />\n<b>Warning</b>:  a &amp; b <br />" + TWO, [A, B]),
    "a warning behind the end": (TWO + "\n<br />\n<b>Notice</b>: done <p>", [A, B]),
    "comments around the root": (f"<!-- <urlset> -->{TWO}<!-- cached -->", [A, B]),
    "a style sheet": (urlset(entry(A), head='<?xml version="1.0"?><?xml-stylesheet href="<urlset>"?>'), [A]),
    "a document type": (urlset(entry(A), head='<!DOCTYPE urlset [<!ENTITY a "b">]>'), [A]),
    "utf-16 is declared": (urlset(entry(ARABIC), head='<?xml version="1.0" encoding="utf-16"?>'), [ARABIC]),
    "ascii is declared": (urlset(entry(SPANISH), head='<?xml version="1.0" encoding="us-ascii"?>'), [SPANISH]),
    "an unknown charset is declared": (urlset(entry(A), head='<?xml version="1.0" encoding="none"?>'), [A]),
    "no declaration": (urlset(entry(ARABIC), head=""), [ARABIC]),
    "no namespace": (urlset(entry(A), spaces=""), [A]),
    "an old namespace": (urlset(entry(A), spaces='xmlns="http://www.google.com/schemas/sitemap/0.84"'), [A]),
    "a namespace only on the values": (f"<urlset><url><loc {SPACE}>{A}</loc></url></urlset>", [A]),
    "no namespace on the entries": (urlset(f'<url xmlns=""><loc>{A}</loc></url>'), [A]),
    "no namespace on the values": (urlset(f'<url><loc xmlns="">{A}</loc></url>'), [A]),
    "a prefix": (f"<s:urlset {SPACE.replace('xmlns', 'xmlns:s')}><s:url><s:loc>{A}</s:loc></s:url></s:urlset>", [A]),
    "a prefix that is nowhere declared": (f"<s:urlset><s:url><s:loc>{A}</s:loc></s:url></s:urlset>", [A]),
    "prefixes inside that are nowhere declared": (
        urlset(entry(A, f"<image:image>{PICTURE}</image:image><xhtml:link/>"), entry(B)),
        [A, B],
    ),
    "capital letters": (f"<URLSET><URL><LOC>{A}</LOC></URL></URLSET>", [A]),
    "a picture's address first": (urlset(f"<url>{PICTURE}<loc>{A}</loc></url>", spaces=IMAGE), [A]),
    "a picture first": (urlset(f"<url><image:image>{PICTURE}</image:image><loc>{A}</loc></url>", spaces=IMAGE), [A]),
    "a picture's address first, prefix nowhere declared": (
        urlset(f"<url><video:loc>https://x.net/a.mp4</video:loc><loc>{A}</loc></url>"),
        [A],
    ),
    "only a picture": (urlset(f"<url>{PICTURE}</url>", entry(B), spaces=IMAGE), [B]),
    "a picture beside the entries": (urlset(entry(A), f"<image:image>{PICTURE}</image:image>", spaces=IMAGE), [A]),
    "a comment inside": (urlset(entry("https://x.net/news/<!-- section -->politics/port-reopens<!-- end -->")), [A]),
    "a comment that holds an entry": (urlset(entry(A), f"<!-- {entry(B)} -->"), [A]),
    "CDATA": (
        urlset(entry(f"\n<![CDATA[ {ARABIC} ]]>\n"), entry("<![CDATA[https://x.net/a?b=1&c=2]]>")),
        [ARABIC, "https://x.net/a?b=1&c=2"],
    ),
    "CDATA in an element inside": (urlset(entry(f"<url>\n<![CDATA[{A}]]></url>")), [A]),
    "line breaks": (urlset(entry(f"\n    {A}\n  "), entry("https://x.net/news/politics/\n   dockers-return")), [A, B]),
    "marks around": (urlset(entry(f"\u200f{ARABIC}\u200e"), entry(f"\u200b{A}\ufeff")), [ARABIC, A]),
    "entities of HTML": (
        urlset(
            entry("https://x.net/pol&iacute;tica"),
            entry("https://x.net/&#x63;af&#233;"),
            entry(A, "<title>&nbsp;&nosuch;</title>"),
        ),
        ["https://x.net/política", "https://x.net/café", A],
    ),
    "an ampersand": (urlset(entry("https://x.net/a?b=1&c=2&amp;d=3"), entry(A)), ["https://x.net/a?b=1&c=2&d=3", A]),
    "control characters": (urlset(entry(f"{A}\x0b\x00"), "\x01", entry(B)), [A, B]),
    "relative addresses": (
        urlset(entry("/news/politics/port-reopens"), entry("//x.net/news/politics/dockers-return"), entry("b.html")),
        [A, B, "https://x.net/sitemaps/b.html"],
    ),
    "addresses that lead nowhere": (
        urlset(entry(""), "<url/>", entry("http://[bad"), entry("mailto:desk@x.net"), entry(A)),
        [A],
    ),
    "an entry twice": (urlset(entry(A), entry(B), entry(A)), [A, B]),
    "an address without loc": (urlset(f"<url>{A}</url>", "<url>no address</url>"), [A]),
    "entries that are not closed": (f"<urlset><url><loc>{A}</loc><url><loc>{B}</loc></urlset>", [A, B]),
    "addresses without an entry": (urlset(f"<loc>{A}</loc>", f"<loc>{B}</loc>"), [A, B]),
    "two documents": (TWO.replace(entry(B), "") + urlset(entry(B)), [A, B]),
    "broken markup": (urlset("<url a=b><loc>" + A + "</loc></wrong></url>", "a < b", entry(B)), [A, B]),
    "a text": (f"{A}\n{ARABIC}\n", [A, ARABIC]),
    "a text with a mark, blank lines and remarks": (f"\ufeff\r\n{A}\r\n\r\n  {B} \r\n# end\r\n{A}", [A, B]),
    "a text that begins with remarks": (f"# URLs\n\n{A}\n# more\n{B}", [A, B]),
    "a text with other line ends": (f"{A}\r{B}\r", [A, B]),
    "a text with times": (f"{A} 2024-08-22T13:28:00Z\n{B}\t2024-08-22\n", [A, B]),
    "addresses without a scheme": (urlset(entry("www.x.net/a"), entry(A)), ["https://www.x.net/a", A]),
    "RSS": (f"<rss><channel><link>https://x.net</link><item><link>{A}</link></item></channel></rss>", [A]),
    "Atom": (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/><entry><link href="{A}"/></entry></feed>',
        [A],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_sitemap_in_any_form(name: str) -> None:
    text, wanted = FORMS[name]
    for body in (text.encode(), gzip.compress(text.encode())):
        found = parse_sitemap(body, URL)
        assert [url for url, _ in found.pages] == wanted
        assert found.sitemaps == ()


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_sitemap_in_any_charset(charset: str) -> None:
    assert parse_sitemap(urlset(entry(ARABIC)).encode(charset), URL).pages == ((ARABIC, None),)


def test_a_declared_charset_counts_where_the_bytes_are_not_utf_8() -> None:
    head = '<?xml version="1.0" encoding="windows-1256"?>'
    assert parse_sitemap(urlset(entry(ARABIC), head=head).encode("cp1256"), URL).pages == ((ARABIC, None),)
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>'
    assert parse_sitemap(urlset(entry(SPANISH), head=head).encode("latin-1"), URL).pages == ((SPANISH, None),)


@pytest.mark.parametrize(
    ("more", "moment"),
    [
        ("<lastmod>2024</lastmod>", "2024-01-01T00:00:00+00:00"),
        ("<lastmod>2024-08</lastmod>", "2024-08-01T00:00:00+00:00"),
        ("<lastmod> 2024-08-22\n</lastmod>", "2024-08-22T00:00:00+00:00"),
        ("<lastmod>2024-08-22T13:28Z</lastmod>", "2024-08-22T13:28:00+00:00"),
        ("<lastmod>2024-08-22T16:28+03:00</lastmod>", "2024-08-22T16:28:00+03:00"),
        ("<lastmod>2024-08-22T13:28:07.45+00:00</lastmod>", "2024-08-22T13:28:07+00:00"),
        ("<lastmod><![CDATA[2024-08-22T13:28:00Z]]></lastmod>", "2024-08-22T13:28:00+00:00"),
        ("<lastmod>soon</lastmod>", None),
        ("<lastmod>" + "9" * 5000 + "</lastmod>", None),
        ("<lastmod/>", None),
        (
            "<news:news><news:title>A</news:title><news:publication_date>2024-08-22</news:publication_date></news:news>",
            "2024-08-22T00:00:00+00:00",
        ),
        (
            "<news:news><news:publication_date>2024-08-20</news:publication_date></news:news><lastmod>2024-08-22</lastmod>",
            "2024-08-22T00:00:00+00:00",
        ),
        ("<video:video><video:publication_date>2024-08-22</video:publication_date></video:video>", None),
    ],
)
def test_the_time_of_a_page(more: str, moment: str | None) -> None:
    for spaces in (SPACE, f"{SPACE} {NEWS}"):
        ((url, found),) = parse_sitemap(urlset(entry(A, more), spaces=spaces).encode(), URL).pages
        assert (url, found and found.isoformat()) == (A, moment)


def test_the_times_of_a_text() -> None:
    pages = parse_sitemap(f"{A} 2024-08-22T13:28:00Z\n{B}".encode(), URL).pages
    assert [(url, moment and moment.isoformat()) for url, moment in pages] == [
        (A, "2024-08-22T13:28:00+00:00"),
        (B, None),
    ]


def test_an_index_in_any_form() -> None:
    first, second = "https://x.net/sitemap-2024-8.xml", "https://x.net/sitemaps/sitemap-2024-9.xml"
    index = (
        f"<sitemapindex {SPACE}><sitemap><lastmod>2024-08-22</lastmod><loc>{first}<!-- August --></loc></sitemap>"
        f"<url><loc>{A}</loc></url><sitemap>\nsitemap-2024-9.xml</sitemap><sitemap>{second}</sitemap></sitemapindex>"
    )
    found = parse_sitemap(index.encode(), URL)
    assert found.sitemaps == (first, second)
    assert found.pages == ((A, None),)
    mixed = urlset(entry(A), f"<sitemap><loc>{first}</loc></sitemap>")
    assert parse_sitemap(mixed.encode(), URL) == parse_sitemap(
        f"<sitemapindex><sitemap><loc>{first}</loc></sitemap>{entry(A)}</sitemapindex>".encode(), URL
    )
    assert parse_sitemap(f"<sitemapindex><loc>{first}</loc></sitemapindex>".encode(), URL).sitemaps == (first,)


def test_gzip_in_gzip_and_in_parts() -> None:
    body = TWO.encode()
    for packed in (
        gzip.compress(gzip.compress(body)),
        b"".join(gzip.compress(bytes([each])) for each in body),
        gzip.compress(body[:90]) + b"\0" * 9 + gzip.compress(b"") + gzip.compress(body[90:]) + b"\0\0",
        gzip.compress(f"{A}\n".encode()) + gzip.compress(B.encode()),
    ):
        assert [url for url, _ in parse_sitemap(packed, URL).pages] == [A, B]


def test_a_sitemap_that_unpacks_to_too_much_raises() -> None:
    with pytest.raises(SitemapError, match="after decompression"):
        parse_sitemap(gzip.compress(b" " * (LARGEST + 1), 1), URL)


@pytest.mark.parametrize(
    "body",
    [
        "", " ", "Not found",
        "<html><body><p>404</p><urlset></urlset></body></html>", "<!doctype html><html></html>", "{}",
        "<opml></opml>", "<!-- <urlset></urlset> -->", "<urlset>" + "<url>" * 100_000, "<urlset></urlset",
        "<urlset><!-- </urlset>", "<urlset<<></urlset>", "<urlset><![CDATA[</urlset>", TWO + "<urlset><url>",
        "<urlset>&lt;/urlset>",
        "<urlset>" + "<a>" * 100_000 + entry(A) + "</a>" * 100_000 + "</urlset>",
    ],
)  # fmt: skip
def test_what_is_no_whole_sitemap_raises(body: str) -> None:
    with pytest.raises(SitemapError):
        parse_sitemap(body.encode(), URL)


def test_what_a_document_type_declares_is_never_read() -> None:
    bombs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE urlset [<!ENTITY a0 "x"><!ENTITY f SYSTEM "file:///etc/hostname">{bombs}]>'
    found = parse_sitemap(urlset(entry("https://x.net/&a11;&f;"), head=head).encode(), URL)
    assert found.pages == (("https://x.net/&a11;&f;", None),)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        (urlset(entry(A, "<lastmod>2024-08-22</lastmod>")), [(A, "2024-08-22")]),
        (urlset(entry(A, "<lastmod> 2024 </lastmod>")), [(A, "2024-01-01")]),
        (urlset(entry(A, "<lastmod>x</lastmod><lastmod>2024-08</lastmod>")), [(A, "2024-08-01")]),
        (urlset(entry(A, "<lastmod>2024-08-22</lastmod><lastmod>2023-08-22</lastmod>")), [(A, "2024-08-22")]),
        (
            urlset(entry(A, "<news:publication_date>2024-08-21</news:publication_date>"), spaces=NEWS),
            [(A, "2024-08-21")],
        ),
        (
            urlset(
                entry(A, "<news:publication_date>2024-08-21</news:publication_date><lastmod>2024-08-22</lastmod>"),
                spaces=NEWS,
            ),
            [(A, "2024-08-22")],
        ),
        (urlset(entry(A, "<video:publication_date>2024-08-21</video:publication_date>")), [(A, None)]),
        (urlset(entry(A), entry(A, "<lastmod>2024-08-22</lastmod>")), [(A, None)]),
        (f"{A} 2024-08-22\n# x\n\n{B}\n{A}\n", [(A, "2024-08-22"), (B, None)]),
        (f"# x\n{A} ;2024-08-22\nwords", [(A, "2024-08-22")]),
        (f"<rss><item><link>{A}</link><pubDate>22 Aug 2024 10:00 GMT</pubDate></item></rss>", [(A, "2024-08-22")]),
        (
            f"<feed><entry><id>{A}</id><published>2024-08-21</published><updated>2024-08-22</updated></entry></feed>",
            [(A, "2024-08-22")],
        ),
        (f"<feed><entry><id>{A}</id><published>2024-08-21</published><updated/></entry></feed>", [(A, "2024-08-21")]),
        (f"<feed><entry><id>{A}</id></entry></feed>", [(A, None)]),
    ],
)
def test_the_time_of_each_page(text: str, pages: list[tuple[str, str | None]]) -> None:
    found = parse_sitemap(text.encode(), URL)
    assert [(url, moment and moment.isoformat()[:10]) for url, moment in found.pages] == pages
    assert found.sitemaps == ()


def test_an_index_leads_to_sitemaps_and_may_lead_to_pages() -> None:
    index = f"<sitemapindex {SPACE}><sitemap><loc>{A}</loc><loc>{A}</loc></sitemap>{entry(B)}</sitemapindex>"
    found = parse_sitemap(index.encode(), URL)
    assert found.sitemaps == (A,)
    assert found.pages == ((B, None),)
    bare = parse_sitemap(f"<sitemapindex><loc>{A}</loc></sitemapindex>".encode(), URL)
    assert (bare.sitemaps, bare.pages) == ((A,), ())
    bare = parse_sitemap(f"<urlset><loc>{A}</loc></urlset>".encode(), URL)
    assert (bare.sitemaps, bare.pages) == ((), ((A, None),))


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_sitemap_may_be_packed_up_to_three_times(times: int) -> None:
    body = TWO.encode()
    for _ in range(times):
        body = gzip.compress(body) + b"\0\0"
    if times < 4:
        assert len(parse_sitemap(body, URL).pages) == 2
    else:
        with pytest.raises(SitemapError):
            parse_sitemap(body, URL)
