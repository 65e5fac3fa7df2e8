"""What an answer says beside its page: which URLs led to it, when it came, how to ask for it again."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.http import Response

from newscrawl.urls import path_of, without_tracking

_BETWEEN_WORDS = re.compile(r"[^\w\u0300-\u036f]+|_+")


def asked_urls(request: Request) -> list[str]:
    """Return the URL that was asked for, then those to which redirects led."""
    return [*request.meta.get("redirect_urls", ()), request.url]


def asked_url(request: Request) -> str:
    """Return the URL that was asked for, before redirects."""
    return asked_urls(request)[0]


def address_of(response: Response) -> str:
    """Return the URL whose article a page is, as far as its requests say.

    A redirect to a query (`?print=1`) leads to one view of a page, which may not be the article that is there without
    the query: the page then counts as that of the URL asked for.
    """
    request = response.request
    if request is None or "redirect_urls" not in request.meta or not urlsplit(without_tracking(response.url)).query:
        return response.url
    return asked_url(request)


def words_of_slug(url: str) -> str:
    """Return the longer words of an article's slug, which are mostly those of its headline.

    >>> words_of_slug("https://x.net/news/politics/port-of-the-city:-opened-again")
    'port city opened again'
    """
    words = _BETWEEN_WORDS.split(unquote(path_of(url).rpartition("/")[2]))
    return " ".join(word for word in words if len(word) > 3)


def validator(response: Response, name: str) -> str | None:
    """Return a header that makes a later request conditional, if it can be sent back as it is."""
    value = (response.headers.get(name) or b"").decode("latin-1").strip()
    return value if value and len(value) < 200 and value.isprintable() else None


def download_time() -> datetime:
    """Return now, UTC, to the second: a response is read the moment it comes."""
    return datetime.now(UTC).replace(microsecond=0)
