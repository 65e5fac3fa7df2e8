"""The headline: the titles that the metadata states, the element that shows the headline, and which text wins."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from newscrawl.almayadeen.labels import SITE_NAME, SITE_NAMES, TITLE_SECTIONS, TITLE_SEPARATOR
from newscrawl.pages.furniture import is_furniture
from newscrawl.pages.inner_text import is_hidden, visible_text
from newscrawl.pages.metadata import Metadata
from newscrawl.pages.page import Page
from newscrawl.text import collapse_spaces, comparison_key

_CUT_SHORT = ("…", "...")
_HEADLINES_BEFORE = etree.XPath("preceding::h1")


class Pick(NamedTuple):
    """A value of a field and the layer that it was read from."""

    value: str
    layer: str


def stated_titles(metadata: Metadata) -> list[Pick]:
    """Return the titles that the metadata states, most trusted first, without those that are the site's name."""
    titles = [(layer.title, layer.name) for layer in metadata.layers]
    titles.append((metadata.document_title, "meta"))
    return [
        Pick(title, name)
        for stated, name in titles
        if stated and (title := without_site_name(stated)) and comparison_key(title) not in SITE_NAMES
    ]


def headline_element(page: Page, stated: Sequence[Pick], body: _Element | None) -> _Element | None:
    """Return the element of the headline: the `h1` with a stated title, else the last `h1` before the body, or None."""
    keys = {comparison_key(pick.value) for pick in stated}
    possible: list[_Element] = []
    for element in page.root.iter("h1"):
        if is_hidden(element):
            continue
        key = comparison_key(visible_text(element))
        if key in keys:
            return element
        if key and key not in SITE_NAMES:
            possible.append(element)
    if possible:
        if body is None:
            # Without a body the first `h1` is the best guess.
            return possible[0]
        before = {*_HEADLINES_BEFORE(body), *body.iterancestors("h1")}
        return next((element for element in reversed(possible) if element in before), possible[0])
    return _headline_without_h1(page, keys)


def _headline_without_h1(page: Page, keys: set[str]) -> _Element | None:
    """Return the first small element that has a stated title as its text and is not in furniture or a link, or None."""
    for element in page.root.iter("h2", "h3", "div", "span", "p"):
        named = "headline" in (element.get("itemprop") or "")
        if len(element) > 3 or not (named or element.text) or comparison_key(visible_text(element)) not in keys:
            continue
        if not any(is_furniture(each) for each in element.iterancestors("nav", "header", "footer", "aside", "a")):
            return element
    return None


def pick_title(shown: str, stated: Sequence[Pick]) -> Pick | None:
    """Return the title that two layers agree on, else the first; the shown text is trusted right after tawsiyat.

    Layers agree when their titles have the same letters, when one is cut short, or when one has more behind a dash or a
    bar. The shown title goes before both, unless it is cut short itself.

    >>> pick_title("Port reopens", [Pick("Port reopens - National | The Gazette", "meta")])
    Pick(value='Port reopens', layer='dom')
    >>> pick_title("Other words", [Pick("Port reopens", "json-ld"), Pick("Port reopens", "meta")])
    Pick(value='Port reopens', layer='json-ld')
    """
    picks = list(stated)
    if shown:
        picks.insert(1 if stated and stated[0].layer == "tawsiyat" else 0, Pick(shown, "dom"))
    for pick in picks:
        alike = [other for other in picks if other is pick or _same_title(pick.value, other.value)]
        if len(alike) > 1:
            best = comparison_key(_best_spelled(alike).value)
            return next(each for each in alike if comparison_key(each.value) == best)
    return picks[0] if picks else None


def _best_spelled(alike: Sequence[Pick]) -> Pick:
    """Return the shown title, else the one that is neither cut short nor has more behind a dash or a bar."""
    whole = [pick for pick in alike if not pick.value.endswith(_CUT_SHORT)] or alike
    best = whole[0]
    for pick in whole:
        if pick.layer == "dom":
            return pick
        if _is_composed(best.value, pick.value) or (
            _agree(comparison_key(best.value), comparison_key(pick.value))
            and len(pick.value) > len(best.value)
            and not _is_composed(pick.value, best.value)
        ):
            best = pick
    return best


def _same_title(one: str, other: str) -> bool:
    return _agree(comparison_key(one), comparison_key(other)) or _is_composed(one, other) or _is_composed(other, one)


def _is_composed(long: str, short: str) -> bool:
    """Return whether a title is another one with more behind a dash or a bar."""
    key = comparison_key(short)
    return len(long) > len(short) and any(
        comparison_key(long[: match.start()]) == key for match in islice(TITLE_SEPARATOR.finditer(long), 6)
    )


def without_site_name(title: str) -> str:
    """Return a title without the names of the site and of a section that templates add to it.

    >>> without_site_name("A headline | Al Mayadeen English"), without_site_name("Oil prices - Politics | Al Mayadeen")
    ('A headline', 'Oil prices')
    >>> without_site_name("Al Mayadeen: what the channel shows"), without_site_name("Oil – Economy")
    ('Al Mayadeen: what the channel shows', 'Oil – Economy')
    """
    title = collapse_spaces(title)
    separators = list(TITLE_SEPARATOR.finditer(title))
    start, end = 0, len(title)
    if separators and SITE_NAME.fullmatch(title[: separators[0].start()]):
        start = separators.pop(0).end()
    of_site = start > 0
    for match in reversed(separators):
        name = title[match.end() : end]
        if SITE_NAME.fullmatch(name) or comparison_key(name) in SITE_NAMES:
            of_site = True
        elif comparison_key(name) not in TITLE_SECTIONS or not (of_site or "|" in match[0]):
            break
        end = match.start()
    return title[start:end] or title


def best_of(picks: Sequence[Pick]) -> Pick | None:
    """Return the first pick that another layer agrees with, else the first; None without picks.

    Two layers agree when their texts have the same letters, or when one text is the other cut short. The whole text
    then goes before the cut one.

    >>> cut, whole = "A long headline that goes…", "A long headline that goes on"
    >>> best_of([Pick("Something else", "tawsiyat"), Pick(cut, "json-ld"), Pick(whole, "dom")])
    Pick(value='A long headline that goes on', layer='dom')
    """
    keys = [comparison_key(pick.value) for pick in picks]
    for number, key in enumerate(keys):
        supporters = [other for at, other in enumerate(keys) if at != number and key and _agree(key, other)]
        if not supporters:
            continue
        longest = max(supporters, key=len)
        if len(longest) > len(key):
            return picks[keys.index(longest)]
        return picks[number]
    return picks[0] if picks else None


def _agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= 20 and long.startswith(short))
