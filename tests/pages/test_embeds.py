"""Which links of an embedded post lead to the post, on each service."""

import pytest
from lxml import html

from newscrawl.pages.embeds import embedded_post_url
from newscrawl.pages.furniture import is_post

PAGE = "https://english.almayadeen.net/news/politics/a-b"

POSTS = [
    "https://twitter.com/desk/status/1826616000000000001",
    "https://mobile.twitter.com/desk/statuses/1826616000000000001",
    "https://x.com/desk/status/1826616000000000001",
    "https://x.com/i/web/status/1826616000000000001",
    "https://x.com/i/status/1826616000000000001",
    "https://t.me/desk/4411",
    "https://t.me/s/desk/4411",
    "https://www.instagram.com/p/Cabc_123-x/",
    "https://www.instagram.com/reel/Cabc123/",
    "https://www.instagram.com/desk.news/reel/Cabc123/",
    "https://www.tiktok.com/@desk/video/7216222444888111",
    "https://www.facebook.com/desk/posts/pfbid0abc",
    "https://www.facebook.com/desk/videos/a-title/101",
    "https://m.facebook.com/story.php?story_fbid=101&id=7",
    "https://www.facebook.com/watch/?v=101",
    "https://www.facebook.com/reel/101",
    "https://es-la.facebook.com/desk/videos/101",
    "https://fb.watch/abc_1-D/",
    "https://truthsocial.com/@desk/posts/113000",
    "https://www.threads.net/@desk/post/Cabc",
    "https://bsky.app/profile/desk.example.org/post/3kabc",
    "https://bsky.app/profile/did:plc:abc/post/3kabc",
    "https://www.reddit.com/r/news/comments/1abc/a_title/",
    "https://old.reddit.com/user/desk/comments/1abc/",
    "https://www.linkedin.com/posts/desk_a-title-activity-7200-abcd",
    "https://www.linkedin.com/feed/update/urn:li:activity:7200",
    "https://www.linkedin.com/embed/feed/update/urn:li:share:7200",
]
OTHERS = [
    "https://twitter.com/desk", "https://x.com/i/trending/1", "https://x.com/intent/post?url=a", "https://t.me/desk",
    "https://www.instagram.com/desk/", "https://www.facebook.com/desk", "https://www.facebook.com/sharer.php?u=a",
    "https://fb.watch/", "https://bsky.app/profile/desk.example.org", "https://bsky.app/intent/compose?text=a",
    "https://www.reddit.com/r/news/", "https://www.reddit.com/submit?url=a", "https://www.linkedin.com/in/somebody/",
    "https://www.linkedin.com/shareArticle?url=a", "https://www.linkedin.com/company/desk/",
    "https://notx.com/desk/status/1", "https://x.com.example.org/desk/status/1", "https://example.org/posts/7",
]  # fmt: skip


@pytest.mark.parametrize("url", POSTS)
def test_the_link_of_a_post_is_its_url(url: str) -> None:
    text = '<p>كتب الوزير <a href="https://example.org/a">هنا</a></p>'
    post = html.fromstring(f'<blockquote>{text}— Desk (@desk) <a href="{url}">22 Aug</a></blockquote>')
    assert embedded_post_url(post, PAGE) == url
    assert is_post(post)


@pytest.mark.parametrize("url", OTHERS)
def test_a_link_to_another_page_of_a_service_is_no_post(url: str) -> None:
    quote = html.fromstring(
        f'<blockquote><p>El puerto reabre.</p>— Desk (@desk) <a href="{url}">22 Aug</a></blockquote>'
    )
    assert embedded_post_url(quote, PAGE) is None
    assert not is_post(quote)
