"""What kind of site the replica is."""

from dataclasses import dataclass
from datetime import UTC, datetime

MARKUPS = ("full", "meta", "bare", "nested-pcontent", "malformed", "unknown", "nested-br")
"""`full` states everything in tawsiyat, JSON-LD and meta, `meta` in meta only, `bare` nothing; `nested-pcontent` has
the known body class with parts nested inside, `malformed` has broken metadata and unclosed elements; `unknown` and
`nested-br` have the body in a class that nobody knows, the latter as text parted by `<br><br>` in nested elements."""

LOAD_MORE = ("link", "button", "json", "json-data", "page", "page-404", "none")
"""`link` is a `rel=next`, `button` a button with a `data-url` that an HTML fragment answers, `json` the same answered
by JSON with HTML in it, `json-data` by JSON with both further inside, `page` shows nothing but `?page=N` works,
`page-404` too but answers 404 past the end, `none` has one batch only."""

ENDPOINTS = ("button", "json", "json-data")
"""Those that have an address of their own for further batches."""

PADDINGS = ("boxes", "code")
"""What pages are filled up with: `boxes` are empty elements, two to 90 bytes; `code` is one script."""

ENDLESS = ("", "repeat", "loop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The replica's size, markup and manners."""

    articles: int = 200
    """Stories at the start."""
    edition: str = "en"
    """`en`, `ar` or `es`."""
    markup: str = "full"
    """One of `MARKUPS`."""
    load_more: str = "link"
    """One of `LOAD_MORE`."""
    seed: int = 1
    """Another seed, other stories."""
    batch_size: int = 20
    """Stories in one batch of a listing."""
    padding_bytes: int = 0
    """Bytes up to which each article page is filled with what readers do not see."""
    padding: str = PADDINGS[0]
    """One of `PADDINGS`."""
    newest: datetime = datetime(2024, 8, 22, 13, 28, tzinfo=UTC)
    """When the newest of the first stories was published."""
    disallow: tuple[str, ...] = ("/search", "/cms")
    """Paths that robots.txt forbids; pages link to them."""
    endless: str = ""
    """`repeat` repeats the last batch for ever, each time with a way on; `loop` begins again at the first."""
    noise: bool = True
    """Whether listings have a "Most Read" block, which shows stories of other sections."""
    last_days: bool = True
    """Whether sitemaps hold the last day of each month (the site's own lacked them)."""
    crawl_delay: float | None = None
    """Crawl-delay of robots.txt, in seconds; None for no such line."""
    short_dates: bool = False
    """Whether pages show dates as `Today 16:28` and `22 Aug 16:28` where the machine's clock allows it."""
    validators: bool = False
    """Whether article pages have an ETag and answer conditional requests with 304."""
    unseen_parts: bool = False
    """Whether the English menu has also the parts whose addresses nobody has seen: arts-culture, miscellaneous and
    foreign-press."""
    kinds: bool = False
    """Whether it has videos, galleries, infographs, episodes and live pages too; the galleries lie where only the
    menu's label tells what they are."""
    port: int = 0
    """Port on loopback; 0 takes a free one."""

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("markup", self.markup, MARKUPS),
            ("load_more", self.load_more, LOAD_MORE),
            ("endless", self.endless, ENDLESS),
            ("padding", self.padding, PADDINGS),
            ("edition", self.edition, ("en", "ar", "es")),
        ):
            if value not in allowed:
                raise ValueError(f"{name}={value!r}: choose one of {', '.join(map(repr, allowed))}")
        if self.articles < 0 or self.batch_size < 1:
            raise ValueError("articles must be at least 0 and batch_size at least 1")
