"""One article page in, one `Article` out, by layers: metadata, known markup, and for unknown markup a search."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from lxml import etree
from lxml.etree import _Element
from parsel import Selector

from newscrawl.almayadeen.editions import (
    EDITIONS,
    LIVE,
    PLAYED,
    WORDLESS,
    Address,
    article_address,
    edition_of,
    other_page,
    stated_kind,
)
from newscrawl.dates import stamp
from newscrawl.errors import MissingBodyError, MissingHeadlineError, NotAnArticleError, OtherPageError
from newscrawl.items import Article, Image, Video
from newscrawl.pages.body import Body, Surroundings, read_body, read_images, split_credit
from newscrawl.pages.byline import Byline, between, is_byline, is_byline_list, read_byline, split_authors, without_label
from newscrawl.pages.encoding import text_selector
from newscrawl.pages.fallback import END_LABELS, extract_by_trafilatura, find_body
from newscrawl.pages.lines import Line, blocks, is_furniture, is_hidden, is_summary, nearest, visible_text
from newscrawl.pages.media import Exhibits, film_in_scripts, read_exhibits
from newscrawl.pages.metadata import Layer, Metadata, read_metadata
from newscrawl.pages.page import BODY, outline
from newscrawl.text import PARAGRAPH_BREAK, content_hash, fold, squeeze, unique, word_count
from newscrawl.urls import absolute, canonical, path_of

T = TypeVar("T")

_SITE_NAMES = frozenset(
    map(
        fold,
        (
            "Al Mayadeen English", "Al Mayadeen", "Al Mayadeen Net", "Al Mayadeen Español", "AlMayadeen",
            "Almayadeen Net", "Al Mayadeen Media Network", "Home", "الميادين", "الميادين نت", "شبكة الميادين",
            "شبكة الميادين الإعلامية",
        ),
    )
)  # fmt: skip
_SITE_SUFFIX = re.compile(r"(?i)\s+[|–—•-]\s+(?:al[ -]?mayadeen(?: \w+)?|(?:شبكة )?الميادين(?: نت| الإعلامية)?)\s*$")
_ERROR_TITLE = re.compile(
    r"(?i)^(?:(?:error\s*)?(?:400|401|403|404|410|429|5\d\d)\b|page not found|not found|just a moment|access denied"
    r"|attention required|service unavailable|bad gateway|(?:internal )?server error|runtime error|application error"
    r"|página no encontrada|الصفحة غير موجودة)"
)
_TAG_LINK = re.compile(r"(?i)/tags?/[^/?#]|[?&]tags?=[^&#]")
_TAG_BOX = re.compile(r"(?<![a-z])(?:tags?|tag-?list|keywords|hashtags|etiquetas)(?![a-z])")
_DEFAULT_PICTURE = re.compile(
    r"(?i)(?:logo|default|placeholder|share|social|opengraph|og)[^/]*\.(?:png|jpe?g|webp|svg|gif)$"
)
# What a page calls itself, lower case → what it is; "website" and "article" tell nothing.
_OTHER_TYPES = {
    "page": "page",
    "profile": "author",
    "profilepage": "author",
    "collectionpage": "listing",
    "searchresultspage": "listing",
    "aboutpage": "page",
    "contactpage": "page",
}
_POST_ID = re.compile(r"[\w-]{1,64}$")
_LINKS_BEFORE = etree.XPath("preceding::a")
_HEADLINES_BEFORE = etree.XPath("preceding::h1")


class Pick(NamedTuple):
    """A value of a field and the layer that it was read from."""

    value: str
    layer: str


def parse_article(
    page: Selector | str,
    url: str,
    *,
    downloaded: datetime | None = None,
    found_on: str | None = None,
    edition: str | None = None,
    families: Mapping[str, str] = MappingProxyType({}),
) -> Article:
    """Return the article that a page shows.

    `page` is the page's HTML, parsed or as text; `url` its absolute address. `downloaded` (with a zone) is when it was
    fetched: it resolves dates that are shown without a year or as "Today", and without it they stay null. `edition`
    is taken from the host, else from the page's language; `families` are paths under which stories lie beside the
    known ones, path → kind.

    A video, a gallery, an infograph, an episode may have no text; every other story has. Raises `MissingHeadlineError`,
    `MissingBodyError`, `OtherPageError` or `NotAnArticleError` (the others are of its kind) for a page that is no
    article, and `ValueError` for an address that is none. The text is on one line a paragraph but not
    cleaned; `pipelines/clean.py` does that.
    """
    return parse_article_and_tags(
        page, url, downloaded=downloaded, found_on=found_on, edition=edition, families=families
    )[0]


def parse_article_and_tags(
    page: Selector | str,
    url: str,
    *,
    downloaded: datetime | None = None,
    found_on: str | None = None,
    edition: str | None = None,
    families: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Article, dict[str, str]]:
    """Return the article that a page shows as `parse_article` does, and tag → absolute address of its tag page."""
    address = canonical(url)
    if isinstance(page, str):
        page = text_selector(page)
    root = page.root
    if not isinstance(root, _Element):
        raise NotAnArticleError(address, "the answer is no HTML page")
    reader = _ArticleReader(root, address, downloaded, families)
    return reader.read(found_on, edition), reader.tag_addresses


class _ArticleReader:
    """Reads one page; holds what the layers share."""

    def __init__(self, root: _Element, url: str, downloaded: datetime | None, families: Mapping[str, str]) -> None:
        self.root = root
        self.url = url
        self.downloaded = downloaded
        self.outline = outline(root)
        self.metadata: Metadata = read_metadata(root)
        self.families = families
        self.address = article_address(url, families) or Address(kind="article")
        base = next((link.get("href") for link in self.outline.bases if link.get("href")), None)
        self.base = (absolute(url, base) if base else None) or url
        self.provenance: dict[str, str] = {}
        self.tag_addresses: dict[str, str] = {}
        self.next_article: _Element | None = None
        """The body of another article further down, where the page has one."""
        self.kind = self._kind()
        self.exhibits = Exhibits()
        """Films and pictures of a page that may have no text."""

    def read(self, found_on: str | None, edition: str | None) -> Article:
        self._require_story()
        known_bodies = self._known_bodies()
        headline = self._headline_element(known_bodies[0] if known_bodies else None)
        title = self._title(headline)
        body, roots, byline, pictures = self._body(known_bodies, headline, title)
        language = next((layer.language for layer in self.metadata.layers if layer.language), None)
        edition = edition or edition_of(self.url, language)
        summary = self._summary(byline)
        published, modified = self._times(byline)
        text = PARAGRAPH_BREAK.join(body.paragraphs)
        return Article(
            id=self._id(),
            url=self.url,
            edition=edition,
            language=self._language(language, edition),
            kind=self.kind,
            section=self.address.section or self._stated("section", lambda layer: layer.section),
            country=self._stated("country", lambda layer: layer.country),
            coverage=self._stated("coverage", lambda layer: layer.coverage),
            title=title,
            summary=summary,
            authors=self._authors(byline),
            source=self._shown("source", byline.source),
            date_published=published[0] if published else None,
            date_modified=modified,
            date_raw=published[1] if published else None,
            body=text,
            subheads=tuple(body.subheads),
            images=self._images(pictures, body, title),
            videos=self._videos(body),
            embeds=tuple(embed for embed in body.embeds if embed not in self.exhibits.films),
            links=tuple(body.links),
            related=tuple(body.related),
            tags=self._tags(roots),
            keywords=self._stated("keywords", lambda layer: layer.keywords) or (),
            reading_minutes=self._shown("reading_minutes", byline.reading_minutes),
            word_count=word_count(text),
            shares=self._shown("shares", byline.shares) or 0,
            content_hash=content_hash(title, summary, text),
            found_on=found_on,
            provenance=dict(sorted(self.provenance.items())),
            date_downloaded=stamp(self.downloaded) if self.downloaded else None,
        )

    # -- kind ---------------------------------------------------------------------------------------------------

    def _kind(self) -> str:
        """Return the kind that the address tells, where it tells more than that it is a story; else the page's own.

        What only a label of the menu says of an address counts less than what the page says.
        """
        layers = self.metadata.layers
        stated = [(layer, stated_kind(name)) for layer in layers for name in (layer.posttype, layer.page_type)]
        known = article_address(self.url)
        is_told = known is not None and known.kind not in ("news", "article")
        for layer, kind in stated:
            # Of `og:type` ("video.other") nobody knows that it is more than what the page's template says.
            if kind and layer.name != "meta" and (kind == LIVE or not is_told):
                self.provenance["kind"] = layer.name
                return kind
        return known.kind if known is not None and is_told else self.address.kind

    def _require_story(self) -> None:
        """Raise `OtherPageError` for a page that says of itself, or by its address, that it is something else."""
        if self.kind == LIVE:
            raise OtherPageError(self.url, "a live page, which is still being written", LIVE)
        other = other_page(self.url)
        for layer in self.metadata.layers:
            if kind := _OTHER_TYPES.get((layer.page_type or "").lower()):
                raise OtherPageError(self.url, f"it calls itself {layer.page_type!r}", other or kind)
        if other and self._published_by_metadata() is None:
            raise OtherPageError(self.url, "its address is no article's", other)

    # -- headline -----------------------------------------------------------------------------------------------

    def _stated_titles(self) -> list[Pick]:
        titles = [(layer.title, layer.name) for layer in self.metadata.layers]
        titles.append((self.metadata.document_title, "meta"))
        return [
            Pick(title, name)
            for stated, name in titles
            if stated and (title := without_site_name(stated)) and fold(title) not in _SITE_NAMES
        ]

    def _headline_element(self, body: _Element | None) -> _Element | None:
        """Return the element of the headline: the `h1` that the metadata names, else the last one before the body."""
        stated = {fold(pick.value) for pick in self._stated_titles()}
        possible: list[_Element] = []
        for element in self.outline.links_and_headlines():
            if element.tag != "h1" or is_hidden(element):
                continue
            text = fold(visible_text(element))
            if text in stated:
                return element
            if text and text not in _SITE_NAMES:
                possible.append(element)
        if possible:
            if body is None:
                # The first is nearest to the top.
                return possible[0]
            before = {*_HEADLINES_BEFORE(body), *body.iterancestors("h1")}
            return next((element for element in reversed(possible) if element in before), possible[0])
        for element in self.root.iter("h2", "h3", "div", "span", "p"):
            named = "headline" in (element.get("itemprop") or "")
            if len(element) > 3 or not (named or element.text) or fold(visible_text(element)) not in stated:
                continue
            if not any(is_furniture(each) for each in element.iterancestors("nav", "header", "footer", "aside", "a")):
                return element
        return None

    def _title(self, headline: _Element | None) -> str:
        shown = without_site_name(visible_text(headline)) if headline is not None else ""
        stated = self._stated_titles()
        picks = stated[:]
        if shown:
            picks.insert(1 if stated and stated[0].layer == "tawsiyat" else 0, Pick(shown, "dom"))
        pick = best_of(picks)
        if pick is None:
            raise MissingHeadlineError(self.url, "no headline, neither in the metadata nor in an h1")
        for each in (pick, *stated):
            if _ERROR_TITLE.match(each.value) and self._published_by_metadata() is None:
                raise NotAnArticleError(self.url, f"an error page: {each.value[:100]!r}")
        self.provenance["title"] = pick.layer
        return pick.value

    # -- body ---------------------------------------------------------------------------------------------------

    def _known_bodies(self) -> list[_Element]:
        """Return the elements of the known body class that hold text: no teasers, no copies, none inside another."""
        bodies: list[_Element] = []
        texts: dict[str, _Element] = {}
        candidates = self.outline.with_class(BODY)
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
            if not text and self.kind in WORDLESS and element.find(".//*[@src]") is not None:
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
        return [body for body in bodies if body is main or not _stands_in_furniture(body, main)]

    def _body(
        self, known_bodies: Sequence[_Element], headline: _Element | None, title: str
    ) -> tuple[Body, Sequence[_Element], Byline, list[Image]]:
        if known_bodies:
            known_bodies = self._of_first_article(known_bodies)
            byline, pictures = self._surroundings(headline, known_bodies[0], title)
            self._read_byline_inside(known_bodies[0], byline)
            parts = list(self._with_what_stands_between(known_bodies))
            others = tuple(part for part in parts if part not in known_bodies)
            stream = [
                block
                for part in parts
                if part not in others or not is_furniture(part)
                for block in blocks([part], whole=known_bodies)
            ]
            body = read_body(stream, parts, replace(self._page(title, byline), between=others))
            if self.kind in WORDLESS:
                self._exhibit(headline, known_bodies, body, pictures)
            if body.paragraphs or self.exhibits:
                self.provenance["body"] = "dom"
                return body, known_bodies, byline, pictures
        known = {fold(title), *(fold(pick.value) for pick in self._stated_titles()), *self._alternative_texts()}
        standfirsts = {fold(layer.summary) for layer in self.metadata.layers if layer.summary}
        if self.kind in WORDLESS:
            return self._wordless(headline, title, known, standfirsts)
        found = find_body(self.root, headline, known, standfirsts, self.url)
        if found is not None:
            stream, holder = found
            first = next(block.element for block in stream if isinstance(block, Line))
            byline, pictures = self._surroundings(headline, first, title)
            body = read_body(stream, [holder], Surroundings(url=self.base, title=title, families=self.families))
            if body.paragraphs:
                self.provenance["body"] = "fallback"
                self._require_evidence(body, byline)
                pictures = [picture for picture in pictures if picture not in body.images]
                return body, [holder], byline, pictures
        paragraphs = extract_by_trafilatura(self.root, headline, known | standfirsts) if headline is not None else []
        if sum(map(len, paragraphs)) < 200:
            raise MissingBodyError(self.url, "no body: neither the known markup nor a run of sentences")
        self.provenance["body"] = "fallback"
        byline, pictures = self._surroundings(headline, None, title)
        return Body(paragraphs=paragraphs), [], byline, pictures

    def _wordless(
        self, headline: _Element | None, title: str, known: set[str], standfirsts: set[str]
    ) -> tuple[Body, Sequence[_Element], Byline, list[Image]]:
        """Return the body of a film or a gallery in markup that is not known: the text beside it, if there is any."""
        self._exhibit(headline, [], Body(), [])
        known = known | self.exhibits.captions
        found = find_body(self.root, headline, known, standfirsts, self.url)
        body, holders = Body(), list[_Element]()
        first = None
        if found is not None:
            stream, holder = found
            first = next(block.element for block in stream if isinstance(block, Line))
            body, holders = (
                read_body(stream, [holder], Surroundings(url=self.base, title=title, families=self.families)),
                [holder],
            )
            body.paragraphs = [text for text in body.paragraphs if fold(text) not in known]
        byline, pictures = self._surroundings(headline, first, title)
        if not self.exhibits and not body.paragraphs:
            raise MissingBodyError(self.url, f"a page of kind {self.kind} with neither text, film nor picture")
        if body.paragraphs:
            self.provenance["body"] = "fallback"
        self._exhibit(headline, holders, body, pictures)
        return body, holders, byline, []

    def _exhibit(
        self, headline: _Element | None, bodies: Sequence[_Element], body: Body, pictures: list[Image]
    ) -> None:
        """Read the films and pictures of the page; what stands under a picture is no paragraph then."""
        self.exhibits = read_exhibits(
            self.root, headline, self.base, bodies, families=self.families, with_films=self.kind in PLAYED
        )
        if self.kind in PLAYED and not self.exhibits.films and not body.videos:
            self._film_beside_page()
        captions = self.exhibits.captions
        body.paragraphs = [text for text in body.paragraphs if fold(text) not in captions]
        body.subheads = [text for text in body.subheads if fold(text) not in captions]
        seen = [_without_query(image.url) for image in self.exhibits.pictures]
        for image in (*pictures, *body.images):
            if _without_query(image.url) not in seen:
                seen.append(_without_query(image.url))
                self.exhibits.pictures.append(image)
        body.images = self.exhibits.pictures
        pictures.clear()

    def _film_beside_page(self) -> None:
        """Take the film from the metadata or a player's settings, where the page itself shows none."""
        stated = self._stated("videos", lambda layer: layer.videos)
        found = next((address for each in stated or () if (address := absolute(self.base, each))), None)
        if found is None and (found := absolute(self.base, film_in_scripts(self.root) or "")):
            self.provenance["videos"] = "fallback"
        if found:
            self.exhibits.films.append(found)

    def _require_evidence(self, body: Body, byline: Byline) -> None:
        """Raise `NotAnArticleError` when a body that was searched for is one sentence, and nothing calls it a story."""
        stated = any(layer.post_id or layer.published for layer in self.metadata.layers)
        stated = stated or bool(byline.authors and byline.published)
        if len(body.paragraphs) - len(body.subheads) < 2 and not stated:
            raise NotAnArticleError(
                self.url, "one paragraph in markup that is not known, and no metadata of an article"
            )

    def _of_first_article(self, bodies: Sequence[_Element]) -> list[_Element]:
        """Return the parts of a body up to where another article begins, as on pages that load the next one below."""
        first = bodies[:1]
        story = next(bodies[0].iterancestors("article"), None)
        for part, following in pairwise(bodies):
            if next(following.iterancestors("article"), None) is not story:
                break
            lines = self._lines(list(between(part, following)))
            headed = any(line.tag == "h1" or fold(line.text.rstrip(" :")) in END_LABELS for line in lines)
            if headed or is_byline_list(lines):
                self.next_article = following
                break
            first = [*first, following]
        return list(first)

    def _with_what_stands_between(self, bodies: Sequence[_Element]) -> Iterator[_Element]:
        """Yield the parts of a body and the elements between them: pictures, posts, boxes of related stories."""
        yield bodies[0]
        for part, following in pairwise(bodies):
            yield from between(part, following)
            yield following

    def _read_byline_inside(self, body: _Element, byline: Byline) -> None:
        """Add what a byline list says that stands at the top of the body itself."""
        if byline.authors and byline.published:
            return
        lines: list[Line] = []
        for line in self._lines([body]):
            if not is_byline(line.text) and not is_summary(line.element):
                break
            lines.append(line)
        if lines:
            inside = read_byline(lines, self.downloaded)
            byline.authors = byline.authors or inside.authors
            byline.source = byline.source or inside.source
            byline.published = byline.published or inside.published
            byline.shares = byline.shares or inside.shares
            byline.reading_minutes = byline.reading_minutes or inside.reading_minutes
            if inside.standfirst_is_named and not byline.standfirst_is_named:
                byline.standfirst, byline.standfirst_is_named = inside.standfirst, True

    def _page(self, title: str, byline: Byline) -> Surroundings:
        """Return what a body may begin with but does not hold."""
        summary = None
        if not byline.standfirst_is_named:
            stated = [layer.summary for layer in self.metadata.layers if layer.summary]
            shown = fold(byline.standfirst or "")
            # Shown elsewhere, it is no part of the body; a paragraph of the same words then is the body's own.
            summary = next((text for text in stated if fold(text) != shown), None)
            if shown and any(fold(text) == shown for text in stated):
                summary = None
        return Surroundings(url=self.base, title=title, standfirst=summary, families=self.families)

    def _surroundings(self, headline: _Element | None, body: _Element | None, title: str) -> tuple[Byline, list[Image]]:
        """Return what stands between headline and body, and the pictures there."""
        if headline is not None:
            elements = list(between(headline, body, most=200 if body is not None else 20))
        elif body is not None:
            elements = list(body.itersiblings(preceding=True))[::-1]
        else:
            elements = []
        elements = [element for element in elements if isinstance(element.tag, str)]
        pictures: list[Image] = []
        texts = [title]
        for element in elements:
            if element.tag in ("nav", "aside") or is_hidden(element):
                continue
            figures = [element] if element.tag in ("figure", "img") else list(element.iter("figure", "img"))
            for figure in figures:
                if figure.tag == "img" and any(each.tag == "figure" for each in figure.iterancestors()):
                    continue
                if any(
                    article_address(absolute(self.base, link.get("href") or "") or "", self.families)
                    for link in figure.iterancestors("a")
                ):
                    continue
                pictures += (image for image in read_images(figure, self.base) if image not in pictures)
                texts += (picture.get("alt") or "" for picture in figure.iter("img"))
                texts += (visible_text(caption) for caption in figure.iter("figcaption"))
        captions = [*texts, *(image.caption for image in pictures if image.caption)]
        captions += [f"{image.caption or ''} ({image.credit})" for image in pictures if image.credit]
        lines = self._lines(elements)
        byline = read_byline(lines, self.downloaded, captions)
        read = (byline.published, byline.authors, byline.source, byline.reading_minutes)
        if headline is not None and not all(read):
            # Some templates set the list above the headline.
            above = read_byline(self._lines(self._above(headline)), self.downloaded, captions)
            byline.published = byline.published or above.published
            byline.authors = byline.authors or above.authors
            byline.source = byline.source or above.source
            byline.shares = byline.shares or above.shares
            byline.reading_minutes = byline.reading_minutes or above.reading_minutes
        return byline, pictures

    def _lines(self, elements: Sequence[_Element]) -> list[Line]:
        return [block for block in blocks(elements, with_furniture=True) if isinstance(block, Line)]

    def _above(self, headline: _Element) -> list[_Element]:
        """Return the small elements that stand right before the headline in its own box."""
        found: list[_Element] = []
        box: _Element | None = headline
        for _ in range(2):
            if box is None or box.tag == "body":
                break
            for sibling in box.itersiblings(preceding=True):
                if not isinstance(sibling.tag, str):
                    continue
                if sibling.tag in ("nav", "header", "aside") or len(visible_text(sibling)) > 300:
                    return found[::-1]
                found.append(sibling)
            box = box.getparent()
        return found[::-1]

    def _alternative_texts(self) -> set[str]:
        texts: set[str] = set()
        for picture in self.root.iter("img"):
            if alternative := squeeze(picture.get("alt") or ""):
                texts |= {fold(alternative), fold(split_credit(alternative)[0] or "")}
        return texts - {""}

    # -- single fields ------------------------------------------------------------------------------------------

    def _stated(self, field: str, read: Callable[[Layer], T | None]) -> T | None:
        """Return a field from the first layer of the metadata that has it."""
        for layer in self.metadata.layers:
            if value := read(layer):
                self.provenance[field] = layer.name
                return value
        return None

    def _shown(self, field: str, value: T | None) -> T | None:
        if value:
            self.provenance[field] = "dom"
        return value

    def _id(self) -> str:
        for layer in self.metadata.layers:
            if layer.post_id and _POST_ID.match(layer.post_id) and layer.post_id.strip("0"):
                self.provenance["id"] = layer.name
                return layer.post_id
        return self.address.post_id or path_of(self.url)

    def _language(self, stated: str | None, edition: str) -> str:
        match = re.match(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{2}))?$", stated or "")
        if match is None:
            return EDITIONS[edition].language
        return match[1].lower() if match[2] is None else f"{match[1].lower()}-{match[2].upper()}"

    def _summary(self, byline: Byline) -> str | None:
        picks = [Pick(layer.summary, layer.name) for layer in self.metadata.layers if layer.summary]
        if byline.standfirst and (byline.standfirst_is_named or not picks):
            picks.insert(1 if picks and picks[0].layer == "tawsiyat" else 0, Pick(byline.standfirst, "dom"))
        elif byline.standfirst:
            picks.append(Pick(byline.standfirst, "dom"))
        pick = best_of(picks)
        if pick is None:
            return None
        self.provenance["summary"] = pick.layer
        return pick.value

    def _authors(self, byline: Byline) -> tuple[str, ...]:
        stated: list[tuple[str, tuple[str, ...]]] = []
        for layer in self.metadata.layers:
            if layer.authors:
                stated.append((layer.name, _names(layer)))
        if byline.authors:
            stated.insert(1 if stated and stated[0][0] == "tawsiyat" else 0, ("dom", byline.authors))
        keys = [{fold(name) for name in names} for _, names in stated]
        for number, (name, names) in enumerate(stated):
            if keys.count(keys[number]) > 1 or len(stated) == 1:
                self.provenance["authors"] = name
                return names
        if stated:
            self.provenance["authors"] = stated[0][0]
            return stated[0][1]
        return ()

    def _published_by_metadata(self) -> tuple[datetime, str, str] | None:
        for layer in (self.metadata.tawsiyat, self.metadata.meta, self.metadata.json_ld):
            if layer.published and self._is_past(layer.published[0]):
                return *layer.published, layer.name
        return None

    def _times(self, byline: Byline) -> tuple[tuple[str, str] | None, str | None]:
        published = None
        if (found := self._published_by_metadata()) is not None:
            published = (stamp(found[0]), found[1])
            self.provenance["date_published"] = found[2]
        elif byline.published and self._is_past(byline.published[0]):
            published = (stamp(byline.published[0]), byline.published[1])
            self.provenance["date_published"] = "dom"
        for layer in (self.metadata.tawsiyat, self.metadata.meta, self.metadata.json_ld):
            if layer.modified and self._is_past(layer.modified[0]):
                self.provenance["date_modified"] = layer.name
                return published, stamp(layer.modified[0])
        return published, None

    def _is_past(self, moment: datetime) -> bool:
        """Tell whether a time is not after the download; a server's clock may run ahead by a day's error in zones."""
        return self.downloaded is None or moment <= self.downloaded + timedelta(days=1)

    def _images(self, pictures: Sequence[Image], body: Body, title: str) -> tuple[Image, ...]:
        images: dict[str, Image] = {}
        for image in (*pictures, *body.images):
            if image.caption and fold(image.caption) == fold(title):
                image = Image(url=image.url, caption=None, credit=image.credit)
            images.setdefault(_without_query(image.url), image)
        if images:
            self.provenance["images"] = "dom"
            return tuple(images.values())
        for layer in self.metadata.layers:
            found = absolute(self.base, layer.thumbnail or "")
            if found and not _DEFAULT_PICTURE.search(_without_query(found)):
                self.provenance["images"] = layer.name
                return (Image(url=found),)
        return ()

    def _videos(self, body: Body) -> tuple[Video, ...]:
        seconds = next((layer.video_seconds for layer in self.metadata.layers if layer.video_seconds), None)
        addresses = dict.fromkeys([*self.exhibits.films, *(video.url for video in body.videos)])
        if addresses:
            self.provenance.setdefault("videos", "dom")
        return tuple(
            Video(url=address, duration_seconds=None if number else seconds) for number, address in enumerate(addresses)
        )

    def _tags(self, roots: Sequence[_Element]) -> tuple[str, ...]:
        """Return the tags: the first run of links to tags after the body, else links that the keywords name."""
        links = self._links_after(roots)
        inside = [link for root in roots for link in root.iter("a") if self._stands_among_tags(link, root)]
        tags: list[str] = []
        for link in [*inside, *links]:
            text = squeeze(visible_text(link).lstrip("#"))
            if not text:
                continue
            href = link.get("href") or ""
            if _TAG_LINK.search(href) or (link.get("rel") or "") == "tag" or _in_tag_box(link):
                tags.append(text)
                if tag_address := absolute(self.base, href):
                    self.tag_addresses.setdefault(text, tag_address)
            elif tags:
                break
        if not tags:
            tags = self._links_named_by_keywords(links)
        if tags:
            self.provenance["tags"] = "dom"
        return unique(tags)

    def _links_after(self, roots: Sequence[_Element]) -> list[_Element]:
        """Return the links after the body that stand in no menu, footer or side column."""
        found = self.outline.links_and_headlines(after=roots[-1] if roots else None)
        if not roots:
            # Behind no body, no headline is another article's.
            found = [element for element in found if element.tag == "a"]
        above = set(_LINKS_BEFORE(self.next_article)) if self.next_article is not None else None
        links: list[_Element] = []
        for element in found:
            tag = element.tag
            if tag == "h1":
                if visible_text(element):
                    break
                continue
            if tag != "a":
                continue
            if above is not None and element not in above:
                break
            if next(element.iterancestors("nav", "header", "footer", "aside"), None) is None:
                links.append(element)
        return links

    def _stands_among_tags(self, link: _Element, root: _Element) -> bool:
        """Tell whether a link inside the body is a tag and no word of a sentence."""
        if not _TAG_LINK.search(link.get("href") or "") and (link.get("rel") or "") != "tag":
            return False
        box = link.getparent()
        while box is not None and box is not root and str(box.tag) in ("span", "b", "strong", "em", "i"):
            box = box.getparent()
        if box is None or box is root:
            return False
        texts = [visible_text(each) for each in box.iter("a") if _TAG_LINK.search(each.get("href") or "")]
        return len("".join(texts)) > 0.7 * len(visible_text(box))

    def _links_named_by_keywords(self, links: Sequence[_Element]) -> list[str]:
        keywords = {fold(word) for layer in self.metadata.layers for word in layer.keywords}
        tags: list[str] = []
        for link in links if keywords else ():
            text = visible_text(link)
            if text and fold(text) in keywords:
                tags.append(text)
            elif tags:
                break
        return tags


def _stands_in_furniture(element: _Element, main: _Element | None) -> bool:
    """Tell whether an element stands in a side column, an author's box or comments, apart from the main body."""
    return any(
        is_furniture(ancestor) and all(each is not main for each in ancestor.iter(str(element.tag)))
        for ancestor in element.iterancestors()
    )


def _is_plain_body(element: _Element) -> bool:
    """Tell whether an element of the known class is surely a body: shown, in no furniture, a sentence in it."""
    return not any(
        is_hidden(each) if each is element else each.tag in ("aside", "footer", "nav") or is_furniture(each)
        for each in (element, *element.iterancestors())
    ) and any(_is_sentence(each) for each in element.iter("p"))


def _is_sentence(paragraph: _Element) -> bool:
    return next(paragraph.iter("a"), None) is None and visible_text(paragraph).endswith((".", "!", "?", "؟", "”", '"'))


def without_site_name(title: str) -> str:
    """Return a title without the name of the site that templates put behind it.

    >>> without_site_name("A headline | Al Mayadeen English")
    'A headline'
    """
    return _SITE_SUFFIX.sub("", squeeze(title))


def best_of(picks: Sequence[Pick]) -> Pick | None:
    """Return the first pick that another layer supports, else the first; of a text and its cut form, the whole one.

    Two layers agree when they hold the same letters, or when one is the other cut short.

    >>> cut, whole = "A long headline that goes…", "A long headline that goes on"
    >>> best_of([Pick("Something else", "tawsiyat"), Pick(cut, "json-ld"), Pick(whole, "dom")])
    Pick(value='A long headline that goes on', layer='dom')
    """
    keys = [fold(pick.value) for pick in picks]
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


def _names(layer: Layer) -> tuple[str, ...]:
    """Return the authors of a layer: listed ones as they stand, others parted where a string names several."""
    if layer.authors_are_listed:
        return unique(without_label(name) for name in layer.authors)
    return unique(name for text in layer.authors for name in split_authors(text))


def _in_tag_box(link: _Element) -> bool:
    for element in nearest(link, above=3)[1:]:
        label = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if _TAG_BOX.search(label):
            return True
    return False


def _without_query(url: str) -> str:
    return url.partition("?")[0].partition("://")[2]
