"""Which elements show a picture, and the URL of its largest form."""

import pytest

from newscrawl.pages.picture_urls import candidates, img_of, is_pixel, picture_url, pictures_beside, pictures_of
from newscrawl.pages.pictures import (
    alternative_texts,
    is_picture_box,
    is_small,
    read_images,
    shown_captions,
    split_credit,
    without_credit,
)
from tests.pages.samples import element_of

BASE = "https://x.net/news/a"
IMG = "<img src=/a.jpg>"


def url_of(html: str) -> str | None:
    url = picture_url(element_of(html), BASE)
    return url.removeprefix("https://x.net/").removesuffix(".jpg") if url else None


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<img src=/a.jpg>", "a"),
        ("<img>", None),
        ("<img src=/a.jpg data-src=/b.jpg>", "b"),
        ("<img src='{url}.jpg'>", None),
        ("<img src='/%7Burl%7d.jpg'>", None),
        ("<img src=/a.jpg class=logo>", None),
        ("<img src=/a.jpg id=avatar>", None),
        (f"<img src=/a.jpg class='{'o' * 995} logo'>", None),
        (f"<img src=/a.jpg class='{'o' * 996} logo'>", "a"),
        # The largest candidate, by width, or by density where no width is stated.
        ("<img src=/a.jpg srcset='/b.jpg 300w, /c.jpg 400w'>", "c"),
        ("<img src=/a.jpg srcset='/b.jpg 2x'>", "b"),
        ("<img src=/a.jpg srcset='/b.jpg 1x'>", "a"),
        ("<img src=/a.jpg srcset='/b.jpg'>", "a"),
        ("<img srcset='/b.jpg'>", "b"),
        ("<img src='' data-src=/a.jpg srcset='/b.jpg 100w'>", "b"),
        ("<img src=/a.jpg srcset='/b.jpg 3x, /c.jpg 100w'>", "c"),
        ("<img src=/a.jpg srcset='/b.svg 900w, /c.jpg 100w'>", "c"),
        ("<img src=/a.jpg srcset='/b.jpg 300w' data-srcset='/c.jpg 900w'>", "c"),
        ("<img src=/a.jpg srcset='/b.jpg 900w' data-srcset='/c.jpg 900w'>", "c"),
        # The sources of a `picture`: only much larger ones go before its own URL.
        ("<picture><source srcset='/b.jpg 1000w'><img src=/a.jpg></picture>", "b"),
        ("<picture><source srcset='/b.jpg 999w'><img src=/a.jpg></picture>", "a"),
        ("<picture><source srcset='/b.jpg 2x'><img src=/a.jpg></picture>", "b"),
        ("<picture><source srcset='/b.jpg 1200w'><img src=/a.jpg width=1200></picture>", "a"),
        ("<picture><source srcset='/b.jpg 1201w'><img src=/a.jpg width=1200></picture>", "b"),
        ("<picture><source srcset='/b.jpg 1201w'><img src=/a.jpg width=1200.5px></picture>", "b"),
        ("<picture><source srcset='/b.jpg'><img></picture>", "b"),
        ("<picture><source srcset='/b.jpg 1500w'><img src=/a.jpg srcset='/c.jpg 400w'></picture>", "c"),
        ("<picture><source srcset='/b.jpg 1500w'><img src=/a.jpg srcset='/c.jpg'></picture>", "c"),
        ("<picture><source srcset='/b.jpg 1500w'></picture>", "b"),
        # A `noscript` counts when the picture beside it has no URL.
        ("<noscript><img src=/a.jpg></noscript>", "a"),
        ("<noscript><picture><img src=/a.jpg></picture></noscript>", "a"),
    ],
)
def test_the_url_is_that_of_the_largest_form(html: str, url: str | None) -> None:
    assert url_of(html) == url


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<div><img src=/a.jpg><noscript><img src=/n.jpg></noscript></div>", None),
        ("<div><noscript><img src=/n.jpg></noscript><img src=/a.jpg></div>", None),
        ("<div><img><noscript><img src=/n.jpg></noscript></div>", "n"),
        ("<div><span><img src=/a.jpg></span><noscript><img src=/n.jpg></noscript></div>", None),
        ("<div><span>Words <img src=/a.jpg></span><noscript><img src=/n.jpg></noscript></div>", "n"),
        ("<div><!-- x --><noscript><img src=/n.jpg></noscript></div>", "n"),
        ("<div><noscript><img src=/m.jpg></noscript><noscript><img src=/n.jpg></noscript></div>", "n"),
        ("<amp-img src=/a.jpg><noscript><img src=/n.jpg></noscript></amp-img>", None),
        ("<amp-img><noscript><img src=/n.jpg></noscript></amp-img>", "n"),
    ],
)
def test_a_noscript_repeats_the_picture_beside_it(html: str, url: str | None) -> None:
    noscript = list(element_of(html).iter("noscript"))[-1]
    found = picture_url(noscript, BASE)
    assert found == (f"https://x.net/{url}.jpg" if url else None)
    assert all(each.tag != "noscript" for each in pictures_beside(noscript))


@pytest.mark.parametrize(
    ("attributes", "pixel"),
    [
        ("", False),
        ("width=50", True),
        ("width=51", False),
        ("height=1px", True),
        ("height=50.9", True),
        ("width=100%", False),
        ("width=900 height=1", True),
        ("hidden", True),
        ("hidden data-src=/b.jpg", False),
        ("style='width:50px'", True),
        ("style='width:51px'", False),
        ("style='max-width:1px'", False),
        ("style='width:1px !important;x:y'", True),
        ("style='x:y;height:1'", True),
        ("style='width:100%'", False),
        ("style='display:none'", True),
        ("style='visibility: hidden'", True),
        ("style='display:none' data-src=/b.jpg", False),
        ("style='color:red'", False),
        (f"style='{' ' * 1988}display:none'", True),
        (f"style='{' ' * 1989}display:none'", False),
    ],
)
def test_a_pixel_is_small_or_hidden(attributes: str, pixel: bool) -> None:
    assert is_pixel(element_of(f"<img src=/a.jpg {attributes}>")) is pixel


def test_a_frame_is_a_pixel_of_two() -> None:
    assert [is_pixel(element_of(f"<iframe src=/v width={size}></iframe>"), 2) for size in (2, 3)] == [True, False]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.jpg", [("a.jpg", 1, "x")]),
        ("a.jpg,", [("a.jpg", 1, "x")]),
        (",a.jpg 2x", [("a.jpg", 2, "x")]),
        ("a.jpg 1.5x,b.jpg 2x", [("a.jpg", 1.5, "x"), ("b.jpg", 2, "x")]),
        ("a.jpg 400w 300h, b.jpg", [("a.jpg", 400, "w"), ("b.jpg", 1, "x")]),
        ("a.jpg 400w, ,b.jpg 2x", [("a.jpg", 400, "w"), ("b.jpg", 2, "x")]),
        ("a.jpg big", [("a.jpg", 1, "x")]),
        ("", []),
        (f"{' ' * 19_995}a.jpgb", [("a.jpg", 1, "x")]),
    ],
)
def test_candidates_of_a_source_set(text: str, found: list[tuple[str, float, str]]) -> None:
    assert list(candidates(text)) == found


def test_pictures_of_an_element_are_counted_once() -> None:
    html = (
        f"<div>{IMG}<picture>{IMG}</picture><noscript>{IMG}</noscript><noscript>x</noscript>"
        f"<amp-img>{IMG}</amp-img></div>"
    )
    assert [each.tag for each in pictures_of(element_of(html))] == ["img", "picture", "noscript", "amp-img"]
    assert [each.tag for each in pictures_of(element_of(IMG))] == ["img"]
    deep = f"<div><amp-img>{'<b>' * 3}{IMG}{'</b>' * 3}</amp-img></div>"
    assert [each.tag for each in pictures_of(element_of(deep))] == ["amp-img"]
    deeper = f"<div><amp-img>{'<b>' * 4}{IMG}{'</b>' * 4}</amp-img></div>"
    assert [each.tag for each in pictures_of(element_of(deeper))] == ["amp-img", "img"]
    assert [img_of(element_of(each)).tag for each in (IMG, f"<picture>{IMG}</picture>", "<picture></picture>")] == [
        "img",
        "img",
        "picture",
    ]
    assert img_of(element_of(f"<noscript><picture>{IMG}</picture></noscript>")).tag == "img"
    assert img_of(element_of("<amp-img></amp-img>")).tag == "amp-img"


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("The quay (AFP)", "The quay", "AFP"),
        ("The quay [AFP].", "The quay", "AFP"),
        ("The quay （AFP）", "The quay", "AFP"),
        ("The quay (2021)", "The quay (2021)", None),
        ("(AFP)", None, "AFP"),
        ("", None, None),
        ("The quay", "The quay", None),
        (f"The quay ({'o' * 120})", "The quay", "o" * 120),
        (f"The quay ({'o' * 121})", f"The quay ({'o' * 121})", None),
        ("The quay. Photo: AFP", "The quay.", "AFP"),
        ("The quay - Photo: AFP.", "The quay", "AFP"),
        ("Photo: AFP", None, "AFP"),
        ("The quay (Photo: AFP)", "The quay", "AFP"),
        ("The quay © 2024 AFP", "The quay", "AFP"),
        ("The quay ©", "The quay ©", None),
        (f"The quay. Photo: {'o' * 80}", "The quay.", "o" * 80),
        (f"The quay. Photo: {'o' * 81}", f"The quay. Photo: {'o' * 81}", None),
        ("The telephoto: a quay", "The telephoto: a quay", None),
        ("(AFP) The quay", "(AFP) The quay", None),
    ],
)
def test_a_caption_is_parted_from_its_credit(text: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(text) == (caption, credit)
    assert without_credit(text) == ((caption or "") if credit else "")


CAPTION, CREDIT = "<figcaption>The quay</figcaption>", "<span class=credit>AFP</span>"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (f"<figure>{IMG}{CAPTION}</figure>", [("The quay", None)]),
        (f"<figure>{IMG}{CAPTION}{CREDIT}</figure>", [("The quay", "AFP")]),
        (f"<figure>{IMG}<figcaption>The quay {CREDIT}</figcaption></figure>", [("The quay", "AFP")]),
        (f"<figure>{IMG}<figcaption>{CREDIT} The quay</figcaption></figure>", [("The quay", "AFP")]),
        (f"<figure>{IMG}<figcaption>The quay (EFE)</figcaption>{CREDIT}</figure>", [("The quay (EFE)", "AFP")]),
        (f"<figure>{IMG}<figcaption>The quay (AFP)</figcaption>{CREDIT}</figure>", [("The quay", "AFP")]),
        (f"<figure>{IMG}{CREDIT}</figure>", [(None, "AFP")]),
        (f"<figure>{IMG} The quay</figure>", [("The quay", None)]),
        (f"<figure>{IMG} The quay {CREDIT}</figure>", [("The quay", "AFP")]),
        ("<figure><img src=/a.jpg alt='A ship (EFE)'></figure>", [("A ship", "EFE")]),
        ("<figure><img src=/a.jpg title='A ship'></figure>", [("A ship", None)]),
        (f"<figure><img src=/a.jpg alt='A ship (EFE)'>{CREDIT}</figure>", [("A ship", "AFP")]),
        # Several pictures: each with the words of its own figure, else with those of all.
        (
            f"<figure><figure>{IMG}{CAPTION}</figure><figure><img src=/b.jpg><figcaption>Two</figcaption></figure>",
            [("The quay", None), ("Two", None)],
        ),
        (f"<figure>{IMG}<img src=/b.jpg>{CAPTION}</figure>", [("The quay", None), ("The quay", None)]),
        (f"<figure>{IMG}{IMG}{CAPTION}</figure>", [("The quay", None)]),
        # A picture alone, with the words beside it.
        (f"<div>{IMG}{CAPTION}</div>", [("The quay", None)]),
        (f"<div><b>{IMG}</b>{CAPTION}</div>", [("The quay", None)]),
        (f"<div>{IMG}</div>", [(None, None)]),
    ],
)
def test_a_picture_has_the_words_around_it(html: str, words: list[tuple[str | None, str | None]]) -> None:
    assert [(image.caption, image.credit) for image in read_images(element_of(html), BASE)] == words


@pytest.mark.parametrize(
    ("html", "caption"),
    [
        (f"<div>{IMG}<figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div>{IMG}<!-- x --><figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div><b>{IMG}</b><figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div><b><b>{IMG}</b></b><figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div><b><b><b>{IMG}</b></b></b><figcaption>The quay</figcaption></div>", None),
        (f"<div>{IMG}<b>Words</b><figcaption>The quay</figcaption></div>", None),
        (f"<div><b>{IMG} Words</b><figcaption>The quay</figcaption></div>", None),
        (f"<div><b>{IMG}{IMG}</b><figcaption>The quay</figcaption></div>", None),
        (f"<div>{IMG}<i></i><figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div class=image>{IMG}<div class=caption>The quay</div></div>", "The quay"),
        (f"<div>{'<i></i>' * 76}{IMG}<figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div>{'<i></i>' * 77}{IMG}<figcaption>The quay</figcaption></div>", "The quay"),
        (f"<div>{'<i></i>' * 78}{IMG}<figcaption>The quay</figcaption></div>", None),
    ],
)
def test_a_picture_has_the_words_beside_it(html: str, caption: str | None) -> None:
    picture = next(element_of(html).iter("img"))
    assert [image.caption for image in read_images(picture, BASE)] == [caption]


def test_the_words_of_pictures() -> None:
    figure = element_of(f"<figure><img src=/a.jpg alt=' A  ship ' title=x>{CAPTION}{CREDIT}<img src=/b.jpg alt=''>")
    assert shown_captions(figure) == ["The quay", "AFP"]
    assert alternative_texts(figure) == ["A ship", "x"]


@pytest.mark.parametrize(
    ("html", "is_box"),
    [
        (f"<figure>{IMG}</figure>", True),
        ("<figure>x</figure>", False),
        (f"<figure>{IMG}{'o' * 2000}</figure>", True),
        (f"<figure>{IMG}{'o' * 2001}</figure>", False),
        (f"<div class=image>{IMG}</div>", True),
        (f"<div class=x>{IMG}</div>", False),
        (f"<div>{IMG}</div>", False),
        (f"<p class=image>{IMG}</p>", False),
        (f"<div class=image>{IMG}{'o' * 400}</div>", True),
        (f"<div class=image>{IMG}{'o' * 401}</div>", False),
        (f"<div class=image>{IMG}<p>a</p></div>", True),
        (f"<div class=image>{IMG}<p>a</p><p>b</p></div>", False),
        (f"<div class=image>{IMG}{IMG}</div>", False),
        (f"<figure>{IMG}{IMG}</figure>", True),
        (f"<div class=image>{IMG}<ul><li>a</ul></div>", False),
        (f"<div class=image><figure>{IMG}</figure></div>", False),
        (f"<div class=image>{IMG}{'<i></i>' * 78}</div>", True),
        (f"<div class=image>{IMG}{'<i></i>' * 79}</div>", False),
        (f"<div class='{'o' * 494} image'>{IMG}</div>", True),
        (f"<div class='{'o' * 495} image'>{IMG}</div>", False),
    ],
)
def test_a_box_of_a_picture(html: str, is_box: bool) -> None:
    assert is_picture_box(element_of(html)) is is_box


def test_a_small_element_has_79_others_in_it() -> None:
    assert [is_small(element_of(f"<div>{'<i></i>' * count}</div>")) for count in (79, 80)] == [True, False]
