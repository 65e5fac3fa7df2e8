"""Redirects that are written into a page."""

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from newscrawl.middlewares.redirects import MetaRefreshMiddleware

REFRESH = "<html><head><META HTTP-EQUIV='Refresh' CONTENT='0; url=/news/politics/a-b'></head></html>"


@pytest.mark.parametrize(
    ("body", "target"),
    [
        (REFRESH.encode(), "https://x.net/news/politics/a-b"),
        ("\ufeff".encode("utf-16-le") + REFRESH.encode("utf-16-le"), "https://x.net/news/politics/a-b"),
        (b"<html><head><title>A</title></head></html>", None),
        (b"<html><head><title>Refreshing</title></head></html>", None),
        (b"<html>" + b" " * 20_000 + REFRESH.encode(), None),
        # What it names is no URL.
        (REFRESH.replace("/news/politics/a-b", "http://[bad/").encode(), None),
        (REFRESH.replace("/news/politics/a-b", "http://a:b/").encode(), None),
    ],
)
def test_a_meta_refresh_is_followed(body: bytes, target: str | None) -> None:
    middleware = MetaRefreshMiddleware.from_crawler(get_crawler())
    request = Request("https://x.net/old")
    response = HtmlResponse(request.url, body=body, request=request)
    result = middleware.process_response(request, response)
    assert isinstance(result, Response if target is None else Request)
    assert result.url == (target or request.url)
