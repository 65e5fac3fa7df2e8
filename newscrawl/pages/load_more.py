"""The ways to a listing's next batch: the controls, links and forms of a page that may lead there, and a guess.

How the site's "load more" works is not known, so every way that a page shows is a candidate. The crawl tries them in
order. To support another way, add it to `next_links`; the words of such controls are in `almayadeen/labels.py` and
`almayadeen/markup.py`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.etree import _Element

from newscrawl.almayadeen.labels import MORE_TEXT
from newscrawl.almayadeen.markup import MORE_NAME
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.page import Page

PAGE_PARAMETER = "page"
"""The parameter that is added to a listing's URL when nothing else leads to its next batch."""

_URL_LIKE = re.compile(r"^(?:https?://|/|\?|\./)\S+$|^[\w\-./]+\?[\w\-=&%.\[\]]+$")
_PAGE_NAME = re.compile(
    r"(?i)^(?:p|pg|page|paged|pagenumber|page_number|page-number|pageno|pageindex|page_index|batch|currentpage)$"
)
_OFFSET_NAME = re.compile(r"(?i)^(?:offset|skip|start|from|begin)$")
_PATH_PAGE = re.compile(r"^(?P<before>.*/)(?P<number>\d{1,6})/?$")
_CALLED_URL = re.compile(r"['\"]((?:https?:/)?/[^'\"\s]+)['\"]\s*(?:,\s*['\"]?(\d{1,8})\b)?")
_BLANK = re.compile(r"\{\w*\}|%7B\w*%7D|__page__|:page\b|PAGE_NUMBER")

# A name with other characters, which broken markup has, cannot be asked for.
_DATA_NAME = re.compile(r"data-[\w.:-]{1,100}")
# Elements in a label or a control, and data attributes of one element, that are looked at.
_MOST_IN_LABEL = 20
_MOST_DATA = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NextBatch:
    """One candidate for the URL of a listing's next batch."""

    url: str
    """Absolute, on the site."""
    way: str
    """How it was found: `rel-next`, `load-more`, `pagination`, `json`, or `parameter` for the guess."""


def next_links(page: Page) -> Iterator[tuple[str, str]]:
    """Yield (link as written, way) for each candidate on a page, most explicit first."""
    for element in page.root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            yield element.get("href") or "", "rel-next"
    for element in page.root.iter("a", "button", "div", "span", "li", "input", "section"):
        if _is_more_control(element):
            yield from ((href, "load-more") for href in _links_of_control(page, element))
    for form, inside in _forms(page).items():
        if (href := _link_of_form(page, form, inside)) is not None:
            yield href, "load-more"
    yield from ((href, "pagination") for href in _links_of_pagination(page))


def _links_of_control(page: Page, control: _Element) -> Iterator[str]:
    """Yield the URLs of the next batch from the attributes of a load-more control."""
    data = _data_of(control)
    links = [value for value in data.values() if _URL_LIKE.match(value)]
    href = (control.get("href") or "").strip()
    if href and not href.startswith("#"):
        links.append(href)
    links += (value for name in ("formaction", "hx-get", "action", "ng-href") if (value := control.get(name)))
    called = _CALLED_URL.findall(control.get("onclick") or "")
    links += (with_number(link, count or None) for link, count in called)
    number = _next_number(page.url, data)
    for link in links:
        yield with_number(link, number)
    if number is not None and not any(page.site.own_link(page.base, link) for link in links):
        yield with_number(page.url, number)


def _forms(page: Page) -> dict[_Element, list[_Element]]:
    """Return form → its buttons and fields, in the page's order; those of a form inside belong to that one alone."""
    forms: dict[_Element, list[_Element]] = {form: [] for form in page.root.iter("form")}
    for each in page.root.iter("button", "input") if forms else ():
        if (form := next(each.iterancestors("form"), None)) is not None:
            forms[form].append(each)
    return forms


def _link_of_form(page: Page, form: _Element, inside: Sequence[_Element]) -> str | None:
    """Return the URL that a form with a load-more button requests, or None for any other form."""
    button = next((each for each in inside if _is_more_control(each)), None)
    if button is None or (form.get("method") or "get").lower() != "get":
        return None
    fields = [(each.get("name") or "", each.get("value") or "") for each in inside if each.tag == "input"]
    parts = _split(form.get("action") or page.url)
    if parts is None:
        return None
    pairs = [*parse_qsl(parts.query), *((name, value) for name, value in fields if name)]
    return _with_query(parts, pairs)


def _links_of_pagination(page: Page) -> Iterator[str]:
    """Yield the links whose text and URL have the number of the next page."""
    wanted = str(_page_number(page.url) + 1)
    for link in page.root.iter("a"):
        if (link.text or "").strip() == wanted and short_text(link) == wanted:
            href = link.get("href") or ""
            if wanted in href:
                yield href


def _next_number(url: str, data: dict[str, str]) -> str | None:
    """Return the page number in a control's data attributes, or None. This page's number means the next page."""
    for name, value in data.items():
        plain = name.replace("-", "").replace("_", "")
        if not (value.isascii() and value.isdigit() and len(value) < 9):
            continue
        if plain in ("nextpage", "next", "topage"):
            return value
        if _PAGE_NAME.match(plain):
            return str(int(value) + 1) if int(value) == _page_number(url) else value
    return None


def _is_more_control(element: _Element) -> bool:
    """Return whether an element is a "load more" control, by its name or by its text."""
    if element.tag in ("div", "span", "li", "section"):
        # Other elements than links and buttons count only when they have the URL of the next batch.
        has_url = any(map(_URL_LIKE.match, _data_of(element).values()))
        if not has_url:
            return False
    elif not element.attrib:
        return False
    names = " ".join(filter(None, map(element.get, ("class", "id", "name", "aria-label", "title"))))
    if MORE_NAME.search(names):
        return True
    text = (element.text or "").strip() or short_text(element) or element.get("value") or ""
    return 0 < len(text) < 40 and MORE_TEXT.match(text) is not None


def _data_of(element: _Element) -> dict[str, str]:
    """Return the data attributes of an element, by name without `data-`."""
    # lxml looks for each attribute from the first one on, so an element with thousands of them would take long.
    names = islice(filter(_DATA_NAME.fullmatch, map(str, element.keys())), _MOST_DATA)
    return {name[5:].lower(): (element.get(name) or "").strip() for name in names}


def short_text(element: _Element) -> str:
    """Return the text of an element that has few others inside, as labels and controls have; "" for any other."""
    is_short = next(islice(element.iter(), _MOST_IN_LABEL, None), None) is None
    return visible_text(element) if is_short else ""


def next_by_parameter(url: str, parameter: str = PAGE_PARAMETER, *, step: int = 0) -> str | None:
    """Return the URL of the next batch by counting up, or None when `parameter` has a value that is not a page number
    and for what is no URL.

    A page number in the query or at the end of the path (`/page/2`) goes up by one, an offset by `step`. A URL without
    both gets `parameter`, with the value 2.

    >>> next_by_parameter("https://x.net/news/politics")
    'https://x.net/news/politics?page=2'
    >>> next_by_parameter("https://x.net/more?section=politics&page=2")
    'https://x.net/more?section=politics&page=3'
    >>> next_by_parameter("https://x.net/news/politics/page/2")
    'https://x.net/news/politics/page/3'
    """
    parts = _split(url)
    if parts is None:
        return None
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for number, (name, value) in enumerate(pairs):
        is_count = value.isascii() and value.isdigit() and len(value) < 9
        if is_count and (name == parameter or _PAGE_NAME.match(name)):
            pairs[number] = (name, str(int(value) + 1))
            return _with_query(parts, pairs)
        if is_count and step and _OFFSET_NAME.match(name):
            pairs[number] = (name, str(int(value) + step))
            return _with_query(parts, pairs)
    match = _PATH_PAGE.match(parts.path)
    if match and match["before"].rstrip("/").rpartition("/")[2].lower() in ("page", "pages", "p"):
        return urlunsplit(parts._replace(path=f"{match['before']}{int(match['number']) + 1}"))
    if any(name == parameter for name, _ in pairs):
        return None
    return _with_query(parts, [*pairs, (parameter, "2")])


def _page_number(url: str) -> int:
    """Return the page number in a URL, or 1."""
    parts = _split(url)
    if parts is None:
        return 1
    for name, value in parse_qsl(parts.query):
        if _PAGE_NAME.match(name) and value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
    match = _PATH_PAGE.match(parts.path)
    if match and match["before"].rstrip("/").rpartition("/")[2].lower() in ("page", "pages", "p"):
        return int(match["number"])
    return 1


def with_number(url: str, number: str | None) -> str:
    """Return a URL with a page number: in its placeholder, else in its page parameter, else in a new parameter."""
    if number is None:
        return url
    filled = _BLANK.sub(number, url)
    if filled != url:
        return filled
    if url.endswith(("=", "/page/")):
        return url + number
    parts = _split(url)
    if parts is None:
        return url
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for at, (name, _) in enumerate(pairs):
        if _PAGE_NAME.match(name):
            pairs[at] = (name, number)
            return _with_query(parts, pairs)
    return _with_query(parts, [*pairs, (PAGE_PARAMETER, number)])


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL, which may be relative, or None for one without parts, such as `http://[bad`."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _with_query(parts: SplitResult, pairs: Sequence[tuple[str, str]]) -> str:
    return urlunsplit(parts._replace(query=urlencode(pairs, errors="replace")))
