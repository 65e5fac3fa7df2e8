"""What goes over the wire, as it goes: the heads of each request and of its answer, for the archive of pages."""

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol, _ScrapyAgent
from twisted.web._newclient import STATUS

from newscrawl.archive.exchange import HEADS, Heads


class RecordingProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's connection, which keeps the heads of each exchange on the answer."""

    def request(self, request: Any) -> Any:
        written = _Written()
        request.writeTo(written)
        heads = Heads(b"".join(written.parts))
        answer: Any = super().request(request)
        parser: Any = self._parser
        hand_on = parser.lineReceived

        def received(line: bytes) -> None:
            if parser.state == STATUS:
                # The first line, or that of the answer which another one (status 1xx) has announced.
                heads.lines.clear()
            heads.lines.append(line)
            hand_on(line)

        parser.lineReceived = received
        return answer.addCallback(_with_heads, heads)


def _with_heads(response: Any, heads: Heads) -> Any:
    response.newscrawl_heads = heads
    return response


class _Written:
    """Takes what Twisted writes for a request, its body too."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.parts.append(data)

    def writeSequence(self, parts: Iterable[bytes]) -> None:  # noqa: N802 - Twisted's name
        self.parts.extend(parts)

    def registerProducer(self, producer: object, streaming: bool) -> None:  # noqa: N802 - Twisted's name
        """Do nothing: all is taken at once."""

    def unregisterProducer(self) -> None:  # noqa: N802 - Twisted's name
        """Do nothing."""


class RecordingAgent(_ScrapyAgent):
    """Scrapy's agent, which hands the heads of an exchange to its request."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta[HEADS] = txresponse.newscrawl_heads
        return super()._cb_bodyready(txresponse, request)
