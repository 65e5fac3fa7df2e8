"""Plain addresses take a short way, which ends where the long one does."""

import re
from itertools import product

import pytest

from newscrawl import urls

HOSTS = (
    "x.net", "X.net", "x.net.", "x..net", "-x.net", "x.net:80", "x.net:443", "x.net:8000", "x.net:0080", "x.net:65535",
    "x.net:65536", "x.net:", "127.0.0.1:8000", "[::1]:80", "user@x.net", "غزة.net", "xn--mgbx5cf.net", "a" * 64,
)  # fmt: skip
PATHS = (
    "", "/", "//", "/a-b", "/a/", "/a//b", "/a/../b", "/.a", "/a.", "/a/.", "/%7ea", "/غزة", "/a b", "/a?x=1", "/a?",
    "?x", "/a#f", "/a;b", "/;", "/a.html?v=3&w=[1]", "/a\n", "/A:b", "/a|b", "/@x",
)  # fmt: skip
NEVER = re.compile("(?!)")


def told(address: str) -> list[str | None]:
    """Return what all helpers say of an address."""
    found: list[str | None] = []
    for base in ("https://x.net/news/a", "http://127.0.0.1:8000", "https://x.net:443/q", "https://x.net/q?page=2"):
        found += (urls.absolute(base, address), urls.absolute(base, address.partition("://")[2][5:]))
    try:
        found += (urls.canonical(address), urls.path_of(address))
    except ValueError as error:
        found.append(str(error))
    found += (urls.on_site(address, root, "http://x.net") for root in ("https://x.net", "http://127.0.0.1:8000"))
    return found


@pytest.mark.parametrize("scheme", ["http://", "https://", "HTTP://", "//", "", "mailto:", " https://"])
def test_the_short_way_ends_where_the_long_one_does(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [f"{scheme}{host}{path}" for host, path in product(HOSTS, PATHS)]
    short = {address: told(address) for address in addresses}
    for name in ("_PLAIN_ADDRESS", "_PLAIN_LINK"):
        monkeypatch.setattr(urls, name, NEVER)
    for remembered in (urls.canonical, urls._absolute, urls._split):
        remembered.cache_clear()
    assert short == {address: told(address) for address in addresses}
    for remembered in (urls.canonical, urls._absolute, urls._split):
        remembered.cache_clear()
