"""The part of the spider that reads kept pages: answers out of WARC files, and those that no run could read so far."""

from collections.abc import Iterator
from typing import Any

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

from newscrawl.archive.stored_pages import DAMAGES, StoredPage, WarcSource, stored_page
from newscrawl.errors import NotAnArticleError, ReadingTooSlowError
from newscrawl.extensions.captures import CAPTURE
from newscrawl.items import FetchedArticle
from newscrawl.middlewares.compression import unpacked
from newscrawl.pages import extractor, read_article
from newscrawl.spiders.answers import address_of
from newscrawl.spiders.listings import ListingSpider

MOST_READ_AGAIN = 1000
"""Pages that one run reads again at its start."""


def response_of(page: StoredPage, largest: int) -> Response:
    """Return the answer that a kept page was, unpacked; raises `IgnoreRequest` for one that cannot be unpacked."""
    headers: dict[str, list[str]] = {}
    codings: list[str] = []
    for name, value in page.headers:
        headers.setdefault(name, []).append(value)
        if name.lower() == "content-encoding":
            codings += [each.strip().lower() for each in value.split(",")]
    body = page.body
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip", "deflate", "br", "zstd"):
            body = unpacked(body, coding.removeprefix("x-").encode(), largest)
    meta: dict[str, Any] = {CAPTURE: page.capture}
    if page.asked:
        meta["redirect_urls"] = list(page.asked)
    response = HtmlResponse(page.url, headers=headers, body=body)
    response.request = scrapy.Request(page.url, meta=meta)
    return response


class KeptPagesSpider(ListingSpider):
    """Reads again, by other rules, the pages that an earlier run has kept and found unreadable."""

    def read_again(self) -> Iterator[FetchedArticle]:
        """Yield the articles in such pages; nobody is asked for them."""
        archive = self.archive
        if archive is None:
            return
        found = done = 0
        rows = archive.ledger.unreadable(extractor(), MOST_READ_AGAIN)
        for url, file, offset in rows:
            if self.ledger is not None and self.ledger.at(self.edition.code, url) is not None:
                continue
            try:
                source = WarcSource(str(archive.folder / file), archive.folder)
                try:
                    page = stored_page(source, offset, self.settings.getint("DOWNLOAD_MAXSIZE"))
                finally:
                    source.close()
            except (OSError, *DAMAGES) as error:
                self.logger.warning("A kept page cannot be read again: %s: byte %s of %s: %s", url, offset, file, error)
                continue
            if page is None or page.url != url:
                self.logger.warning("A kept page is not where it was: %s: byte %s of %s", url, offset, file)
                continue
            done += 1
            for item in self._read_kept(page):
                found += isinstance(item, FetchedArticle)
                yield item
        if done:
            self.count("read_again", done)
            self.logger.info("Read again %s kept pages that showed no article: %s articles", done, found)

    def _read_kept(self, page: StoredPage) -> Iterator[Any]:
        archive = self.archive
        assert archive is not None
        try:
            response = response_of(page, self.settings.getint("DOWNLOAD_MAXSIZE"))
            url = address_of(response)
            parsed = self.read(
                read_article, self.page_of(response, url), downloaded=page.when, found_on=page.found_on,
                edition=self.edition.code,
            )  # fmt: skip
        except (NotAnArticleError, ReadingTooSlowError, IgnoreRequest) as error:
            self.logger.info("No article still: %s: %s", page.url, error)
            archive.ledger.note_unreadable(self.edition.code, page.url, page.capture, extractor())
            return
        self.run_state.add("read_again", page.url)
        yield from self.hand_on(FetchedArticle(article=parsed.article), parsed, url, response, page.when, None)
