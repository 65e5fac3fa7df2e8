"""Where elements are in a tree: what holds what, and what two elements share."""

from collections.abc import Sequence

from lxml.etree import _Element


def chain(element: _Element) -> list[_Element]:
    """Return an element and its ancestors, from the inside out."""
    return [element, *element.iterancestors()]


def lies_in(element: _Element, holder: _Element | None) -> bool:
    """Return whether an element is another one or is inside it."""
    return element is holder or (holder is not None and holder in element.iterancestors())


def common_ancestor(elements: Sequence[_Element]) -> _Element:
    """Return the innermost element that holds all of the elements, at least one, of one tree."""
    path = chain(elements[0])
    places = {each: place for place, each in enumerate(path)}
    shared = 0
    for element in elements:
        each: _Element | None = element
        while each not in places:
            assert each is not None  # all elements are in one tree
            each = each.getparent()
        shared = max(shared, places[each])
    return path[shared]


def child_towards(holder: _Element, element: _Element) -> _Element | None:
    """Return the child of `holder` that contains `element`, or None when `element` is `holder` or is not inside it."""
    child = None
    for each in (element, *element.iterancestors()):
        if each is holder:
            return child
        child = each
    return None


def make_of(element: _Element) -> tuple[str, str | None]:
    """Return what elements of one template have in common: tag and class."""
    return str(element.tag), element.get("class")
