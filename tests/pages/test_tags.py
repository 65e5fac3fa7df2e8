"""Where the tags of an article end."""

from tests.pages.samples import FIRST, SECOND, read

TAGS = '<div class="tags"><a href="/tags/canal">Canal</a><a href="/tags/port">Port</a></div>'
OTHER = '<p><a href="/news/sports/a-match-was-won">A match was won</a></p>'
LATER = '<div class="tags"><a href="/tags/football">Football</a></div>'


def test_tags_end_at_the_first_link_that_is_none() -> None:
    assert read(below=TAGS).tags == ("Canal", "Port")
    assert read(below=TAGS + OTHER + LATER).tags == ("Canal", "Port")
    # What is before them does not.
    assert read(below=OTHER + TAGS).tags == ("Canal", "Port")


def test_the_tags_of_the_article_below_are_not_taken() -> None:
    text = "The match was won by the team from the north, whose keeper had been ill for most of the spring."
    byline = "<ul><li>By Jane Doe</li><li>Source: Agencies</li><li>21 Aug 2024</li></ul>"
    second = f"<h2>A match was won</h2>{byline}<div class=p-content><p>{text}</p><p>{text[:-1]} and last.</p></div>"
    assert read(below=second + LATER).tags == ()
    assert read(below=TAGS + second + LATER).tags == ("Canal", "Port")
    assert read(below=second + LATER).body == f"{FIRST}\n\n{SECOND}"
