"""The replica's robots.txt, its two sitemap indexes with their monthly sitemaps, and its feed."""

from datetime import datetime, timedelta
from html import escape
from urllib.parse import quote

from newscrawl.replica.dates import with_offset
from newscrawl.replica.newsroom import Newsroom
from newscrawl.replica.options import Options
from newscrawl.replica.prose import WORDS
from newscrawl.replica.sections import COVERAGE

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"


def robots_txt(options: Options, root: str) -> str:
    """Return robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {each}" for each in options.disallow)]
    if options.crawl_delay is not None:
        lines.append(f"Crawl-delay: {options.crawl_delay:g}")
    lines.append(f"Sitemap: {root}/sitemaps/all.xml")
    return "\n".join(lines)


def feed(newsroom: Newsroom, root: str) -> str:
    """Return the RSS feed of the twenty newest articles."""
    items = "".join(
        f"<item><title>{escape(card.title)}</title><link>{root}{card.path}</link>"
        f"<pubDate>{card.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for card in map(newsroom.card, newsroom.numbers()[:20])
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


def sitemap(path: str, newsroom: Newsroom, root: str) -> str | None:
    """Return the sitemap or the index at a path, or None for any other path."""
    # A snapshot shows the articles at the start, without later edits, withdrawals and new articles.
    newsroom = Newsroom(newsroom.options) if newsroom.options.snapshots else newsroom
    months = _months(newsroom)
    for name, rows_of in (("all", _rows), ("news", _news_rows)):
        if path == f"/sitemaps/{name}.xml":
            rows = "".join(
                f"<sitemap><loc>{root}/sitemaps/{name}/sitemap-{month}.xml</loc></sitemap>" for month in months
            )
            return f'<?xml version="1.0"?><sitemapindex xmlns="{SITEMAP}">{rows}</sitemapindex>'
        month = path.removeprefix(f"/sitemaps/{name}/sitemap-").removesuffix(".xml")
        if month in months:
            spaces = f'xmlns="{SITEMAP}"' + (f' xmlns:news="{NEWS}" xmlns:image="{IMAGE}"' if name == "news" else "")
            rows = "".join(rows_of(newsroom, root, *months[month]))
            return f'<?xml version="1.0"?><urlset {spaces}>{rows}</urlset>'
    return None


def author_pages(options: Options) -> dict[str, tuple[str, datetime]]:
    """Return decoded path → (post id, publish time) of the author pages that call themselves articles."""
    names = WORDS[options.edition].names if options.site_shapes else ()
    return {
        f"/authors/{name.replace(' ', '-')}": (str(1_500_001 + at), options.newest - timedelta(days=5 * at + 2))
        for at, name in enumerate(names)
    }


def _months(newsroom: Newsroom) -> dict[str, tuple[datetime, datetime]]:
    """Return month → (start, end) of the articles in its sitemap, without `end` itself; newest first."""
    options, months = newsroom.options, {}
    if newsroom.count:
        moment = newsroom.published(newsroom.count - 1)
        oldest = newsroom.published(0)
        made = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        while moment >= oldest:
            start = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            end = (start + timedelta(days=31)).replace(day=1)
            if options.snapshots or not options.last_days:
                end -= timedelta(days=1)
            if options.snapshots:
                end = min(end, made)
            if start < end:
                months[f"{start.year}-{start.month}"] = (start, end)
            moment = start - timedelta(seconds=1)
    return months


def _rows(newsroom: Newsroom, root: str, start: datetime, end: datetime) -> list[str]:
    numbers = newsroom.numbers_between(start, end)
    if not newsroom.options.site_shapes:
        return [f"<url><loc>{root}{newsroom.path(number)}</loc></url>" for number in numbers]
    others = {path: moment for path, (_, moment) in author_pages(newsroom.options).items()}
    others[COVERAGE] = newsroom.options.newest - timedelta(days=1)
    updated = [(_updated(newsroom, number, end), newsroom.path(number)) for number in numbers]
    updated += [(moment, quote(path)) for path, moment in others.items() if start <= moment < end]
    return [f"<url><loc>{root}{path}</loc></url>" for _, path in sorted(updated, reverse=True)]


def _news_rows(newsroom: Newsroom, root: str, start: datetime, end: datetime) -> list[str]:
    rows = []
    for number in newsroom.numbers_between(start, end):
        if newsroom.section(number).kind != "news":
            continue
        article, updated = newsroom.article(number), _updated(newsroom, number, end)
        image = ""
        if article.picture:
            image = f"<image:image><image:loc>{root}{escape(article.picture.src)}</image:loc></image:image>"
        row = (
            f"<url><loc>{root}{article.path}</loc><lastmod>{with_offset(updated)}</lastmod><news:news>"
            f"<news:publication_date>{with_offset(article.published)}</news:publication_date>"
            f"<news:title>{escape(article.title)}</news:title>"
            f"<news:keywords>{escape(','.join(article.keywords))}</news:keywords></news:news>"
            f"{image}</url>"
        )
        rows.append((updated, row))
    return [row for _, row in sorted(rows, reverse=True)]


def _updated(newsroom: Newsroom, number: int, end: datetime) -> datetime:
    """Return when an article was last updated; in a snapshot made at `end`, later changes do not count."""
    article = newsroom.article(number)
    if article.modified and (article.modified < end or not newsroom.options.snapshots):
        return article.modified
    return article.published
