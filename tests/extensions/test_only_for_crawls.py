"""Which settings change for the crawls of Scrapy's own commands."""

from scrapy.settings import Settings

from newscrawl import settings as project
from newscrawl.extensions.only_for_crawls import IS_OWN_COMMAND, ON_SITE, OnlyForCrawls, without_archive

GIVEN = {
    "ITEM_PIPELINES": {"newscrawl.pipelines.clean.CleanPipeline": 100, "other.Pipeline": 200},
    "EXTENSIONS": {"newscrawl.extensions.report.ReportExtension": 0, "newscrawler.Extension": 5},
    "DOWNLOADER_MIDDLEWARES": {ON_SITE: 50, "newscrawl.middlewares.robots.RobotsMiddleware": 100},
    "FEEDS": {"archive:en/articles/x.jsonl": {"format": "jsonlines"}, "mine.csv": {"format": "csv"}},
    "FEED_URI_PARAMS": "newscrawl.extensions.feed_storage.uri_params",
    "FEED_EXPORT_BATCH_ITEM_COUNT": 1000,
}


def updated(**changes: object) -> Settings:
    settings = Settings({**GIVEN, **changes}, priority="project")
    OnlyForCrawls().update_settings(settings)
    return settings


def test_other_crawls_keep_no_archive_and_what_is_theirs() -> None:
    settings = updated()
    assert settings.getdict("ITEM_PIPELINES") == {
        "newscrawl.pipelines.clean.CleanPipeline": None,
        "other.Pipeline": 200,
    }
    assert settings.getdict("EXTENSIONS") == {
        "newscrawl.extensions.report.ReportExtension": None,
        "newscrawler.Extension": 5,
    }
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == {
        ON_SITE: None,
        "newscrawl.middlewares.robots.RobotsMiddleware": 100,
    }
    assert settings.getdict("FEEDS") == {"mine.csv": {"format": "csv"}}
    assert settings["FEED_URI_PARAMS"] is None
    assert settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT") == 0
    # What the command line gives still wins.
    assert {settings.getpriority(name) for name in without_archive(settings)} == {20}


def test_this_projects_own_commands_keep_theirs() -> None:
    settings = updated(**{IS_OWN_COMMAND: True})
    assert settings["FEED_URI_PARAMS"] == GIVEN["FEED_URI_PARAMS"]
    assert settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT") == 1000
    assert settings.getdict("EXTENSIONS") == GIVEN["EXTENSIONS"]
    assert settings.getdict("DOWNLOADER_MIDDLEWARES") == GIVEN["DOWNLOADER_MIDDLEWARES"]
    assert settings.getdict("FEEDS") == GIVEN["FEEDS"]
    assert settings.getdict("ITEM_PIPELINES") == GIVEN["ITEM_PIPELINES"]


def test_the_add_on_is_in_the_projects_settings() -> None:
    assert any(str(name).endswith("OnlyForCrawls") for name in project.ADDONS)
    assert "FEED_URI_PARAMS" in vars(project)
    assert ON_SITE in project.DOWNLOADER_MIDDLEWARES
