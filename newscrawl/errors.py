"""The named failures: what can go wrong with a page, an argument or the output, each with when it is raised.

The name of a failure is its counter in the statistics (`newscrawl/error/<name>`), so that a log, a report and
a test speak of the same thing.
"""

NO_ANSWER = frozenset(("dns", "connection_refused", "connection_lost", "timeout", "tls", "robots_unreadable"))
"""Names of failed requests that the site did not answer at all."""
REFUSALS = frozenset(("challenge", "refused", "robots_refused"))
"""Names of failed requests that the site refused."""
REFUSALS_AND_LIMITS = REFUSALS | {"too_many_requests"}
"""Those, and the requests that the site called too many."""
IN_WORDS = {
    "dns": "its name cannot be resolved",
    "connection_refused": "the connection was refused",
    "timeout": "no answer came in time",
    "connection_lost": "the connection was lost",
    "tls": "no TLS connection that can be trusted came about",
    "too_large": "the answer is too large",
    "truncated": "the answer was cut off on its way",
    "undecodable": "the answer is not in the encoding that it states",
    "off_site": "it leads to another site",
    "server_error": "the answer was an error of the server",
    "too_many_requests": "the answer was that there were too many requests",
    "gone": "the answer was that there is no such page",
    "redirect_loop": "a redirect to the page itself, as for want of a cookie",
    "redirected_login": "a redirect to a log-in",
    "redirected_home": "a redirect to the home page",
    "exception": "a fault of this program",
    "redirected_known": "a redirect to a page that was asked for already",
    "redirected": "a redirect to another article",
    "redirect": "too many redirects",
    "other_article": "another article came in its place",
    "claimed_id": "it states an id that another article has",
    "claimed_url": "it states the URL of another article as its own",
    "http_status": "the answer had a status that is no page's",
    "refused": "the site refused",
    "sitemap": "a sitemap that is none, or cut short",
    "feed": "a feed that is none, or cut short",
    "empty_listing": "pages without articles",
    "too_slow": "a page that takes too long to read",
    "archive_index": "an index of an archive that is none, or cut short",
    "too_many_sitemaps": "more sitemaps than MAX_SITEMAPS",
    "sitemaps_too_deep": "sitemaps that lead to sitemaps, more often than MAX_SITEMAP_DEPTH",
    "too_many_sections": "more sections than MAX_SECTIONS",
    "too_many_tags": "more tags than MAX_TAGS",
}
"""Names of failures in words."""
TOO_SLOW = "too_slow"
"""Name of a page that takes longer to read than `MAX_READ_SECONDS`."""
STOPPED = "stopped"
"""Name of a request that was not made because the crawl ends; the next run makes it."""


class NewscrawlError(Exception):
    """Any failure that newscrawl itself names."""

    name = "error"


class PageError(NewscrawlError, ValueError):
    """A page that could not be read as what it was asked for.

    `url` is the page's, `reason` says in a few words what was missing.
    """

    name = "page"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class NotAnArticleError(PageError):
    """Raised by `parse_article` for a page that is something else: a listing, an error page, no HTML at all."""

    name = "not_an_article"


class OtherPageError(NotAnArticleError):
    """Raised by `parse_article` for a page that says of itself that it is something else.

    `kind` is what: `live`, `author`, `coverage`, `tag`, `region`, `listing` or `page`.
    """

    name = "other_page"

    def __init__(self, url: str, reason: str, kind: str) -> None:
        super().__init__(url, reason)
        self.kind = kind


class MissingHeadlineError(NotAnArticleError):
    """Raised by `parse_article` when neither the metadata nor the page holds a headline."""

    name = "missing_headline"


class MissingBodyError(NotAnArticleError):
    """Raised by `parse_article` when no layer finds a paragraph of text."""

    name = "missing_body"


class EmptyListingError(PageError):
    """Raised by `parse_listing` for a listing's first batch that leads to no article."""

    name = "empty_listing"


class ArchiveIndexError(NewscrawlError, ValueError):
    """Raised for an answer of the index of another archive that is none, or cut short."""

    name = "archive_index"


class CaptureError(NewscrawlError, ValueError):
    """Raised for a capture of another archive that holds no page; its name is that of the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class ReadingStoppedError(NewscrawlError):
    """Raised in the middle of a page that takes long to read, once the crawl is to end."""

    name = STOPPED


class ReadingTooSlowError(NewscrawlError):
    """Raised in the middle of a page that takes longer to read than `MAX_READ_SECONDS`."""

    name = TOO_SLOW


class ArgumentError(NewscrawlError, ValueError):
    """Raised before the crawl for a spider argument or a setting that cannot be meant."""

    name = "argument"


class OutputError(NewscrawlError, OSError):
    """Raised when a line or a file of the archive could not be written."""

    name = "output"


class LedgerDamagedError(NewscrawlError):
    """Raised when the ledger cannot be read; it is set aside then and rebuilt from the committed files."""

    name = "ledger_damaged"


class LockedError(NewscrawlError):
    """Raised when another crawl holds the archive."""

    name = "locked"
