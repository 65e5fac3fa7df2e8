"""The log of Scrapy's own commands (`fetch`, `shell`, `parse`, …): escaped, as that of this project's own is."""

from scrapy.settings import BaseSettings
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.monitoring.logs import PlainFormatter


class EscapedLog:
    """A Scrapy add-on: before the first request, gives Scrapy's handler of the log, if there is one, our formatter."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Change no setting."""
        handler = get_scrapy_root_handler()
        if handler is not None:
            handler.setFormatter(PlainFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
