"""What keeps the archive works in this project's own commands alone, not in `scrapy shell`, `fetch`, `runspider` …"""

from typing import Any

from scrapy.settings import BaseSettings

from newscrawl.extensions.feed_storage import SCHEME

IS_OWN_COMMAND = "IS_OWN_COMMAND"
"""The setting by which this project's commands say that they choose the components of their crawls themselves."""
OWN = "newscrawl."
ON_SITE = "newscrawl.middlewares.redirects.OnSiteMiddleware"


class OnlyForCrawls:
    """A Scrapy add-on that leaves the archive, the report and the pipelines out of every other crawl.

    Scrapy's own commands run with all that `settings.py` names, for spiders that know no edition and no archive.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Remove from the settings of a crawler what only a crawl into the archive needs."""
        if not settings.getbool(IS_OWN_COMMAND):
            for name, value in without_archive(settings).items():
                settings.set(name, value, priority=settings.getpriority(name) or 0)


def without_archive(settings: BaseSettings) -> dict[str, Any]:
    """Return the settings that change where no archive is kept: name → value."""
    changed: dict[str, Any] = {
        name: {part: None if str(part).startswith(OWN) else order for part, order in settings.getdict(name).items()}
        for name in ("ITEM_PIPELINES", "EXTENSIONS")
    }
    # Those who use Scrapy's own commands name any page that they like.
    changed["DOWNLOADER_MIDDLEWARES"] = {**settings.getdict("DOWNLOADER_MIDDLEWARES"), ON_SITE: None}
    feeds = settings.getdict("FEEDS")
    changed["FEEDS"] = {uri: given for uri, given in feeds.items() if not str(uri).startswith(f"{SCHEME}:")}
    # These are made for the archive's feeds: of another spider they would ask for an edition and for batches.
    changed["FEED_URI_PARAMS"] = None
    changed["FEED_EXPORT_BATCH_ITEM_COUNT"] = 0
    return changed
