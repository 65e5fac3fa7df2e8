"""What kind of site the replica is: its size, its markup, its behaviour."""

from dataclasses import dataclass
from datetime import UTC, datetime

MARKUPS = ("full", "meta", "bare", "nested-pcontent", "malformed", "unknown", "nested-br")
"""`full` states everything in tawsiyat, JSON-LD and meta, `meta` in meta only, `bare` nothing; `nested-pcontent` has
the known body class with parts nested inside, `malformed` has broken metadata and unclosed elements; `unknown` and
`nested-br` have the body under a class that no reader knows, the latter as text with `<br><br>` in nested elements."""

FULL_MARKUPS = ("full", "malformed", "unknown", "nested-br")
"""The markups with tawsiyat and JSON-LD."""

LOAD_MORE = ("link", "button", "json", "json-data", "page", "page-404", "none")
"""`link` is a `rel=next`, `button` a button with a `data-url` that an HTML fragment answers, `json` the same answered
by JSON with HTML in it, `json-data` by JSON with both further inside, `page` shows nothing but `?page=N` works,
`page-404` works likewise but answers 404 past the end, `none` has one batch only."""

ENDPOINTS = ("button", "json", "json-data")
"""Those with a URL of their own for further batches."""

PADDINGS = ("boxes", "code")
"""What pages are filled up with: `boxes` are empty elements, 45 bytes each; `code` is one script."""

ENDLESS = ("", "repeat", "loop")
"""How listings never end: not at all, by repeating the last batch, by beginning again at the first."""

EDITIONS = ("en", "ar", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The replica's size, markup and behaviour. `python -m newscrawl.replica -h` has a line on each."""

    articles: int = 200
    """Articles at the start."""
    edition: str = "en"
    """One of `EDITIONS`."""
    markup: str = MARKUPS[0]
    """One of `MARKUPS`."""
    load_more: str = LOAD_MORE[0]
    """One of `LOAD_MORE`."""
    seed: int = 1
    """Another seed gives other articles."""
    batch_size: int = 20
    """Articles in one batch of a listing."""
    padding_bytes: int = 0
    """Bytes up to which each article page is filled with what readers do not see."""
    padding: str = PADDINGS[0]
    """One of `PADDINGS`."""
    newest: datetime = datetime(2024, 8, 22, 13, 28, tzinfo=UTC)
    """When the newest of the first articles was published."""
    disallow: tuple[str, ...] = ("/search", "/cms")
    """Paths that robots.txt forbids; pages link to them."""
    endless: str = ENDLESS[0]
    """One of `ENDLESS`."""
    noise: bool = True
    """Whether listings have a "Most Read" block, which shows articles of other sections."""
    last_days: bool = True
    """Whether sitemaps hold the last day of each month (the site's own lacked them)."""
    snapshots: bool = False
    """Whether sitemaps are snapshots. The one of the newest month was made at 00:00 UTC of the day of `newest`, the one
    of an earlier month at 00:00 UTC of its last day. Nothing that happens later changes them."""
    site_shapes: bool = False
    """Whether pages have the elements and classes that public readers of the site used, and the site its further
    sections, author pages that call themselves articles, and author and coverage pages in the sitemap. Needs the
    markup `full`."""
    crawl_delay: float | None = None
    """Crawl-delay of robots.txt, in seconds; None for no such line."""
    short_dates: bool = False
    """Whether pages show dates as `Today 16:28` and `22 Aug 16:28` where this machine's clock allows it."""
    validators: bool = False
    """Whether article pages have an ETag and answer conditional requests with 304."""
    unseen_parts: bool = False
    """Whether the English menu also has the entries whose paths are a guess: arts-culture, miscellaneous and
    foreign-press."""
    kinds: bool = False
    """Whether there are videos, galleries, infographs, episodes and live pages too. The path of the galleries says
    nothing of their kind; only the menu's label does."""
    port: int = 0
    """Port on loopback; 0 takes a free one."""

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("markup", self.markup, MARKUPS),
            ("load_more", self.load_more, LOAD_MORE),
            ("endless", self.endless, ENDLESS),
            ("padding", self.padding, PADDINGS),
            ("edition", self.edition, EDITIONS),
        ):
            if value not in allowed:
                raise ValueError(f"{name}={value!r}: choose one of {', '.join(map(repr, allowed))}")
        if self.articles < 0 or self.batch_size < 1:
            raise ValueError("articles must be at least 0 and batch_size at least 1")
        if self.site_shapes and self.markup != "full":
            raise ValueError(f"site_shapes needs markup='full', not {self.markup!r}")
