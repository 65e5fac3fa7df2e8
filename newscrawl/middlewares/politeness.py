"""Manners under stress: pauses of the whole site, a budget of retries, Crawl-delay, and the end at a block."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self, cast

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)

BLOCKED, OVERLOADED = "blocked", "overloaded"
"""Reasons why a crawl is closed here."""
CHALLENGE = "a challenge of Cloudflare came in place of the page"
STOPPED = "the crawl stops"
REFUSALS = (401, 403, 451)
# While the site is left in peace, this often is looked whether the crawl is to end, in seconds.
_LOOK = 0.25
# Longer than any crawl takes to end, in seconds.
_FOR_GOOD = 86_400.0
# Of the budget of retries, what a sound answer gives back.
_GIVEN_BACK = 0.2


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` asks for, given as a number or as a date, or None for nonsense.

    >>> now = datetime(2024, 8, 22, 13, 0, tzinfo=UTC)
    >>> retry_after("120", now), retry_after("Thu, 22 Aug 2024 13:01:30 GMT", now), retry_after("soon", now)
    (120.0, 90.0, None)
    >>> retry_after("Thu, 22 Aug 2024 12:00:00 GMT", now), retry_after("-5", now), retry_after(None, now)
    (0.0, None, None)
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


@dataclass(slots=True, kw_only=True)
class Patience:
    """How long the site is left in peace, and how many retries are left; times are those of a monotonic clock.

    A pause is what the site asks for, else `base` seconds, doubled with each answer of trouble in a row, varied by
    half, at most `longest`. The budget is spent by retries and refilled slowly by sound answers, so that single faults
    are always retried and a storm is not answered by a storm.
    """

    base: float
    longest: float
    budget: float
    left: float = 0.0
    until: float = 0.0
    """When the pause ends."""
    in_a_row: int = 0
    """Answers of trouble since the last sound one; what was under way when a pause began counts once."""
    refusals: int = 0
    """Refusals since the last answer that was none."""
    vary: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self.left = self.budget

    def trouble(self, now: float, asked: float | None) -> float:
        """Return the seconds by which an answer of trouble lengthens the pause, 0 when it does not."""
        if now >= self.until:
            self.in_a_row += 1
        elif asked is None:
            return 0.0
        length = self.base * 2.0 ** min(self.in_a_row - 1, 30) * (0.5 + self.vary()) if asked is None else asked
        end = now + min(length, self.longest)
        longer = max(0.0, end - max(now, self.until))
        self.until = max(self.until, end)
        return longer

    def sound(self) -> None:
        """Note an answer without trouble."""
        self.in_a_row = self.refusals = 0
        self.left = min(self.budget, self.left + _GIVEN_BACK)

    def may_retry(self) -> bool:
        """Tell whether the budget allows another retry, and spend it."""
        if self.left < 1:
            return False
        self.left -= 1
        return True


class MannersMiddleware(RetryMiddleware):
    """Retries with a budget, keeps the site's pauses and its Crawl-delay, and ends the crawl at a block.

    Scrapy 2.19 retries at once and knows neither Retry-After nor Crawl-delay.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        settings = crawler.settings
        self.patience = Patience(
            base=settings.getfloat("BACKOFF_BASE"),
            longest=settings.getfloat("BACKOFF_MAX"),
            budget=settings.getfloat("RETRY_BUDGET"),
        )
        self.most_refusals = settings.getint("REFUSALS_IN_A_ROW")
        self.most_trouble = settings.getint("TROUBLE_IN_A_ROW")
        self.closing = ""
        self._watched = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(middleware.downloaded, signal=signals.response_downloaded)
        return middleware

    # -- what comes back ----------------------------------------------------------------------------------------

    def process_request(self, request: Request) -> None:
        """Let nothing out once the crawl is to end."""
        if self.closing:
            raise IgnoreRequest(f"{STOPPED}: {self.closing}")

    def downloaded(self, response: Response, request: Request) -> None:
        """Judge an answer the moment it is here, before the next request goes out."""
        if response.headers.get("cf-mitigated"):
            self._block(f"{CHALLENGE}: {_where(response)}")
        elif response.status in REFUSALS:
            self.patience.refusals += 1
            if self.patience.refusals >= self.most_refusals > 0:
                self._block(f"{self.patience.refusals} refusals in a row, the last: {_where(response)}")
        elif response.status == 429 or response.status >= 500:
            header = (response.headers.get("Retry-After") or b"").decode("latin-1")
            self._trouble(request, f"status {response.status}", retry_after(header, datetime.now(UTC)))
        else:
            self.patience.sound()
            self._restore(request)

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        if response.headers.get("cf-mitigated"):
            # With whatever status, it is not the page.
            raise IgnoreRequest(f"{CHALLENGE}: {_where(response)}")
        return super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Any = None
    ) -> Request | Response | None:
        if isinstance(exception, self.exceptions_to_retry):
            self._trouble(request, type(exception).__name__, None)
        return super().process_exception(request, exception)

    def _retry(self, request: Request, reason: str | Exception | type[Exception]) -> Request | None:
        if self.closing:
            return None
        most = request.meta.get("max_retry_times", self.max_retry_times)
        if request.meta.get("retry_times", 0) >= most:
            return None
        if not self.patience.may_retry():
            self._count("retries_refused")
            return None
        self._count("retries")
        return super()._retry(request, reason)

    # -- pauses -------------------------------------------------------------------------------------------------

    def _trouble(self, request: Request, what: str, asked: float | None) -> None:
        """Leave the whole site in peace for a while; end the crawl when it has been in trouble for too long."""
        now = monotonic()
        is_new = now >= self.patience.until
        longer = self.patience.trouble(now, asked)
        slot = self._slot(request)
        if slot is not None:
            # One at a time until an answer is sound. The slot lets nothing out until then, queued or not.
            slot.concurrency = 1
            slot.delay = max(slot.delay, 1e-6)
            slot.lastseen = max(slot.lastseen, self.patience.until)
        if longer <= 0:
            return
        stats = self.crawler.stats
        paused = float(stats.get_value("newscrawl/manners/paused_seconds", 0.0))
        stats.set_value("newscrawl/manners/paused_seconds", round(paused + longer, 1))
        if is_new:
            self._count("pauses")
            reason = "as it asks" if asked is not None else f"{self.patience.in_a_row} in a row"
            level = logging.WARNING if longer >= 1 else logging.DEBUG
            logger.log(
                level, "%s from %s: the site is left in peace for %.0f s (%s)", what, request.url, longer, reason
            )
        if self.patience.in_a_row >= self.most_trouble > 0:
            self._close(
                OVERLOADED, f"{self.patience.in_a_row} answers of trouble in a row, the last: {what}, {request.url}"
            )
        self._watch()

    def _restore(self, request: Request) -> None:
        slot = self._slot(request)
        if slot is not None:
            assert self.crawler.engine is not None
            own = self.crawler.engine.downloader.per_slot_settings.get(request.meta["download_slot"], {})
            slot.concurrency = own.get("concurrency") or self.crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")

    def _slot(self, request: Request) -> Slot | None:
        engine = self.crawler.engine
        name = request.meta.get("download_slot")
        return engine.downloader.slots.get(name) if engine is not None and name else None

    def _watch(self) -> None:
        """While the site is left in peace, look whether the crawl is to end: it does not wait for the pause then."""
        if self._watched:
            return
        self._watched = True
        from twisted.internet import reactor

        cast("Any", reactor).callLater(_LOOK, self._look)

    def _look(self) -> None:
        self._watched = False
        engine = self.crawler.engine
        if engine is None or engine.spider is None:
            return
        slot = getattr(engine, "_slot", None)
        if self.closing or not self.crawler.crawling or (slot is not None and slot.closing is not None):
            self._let_go()
            self._watch()
        elif monotonic() < self.patience.until:
            self._watch()

    def _let_go(self) -> None:
        """Take back what waits to go out, and hold what is on its way here."""
        self.closing = self.closing or STOPPED
        assert self.crawler.engine is not None
        for slot in self.crawler.engine.downloader.slots.values():
            slot.delay = max(slot.delay, 1e-6)
            slot.lastseen = monotonic() + _FOR_GOOD
            waiting: list[tuple[Request, Deferred[Response]]] = list(slot.queue)
            slot.queue.clear()
            for _, deferred in waiting:
                deferred.errback(IgnoreRequest(STOPPED))

    # -- Crawl-delay --------------------------------------------------------------------------------------------

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Keep the Crawl-delay of robots.txt, where it is longer than ours: as a least, not as a mean."""
        delay = robotparser.crawl_delay(self.crawler.settings["ROBOTSTXT_USER_AGENT"] or "*")
        engine = self.crawler.engine
        if not delay or engine is None or delay <= self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        self.crawler.stats.set_value("newscrawl/manners/crawl_delay", delay)
        logger.info("robots.txt asks for %g s between two requests; it gets them", delay)
        downloader = engine.downloader
        key = downloader.get_slot_key(request)
        # A slot that rests for a minute is made anew, from these.
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        for slot in (downloader.slots[key],) if key in downloader.slots else ():
            slot.delay, slot.jitter, slot.concurrency = delay, 0.0, 1

    # -- the end ------------------------------------------------------------------------------------------------

    def _block(self, message: str) -> None:
        self._close(BLOCKED, message)

    def _close(self, reason: str, message: str) -> None:
        if self.closing:
            return
        self.closing = message
        logger.error("The crawl stops: %s", message)
        self.crawler.stats.set_value(f"newscrawl/{reason}", message)
        engine = self.crawler.engine
        if engine is not None and engine.running:
            self._let_go()
            self._watch()
            deferred_from_coro(engine.close_spider_async(reason=reason))

    def _count(self, name: str) -> None:
        self.crawler.stats.inc_value(f"newscrawl/manners/{name}")


def _where(response: Response) -> str:
    ray = (response.headers.get("cf-ray") or b"").decode("latin-1")
    return f"{response.url} (status {response.status}{f', CF-Ray {ray}' if ray else ''})"
