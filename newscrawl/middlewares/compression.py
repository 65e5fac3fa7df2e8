"""Compressed answers unpacked; one that is cut off, damaged or too large is refused by name.

Scrapy's own decompressors give back what they have, however early a stream ends. Here a stream is whole, checksum
included, or the answer is not the page.
"""

import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import brotli
from scrapy import Request
from scrapy.downloadermiddlewares import httpcompression
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from newscrawl.middlewares.refusals import TooLargeError, TruncatedError, UndecodableError
from newscrawl.unpacking import (
    GZIP,
    STEP,
    NoEndError,
    Stream,
    TooManyPartsError,
    gzip_stream,
    pieces_of,
    unpack,
    unpack_parts,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TRUNCATED = "truncated"
"""Flag of a response that was cut off on its way; the reason follows after a colon."""
END_OF_PAGE = 4096
"""Bytes at the end of a page among which `</body>` or `</html>` is looked for."""
MOST_PARTS = 1000
"""Streams of which an answer may consist. Servers send one; ten megabytes of empty ones take twenty seconds of CPU."""
_ZSTD = b"\x28\xb5\x2f\xfd"


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
        return _parts(body, limit, "zstd", _ZSTD, zstd.ZstdDecompressor)
    if encoding == b"deflate":
        return _inflate(body, limit)
    if not body.startswith(GZIP):
        raise UndecodableError("the answer is not in gzip")
    return _parts(body, limit, "gzip", GZIP, gzip_stream)


def _parts(body: bytes, limit: int, name: str, magic: bytes, open_stream: Callable[[], Stream]) -> bytes:
    """Return what a body of one or more whole streams holds; what follows the last of them is nobody's."""
    try:
        return _joined(unpack_parts(pieces_of(body), magic, open_stream, MOST_PARTS), limit)
    except NoEndError as error:
        raise TruncatedError(f"the {name} stream has no end") from error
    except TooManyPartsError as error:
        raise UndecodableError(f"the {name} stream has {error}") from error
    except (zlib.error, zstd.ZstdError) as error:
        raise TruncatedError(f"the {name} stream is damaged: {error}") from error


def _inflate(body: bytes, limit: int) -> bytes:
    # Some servers send the stream without the header that the standard wants.
    is_raw = len(body) < 2 or body[0] & 15 != 8 or int.from_bytes(body[:2]) % 31 != 0
    try:
        return _joined(unpack(zlib.decompressobj(-15 if is_raw else 15), pieces_of(body)), limit)
    except NoEndError as error:
        raise TruncatedError("the deflate stream has no end") from error
    except zlib.error as error:
        refusal = UndecodableError if is_raw else TruncatedError
        raise refusal(f"the deflate stream is damaged: {error}") from error


def _unbrotli(body: bytes, limit: int) -> bytes:
    try:
        return _joined(_brotli_steps(body), limit)
    except NoEndError as error:
        raise TruncatedError("the brotli stream has no end") from error
    except brotli.error as error:
        raise UndecodableError(f"the brotli stream is damaged: {error}") from error


def _brotli_steps(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    while not stream.is_finished():
        found: bytes = stream.process(body, output_buffer_limit=STEP)
        body = b""
        if not found and not stream.is_finished() and stream.can_accept_more_data():
            raise NoEndError
        yield found


def _joined(steps: Iterable[bytes], limit: int) -> bytes:
    """Return what the steps give together; raises `TooLargeError` for more than `limit` bytes, 0 for any number."""
    # A list would hold a large page twice when it is joined.
    whole = io.BytesIO()
    for found in steps:
        whole.write(found)
        _check_size(whole.tell(), limit)
    return whole.getvalue()


def _check_size(size: int, limit: int) -> None:
    if limit and size > limit:
        raise TooLargeError(f"the answer unpacks to more than {limit} bytes")


def why_truncated(response: Response, *, is_part_wanted: bool = False) -> str:
    """Return why an unpacked answer is only a part of what was asked for, "" for a whole one.

    Where the server states no length, the connection that closes may be the end, or a cut: HTML says its own end.

    >>> why_truncated(HtmlResponse("https://x.net/", body=b"<html><p>A sen", flags=["partial"]))
    'no length was stated, and the page has no end'
    >>> why_truncated(HtmlResponse("https://x.net/", body=b"<html><p>A sentence.</html>", flags=["partial"]))
    ''
    """
    if response.status == 206 and not is_part_wanted:
        return "only a part was sent (status 206)"
    if response.status not in (200, 206):
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
        reason = why_truncated(answer, is_part_wanted="Range" in request.headers)
        return _flagged(answer, reason) if reason else answer


def _flagged(response: Response, reason: str) -> Response:
    return response.replace(flags=[*response.flags, f"{TRUNCATED}: {reason}"])


def truncated_reason(response: Response) -> str:
    """Return what the flag says of a response that was cut off, "" for a whole one."""
    start = f"{TRUNCATED}: "
    return next((flag.removeprefix(start) for flag in response.flags if flag.startswith(start)), "")
