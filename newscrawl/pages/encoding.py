"""A response's bytes as a parsed page or as text, whatever charset its header claims."""

import codecs

from lxml import etree
from parsel import Selector

from newscrawl.pages.page import remember_source

_UTF8_BOM = codecs.BOM_UTF8


def page_text(body: bytes, declared: str = "utf-8") -> str:
    """Return a response's text.

    Bytes that are valid UTF-8 are UTF-8: text in another charset practically never is, and a header that says
    `iso-8859-1` for a page that is not has been seen often. `declared` is used for all else; what it cannot decode
    becomes U+FFFD.

    >>> page_text("غزة".encode(), "iso-8859-1"), page_text("Málaga".encode("latin-1"), "iso-8859-1")
    ('غزة', 'Málaga')
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return body.decode(declared, "replace")
        except LookupError:
            return body.decode("utf-8", "replace")


_MARKS = ((_UTF8_BOM, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def page_selector(body: bytes, declared: str = "utf-8") -> Selector:
    """Return a response's page, parsed as HTML.

    >>> page_selector(b"<h1>Caf\\xc3\\xa9</h1>", "iso-8859-1").css("h1::text").get()
    'Café'
    """
    if body[:1] == b"<":
        # Nearly every page; its bytes can be parsed as they stand, once it is known that they are UTF-8.
        try:
            body.decode()
        except UnicodeDecodeError:
            pass
        else:
            return _parsed(body.replace(b"\x00", b""))
    return text_selector(page_text(body, declared))


def text_selector(text: str) -> Selector:
    """Return a text parsed as HTML, whatever stands in it: zero bytes are out, lone surrogates are U+FFFD."""
    if text[:1].isspace():
        text = text.lstrip()
    try:
        page = text.encode()
    except UnicodeEncodeError:
        page = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    return _parsed(page.replace(b"\x00", b""))


def _parsed(page: bytes) -> Selector:
    # The tree that parsel would make, without lxml.html's own classes: their look-up costs a call for each element met.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, recover=True, collect_ids=False)
    root = etree.fromstring(page or b"<html/>", parser)
    if root is None:
        root = etree.fromstring(b"<html/>", parser)
    remember_source(root, page)
    return Selector(root=root, type="html")
