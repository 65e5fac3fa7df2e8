"""The bytes of a response as text and as a tree, even if its header declares a wrong charset."""

import codecs

from lxml import etree
from lxml.etree import _Element

_UTF8_BOM = codecs.BOM_UTF8


def page_text(body: bytes, declared: str = "utf-8") -> str:
    """Return the text of a response.

    Bytes that are valid UTF-8 are read as UTF-8: text in another charset is almost never valid UTF-8, and headers often
    declare a wrong `iso-8859-1`. Other bytes are read by the charset `declared`; bytes that it cannot decode become
    U+FFFD.

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
    """Return a text in UTF-8, without white space at its start; lone surrogates become U+FFFD."""
    if text[:1].isspace():
        text = text.lstrip()
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def parse_html(page: bytes) -> _Element:
    """Return the root of a UTF-8 page's tree; an empty `html` for a page without markup. Zero bytes are removed."""
    page = page.replace(b"\x00", b"")
    # The same tree as parsel makes, but without the element classes of lxml.html, which cost a call for each element.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, recover=True, collect_ids=False)
    root = etree.fromstring(page or b"<html/>", parser)
    return root if root is not None else etree.fromstring(b"<html/>", parser)
