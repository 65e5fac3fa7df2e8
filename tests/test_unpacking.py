"""Compressed files are unpacked in small steps, whatever they hold, and part after part."""

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest

from newscrawl.middlewares import compression
from newscrawl.middlewares.compression import unpacked
from newscrawl.middlewares.refusals import TooLargeError, UndecodableError
from newscrawl.pages import SitemapError, parse_sitemap
from newscrawl.unpacking import GZIP, STEP, NoEndError, TooManyPartsError, gzip_stream, pieces_of, unpack_parts

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZEROS = 64 * 1024 * 1024
LIMIT = 1024 * 1024
ZSTD = b"\x28\xb5\x2f\xfd"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_bomb_takes_no_more_memory_than_the_limit(encoding: str) -> None:
    bomb = PACKERS[encoding](bytes(ZEROS))
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            unpacked(bomb, encoding.encode(), LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * LIMIT


@pytest.mark.parametrize(("encoding", "magic"), [("gzip", GZIP), ("zstd", ZSTD)])
def test_no_step_gives_more_than_it_may(encoding: str, magic: bytes) -> None:
    packed = PACKERS[encoding](bytes(10 * STEP + 1)) + b"\0" + PACKERS[encoding](b"end") + PACKERS[encoding](b"")
    open_stream = gzip_stream if encoding == "gzip" else zstd.ZstdDecompressor
    for pieces in (pieces_of(packed), (packed[at : at + 1] for at in range(len(packed)))):
        steps = list(unpack_parts(pieces, magic, open_stream))
        assert b"".join(steps) == bytes(10 * STEP + 1) + b"end"
        assert {0 < len(step) <= STEP for step in steps} == {True}
    with pytest.raises(NoEndError):
        list(unpack_parts(pieces_of(packed[:-1]), magic, open_stream))


def test_a_file_begins_with_its_first_part() -> None:
    assert list(unpack_parts(pieces_of(b"\0" + gzip.compress(b"page")), GZIP, gzip_stream)) == []


def test_parts_without_an_end_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = pieces_of(gzip.compress(b"a") * 3)
    with pytest.raises(TooManyPartsError, match=r"^more than 2 parts$"):
        list(unpack_parts(pieces, GZIP, gzip_stream, 2))
    assert b"".join(unpack_parts(pieces_of(gzip.compress(b"a") * 2), GZIP, gzip_stream, 2)) == b"aa"
    monkeypatch.setattr(compression, "MOST_PARTS", 2)
    for encoding in ("gzip", "zstd"):
        with pytest.raises(UndecodableError, match=f"^the {encoding} stream has more than 2 parts$"):
            unpacked(PACKERS[encoding](b"") * 3, encoding.encode())


def test_a_sitemap_in_an_empty_part_and_others_is_read() -> None:
    url = "https://x.net/a"
    packed = gzip.compress(b"") + gzip.compress(gzip.compress(url[:9].encode()) + gzip.compress(url[9:].encode()))
    assert parse_sitemap(gzip.compress(b"") + packed, "https://x.net/s.xml").pages == ((url, None),)
    with pytest.raises(SitemapError, match="no end"):
        parse_sitemap(packed[:-1], "https://x.net/s.xml")
