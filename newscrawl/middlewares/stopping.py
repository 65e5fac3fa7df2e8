"""How a crawl stops: nothing more goes out, pages on their way have a moment left, and what is left is counted."""

import asyncio
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawl.middlewares.refusals import StoppedError
from newscrawl.signals import CANCEL_DOWNLOADS

STOPPING = "the crawl stops"
STOP_GRACE_SECONDS = 3.0
"""How long a page that is on its way may still take once the crawl stops."""


def is_stopping(crawler: Crawler) -> bool:
    """Return whether a crawl that was open is ending: by a signal, a bound, or at its end."""
    engine = crawler.engine
    if engine.spider is None:
        return False
    slot = getattr(engine, "_slot", None)
    return not engine.running or (slot is not None and slot.closing is not None)


def requests_waiting(crawler: Crawler) -> int:
    """Return how many requests wait to be made, those under way included."""
    slot = getattr(crawler.engine, "_slot", None)
    return len(slot.scheduler) + len(slot.inprogress) if slot is not None else 0


class StoppableDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own, but a crawl that stops does not wait for a slow page: its download is cancelled."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        self.under_way: set[asyncio.Future[Response]] = set()
        crawler.signals.connect(self.cancel, signal=CANCEL_DOWNLOADS)

    async def download_request(self, request: Request) -> Response:
        if is_stopping(self.crawler):
            raise StoppedError(STOPPING)
        download: asyncio.Future[Response] = asyncio.ensure_future(super().download_request(request))
        self.under_way.add(download)
        try:
            return await download
        except asyncio.CancelledError:
            if download in self.under_way:
                raise
            raise StoppedError(STOPPING) from None
        finally:
            self.under_way.discard(download)

    def cancel(self, **_: Any) -> None:
        """Cancel all downloads that are under way."""
        downloads, self.under_way = self.under_way, set()
        for download in downloads:
            download.cancel()
