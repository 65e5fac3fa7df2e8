"""A page looked over once for several readers, and its source as a hint of what can stand in it.

Looking at every element of a tree costs as much as all other reading. What is looked for stands in few elements, or
around them; the source tells whether they were all that there are. (But for a class that is written with character
references, which is told as one that is not there.) A tree is not to be changed between two readers.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

BLOCKS = frozenset(
    "address article blockquote body caption center dd details dir div dl dt fieldset figure figcaption footer form h1"
    " h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre search section summary table tbody td tfoot th"
    " thead tr ul html".split()
)
# Words of a class by which block elements are found.
BODY, TICKER = "p-content", "ticker"
_SOUGHT = (BODY, TICKER)
_STANDING = ("a", "h1", "p", "br", "li", "strong")
_LINKS_AND_HEADLINES_AFTER = etree.XPath("following::a | following::h1")

# More than any page has that was made for readers; so many elements are kept at hand and no more.
_MOST = 20_000

_last: list[tuple[_Element, bytes]] = []


def remember_source(root: _Element, source: bytes) -> None:
    """Remember the UTF-8 source of the tree that was parsed last; its elements have no room for it."""
    _last[:] = [(root, source)]


def source_of(root: _Element) -> bytes | None:
    """Return the source of a tree, or None when another one was parsed since, or it came from elsewhere."""
    return _last[0][1] if _last and _last[0][0] is root else None


class Outline:
    """Elements of a page, each list in the page's order and of at most 20,000."""

    def __init__(self, root: _Element) -> None:
        self.root = root
        self.metas: list[_Element] = []
        self.scripts: list[_Element] = []
        self.titles: list[_Element] = []
        self.bases: list[_Element] = []
        self.standing: list[_Element] = []
        """Links, headlines, and what paragraphs and lists are made of."""
        self.named: list[tuple[_Element, str]] | None = None
        kept = {
            "base": self.bases,
            "meta": self.metas,
            "script": self.scripts,
            "title": self.titles,
            **dict.fromkeys(_STANDING, self.standing),
        }
        # A walk for a few names costs a fifth of one for all blocks.
        for element in root.iter(*kept):
            alike = kept[str(element.tag)]
            if len(alike) < _MOST:
                alike.append(element)
        self.is_whole = len(self.standing) < _MOST and root.getparent() is None
        """Whether `standing` has all of the page."""

    def links_and_headlines(self, after: _Element | None = None) -> list[_Element]:
        """Return `a` and `h1`: all, or those that begin after the end of an element."""
        if after is None and not self.is_whole:
            return list(self.root.iter("a", "h1"))
        if after is None:
            return [element for element in self.standing if element.tag in ("a", "h1")]
        last = next(iter(deque(after.iter(*_STANDING), maxlen=1)), None) if self.is_whole else None
        if last is None:
            return list(_LINKS_AND_HEADLINES_AFTER(after))
        following = self.standing[self.standing.index(last) + 1 :]
        return [element for element in following if element.tag in ("a", "h1")]

    def with_class(self, word: str) -> list[_Element]:
        """Return the block elements whose class holds a word, `BODY` or `TICKER`, in order."""
        assert word in _SOUGHT
        if self.named is None:
            self.named = self._named()
        return [element for element, classes in self.named if word in classes]

    def _named(self) -> list[tuple[_Element, str]]:
        source = source_of(self.root)
        if source is not None and self.is_whole:
            wanted = [source.count(word.encode()) for word in _SOUGHT]
            if not any(wanted):
                return []
            # Looking at what stands around a few elements is enough, as a rule.
            for tags in (("p", "br", "strong"), _STANDING):
                found = list(_with_words(each for box in self._boxes(tags) for each in box.iter()))
                if [sum(classes.count(word) for _, classes in found) for word in _SOUGHT] == wanted:
                    # Wherever the source has such a word, it is in the class of one of these.
                    return [(element, classes) for element, classes in found if element.tag in BLOCKS]
        return list(_with_words(self.root.iter(*BLOCKS)))

    def _boxes(self, tags: Collection[str]) -> Iterator[_Element]:
        """Yield the outermost elements around what is standing, of some tags, whose class holds a word sought."""
        is_inside: dict[_Element | None, bool] = {None: False}
        for each in self.standing:
            if each.tag not in tags:
                continue
            chain: list[_Element] = []
            element: _Element | None = each
            while element not in is_inside:
                assert element is not None
                chain.append(element)
                element = element.getparent()
            inside = is_inside[element]
            for new in reversed(chain):
                if not inside and (classes := new.get("class")) and _has_word(classes):
                    inside = True
                    yield new
                is_inside[new] = inside


def _with_words(elements: Iterable[_Element]) -> Iterator[tuple[_Element, str]]:
    """Yield the elements whose class holds a word that is sought, with their class."""
    for element in elements:
        classes = element.get("class")
        if classes and _has_word(classes):
            yield element, classes


def _has_word(classes: str) -> bool:
    return BODY in classes or TICKER in classes


# Several readers ask for one page, one after the other.
@lru_cache(maxsize=1)
def outline(root: _Element) -> Outline:
    """Return the outline of the tree under `root`."""
    return Outline(root)
