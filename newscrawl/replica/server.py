"""The replica's web server: the response for each URL, and the list of all requests."""

import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from newscrawl.replica import controls
from newscrawl.replica.faults import HTML, Fault, send
from newscrawl.replica.hostile import ATTACKS, AWAY, EVERY, Answer, Target, Traps, attack_on, links_away
from newscrawl.replica.listings import Listing, listing_at
from newscrawl.replica.newsroom import Newsroom
from newscrawl.replica.options import ENDPOINTS, Options
from newscrawl.replica.pages import Pages
from newscrawl.replica.sitemaps import feed, robots_txt, sitemap
from newscrawl.replica.truth import truth

XML = {"Content-Type": "application/xml; charset=utf-8"}
NOT_FOUND: Answer = (404, HTML, b"<h1>Page not found</h1>")
NOTHING_THERE: Answer = (
    404,
    HTML,
    b"<title>404</title><h1>Page not found</h1><p>There is nothing at this address, and there was not.</p>",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the replica has answered. Status 0 is a connection that was closed without a response."""

    path: str
    status: int
    user_agent: str
    at: float = field(default_factory=time.monotonic)
    """When it was answered, on a monotonic clock, in seconds."""


class Replica:
    """The site on loopback. It is a context manager, and serves while the context is open."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.newsroom = Newsroom(self.options)
        self.faults: list[Fault] = []
        self.aside: dict[str, str] = {}
        """Path → HTML of further pages, which no page links to."""
        self.requests: list[Request] = []
        self._pages = Pages(self.options, self.newsroom)
        self._changing = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._traps = Traps() if self.options.hostile else None

    def __enter__(self) -> Self:
        if self._traps is not None:
            self._traps.__enter__()
        self._server = _Server(("127.0.0.1", self.options.port), _Handler)
        self._server.replica = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self._traps is not None:
            self._traps.__exit__()

    @property
    def url(self) -> str:
        """The root of the site, without a trailing slash."""
        assert self._server is not None, "the replica serves only inside its `with`"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # -- what is published --------------------------------------------------------------------------------------

    def truth(self) -> dict[str, dict[str, Any]]:
        """Return URL → what a perfect record contains, for all articles published now, newest first."""
        articles = (self.newsroom.article(number) for number in self.newsroom.numbers())
        return {self.url + article.path: truth(article, self.options, self.url) for article in articles}

    def article_urls(self) -> list[str]:
        """Return the URLs of all articles that the listings lead to, newest first."""
        return [self.url + self.newsroom.path(number) for number in self.newsroom.numbers()]

    @property
    def trapped(self) -> list[str]:
        """Host and path of each request that a hostile replica has led to another site."""
        return self._traps.asked if self._traps is not None else []

    def attacks(self) -> dict[str, str]:
        """Return URL → name of the attack of `hostile.ATTACKS`, for the articles of a hostile replica."""
        numbers = self.newsroom.numbers() if self.options.hostile else ()
        return {self.url + self.newsroom.path(number): name for number in numbers if (name := attack_on(number))}

    def add(self, count: int) -> list[str]:
        """Publish new articles; return their URLs, newest first."""
        with self._changing:
            numbers = range(self.newsroom.count, self.newsroom.count + count)
            self.newsroom.count += count
        return [self.url + self.newsroom.path(number) for number in reversed(numbers)]

    def edit(self, number: int) -> str:
        """Change title, summary and body of an article; return its URL."""
        with self._changing:
            self.newsroom.revisions[number] = self.newsroom.revisions.get(number, 0) + 1
        return self.url + self.newsroom.path(number)

    def remove(self, number: int, status: int = 404) -> str:
        """Withdraw an article; return its URL, which has the given status from now on."""
        self.newsroom.removed[number] = status
        return self.url + self.newsroom.path(number)

    def help(self) -> str:
        """Return how to change the site while it runs, and what is published now."""
        return controls.show(self)

    def requests_to(self, path: str) -> list[Request]:
        """Return the requests for one path, with its query."""
        return [seen for seen in self.requests if seen.path == path]

    # -- answers ------------------------------------------------------------------------------------------------

    def answer(self, target: str) -> Answer:
        """Return status, headers and body for a request's target."""
        answer = self._sound_answer(target)
        return answer if self._traps is None else self._hostile_answer(target, answer, self._traps)

    def _hostile_answer(self, target: str, answer: Answer, traps: Traps) -> Answer:
        """Return what a hostile site sends in place of a sound answer."""
        path = unquote(urlsplit(target).path)
        number = self.newsroom.number_at(path)
        status, headers, body = answer
        if number is not None:
            name = attack_on(number)
            return answer if name is None or status != 200 else ATTACKS[name][0](self._attacked(number, answer, traps))
        if path == "/robots.txt":
            return status, headers, body + "".join(f"\nSitemap: http://{host}/s.xml" for host in traps.hosts).encode()
        entries = [f"http://{host}/{AWAY}" for host in traps.hosts]
        if path.startswith("/sitemaps/"):
            more = "".join(f"<url><loc>{url}</loc></url>" for url in entries).encode()
            return status, headers, body.replace(b"</urlset>", more + b"</urlset>")
        if path == "/feed.rss":
            more = "".join(f"<item><link>{url}</link></item>" for url in entries).encode()
            return status, headers, body.replace(b"</channel>", more + b"</channel>")
        own = self.url.removeprefix("http://")
        return status, headers, body.replace(b"</main>", links_away(traps.hosts, own).encode() + b"</main>")

    def _attacked(self, number: int, answer: Answer, traps: Traps) -> Target:
        other = number + 1 if number + 1 < self.newsroom.count else number - 1
        one, another = self.newsroom.article(number), self.newsroom.article(other)
        return Target(
            url=self.url + one.path,
            page=answer[2].decode(),
            post_id=str(one.post_id),
            other_path=another.path,
            other_page=self._pages.article(another, self.url),
            other_id=str(another.post_id),
            trap=traps.hosts[number // EVERY % 2],
        )

    def _sound_answer(self, target: str) -> Answer:
        parts = urlsplit(target)
        path, query = unquote(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
        if (machine := self._machine(path)) is not None:
            return machine
        if path in self.aside:
            return _page(self.aside[path])
        if path == "/rss":
            return 403, {**HTML, "cf-ray": "8b7c6d5e4f3a2b1c-BEY"}, b"<h1>Forbidden</h1>"
        if path == "/":
            return _page(self._pages.home())
        if path == "/more" and (listing := listing_at(self.newsroom, query.get("of", ""))) is not None:
            return self._batch(listing, int(query.get("page", "1")))
        if (listing := listing_at(self.newsroom, path)) is not None:
            return self._listing(listing, query.get("page", "1"))
        number = self.newsroom.number_at(path)
        if number is not None:
            if number in self.newsroom.removed:
                return self.newsroom.removed[number], HTML, b"<h1>Gone</h1>"
            return _page(self._pages.article(self.newsroom.article(number), self.url))
        if self.options.kinds and path.startswith("/live/"):
            return _page(self._pages.live())
        if path.startswith(("/live", "/coverage", *self.options.disallow)):
            return _page(self._pages.other())
        return NOTHING_THERE

    def entity_tag(self, target: str) -> str | None:
        """Return the ETag of an article's page, which changes with each edit; None for other pages."""
        number = self.newsroom.number_at(unquote(urlsplit(target).path))
        return None if number is None else f'"{number}-{self.newsroom.revisions.get(number, 0)}"'

    def _machine(self, path: str) -> Answer | None:
        """Return the response for robots.txt, the feed and the sitemaps; None for other paths."""
        if path == "/robots.txt":
            return 200, {"Content-Type": "text/plain"}, robots_txt(self.options, self.url).encode()
        if path == "/feed.rss":
            return 200, XML, feed(self.newsroom, self.url).encode()
        if path.startswith("/sitemaps/"):
            text = sitemap(path, self.newsroom, self.url)
            return NOT_FOUND if text is None else (200, XML, text.encode())
        return None

    def _listing(self, listing: Listing, page: str) -> Answer:
        if not page.isdecimal() or page == "0":
            return NOT_FOUND
        if self.options.load_more in ("none", *ENDPOINTS):
            page = "1"  # such a site ignores the parameter
        text = self._pages.listing(listing, int(page), self.url)
        return _page(text) if text else NOT_FOUND

    def _batch(self, listing: Listing, page: int) -> Answer:
        """Return the response of the load-more endpoint: an HTML fragment, or JSON that has a fragment."""
        fragment, following = self._pages.batch(listing, page)
        if self.options.load_more == "button":
            return 200, HTML, fragment.encode()
        answer: dict[str, Any] = {"html": fragment, "next": following, "has_more": following is not None}
        if self.options.load_more == "json-data":
            answer = {"status": "ok", "data": {"html": fragment}, "pagination": {"next_page_url": following}}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


def _page(text: str) -> Answer:
    return 200, HTML, text.encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    replica: Replica


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    raw_requestline: bytes

    def do_GET(self) -> None:
        replica = self.server.replica
        if controls.is_control(self.path):
            send(self, *controls.answer(replica, self.command, self.path))
            return
        status, headers, body = replica.answer(self.path)
        if replica.options.validators and status == 200:
            tag = replica.entity_tag(self.path)
            if tag is not None:
                headers = {**headers, "ETag": tag}
                if self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
        faults = [fault for fault in replica.faults if fault.applies(self.path)]
        for rewrite in faults[:-1]:
            body = rewrite.rewritten(body) if rewrite.kind == "rewrite" else body
        fault = next((each for each in faults if each.kind != "rewrite"), faults[-1] if faults else None)
        agent = self.headers.get("User-Agent", "")
        if fault is not None:
            replica.requests.append(Request(self.path, fault.answer(self, body), agent))
        else:
            # Recorded before the response is sent, so that a client that has the response finds its request here.
            replica.requests.append(Request(self.path, status, agent))
            send(self, status, headers, body)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > controls.LONGEST_FORM:
            self.close_connection = True
            send(self, 413, controls.TEXT, b"The form is too long.\n")
            return
        form = self.rfile.read(int(length)).decode(errors="replace")
        send(self, *controls.answer(self.server.replica, self.command, self.path, form))

    def parse_request(self) -> bool:
        # The standard library reads some bytes of unencoded letters in a URL as spaces.
        line = self.raw_requestline
        self.raw_requestline = re.sub(rb"[\x80-\xff]", lambda letter: b"%%%02X" % letter[0][0], line)
        return super().parse_request()

    def log_message(self, *_: object) -> None:
        """Log nothing: `Replica.requests` has the requests."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the crawler hung up, as a killed one does
