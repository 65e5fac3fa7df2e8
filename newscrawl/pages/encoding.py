"""The bytes of a response as text and as a tree, even if its header or the page itself declares a wrong charset."""

import codecs
import re
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element

from newscrawl.errors import ReadingTooSlowError
from newscrawl.text import decoded_again, is_encoded_twice

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Where a page, or an XML document, names its own charset.
_DECLARED = re.compile(
    rb"(?i)<\?xml[^>]{0,100}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})|<meta[^>]{1,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})"
)
_HEAD = 4096
_CHUNK = 16_384
_TAG = re.compile(rb"<[a-zA-Z]")
# Charsets that browsers know. Python's other codecs are no charsets of pages ("punycode", "rot13", "unicode_escape").
_CHARSETS = re.compile(
    r"utf[-_]?(?:8(?:-sig)?|16(?:[-_]?[lb]e)?)|(?:windows|cp)[-_]?(?:125[0-8]|874)|iso[-_]?8859[-_]?(?:[2-9]|1[0-6])|koi8[-_][ru]"
    r"|mac[-_]?(?:roman|cyrillic)|gb(?:k|2312|18030)|big5(?:-?hkscs)?|euc[-_]?(?:jp|kr)|shift[-_]?jis|iso[-_]?2022[-_]?jp"
)
# Browsers read these as Windows-1252, which has the same letters and more signs.
_WESTERN = re.compile(r"(?:iso[-_]?8859[-_]?1|latin[-_]?1|l1|(?:us[-_]?)?ascii|windows[-_]?1252|cp[-_]?1252)?")
_ARABIC_RUN = re.compile(rb"[\xc0-\xff]{3}")
_HIGH = re.compile(rb"[\xc0-\xff]+")
_WITHOUT_ASCII = bytes(range(128))
# Characters that the parser reads, but that cannot be written into a tree.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Elements that are always empty, which the parser does not know as such: it puts what follows into them.
_EMPTY = ("source", "track", "wbr", "keygen", "bgsound")
UNCHECKED_TAGS = 40_000
"""Tags up to which a page takes little time, however deep they are in each other."""
UNCHECKED_TAG = 8000
"""Bytes of a tag up to which its attributes take little time."""
MOST_ATTRIBUTES = 2000
"""Attributes of one element; real pages have some dozen."""
MOST_ELEMENTS = 150_000
"""Elements of a page; real pages have some thousands. With what is read from it, each takes up to a kilobyte."""
MOST_STEPS = 500_000_000
"""End tags times depth: about two seconds."""


def page_text(body: bytes, declared: str = "utf-8") -> str:
    """Return the text of a response.

    Bytes that are valid UTF-8 are read as UTF-8: text in another charset is almost never valid UTF-8, and headers often
    declare a wrong `iso-8859-1`. A few wrong bytes in UTF-8 become U+FFFD, and the rest stays UTF-8. Other bytes are
    read by the charset `declared`, or by the one that the page names. Text that was encoded twice is decoded again.

    >>> page_text("غزة".encode(), "iso-8859-1"), page_text("Málaga".encode("latin-1"), "iso-8859-1")
    ('غزة', 'Málaga')
    >>> page_text("غزة".encode() + b"\\xff", "iso-8859-1"), page_text("غزة".encode("cp1256"), "utf-8")
    ('غزة\\ufffd', 'غزة')
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if (kind := _utf_16(body)) is not None:
        return body.decode(kind, "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        if not _is_utf8(body, text):
            return body.decode(_charset(body, declared), "replace")
    return decoded_again(text) if is_encoded_twice(body) else text


def charset_of(body: bytes, declared: str = "utf-8") -> str:
    """Return the charset as which `page_text` reads bytes; those of a whole response, or of its head and a part.

    >>> charset_of("غزة".encode()), charset_of("غزة".encode("cp1256")), charset_of("a<".encode("utf-16-le"))
    ('utf-8', 'cp1256', 'utf-16-le')
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding
    if (kind := _utf_16(body)) is not None:
        return kind
    text = body.decode("utf-8", "replace")
    return "utf-8" if "\ufffd" not in text or _is_utf8(body, text) else _charset(body, declared)


def is_plain(body: bytes) -> bool:
    """Return whether bytes are UTF-8 as they are, with nothing to repair, as nearly every page is."""
    if body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in body[:4]:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return not is_encoded_twice(body)


def _utf_16(body: bytes) -> str | None:
    """Return the kind of UTF-16 that markup without a byte-order mark is in, or None."""
    start = body[:4]
    if len(start) < 4 or b"\x00" not in start:
        return None
    if start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le"
    return "utf-16-be" if start[0] == start[2] == 0 and start[1] and start[3] else None


def _is_utf8(body: bytes, text: str) -> bool:
    """Return whether bytes that are no valid UTF-8 are UTF-8 with some wrong bytes. `text` is what they decode to."""
    wrong = text.count("\ufffd")
    letters = len(text) - wrong - (len(body) - len(body.translate(None, _WITHOUT_ASCII)))
    return letters > 2 * wrong


def _charset(body: bytes, declared: str) -> str:
    """Return the charset of bytes that are not UTF-8: the declared one, the one that the page names, or a guess."""
    named = _DECLARED.search(body, 0, _HEAD)
    own = (named[1] or named[2]).decode("ascii", "ignore") if named else ""
    for name in (declared, own):
        label = name.strip().lower()
        if _CHARSETS.fullmatch(label) and not label.startswith("utf"):
            try:
                return codecs.lookup(label).name
            except LookupError:
                continue
    # Letters in a row, all outside ASCII, are no Western language.
    runs = len(_HIGH.findall(body))
    return "cp1256" if 2 * len(_ARABIC_RUN.findall(body)) > runs else "cp1252"


def text_bytes(text: str) -> bytes:
    """Return a text in UTF-8, without white space at its start; lone surrogates become U+FFFD."""
    if text[:1].isspace():
        text = text.lstrip()
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def is_of_plain_shape(page: bytes) -> bool:
    """Return whether a page is of no costly shape, as can be seen at a glance.

    >>> [is_of_plain_shape(page) for page in (b"<p>A</p>" * 100, b"<p " + b"a " * 9000, b"<p>" + b"a " * 9000)]
    [True, False, True]
    """
    if page.count(b"<") > UNCHECKED_TAGS:
        return False
    long = (part for part in page.split(b">") if len(part) > UNCHECKED_TAG)
    return not any(len(part) - tag.start() > UNCHECKED_TAG for part in long if (tag := _TAG.search(part)))


class _Shape:
    """Looks at a page's tags as the parser meets them, before they become a tree."""

    def __init__(self, ends: int) -> None:
        self.ends = ends
        self.depth = 0
        self.elements = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise ReadingTooSlowError(f"it has more than {MOST_ELEMENTS} elements")
        if len(attributes) > MOST_ATTRIBUTES:
            raise ReadingTooSlowError(f"one of its elements has more than {MOST_ATTRIBUTES} attributes")
        if self.depth * self.ends > MOST_STEPS:
            raise ReadingTooSlowError(f"it has {self.ends} end tags, and elements {self.depth} deep in each other")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        pass


def check_shape(page: bytes) -> None:
    """Raise `ReadingTooSlowError` for a page whose tree would take quadratic time, or far too much memory.

    It goes through all attributes of an element for each that it adds, and through all open elements for an end tag
    that ends none; nothing can interrupt it.
    """
    shape = _Shape(page.count(b"</"))
    parser = etree.HTMLParser(target=shape, encoding="utf-8", huge_tree=True, recover=True)  # type: ignore[call-overload]
    # Given as a whole, the parser would go on to the end after what is raised.
    for at in range(0, len(page), _CHUNK):
        parser.feed(page[at : at + _CHUNK])
    parser.close()


def parse_html(page: bytes) -> _Element:
    """Return the root of a UTF-8 page's tree; an empty `html` for a page without markup. Zero bytes are removed.

    Raises `ReadingTooSlowError` for a page of a shape that `check_shape` refuses.
    """
    page = page.replace(b"\x00", b"")
    if not is_of_plain_shape(page):
        check_shape(page)
    # The same tree as parsel makes, but without the element classes of lxml.html, which cost a call for each element.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, recover=True, collect_ids=False)
    root = etree.fromstring(page or b"<html/>", parser)
    if root is None:
        return etree.fromstring(b"<html/>", parser)
    for element in list(root.iter(*_EMPTY)):
        parent = element.getparent()
        if (len(element) or element.text) and parent is not None and parent.tag not in _EMPTY:
            _empty(element)
    return root


def _empty(outer: _Element) -> None:
    """Move what is inside an element to the place after it, and the same for such elements inside it."""
    # Each node is moved once, whatever the depth: first all are listed, with the texts that follow them.
    nodes: list[tuple[_Element, list[str]]] = [(outer, [outer.text or ""])]
    pending: list[_Element | str] = [*reversed(outer)]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            nodes[-1][1].append(node)
            continue
        nodes.append((node, []))
        pending.append(node.tail or "")
        if node.tag in _EMPTY:
            nodes[-1][1].append(node.text or "")
            pending += reversed(node)
    nodes[-1][1].append(outer.tail or "")
    outer.tail = None
    for node, texts in reversed(nodes):
        if node.tag in _EMPTY:
            node.text = None
        node.tail = _NOT_IN_XML.sub("", "".join(texts)) or None
        if node is not outer:
            outer.addnext(node)
