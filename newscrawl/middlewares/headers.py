"""The headers of an answer are bounded: Scrapy bounds its body, and Twisted one line of the headers."""

from collections.abc import Callable
from typing import Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory
from twisted.python.failure import Failure

from newscrawl.middlewares.refusals import TooLargeError
from newscrawl.middlewares.wire import RecordingProtocol

LARGEST = 1024 * 1024
"""Bytes of the headers of one answer, those of answers that announce it (status 1xx) included."""


class BoundedHeadersFactory(_LenientHTTP11ClientFactory):
    """Makes connections as Scrapy's do, but an answer with too large headers is given up as `too_large`."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        connection: Any = RecordingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        connection.dataReceived = HeaderBound(connection, connection.dataReceived).received
        return connection


class HeaderBound:
    """Counts what comes over one connection before the body of an answer begins."""

    def __init__(self, connection: Any, hand_on: Callable[[bytes], None]) -> None:
        self.connection = connection
        self.hand_on = hand_on
        self.size = 0

    def received(self, data: bytes) -> None:
        """Hand on some bytes; give the answer up when its headers are too large."""
        parser = self.connection._parser
        if parser is not None and not self.size:
            parser.lineLengthExceeded = lambda _: self._refuse(f"a header of more than {parser.MAX_LENGTH} bytes")
        self.hand_on(data)
        # Once the body begins, the parser takes raw bytes and no lines; at the end of an answer it is gone.
        if parser is None or parser is not self.connection._parser or not parser.line_mode:
            self.size = 0
            return
        self.size += len(data)
        if self.size > LARGEST:
            self._refuse(f"headers of more than {LARGEST} bytes")

    def _refuse(self, reason: str) -> None:
        self.connection._giveUp(Failure(TooLargeError(reason)))  # type: ignore[no-untyped-call]
