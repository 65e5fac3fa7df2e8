"""What is hidden, and which quotation is an embedded post."""

import pytest
from lxml import html

from newscrawl.pages.furniture import is_post
from newscrawl.pages.inner_text import is_hidden

SIGNED = "<blockquote><p>The port is closed.</p>— Jane Doe (@jane) <a href='{}'>August 22, 2024</a></blockquote>"


@pytest.mark.parametrize(
    ("attributes", "hidden"),
    [
        ("style='display: none'", True),
        ("style='color: red; visibility:hidden'", True),
        ("hidden", True),
        ("class='d-none'", True),
        ("class='d-none d-lg-block'", False),
        ("style='visibility: visible'", False),
    ],
)
def test_what_is_hidden(attributes: str, hidden: bool) -> None:
    assert is_hidden(html.fromstring(f"<p {attributes}>Text</p>")) is hidden


@pytest.mark.parametrize(
    "url",
    [
        "https://twitter.com/jane/status/1",
        "https://mobile.x.com/jane/statuses/1",
        "https://t.me/jane/1",
        "https://www.instagram.com/reel/Cx-1_a",
        "https://www.tiktok.com/@jane/video/1",
        "https://www.facebook.com/jane/posts/1",
        "https://www.facebook.com/jane/videos/1",
        "https://truthsocial.com/@jane/1",
        "https://truthsocial.com/@jane/posts/1",
        "https://www.threads.net/@jane/post/Cx1",
    ],
)
def test_a_signed_quotation_that_links_a_post_is_a_post(url: str) -> None:
    assert is_post(html.fromstring(SIGNED.format(url)))


@pytest.mark.parametrize(
    "text",
    [
        SIGNED.format("https://english.almayadeen.net/news/politics/a-b"),
        # A quotation in an article may link to the post that it is taken from.
        "<blockquote>The port is <a href='https://x.com/jane/status/1'>closed</a>.</blockquote>",
        "<div>The port is closed. — Jane Doe (@jane) <a href='https://x.com/jane/status/1'>x</a></div>",
    ],
)
def test_any_other_quotation_is_none(text: str) -> None:
    assert not is_post(html.fromstring(text))
