"""URLs: one spelling of each, whatever a page writes, and nothing that raises but what is documented."""

import pytest

from newscrawl.urls import Site, absolute, canonical, site_of

PAGE = "https://x.net/news/politics/a-b?page=2"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.net", "https://x.net/"),
        ("HTTPS://X.net.:443/A-b/", "https://x.net/A-b"),
        ("http://x.net:80/a", "http://x.net/a"),
        ("http://x.net:8000/a", "http://x.net:8000/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://user@x.net/a", "https://x.net/a"),
        ("https://غزة.net/غزة", "https://xn--ogbrx.net/%D8%BA%D8%B2%D8%A9"),
        ("https://x.net/%7ea%2Fb/c%20d", "https://x.net/~a%2Fb/c%20d"),
        ("https://x.net/a//b/./c/../d?x=1#top", "https://x.net/a/b/d"),
        ("https://x.net/army:-russia;v=1", "https://x.net/army:-russia;v=1"),
        ("https://x.net/a|b", "https://x.net/a%7Cb"),
    ],
)
def test_a_url_has_one_spelling(url: str, expected: str) -> None:
    assert canonical(url) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "url",
    ["", "x.net/a", "//x.net", "mailto:a@x.net", "ftp://x.net", "https://", "https://x..net", "https://x.net:65536",
     "https://" + "a" * 64 + ".net", "https://a b.net", "http://[bad"],
)  # fmt: skip
def test_what_is_no_web_url_has_no_spelling(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(url)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a/b?x=1#y", "https://x.net/a/b?x=1"),
        ("c-d", "https://x.net/news/politics/c-d"),
        ("?page=3", "https://x.net/news/politics/a-b?page=3"),
        ("//y.net/a", "https://y.net/a"),
        ("http://y.net", "http://y.net/"),
        (" \n/a\tb\u200b ", "https://x.net/ab"),
        ("/tags/غزة الآن", "https://x.net/tags/%D8%BA%D8%B2%D8%A9%20%D8%A7%D9%84%D8%A2%D9%86"),
        ("#top", "https://x.net/news/politics/a-b?page=2"),
        ("/a;", "https://x.net/a"),
        ("\\a\\b?x=1\\2", "https://x.net/a/b?x=1%5C2"),
        ("https:\\\\y.net\\a", "https://y.net/a"),
        ("https:\\/\\/y.net\\/a", "https://y.net/a"),
        ('\\"\\/a\\/b\\"', "https://x.net/a/b"),
        ("http:///y.net/a", "http://y.net/a"),
        ("\u200f/غزة\u200f/", "https://x.net/%D8%BA%D8%B2%D8%A9/"),
        ("/غزة\u200e?x=1", "https://x.net/%D8%BA%D8%B2%D8%A9?x=1"),
        ("/a%E2%80%8F", "https://x.net/a%E2%80%8F"),
        ("/می\u200cرود", "https://x.net/%D9%85%DB%8C%E2%80%8C%D8%B1%D9%88%D8%AF"),
    ],
)
def test_a_link_is_resolved_as_a_browser_does(href: str, expected: str) -> None:
    assert absolute(PAGE, href) == expected


@pytest.mark.parametrize("href", ["", " ", "javascript:void(0)", "data:text/html,x", "http://[bad", "/" + "a" * 9000])
def test_a_link_that_leads_to_no_page_is_none(href: str) -> None:
    assert absolute(PAGE, href) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.x.net/a?page=2", "https://x.net/a?page=2"),
        ("https://x.net", "https://x.net/"),
        ("http://y.net/a", "https://x.net/a"),
        ("https://x.net:8443/a", None),
        ("https://evil-x.net/a", None),
        ("https://x.net.evil.example/a", None),
        ("mailto:a@x.net", None),
    ],
)
def test_a_site_is_its_scheme_host_and_port_and_its_aliases(url: str, expected: str | None) -> None:
    assert Site("https://x.net", aliases=("https://y.net",)).own(url) == expected


def test_without_more_knowledge_a_page_belongs_to_the_site_of_its_url() -> None:
    assert site_of("http://127.0.0.1:8000/news/a").root == "http://127.0.0.1:8000"
