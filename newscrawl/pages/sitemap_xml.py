"""The XML of a sitemap as its entries, read in one pass and never held as a whole, also where it is not well-formed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newscrawl.pages.xml import is_web, unescaped, without_controls

ROOTS = ("urlset", "sitemapindex")
DEEPEST = 250
"""Elements that may be inside each other."""
LONGEST_VALUE = 10_000
"""Characters of a value; a longer one is no URL and no time."""
LONGEST_TAG = 65_536
MOST_URLS = 1000
"""URLs of one entry that are kept at once."""
MOST_PREFIXES = 100
_OWN_NAMESPACE = re.compile(r"(?i)/sitemap/0\.|^$")
# Elements inside `loc` that are looked into for its text.
_LOOKED_INTO = 10
# What begins a part that is no tag, and what ends it.
_SPECIAL = {"<!--": "-->", "<![CDATA[": "]]>", "<?": ">"}
_TAG = re.compile(r"<(/?)(?:([^\s<>/:=\"'!?]{1,100}):)?([A-Za-z_][^\s<>/:=\"'&]{0,100})([^<>]*)>")
_SIGNS = re.compile("<+")
_DECLARED = re.compile(r"xmlns(?::([^\s=<>\"'/]{1,100}))?\s{0,9}=\s{0,9}[\"']([^\"']{0,999})[\"']")


class NotSitemapError(ValueError):
    """Raised for a text that is no sitemap, or not a whole one; `root` is the first element, "" for none."""

    def __init__(self, reason: str, root: str = "") -> None:
        super().__init__(reason)
        self.root = root


@dataclass(slots=True, kw_only=True)
class Entry:
    """What one `url` or `sitemap` element says."""

    is_sitemap: bool
    space: str
    """The namespace of the element."""
    urls: list[str] = field(default_factory=list)
    """Its URLs, as stated."""
    other_urls: list[str] = field(default_factory=list)
    """What could be its URL if the element had no `loc` of its own namespace."""
    changed: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """An element that is not closed."""

    tag: str
    """Its name with its prefix, as written."""
    name: str
    """Its name in lower case."""
    space: str
    """Its namespace, or its prefix where that is nowhere declared."""
    default_space: str
    """The namespace of what is in it and has no prefix."""


@dataclass(slots=True, kw_only=True)
class _Value:
    """The text of an element that is read: what is before its first element."""

    kept_in: list[str]
    """Where it goes."""
    is_loc: bool = False
    """Whether elements inside are a part of it, which have its text where it has none itself."""
    is_own_text: bool = False
    """Whether it is the text of an entry itself, which counts only if it is an absolute URL."""
    depth: int = 1
    """How many elements are open, itself and those inside."""
    is_listening: bool = True
    looked_into: int = 0
    parts: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def text(self) -> str:
        """What was read; "" for what is longer than a value can be."""
        return without_controls("".join(self.parts)).strip() if self.size <= LONGEST_VALUE else ""

    def add(self, text: str) -> None:
        """Take a part of the text."""
        if self.is_listening and self.size <= LONGEST_VALUE:
            self.size += len(text)
            self.parts.append(text)

    def step_in(self) -> None:
        """Take the beginning of an element inside."""
        self.depth += 1
        if self.text or self.size > LONGEST_VALUE:
            self.is_listening = False
        else:
            self.parts.clear()
            self.looked_into += 1
            self.is_listening = self.looked_into <= _LOOKED_INTO

    def step_out(self) -> None:
        """Take the end of an element; what follows one inside is not its text."""
        self.depth -= 1
        self.is_listening = False


def xml_entries(texts: Iterable[str], other_roots: tuple[str, ...]) -> Iterator[Entry]:
    """Yield the entries of a sitemap whose text comes in pieces, in its order.

    What is before the first root, between roots and behind the last one does not count. Each value belongs to the entry
    that began last, so an entry without a closing tag spoils no other. Raises `NotSitemapError` for another root, as
    soon as it is met (`other_roots` are known ones, of feeds), and for a root that is not closed, at the end.

    >>> [entry.urls for entry in xml_entries(["<urlset><url><lo", "c>/a</loc></url></urlset>"], ())]
    [['/a']]
    """
    reader = _Reader(other_roots)
    for token in _tokens(texts):
        if isinstance(token, re.Match):
            if (ended := reader.read_tag(token)) is not None:
                yield ended
        elif reader.value is not None:
            reader.value.add(token)
    if (last := reader.end()) is not None:
        yield last


class _Reader:
    """Follows the tags of a document, and gathers the values of the entry that began last."""

    def __init__(self, other_roots: tuple[str, ...]) -> None:
        self.other_roots = other_roots
        self.opened: list[_Open] = []
        self.count: Counter[str] = Counter()
        """Tag → how often it is open."""
        self.spaces: dict[str, str] = {}
        """Prefix → namespace."""
        self.entry: Entry | None = None
        self.value: _Value | None = None
        self.root_space: str | None = None
        """The namespace of the first root."""
        self.first = ""
        """The first element of the document."""

    def read_tag(self, tag: re.Match[str]) -> Entry | None:
        """Take a tag; return the entry that it ends, if it ends one."""
        closes, prefix, name, rest = tag.groups()
        written = f"{prefix}:{name}" if prefix else name
        if closes:
            self._close(written)
            return None
        name = name.lower()
        if not self.opened and not self._is_root(name):
            return None
        if len(self.opened) >= DEEPEST:
            raise NotSitemapError("nested too deep")
        parent = self.opened[-1] if self.opened else None
        default_space = self._declare(rest, parent.default_space if parent is not None else "")
        space = self.spaces.get(prefix, prefix) if prefix else default_space
        element = _Open(tag=written, name=name, space=space, default_space=default_space)
        self.opened.append(element)
        self.count[written] += 1
        ended = None
        if self.value is not None and self.value.is_loc:
            self.value.step_in()
        else:
            # Text behind an element inside belongs to a tag that was not closed.
            self._keep()
            ended = self._begin(element, parent)
        if rest.endswith("/"):
            self._close(written)
        return ended

    def _is_root(self, name: str) -> bool:
        """Return whether an element outside of all others is a root; raises for that of another document."""
        self.first = self.first or name
        if self.root_space is None and name in (*self.other_roots, "html"):
            raise NotSitemapError(f"not {' or '.join(ROOTS)} but {name}", name)
        # Others are written by programs before, between and behind the roots.
        return name in ROOTS

    def _declare(self, attributes: str, default_space: str) -> str:
        """Note the namespaces that a tag declares; return that of elements without a prefix."""
        if "xmlns" in attributes:
            for prefix, space in _DECLARED.findall(attributes):
                if not prefix:
                    default_space = space
                elif len(self.spaces) < MOST_PREFIXES:
                    self.spaces[prefix] = space
        return default_space

    def _begin(self, element: _Open, parent: _Open | None) -> Entry | None:
        """Begin what an element stands for: a root, an entry, or a value; return the entry that it ends."""
        entry, name, space = self.entry, element.name, element.space
        if name in ROOTS:
            self.root_space = space if self.root_space is None else self.root_space
            self.entry = None
            return entry
        if name in ("url", "sitemap") and space in (self.root_space, ""):
            self.entry = Entry(is_sitemap=name == "sitemap", space=space)
            self.value = _Value(kept_in=self.entry.other_urls, is_own_text=True)
            return entry
        if name == "loc" and parent is not None and (entry is None or parent.name in ("url", "sitemap", *ROOTS)):
            ended = None
            if entry is None or len(entry.urls) >= MOST_URLS:
                is_sitemap = parent.name == "sitemapindex" if entry is None else entry.is_sitemap
                ended, self.entry = entry, Entry(is_sitemap=is_sitemap, space=parent.space)
                entry = self.entry
            kept_in: list[str] = []
            if space == entry.space:
                kept_in = entry.urls
            elif _OWN_NAMESPACE.search(space):
                kept_in = entry.other_urls
            self.value = _Value(kept_in=kept_in, is_loc=True)
            return ended
        if entry is not None and name == "lastmod":
            self.value = _Value(kept_in=entry.changed)
        elif entry is not None and name == "publication_date" and "news" in space.lower():
            self.value = _Value(kept_in=entry.published)
        return None

    def _close(self, tag: str) -> None:
        """Close the elements down to the last one with a tag, if one is open."""
        while self.count[tag]:
            closed = self.opened.pop()
            self.count[closed.tag] -= 1
            if not self.count[closed.tag] and closed.tag != tag:
                del self.count[closed.tag]
            if self.value is not None:
                self.value.step_out()
                if self.value.depth == 0:
                    self._keep()
            if closed.tag == tag:
                break
        if not self.count[tag]:
            del self.count[tag]

    def _keep(self) -> None:
        """Put the value that is read where it goes."""
        value, self.value = self.value, None
        if value is None:
            return
        text = value.text
        if text and len(value.kept_in) <= MOST_URLS and (is_web(text) or not value.is_own_text):
            value.kept_in.append(text)

    def end(self) -> Entry | None:
        """Return the last entry; raise `NotSitemapError` for what is no whole sitemap."""
        if self.root_space is None:
            raise NotSitemapError(f"not {' or '.join(ROOTS)} but {self.first or 'nothing'}", self.first)
        if self.opened:
            raise NotSitemapError(f"cut short: it has no </{self.opened[0].tag}>")
        return self.entry


def _tokens(texts: Iterable[str]) -> Iterator[re.Match[str] | str]:
    """Yield the tags, as matches of `_TAG`, and the texts of a document, without comments and processing instructions.

    A text has its references resolved; it may come in parts. A part that does not end reaches to the end.
    """
    text, end = "", ""
    for piece in texts:
        text = text + piece if text else piece
        at = 0
        while at < len(text):
            if end:
                found = text.find(end, at)
                stop = found if found >= 0 else max(at, len(text) - len(end) + 1)
                if end == "]]>" and stop > at:
                    yield text[at:stop]
                if found < 0:
                    at = stop
                    break
                at, end = found + len(end), ""
            elif text[at] != "<":
                stop = text.find("<", at)
                if stop < 0:
                    # A reference may go on in the next piece.
                    stop = len(text)
                    mark = text.rfind("&", max(at, stop - 40))
                    stop = mark if mark >= 0 else stop
                if stop > at:
                    yield unescaped(text[at:stop])
                if stop < len(text) and text[stop] != "<":
                    at = stop
                    break
                at = stop
            elif (tag := _TAG.match(text, at)) is not None:
                yield tag
                at = tag.end()
            elif special := next((each for each in _SPECIAL if text.startswith(each, at)), ""):
                at, end = at + len(special), _SPECIAL[special]
            else:
                # A tag that goes on in the next piece, or a sign in a text.
                run = _SIGNS.match(text, at)
                stop = run.end() - 1 if run is not None and run.end() > at + 1 else text.find("<", at + 1)
                if stop < 0:
                    stop = text.find(">", at + 1)
                    if stop < 0:
                        break
                yield text[at:stop]
                at = stop
        text = text[at:]
        if len(text) > LONGEST_TAG:
            raise NotSitemapError("a tag that is too long")
    if text and not end:
        yield unescaped(text)
