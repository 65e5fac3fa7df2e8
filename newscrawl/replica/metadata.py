"""The metadata of a page: the site's own tawsiyat block, and JSON-LD."""

import json
from datetime import datetime
from html import escape
from typing import Any

from newscrawl.replica.articles import Article
from newscrawl.replica.dates import with_offset
from newscrawl.replica.labels import AND, LABELS
from newscrawl.replica.options import Options


def tawsiyat(article: Article, options: Options, root: str) -> str:
    """Return the tawsiyat block of an article's page. With the markup `malformed` it is broken in one of four ways."""
    author = AND[options.edition].join(article.authors)
    if options.site_shapes:
        classes = _site_classes(article, options.edition)
    else:
        classes = [
            ("class1", "posttype", article.section.kind),
            ("class2", "country", f" {article.country}"),
            ("class3", "author", author),
        ]
    value = {
        "type": "videoobject" if article.section.kind == "newscast" else "article",
        "postid": article.post_id,
        "title": article.title,
        "url": root + article.path,
        "keywords": ",".join(article.keywords),
        "thumbnail": root + article.picture.src if article.picture else "",
        "video_duration": str(article.seconds) if article.seconds else None,
        "word_count": _words(article),
        "lang": options.edition,
        "published_time": with_offset(article.published),
        "last_updated": with_offset(article.modified or article.published),
        "description": article.summary,
        "author": author,
        "classes": [{"key": key, "mapping": mapping, "value": text} for key, mapping, text in classes],
        "html": "",
        "lite_url": "",
    }
    text = _script(value, indent=1)
    if options.markup == "malformed":
        broken = (
            "\ufeff" + text,
            text[:-2].rstrip() + ",\n}",
            escape(text),
            text.replace("null", "NaN"),
        )
        text = broken[article.number % len(broken)]
    return text


def _site_classes(article: Article, edition: str) -> list[tuple[str, str, str]]:
    """Return the classes with the keys that the site uses, as (key, mapping, value)."""
    classes = [("class1", "posttype", article.section.kind)]
    if article.section.name:
        classes.append(("class2", "category", article.section.label))
    classes.append(("class3", "country", f" {article.country}"))
    if coverage := coverage_of(article, edition):
        classes.append(("class5", "coverage", coverage))
    classes += (("class6", "author", name) for name in article.authors)
    return classes


def coverage_of(article: Article, edition: str) -> str | None:
    """Return the coverage that a page with `site_shapes` states, or None. One article in five has a coverage."""
    return f"{LABELS[edition]['coverage']} 1" if article.number % 5 == 0 else None


def other_tawsiyat(
    *, kind: str, title: str, url: str, edition: str, post_id: str = "", published: datetime | None = None
) -> str:
    """Return the tawsiyat block of a page that is not an article. An author page has the type `article` too."""
    moment = with_offset(published) if published else ""
    value: dict[str, Any] = {
        "type": kind,
        "postid": post_id,
        "title": title,
        "url": url,
        "keywords": "",
        "thumbnail": "",
        "video_duration": None,
        "word_count": "0",
        "lang": edition,
        "published_time": moment,
        "last_updated": moment,
        "description": "",
        "author": "",
        "classes": [],
        "html": "",
        "lite_url": "",
    }
    return _script(value, indent=1)


def json_ld(article: Article, options: Options, root: str) -> str:
    """Return the JSON-LD block of an article's page."""
    authors = [{"@type": "Person", "name": name} for name in article.authors]
    value: Any = {
        "@context": "https://schema.org",
        "@type": "Article",
        "url": root + article.path,
        "headline": article.title,
        "description": article.summary,
        "keywords": ",".join(article.keywords),
        "author": authors[0] if len(authors) == 1 else authors,
        "datePublished": with_offset(article.published),
        "dateModified": with_offset(article.modified or article.published),
        "inLanguage": options.edition,
    }
    if options.site_shapes:
        value["articleSection"] = article.section.label
        value["wordCount"] = _words(article)
        value["thumbnailUrl"] = root + article.picture.src if article.picture else ""
    if article.video:
        video = {"@type": "VideoObject", "name": article.title, "contentUrl": root + article.video}
        value["video"] = {**video, "duration": f"PT{article.seconds}S"}
    if options.markup == "malformed":
        crumbs = {"@type": "BreadcrumbList", "name": "Al Mayadeen", "itemListElement": []}
        value["datePublished"] = "0001-01-01T00:00:00"
        value = ([crumbs, value], {"@context": "https://schema.org", "@graph": [crumbs, value]})[article.number % 2]
    return _script(value)


def _words(article: Article) -> str:
    return str(sum(len(piece.text.split()) for block in article.blocks for piece in block.pieces))


def _script(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON for a script element: a `</script>` in its texts is escaped."""
    return json.dumps(value, ensure_ascii=False, indent=indent).replace("</", "<\\/")
