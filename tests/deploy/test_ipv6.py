"""A site that has an address of IPv6 alone is crawled like any other."""

import socket

import pytest

from newscrawl.replica import Options, Replica, server
from tests.crawling import Crawl


class _Server(server._Server):
    address_family = socket.AF_INET6


class _Replica(Replica):
    """The site on the loopback of IPv6."""

    @property
    def url(self) -> str:
        return super().url.replace("127.0.0.1", "[::1]")


def test_a_site_with_ipv6_alone_is_crawled(monkeypatch: pytest.MonkeyPatch, crawl_ok: Crawl) -> None:
    monkeypatch.setattr(server, "_Server", lambda address, handler: _Server(("::1", address[1]), handler))
    with _Replica(Options(articles=8)) as site:
        done = crawl_ok(site)
    assert len(done.records()) == 8
    assert all(record["url"].startswith(f"{site.url}/") for record in done.records())
