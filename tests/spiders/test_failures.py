"""The type of an exception alone decides on the name of a failure: no word of a message does."""

import pytest
from scrapy import exceptions
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import error as twisted_errors
from twisted.python.failure import Failure

from newscrawl.errors import (
    IN_WORDS,
    NO_ANSWER,
    REFUSALS_AND_LIMITS,
    STOPPED,
    ArchiveIndexError,
    EmptyListingError,
    ReadingTooSlowError,
)
from newscrawl.middlewares import network_errors, refusals
from newscrawl.middlewares.refusals import RefusedRequestError
from newscrawl.pages import FeedError, SitemapError
from newscrawl.spiders.failures import describe, failure_name, status_name
from newscrawl.spiders.listings import TOO_MANY_TAGS
from newscrawl.spiders.mayadeen import TOO_MANY_SECTIONS
from newscrawl.spiders.sources import SITEMAPS_TOO_DEEP, TOO_MANY_SITEMAPS

# Each of these words once decided for a name.
MISLEADING = (
    "challenge of cloudflare, the crawl stops, cannot be read, answered, robots, download_maxsize, another site,"
    " offsite, redirection"
)
REFUSALS: dict[type[IgnoreRequest], str] = {
    IgnoreRequest: "ignored",
    refusals.RefusedRequestError: "ignored",
    refusals.ChallengeError: "challenge",
    refusals.StoppedError: "stopped",
    refusals.RobotsUnreadableError: "robots_unreadable",
    refusals.RobotsRefusedError: "robots_refused",
    refusals.RobotsForbiddenError: "robots",
    refusals.LeftSiteError: "off_site",
    refusals.TooManyRedirectsError: "redirect",
    refusals.RedirectLoopError: "redirect_loop",
    refusals.RedirectedHomeError: "redirected_home",
    refusals.RedirectedToLoginError: "redirected_login",
    refusals.RedirectedToKnownError: "redirected_known",
    refusals.TooLargeError: "too_large",
    refusals.TruncatedError: "truncated",
    refusals.UndecodableError: "undecodable",
}


def name_of(error: BaseException) -> str:
    return failure_name(Failure(error))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.__name__)
@pytest.mark.parametrize("message", ["", MISLEADING])
def test_a_refusal_has_the_name_of_its_type(refusal: type[IgnoreRequest], message: str) -> None:
    assert name_of(refusal(message)) == REFUSALS[refusal]


def test_each_refusal_is_in_this_test() -> None:
    named = {value for value in vars(refusals).values() if isinstance(value, type)}
    assert {each for each in named if issubclass(each, RefusedRequestError)} == REFUSALS.keys() - {IgnoreRequest}


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (exceptions.CannotResolveHostError, "dns"),
        (twisted_errors.DNSLookupError, "dns"),
        (exceptions.DownloadConnectionRefusedError, "connection_refused"),
        (twisted_errors.ConnectionRefusedError, "connection_refused"),
        (ConnectionRefusedError, "connection_refused"),
        (exceptions.DownloadTimeoutError, "timeout"),
        (twisted_errors.TimeoutError, "timeout"),
        (TimeoutError, "timeout"),
        (exceptions.DownloadCancelledError, "too_large"),
        (exceptions.ResponseDataLossError, "truncated"),
        (exceptions.UnsupportedURLSchemeError, "unsupported_scheme"),
        (exceptions.NotSupported, "unsupported_scheme"),
        (exceptions.DownloadFailedError, "connection_lost"),
        (twisted_errors.ConnectionLost, "connection_lost"),
        (twisted_errors.TCPTimedOutError, "connection_lost"),
        (OSError, "connection_lost"),
        (ConnectionResetError, "connection_lost"),
        (RuntimeError, "exception"),
        (ValueError, "exception"),
    ],
)
def test_an_error_of_the_download_has_the_name_of_its_type(error: type[Exception], name: str) -> None:
    assert name_of(error(MISLEADING)) == name


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (404, "gone"),
        (410, "gone"),
        (401, "refused"),
        (403, "refused"),
        (451, "refused"),
        (429, "too_many_requests"),
        (500, "server_error"),
        (503, "server_error"),
        (302, "http_status"),
        (418, "http_status"),
    ],
)
def test_a_status_has_its_name(status: int, name: str) -> None:
    response = Response("https://x.net/killer-robots", status=status)
    assert name_of(HttpError(response, MISLEADING)) == name


def test_a_challenge_is_one_with_every_status_and_shows_its_ray() -> None:
    response = Response("https://x.net/", status=503, headers={"cf-mitigated": "challenge", "cf-ray": "8b7c-BEY"})
    failure = Failure(HttpError(response, "ignored"))  # type: ignore[no-untyped-call]
    assert failure_name(failure) == "challenge"
    assert describe(failure) == "status 503, CF-Ray 8b7c-BEY"


def test_a_description_is_one_short_line() -> None:
    failure = Failure(refusals.LeftSiteError("redirected\nto " + "x" * 1000))  # type: ignore[no-untyped-call]
    text = describe(failure)
    assert text.startswith("LeftSiteError: redirected to xxx")
    assert len(text) == 300


def test_the_groups_hold_names_that_exist() -> None:
    of_statuses = {status_name(Response("https://x.net/", status=status)) for status in (302, 403, 404, 429, 500)}
    of_errors = {name for name, _ in network_errors._NAMES} | {
        network_errors.TLS,
        network_errors.CONNECTION_LOST,
        network_errors.EXCEPTION,
    }
    names = {*REFUSALS.values(), *of_statuses, *of_errors}
    assert NO_ANSWER | {STOPPED} | REFUSALS_AND_LIMITS <= names
    of_pages = {
        ArchiveIndexError.name,
        EmptyListingError.name,
        SitemapError.name,
        FeedError.name,
        "redirected",
        "other_article",
        "claimed_id",
        "claimed_url",
    }
    of_bounds = {ReadingTooSlowError.name, TOO_MANY_SITEMAPS, SITEMAPS_TOO_DEEP, TOO_MANY_SECTIONS, TOO_MANY_TAGS}
    assert IN_WORDS.keys() <= names | of_pages | of_bounds
    # What says that a site does not answer is said in words; robots.txt has words of its own.
    assert NO_ANSWER - {"robots_unreadable"} <= IN_WORDS.keys()
