"""The spider of `scrapy doctor`: a few pages of each kind, one after the other, and what each is made of."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url, month_of, other_page
from newscrawl.almayadeen.kinds import LIVE
from newscrawl.dates import format_utc
from newscrawl.errors import NO_ANSWER, REFUSALS_AND_LIMITS, STOPPED, EmptyListingError, NewscrawlError, PageError
from newscrawl.escaping import file_name
from newscrawl.middlewares.refusals import LeftSiteError
from newscrawl.monitoring.accounting import fault_name
from newscrawl.monitoring.audit import last_day
from newscrawl.monitoring.doctor_findings import MAX_REQUESTS, REFUSED, UNREACHABLE
from newscrawl.pages import Page, next_by_parameter, parse_feed, parse_sitemap, read_listing
from newscrawl.pages.examine import examine_article, examine_listing, examine_menu
from newscrawl.spiders.failures import failure_name
from newscrawl.spiders.mayadeen import MayadeenSpider

RESERVED_REQUESTS = 12
"""Requests that are kept for what comes after the listings: articles, a tag, sitemaps, feeds."""
MAX_ARTICLES = 7
MAX_LISTED = 50_000
"""URLs of a sitemap that are looked at: the most that the standard allows."""
NO_LISTING: Mapping[str, Any] = {"other_links": {}, "tracked_links": 0, "headlines": 0, "articles": [], "following": []}
"""What is found of a listing that cannot be looked at."""
T = TypeVar("T")
OTHER_KINDS = ("video", "gallery", "infograph", "episode", "opinion")


class DoctorSpider(MayadeenSpider):
    """Notes in `found` what the site is made of; `monitoring/doctor_findings.py` says what that means."""

    name = "doctor"

    def __init__(self, *, most: int = MAX_REQUESTS, folder: Path | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.most = most
        """Most requests."""
        self.folder = folder
        """Where the pages are saved; None for nowhere."""
        self.asked = 0
        self.found: dict[str, Any] = {
            "site": self.root,
            "most": most,
            "edition": self.edition.code,
            "robots": {"sitemaps": []},
            "menu": {"sections": {}, "regions": {}, "learnt": {}, "unusual": []},
            "articles": [],
            "failures": {},
        }
        self.saved: list[Path] = []

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Examine the site; nothing is left to crawl then."""
        await self.examine()
        nothing: tuple[scrapy.Request, ...] = ()
        for request in nothing:
            yield request

    async def fetch(self, url: str, save_as: str = "", kind: str = "article") -> Response | None:
        """Return the answer to a request, or None and the name of the failure in `found`; the page is saved."""
        if self.asked >= self.most or self.found.get("stopped"):
            return None
        self.asked += 1
        try:
            response: Response = await self.crawler.engine.download_async(scrapy.Request(url, dont_filter=True))
        except Exception as error:  # noqa: BLE001 - whatever went wrong is named, and the examination goes on
            name = failure_name(Failure(error))  # type: ignore[no-untyped-call]
            self.found["failures"][url] = name
            if name == STOPPED:
                self.stop(STOPPED, f"after {self.asked} requests")
            elif name in REFUSALS_AND_LIMITS:
                self.stop(REFUSED, f"{url}: {error}")
            elif self.asked == 1 and (name in NO_ANSWER or isinstance(error, LeftSiteError)):
                self.stop(UNREACHABLE, f"{url}: {error}")
            return None
        if response.status >= 400:
            self.found["failures"][url] = f"status {response.status}"
            if response.status in (401, 403, 451, 429) and self.asked == 1:
                self.stop(REFUSED, f"{url}: status {response.status}")
            return None
        if save_as and self.folder is not None:
            self.save(response, save_as, kind)
        return response

    def stop(self, why: str, by: str) -> None:
        """Ask for nothing more."""
        self.found |= {"stopped": why, "stopped_by": by}

    def save(self, response: Response, name: str, kind: str) -> None:
        """Write a page with its URL and time before it, ready for `scrapy fixture`."""
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{file_name(name, {each.stem.lower() for each in self.saved})}.html"
        when = f" downloaded {format_utc(datetime.now(UTC))}" if kind == "article" else ""
        path.write_bytes(f"<!-- {kind} {response.url}{when} -->\n".encode() + response.body)
        self.saved.append(path)

    async def examine(self) -> None:
        """Look at each part of the site in turn."""
        home = await self.fetch(f"{self.root}/", "home", "listing")
        if self.found.get("stopped"):
            return
        self.found["robots"] = {
            "sitemaps": self.sitemaps_of_robots,
            "crawl_delay": self.crawler.stats.get_value("newscrawl/politeness/crawl_delay"),
            "status": [
                name.rpartition("/")[2]
                for name in self.crawler.stats.get_stats()
                if name.startswith("robotstxt/response_status_count/")
            ],
        }
        menu = self.found["menu"]
        if home is not None:
            menu = self.look(home.url, examine_menu, self.page_of(home)) or menu
            self.learn_paths(menu["learnt"])
            self.found["home"] = self.listing(home)
        self.found["menu"] = menu
        articles = list(self.found.get("home", {}).get("articles", []))
        articles += await self.examine_listings(menu)
        await self.examine_articles(menu, articles)
        await self.examine_tag()
        await self.examine_sitemap()
        await self.examine_feeds()

    def listing(self, response: Response) -> dict[str, Any]:
        found = self.look(response.url, examine_listing, self.page_of(response))
        return found or {**NO_LISTING, "url": response.url}

    def look(self, url: str, reader: Callable[..., T], *given: Any) -> T | None:
        """Return what a reader finds, or None and the name of the failure in `found`: one page ends no examination."""
        try:
            return self.read(reader, *given)
        except Exception as error:  # noqa: BLE001 - named, and counted as a fault if it has no name of its own
            if isinstance(error, NewscrawlError):
                self.found["failures"][url] = error.reason if isinstance(error, PageError) else error.name
            else:
                self.found["failures"][url] = name = fault_name(error, error.__traceback__)
                self.accounts.fault(name)
            return None

    async def examine_listings(self, menu: dict[str, Any]) -> list[str]:
        """Read one section after the other until a second batch is seen; return the articles that they show."""
        sections = list(menu["sections"].values()) or [f"{self.root}{path}" for path in self.edition.sections.values()]
        # A section of news has more than one batch, where others may not.
        sections.sort(key=lambda url: "politics" not in url)
        articles: list[str] = []
        looked_at = self.found["listings"] = []
        lengths: list[int] = []
        self.found |= {"sections": len(sections), "batch_lengths": lengths}
        for number, url in enumerate(sections, 1):
            if number > 1 and self.asked >= self.most - RESERVED_REQUESTS:
                break
            response = await self.fetch(url, "listing" if number == 1 else f"listing-{number}", "listing")
            if response is None:
                continue
            looked_at.append(url)
            listing = self.listing(response)
            lengths.append(len(self.batch(response)))
            articles += listing["articles"]
            batch = await self.examine_second_batch(url, listing)
            if not self.found.get("listing", {}).get("articles") or batch["works"]:
                self.found["listing"], self.found["load_more"] = listing, batch
            if batch["works"]:
                break
        return articles

    async def examine_second_batch(self, url: str, listing: dict[str, Any]) -> dict[str, Any]:
        """Ask for the second batch of a listing in each way until one brings something new."""
        known = set(listing["articles"])
        ways = [(way, url) for way, url in listing["following"][:3]]
        shown = [way for way, _ in ways]
        guess = next_by_parameter(url)
        if guess:
            ways.append(("parameter", guess))
        found: dict[str, Any] = {"shown": shown, "works": None, "tried": []}
        for way, next_url in ways:
            answer = await self.fetch(next_url, "second-batch", "listing")
            found["tried"].append(way)
            new = set(self.batch(answer)) - known if answer is not None else set()
            if new:
                return {**found, "works": way, "url": next_url, "new": len(new)}
        return found

    def batch(self, response: Response) -> list[str]:
        """Return the articles of a batch, whatever form it has."""
        return self.look(response.url, articles_of_batch, self.page_of(response)) or []

    async def examine_articles(self, menu: dict[str, Any], urls: list[str]) -> None:
        """Read one article of each kind that was met, and one of each listing of another kind; a few in all."""
        chosen: dict[str, str] = {}
        for url in urls:
            article = article_url(url, self.site)
            if article is not None and article.kind != LIVE:
                chosen.setdefault(article.kind, url)
        for name, url in menu["sections"].items():
            path = urlsplit(url).path.lower()
            article = article_url(f"{url.rstrip('/')}/a-slug", self.site)
            kind = menu["learnt"].get(path) or (article.kind if article else "")
            if kind in OTHER_KINDS and kind not in chosen and len(chosen) < MAX_ARTICLES:
                response = await self.fetch(url, f"listing-{name}", "listing")
                shown = self.listing(response)["articles"] if response is not None else []
                if shown:
                    chosen[kind] = shown[0]
        for kind, url in list(chosen.items())[:MAX_ARTICLES]:
            response = await self.fetch(url, f"article-{kind}")
            if response is not None:
                found = self.look(url, examine_article, self.page_of(response), datetime.now(UTC))
                if found is not None:
                    self.found["articles"].append(found)

    async def examine_tag(self) -> None:
        """Follow a tag of an article, and compare its URL with the guess."""
        tags = {tag: url for article in self.found["articles"] for tag, url in article.get("tags", {}).items()}
        if not tags:
            return
        tag, url = next(iter(tags.items()))
        guess = f"{self.root}{self.settings['TAG_PATTERN'].format(tag=quote(tag, safe=''))}"
        response = await self.fetch(url, "tag", "listing")
        shown = len(self.listing(response)["articles"]) if response is not None else 0
        self.found["tag"] = {
            "tag": tag,
            "url": url,
            "articles": shown,
            "guess_is_right": urlsplit(guess).path == urlsplit(url).path,
        }

    async def examine_sitemap(self) -> None:
        """Read the index and the last closed month."""
        # Of what robots.txt names, a crawl asks for the site's own URLs alone.
        named = filter(None, map(self.site.own, self.found["robots"]["sitemaps"]))
        places = list(dict.fromkeys([*named, f"{self.root}{self.settings['SITEMAP_PATH']}"]))
        for place in places[:2]:
            response = await self.fetch(place)
            if response is None:
                continue
            sitemap = self.look(place, parse_sitemap, response.body, response.url, MAX_LISTED)
            if sitemap is None:
                continue
            months = sorted((month_of(url), url) for url in sitemap.sitemaps if month_of(url) != (0, 0))
            found = self.found["sitemap"] = {"url": place, "months": len(months), "pages": len(sitemap.pages)}
            closed = [each for each in months if each[0] < (datetime.now(UTC).year, datetime.now(UTC).month)]
            if not closed:
                return
            (year, month), url = closed[-1]
            found["padded"] = f"-{month:02}." in url or f"/{month:02}" in url if month < 10 else None
            answer = await self.fetch(url)
            if answer is None:
                return
            listed = self.look(url, parse_sitemap, answer.body, answer.url, MAX_LISTED)
            if listed is None:
                return
            pages = listed.pages
            days = sorted({changed.date().isoformat() for _, changed in pages if changed})
            found |= {
                "month": f"{year}-{month:02}",
                "articles": sum(article_url(page, self.site) is not None for page, _ in pages),
                "others": sorted({other_page(page) or "?" for page, _ in pages if not article_url(page, self.site)}),
                "lastmod": bool(days),
                "has_last_day": last_day(f"{year}-{month:02}").isoformat() in days if days else None,
            }
            return

    async def examine_feeds(self) -> None:
        """Read the feed, and the other URL where one was refused."""
        self.found["feeds"] = {}
        for path in dict.fromkeys([self.settings["FEED_PATH"], "/rss"]):
            response = await self.fetch(f"{self.root}{path}")
            if response is None:
                self.found["feeds"][path] = self.found["failures"].get(f"{self.root}{path}", "not asked for")
                continue
            found = self.look(response.url, parse_feed, response.body, response.url)
            if found is None:
                self.found["feeds"][path] = self.found["failures"].pop(response.url)
            else:
                self.found["feeds"][path] = len(found)


def articles_of_batch(page: Page) -> list[str]:
    """Return the articles of a batch without those beside it; [] for one that is none."""
    try:
        listing = read_listing(page)
    except EmptyListingError:
        return []
    return [url for url in listing.articles if url not in listing.aside]
