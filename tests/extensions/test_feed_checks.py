"""The check of the feeds that are asked for beside the archive's."""

from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import BaseSettings, Settings

from newscrawl.archive.files import ARCHIVE_FEEDS
from newscrawl.errors import ArgumentError
from newscrawl.extensions.feed_checks import EXAMPLE, check_feeds, feed_problem

ITEMS = {"item_classes": ["newscrawl.items.Article"]}


def settings(**changes: Any) -> BaseSettings:
    return Settings({"DATA_DIR": "data", **changes})


@pytest.mark.parametrize(
    ("uri", "options"),
    [
        ("x.csv", {}),
        ("x.jsonl", {"format": "jsonlines"}),
        ("out/x.xml", {}),
        ("file:///tmp/x", {"format": "json"}),
        ("x-%(run)s-%(edition)s.jl", {}),
        ("x-%(batch_id)d.json", {"batch_item_count": 5}),
        ("x-%(batch_time)s.json", {"batch_item_count": 5}),
        ("x.json", {"batch_item_count": 0}),
        ("x.json", {"encoding": "latin-1", **ITEMS}),
        ("x.json", {"encoding": None, "item_filter": "scrapy.extensions.feedexport.ItemFilter"}),
    ],
)
def test_a_feed_that_scrapy_can_write_is_passed(uri: str, options: dict[str, Any]) -> None:
    assert feed_problem(uri, options, settings()) == ""
    check_feeds(settings(FEEDS={uri: options}))


@pytest.mark.parametrize(
    ("uri", "options", "problem"),
    [
        ("x.csv", "csv", "give the options of a feed as an object"),
        ("x.csv", None, "give the options of a feed as an object"),
        ("carrier://x/y.csv", {}, "there is no storage for carrier:"),
        ("x.csv", {"format": "parchment"}, "choose one of these formats: csv, "),
        ("x.parchment", {}, "choose one of these formats: csv, "),
        ("x", {}, "choose one of these formats: csv, "),
        ("x-%(spider)s.csv", {}, "the URI may name %(edition)s, %(run)s, "),
        ("x-%(edition)d.csv", {}, "the URI may name %(edition)s, %(run)s, "),
        ("x-%(run)*s.csv", {}, "the URI may name %(edition)s, %(run)s, "),
        ("x.csv", {"batch_item_count": -1}, "give batch_item_count a whole number of at least 0"),
        ("x-%(batch_id)d.csv", {"batch_item_count": "5"}, "give batch_item_count a whole number of at least 0"),
        ("x.csv", {"batch_item_count": 1}, "with batch_item_count the URI has to name %(batch_id)d or %(batch_time)s"),
        ("x.csv", {"encoding": "runes"}, "there is no such encoding"),
        ("x.csv", {"encoding": 8}, "there is no such encoding"),
        ("x.csv", {"item_classes": ["newscrawl.items.Nothing"]}, "item_classes or item_filter: "),
        ("x.csv", {"item_classes": ["nowhere.Nothing"]}, "item_classes or item_filter: "),
        ("x.csv", {"item_classes": 5}, "item_classes or item_filter: "),
        ("x.csv", {"item_filter": "nothing"}, "item_classes or item_filter: "),
    ],
)
def test_a_feed_that_scrapy_cannot_write_is_named(uri: str, options: Any, problem: str) -> None:
    assert feed_problem(uri, options, settings()).startswith(problem)
    with pytest.raises(ArgumentError) as error:
        check_feeds(settings(FEEDS={"sound.csv": {}, uri: options}))
    assert str(error.value).startswith(f"FEEDS, {uri}: {problem}")
    assert str(error.value).endswith(f" (example: {EXAMPLE})")


def test_a_storage_or_format_that_is_switched_off_is_none() -> None:
    assert feed_problem("s3://x/y.csv", {}, settings(FEED_STORAGES={"s3": None})) == "there is no storage for s3:"
    assert "csv" not in feed_problem("x.csv", {}, settings(FEED_EXPORTERS={"csv": None})).partition(": ")[2]


def test_the_archives_own_feeds_are_not_judged() -> None:
    assert "archive:" in feed_problem(next(iter(ARCHIVE_FEEDS)), {}, settings())
    check_feeds(settings(FEEDS={uri: {} for uri in ARCHIVE_FEEDS}))
    check_feeds(settings())


def test_no_file_of_ones_own_lies_among_those_of_the_archive(tmp_path: Path) -> None:
    problem = "the archive keeps this folder for its own files; give another one"
    (tmp_path / "link").symlink_to(tmp_path / "data" / "ar")
    given = settings(DATA_DIR=str(tmp_path / "data"))
    for place in ("data/en/articles/x.csv", "data/es/x.csv", "data/x/../ar/runs/x.csv", "link/x.csv"):
        assert feed_problem(str(tmp_path / place), {}, given) == problem
        assert feed_problem(f"file://{tmp_path}/{place}", {}, given) == problem
    for place in ("data/x.csv", "data/english/x.csv", "x.csv"):
        assert feed_problem(str(tmp_path / place), {}, given) == ""
    assert feed_problem("ftp://x.net/data/en/x.csv", {}, given) == ""
