"""Every text of a record is clean, and what is counted from it is right."""

import json
from dataclasses import replace
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from newscrawl.items import Image, Related, as_dict
from newscrawl.pipelines.clean import CleanPipeline, cleaned
from newscrawl.text import content_hash
from tests.pipelines.samples import article, fetched, headline


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Cafe\u0301", "Café"),
        ("a\x00\x07b", "ab"),
        ("lone \ud83d end", "lone end"),
        ("pair \ud83d\ude00 end", "pair 😀 end"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("many \u00a0\u2003 spaces\u2028here", "many spaces here"),
        ("Ø§Ù„ÙŠÙˆÙ…", "اليوم"),
        ("Itâ€™s", "It’s"),
        ("\u202bنص\u202c", "نص"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("São Paulo â la carte Ärger", "São Paulo â la carte Ärger"),
    ],
)
def test_clean_repairs_every_text_of_a_record(raw: str, clean: str) -> None:
    record = cleaned(
        article(
            title=raw,
            summary=raw,
            authors=(raw, clean),
            body=f"{raw}\n\nMore.",
            body_html=f"<h3>{raw}</h3>\n<p><em>More.</em></p>",
            subheads=(raw,),
            images=(Image(url="https://x/a.jpg", caption=raw),),
            related=(Related(title=raw, url="https://x/b"),),
        )
    )
    assert (record.title, record.summary, record.authors) == (clean, clean, (clean,))
    assert record.body == f"{clean}\n\nMore."
    assert record.body_html == f"<h3>{clean}</h3>\n<p><em>More.</em></p>"
    assert record.subheads == (clean,)
    assert record.images[0].caption == clean
    assert record.related[0].title == clean
    assert record.content_hash == content_hash(clean, clean, f"{clean}\n\nMore.")
    assert record.word_count == len(clean.split()) + 1
    assert cleaned(record) == record
    json.dumps(as_dict(record), ensure_ascii=False).encode()


def test_clean_makes_empty_texts_null() -> None:
    record = cleaned(article(summary="\u200b", tags=("\u00ad", "Mali"), source=" "))
    assert (record.summary, record.tags, record.source) == (None, ("Mali",), None)


def test_clean_counts_what_it_changed() -> None:
    crawler = get_crawler()
    pipeline = CleanPipeline.from_crawler(crawler)
    pipeline.process_item(fetched())
    pipeline.process_item(fetched(title="A\u200b title"))
    pipeline.process_item(headline("A line"))
    assert pipeline.process_item(headline("A\u200b line")) == headline("A line")
    assert crawler.stats.get_value("newscrawl/cleaned") == 2


def test_clean_leaves_html_of_a_clean_body_as_it_is() -> None:
    record = cleaned(article(title="A\u200b title"))
    assert record.body_html is article().body_html


WHOLE = article(
    summary="A summary",
    content_hash=content_hash("A title", "A summary", "One paragraph.\n\nAnother one."),
    authors=("Jane Doe",),
    source="Agencies",
    subheads=("One paragraph.", "One paragraph."),
    images=(Image(url="https://x.net/a.jpg", caption="A caption", credit="AFP"),),
    related=(Related(title="Another", url="https://x.net/b"),),
    tags=("Port", "Sea"),
    keywords=("Port",),
    provenance={"title": "dom"},
)


def test_a_clean_record_is_passed_on_as_it_is() -> None:
    assert cleaned(WHOLE) is WHOLE


@pytest.mark.parametrize("dirt", ["\u200b", "  ", "\x07", "e\u0301", "Ã©", "\u2028", "\ud800"])
def test_dirt_in_any_one_text_is_found(dirt: str) -> None:
    values: dict[str, Any] = {
        "title": f"A{dirt}title",
        "summary": f"{dirt}A summary",
        "body": f"One paragraph.\n\n{dirt}Another one.",
        "source": f"Agencies{dirt}",
        "tags": ("Port", f"S{dirt}ea"),
        "images": (Image(url="https://x.net/a.jpg", caption=f"A {dirt}caption"),),
        "provenance": {"title": f"dom{dirt}"},
    }
    for name, value in values.items():
        assert getattr(cleaned(replace(WHOLE, **{name: value})), name) != value, name


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"summary": ""}, {"summary": None}),
        ({"tags": ("Port", "Port")}, {"tags": ("Port",)}),
        ({"keywords": ("Port", "")}, {"keywords": ("Port",)}),
        ({"subheads": ("Elsewhere",)}, {"subheads": ()}),
        ({"word_count": 7}, {"word_count": 4}),
    ],
)
def test_what_is_clean_but_wrong_is_corrected(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    result = cleaned(replace(WHOLE, **changes))
    assert {name: getattr(result, name) for name in expected} == expected
