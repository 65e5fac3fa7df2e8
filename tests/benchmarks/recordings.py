"""Recorded pages of other publishers with what is right on them: the two layouts, and pages made the site's own."""

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SITE = "https://english.almayadeen.net"
FUNDUS = Path("tests/resources/parser/test_data")
"""Where a checkout of flairNLP/fundus has its recordings."""
# The most frequent words of a language; another one is recognised by its script, or is "other".
FREQUENT = {
    "en": "the of and to in that for is was on with",
    "es": "de la que el en los del las por con una",
    "de": "der die und das nicht ist den von mit dem",
    "fr": "de la les et des le du que dans pour une est",
    "it": "di che il la per un una del con non della",
    "pt": "de que do da em um os para com não uma",
}
# What is in front of a publisher's name in its hosts.
_HOST_PREFIX = re.compile(r"(?:www|edition|m|mobile|amp)\.")
_LINK = re.compile(r"""(?i)(<a\b[^>]*?\bhref\s*=\s*)(["'])([^"'<>]*)\2""")
_FILE_ENDING = re.compile(r"\.(?:html?|php|aspx?|shtml|stm|ece|cms)$")
# Folders of pages that are no articles, however long their names are.
_NO_ARTICLES = re.compile(
    r"(?i)/(?:tags?|topics?|keywords?|authors?|writers?|people|profile|by|staff|journalist|reporters?|category|search)/"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A page as it was recorded, and what is right on it; None where nothing is said of it."""

    name: str
    url: str
    html: str
    paragraphs: tuple[str, ...]
    apart: frozenset[str]
    """Paragraphs that may be in a body or not, normalised: a standfirst that is kept apart."""
    title: str | None
    authors: tuple[str, ...] | None
    published: datetime | None
    downloaded: datetime | None

    @property
    def language(self) -> str:
        return language("\n".join(self.paragraphs))


def recordings(folder: Path) -> Iterator[Recording]:
    """Yield the pages of a folder: of a checkout of Fundus, or of pairs of a page and a JSON file, at any depth."""
    return of_fundus(folder / FUNDUS) if (folder / FUNDUS).is_dir() else of_pairs(folder)


def of_pairs(folder: Path) -> Iterator[Recording]:
    """Yield the pages `NAME.html` or `NAME.html.gz` that have a `NAME.json` beside them."""
    for page in sorted([*folder.rglob("*.html"), *folder.rglob("*.html.gz")]):
        stated = page.with_name(page.name.removesuffix(".gz").removesuffix(".html") + ".json")
        if not stated.exists():
            continue
        right: dict[str, Any] = json.loads(stated.read_text("utf-8"))
        if missing := {"url", "paragraphs"} - set(right):
            raise ValueError(f"{stated} lacks {' and '.join(sorted(missing))}")
        authors = right.get("authors")
        yield Recording(
            name=page.relative_to(folder).as_posix(),
            url=right["url"],
            html=text_of(page),
            paragraphs=tuple(filter(normal, right["paragraphs"])),
            apart=frozenset(),
            title=right.get("title"),
            authors=None if authors is None else tuple(authors),
            published=moment(right.get("date_published")),
            downloaded=moment(right.get("downloaded")),
        )


def of_fundus(data: Path) -> Iterator[Recording]:
    """Yield Fundus's recordings: one folder a country, in it `PUBLISHER.json`, its dated pages, and `meta.info`.

    The JSON has one entry for each version of the publisher's parser, in the order of the pages' dates. A body is the
    headings and paragraphs of its sections.
    """
    for stated in sorted(data.glob("*/*.json")):
        versions: dict[str, Any] = json.loads(stated.read_text("utf-8"))
        about: dict[str, Any] = json.loads((stated.parent / "meta.info").read_text("utf-8"))
        dated = re.compile(re.escape(stated.stem) + r"_\d{4}_\d\d_\d\d\.html\.gz")
        pages = sorted(page for page in stated.parent.glob("*.html.gz") if dated.fullmatch(page.name))
        in_order = sorted(versions, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])
        for page, right in zip(pages, map(versions.__getitem__, in_order), strict=True):
            sections = right["body"]["sections"]
            body = tuple(
                filter(normal, chain.from_iterable([*each["headline"], *each["paragraphs"]] for each in sections))
            )
            known = about.get(page.name, {})
            yield Recording(
                name=f"{stated.parent.name}/{page.name}",
                url=known.get("url", ""),
                html=text_of(page),
                paragraphs=body,
                apart=frozenset(map(normal, right["body"]["summary"])) - frozenset(map(normal, body)),
                title=right.get("title"),
                authors=tuple(right["authors"]) if "authors" in right else None,
                published=moment(right.get("publishing_date")),
                downloaded=moment(known.get("crawl_date")),
            )


def text_of(page: Path) -> str:
    """Return the text of a page that was recorded in UTF-8."""
    body = page.read_bytes()
    return (gzip.decompress(body) if page.suffix == ".gz" else body).decode("utf-8", "replace")


def moment(stated: str | None) -> datetime | None:
    """Return a time that a recording states; without a zone it is UTC.

    >>> moment("2024-08-22 16:28:00")
    datetime.datetime(2024, 8, 22, 16, 28, tzinfo=datetime.timezone.utc)
    """
    if stated is None:
        return None
    found = datetime.fromisoformat(stated)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def normal(text: str | None) -> str:
    """Return a text's letters and digits alone, by which texts are compared.

    >>> normal("“A port, re-opened”")
    'aportreopened'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKC", text or "").casefold() if letter.isalnum())


def language(text: str) -> str:
    """Return the language of a text by its script and its most frequent words, or "other".

    >>> language("The port of the city was closed for two years, and that is over."), language("عاد الميناء")
    ('en', 'ar')
    """
    if sum("\u0600" <= letter <= "\u06ff" for letter in text) > 0.4 * len(text):
        return "ar"
    words = re.findall(r"\w+", text.casefold())
    shares = {code: sum(map(words.count, known.split())) / (len(words) or 1) for code, known in FREQUENT.items()}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] > 0.15 else "other"


def as_own_page(html: str, url: str) -> str:
    """Return a page with its publisher's host made the site's, and the URLs of its articles made like the site's.

    >>> as_own_page('<a href="/2024/a-port-is-open.html">1</a>', "https://a.example/1")
    '<a href="https://english.almayadeen.net/news/politics/a-port-is-open">1</a>'
    >>> as_own_page('<img src="//media.a.example/1.jpg">', "https://www.a.example/1")
    '<img src="https://english.almayadeen.net/1.jpg">'
    """
    host = _HOST_PREFIX.sub("", urlsplit(url).netloc, count=1)
    if not host:
        return html
    own = re.compile(r"(?i)(?:https?:)?//(?:[\w-]+\.)*" + re.escape(host) + r"(?=[/\"'?# <]|$)")
    return _LINK.sub(_own_link, own.sub(SITE, html))


def _own_link(link: re.Match[str]) -> str:
    """Return a link; if it leads to an article of its publisher, with a URL as the site's articles have."""
    before, quote, target = link.groups()
    path = target.partition("#")[0].partition("?")[0].removeprefix(SITE)
    last = _FILE_ENDING.sub("", path.rstrip("/").rpartition("/")[2])
    is_own = target.startswith(SITE) or re.match(r"/(?!/)", target)
    is_article = last.count("-") >= 3 or last.count("_") >= 3 or re.search(r"\d{5}", last)
    if not is_own or not is_article or _NO_ARTICLES.search(path):
        return link[0]
    slug = re.sub(r"[^\w-]+", "-", last).strip("-").lower()
    return f"{before}{quote}{own_url(slug)}{quote}"


def own_url(slug: str) -> str:
    """Return the URL of an article of the site.

    >>> own_url("a-port-is-open")
    'https://english.almayadeen.net/news/politics/a-port-is-open'
    """
    return f"{SITE}/news/politics/{slug}"
