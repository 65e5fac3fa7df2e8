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

logger = logging.getLogger(__name__)

UNREADABLE = "robots.txt cannot be read"


class RobotsMiddleware(RobotsTxtMiddleware):
    """Keeps robots.txt for every request, and fails closed.

    Scrapy 2.19 hands one Deferred to all who wait for robots.txt, and all but the first are let through; here each
    waits on its own. Scrapy takes a robots.txt that answers 5xx, or not at all, for permission; RFC 9309 says that
    then nothing may be fetched.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._rules: dict[str, RobotParser | None] = {}
        self._waiting: dict[str, list[Deferred[None]]] = {}
        self._failures: dict[str, str] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules for a request's host; raises `IgnoreRequest` when they cannot be known."""
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
                finally:
                    self._rules.setdefault(netloc, None)
                    for waiter in self._waiting.pop(netloc):
                        waiter.callback(None)
        if netloc in self._failures:
            raise IgnoreRequest(f"{UNREADABLE}: {self._failures[netloc]}")
        return self._rules[netloc]

    async def _fetch(self, robots_url: str, request: Request) -> RobotParser | None:
        netloc = urlparse_cached(request).netloc
        settings = self.crawler.settings
        robots_request = Request(
            robots_url,
            priority=self.DOWNLOAD_PRIORITY,
            # Nothing is known of the server yet: a dead one is to be noticed soon.
            meta={
                "dont_obey_robotstxt": True,
                "download_timeout": settings.getfloat("FIRST_CONTACT_TIMEOUT"),
                "max_retry_times": 1,
            },
            callback=NO_CALLBACK,
        )
        self._stats.inc_value("robotstxt/request_count")
        assert self.crawler.engine is not None
        try:
            response: Response = await self.crawler.engine.download_async(robots_request)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the answer is "no", and its name is kept
            self._failures[netloc] = f"{type(error).__name__}: {error}".strip(": ")
            self._stats.inc_value(f"robotstxt/exception_count/{type(error).__name__}")
            return None
        self._stats.inc_value("robotstxt/response_count")
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if response.status >= 500 or response.status == 429:
            self._failures[netloc] = f"it answered {response.status}"
            return None
        if response.headers.get("cf-mitigated"):
            self._failures[netloc] = f"a challenge of Cloudflare came in its place (status {response.status})"
            return None
        if response.status >= 400:
            # RFC 9309: without robots.txt everything is allowed.
            return None
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, response.body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules
