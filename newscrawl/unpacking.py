"""Compressed files unpacked in small steps, part after part, so that what they hold is never there at once."""

import zlib
from collections.abc import Callable, Generator, Iterator
from itertools import count
from typing import Protocol

GZIP = b"\x1f\x8b"
"""The first bytes of each part of a gzip file."""
STEP = 8192
"""Most bytes that one step gives. What is left of a piece at the end of a part is copied: pieces are small too."""


class Stream(Protocol):
    """What the decompressors of zlib and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class NoEndError(EOFError):
    """Raised where the pieces end before the stream does."""


class TooManyPartsError(ValueError):
    """Raised for a file of more parts than are read: each costs time, even an empty one."""


def pieces_of(body: bytes) -> Iterator[bytes]:
    """Yield a body in pieces of at most `STEP` bytes."""
    return (body[at : at + STEP] for at in range(0, len(body), STEP))


def gzip_stream() -> Stream:
    """Return what unpacks one part of a gzip file."""
    return zlib.decompressobj(wbits=31)


def unpack(stream: Stream, pieces: Iterator[bytes], rest: bytes = b"") -> Generator[bytes, None, bytes]:
    """Yield what one stream holds, at most `STEP` bytes at once; return what follows it in the last piece.

    `rest` comes before the pieces. Raises `NoEndError`, and what the stream itself raises for damage.

    >>> b"".join(unpack(zlib.decompressobj(), pieces_of(zlib.compress(b"a page"))))
    b'a page'
    """
    while not stream.eof:
        is_end = False
        # zstd keeps what it was given until it wants more; zlib gives back what it has not taken.
        if not rest and getattr(stream, "needs_input", True):
            rest = next(pieces, b"")
            is_end = not rest
        found = stream.decompress(rest, STEP)
        rest = stream.unused_data if stream.eof else getattr(stream, "unconsumed_tail", b"")
        if found:
            yield found
        elif is_end and not stream.eof:
            raise NoEndError
    return rest


def unpack_parts(
    pieces: Iterator[bytes], magic: bytes, open_stream: Callable[[], Stream], most: int | None = None
) -> Iterator[bytes]:
    """Yield what a file of streams holds, each of which begins with `magic`; no piece that comes or goes is empty.

    There may be zeros between the streams; what follows the last one is nobody's. `most` bounds the number of streams,
    None for any. Raises as `unpack` does, and `TooManyPartsError`.

    >>> import gzip
    >>> pieces = [gzip.compress(b"a "), b"\\0", gzip.compress(b"page"), b"litter"]
    >>> b"".join(unpack_parts(iter(pieces), GZIP, gzip_stream))
    b'a page'
    """
    rest = b""
    for number in count():
        # The first stream begins with the file.
        while number and not (rest := rest.lstrip(b"\0")) and (piece := next(pieces, b"")):
            rest = piece
        while len(rest) < len(magic) and (piece := next(pieces, b"")):
            rest += piece
        if not rest.startswith(magic):
            return
        if number == most:
            raise TooManyPartsError(f"more than {most} parts")
        rest = yield from unpack(open_stream(), pieces, rest)
