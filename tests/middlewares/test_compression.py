"""Answers that are cut off on their way: a stream has its end and its checksum, or the answer is not the page."""

import gzip
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse
from scrapy.utils.test import get_crawler

from newscrawl.middlewares.compression import HttpCompressionMiddleware, truncated_reason, unpacked
from newscrawl.middlewares.refusals import RefusedRequestError, TooLargeError, TruncatedError, UndecodableError
from newscrawl.replica import Fault
from tests.crawling import Crawl, StartReplica

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGE = b"<html><body>" + b"".join(b"<p>Sentence number %d of a page.</p>" % n for n in range(200)) + b"</body></html>"
URL = "https://x.net/news/politics/a-b"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd_with_checksum(data: bytes) -> bytes:
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


PACKERS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "gzip": (b"gzip", gzip.compress),
    "x-gzip": (b"x-gzip", gzip.compress),
    "deflate": (b"deflate", zlib.compress),
    "raw deflate": (b"deflate", raw_deflate),
    "brotli": (b"br", brotli.compress),
    "zstd": (b"zstd", zstd_with_checksum),
}


@pytest.mark.parametrize("name", PACKERS)
def test_a_stream_is_whole_or_refused(name: str) -> None:
    encoding, pack = PACKERS[name]
    packed = pack(PAGE)
    assert unpacked(packed, encoding) == PAGE
    for length in range(4, len(packed)):
        with pytest.raises((TruncatedError, UndecodableError)):
            unpacked(packed[:length], encoding)
    assert unpacked(pack(b"x" * 1_000_000), encoding) == b"x" * 1_000_000
    assert unpacked(pack(b""), encoding) == b""


@pytest.mark.parametrize("name", ["gzip", "deflate", "zstd"])
def test_a_wrong_checksum_is_refused(name: str) -> None:
    encoding, pack = PACKERS[name]
    packed = bytearray(pack(PAGE))
    # In gzip, the length of the page follows the checksum.
    for place in (-1, -5) if name == "gzip" else (-1,):
        damaged = packed.copy()
        damaged[place] ^= 1
        with pytest.raises(TruncatedError, match="damaged"):
            unpacked(bytes(damaged), encoding)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_streams_may_follow_each_other_and_what_comes_after_them_is_nobodys(name: str) -> None:
    encoding, pack = PACKERS[name]
    assert unpacked(pack(b"one ") + b"\0\0" + pack(b"page") + b"\0" * 9, encoding) == b"one page"
    assert unpacked(pack(b"page") + b"litter", encoding) == b"page"
    with pytest.raises(TruncatedError):
        unpacked(pack(b"one ") + pack(b"page")[:-1], encoding)


@pytest.mark.parametrize("name", PACKERS)
def test_no_more_than_the_limit_is_unpacked(name: str) -> None:
    encoding, pack = PACKERS[name]
    packed = pack(b" " * 2_000_000)
    assert len(unpacked(packed, encoding, 2_000_000)) == 2_000_000
    with pytest.raises(TooLargeError):
        unpacked(packed, encoding, 1_999_999)


@pytest.mark.parametrize("name", PACKERS)
def test_what_is_no_such_stream_is_undecodable(name: str) -> None:
    with pytest.raises(UndecodableError):
        unpacked(PAGE, PACKERS[name][0])


def answer(response: Response) -> Response:
    middleware = HttpCompressionMiddleware.from_crawler(get_crawler())
    result = middleware.process_response(Request(URL), response)
    assert isinstance(result, Response)
    return result


CUT, PARTIAL = PAGE[:3000], ["partial"]


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (HtmlResponse(URL, body=PAGE), ""),
        (HtmlResponse(URL, body=CUT), ""),
        (HtmlResponse(URL, body=PAGE, flags=PARTIAL), ""),
        (HtmlResponse(URL, body=PAGE + b"<!-- cached -->" * 50, flags=PARTIAL), ""),
        (HtmlResponse(URL, body=b"<html><body>A</BODY>", flags=PARTIAL), ""),
        (HtmlResponse(URL, body=PAGE.decode().encode("utf-16"), flags=PARTIAL), ""),
        (HtmlResponse(URL, body=CUT, flags=PARTIAL), "no length was stated, and the page has no end"),
        (HtmlResponse(URL, body=b"", flags=PARTIAL), "no length was stated, and the page has no end"),
        (
            HtmlResponse(URL, body=b"</html>" + CUT + CUT, flags=PARTIAL),
            "no length was stated, and the page has no end",
        ),
        (HtmlResponse(URL, body=CUT, flags=PARTIAL, status=404), ""),
        (TextResponse(URL, body=b"User-agent: *", flags=PARTIAL), ""),
        (XmlResponse(URL, body=b"<urlset>", flags=PARTIAL), ""),
        (HtmlResponse(URL, body=PAGE, flags=["dataloss"]), "the connection closed too early"),
        (HtmlResponse(URL, body=PAGE, status=206), "only a part was sent (status 206)"),
        (
            Response(URL, body=gzip.compress(PAGE), status=206, headers={"Content-Encoding": "gzip"}),
            "only a part was sent (status 206)",
        ),
        # A stream that has its end is whole, whatever the page looks like.
        (Response(URL, body=gzip.compress(CUT), headers={"Content-Encoding": "gzip"}, flags=PARTIAL), ""),
        (
            Response(URL, body=gzip.compress(PAGE)[:-9], headers={"Content-Encoding": "gzip"}),
            "the gzip stream has no end",
        ),
        (Response(URL, body=b"", status=304, headers={"Content-Encoding": "gzip"}), ""),
        (Response(URL, body=b"broken", status=503, headers={"Content-Encoding": "gzip"}), ""),
        (Response(URL, body=gzip.compress(PAGE)[:-9], status=503, headers={"Content-Encoding": "gzip"}), ""),
        (Response(URL, body=PAGE, headers={"Content-Encoding": "utf-8"}), ""),
    ],
)
def test_an_answer_that_is_only_a_part_is_flagged(response: Response, reason: str) -> None:
    result = answer(response)
    assert truncated_reason(result) == reason
    assert result.status == response.status


@pytest.mark.parametrize(
    ("headers", "body"),
    [({"Content-Encoding": "gzip"}, PAGE), ({"Content-Encoding": "gzip"}, b""), ({"Content-Encoding": "exi"}, b"\1\2")],
)
def test_an_answer_that_nobody_can_read_has_a_name(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(RefusedRequestError) as error:
        answer(Response(URL, body=body, headers=headers))
    assert error.value.name == "undecodable"


@pytest.mark.parametrize("kind", ["gzip-cut", "no-length", "part"])
def test_a_page_that_was_cut_off_is_asked_for_again(kind: str, replica: StartReplica, crawl_ok: Crawl) -> None:
    site = replica(articles=20)
    # Fewer than the retries that a crawl starts with, so that it does not matter in which order pages come.
    site.faults.append(Fault(kind=kind, path="^/(news|articles)/.+/", times=1, share=0.2))
    done = crawl_ok(site, settings={"RETRY_TIMES": "2", "DOWNLOAD_DELAY": "0.005"})
    truth = site.truth()
    assert {record["url"]: record["body"] for record in done.records()} == {
        url: "\n\n".join(each["paragraphs"]) for url, each in truth.items()
    }
    assert done.report()["pages"]["politeness"]["retries"] > 0


def test_a_page_that_is_always_cut_off_is_read_by_the_next_run(replica: StartReplica, crawl: Crawl) -> None:
    site = replica(articles=20)
    path = site.newsroom.path(7)
    site.faults.append(Fault(kind="gzip-cut", path=f"^{path}"))
    done = crawl(site)
    assert (len(done.records()), done.report()["errors"]["truncated"]["count"]) == (19, 1)
    site.faults.clear()
    assert len(crawl(site).records()) == 20


def test_a_part_that_was_asked_for_is_whole() -> None:
    middleware = HttpCompressionMiddleware.from_crawler(get_crawler())
    asked = Request(URL, headers={"Range": "bytes=0-99"})
    part = Response(URL, status=206, body=PAGE[:100])
    assert middleware.process_response(asked, part) is part
    cut = middleware.process_response(asked, part.replace(flags=["dataloss"]))
    assert isinstance(cut, Response)
    assert truncated_reason(cut) == "the connection closed too early"
