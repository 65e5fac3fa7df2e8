"""Compressed answers unpacked as Scrapy does it; one that is too large then is refused by name."""

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares import httpcompression
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newscrawl.middlewares.refusals import TooLargeError


class HttpCompressionMiddleware(httpcompression.HttpCompressionMiddleware):
    """Scrapy's own, with a named refusal: the one refusal of Scrapy's is for `DOWNLOAD_MAXSIZE`."""

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooLargeError(str(error)) from error
