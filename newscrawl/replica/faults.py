"""Faults of a server that the replica has on demand: errors, slow and broken responses, hostile pages."""

import gzip
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler
from itertools import count

COUNTING = threading.Lock()
"""Held while a fault counts, because two requests for one path may come at once."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault of the server, and the requests that it applies to."""

    kind: str
    """One of `HANDLERS`."""
    path: str = ""
    """Regular expression to search for in the path with its query."""
    share: float = 1.0
    """Share of the paths that it applies to, 0 to 1; always the same paths."""
    times: int | None = None
    """How often it applies to one path; None for always."""
    status: int | None = None
    """Status of `status` (None for 503) and of `challenge` (None for 403)."""
    retry_after: str | None = None
    """Retry-After header of `status`; None for no header."""
    location: str = "/"
    """Where `redirect` leads."""
    seconds: float = 1.0
    """How long `slow` takes, in seconds."""
    drip: int = 0
    """In how many parts `slow` sends the response, over its `seconds`; 0 sends all of it at the end."""
    pattern: str = ""
    """Regular expression that `rewrite` replaces in the page, at every match after the first `skip`."""
    replacement: str = ""
    skip: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in HANDLERS:
            raise ValueError(f"kind={self.kind!r}: choose one of {', '.join(HANDLERS)}")

    def applies(self, path: str) -> bool:
        """Return whether the fault applies to a request for this path, and count the request."""
        if not re.search(self.path, path):
            return False
        if int.from_bytes(blake2b(path.encode(), digest_size=4).digest()) >= self.share * 2**32:
            return False
        with COUNTING:
            times = self.seen.get(path, 0)
            if self.times is not None and times >= self.times:
                return False
            self.seen[path] = times + 1
        return True

    def rewritten(self, body: bytes) -> bytes:
        """Return a page with the replacements of `rewrite`."""
        matches = count()

        def replaced(match: re.Match[str]) -> str:
            return match[0] if next(matches) < self.skip else match.expand(self.replacement)

        return re.sub(self.pattern, replaced, body.decode()).encode()

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> int:
        """Send the faulty response instead of the page, and return the status sent (0 for none)."""
        return HANDLERS[self.kind](handler, self, body)


def send(handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Send a whole response in one write."""
    handler.send_response_only(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.wfile.write(b"".join(handler._headers_buffer) + b"\r\n" + body)  # type: ignore[attr-defined]
    handler._headers_buffer = []  # type: ignore[attr-defined]


HTML = {"Content-Type": "text/html; charset=utf-8"}


def _status(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    extra = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    status = fault.status or 503
    send(handler, status, {**HTML, **extra}, f"<h1>{status}</h1>".encode())
    return status


def _challenge(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    status = fault.status or 403
    page = b"<title>Just a moment...</title><h1>Checking your browser</h1>"
    send(handler, status, {**HTML, "cf-mitigated": "challenge", "cf-ray": "8b7c6d5e4f3a2b1c-BEY"}, page)
    return status


def _truncated(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, {**HTML, "Content-Length": str(len(body))}, body[: len(body) // 2])
    handler.close_connection = True
    return 200


def _charset(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, {"Content-Type": "text/html; charset=iso-8859-1"}, body)
    return 200


def _slow(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    if not fault.drip:
        time.sleep(fault.seconds)
        send(handler, 200, HTML, body)
        return 200
    size = -(-len(body) // fault.drip)
    send(handler, 200, {**HTML, "Content-Length": str(len(body))}, body[:size])
    for start in range(size, len(body), size):
        time.sleep(fault.seconds / fault.drip)
        handler.wfile.write(body[start : start + size])
    return 200


def _redirect_loop(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    # Another URL each time, so that no filter of duplicate requests ends the loop.
    path, _, count = handler.path.partition("?loop=")
    send(handler, 302, {"Location": f"{path}?loop={int(count or 0) + 1}"}, b"")
    return 302


def _redirect(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 302, {"Location": fault.location}, b"")
    return 302


def _close(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    handler.close_connection = True
    return 0


def _bomb(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(b" " * 50_000_000, 9))
    return 200


def _garbage(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, HTML, bytes(range(256)) * 40)
    return 200


def _oversized(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, HTML, body.replace(b"</main>", b"<p>" + b"word " * 3_000_000 + b"</p></main>"))
    return 200


def _nested(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, HTML, body.replace(b"<main>", b"<main>" + b"<div>" * 10_000))
    return 200


def _headline(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, HTML, re.sub(rb"(<h1[^>]*>)", rb"\1" + b"word " * 200_000, body))
    return 200


def _links(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    rows = b"".join(b'<li><a href="/news/politics/a-story-%d">A headline</a></li>' % number for number in range(30_000))
    send(handler, 200, HTML, body.replace(b"</main>", b"</main><ul class='most-read'>" + rows + b"</ul>"))
    return 200


def _control(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    """Put control characters into the text, and a lone surrogate, NaN and markup into the metadata."""
    body = body.replace(b"</p>", b"\x00\x07\x1b\xc2\x85\xe2\x80\xa8</p>")
    body = body.replace(b'"video_duration": null', b'"video_duration": NaN')
    send(handler, 200, HTML, re.sub(rb'("description": ")([^"]*)"', rb'\1<b>\2</b>\\ud800"', body))
    return 200


def _rewrite(handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> int:
    send(handler, 200, HTML, fault.rewritten(body))
    return 200


HANDLERS: Mapping[str, Callable[[BaseHTTPRequestHandler, Fault, bytes], int]] = {
    "status": _status,
    "challenge": _challenge,
    "truncated": _truncated,
    "charset": _charset,
    "slow": _slow,
    "redirect-loop": _redirect_loop,
    "redirect": _redirect,
    "close": _close,
    "bomb": _bomb,
    "garbage": _garbage,
    "oversized": _oversized,
    "nested": _nested,
    "headline": _headline,
    "links": _links,
    "control": _control,
    "rewrite": _rewrite,
}
"""Kind → the function that sends the response instead of the page; it returns the status that it sent."""
