"""A listing's answer in (a page, an HTML fragment, or JSON), article addresses and the next batch out.

Also the site's menu and the ticker, which stand in every page. Articles are told by the shape of their address and
not by the markup of a card; the way to the next batch is not known, so every likely one is a candidate.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import etree
from lxml.etree import _Element
from parsel import Selector

from newscrawl.almayadeen.editions import Section, article_address, menu_section
from newscrawl.errors import EmptyListingError
from newscrawl.pages.encoding import text_selector
from newscrawl.pages.lines import Line, blocks, visible_text
from newscrawl.pages.page import TICKER, outline
from newscrawl.text import fold, squeeze, unique
from newscrawl.urls import absolute, canonical, on_site, path_of

PAGE_PARAMETER = "page"

_SIDE_CLASS = re.compile(
    r"(?<![a-z0-9])(?:ticker|breaking|most-?read|most-?viewed|read-?next|trending|sidebar|side-?bar|footer|related|coverage"
    r"|mega-?menu|navbar|nav|menu)(?![a-z0-9])"
)
_NEVER_CLASS = re.compile(
    r"(?<![a-z0-9])(?:ticker|breaking|most-?read|most-?viewed|read-?next|footer|navbar)(?![a-z0-9])"
)
_SIDE_LABELS = frozenset(
    map(
        fold,
        (
            "Most Read", "Most Viewed", "Most Popular", "Read Next", "Coverage", "Trending", "Más leídas", "Más leídos",
            "Lo más leído", "Lea a continuación", "Cobertura", "الأكثر قراءة", "الأكثر مشاهدة", "اقرأ التالي", "تغطيات",
            "تغطية", "التغطيات",
        ),
    )
)  # fmt: skip
_MORE_TEXT = re.compile(
    r"(?i)^(?:\W*)(?:load more|show more|view more|see more|read more news|more news|more articles|more stories|more"
    r"|more results|next|next page|older|older posts|older news|cargar más|ver más|mostrar más|más noticias|más"
    r"|siguiente|تحميل المزيد|عرض المزيد|المزيد|التالي|الصفحة التالية|شاهد المزيد|مزيد من الأخبار|»|›|>)(?: \w+)?\W*$"
)
_MORE_NAME = re.compile(
    r"(?i)load[-_]?more|show[-_]?more|view[-_]?more|more[-_]?(?:btn|button|link|posts|news|articles)|next[-_]?page"
    r"|btn[-_]?more|see[-_]?more|infinite|pagination[-_]?next|older"
)
_ADDRESS_LIKE = re.compile(r"^(?:https?://|/|\?|\./)\S+$|^[\w\-./]+\?[\w\-=&%.\[\]]+$")
_PAGE_NAME = re.compile(
    r"(?i)^(?:p|pg|page|paged|pagenumber|page_number|page-number|pageno|pageindex|page_index|batch|currentpage)$"
)
_OFFSET_NAME = re.compile(r"(?i)^(?:offset|skip|start|from|begin)$")
_NEXT_KEY = re.compile(
    r"(?i)^(?:next|next_?url|next_?link|next_?page|next_?page_?url|more_?url|load_?more|load_?more_?url|next_?batch|more)$"
)
_MORE_KEY = re.compile(r"(?i)^(?:has_?more|has_?next|more|has_?next_?page|load_?more)$")
_LAST_KEY = re.compile(r"(?i)^(?:is_?last|last|end|finished|done|no_?more)$")
_ADDRESS_KEY = re.compile(r"(?i)(?:url|link|href|path|permalink|slug|uri)$")
_BREAKING = frozenset(map(fold, ("Breaking", "Breaking News", "عاجل", "Última hora", "Último momento", "Urgente")))
# A page of a site has some hundred links; what goes on and on was not made for readers.
_MOST_LINKS = 20_000
_PATH_PAGE = re.compile(r"^(?P<before>.*/)(?P<number>\d{1,6})/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NextBatch:
    """One candidate for the address of a listing's next batch."""

    url: str
    """Absolute, on the site."""
    way: str
    """How it was found: `rel-next`, `load-more`, `pagination`, `json`, or `parameter` for the guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One batch of a listing."""

    articles: tuple[str, ...]
    """Canonical article addresses on the site in page order, each once."""
    aside: frozenset[str] = field(default_factory=frozenset)
    """Those of them that stand only in the menu, the ticker, "Most Read" and the like: they tell nothing of it."""
    following: tuple[NextBatch, ...] = ()
    """Candidates that the answer itself shows, most explicit first; empty when it shows none."""
    is_last: bool = False
    """Whether the answer says that nothing follows."""


def parse_listing(
    answer: Selector | str,
    url: str,
    *,
    aliases: Sequence[str] = (),
    families: Mapping[str, str] = MappingProxyType({}),
) -> Listing:
    """Return what a listing's answer shows.

    `answer` is a page, a fragment or a JSON text that came from `url`; `aliases` are other roots that stand for the
    same site; `families` are paths under which stories lie beside the known ones. Links elsewhere, and links that
    are none (`javascript:`, `mailto:`, `http://[bad`), are passed over.
    Raises `EmptyListingError` when no link is an article's.
    """
    reader = _ListingReader(url, aliases, families)
    value = _json_value(answer) if isinstance(answer, str) else None
    if value is not None:
        reader.read_json(value)
    else:
        selector = answer if isinstance(answer, Selector) else text_selector(answer)
        if isinstance(selector.root, _Element):
            reader.read_html(selector.root)
    return reader.result()


def next_by_parameter(url: str, parameter: str = PAGE_PARAMETER, *, step: int = 0) -> str | None:
    """Return the address of the batch after this one by counting up, or None when a count is out of reason.

    A page number in the query or at the end of the path (`/page/2`) goes up by one, an offset by `step`. Without
    either, `parameter` is put behind the address, as page 2.

    >>> next_by_parameter("https://x.net/news/politics")
    'https://x.net/news/politics?page=2'
    >>> next_by_parameter("https://x.net/more?section=politics&page=2")
    'https://x.net/more?section=politics&page=3'
    >>> next_by_parameter("https://x.net/news/politics/page/2")
    'https://x.net/news/politics/page/3'
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for number, (name, value) in enumerate(pairs):
        is_count = value.isascii() and value.isdigit() and len(value) < 9
        if is_count and (name == parameter or _PAGE_NAME.match(name)):
            pairs[number] = (name, str(int(value) + 1))
            return urlunsplit(parts._replace(query=urlencode(pairs)))
        if is_count and step and _OFFSET_NAME.match(name):
            pairs[number] = (name, str(int(value) + step))
            return urlunsplit(parts._replace(query=urlencode(pairs)))
    match = _PATH_PAGE.match(parts.path)
    if match and match["before"].rstrip("/").rpartition("/")[2].lower() in ("page", "pages", "p"):
        return urlunsplit(parts._replace(path=f"{match['before']}{int(match['number']) + 1}"))
    if any(name == parameter for name, _ in pairs):
        return None
    return urlunsplit(parts._replace(query=urlencode([*pairs, (parameter, "2")])))


def parse_menu(page: Selector, url: str, *, aliases: Sequence[str] = ()) -> tuple[Section, ...]:
    """Return the sections and regions that the page's menu leads to, in its order, each once."""
    found: dict[str, Section] = {}
    if not isinstance(page.root, _Element):
        return ()
    base = _base(page.root, url)
    for link in _links(page.root):
        href = (link.get("href") or "").strip()
        # A link to the page itself is no entry of its menu.
        address = None if href.startswith(("#", "?")) else _on_site(base, href, aliases)
        section = menu_section(address, visible_text(link)) if address else None
        if section:
            found.setdefault(section.url, section)
    return tuple(found.values())


_NAMED_TICKER = etree.XPath(
    "//@class[contains(., 'ticker') or contains(., 'breaking')]/.. | //@id[contains(., 'ticker')]/.."
)


def parse_headlines(page: Selector) -> tuple[str, ...]:
    """Return the lines of the ticker in its order, each once; () for a page without one.

    >>> for tag in ("li", "a"):
    ...     html = f"<div><{tag} class='ticker__item'>One.</{tag}> <{tag} class='x ticker__item'>Two.</{tag}></div>"
    ...     parse_headlines(text_selector(html))
    ('One.', 'Two.')
    ('One.', 'Two.')
    """
    root = page.root
    if not isinstance(root, _Element):
        return ()
    named = outline(root).with_class(TICKER)
    texts = [visible_text(item) for item in named if _is_item(item)]
    if not texts:
        texts = _lines_of_ticker(root)
    return unique(text for text in texts if fold(text) not in _BREAKING and len(text) <= 500)


def _is_item(element: _Element) -> bool:
    return "ticker__item" in (element.get("class") or "").split()


def _lines_of_ticker(root: _Element) -> list[str]:
    boxes = _NAMED_TICKER(root)
    if items := [visible_text(box) for box in boxes if _is_item(box)]:
        # Inline elements, which the quicker look at the page passes over.
        return items
    for box in boxes:
        lines = _short_lines(box)
        if len(lines) > 1:
            return lines
    for element in root.iter("span", "div", "strong", "h2", "h3", "h4", "h5", "p", "label", "b"):
        if len(element) == 0 and fold((element.text or "")[:40]) in _BREAKING:
            parent = element.getparent()
            for _ in range(2):
                if parent is None:
                    break
                lines = _short_lines(parent)
                if len(lines) > 2:
                    return lines
                parent = parent.getparent()
    return []


def _short_lines(box: _Element) -> list[str]:
    lines = [block.text for block in blocks([box], with_furniture=True) if isinstance(block, Line)]
    if len(lines) > 60 or any(len(line) > 300 for line in lines):
        return []
    return lines


class _ListingReader:
    def __init__(self, url: str, aliases: Sequence[str], families: Mapping[str, str]) -> None:
        self.url = url
        self.base = url
        self.aliases = aliases
        self.families = families
        self.articles: dict[str, bool] = {}
        """Address → whether it stands anywhere but aside."""
        self.in_columns: set[str] = set()
        """Addresses that stand in a side column or the like, but in no menu and under no label of another list."""
        self.following: dict[str, str] = {}
        self.is_last = False
        self.says_more = False

    def result(self) -> Listing:
        if not self.articles:
            raise EmptyListingError(self.url, "no link on it is shaped like an article's")
        aside = frozenset(address for address, is_main in self.articles.items() if not is_main)
        if len(aside) == len(self.articles):
            # The whole listing may stand in a side column; what is called "Most Read" is never a listing.
            aside = frozenset(address for address in aside if address not in self.in_columns)
            if len(aside) == len(self.articles):
                raise EmptyListingError(self.url, 'articles only in its menus, ticker, "Most Read" and the like')
        following = tuple(NextBatch(url=url, way=way) for url, way in self.following.items())
        return Listing(
            articles=tuple(self.articles),
            aside=aside,
            following=() if self.is_last else following,
            is_last=self.is_last,
        )

    # -- HTML ---------------------------------------------------------------------------------------------------

    def read_html(self, root: _Element) -> None:
        self.base = _base(root, self.url)
        never, columns = _elements_aside(root)
        for link in _links(root):
            address = self._on_site(link.get("href") or "")
            if address and article_address(address, self.families):
                holders = (link, *link.iterancestors())
                is_other = any(each in never for each in holders)
                is_column = any(each in columns for each in holders)
                self._add_article(address, not is_other and not is_column)
                if is_column and not is_other:
                    self.in_columns.add(canonical(address))
        for element in root.iter("link", "a"):
            if "next" in (element.get("rel") or "").lower().split():
                self._add_following(element.get("href") or "", "rel-next")
        for element in root.iter("a", "button", "div", "span", "li", "input", "section"):
            if _is_more_control(element):
                self._read_control(element)
        for form in root.iter("form"):
            self._read_form(form)
        self._read_pagination(root)

    def _read_control(self, control: _Element) -> None:
        """Take the next batch's address from the attributes of a load-more control."""
        data = {
            str(name)[5:].lower(): value.strip()
            for name, value in control.attrib.items()
            if str(name).startswith("data-")
        }
        addresses = [value for value in data.values() if _ADDRESS_LIKE.match(value)]
        href = (control.get("href") or "").strip()
        if href and not href.startswith("#"):
            addresses.append(href)
        for name in ("formaction", "hx-get", "action", "ng-href"):
            if value := control.get(name):
                addresses.append(value)
        onclick = control.get("onclick") or ""
        called = re.findall(r"['\"]((?:https?:/)?/[^'\"\s]+)['\"]\s*(?:,\s*['\"]?(\d{1,8})\b)?", onclick)
        addresses += (_with_number(address, count or None) for address, count in called)
        number = self._next_number(data)
        for address in addresses:
            self._add_following(_with_number(address, number), "load-more")
        if number is not None and not any(self._on_site(address) for address in addresses):
            self._add_following(_with_number(self.url, number), "load-more")

    def _read_form(self, form: _Element) -> None:
        """Take the next batch's address from a form that a load-more button sends."""
        button = next((each for each in form.iter("button", "input") if _is_more_control(each)), None)
        if button is None or (form.get("method") or "get").lower() != "get":
            return
        fields = [(each.get("name") or "", each.get("value") or "") for each in form.iter("input")]
        parts = urlsplit(form.get("action") or self.url)
        pairs = [*parse_qsl(parts.query), *((name, value) for name, value in fields if name)]
        self._add_following(urlunsplit(parts._replace(query=urlencode(pairs))), "load-more")

    def _next_number(self, data: dict[str, str]) -> str | None:
        """Return the page number that a control names beside its address; one that names this page means the next."""
        for name, value in data.items():
            plain = name.replace("-", "").replace("_", "")
            if not (value.isascii() and value.isdigit() and len(value) < 9):
                continue
            if plain in ("nextpage", "next", "topage"):
                return value
            if _PAGE_NAME.match(plain):
                return str(int(value) + 1) if int(value) == _page_number(self.url) else value
        return None

    def _read_pagination(self, root: _Element) -> None:
        """Take the link whose text is the number of the next page, out of a row of such numbers."""
        wanted = str(_page_number(self.url) + 1)
        for link in root.iter("a"):
            if (link.text or "").strip() == wanted and squeeze(visible_text(link)) == wanted:
                href = link.get("href") or ""
                if wanted in href:
                    self._add_following(href, "pagination")

    # -- JSON ---------------------------------------------------------------------------------------------------

    def read_json(self, value: Any) -> None:
        for key, each in _walk(value):
            if isinstance(each, str):
                self._read_string(key, each)
            elif isinstance(each, bool):
                if _MORE_KEY.match(key):
                    self.is_last = self.is_last or not each
                elif _LAST_KEY.match(key):
                    self.is_last = self.is_last or each
            elif isinstance(each, int) and _NEXT_KEY.match(key) and 0 < each < 10**8:
                self._add_following(_with_number(self.url, str(each)), "json")
        if isinstance(value, dict):
            pages = {key.lower(): each for key, each in value.items() if isinstance(each, int)}
            last = pages.get("last_page", pages.get("total_pages", pages.get("totalpages")))
            current = pages.get("current_page", pages.get("page", pages.get("currentpage")))
            if last is not None and current is not None and current >= last:
                self.is_last = True

    def _read_string(self, key: str, text: str) -> None:
        if "<" in text and re.search(r"<[a-zA-Z]", text):
            root = text_selector(text).root
            if isinstance(root, _Element):
                self.read_html(root)
        elif _NEXT_KEY.match(key) and text.strip():
            number = text.strip()
            self._add_following(_with_number(self.url, number) if number.isdecimal() else text, "json")
        elif _ADDRESS_KEY.search(key) and (address := self._on_site(text)) and article_address(address, self.families):
            self._add_article(address, True)

    # -- common -------------------------------------------------------------------------------------------------

    def _on_site(self, href: str) -> str | None:
        return _on_site(self.base, href, self.aliases)

    def _add_article(self, address: str, is_main: bool) -> None:
        address = canonical(address)
        if len(self.articles) < _MOST_LINKS:
            self.articles[address] = self.articles.get(address, False) or is_main

    def _add_following(self, href: str, way: str) -> None:
        address = self._on_site(href)
        # A "more" that leads to a story, to another section or to this very batch is none.
        if address is None or article_address(address, self.families) or address == self._on_site(self.url):
            return
        if menu_section(address, "") and "?" not in address and path_of(address) != path_of(self.url):
            return
        if len(self.following) < 50:
            self.following.setdefault(address, way)


def _links(root: _Element) -> Iterator[_Element]:
    for number, link in enumerate(root.iter("a", "area")):
        if number >= _MOST_LINKS:
            return
        if link.get("href"):
            yield link


def _base(root: _Element, url: str) -> str:
    """Return the address that a page's links are relative to."""
    stated = next((link.get("href") for link in root.iter("base") if link.get("href")), None)
    return (absolute(url, stated) if stated else None) or url


def _on_site(url: str, href: str, aliases: Sequence[str]) -> str | None:
    address = absolute(url, href)
    if address is None:
        return None
    parts = urlsplit(url)
    return on_site(address, f"{parts.scheme}://{parts.netloc}", *aliases)


def _elements_aside(root: _Element) -> tuple[set[_Element], set[_Element]]:
    """Return the elements whose links tell nothing of the listing: for certain (menus, ticker, "Most Read", footer),
    and by their look only (a side column).
    """
    never: set[_Element] = set()
    columns: set[_Element] = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ("nav", "footer"):
            never.add(element)
            continue
        if element.tag in ("aside", "header"):
            columns.add(element)
            continue
        classes = element.get("class")
        if classes and element.tag not in ("body", "html", "main") and _SIDE_CLASS.search(classes.lower()):
            (never if _NEVER_CLASS.search(classes.lower()) else columns).add(element)
        elif element.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong"):
            text = (element.text or "").strip() or (visible_text(element) if element.tag in ("h2", "h3", "h4") else "")
            if text and len(text) < 40 and fold(text) in _SIDE_LABELS:
                never.update(_links_under(element))
    return never, columns


def _links_under(label: _Element) -> Iterator[_Element]:
    """Yield the links that stand under a label, up to the next label of its kind."""
    holder: _Element | None = label
    while holder is not None and next(holder.iter("a"), None) is None:
        holder = holder.getparent()
    if holder is None:
        return
    is_past = False
    for element in holder.iter():
        if element is label:
            is_past = True
        elif is_past and element.tag == label.tag and label.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            if next(element.iter("a"), None) is None and next(element.iterancestors("a"), None) is None:
                return
        elif is_past and element.tag == "a":
            yield element


def _is_more_control(element: _Element) -> bool:
    if element.tag in ("div", "span", "li", "section"):
        # Only where the control is no link or button: something small that carries the address itself.
        has_address = any(
            str(name).startswith("data-") and _ADDRESS_LIKE.match(str(value)) for name, value in element.attrib.items()
        )
        if not has_address:
            return False
    elif not element.attrib:
        return False
    names = " ".join(
        str(value)
        for name, value in element.attrib.items()
        if str(name) in ("class", "id", "name", "aria-label", "title")
    )
    if _MORE_NAME.search(names):
        return True
    text = (element.text or "").strip() or (visible_text(element) if len(element) <= 3 else element.get("value") or "")
    return 0 < len(text) < 40 and _MORE_TEXT.match(text) is not None


def _page_number(url: str) -> int:
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if _PAGE_NAME.match(name) and value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
    match = _PATH_PAGE.match(parts.path)
    if match and match["before"].rstrip("/").rpartition("/")[2].lower() in ("page", "pages", "p"):
        return int(match["number"])
    return 1


def _with_number(address: str, number: str | None) -> str:
    """Return an address that asks for a page number: in its blank, else in its page parameter, else in a new one."""
    if number is None:
        return address
    filled = re.sub(r"\{\w*\}|%7B\w*%7D|__page__|:page\b|PAGE_NUMBER", number, address)
    if filled != address:
        return filled
    if address.endswith(("=", "/page/")):
        return address + number
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for at, (name, _) in enumerate(pairs):
        if _PAGE_NAME.match(name):
            pairs[at] = (name, number)
            return urlunsplit(parts._replace(query=urlencode(pairs)))
    return urlunsplit(parts._replace(query=urlencode([*pairs, (PAGE_PARAMETER, number)])))


def _json_value(text: str) -> Any:
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return None
    try:
        return json.loads(text.lstrip("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: Any) -> Iterable[tuple[str, Any]]:
    """Yield each plain value in a JSON value with the key that it stands under, in order."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        key, each = pending.pop()
        if isinstance(each, dict):
            pending += [(str(name), part) for name, part in reversed(each.items())]
        elif isinstance(each, list):
            pending += [(key, part) for part in reversed(each)]
        else:
            yield key, each
