"""Pure helpers for URLs; `canonical` defines the one spelling of a URL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 3986: characters that a path has as they are. All others are percent-encoded, in UTF-8.
_PATH_SAFE = "/:@!$&'()*+,;=-._~"
LITTER = (
    "".join(map(chr, range(33)))  # white space and control characters
    + "\x7f\x85\xa0\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    + "\u202f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u3000\ufeff\ufffe\uffff"
)
"""Characters that are dropped from the ends of a link: white space, and what nobody sees, such as direction marks."""
_AROUND_QUERY = re.compile(r"([^?#]*)([?#]?)(.*)", re.DOTALL)
_MANY_SLASHES = re.compile(r"(?i)(?<=^http:)/{3,}|(?<=^https:)/{3,}|^/{3,}")
# Quotes of an attribute in HTML that was escaped for JSON, or for a script.
_ESCAPED_QUOTES = re.compile(r"^\\[\"']|\\[\"']$")
# A letter and encoded bytes outside ASCII after it, which may be its accents.
_ENCODED = re.compile(r"[\w.~-]?(?:%[89A-Fa-f][0-9A-Fa-f])+", re.ASCII)
_MAX_LINK = 8192
# Characters that browsers drop from the middle of a link.
_LINE_BREAKS = re.compile(r"[\t\r\n]")
# A path that is normalised already, as most are: no dots at the start of a segment, nothing to encode.
_PLAIN_PATH = re.compile(r"(?:/[\w:@!$&'()*+,;=~-][\w:@!$&'()*+,;=.~-]*)*/?", re.ASCII)
_FORBIDDEN_HOST = re.compile(r"[\s<>\"'{}|\\^`%#?/@]")
# Parameters that say where a reader came from. They do not change the page.
_TRACKING = re.compile(r"(?i)^(utm_\w+|ref|ref_src|ref_url|fbclid|gclid|igshid|igsh|mc_[ce]id|s|t|si|cxt)$")
_POST_HOSTS = re.compile(
    r"(?i)(^|\.)(twitter|x|facebook|instagram|tiktok|t|telegram|threads|youtube|youtu|truthsocial|vk)\.\w+$"
)


@lru_cache(maxsize=1024)
def canonical(url: str) -> str:
    """Return the one spelling of an absolute http(s) URL: no query, no fragment, percent-encoding normalised.

    The host is in lower case. A default port and a trailing slash are removed. Dots in the path are resolved. Letters
    outside ASCII are percent-encoded in UTF-8, with upper-case digits. Raises `ValueError` for anything else than an
    absolute http(s) URL.

    >>> canonical("HTTPS://English.Almayadeen.net:443/news/politics/%7ea-b/?utm_source=x#top")
    'https://english.almayadeen.net/news/politics/~a-b'
    >>> canonical("https://www.almayadeen.net/news/politics/غزة")
    'https://www.almayadeen.net/news/politics/%D8%BA%D8%B2%D8%A9'
    >>> canonical("mailto:desk@example.org")
    Traceback (most recent call last):
    ...
    ValueError: not a web URL: 'mailto:desk@example.org'
    """
    parts = _split(url)
    return urlunsplit((parts.scheme, parts.netloc, _path(parts.path).rstrip("/") or "/", "", ""))


def absolute(base: str, href: str) -> str | None:
    """Return the URL, with its query, that a link on the page `base` leads to, or None when that is not http(s).

    Never raises: `javascript:`, `mailto:`, `http://[bad` and the like give None.

    >>> absolute("https://x.net/news/politics", " ?page=2#more ")
    'https://x.net/news/politics?page=2'
    >>> absolute("https://x.net/", "http://[bad") is absolute("https://x.net/", "javascript:void(0)") is None
    True
    """
    if len(href) > _MAX_LINK:
        return None
    if href.startswith(("https://", "http://")):
        # An absolute link does not depend on the page, and one that begins with a slash only on the page's root. So the
        # cache below serves the links of a menu for all pages of a run.
        base = ""
    elif href.startswith("/") and not href.startswith("//") and (end := base.find("/", 8)) > 0:
        base = base[:end]
    return _absolute(base, href)


@lru_cache(maxsize=4096)
def _absolute(base: str, href: str) -> str | None:
    href = _LINE_BREAKS.sub("", href.strip(LITTER))
    if "\\" in href:
        href = _with_slashes(href)
    if "///" in href:
        href = _MANY_SLASHES.sub("//", href)
    if not href:
        return None
    try:
        # Only relative links are joined, because joining costs more than all the rest here.
        parts = _split(urljoin(base, href) if base else href)
    except (ValueError, UnicodeError):
        return None
    path = parts.path
    if not path.isascii():
        path = path.removesuffix("/").rstrip(LITTER[34:]) + "/" * path.endswith("/")
    return urlunsplit((parts.scheme, parts.netloc, _path(path) or "/", _query(parts.query), ""))


def _with_slashes(href: str) -> str:
    """Return a link with slashes in place of backslashes, as browsers take them, or of the escaped slashes of JSON."""
    path, mark, rest = _AROUND_QUERY.match(_ESCAPED_QUOTES.sub("", href)).groups()  # type: ignore[union-attr]
    return path.replace("\\/", "/").replace("\\", "/") + mark + rest


def on_site(url: str, root: str, *aliases: str) -> str | None:
    """Return the URL with the scheme and host of `root`, or None when it belongs to another site.

    `http` and `https` are one site, and so are the host with and without `www.` and the roots given as `aliases`.

    >>> on_site("http://english.almayadeen.net/news/a?page=2", "https://english.almayadeen.net")
    'https://english.almayadeen.net/news/a?page=2'
    >>> on_site("https://english.almayadeen.net/news", "http://127.0.0.1:80", "https://english.almayadeen.net")
    'http://127.0.0.1/news'
    >>> on_site("https://example.org/news", "https://english.almayadeen.net") is None
    True
    """
    try:
        parts, target = _split(url), _split(root)
        hosts = {_site_of(target), *(_site_of(_split(alias)) for alias in aliases)}
    except ValueError:
        return None
    if _site_of(parts) not in hosts:
        return None
    return urlunsplit((target.scheme, target.netloc, parts.path or "/", parts.query, ""))


@dataclass(frozen=True, slots=True)
class Site:
    """The site that is crawled. It alone decides which URLs belong to the site."""

    root: str
    """Scheme, host and port, without a trailing slash."""
    aliases: tuple[str, ...] = ()
    """Other roots whose URLs lead to the same site."""
    kind_by_path: Mapping[str, str] = field(default_factory=dict)
    """Path → kind of the articles below it, as the site's menu shows it. The built-in paths are not repeated here."""

    def own(self, url: str) -> str | None:
        """Return the URL with the root's scheme and host, or None when it belongs to another site.

        >>> Site("https://english.almayadeen.net").own("http://www.english.almayadeen.net/news?page=2")
        'https://english.almayadeen.net/news?page=2'
        """
        return on_site(url, self.root, *self.aliases)

    def own_link(self, base: str, href: str) -> str | None:
        """Return the URL that a link on the page `base` leads to, as `own` returns it, or None when it leaves the site.

        >>> Site("https://english.almayadeen.net").own_link("https://english.almayadeen.net/news", "?page=2")
        'https://english.almayadeen.net/news?page=2'
        """
        url = absolute(base, href)
        return self.own(url) if url is not None else None


def site_of(url: str) -> Site:
    """Return a site for a page of which only the URL is known: its scheme, host and port.

    >>> site_of("https://english.almayadeen.net/news/politics").root
    'https://english.almayadeen.net'
    """
    parts = urlsplit(url)
    return Site(f"{parts.scheme}://{parts.netloc}")


def path_of(url: str) -> str:
    """Return the canonical path of a URL, `composed`.

    >>> path_of("https://x.net/news/politics/a-b?x=1")
    '/news/politics/a-b'
    """
    url = canonical(url)
    return composed(url[url.index("/", len("http://x")) :])


def composed(path: str) -> str:
    """Return a percent-encoded path in which each accented letter is one character, as in Unicode's form NFC.

    >>> composed("/e%CC%81"), composed("/%C3%A9"), composed("/%FF%25")
    ('/%C3%A9', '/%C3%A9', '/%FF%25')
    """
    if "%" not in path:
        return path
    try:
        return _ENCODED.sub(lambda run: quote(normalize("NFC", unquote_to_bytes(run[0]).decode())), path)
    except UnicodeDecodeError:
        return path


def root_of(url: str) -> str:
    """Return scheme and host, without a trailing slash, of a URL that came from `absolute` or `canonical`.

    >>> root_of("https://x.net/news/politics"), root_of("https://x.net")
    ('https://x.net', 'https://x.net')
    """
    end = url.find("/", len("https://"))
    return url if end < 0 else url[:end]


def without_tracking(url: str) -> str:
    """Return an absolute URL without its fragment and without parameters that only track.

    `s`, `t` and `si` track on social networks; on other sites they may mean something and are kept.

    >>> without_tracking("https://twitter.com/a/status/1?ref_src=twsrc%5Etfw")
    'https://twitter.com/a/status/1'
    >>> without_tracking("https://example.org/report?id=7&utm_source=x#page")
    'https://example.org/report?id=7'
    >>> without_tracking("https://www.youtube.com/watch?v=abc&si=x")
    'https://www.youtube.com/watch?v=abc'
    """
    parts = urlsplit(url)
    tracked = _POST_HOSTS.search(parts.hostname or "") is not None
    kept = [
        pair
        for pair in parts.query.split("&")
        if pair and not (_TRACKING.match(name := pair.partition("=")[0]) and (tracked or len(name) > 2))
    ]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


@lru_cache(maxsize=2048)
def _split(url: str) -> SplitResult:
    """Return the parts of an absolute http(s) URL with scheme and host normalised; raises `ValueError` for others."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port
    host = _host(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or not host:
        raise ValueError(f"not a web URL: {url[:200]!r}")
    netloc = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    return SplitResult(scheme, netloc, parts.path, parts.query, parts.fragment)


# Cached, because a page's links lead to few hosts.
@lru_cache(maxsize=256)
def _host(name: str) -> str:
    """Return a host as requests have it: in IDNA, an IPv6 address in brackets; "" for an invalid one."""
    try:
        host = name.rstrip(".").encode("idna").decode()
    except UnicodeError:
        return ""
    if _FORBIDDEN_HOST.search(host):
        return ""
    return f"[{host}]" if ":" in host else host


def _site_of(parts: SplitResult) -> str:
    return parts.netloc.removeprefix("www.")


def _path(path: str) -> str:
    """Return a path with its percent-encoding normalised and its dots resolved."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    encoded = quote(unquote_to_bytes(path.encode("utf-8", "replace")), safe=_PATH_SAFE)
    # An encoded slash is a character of a segment. It does not separate two segments.
    if "%2f" in path.lower():
        encoded = "/".join(
            quote(unquote_to_bytes(part.encode("utf-8", "replace")), safe=_PATH_SAFE.replace("/", ""))
            for part in path.split("/")
        )
    if "/." in encoded or "//" in encoded:
        kept: list[str] = []
        for part in encoded.split("/"):
            if part == "..":
                kept = kept[:-1]
            elif part not in (".", ""):
                kept.append(part)
        encoded = "/" + "/".join(kept) + ("/" if encoded.endswith(("/", "/.", "/..")) and kept else "")
    return encoded


def _query(query: str) -> str:
    return quote(query.encode("utf-8", "replace"), safe=_PATH_SAFE + "?%[]") if query else ""
