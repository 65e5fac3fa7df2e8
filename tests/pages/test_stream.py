"""The stream of a page's blocks: how elements become lines, media and posts, and what is known of each line."""

import pytest

from newscrawl.pages.furniture import traits_of
from newscrawl.pages.lines import Block, EmbeddedPost, Line, Media, is_data, may_be_furniture, read_blocks, shown_lines
from tests.pages.samples import element_of, lines_of


def stream(html: str, *, rows: bool = False) -> list[str]:
    """Return the texts of lines, `post: …` for posts, and the kinds of media."""
    return [named(block) for block in read_blocks([element_of(f"<main>{html}</main>")], rows=rows)]


def named(block: Block) -> str:
    if isinstance(block, Media):
        return f"({block.kind})"
    return f"post: {block.text}" if isinstance(block, EmbeddedPost) else block.text


IMG = "<img src=/a.jpg>"


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("one<p>two</p>three", ["one", "two", "three"]),
        ("<p>one<div>two</div>three", ["one", "two", "three"]),
        ("<div>one<div></div>two</div>", ["one", "two"]),
        ("<p>one<span style='display:block'>two</span>three</p>", ["one", "two", "three"]),
        ("<p>one<span class=br></span>two</p>", ["one two"]),
        ("<div>one<span class=br></span><span class=br></span>two</div>", ["one", "two"]),
        ("<p>one<!-- x -->two<?x y?>three</p>", ["onetwothree"]),
        ("<p>one<script>x = 1</script>two</p>", ["onetwo"]),
        ("<p>one<button>Share</button></p>", ["one"]),
        ("<p>one <button>word</button> two</p>", ["one word two"]),
        ("<p>one<span class=sr-only>x</span>two</p>", ["onetwo"]),
        ("<p>one<span hidden>x</span>two</p>", ["onetwo"]),
        ("<p>\n\n<b> </b>one</p>", ["one"]),
        # Menus and footers, but that of a quotation.
        ("<p>one</p><nav>menu</nav><footer>end</footer>", ["one"]),
        ("one<nav>menu</nav>two", ["one", "two"]),
        ("<blockquote>one<footer>Omar</footer></blockquote>", ["one", "Omar"]),
        ("<blockquote>one</blockquote><footer>Omar</footer>", ["one"]),
        # Media in the middle of a sentence wait until after it.
        (f"<p>one{IMG}two</p>{IMG}", ["onetwo", "(image)", "(image)"]),
        (f"<p>{IMG}one</p>", ["(image)", "one"]),
        (f"<p> {IMG}one</p>", ["(image)", "one"]),
        (f"<p>one{IMG}<br><br>two</p>three", ["one", "two", "(image)", "three"]),
        (f"one<figure>{IMG}<figcaption>x</figcaption></figure>two", ["one", "(figure)", "two"]),
        (f"<p>one<span class=image>{IMG}</span>two</p>", ["one", "(figure)", "two"]),
        ("<iframe src=/v></iframe><video src=/v></video>", ["(frame)", "(video)"]),
        ("<noscript><p>x</p></noscript><script data-telegram-post=a/1></script>", ["(post)"]),
        # Posts.
        ("one<blockquote class=twitter-tweet>A <b>post</b>.</blockquote>two", ["one", "post: A post.", "two"]),
        ("one<span class=twitter-tweet>A post.</span>two", ["one", "post: A post.", "two"]),
        (
            "<blockquote>Shut. — Omar (@omar) <a href=https://x.com/omar/status/1>now</a></blockquote>",
            ["post: Shut. — Omar (@omar) now"],
        ),
        # Tables.
        ("<table><tr><th>a<th>b<tr><td>c<td>d</table>", ["a | b", "c | d"]),
        ("<table><caption>x</caption><tr><td>c<td>d</table>", ["x", "c | d"]),
        ("<table><tr><td>c<td><td>d</table>", ["c | d"]),
        ("<table><tr><td><td> <td>d</table>", ["d"]),
        ("<table><tr><td>c<td hidden>x<td>d</table>", ["c | d"]),
        ("<table><tr><td>one<br>two<td><p>three</p>four</table>", ["one two | three four"]),
        ("<table><tr><td>one<br><br>two<td>x</table>", ["one two | x"]),
        ("<table><tr><td>o<b>n</b>e<td><i>t</i>wo<button>x</button></table>", ["one | two"]),
        ("<table><tr><td>one<b hidden>x</b><!-- x --> two</table>", ["one two"]),
        (f"<table><tr><td>one<td>{IMG}two{IMG}</table>", ["one | two", "(image)", "(image)"]),
        (f"<table><tr><td>{IMG}<td>two</table>", ["(image)", "two"]),
        # A table for the layout.
        ("<table><tr><td><h2>a</h2><td>b</table>", ["a", "b"]),
        ("<table><tr><td><p>a</p><p>b</p><td>c</table>", ["a", "b", "c"]),
    ],
)
def test_elements_become_blocks(html: str, blocks: list[str]) -> None:
    assert stream(html) == blocks


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<div><span>one</span><span>two</span></div>", ["one | two"]),
        ("<div><span>one</span> <span>two</span> <span>three</span></div>", ["one | two | three"]),
        ("<div>By <span>one</span><span>two</span></div>", ["By onetwo"]),
        ("<p><span>one</span><span>two</span></p>", ["onetwo"]),
        ("<div><span>one</span></div>", ["one"]),
        ("<div><span>one</span>, <span>two</span></div>", ["one, two"]),
        (f"<div><span>{'o' * 125}</span><span>{'o' * 125}</span></div>", ["o" * 125 + " | " + "o" * 125]),
        (f"<div><span>{'o' * 126}</span><span>{'o' * 125}</span></div>", ["o" * 251]),
        ("<div><br><span>one</span><span>two</span></div>", ["one | two"]),
    ],
)
def test_the_texts_of_a_row_are_apart(html: str, lines: list[str]) -> None:
    assert stream(html, rows=True) == lines


@pytest.mark.parametrize(
    ("html", "links", "link_share", "bold_share"),
    [
        ("<p>four</p>", [], 0, 0),
        ("<p><a href=/a>four</a>four</p>", [("four", "/a")], 0.5, 0),
        ("<p><a href=/a>fo</a>ur <b>four</b></p>", [("fo", "/a")], 0.25, 0.5),
        ("<p><a href=/a>fo<b>ur</b></a> four</p>", [("four", "/a")], 0.5, 0.25),
        ("<p><a href=/a>a</a><a href=/b>b</a></p>", [("a", "/a"), ("b", "/b")], 1, 0),
        ("<p>• <a href=/a>four</a></p>", [("four", "/a")], 1, 0),
        ("<p>• <b>four</b> -</p>", [], 0, 1),
        ("<p><b>•</b> four</p>", [], 0, 0.2),
        ("<p><a href>four</a></p>", [("four", "")], 1, 0),
        ("<p><a>four</a><b>four</b></p>", [], 0, 0.5),
        ("<p><strong>four</strong></p>", [], 0, 1),
        ("<p><span style='font-weight:700'>four</span></p>", [], 0, 1),
        ("<p><span style='font-weight:400'>four</span></p>", [], 0, 0),
        ("<p><i>four</i></p>", [], 0, 0),
        ("<p><b>four<br>four</b></p>", [], 0, 1),
        ("<div><b>four<br>four</b> four</div>", [], 0, 8 / 12),
        ("<table><tr><th>four<td>four</table>", [], 0, 0.5),
        ("<table><tr><td><a href=/a>four</a><td>four</table>", [("four", "/a")], 0.5, 0),
        ("<p><a href=/a> \ue001 four  four </a></p>", [("four four", "/a")], 1, 0),
    ],
)
def test_a_line_knows_its_links_and_how_much_is_linked_and_bold(
    html: str, links: list[tuple[str, str]], link_share: float, bold_share: float
) -> None:
    (line,) = lines_of(html)
    assert [(link.text, link.href) for link in line.links] == links
    assert (line.link_share, line.bold_share) == pytest.approx((link_share, bold_share))


def test_a_line_knows_its_quote_heading_picture_and_boxes() -> None:
    html = (
        f"<p>a</p><blockquote><blockquote><p>b</p></blockquote>c</blockquote><h2>d<div>e</div></h2><p>f{IMG}</p><p>g</p>"
        "<aside><div class=banner>h</div>i</aside><div>j<iframe src=/v></iframe></div>"
    )
    lines = {line.text: line for line in lines_of(html)}
    assert [text for text, line in lines.items() if line.quote is not None] == ["b", "c"]
    assert lines["b"].quote is lines["c"].quote
    assert [text for text, line in lines.items() if line.is_heading] == ["d", "e"]
    assert [text for text, line in lines.items() if line.has_image] == ["f"]
    assert {text: len(line.boxes) for text, line in lines.items() if line.boxes} == {"h": 2, "i": 1}
    assert lines["h"].boxes[0] is lines["i"].boxes[0]
    assert [line.tag for line in lines.values()] == [
        "p",
        "p",
        "blockquote",
        "h2",
        "div",
        "p",
        "p",
        "div",
        "aside",
        "div",
    ]


def test_parts_of_a_page_may_be_read_alone() -> None:
    root = element_of("<main><h2>a <i>b</i> <b>c</b></h2><p>d</p><p>e</p></main>")
    (heading, first, second) = root
    lines = [block for block in read_blocks([*heading, first, second]) if isinstance(block, Line)]
    assert [(line.text, line.is_heading) for line in lines] == [
        ("b", True),
        ("c", True),
        ("d", False),
        ("e", False),
    ]
    hidden = element_of("<main><p hidden>a</p><div class=d-none><p>b</p></div><p>c</p></main>")
    assert [line.text for line in shown_lines(hidden)] == ["c"]
    assert [line.text for line in shown_lines([hidden])] == ["c"]


def test_a_picture_keeps_the_link_around_it() -> None:
    blocks = read_blocks([element_of(f"<div><a href=/b>{IMG}</a>{IMG}<a href=/c><figure>{IMG}</figure></a></div>")])
    assert [block.link for block in blocks if isinstance(block, Media)] == ["/b", None, "/c"]
    (cell,) = read_blocks([element_of(f"<table><tr><td><a href=/b>{IMG}</a></table>")])
    assert isinstance(cell, Media)
    assert cell.link == "/b"


@pytest.mark.parametrize("depth", [198, 205])
def test_deep_nesting_keeps_its_text_but_not_its_form(depth: int) -> None:
    texts = stream("<div>" * depth + "<p>a</p><p>b</p>" + "</div>" * depth)
    assert texts == (["a", "b"] if depth < 200 else ["a b"])


@pytest.mark.parametrize(
    ("html", "may_be"),
    [
        ("<div>", False),
        ("<nav>", True),
        ("<aside>", True),
        ("<figcaption>", True),
        ("<div class=banner>", True),
        ("<p class=banner>", False),
        ("<p class=summary>", True),
        ("<div class=caption>", True),
        ("<ul class=carousel>", True),
        ("<p hidden>", True),
        ("<form>", False),
        ("<form><input>", True),
        ("<form><input type=hidden>", False),
        ("<div><form><input></form></div>", True),
        ("<div><form></form></div>", False),
        ("<section><form><textarea></textarea></form></section>", True),
        ("<ul><form><input></form></ul>", False),
        ("<div><p><form><input></form></p></div>", True),
        ("<div><div><form><input></form></div></div>", False),
    ],
)
def test_evidence_that_a_block_is_furniture(html: str, may_be: bool) -> None:
    element = element_of(html)
    assert may_be_furniture(element, str(element.tag), traits_of(element)) is may_be


@pytest.mark.parametrize(
    ("html", "data"),
    [
        ("<table><tr><td>a</table>", True),
        ("<table><tr><td><p>a</p></table>", True),
        ("<table><tr><td><p>a</p><p>b</p></table>", False),
        ("<table><tr><td><p>a</p><td><p>b</p></table>", True),
        ("<table><tr><td><p>a</p><blockquote>b</blockquote></table>", False),
        (f"<table><tr><td>{'o' * 300}</table>", True),
        (f"<table><tr><td>a<td>{'o' * 301}</table>", False),
        ("<table><tr><td><ul><li>a</ul></table>", False),
        ("<table><tr><td><h3>a</h3></table>", False),
        ("<table><tr><td><table><tr><td>a</table></table>", False),
        ("<table><caption>a</caption></table>", False),
    ],
)
def test_a_table_of_data_has_short_cells(html: str, data: bool) -> None:
    assert is_data(element_of(html)) is data
