"""The crawl of Al Mayadeen: what to ask for, and in what order. Home page → sections → batches of each → articles.

`articles.py` asks for articles, `listings.py` for the batches of listings; here are the ways that lead to them.
"""

import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url, month_of, other_page
from newscrawl.almayadeen.sections import Section
from newscrawl.errors import NO_ANSWER, STOPPED, EmptyListingError
from newscrawl.middlewares.redirects import MOVED_TO, moved_to
from newscrawl.middlewares.refusals import LeftSiteError
from newscrawl.middlewares.robots import FIRST_CONTACT_TIMEOUT
from newscrawl.monitoring.accounting import PURPOSE, READ, fate_of
from newscrawl.pages import FeedError, SitemapError, parse_feed, parse_sitemap, read_listing, read_menu
from newscrawl.spiders.arguments import ALL_TAGS, Arguments
from newscrawl.spiders.articles import HOME_PRIORITY, LISTING_PRIORITY, UNREACHABLE, Output
from newscrawl.spiders.failures import describe, failure_name
from newscrawl.spiders.listings import ListingSpider
from newscrawl.spiders.section_choice import choose_sections
from newscrawl.urls import absolute

REVISIT_MAX_AGE_DAYS = 7.0
"""Articles up to this age are looked at again for edits."""


class MayadeenSpider(ListingSpider):
    """Follows the sections of one edition and yields each article and each ticker line once."""

    name = "mayadeen"

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.sitemaps_of_robots: list[str] = []
        """URLs of sitemaps that robots.txt names, until they are asked for."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(spider.ask_again, signal=signals.spider_closed)
        return spider

    @classmethod
    def handles_request(cls, request: scrapy.Request) -> bool:
        """Return whether Scrapy's own commands take this spider for a URL: there is no other one."""
        return True

    def parse(self, response: Response) -> Output:
        """Read a page of which nobody has said what it is: `scrapy parse URL`."""
        if article_url(response.url) is not None:
            return self.parse_article_page(response, found_on=None)
        if not urlsplit(response.url).path.strip("/"):
            return self.parse_home(response)
        self.open_listing(Section(name=response.url, url=response.url))
        return self.parse_batch(response, self.listings[response.url])

    def robots_parsed(self, robotparser: Any) -> None:
        """Remember the sitemaps that robots.txt names."""
        self.sitemaps_of_robots = list(getattr(getattr(robotparser, "rp", None), "sitemaps", ()))

    def ask_again(self) -> None:
        """Where most articles were missing or unreadable, let none of them rest: the fault was none of theirs."""
        if self.ledger is None:
            return
        if self.most_articles_are_missing:
            self.ledger.forgive(self.created)
        if self.most_are_unreadable:
            self.ledger.forgive(self.created, unreadable=True)

    @staticmethod
    def check_arguments(**arguments: Any) -> None:
        """Raise `ArgumentError` for arguments that this spider would refuse."""
        Arguments.parse(**arguments)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the home page, whose menu names the sections, and for what else leads to articles."""
        if self.arguments.noted:
            noted = ", ".join(f"{name}={value}" for name, value in self.arguments.noted)
            self.logger.info("Arguments without an effect on the crawl: %s", noted)
        if self.ledger is not None:
            self.learn_paths(self.ledger.families(self.edition.code))
        for request in self.first_requests():
            yield request

    def first_requests(self) -> Iterator[scrapy.Request]:
        """Yield the first request of each way to articles."""
        ways = self.arguments.discover
        if "sections" in ways:
            yield scrapy.Request(
                f"{self.root}/",
                callback=self.parse_home,
                errback=self.home_failed,
                priority=HOME_PRIORITY,
                meta={"download_timeout": FIRST_CONTACT_TIMEOUT, PURPOSE: "home"},
            )
        if "sitemap" in ways:
            yield from self.open_source(f"{self.root}{self.settings['SITEMAP_PATH']}", self.parse_sitemap, "sitemap")
        if "feed" in ways:
            yield from self.open_source(f"{self.root}{self.settings['FEED_PATH']}", self.parse_feed, "feed")
        for tag in self.arguments.tags:
            if tag != ALL_TAGS:
                yield from self.open_tag(tag)
        if self.arguments.urls:
            yield from self.listed_requests(self.arguments.urls)

    # -- home and sections --------------------------------------------------------------------------------------

    def parse_home(self, response: Response) -> Output:
        """Follow the sections of the home page's menu, and its articles when no sections were asked for."""
        self.count("home")
        self.settle(response.request, READ)
        page = self.page_of(response)
        yield from self.headlines(page, response.url)
        sections = read_menu(page)
        self.learn_menu(sections)
        try:
            listing = read_listing(page)
        except EmptyListingError:
            self.logger.info("The home page shows no article; going on with the sections")
        else:
            if not self.arguments.sections:
                yield from self.follow_articles(listing.articles, response.url, titles=listing.titles)
        yield from self.follow_sections(sections)

    def learn_menu(self, sections: Iterable[Section]) -> None:
        """Remember below which paths articles are found whose kind only a label of the menu says."""
        for section in sections:
            path = urlsplit(section.url).path.lower()
            if section.kind and self.site.kind_by_path.get(path) != section.kind:
                self.learn_paths({path: section.kind})
                if self.ledger is not None:
                    self.ledger.note_family(self.edition.code, path, section.kind)

    def home_failed(self, failure: Failure) -> Output:
        """Stop when the site cannot be reached; go on with the built-in sections when only this page is missing."""
        name = failure_name(failure)
        self.settle(failure.request, fate_of(name))  # type: ignore[attr-defined]
        if name == STOPPED:
            return
        self.count_error(name)
        if isinstance(failure.value, LeftSiteError):
            self.crawler.stats.set_value(MOVED_TO, moved_to(self.root, failure.value.target))
        if name in NO_ANSWER:
            self.logger.error("The site cannot be reached: %s: %s", self.root, describe(failure))
            raise CloseSpider(UNREACHABLE)
        self.logger.error("The home page cannot be read (%s); going on with the built-in sections", describe(failure))
        yield from self.follow_sections(())

    def follow_sections(self, menu: Iterable[Section]) -> Iterator[scrapy.Request]:
        """Ask for the first batch of each section that is to be read, and for the known articles that are due."""
        choice = choose_sections(menu, self.arguments, self.site)
        if not choice.has_menu:
            self.logger.warning("No menu was found; going on with the built-in sections")
            self.count("menu/missing")
        for name in choice.unknown:
            self.count_error("unknown_section")
            self.logger.error("The site shows no section %r; known are: %s", name, ", ".join(choice.known))
        if not self.arguments.sections and not choice.sections:
            self.count_error("unknown_section")
            self.logger.error("The site shows no section of the kinds %s", ", ".join(self.arguments.kinds))
        for section in choice.sections:
            yield self.open_listing(section)
        if self.ledger is not None:
            self.ledger.flush()
        yield from self.due_revisits(choice.sections)

    def due_revisits(self, sections: Iterable[Section]) -> Iterator[scrapy.Request]:
        """Ask again for the articles that are due, newest first; with chosen sections, for those in them."""
        if self.ledger is None or not self.arguments.refresh:
            return
        paths = tuple(f"{urlsplit(section.url).path}/" for section in sections)
        for entry in self.ledger.due(
            self.edition.code,
            datetime.now(UTC),
            share=self.settings.getfloat("REVISIT_SHARE"),
            max_age_days=REVISIT_MAX_AGE_DAYS,
            limit=self.settings.getint("REVISIT_LIMIT"),
        ):
            if not self.arguments.sections or entry.path.startswith(paths):
                yield self.revisit(entry, found_on=None)

    # -- sitemaps and the feed ----------------------------------------------------------------------------------

    def open_source(self, url: str, callback: Any, purpose: str) -> Iterator[scrapy.Request]:
        """Ask for a sitemap or a feed, once a run, however often it is named."""
        if not self.run_state.add("source", url):
            return
        self.count("listing/opened")
        yield scrapy.Request(
            url,
            callback=callback,
            errback=self.source_failed,
            priority=LISTING_PRIORITY,
            meta={PURPOSE: purpose},
        )

    def parse_sitemap(self, response: Response) -> Output:
        """Follow the sitemaps of an index, newest month first, and the articles of a sitemap."""
        self.current = "sitemap"
        self.settle(response.request, READ)
        yield from self.robots_sitemaps()
        try:
            sitemap = parse_sitemap(response.body, response.url)
        except SitemapError as error:
            self.settle(response.request, fate_of(error.name))
            self.source_missing(error.name, response.url, error.reason)
            return
        requests: list[scrapy.Request] = []
        leads_on = bool(sitemap.pages)
        for url in sorted(sitemap.sitemaps, key=month_of, reverse=True):
            own = self.site.own(url)
            leads_on |= own not in (None, response.url)
            if not self.arguments.covers_month(month_of(url)):
                self.count("sitemap/outside")
            elif own is None:
                self.count("sitemap/elsewhere")
            else:
                requests += self.open_source(own, self.parse_sitemap, "sitemap")
        if not leads_on:
            self.settle(response.request, fate_of(SitemapError.name))
            self.source_missing(SitemapError.name, response.url, "it names nothing of this site")
            return
        if requests and not sitemap.pages:
            # An index lists no article: what counts is whether its sitemaps come.
            self.crawler.stats.inc_value("newscrawl/listing/opened", -1)
        yield from requests
        articles = []
        for url, _ in sitemap.pages:
            article = self.article_on_site(response.url, url)
            if article is None:
                self.count(f"skipped/{other_page(url) or 'other'}")
            else:
                articles.append(article)
        yield from self.follow_articles(articles, response.url)

    def robots_sitemaps(self) -> Iterator[scrapy.Request]:
        """Ask for the sitemaps that robots.txt names."""
        for url in self.sitemaps_of_robots:
            if (own := self.site.own(url)) is not None:
                yield from self.open_source(own, self.parse_sitemap, "sitemap")
        self.sitemaps_of_robots = []

    def parse_feed(self, response: Response) -> Output:
        """Follow the articles of the feed."""
        self.settle(response.request, READ)
        try:
            urls = parse_feed(response.body, response.url)
        except FeedError as error:
            self.settle(response.request, fate_of(error.name))
            self.source_missing(error.name, response.url, error.reason)
            return
        articles = (self.article_on_site(response.url, url) for url in urls)
        yield from self.follow_articles((article for article in articles if article), response.url)

    def source_failed(self, failure: Failure) -> Output:
        """Say once that a sitemap or the feed is not there; the other ways go on."""
        name = failure_name(failure)
        self.settle(failure.request, fate_of(name))  # type: ignore[attr-defined]
        if name == STOPPED:
            return
        self.source_missing(name, failure.request.url, describe(failure))  # type: ignore[attr-defined]
        self.stop_if_unreachable(name)
        yield from self.robots_sitemaps()

    def source_missing(self, name: str, url: str, reason: str) -> None:
        self.count("listing/failed")
        self.count_error(name, url)
        self.logger.warning("No sitemap or feed there, going on with the other ways: %s: %s", url, reason)

    # -- a file of URLs -----------------------------------------------------------------------------------------

    def listed_requests(self, name: str) -> Iterator[scrapy.Request]:
        """Ask for each URL of a file, known or not; count those that are not an article's of this site.

        A file of which every line is rejected, or that has none, is a wrong argument.
        """
        is_used = False
        with sys.stdin if name == "-" else open(name, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123
            self.count("listing/opened")
            for line in lines:
                text = line.strip().lstrip("\ufeff")
                if not text or text.startswith("#"):
                    continue
                url = self.article_on_site(f"{self.root}/", text)
                if url is None and self.reject(text):
                    continue
                is_used = True
                if url is not None and not self.is_unwanted(url):
                    yield self.article_request(url, found_on=None)
        if not is_used:
            self.count_error("urls_rejected", name)

    def reject(self, text: str) -> bool:
        """Count a line of the file that is not an article's URL; return whether it is no page of this site either."""
        if other := other_page(absolute(f"{self.root}/", text) or ""):
            self.count(f"skipped/{other}")
            return False
        self.count("urls/rejected")
        self.logger.warning("Not an article's URL of %s: %s", self.root, text[:200])
        return True
