"""The URLs under `/replica/`, by which a person changes the site while it runs. No page links to them."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from newscrawl.replica.newsroom import Newsroom
from newscrawl.replica.options import Options

ROOT = "/replica"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
LONGEST_FORM = 10_000
"""Maximum bytes of a POST's body."""
MOST_AT_ONCE = 10_000
"""Maximum articles that one request may publish."""
STATUSES = ("404", "410")
"""Statuses that the URL of a withdrawn article may have."""
SHOWN = 5
"""How many of the newest articles the help shows."""

HELP = """A replica of the site: invented articles, served on this machine alone.

Publish three new articles:
  curl -d count=3 {root}/replica/publish

Edit an article (title, summary, one more paragraph), by its number, or by its URL or path:
  curl -d number={number} {root}/replica/edit
  curl -d url={url} {root}/replica/edit

Withdraw an article. Its URL answers 404 from then on, or 410:
  curl -d number={number} {root}/replica/withdraw
  curl -d number={number} -d status=410 {root}/replica/withdraw

The same values may be part of the URL:
  curl -X POST '{root}/replica/publish?count=3'

See this text and what is published now:
  curl {root}/replica/

Crawl it into a folder of its own:
  scrapy crawl mayadeen -a site={root} -a edition={edition} -s DATA_DIR=replica-data -s DOWNLOAD_DELAY=0

"""


class Controlled(Protocol):
    """The part of the replica that these URLs need."""

    options: Options
    newsroom: Newsroom

    @property
    def url(self) -> str: ...
    def add(self, count: int) -> list[str]: ...
    def edit(self, number: int) -> str: ...
    def remove(self, number: int, status: int = 404) -> str: ...


class _WrongError(Exception):
    """Raised for a control request that cannot be done; its text says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def is_control(target: str) -> bool:
    """Return whether a request's target is under `/replica/`.

    >>> is_control("/replica"), is_control("/replica/edit?number=3"), is_control("/replicas")
    (True, True, False)
    """
    path = urlsplit(target).path
    return path == ROOT or path.startswith(f"{ROOT}/")


def answer(site: Controlled, method: str, target: str, form: str = "") -> tuple[int, Mapping[str, str], bytes]:
    """Do what a control request asks for; return status, headers and a plain text."""
    try:
        text = _carried_out(site, method, target, form)
    except _WrongError as wrong:
        return wrong.status, TEXT, f"{wrong}\n".encode()
    return 200, TEXT, f"{text}\n".encode()


def _carried_out(site: Controlled, method: str, target: str, form: str) -> str:
    parts = urlsplit(target)
    action = parts.path.removeprefix(ROOT).strip("/")
    if not is_control(target):
        raise _WrongError(405, f"Only the URLs under {ROOT}/ take a POST; see {site.url}{ROOT}/")
    if not action:
        return show(site)
    if action not in ACTIONS:
        raise _WrongError(404, f"No action {action!r}: use {', '.join(ACTIONS)}; see {site.url}{ROOT}/")
    if method != "POST":
        raise _WrongError(405, f"Use POST: curl -X POST '{site.url}{target}'")
    do, allowed = ACTIONS[action]
    values = dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(form, keep_blank_values=True))
    for name in values:
        if name not in allowed:
            raise _WrongError(400, f"No parameter {name!r}: {action} takes {', '.join(allowed)}")
    return do(site, values)


def show(site: Controlled) -> str:
    """Return the help text and what is published now."""
    newsroom, options = site.newsroom, site.options
    numbers = newsroom.numbers()
    newest = numbers[0] if numbers else 0
    text = HELP.format(
        root=site.url, edition=options.edition, number=newest, url=newsroom.path(newest) if numbers else "/news/…"
    )
    lines = [
        f"Now: edition {options.edition}, markup {options.markup}, listings that go on by {options.load_more}.",
        f"{len(numbers)} articles are published, {len(newsroom.revisions)} edited, {len(newsroom.removed)} withdrawn.",
    ]
    if numbers:
        lines.append("The newest:")
        lines += (f"  number={number}  {site.url}{newsroom.path(number)}" for number in numbers[:SHOWN])
    return text + "\n".join(lines)


def _publish(site: Controlled, values: Mapping[str, str]) -> str:
    count = values.get("count", "1")
    if not (count.isdecimal() and 1 <= int(count) <= MOST_AT_ONCE):
        raise _WrongError(400, f"count={count}: give a whole number from 1 to {MOST_AT_ONCE}")
    return "\n".join(f"published {url}" for url in site.add(int(count)))


def _edit(site: Controlled, values: Mapping[str, str]) -> str:
    return f"edited {site.edit(_number(site, values))}"


def _withdraw(site: Controlled, values: Mapping[str, str]) -> str:
    status = values.get("status", STATUSES[0])
    if status not in STATUSES:
        raise _WrongError(400, f"status={status}: give one of {', '.join(STATUSES)}")
    return f"withdrawn, answers {status}: {site.remove(_number(site, values), int(status))}"


def _number(site: Controlled, values: Mapping[str, str]) -> int:
    """Return the number of the published article that the request names; raises `_WrongError` for any other."""
    newsroom = site.newsroom
    if ("number" in values) == ("url" in values):
        raise _WrongError(400, "Give either number=… or url=…")
    if "number" in values:
        given = values["number"]
        number = int(given) if given.isdecimal() and int(given) < newsroom.count else None
    else:
        given = values["url"]
        number = newsroom.number_at(unquote(urlsplit(given).path))
    if number is None:
        raise _WrongError(404, f"No article {given}; the numbers go from 0 to {newsroom.count - 1}")
    if number in newsroom.removed:
        raise _WrongError(409, f"Article {given} is withdrawn")
    return number


ACTIONS = {
    "publish": (_publish, ("count",)),
    "edit": (_edit, ("number", "url")),
    "withdraw": (_withdraw, ("number", "url", "status")),
}
"""Action → its function and the parameters that it takes."""
