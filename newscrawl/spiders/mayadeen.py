"""The crawl of Al Mayadeen: home page → sections → batches of each → articles."""

import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import quote, urlsplit

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url, month_of, other_page
from newscrawl.almayadeen.editions import EDITIONS, Edition
from newscrawl.almayadeen.kinds import ALL_KINDS, LIVE
from newscrawl.almayadeen.sections import Section, default_sections, section_kind, section_matches
from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.ledger import COMPLETE, DAY, PARTIAL, Entry, Ledger
from newscrawl.archive.run_state import RunState
from newscrawl.dates import format_utc
from newscrawl.errors import ArgumentError, EmptyListingError, NotAnArticleError, OtherPageError
from newscrawl.items import FetchedArticle, Headline, Scraped
from newscrawl.pages import (
    FeedError,
    Listing,
    NextBatch,
    Page,
    SitemapError,
    next_by_parameter,
    parse_feed,
    parse_sitemap,
    read_article,
    read_headlines,
    read_listing,
    read_menu,
)
from newscrawl.signals import ERROR_NAMED, LISTING_READ, PAGE_UNREADABLE
from newscrawl.text import collapse_spaces
from newscrawl.urls import Site, absolute, canonical

Output = Iterator[scrapy.Request | Scraped]

# Articles before further batches, so that no more requests wait than one batch of each listing brings.
HOME_PRIORITY, ARTICLE_PRIORITY, REVISIT_PRIORITY, LISTING_PRIORITY = 100, 10, 5, 0
MOST_BATCHES = 5
WAYS = ("sections", "sitemap", "feed")
# A story this many days older than one below it in a listing is looked at again: its address may be reused.
REUSE_DAYS = 2
UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The `-a` arguments of a crawl, checked."""

    edition: Edition
    root: str
    """The site's root, without a trailing slash: the edition's own or the one given as `site`."""
    sections: tuple[str, ...]
    """Names as asked for; () for all that the menu shows."""
    max_pages: int
    """Batches per listing; 0 reads to the end."""
    tags: tuple[str, ...] = ()
    """Names of tags whose pages are read; `("all",)` for every tag that is met on an article."""
    since: datetime | None = None
    """Only what was published then or later, UTC."""
    until: datetime | None = None
    """Only what was published before, UTC."""
    discover: tuple[str, ...] = ("sections",)
    """Ways to articles, of `WAYS`."""
    urls: str = ""
    """File with addresses of articles, one a line; `-` for standard input; "" for none."""
    deep: bool = False
    """Whether listings are read on where all is known: a sweep for gaps."""
    kinds: tuple[str, ...] = ()
    """Kinds that are exported; () for all."""
    refresh: bool = True
    """Whether known articles are looked at again for edits."""

    @classmethod
    def parse(
        cls,
        *,
        edition: str = "en",
        sections: str = "",
        max_pages: str | int = MOST_BATCHES,
        site: str = "",
        tags: str = "",
        since: str = "",
        until: str = "",
        discover: str = "",
        urls: str = "",
        kinds: str = "",
        deep: str = "no",
        refresh: str = "yes",
        **others: Any,
    ) -> Self:
        """Return the arguments, or raise `ArgumentError` that says which one cannot be meant, and what could.

        >>> Arguments.parse(sections="politics, sports", max_pages="0").sections
        ('politics', 'sports')
        >>> Arguments.parse(max_pages="five")
        Traceback (most recent call last):
        ...
        newscrawl.errors.ArgumentError: max_pages=five: give a whole number, 0 for all (example: -a max_pages=5)
        """
        if others:
            known = "edition, sections, tags, since, until, max_pages, site, discover, kinds, urls, deep, refresh"
            raise ArgumentError(f"unknown argument {', '.join(sorted(others))}; known are {known}")
        if edition not in EDITIONS:
            raise ArgumentError(f"edition={edition}: choose one of {', '.join(EDITIONS)}")
        try:
            most = int(str(max_pages))
        except ValueError:
            most = -1
        if most < 0:
            raise ArgumentError(f"max_pages={max_pages}: give a whole number, 0 for all (example: -a max_pages=5)")
        names = tuple(dict.fromkeys(name for part in sections.split(",") if (name := collapse_spaces(part))))
        if sections and not names:
            raise ArgumentError(f"sections={sections}: give names parted by commas (example: -a sections=politics)")
        root = EDITIONS[edition].root
        if site:
            try:
                root = canonical(site).rstrip("/")
            except ValueError:
                raise ArgumentError(
                    f"site={site}: give a web address (example: -a site=http://127.0.0.1:8000)"
                ) from None
        ways = tuple(dict.fromkeys(way for part in discover.split(",") if (way := part.strip().lower())))
        if unknown := [way for way in ways if way not in WAYS]:
            raise ArgumentError(f"discover={discover}: {unknown[0]!r} is no way; choose of {', '.join(WAYS)}")
        chosen = tuple(dict.fromkeys(kind for part in kinds.split(",") if (kind := part.strip().lower())))
        if unknown := [kind for kind in chosen if kind not in ALL_KINDS]:
            raise ArgumentError(f"kinds={kinds}: {unknown[0]!r} is no kind; choose of {', '.join(ALL_KINDS)}")
        if urls and urls != "-" and not os.access(urls, os.R_OK):
            raise ArgumentError(f"urls={urls}: there is no such file that can be read")
        return cls(
            edition=EDITIONS[edition],
            root=root,
            sections=names,
            # An interval says itself how far a listing is read.
            max_pages=0 if since else most,
            tags=tuple(dict.fromkeys(name for part in tags.split(",") if (name := collapse_spaces(part)))),
            since=_moment("since", since, end=False),
            until=_moment("until", until, end=True),
            # With a list of addresses, nothing but the list, unless it is asked for.
            discover=ways or (() if urls else ("sections",)),
            urls=urls,
            kinds=chosen,
            deep=_yes_or_no("deep", deep),
            refresh=_yes_or_no("refresh", refresh),
        )


def _moment(name: str, value: str, *, end: bool) -> datetime | None:
    """Return the time that an argument names, UTC unless it has an offset; a date is its start, or its `end`.

    >>> _moment("until", "2024-08-31", end=True).isoformat()
    '2024-09-01T00:00:00+00:00'
    """
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ArgumentError(f"{name}={value}: give a date or a time (example: -a {name}=2024-08-31)") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(days=1) if end and len(value.strip()) <= 10 else moment


def _yes_or_no(name: str, value: str) -> bool:
    try:
        return {"yes": True, "no": False}[value.strip().lower()]
    except KeyError:
        raise ArgumentError(f"{name}={value}: give yes or no") from None


@dataclass(slots=True)
class Progress:
    """How far one listing has been read, and what is known of the way to its next batch."""

    section: Section
    batches: int = 0
    shown: int = 0
    """Articles that it has shown, each counted once."""
    asked: set[str] = field(default_factory=set)
    """Addresses of its batches that were asked for."""
    goes_on: bool = False
    """Whether a way to the next batch has worked."""
    untried: list[NextBatch] = field(default_factory=list)
    """Other ways to the batch that was asked for last, while none has worked yet."""
    answers_show_way: bool = False
    """Whether batches after the first show the way to the next themselves."""
    has_gap: bool = False
    """Whether an article that it led to could not be fetched."""
    stops_at_known: bool = False
    """Whether it is left when a whole batch is known."""
    bound: int | None = None
    """The last article of the ledger that counts as known for that; None for all."""
    reach: str | None = None
    """How far this run has read it without a gap; None as long as that is not known."""
    last_batch: tuple[str, ...] = ()
    """Articles of the last batch."""
    step: int = 0
    """Articles in the last batch: the step of an offset."""


class MayadeenSpider(scrapy.Spider):
    """Follows the sections of one edition and yields each article and each ticker line once."""

    name = "mayadeen"

    def __init__(self, **arguments: Any) -> None:
        self.arguments = Arguments.parse(**arguments)
        super().__init__()
        self.edition = self.arguments.edition
        self.root = self.arguments.root
        self.allowed_domains = [urlsplit(self.root).hostname or ""]
        self.listings: dict[str, Progress] = {}
        """Address of the first batch → progress, of all listings that this run reads."""
        self.sitemaps_of_robots: list[str] = []
        self.site = Site(self.root, aliases=(self.edition.root,))
        """The site that is crawled; its links may lead to the edition's own host when `site` names another."""
        self.current = "home page"
        """What the crawl reads now, for people who watch."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.robots_parsed, signal=signals.robots_parsed)
        return spider

    def robots_parsed(self, robotparser: Any) -> None:
        """Remember the sitemaps that robots.txt names."""
        self.sitemaps_of_robots = list(getattr(getattr(robotparser, "rp", None), "sitemaps", ()))

    @staticmethod
    def check_arguments(**arguments: Any) -> None:
        """Raise `ArgumentError` for arguments that this spider would refuse."""
        Arguments.parse(**arguments)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the home page, whose menu names the sections, and for what else leads to articles."""
        if self.ledger is not None:
            self.learn_paths(self.ledger.families(self.edition.code))
        if "sections" in self.arguments.discover:
            yield scrapy.Request(
                f"{self.root}/",
                callback=self.parse_home,
                errback=self.home_failed,
                priority=HOME_PRIORITY,
                meta={"download_timeout": self.settings.getfloat("FIRST_CONTACT_TIMEOUT")},
            )
        if "sitemap" in self.arguments.discover:
            yield self.sitemap_request(f"{self.root}{self.settings['SITEMAP_PATH']}")
        if "feed" in self.arguments.discover:
            self.count("listing/opened")
            url = f"{self.root}{self.settings['FEED_PATH']}"
            yield scrapy.Request(url, callback=self.parse_feed, errback=self.source_failed, priority=LISTING_PRIORITY)
        for tag in self.arguments.tags:
            if tag != "all":
                for request in self.tag_requests(tag):
                    yield request
        if self.arguments.urls:
            for request in self.listed_requests():
                yield request

    # -- tags ---------------------------------------------------------------------------------------------------

    def tag_requests(self, tag: str, url: str | None = None) -> Iterator[scrapy.Request]:
        """Ask for the first batch of a tag's page, once a run: where an article links to it, else where it may be."""
        if url is None:
            target = self.ledger.tag_target(self.edition.code, tag) if self.ledger is not None else None
            url = f"{self.root}{target or self.settings['TAG_PATTERN'].format(tag=quote(tag, safe=''))}"
        on = self.site.own(url)
        if on is None or on in self.listings:
            return
        self.count("listing/opened")
        self.count("tags")
        section = Section(name=tag, url=on)
        progress = Progress(section, asked={on})
        self.listings[on] = progress
        if self.ledger is not None:
            progress.stops_at_known, progress.bound = self.known_part(section)
            self.ledger.begin_listing(self.edition.code, on)
        yield self.batch_request(on, progress)

    def learn_tags(self, response: Response, addresses: dict[str, str]) -> Iterator[scrapy.Request]:
        """Remember where an article's tags lead, and follow them all when that was asked for."""
        for tag, url in addresses.items():
            # The same tags stand under many articles.
            if not self.seen.add("tag", tag, url):
                continue
            on = self.site.own(url)
            if on is None or article_url(on, self.site):
                continue
            if self.ledger is not None and self.ledger.tag_target(self.edition.code, tag) is None:
                self.ledger.note_tag(self.edition.code, tag, on)
            if "all" in self.arguments.tags:
                yield from self.tag_requests(tag, on)

    # -- a list of addresses, sitemaps, feed --------------------------------------------------------------------

    def listed_requests(self) -> Iterator[scrapy.Request]:
        """Ask for each address of the `urls` file, known or not; count those that are no article's of this site."""
        name = self.arguments.urls
        with sys.stdin if name == "-" else open(name, encoding="utf-8", errors="replace") as lines:  # noqa: PTH123
            self.count("listing/opened")
            for line in lines:
                text = line.strip().lstrip("\ufeff")
                if not text or text.startswith("#"):
                    continue
                address = self.article_on_site(f"{self.root}/", text)
                if address is not None and self.passes_over(address):
                    continue
                if address is None and (other := other_page(absolute(f"{self.root}/", text) or "")):
                    self.count(f"skipped/{other}")
                elif address is None:
                    self.count("urls/rejected")
                    self.logger.warning("Not an article's address of %s: %s", self.root, text[:200])
                else:
                    yield self.article_request(address, found_on=None)

    def article_on_site(self, base: str, href: str) -> str | None:
        """Return the canonical address of an article of this site that a link leads to, or None."""
        address = absolute(base, href)
        address = self.site.own(address) if address else None
        return canonical(address) if address and article_url(address, self.site) else None

    def sitemap_request(self, url: str) -> scrapy.Request:
        self.count("listing/opened")
        return scrapy.Request(url, callback=self.parse_sitemap, errback=self.source_failed, priority=LISTING_PRIORITY)

    def parse_sitemap(self, response: Response) -> Output:
        """Follow the sitemaps of an index, newest month first, and the articles of a sitemap."""
        self.current = "sitemap"
        yield from self.robots_sitemaps()
        try:
            sitemap = parse_sitemap(response.body, response.url)
        except SitemapError as error:
            self.source_missing(error.name, str(error))
            return
        for address in sorted(sitemap.sitemaps, key=month_of, reverse=True):
            if not self.touches(month_of(address)):
                self.count("sitemap/outside")
                continue
            on = self.site.own(address)
            if on is None:
                self.count("sitemap/elsewhere")
            else:
                yield self.sitemap_request(on)
        found = [self.article_on_site(response.url, address) for address, _ in sitemap.pages]
        for (address, _), article in zip(sitemap.pages, found, strict=True):
            if article is None:
                self.count(f"skipped/{other_page(address) or 'other'}")
        yield from self.follow_articles((address for address in found if address), response.url)

    def touches(self, month: tuple[int, int]) -> bool:
        """Tell whether a month, (0, 0) for an unknown one, has days of the interval asked for."""
        since, until = self.arguments.since, self.arguments.until
        if month == (0, 0):
            return True
        # The site's months are Beirut's: a day more on either side.
        earliest = since - timedelta(days=1) if since else None
        latest = until + timedelta(days=1) if until else None
        return (earliest is None or month >= (earliest.year, earliest.month)) and (
            latest is None or month <= (latest.year, latest.month)
        )

    def robots_sitemaps(self) -> Iterator[scrapy.Request]:
        """Ask for the sitemaps that robots.txt names; the scheduler drops those that were asked for."""
        for url in self.sitemaps_of_robots:
            if (on := self.site.own(url)) is not None:
                yield self.sitemap_request(on)
        self.sitemaps_of_robots = []

    def parse_feed(self, response: Response) -> Output:
        """Follow the articles of the feed."""
        try:
            addresses = parse_feed(response.body, response.url)
        except FeedError as error:
            self.source_missing(error.name, str(error))
            return
        found = (self.article_on_site(response.url, address) for address in addresses)
        yield from self.follow_articles((address for address in found if address), response.url)

    def source_failed(self, failure: Failure) -> Output:
        """Say once that a sitemap or the feed is not there; the other ways go on."""
        name = failure_name(failure)
        if name == "stopped":
            return
        self.source_missing(name, f"{failure.request.url}: {describe(failure)}")  # type: ignore[attr-defined]
        self.stop_if_unreachable(name)
        yield from self.robots_sitemaps()

    def source_missing(self, name: str, what: str) -> None:
        self.count("listing/failed")
        self.count_error(name, what.partition(": ")[0])
        self.logger.warning("No sitemap or feed there, going on with the other ways: %s", what)

    # -- home and sections --------------------------------------------------------------------------------------

    def parse_home(self, response: Response) -> Output:
        """Follow the sections of the home page's menu, and its stories when no sections were asked for."""
        self.count("home")
        page = self.page_of(response)
        yield from self.headlines(page, response)
        sections = read_menu(page)
        self.learn_menu(sections)
        try:
            listing = read_listing(self.page_of(response))
        except EmptyListingError:
            self.logger.info("The home page shows no article; going on with the sections")
        else:
            if not self.arguments.sections:
                yield from self.follow_articles(listing.articles, response.url)
        yield from self.follow_sections(sections)

    def learn_paths(self, kind_by_path: Mapping[str, str]) -> None:
        """Take paths below which articles of a kind are found, beside those that are known."""
        self.site = replace(self.site, kind_by_path={**self.site.kind_by_path, **kind_by_path})

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
        if name == "stopped":
            return
        if name in _NO_ANSWER:
            self.logger.error("The site cannot be reached: %s: %s", self.root, describe(failure))
            self.count_error(name)
            raise CloseSpider(UNREACHABLE)
        self.count_error(name)
        self.logger.error("The home page cannot be read (%s); going on with the built-in sections", describe(failure))
        yield from self.follow_sections(())

    def follow_sections(self, menu: Iterable[Section]) -> Output:
        """Ask for the first batch of each section that is to be read, in the order of the menu or of the argument."""
        sections = self.chosen_sections(tuple(menu))
        for section in sections:
            self.count("listing/opened")
            progress = Progress(section, asked={section.url})
            self.listings[section.url] = progress
            if self.ledger is not None:
                progress.stops_at_known, progress.bound = self.known_part(section)
                self.ledger.begin_listing(self.edition.code, section.url)
            yield self.batch_request(section.url, progress)
        if self.ledger is not None:
            self.ledger.flush()
        yield from self.revisits(sections)

    def chosen_sections(self, menu: tuple[Section, ...]) -> list[Section]:
        """Return the sections to read; one that is asked for but not known is an error, counted and said."""
        built_in = [
            Section(name=name, url=canonical(f"{self.root}{path}")) for name, path in self.edition.sections.items()
        ]
        if not self.arguments.sections:
            sections = default_sections(menu)
            if not sections:
                self.logger.warning("No menu was found; going on with the built-in sections")
                self.count("menu/missing")
            wanted = [section for section in sections or built_in if self.lists_wanted(section)]
            if not wanted:
                self.count_error("unknown_section")
                self.logger.error("The site shows no section of the kinds %s", ", ".join(self.arguments.kinds))
            return wanted
        chosen: dict[str, Section] = {}
        for asked in self.arguments.sections:
            found = next((section for section in (*menu, *built_in) if section_matches(section, asked)), None)
            if found is None:
                self.count_error("unknown_section")
                known = ", ".join(dict.fromkeys(section.name for section in (*menu, *built_in)))
                self.logger.error("The site shows no section %r; known are: %s", asked, known)
            else:
                chosen.setdefault(found.url, found)
        return list(chosen.values())

    def lists_wanted(self, section: Section) -> bool:
        """Tell whether a section may list stories of the kinds asked for."""
        kind = section_kind(section, self.site)
        return not self.arguments.kinds or kind in (None, "article") or kind in self.arguments.kinds

    def known_part(self, section: Section) -> tuple[bool, int | None]:
        """Tell whether a listing may be left at what is known, and the last article that counts for that.

        A run that reads to the end needs an earlier one that did; a run of some batches, one that left no gap. What
        a run brought that did not end well does not count: there may be gaps in it.
        """
        if self.arguments.deep or self.ledger is None:
            return False, None
        reach, bound = self.ledger.reach(self.edition.code, section.url)
        return reach == COMPLETE or (reach == PARTIAL and self.arguments.max_pages > 0), bound

    def revisits(self, sections: Iterable[Section]) -> Iterator[scrapy.Request]:
        """Ask again for the articles that are due, newest first; with chosen sections, for those in them."""
        if self.ledger is None or not self.arguments.refresh:
            return
        paths = tuple(f"{urlsplit(section.url).path}/" for section in sections)
        for entry in self.ledger.due(
            self.edition.code,
            datetime.now(UTC),
            share=self.settings.getfloat("REVISIT_SHARE"),
            max_age_days=self.settings.getfloat("REVISIT_MAX_AGE_DAYS"),
            limit=self.settings.getint("REVISIT_LIMIT"),
        ):
            if not self.arguments.sections or entry.path.startswith(paths):
                yield self.revisit(entry, found_on=None)

    def revisit(self, entry: Entry, found_on: str | None) -> scrapy.Request:
        """Return the request that looks at a known article again: a conditional one where the site gave validators."""
        self.count("revisits")
        headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
        return scrapy.Request(
            f"{self.root}{entry.path}",
            callback=self.parse_article_page,
            errback=self.article_failed,
            priority=REVISIT_PRIORITY,
            headers={name: value for name, value in headers.items() if value},
            cb_kwargs={"found_on": found_on, "entry": entry},
            meta={"handle_httpstatus_list": [304]},
        )

    # -- batches of a listing -----------------------------------------------------------------------------------

    def batch_request(self, url: str, progress: Progress) -> scrapy.Request:
        return scrapy.Request(
            url,
            callback=self.parse_batch,
            errback=self.batch_failed,
            priority=LISTING_PRIORITY,
            cb_kwargs={"progress": progress},
        )

    def parse_batch(self, response: Response, progress: Progress) -> Output:
        """Follow the articles of a batch, and the way to the next as long as batches bring something new."""
        self.current = progress.section.name
        is_first = progress.batches == 0
        page = self.page_of(response)
        yield from self.headlines(page, response)
        try:
            listing = read_listing(page)
        except EmptyListingError as error:
            if is_first:
                self.count("listing/failed")
                self.count_error(error.name, response.url)
                self.listing_read(progress, 0)
                self.logger.error("Listing %s is empty: %s", progress.section.name, error)
            else:
                yield from self.try_another_way(progress, "a batch without articles")
            return
        self.count("listing/batches")
        if is_first:
            self.listing_read(progress, len(listing.articles) - len(listing.aside))
        progress.batches += 1
        main = [address for address in listing.articles if address not in listing.aside]
        fresh = [address for address in main if ("listing", progress.section.url, address) not in self.seen]
        wanted = [address for address in main if not self.passes_over(address)]
        is_known = not is_first and not fresh
        if self.ledger is not None and fresh and wanted:
            is_known = all(self.is_known(address, progress.bound) for address in wanted)
            yield from self.reused_addresses(wanted, response.url)
        if self.is_too_old(progress.last_batch):
            self.end(progress, "what follows is older than asked for (since)", None)
            return
        progress.last_batch = tuple(wanted)
        # What stands aside belongs to other sections; a crawl of all sections takes it from wherever it is met.
        yield from self.follow_articles(main if self.arguments.sections else listing.articles, response.url, progress)
        if not fresh and not is_first:
            progress.batches -= 1
            yield from self.try_another_way(progress, "a batch with nothing new")
            return
        for address in main:
            progress.shown += self.seen.add("listing", progress.section.url, address)
        progress.step = len(fresh)
        if is_known and progress.stops_at_known:
            self.count("listing/known")
            reach, _ = self.ledger.reach(self.edition.code, progress.section.url) if self.ledger else (None, None)
            self.end(progress, "the rest is known", reach)
            return
        yield from self.follow_batch(response.url, listing, progress, is_first)

    def listing_read(self, progress: Progress, links: int) -> None:
        """Tell those who keep the accounts what a section's first batch showed."""
        self.crawler.signals.send_catch_log(signal=LISTING_READ, url=progress.section.url, links=links)

    def follow_batch(self, url: str, listing: Listing, progress: Progress, is_first: bool) -> Output:
        """Ask for the batch after this one, in the likeliest way that has not been tried."""
        progress.untried = []
        if not is_first:
            progress.goes_on = True
            progress.answers_show_way = progress.answers_show_way or bool(listing.following)
        if 0 < self.arguments.max_pages <= progress.batches:
            self.end(progress, f"{progress.batches} batches were asked for (max_pages)", PARTIAL)
        elif listing.is_last:
            self.end(progress, "the site says that nothing follows")
        else:
            progress.untried = [
                batch for batch in self.ways_on(url, listing, progress) if batch.url not in progress.asked
            ]
            yield from self.try_another_way(progress, "nothing leads further")

    def is_too_old(self, batch: Iterable[str]) -> bool:
        """Tell whether every article of a batch, read by now, is older than what was asked for."""
        since = self.arguments.since
        dates = [self.date_of(address) for address in batch]
        return since is not None and bool(dates) and all(date is not None and date < since for date in dates)

    def date_of(self, address: str) -> datetime | None:
        """Return when an article was published, if this run or an earlier one has read it."""
        entry = self.ledger.at(self.edition.code, address) if self.ledger is not None else None
        if (now := self.seen.get("published", address)) is not None:
            return datetime.fromisoformat(now)
        return datetime.fromtimestamp(entry.published, UTC) if entry is not None else None

    def ways_on(self, url: str, listing: Listing, progress: Progress) -> Iterator[NextBatch]:
        """Yield the candidates for the next batch, the likeliest first."""
        yield from listing.following
        if not progress.goes_on or (not listing.following and not progress.answers_show_way):
            # Where the answers themselves have shown the way, the one that shows none is the last.
            parameter = self.settings["PAGE_PARAMETER"]
            guess = next_by_parameter(url, parameter, step=progress.step)
            if guess is not None:
                yield NextBatch(url=guess, way="parameter")

    def try_another_way(self, progress: Progress, reason: str) -> Output:
        """Ask for the next untried candidate, or end the listing when there is none."""
        if progress.untried:
            batch = progress.untried.pop(0)
            progress.asked.add(batch.url)
            yield self.batch_request(batch.url, progress)
        else:
            self.end(progress, reason)

    def batch_failed(self, failure: Failure) -> Output:
        """Name what kept a batch from coming. For a way that was only guessed, it is the end of the listing."""
        progress: Progress = failure.request.cb_kwargs["progress"]  # type: ignore[attr-defined]
        name = failure_name(failure)
        url = failure.request.url  # type: ignore[attr-defined]
        if progress.batches and name in ("gone", "http_status", "redirect", "off_site", "robots"):
            yield from self.try_another_way(progress, f"the next batch is not there ({describe(failure)})")
            return
        if name == "stopped":
            return
        self.count("listing/failed")
        self.count_error(name, url)
        self.logger.error("Listing %s cannot be read on: %s: %s", progress.section.name, url, describe(failure))
        self.stop_if_unreachable(name)

    def end(self, progress: Progress, reason: str, reach: str | None = COMPLETE) -> None:
        """Say why a listing is left, and remember how far it was read unless something of it is missing."""
        if not progress.has_gap:
            progress.reach = reach
        self.logger.info(
            "Listing %s: %d articles in %d batches; %s",
            progress.section.name,
            progress.shown,
            progress.batches,
            reason,
        )

    # -- articles and ticker ------------------------------------------------------------------------------------

    def follow_articles(
        self, addresses: Iterable[str], found_on: str, progress: Progress | None = None
    ) -> Iterator[scrapy.Request]:
        """Ask for each article that is not known, in page order; the scheduler drops what this run has asked for."""
        for address in addresses:
            if self.passes_over(address):
                continue
            if self.is_known(address):
                self.count("article/known")
                continue
            yield self.article_request(address, found_on, progress)

    def passes_over(self, address: str) -> bool:
        """Tell whether the address of a story says that it is not wanted; count each such story once, by reason."""
        tells = article_url(address, self.site)
        kind = tells.kind if tells is not None else "article"
        if kind != LIVE and (not self.arguments.kinds or kind == "article" or kind in self.arguments.kinds):
            return False
        if self.seen.add("passed over", address):
            self.count(f"skipped/{LIVE if kind == LIVE else 'kind'}")
        return True

    def article_request(self, address: str, found_on: str | None, progress: Progress | None = None) -> scrapy.Request:
        return scrapy.Request(
            address,
            callback=self.parse_article_page,
            errback=self.article_failed,
            priority=ARTICLE_PRIORITY,
            cb_kwargs={"found_on": found_on, "progress": progress},
        )

    def is_known(self, address: str, bound: int | None = None) -> bool:
        """Tell whether an earlier run exported the article at an address, or found that there is none.

        With a `bound`, an article with a higher number in the ledger does not count.
        """
        if self.ledger is None or not self.ledger.is_known(self.edition.code, address, datetime.now(UTC)):
            return False
        entry = self.ledger.at(self.edition.code, address) if bound is not None else None
        return entry is None or bound is None or entry.number <= bound

    def reused_addresses(self, addresses: list[str], found_on: str) -> Iterator[scrapy.Request]:
        """Look again at known addresses that stand where only new stories stand: their slug may serve a new post.

        A listing is newest first. One that is known to be much older than a story below it was put at the top again.
        """
        if self.ledger is None or not self.arguments.refresh:
            return
        entries = [self.ledger.at(self.edition.code, address) for address in addresses]
        newest = 0
        now = datetime.now(UTC).timestamp()
        for entry in reversed(entries):
            if entry is None:
                continue
            rested = now - entry.visited > DAY
            if entry.published + REUSE_DAYS * DAY < newest and rested and entry.gone is None:
                yield self.revisit(entry, found_on)
            newest = max(newest, entry.published)

    def parse_article_page(
        self, response: Response, found_on: str | None, progress: Progress | None = None, entry: Entry | None = None
    ) -> Output:
        """Yield the article that a page shows, or count by name why it shows none."""
        self.count("article/fetched")
        when = download_time(response)
        etag, last_modified = validator(response, "ETag"), validator(response, "Last-Modified")
        if response.status == 304 and entry is not None and self.ledger is not None:
            self.count("unchanged")
            self.ledger.note_visit(entry, response.url, when, etag, last_modified)
            return
        page = self.page_of(response)
        yield from self.headlines(page, response)
        try:
            article, tags = read_article(page, downloaded=when, found_on=found_on, edition=self.edition.code)
        except NotAnArticleError as error:
            if isinstance(error, OtherPageError):
                self.count(f"skipped/{error.kind}")
                self.logger.info("Skipped: %s", error)
            else:
                self.count("article/unreadable")
                self.count_error(error.name, response.url)
                self.crawler.signals.send_catch_log(
                    signal=PAGE_UNREADABLE, response=response, when=format_utc(when), url=error.url
                )
                self.logger.warning("No article: %s", error)
            if self.ledger is not None and entry is None and response.request is not None:
                self.ledger.note_failure(self.edition.code, response.request.url, error.name, when)
            return
        yield from self.learn_tags(response, tags)
        if self.arguments.since is not None and article.date_published and response.request is not None:
            self.seen.add("published", response.request.url, value=article.date_published)
        yield FetchedArticle(article=article, etag=etag, last_modified=last_modified)

    def article_failed(self, failure: Failure) -> None:
        """Count by name why an article could not be fetched."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        name = failure_name(failure)
        if name == "stopped":
            # The next run asks for it; this one's listings are not said to be whole.
            return
        entry: Entry | None = request.cb_kwargs.get("entry")
        progress: Progress | None = request.cb_kwargs.get("progress")
        now = datetime.now(UTC)
        if name == "gone":
            self.count("article/gone")
            if self.ledger is not None:
                if entry is not None:
                    self.ledger.note_gone(entry, now)
                else:
                    self.ledger.note_failure(self.edition.code, request.url, name, now)
        else:
            self.count("article/failed")
            if progress is not None:
                # The next run reads this listing to where it was whole, and asks again.
                progress.has_gap, progress.reach = True, None
        self.count_error(name, request.url)
        self.logger.warning("Article not fetched: %s: %s", request.url, describe(failure))
        self.stop_if_unreachable(name)

    def headlines(self, page: Page, response: Response) -> Iterator[Headline]:
        """Yield the lines of a page's ticker that no page of this run has shown before."""
        for text in read_headlines(page):
            if self.seen.add("ticker", text):
                yield Headline(
                    text=text,
                    edition=self.edition.code,
                    found_on=canonical(response.url),
                    date_first_seen=format_utc(download_time(response)),
                )

    # -- counting -----------------------------------------------------------------------------------------------

    @property
    def ledger(self) -> Ledger | None:
        """The memory of earlier runs, or None for a crawl without one."""
        return crawl_state(self.crawler).ledger

    @property
    def seen(self) -> RunState:
        """What this run has met: articles by listing, ticker lines, times of publication, stories passed over."""
        return crawl_state(self.crawler).run_state

    @property
    def listing_reaches(self) -> dict[str, str | None]:
        """Address of the first batch → how far this run has read the listing, None where that left a gap."""
        return {url: progress.reach for url, progress in self.listings.items()}

    def page_of(self, response: Response) -> Page:
        """Return a response as the page that the readers take."""
        return Page(response.body, response.url, charset=declared_charset(response), site=self.site)

    def count(self, name: str, number: int = 1) -> None:
        if number:
            self.crawler.stats.inc_value(f"newscrawl/{name}", number)

    def count_error(self, name: str, address: str = "") -> None:
        self.count(f"error/{name}")
        self.crawler.signals.send_catch_log(signal=ERROR_NAMED, name=name, address=address or self.root)

    def stop_if_unreachable(self, name: str) -> None:
        """Stop when the site has never answered: the next address will not either."""
        if name in _NO_ANSWER and not self.crawler.stats.get_value("response_received_count"):
            raise CloseSpider(UNREACHABLE)


_NAMES = {
    "CannotResolveHostError": "dns",
    "DNSLookupError": "dns",
    "DownloadConnectionRefusedError": "connection_refused",
    "ConnectionRefusedError": "connection_refused",
    "DownloadTimeoutError": "timeout",
    "TimeoutError": "timeout",
    "DownloadCancelledError": "too_large",
    "ResponseDataLossError": "truncated",
    "ResponseDataLoss": "truncated",
    "UnsupportedURLSchemeError": "unsupported_scheme",
    "NotSupported": "unsupported_scheme",
}
_NO_ANSWER = frozenset(("dns", "connection_refused", "connection_lost", "timeout", "robots_unreadable"))


def failure_name(failure: Failure) -> str:
    """Return the name under which a failed request is counted."""
    error = failure.value
    if isinstance(error, HttpError):
        status = error.response.status
        if error.response.headers.get("cf-mitigated"):
            return "challenge"
        if status in (404, 410):
            return "gone"
        if status in (401, 403, 451):
            return "refused"
        if status == 429:
            return "too_many_requests"
        return "server_error" if status >= 500 else "http_status"
    if isinstance(error, IgnoreRequest):
        text = str(error).lower()
        if "challenge of cloudflare" in text:
            return "challenge"
        if "the crawl stops" in text:
            return "stopped"
        if "cannot be read" in text:
            return "robots_unreadable" if "answered" not in text and "challenge" not in text else "robots_refused"
        if "robots" in text:
            return "robots"
        if "download_maxsize" in text:
            return "too_large"
        if "another site" in text or "offsite" in text:
            return "off_site"
        return "redirect" if "redirection" in text else "ignored"
    return _NAMES.get(type(error).__name__, "connection_lost")


def describe(failure: Failure) -> str:
    """Return in a few words what went wrong."""
    error = failure.value
    if isinstance(error, HttpError):
        ray = error.response.headers.get("cf-ray", b"") or b""
        return f"status {error.response.status}" + (f", CF-Ray {ray.decode('latin-1')}" if ray else "")
    return collapse_spaces(f"{type(error).__name__}: {error}")[:300]


def declared_charset(response: Response) -> str:
    """Return the charset that a response claims or seems to have."""
    return getattr(response, "encoding", None) or "utf-8"


def validator(response: Response, name: str) -> str | None:
    """Return a header that makes a later request conditional, if it can be sent back as it is."""
    value = (response.headers.get(name) or b"").decode("latin-1").strip()
    return value if value and len(value) < 200 and value.isprintable() else None


def download_time(response: Response) -> datetime:
    """Return when a response came, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
