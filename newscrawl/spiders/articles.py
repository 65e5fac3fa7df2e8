"""The part of the spider that asks for articles, and hands on what their pages show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.almayadeen.addresses import article_url
from newscrawl.almayadeen.kinds import LIVE
from newscrawl.archive.archive import Archive
from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.indexing import url_key
from newscrawl.archive.ledger import DAY, Entry, Ledger
from newscrawl.archive.run_state import RunState
from newscrawl.dates import format_utc
from newscrawl.errors import STOPPED, TOO_SLOW, NotAnArticleError, OtherPageError
from newscrawl.extensions.captures import capture_of, captured_at
from newscrawl.items import Article, FetchedArticle, Headline, Scraped
from newscrawl.monitoring.accounting import PURPOSE, READ, UNCHANGED, articles_are_missing, fate_of
from newscrawl.pages import Page, ParsedArticle, extractor, read_article, read_headlines
from newscrawl.pipelines.identify import CLAIMED_URL, OTHER_ARTICLE, is_bound_to, is_known_claim
from newscrawl.signals import PAGE_UNREADABLE
from newscrawl.spiders.answers import address_of, asked_url, asked_urls, download_time, validator, words_of_slug
from newscrawl.spiders.arguments import Arguments
from newscrawl.spiders.counting import CountingSpider
from newscrawl.spiders.failures import describe, failure_name
from newscrawl.spiders.pagination import ListingState
from newscrawl.text import shares_no_word
from newscrawl.urls import Site, canonical

Output = Iterator[scrapy.Request | Scraped]

# Articles before further batches: no more requests wait than one batch of each listing brings.
HOME_PRIORITY, ARTICLE_PRIORITY, REVISIT_PRIORITY, LISTING_PRIORITY = 100, 10, 5, 0
REUSE_DAYS = 2
"""A known article this many days older than one below it in a listing is fetched again: its URL may be reused."""
# Failures that say that an article is no longer where it was: it rests, as one that is gone.
LED_ELSEWHERE = frozenset((
    "redirect", "redirect_loop", "redirected_home", "redirected_login", "redirected_known", "redirected", "off_site",
))  # fmt: skip


class ArticleSpider(CountingSpider):
    """Asks for articles by URL; yields each article, and each line of the ticker once."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = Arguments.parse(**arguments)
        super().__init__()
        self.edition = self.arguments.edition
        self.root = self.arguments.root
        self.site = Site(self.root, aliases=(self.edition.root,))
        """The site that is crawled; its links may lead to the edition's own host when `site` names another."""
        self.created = datetime.now(UTC)
        self.current = "home page"
        """What the crawl reads now, for people who watch."""

    # -- what is known ------------------------------------------------------------------------------------------

    @property
    def ledger(self) -> Ledger | None:
        """The memory of earlier runs, or None for a crawl without one."""
        return crawl_state(self.crawler).ledger

    @property
    def archive(self) -> Archive | None:
        """The archive that is written into, or None for a crawl without one."""
        return crawl_state(self.crawler).archive

    @property
    def run_state(self) -> RunState:
        """What this run has met: articles by listing, ticker lines, dates of publication, unwanted articles."""
        return crawl_state(self.crawler).run_state

    @property
    def most_articles_are_missing(self) -> bool:
        """Whether most articles did not come: then the site is at fault, and not each of them."""
        return articles_are_missing(self.crawler.stats.get_stats(), self.settings.getfloat("MISSING_SHARE"))

    @property
    def most_are_unreadable(self) -> bool:
        """Whether most pages of articles could not be read: then the site or the extraction is at fault."""
        stats, share = self.crawler.stats, self.settings.getfloat("MISSING_SHARE")
        fetched = stats.get_value("newscrawl/article/fetched", 0)
        return bool(stats.get_value("newscrawl/article/unreadable", 0) > share * fetched)

    def learn_paths(self, kind_by_path: Mapping[str, str]) -> None:
        """Take paths below which articles of a kind are found, beside those that are known."""
        self.site = replace(self.site, kind_by_path={**self.site.kind_by_path, **kind_by_path})

    def article_on_site(self, base: str, href: str) -> str | None:
        """Return the canonical URL of an article of this site that a link leads to, or None."""
        url = self.site.own_link(base, href)
        return canonical(url) if url and article_url(url, self.site) else None

    def is_unwanted(self, url: str) -> bool:
        """Return whether an article's URL says that it is not asked for; count each such article once, by reason."""
        shape = article_url(url, self.site)
        kind = shape.kind if shape is not None else "article"
        if kind != LIVE and (not self.arguments.kinds or kind == "article" or kind in self.arguments.kinds):
            return False
        if self.run_state.add("unwanted", url):
            self.count(f"skipped/{LIVE if kind == LIVE else 'kind'}")
        return True

    def is_known(self, url: str, bound: int | None = None) -> bool:
        """Return whether an earlier run exported the article at a URL, or found that there is none.

        With a `bound`, an article with a higher number in the ledger does not count.
        """
        if ("read_again", url) in self.run_state:
            return True
        if self.ledger is None or not self.ledger.is_known(self.edition.code, url, datetime.now(UTC)):
            return False
        entry = self.ledger.at(self.edition.code, url) if bound is not None else None
        return entry is None or bound is None or entry.number <= bound

    def date_of(self, url: str) -> datetime | None:
        """Return when an article was published, if this run or an earlier one has read it."""
        entry = self.ledger.at(self.edition.code, url) if self.ledger is not None else None
        if (date := self.run_state.get("published", url)) is not None:
            return datetime.fromisoformat(date)
        return datetime.fromtimestamp(entry.published, UTC) if entry is not None else None

    # -- requests -----------------------------------------------------------------------------------------------

    def follow_articles(
        self,
        urls: Iterable[str],
        found_on: str,
        state: ListingState | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> Iterator[scrapy.Request]:
        """Ask for each article that is not known, in page order; the scheduler drops what this run has asked for.

        `titles` are those that the page gives to them.
        """
        for url in urls:
            if self.is_unwanted(url):
                continue
            self.run_state.add("shown", url, value=(titles or {}).get(url, ""))
            if self.is_known(url):
                self.count("article/known")
                continue
            yield self.article_request(url, found_on, state)

    def article_request(self, url: str, found_on: str | None, state: ListingState | None = None) -> scrapy.Request:
        return scrapy.Request(
            url,
            callback=self.parse_article_page,
            errback=self.article_failed,
            priority=ARTICLE_PRIORITY,
            cb_kwargs={"found_on": found_on, "state": state},
            meta={PURPOSE: "article"},
        )

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
            meta={"handle_httpstatus_list": [304], PURPOSE: "revisit"},
        )

    def revisit_reused_urls(self, urls: Iterable[str], found_on: str) -> Iterator[scrapy.Request]:
        """Look again at known URLs in places where a listing has new articles: a slug may be used for another one.

        A listing is newest first. An article known to be much older than one below it was put at the top again.
        """
        if self.ledger is None or not self.arguments.refresh:
            return
        entries = [self.ledger.at(self.edition.code, url) for url in urls]
        newest = 0
        now = datetime.now(UTC).timestamp()
        for entry in reversed(entries):
            if entry is None:
                continue
            has_rested = now - entry.visited > DAY
            if entry.published + REUSE_DAYS * DAY < newest and has_rested and entry.gone is None:
                yield self.revisit(entry, found_on)
            newest = max(newest, entry.published)

    # -- answers ------------------------------------------------------------------------------------------------

    def parse_article_page(
        self, response: Response, found_on: str | None, state: ListingState | None = None, entry: Entry | None = None
    ) -> Output:
        """Yield the article that a page shows, or count by name why it shows none."""
        self.count("article/fetched")
        self.settle(response.request, READ)
        when = captured_at(response) or download_time()
        etag, last_modified = validator(response, "ETag"), validator(response, "Last-Modified")
        if response.status == 304 and entry is not None and self.ledger is not None:
            self.count("unchanged")
            self.settle(response.request, UNCHANGED)
            self.ledger.note_visit(entry, response.url, when, etag, last_modified)
            return
        page = self.page_of(response, address_of(response))
        yield from self.headlines(page, response.url)
        try:
            parsed = self.read(read_article, page, downloaded=when, found_on=found_on, edition=self.edition.code)
        except NotAnArticleError as error:
            self.note_unreadable(error, response, when, is_new=entry is None)
            return
        fetched = FetchedArticle(article=parsed.article, etag=etag, last_modified=last_modified)
        yield from self.hand_on(fetched, parsed, page.url, response, when, entry)

    def hand_on(
        self,
        fetched: FetchedArticle,
        parsed: ParsedArticle,
        url: str,
        response: Response,
        when: datetime,
        entry: Entry | None,
    ) -> Output:
        """Yield an article unless its page is another one's; `url` is the one whose page it is said to be."""
        article, tag_urls, own = parsed
        if fetched.is_from_archive:
            if self.is_of_another(parsed, url, response):
                self.note_other_stored(own, response)
                return
            tag_urls = {}
        elif own is not None and not self.is_own_page(article, own, url, response):
            self.note_other_article(own, response, when, is_new=entry is None)
            yield from self.follow_articles((own,), response.url)
            return
        elif entry is None and own is None and self.may_be_another(article, response):
            self.note_other_article(None, response, when, is_new=True)
            return
        yield from self.follow_tags(tag_urls)
        if self.arguments.since is not None and article.date_published and response.request is not None:
            self.run_state.add("published", asked_url(response.request), value=article.date_published)
        self.accounts.read_record("articles")
        asked = tuple(asked_urls(response.request)) if response.request is not None else ()
        article = replace(article, capture=capture_of(response))
        yield replace(fetched, article=article, asked=asked)

    def is_of_another(self, parsed: ParsedArticle, url: str, response: Response) -> bool:
        """Return whether a page is another article's than that of its URL."""
        if parsed.own_url is not None:
            return not self.is_own_page(parsed.article, parsed.own_url, url, response)
        return self.may_be_another(parsed.article, response)

    def note_other_stored(self, own: str | None, response: Response) -> None:
        """Count a page of an archive that is another article's; it says nothing about the site."""

    def is_own_page(self, article: Article, own: str, url: str, response: Response) -> bool:
        """Return whether a page is that of the article at its URL; count one that it is, but states another's URL."""
        if url_key("", own) == url_key("", canonical(url)):
            return True
        if self.ledger is None or response.request is None:
            return False
        is_second = self.ledger.failure(self.edition.code, asked_url(response.request)) == OTHER_ARTICLE
        is_own = is_bound_to(article, url, own, self.ledger, is_second=is_second)
        if is_own and self.is_met(own):
            self.count_error(CLAIMED_URL, url)
            if is_known_claim(self.ledger, self.edition.code, url, own):
                self.count(f"known/{CLAIMED_URL}")
            self.logger.warning("%s states the URL of another article as its own: %s", url, own)
        return is_own

    def is_met(self, own: str) -> bool:
        """Return whether this run has met the article at a URL, or an earlier one has exported it."""
        is_exported = self.ledger is not None and self.ledger.at(self.edition.code, own) is not None
        return is_exported or ("shown", own) in self.run_state

    def may_be_another(self, article: Article, response: Response) -> bool:
        """Return whether a page that states an id, but no URL, may be that of another article than the one asked for.

        It may when its headline has no word of the URL, and no word of the title that a listing gave to the URL. If the
        next run meets it again, it is the article there.
        """
        if self.ledger is None or "id" not in article.provenance or response.request is None:
            return False
        url = asked_url(response.request)
        if self.ledger.failure(self.edition.code, url) == OTHER_ARTICLE:
            return False
        shown = self.run_state.get("shown", url)
        return shares_no_word(words_of_slug(url), article.title) and (not shown or shares_no_word(shown, article.title))

    def note_other_article(self, own: str | None, response: Response, when: datetime, *, is_new: bool) -> None:
        """Count a page that is another article's: a cache has mixed them up, or the URL leads there for good.

        `own` is that article's URL, None where the page does not state it.

        It says nothing about the article asked for. That is asked for again by the next run, and then rests.
        """
        name, url = OTHER_ARTICLE, asked_url(response.request) if response.request is not None else response.url
        is_second = self.ledger is not None and self.ledger.failure(self.edition.code, url) == name
        if is_second and self.ledger is not None and is_new:
            # The URL leads there for good: nothing is missing.
            self.count(f"skipped/{name}")
            self.settle(response.request, f"skipped: {name}")
            self.logger.info("Skipped: %s is the article at %s", url, own)
            self.ledger.note_failure(self.edition.code, url, name, when)
            return
        self.count("article/failed")
        self.count_error(name, url)
        self.settle(response.request, fate_of(name))
        self.logger.warning("Article not fetched: %s: the page is that of %s", url, own or "another article")
        if self.ledger is not None and is_new:
            self.ledger.note_failure(self.edition.code, url, name, datetime.fromtimestamp(0, UTC))
            self.note_missing(url)

    def note_unreadable(self, error: NotAnArticleError, response: Response, when: datetime, *, is_new: bool) -> None:
        """Count by name why a page shows no article."""
        request, name = response.request, error.name
        if isinstance(error, OtherPageError) and request is not None and "redirect_urls" in request.meta:
            # Another article was asked for than this page.
            name = "redirected"
            self.count("article/failed")
            self.count_error(name, asked_url(request))
            self.settle(request, fate_of(name))
            self.logger.warning("Article not fetched: %s led to %s", asked_url(request), error)
        elif isinstance(error, OtherPageError):
            self.count(f"skipped/{error.kind}")
            self.settle(request, f"skipped: {error.kind}")
            self.logger.info("Skipped: %s", error)
        else:
            self.count("article/unreadable")
            self.count_error(error.name, response.url)
            self.settle(request, fate_of(error.name))
            self.crawler.signals.send_catch_log(
                signal=PAGE_UNREADABLE, response=response, when=format_utc(when), url=error.url
            )
            self.logger.warning("No article: %s", error)
        if self.ledger is not None and is_new and request is not None:
            self.ledger.note_failure(self.edition.code, asked_url(request), name, when)
            if (capture := capture_of(response)) is not None and not isinstance(error, OtherPageError):
                self.ledger.note_unreadable(self.edition.code, response.url, capture, extractor())

    def article_failed(self, failure: Failure) -> None:
        """Count by name why an article could not be fetched."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        name, url = failure_name(failure), asked_url(request)
        self.settle(request, fate_of(name))
        if name == STOPPED:
            # The next run asks for it; this one's listings do not count as read without a gap.
            return
        entry: Entry | None = request.cb_kwargs.get("entry")
        now = datetime.now(UTC)
        if name == "gone":
            self.count("article/gone")
            if self.ledger is not None:
                if entry is not None:
                    self.ledger.note_gone(entry, now)
                else:
                    self.ledger.note_failure(self.edition.code, url, name, now)
        elif name == TOO_SLOW:
            # The page came, and cannot be read.
            self.count("article/unreadable")
            if self.ledger is not None and entry is None:
                self.ledger.note_failure(self.edition.code, url, name, now)
        else:
            self.count("article/failed")
            if name not in LED_ELSEWHERE:
                self.note_missing(url)
            elif self.ledger is not None and entry is None:
                self.ledger.note_failure(self.edition.code, url, name, now)
        self.count_error(name, url)
        self.logger.warning("Article not fetched: %s: %s", url, describe(failure))
        self.stop_if_unreachable(name)

    def note_missing(self, url: str) -> None:
        """Remember that an article did not come; nothing here, where no listing is read."""

    def note_raised(self, request: scrapy.Request) -> None:
        """Remember that the callback of a request raised: what it would have brought did not come."""
        self.note_missing(asked_url(request))

    def headlines(self, page: Page, url: str) -> Iterator[Headline]:
        """Yield the lines of a page's ticker that no page of this run has shown before."""
        for text in self.read(read_headlines, page):
            if self.run_state.add("ticker", text):
                self.accounts.read_record("headlines")
                yield Headline(
                    text=text,
                    edition=self.edition.code,
                    found_on=canonical(url),
                    date_first_seen=format_utc(download_time()),
                )

    def follow_tags(self, tag_urls: Mapping[str, str]) -> Iterator[scrapy.Request]:
        """Follow the tags of an article (tag → URL of its page); nothing here, where no listing is read."""
        yield from ()

    def page_of(self, response: Response, url: str | None = None) -> Page:
        """Return a response as the page that the readers take, of another URL where that is known."""
        charset = getattr(response, "encoding", None) or "utf-8"
        return Page(response.body, url or response.url, charset=charset, site=self.site)
