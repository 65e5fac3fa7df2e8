"""The pipelines: what is cleaned, required and dropped."""

import json
from dataclasses import replace
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from newscrawl.items import Article, Headline, Image, Related, as_dict
from newscrawl.pipelines.clean import CleanPipeline, cleaned
from newscrawl.pipelines.deduplicate import DeduplicatePipeline
from newscrawl.pipelines.require import RequirePipeline
from newscrawl.text import content_hash


def article(**changes: Any) -> Article:
    """Return an article that all pipelines pass on."""
    base = Article(
        id="1",
        url="https://english.almayadeen.net/news/politics/a-b",
        edition="en",
        language="en",
        kind="news",
        title="A title",
        body="One paragraph.\n\nAnother one.",
        word_count=4,
        date_published="2024-08-22T13:28:00Z",
        content_hash=content_hash("A title", None, "One paragraph.\n\nAnother one."),
    )
    return replace(base, **changes)


def headline(text: str) -> Headline:
    return Headline(
        text=text, edition="en", found_on="https://english.almayadeen.net/", date_first_seen="2024-08-22T13:28:00Z"
    )


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
def test_clean_mends_every_text_of_a_record(raw: str, clean: str) -> None:
    record = cleaned(
        article(
            title=raw,
            summary=raw,
            authors=(raw, clean),
            body=f"{raw}\n\nMore.",
            subheads=(raw,),
            images=(Image(url="https://x/a.jpg", caption=raw),),
            related=(Related(title=raw, url="https://x/b"),),
        )
    )
    assert (record.title, record.summary, record.authors) == (clean, clean, (clean,))
    assert record.body == f"{clean}\n\nMore."
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
    pipeline.process_item(article())
    pipeline.process_item(article(title="A\u200b title"))
    assert crawler.stats.get_value("newscrawl/cleaned") == 1


@pytest.mark.parametrize("name", ["title", "body"])
def test_require_drops_and_counts_what_is_no_article(name: str) -> None:
    crawler = get_crawler()
    pipeline = RequirePipeline.from_crawler(crawler)
    with pytest.raises(DropItem):
        pipeline.process_item(article(**{name: ""}))
    assert crawler.stats.get_value(f"newscrawl/missing/{name}") == 1
    assert crawler.stats.get_value("newscrawl/dropped/incomplete") == 1


def test_require_keeps_and_counts_an_article_without_date() -> None:
    crawler = get_crawler()
    pipeline = RequirePipeline.from_crawler(crawler)
    record = article(date_published=None)
    assert pipeline.process_item(record) is record
    assert crawler.stats.get_value("newscrawl/missing/date_published") == 1


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"content_hash": "0" * 64}, "id"),
        ({"id": "2"}, "content"),
    ],
)
def test_deduplicate_drops_by_id_then_by_content(second: dict[str, str], reason: str) -> None:
    crawler = get_crawler()
    pipeline = DeduplicatePipeline.from_crawler(crawler)
    pipeline.process_item(article())
    with pytest.raises(DropItem):
        pipeline.process_item(article(**second))
    assert crawler.stats.get_value(f"newscrawl/duplicate/{reason}") == 1


def test_deduplicate_keeps_editions_apart_and_lines_of_the_ticker_once() -> None:
    crawler = get_crawler()
    pipeline = DeduplicatePipeline.from_crawler(crawler)
    assert pipeline.process_item(article()).edition == "en"
    assert pipeline.process_item(article(edition="es")).edition == "es"
    pipeline.process_item(headline("One"))
    pipeline.process_item(headline("Two"))
    with pytest.raises(DropItem):
        pipeline.process_item(headline("One"))
    assert crawler.stats.get_value("newscrawl/duplicate/headline") == 1


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
def test_what_is_clean_but_wrong_is_mended(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    result = cleaned(replace(WHOLE, **changes))
    assert {name: getattr(result, name) for name in expected} == expected
