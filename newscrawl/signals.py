"""The project's own Scrapy signals: what the spider tells those who keep the accounts.

`ERROR_NAMED(name, address)`: something went wrong and was counted under a name. `PAGE_UNREADABLE(response, when, url)`:
a story's page could not be read as one. `LISTING_READ(url, links)`: a listing's first batch showed so many stories.
"""

ERROR_NAMED = object()
PAGE_UNREADABLE = object()
LISTING_READ = object()
