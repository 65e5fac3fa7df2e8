"""Why a request is refused, by this crawler or in place of the page: one exception a reason, each with its name.

The name is the counter in the statistics (`newscrawl/error/<name>`). All are Scrapy's `IgnoreRequest`, so that Scrapy
hands them to the errback of the request and logs no traceback.
"""

from scrapy.exceptions import IgnoreRequest

from newscrawl.errors import STOPPED


class RefusedRequestError(IgnoreRequest):
    """Any refusal that newscrawl itself names."""

    name = "ignored"


class ChallengeError(RefusedRequestError):
    """Raised for an answer of Cloudflare that is a challenge and not the page."""

    name = "challenge"


class StoppedError(RefusedRequestError):
    """Raised for a request that is not made because the crawl ends."""

    name = STOPPED


class RobotsUnreadableError(RefusedRequestError):
    """Raised for every request to a host whose robots.txt could not be fetched, or answered 5xx."""

    name = "robots_unreadable"


class RobotsRefusedError(RefusedRequestError):
    """Raised for every request to a host that answered 429 to the request for robots.txt."""

    name = "robots_refused"


class RobotsForbiddenError(RefusedRequestError):
    """Raised for a URL that robots.txt forbids."""

    name = "robots"


class LeftSiteError(RefusedRequestError):
    """Raised for a redirect, or a request, to another site; `target` is the redirect's, if it is known."""

    name = "off_site"

    def __init__(self, message: str = "", target: str = "") -> None:
        super().__init__(message)
        self.target = target


class TooManyRedirectsError(RefusedRequestError):
    """Raised for a page that redirects more often than `REDIRECT_MAX_TIMES`: a loop."""

    name = "redirect"


class RedirectLoopError(RefusedRequestError):
    """Raised for a redirect to a URL that led to it: a page that wants a cookie."""

    name = "redirect_loop"


class RedirectedHomeError(RefusedRequestError):
    """Raised for a redirect to the home page."""

    name = "redirected_home"


class RedirectedToLoginError(RefusedRequestError):
    """Raised for a redirect to a log-in."""

    name = "redirected_login"


class RedirectedToKnownError(RefusedRequestError):
    """Raised for a redirect to a URL that this run has asked for already."""

    name = "redirected_known"


class TooLargeError(RefusedRequestError):
    """Raised for an answer that is larger than `DOWNLOAD_MAXSIZE` when it is unpacked."""

    name = "too_large"


class TruncatedError(RefusedRequestError):
    """Raised for an answer that was cut off on its way, or whose checksum is wrong."""

    name = "truncated"


class UndecodableError(RefusedRequestError):
    """Raised for an answer that is not in the encoding that it states, or in one that nobody asked for."""

    name = "undecodable"
