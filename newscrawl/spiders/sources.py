"""The part of the spider that reads sitemaps and the feed, each as a stream of URLs."""

from collections.abc import Iterable, Iterator
from typing import Any

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import month_of, other_page
from newscrawl.errors import STOPPED
from newscrawl.middlewares.redirects import ARCHIVE_ROOT
from newscrawl.monitoring.accounting import PURPOSE, READ, fate_of
from newscrawl.pages import FeedError, SitemapError, parse_feed, read_sitemap
from newscrawl.pages.sitemap import LARGEST
from newscrawl.spiders.articles import LISTING_PRIORITY, Output
from newscrawl.spiders.failures import describe, failure_name
from newscrawl.spiders.kept_pages import KeptPagesSpider

TOO_MANY_SITEMAPS, SITEMAPS_TOO_DEEP = "too_many_sitemaps", "sitemaps_too_deep"
"""Names of sitemaps that are not asked for."""


class FoundSitemaps:
    """What one sitemap has led to so far: sitemaps, those of the newest months, and how many others; pages."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.urls: dict[str, None] = {}
        self.left_out = 0
        self.pages = 0
        """Pages that it lists."""
        self.is_of_site = False
        """Whether it lists a page, or a sitemap of this site other than itself."""

    def add(self, url: str) -> None:
        """Remember a sitemap; forget those of the oldest months where there are far too many."""
        self.urls.setdefault(url)
        if len(self.urls) > 2 * self.most + 100:
            kept = self.newest()[: self.most]
            self.left_out += len(self.urls) - len(kept)
            self.urls = dict.fromkeys(kept)

    def newest(self) -> list[str]:
        """Return them all, newest month first."""
        return sorted(self.urls, key=month_of, reverse=True)


class SourceSpider(KeptPagesSpider):
    """Asks for sitemaps and feeds, and follows the articles that they list."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.sitemaps_of_robots: list[str] = []
        """URLs of sitemaps that robots.txt names, until they are asked for."""
        self.sitemaps_asked = 0

    def robots_parsed(self, robotparser: Any, request: scrapy.Request | None = None) -> None:
        """Remember the sitemaps that robots.txt names; what another archive names is not of the site."""
        if request is not None and ARCHIVE_ROOT in request.meta:
            return
        self.sitemaps_of_robots = list(getattr(getattr(robotparser, "rp", None), "sitemaps", ()))

    def open_source(self, url: str, callback: Any, purpose: str, **given: Any) -> Iterator[scrapy.Request]:
        """Ask for a sitemap or a feed, once a run, however often it is named; `given` is for the callback."""
        if not self.run_state.add("source", url):
            return
        self.count("listing/opened")
        yield scrapy.Request(
            url,
            callback=callback,
            errback=self.source_failed,
            priority=LISTING_PRIORITY,
            cb_kwargs=given,
            meta={PURPOSE: purpose, **({"download_maxsize": LARGEST} if purpose == "sitemap" else {})},
        )

    def open_sitemaps(self, urls: Iterable[str], depth: int = 1) -> Iterator[scrapy.Request]:
        """Ask for sitemaps, within the bounds of a run; `depth` is 1 for the first of a chain."""
        urls = list(urls)
        most = self.settings.getint("MAX_SITEMAPS")
        if urls and depth > self.settings.getint("MAX_SITEMAP_DEPTH"):
            self.leave_out("sitemap", SITEMAPS_TOO_DEEP, urls[0], len(urls))
            return
        for number, url in enumerate(urls):
            if self.sitemaps_asked >= most:
                self.leave_out("sitemap", TOO_MANY_SITEMAPS, url, len(urls) - number)
                return
            for request in self.open_source(url, self.parse_sitemap, "sitemap", depth=depth):
                self.sitemaps_asked += 1
                yield request

    def robots_sitemaps(self) -> Iterator[scrapy.Request]:
        """Ask for the sitemaps that robots.txt names."""
        named, self.sitemaps_of_robots = self.sitemaps_of_robots, []
        yield from self.open_sitemaps(own for url in named if (own := self.site.own(url)) is not None)

    def parse_sitemap(self, response: Response, depth: int = 1) -> Output:
        """Follow the articles of a sitemap, and the sitemaps of an index, newest month first."""
        self.current = "sitemap"
        self.settle(response.request, READ)
        yield from self.robots_sitemaps()
        found = FoundSitemaps(self.settings.getint("MAX_SITEMAPS"))
        try:
            yield from self.follow_articles(self.articles_of_sitemap(response, found), response.url)
        except SitemapError as error:
            self.settle(response.request, fate_of(error.name))
            self.source_missing(error.name, response.url, error.reason)
            return
        if not found.is_of_site:
            self.settle(response.request, fate_of(SitemapError.name))
            self.source_missing(SitemapError.name, response.url, "it names nothing of this site")
            return
        if found.urls and not found.pages:
            # An index lists no article: what counts is whether its sitemaps come.
            self.crawler.stats.inc_value("newscrawl/listing/opened", -1)
        self.leave_out("sitemap", TOO_MANY_SITEMAPS, response.url, found.left_out)
        yield from self.open_sitemaps(found.newest(), depth + 1)

    def articles_of_sitemap(self, response: Response, found: FoundSitemaps) -> Iterator[str]:
        """Yield the articles that a sitemap lists, and note in `found` what else it leads to."""
        for listed in self.read_each(read_sitemap(response.body, response.url)):
            if not listed.is_sitemap:
                found.pages += 1
                found.is_of_site = True
                article = self.article_on_site(response.url, listed.url)
                if article is not None:
                    yield article
                else:
                    self.count(f"skipped/{other_page(listed.url) or 'other'}")
                continue
            own = self.site.own(listed.url)
            found.is_of_site |= own not in (None, response.url)
            if not self.arguments.covers_month(month_of(listed.url)):
                self.count("sitemap/outside")
            elif own is None:
                self.count("sitemap/elsewhere")
            elif ("source", own) not in self.run_state:
                found.add(own)

    def parse_feed(self, response: Response) -> Output:
        """Follow the articles of the feed."""
        self.settle(response.request, READ)
        try:
            urls = self.read(parse_feed, response.body, response.url)
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
