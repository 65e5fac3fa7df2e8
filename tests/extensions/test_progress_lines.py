"""What a crawl says of its progress, at a terminal and in a log, without a crawl."""

import asyncio
import io
import logging
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import signals
from scrapy.crawler import Crawler

from newscrawl.extensions import progress as module
from newscrawl.extensions.progress import AboveTheLine, ProgressExtension
from newscrawl.terminal import SafeConsole
from tests.extensions.engine import bare_crawler


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def new_crawler(**settings: Any) -> Crawler:
    crawler = bare_crawler(**settings)
    crawler.spider = cast("Any", SimpleNamespace(current="politics"))
    crawler.stats.set_value("response_received_count", 50)
    crawler.stats.set_value("newscrawl/written/articles", 30)
    return crawler


def test_the_summary_says_what_was_read_and_how_fast() -> None:
    extension = ProgressExtension(new_crawler())
    extension.started = time.monotonic() - 120
    assert extension.summary() == "50 pages · 30 articles · 15 articles/min · politics"
    # In the first second no speed is known yet; what a section is called cannot steer a terminal.
    extension.started = time.monotonic()
    extension.crawler.spider = cast("Any", SimpleNamespace(current="a\x1b[31mb"))
    assert extension.summary().startswith("50 pages · 30 articles · 1800 articles/min · a")
    assert "\x1b" not in extension.summary()
    empty = ProgressExtension(bare_crawler())
    assert empty.summary() == "0 pages · 0 articles · 0 articles/min · "


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the extension's waits end at once; return how long each would have been."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def short(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(module, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": short}))
    return waits


def run(crawler: Crawler, while_open: Callable[[ProgressExtension], Any]) -> Any:
    """Open and close the spider by signals; return what a function says in between, after a few turns of the loop."""

    async def crawl() -> Any:
        extension = ProgressExtension.from_crawler(crawler)
        extension.started = 0
        crawler.signals.send_catch_log(signal=signals.spider_opened, spider=crawler.spider)
        # The clock starts when the spider opens.
        assert time.monotonic() - extension.started < 60
        for _ in range(5):
            await asyncio.sleep(0)
        said = while_open(extension)
        crawler.signals.send_catch_log(signal=signals.spider_closed, spider=crawler.spider, reason="finished")
        assert extension.task is not None
        await asyncio.gather(extension.task, return_exceptions=True)
        assert extension.task.cancelled()
        return said

    return asyncio.run(crawl())


@pytest.mark.parametrize("has_file", [True, False])
def test_a_log_gets_a_line_now_and_then_and_one_at_the_end(
    has_file: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(sys, "stderr", Terminal() if has_file else io.StringIO())
    waits = without_waiting(monkeypatch)
    crawler = new_crawler(**({"LOG_FILE": "x.log"} if has_file else {}))
    caplog.clear()
    lines = run(crawler, lambda extension: [list(caplog.messages), extension.live])
    assert lines[0][0].startswith("50 pages · 30 articles · ")
    assert lines[1] is None
    assert set(waits) == {module.SECONDS_BETWEEN_LINES}
    assert caplog.messages[-1].startswith("Read 50 pages · 30 articles · ")
    assert caplog.text.count("Read ") == 1


def test_a_terminal_shows_one_line_below_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, elsewhere = Terminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    mine, other = logging.StreamHandler(stream), logging.StreamHandler(elsewhere)
    monkeypatch.setattr(logging.root, "handlers", [mine, other, logging.NullHandler()])
    waits = without_waiting(monkeypatch)
    crawler = new_crawler()
    logging.root.setLevel(logging.INFO)

    def look(extension: ProgressExtension) -> Any:
        assert extension.live is not None
        (task,) = extension.live.tasks
        # Log lines are written above the line, by way of rich.
        return (extension.live.live.is_started, task.description, mine.stream is stream, other.stream is elsewhere)

    started, shown, is_mine, is_other = run(crawler, look)
    assert (started, is_mine, is_other) == (True, False, True)
    assert shown.startswith("50 pages · ")
    assert mine.stream is stream
    assert set(waits) == {module.SECONDS_BETWEEN_UPDATES}


def test_the_line_is_updated_while_the_crawl_goes_on_and_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    without_waiting(monkeypatch)
    crawler = new_crawler()

    async def crawl() -> list[str]:
        extension = ProgressExtension(crawler)
        extension.spider_opened(cast("Any", crawler.spider))
        live = extension.live
        assert live is not None
        shown = []
        for number in (60, 70):
            crawler.stats.set_value("response_received_count", number)
            for _ in range(4):
                await asyncio.sleep(0)
            shown.append(live.tasks[0].description)
        crawler.stats.set_value("response_received_count", 80)
        extension.spider_closed(cast("Any", crawler.spider), "finished")
        assert not live.live.is_started
        return [*shown, live.tasks[0].description]

    assert [line.partition(" ")[0] for line in asyncio.run(crawl())] == ["60", "70", "80"]


def test_the_names_of_sections_are_no_markup() -> None:
    stream = io.StringIO()
    live = ProgressExtension(new_crawler()).live_line(SafeConsole(file=stream, force_terminal=True, width=100))
    with live:
        live.add_task("[red]politics[/red]", total=None)
        live.refresh()
    assert "[red]politics[/red]" in stream.getvalue()
    assert "0:00:00" in stream.getvalue()


def test_closing_what_was_never_opened_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    crawler = new_crawler()
    caplog.clear()
    ProgressExtension(crawler).spider_closed(cast("Any", crawler.spider), "locked")
    assert len(caplog.messages) == 1


def test_a_log_line_above_the_live_line_is_one_line_however_narrow_the_terminal() -> None:
    stream = io.StringIO()
    live = ProgressExtension(new_crawler()).live_line(SafeConsole(file=stream, force_terminal=True, width=30))
    handler = logging.StreamHandler(AboveTheLine(live.console))
    said = "No article: " + "word " * 20 + "2024-08-22 INFO: healthy"
    with live:
        handler.emit(logging.makeLogRecord({"msg": f"\x1b[1;31m{said}\x1b[0m"}))
        # A formatter that is not ours.
        handler.emit(logging.makeLogRecord({"msg": "a\x9b2J\u202eb"}))
    assert f"\x1b[1;31m{said}\x1b[0m\n" in stream.getvalue()
    assert "a\\x9b2J\\u202eb\n" in stream.getvalue()
