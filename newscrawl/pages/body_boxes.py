"""The boxes and lines in a body that are none of its text: related articles, cards, about the writer, second copies."""

from collections.abc import Collection, Mapping, Sequence
from itertools import islice

from lxml.etree import _Element

from newscrawl.almayadeen.labels import CARD_LINE
from newscrawl.pages.body_lines import TEXT_TAGS
from newscrawl.pages.byline import is_date
from newscrawl.pages.inner_text import HEADINGS
from newscrawl.pages.lines import Line
from newscrawl.pages.related import LinkedArticles, leads_to_article, related_boxes

_CARDS = frozenset(("div", "section", "article", "figure", "a", "span"))
_SHORTEST_COPY = 40
"""Characters of the shortest line that is left out because another line has its words."""
_MOST_QUOTES = 200
"""Pull quotes that are looked for in a body. A body with more quotations is made of them."""


def boxes_of_related(
    inside: Mapping[_Element, Sequence[Line]], prose: Collection[Line], urls: LinkedArticles
) -> set[_Element]:
    """Return the elements that have only related articles. `inside` is element → its lines, `prose` the sentences."""
    found = related_boxes(inside, urls)
    return found | {element for element, lines in inside.items() if _is_teaser(element, lines, prose, urls)}


def boxes_of_cards(
    inside: Mapping[_Element, Sequence[Line]], prose: Collection[Line], authors: Collection[str]
) -> set[_Element]:
    """Return the elements that are a player, a gallery, or about the writer. `authors` are comparison keys."""
    return {
        element
        for element, lines in inside.items()
        if element.tag in _CARDS and (_is_card(lines, prose) or _is_about_writer(lines, prose, authors))
    }


def _is_card(lines: Sequence[Line], prose: Collection[Line]) -> bool:
    """Return whether a box is a player, a gallery or the like: no sentence, and words that only such boxes have."""
    if any(line in prose or line.tag in ("li", "blockquote", "tr") for line in lines):
        return False
    return any(
        CARD_LINE.match(line.text) is not None or (is_date(line.text) and line.tag not in ("p", *HEADINGS))
        for line in lines
        if len(line.text) < 60 and not line.is_heading
    ) and not any(line.is_heading and is_date(line.text) for line in lines)


def _is_teaser(element: _Element, lines: Sequence[Line], prose: Collection[Line], urls: LinkedArticles) -> bool:
    """Return whether a box is a teaser: the linked headline of another article, then at most a few sentences."""
    if element.tag not in _CARDS or not 2 <= len(lines) <= 5 or not leads_to_article(lines[0], urls):
        return False
    sentences = [line for line in lines if line in prose]
    if len(sentences) > 2:
        return False
    return element.find(".//img") is not None or sum(len(line.text) for line in sentences) < 300


def _is_about_writer(lines: Sequence[Line], prose: Collection[Line], authors: Collection[str]) -> bool:
    """Return whether a box is about the writer: it begins with the name and has a small part of the sentences."""
    first = lines[0].key
    if len(lines) > 6 or not any(first.startswith(name) for name in authors if len(name) > 4):
        return False
    sentences = sum(1 for line in lines if line in prose)
    return sentences <= 3 and sentences < 0.4 * len(prose)


def copies_in(lines: Sequence[Line], prose: Collection[Line]) -> set[Line]:
    """Return the lines that repeat the text: a second copy of several paragraphs, a pull quote."""
    copies: set[Line] = set()
    seen: dict[str, int] = {}
    run: list[Line] = []
    at = -1
    for number, line in enumerate(lines):
        key = line.key
        if seen.get(key, -1) > at:
            run.append(line)
            at = seen[key]
            continue
        copies |= _of_text(run, prose)
        if key in seen:
            run, at = [line], seen[key]
        else:
            run, at = [], -1
            seen[key] = number
    return copies | _of_text(run, prose) | _pull_quotes(lines, prose)


def _of_text(run: Sequence[Line], prose: Collection[Line]) -> set[Line]:
    return set(run) if sum(1 for line in run if line in prose) > 1 else set()


def _is_set_apart(line: Line) -> bool:
    """Return whether a line is in a quotation that has a design of its own; one without is a part of the text."""
    quote = line.quote
    if quote is None:
        return False
    parent = quote.getparent()
    return bool(quote.get("class")) or (parent is not None and parent.tag in ("figure", "aside"))


def _pull_quotes(lines: Sequence[Line], prose: Collection[Line]) -> set[Line]:
    """Return the quotes that are set apart and whose words are in a paragraph, too."""
    has_paragraphs = sum(1 for line in prose if line.tag in TEXT_TAGS) > 0.6 * len(prose)
    possible = (
        line
        for line in lines
        if (_is_set_apart(line) or (line.tag not in TEXT_TAGS and (has_paragraphs or line not in prose)))
        and len(line.text) >= _SHORTEST_COPY
    )
    quotes = {line: line.key for line in islice(possible, _MOST_QUOTES)}
    if not quotes:
        return set()
    whole = "\n".join(line.key for line in lines if line not in quotes)
    return {line for line, key in quotes.items() if len(key) >= _SHORTEST_COPY and key in whole}
