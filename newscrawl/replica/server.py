"""The replica's web server: pages made on demand, every request remembered."""

import json
import re
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, islice
from random import Random
from typing import Any, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

from jinja2 import Environment, PackageLoader

from newscrawl.replica.faults import HTML, Fault, send
from newscrawl.replica.newsroom import (
    AND,
    REGIONS,
    Card,
    Newsroom,
    Part,
    Story,
    short_date,
    shown_date,
    truth,
    with_offset,
    without_zone,
)
from newscrawl.replica.options import ENDPOINTS, Options
from newscrawl.replica.prose import sentence

WORDS = {
    "en": {
        "breaking": "BREAKING", "by": "By", "source": "Source", "shares": "Shares", "minutes": "Min Read",
        "listen": "Listen",
        "related": "Related News", "read_more": "Read more", "most_read": "Most Read", "coverage": "Coverage",
        "read_next": "Read Next",
        "more": "Load more", "subscribe": "Leave an address to be sent nothing at all.",
        "rights": "All rights reserved.",
        "about": "This is an invented copy of a news site, made to be crawled by a program; nothing in it is true.",
    },
    "ar": {
        "breaking": "عاجل", "by": "بقلم:", "source": "المصدر", "shares": "مشاركة", "minutes": "دقائق قراءة",
        "listen": "استمع",
        "related": "أخبار ذات صلة", "read_more": "اقرأ أيضاً", "most_read": "الأكثر قراءة", "coverage": "تغطية",
        "read_next": "اقرأ التالي",
        "more": "تحميل المزيد", "subscribe": "اترك عنواناً كي لا يصلك شيء.",
        "rights": "جميع الحقوق محفوظة.",
        "about": "هذه نسخة مخترعة من موقع إخباري صنعت كي يزورها برنامج تحت الاختبار، ولا شيء فيها صحيح.",
    },
    "es": {
        "breaking": "ÚLTIMA HORA", "by": "Autor:", "source": "Fuente", "shares": "Compartidos",
        "minutes": "min de lectura", "listen": "Escuchar",
        "related": "Noticias relacionadas", "read_more": "Lea también", "most_read": "Más leídas",
        "coverage": "Cobertura",
        "read_next": "Lea a continuación",
        "more": "Cargar más", "subscribe": "Deje una dirección para no recibir nada.",
        "rights": "Derechos reservados.",
        "about": "Esta es una copia inventada de un sitio de noticias, hecha para un programa; nada es verdad.",
    },
}  # fmt: skip


BOX = '<div class="d-flex align-items-center grid-item"><span class="icon icon-dot"></span></div>\n'
CODE = 'window.parts = (window.parts || []).concat([{"slot": "in-page", "size": [300, 250], "lazy": true}]);\n'
FILLERS = {"boxes": BOX, "code": CODE}


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the replica has answered; status 0 is a connection closed without an answer."""

    path: str
    status: int
    user_agent: str
    at: float = field(default_factory=time.monotonic)
    """When it was answered, on a monotonic clock, in seconds."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every page shows."""

    edition: str
    parts: tuple[Part, ...]
    regions: tuple[tuple[str, str], ...]
    words: dict[str, str]
    disallow: tuple[str, ...]


class Replica:
    """The site on loopback, from entering the context until leaving it."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self.newsroom = Newsroom(self.options)
        self.faults: list[Fault] = []
        self.aside: dict[str, str] = {}
        """Path → HTML of further pages, which nothing links to."""
        self.requests: list[Request] = []
        edition = self.options.edition
        self.site = Site(edition, self.newsroom.parts, REGIONS[edition], WORDS[edition], self.options.disallow)
        self.templates = Environment(
            loader=PackageLoader("newscrawl.replica"), autoescape=True, trim_blocks=False, auto_reload=False
        )
        self.templates.globals["site"] = self.site
        self.templates.globals["shown"] = self._shown
        self._pages = {
            name: self.templates.get_template(f"{name}.html") for name in ("article", "cards", "listing", "live")
        }
        self._fetches = count()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
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

    @property
    def url(self) -> str:
        """The root of the site, without a trailing slash."""
        assert self._server is not None, "the replica stands only inside its `with`"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # -- what stands on the site --------------------------------------------------------------------------------

    def truth(self) -> dict[str, dict[str, Any]]:
        """Return address → what a perfect record holds, of all stories that stand on the site now, newest first."""
        stories = (self.newsroom.story(number) for number in self.newsroom.numbers())
        return {self.url + story.path: truth(story, self.options, self.url) for story in stories}

    def article_urls(self) -> list[str]:
        """Return the addresses of all stories that the listings lead to, newest first."""
        return [self.url + self.newsroom.path(number) for number in self.newsroom.numbers()]

    def add(self, count: int) -> list[str]:
        """Publish new stories; return their addresses, newest first."""
        numbers = range(self.newsroom.count, self.newsroom.count + count)
        self.newsroom.count += count
        return [self.url + self.newsroom.path(number) for number in reversed(numbers)]

    def edit(self, number: int) -> str:
        """Change title, summary and body of a story; return its address."""
        self.newsroom.revisions[number] = self.newsroom.revisions.get(number, 0) + 1
        return self.url + self.newsroom.path(number)

    def remove(self, number: int, status: int = 404) -> str:
        """Take a story off the site; return its address, which answers `status` from now on."""
        self.newsroom.removed[number] = status
        return self.url + self.newsroom.path(number)

    def requests_to(self, path: str) -> list[Request]:
        """Return the requests to one path, query included."""
        return [seen for seen in self.requests if seen.path == path]

    # -- answers ------------------------------------------------------------------------------------------------

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a request's target."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
        if path in ("/robots.txt", "/feed.rss", "/sitemaps/all.xml") or path.startswith("/sitemaps/"):
            return self._machine(path)
        if path in self.aside:
            return self._page(self.aside[path])
        if path == "/rss":
            return 403, {**HTML, "cf-ray": "8b7c6d5e4f3a2b1c-BEY"}, b"<h1>Forbidden</h1>"
        if path == "/":
            return self._page(self._listing_page("/", "Al Mayadeen", self.newsroom.numbers()[:8], 1, way="none"))
        if path == "/more":
            listed = self._listed(query.get("of", ""))
            if listed is not None:
                return self._batch(*listed, int(query.get("page", "1")))
        listed = self._listed(path)
        if listed is not None:
            return self._listing(*listed, query.get("page", "1"))
        number = self.newsroom.number_at(path)
        if number is not None:
            if number in self.newsroom.removed:
                return self.newsroom.removed[number], HTML, b"<h1>Gone</h1>"
            return self._page(self._article(self.newsroom.story(number)))
        if self.options.kinds and path.startswith("/live/"):
            return self._page(self._pages["live"].render(ticker=self._ticker()))
        if path.startswith(("/live", "/coverage", *self.options.disallow)):
            return self._page(self._pages["listing"].render(label="Other", stories=[], ticker=self._ticker()))
        return (
            404,
            HTML,
            b"<title>404</title><h1>Page not found</h1><p>There is nothing at this address, and there was not.</p>",
        )

    def entity_tag(self, target: str) -> str | None:
        """Return the ETag of an article's page, which an edit changes; None for other pages."""
        number = self.newsroom.number_at(unquote(urlsplit(target).path))
        return None if number is None else f'"{number}-{self.newsroom.revisions.get(number, 0)}"'

    def _page(self, text: str) -> tuple[int, dict[str, str], bytes]:
        return 200, HTML, text.encode()

    def _listed(self, path: str) -> tuple[str, str, Iterable[int]] | None:
        """Return path, label and numbers of a listing, or None."""
        for part in self.site.parts:
            if path == part.path:
                return path, part.label, self.newsroom.numbers(part)
        for at, (region, label) in enumerate(self.site.regions):
            if path == region:
                return path, label, self.newsroom.numbers_of_region(at)
        if path.startswith("/coverage/"):
            return path, self.site.words["coverage"], self.newsroom.numbers_of_region(0)
        if path.startswith("/tags/"):
            tag = path.removeprefix("/tags/")
            return path, tag, self.newsroom.numbers_of_tag(tag)
        if path.startswith("/authors/"):
            author = path.rpartition("/")[2].replace("-", " ")
            return path, author, self.newsroom.numbers_by_author(author)
        return None

    def _listing(self, path: str, label: str, numbers: Iterable[int], page: str) -> tuple[int, dict[str, str], bytes]:
        way = self.options.load_more
        if not page.isdecimal() or page == "0":
            return 404, HTML, b"<h1>Page not found</h1>"
        if page != "1" and way in ("none", *ENDPOINTS):
            page = "1"  # a parameter that such a site does not know
        text = self._listing_page(path, label, numbers, int(page))
        if not text:
            return 404, HTML, b"<h1>Page not found</h1>"
        return self._page(text)

    def _listing_page(self, path: str, label: str, numbers: Iterable[int], page: int, way: str = "") -> str:
        way = way or self.options.load_more
        stories, following = self._batch_of(path, numbers, page)
        if not stories and page > 1 and way == "page-404":
            return ""
        return self._pages["listing"].render(
            label=label,
            stories=stories,
            following=following if way != "none" else None,
            way=way,
            ticker=self._ticker(),
            noise=self._cards(self.newsroom.numbers()[:5]) if self.options.noise else [],
            live="/live/the-vote-as-it-happens" if self.options.kinds else "",
        )

    def _batch(self, path: str, label: str, numbers: Iterable[int], page: int) -> tuple[int, dict[str, str], bytes]:
        """Return the answer of the load-more endpoint: a fragment, or JSON with a fragment in it."""
        stories, following = self._batch_of(path, numbers, page)
        fragment = self._pages["cards"].render(
            stories=stories, following=following if self.options.load_more == "button" else None, way="button"
        )
        if self.options.load_more == "button":
            return 200, HTML, fragment.encode()
        answer: dict[str, Any] = {"html": fragment, "next": following, "has_more": following is not None}
        if self.options.load_more == "json-data":
            answer = {"status": "ok", "data": {"html": fragment}, "pagination": {"next_page_url": following}}
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def _batch_of(self, path: str, numbers: Iterable[int], page: int) -> tuple[list[Card], str | None]:
        """Return the stories of a batch, and the address of the next, or None after the last."""
        size = self.options.batch_size
        if self.options.endless:
            numbers = list(numbers)
            last = max(1, -(-len(numbers) // size))
            page_shown = min(page, last) if self.options.endless == "repeat" else (page - 1) % last + 1
        else:
            page_shown = page
        start, end = (page_shown - 1) * size, page_shown * size + 1
        wanted = list(numbers[start:end] if isinstance(numbers, Sequence) else islice(numbers, start, end))
        stories = self._cards(wanted[:size])
        following = None
        if len(wanted) > size or self.options.endless:
            quoted = quote(path)
            following = (
                f"/more?of={quoted}&page={page + 1}"
                if self.options.load_more in ENDPOINTS
                else f"{quoted}?page={page + 1}"
            )
        return stories, following

    def _cards(self, numbers: Iterable[int]) -> list[Card]:
        return [self.newsroom.card(number) for number in numbers]

    def _shown(self, moment: datetime) -> str:
        if self.options.short_dates:
            return short_date(moment, self.options.edition, datetime.now(UTC))
        return shown_date(moment, self.options.edition)

    def _ticker(self) -> list[str]:
        # One line is new at every fetch and the oldest goes, so that no two copies of a page are the same.
        newest = next(self._fetches)
        return [
            sentence(Random((self.options.seed << 32) + line), self.options.edition)
            for line in range(newest + 10, newest, -1)
        ]

    def _article(self, story: Story) -> str:
        markup = self.options.markup
        stated = markup in ("full", "malformed", "unknown", "nested-br")
        page = self._pages["article"].render(
            story=story,
            markup=markup,
            author=AND[self.options.edition].join(story.authors),
            published_meta=without_zone(story.published),
            modified_meta=without_zone(story.modified or story.published),
            tawsiyat=self._tawsiyat(story) if stated else None,
            json_ld=self._json_ld(story) if stated else None,
            ticker=self._ticker(),
            others=self._cards(self.newsroom.numbers()[:3]),
        )
        missing = self.options.padding_bytes - len(page.encode()) if self.options.padding_bytes else 0
        if missing <= 0:
            return page
        piece = FILLERS[self.options.padding]
        filler = piece * (missing // len(piece))
        return page.replace("</main>", (f"<script>{filler}</script>" if piece == CODE else filler) + "</main>", 1)

    def _tawsiyat(self, story: Story) -> str:
        value = {
            "type": "article",
            "postid": story.post_id,
            "title": story.title,
            "url": self.url + story.path,
            "keywords": ",".join(story.keywords),
            "thumbnail": self.url + story.picture.src if story.picture else "",
            "video_duration": str(story.seconds) if story.seconds else None,
            "word_count": str(sum(len(piece.text.split()) for block in story.blocks for piece in block.pieces)),
            "lang": self.options.edition,
            "published_time": with_offset(story.published),
            "last_updated": with_offset(story.modified or story.published),
            "description": story.summary,
            "author": AND[self.options.edition].join(story.authors),
            "classes": [
                {"key": "class1", "mapping": "posttype", "value": story.part.kind},
                {"key": "class2", "mapping": "country", "value": f" {story.country}"},
                {"key": "class3", "mapping": "author", "value": AND[self.options.edition].join(story.authors)},
            ],
            "html": "",
            "lite_url": "",
        }
        text = json.dumps(value, ensure_ascii=False, indent=1).replace("</", "<\\/")
        if self.options.markup == "malformed":
            broken = (
                "\ufeff" + text,
                text[:-2].rstrip() + ",\n}",
                escape(text),
                text.replace("null", "NaN"),
            )
            text = broken[story.number % len(broken)]
        return text

    def _json_ld(self, story: Story) -> str:
        authors = [{"@type": "Person", "name": name} for name in story.authors]
        value: Any = {
            "@context": "https://schema.org",
            "@type": "Article",
            "url": self.url + story.path,
            "headline": story.title,
            "description": story.summary,
            "keywords": ",".join(story.keywords),
            "author": authors[0] if len(authors) == 1 else authors,
            "datePublished": with_offset(story.published),
            "dateModified": with_offset(story.modified or story.published),
            "inLanguage": self.options.edition,
        }
        if story.film:
            film = {"@type": "VideoObject", "name": story.title, "contentUrl": self.url + story.film}
            value["video"] = {**film, "duration": f"PT{story.seconds}S"}
        if self.options.markup == "malformed":
            crumbs = {"@type": "BreadcrumbList", "name": "Al Mayadeen", "itemListElement": []}
            value["datePublished"] = "0001-01-01T00:00:00"
            value = ([crumbs, value], {"@context": "https://schema.org", "@graph": [crumbs, value]})[story.number % 2]
        return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")

    # -- for machines -------------------------------------------------------------------------------------------

    def _machine(self, path: str) -> tuple[int, dict[str, str], bytes]:
        xml = {"Content-Type": "application/xml; charset=utf-8"}
        if path == "/robots.txt":
            lines = ["User-agent: *", *(f"Disallow: {each}" for each in self.options.disallow)]
            if self.options.crawl_delay is not None:
                lines.append(f"Crawl-delay: {self.options.crawl_delay:g}")
            lines.append(f"Sitemap: {self.url}/sitemaps/all.xml")
            return 200, {"Content-Type": "text/plain"}, "\n".join(lines).encode()
        if path == "/feed.rss":
            items = "".join(
                f"<item><title>{escape(story.title)}</title><link>{self.url}{story.path}</link>"
                f"<pubDate>{story.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
                for story in self._cards(self.newsroom.numbers()[:20])
            )
            return 200, xml, f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        if path == "/sitemaps/all.xml":
            rows = "".join(
                f"<sitemap><loc>{self.url}/sitemaps/all/sitemap-{month}.xml</loc></sitemap>" for month in self._months()
            )
            return 200, xml, f'<?xml version="1.0"?><sitemapindex {space}>{rows}</sitemapindex>'.encode()
        months = self._months()
        month = path.removeprefix("/sitemaps/all/sitemap-").removesuffix(".xml")
        if month not in months:
            return 404, HTML, b"<h1>Page not found</h1>"
        rows = "".join(
            f"<url><loc>{self.url}{self.newsroom.path(number)}</loc></url>"
            for number in self.newsroom.numbers_between(*months[month])
        )
        return 200, xml, f'<?xml version="1.0"?><urlset {space}>{rows}</urlset>'.encode()

    def _months(self) -> dict[str, tuple[datetime, datetime]]:
        """Return the months that have a sitemap, newest first, and the time from which until before which each is."""
        months = {}
        if self.newsroom.count:
            moment = self.newsroom.published(self.newsroom.count - 1)
            oldest = self.newsroom.published(0)
            while moment >= oldest:
                start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
                end = (start + timedelta(days=31)).replace(day=1)
                lacking = timedelta(days=0 if self.options.last_days else 1)
                months[f"{start.year}-{start.month}"] = (start, end - lacking)
                moment = start - timedelta(seconds=1)
        return months


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
        status, headers, body = replica.answer(self.path)
        if replica.options.validators and status == 200:
            tag = replica.entity_tag(self.path)
            if tag is not None:
                headers = {**headers, "ETag": tag}
                if self.headers.get("If-None-Match") == tag:
                    status, body = 304, b""
        faults = [fault for fault in replica.faults if fault.befalls(self.path)]
        for rewrite in faults[:-1]:
            body = rewrite.rewritten(body) if rewrite.kind == "rewrite" else body
        fault = next((each for each in faults if each.kind != "rewrite"), faults[-1] if faults else None)
        agent = self.headers.get("User-Agent", "")
        if fault is not None:
            replica.requests.append(Request(self.path, fault.answer(self, body), agent))
        else:
            # Before the answer, so that whoever has it finds the request here.
            replica.requests.append(Request(self.path, status, agent))
            send(self, status, headers, body)

    def parse_request(self) -> bool:
        # Raw letters of an address hold bytes that the standard library takes for spaces.
        line = self.raw_requestline
        self.raw_requestline = re.sub(rb"[\x80-\xff]", lambda letter: b"%%%02X" % letter[0][0], line)
        return super().parse_request()

    def log_message(self, *_: object) -> None:
        """Say nothing: `Replica.requests` remembers."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True  # the crawler hung up, as a killed one does
