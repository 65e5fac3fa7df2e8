"""Where the tags of an article end."""

import pytest

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


TAG = "<a href=/tags/{0}>{0}</a>"
A, B, C = (TAG.format(name) for name in "abc")


@pytest.mark.parametrize(
    ("body", "below", "tags"),
    [
        ("", f"<div>{A}{B}</div>", "a b"),
        ("", f"<div>{A}<a href=/x>x</a>{B}</div>", "a"),
        ("", f"<div><a href=/x>x</a>{A}</div>", "a"),
        ("", f"<div>{A}<a href=/x></a>{B}</div>", "a b"),
        ("", f"<div>{A}</div><h1>Other</h1>{B}", "a"),
        ("", f"<div>{A}</div><h1></h1>{B}", "a b"),
        *(("", f"<{tag}>{A}</{tag}>{B}", "b") for tag in ("nav", "header", "footer", "aside")),
        ("", "<div><a rel=tag href=/x>a</a></div>", "a"),
        ("", "<div class=tags><a href=/x>#a</a></div>", "a"),
        ("", "<div class=tags><i><a href=/x>a</a></i></div>", "a"),
        ("", "<div class=tags><i><i><a href=/x>a</a></i></i></div>", "a"),
        ("", "<div class=tags><i><i><i><a href=/x>a</a></i></i></i></div>", ""),
        ("", "<div id=tags><a href=/x>a</a></div>", "a"),
        ("", "<div><a class=tags href=/x>a</a></div>", ""),
        ("", f"<h2>Other</h2><p>By Omar Haddad</p><p>22 Aug 2024</p>{A}", ""),
        ("", f"{B}<h2>Other</h2><p>By Omar Haddad</p><p>22 Aug 2024</p>{A}", "b"),
        # In the body: not the words of a sentence.
        (f"<p>{A}{B}</p>", "", "a b"),
        (f"<p>{A}{B}</p>", f"<div>{C}</div>", "a b c"),
        (f"<p>Tags {A}</p>", "", ""),
        (f"<p><b><i>{A}</i></b>{B}</p>", "", "a b"),
        (f"<p>It is <b>{A}</b>.</p>", "", ""),
        (f"<p>: {TAG.format('abcdefgh')}</p>", "", "abcdefgh"),
        (f"<p>ab {TAG.format('abcdefgh')}</p>", "", "abcdefgh"),
        (f"<p>abc {TAG.format('abcdefgh')}</p>", "", ""),
        # Links whose text is a keyword.
        ("", "<div><a href=/x>port</a><a href=/y>Canal</a></div>", "port Canal"),
        ("", "<div><a href=/x>port</a><a href=/z>x</a><a href=/y>Canal</a></div>", "port"),
        ("", f"<div><a href=/x>port</a></div>{A}", "a"),
    ],
)
def test_tags_are_links_to_tag_pages_or_keywords(body: str, below: str, tags: str) -> None:
    head = "<meta name=keywords content='Port, Canal'>"
    assert " ".join(read(head=head, body=body, below=below).tags) == tags
