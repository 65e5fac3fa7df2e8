"""The accounts as Scrapy's signals and its log fill them."""

import logging
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider, DropItem, IgnoreRequest, StopDownload
from scrapy.http import Response
from twisted.internet.error import ReactorNotRunning
from twisted.python.failure import Failure

from newscrawl.errors import OutputError
from newscrawl.extensions.accounting import CLOSE_REASON, AccountingExtension, FaultHandler, feed_of
from newscrawl.items import Headline
from newscrawl.monitoring.accounting import MIN_FAULTS, PURPOSE
from tests.extensions.engine import Engine, bare_crawler
from tests.pipelines.samples import article

LINE = Headline(text="A", edition="en", found_on="/", date_first_seen="2024-08-23T11:00:00Z")
URL = "https://example.org/a"


class Spider:
    """Remembers the requests whose callback raised."""

    def __init__(self) -> None:
        self.raised: list[Request] = []

    def note_raised(self, request: Request) -> None:
        self.raised.append(request)


@pytest.fixture
def crawler() -> Iterator[Crawler]:
    """A crawler with the extension; its handler of the log is removed at the end."""
    handlers = list(logging.getLogger().handlers)
    made = bare_crawler()
    made.engine = Engine()  # type: ignore[assignment]
    made.spider = cast("Any", Spider())
    made.extension_of_test = AccountingExtension.from_crawler(made)  # type: ignore[attr-defined]
    yield made
    logging.getLogger().handlers[:] = handlers


def send(crawler: Crawler, signal: object, **values: Any) -> None:
    """Send a signal; what its receiver raises is raised here."""
    for _, result in crawler.signals.send_catch_log(signal=signal, **values):
        if isinstance(result, Failure):
            result.raiseException()


def accounts(crawler: Crawler) -> dict[str, int]:
    prefix = "newscrawl/accounts/"
    found = crawler.stats.get_stats()
    return {name.removeprefix(prefix): number for name, number in found.items() if name.startswith(prefix) and number}


def scheduled(crawler: Crawler, purpose: str | None = "article") -> Request:
    request = Request(URL, meta={PURPOSE: purpose} if purpose else {})
    send(crawler, signals.request_scheduled, request=request)
    return request


def test_a_request_is_entered_once_with_what_it_is_for(crawler: Crawler) -> None:
    request = scheduled(crawler)
    scheduled(crawler, None)
    # A redirect or a retry has the entry of the request that it goes on with.
    send(crawler, signals.request_scheduled, request=Request(f"{URL}-2", meta=request.meta))
    assert accounts(crawler) == {"requests/article/opened": 1, "requests/other/opened": 1}


def test_a_request_that_was_made_before_is_a_duplicate(crawler: Crawler) -> None:
    send(crawler, signals.request_dropped, request=scheduled(crawler))
    assert accounts(crawler)["requests/article/filtered: duplicate"] == 1
    # One that is in no account changes none.
    send(crawler, signals.request_dropped, request=Request(URL))
    assert sum(accounts(crawler).values()) == 2


@pytest.mark.parametrize("kind", [Response, Failure])
def test_a_callback_and_an_errback_that_raise_are_entered_and_their_spider_told(kind: type, crawler: Crawler) -> None:
    request = scheduled(crawler)
    if kind is Response:
        answer: Any = Response(URL, request=request)
    else:
        answer = Failure(ValueError("odd"))  # type: ignore[no-untyped-call]
        answer.request = request
    failure = Failure(ValueError("odd"))  # type: ignore[no-untyped-call]
    send(crawler, signals.spider_error, failure=failure, response=answer)
    assert accounts(crawler)["requests/article/raised"] == 1
    assert cast("Any", crawler.spider).raised == [request]
    # Of what has no request, nothing can be said.
    send(crawler, signals.spider_error, failure=failure, response=None)
    crawler.spider = cast("Any", object())
    send(crawler, signals.spider_error, failure=failure, response=answer)
    assert accounts(crawler)["requests/article/raised"] == 1


def test_records_are_entered_under_what_became_of_them(crawler: Crawler) -> None:
    class NamedError(DropItem):
        name = "duplicate/id"

    for item in (article(), LINE, LINE):
        send(crawler, signals.item_scraped, item=item)
    send(crawler, signals.item_dropped, item=LINE, exception=NamedError("known"))
    send(crawler, signals.item_dropped, item=article(), exception=DropItem("odd"))
    assert accounts(crawler) == {
        "records/articles/exported": 1,
        "records/headlines/exported": 2,
        "records/headlines/duplicate/id": 1,
        "records/articles/DropItem": 1,
    }
    assert (feed_of(article()), feed_of(LINE)) == ("articles", "headlines")


def test_a_record_at_which_a_pipeline_raised_is_lost_and_its_article_asked_for_again(crawler: Crawler) -> None:
    request = Request(URL)
    answer = Response(URL, request=request)
    send(crawler, signals.item_error, item=article(), response=answer)
    send(crawler, signals.item_error, item=LINE, response=answer)
    send(crawler, signals.item_error, item=article(), response=None)
    assert accounts(crawler) == {"records/articles/lost": 2, "records/headlines/lost": 1}
    assert cast("Any", crawler.spider).raised == [request]


def test_the_lines_of_a_committed_file_are_entered(crawler: Crawler) -> None:
    for storage in (
        SimpleNamespace(committed="x.jsonl", feed="articles", lines=3),
        SimpleNamespace(committed="y.jsonl", feed="articles", lines=4),
        SimpleNamespace(committed="z.jsonl", feed="headlines", lines=1),
        SimpleNamespace(committed=None, feed="articles", lines=9),
        SimpleNamespace(),
    ):
        send(crawler, signals.feed_slot_closed, slot=SimpleNamespace(storage=storage))
    assert accounts(crawler) == {"lines/articles": 7, "lines/headlines": 1}


def test_the_accounts_stand_in_the_log_at_the_end(crawler: Crawler, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    scheduled(crawler)
    caplog.clear()
    send(crawler, signals.engine_stopped)
    assert caplog.messages == ["Accounts: 1 requests: 1 left; 0 articles read; 0 headlines read"]


# -- exceptions that nobody named -------------------------------------------------------------------------------------


def logged(name: str, level: int, error: BaseException | None) -> None:
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    try:
        if error is not None:
            raise error
    except BaseException:
        logger.log(level, "odd", exc_info=True)
    else:
        logger.log(level, "odd", exc_info=(None, None, None))
        logger.log(level, "odd")


def number_of_faults(crawler: Crawler) -> int:
    return sum(number for name, number in crawler.stats.get_stats().items() if name.startswith("newscrawl/fault/"))


@pytest.mark.parametrize(
    ("name", "level", "counts"),
    [
        ("twisted", logging.CRITICAL, True),
        ("newscrawl.x", logging.ERROR, True),
        ("newscrawl.x", logging.WARNING, False),
        ("newscrawl.x", logging.INFO, False),
        ("scrapy.core.scraper", logging.INFO, True),
        ("scrapy.core.engine", logging.DEBUG, False),
        ("scrapy.extensions.logstats", logging.INFO, False),
    ],
)
def test_an_exception_in_the_log_counts_where_scrapy_went_on_after_it(
    name: str, level: int, counts: bool, crawler: Crawler
) -> None:
    logged(name, level, ValueError("odd"))
    assert number_of_faults(crawler) == counts
    logged(name, level, None)
    assert number_of_faults(crawler) == counts


@pytest.mark.parametrize(
    "error",
    [
        OutputError(5, "full"),
        CloseSpider("locked"),
        DontCloseSpider(),
        DropItem("known"),
        IgnoreRequest("robots.txt"),
        StopDownload(),
        ReactorNotRunning(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_with_a_name_is_counted_elsewhere(error: Exception, crawler: Crawler) -> None:
    logged("scrapy.core.scraper", logging.ERROR, error)
    assert number_of_faults(crawler) == 0


def test_a_fault_is_named_by_type_and_place(crawler: Crawler) -> None:
    logged("twisted", logging.ERROR, KeyError("x"))
    (name,) = (each for each in crawler.stats.get_stats() if each.startswith("newscrawl/fault/"))
    assert name.startswith("newscrawl/fault/KeyError at extensions/test_accounting_by_signals.py:")


def test_more_faults_than_articles_close_the_spider_once(crawler: Crawler, caplog: pytest.LogCaptureFixture) -> None:
    extension = cast("Any", crawler).extension_of_test
    for _ in range(MIN_FAULTS - 1):
        extension.fault("ValueError at x.py:1")
    reasons = cast("Any", crawler.engine).reasons
    assert reasons == []
    for _ in range(3):
        extension.fault("ValueError at x.py:1")
    assert reasons == [CLOSE_REASON]
    assert caplog.text.count("more exceptions than articles: ValueError at x.py:1") == 1
    assert number_of_faults(crawler) == MIN_FAULTS + 2


@pytest.mark.parametrize("state", ["no engine", "stopped", "articles"])
def test_a_crawl_that_has_ended_or_goes_well_is_not_closed(state: str, crawler: Crawler) -> None:
    extension = cast("Any", crawler).extension_of_test
    engine = cast("Any", crawler.engine)
    if state == "no engine":
        cast("Any", crawler)._engine = None
    elif state == "stopped":
        engine.running = False
    else:
        crawler.stats.set_value("newscrawl/written/articles", MIN_FAULTS + 2)
    for _ in range(MIN_FAULTS + 2):
        extension.fault("ValueError at x.py:1")
    assert engine.reasons == []
    assert number_of_faults(crawler) == MIN_FAULTS + 2
    assert not extension.is_closing


def test_one_handler_reads_the_log_from_info_on(crawler: Crawler) -> None:
    (handler,) = (each for each in logging.getLogger().handlers if isinstance(each, FaultHandler))
    assert handler.level == logging.INFO
    assert sys.exc_info() == (None, None, None)
