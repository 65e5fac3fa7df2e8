"""Reading an input of twice the size takes at most about twice the steps, whatever the input is made of.

Counted are the calls of functions, also of those in C, not seconds. What a single call of a regular expression takes
is not seen so; `python -m tests.regexes` and `python -m tests.benchmarks linear` see it.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from newscrawl.pages.media import video_in_scripts
from newscrawl.pages.page import Page
from newscrawl.pages.pictures import split_credit
from tests.benchmarks.linear import shapes

# Shapes whose readers once took quadratic time, with the counts that are compared: name → smaller count.
WORST = {
    "pictures above the body": 250,
    "pictures in one figure": 250,
    "gallery: pictures and links in one box": 250,
    "gallery: pictures and other links in one box": 250,
    "gallery: boxes in boxes": 400,
    "listing: forms in boxes": 1900,
    "listing: links in links": 400,
    "listing: Trending in spans": 200,
    "menu: links in links": 400,
    "ticker: Breaking in spans": 400,
    "ticker: Breaking in spans in boxes": 400,
    "ticker: Breaking in nested boxes": 400,
    "ticker: nested boxes named ticker__item": 400,
    "boxes named share, one in the other": 400,
    "alternative texts, then lines": 60,
    "distinct links": 60,
    "p-content parts": 60,
    "listing: Most Read as headings": 100,
}
_BY_NAME = {shape.name: shape for shape in shapes()}


def steps(read: Callable[[Any], object], given: object) -> int:
    """Return how many calls reading takes."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        read(given)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", WORST)
def test_twice_the_size_takes_twice_the_steps(name: str) -> None:
    shape, count = _BY_NAME[name], WORST[name]
    shape.read(shape.page(count // 2))  # what is cached for all pages is cached now
    single, double = (steps(shape.read, shape.page(times * count)) for times in (1, 2))
    assert double <= 2.3 * single, f"{single:,} steps, and {double:,} for twice the size"
    assert single <= 400 * len(shape.page(count)), "too many steps for each character"


def test_a_video_is_found_in_a_script_with_plain_and_with_escaped_slashes() -> None:
    for script, url in (
        ("play('https://x.net/a.mp4?b=c')", "https://x.net/a.mp4?b=c"),
        (r'{"url":"https:\/\/x.net\/a\/b.m3u8"}', "https://x.net/a/b.m3u8"),
        ("http://a.net/b http://a.net/c.webm#x", "http://a.net/c.webm"),
        ("http://a.net/b.js", None),
        ("//x.net/a.mp4", None),
    ):
        assert video_in_scripts(Page(f"<script>{script}</script>", "https://x.net/")) == url


def test_a_credit_is_read_at_the_end_of_a_caption_of_any_length() -> None:
    for words in ("A port", "(" * 200 + " a port", "[a] (b) " * 100):
        assert split_credit(f"{words} ({'A' * 120}).") == (words.strip(), "A" * 120)
    assert split_credit(f"A port ({'A' * 121})") == (f"A port ({'A' * 121})", None)
