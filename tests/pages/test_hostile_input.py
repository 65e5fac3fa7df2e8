"""The parsers raise only their named errors, whatever a server sends."""

import json
import string
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from parsel import Selector

from newscrawl.almayadeen.addresses import article_url
from newscrawl.almayadeen.sections import menu_section
from newscrawl.archive.schema import schema_of
from newscrawl.errors import PageError
from newscrawl.items import Article, as_dict
from newscrawl.pages import next_by_parameter, parse_headlines, parse_listing, parse_menu
from newscrawl.pages.article import parse_article
from newscrawl.pages.authors import split_authors
from newscrawl.pages.broken_json import loads
from newscrawl.pages.encoding import page_text
from newscrawl.pages.feed import parse_feed
from newscrawl.pages.sitemap import parse_sitemap
from newscrawl.pages.times import parse_shown, parse_stated
from newscrawl.pipelines.clean import cleaned
from newscrawl.text import clean, clean_body, content_hash
from newscrawl.urls import absolute, canonical

URL = "https://english.almayadeen.net/news/politics/a-b"
NOW = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
ARTICLE = Draft202012Validator(schema_of(Article))

# Any text, also with lone surrogates and control characters.
anything = st.text(alphabet=st.characters(), max_size=300)
words = st.sampled_from(
    ["By ", "Source: ", "22 Aug 2024 16:28", "Today 25:99", "31 Feb 2024", "20 اب", "Read more: ", "4 Min Read",
     "Related News",
     "9" * 30, "\ud800", "\x00", "&#xD800;", "&lt;b&gt;", "NaN", "—", "(Reuters)", "٢٢ آب ٢٠٢٤",
     "A sentence that ends here, is it not so?",
     "<b>", "</b>", "<!--", "]]>", "1e999"]
)  # fmt: skip
urls = st.sampled_from(
    ["javascript:void(0)", "mailto:a@b", "http://[bad", "//", "https://english.almayadeen.net/news/politics/x-y",
     "?page=2",
     "/news/politics/c-d", "/tags/%FF%FE", "http://\udc80.net/",
     "data:text/html,x", "/news/" + "a" * 9000, "http://a:99999/", ""]
)  # fmt: skip


@st.composite
def markup(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw HTML with the elements that the parsers look for, and any text in it."""
    tag = draw(
        st.sampled_from(
            ["div", "p", "h1", "h3", "a", "ul", "li", "blockquote", "figure", "figcaption", "span", "b", "article"]
        )
    )
    css = draw(
        st.sampled_from(
            [
                "p-content",
                "related-news",
                "lg_para summary",
                "tags",
                "ticker__item",
                "load-more",
                "twitter-tweet",
                "x",
                "",
            ]
        )
    )
    inner = draw(st.lists(words | anything | (markup(depth=depth - 1) if depth else words), max_size=4))
    href = draw(urls)
    media = draw(
        st.sampled_from(
            ["", "<br><br>", '<img src="/a.jpg" alt="Cap (X)">', '<iframe src="//x/y"></iframe>', "<!-- c -->"]
        )
    )
    attributes = f'class="{css}" href="{href}" data-url="{href}" data-page="{draw(words)}"'
    return f"<{tag} {attributes}>{''.join(inner)}{media}</{tag}>"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | anything | words | urls,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@graph",
                    "headline",
                    "name",
                    "author",
                    "keywords",
                    "datePublished",
                    "title",
                    "postid",
                    "classes",
                    "mapping",
                    "value",
                    "published_time",
                    "next",
                    "has_more",
                    "html",
                    "url",
                    "video_duration",
                    "description",
                    "thumbnail",
                ]
            )
            | anything,
            inner,
            max_size=6,
        )
    ),
    max_leaves=15,
)


@st.composite
def page(draw: st.DrawFn) -> bytes:
    """Draw a page with the site's metadata, with any values, and with drawn markup."""
    tawsiyat = json.dumps(draw(json_values))
    linked = json.dumps(draw(json_values))
    if draw(st.booleans()):
        tawsiyat = tawsiyat.replace("}", ",}")
    body = "".join(draw(st.lists(markup(), max_size=4)))
    text = (
        f'<html lang="{draw(words)}"><head><title>{draw(words)}</title>'
        f'<meta property="og:title" content="{draw(words)}">'
        f'<meta name="postid" content="{draw(words)}"><meta property="article:published_time" content="{draw(words)}">'
        f'<script id="tawsiyat-metadata" type="text/tawsiyat">{tawsiyat}</script>'
        f'<script type="application/ld+json">{linked}</script></head><body>'
        f"<h1>{draw(words)}</h1>{body}<div class='p-content'><p>{draw(words)} {draw(anything)}</p></div></body></html>"
    )
    return text.encode("utf-8", "surrogatepass")


def check_article(body: bytes) -> None:
    try:
        article = parse_article((body), URL, downloaded=NOW)
    except PageError as error:
        assert error.reason  # noqa: PT017 - the named errors are what may be raised
        return
    record = cleaned(article)
    if not record.title or not record.body:
        return  # the next pipeline drops and counts it
    line = json.dumps(as_dict(record), ensure_ascii=False, allow_nan=False).encode()
    assert len(line.splitlines()) == 1
    assert len(line.decode().splitlines()) == 1
    ARTICLE.validate(json.loads(line))
    assert record.content_hash == article.content_hash
    assert cleaned(record) == record


relaxed = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)


@relaxed
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_raise_a_named_error(body: bytes) -> None:
    check_article(body)
    text = page_text(body, "no-such-charset")
    for answer in (body, text):
        with suppress(PageError):
            parse_listing(answer, URL)
    parse_menu(body, URL)
    parse_headlines(body)
    for parse in (parse_sitemap, parse_feed):
        for start in (b"", b"\x1f\x8b", b"<urlset><url><loc>", b"<rss><item><link>"):
            with suppress(PageError):
                parse(start + body, URL)


@relaxed
@given(page())
def test_any_page_made_of_the_sites_markup_is_read_or_raises_a_named_error(body: bytes) -> None:
    check_article(body)
    selector = body
    with suppress(PageError):
        listing = parse_listing(selector, URL)
        assert len(set(listing.articles)) == len(listing.articles)
        assert all(url.startswith("https://english.almayadeen.net/") for url in listing.articles)
        assert all(batch.url.startswith("https://english.almayadeen.net/") for batch in listing.following)
    parse_menu(selector, URL)
    parse_headlines(selector)


@relaxed
@given(json_values)
def test_any_json_in_the_metadata_is_read_or_raises_a_named_error(value: object) -> None:
    text = json.dumps(value)
    loads(text.replace("]", ",]"))
    with suppress(PageError):
        parse_listing(text, URL)


@relaxed
@given(anything)
def test_any_text_is_cleaned_and_split_without_an_error(text: str) -> None:
    result = clean(text)
    assert clean(result) == result
    result.encode()
    assert result.splitlines() in ([], [result])
    assert clean_body(clean_body(text)) == clean_body(text)
    content_hash(text, text, text)
    parse_stated(text)
    parse_shown(text, NOW)
    split_authors(text)
    loads(text)
    parse_article_as_text(text)


def parse_article_as_text(text: str) -> None:
    with suppress(PageError):
        parse_article(text, URL)


@relaxed
@given(anything | urls | st.text(alphabet=string.punctuation + "htps:/.a%2fF"))
def test_any_url_is_made_absolute_or_refused(text: str) -> None:
    url = absolute(URL, text)
    if url is not None:
        once = canonical(url)
        assert canonical(once) == once
        once.encode("ascii")
        article_url(url)
        menu_section(url, text)
        next_by_parameter(url)


def test_extreme_nesting_and_sizes_are_read_or_raise_a_named_error() -> None:
    deep = "<div>" * 10_000 + "A sentence that is very deep down in here." + "</div>" * 10_000
    for body in (
        f"<h1>Deep</h1><div class='p-content'>{deep}</div>",
        f"<h1>Deep</h1>{deep}",
        f"<h1>{'Long ' * 200_000}</h1><div class='p-content'><p>Text.</p></div>",
        "<h1>Many</h1><div class='p-content'>" + "<p>A paragraph of text.</p>" * 20_000 + "</div>",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><h1>Nested</h1><p>Text.</p>",
        "<a href='/news/politics/a-b'>x</a>" * 30_000,
    ):
        check_article(body.encode())
        with suppress(PageError):
            parse_listing(Selector(text=body), URL)


def test_a_megabyte_in_place_of_a_time_is_not_a_time() -> None:
    assert parse_stated("2024-08-22T13:28:00Z" + " " * 1_000_000 + "x") is None
