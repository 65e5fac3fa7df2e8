"""A failed request in, its name and a few words out; the type of the exception alone decides on the name.

The name is the counter in the statistics (`newscrawl/error/<name>`). A refusal of a middleware brings its own name
(`middlewares/refusals.py`).
"""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import error as twisted_errors
from twisted.python.failure import Failure

from newscrawl.middlewares.refusals import ChallengeError, RefusedRequestError
from newscrawl.text import collapse_spaces

CONNECTION_LOST = "connection_lost"
# Scrapy wraps the errors of Twisted in its own; those that come from elsewhere are named alike.
_NAMES: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("dns", (CannotResolveHostError, twisted_errors.DNSLookupError)),
    (
        "connection_refused",
        (DownloadConnectionRefusedError, twisted_errors.ConnectionRefusedError, ConnectionRefusedError),
    ),
    ("timeout", (DownloadTimeoutError, twisted_errors.TimeoutError, TimeoutError)),
    # Scrapy cancels a download for its size alone.
    ("too_large", (DownloadCancelledError,)),
    ("truncated", (ResponseDataLossError,)),
    ("unsupported_scheme", (UnsupportedURLSchemeError, NotSupported)),
)


def failure_name(failure: Failure) -> str:
    """Return the name under which a failed request is counted.

    >>> failure_name(Failure(DownloadTimeoutError())), failure_name(Failure(ChallengeError("robots")))
    ('timeout', 'challenge')
    """
    error = failure.value
    if isinstance(error, HttpError):
        return status_name(error.response)
    if isinstance(error, RefusedRequestError):
        return error.name
    if isinstance(error, IgnoreRequest):
        return RefusedRequestError.name
    return next((name for name, types in _NAMES if isinstance(error, types)), CONNECTION_LOST)


def status_name(response: Response) -> str:
    """Return the name of a response whose status is not that of a page.

    >>> status_name(Response("https://x.net/", status=410)), status_name(Response("https://x.net/", status=503))
    ('gone', 'server_error')
    """
    if response.headers.get("cf-mitigated"):
        return ChallengeError.name
    status = response.status
    if status in (404, 410):
        return "gone"
    if status in (401, 403, 451):
        return "refused"
    if status == 429:
        return "too_many_requests"
    return "server_error" if status >= 500 else "http_status"


def describe(failure: Failure) -> str:
    """Return in a few words what went wrong.

    >>> describe(Failure(ValueError("a  b")))
    'ValueError: a b'
    """
    error = failure.value
    if isinstance(error, HttpError):
        ray = error.response.headers.get("cf-ray", b"") or b""
        return f"status {error.response.status}" + (f", CF-Ray {ray.decode('latin-1')}" if ray else "")
    return collapse_spaces(f"{type(error).__name__}: {error}")[:300]
