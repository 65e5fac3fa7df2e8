"""Politeness under load: pauses for the whole site, a budget of retries, Crawl-delay, and the end at a block."""

import logging
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Self, cast

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred

from newscrawl.middlewares.compression import truncated_reason
from newscrawl.middlewares.redirects import ARCHIVE_ROOT
from newscrawl.middlewares.refusals import ChallengeError, StoppedError, TruncatedError
from newscrawl.middlewares.stopping import STOP_GRACE_SECONDS, STOPPING, is_stopping, requests_waiting
from newscrawl.monitoring.accounting import STOPPED_BY, requests_left
from newscrawl.signals import CANCEL_DOWNLOADS

logger = logging.getLogger(__name__)

BLOCKED, OVERLOADED, TOO_SLOW, FORCED = "blocked", "overloaded", "too_slow", "forced"
"""Reasons why a crawl is closed here."""
CHALLENGE = "a challenge of Cloudflare came in place of the page"
REFUSAL_STATUSES = (401, 403, 451)
RETRY_BUDGET = 5.0
"""Retries at once; successful responses refill it."""
RETRY_REFUND = 0.2
"""Retries refunded by each successful response."""
SHUTDOWN_POLL_SECONDS = 0.25
"""Seconds between two looks at whether the crawl is to end: Scrapy has no signal for it."""
NEVER = 86_400.0
"""Seconds, longer than any crawl takes to end."""
LEAST_DELAY = 0.001
"""Seconds between two requests, at least: without any, Scrapy 2.19 lets a whole queue out at once, and keeps no
`CONCURRENT_REQUESTS_PER_DOMAIN`."""


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
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


@dataclass(slots=True, kw_only=True)
class Backoff:
    """How long all requests are paused, and how many retries are left; times are those of a monotonic clock.

    A pause is what the site asks for, else `base` seconds, doubled with each consecutive error, varied by half, at most
    `longest`. The budget is spent by retries and refilled slowly by successful responses: single faults are always
    retried, and a storm of errors is not answered by a storm of retries.
    """

    base: float
    longest: float
    budget: float = RETRY_BUDGET
    retries_left: float = field(init=False)
    until: float = 0.0
    """When the pause ends."""
    consecutive_errors: int = 0
    """Errors since the last success; those of requests that were under way when a pause began count as one."""
    consecutive_refusals: int = 0
    """Refusals since the last success."""
    vary: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self.retries_left = self.budget

    def failed(self, now: float, asked: float | None) -> float:
        """Return the seconds by which an error lengthens the pause, 0 when it does not."""
        if now >= self.until:
            self.consecutive_errors += 1
        elif asked is None:
            return 0.0
        length = asked
        if length is None:
            length = self.base * 2.0 ** min(self.consecutive_errors - 1, 30) * (0.5 + self.vary())
        end = now + min(length, self.longest)
        longer = max(0.0, end - max(now, self.until))
        self.until = max(self.until, end)
        return longer

    def succeeded(self) -> None:
        """Note a response that is neither an error nor a refusal."""
        self.consecutive_errors = self.consecutive_refusals = 0
        self.retries_left = min(self.budget, self.retries_left + RETRY_REFUND)

    def may_retry(self) -> bool:
        """Return whether the budget allows another retry, and spend it."""
        if self.retries_left < 1:
            return False
        self.retries_left -= 1
        return True


class PolitenessMiddleware(RetryMiddleware):
    """Retries with a budget, keeps the site's pauses and its Crawl-delay, and ends the crawl at a block.

    Scrapy 2.19 retries at once and knows neither Retry-After nor Crawl-delay.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        settings = crawler.settings
        self.backoff = Backoff(base=settings.getfloat("BACKOFF_BASE"), longest=settings.getfloat("BACKOFF_MAX"))
        self.max_errors = settings.getint("MAX_CONSECUTIVE_ERRORS")
        self.max_refusals = settings.getint("MAX_CONSECUTIVE_REFUSALS")
        self.closing = ""
        """Why the crawl ends; "" as long as it goes on."""
        self.stopped_at: float | None = None
        """When the crawl was seen to end."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(middleware.downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(middleware.opened, signal=signals.spider_opened)
        return middleware

    # -- what comes back ----------------------------------------------------------------------------------------

    def process_request(self, request: Request) -> None:
        """Let nothing out once the crawl is to end."""
        if self.closing:
            raise StoppedError(f"{STOPPING}: {self.closing}")

    def downloaded(self, response: Response, request: Request) -> None:
        """Judge a response the moment it is here, before the next request goes out."""
        if response.headers.get("cf-mitigated"):
            self._close(BLOCKED, f"{CHALLENGE}: {_where(response)}", request)
        elif response.status in REFUSAL_STATUSES:
            self.backoff.consecutive_refusals += 1
            if self.backoff.consecutive_refusals >= self.max_refusals > 0:
                count = self.backoff.consecutive_refusals
                self._close(BLOCKED, f"{count} consecutive refusals, the last: {_where(response)}", request)
        elif response.status == 429 or response.status >= 500:
            self._pause(request, f"status {response.status}", self._asked_pause(response))
        else:
            self.backoff.succeeded()
            self._restore_concurrency(request)

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        if response.headers.get("cf-mitigated"):
            # With whatever status, it is not the page.
            raise ChallengeError(f"{CHALLENGE}: {_where(response)}")
        if reason := truncated_reason(response):
            error = TruncatedError(reason)
            self._pause(request, type(error).__name__, None)
            if (again := self._retry(request, error)) is None:
                raise error
            return again
        return super().process_response(request, response)

    def process_exception(
        self, request: Request, exception: Exception, spider: Any = None
    ) -> Request | Response | None:
        if isinstance(exception, self.exceptions_to_retry):
            self._pause(request, type(exception).__name__, None)
        return super().process_exception(request, exception)

    def _retry(self, request: Request, reason: str | Exception | type[Exception]) -> Request | None:
        if self.closing:
            return None
        most = request.meta.get("max_retry_times", self.max_retry_times)
        if request.meta.get("retry_times", 0) >= most:
            return None
        if not self.backoff.may_retry():
            self._count("retries_refused")
            return None
        self._count("retries")
        return super()._retry(request, reason)

    # -- pauses -------------------------------------------------------------------------------------------------

    def _pause(self, request: Request, what: str, asked: float | None) -> None:
        """Pause all requests after an error; end the crawl after too many consecutive ones."""
        now = monotonic()
        is_new = now >= self.backoff.until
        longer = self.backoff.failed(now, asked)
        slot = self._slot(request)
        if slot is not None:
            # One at a time until a response is a success. The slot lets nothing out until then, queued or not.
            slot.concurrency = 1
            slot.delay = max(slot.delay, LEAST_DELAY)
            slot.lastseen = max(slot.lastseen, self.backoff.until)
        if longer <= 0:
            return
        stats = self.crawler.stats
        paused = float(stats.get_value("newscrawl/politeness/paused_seconds", 0.0))
        stats.set_value("newscrawl/politeness/paused_seconds", round(paused + longer, 1))
        count = self.backoff.consecutive_errors
        if is_new:
            self._count("pauses")
            reason = "Retry-After" if asked is not None else f"consecutive errors: {count}"
            level = logging.WARNING if longer >= 1 else logging.DEBUG
            logger.log(level, "%s from %s: pausing all requests for %.0f s (%s)", what, request.url, longer, reason)
        if count >= self.max_errors > 0:
            self._close(OVERLOADED, f"{count} consecutive errors, the last: {what}, {request.url}")

    def _asked_pause(self, response: Response) -> float | None:
        """Return the seconds that a response asks for; odd values are named."""
        header = (response.headers.get("Retry-After") or b"").decode("latin-1")
        asked = retry_after(header, datetime.now(UTC))
        if asked is None and header.strip():
            logger.warning("Retry-After %r of %s cannot be read; pausing as without it", header[:60], response.url)
        elif asked is not None and asked > self.backoff.longest:
            longest = self.backoff.longest
            logger.warning("Retry-After %r of %s: BACKOFF_MAX bounds it to %g s", header[:60], response.url, longest)
        return asked

    def _restore_concurrency(self, request: Request) -> None:
        slot = self._slot(request)
        if slot is not None:
            own = self.crawler.engine.downloader.per_slot_settings.get(request.meta["download_slot"], {})
            slot.concurrency = own.get("concurrency") or self.crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")

    def _slot(self, request: Request) -> Slot | None:
        slot: Slot | None = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        return slot

    # -- Crawl-delay --------------------------------------------------------------------------------------------

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Keep the Crawl-delay of robots.txt, as a minimum and not as a mean; one that is too long ends the crawl."""
        settings = self.crawler.settings
        asked = robotparser.crawl_delay(settings["ROBOTSTXT_USER_AGENT"] or "*")
        if not asked:
            return
        if math.isnan(asked) or asked < 0:
            logger.warning("Crawl-delay %g of robots.txt cannot be meant; keeping DOWNLOAD_DELAY", asked)
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        # An archive has a delay of its own.
        slot_settings = downloader.per_slot_settings.get(key, {})
        own = slot_settings.get("delay", settings.getfloat("DOWNLOAD_DELAY"))
        longest = settings.getfloat("MAX_CRAWL_DELAY")
        if asked <= own * (1 - slot_settings.get("jitter", settings.getfloat("DOWNLOAD_DELAY_JITTER"))):
            return
        if asked > max(own, longest):
            self._close(
                TOO_SLOW, f"robots.txt asks for {asked:.12g} s between requests; raise MAX_CRAWL_DELAY to allow it"
            )
            return
        delay = max(asked, own)
        self.crawler.stats.set_value("newscrawl/politeness/crawl_delay", delay)
        logger.info("Waiting %g s between two requests (Crawl-delay of robots.txt)", delay)
        # Scrapy drops a slot that was idle for a minute, and makes the next one from these settings.
        downloader.per_slot_settings[key] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        for slot in (downloader.slots[key],) if key in downloader.slots else ():
            slot.delay, slot.jitter, slot.concurrency = delay, 0.0, 1

    # -- the end ------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """Look now and then whether the crawl is to end: it waits for no pause and for no Crawl-delay then."""
        from twisted.internet import reactor

        cast("Any", reactor).addSystemEventTrigger("before", "shutdown", self._forced)
        self._look_soon()

    def _forced(self) -> None:
        """Say what is left when the crawl does not even end as it should."""
        if self.crawler.engine.spider is not None:
            self.crawler.stats.set_value("finish_reason", FORCED)
            logger.warning("Stopped by force: requests left: %d", requests_left(self.crawler.stats.get_stats()))

    def _look_soon(self) -> None:
        from twisted.internet import reactor

        cast("Any", reactor).callLater(SHUTDOWN_POLL_SECONDS, self._look)

    def _look(self) -> None:
        if self.crawler.engine.spider is None:
            return
        if self.closing or is_stopping(self.crawler):
            self._stop()
        self._look_soon()

    def _stop(self) -> None:
        """Let nothing more out, and cancel what is under way once it has had its time."""
        now = monotonic()
        if self.stopped_at is None:
            self.stopped_at = now
            if left := requests_waiting(self.crawler):
                logger.info("Stopping: no further page is asked for; requests left: %d", left)
        self._cancel_queued()
        if now - self.stopped_at >= STOP_GRACE_SECONDS:
            self.crawler.signals.send_catch_log(signal=CANCEL_DOWNLOADS)

    def _cancel_queued(self) -> None:
        """Cancel the requests that wait to go out, and hold back those that are on their way here."""
        self.closing = self.closing or STOPPING
        for slot in self.crawler.engine.downloader.slots.values():
            slot.delay = max(slot.delay, LEAST_DELAY)
            slot.lastseen = monotonic() + NEVER
            waiting: list[tuple[Request, Deferred[Response]]] = list(slot.queue)
            slot.queue.clear()
            for _, deferred in waiting:
                deferred.errback(StoppedError(STOPPING))

    def _close(self, reason: str, message: str, request: Request | None = None) -> None:
        if self.closing:
            return
        self.closing = message
        logger.error("The crawl stops: %s", message)
        self.crawler.stats.set_value(f"newscrawl/{reason}", message)
        if request is not None and ARCHIVE_ROOT in request.meta:
            self.crawler.stats.set_value(STOPPED_BY, request.meta[ARCHIVE_ROOT])
        engine = self.crawler.engine
        if engine.running:
            self._cancel_queued()
            deferred_from_coro(engine.close_spider_async(reason=reason))

    def _count(self, name: str) -> None:
        self.crawler.stats.inc_value(f"newscrawl/politeness/{name}")


def _where(response: Response) -> str:
    ray = (response.headers.get("cf-ray") or b"").decode("latin-1")
    return f"{response.url} (status {response.status}{f', CF-Ray {ray}' if ray else ''})"
