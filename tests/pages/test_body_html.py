"""The HTML of a body: the page's structure in few elements, its links, and nothing else that a page may bring."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import fromstring

from newscrawl.pages import parse_article
from newscrawl.pages.body import Paragraph
from newscrawl.pages.body_html import body_html
from newscrawl.pages.related import LinkedArticles
from newscrawl.pages.runs import Run
from newscrawl.pipelines.clean import cleaned
from newscrawl.plain_html import is_html_of
from newscrawl.urls import site_of
from tests.pages.samples import FIRST, SECOND, URL, page_of, read
from tests.test_plain_html import PIECES, check_elements

THIRD = "The council will meet again in the spring, when the study of the river bed has been paid for."
FOURTH = "A spokesman for the ferry company said that the old timetable would be kept until then."


def html_of(body: str, **parts: str) -> str:
    """Return the HTML of a body without its first and last paragraph, which are those of `page_of`."""
    article = read(body=body, **parts)
    assert is_html_of(article.body_html, article.body)
    return article.body_html.removeprefix(f"<p>{FIRST}</p>\n").removesuffix(f"\n<p>{SECOND}</p>")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>{THIRD}</p>", f"<p>{THIRD}</p>"),
        # Headings keep their level as far as there are three; all in bold and short is a heading of no level.
        (f"<h1>One</h1><p>{THIRD}</p>", f"<h2>One</h2>\n<p>{THIRD}</p>"),
        (f"<h2><b>One</b></h2><p>{THIRD}</p>", f"<h2>One</h2>\n<p>{THIRD}</p>"),
        (f"<h3>One <em>two</em></h3><p>{THIRD}</p>", f"<h3>One <em>two</em></h3>\n<p>{THIRD}</p>"),
        (f"<h5><div>One</div></h5><p>{THIRD}</p>", f"<h4>One</h4>\n<p>{THIRD}</p>"),
        (f"<p><strong>One</strong></p><p>{THIRD}</p>", f"<h4>One</h4>\n<p>{THIRD}</p>"),
        # Styles, breaks and spaces.
        (f"<p><b>One.</b> <i>Two</i><br>{THIRD}</p>", f"<p><strong>One.</strong> <em>Two</em><br>{THIRD}</p>"),
        (f"<p><b>One. </b><b><i> Two.</i></b> {THIRD}</p>", f"<p><strong>One. <em>Two.</em></strong> {THIRD}</p>"),
        (f"<p>un<b>happi</b>ly {THIRD}</p>", f"<p>un<strong>happi</strong>ly {THIRD}</p>"),
        (f"<p>{THIRD}\n<b> </b><i></i><br></p>", f"<p>{THIRD}</p>"),
        (f"<p><span class=x>{THIRD}</span> <u>A &lt; B &amp;amp; C</u></p>", f"<p>{THIRD} A &lt; B &amp;amp; C</p>"),
        # Lists.
        (f"<ul><li>One.<li>{THIRD}</ul>", f"<ul><li>One.</li>\n<li>{THIRD}</li></ul>"),
        (f"<ol><li>One.</li></ol><ul><li>{THIRD}</ul>", f"<ol><li>One.</li></ol>\n<ul><li>{THIRD}</li></ul>"),
        (f"<ul><li>One.</ul><ul><li>{THIRD}</ul>", f"<ul><li>One.</li></ul>\n<ul><li>{THIRD}</li></ul>"),
        (f"<ul><li><p>{FOURTH}</p></li><li>One.</ul>", f"<ul><li>{FOURTH}</li>\n<li>One.</li></ul>"),
        (
            f"<ul><li><p>{THIRD}</p><p>{FOURTH}</p></li><li>One.</ul>",
            f"<ul><li><p>{THIRD}</p>\n<p>{FOURTH}</p></li>\n<li>One.</li></ul>",
        ),
        (
            f"<ul><li>One.<ol><li>{THIRD}</li></ol></li><li>Two.</li></ul>",
            f"<ul><li>One.</li></ul>\n<ol><li>{THIRD}</li></ol>\n<ul><li>Two.</li></ul>",
        ),
        (f"<ul><li><h3>One</h3><p>{THIRD}</p></ul>", f"<ul><li><h3>One</h3>\n<p>{THIRD}</p></li></ul>"),
        # Quotes.
        (f"<blockquote>{THIRD}</blockquote>", f"<blockquote><p>{THIRD}</p></blockquote>"),
        (
            f"<blockquote><p>{THIRD}</p><p>{FOURTH}</p></blockquote>",
            f"<blockquote><p>{THIRD}</p>\n<p>{FOURTH}</p></blockquote>",
        ),
        (
            f"<blockquote><p>{THIRD}</p></blockquote><blockquote><p>{FOURTH}</p></blockquote>",
            f"<blockquote><p>{THIRD}</p></blockquote>\n<blockquote><p>{FOURTH}</p></blockquote>",
        ),
        (
            f"<blockquote><ul><li>One.<li>{THIRD}</ul></blockquote>",
            f"<blockquote><ul><li>One.</li>\n<li>{THIRD}</li></ul></blockquote>",
        ),
        (f"<ul><li><blockquote>{THIRD}</blockquote></ul>", f"<blockquote><p>{THIRD}</p></blockquote>"),
        # An embedded post is a quote.
        (
            f"<blockquote class=twitter-tweet><p>{THIRD} <a href=https://t.co/x>t.co/x</a></p></blockquote>",
            f"<blockquote><p>{THIRD} t.co/x</p></blockquote>",
        ),
        # Tables.
        (
            "<table><tr><th>Port<th>Ships<tr><td>North<td><a href=/x?id=7>12</a></table>",
            "<table><tr><td><strong>Port</strong></td><td><strong>Ships</strong></td></tr>\n"
            '<tr><td>North</td><td><a href="https://english.almayadeen.net/x?id=7">12</a></td></tr></table>',
        ),
        ("<table><tr><td>A | B<td>C</table>", "<table><tr><td>A | B</td><td>C</td></tr></table>"),
    ],
)
def test_structure_of_the_page_is_kept(body: str, expected: str) -> None:
    assert html_of(body) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("//example.org/a?b=1&amp;c=2#d", "https://example.org/a?b=1&amp;c=2"),
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("/news/politics/other?x=1#y", "https://english.almayadeen.net/news/politics/other"),
        ("https://example.org/&quot;onmouseover=&quot;x", "https://example.org/%22onmouseover=%22x"),
        ("https://example.org/a?b=&quot;&gt;&lt;script&gt;", "https://example.org/a?b=%22%3E%3Cscript%3E"),
        ("https://example.org/a'b", "https://example.org/a&#x27;b"),
        ("https://example.org/\u202egpj", "https://example.org/%E2%80%AEgpj"),
        ("mailto:desk@example.org", None),
        ("javascript:alert(1)", None),
        ("java&#10;script:alert(1)", None),
        (" \x01javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)//https://x.net", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("#note-1", None),
        ("", None),
        ("http://[bad", None),
    ],
)
def test_links_lead_to_the_web_or_are_text(href: str, expected: str | None) -> None:
    text = (
        f'The council&#39;s <a href="{href}" onclick="x()" class=c style=color:red>long report</a> says it all. {THIRD}'
    )
    link = "long report" if expected is None else f'<a href="{expected}">long report</a>'
    assert html_of(f"<p>{text}</p>") == f"<p>The council's {link} says it all. {THIRD}</p>"


def test_links_are_relative_to_the_base_of_the_page() -> None:
    found = html_of(f'<p>{THIRD} <a href="b?c=d">There</a></p>', head='<base href="https://example.org/a/">')
    assert found == f'<p>{THIRD} <a href="https://example.org/a/b?c=d">There</a></p>'


def test_each_post_is_a_quote_and_other_texts_of_no_element_are_paragraphs() -> None:
    urls = LinkedArticles(URL, site_of(URL))
    posts = [Paragraph(text, None, (Run(text),), is_post=True) for text in (THIRD, FOURTH)]
    stated = [Paragraph(text, None, (Run(text),)) for text in (THIRD, FOURTH)]
    for holder in (None, fromstring("<div></div>")):
        assert body_html(stated, urls, holder) == f"<p>{THIRD}</p>\n<p>{FOURTH}</p>"
        assert body_html(posts, urls, holder) == (
            f"<blockquote><p>{THIRD}</p></blockquote>\n<blockquote><p>{FOURTH}</p></blockquote>"
        )


def test_what_is_around_the_body_is_no_part_of_it() -> None:
    page = page_of(body=f"<ul><li>{THIRD}</li></ul>")
    page = page.replace("<div class=p-content>", "<ul><li><blockquote><ol><li><div class=p-content>")
    expected = f"<p>{FIRST}</p>\n<ul><li>{THIRD}</li></ul>\n<p>{SECOND}</p>"
    assert parse_article(page, URL).body_html == expected


ATTACKS = [
    *PIECES, "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><p><style><a id='</style><img src=x>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x>'>", "<iframe srcdoc='<script>x</script>'></iframe>", "<object data=x>",
    "<form action=x><input name=y></form>", "<a href='javascript:x'>x</a>", "<p onclick=x style=x>", "<textarea></p>",
    "&lt;/p&gt;&lt;script&gt;", "&#0;", "&#xd800;", "<a href='https://x.net/\"><b>'>", "<b", "</",
    "<!DOCTYPE x>", "<?x ?>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<h3>", "<strong>", "<em>", "<br>",
    "</strong>", "</li>", "</td>",
    FOURTH,
]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(ATTACKS), max_size=10).map("".join))
def test_no_page_brings_in_another_element(body: str) -> None:
    page = page_of(body=f"<p>{THIRD}{body}</p>").encode("utf-8", "surrogatepass")
    for source in (page, page.decode("utf-8", "replace")):
        article = parse_article(source, URL)
        for record in (article, cleaned(article)):
            assert is_html_of(record.body_html, record.body)
            check_elements(record.body_html)
        assert cleaned(article).body_html.encode()
