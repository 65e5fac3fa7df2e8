"""The check of the feeds that are asked for beside the archive's, before the crawl: Scrapy would write none at all."""

import codecs
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from scrapy.extensions.feedexport import apply_uri_params
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from w3lib.url import file_uri_to_path

from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.archive.files import ARCHIVE_FEEDS, edition_folder
from newscrawl.errors import ArgumentError
from newscrawl.extensions.feed_storage import URI_PARAMS, data_dir

EXAMPLE = """-s 'FEEDS={"articles.csv": {"format": "csv"}}'"""


def check_feeds(settings: BaseSettings) -> None:
    """Raise `ArgumentError` for the first feed of `FEEDS` that Scrapy cannot write."""
    for uri, options in settings.getdict("FEEDS").items():
        if uri not in ARCHIVE_FEEDS and (problem := feed_problem(str(uri), options, settings)):
            raise ArgumentError(f"FEEDS, {uri}: {problem} (example: {EXAMPLE})")


def feed_problem(uri: str, options: Any, settings: BaseSettings) -> str:
    """Return why Scrapy cannot write a feed, or ""."""
    if not isinstance(options, Mapping):
        return "give the options of a feed as an object"
    scheme = urlsplit(uri).scheme
    if scheme in ("", "file") and _is_in_archive(uri, settings):
        return "the archive keeps this folder for its own files; give another one"
    if not settings.getwithbase("FEED_STORAGES").get(scheme):
        return f"there is no storage for {scheme}:"
    formats = sorted(name for name, exporter in settings.getwithbase("FEED_EXPORTERS").items() if exporter)
    if str(options.get("format", PurePosixPath(uri).suffix.removeprefix("."))) not in formats:
        return f"choose one of these formats: {', '.join(formats)}"
    try:
        # The number of the batch is a number, all else is text: `%(edition)d` would fail in the crawl.
        apply_uri_params(uri, {name: 1 if name == "batch_id" else "text" for name in URI_PARAMS})
    except (KeyError, TypeError):
        return f"the URI may name {', '.join(f'%({name})s' for name in URI_PARAMS)}"
    return _problem_of_options(uri, options)


def _is_in_archive(uri: str, settings: BaseSettings) -> bool:
    """Return whether a file would lie in the folder of an edition, where every file counts as the archive's."""
    path = Path(file_uri_to_path(uri) if uri.startswith("file:") else uri).expanduser()
    folders = [edition_folder(data_dir(settings), edition).resolve() for edition in EDITIONS]
    return any(path.resolve().is_relative_to(folder) for folder in folders)


def _problem_of_options(uri: str, options: Mapping[str, Any]) -> str:
    batch = options.get("batch_item_count", 0)
    if not isinstance(batch, int) or batch < 0:
        return "give batch_item_count a whole number of at least 0"
    if batch and "%(batch_id)" not in uri and "%(batch_time)" not in uri:
        return "with batch_item_count the URI has to name %(batch_id)d or %(batch_time)s"
    try:
        codecs.lookup(options.get("encoding") or "utf-8")
    except (LookupError, TypeError):
        return "there is no such encoding"
    try:
        for path in (*options.get("item_classes", ()), *filter(None, (options.get("item_filter"),))):
            load_object(path)
    except (ImportError, NameError, ValueError, TypeError) as error:
        return f"item_classes or item_filter: {error}"
    return ""
