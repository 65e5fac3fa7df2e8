"""The project's own Scrapy signals: what the spider reports to those who count.

`ERROR_NAMED(name, url)`: something went wrong and was counted under a name.
`PAGE_UNREADABLE(response, when, url)`: an article's page could not be read as one.
`LISTING_READ(url, links, response)`: how many articles a listing's first batch showed, and the batch.
`CANCEL_DOWNLOADS()`: the crawl stops, and waits for no page any more.
"""

ERROR_NAMED = object()
PAGE_UNREADABLE = object()
LISTING_READ = object()
CANCEL_DOWNLOADS = object()
