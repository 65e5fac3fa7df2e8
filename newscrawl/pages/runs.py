"""Pieces of text in one style, and the paragraphs that line breaks make of them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element

from newscrawl.pages.inner_text import HEADINGS

# The end of a sentence or of a clause.
_END = re.compile(r"[.!?…؟۔:]['\"”’»)\]]*$")


class Run(NamedTuple):
    """A piece of a line's text in one style, as written; `text` is None for a line break."""

    text: str | None
    link: _Element | None = None
    bold: bool = False
    italic: bool = False


def paragraphs_of(buffer: list[Run], block: _Element) -> Iterator[list[Run]]:
    """Yield the paragraphs of a block that has breaks.

    Two breaks with only white space between them always separate paragraphs. A single break is a space in an element
    that is one paragraph (`p`, `li`, a heading). In other elements it separates paragraphs if the lines are sentences.
    """
    if all(run.text is not None for run in buffer):
        yield buffer
        return
    parts: list[list[Run]] = [[]]
    breaks = 0
    for run in buffer:
        if run.text is None:
            breaks += 1
            continue
        if not run.text.strip() and breaks:
            continue
        if breaks >= 2:
            parts.append([])
        elif breaks == 1:
            parts[-1].append(Run(None))
        breaks = 0
        parts[-1].append(run)
    for part in parts:
        lines = _lines_of(part)
        if len(lines) > 1 and block.tag not in ("p", "li", "td", "th", *HEADINGS) and _each_ends(lines):
            yield from lines
        else:
            yield part


def _lines_of(part: list[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in part:
        if run.text is None:
            lines.append([])
        else:
            lines[-1].append(run)
    return lines


def _each_ends(lines: list[list[Run]]) -> bool:
    """Return whether the lines between single breaks are sentences, not lines of a poem or of a postal address."""
    texts = [text for line in lines if (text := "".join(run.text or "" for run in line).strip())]
    ended = sum(1 for text in texts if _END.search(text, max(0, len(text) - 20)))
    return len(texts) > 1 and ended * 2 > len(texts) and sum(map(len, texts)) / len(texts) > 60
