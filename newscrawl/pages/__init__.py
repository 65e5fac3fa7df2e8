"""Readers of pages: a page in, values out. They use no network, no Scrapy and no clock, and keep nothing between pages.

Read in this order:

- A page: `page.py` (one answer and what the readers share), `encoding.py` (bytes as text), `tree.py` (what holds what).
- An article: `article.py` assembles it from the readers below; `extractor.py` has the version of all these rules.
- Metadata: `metadata.py`, `json_ld.py` with `broken_json.py`; their values: `stated_values.py`, `layer.py`.
- Around the headline: `headline.py`, `header.py`, `byline.py`, `authors.py`, `shown_times.py`; times: `times.py`,
  `date_forms.py`. Which layer wins: `layer_choice.py`.
- A page as lines, each with the boxes around it: `lines.py` with `inner_text.py`, `runs.py` and `media_kinds.py`; which
  boxes are furniture: `boxes.py`, `furniture.py`.
- Where the body is: `body_search.py` with `body_parts.py` and `body_edges.py`; what other sources say of it:
  `stated_body.py`, `second_opinion.py`. What in it is text: `body.py` with `body_boxes.py`, `body_lines.py` and
  `related.py`; its HTML: `body_html.py`.
- Media and tags: `media.py`, `pictures.py` with `picture_urls.py`, `embeds.py`, `tags.py`.
- Other pages: `listing.py` with `load_more.py` and `json_answer.py`, `menu.py`, `ticker.py`; `sitemap.py` with
  `sitemap_xml.py`, and `feed.py` with `xml.py`; `examine.py` (what a page is made of, for `scrapy doctor`).
"""

from newscrawl.pages.article import ParsedArticle, parse_article, read_article
from newscrawl.pages.extractor import extractor
from newscrawl.pages.feed import FeedError, parse_feed
from newscrawl.pages.listing import Listing, is_no_batch, parse_listing, read_listing
from newscrawl.pages.load_more import NextBatch, next_by_parameter
from newscrawl.pages.menu import parse_menu, read_menu
from newscrawl.pages.page import Page
from newscrawl.pages.sitemap import Sitemap, SitemapError, parse_sitemap, read_sitemap
from newscrawl.pages.ticker import parse_headlines, read_headlines

__all__ = [
    "FeedError", "Listing", "NextBatch", "Page", "ParsedArticle", "Sitemap", "SitemapError", "extractor", "is_no_batch",
    "next_by_parameter", "parse_article", "parse_feed", "parse_headlines", "parse_listing", "parse_menu",
    "parse_sitemap", "read_article", "read_headlines", "read_listing", "read_menu", "read_sitemap",
]  # fmt: skip
