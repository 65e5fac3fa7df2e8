"""The `-a` arguments: each is documented, checked, and refused with an example."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newscrawl.errors import ArgumentError
from newscrawl.spiders.arguments import ARGUMENTS, WAYS, Argument, Arguments


def parse_example(argument: Argument, folder: Path) -> Arguments:
    """Return the arguments with one as its example says; a file that it names is made."""
    if argument.name == "urls":
        (folder / "list").write_text("")
        return Arguments.parse(urls=str(folder / "list"))
    return Arguments.parse(**{argument.name: argument.example})


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda argument: argument.name)
def test_each_argument_is_documented_and_its_example_is_right(argument: Argument, tmp_path: Path) -> None:
    assert len(argument.meaning) > 10
    assert argument.default_text.strip("`")
    changed = parse_example(argument, tmp_path)
    # It has an effect, unless the example is the default.
    if argument.example != argument.default:
        assert changed != Arguments.parse()
    assert Arguments.parse(**{argument.name: argument.default}) == Arguments.parse()


def test_nothing_is_needed() -> None:
    arguments = Arguments.parse()
    assert arguments.edition.code == "en"
    assert arguments.root == "https://english.almayadeen.net"
    assert (arguments.sections, arguments.tags, arguments.kinds, arguments.urls) == ((), (), (), "")
    assert (arguments.max_pages, arguments.discover) == (5, ("sections",))
    assert (arguments.since, arguments.until, arguments.deep, arguments.refresh) == (None, None, False, True)


def test_lists_are_read_with_spaces_and_repeats() -> None:
    arguments = Arguments.parse(
        sections=" Politics ,politics,  Latin  America,", kinds="Video, news,video", discover="feed,Sections"
    )
    assert arguments.sections == ("Politics", "politics", "Latin America")
    assert arguments.kinds == ("video", "news")
    assert arguments.discover == ("feed", "sections")


def test_times_are_utc_and_since_lifts_max_pages() -> None:
    arguments = Arguments.parse(since="2024-08-20T03:00:00+03:00", until="2024-08-21", max_pages="1")
    assert arguments.since == datetime(2024, 8, 20, tzinfo=UTC)
    assert arguments.until == datetime(2024, 8, 22, tzinfo=UTC)
    assert arguments.max_pages == 0
    assert Arguments.parse(until="2024-08-21T12:00").until == datetime(2024, 8, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "month", "covers"),
    [
        ("", "", (0, 0), True),
        ("", "", (1999, 1), True),
        ("2024-08-20", "", (0, 0), True),
        ("2024-08-20", "", (2024, 7), False),
        ("2024-08-20", "", (2024, 8), True),
        ("2024-08-01", "", (2024, 7), True),
        ("", "2024-08-20", (2024, 8), True),
        ("", "2024-08-20", (2024, 9), False),
        ("", "2024-08-31", (2024, 9), True),
        ("2024-02-10", "2024-03-10", (2024, 4), False),
    ],
)
def test_a_month_is_covered_with_a_day_on_either_side(
    since: str, until: str, month: tuple[int, int], covers: bool
) -> None:
    assert Arguments.parse(since=since, until=until).covers_month(month) is covers


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"edition": "fr"}, "edition=fr: choose one of en, ar, es (example: -a edition=ar)"),
        ({"max_pages": "-1"}, "max_pages=-1: give a whole number, 0 for all (example: -a max_pages=5)"),
        ({"max_pages": "two", "since": "2024-08-01"}, "max_pages=two: give a whole number"),
        ({"site": "ftp://x"}, "site=ftp://x: give an http or https URL (example: -a site=http://127.0.0.1:8000)"),
        ({"section": "politics"}, "unknown argument section; known are edition, sections, "),
        ({"b": "1", "a": "2"}, "unknown argument a, b; known are"),
        ({"discover": "sections,guessing"}, f"'guessing' is unknown; choose from {', '.join(WAYS)} (example: "),
        ({"kinds": "news,poem"}, "'poem' is unknown; choose from analysis, article, "),
        ({"urls": "/no/such/file"}, "urls=/no/such/file: there is no such file that can be read (example: "),
        ({"since": "yesterday"}, "since=yesterday: give a date or a time (example: -a since=2024-08-31)"),
        ({"until": "2024-13-01"}, "until=2024-13-01: give a date or a time (example: -a until=2024-08-31)"),
        ({"deep": "maybe"}, "deep=maybe: give yes or no (example: -a deep=yes)"),
        ({"refresh": ""}, "refresh=: give yes or no (example: -a refresh=no)"),
        ({"sections": " , "}, "sections= , : give names separated by commas"),
        ({"kinds": ","}, "kinds=,: give names separated by commas"),
        ({"discover": " , "}, "discover= , : give names separated by commas"),
        ({"urls": "/"}, "urls=/: there is no such file that can be read"),
        ({"urls": "a\0b"}, "there is no such file that can be read"),
        ({"site": "http://127.0.0.1/en"}, "site=http://127.0.0.1/en: give the root of a site, without a path"),
        ({"site": "http://127.0.0.1?x=1"}, "give the root of a site, without a path (example: "),
        ({"site": "http://[bad"}, "site=http://[bad: give an http or https URL"),
        ({"until": "9999-12-31"}, "until=9999-12-31: give a year from 1900 to 2999 (example: -a until=2024-08-31)"),
        ({"since": "0001-01-01"}, "since=0001-01-01: give a year from 1900 to 2999"),
        (
            {"since": "2024-08-31", "until": "2024-08-30"},
            "since=2024-08-31: nothing is between it and until=2024-08-30; give an earlier one (example: -a since=",
        ),
        ({"since": "2024-08-31T12:00", "until": "2024-08-31T12:00"}, "nothing is between it and until="),
        ({"discover": "tags"}, "discover=tags: name the tags (example: -a discover=tags -a tags=Mali)"),
        ({"discover": "sections,tags"}, "discover=sections,tags: name the tags (example: "),
        ({"discover": "tags", "tags": "all"}, "(example: -a discover=sections,tags -a tags=all)"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_an_example(given: dict[str, str], words: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(words)):
        Arguments.parse(**given)


def test_tags_are_read_beside_the_other_ways_or_alone(tmp_path: Path) -> None:
    assert Arguments.parse(tags="Mali").discover == ("sections",)
    assert Arguments.parse(tags="Mali, Gaza Strip", discover="tags").tags == ("Mali", "Gaza Strip")
    assert Arguments.parse(tags="Mali", discover="tags").discover == ("tags",)
    assert Arguments.parse(tags="all", discover="sections,tags").discover == ("sections", "tags")
    # The articles of a list have tags too.
    assert Arguments.parse(tags="all", discover="tags", urls="-").tags == ("all",)


def test_a_file_of_urls_is_read_alone_unless_more_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("")
    name = str(tmp_path / "list")
    assert Arguments.parse(urls=name).discover == ()
    assert Arguments.parse(urls="-", discover="").discover == ()
    assert Arguments.parse(urls=name, discover="feed").discover == ("feed",)


def test_arguments_of_a_scheduler_are_noted_and_change_nothing() -> None:
    arguments = Arguments.parse(_job="6487ec79947edab326d6db28a2d86511", sections="politics")
    assert arguments.noted == (("_job", "6487ec79947edab326d6db28a2d86511"),)
    assert arguments.sections == ("politics",)


def test_an_interval_of_one_day_is_one() -> None:
    arguments = Arguments.parse(since="2024-08-31", until="2024-08-31")
    assert (arguments.since, arguments.until) == (datetime(2024, 8, 31, tzinfo=UTC), datetime(2024, 9, 1, tzinfo=UTC))
