"""The heads of an exchange, as they go over the wire."""

from collections.abc import Callable
from typing import Any

import pytest
from scrapy.core.downloader.handlers.http11 import _RequestBodyProducer
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

from newscrawl.middlewares.wire import RecordingProtocol

ANSWER = b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\nx-name:  two \r\nContent-Length: 2\r\n\r\n"
LINE_FEEDS = b"HTTP/1.0 200\nX-Folded: a\n  b\nContent-Length: 2\n\n"
Exchanged = Callable[[bytes, bytes, bytes], tuple[bytes, Any]]


@pytest.fixture
def exchanged() -> Exchanged:
    """Do one exchange after the other over a connection; return what was sent, and the heads that were kept."""
    transport: Any = StringTransport()  # type: ignore[no-untyped-call]
    make: Any = Request
    connection: Any = RecordingProtocol(lambda *_: None)  # type: ignore[no-untyped-call]
    connection.makeConnection(transport)

    def exchange(method: bytes, body: bytes, answer: bytes) -> tuple[bytes, Any]:
        producer = _RequestBodyProducer(body) if body else None
        request: Any = make(method, b"/more?page=2", Headers({b"host": [b"x.net"]}), producer, persistent=True)
        transport.clear()
        found: list[Any] = []
        connection.request(request).addCallback(found.append)
        for byte in answer:
            connection.dataReceived(bytes((byte,)))
        return transport.value(), found[0].newscrawl_heads

    return exchange


@pytest.mark.parametrize("answer", [ANSWER, LINE_FEEDS])
@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n"])
@pytest.mark.parametrize(("method", "body"), [(b"GET", b""), (b"POST", b""), (b"POST", b"page=2")])
def test_heads_are_kept_byte_for_byte(
    method: bytes, body: bytes, before: bytes, answer: bytes, exchanged: Exchanged
) -> None:
    sent, heads = exchanged(method, body, before + answer + b"ok")
    assert heads.request == sent
    assert sent.endswith(b"\r\n\r\n" + body)
    assert heads.answer == answer


def test_each_exchange_of_a_connection_has_its_own_heads(exchanged: Exchanged) -> None:
    other = ANSWER.replace(b"two", b"three")
    first = exchanged(b"GET", b"", ANSWER + b"ok")[1]
    second = exchanged(b"POST", b"page=3", other + b"ok")[1]
    assert (first.answer, second.answer) == (ANSWER, other)
    assert first.request.startswith(b"GET ")
    assert second.request.endswith(b"page=3")
