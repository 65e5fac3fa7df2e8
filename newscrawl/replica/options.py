"""The options of the replica: its size, its markup and its behaviour."""

from dataclasses import dataclass
from datetime import UTC, datetime

MARKUPS = ("full", "meta", "bare", "nested-pcontent", "malformed", "unknown", "nested-br")
"""The markups of article pages. `full` has all metadata in tawsiyat, JSON-LD and meta; `meta` has it in meta only;
`bare` has no metadata; `nested-pcontent` has the known body class, with nested parts; `malformed` has broken metadata
and unclosed elements; `unknown` and `nested-br` have the body in elements with unknown classes, `nested-br` as text
with `<br><br>` in nested elements."""

FULL_MARKUPS = ("full", "malformed", "unknown", "nested-br")
"""The markups with tawsiyat and JSON-LD."""

LOAD_MORE = ("link", "button", "json", "json-data", "page", "page-404", "none")
"""How a listing leads to its next batch. `link` is a `rel=next`; `button` is a button with a `data-url`, whose response
is an HTML fragment; `json` is the same, but the response is JSON with the HTML and the next URL; `json-data` has both
deeper in the JSON; `page` shows no link, but `?page=N` works; `page-404` is the same with 404 after the last batch;
`none` has only one batch."""

ENDPOINTS = ("button", "json", "json-data")
"""The ways of `LOAD_MORE` that have a separate URL for further batches."""

PADDINGS = ("boxes", "code")
"""What pages are filled up with: `boxes` are empty elements, 45 bytes each; `code` is one script."""

ENDLESS = ("", "repeat", "loop")
"""Whether listings never end: "" for a normal end, `repeat` repeats the last batch, `loop` begins again."""

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
    """Bytes to which each article page is filled up, with content that readers do not see."""
    padding: str = PADDINGS[0]
    """One of `PADDINGS`."""
    newest: datetime = datetime(2024, 8, 22, 13, 28, tzinfo=UTC)
    """When the newest article at the start was published."""
    disallow: tuple[str, ...] = ("/search", "/cms")
    """Paths that robots.txt forbids; pages link to them."""
    endless: str = ENDLESS[0]
    """One of `ENDLESS`."""
    noise: bool = True
    """Whether listings have a "Most Read" block, which shows articles of other sections."""
    last_days: bool = True
    """Whether sitemaps have the last day of each month. The real site's sitemaps did not."""
    snapshots: bool = False
    """Whether sitemaps are snapshots. The one of the newest month was made at 00:00 UTC of the day of `newest`, the one
    of an earlier month at 00:00 UTC of its last day. Later changes of the site do not change them."""
    site_shapes: bool = False
    """Whether pages have the elements and classes that public readers of the site used, and the site its further
    sections, author pages that call themselves articles, and author and coverage pages in the sitemap. Needs the
    markup `full`."""
    crawl_delay: float | None = None
    """Crawl-delay of robots.txt, in seconds; None for no Crawl-delay."""
    short_dates: bool = False
    """Whether pages show dates of the current day and year as `Today 16:28` and `22 Aug 16:28`."""
    validators: bool = False
    """Whether article pages have an ETag and answer conditional requests with 304."""
    unseen_parts: bool = False
    """Whether the English menu also has the entries whose paths are a guess: arts-culture, miscellaneous and
    foreign-press."""
    kinds: bool = False
    """Whether the site also has videos, galleries, infographs, episodes and live pages. The kind of the galleries is
    only in the menu's label, not in their path."""
    hostile: bool = False
    """Whether one article in ten has a hostile page, and listings, sitemaps, feed and robots.txt lead to two other
    sites on this machine as well, whose requests `Replica.trapped` holds (`replica/hostile.py`)."""
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
