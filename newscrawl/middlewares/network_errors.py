"""An error of the network in, its name out; for TLS, what is wrong with the site's certificate.

The type of the exception alone decides on the name. The libraries say of a certificate only that it was refused; why,
another look at it says, with a connection that asks for no page.
"""

import logging
import socket
import ssl
from collections.abc import Iterator

from OpenSSL import SSL
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
from service_identity import VerificationError
from twisted.internet import error as twisted_errors

from newscrawl.errors import NewscrawlError
from newscrawl.middlewares.refusals import RefusedRequestError

logger = logging.getLogger(__name__)

CONNECTION_LOST, TLS, EXCEPTION = "connection_lost", "tls", "exception"
TLS_SECONDS = 10.0
"""Time for the other look at a certificate."""
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
# OpenSSL's numbers of what is wrong with a certificate (X509_V_ERR_…).
_CERTIFICATES = {
    9: "its certificate is not valid yet, by this machine's clock",
    10: "its certificate has expired, by this machine's clock",
    18: "its certificate is self-signed",
    19: "its certificate is self-signed",
    20: "its certificate is of an authority that this machine does not know",
    62: "its certificate is for another host",
    64: "its certificate is for another host",
}


def error_name(error: BaseException) -> str:
    """Return the name under which an error that came in the place of an answer is counted.

    >>> error_name(DownloadTimeoutError()), error_name(OSError()), error_name(KeyError())
    ('timeout', 'connection_lost', 'exception')
    """
    if isinstance(error, RefusedRequestError | NewscrawlError):
        return error.name
    if isinstance(error, IgnoreRequest):
        return RefusedRequestError.name
    if (name := next((name for name, types in _NAMES if isinstance(error, types)), None)) is not None:
        return name
    if any(isinstance(each, SSL.Error | VerificationError) for each in causes(error)):
        return TLS
    # Python's own exceptions, but for those of the operating system, are no errors of a network.
    return EXCEPTION if type(error).__module__ == "builtins" and not isinstance(error, OSError) else CONNECTION_LOST


def log_exception(error: BaseException) -> str:
    """Return the name of an error; another exception than the network's goes into the log, where it is counted."""
    name = error_name(error)
    if name == EXCEPTION:
        logger.error("An exception in the place of an answer", exc_info=error)
    return name


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it was made from; Twisted's failed responses hold a list of reasons."""
    yield error
    for reason in getattr(error, "reasons", None) or ():
        yield from causes(reason.value)
    if error.__cause__ is not None:
        yield from causes(error.__cause__)


def tls_problem(host: str, port: int, seconds: float = TLS_SECONDS) -> str:
    """Return what is wrong with a site's TLS, "" when nothing is, or when the site does not answer; it blocks."""
    try:
        with socket.create_connection((host, port), seconds) as plain:
            ssl.create_default_context().wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        return _CERTIFICATES.get(error.verify_code, f"its certificate is refused ({error.verify_message})")
    except ssl.SSLError as error:
        return f"it does not speak TLS as this machine does ({error.reason})"
    except OSError:
        return ""
    return ""
