"""`scrapy doctor`: some twenty polite requests, and what of the site was recognised and what was not."""

import argparse
import json
import logging
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import scrapy
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.utils.conf import arglist_to_dict
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url, month_of, other_page
from newscrawl.almayadeen.kinds import LIVE
from newscrawl.commands.crawl import check_settings, install_log, warn_of_missing_contact
from newscrawl.dates import format_utc
from newscrawl.errors import NO_ANSWER, REFUSALS_AND_LIMITS, STOPPED, ArgumentError, EmptyListingError
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.monitoring.audit import last_day
from newscrawl.monitoring.verdict import BLOCKED, CHANGED, MISSING, Verdict
from newscrawl.pages import FeedError, SitemapError, next_by_parameter, parse_feed, parse_sitemap, read_listing
from newscrawl.pages.examine import examine_article, examine_listing, examine_menu
from newscrawl.spiders.failures import failure_name
from newscrawl.spiders.mayadeen import MayadeenSpider

logger = logging.getLogger("newscrawl")

MOST_REQUESTS = 24
CONFIRMED, REFUTED, NOT_SEEN = "confirmed", "refuted", "not seen"


class DoctorSpider(MayadeenSpider):
    """Asks for a few pages of each kind, one after the other, and notes what they are made of."""

    name = "doctor"

    def __init__(self, *, most: int = MOST_REQUESTS, folder: Path | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.most = most
        self.folder = folder
        self.asked = 0
        self.found: dict[str, Any] = {
            "site": self.root,
            "edition": self.edition.code,
            "robots": {"sitemaps": []},
            "menu": {"sections": {}, "regions": {}, "learnt": {}, "unusual": []},
            "articles": [],
            "failures": {},
        }
        self.saved: list[str] = []

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
        engine = self.crawler.engine
        assert engine is not None
        try:
            response: Response = await engine.download_async(scrapy.Request(url, dont_filter=True))
        except Exception as error:  # noqa: BLE001 - whatever went wrong is named, and the examination goes on
            name = failure_name(Failure(error))  # type: ignore[no-untyped-call]
            self.found["failures"][url] = name
            if name in REFUSALS_AND_LIMITS or name == STOPPED or (name in NO_ANSWER and self.asked == 1):
                self.found["stopped"] = "refused" if name not in NO_ANSWER else "unreachable"
                self.found["stopped_by"] = f"{url}: {error}"
            return None
        if response.status >= 400:
            self.found["failures"][url] = f"status {response.status}"
            if response.status in (401, 403, 451, 429) and self.asked == 1:
                self.found["stopped"] = "refused"
                self.found["stopped_by"] = f"{url}: status {response.status}"
            return None
        if save_as and self.folder is not None:
            self.save(response, save_as, kind)
        return response

    def save(self, response: Response, name: str, kind: str) -> None:
        """Write a page with its address and time before it, ready for `scrapy fixture`."""
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.html"
        when = f" downloaded {format_utc(datetime.now(UTC))}" if kind == "article" else ""
        path.write_bytes(f"<!-- {kind} {response.url}{when} -->\n".encode() + response.body)
        self.saved.append(str(path))

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
            menu = examine_menu(self.page_of(home))
            self.learn_paths(menu["learnt"])
            self.found["home"] = self.listing(home)
        self.found["menu"] = menu
        articles = list(self.found.get("home", {}).get("articles", []))
        articles += await self.examine_listing(menu)
        await self.examine_articles(menu, articles)
        await self.examine_tag()
        await self.examine_sitemap()
        await self.examine_feeds()

    def listing(self, response: Response) -> dict[str, Any]:
        return examine_listing(self.page_of(response))

    async def examine_listing(self, menu: dict[str, Any]) -> list[str]:
        """Read the first section, and its second batch in each way until one brings something new."""
        sections = list(menu["sections"].values()) or [
            f"{self.root}{path}" for path in list(self.edition.sections.values())[:1]
        ]
        # A section of news has more than one batch, where others may not.
        first = next((url for url in sections if "politics" in url), sections[0])
        response = await self.fetch(first, "listing", "listing")
        if response is None:
            return []
        listing = self.found["listing"] = self.listing(response)
        known = set(listing["articles"])
        ways = [(way, url) for way, url in listing["following"][:3]]
        guess = next_by_parameter(first)
        if guess:
            ways.append(("parameter", guess))
        self.found["load_more"] = {"shown": [way for way, _ in ways[:-1]], "works": None, "tried": []}
        for way, url in ways[:4]:
            self.found["load_more"]["tried"].append(way)
            answer = await self.fetch(url, "listing-2", "listing")
            if answer is None:
                continue
            batch = self.batch(answer)
            if set(batch) - known:
                self.found["load_more"] |= {"works": way, "url": url, "new": len(set(batch) - known)}
                break
        return list(listing["articles"])

    def batch(self, response: Response) -> list[str]:
        """Return the stories of a batch, whatever form it has."""
        try:
            listing = read_listing(self.page_of(response))
        except EmptyListingError:
            return []
        return [address for address in listing.articles if address not in listing.aside]

    async def examine_articles(self, menu: dict[str, Any], addresses: list[str]) -> None:
        """Read one story of each kind that was met, at most six, and one of each listing of another kind."""
        chosen: dict[str, str] = {}
        for address in addresses:
            tells = article_url(address, self.site)
            if tells is not None and tells.kind != LIVE:
                chosen.setdefault(tells.kind, address)
        for name, url in menu["sections"].items():
            path = urlsplit(url).path.lower()
            tells = article_url(f"{url.rstrip('/')}/a-story", self.site)
            kind = menu["learnt"].get(path) or (tells.kind if tells else "")
            if (
                kind in ("video", "gallery", "infograph", "episode", "opinion")
                and kind not in chosen
                and len(chosen) < 7
            ):
                response = await self.fetch(url, f"listing-{name}", "listing")
                shown = self.listing(response)["articles"] if response is not None else []
                if shown:
                    chosen[kind] = shown[0]
        for kind, address in list(chosen.items())[:7]:
            response = await self.fetch(address, f"article-{kind}")
            if response is not None:
                self.found["articles"].append(examine_article(self.page_of(response), datetime.now(UTC)))

    async def examine_tag(self) -> None:
        """Follow a tag of a story, and hold its address against the guess."""
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
        places = list(dict.fromkeys([*self.found["robots"]["sitemaps"], f"{self.root}{self.settings['SITEMAP_PATH']}"]))
        for place in places[:2]:
            response = await self.fetch(place)
            if response is None:
                continue
            try:
                sitemap = parse_sitemap(response.body, response.url)
            except SitemapError as error:
                self.found["failures"][place] = error.reason
                continue
            months = sorted((month_of(address), address) for address in sitemap.sitemaps if month_of(address) != (0, 0))
            found = self.found["sitemap"] = {"url": place, "months": len(months), "pages": len(sitemap.pages)}
            closed = [each for each in months if each[0] < (datetime.now(UTC).year, datetime.now(UTC).month)]
            if not closed:
                return
            (year, month), address = closed[-1]
            found["padded"] = f"-{month:02}." in address or f"/{month:02}" in address if month < 10 else None
            answer = await self.fetch(address)
            if answer is None:
                return
            pages = parse_sitemap(answer.body, answer.url).pages
            days = sorted({changed.date().isoformat() for _, changed in pages if changed})
            found |= {
                "month": f"{year}-{month:02}",
                "stories": sum(article_url(url, self.site) is not None for url, _ in pages),
                "others": sorted({other_page(url) or "?" for url, _ in pages if not article_url(url, self.site)}),
                "lastmod": bool(days),
                "has_last_day": last_day(f"{year}-{month:02}").isoformat() in days if days else None,
            }
            return

    async def examine_feeds(self) -> None:
        """Read the feed, and the other address where one was refused."""
        self.found["feeds"] = {}
        for path in dict.fromkeys([self.settings["FEED_PATH"], "/rss"]):
            response = await self.fetch(f"{self.root}{path}")
            if response is None:
                self.found["feeds"][path] = self.found["failures"].get(f"{self.root}{path}", "not asked")
                continue
            try:
                found = parse_feed(response.body, response.url)
            except FeedError as error:
                self.found["feeds"][path] = error.reason
            else:
                self.found["feeds"][path] = len(found)


class Command(ScrapyCommand):
    """Examines the site and says what a crawl would recognise."""

    requires_project = True

    def syntax(self) -> str:
        return "[-a edition=…] [-a site=…] [--json]"

    def short_desc(self) -> str:
        return "Look at the site with some twenty requests: what is recognised, what is not, what to set"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="edition, site"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--most", type=int, default=MOST_REQUESTS, help=f"most requests (default: {MOST_REQUESTS})")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError as error:
            raise UsageError("give arguments as -a NAME=VALUE", print_help=False) from error
        assert self.settings is not None
        if self.settings.getpriority("LOG_LEVEL") != 40:
            # The findings are what counts; the log says what went wrong.
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
        install_log(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or set(opts.spargs) - {"edition", "site"} or opts.most < 1:
            raise UsageError("the doctor takes -a edition=…, -a site=…, --most NUMBER and --json", print_help=False)
        assert self.settings is not None
        assert self.crawler_process is not None
        try:
            check_settings(self.settings)
            MayadeenSpider.check_arguments(**opts.spargs)
        except ArgumentError as error:
            raise UsageError(str(error), print_help=False) from error
        for name in ("FEEDS", "ITEM_PIPELINES", "EXTENSIONS"):
            # It holds no archive: a crawl may run meanwhile.
            self.settings.set(name, {}, priority="cmdline")
        warn_of_missing_contact(self.settings)
        folder = data_dir(self.settings) / "doctor" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        crawler = self.crawler_process.create_crawler(DoctorSpider)
        self.crawler_process.crawl(crawler, **opts.spargs, most=opts.most, folder=folder)
        self.crawler_process.start()
        spider = crawler.spider
        if not isinstance(spider, DoctorSpider) or self.crawler_process.bootstrap_failed:
            self.end(Verdict(1, "could not start", "the examination failed before its first request", "See above."))
            return
        found = spider.found
        if blocked := crawler.stats.get_value("newscrawl/blocked"):
            found |= {"stopped": "refused", "stopped_by": blocked}
        found |= {
            "requests": spider.asked,
            "points": points_of(found),
            "settings": settings_of(found),
            "pages": spider.saved,
        }
        verdict = verdict_of_examination(found)
        found["verdict"] = {"status": verdict.status, "name": verdict.name, "reason": verdict.reason}
        if opts.json:
            print(json.dumps(found, indent=1, ensure_ascii=False))
        elif not found.get("stopped"):
            show(found)
        self.end(verdict)

    def end(self, verdict: Verdict) -> None:
        """Say the verdict as the last line, and leave with its status."""
        self.exitcode = verdict.status
        print(verdict, file=sys.stderr)


def verdict_of_examination(found: dict[str, Any]) -> Verdict:
    """Return what the findings mean for a crawl."""
    if found.get("stopped") == "refused":
        return Verdict(BLOCKED, "blocked by the site", str(found["stopped_by"]), "Write to the site; do not hide.")
    if found.get("stopped") == "unreachable":
        return Verdict(MISSING, "site unreachable", str(found["stopped_by"]), "Check network and name service.")
    lacking = []
    if not found["menu"]["sections"]:
        lacking.append("no menu")
    if not found.get("listing", {}).get("articles"):
        lacking.append("no story in a listing")
    if not found.get("load_more", {}).get("works"):
        lacking.append("no way to a second batch")
    readable = [article for article in found["articles"] if "error" not in article]
    if not readable:
        lacking.append("no readable story")
    for name in ("date_published",):
        if readable and all(name not in article["fields"] for article in readable):
            lacking.append(f"no {name}")
    if lacking:
        return Verdict(CHANGED, "not recognised", ", ".join(lacking), "The saved pages show why; see the README.")
    return Verdict(0, "recognised", f"all that a crawl needs, with {found['requests']} requests")


def points_of(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return the open points about the site, one by one: confirmed, refuted or not seen, and the evidence."""
    articles = [article for article in found["articles"] if "error" not in article]
    points: list[dict[str, str]] = []

    def settle(point: str, seen: bool, holds: bool, evidence: object) -> None:
        verdict = (CONFIRMED if holds else REFUTED) if seen else NOT_SEEN
        points.append({"point": point, "verdict": verdict, "evidence": str(evidence) if seen else ""})

    def share(test: str, count: int) -> str:
        return f"{count} of {len(articles)} stories {test}"

    for layer, name in (
        ("tawsiyat", "the site's own metadata block"),
        ("json-ld", "JSON-LD"),
        ("meta", "meta times and texts"),
    ):
        count = sum(layer in article["layers"] for article in articles)
        settle(f"Stories have {name} ({layer})", bool(articles), count == len(articles), share("have it", count))
    count = sum(article["known_body"] for article in articles)
    settle("The body stands in .p-content", bool(articles), count == len(articles), share("have it", count))
    count = sum(article["named_summary"] for article in articles)
    settle("The standfirst is a p.summary", bool(articles), count == len(articles), share("have it", count))
    count = sum(article["ticker_items"] > 0 for article in articles)
    settle("The ticker's lines are .ticker__item", bool(articles), count == len(articles), share("have them", count))
    both = [article["dates"] for article in articles if article["dates"]["agree"] is not None]
    settle(
        "Times of the meta elements are UTC: they agree with the other layers",
        bool(both), all(each["agree"] for each in both), [each["stated"] for each in both[:1]],
    )  # fmt: skip
    shown = [article["dates"]["beirut"] for article in articles if article["dates"]["beirut"] is not None]
    settle(
        "Dates shown to readers are Beirut's", bool(shown), all(shown), share("agree with their metadata", sum(shown))
    )
    films = [article for article in articles if article["kind"] == "video"]
    types = {article["page_type"] for article in films if article["page_type"]}
    settle("A video's page calls itself an article too", bool(types), types == {"article"}, types)
    more = found.get("load_more")
    settle("Listings show a load-more control", more is not None, bool(more and more["shown"]), more)
    settle("A second batch can be had", more is not None, bool(more and more["works"]), more)
    tag = found.get("tag")
    settle("A tag's page is at TAG_PATTERN", tag is not None, bool(tag and tag["guess_is_right"]), tag)
    sitemap = found.get("sitemap")
    settle("There is an index of monthly sitemaps", True, bool(sitemap and sitemap["months"]), sitemap or "none found")
    padded = (sitemap or {}).get("padded")
    settle("Their months are not padded", padded is not None, padded is False, sitemap)
    last = (sitemap or {}).get("has_last_day")
    settle("They lack the last day of a month", last is not None, last is False, sitemap)
    feeds = found.get("feeds", {})
    first = next(iter(feeds), None)
    settle("There is a feed", first is not None, isinstance(feeds.get(first), int), feeds)
    settle(
        "/rss is refused",
        "/rss" in feeds,
        "403" in str(feeds.get("/rss")) or feeds.get("/rss") == "refused",
        feeds.get("/rss"),
    )
    listing = found.get("listing")
    settle(
        "Links carry tracking parameters",
        listing is not None,
        bool(listing and listing["tracked_links"]),
        listing and listing["tracked_links"],
    )
    learnt = found.get("menu", {}).get("learnt", {})
    settle("Other kinds lie where only the menu tells", bool(found["menu"]["sections"]), bool(learnt), learnt)
    settle("robots.txt names sitemaps", True, bool(found["robots"]["sitemaps"]), found["robots"])
    return points


def settings_of(found: dict[str, Any]) -> list[str]:
    """Return the settings that the findings propose, as they are given on a command line."""
    proposed = []
    tag = found.get("tag")
    if tag and not tag["guess_is_right"] and tag["articles"]:
        parts = urlsplit(tag["url"])
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        for form in (quote(tag["tag"], safe=""), quote(tag["tag"]), quote(tag["tag"].replace(" ", "-"))):
            if form and form in path:
                proposed.append(f"-s TAG_PATTERN='{path.replace(form, '{tag}')}'")
                break
    sitemap = found.get("sitemap")
    if sitemap and not sitemap["url"].endswith("/sitemaps/all.xml"):
        proposed.append(f"-s SITEMAP_PATH='{urlsplit(sitemap['url']).path}'")
    feeds = found.get("feeds", {})
    works = [path for path, value in feeds.items() if isinstance(value, int)]
    if works and works[0] != next(iter(feeds)):
        proposed.append(f"-s FEED_PATH='{works[0]}'")
    return proposed


def show(found: dict[str, Any]) -> None:
    """Print the findings as tables."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(f"{found['site']}: {found['requests']} requests", highlight=False)
    menu = found["menu"]
    console.print(
        f"Menu: {', '.join(menu['sections']) or 'none'}; regions: {', '.join(menu['regions']) or 'none'}",
        highlight=False,
    )
    if menu["learnt"]:
        console.print(f"Learnt from its labels: {menu['learnt']}", highlight=False)
    listing = found.get("listing", {})
    console.print(
        f"Listing {listing.get('url')}: {len(listing.get('articles', []))} stories; next: {found.get('load_more')}",
        highlight=False,
    )
    if listing.get("other_links"):
        console.print(f"Links that are no stories: {listing['other_links']}", highlight=False)
    table = Table(title="Stories", title_justify="left")
    for name in ("kind", "metadata", "body", "fields by layer", "empty", "date"):
        table.add_column(name, overflow="fold")
    for article in found["articles"]:
        if "error" in article:
            table.add_row(
                "?", ", ".join(article["layers"]), f"{article['error']}: {article['reason']}", "", "", article["url"]
            )
            continue
        layers: dict[str, list[str]] = {}
        for name, layer in article["fields"].items():
            layers.setdefault(layer, []).append(name)
        body, date = article["body"], article["dates"]["taken"]
        table.add_row(
            article["kind"],
            ", ".join(article["layers"]) or "none",
            f"{body['markup'] or 'no text'} ({body['layer'] or '-'}, {body['words']} words)",
            "; ".join(f"{layer}: {' '.join(names)}" for layer, names in layers.items() if layer != "page"),
            " ".join(article["empty"]),
            f"{date['raw']} → {date['utc']}",
        )
    console.print(table)
    for name in ("tag", "sitemap", "feeds", "robots"):
        console.print(f"{name}: {found.get(name, 'not seen')}", highlight=False)
    table = Table(title="Open points", title_justify="left")
    for name in ("point", "verdict", "evidence"):
        table.add_column(name, overflow="fold")
    for point in found["points"]:
        table.add_row(
            point["point"],
            point["verdict"],
            point["evidence"][:200],
            style=None if point["verdict"] != REFUTED else "bold",
        )
    console.print(table)
    for url, name in found["failures"].items():
        console.print(f"Failed: {url}: {name}", highlight=False)
    for setting in found["settings"]:
        console.print(f"Proposed: {setting}", highlight=False)
    if found["pages"]:
        console.print(f"Saved: {len(found['pages'])} pages in {Path(found['pages'][0]).parent}", highlight=False)
