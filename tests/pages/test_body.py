"""What of an article's paragraphs is left out, and what is a subhead."""

import pytest

from newscrawl.almayadeen.labels import FOLLOW_US, READ_MORE
from newscrawl.pages.body_lines import LONGEST_SUBHEAD
from tests.pages.samples import FIRST, SECOND, read

LINK = '<a href="/news/politics/another-story">The other canal is dug by night</a>'


def test_only_a_short_bold_line_is_a_subhead() -> None:
    short, long = "What the council says about it", "the council and the residents say " * 4 + "of it"
    assert len(long) > LONGEST_SUBHEAD
    article = read(body=f"<p><b>{short}</b></p><p><b>{long}</b></p>")
    assert article.subheads == (short,)
    assert article.body == "\n\n".join((FIRST, short, long, SECOND))


@pytest.mark.parametrize(
    "label",
    [
        "Read more:", "Read also:", "Also read:", "See also:", "Related story:", "Lea también:", "Leer más:",
        "Vea también:", "Noticias relacionadas:", "اقرأ أيضاً:", "إقرأ المزيد:", "شاهد أيضاً:", "للمزيد:",
    ],
)  # fmt: skip
def test_a_line_that_leads_to_another_story_is_no_paragraph(label: str) -> None:
    assert READ_MORE.match(label)
    article = read(body=f"<p>{label} {LINK}</p>")
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert [each.title for each in article.related] == ["The other canal is dug by night"]


def test_a_label_in_an_element_of_its_own_leads_to_another_story_too() -> None:
    article = read(body=f"<p><b>More on this story</b> {LINK}</p>")
    assert article.body == f"{FIRST}\n\n{SECOND}"
    assert [each.title for each in article.related] == ["The other canal is dug by night"]
    # Two links are words of a sentence.
    two = read(body=f"<p>More on this story {LINK} and {LINK}, said the mayor.</p>")
    assert two.body.count("\n\n") == 2


@pytest.mark.parametrize(
    "text",
    [
        "Follow us on Telegram", "Join our WhatsApp channel", "Subscribe to our newsletter", "Download our app",
        "Síganos en nuestro canal", "Únase a WhatsApp", "تابعونا على تلغرام", "انضم إلى قناتنا على واتساب",
        "انضموا إلى واتساب", "اشترك في النشرة",
    ],
)  # fmt: skip
def test_an_invitation_to_follow_is_no_paragraph(text: str) -> None:
    assert FOLLOW_US.match(text)
    assert read(body=f"<p>{text}</p>").body == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(("size", "count"), [("50", 0), ("51", 1)])
def test_an_icon_is_no_picture(size: str, count: int) -> None:
    for name in ("width", "height"):
        assert len(read(body=f"<p><img src=/m/a.jpg {name}={size}></p>").images) == count


def test_a_quotation_that_links_a_post_stays_a_paragraph() -> None:
    article = read(body='<blockquote><p>It is <a href="https://x.com/a/status/1">closed</a> today.</p></blockquote>')
    assert article.embeds == ()
    assert "It is closed today." in article.body


@pytest.mark.parametrize(
    ("name", "count"),
    [("default.jpg", 0), ("default-en.png", 0), ("logo.svg", 0), ("og-image.webp", 0), ("canal.jpg", 1)],
)
def test_the_picture_that_stands_for_none_is_none(name: str, count: int) -> None:
    head = f'<meta property="og:image" content="https://media.almayadeen.net/{name}">'
    assert len(read(head=head).images) == count
