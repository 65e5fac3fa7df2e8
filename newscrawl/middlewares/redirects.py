"""Redirects followed on the site and refused off it; each refusal has a name and is counted."""

from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newscrawl.archive.crawl_state import crawl_state
from newscrawl.middlewares.refusals import (
    LeftSiteError,
    RedirectedHomeError,
    RedirectedToKnownError,
    RedirectedToLoginError,
    RedirectLoopError,
    RefusedRequestError,
    TooManyRedirectsError,
)
from newscrawl.monitoring.accounting import ENTRY
from newscrawl.urls import absolute, on_site

ARCHIVE_ROOT = "newscrawl_archive_root"
"""Key of a request's meta: the root of the archive that is asked in place of the site."""
MOVED_TO = "newscrawl/moved_to"
"""The statistic that has the site to which robots.txt or the home page has led."""
# Segments of a path that leads to a log-in.
_LOGIN = frozenset(("login", "log-in", "signin", "sign-in", "sign_in", "logon", "wp-login.php", "sso"))


def leaves_site(url: str, location: str) -> bool:
    """Return whether a redirect leads to another site than that of the URL, as `urls.on_site` says.

    >>> leaves_site("http://x.net/a", "https://www.x.net/a"), leaves_site("http://x.net/a", "/b")
    (False, False)
    >>> leaves_site("http://x.net/a", "http://y.net/a"), leaves_site("http://x.net:80/a", "http://x.net:8080/a")
    (True, True)
    """
    target = absolute(url, location)
    return target is None or on_site(target, url) is None


def led_elsewhere(url: str, target: str) -> type[RefusedRequestError] | None:
    """Return the refusal of a redirect whose target alone says that it is not the page asked for, or None.

    >>> led_elsewhere("http://x.net/news/a", "http://x.net/").name
    'redirected_home'
    >>> led_elsewhere("http://x.net/a", "http://x.net/user/login?next=a").name
    'redirected_login'
    >>> led_elsewhere("http://x.net/a", "http://x.net/b") is None
    True
    """
    if leaves_site(url, target):
        return LeftSiteError
    path = urlsplit(target).path
    if path in ("", "/") and urlsplit(url).path not in ("", "/"):
        return RedirectedHomeError
    return RedirectedToLoginError if _LOGIN & {part.lower() for part in path.split("/")} else None


def moved_to(url: str, target: str) -> str:
    """Return the site that a redirect leads to, "" where it does not say.

    >>> moved_to("http://x.net/a", "https://new.example/a?b"), moved_to("http://x.net/a", "http://[new/")
    ('https://new.example', '')
    """
    try:
        parts = urlsplit(urljoin(url, target))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"[:200] if parts.netloc else ""


class StayOnSiteMiddleware:
    """Fails a request that is redirected off the site.

    Scrapy's own filter of foreign hosts drops such a request, and the spider never hears of it.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if 300 <= response.status < 400 and location is not None:
            target = location.decode("utf-8", "replace")
            if leaves_site(request.url, target):
                raise LeftSiteError(f"redirected to another site: {target[:200]}", target)
        return response


class OnSiteMiddleware:
    """Refuses by name each request that leaves the spider's site, whatever made it: no other middleware sees it.

    A URL with a user name before the host (`http://a@x.net/`), to which a redirect may lead, is refused too: Scrapy
    cannot ask for it. Scrapy's own filter compares host names alone, without the port, and lets every subdomain pass.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        # A request to another archive says to which, and is held to that one.
        root = str(request.meta.get(ARCHIVE_ROOT) or getattr(self.crawler.spider, "root", ""))
        if on_site(request.url, root) is None or "@" in urlsplit(request.url).netloc:
            raise LeftSiteError(f"a request to another site than {root}: {request.url[:200]}", request.url)


def checked(crawler: Crawler, request: Request, result: Request | Response) -> Request | Response:
    """Return what a redirect led to; raises the refusal where that is not the page asked for.

    The filter of duplicates would drop a redirect to a URL met before, and the spider would never hear of it. A request
    that is not in the accounts (robots.txt) goes wherever it is led.
    """
    if not isinstance(result, Request) or ENTRY not in request.meta:
        return result
    refusal = led_elsewhere(request.url, result.url)
    if result.url in result.meta.get("redirect_urls", ()):
        refusal = RedirectLoopError
    elif refusal is None and crawler.request_fingerprinter is not None:
        key = crawler.request_fingerprinter.fingerprint(result).hex()
        refusal = RedirectedToKnownError if ("request", key) in crawl_state(crawler).run_state else None
    if refusal is not None:
        raise refusal(f"redirected to {result.url[:200]}")
    return result


class _WithoutReferer:
    """Sends no Referer along a redirect, and does not warn of that: it is meant (`REFERER_ENABLED`)."""

    def handle_referer(self, request: Request, response: Response) -> None:
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Do nothing, where Scrapy looks for a Referer middleware and warns that there is none."""


class RedirectMiddleware(_WithoutReferer, redirect.RedirectMiddleware):
    """Follows redirects as Scrapy does, with a named refusal: Scrapy refuses for the number of redirects alone."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        try:
            result = super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooManyRedirectsError(str(error)) from error
        return checked(self.crawler, request, result)


class MetaRefreshMiddleware(_WithoutReferer, redirect.MetaRefreshMiddleware):
    """Follows `<meta http-equiv="refresh">` as Scrapy does, and decodes only the pages that may have one."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        # Scrapy looks at 4,096 characters, each of four bytes at most; UTF-16 has a zero byte in every letter.
        head = response.body[: 4 * 4096].lower()
        if b"refresh" not in head and b"\x00" not in head:
            return response
        try:
            result = super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooManyRedirectsError(str(error)) from error
        except ValueError:
            # What it names is no URL: browsers stay on the page.
            return response
        if isinstance(result, Request) and result.url == request.url:
            # A page that loads itself again is the page.
            return response
        return checked(self.crawler, request, result)
