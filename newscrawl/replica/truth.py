"""What a perfect record of an article contains."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

from newscrawl.replica.articles import Article, Block, Piece
from newscrawl.replica.metadata import coverage_of
from newscrawl.replica.options import FULL_MARKUPS, Options


def truth(article: Article, options: Options, root: str) -> dict[str, Any]:
    """Return what a perfect record of an article contains, given what the replica's markup states."""
    states = options.markup != "bare"
    states_all = options.markup in FULL_MARKUPS

    def utc(moment: datetime) -> str:
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    paragraphs: list[str] = []
    subheads: list[str] = []
    links: list[str] = []
    related: dict[str, str] = {}
    embeds: list[str] = []
    pictures = [article.picture] if article.picture else []
    for block in article.blocks:
        if block.kind == "p":
            paragraphs.append("".join(piece.text for piece in block.pieces))
            links += (piece.href for piece in block.pieces if piece.href)
        elif block.kind == "h3":
            paragraphs.append(block.lines[0])
            subheads.append(block.lines[0])
            links += [block.href] if block.href else []
        elif block.kind == "post":
            paragraphs.append(f"{block.lines[0]} — {block.lines[1]} {block.lines[2]}")
            embeds += [block.href, block.frame] if options.markup == "nested-pcontent" else [block.href]
        elif block.kind in ("related", "more"):
            for title, path in block.links:
                related.setdefault(root + path, title)
        elif block.kind == "figure" and block.picture:
            pictures.append(block.picture)
        else:
            paragraphs += block.lines
    if options.markup == "nested-br" and article.section.kind not in ("gallery", "infograph"):
        pictures = [article.picture] if article.picture else []
    in_url = options.edition == "es"
    return {
        "id": article.post_id if states or in_url else article.path,
        "url": root + article.path,
        "edition": options.edition,
        "kind": article.section.kind,
        "section": article.section.name or (article.section.label if options.site_shapes else None),
        "title": article.title,
        "summary": article.summary,
        "authors": list(article.authors),
        "source": article.source,
        # The date that the page shows has no seconds.
        "date_published": utc(article.published if states else article.published.replace(second=0)),
        "date_modified": utc(article.modified or article.published) if states else None,
        "paragraphs": paragraphs,
        "body_html": "\n".join(html for block in article.blocks for html in _html(block, options.markup, root)),
        "subheads": subheads,
        "images": [
            {"url": root + each.src, "caption": each.caption, "credit": each.credit or None} for each in pictures
        ],
        "videos": [{"url": root + article.video, "duration_seconds": article.seconds if states_all else None}]
        if article.video
        else [],
        "embeds": embeds,
        "links": list(dict.fromkeys(_absolute(root, link) for link in links)),
        "related": [{"title": title, "url": url} for url, title in related.items()],
        "tags": list(article.tags),
        "keywords": list(article.keywords) if states else [],
        "shares": article.shares,
        "reading_minutes": article.minutes,
        "country": article.country if states_all else None,
        "coverage": coverage_of(article, options.edition) if options.site_shapes else None,
    }


def _html(block: Block, markup: str, root: str) -> Iterator[str]:
    """Yield the HTML of a block's paragraphs. Where the markup has only `br`, lists and quotes are lines."""
    only_lines = markup == "nested-br"
    lines = [escape(line, quote=False) for line in block.lines]
    if block.kind == "p":
        yield f"<p>{''.join(_inline(piece, root) for piece in block.pieces)}</p>"
    elif block.kind == "h3":
        level = "h4" if only_lines else "h2" if markup == "nested-pcontent" else "h3"
        yield f"<{level}>{_inline(Piece(block.lines[0], 'a' if block.href else '', block.href), root)}</{level}>"
    elif block.kind == "post":
        yield f"<blockquote><p>{lines[0]} — {lines[1]} {lines[2]}</p></blockquote>"
    elif block.kind in ("ul", "quote") and only_lines:
        yield from (f"<p>{line}</p>" if block.kind == "ul" else f"<p><em>{line}</em></p>" for line in lines)
    elif block.kind == "ul":
        yield "<ul>" + "\n".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    elif block.kind == "quote":
        yield "<blockquote>" + "\n".join(f"<p>{line}</p>" for line in lines) + "</blockquote>"


def _inline(piece: Piece, root: str) -> str:
    text = escape(piece.text, quote=False)
    if piece.tag == "a":
        return f'<a href="{escape(_absolute(root, piece.href))}">{text}</a>'
    tag = {"b": "strong", "i": "em"}.get(piece.tag)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _absolute(root: str, link: str) -> str:
    return root + link.partition("?")[0] if link.startswith("/") else link
