"""What a single line of a body is."""

import pytest

from newscrawl.pages.body_lines import (
    alternatives_of,
    captions_in,
    is_date_line,
    is_furniture_line,
    is_line_of_tags,
    is_small,
    is_subhead,
)
from newscrawl.pages.lines import Media, read_blocks
from tests.pages.samples import element_of, lines_of

LONGEST = "the council says it " * 6


@pytest.mark.parametrize(
    ("html", "subhead"),
    [
        ("<h2>What it says</h2>", True),
        ("<h2>What it says.</h2>", True),
        ("<p><b>What it says</b></p>", True),
        ("<p><b>What it says.</b></p>", False),
        ("<p><b>What it says</b> now</p>", False),
        ("<p>What it says</p>", False),
        ("<ul><li><b>What it says</b></ul>", False),
        ("<blockquote><p><b>What it says</b></blockquote>", False),
        (f"<p><b>{LONGEST.strip()}n</b></p>", True),
        (f"<p><b>{LONGEST}now</b></p>", False),
        # A mark beside it is no text, a letter is.
        (f"<p><b>{'What it says ' * 8}</b>-</p>", True),
        (f"<p><b>{'What it says ' * 5}</b>a</p>", True),
        (f"<p><b>{'What it says ' * 4}</b>a</p>", False),
    ],
)
def test_a_subhead_is_a_heading_or_a_short_bold_line(html: str, subhead: bool) -> None:
    (line,) = lines_of(html)
    assert is_subhead(line) is subhead


@pytest.mark.parametrize(
    ("text", "furniture"),
    [
        ("Advertisement", True),
        ("Follow us on Telegram", True),
        ("Copy the link", True),
        ("The port is open", False),
        ("Click here".ljust(200, "!"), True),
        ("Click here".ljust(201, "!"), False),
    ],
)
def test_a_line_of_the_page_is_short(text: str, furniture: bool) -> None:
    assert is_furniture_line(text) is furniture


@pytest.mark.parametrize(
    ("html", "is_date"),
    [
        ("<p>22 August 2024</p>", True),
        ("<div>22 August 2024 16:28</div>", True),
        ("<p>22 August 2024.</p>", False),
        ("<p>On the quay</p>", False),
        ("<p><b>22 August 2024</b></p>", False),
        ("<p><b>22 August</b> 2024</p>", True),
        ("<ul><li>22 August 2024</ul>", False),
        ("<table><tr><td>22 August 2024<tr><td>a</table>", False),
        ("<blockquote>22 August 2024</blockquote>", False),
    ],
)
def test_a_date_line_is_only_a_time_of_the_page(html: str, is_date: bool) -> None:
    assert is_date_line(lines_of(html)[0]) is is_date


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<p><a href=/tags/a>Port</a> <a href=/topics/b>Canal</a></p>", True),
        ("<p><a href=/tags/a>Port</a> <a href=/news/b>Canal</a></p>", False),
        ("<p><a href=/tags/a>Port</a> and <a href=/tags/b>Canal</a></p>", False),
        ("<p><a href=/tags/a>Harbours</a> <a href=/tags/b>Canal</a> x</p>", True),
        # Four letters of five are too few.
        ("<p><a href=/tags/a>Port</a> x</p>", False),
        ("<p><a href=/tags/a>Port</a><a href=/news/b></a></p>", True),
        ("<table><tr><td><a href=/tags/a>Port</a><td><a href=/tags/b>Canal</a></table>", False),
        ("<p>Port</p>", False),
    ],
)
def test_a_line_of_tags_has_nothing_else(html: str, tags: bool) -> None:
    assert is_line_of_tags(lines_of(html)[0]) is tags


FIGURE = "<figure><img src=/a.jpg alt='A ship (EFE)' title='At sea'><figcaption>The quay. (AFP)</figcaption></figure>"


def test_the_words_of_a_picture_count_with_and_without_their_credit() -> None:
    blocks = read_blocks([element_of(f"<div><p>Text</p>{FIGURE}</div>")])
    (media,) = (block for block in blocks if isinstance(block, Media))
    assert captions_in(blocks) == {"thequay", "thequayafp"}
    assert alternatives_of(media) == {"aship", "ashipefe", "atsea"}
    assert captions_in([]) == set()
    bare = Media(element_of("<figure><img src=/a.jpg><figcaption>(AFP)</figcaption></figure>"), "figure")
    assert captions_in([bare]) == {"afp"}
    assert alternatives_of(bare) == set()


@pytest.mark.parametrize(
    ("html", "small"),
    [
        ("<p><small>The quay at dawn</small></p>", True),
        ("<p><em>The quay</em> <i>at dawn</i></p>", True),
        ("<p><small>The quay <em>at dawn</em></small></p>", True),
        ("<p><small>The</small> quay at dawn</p>", False),
        ("<p>The quay at dawn</p>", False),
        ("<p><small>The quay at dawn, with all</small>.</p>", True),
        # The same words twice in one another are counted once.
        ("<p><i><em><small>The quay</small></em></i> at dawn</p>", False),
        ("<p><small>nineteen letters he</small>res</p>", False),
    ],
)
def test_small_text_beside_a_picture_is_all_small(html: str, small: bool) -> None:
    assert is_small(lines_of(html)[0]) is small
