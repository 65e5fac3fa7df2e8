"""Whose a page is: the id that it states is evidence, with which the URL or the text has to agree."""

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from newscrawl.almayadeen.addresses import article_url
from newscrawl.archive.crawl_state import crawl_state
from newscrawl.archive.indexing import content_key, url_key
from newscrawl.archive.ledger import Entry, Ledger
from newscrawl.archive.near_duplicates import signature, similarity
from newscrawl.items import Article, FetchedArticle
from newscrawl.pipelines.pipeline import Pipeline
from newscrawl.text import comparison_key
from newscrawl.urls import path_of

logger = logging.getLogger(__name__)

CLAIMED_ID = "claimed_id"
"""Name of an id that a page states and that is another article's."""
CLAIMED_URL = "claimed_url"
"""Name of a URL that a page states as its own, and that is another article's."""
OTHER_ARTICLE = "other_article"
"""Name of an article whose page is another article's."""
SAME_TEXT = 0.5
"""The share of three-word shingles in common from which on two texts are versions of one article."""
NEARLY_ALL = 0.9
"""The share from which on they are, under another title, if both came from one URL."""


class Known(NamedTuple):
    """What is known of an article that this run or an earlier one has read."""

    id: str
    path: str
    sketch: bytes | None
    """The signature of its text; None for a short one."""
    has_title: bool
    """Whether it has the title of the article that it is compared with."""
    has_content: bool
    """Whether it has the content of that article."""


class IdentifyPipeline(Pipeline):
    """Gives an article the id under which it is archived, and counts the ids that are claimed.

    The id that a page states holds if nothing else has it, or if what has it agrees: by its URL, by a redirect from
    there, by an id in both URLs, or by title and nearly the same text. An id that is another article's is not used; the
    page is kept under the id that its URL has in the archive, else under its path. So is a page that states no id any
    more, and one that states a new id beside nearly the text that is known at its URL. A page with id and text of one
    article at the known URL of another is dropped: a cache has mixed them up, and it says nothing of that URL.
    """

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        article = fetched.article
        if fetched.earlier is not None:
            # Whose page it is was decided when it was read first.
            return fetched.with_article(replace(article, id=fetched.earlier.id))
        owner, here = self._owner(article), self._at(article)
        path = path_of(article.url)
        if owner is not None and self._agrees(fetched, owner):
            if here is not None and here.id != owner.id:
                self.count_error(OTHER_ARTICLE, article.url)
                self.drop("duplicate/other_article", f"the page of {owner.path} at the URL of {here.path}")
            post_id = article.id
        elif owner is not None and article.id != path:
            logger.warning("%s states the id %s of another article, %s", article.url, article.id, owner.path)
            self.count_error(CLAIMED_ID, article.url)
            if is_known_claim(crawl_state(self.crawler).ledger, article.edition, article.url, article.id):
                self.count(f"known/{CLAIMED_ID}")
            post_id = here.id if here is not None else path
        elif here is not None and (article.id == path or is_edit(article, here)):
            if here.id != path and not self._may_be_edit(article, here):
                self.count_error(OTHER_ARTICLE, article.url)
                self.drop("duplicate/other_article", f"a page without an id at the URL of {here.path}, and all differs")
            post_id = here.id
        else:
            post_id = article.id
        if post_id != article.id:
            provenance = {name: layer for name, layer in article.provenance.items() if name != "id"}
            article = replace(article, id=post_id, provenance=provenance)
        self._remember(article)
        return fetched.with_article(article)

    def _owner(self, article: Article) -> Known | None:
        """Return the article that has the id of a page, as this run has read it first, else as the ledger knows it."""
        state = crawl_state(self.crawler)
        if (noted := state.run_state.get("identity", article.edition, article.id)) is not None:
            path, sketch, title, content = json.loads(noted)
            has_content = content is not None and content == content_of(article)
            has_title = title == comparison_key(article.title)
            return Known(article.id, path, bytes.fromhex(sketch) or None, has_title, has_content)
        if state.ledger is None:
            return None
        return known_of(state.ledger.article(article.edition, article.id), article, state.ledger)

    def _at(self, article: Article) -> Known | None:
        """Return the article that an earlier run has read at an article's URL, or None."""
        ledger = crawl_state(self.crawler).ledger
        return known_of(ledger.at(article.edition, article.url), article, ledger) if ledger is not None else None

    def _agrees(self, fetched: FetchedArticle, owner: Known) -> bool:
        """Return whether a page that states an article's id is a page of that article."""
        article, ledger = fetched.article, crawl_state(self.crawler).ledger
        led = (article.url, *fetched.asked)
        if url_key("", owner.path) in (url_key("", url) for url in led):
            return True
        there = [ledger.at(article.edition, url) for url in led] if ledger is not None else []
        if owner.id in (entry.id for entry in there if entry is not None):
            return True
        parts = urlsplit(article.url)
        shapes = map(article_url, (article.url, f"{parts.scheme}://{parts.netloc}{owner.path}"))
        has_id_in_url = all(shape is not None and shape.post_id == owner.id for shape in shapes)
        return has_id_in_url or is_same_text(article, owner)

    def _may_be_edit(self, article: Article, here: Known) -> bool:
        """Return whether a page that has lost its id may be a later version of what is known at its URL.

        If title and text are others too, it is one only if it comes a second time: a cache may have mixed up two pages.
        """
        if here.has_title or here.has_content or has_share(article, here, SAME_TEXT):
            return True
        ledger = crawl_state(self.crawler).ledger
        if ledger is None or ledger.failure(article.edition, article.url) == OTHER_ARTICLE:
            return True
        ledger.note_failure(article.edition, article.url, OTHER_ARTICLE, datetime.fromtimestamp(0, UTC))
        return False

    def _remember(self, article: Article) -> None:
        sketch = signature(article.body)
        known = (
            urlsplit(article.url).path,
            sketch.hex() if sketch is not None else "",
            comparison_key(article.title),
            content_of(article),
        )
        crawl_state(self.crawler).run_state.add("identity", article.edition, article.id, value=json.dumps(known))


def is_known_claim(ledger: Ledger | None, edition: str, url: str, claim: str) -> bool:
    """Return whether an earlier run has met what the page at a URL claims, an id or a URL; remember it for later ones.

    It is in the report of each run, but no sign that the pages have changed.
    """
    if ledger is None:
        return False
    is_known = ledger.has_claim(edition, url, claim)
    if not is_known:
        ledger.note_claim(edition, url, claim)
    return is_known


def known_of(entry: Entry | None, article: Article, ledger: Ledger) -> Known | None:
    """Return what the ledger knows of an article, as far as another is compared with it; None for none."""
    if entry is None:
        return None
    content = content_of(article)
    same = ledger.with_content(article.edition, content) if content is not None else None
    has_content = same is not None and same.id == entry.id
    return Known(entry.id, entry.path, ledger.sketch(entry), ledger.has_title(entry, article.title), has_content)


def is_same_text(article: Article, known: Known) -> bool:
    """Return whether an article has the title and nearly the text of one that is known; a short text, the very same."""
    return known.has_content or (known.has_title and has_share(article, known, SAME_TEXT))


def is_edit(article: Article, here: Known) -> bool:
    """Return whether a page with a new id is a later version of what is known at its URL, and not another article.

    One that is known under its path had no id of its own: there the title is enough.
    """
    had_none = here.has_title and here.id == path_of(article.url)
    return had_none or is_same_text(article, here) or has_share(article, here, NEARLY_ALL)


def is_bound_to(article: Article, url: str, own: str, ledger: Ledger, *, is_second: bool) -> bool:
    """Return whether a page is that of the article at its URL, although it states another's as its own.

    It is if it is nearly what is known at its URL. So it is if it comes a second time, and is not what is known at the
    URL that it states: a template may state one URL in every page.
    """
    if is_page_of(article, ledger.at(article.edition, url), ledger):
        return True
    return is_second and not is_page_of(article, ledger.at(article.edition, own), ledger)


def is_page_of(article: Article, entry: Entry | None, ledger: Ledger) -> bool:
    """Return whether two of id, title and text say that a page is that of an article that was exported."""
    known = known_of(entry, article, ledger)
    if known is None:
        return False
    has_text = known.has_content or has_share(article, known, SAME_TEXT)
    return (known.id == article.id) + known.has_title + has_text >= 2


def has_share(article: Article, known: Known, share: float) -> bool:
    """Return whether two texts have at least a share in common; nothing is known of short ones."""
    sketch = signature(article.body)
    return sketch is not None and known.sketch is not None and similarity(sketch, known.sketch) >= share


def content_of(article: Article) -> str | None:
    """Return the content key of an article, or None."""
    files = (video.url for video in article.videos)
    return content_key(article.content_hash, article.title, article.body, files)
