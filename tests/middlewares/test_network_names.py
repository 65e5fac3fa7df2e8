"""The names of the network's errors, what is wrong with a site's TLS, and how robots.txt is counted and refused."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from OpenSSL import SSL
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from service_identity import VerificationError
from twisted.internet import error as twisted_errors
from twisted.python.failure import Failure

from newscrawl.errors import IN_WORDS
from newscrawl.middlewares import network_errors, robots
from newscrawl.middlewares.network_errors import EXCEPTION, TLS, TLS_SECONDS, error_name, tls_problem
from newscrawl.middlewares.redirects import MOVED_TO
from newscrawl.middlewares.refusals import (
    ChallengeError,
    LeftSiteError,
    RobotsForbiddenError,
    RobotsRefusedError,
    RobotsUnreadableError,
    StoppedError,
    TooManyRedirectsError,
)
from newscrawl.middlewares.robots import FIRST_CONTACT_TIMEOUT, RobotsMiddleware

URL = "https://x.net/news/a"


class FailedResponseError(Exception):
    """As Twisted's: it holds what went wrong."""

    def __init__(self, *errors: Exception) -> None:
        self.reasons = [Failure(error) for error in errors]  # type: ignore[no-untyped-call]


class VendorsError(Exception):
    """As those of the libraries around the network."""


def caused_by(error: Exception) -> Exception:
    outer = OSError("outer")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (twisted_errors.DNSLookupError(), "dns"),
        (ConnectionRefusedError(), "connection_refused"),
        (twisted_errors.ConnectionRefusedError(), "connection_refused"),  # type: ignore[no-untyped-call]
        (TimeoutError(), "timeout"),
        (IgnoreRequest(), "ignored"),
        (StoppedError(), "stopped"),
        (SSL.Error(), TLS),
        (VerificationError(errors=[]), TLS),
        (FailedResponseError(OSError(), SSL.Error()), TLS),
        (FailedResponseError(OSError()), "connection_lost"),
        (caused_by(SSL.Error()), TLS),
        (caused_by(caused_by(VerificationError(errors=[]))), TLS),
        (caused_by(OSError()), "connection_lost"),
        (ValueError(), EXCEPTION),
        (VendorsError(), "connection_lost"),
    ],
)
def test_an_error_has_the_name_of_its_type_or_its_cause(error: Exception, name: str) -> None:
    assert error_name(error) == name


# -- TLS --------------------------------------------------------------------------------------------------------


class Plain:
    def __enter__(self) -> "Plain":
        return self

    def __exit__(self, *_: object) -> None:
        pass


def connected(monkeypatch: pytest.MonkeyPatch, wrap: Callable[[], Any]) -> list[Any]:
    """Have every connection made, and its TLS begin with `wrap`; return what was asked for."""
    asked: list[Any] = []

    def connect(*given: object) -> Plain:
        asked.append(given)
        return Plain()

    def wrap_socket(plain: object, *, server_hostname: str) -> Any:
        asked.append(server_hostname)
        return wrap()

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(ssl, "create_default_context", lambda: SimpleNamespace(wrap_socket=wrap_socket))
    return asked


def raising(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


def refused(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code, error.verify_message = code, "in OpenSSL's words"
    return error


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (9, "its certificate is not valid yet, by this machine's clock"),
        (10, "its certificate has expired, by this machine's clock"),
        (18, "its certificate is self-signed"),
        (19, "its certificate is self-signed"),
        (20, "its certificate is of an authority that this machine does not know"),
        (62, "its certificate is for another host"),
        (64, "its certificate is for another host"),
        (7, "its certificate is refused (in OpenSSL's words)"),
    ],
)
def test_a_certificate_that_is_refused_has_its_reason(code: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = connected(monkeypatch, raising(refused(code)))
    assert tls_problem("x.net", 8443) == words
    assert asked == [(("x.net", 8443), TLS_SECONDS), "x.net"]


def test_other_problems_of_tls_and_none(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ssl.SSLError()
    error.reason = "WRONG_VERSION_NUMBER"
    connected(monkeypatch, raising(error))
    assert tls_problem("x.net", 443) == "it does not speak TLS as this machine does (WRONG_VERSION_NUMBER)"
    connected(monkeypatch, raising(OSError()))
    assert tls_problem("x.net", 443) == ""
    closed: list[int] = []
    connected(monkeypatch, lambda: SimpleNamespace(close=lambda: closed.append(1)))
    assert tls_problem("x.net", 443) == ""
    assert closed == [1]


# -- robots.txt -------------------------------------------------------------------------------------------------


class Asked:
    """A middleware whose robots.txt is an answer or an error, and what became of a request."""

    def __init__(self, answer: Response | Exception, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.parsed: list[dict[str, Any]] = []
        crawler: Crawler = get_crawler(settings_dict={"ROBOTSTXT_OBEY": True})
        crawler.spider = Spider("test")
        crawler.engine = cast("Any", SimpleNamespace(download_async=self.download))
        monkeypatch.setattr(crawler.signals, "send_catch_log_async", self.send)
        self.middleware = RobotsMiddleware(crawler)

    async def download(self, request: Request) -> Response:
        """Answer, or fail."""
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def send(self, **values: Any) -> None:
        """Remember what was said."""
        self.parsed.append(values)

    def process(self, url: str = URL) -> None:
        asyncio.run(cast("Any", self.middleware.process_request(Request(url))))

    @property
    def stats(self) -> dict[str, Any]:
        return self.middleware.crawler.stats.get_stats()


def robots_txt(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    return Response("https://x.net/robots.txt", status=status, body=body, headers=headers)


@pytest.mark.parametrize(
    ("answer", "refusal", "reason"),
    [
        (robots_txt(500), RobotsUnreadableError, "it answered with status 500"),
        (robots_txt(503), RobotsUnreadableError, "it answered with status 503"),
        (robots_txt(429), RobotsRefusedError, "it answered 429"),
        (TimeoutError(), RobotsUnreadableError, IN_WORDS["timeout"]),
        (ChallengeError("a challenge"), ChallengeError, ""),
        (StoppedError("the end"), StoppedError, ""),
        (TooManyRedirectsError("too many"), RobotsUnreadableError, ""),
        (LeftSiteError("away", "https://new.example/robots.txt"), RobotsUnreadableError, ""),
    ],
)
def test_without_robots_txt_every_request_to_the_host_is_refused(
    answer: Response | Exception, refusal: type[Exception], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(answer, monkeypatch)
    for url in (URL, "https://x.net/news/b"):
        with pytest.raises(refusal, match=f"^robots.txt cannot be read: {reason}"):
            asked.process(url)
    (request,) = asked.requests
    assert request.url == "https://x.net/robots.txt"
    assert (request.meta["download_timeout"], request.meta["max_retry_times"]) == (FIRST_CONTACT_TIMEOUT, 1)
    assert request.meta["dont_obey_robotstxt"] is True
    stats = asked.stats
    assert stats["robotstxt/request_count"] == 1
    if isinstance(answer, Exception):
        assert stats[f"robotstxt/exception_count/{type(answer).__name__}"] == 1
        assert "robotstxt/response_count" not in stats
    else:
        assert (stats["robotstxt/response_count"], stats[f"robotstxt/response_status_count/{answer.status}"]) == (1, 1)
    assert ("newscrawl/robots_unreadable" in stats) is (refusal is RobotsUnreadableError)
    assert stats.get(MOVED_TO) == ("https://new.example" if isinstance(answer, LeftSiteError) else None)
    assert asked.parsed == []


def test_a_challenge_in_the_place_of_robots_txt_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(Response("https://x.net/robots.txt", status=403, headers={"cf-mitigated": "challenge"}), monkeypatch)
    with pytest.raises(ChallengeError, match=r"a challenge of Cloudflare came in its place \(status 403\)"):
        asked.process()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_where_there_is_no_robots_txt_everything_is_allowed(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(robots_txt(status, b"User-agent: *\nDisallow: /"), monkeypatch)
    asked.process()
    asked.process()
    assert len(asked.requests) == 1
    assert asked.parsed == []


def test_the_rules_are_handed_on_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked(robots_txt(200, b"User-agent: *\nDisallow: /news/b\nCrawl-delay: 7"), monkeypatch)
    asked.process()
    with pytest.raises(RobotsForbiddenError):
        asked.process("https://x.net/news/b")
    (said,) = asked.parsed
    assert said["signal"] is signals.robots_parsed
    assert (said["robotparser"].crawl_delay("*"), said["request"].url) == (7, URL)
    # Another port is another host.
    asked.process("https://x.net:8443/news/a")
    assert [request.url for request in asked.requests] == ["https://x.net/robots.txt", "https://x.net:8443/robots.txt"]


@pytest.mark.parametrize(
    ("problem", "reason"), [("its certificate is self-signed", "its certificate is self-signed"), ("", IN_WORDS[TLS])]
)
def test_of_tls_it_is_looked_for_what_is_wrong(problem: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []

    async def wait(value: Any) -> Any:
        return value

    def look(function: object, *given: object) -> str:
        looked.append((function, *given))
        return problem

    monkeypatch.setattr(robots, "deferToThread", look)
    monkeypatch.setattr(robots, "maybe_deferred_to_future", wait)
    asked = Asked(SSL.Error(), monkeypatch)
    with pytest.raises(RobotsUnreadableError, match=f"^robots.txt cannot be read: {reason}"):
        asked.process("https://x.net:8443/a")
    assert looked == [(network_errors.tls_problem, "x.net", 8443)]
    assert asked.stats["newscrawl/robots_unreadable"] == reason


def test_a_long_reason_is_cut_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robots, "IN_WORDS", {})
    asked = Asked(ValueError("a\nb " + "x" * 900), monkeypatch)
    with pytest.raises(RobotsUnreadableError):
        asked.process()
    shown = asked.stats["newscrawl/robots_unreadable"]
    assert shown.startswith("ValueError: a b xxx")
    assert len(shown) == 300
