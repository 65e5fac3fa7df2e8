"""The bytes of a sitemap or a feed as the elements of an XML document, also where the XML is not well-formed."""

import html
import re
from collections import Counter
from html.entities import html5
from itertools import islice

from lxml import etree
from lxml.etree import _Element

from newscrawl.errors import PageError
from newscrawl.pages.encoding import page_text
from newscrawl.urls import LITTER, absolute

# Parts that are removed, and CDATA, which becomes text: where each begins and ends.
_SPECIAL = re.compile(r"<!--|<!\[CDATA\[|<\?")
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": ">"}
_REFERENCE = re.compile(r"&(?:#(?:([0-9]{1,7})|[xX]([0-9A-Fa-f]{1,6}));|([A-Za-z][A-Za-z0-9]{1,31};))?")
# Characters that XML does not have, not even as references.
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<(?:[^\s<>/!?:]{1,100}:)?([A-Za-z][^\s<>/:]{0,100})")
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_WEB = re.compile(r"(?i)https?://")
_WITHOUT_SCHEME = re.compile(r"(?i)www\.[a-z0-9-]{1,63}\.[a-z]")
# A URL with nothing to repair, as nearly every one is.
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]{1,200}(?:/[^\s\\]*)?", re.ASCII)
_TOKEN = re.compile(r"<[^<>]*>?")
_PARTS_OF_TAG = re.compile(r"<(/?)([A-Za-z_][^\s<>/=\"'&]{0,100})([^<>]*)>")
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'])([A-Za-z_][^\s=<>\"'/]{0,100})\s{0,9}=\s{0,9}(?:\"([^\"]{0,9999})\"|'([^']{0,9999})'|([^\s\"'<>]{1,9999}))"
)
_FAULTS = etree.ErrorTypes
# A document that reaches these limits of the parser is read to that place only.
_LIMITS = frozenset((_FAULTS.ERR_INTERNAL_ERROR, _FAULTS.ERR_RESOURCE_LIMIT))
_WRONG_TAGS = frozenset((
    _FAULTS.ERR_TAG_NAME_MISMATCH, _FAULTS.ERR_DOCUMENT_END, _FAULTS.ERR_ATTRIBUTE_NOT_STARTED,
    _FAULTS.ERR_ATTRIBUTE_WITHOUT_VALUE, _FAULTS.ERR_GT_REQUIRED, _FAULTS.ERR_NAME_REQUIRED,
    _FAULTS.ERR_ATTRIBUTE_REDEFINED, _FAULTS.ERR_LTSLASH_REQUIRED, _FAULTS.ERR_SPACE_REQUIRED,
))  # fmt: skip


class XmlError(PageError):
    """Raised by `parse_xml` for a response that is not XML with one of the wanted roots, or is cut short."""

    name = "xml"


def parse_xml(text: str, url: str, roots: tuple[str, ...]) -> _Element:
    """Return an element that holds the root elements of a document, whatever was before, between and behind them.

    `roots` are the names that a root may have, in lower case. Comments and processing instructions are removed.
    Entities of HTML are known. A `&` without a name, a prefix that is nowhere declared and characters that XML does
    not have are no faults. What a document type declares is not read.

    >>> found = parse_xml("<!-- made by hand --><RSS><a:b>x&eacute; &y<![CDATA[&]]></a:b></RSS>", "", ("rss",))
    >>> found[0][0].tag, found[0][0].text
    ('a:b', 'xé &y&')
    """
    text = _without_special_parts(_NO_CHARACTER.sub("", text))
    first = next((tag for tag in _TAG.finditer(text) if tag[1].lower() in (*roots, "html")), None)
    if first is None or first[1].lower() == "html":
        tag = first or _TAG.search(text)
        raise XmlError(url, f"not {' or '.join(roots)} but {tag[1].lower() if tag else 'nothing'}")
    text = text[first.start() :]
    _require_ends(text, url, roots)
    root, faults = _parsed(text, url)
    if faults & _WRONG_TAGS:
        # The parser lets any closing tag close what is open. With one too many, it would leave out the rest.
        root, faults = _parsed(_balanced(text), url)
    if root is None or len(root) == 0 or faults & _LIMITS:
        raise XmlError(url, "no XML, or nested too deep, or with a text that is too long")
    return root


def _parsed(text: str, url: str) -> tuple[_Element | None, frozenset[int]]:
    """Return an element around what a text holds, and the kinds of faults that the parser found."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(f"<documents>{text}</documents>".encode(), parser, base_url=url)
    except etree.XMLSyntaxError as error:
        raise XmlError(url, f"not XML: {error}") from error
    return root, frozenset(entry.type for entry in parser.error_log)


def _balanced(text: str) -> str:
    """Return a document in which each opened element is closed, and no other, and each attribute has its quotes."""
    pieces: list[str] = []
    opened: list[str] = []
    count: Counter[str] = Counter()
    at = 0
    for token in _TOKEN.finditer(text):
        pieces.append(text[at : token.start()])
        at = token.end()
        tag = _PARTS_OF_TAG.fullmatch(token[0])
        if tag is None:
            pieces.append(token[0].replace("<", "&lt;"))
            continue
        is_end, name, rest = tag.group(1, 2, 3)
        if not is_end:
            values: dict[str, str] = {
                part[1]: "".join(filter(None, part.group(2, 3, 4))) for part in _ATTRIBUTE.finditer(rest)
            }
            written = "".join(f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in values.items())
            is_empty = rest.endswith("/")
            pieces.append(f"<{name}{written}{'/' if is_empty else ''}>")
            if not is_empty:
                opened.append(name)
                count[name] += 1
        while is_end and count[name]:
            closed = opened.pop()
            count[closed] -= 1
            pieces.append(f"</{closed}>")
            if closed == name:
                break
    pieces.append(text[at:])
    pieces += (f"</{name}>" for name in reversed(opened))
    return "".join(pieces)


def xml_text(body: bytes) -> str:
    """Return the text of a response, without white space and marks at its start."""
    return page_text(body).lstrip(LITTER)


def _without_special_parts(text: str) -> str:
    """Return a document without comments and processing instructions, with all other text escaped as XML demands.

    A part that does not end reaches to the end of the document.
    """
    pieces: list[str] = []
    at = 0
    while (start := _SPECIAL.search(text, at)) is not None:
        pieces.append(_escaped(text[at : start.start()]))
        end = text.find(_ENDS[start[0]], start.end())
        if end < 0:
            return "".join(pieces)
        if start[0] == "<![CDATA[":
            pieces.append(html.escape(text[start.end() : end], quote=False))
        at = end + len(_ENDS[start[0]])
    pieces.append(_escaped(text[at:]))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return _REFERENCE.sub(_reference, text) if "&" in text else text


def unescaped(text: str) -> str:
    """Return a text with the references of XML and HTML in place of which a character stands; others stay.

    >>> unescaped("a&amp;b &eacute;&#233; &copy=1 &nosuch;")
    'a&b éé &copy=1 &nosuch;'
    """
    return html.unescape(_escaped(text)) if "&" in text else text


def without_controls(text: str) -> str:
    """Return a text without the characters that XML does not have."""
    return _NO_CHARACTER.sub("", text)


def _reference(match: re.Match[str]) -> str:
    """Return what stands for a reference: itself where XML knows it, else the character, or an escaped `&`."""
    decimal, hexadecimal, name = match.groups()
    if decimal or hexadecimal:
        number = int(decimal) if decimal else int(hexadecimal, 16)
        char = chr(number) if number < 0x110000 else ""
        return "" if _NO_CHARACTER.match(char) else html.escape(char, quote=False)
    if name in ("amp;", "lt;", "gt;", "quot;", "apos;"):
        return match[0]
    if name and name in html5:
        return html.escape(html5[name], quote=False)
    return f"&amp;{match[0][1:]}"


def _require_ends(text: str, url: str, roots: tuple[str, ...]) -> None:
    """Raise `XmlError` for a document in which a root has no closing tag."""
    for name in roots:
        tag = rf"(?i)<(/?)(?:[^\s<>/:]{{1,100}}:)?{name}(?=[\s/>]|$)([^<>]*)(>?)"
        depth = 0
        for match in re.finditer(tag, text):
            if not match[3]:
                raise XmlError(url, f"cut short: a tag of {name} has no end")
            if not match[2].endswith("/"):
                depth += -1 if match[1] else 1
        if depth > 0:
            raise XmlError(url, f"cut short: it has no </{name}>")


def local_name(element: _Element) -> str:
    """Return an element's name in lower case, without its namespace or the prefix of one that is nowhere declared.

    >>> local_name(etree.fromstring("<s:url xmlns:s='x'/>"))
    'url'
    """
    tag = str(element.tag)
    return tag[tag.rfind("}") + 1 :].rpartition(":")[2].lower()


def namespace(element: _Element) -> str:
    """Return an element's namespace, or its prefix where that is nowhere declared; "" for none.

    >>> namespace(etree.fromstring("<s:url xmlns:s='x'/>"))
    'x'
    """
    tag = str(element.tag)
    if tag.startswith("{"):
        return tag[1:].rpartition("}")[0]
    return tag.rpartition(":")[0]


def stated_url(text: str, base: str) -> str | None:
    """Return a URL as a document states it; a relative one becomes absolute. None for anything but http(s).

    >>> [stated_url(text, "https://x.net/b") for text in (" https://x.net/\\n  café ", "/a", "a:b")]
    ['https://x.net/café', 'https://x.net/a', None]
    """
    if _PLAIN_URL.fullmatch(text) and text.isascii():
        return text
    url = "".join(part.strip() for part in _LINE_BREAKS.split(text)).strip(LITTER)
    if _WITHOUT_SCHEME.match(url):
        url = f"https://{url}"
    made = absolute(base, url)
    return url if made and is_web(url) and "\\" not in url else made


def is_web(text: str) -> bool:
    """Return whether a text begins like an absolute http(s) URL."""
    return _WEB.match(text) is not None


def value_of(element: _Element) -> str:
    """Return the text of an element; for one that has only elements, the text of the first few of these.

    >>> [value_of(etree.fromstring(text)) for text in ("<link>a<guid>b</guid></link>", "<loc> <url>b</url></loc>")]
    ['a', 'b']
    """
    # Text behind an element inside belongs to a tag that was not closed.
    text = (element.text or "").strip()
    return text or next(
        (each for inner in islice(element.iterdescendants(), 10) if (each := (inner.text or "").strip())), ""
    )
