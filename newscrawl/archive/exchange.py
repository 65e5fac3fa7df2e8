"""A request and its answer as they went over the wire, and the form in which a WARC file has them."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

HEADS = "newscrawl_heads"
"""Key of a request's meta under which the heads of the exchange are."""
_HEX = re.compile(r"[0-9A-Fa-f]{64}")
TRANSFER_CODING = b"transfer-encoding"
FOUND_ON, ASKED = "Newscrawl-Found-On", "Newscrawl-Asked-For"
"""Headers of this project in a record: the page that led to it; the URLs that led to it by redirects."""


@dataclass(slots=True)
class Heads:
    """Request line and status line, headers, and the empty line behind them, byte for byte."""

    request: bytes
    lines: list[bytes] = field(default_factory=list)
    """Of the answer; without the line feeds."""

    @property
    def answer(self) -> bytes:
        """The head of the answer."""
        return b"".join(line + b"\n" for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer, as they went over the wire."""

    url: str
    when: datetime
    """When the answer was there, UTC."""
    request: bytes
    """Request line and headers, with the empty line behind them."""
    head: bytes
    """Status line and headers of the answer, likewise, in order, repeated ones too."""
    body: bytes
    """What the answer's headers announce: still compressed, but no longer in chunks."""
    status: int
    digest: str
    """SHA-256 of the body, hex; "" for an answer that has none."""
    ip: str | None = None
    is_cut_off: bool = False
    """Whether the connection was lost before the end."""
    found_on: str | None = None
    """The page that led here."""
    asked: Sequence[str] = ()
    """The URLs that led here by redirects, the one asked for first."""


def stored_head(head: bytes) -> bytes:
    """Return the head of an answer as it is stored: the body is no longer in chunks, and no header says that it is.

    >>> stored_head(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
    b'HTTP/1.1 200 OK\\r\\nX-Crawler-Transfer-Encoding: chunked\\r\\n\\r\\n'
    """
    lines = head.split(b"\n")
    return b"\n".join(
        b"X-Crawler-" + line if line.partition(b":")[0].strip().lower() == TRANSFER_CODING else line for line in lines
    )


def mime_of(head: bytes) -> str:
    """Return the type that the head of an answer states, without parameters; "" for none.

    >>> mime_of(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html; charset=utf-8\\r\\n\\r\\n")
    'text/html'
    """
    for line in head.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-type":
            return value.partition(b";")[0].strip().decode("latin-1").lower()
    return ""


def hex_digest(digest: str) -> str:
    """Return the SHA-256 that a WARC record states as hexadecimal digits; "" for none, and for any other digest.

    Programs write it in base 32, as this one, or in hexadecimal digits.

    >>> hex_digest(warc_digest("00" * 32)) == hex_digest(f"sha256:{'00' * 32}") == "00" * 32
    True
    >>> hex_digest("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"), hex_digest("sha256:x")
    ('', '')
    """
    kind, _, value = digest.partition(":")
    if kind.lower() != "sha256":
        return ""
    if _HEX.fullmatch(value):
        return value.lower()
    try:
        read = base64.b32decode(value.rstrip("=") + "====")
    except ValueError:
        return ""
    return read.hex() if len(read) == hashlib.sha256().digest_size else ""


def payload_digest(body: bytes) -> str:
    """Return the SHA-256 of a page as it came, hex."""
    return hashlib.sha256(body).hexdigest()


def warc_digest(digest: str) -> str:
    """Return a SHA-256, hex, as WARC records state it."""
    return f"sha256:{base64.b32encode(bytes.fromhex(digest)).decode()}"
