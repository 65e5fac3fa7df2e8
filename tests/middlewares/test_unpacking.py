"""What is unpacked, how much of it, and what each kind of damage is called."""

import gzip
import sys
import zlib
from typing import Any

import brotli
import pytest
from scrapy import Request
from scrapy.downloadermiddlewares import httpcompression
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from newscrawl.middlewares.compression import (
    END_OF_PAGE,
    HttpCompressionMiddleware,
    truncated_reason,
    unpacked,
    why_truncated,
)
from newscrawl.middlewares.refusals import TooLargeError, TruncatedError, UndecodableError
from tests.extensions.engine import bare_crawler

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

URL = "https://x.net/a"
PAGE = b"<html><body><p>A sentence of some length.</p></body></html>"
LONG = bytes(range(256)) * 1500
"""More than one chunk, unpacked."""


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[bytes, Any] = {
    b"gzip": gzip.compress,
    b"x-gzip": gzip.compress,
    b"deflate": zlib.compress,
    b"br": brotli.compress,
    b"zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("data", [b"", b"a", PAGE, LONG])
def test_what_was_packed_comes_back_and_not_a_byte_more_than_allowed(encoding: bytes, data: bytes) -> None:
    packed = PACKERS[encoding](data)
    assert unpacked(packed, encoding) == data
    assert unpacked(packed, encoding, len(data) + 1) == data
    if data:
        assert unpacked(packed, encoding, len(data)) == data
    if len(data) > 1:
        with pytest.raises(TooLargeError, match=f"^the answer unpacks to more than {len(data) - 1} bytes$"):
            unpacked(packed, encoding, len(data) - 1)


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_stream_that_is_cut_anywhere_is_truncated(encoding: bytes) -> None:
    packed = PACKERS[encoding](PAGE * 3)
    for end in (len(packed) // 2, len(packed) - 1):
        with pytest.raises(TruncatedError, match=r"stream has no end$"):
            unpacked(packed[:end], encoding)


@pytest.mark.parametrize(
    ("encoding", "body", "refusal", "words"),
    [
        (b"gzip", b"plain", UndecodableError, "the answer is not in gzip"),
        (b"gzip", b"", UndecodableError, "the answer is not in gzip"),
        (b"zstd", b"plain", UndecodableError, "the answer is not in zstd"),
        (b"br", b"\xff" * 40, UndecodableError, "the brotli stream is damaged: "),
        (b"deflate", b"\xff" * 40, UndecodableError, "the deflate stream is damaged: "),
        (b"deflate", zlib.compress(PAGE)[:-4] + b"1234", TruncatedError, "the deflate stream is damaged: "),
        (b"gzip", gzip.compress(PAGE, mtime=0)[:-8] + b"12345678", TruncatedError, "the gzip stream is damaged: "),
        (b"zstd", zstd.compress(PAGE)[:6] + b"\xff" * 20, TruncatedError, "the zstd stream is damaged: "),
    ],
    ids=[
        "gzip-none", "gzip-empty", "zstd-none", "br-damaged", "deflate-damaged", "deflate-checksum", "gzip-checksum",
        "zstd-damaged",
    ],
)  # fmt: skip
def test_each_damage_has_its_name(encoding: bytes, body: bytes, refusal: type[Exception], words: str) -> None:
    with pytest.raises(refusal, match=f"^{words}"):
        unpacked(body, encoding)


@pytest.mark.parametrize("data", [b"", b"a", PAGE, LONG])
def test_deflate_without_its_header_is_read_too(data: bytes) -> None:
    assert unpacked(raw_deflate(data), b"deflate") == data
    for level in range(10):
        assert unpacked(zlib.compress(data, level), b"deflate") == data
    with pytest.raises(TruncatedError, match="the deflate stream has no end"):
        unpacked(raw_deflate(PAGE)[:-2], b"deflate")
    # A window of 512 bytes is as good a header as one of 32 KiB.
    packer = zlib.compressobj(wbits=9)
    assert unpacked(packer.compress(data) + packer.flush(), b"deflate") == data


def test_several_streams_are_one_page_and_what_follows_is_nobodys() -> None:
    one, two = gzip.compress(PAGE), gzip.compress(b"more")
    assert unpacked(one + b"\0" * 7 + two + b"litter", b"gzip") == PAGE + b"more"
    assert unpacked(zstd.compress(PAGE) + zstd.compress(b"more"), b"zstd") == PAGE + b"more"
    # The bound is for all of them together.
    assert unpacked(one + two, b"gzip", len(PAGE) + 4) == PAGE + b"more"
    with pytest.raises(TooLargeError):
        unpacked(one + two, b"gzip", len(PAGE) + 3)


# -- cut-off answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (Response(URL, status=206), "only a part was sent (status 206)"),
        (Response(URL, status=404, flags=["dataloss"]), ""),
        (Response(URL, flags=["dataloss"]), "the connection closed too early"),
        (Response(URL, flags=["partial"]), ""),
        (HtmlResponse(URL, body=b"<p>A"), ""),
        (HtmlResponse(URL, body=b"<p>A", flags=["partial"]), "no length was stated, and the page has no end"),
        (HtmlResponse(URL, body=b"<p>A</BODY >", flags=["partial"]), ""),
        (HtmlResponse(URL, body=b"<p>A</Html>", flags=["partial"]), ""),
        (HtmlResponse(URL, body="<p>A</html>".encode("utf-16"), flags=["partial"]), ""),
        (HtmlResponse(URL, body=b"</html>" + b" " * (END_OF_PAGE - 7), flags=["partial"]), ""),
        (
            HtmlResponse(URL, body=b"</html>" + b" " * END_OF_PAGE, flags=["partial"]),
            "no length was stated, and the page has no end",
        ),
    ],
)
def test_a_part_of_a_page_is_told_from_the_whole(response: Response, why: str) -> None:
    assert why_truncated(response) == why


@pytest.fixture
def middleware() -> HttpCompressionMiddleware:
    return HttpCompressionMiddleware.from_crawler(bare_crawler(DOWNLOAD_MAXSIZE=1000))


def answer(body: bytes, encoding: str | None = None, **changes: Any) -> Response:
    headers = {"Content-Type": "text/html"} | ({"Content-Encoding": encoding} if encoding else {})
    return Response(URL, body=body, headers=headers, **changes)


def process(middleware: HttpCompressionMiddleware, response: Response) -> Response:
    result = middleware.process_response(Request(URL), response)
    assert isinstance(result, Response)
    return result


def test_a_packed_page_is_unpacked_and_whole(middleware: HttpCompressionMiddleware) -> None:
    result = process(middleware, answer(gzip.compress(PAGE), "gzip"))
    assert (result.body, truncated_reason(result)) == (PAGE, "")
    # Its stream has an end, and so has the page, whatever the connection did.
    result = process(middleware, answer(gzip.compress(b"<p>A"), "gzip", flags=["partial"]))
    assert truncated_reason(result) == ""
    result = process(middleware, answer(gzip.compress(PAGE), "gzip", flags=["dataloss"]))
    assert truncated_reason(result) == "the connection closed too early"


@pytest.mark.parametrize(("status", "is_flagged"), [(200, True), (206, True), (404, False), (500, False)])
def test_a_packed_page_that_is_cut_is_flagged(
    status: int, is_flagged: bool, middleware: HttpCompressionMiddleware
) -> None:
    response = answer(gzip.compress(PAGE)[:-9], "gzip", status=status)
    result = process(middleware, response)
    assert bool(truncated_reason(result)) is is_flagged
    if is_flagged:
        assert truncated_reason(result) == "the gzip stream has no end"
    else:
        assert result is response


def test_of_an_error_only_the_status_is_read(middleware: HttpCompressionMiddleware) -> None:
    plain = answer(b"no gzip", "gzip", status=503)
    assert process(middleware, plain) is plain
    with pytest.raises(UndecodableError):
        process(middleware, answer(b"no gzip", "gzip"))
    for status in (301, 304):
        empty = answer(b"", "gzip", status=status)
        assert process(middleware, empty) is empty


def test_an_answer_that_unpacks_to_too_much_is_refused(middleware: HttpCompressionMiddleware) -> None:
    with pytest.raises(TooLargeError):
        process(middleware, answer(gzip.compress(b"<p>" + b" " * 1000), "gzip"))


def test_what_scrapy_refuses_is_too_large_too(
    middleware: HttpCompressionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise IgnoreRequest("by Scrapy")

    monkeypatch.setattr(httpcompression.HttpCompressionMiddleware, "process_response", refuse)
    with pytest.raises(TooLargeError, match="by Scrapy"):
        process(middleware, answer(PAGE))


def test_an_encoding_that_nobody_knows_is_refused_unless_the_page_is_plain(
    middleware: HttpCompressionMiddleware,
) -> None:
    with pytest.raises(UndecodableError, match=r"^the answer is in secret$"):
        process(middleware, answer(b"\x01\x02\x03", "secret"))
    with pytest.raises(UndecodableError):
        process(middleware, answer(b" " * 1000 + b"<p>", "secret"))
    assert process(middleware, answer(b"\x01", "secret", status=404)).status == 404
    assert process(middleware, answer(b" " * 999 + b"<p>", "secret")).body.endswith(b"<p>")


def test_a_plain_page_that_is_cut_is_flagged_and_keeps_its_flags(middleware: HttpCompressionMiddleware) -> None:
    response = HtmlResponse(URL, body=b"<p>A", flags=["partial"])
    result = process(middleware, response)
    assert result.flags == ["partial", "truncated: no length was stated, and the page has no end"]
    whole = HtmlResponse(URL, body=PAGE, flags=["partial"])
    assert process(middleware, whole) is whole
