"""The records: one `Article` an article, one `Headline` a line of the ticker; each field says what it holds.

A record is immutable. A pipeline step that changes one returns a new one (`dataclasses.replace`). The fields have the
order of the keys of an exported line. All times are UTC in ISO 8601 (`2024-08-22T13:28:00Z`), all URLs absolute.
`None`, `()` and `{}` mean that the page does not say; they are never a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


def _doc(description: str, *, is_in_all_lines: bool = True) -> dict[str, Any]:
    """Return what is known of a field; one that came later is not in the lines of earlier versions."""
    return {"description": description, "is_in_all_lines": is_in_all_lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One picture of an article."""

    url: str = field(metadata=_doc("absolute URL of the picture, as the page gives it"))
    caption: str | None = field(default=None, metadata=_doc("caption without its credit"))
    credit: str | None = field(default=None, metadata=_doc("closing bracket of the caption: `Reuters`"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video of an article."""

    url: str = field(metadata=_doc("absolute URL of the video or of its player"))
    duration_seconds: int | None = field(default=None, metadata=_doc("length in seconds, where the page states it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """One article that the page names inside the body of another."""

    title: str = field(metadata=_doc("headline of the other article as shown"))
    url: str = field(metadata=_doc("canonical URL of the other article"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where the page of an article lies as it came."""

    file: str = field(metadata=_doc("WARC file, below the edition's folder: `pages/….warc.gz`"))
    offset: int = field(metadata=_doc("bytes of the file before the page's record"))
    digest: str = field(metadata=_doc("SHA-256 (hex) of the page as it came, compressed if it came so"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, as its page was at one time."""

    id: str = field(
        metadata=_doc(
            'post id that the page states (`"1900123"`), unless another article has it; else the path of its URL; '
            "with `edition`, the identity of the article"
        )
    )
    url: str = field(metadata=_doc("canonical absolute URL: no query, no fragment, percent-encoding normalised"))
    edition: str = field(metadata=_doc("edition of the site: `en`, `ar` or `es`"))
    language: str = field(metadata=_doc("BCP 47 tag of the text's language"))
    kind: str = field(
        metadata=_doc(
            "`news`, `opinion`, `analysis`, `blog`, `features`, `foreign-press`, `article`, `misc`, `report`,"
            " `research`, `interview`, `newscast`; `video`, `gallery`, `infograph`, `episode`, `podcast`"
        )
    )
    section: str | None = field(
        default=None, metadata=_doc("section as the URL or the page's metadata names it: `politics`")
    )
    country: str | None = field(default=None, metadata=_doc("the site's own country class, where stated"))
    coverage: str | None = field(default=None, metadata=_doc("the site's own coverage class, where stated"))
    title: str = field(metadata=_doc("the headline as readers see it"))
    summary: str | None = field(default=None, metadata=_doc("standfirst, the short text under the headline"))
    authors: tuple[str, ...] = field(default=(), metadata=_doc('bylines in the page\'s order, without "By"'))
    source: str | None = field(default=None, metadata=_doc("attribution line without its label: `News websites`"))
    date_published: str | None = field(default=None, metadata=_doc("first publication, UTC"))
    date_modified: str | None = field(default=None, metadata=_doc("last update that the page states, UTC"))
    date_raw: str | None = field(default=None, metadata=_doc("the text that `date_published` was read from"))
    body: str = field(
        metadata=_doc(
            "paragraphs, subheads, quotes and list items in reading order, with one blank line between; only a video,"
            " a gallery, an infograph, an episode or a podcast may have none"
        )
    )
    body_html: str = field(
        metadata=_doc(
            "`body` as HTML of `p h2 h3 h4 blockquote ul ol li table tr td a[href] strong em br` alone; its text is"
            " `body`: between blocks is a blank line, between cells a bar, and `br` is a space",
            is_in_all_lines=False,
        )
    )
    subheads: tuple[str, ...] = field(
        default=(), metadata=_doc("those paragraphs of the body that are subheads, in order")
    )
    images: tuple[Image, ...] = field(
        default=(), metadata=_doc("main picture and pictures in the body, in order, each once")
    )
    videos: tuple[Video, ...] = field(default=(), metadata=_doc("videos of the article, in order, each once"))
    embeds: tuple[str, ...] = field(
        default=(), metadata=_doc("URLs of posts and players inside the body, in order, each once")
    )
    links: tuple[str, ...] = field(default=(), metadata=_doc("URLs linked from the body's text, in order, each once"))
    related: tuple[Related, ...] = field(
        default=(),
        metadata=_doc('articles named inside the body ("Related News", "Read more"), in order, each once'),
    )
    tags: tuple[str, ...] = field(default=(), metadata=_doc("tags shown on the page, in order"))
    keywords: tuple[str, ...] = field(default=(), metadata=_doc("keywords of the page's metadata, in order"))
    reading_minutes: int | None = field(default=None, metadata=_doc("reading time as shown, minutes"))
    word_count: int = field(metadata=_doc("words of `body` as counted here: runs of non-space characters"))
    shares: int = field(default=0, metadata=_doc("shares as shown; 0 where the page shows none"))
    content_hash: str = field(
        metadata=_doc("SHA-256 (hex) of the normalised title, summary and body: what an edit changes")
    )
    revision: int = field(default=1, metadata=_doc("1 for the first sight of an id, one more for each exported change"))
    near_duplicate_of: str | None = field(
        default=None, metadata=_doc("id of an earlier article of the edition whose text is nearly the same")
    )
    found_on: str | None = field(
        default=None, metadata=_doc("URL of the listing, tag page, sitemap or feed that led here")
    )
    capture: Capture | None = field(
        default=None,
        metadata=_doc("where the page lies as it came; null where pages are not kept", is_in_all_lines=False),
    )
    extractor: str = field(
        default="",
        metadata=_doc(
            "version of the rules that read the page, as `0.2.0+1c9e03a7`; a later line of the same revision counts in"
            " the place of an earlier one",
            is_in_all_lines=False,
        ),
    )
    provenance: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_doc("field → layer it was read from: `tawsiyat`, `json-ld`, `meta`, `dom`, `fallback`"),
    )
    date_downloaded: str | None = field(default=None, metadata=_doc("when this copy was fetched, UTC"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One line of the "BREAKING" ticker."""

    text: str = field(metadata=_doc("the line as shown"))
    edition: str = field(metadata=_doc("edition of the site: `en`, `ar` or `es`"))
    found_on: str = field(metadata=_doc("canonical URL of the page it was seen on"))
    date_first_seen: str = field(metadata=_doc("when that page was fetched, UTC"))


Record = Article | Headline


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierReading:
    """What a line says that was read from the same capture, as far as a second reading is compared with it."""

    id: str
    revision: int
    near_duplicate_of: str | None
    fields: Mapping[str, str]
    """Field → digest of its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedArticle:
    """The envelope of an article on its way from the page to the feed: what the line does not hold travels with it."""

    article: Article
    etag: str | None = None
    """The page's `ETag`, as the site gave it, for a conditional request later."""
    last_modified: str | None = None
    """The page's `Last-Modified`, likewise."""
    asked: tuple[str, ...] = ()
    """The URLs that led to the page: the one asked for, then those that a redirect passed."""
    earlier: EarlierReading | None = None
    """For a kept page that is read again: what was read from it before."""
    is_from_archive: bool = False
    """Whether the page comes from an archive, in the order of time: one run may then have several of one article."""

    def with_article(self, article: Article) -> Self:
        """Return the envelope around another version of the article; itself around the same one."""
        return self if article is self.article else replace(self, article=article)


Scraped = FetchedArticle | Headline
"""What the spider yields, and the pipeline steps pass on."""


def as_dict(record: Any) -> dict[str, Any]:
    """Return a record as the object of its exported line: plain dicts and lists, keys in order.

    >>> as_dict(Image(url="https://x/a.jpg"))
    {'url': 'https://x/a.jpg', 'caption': None, 'credit': None}
    """
    return {name: _plain(getattr(record, name)) for name in record.__dataclass_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return dict(value)
    return as_dict(value) if hasattr(value, "__dataclass_fields__") else value
