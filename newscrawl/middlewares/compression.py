"""Compressed answers unpacked; one that is cut off, damaged or too large is refused by name.

Scrapy's own decompressors give back what they have, however early a stream ends. Here a stream is whole, checksum
included, or the answer is not the page.
"""

import re
import sys
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import brotli
from scrapy import Request
from scrapy.downloadermiddlewares import httpcompression
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from newscrawl.middlewares.refusals import TooLargeError, TruncatedError, UndecodableError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TRUNCATED = "truncated"
"""Flag of a response that was cut off on its way; the reason follows after a colon."""
END_OF_PAGE = 4096
"""Bytes at the end of a page among which `</body>` or `</html>` is looked for."""
_CHUNK = 65_536
_PIECE = 2048
_ZEROS = re.compile(rb"\0*")
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class _Stream(Protocol):
    """What the decompressors of zlib and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


def unpacked(body: bytes, encoding: bytes, limit: int = 0) -> bytes:
    """Return what a compressed body holds; `limit` is the most bytes that it may, 0 for any number.

    Raises `TruncatedError` for a stream without its end or with a wrong checksum, `UndecodableError` for a body that is
    no such stream, `TooLargeError`.

    >>> unpacked(zlib.compress(b"a page"), b"deflate")
    b'a page'
    """
    if encoding == b"br":
        return _unbrotli(body, limit)
    if encoding == b"zstd":
        if not body.startswith(_ZSTD):
            raise UndecodableError("the answer is not in zstd")
        return _members(body, limit, "zstd", _ZSTD, zstd.ZstdDecompressor)
    if encoding == b"deflate":
        return _inflate(body, limit)
    if not body.startswith(_GZIP):
        raise UndecodableError("the answer is not in gzip")
    return _members(body, limit, "gzip", _GZIP, partial(zlib.decompressobj, wbits=31))


def _members(body: bytes, limit: int, name: str, magic: bytes, open_stream: Callable[[], Any]) -> bytes:
    """Return what a body of one or more whole streams holds; what follows the last of them is nobody's."""
    parts: list[bytes] = []
    size = at = 0
    while body.startswith(magic, at):
        stream = open_stream()
        while not stream.eof:
            # What is left of a piece behind the end of a stream is copied, so they are small.
            piece = body[at : at + _PIECE]
            if not piece:
                raise TruncatedError(f"the {name} stream has no end")
            at += len(piece)
            try:
                parts.append(stream.decompress(piece))
            except (zlib.error, zstd.ZstdError) as error:
                raise TruncatedError(f"the {name} stream is damaged: {error}") from error
            size += len(parts[-1])
            _check_size(size, limit)
        at -= len(stream.unused_data)
        # Streams may be filled up with zeros.
        zeros = _ZEROS.match(body, at)
        at = zeros.end() if zeros is not None else at
    return b"".join(parts)


def _read_zlib(body: bytes, room: int, wbits: int) -> tuple[bytes, _Stream]:
    stream = zlib.decompressobj(wbits)
    parts: list[bytes] = []
    size = 0
    while body and not stream.eof:
        parts.append(stream.decompress(body, _CHUNK))
        body = stream.unconsumed_tail
        size += len(parts[-1])
        _check_size(size, room)
    # The last letters may be waiting where all input was taken.
    parts.append(stream.flush())
    return b"".join(parts), stream


def _inflate(body: bytes, limit: int) -> bytes:
    # Some servers send the stream without the header that the standard wants.
    is_raw = len(body) < 2 or body[0] & 15 != 8 or int.from_bytes(body[:2]) % 31 != 0
    try:
        data, stream = _read_zlib(body, limit, -15 if is_raw else 15)
    except zlib.error as error:
        refusal = UndecodableError if is_raw else TruncatedError
        raise refusal(f"the deflate stream is damaged: {error}") from error
    if not stream.eof:
        raise TruncatedError("the deflate stream has no end")
    return data


def _unbrotli(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    try:
        while not stream.is_finished():
            part: bytes = stream.process(body, output_buffer_limit=_CHUNK)
            body = b""
            parts.append(part)
            size += len(part)
            _check_size(size, limit)
            if not part and not stream.is_finished() and stream.can_accept_more_data():
                raise TruncatedError("the brotli stream has no end")
    except brotli.error as error:
        raise UndecodableError(f"the brotli stream is damaged: {error}") from error
    return b"".join(parts)


def _check_size(size: int, limit: int) -> None:
    if limit and size > limit:
        raise TooLargeError(f"the answer unpacks to more than {limit} bytes")


def why_truncated(response: Response) -> str:
    """Return why an unpacked answer is only a part of the page, "" for a whole one.

    Where the server states no length, the connection that closes may be the end, or a cut: HTML says its own end.

    >>> why_truncated(HtmlResponse("https://x.net/", body=b"<html><p>A sen", flags=["partial"]))
    'no length was stated, and the page has no end'
    >>> why_truncated(HtmlResponse("https://x.net/", body=b"<html><p>A sentence.</html>", flags=["partial"]))
    ''
    """
    if response.status == 206:
        return "only a part was sent (status 206)"
    if response.status != 200:
        return ""
    if "dataloss" in response.flags:
        return "the connection closed too early"
    if "partial" in response.flags and isinstance(response, HtmlResponse):
        # UTF-16 has a zero byte in every letter.
        end = response.body[-END_OF_PAGE:].replace(b"\0", b"").lower()
        if b"</html" not in end and b"</body" not in end:
            return "no length was stated, and the page has no end"
    return ""


class HttpCompressionMiddleware(httpcompression.HttpCompressionMiddleware):
    """Unpacks as Scrapy does, and flags an answer that was cut off, which `politeness.py` asks for again."""

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        return unpacked(body, encoding, max_size)

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        is_packed = "Content-Encoding" in response.headers
        try:
            answer = super().process_response(request, response)
        except TruncatedError as error:
            return _flagged(response, str(error)) if response.status in (200, 206) else response
        except UndecodableError:
            # Of an error only the status is read; a redirect or a 304 has nothing to unpack, whatever its headers say.
            if response.status == 200:
                raise
            return response
        except TooLargeError:
            raise
        except IgnoreRequest as error:
            raise TooLargeError(str(error)) from error
        if not isinstance(answer, Response):
            return answer
        if (left := answer.headers.get("Content-Encoding")) and answer.status == 200 and b"<" not in answer.body[:1000]:
            raise UndecodableError(f"the answer is in {left.decode('latin-1')[:40]}")
        if is_packed and answer.status == 200 and "dataloss" not in answer.flags:
            # The stream has its end.
            return answer
        reason = why_truncated(answer)
        return _flagged(answer, reason) if reason else answer


def _flagged(response: Response, reason: str) -> Response:
    return response.replace(flags=[*response.flags, f"{TRUNCATED}: {reason}"])


def truncated_reason(response: Response) -> str:
    """Return what the flag says of a response that was cut off, "" for a whole one."""
    start = f"{TRUNCATED}: "
    return next((flag.removeprefix(start) for flag in response.flags if flag.startswith(start)), "")
