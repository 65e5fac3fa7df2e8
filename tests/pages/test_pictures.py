"""Pictures, players and bytes in the forms that pages have: which URL, which caption, which credit, which letters."""

import pytest

from newscrawl.items import Image
from newscrawl.pages.embeds import frame_url, video_url
from newscrawl.pages.encoding import page_text, parse_html
from newscrawl.pages.media_kinds import media_kind
from newscrawl.pages.pictures import is_picture_box, read_images
from newscrawl.text import clean

BASE = "https://x.net/news/a"


def images(html: str) -> list[str]:
    body = parse_html(f"<div>{html}</div>".encode())
    return [image.url.removeprefix("https://x.net/") for image in read_images(body[0][0], BASE)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<img srcset='/l.jpg 1200w, /s.jpg 480w'>", ["l.jpg"]),
        ("<img src=/s.jpg srcset='/w_4,c_1/s.jpg 480w, /w_9,c_1/l.jpg 900w'>", ["w_9,c_1/l.jpg"]),
        ("<img src=/a.jpg srcset='/b.jpg 1.5x,/c.jpg 2x'>", ["c.jpg"]),
        ("<picture><source srcset='/s.webp 480w'><img src=/full.jpg></picture>", ["full.jpg"]),
        ("<picture><source srcset='/l.webp 1200w'><source srcset='/l.jpg 1200w'><img alt=a></picture>", ["l.webp"]),
        ("<img class=lazy alt=a><noscript><img src=/full.jpg></noscript>", ["full.jpg"]),
        ("<img data-src=/full.jpg><noscript><img src=/other.jpg></noscript>", ["full.jpg"]),
        ("<amp-img src=/a.jpg><noscript><img src=/a.jpg></noscript></amp-img>", ["a.jpg"]),
        ("<img src=/blank.gif data-lazy-src=/a.jpg>", ["a.jpg"]),
        ("<img src=/p.gif style='display:none'><img src=/p.gif style='width:1px;height:1px'>", []),
        ("<img src=/p.gif width=1px height=1><img class=icon src=/b.png><img src=/c.svg>", []),
        (
            "<img src='https://www.facebook.com/tr?id=1'><img src='data:image/gif;base64,AAAA'><img src='http://[bad'>",
            [],
        ),
        (f"<img srcset='/a.jpg {'9' * 5000}w'>", ["a.jpg"]),
    ],
)
def test_a_picture_is_the_largest_form_that_is_no_icon(html: str, expected: list[str]) -> None:
    assert images(html) == expected


@pytest.mark.parametrize(
    ("words", "caption", "credit"),
    [
        ("<figcaption>The quay.</figcaption><figcredit>Photo: AFP</figcredit>", "The quay.", "AFP"),
        ("<div class=caption>The quay.</div><div class=photo-credit>AFP</div>", "The quay.", "AFP"),
        ("<figcaption>The quay. <span class=credit>(AFP)</span></figcaption>", "The quay.", "AFP"),
        ("<figcaption>The quay. Foto: EFE</figcaption>", "The quay.", "EFE"),
        ("<figcaption>رصيف المرفأ. تصوير: أ ف ب</figcaption>", "رصيف المرفأ.", "أ ف ب"),
        ("<figcaption class=credit>AFP</figcaption>", "a ship", "AFP"),
        ("<p>Enlarge</p><figcaption>The quay.</figcaption>", "The quay.", None),
        ("", "a ship", None),
    ],
)
def test_a_caption_and_its_credit_are_two(words: str, caption: str, credit: str | None) -> None:
    for box in ("figure", "div class=image-wrap"):
        figure = parse_html(f"<{box}><img src=/a.jpg alt='a ship'>{words}</{box.partition(' ')[0]}>".encode())[0][0]
        assert read_images(figure, BASE) == [Image(url="https://x.net/a.jpg", caption=caption, credit=credit)]
        assert is_picture_box(figure)


@pytest.mark.parametrize(
    "html",
    [
        "<div class=image><img src=/a.jpg><h2>A</h2></div>",
        f"<div class=photo><img src=/a.jpg>{'word ' * 100}</div>",
        "<figure><table><tr><td><img src=/a.jpg>1</table></figure>",
        "<figure><iframe src=/v></iframe><img src=/a.jpg></figure>",
        "<div class=story><img src=/a.jpg></div>",
    ],
)
def test_a_box_with_more_than_a_caption_is_no_picture(html: str) -> None:
    assert not is_picture_box(parse_html(html.encode())[0][0])


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<amp-youtube data-videoid=abc></amp-youtube>", "https://www.youtube.com/watch?v=abc"),
        ("<lite-youtube videoid=abc></lite-youtube>", "https://www.youtube.com/watch?v=abc"),
        ("<amp-twitter data-tweetid=12></amp-twitter>", "https://twitter.com/i/status/12"),
        ("<amp-instagram data-shortcode=Cz9></amp-instagram>", "https://www.instagram.com/p/Cz9/"),
        ("<amp-facebook data-href='https://www.facebook.com/a/posts/1'></amp-facebook>", "https://www.facebook.com/a/posts/1"),
        ("<object><param name=movie value='https://www.youtube.com/v/abc'></object>", "https://www.youtube.com/v/abc"),
        ("<embed src='https://www.youtube.com/v/abc'>", "https://www.youtube.com/v/abc"),
        ("<iframe src=about:blank data-src='https://player.vimeo.com/video/1'></iframe>", "https://player.vimeo.com/video/1"),
        ("<noscript><iframe src='https://player.vimeo.com/video/1'></iframe></noscript>", "https://player.vimeo.com/video/1"),
        ("<iframe src='https://t.example/x' width=0 height=0></iframe>", None),
        ("<iframe src='http://[bad'></iframe>", None),
    ],
)  # fmt: skip
def test_a_player_or_a_post_has_the_url_that_readers_know(html: str, expected: str | None) -> None:
    element = parse_html(html.encode())[0][0]
    assert media_kind(element) == "frame"
    assert frame_url(element, BASE) == expected


def test_a_video_has_its_first_source() -> None:
    video = parse_html(b"<video src='blob:x'><source src='/v.mp4'><source src='/v.webm'></video>")[0][0]
    assert media_kind(video) == "video"
    assert video_url(video, BASE) == "https://x.net/v.mp4"


def test_elements_that_are_always_empty_hold_nothing() -> None:
    root = parse_html(b"<p>a<picture><source srcset=x><source srcset=y><img src=z></picture>b<wbr>c<b>d</b></p>e")
    assert [len(each) for each in root.iter("source", "wbr")] == [0, 0, 0]
    assert "".join(root.itertext()) == "abcde"
    deep = parse_html(b"<p>" + b"<source>a" * 1500 + b"<b>x</b>y" * 1000)
    assert all(len(each) == 0 for each in deep.iter("source"))


ARABIC = "إعادة فتح المرفأ بعد انتظار طويل، «نعم» — 22 آب"
SPANISH = "El niño comió en Málaga: “¿Qué?”"


@pytest.mark.parametrize("charset", ["latin-1", "sloppy-windows-1252", "sloppy-windows-1256"])
def test_text_that_was_encoded_twice_or_thrice_is_decoded(charset: str) -> None:
    for text in (ARABIC, SPANISH) if charset != "sloppy-windows-1256" else (ARABIC,):
        twice = text.encode().decode(charset)
        assert page_text(twice.encode()) == text
        if charset != "sloppy-windows-1256":
            assert page_text(twice.encode().decode(charset).encode()) == text
    assert page_text(f"{ARABIC} «CAFÉ» terminó»".encode()) == f"{ARABIC} «CAFÉ» terminó»"


@pytest.mark.parametrize(
    "declared", ["utf-8", "iso-8859-1", "cp1252", "windows-1256", "idna", "punycode", "rot13", "\0"]
)
def test_a_wrong_byte_or_a_wrong_charset_costs_no_letter(declared: str) -> None:
    assert page_text(ARABIC.encode() + b"<!-- \xff -->", declared) == ARABIC + "<!-- \ufffd -->"
    assert page_text(ARABIC.encode("cp1256", "replace"), declared if "125" not in declared else "utf-8").startswith(
        "إعادة"
    )
    assert page_text(f"<p>{ARABIC}".encode("utf-16-le"), declared) == f"<p>{ARABIC}"


def test_a_page_names_its_charset() -> None:
    page = '<meta charset="iso-8859-15"><p>Málaga, 5 €'
    assert page_text(page.encode("iso-8859-15")) == page


def test_signs_of_objects_and_icons_are_no_text() -> None:
    assert clean("one\ufffctwo \uf007 three") == "onetwo three"
