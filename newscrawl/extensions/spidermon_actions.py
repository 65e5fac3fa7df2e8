"""Spidermon's actions (mail, Slack, Telegram, …) on a verdict that is not healthy; needs `newscrawl[monitor]`.

Spidermon itself judges when the spider closes, before the files are committed; here its actions are run on the verdict
that was reached after that. No reactor runs then: its mail is sent without one.
"""

import logging
import smtplib
import ssl
import threading
from collections.abc import Mapping, Sequence
from email.message import Message
from typing import Any

from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from newscrawl.exit_status import ExitStatus
from newscrawl.monitoring.notifications import PATIENCE, text_of

logger = logging.getLogger(__name__)


def run_actions(crawler: Crawler, report: Mapping[str, Any], actions: Sequence[str]) -> None:
    """Run Spidermon's actions, import paths of their classes, when a run was not healthy.

    They find `data.stats`, `data.crawler`, `data.spider` and `data.report`. What fails in them is logged and fails no
    crawl, and none is waited for longer than `PATIENCE`.
    """
    if not actions or report["verdict"]["status"] == ExitStatus.HEALTHY:
        return
    problems: list[str] = ["Spidermon's actions did not end in time"]

    def run() -> None:
        problems[:] = _run(crawler, report, actions)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    for problem in list(problems):
        logger.warning("%s", problem)


def _run(crawler: Crawler, report: Mapping[str, Any], actions: Sequence[str]) -> list[str]:
    """Run the actions; return what went wrong."""
    try:
        from spidermon import Monitor, MonitorSuite
        from spidermon.contrib.scrapy.runners import SpiderMonitorRunner
    except ImportError:
        return ["No Spidermon actions: install newscrawl[monitor]"]

    class Verdict(Monitor):  # type: ignore[misc]
        """Fails as the run did."""

        def test_run(self) -> None:
            self.fail(text_of(report))

    try:
        suite = MonitorSuite(
            monitors=[Verdict],
            monitors_failed_actions=[_without_reactor(load_object(each)) for each in actions],
            crawler=crawler,
        )
        stats = crawler.stats.get_stats()
        result = SpiderMonitorRunner(spider=crawler.spider).run(
            suite, stats=stats, crawler=crawler, spider=crawler.spider, report=report
        )
    except Exception as error:  # noqa: BLE001 - whatever an action's settings lack is named, and the verdict remains
        return [f"Spidermon's actions could not be run: {type(error).__name__}: {error}"]
    return [
        f"Spidermon's action {each.item.name} failed: {each.error.strip().rpartition(chr(10))[2]}"
        for each in result.monitors_failed_action_results
        if each.error
    ]


class _Mail:
    """Sends the message of Spidermon's mail action.

    Spidermon hands it to Scrapy's mail sender, which needs a reactor, does not say whether it was sent, and wraps the
    message into another one.
    """

    def send_message(self: Any, message: Message, **_: Any) -> None:
        if not self.sender:
            raise ValueError("give SPIDERMON_EMAIL_SENDER")
        kind = smtplib.SMTP_SSL if self.smtp_enforce_ssl else smtplib.SMTP
        with kind(self.smtp_host, self.smtp_port, timeout=PATIENCE) as server:
            if self.smtp_enforce_tls and not self.smtp_enforce_ssl:
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if server.has_extn("auth"):
                server.login(self.smtp_user, self.smtp_password)
            receivers = [*self.to, *(self.cc or ()), *(self.bcc or ())]
            server.send_message(message, from_addr=self.sender, to_addrs=receivers)


def _without_reactor(action: type) -> type:
    """Return an action that needs no reactor: Spidermon's mail by SMTP with our way to send it, others as they are."""
    send = getattr(action, "send_message", None)
    if send is None or send.__module__ != "spidermon.contrib.actions.email.smtp":
        return action
    return type(action.__name__, (_Mail, action), {})
