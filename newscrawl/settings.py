"""Departures from Scrapy's defaults, each with its reason.

Every setting can be given for one run with `-s NAME=VALUE`. Of the environment are read `NEWSCRAWL_DATA_DIR` and
`NEWSCRAWL_CONTACT`.
"""

import os

from scrapy.settings import default_settings

from newscrawl import __version__
from newscrawl.extensions.feed_storage import with_archive_feeds

BOT_NAME = "newscrawl"
# The spiders of `doctor` and `audit` are no spiders for `scrapy crawl`.
SPIDER_MODULES = ["newscrawl.spiders.mayadeen"]
# `crawl` with an exit status that says how it went, and the commands beside it.
COMMANDS_MODULE = "newscrawl.commands"

# -- the archive -------------------------------------------------------------------------------------------------
DATA_DIR = os.environ.get("NEWSCRAWL_DATA_DIR") or "data"
# A storage that never shows a half-written file.
FEED_STORAGES = {
    "archive": "newscrawl.extensions.feed_storage.ArchiveStorage",
    # A file of the user's own that cannot be written must not end in a traceback and status 0.
    "": "newscrawl.extensions.feed_storage.OwnFileStorage",
    "file": "newscrawl.extensions.feed_storage.OwnFileStorage",
}
FEEDS = with_archive_feeds({})
# Records in one file: a long backfill commits a file after each this many.
FEED_EXPORT_BATCH_ITEM_COUNT = 1000
# Seconds until a written line is synced: a power cut loses the lines of this long at most; they are fetched again.
SYNC_SECONDS = 30
# Put `.jsonl.gz` into the place of each committed file.
COMPRESS = False
# Which pages are kept as they came, in WARC files: those of `articles`, `all` that are asked for, or `none`.
KEEP_PAGES = "articles"
# Bytes of one WARC file, after which the next one begins; each commit of records begins one too.
PAGES_MAX_BYTES = 1024**3
# Letters as letters, not as \u escapes: half of the archive may be Arabic.
FEED_EXPORT_ENCODING = "utf-8"
# Whole records, without an adapter for each field of each.
FEED_EXPORTERS = {
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "newscrawl.extensions.feed_storage.RecordExporter"),
    "csv": "newscrawl.extensions.feed_storage.RecordCsvExporter",
    "xml": "newscrawl.extensions.feed_storage.RecordXmlExporter",
}
# By default every attribute of the spider, and so every `-a` argument, is a parameter of a feed's URI.
FEED_URI_PARAMS = "newscrawl.extensions.feed_storage.uri_params"

# -- politeness --------------------------------------------------------------------------------------------------
# Whom the site can write to: a mail address or a page, in the user agent of every request.
CONTACT = os.environ.get("NEWSCRAWL_CONTACT") or ""
USER_AGENT = f"newscrawl/{__version__}" + (f" (+{CONTACT})" if CONTACT else "")
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newscrawl"
# One request at a time, one second and more apart (the delay varies between half and one and a half of this).
DOWNLOAD_DELAY = 2.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# Cookies would make one long visit of a crawl that reads public pages only.
COOKIES_ENABLED = False
# Resolves names to IPv6 as well; Scrapy's other resolver knows IPv4 alone. It takes no `DNS_TIMEOUT`: the time limit
# of the request holds for it too.
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"

# Seconds for which all requests pause after a 429, a 5xx or no answer; doubled on each consecutive error.
BACKOFF_BASE = 5.0
# Longest pause in seconds, also when the site asks for more by Retry-After.
BACKOFF_MAX = 600.0
# Longest Crawl-delay of robots.txt in seconds; a site that asks for more is not crawled.
MAX_CRAWL_DELAY = 60.0
# Stop the crawl after this many consecutive errors; 0 for never.
MAX_CONSECUTIVE_ERRORS = 20
# Stop it after this many consecutive refusals (401, 403, 451); a Cloudflare challenge stops it at once.
MAX_CONSECUTIVE_REFUSALS = 5
# After a block, later runs wait, longer each time; True crawls nevertheless.
IGNORE_BLOCK = False

# -- limits and safety -------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60
# A page of the site has some hundred kilobytes; a compressed bomb unpacks to more than this and is cancelled.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_HANDLERS = {
    # A crawl that stops waits for no slow page.
    "http": "newscrawl.middlewares.stopping.StoppableDownloadHandler",
    "https": "newscrawl.middlewares.stopping.StoppableDownloadHandler",
    # The web only: a page must not lead to this machine's files.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Seconds of CPU for the reading of one page, which takes some hundredths; a page that takes longer is given up.
MAX_READ_SECONDS = 10.0
# A site has an index and a sitemap for each month, for each section at most; an index that leads to itself in ever new
# spellings has no end.
MAX_SITEMAPS = 2000
# How often a sitemap may lead to another one: an index leads to sitemaps, and an index of indexes to those.
MAX_SITEMAP_DEPTH = 3
# A menu has some dozen.
MAX_SECTIONS = 500
# Tags are names that editors choose: an archive has thousands, a page some dozen.
MAX_TAGS = 5000
REDIRECT_MAX_TIMES = 5
# A long URL may be an article's: no limit.
URLLENGTH_LIMIT = 0
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# -- order -------------------------------------------------------------------------------------------------------
# First in, first out: articles in the order of their listing, newest first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# One host only: a queue for each slot would gain nothing.
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"
# Fingerprints on disk: a long backfill asks for a hundred thousand pages.
DUPEFILTER_CLASS = "newscrawl.middlewares.requests.RunDupeFilter"
# The steps between page and feed never wait: Scrapy's hundred tasks a page would only work one after the other.
CONCURRENT_ITEMS = 1
# With arguments for a callback, Scrapy reads and parses the source of the callback again for each page.
WARN_ON_GENERATOR_RETURN_VALUE = False

# -- components --------------------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "newscrawl.pipelines.clean.CleanPipeline": 100,
    "newscrawl.pipelines.require.RequirePipeline": 200,
    "newscrawl.pipelines.interval.IntervalPipeline": 250,
    "newscrawl.pipelines.kinds.KindsPipeline": 260,
    "newscrawl.pipelines.identify.IdentifyPipeline": 270,
    "newscrawl.pipelines.deduplicate.DeduplicatePipeline": 300,
    "newscrawl.pipelines.revise.RevisePipeline": 400,
    "newscrawl.pipelines.near_duplicates.NearDuplicatesPipeline": 500,
    # The last: the feeds and all who listen get the article itself.
    "newscrawl.pipelines.open_envelope.OpenEnvelopePipeline": 900,
}
DOWNLOADER_MIDDLEWARES = {
    # These four of Scrapy's refuse a request without saying why; ours raise a named refusal (middlewares/refusals.py).
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "newscrawl.middlewares.redirects.OnSiteMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.middlewares.robots.RobotsMiddleware": 100,
    # Scrapy's own retries at once, as often as it fails, and does not know Retry-After.
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "newscrawl.middlewares.politeness.PolitenessMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "newscrawl.middlewares.redirects.MetaRefreshMiddleware": 580,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newscrawl.middlewares.compression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newscrawl.middlewares.redirects.RedirectMiddleware": 600,
    # Nearer to the network than the redirects, so that it sees them first.
    "newscrawl.middlewares.redirects.StayOnSiteMiddleware": 610,
}
# The site need not know what led to a page, and every request is spared a step.
REFERER_ENABLED = False
SPIDER_MIDDLEWARES = {
    # The last to see what a callback yields: it leaves some of it for later.
    "newscrawl.middlewares.backlog.BacklogMiddleware": 10,
    # A signal ends the crawl also in the middle of a page that takes long to read.
    "newscrawl.middlewares.stopping.StopReadingMiddleware": 100,
    # Each costs every request and every record a step, and is not used here.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
# Remove RemoteControl from the base list: even when disabled, Scrapy would import it and its web server.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if name != "scrapy.extensions.remote_control.RemoteControl"
}
# Scrapy's own commands (shell, fetch, parse, …) take no lock and write no line; no page forges a line of their log.
ADDONS = {
    "newscrawl.extensions.only_for_crawls.OnlyForCrawls": 0,
    "newscrawl.extensions.escaped_log.EscapedLog": 10,
}
EXTENSIONS = {
    # The first: what goes wrong in the others is counted.
    "newscrawl.extensions.accounting.AccountingExtension": 10,
    # Its line says pages and items a minute, ours also what is being read.
    "scrapy.extensions.logstats.LogStats": None,
    "newscrawl.extensions.progress.ProgressExtension": 500,
    # Before the archive, which may compress a file when it is closed.
    "newscrawl.extensions.report.ReportExtension": 50,
    "newscrawl.extensions.archive.ArchiveExtension": 100,
    "newscrawl.extensions.captures.CaptureExtension": 110,
}

# -- this project's own ------------------------------------------------------------------------------------------
# Where the sitemaps and the feed are looked for, beside the `Sitemap:` lines of robots.txt.
SITEMAP_PATH = "/sitemaps/all.xml"
FEED_PATH = "/feed.rss"
# A tag's URL as long as no article has shown it: a guess.
TAG_PATTERN = "/tags/{tag}"
# Other web archives (`discover`): a server with CDX and replay as the Wayback Machine has them, …
WAYBACK_ROOT = "https://web.archive.org"
# … the indexes of Common Crawl, and its files.
COMMONCRAWL_INDEX = "https://index.commoncrawl.org"
COMMONCRAWL_DATA = "https://data.commoncrawl.org"
# Seconds between two requests to an archive: at most 24 searches a minute.
ARCHIVE_DELAY = 2.5
# The share of listings or of articles that may be missing before a crawl counts as failed.
MISSING_SHARE = 0.5

# The least share of records with a field, by field; whatever earlier runs had.
CANARY_FLOORS = {"date_published": 0.8, "title": 1.0}

# An article of the last week is looked at again when its last visit is longer ago than this share of its age, …
REVISIT_SHARE = 0.5
# … and at most this many in one run, newest first.
REVISIT_LIMIT = 200

# Import paths of Spidermon's actions (mail, Slack, …) for runs that were not healthy; their own settings beside.
SPIDERMON_FAILED_ACTIONS: list[str] = []
# One JSON object a line, for programs that read logs.
LOG_JSON = (os.environ.get("NEWSCRAWL_LOG_JSON") or "").lower() in ("1", "true", "yes")
# A folder for one log file a run, beside standard error.
LOG_DIR = None
# INFO says what a person wants to know of a crawl; DEBUG prints every record.
LOG_LEVEL = "INFO"
