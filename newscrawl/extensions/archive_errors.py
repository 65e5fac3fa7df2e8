"""The end of a crawl whose archive cannot be written, or whose ledger cannot be trusted."""

import logging

from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro

from newscrawl.archive.archive import Archive
from newscrawl.errors import LedgerDamagedError
from newscrawl.monitoring.accounting import count_error

logger = logging.getLogger(__name__)


def stop_crawl(crawler: Crawler, archive: Archive | None, error: Exception) -> None:
    """Count and name an error of the archive, and close the spider; the next start rebuilds a damaged ledger."""
    if isinstance(error, LedgerDamagedError):
        crawler.stats.inc_value("newscrawl/error/ledger_damaged")
        _mark_damaged(archive, error)
    else:
        count_error(crawler.stats, "output", str(error) or repr(error))
    is_named = isinstance(error, OSError | LedgerDamagedError)
    logger.critical("The archive cannot be written, the crawl stops: %s", error, exc_info=not is_named and error)
    if crawler.engine.running:
        deferred_from_coro(crawler.engine.close_spider_async(reason="output"))


def _mark_damaged(archive: Archive | None, error: LedgerDamagedError) -> None:
    if archive is None:
        return
    try:
        archive.mark_damaged(str(error))
    except OSError as refusal:
        logger.critical("That the ledger is damaged cannot be written down: %s", refusal)
