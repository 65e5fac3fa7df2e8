"""Every setting is checked before anything starts: its type, its range, its sense."""

from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings, default_settings

from newscrawl import settings as own_settings
from newscrawl.errors import ArgumentError
from newscrawl.setting_checks import CHECKS, REACTOR, check_settings
from tests.crawling import command, run

OWN = {name for name in vars(own_settings) if name.isupper()}

WRONG: dict[str, list[Any]] = {
    "DATA_DIR": ["", "  ", None, "a\nb"],
    "FEED_EXPORT_BATCH_ITEM_COUNT": ["-1", "many", "2.5", "nan"],
    "FEED_EXPORT_ENCODING": ["latin-1", "none"],
    "SYNC_SECONDS": ["two", "-1", "inf", ""],
    "COMPRESS": ["maybe", "", "2", "yes"],
    "CONTACT": ["a\r\nX-Injected: 1", "مكتب"],
    "USER_AGENT": ["", "a\nb"],
    "ROBOTSTXT_OBEY": ["perhaps"],
    "DOWNLOAD_DELAY": ["nan", "inf", "-0.1", "1e308", "soon", "9" * 20],
    "DOWNLOAD_DELAY_JITTER": ["2", "-1"],
    "CONCURRENT_REQUESTS": ["0", "-3", "1.5"],
    "CONCURRENT_REQUESTS_PER_DOMAIN": ["0", "one"],
    "DNS_TIMEOUT": ["0", "x"],
    "BACKOFF_BASE": ["soon", "-1", "nan"],
    "BACKOFF_MAX": ["-1", "inf"],
    "MAX_CRAWL_DELAY": ["-1", "nan", "1e308"],
    "MAX_CONSECUTIVE_ERRORS": ["-1", "few"],
    "MAX_CONSECUTIVE_REFUSALS": ["-1", "0.5"],
    "IGNORE_BLOCK": ["please"],
    "RETRY_ENABLED": ["False", "no"],
    "RETRY_TIMES": ["-1", "often"],
    "DOWNLOAD_TIMEOUT": ["0", "-5", "nan"],
    "DOWNLOAD_MAXSIZE": ["-1", "10 MB"],
    "DOWNLOAD_VERIFY_CERTIFICATES": ["some"],
    "REDIRECT_MAX_TIMES": ["-1"],
    "CLOSESPIDER_TIMEOUT": ["-1", "an hour"],
    "MEMUSAGE_LIMIT_MB": ["-1", "1 GB"],
    "DEPTH_LIMIT": ["3"],
    "DEPTH_PRIORITY": ["1"],
    "TWISTED_REACTOR": ["twisted.internet.selectreactor.SelectReactor", "none", None],
    "TWISTED_REACTOR_ENABLED": ["False"],
    "SITEMAP_PATH": ["sitemap.xml", ""],
    "FEED_PATH": ["feed.rss", "/a b"],
    "TAG_PATTERN": ["/tags/", "/tags/{name}", "tags/{tag}", "/tags/{", "/{0}"],
    "MISSING_SHARE": ["2", "50%", "-0.1", "nan"],
    "CANARY_FLOORS": ["{date", "[]", '{"title": 2}', '{"titel": 0.5}', '{"title": "much"}', "0.5"],
    "REVISIT_SHARE": ["50%", "-1", "2"],
    "REVISIT_LIMIT": ["-1", "all"],
    "LOG_JSON": ["maybe"],
    "LOG_LEVEL": ["LOUD", ""],
    "LOG_FORMAT": ["%(nope)s", "%(message)d", "no field", 5],
    "LOG_DATEFORMAT": ["a\nb", 5],
    "FEED_URI_PARAMS": ["nowhere.params", "params"],
    "WAYBACK_ROOT": [
        "",
        None,
        1,
        "web.archive.org",
        "https://web.archive.org/web",
        "https://a@web.archive.org",
        "ftp://x",
    ],
    "ARCHIVE_DELAY": ["-1", "fast"],
    "DUPEFILTER_CLASS": ["", None, "nowhere.Filter", "scrapy.dupefilters.Nothing"],
    "SCHEDULER_MEMORY_QUEUE": ["nowhere.Queue"],
    "SCHEDULER_PRIORITY_QUEUE": ["nowhere.Queue"],
    "TWISTED_DNS_RESOLVER": ["nowhere.Resolver"],
}


def given(**values: Any) -> Settings:
    settings = Settings()
    settings.setmodule(own_settings)
    for name, value in values.items():
        settings.set(name, value, priority="cmdline")
    return settings


def test_each_setting_of_the_project_is_in_the_table() -> None:
    assert set(CHECKS) >= OWN
    assert set(CHECKS) <= OWN | set(vars(default_settings))


def test_the_settings_as_they_are_pass() -> None:
    check_settings(given())
    check_settings(given(TWISTED_REACTOR=REACTOR, LOG_LEVEL="DEBUG", LOG_DIR=None, DOWNLOAD_DELAY="0"))


@pytest.mark.parametrize("name", CHECKS)
def test_each_example_is_right(name: str) -> None:
    assert CHECKS[name].problem(CHECKS[name].example) == ""


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_refused_with_its_name_and_an_example(name: str, value: Any) -> None:
    with pytest.raises(ArgumentError) as error:
        check_settings(given(**{name: value}))
    assert str(error.value).startswith(f"{name}=")
    assert f"(example: -s '{name}={CHECKS[name].example}')" in str(error.value)


def test_every_setting_that_has_a_range_is_given_wrong_values_here() -> None:
    """A number, a switch or a table that takes anything would not be checked."""
    unchecked = {name for name in CHECKS if name not in WRONG and CHECKS[name].problem(object()) == ""}
    assert unchecked == set()


@pytest.mark.parametrize(
    ("name", "value"), [("SYNC_SECONDS", "two"), ("DOWNLOAD_HANDLERS", "{date"), ("LOG_LEVEL", "LOUD")]
)
def test_the_crawl_ends_before_it_starts(name: str, value: str, tmp_path: Path) -> None:
    done = run(command(tmp_path / "data", {}, {name: value}), tmp_path)
    assert done.status == 2, done.log
    assert f"{name}={value}: " in done.last_line
    assert "(example: -s " in done.last_line
    assert "Traceback" not in done.log
    assert not (tmp_path / "data").exists()
