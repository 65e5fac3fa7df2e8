"""robots.txt kept, without the two holes of Scrapy's own middleware."""

import logging

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from newscrawl.errors import IN_WORDS
from newscrawl.middlewares.network_errors import TLS, log_exception, tls_problem
from newscrawl.middlewares.redirects import ARCHIVE_ROOT, MOVED_TO, moved_to
from newscrawl.middlewares.refusals import (
    ChallengeError,
    LeftSiteError,
    RefusedRequestError,
    RobotsForbiddenError,
    RobotsRefusedError,
    RobotsUnreadableError,
    StoppedError,
)
from newscrawl.text import collapse_spaces

logger = logging.getLogger(__name__)

FIRST_CONTACT_TIMEOUT = 15.0
"""Seconds for the first pages of a site (robots.txt, home): a host that does not answer is noticed within a minute."""
LARGEST = 1024 * 1024
"""Bytes of robots.txt; RFC 9309 asks for half of that. Ten times as many rules need half a gigabyte."""
DOWNLOAD_SLOT = "download_slot"
"""Key of a request's meta: whose delay holds for it, where that is not its host's."""
UNREADABLE = "robots.txt cannot be read"


class RobotsMiddleware(RobotsTxtMiddleware):
    """Keeps robots.txt for every request, and refuses all requests as long as it cannot be read.

    Scrapy 2.19 hands one Deferred to all who wait for robots.txt, and all but the first are let through; here each
    waits on its own. Scrapy takes a robots.txt that answers 5xx, or not at all, for permission; RFC 9309 says that
    then nothing may be fetched.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, RobotParser | None] = {}
        self._waiting: dict[str, list[Deferred[None]]] = {}
        self._refusals: dict[str, tuple[type[RefusedRequestError], str]] = {}
        """Host → why its robots.txt could not be read."""

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules for a request's host; raises a `RefusedRequestError` when they cannot be known."""
        url = urlparse_cached(request)
        netloc = url.netloc
        if netloc not in self._rules:
            if netloc in self._waiting:
                own: Deferred[None] = Deferred()
                self._waiting[netloc].append(own)
                await maybe_deferred_to_future(own)
            else:
                self._waiting[netloc] = []
                try:
                    self._rules[netloc] = await self._fetch(f"{url.scheme}://{netloc}/robots.txt", request)
                except Exception as error:
                    # Rules that could not be read are no permission for those who wait.
                    self._refusals[netloc] = (RobotsUnreadableError, f"{type(error).__name__}: {error}")
                    raise
                finally:
                    self._rules.setdefault(netloc, None)
                    for waiter in self._waiting.pop(netloc):
                        waiter.callback(None)
        if netloc in self._refusals:
            refusal, reason = self._refusals[netloc]
            if refusal is RobotsUnreadableError:
                self._stats.set_value("newscrawl/robots_unreadable", collapse_spaces(reason)[:300])
            raise refusal(f"{UNREADABLE}: {reason}")
        return self._rules[netloc]

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse a URL that the rules forbid."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsForbiddenError(str(error)) from error

    async def _why(self, error: Exception, request: Request) -> str:
        """Return in words why robots.txt did not come."""
        name = log_exception(error)
        if isinstance(error, LeftSiteError) and ARCHIVE_ROOT not in request.meta:
            self._stats.set_value(MOVED_TO, moved_to(request.url, error.target))
        if name == TLS:
            url = urlparse_cached(request)
            look: Deferred[str] = deferToThread(tls_problem, url.hostname or "", url.port or 443)
            if problem := await maybe_deferred_to_future(look):
                return problem
        return IN_WORDS.get(name) or f"{type(error).__name__}: {error}".strip(": ")

    async def _fetch(self, robots_url: str, request: Request) -> RobotParser | None:
        netloc = urlparse_cached(request).netloc
        robots_request = Request(
            robots_url,
            priority=self.DOWNLOAD_PRIORITY,
            meta={
                "dont_obey_robotstxt": True,
                "download_timeout": FIRST_CONTACT_TIMEOUT,
                "download_maxsize": LARGEST,
                "max_retry_times": 1,
                **{name: request.meta[name] for name in (ARCHIVE_ROOT, DOWNLOAD_SLOT) if name in request.meta},
            },
            callback=NO_CALLBACK,
        )
        self._stats.inc_value("robotstxt/request_count")
        try:
            response: Response = await self.crawler.engine.download_async(robots_request)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the answer is "no", and its name is kept
            # A block, or the end of the crawl, keeps its own name.
            kind = type(error) if isinstance(error, ChallengeError | StoppedError) else RobotsUnreadableError
            self._refusals[netloc] = (kind, await self._why(error, robots_request))
            self._stats.inc_value(f"robotstxt/exception_count/{type(error).__name__}")
            return None
        self._stats.inc_value("robotstxt/response_count")
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if response.status >= 500:
            # The site is in trouble: it refuses nothing.
            self._refusals[netloc] = (RobotsUnreadableError, f"it answered with status {response.status}")
            return None
        if response.status == 429:
            self._refusals[netloc] = (RobotsRefusedError, f"it answered {response.status}")
            return None
        if response.headers.get("cf-mitigated"):
            reason = f"a challenge of Cloudflare came in its place (status {response.status})"
            self._refusals[netloc] = (ChallengeError, reason)
            return None
        if response.status >= 400:
            # RFC 9309: without robots.txt everything is allowed.
            return None
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, response.body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules
