"""Stand-ins for other web archives, on loopback: an index and replay as the Wayback Machine has them, and the index and
the files of Common Crawl.
"""

import base64
import hashlib
import io
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One capture."""

    url: str
    timestamp: str
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    status: str = "200 OK"

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def key(self) -> str:
        """What an index is sorted by: host and path."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}){parts.path}?{parts.query}"


class StandIn:
    """A server that keeps what it was asked for; a context manager."""

    def __init__(self, pages: Iterable[Page] = (), *, rows: int = 20) -> None:
        self.pages = sorted(pages, key=lambda page: (page.key, page.timestamp))
        self.rows = rows
        """Captures in one answer of the index."""
        self.asked: list[str] = []
        """Path and query of each request."""
        self.robots = "User-agent: *\nAllow: /\n"
        self.faults: list[tuple[str, Answer]] = []
        """(pattern, answer): what is answered in place of the truth."""
        self.forgets: set[str] = set()
        """Timestamps of captures that the index names, and in whose place the next one is replayed."""
        self.files: dict[str, bytes] = {}
        self.indexes: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def captures_asked(self) -> list[str]:
        return [path for path in self.asked if "id_/" in path or path.startswith("/crawl-data/")]

    def answer(self, target: str, span: str | None) -> Answer:
        """Return status, headers and body for a request's path and query, and its range."""
        for pattern, answer in self.faults:
            if re.search(pattern, target):
                return answer
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        if parts.path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, self.robots.encode()
        if parts.path == "/cdx/search/cdx":
            return self._cdx(query)
        if match := re.match(r"/web/(\d{14})id_/(.*)", target):
            return self._replay(match[1], match[2])
        if parts.path == "/collinfo.json":
            crawls = [
                {"id": name, "cdx-api": f"{self.url}/{name}-index"} for name in sorted(self.indexes, reverse=True)
            ]
            return _json(crawls)
        if parts.path.removesuffix("-index")[1:] in self.indexes:
            return self._crawl(self.indexes[parts.path.removesuffix("-index")[1:]], query)
        if parts.path in self.files and span is not None:
            first, last = map(int, span.removeprefix("bytes=").split("-"))
            part = self.files[parts.path][first : last + 1]
            size = len(self.files[parts.path])
            return 206, {"Content-Range": f"bytes {first}-{last}/{size}"}, part
        return 404, {}, b"not here"

    # -- as the Wayback Machine -----------------------------------------------------------------------------------

    def _cdx(self, query: dict[str, list[str]]) -> Answer:
        assert query["output"] == ["json"], query
        assert query["filter"] == ["statuscode:200", "mimetype:text/html"], query
        host = query["url"][0].removesuffix("/*")
        names = {"timestamp": "timestamp", "original": "url", "digest": "digest"}
        rows: list[Page] = []
        for page in self.pages:
            is_same = bool(rows) and query.get("collapse") == ["digest"] and rows[-1].digest == page.digest
            is_late = page.timestamp >= query.get("from", [""])[0]
            if urlsplit(page.url).netloc == host and page.status == "200 OK" and not is_same and is_late:
                rows.append(page)
        start = int(query.get("resumeKey", ["0 0"])[0].split()[1])
        end = start + min(self.rows, int(query["limit"][0]))
        fields = query["fl"][0].split(",")
        answer: list[Any] = [fields, *([getattr(page, names[name]) for name in fields] for page in rows[start:end])]
        if end < len(rows):
            answer += [[], [f"key {end}"]]
        return _json(answer if rows else [])

    def _replay(self, timestamp: str, url: str) -> Answer:
        there = [page for page in self.pages if page.url == url and page.timestamp not in self.forgets]
        page = next((page for page in there if page.timestamp >= timestamp), None)
        if page is None:
            return 404, {}, b"no capture"
        if page.timestamp != timestamp:
            return 302, {"Location": f"{self.url}/web/{page.timestamp}id_/{url}"}, b""
        return 200, page.headers, page.body

    # -- as Common Crawl ------------------------------------------------------------------------------------------

    def add_crawl(self, name: str, pages: Iterable[Page]) -> None:
        """Add a crawl with the captures of some pages, in one file."""
        file, path = io.BytesIO(), f"/crawl-data/{name}.warc.gz"
        writer = WARCWriter(file, gzip=True)
        rows = []
        for page in sorted(pages, key=lambda page: (page.key, page.timestamp)):
            offset = file.tell()
            stamp = re.sub(r"(....)(..)(..)(..)(..)(..)", r"\1-\2-\3T\4:\5:\6Z", page.timestamp)
            writer.write_record(
                writer.create_warc_record(
                    page.url, "response", payload=io.BytesIO(page.body), length=len(page.body),
                    warc_headers_dict={"WARC-Date": stamp},
                    http_headers=StatusAndHeaders(page.status, list(page.headers.items()), protocol="HTTP/1.1"),
                )
            )  # fmt: skip
            rows.append({
                "urlkey": page.key, "timestamp": page.timestamp, "url": page.url, "mime": "text/html",
                "status": page.status[:3], "digest": page.digest, "length": str(file.tell() - offset),
                "offset": str(offset), "filename": path[1:],
            })  # fmt: skip
        self.files[path] = file.getvalue()
        self.indexes[name] = rows

    def _crawl(self, rows: list[dict[str, Any]], query: dict[str, list[str]]) -> Answer:
        assert query["filter"] == ["=status:200"], query
        host = query["url"][0].removesuffix("/*")
        rows = [row for row in rows if urlsplit(row["url"]).netloc == host and row["status"] == "200"]
        pages = defaultdict(list)
        for number, row in enumerate(rows):
            pages[number // self.rows].append(row)
        if "showNumPages" in query:
            return _json({"pages": len(pages), "pageSize": 1, "blocks": len(pages)})
        found = pages.get(int(query["page"][0]))
        if not found:
            return 404, {"Content-Type": "application/json"}, b'{"message": "No Captures found for: x"}'
        fields = query["fl"][0].split(",")
        lines = (json.dumps({name: row[name] for name in fields}) for row in found)
        return 200, {"Content-Type": "text/x-ndjson"}, "\n".join(lines).encode()


def _json(value: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers as the stand-in does; a client that is killed closes its connection."""

        protocol_version = "HTTP/1.1"
        log_message: Callable[..., None] = lambda *_: None

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

        def do_GET(self) -> None:
            if self.path != "/robots.txt":
                stand_in.asked.append(self.path)
            status, headers, body = stand_in.answer(self.path, self.headers.get("Range"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
