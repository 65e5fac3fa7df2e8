"""The replica's HTML pages, rendered from the templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from random import Random

from jinja2 import Environment, PackageLoader

from newscrawl.replica.articles import Article, Card
from newscrawl.replica.dates import short_date, shown_date, without_zone
from newscrawl.replica.labels import AND, LABELS
from newscrawl.replica.listings import Listing, author_at, batch_of
from newscrawl.replica.metadata import json_ld, other_tawsiyat, tawsiyat
from newscrawl.replica.newsroom import Newsroom
from newscrawl.replica.options import FULL_MARKUPS, Options
from newscrawl.replica.prose import sentence
from newscrawl.replica.sections import REGIONS, TIMED_KINDS, Section
from newscrawl.replica.sitemaps import author_pages

BOX = '<div class="d-flex align-items-center grid-item"><span class="icon icon-dot"></span></div>\n'
CODE = 'window.parts = (window.parts || []).concat([{"slot": "in-page", "size": [300, 250], "lazy": true}]);\n'
FILLERS = {"boxes": BOX, "code": CODE}
LIVE = "/live/the-vote-as-it-happens"


@dataclass(frozen=True, slots=True)
class Site:
    """The values that all pages use."""

    edition: str
    sections: tuple[Section, ...]
    regions: tuple[tuple[str, str], ...]
    words: dict[str, str]
    disallow: tuple[str, ...]
    shapes: bool
    """Whether pages have the elements and classes that readers of the site used (`Options.site_shapes`)."""


class Pages:
    """Renders pages, and counts them, because the ticker of each page has a new line."""

    def __init__(self, options: Options, newsroom: Newsroom) -> None:
        self.options = options
        self.newsroom = newsroom
        environment = Environment(
            loader=PackageLoader("newscrawl.replica"), autoescape=True, trim_blocks=False, auto_reload=False
        )
        environment.globals["site"] = Site(
            options.edition,
            newsroom.sections,
            REGIONS[options.edition],
            LABELS[options.edition],
            options.disallow,
            options.site_shapes,
        )
        environment.globals["shown"] = self._shown
        timed_kinds = TIMED_KINDS if options.site_shapes and options.edition == "ar" else None
        environment.globals["is_timed"] = lambda kind: timed_kinds is None or kind in timed_kinds
        names = ("article", "site_article", "cards", "listing", "live")
        self._templates = {name: environment.get_template(f"{name}.html") for name in names}
        self._rendered = count()

    def article(self, article: Article, root: str) -> str:
        """Return the page of an article."""
        options = self.options
        stated = options.markup in FULL_MARKUPS
        page = self._templates["site_article" if options.site_shapes else "article"].render(
            article=article,
            markup=options.markup,
            author=AND[options.edition].join(article.authors),
            published_meta=without_zone(article.published),
            modified_meta=without_zone(article.modified or article.published),
            tawsiyat=tawsiyat(article, options, root) if stated else None,
            json_ld=json_ld(article, options, root) if stated else None,
            ticker=self._ticker(),
            others=self._cards(self.newsroom.numbers()[:3]),
        )
        missing = options.padding_bytes - len(page.encode()) if options.padding_bytes else 0
        if missing <= 0:
            return page
        piece = FILLERS[options.padding]
        filler = piece * (missing // len(piece))
        return page.replace("</main>", (f"<script>{filler}</script>" if piece == CODE else filler) + "</main>", 1)

    def home(self) -> str:
        """Return the home page: the newest articles, without a next batch."""
        return self._listing(Listing("/", "Al Mayadeen", self.newsroom.numbers()[:8]), 1, "none", None)

    def listing(self, listing: Listing, page: int, root: str) -> str:
        """Return a listing with one of its batches; "" after the last batch of `page-404`."""
        stated = self._states(listing, root) if self.options.site_shapes else None
        return self._listing(listing, page, self.options.load_more, stated)

    def other(self) -> str:
        """Return a page that is not an article and not a listing."""
        return self._templates["listing"].render(label="Other", cards=[], ticker=self._ticker())

    def live(self) -> str:
        """Return a live page."""
        return self._templates["live"].render(ticker=self._ticker())

    def batch(self, listing: Listing, page: int) -> tuple[str, str | None]:
        """Return the HTML fragment of a batch, for the load-more endpoint, and the path of the next batch or None."""
        numbers, following = batch_of(listing, page, self.options)
        shown = following if self.options.load_more == "button" else None
        return self._templates["cards"].render(cards=self._cards(numbers), following=shown, way="button"), following

    def _listing(self, listing: Listing, page: int, way: str, stated: str | None) -> str:
        numbers, following = batch_of(listing, page, self.options)
        if not numbers and page > 1 and way == "page-404":
            return ""
        return self._templates["listing"].render(
            label=listing.label,
            cards=self._cards(numbers),
            following=following if way != "none" else None,
            way=way,
            ticker=self._ticker(),
            noise=self._cards(self.newsroom.numbers()[:5]) if self.options.noise else [],
            live=LIVE if self.options.kinds else "",
            tawsiyat=stated,
        )

    def _states(self, listing: Listing, root: str) -> str:
        """Return the tawsiyat block of a listing. An author page has the type `article`, as on the real site."""
        edition, url = self.options.edition, root + listing.path
        author = author_pages(self.options).get(listing.path)
        if author is None:
            return other_tawsiyat(kind="page", title=listing.label, url=url, edition=edition)
        post_id, published = author
        name = author_at(listing.path)
        return other_tawsiyat(
            kind="article", title=name, url=url, edition=edition, post_id=post_id, published=published
        )

    def _cards(self, numbers: Iterable[int]) -> list[Card]:
        return [self.newsroom.card(number) for number in numbers]

    def _shown(self, moment: datetime, timed: bool = True) -> str:
        if self.options.short_dates:
            return short_date(moment, self.options.edition, datetime.now(UTC), timed=timed)
        return shown_date(moment, self.options.edition, timed=timed)

    def _ticker(self) -> list[str]:
        # Each page has one new line in place of the oldest, so no two copies of a page are the same.
        newest = next(self._rendered)
        return [
            sentence(Random((self.options.seed << 32) + line), self.options.edition)
            for line in range(newest + 10, newest, -1)
        ]
