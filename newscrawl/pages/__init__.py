"""Readers of pages: a page in, values out. They use no network, no Scrapy and no clock, and keep nothing between pages.

Read in this order: `page.py` (one answer and what the readers share), `article.py` (assembles an article from
`metadata.py`, `headline.py`, `header.py`, `byline.py`, `media.py` and `tags.py`, and from the body). The body:
`lines.py` with `inner_text.py` (a page as a stream of lines, each with the boxes around it), `boxes.py` with
`furniture.py` (which boxes are furniture), `body_search.py` with `body_edges.py` (where the body is), `body.py` with
`body_boxes.py`, `body_lines.py` and `related.py` (what in it is text). Then `listing.py` with `load_more.py` (a
listing and the way to its next batch), `menu.py`, `ticker.py`, `sitemap.py` and `feed.py` with `xml.py`, and
`examine.py` (what a page is made of, for `scrapy doctor`).
"""

from newscrawl.pages.article import ParsedArticle, parse_article, read_article
from newscrawl.pages.feed import FeedError, parse_feed
from newscrawl.pages.listing import Listing, parse_listing, read_listing
from newscrawl.pages.load_more import NextBatch, next_by_parameter
from newscrawl.pages.menu import parse_menu, read_menu
from newscrawl.pages.page import Page
from newscrawl.pages.sitemap import Sitemap, SitemapError, parse_sitemap
from newscrawl.pages.ticker import parse_headlines, read_headlines

__all__ = [
    "FeedError", "Listing", "NextBatch", "Page", "ParsedArticle", "Sitemap", "SitemapError", "next_by_parameter",
    "parse_article", "parse_feed", "parse_headlines", "parse_listing", "parse_menu", "parse_sitemap", "read_article",
    "read_headlines", "read_listing", "read_menu",
]  # fmt: skip
