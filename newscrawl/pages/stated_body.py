"""The text that JSON-LD states as an article's (`articleBody`), as evidence for the body that the page shows."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from newscrawl.pages.boxes import ends_a_sentence
from newscrawl.text import comparison_key

_WORDS = 6
"""Words in a row that a line and the stated text share."""


class StatedBody:
    """The paragraphs that a page's metadata states. They may be cut off, or a template's."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = list(paragraphs)
        self.size = sum(map(len, self.paragraphs))

    @cached_property
    def _rows(self) -> set[tuple[str, ...]]:
        return {row for paragraph in self.paragraphs for row in _rows(paragraph)}

    def has(self, text: str) -> bool:
        """Return whether the stated text has the first words of a line. It has none of a line of a few words."""
        return bool(self.paragraphs) and next(_rows(text), None) in self._rows

    def goes_beyond(self, texts: Sequence[str]) -> bool:
        """Return whether it is a text, and much more of the same text than the paragraphs that a page shows."""
        if not any(ends_a_sentence(paragraph) and paragraph.count(" ") >= 4 for paragraph in self.paragraphs):
            return False
        shared = [text for text in texts if self.has(text)]
        return self.size > 2 * sum(map(len, texts)) and 2 * len(shared) >= len(texts)


def _rows(text: str) -> Iterator[tuple[str, ...]]:
    row: tuple[str, ...] = ()
    for word in text.split():
        if key := comparison_key(word):
            row = (*row[-_WORDS + 1 :], key)
            if len(row) == _WORDS:
                yield row
