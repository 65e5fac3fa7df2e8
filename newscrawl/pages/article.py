"""One article page in, one `Article` out: kind, headline, body and single fields, as the other readers return them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from lxml.etree import _Element

from newscrawl.almayadeen.addresses import NEVER_ARTICLES, ArticleUrl, article_url, other_page
from newscrawl.almayadeen.editions import EDITIONS, edition_of
from newscrawl.almayadeen.kinds import KINDS_WITH_PLAYER, KINDS_WITHOUT_TEXT, LIVE, OTHER_PAGE_TYPES, stated_kind
from newscrawl.almayadeen.labels import ERROR_TITLE
from newscrawl.almayadeen.markup import DEFAULT_PICTURE
from newscrawl.dates import format_utc
from newscrawl.errors import MissingBodyError, MissingHeadlineError, NotAnArticleError, OtherPageError
from newscrawl.items import Article, Image, Video
from newscrawl.pages.body import Body, BodyContext, Paragraph, read_body
from newscrawl.pages.body_html import body_html
from newscrawl.pages.body_search import Region, find_body
from newscrawl.pages.boxes import has_text_below, keys_of, without_furniture
from newscrawl.pages.byline import Byline
from newscrawl.pages.extractor import extractor
from newscrawl.pages.header import read_byline_inside, read_header
from newscrawl.pages.headline import Pick, headline_element, pick_title, stated_titles, without_site_name
from newscrawl.pages.inner_text import visible_text
from newscrawl.pages.layer_choice import (
    ChosenTime,
    choose_authors,
    choose_id,
    choose_language,
    choose_modified,
    choose_published,
    choose_summary,
)
from newscrawl.pages.lines import Block, Line
from newscrawl.pages.media import PageMedia, read_page_media, video_in_scripts
from newscrawl.pages.metadata import Layer, read_metadata
from newscrawl.pages.page import Page, PageBody
from newscrawl.pages.related import LinkedArticles
from newscrawl.pages.runs import Run
from newscrawl.pages.second_opinion import extract_by_trafilatura
from newscrawl.pages.stated_body import StatedBody
from newscrawl.pages.tags import read_tags
from newscrawl.pages.tree import lies_in
from newscrawl.text import PARAGRAPH_BREAK, comparison_key, content_hash, word_count
from newscrawl.urls import Site, absolute, canonical, path_of

T = TypeVar("T")


class ParsedArticle(NamedTuple):
    """An article and where its tags lead."""

    article: Article
    tag_urls: dict[str, str]
    """Tag → absolute URL of its page."""
    own_url: str | None
    """Canonical URL that the page states as its own, if that is an article's of this site."""


def parse_article(
    body: PageBody,
    url: str,
    *,
    downloaded: datetime | None = None,
    charset: str | None = None,
    found_on: str | None = None,
    edition: str | None = None,
    site: Site | None = None,
) -> Article:
    """Return the article that a page shows.

    `body` is the response's bytes, its text, or a parsed page. `url` is its absolute URL. `charset` is what its header
    declares. `downloaded` is when it was fetched, with a zone; dates that are shown without a year or as "Today" need
    it, and without it they are null. `edition` is taken from the host, else from the page's language. `site` is the
    site that is crawled; it has the paths below which its menu shows articles.

    A video, an episode, a podcast, a gallery or an infograph may have no text; all other articles have text. Raises
    `MissingHeadlineError`, `MissingBodyError`, `OtherPageError` or `NotAnArticleError` (the base of the other three)
    for a page that is not an article, and `ValueError` for an invalid URL. Each paragraph is on one line.
    `pipelines/clean.py` cleans the text later.
    """
    page = Page(body, url, charset=charset, site=site)
    return read_article(page, downloaded=downloaded, found_on=found_on, edition=edition).article


def read_article(
    page: Page, *, downloaded: datetime | None = None, found_on: str | None = None, edition: str | None = None
) -> ParsedArticle:
    """Return the article that a page shows and its tags' URLs; arguments and errors are those of `parse_article`."""
    reader = _ArticleReader(page, canonical(page.url), downloaded)
    return ParsedArticle(reader.read(found_on, edition), reader.tag_urls, reader.own_url())


class _ArticleReader:
    """Reads one page: has what the readers share, and records which layer each field came from."""

    def __init__(self, page: Page, url: str, downloaded: datetime | None) -> None:
        self.page = page
        self.url = url
        self.downloaded = downloaded
        self.metadata = read_metadata(page)
        self.titles = stated_titles(self.metadata)
        self.shape = article_url(url, page.site) or ArticleUrl(kind="article")
        self.provenance: dict[str, str] = {}
        self.tag_urls: dict[str, str] = {}
        self.kind = self._kind()
        self.stream: Sequence[Block] = ()
        """The blocks of the page among which the article is."""
        self.media = PageMedia()
        """Videos and pictures, for kinds that may have no text."""

    def own_url(self) -> str | None:
        """Return the URL that the page states as its own, if it is an article's of this site."""
        links = self.page.head_elements["link"]
        canonicals = [link.get("href") for link in links if "canonical" in (link.get("rel") or "").lower().split()]
        for stated in (*(layer.url for layer in self.metadata.layers), *canonicals[:1]):
            url = absolute(self.page.base, stated) if stated else None
            own = self.page.site.own(url) if url and self.page.site else None
            if own is not None and article_url(own, self.page.site):
                return canonical(own)
        return None

    def read(self, found_on: str | None, edition: str | None) -> Article:
        self._require_article()
        headline = headline_element(self.page, self.titles, next(iter(self.page.known_bodies), None))
        title = self._title(headline)
        body, region, byline, pictures = self._body(headline, title)
        language = next((layer.language for layer in self.metadata.layers if layer.language), None)
        edition = edition or edition_of(self.url, language)
        summary = self._picked("summary", choose_summary(self.metadata, byline))
        published = self._time("date_published", choose_published(self.metadata, byline, self.downloaded))
        modified = self._time("date_modified", choose_modified(self.metadata, byline, self.downloaded))
        text = PARAGRAPH_BREAK.join(body.texts)
        tags, self.tag_urls = read_tags(self.page, self.metadata, region, self.stream)
        return Article(
            extractor=extractor(),
            id=self._picked("id", choose_id(self.metadata)) or self.shape.post_id or path_of(self.url),
            url=self.url,
            edition=edition,
            language=choose_language(language, EDITIONS[edition].language),
            kind=self.kind,
            section=self.shape.section or self._stated("section", lambda layer: layer.section),
            country=self._stated("country", lambda layer: layer.country),
            coverage=self._stated("coverage", lambda layer: layer.coverage),
            title=title,
            summary=summary,
            authors=self._authors(byline),
            source=self._shown("source", byline.source),
            date_published=published.utc if published else None,
            date_modified=modified.utc if modified else None,
            date_raw=published.raw if published else None,
            body=text,
            body_html=self._html(body, region),
            subheads=tuple(body.subheads),
            images=self._images(pictures, body, title),
            videos=self._videos(body),
            embeds=tuple(embed for embed in body.embeds if embed not in self.media.videos),
            links=tuple(body.links),
            related=tuple(body.related),
            tags=self._shown("tags", tags) or (),
            keywords=self._stated("keywords", lambda layer: layer.keywords) or (),
            reading_minutes=self._shown("reading_minutes", byline.reading_minutes),
            word_count=word_count(text),
            shares=self._shown("shares", byline.shares) or 0,
            content_hash=content_hash(title, summary, text),
            found_on=found_on,
            provenance=dict(sorted(self.provenance.items())),
            date_downloaded=format_utc(self.downloaded) if self.downloaded else None,
        )

    # -- kind and headline --------------------------------------------------------------------------------------

    def _kind(self) -> str:
        """Return the kind of the article, from the most certain source.

        A URL that names a kind goes first, then the kind that the page states, then the label of the site's menu.
        """
        layers = self.metadata.layers
        stated = [(layer, stated_kind(name)) for layer in layers for name in (layer.posttype, layer.page_type)]
        known = article_url(self.url)
        is_certain = known is not None and known.kind not in ("news", "article")
        for layer, kind in stated:
            # `og:type` is often a template default ("video.other"), so it is not trusted for the kind.
            if kind and layer.name != "meta" and (kind == LIVE or not is_certain):
                self.provenance["kind"] = layer.name
                return kind
        return known.kind if known is not None and is_certain else self.shape.kind

    def _require_article(self) -> None:
        """Raise `OtherPageError` for a page whose metadata or URL says that it is not an article."""
        if self.kind == LIVE:
            raise OtherPageError(self.url, "a live page, which is still being written", LIVE)
        other = other_page(self.url)
        for layer in self.metadata.layers:
            if kind := OTHER_PAGE_TYPES.get((layer.page_type or "").lower()):
                raise OtherPageError(self.url, f"it calls itself {layer.page_type!r}", other or kind)
        if other and (other in NEVER_ARTICLES or not self._has_published_time()):
            raise OtherPageError(self.url, "its URL is not an article's", other)

    def _title(self, headline: _Element | None) -> str:
        pick = pick_title(without_site_name(visible_text(headline)) if headline is not None else "", self.titles)
        if pick is None:
            raise MissingHeadlineError(self.url, "no headline in the metadata or in an h1")
        for each in (pick, *self.titles):
            if ERROR_TITLE.match(each.value) and not self._has_published_time():
                raise NotAnArticleError(self.url, f"an error page: {each.value[:100]!r}")
        self.provenance["title"] = pick.layer
        return pick.value

    # -- body ---------------------------------------------------------------------------------------------------

    def _body(self, headline: _Element | None, title: str) -> tuple[Body, Region | None, Byline, list[Image]]:
        """Return the body, the region that it is in, the byline and the pictures above the body."""
        has_media = self.kind in KINDS_WITHOUT_TEXT
        headline = self._read_stream(headline)
        shown = without_furniture(self.stream, headline)
        known = keys_of((title, *(pick.value for pick in self.titles)))
        standfirsts = keys_of(layer.summary for layer in self.metadata.layers)
        authors = keys_of(name for layer in self.metadata.layers for name in layer.authors)
        stated = next((layer for layer in self.metadata.layers if layer.article_body), None)
        stated_body = StatedBody(stated.article_body if stated is not None else ())
        if has_media:
            # The captions of a gallery may be longer than its text.
            media = read_page_media(self.page, shown, headline, self.page.known_bodies, with_videos=False)
            known |= media.captions
        region = find_body(self.page, shown, headline, known, standfirsts, authors, stated_body)
        if has_media and region is not None and not region.known and region.has_only(standfirsts):
            # An article that may have no text. Its standfirst is right beside the headline, not in a box of its own.
            region = None if headline is not None and lies_in(headline, region.holder) else region
        first = next((block.element for block in region.blocks if isinstance(block, Line)), None) if region else None
        byline, pictures = read_header(self.page, headline, first, title, self.downloaded)
        body = Body()
        if region is not None:
            if region.known and first is not None:
                read_byline_inside(region.holder, byline, self.downloaded)
            names = frozenset(authors | keys_of(byline.authors))
            context = BodyContext(base=self.page.base, site=self.page.site, title=title, authors=names)
            body = read_body(region, self.stream, context)
        if stated is not None and stated_body.goes_beyond(body.texts, is_known=region is not None and region.known):
            # The page shows less: a script adds the text, or readers pay for it.
            body.paragraphs = [Paragraph(text, None, (Run(text),)) for text in stated_body.paragraphs]
            self.provenance["body"] = stated.name
        if has_media:
            pictures = self._read_media(shown, headline, region, body, pictures)
        if body.paragraphs:
            shown_as = "dom" if region is not None and region.known else "fallback"
            if self.provenance.setdefault("body", shown_as) == "fallback" and not has_media:
                self._require_evidence(body, byline)
            return body, region, byline, [picture for picture in pictures if picture not in body.images]
        if has_media:
            if not self.media:
                raise MissingBodyError(self.url, f"a page of kind {self.kind} without text, video or picture")
            return body, None, byline, pictures
        return self._second_opinion(headline, known | standfirsts), None, byline, pictures

    def _read_stream(self, headline: _Element | None) -> _Element | None:
        """Read the blocks among which the article is, and return the headline if the article is below it."""
        if headline is None or self.kind in KINDS_WITHOUT_TEXT:
            self.stream = self.page.stream
            return headline
        # What is above the headline of nearly every article is a menu, which need not be read.
        self.stream = self.page.stream_from(headline)
        if has_text_below(self.stream, headline, few=0):
            return headline
        self.stream = self.page.stream
        # Some templates have an `h1` only at the end of the page.
        return headline if has_text_below(self.stream, headline) else None

    def _second_opinion(self, headline: _Element | None, known: set[str]) -> Body:
        """Return the body that trafilatura finds on a page without a body of its own; raises `MissingBodyError`."""
        texts = extract_by_trafilatura(self.page, headline, known) if headline is not None else []
        if sum(map(len, texts)) < 200:
            raise MissingBodyError(self.url, "no body: no known markup and no run of sentences")
        self.provenance["body"] = "fallback"
        return Body(paragraphs=[Paragraph(text, None, (Run(text),)) for text in texts])

    def _read_media(
        self,
        shown: Sequence[Block],
        headline: _Element | None,
        region: Region | None,
        body: Body,
        pictures: Sequence[Image],
    ) -> list[Image]:
        """Read the videos and pictures of the page into `media` and `body`, and remove captions from the body.

        Returns an empty list in place of `pictures`, because those are in `media` now.
        """
        with_videos = self.kind in KINDS_WITH_PLAYER
        bodies = [region.holder] if region is not None else []
        self.media = read_page_media(self.page, shown, headline, bodies, with_videos=with_videos)
        if with_videos and not self.media.videos and not body.videos:
            self._video_beside_page()
        captions = self.media.captions
        body.paragraphs = [each for each in body.paragraphs if comparison_key(each.text) not in captions]
        seen = [_without_query(image.url) for image in self.media.pictures]
        for image in (*pictures, *body.images):
            if _without_query(image.url) not in seen:
                seen.append(_without_query(image.url))
                self.media.pictures.append(image)
        body.images = self.media.pictures
        return []

    def _video_beside_page(self) -> None:
        """Take the video from the metadata, else from a player's settings in a script."""
        stated = self._stated("videos", lambda layer: layer.videos)
        found = next((url for each in stated or () if (url := absolute(self.page.base, each))), None)
        if found is None and (found := absolute(self.page.base, video_in_scripts(self.page) or "")):
            self.provenance["videos"] = "fallback"
        if found:
            self.media.videos.append(found)

    def _require_evidence(self, body: Body, byline: Byline) -> None:
        """Raise `NotAnArticleError` for a body of one paragraph when nothing else says that the page is an article."""
        stated = any(layer.post_id or layer.published for layer in self.metadata.layers)
        stated = stated or bool(byline.authors and byline.published)
        if len(body.paragraphs) - len(body.subheads) < 2 and not stated:
            raise NotAnArticleError(self.url, "one paragraph in unknown markup, and no metadata of an article")

    def _html(self, body: Body, region: Region | None) -> str:
        urls = LinkedArticles(self.page.base, self.page.site)
        return body_html(body.paragraphs, urls, None if region is None else region.holder)

    # -- single fields ------------------------------------------------------------------------------------------

    def _stated(self, field: str, read: Callable[[Layer], T | None]) -> T | None:
        """Return a field from the most trusted layer of the metadata that has it."""
        for layer in self.metadata.layers:
            if value := read(layer):
                self.provenance[field] = layer.name
                return value
        return None

    def _shown(self, field: str, value: T | None) -> T | None:
        if value:
            self.provenance[field] = "dom"
        return value

    def _picked(self, field: str, pick: Pick | None) -> str | None:
        if pick is None:
            return None
        self.provenance[field] = pick.layer
        return pick.value

    def _time(self, field: str, time: ChosenTime | None) -> ChosenTime | None:
        if time is not None:
            self.provenance[field] = time.layer
        return time

    def _authors(self, byline: Byline) -> tuple[str, ...]:
        chosen = choose_authors(self.metadata, byline)
        if chosen is None:
            return ()
        self.provenance["authors"] = chosen[1]
        return chosen[0]

    def _has_published_time(self) -> bool:
        return choose_published(self.metadata, None, self.downloaded) is not None

    def _images(self, pictures: Sequence[Image], body: Body, title: str) -> tuple[Image, ...]:
        images: dict[str, Image] = {}
        for image in (*pictures, *body.images):
            if image.caption and comparison_key(image.caption) == comparison_key(title):
                image = Image(url=image.url, caption=None, credit=image.credit)
            images.setdefault(_without_query(image.url), image)
        if images:
            self.provenance["images"] = "dom"
            return tuple(images.values())
        for layer in self.metadata.layers:
            found = absolute(self.page.base, layer.thumbnail or "")
            if found and not DEFAULT_PICTURE.search(_without_query(found)):
                self.provenance["images"] = layer.name
                return (Image(url=found),)
        return ()

    def _videos(self, body: Body) -> tuple[Video, ...]:
        seconds = next((layer.video_seconds for layer in self.metadata.layers if layer.video_seconds), None)
        urls = dict.fromkeys([*self.media.videos, *(video.url for video in body.videos)])
        if urls:
            self.provenance.setdefault("videos", "dom")
        return tuple(Video(url=url, duration_seconds=None if number else seconds) for number, url in enumerate(urls))


def _without_query(url: str) -> str:
    return url.partition("?")[0].partition("://")[2]
