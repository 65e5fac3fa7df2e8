"""Pure helpers for addresses; `canonical` is the one definition of an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 3986: what stands for itself in a path. Everything else is percent-encoded, in UTF-8.
_PATH_SAFE = "/:@!$&'()*+,;=-._~"
# What browsers drop from the ends of a link, and what they drop from its middle.
_LITTER = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f \t\r\n\u200b\ufeff\xa0"
_MAX_LINK = 8192
_LINE_BREAKS = re.compile(r"[\t\r\n]")
# A path that is its own normal form, as most are: no dots at the start of a segment, nothing to encode.
_PLAIN_PATH = re.compile(r"(?:/[\w:@!$&'()*+,;=~-][\w:@!$&'()*+,;=.~-]*)*/?", re.ASCII)
_FORBIDDEN_HOST = re.compile(r"[\s<>\"'{}|\\^`%#?/@]")
# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(r"(?i)^(utm_\w+|ref|ref_src|ref_url|fbclid|gclid|igshid|igsh|mc_[ce]id|s|t|si|cxt)$")
_POST_HOSTS = re.compile(
    r"(?i)(^|\.)(twitter|x|facebook|instagram|tiktok|t|telegram|threads|youtube|youtu|truthsocial|vk)\.\w+$"
)


@lru_cache(maxsize=1024)
def canonical(url: str) -> str:
    """Return the one spelling of an absolute web address: no query, no fragment, percent-encoding normalised.

    The host is in lower case, a default port and a trailing slash are out, dots in the path are resolved, letters
    outside ASCII are percent-encoded in UTF-8 with upper-case digits. Raises `ValueError` for anything that is
    not an absolute http(s) address.

    >>> canonical("HTTPS://English.Almayadeen.net:443/news/politics/%7ea-b/?utm_source=x#top")
    'https://english.almayadeen.net/news/politics/~a-b'
    >>> canonical("https://www.almayadeen.net/news/politics/غزة")
    'https://www.almayadeen.net/news/politics/%D8%BA%D8%B2%D8%A9'
    >>> canonical("mailto:desk@example.org")
    Traceback (most recent call last):
    ...
    ValueError: not a web address: 'mailto:desk@example.org'
    """
    parts = _split(url)
    return urlunsplit((parts.scheme, parts.netloc, _path(parts.path).rstrip("/") or "/", "", ""))


def absolute(base: str, href: str) -> str | None:
    """Return the address that a link on the page `base` leads to, query kept, or None when it leads to no web page.

    Never raises: `javascript:`, `mailto:`, `http://[bad` and the like give None.

    >>> absolute("https://x.net/news/politics", " ?page=2#more ")
    'https://x.net/news/politics?page=2'
    >>> absolute("https://x.net/", "http://[bad") is absolute("https://x.net/", "javascript:void(0)") is None
    True
    """
    if len(href) > _MAX_LINK:
        return None
    if href.startswith(("https://", "http://")):
        # Of the page only what matters, so that the links of a menu are looked up once a run and not once a page.
        base = ""
    elif href.startswith("/") and not href.startswith("//") and (end := base.find("/", 8)) > 0:
        base = base[:end]
    return _absolute(base, href)


@lru_cache(maxsize=4096)
def _absolute(base: str, href: str) -> str | None:
    href = _LINE_BREAKS.sub("", href.strip(_LITTER))
    if not href:
        return None
    try:
        # Joining is for what is relative; it costs more than all else here.
        parts = _split(urljoin(base, href) if base else href)
    except (ValueError, UnicodeError):
        return None
    return urlunsplit((parts.scheme, parts.netloc, _path(parts.path) or "/", _query(parts.query), ""))


def on_site(url: str, root: str, *aliases: str) -> str | None:
    """Return the address moved onto the scheme and host of `root`, or None when it belongs to another site.

    `http` and `https`, and the host with and without `www.`, are one site; so are the roots given as `aliases`.

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
    """The site that is crawled: the one definition of what belongs to it."""

    root: str
    """Scheme, host and port, without a trailing slash."""
    aliases: tuple[str, ...] = ()
    """Other roots whose URLs lead to the same site."""
    kind_by_path: Mapping[str, str] = field(default_factory=dict)
    """Path → kind of the articles below it, beside the built-in ones, as the site's menu shows them."""

    def own(self, url: str) -> str | None:
        """Return a URL moved onto the root's scheme and host, or None when it belongs to another site.

        >>> Site("https://english.almayadeen.net").own("http://www.english.almayadeen.net/news?page=2")
        'https://english.almayadeen.net/news?page=2'
        """
        return on_site(url, self.root, *self.aliases)

    def own_link(self, base: str, href: str) -> str | None:
        """Return where a link on the page `base` leads, as `own` does, or None when it leads to no page of the site.

        >>> Site("https://english.almayadeen.net").own_link("https://english.almayadeen.net/news", "?page=2")
        'https://english.almayadeen.net/news?page=2'
        """
        url = absolute(base, href)
        return self.own(url) if url is not None else None


def site_of(url: str) -> Site:
    """Return the site that a page belongs to when nothing else is known of it: scheme, host and port of its URL.

    >>> site_of("https://english.almayadeen.net/news/politics").root
    'https://english.almayadeen.net'
    """
    parts = urlsplit(url)
    return Site(f"{parts.scheme}://{parts.netloc}")


def path_of(url: str) -> str:
    """Return the canonical path of an address.

    >>> path_of("https://x.net/news/politics/a-b?x=1")
    '/news/politics/a-b'
    """
    url = canonical(url)
    return url[url.index("/", len("http://x")) :]


def root_of(url: str) -> str:
    """Return scheme and host of an address as `absolute` and `canonical` give it, without a slash behind them.

    >>> root_of("https://x.net/news/politics"), root_of("https://x.net")
    ('https://x.net', 'https://x.net')
    """
    end = url.find("/", len("https://"))
    return url if end < 0 else url[:end]


def without_tracking(url: str) -> str:
    """Return an absolute address without the parameters that only track; for posts of social networks, without any.

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
    """Return the parts of an absolute http(s) address with scheme and host normalised, or raise `ValueError`."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port
    host = _host(parts.hostname or "")
    if scheme not in _DEFAULT_PORTS or not host:
        raise ValueError(f"not a web address: {url[:200]!r}")
    netloc = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    return SplitResult(scheme, netloc, parts.path, parts.query, parts.fragment)


# A page's links lead to few hosts.
@lru_cache(maxsize=256)
def _host(name: str) -> str:
    """Return a host as it is sent: in IDNA, an IPv6 address in brackets; "" for what is no host."""
    try:
        host = name.rstrip(".").encode("idna").decode()
    except UnicodeError:
        return ""
    if _FORBIDDEN_HOST.search(host):
        return ""
    return f"[{host}]" if ":" in host else host


def _site_of(parts: SplitResult) -> str:
    return parts.netloc.removeprefix("www.").removesuffix(":80").removesuffix(":443")


def _path(path: str) -> str:
    """Return a path with its percent-encoding normalised and its dots resolved."""
    if _PLAIN_PATH.fullmatch(path):
        return path
    encoded = quote(unquote_to_bytes(path.encode("utf-8", "replace")), safe=_PATH_SAFE)
    # An encoded slash is a letter of a segment, not a border between two.
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
