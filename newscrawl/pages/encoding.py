"""An answer's bytes as text and as a tree, whatever charset its header claims."""

import codecs

from lxml import etree
from lxml.etree import _Element

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


def text_bytes(text: str) -> bytes:
    """Return a text in UTF-8, whatever is in it: lone surrogates become U+FFFD."""
    if text[:1].isspace():
        text = text.lstrip()
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def parse_html(page: bytes) -> _Element:
    """Return the root of a UTF-8 page's tree, an empty `html` for a page without markup. Zero bytes are left out."""
    page = page.replace(b"\x00", b"")
    # The tree that parsel would make, without lxml.html's own classes, whose look-up costs a call for each element.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, recover=True, collect_ids=False)
    root = etree.fromstring(page or b"<html/>", parser)
    return root if root is not None else etree.fromstring(b"<html/>", parser)
