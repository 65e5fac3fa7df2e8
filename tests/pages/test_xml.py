"""XML as sitemaps and feeds have it, also where it is not well-formed."""

import pytest
from lxml import etree

from newscrawl.pages.ticker import parse_headlines
from newscrawl.pages.xml import XmlError, is_web, local_name, namespace, parse_xml, stated_url, value_of


def parsed(text: str) -> str:
    """Return what is in a root `r`, as XML."""
    (root,) = parse_xml(f"<r>{text}</r>", "https://x.net/", ("r",))
    return etree.tostring(root, encoding="unicode", with_tail=False).removeprefix("<r>").removesuffix("</r>")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a>b</a>", "<a>b</a>"),
        ("<a><!-- x -->b<?y z?></a>", "<a>b</a>"),
        ('<a><![CDATA[b & <c> "d"]]></a>', '<a>b &amp; &lt;c&gt; "d"</a>'),
        ("<a>b &amp; &lt; &eacute; &#233; &#xE9; &nope; & &#0; c</a>", "<a>b &amp; &lt; é é é &amp;nope; &amp;  c</a>"),
        ("<a>&quot;&#34;&#1114111;&#1114112;</a>", '<a>""\U0010ffff</a>'),
        ("<a b='&#34;&laquo;'>c</a>", '<a b="&quot;«">c</a>'),
        ("<a>b\x00\x0bc\uffff</a>", "<a>bc</a>"),
        # Tags that are not closed, or closed too often, and attributes without quotes.
        ("<a>b<c>d</a><e>f</e>", "<a>b<c>d</c></a><e>f</e>"),
        ("<a>b</c></a><e>f</e>", "<a>b</a><e>f</e>"),
        ("<a b=c d='e' b=f>g</a>", '<a b="f" d="e">g</a>'),
        ("<a b>g</a></a>", "<a>g</a>"),
        ('<a/></a><b c="d"/>', '<a/><b c="d"/>'),
        ("<a>1 < 2</a></x>", "<a>1 &lt; 2</a>"),
        ("<x:a>b</x:a>", "<x:a>b</x:a>"),
    ],
)
def test_a_document_that_is_not_well_formed_is_read(text: str, found: str) -> None:
    assert parsed(text) == found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not r but nothing"),
        ("text", "not r but nothing"),
        ("<s></s>", "not r but s"),
        ("<html><r></r></html>", "not r but html"),
        ("<r>", "it has no </r>"),
        ("<r><a></r", "no end"),
        ("<r><!-- <a/></r>", "it has no </r>"),
        ("<r><r></r>", "it has no </r>"),
        ("<r>" + "<a>" * 300 + "</a>" * 300 + "</r>", "nested too deep"),
    ],
)
def test_what_is_no_whole_document_raises(text: str, reason: str) -> None:
    with pytest.raises(XmlError, match=reason):
        parse_xml(text, "https://x.net/", ("r",))


def test_roots_are_found_in_any_spelling() -> None:
    holder = parse_xml("<!DOCTYPE r><?x?> <R/><x:r>a</x:r><r/> tail", "https://x.net/", ("r",))
    assert [local_name(each) for each in holder] == ["r", "r", "r"]
    assert [namespace(each) for each in holder] == ["", "x", ""]
    assert namespace(etree.fromstring("<a xmlns='http://y'/>")) == "http://y"
    with pytest.raises(XmlError, match="not r or s but t"):
        parse_xml("<t/>", "", ("r", "s"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://x.net/a", "https://x.net/a"),
        ("HTTPS://x.net/a", "HTTPS://x.net/a"),
        ("https://x.net/\n a", "https://x.net/a"),
        ("www.x.net/a", "https://www.x.net/a"),
        ("/a", "https://x.net/a"),
        ("a\\b", "https://x.net/a/b"),
        ("mailto:a", None),
        ("https://[x", None),
        ("https://x.net/é", "https://x.net/é"),
    ],
)
def test_a_url_as_a_document_states_it(text: str, url: str | None) -> None:
    assert stated_url(text, "https://x.net/") == url


def test_values_and_schemes() -> None:
    for text, value in (
        ("<a>b<c>d</c></a>", "b"), ("<a> <c> d </c></a>", "d"), ("<a/>", ""), (f"<a>{'<c/>' * 9}<c>d</c></a>", "d"),
        (f"<a>{'<c/>' * 10}<c>d</c></a>", ""),
    ):  # fmt: skip
        assert value_of(etree.fromstring(text)) == value
    assert [is_web(text) for text in ("http://a", "HTTPS://a", "ftp://a", " http://a")] == [True, True, False, False]


LONG = "o" * 300


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<li class=ticker__item>a</li><li class=ticker__item>b</li><li class=ticker__item>a</li>", "a b"),
        ("<li class=ticker__item>Breaking</li><li class=ticker__item>b</li>", "b"),
        ("<li class=ticker__items>a</li>", ""),
        ("<span class=ticker__item>a</span><p class=ticker>x</p>", "a"),
        (f"<li class=ticker__item>{'o' * 500}</li><li class=ticker__item>{'o' * 501}</li>", "o" * 500),
        # A box that is named so, with several lines.
        ("<div class=ticker><p>a</p><p>b</p></div>", "a b"),
        ("<div id=ticker><p>a</p><p>b</p></div>", "a b"),
        ("<div class=ticker><p>a</p></div>", ""),
        ("<div class=ticker><p>a</p></div><div class=breaking><p>b</p><p>c</p></div>", "b c"),
        ("<div class=ticker><p hidden>a</p><p>b</p></div>", ""),
        (f"<div class=ticker><p>a</p><p>{LONG}</p></div>", f"a {LONG}"),
        (f"<div class=ticker><p>a</p><p>{LONG}o</p></div>", ""),
        (f"<div class=ticker>{'<p>a</p><p>b</p>' * 30}</div>", "a b"),
        (f"<div class=ticker>{'<p>a</p><p>b</p>' * 30}<p>c</p></div>", ""),
        # A box under the word "Breaking".
        ("<div><b>Breaking</b><p>a</p><p>b</p></div>", "a b"),
        ("<div><b>Breaking</b><p>a</p></div>", ""),
        ("<div><div><b>Breaking</b></div><p>a</p><p>b</p></div>", "a b"),
        ("<div><div><div><b>Breaking</b></div></div><p>a</p><p>b</p></div>", ""),
        ("<div><b>Breaking<i></i></b><p>a</p><p>b</p></div>", ""),
        ('{"a": "<li class=ticker__item>a</li>"}', ""),
    ],
)
def test_the_lines_of_the_ticker(html: str, lines: str) -> None:
    assert " ".join(parse_headlines(f"<body>{html}" if html[0] == "<" else html)) == lines
