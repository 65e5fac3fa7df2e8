"""The HTML of a body has the body's text, before and after cleaning, and nothing but its few elements."""

from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.plain_html import (
    CONTAINER_TAGS,
    ELEMENTS,
    Block,
    Container,
    Span,
    clean_html,
    is_html_of,
    joined,
    read,
    text_of,
    write,
)
from newscrawl.text import PARAGRAPH_BREAK, clean_body, collapse_spaces

# What is in pages to break out of text, and what cleaning changes.
PIECES = [
    "<script>alert(1)</script>", '" onmouseover="x', "</p>", "<p", "&lt;b&gt;", "&amp;lt;", "&#60;", "&copy", "]]>",
    "<!--", "\x00", "\ud83d", "\ude00", "\u202e", "\u200d", "\u200c", "\u0301", "\u00ad", "\ue001", "\u2028", "\xa0",
    "\x1c", " ", "Ã", "¡", "â", "€", "œ", "e", "a", "ن", "👨", "|", " | ", "\n", "two words",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join) | st.text(st.characters(), max_size=8)
urls = st.sampled_from([None, None, "https://x.net/", 'https://x.net/?a="b"&c=<d>', "https://x.net/\u202e'"])
span_lists = st.lists(st.builds(Span, texts | st.none(), urls, bold=st.booleans(), italic=st.booleans()), max_size=6)
containers = st.sampled_from(
    [(), ("blockquote",), ("ul",), ("ol",), ("blockquote", "ul"), ("ul", "li"), ("blockquote", "ol", "li"), ("table",)]
)


@st.composite
def blocks(draw: st.DrawFn) -> list[Block]:
    """Draw blocks, each in containers that may hold it, some of them shared by neighbours."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        within = draw(containers)
        last = within[-1] if within else ""
        tag = {"ul": "li", "ol": "li", "table": "tr"}.get(last) or draw(st.sampled_from(["p", "h2", "h3", "h4"]))
        cells = [joined(draw(span_lists)) for _ in range(draw(st.integers(1, 3)) if tag == "tr" else 1)]
        keys = draw(st.integers(0, 1))
        found.append(Block(tag=tag, cells=tuple(cells), within=tuple(Container(each, keys) for each in within)))
    return found


relaxed = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=120)


class _Elements(HTMLParser):
    """Notes what another reader of HTML finds: elements, attributes, and whether they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))
        self.open += [] if tag == "br" else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def check_elements(text: str) -> str:
    """Assert that HTML has only what the HTML of a body may have; return all its text."""
    found = _Elements()
    found.feed(text)
    found.close()
    assert found.open == []
    for tag, attributes in found.found:
        assert tag in ELEMENTS
        assert attributes == (("href",) if tag == "a" else ())
    return found.text


@relaxed
@given(span_lists)
def test_spans_joined_have_the_text_of_the_whole(spans: list[Span]) -> None:
    whole = collapse_spaces("".join(" " if span.text is None else span.text for span in spans))
    assert "".join(" " if span.text is None else span.text for span in joined(spans)) == whole


@relaxed
@given(blocks())
def test_html_has_the_text_of_its_blocks_and_is_read_as_it_was_written(drawn: list[Block]) -> None:
    text = write(drawn)
    body = PARAGRAPH_BREAK.join(block.text for block in drawn if block.text)
    assert text_of(text) == body
    assert is_html_of(text, body)
    assert [(each.tag, [c.tag for c in each.within]) for each in read(text)] == [
        (each.tag, [c.tag for c in each.within]) for each in drawn if each.text
    ]
    words = check_elements(text)
    # Another reader finds the same characters, but for those that it may not have.
    dropped = {"\x00", "\r", "|"}
    assert [c for c in "".join(words.split()) if c not in dropped] == [
        c for c in "".join(body.split()) if c not in dropped
    ]


@relaxed
@given(blocks())
def test_clean_html_has_the_text_of_the_clean_body(drawn: list[Block]) -> None:
    text = write(drawn)
    cleaned = clean_html(text)
    assert is_html_of(cleaned, clean_body(text_of(text)))
    assert clean_html(cleaned) == cleaned
    check_elements(cleaned)


@relaxed
@given(st.lists(st.sampled_from([*(f"<{tag}>" for tag in ELEMENTS), *(f"</{tag}>" for tag in ELEMENTS),
                                 '<a href="x">', "<a href='", "<script>", "<", ">", "&", "&#x", *PIECES]),
                max_size=12).map("".join))  # fmt: skip
def test_any_text_is_read_without_an_error(text: str) -> None:
    check_elements(write(read(text)))
    is_html_of(text, text)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        # A style stays around its words, whatever is removed beside them.
        ("<p>\u200ba\u200f <strong>\u200bb\u200b</strong>\u200b c</p>", "<p>a <strong>b</strong> c</p>"),
        ("<p>a<em>\u200b</em> b</p>", "<p>a b</p>"),
        ("<p><em>\u200b</em></p>\n<p>a</p>", "<p>a</p>"),
        ("<ul><li>\u200b</li></ul>\n<p>a</p>", "<p>a</p>"),
        ("<p>a\u200b<br>b</p>", "<p>a<br>b</p>"),
        ("<p>a<br>\u200b</p>", "<p>a</p>"),
        ("<p>Ã¡<em>Ã©</em> b</p>", "<p>á<em>é</em> b</p>"),
        # A letter whose parts are in two elements is in one of them, and the others stay where they are.
        ("<p>e<em>\u0301</em> one <strong>two</strong> end</p>", "<p><em>é</em> one <strong>two</strong> end</p>"),
        ("<p>\u200b<a href=\"https://x.net/\">a</a></p>", '<p><a href="https://x.net/">a</a></p>'),
        (
            "<table><tr><td>\u200b</td><td>a\u200b</td><td>b|\u200bc</td></tr></table>",
            "<table><tr><td></td><td>a</td><td>b|c</td></tr></table>",
        ),
    ],
)  # fmt: skip
def test_cleaning_keeps_the_elements_around_their_words(raw: str, clean: str) -> None:
    assert clean_html(raw) == clean
    assert text_of(clean) == clean_body(text_of(raw))


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("<p>a</p>", "b"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a</p>\n", "a"),
        ("a", "a"),
        ("<p><b>a</b></p>", "a"),
        ('<p class="x">a</p>', "a"),
        ("<p>a<script>b</script></p>", "ab"),
        ("<p>a  b</p>", "a b"),
        ("<p>a</p></p>", "a"),
        ("<p>a", "a"),
        ("<p>a &lt b</p>", "a < b"),
        ("<p></p>", ""),
    ],
)
def test_other_html_is_not_the_html_of_a_body(text: str, body: str) -> None:
    assert not is_html_of(text, body)


def test_html_of_a_body_is_small() -> None:
    assert not ELEMENTS - set("p h2 h3 h4 blockquote ul ol li table tr td a strong em br".split())
    assert CONTAINER_TAGS < ELEMENTS
