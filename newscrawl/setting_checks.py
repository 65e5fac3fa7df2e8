"""The settings that are checked before anything starts: a table of name, what the value must be, and an example.

A setting is wrong by its type, its range or its sense. The first wrong one ends the command with status 2.
"""

import codecs
import json
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from newscrawl.errors import ArgumentError
from newscrawl.items import Article
from newscrawl.urls import canonical

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
DAY = 86_400
NO_BOUND = 10**12
"""Larger than any number that can be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingCheck:
    """What one setting must be."""

    name: str
    problem: Callable[[Any], str]
    """Returns what the value should be, "" for a right one."""
    example: str


# -- what a value may be ----------------------------------------------------------------------------------------------


def number(least: float, most: float = NO_BOUND) -> Callable[[Any], str]:
    """Return a check for a number of at least and at most these.

    >>> number(0, 1)("50%"), number(0)("nan"), number(0)("0.5")
    ('give a number from 0 to 1', 'give a number of at least 0', '')
    """
    wanted = f"of at least {least:g}" if most >= NO_BOUND else f"from {least:g} to {most:g}"

    def problem(value: Any) -> str:
        try:
            given = float(value)
        except (TypeError, ValueError, OverflowError):
            given = math.nan
        # False for nan.
        return "" if least <= given <= most else f"give a number {wanted}"

    return problem


def whole(least: int, most: int = NO_BOUND) -> Callable[[Any], str]:
    """Return a check for a whole number of at least and at most these.

    >>> whole(1)("2.5"), whole(1)(2), whole(0)("-1")
    ('give a whole number of at least 1', '', 'give a whole number of at least 0')
    """
    wanted = f"of at least {least}" if most >= NO_BOUND else f"from {least} to {most}"

    def problem(value: Any) -> str:
        try:
            is_right = least <= int(value) <= most and int(value) == float(value)
        except (TypeError, ValueError, OverflowError):
            is_right = False
        return "" if is_right else f"give a whole number {wanted}"

    return problem


def flag(value: Any) -> str:
    """Return what is wrong with a value of yes or no.

    >>> flag("maybe"), flag("True"), flag(0)
    ('give True or False', '', '')
    """
    return "" if str(value) in ("True", "False", "true", "false", "1", "0") else "give True or False"


def one_of(*values: str) -> Callable[[Any], str]:
    """Return a check for one of some words.

    >>> one_of("all", "none")("some"), one_of("all", "none")("all")
    ('give one of all, none', '')
    """
    return lambda value: "" if value in values else f"give one of {', '.join(values)}"


def always(wanted: bool, reason: str) -> Callable[[Any], str]:
    """Return a check for a switch that newscrawl needs as it is."""

    def problem(value: Any) -> str:
        yes = str(value) in ("True", "true", "1")
        return flag(value) or ("" if yes is wanted else f"{reason}; leave it {wanted}")

    return problem


def zero(reason: str) -> Callable[[Any], str]:
    """Return a check for a bound of Scrapy's that must not be set."""
    return lambda value: "" if value in (0, "0", None, "") else reason


def text(value: Any) -> str:
    """Return what is wrong with a line of text."""
    if not isinstance(value, str) or not value.strip():
        return "give a text"
    return "" if value.isprintable() else "give a text of one line"


def may_be_empty(check: Callable[[Any], str]) -> Callable[[Any], str]:
    """Return a check for a value that may also not be given."""
    return lambda value: "" if value is None or value == "" else check(value)


def header(value: Any) -> str:
    """Return what is wrong with a text that is sent as a header."""
    return text(value) or ("" if value.isascii() else "give a text in ASCII")


def url_path(value: Any) -> str:
    """Return what is wrong with the path of a URL."""
    return text(value) or ("" if value.startswith("/") and " " not in value else "give a path that starts with /")


def root(value: Any) -> str:
    """Return what is wrong with the root of a site.

    >>> root("web.archive.org"), root("https://web.archive.org/web/"), root("http://127.0.0.1:8080/")
    ('give an http or https URL without a path', 'give an http or https URL without a path', '')
    """
    try:
        is_root = canonical(value).count("/") == 3 and canonical(value).endswith("/") and not {"?", "#", "@"} & {*value}
    except (TypeError, ValueError, AttributeError):
        is_root = False
    return "" if is_root else "give an http or https URL without a path"


def tag_pattern(value: Any) -> str:
    """Return what is wrong with the pattern of a tag's path."""
    try:
        is_right = value.format(tag="a") != value
    except (AttributeError, IndexError, KeyError, ValueError):
        is_right = False
    return url_path(value) or ("" if is_right else "give a path with {tag} where the tag goes")


def encoding(value: Any) -> str:
    """Return what is wrong with the encoding of the archive, which is UTF-8."""
    try:
        return "" if codecs.lookup(str(value)).name == "utf-8" else "the archive is UTF-8; leave it"
    except LookupError:
        return "there is no such encoding"


def log_level(value: Any) -> str:
    """Return what is wrong with a level of the log."""
    names = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")
    known = value in names or value in logging.getLevelNamesMapping() or str(value).isdecimal()
    return "" if known else f"choose one of {', '.join(names)}"


def log_format(value: Any) -> str:
    """Return what is wrong with the format of the log's lines.

    >>> log_format("%(levelname)s %(message)s"), log_format("%(nope)s") == log_format("%(message)d") != ""
    ('', True)
    """
    try:
        logging.Formatter(value).format(logging.makeLogRecord({"msg": "a text"}))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "give a format of Python's logging"
    return ""


def component(value: Any) -> str:
    """Return what is wrong with the path of a class or a function.

    >>> component("scrapy.squeues.FifoMemoryQueue"), component("none"), component("scrapy.squeues.None")
    ('', 'there is no such class or function', 'there is no such class or function')
    """
    try:
        load_object(value)
    except (ImportError, NameError, ValueError, TypeError):
        return "there is no such class or function"
    return ""


def reactor(value: Any) -> str:
    """Return what is wrong with the reactor: the progress line and the stop need that of asyncio."""
    return "" if value == REACTOR else "newscrawl needs the reactor of asyncio; leave it"


def names(value: Any) -> str:
    """Return what is wrong with a list of names."""
    if isinstance(value, str):
        return ""
    is_list = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    return "" if is_list else "give names separated by commas"


def table(value: Any) -> str:
    """Return what is wrong with a table: a JSON object."""
    return "" if _table(value) is not None else "give a JSON object"


def shares(value: Any) -> str:
    """Return what is wrong with a table of shares by field.

    >>> shares('{"title": 1.0}'), shares('{"title": 2}')
    ('', "'title': give a number from 0 to 1")
    """
    given = _table(value)
    if given is None:
        return "give a JSON object"
    known = {field.name for field in fields(Article)}
    for name, share in given.items():
        if name not in known:
            return f"{name!r} is no field of an article"
        if problem := number(0, 1)(share):
            return f"{name!r}: {problem}"
    return ""


def _table(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, Mapping) else None


# -- the table --------------------------------------------------------------------------------------------------------

NO_DEPTH = "the depth of a crawl is bounded by max_pages alone"
_ROWS: Iterable[tuple[str, Callable[[Any], str], str]] = (
    # The archive.
    ("DATA_DIR", text, "data"),
    ("ADDONS", table, "{}"),
    ("TWISTED_DNS_RESOLVER", component, "scrapy.resolver.CachingHostnameResolver"),
    ("FEEDS", table, '{"archive:%(edition)s/articles/%(run)s-%(batch_id)05d.jsonl": {"format": "jsonlines"}}'),
    ("FEED_STORAGES", table, "{}"),
    ("FEED_EXPORTERS", table, "{}"),
    ("FEED_URI_PARAMS", may_be_empty(component), "newscrawl.extensions.feed_storage.uri_params"),
    ("FEED_EXPORT_BATCH_ITEM_COUNT", whole(0), "1000"),
    ("FEED_EXPORT_ENCODING", may_be_empty(encoding), "utf-8"),
    ("SYNC_SECONDS", number(0, DAY), "30"),
    ("COMPRESS", flag, "True"),
    ("KEEP_PAGES", one_of("articles", "stories", "all", "none"), "articles"),
    ("PAGES_MAX_BYTES", whole(1), "1073741824"),
    # Politeness.
    ("CONTACT", may_be_empty(header), "desk@example.org"),
    ("USER_AGENT", header, "newscrawl (+desk@example.org)"),
    ("ROBOTSTXT_OBEY", flag, "True"),
    ("ROBOTSTXT_USER_AGENT", may_be_empty(header), "newscrawl"),
    ("DOWNLOAD_DELAY", number(0, DAY), "2"),
    ("DOWNLOAD_DELAY_JITTER", number(0, 1), "0.5"),
    ("CONCURRENT_REQUESTS", whole(1), "16"),
    ("CONCURRENT_REQUESTS_PER_DOMAIN", whole(1), "1"),
    ("COOKIES_ENABLED", flag, "False"),
    ("DNS_TIMEOUT", number(0.1, DAY), "10"),
    ("BACKOFF_BASE", number(0, DAY), "5"),
    ("BACKOFF_MAX", number(0, DAY), "600"),
    ("MAX_CRAWL_DELAY", number(0, DAY), "60"),
    ("MAX_CONSECUTIVE_ERRORS", whole(0), "20"),
    ("MAX_CONSECUTIVE_REFUSALS", whole(0), "5"),
    ("IGNORE_BLOCK", flag, "True"),
    ("RETRY_ENABLED", always(True, "without it no pause would be kept (RETRY_TIMES=0 repeats no request)"), "True"),
    ("RETRY_TIMES", whole(0), "2"),
    # Limits and safety.
    ("DOWNLOAD_TIMEOUT", number(0.1, DAY), "60"),
    ("DOWNLOAD_MAXSIZE", whole(0), "10485760"),
    ("DOWNLOAD_WARNSIZE", whole(0), "0"),
    ("DOWNLOAD_VERIFY_CERTIFICATES", flag, "True"),
    ("DOWNLOAD_HANDLERS", table, '{"ftp": null}'),
    ("MAX_READ_SECONDS", number(0, DAY), "10"),
    ("MAX_SITEMAPS", whole(1), "2000"),
    ("MAX_SITEMAP_DEPTH", whole(1), "3"),
    ("MAX_SECTIONS", whole(1), "500"),
    ("MAX_TAGS", whole(1), "5000"),
    ("REDIRECT_MAX_TIMES", whole(0), "5"),
    ("URLLENGTH_LIMIT", whole(0), "0"),
    ("TELNETCONSOLE_ENABLED", flag, "False"),
    ("REMOTE_CONTROL_ENABLED", flag, "False"),
    ("CLOSESPIDER_TIMEOUT", number(0), "3600"),
    ("CLOSESPIDER_PAGECOUNT", whole(0), "1000"),
    ("CLOSESPIDER_ITEMCOUNT", whole(0), "1000"),
    ("CLOSESPIDER_ERRORCOUNT", whole(0), "10"),
    ("MEMUSAGE_LIMIT_MB", whole(0), "500"),
    ("DEPTH_LIMIT", zero(NO_DEPTH), "0"),
    ("DEPTH_PRIORITY", zero(NO_DEPTH), "0"),
    # Order and components.
    ("BOT_NAME", text, "newscrawl"),
    ("SPIDER_MODULES", names, "newscrawl.spiders.mayadeen"),
    ("COMMANDS_MODULE", text, "newscrawl.commands"),
    ("SCHEDULER_MEMORY_QUEUE", component, "scrapy.squeues.FifoMemoryQueue"),
    ("SCHEDULER_PRIORITY_QUEUE", component, "scrapy.pqueues.ScrapyPriorityQueue"),
    ("DUPEFILTER_CLASS", component, "newscrawl.middlewares.requests.RunDupeFilter"),
    ("CONCURRENT_ITEMS", whole(1), "1"),
    ("WARN_ON_GENERATOR_RETURN_VALUE", flag, "False"),
    ("ITEM_PIPELINES", table, "{}"),
    ("DOWNLOADER_MIDDLEWARES", table, "{}"),
    ("SPIDER_MIDDLEWARES", table, "{}"),
    ("EXTENSIONS", table, "{}"),
    ("EXTENSIONS_BASE", table, "{}"),
    ("REFERER_ENABLED", flag, "False"),
    ("TWISTED_REACTOR", reactor, REACTOR),
    ("TWISTED_REACTOR_ENABLED", always(True, "newscrawl needs the reactor of asyncio"), "True"),
    # This project's own.
    ("SITEMAP_PATH", url_path, "/sitemaps/all.xml"),
    ("FEED_PATH", url_path, "/feed.rss"),
    ("TAG_PATTERN", tag_pattern, "/tags/{tag}"),
    ("WAYBACK_ROOT", root, "https://web.archive.org"),
    ("COMMONCRAWL_INDEX", root, "https://index.commoncrawl.org"),
    ("COMMONCRAWL_DATA", root, "https://data.commoncrawl.org"),
    ("ARCHIVE_DELAY", number(0, DAY), "2.5"),
    ("MISSING_SHARE", number(0, 1), "0.5"),
    ("CANARY_FLOORS", shares, '{"title": 1.0}'),
    ("REVISIT_SHARE", number(0, 1), "0.5"),
    ("REVISIT_LIMIT", whole(0), "200"),
    ("SPIDERMON_FAILED_ACTIONS", names, "spidermon.contrib.actions.slack.notifiers.SendSlackMessageSpiderFinished"),
    # The log.
    ("LOG_JSON", flag, "True"),
    ("LOG_DIR", may_be_empty(text), "logs"),
    ("LOG_LEVEL", log_level, "INFO"),
    ("LOG_FORMAT", log_format, "%(levelname)s: %(message)s"),
    ("LOG_DATEFORMAT", may_be_empty(text), "%Y-%m-%d %H:%M:%S"),
)
CHECKS: Mapping[str, SettingCheck] = {
    name: SettingCheck(name=name, problem=problem, example=example) for name, problem, example in _ROWS
}
LOG_SETTINGS = ("LOG_JSON", "LOG_DIR", "LOG_LEVEL", "LOG_FORMAT", "LOG_DATEFORMAT")


def setting_problem(name: str, value: Any) -> str:
    """Return what is wrong with the value of a setting, with its name and an example; "" for nothing.

    >>> setting_problem("SYNC_SECONDS", "two")
    "SYNC_SECONDS=two: give a number from 0 to 86400 (example: -s 'SYNC_SECONDS=30')"
    """
    check = CHECKS.get(name)
    if check is None or not (problem := check.problem(value)):
        return ""
    shown = str(value)
    shown = shown if len(shown) <= 100 else f"{shown[:100]}…"
    return f"{name}={shown}: {problem} (example: -s '{name}={check.example}')"


def check_settings(settings: BaseSettings, names: Iterable[str] = CHECKS) -> None:
    """Raise `ArgumentError` for the first setting that cannot be meant."""
    for name in names:
        # What is in no settings file is as Scrapy has it.
        if name in settings and (problem := setting_problem(name, settings.get(name))):
            raise ArgumentError(problem)
