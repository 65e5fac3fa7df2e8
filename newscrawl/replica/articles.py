"""The parts of an article of the replica."""

from dataclasses import dataclass
from datetime import datetime

from newscrawl.replica.sections import Section


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: plain text, or `b`, `i`, `span` or `a` (with a URL)."""

    text: str
    tag: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its caption and credit."""

    src: str
    caption: str
    credit: str

    @property
    def shown(self) -> str:
        """The caption as the page shows it, the credit in brackets."""
        return f"{self.caption} ({self.credit})" if self.credit else self.caption


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a body: `p`, `h3`, `ul`, `quote`, `post`, `figure`, `related` or `more`."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    lines: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(title, path) of other articles."""
    picture: Picture | None = None
    href: str = ""

    @property
    def frame(self) -> str:
        """The URL of the player that the markup `nested-pcontent` shows after a post."""
        return f"https://www.youtube.com/embed/{self.href[-11:]}"


@dataclass(frozen=True, slots=True)
class Card:
    """What a listing shows of an article. Making it takes a tenth of the time of making the whole article."""

    number: int
    section: Section
    path: str
    title: str
    published: datetime
    picture: Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of the replica."""

    number: int
    revision: int
    post_id: str
    section: Section
    path: str
    """Percent-encoded."""
    title: str
    summary: str
    authors: tuple[str, ...]
    source: str
    published: datetime
    modified: datetime | None
    picture: Picture | None
    blocks: tuple[Block, ...]
    tags: tuple[str, ...]
    keywords: tuple[str, ...]
    shares: int
    minutes: int | None
    country: str
    video: str = ""
    """Path of the video file; empty for an article without a video."""
    seconds: int | None = None
    """How long the video is."""
