"""The crawl of Al Mayadeen: what to ask for, and in what order. Home page → sections → batches of each → articles.

`articles.py` asks for articles, `listings.py` for the batches of listings; here are the ways that lead to them.
"""

import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Self, TextIO
from urllib.parse import urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url, other_page
from newscrawl.almayadeen.sections import Section
from newscrawl.errors import NO_ANSWER, STOPPED, EmptyListingError
from newscrawl.items import Scraped
from newscrawl.middlewares.backlog import AT_ONCE
from newscrawl.middlewares.politeness import LEAST_DELAY
from newscrawl.middlewares.redirects import MOVED_TO, moved_to
from newscrawl.middlewares.refusals import LeftSiteError
from newscrawl.middlewares.robots import FIRST_CONTACT_TIMEOUT
from newscrawl.monitoring.accounting import PURPOSE, READ, fate_of
from newscrawl.pages import read_listing, read_menu
from newscrawl.spiders.arguments import ALL_TAGS, Arguments
from newscrawl.spiders.articles import HOME_PRIORITY, Output
from newscrawl.spiders.counting import UNREACHABLE
from newscrawl.spiders.failures import describe, failure_name
from newscrawl.spiders.older_archives import OlderArchivesSpider
from newscrawl.spiders.section_choice import choose_sections
from newscrawl.text import shortened
from newscrawl.urls import absolute

TOO_MANY_SECTIONS = "too_many_sections"
"""Name of sections of the menu that are not read."""
LONGEST_LINE = 10_000
"""Characters that are read of a line of a file of URLs."""
REJECTED_SHOWN = 20
"""Lines of a file of URLs that are shown where they are none; further ones are counted: it may be no such file."""
LONGEST_LIST = 2000
"""Characters of a list of names in the log."""
REVISIT_MAX_AGE_DAYS = 7.0
"""Articles up to this age are looked at again for edits."""


class MayadeenSpider(OlderArchivesSpider):
    """Follows the sections of one edition and yields each article and each ticker line once."""

    name = "mayadeen"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        if settings.getfloat("DOWNLOAD_DELAY") < LEAST_DELAY:
            # Above the command line, whose settings Scrapy sets once more afterwards.
            settings.set("DOWNLOAD_DELAY", LEAST_DELAY, priority=SETTINGS_PRIORITIES["cmdline"] + 1)

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

    async def start(self) -> AsyncIterator[scrapy.Request | Scraped]:
        """Read kept pages again; ask for the home page, whose menu names the sections, and what leads to articles."""
        if self.arguments.noted:
            noted = ", ".join(f"{name}={value}" for name, value in self.arguments.noted)
            self.logger.info("Arguments without an effect on the crawl: %s", noted)
        if self.ledger is not None:
            self.learn_paths(self.ledger.families(self.edition.code))
        # What is read from a kept page may lead to the site.
        for article in self.read_again() if not self.reads_archives else ():
            yield article
        for number, request in enumerate(self.first_requests(), 1):
            yield request
            if number % AT_ONCE == 0:
                # A file may name a million URLs.
                await self.crawler.signals.wait_for(signals.scheduler_empty)

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
            yield from self.open_sitemaps((f"{self.root}{self.settings['SITEMAP_PATH']}",))
        if "feed" in ways:
            yield from self.open_source(f"{self.root}{self.settings['FEED_PATH']}", self.parse_feed, "feed")
        if self.reads_archives:
            yield from self.open_archives()
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
        sections = self.read(read_menu, page)
        self.learn_menu(sections[: self.settings.getint("MAX_SECTIONS")])
        try:
            listing = self.read(read_listing, page)
        except EmptyListingError:
            self.logger.info("The home page shows no article; going on with the sections")
        else:
            if not self.arguments.sections:
                yield from self.follow_articles(listing.articles, response.url, titles=listing.titles)
        yield from self.follow_sections(sections)

    def learn_menu(self, sections: Iterable[Section]) -> None:
        """Remember below which paths articles are found whose kind only a label of the menu says."""
        learnt = {}
        for section in sections:
            path = urlsplit(section.url).path.lower()
            if section.kind and self.site.kind_by_path.get(path) != section.kind:
                learnt[path] = section.kind
                if self.ledger is not None:
                    self.ledger.note_family(self.edition.code, path, section.kind)
        self.learn_paths(learnt)

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
            known = shortened(", ".join(choice.known), LONGEST_LIST)
            self.logger.error("The site shows no section %r; known are: %s", shortened(name), known)
        if not self.arguments.sections and not choice.sections:
            self.count_error("unknown_section")
            self.logger.error("The site shows no section of the kinds %s", ", ".join(self.arguments.kinds))
        most = self.settings.getint("MAX_SECTIONS")
        for section in choice.sections[:most]:
            yield self.open_listing(section)
        if len(choice.sections) > most:
            self.leave_out("section", TOO_MANY_SECTIONS, choice.sections[most].url, len(choice.sections) - most)
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

    # -- a file of URLs -----------------------------------------------------------------------------------------

    def listed_requests(self, name: str) -> Iterator[scrapy.Request]:
        """Ask for each URL of a file, known or not; count those that are not an article's of this site.

        A file of which every line is rejected, or that has none, is a wrong argument.
        """
        is_used = False
        with sys.stdin if name == "-" else open(name, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123
            self.count("listing/opened")
            for text in lines_of(lines):
                if not text or text.startswith("#"):
                    continue
                url = self.article_on_site(f"{self.root}/", text)
                if url is None and self.reject(text):
                    continue
                is_used = True
                if url is not None and not self.is_unwanted(url):
                    yield self.article_request(url, found_on=None)
        rejected = self.crawler.stats.get_value("newscrawl/urls/rejected", 0)
        if rejected > REJECTED_SHOWN:
            self.logger.warning("And %d more lines that are not an article's URL", rejected - REJECTED_SHOWN)
        if not is_used:
            self.count_error("urls_rejected", name)

    def reject(self, text: str) -> bool:
        """Count a line of the file that is not an article's URL; return whether it is no page of this site either."""
        if other := other_page(absolute(f"{self.root}/", text) or ""):
            self.count(f"skipped/{other}")
            return False
        self.count("urls/rejected")
        if self.crawler.stats.get_value("newscrawl/urls/rejected") <= REJECTED_SHOWN:
            self.logger.warning("Not an article's URL of %s: %s", self.root, text[:200])
        return True


def lines_of(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file without white space around; of one that is too long for a URL, its beginning."""
    is_new = True
    while part := file.readline(LONGEST_LINE):
        if is_new:
            yield part.strip().lstrip("\ufeff")
        is_new = part.endswith("\n")
