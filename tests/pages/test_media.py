"""Which frames on the page of a video are its video."""

import pytest

from newscrawl.errors import MissingBodyError
from newscrawl.pages import parse_article

URL = "https://english.almayadeen.net/videos/the-mill-turns-again"
HEAD = "<html><head><title>The mill turns again</title></head><body><main><h1>The mill turns again</h1>"


@pytest.mark.parametrize(
    "frame", ["https://www.youtube.com/embed/Cx1", "https://fox.com/embed/7", "https://ax.com/v/7"]
)
def test_a_player_is_the_video(frame: str) -> None:
    (video,) = parse_article(f"{HEAD}<iframe src='{frame}'></iframe></main>", URL).videos
    assert video.url == frame


@pytest.mark.parametrize(
    "frame",
    [
        "https://platform.twitter.com/embed/Tweet.html?id=1", "https://x.com/i/status/1", "https://t.me/mill/1?embed=1",
        "https://www.instagram.com/p/Cx1/embed", "https://www.tiktok.com/embed/1", "https://embed.bsky.app/embed/1",
        "https://www.threads.net/@mill/post/1/embed",
    ],
)  # fmt: skip
def test_a_post_is_none(frame: str) -> None:
    with pytest.raises(MissingBodyError):
        parse_article(f"{HEAD}<iframe src='{frame}'></iframe></main>", URL)
