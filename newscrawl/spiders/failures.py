"""A failed request in, its name and a few words out; the type of the exception alone decides on the name.

The name is the counter in the statistics (`newscrawl/error/<name>`). A refusal of a middleware brings its own name
(`middlewares/refusals.py`); errors of the network have theirs from `middlewares/network_errors.py`.
"""

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.middlewares.network_errors import log_exception
from newscrawl.middlewares.refusals import ChallengeError
from newscrawl.text import collapse_spaces


def failure_name(failure: Failure) -> str:
    """Return the name under which a failed request is counted.

    >>> failure_name(Failure(TimeoutError())), failure_name(Failure(ChallengeError("robots")))
    ('timeout', 'challenge')
    """
    error: BaseException = failure.value  # type: ignore[assignment]
    return status_name(error.response) if isinstance(error, HttpError) else log_exception(error)


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
