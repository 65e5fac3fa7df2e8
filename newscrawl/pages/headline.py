"""The headline: the titles that the metadata states, the element that shows the headline, and which text wins."""

from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element

from newscrawl.almayadeen.labels import SITE_NAMES, SITE_SUFFIX
from newscrawl.pages.furniture import is_furniture
from newscrawl.pages.inner_text import is_hidden, visible_text
from newscrawl.pages.metadata import Metadata
from newscrawl.pages.page import Page
from newscrawl.text import collapse_spaces, comparison_key

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
    """Return the title that two layers agree on, else the first; the shown text is trusted right after tawsiyat."""
    picks = list(stated)
    if shown:
        picks.insert(1 if stated and stated[0].layer == "tawsiyat" else 0, Pick(shown, "dom"))
    return best_of(picks)


def without_site_name(title: str) -> str:
    """Return a title without the name of the site that templates add to it.

    >>> without_site_name("A headline | Al Mayadeen English")
    'A headline'
    """
    return SITE_SUFFIX.sub("", collapse_spaces(title))


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
