"""Spidermon's actions (mail, Slack, Telegram, …) on a verdict that is not healthy; needs `newscrawl[monitor]`.

Spidermon itself judges when the spider closes, before the files are committed; here its actions are run on the verdict
that was reached after that.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.notifications import text_of

logger = logging.getLogger(__name__)


def run_actions(crawler: Crawler, report: Mapping[str, Any], actions: Sequence[str]) -> None:
    """Run Spidermon's actions, import paths of their classes, when a run was not healthy.

    They find `data.stats`, `data.crawler`, `data.spider` and `data.report`. What fails in them is logged and fails no
    crawl.
    """
    if not actions or report["verdict"]["status"] == ExitStatus.HEALTHY:
        return
    try:
        from spidermon import Monitor, MonitorSuite
        from spidermon.contrib.scrapy.runners import SpiderMonitorRunner
    except ImportError:
        logger.warning("No Spidermon actions: install newscrawl[monitor]")
        return

    class Verdict(Monitor):  # type: ignore[misc]
        """Fails as the run did."""

        def test_run(self) -> None:
            self.fail(text_of(report))

    try:
        suite = MonitorSuite(
            monitors=[Verdict], monitors_failed_actions=[load_object(each) for each in actions], crawler=crawler
        )
        stats = crawler.stats.get_stats()
        result = SpiderMonitorRunner(spider=crawler.spider).run(
            suite, stats=stats, crawler=crawler, spider=crawler.spider, report=report
        )
    except Exception as error:  # noqa: BLE001 - whatever an action's settings lack is named, and the verdict remains
        logger.warning("Spidermon's actions could not be run: %s: %s", type(error).__name__, error)
        return
    for each in result.monitors_failed_action_results:
        if each.error:
            logger.warning("Spidermon's action %s failed: %s", each.item.name, each.error.strip().rpartition("\n")[2])
