"""The body in known markup: the elements with the known class, and the elements between them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from lxml.etree import _Element

from newscrawl.almayadeen.kinds import KINDS_WITHOUT_TEXT
from newscrawl.almayadeen.labels import END_LABELS
from newscrawl.almayadeen.markup import BODY
from newscrawl.pages.byline import between, is_byline_list
from newscrawl.pages.furniture import is_furniture, is_hidden
from newscrawl.pages.header import lines_of
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.page import Page
from newscrawl.text import comparison_key


def known_bodies(page: Page, kind: str) -> list[_Element]:
    """Return the elements of the body, by their class. Teasers, copies and elements inside another are left out."""
    bodies: list[_Element] = []
    texts: dict[str, _Element] = {}
    candidates = page.blocks_with_class(BODY)
    if len(candidates) == 1 and _is_plain_body(candidates[0]):
        return candidates
    for element in candidates:
        if is_hidden(element):
            continue
        if any(
            ancestor in bodies or ancestor.tag in ("aside", "footer", "nav") for ancestor in element.iterancestors()
        ):
            continue
        text = visible_text(element)
        if not text and kind in KINDS_WITHOUT_TEXT and element.find(".//*[@src]") is not None:
            bodies.append(element)
            continue
        if not text or text in texts:
            continue
        linked = sum(len(visible_text(link)) for link in element.iter("a"))
        if linked > 0.8 * len(text) and not any(_is_sentence(each) for each in element.iter("p")):
            continue
        texts[text] = element
        bodies.append(element)
    main = texts[max(texts, key=len)] if texts else next(iter(bodies), None)
    return [body for body in bodies if body is main or not _is_in_furniture(body, main)]


def of_first_article(bodies: Sequence[_Element]) -> tuple[list[_Element], _Element | None]:
    """Return the parts of the first article's body, and the body of the next article or None.

    Some pages load the next article below the first.
    """
    first = list(bodies[:1])
    article = next(bodies[0].iterancestors("article"), None)
    for part, following in pairwise(bodies):
        if next(following.iterancestors("article"), None) is not article:
            break
        lines = lines_of(list(between(part, following)))
        headed = any(line.tag == "h1" or comparison_key(line.text.rstrip(" :")) in END_LABELS for line in lines)
        if headed or is_byline_list(lines):
            return first, following
        first.append(following)
    return first, None


def with_what_is_between(bodies: Sequence[_Element]) -> Iterator[_Element]:
    """Yield the parts of a body and the elements between them: pictures, posts, boxes of related articles."""
    yield bodies[0]
    for part, following in pairwise(bodies):
        yield from between(part, following)
        yield following


def _is_in_furniture(element: _Element, main: _Element | None) -> bool:
    """Return whether an element is in furniture (a side column, comments) that the main body is not in."""
    return any(
        is_furniture(ancestor) and all(each is not main for each in ancestor.iter(str(element.tag)))
        for ancestor in element.iterancestors()
    )


def _is_plain_body(element: _Element) -> bool:
    """Return whether an element is certainly a body: it is shown, is not in furniture and has a sentence."""
    return not any(
        is_hidden(each) if each is element else each.tag in ("aside", "footer", "nav") or is_furniture(each)
        for each in (element, *element.iterancestors())
    ) and any(_is_sentence(each) for each in element.iter("p"))


def _is_sentence(paragraph: _Element) -> bool:
    return next(paragraph.iter("a"), None) is None and visible_text(paragraph).endswith((".", "!", "?", "؟", "”", '"'))
