"""The hostile replica: pages that lead away, claim what is another's, cost time and memory, or write to a terminal."""

import gzip
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

EVERY = 10
"""One article in this many has a hostile page."""
Answer = tuple[int, Mapping[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=utf-8"}
AWAY = "news/politics/an-article-of-another-site"
TERMINAL = "\x1b[2J\x1b]0;owned\x07\u202e[/bold][link=http://x]"
"""What clears a terminal, renames its window, turns its text round, and is markup of a library for tables."""


class Traps:
    """Two other sites on loopback. What is asked of them is recorded: nothing should be."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(f"{self.headers.get('Host')}{self.path}")
                self.send_error(404)

            do_POST = do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
        self.threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            for server in self.servers
        ]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for server, thread in zip(self.servers, self.threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()

    @property
    def hosts(self) -> list[str]:
        """Host and port of each."""
        return [f"127.0.0.1:{server.server_address[1]}" for server in self.servers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An article whose page is replaced by a hostile one."""

    url: str
    page: str
    """The page that a sound site would send."""
    post_id: str
    other_path: str
    """The path of a sound article."""
    other_page: str
    other_id: str
    trap: str
    """Host and port of another site."""


def _redirect(location: str) -> Callable[[Target], Answer]:
    def answer(target: Target) -> Answer:
        own = target.url.partition("://")[2].partition("/")[0]
        return 302, {"Location": location.format(trap=target.trap, own=own, path=AWAY)}, b""

    return answer


def _page(change: Callable[[Target], str]) -> Callable[[Target], Answer]:
    return lambda target: (200, HTML, change(target).encode("utf-8", "surrogatepass"))


def _in_head(text: str) -> Callable[[Target], Answer]:
    return _page(lambda target: target.page.replace("<head>", "<head>" + text.format(trap=target.trap, path=AWAY), 1))


def _below(text: Callable[[], str]) -> Callable[[Target], Answer]:
    """Return an answer with more at the end of the page."""
    return _page(lambda target: target.page.replace("</main>", f"</main>{text()}", 1))


def _above(text: Callable[[], str]) -> Callable[[Target], Answer]:
    """Return an answer with more before the headline."""
    return _page(lambda target: target.page.replace("<main>", f"<main>{text()}", 1))


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(b" " * 50_000_000, 9)


def _anonymous(target: Target) -> str:
    """Return another article's page without the URL of any."""
    return target.other_page.replace(target.other_path, "/")


ATTACKS: Mapping[str, tuple[Callable[[Target], Answer], str | None]] = {
    # Name → what answers, and the name under which the article is counted; None where its record is exported.
    "redirect": (_redirect("http://{trap}/{path}"), "off_site"),
    "redirect without scheme": (_redirect("//{trap}/{path}"), "off_site"),
    "redirect with three slashes": (_redirect("///{trap}/{path}"), "off_site"),
    "redirect with backslashes": (_redirect("\\\\{trap}\\{path}"), "off_site"),
    "redirect with a user": (_redirect("http://{own}@{trap}/{path}"), "off_site"),
    "redirect to a subdomain": (_redirect("http://evil.localhost/{path}"), "off_site"),
    "refresh": (_in_head('<meta http-equiv="refresh" content="0; url=http://{trap}/{path}">'), "off_site"),
    "refresh in capitals": (_in_head("<META HTTP-EQUIV=Refresh CONTENT='0;URL=//{trap}/{path}'>"), "off_site"),
    "base": (_in_head('<base href="http://{trap}/">'), None),
    "canonical": (_in_head('<link rel="canonical" href="http://{trap}/{path}">'), None),
    "claimed id": (_page(lambda target: target.page.replace(target.post_id, target.other_id)), "claimed_id"),
    "another page": (_page(lambda target: target.other_page), "other_article"),
    "another page without its URL": (_page(_anonymous), "other_article"),
    "terminal": (_page(lambda target: target.page.replace("<h1>", f"<h1>{TERMINAL}")), None),
    "nested boxes": (_above(lambda: '<div class="breaking share"><p>a</p>' * 3_000), None),
    "many boxes": (_below(lambda: '<div class="Trending"><a href="/news/a/b-c">x</a></div>' * 5_000), None),
    "digits": (_above(lambda: f"<div>Source:</div><div>{'0' * 40_000}</div>"), None),
    "broken metadata": (
        _in_head('<script type="application/ld+json">{{"a" x "' + '\\"' * 100_000 + "</script>"),
        None,
    ),
    "pictures": (_below(lambda: "".join(f'<img src="/{n}.jpg" alt="Caption {n}">' for n in range(4_000))), None),
    "depth": (_below(lambda: "<div>" * 20_000), None),
    "bomb": (lambda target: (200, {**HTML, "Content-Encoding": "gzip"}, _bomb()), "too_large"),
}


def attack_on(number: int) -> str | None:
    """Return the name of the attack in the place of an article, or None for a sound one."""
    return list(ATTACKS)[number // EVERY % len(ATTACKS)] if number % EVERY == EVERY // 2 else None


def links_away(traps: list[str], own: str) -> str:
    """Return HTML for listings: links, buttons and forms that lead to other sites, in many spellings."""
    first, second = traps
    spellings = (
        f"http://{first}/{AWAY}-1", f"//{second}/{AWAY}-2", f"///{first}/{AWAY}-3", f"\\\\{second}\\{AWAY}-4",
        f"http:\\\\{first}/{AWAY}-5", f"http://{own}@{second}/{AWAY}-6", f"HTTP://{first}/{AWAY}-7",
        f"http://{own}.evil.localhost/{AWAY}-8", f"http:////{second}/{AWAY}-9", f"/\\{first}/{AWAY}-10",
    )  # fmt: skip
    links = "".join(f'<article><h3><a href="{url}">An article of another site</a></h3></article>' for url in spellings)
    return (
        f'<section class="latest">{links}</section>'
        f'<form action="http://{first}/more" method="get"><button data-url="http://{second}/more?page=2">Load more'
        f'</button></form><div data-next="//{first}/news/politics?page=2" data-load-more="http://{second}/more"></div>'
    )
