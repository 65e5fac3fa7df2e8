"""How far the crawl is: a live line for a person at a terminal, plain log lines elsewhere."""

import asyncio
import io
import logging
import sys
import time
from typing import Self, TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text
from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newscrawl.escaping import escaped_line
from newscrawl.terminal import SafeConsole

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LINES = 30.0
"""Between two lines of the log."""
SECONDS_BETWEEN_UPDATES = 0.5
"""Between two updates of the line at a terminal."""


class AboveTheLine(io.TextIOBase, TextIO):
    """Where log lines go while the live line is shown: above it, each as one line, which only the terminal may wrap.

    The stream that rich puts in the place of standard error breaks lines at spaces: what a page says could stand where
    a log line begins.
    """

    def __init__(self, console: Console) -> None:
        self.console = console

    def write(self, text: str) -> int:
        # The formatter has escaped what is not its own colours.
        self.console.print(Text.from_ansi(text.removesuffix("\n")), soft_wrap=True)
        return len(text)


class ProgressExtension:
    """Shows pages, articles, articles a minute and the section being read.

    At a terminal it is a line below the log, redrawn twice a second. With a log file, or where standard error is no
    terminal, a log line every `SECONDS_BETWEEN_LINES` says the same.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started = time.monotonic()
        self.live: Progress | None = None
        self.task: asyncio.Task[None] | None = None
        self.redirected: list[tuple[logging.StreamHandler[TextIO], TextIO]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def summary(self) -> str:
        """Return the state of the crawl in one line."""
        stats = self.crawler.stats
        pages = stats.get_value("response_received_count", 0)
        articles = stats.get_value("newscrawl/written/articles", 0)
        minutes = max(time.monotonic() - self.started, 1.0) / 60
        current = getattr(self.crawler.spider, "current", "")
        return escaped_line(f"{pages} pages · {articles} articles · {articles / minutes:.0f} articles/min · {current}")

    def spider_opened(self, spider: Spider) -> None:
        self.started = time.monotonic()
        if sys.stderr.isatty() and not self.crawler.settings.get("LOG_FILE"):
            self._start_live()
        self.task = asyncio.get_running_loop().create_task(self._run())

    def spider_closed(self, spider: Spider, reason: str) -> None:
        if self.task is not None:
            self.task.cancel()
        if self.live is not None:
            self.live.update(self.live.task_ids[0], description=self.summary())
            self.live.stop()
            for handler, stream in self.redirected:
                handler.setStream(stream)
        logger.info("Read %s", self.summary())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_UPDATES if self.live is not None else SECONDS_BETWEEN_LINES)
            if self.live is not None:
                self.live.update(self.live.task_ids[0], description=self.summary())
            else:
                logger.info("%s", self.summary())

    def live_line(self, console: SafeConsole) -> Progress:
        """Return the line below the log."""
        return Progress(
            SpinnerColumn("line"),
            # Section names are the site's: neither rich's markup nor an escape sequence in them may work.
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )

    def _start_live(self) -> None:
        original = sys.stderr
        self.live = self.live_line(SafeConsole(stderr=True))
        self.live.add_task(self.summary(), total=None)
        self.live.start()
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is original:
                self.redirected.append((handler, original))
                handler.setStream(AboveTheLine(self.live.console))
