"""The headers of an answer: of any form, they are bounded."""

from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request as ClientRequest
from twisted.web.http_headers import Headers

from newscrawl.middlewares.headers import LARGEST, BoundedHeadersFactory
from newscrawl.middlewares.network_errors import causes
from newscrawl.middlewares.refusals import TooLargeError

START = b"HTTP/1.1 200 OK\r\n"
# Twisted has no types for these.
factory: Any = BoundedHeadersFactory
transport: Any = StringTransport
client_request: Any = ClientRequest
LINE = b"X-A: " + b"a" * 1000 + b"\r\n"


@pytest.fixture
def connection() -> Any:
    made = factory(lambda _: None, "").buildProtocol(IPv4Address("TCP", "127.0.0.1", 80))
    made.makeConnection(transport())
    return made


def answer_to(connection: Any, *parts: bytes) -> Any:
    """Return the response, or the failure, that an answer in parts comes to; None as long as there is none."""
    came: list[Any] = []
    request = client_request(b"GET", b"/", Headers({b"host": [b"x.net"]}), None, persistent=True)
    connection.request(request).addBoth(came.append)
    for part in parts:
        if connection._parser is not None:
            connection.dataReceived(part)
    return came[0] if came else None


def reasons(failure: Any) -> list[str]:
    return [str(cause) for cause in causes(failure.value) if isinstance(cause, TooLargeError)]


@pytest.mark.parametrize(
    "parts",
    [
        [START, *[LINE] * 2000],
        [START, b"X-A: b\r\n", *[b" " + LINE] * 2000],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * (LARGEST // 20),
        [START + LINE * 2000],
    ],
)
def test_headers_without_an_end_are_given_up(connection: Any, parts: list[bytes]) -> None:
    assert reasons(answer_to(connection, *parts)) == [f"headers of more than {LARGEST} bytes"]
    assert connection.transport.disconnecting


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 " + b"a" * 20_000, START + b"X-A: " + b"a" * 20_000])
def test_a_line_without_an_end_is_given_up(connection: Any, start: bytes) -> None:
    assert reasons(answer_to(connection, start, b"a")) == ["a header of more than 16384 bytes"]


def test_large_headers_within_the_bound_and_a_large_body_are_read(connection: Any) -> None:
    length = b"Content-Length: 3000000\r\n\r\n"
    response = answer_to(connection, START, *[LINE] * 900, length, *[b"a" * 1000] * 3000)
    assert response.code == 200


def test_a_connection_is_counted_anew_for_each_answer(connection: Any) -> None:
    for _ in range(3):
        response = answer_to(connection, START, *[LINE] * 900, b"Content-Length: 0\r\n\r\n")
        assert response.code == 200
