"""What one layer of an article's metadata states: the value that tawsiyat, JSON-LD and meta elements are read into."""

from dataclasses import dataclass

from newscrawl.pages.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one layer of the metadata states; None or () for fields that it does not state.

    Texts are on one line, with entities decoded and tags removed. Times have a zone, and come with the text that they
    were read from. URLs are as written.
    """

    name: str
    page_type: str | None = None
    post_id: str | None = None
    url: str | None = None
    """The page's own URL, as it states it."""
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    authors_are_listed: bool = False
    """Whether each of `authors` is one author; if not, a string may name several authors."""
    keywords: tuple[str, ...] = ()
    published: Time | None = None
    modified: Time | None = None
    section: str | None = None
    country: str | None = None
    coverage: str | None = None
    posttype: str | None = None
    thumbnail: str | None = None
    video_seconds: int | None = None
    videos: tuple[str, ...] = ()
    """URLs of video files and players; a video's file, else its player."""
    language: str | None = None
    article_body: tuple[str, ...] = ()
    """The paragraphs of the article, as JSON-LD states them. They are evidence for the body, and may be cut off."""
