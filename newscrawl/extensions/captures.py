"""Each page as it came: what Scrapy downloads goes into the run's WARC files before anybody reads it."""

import errno
from datetime import UTC, datetime
from typing import Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

import newscrawl
from newscrawl.archive.captures import Original
from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.exchange import HEADS, Exchange, Heads, payload_digest
from newscrawl.errors import LedgerDamagedError, OutputError
from newscrawl.extensions.archive_errors import stop_crawl
from newscrawl.items import Capture
from newscrawl.monitoring.accounting import PURPOSE

CAPTURE, CAPTURED_AT = "newscrawl_capture", "newscrawl_captured_at"
"""Keys of a request's meta: where its page lies, and when it came (UTC, to the second)."""
KEPT_PURPOSES = frozenset(("article", "revisit", "capture"))
"""What requests are made for whose answers are kept unless all are."""
KEEP_ALL, KEEP_NONE = "all", "none"


class CaptureExtension:
    """Writes the answers of a run into the archive's pages, those of articles or all (`KEEP_PAGES`)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.keeps = str(crawler.settings.get("KEEP_PAGES"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.response_downloaded, signal=signals.response_downloaded)
        return extension

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Keep an answer; a page that cannot be kept ends the crawl, as a line does that cannot be written."""
        heads: Heads | None = request.meta.pop(HEADS, None)
        request.meta.pop(CAPTURE, None)
        when = request.meta[CAPTURED_AT] = datetime.now(UTC).replace(microsecond=0)
        captures = crawl_state(self.crawler).captures
        is_kept = self.keeps == KEEP_ALL or request.meta.get(PURPOSE) in KEPT_PURPOSES
        if captures is None or not is_kept or captures.error is not None:
            return
        asked = [str(url) for url in request.meta.get("redirect_urls", ())]
        found_on = request.cb_kwargs.get("found_on")
        exchange = Exchange(
            url=response.url,
            when=when,
            request=heads.request if heads is not None else _request_head(request),
            head=heads.answer if heads is not None else _answer_head(response),
            body=response.body,
            status=response.status,
            ip=str(response.ip_address) if response.ip_address is not None else None,
            digest=payload_digest(response.body) if response.body else "",
            is_cut_off="dataloss" in response.flags,
            found_on=str(found_on) if found_on else None,
            asked=asked,
        )
        try:
            request.meta[CAPTURE] = captures.add(exchange, self._original(exchange))
        except (LedgerDamagedError, OSError) as error:
            # Nothing more is written, no line either: without the ledger it cannot be known which pages are kept.
            captures.error = error if isinstance(error, OSError) else OutputError(errno.EIO, str(error))
            stop_crawl(self.crawler, crawl_state(self.crawler).archive, error)
            return
        self.crawler.stats.inc_value("newscrawl/captures")

    def _original(self, exchange: Exchange) -> Original | None:
        """Return the page that an answer repeats: byte for byte, or as a 304 says."""
        state = crawl_state(self.crawler)
        if state.archive is None:
            return None
        if exchange.status == 304:
            return state.archive.pages.last_at(exchange.url)
        return state.archive.pages.with_payload(exchange.digest) if exchange.digest else None


def run_info(settings: BaseSettings, run: str) -> dict[str, str]:
    """Return what each WARC file says of the run that has written it."""
    obeys = settings.getbool("ROBOTSTXT_OBEY")
    return {
        "software": f"newscrawl/{newscrawl.__version__} (Scrapy {scrapy.__version__})",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": str(settings.get("CONTACT") or ""),
        "http-header-user-agent": str(settings.get("USER_AGENT") or ""),
        "robots": "obey" if obeys else "ignore",
        "isPartOf": run,
    }


def capture_of(response: Response) -> Capture | None:
    """Return where the page of a response lies, or None where it is not kept."""
    request = response.request
    capture: Capture | None = request.meta.get(CAPTURE) if request is not None else None
    return capture


def captured_at(response: Response) -> datetime | None:
    """Return when a response came, UTC, or None where nobody has noted it."""
    request = response.request
    when: datetime | None = request.meta.get(CAPTURED_AT) if request is not None else None
    return when


def _request_head(request: Request) -> bytes:
    """Return the head of a request that another download handler has sent, from what Scrapy knows of it."""
    path = request.url.partition("://")[2].partition("/")[2]
    return b"%s /%s HTTP/1.1\r\n%s\r\n\r\n" % (
        request.method.encode(), path.encode(), request.headers.to_string(),
    )  # fmt: skip


def _answer_head(response: Response) -> bytes:
    """Return the head of an answer that another download handler has read, from what Scrapy knows of it."""
    protocol = (response.protocol or "HTTP/1.1").encode()
    return b"%s %d \r\n%s\r\n\r\n" % (protocol, response.status, response.headers.to_string())
