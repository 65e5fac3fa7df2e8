"""Spidermon's actions on a verdict, run without a crawl; its mail by SMTP, sent to a server that takes notes."""

import smtplib
import ssl
import sys
import threading
from email.message import EmailMessage
from typing import Any, Self

import pytest
from scrapy import Spider
from spidermon.core.actions import Action

from newscrawl.extensions import spidermon_actions as module
from newscrawl.extensions.spidermon_actions import run_actions
from newscrawl.monitoring.notifications import PATIENCE
from tests.extensions.engine import bare_crawler

# Spidermon uses both; this project uses neither.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The scrapy.mail module"),
    pytest.mark.filterwarnings(r"ignore:Spider\.log\(\) is deprecated"),
    # An older requests, which its mail imports, knows only older versions of what it needs.
    pytest.mark.filterwarnings(r"ignore:urllib3 \("),
]
SEEN: list[Any] = []


class Note(Action):  # type: ignore[misc]
    """Remembers what an action is given."""

    def run_action(self) -> None:
        SEEN.append(self.data)


class Fails(Action):  # type: ignore[misc]
    """Raises."""

    def run_action(self) -> None:
        raise OSError("no receiver")


def report(status: int) -> dict[str, Any]:
    verdict = {"status": status, "name": "unreachable", "reason": "why", "advice": "what to do"}
    return {"verdict": verdict, "edition": "en", "run": "20240823T100000Z-1", "articles": {"written": 0}, "pages": {}}


def run(status: int, *actions: str) -> Any:
    SEEN.clear()
    crawler = bare_crawler()
    crawler.spider = Spider("mayadeen")
    crawler.stats.set_value("x", 1)
    run_actions(crawler, report(status), [each if "." in each else f"{__name__}.{each}" for each in actions])
    return crawler


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == module.__name__]


def test_actions_are_run_when_a_run_was_not_healthy(caplog: pytest.LogCaptureFixture) -> None:
    crawler = run(3, "Note")
    (data,) = SEEN
    assert (data.crawler, data.spider) == (crawler, crawler.spider)
    assert (data.stats["x"], data.report["verdict"]["status"]) == (1, 3)
    assert said(caplog) == []
    # Spidermon says by itself what the verdict was.
    assert "unreachable (status 3): why" in caplog.text
    run(0, "Note")
    run(3)
    assert SEEN == []


@pytest.mark.parametrize(
    ("actions", "messages"),
    [
        (["Fails"], ["Spidermon's action Fails failed: OSError: no receiver"]),
        (["Fails", "Note"], ["Spidermon's action Fails failed: OSError: no receiver"]),
        (["no.such.Action"], ["Spidermon's actions could not be run: ModuleNotFoundError: No module named 'no'"]),
    ],
)
def test_what_fails_in_an_action_is_named(
    actions: list[str], messages: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    run(3, *actions)
    assert said(caplog) == messages
    assert len(SEEN) == actions.count("Note")


def test_without_spidermon_what_to_install_is_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spidermon", None)
    run(3, "Note")
    assert said(caplog) == ["No Spidermon actions: install newscrawl[monitor]"]


def test_no_action_is_waited_for_forever(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    end, ended = threading.Event(), threading.Event()
    waiting: list[threading.Thread] = []

    def hangs(*_: object) -> list[str]:
        waiting.append(threading.current_thread())
        end.wait(10)
        ended.set()
        return []

    monkeypatch.setattr(module, "_run", hangs)
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    run(3, "Note")
    assert not ended.is_set()
    end.set()
    assert ended.wait(10)
    # Python waits at its end for every thread that is no daemon.
    assert [thread.daemon for thread in waiting] == [True]
    assert said(caplog) == ["Spidermon's actions did not end in time"]


# -- mail -------------------------------------------------------------------------------------------------------------


def mail_action() -> Any:
    from spidermon.contrib.actions.email.smtp import SendSmtpEmail

    return SendSmtpEmail


class Server:
    """In the place of `smtplib.SMTP`: takes notes of what is asked of it."""

    can_log_in = True
    notes: list[Any]

    def __init__(self, host: str, port: int, timeout: float) -> None:
        type(self).notes = [(type(self).__name__, host, port, timeout)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.notes.append("closed")

    def starttls(self, *, context: ssl.SSLContext) -> None:
        self.notes.append(("starttls", context.check_hostname))

    def ehlo_or_helo_if_needed(self) -> None:
        self.notes.append("ehlo")

    def has_extn(self, name: str) -> bool:
        return name == "auth" and self.can_log_in

    def login(self, user: str, password: str) -> None:
        self.notes.append(("login", user, password))

    def send_message(self, message: EmailMessage, *, from_addr: str, to_addrs: list[str]) -> None:
        self.notes.append((message["Subject"], from_addr, to_addrs))


class SafeServer(Server):
    """In the place of `smtplib.SMTP_SSL`."""


class PlainServer(Server):
    """A server that knows nobody."""

    can_log_in = False


def sent(server: type[Server], monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[Any]:
    """Send a message as the action would; return the notes of the server."""
    monkeypatch.setattr(smtplib, "SMTP", server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", SafeServer)
    values = {
        "sender": "crawl@example.org",
        "to": ["desk@example.org"],
        "subject": "A verdict",
        "smtp_host": "mail.example.org",
        "smtp_port": 25,
        "smtp_user": "newscrawl",
        "smtp_password": "secret",
    }
    action = module._without_reactor(mail_action())(**{**values, **changes})
    message = EmailMessage()
    message["Subject"] = "A verdict"
    server.notes = []
    action.send_message(message)
    return server.notes or SafeServer.notes


def test_mail_is_sent_to_all_receivers_after_a_login_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ("Server", "mail.example.org", 25, PATIENCE)
    login = ("login", "newscrawl", "secret")
    message = ("A verdict", "crawl@example.org", ["desk@example.org"])
    assert sent(Server, monkeypatch) == [first, "ehlo", login, message, "closed"]
    plain = ("PlainServer", *first[1:])
    assert sent(PlainServer, monkeypatch) == [plain, "ehlo", message, "closed"]
    notes = sent(PlainServer, monkeypatch, cc=["a@example.org"], bcc=["b@example.org"])
    assert notes[-2][2] == ["desk@example.org", "a@example.org", "b@example.org"]


def test_mail_is_encrypted_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(Server, monkeypatch, smtp_enforce_tls=True)[1] == ("starttls", True)
    for tls in (False, True):
        notes = sent(Server, monkeypatch, smtp_enforce_ssl=True, smtp_enforce_tls=tls)
        assert notes[:2] == [("SafeServer", "mail.example.org", 25, PATIENCE), "ehlo"]


def test_mail_without_a_sender_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="SPIDERMON_EMAIL_SENDER"):
        sent(Server, monkeypatch, sender=None)
    assert Server.notes == []


def test_other_actions_are_left_as_they_are() -> None:
    class OtherMail(Action):  # type: ignore[misc]
        """Sends its messages in another way than by SMTP."""

        def send_message(self, message: EmailMessage) -> None:
            SEEN.append(message)

    assert module._without_reactor(Note) is Note
    assert module._without_reactor(OtherMail) is OtherMail
    mail = module._without_reactor(mail_action())
    assert issubclass(mail, mail_action())
    assert mail.__name__ == "SendSmtpEmail"
