"""The text that JSON-LD states as an article's (`articleBody`), as evidence for the body that the page shows."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from newscrawl.pages.boxes import ends_a_sentence
from newscrawl.text import comparison_words

_WORDS = 6
"""Words in a row that a line and the stated text share."""


class StatedBody:
    """The paragraphs that a page's metadata states. They may be cut off, or a template's."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = list(paragraphs)
        self.size = sum(map(len, self.paragraphs))

    @cached_property
    def _rows(self) -> set[tuple[str, ...]]:
        return {row for paragraph in self.paragraphs for row in _rows(comparison_words(paragraph))}

    def has(self, text: str) -> bool:
        """Return whether the stated text has the first words of a line. It has none of a line of a few words."""
        return bool(self.paragraphs) and tuple(comparison_words(text)[:_WORDS]) in self._rows

    def goes_beyond(self, texts: Sequence[str], *, is_known: bool) -> bool:
        """Return whether it is the body rather than the paragraphs that a page shows.

        It is when it is much more of the same text, or when nothing of it is shown and the paragraphs are in unknown
        markup (`is_known` is False): they are then of something else.
        """
        sentences = sum(1 for each in self.paragraphs if ends_a_sentence(each) and each.count(" ") >= 4)
        if not sentences:
            return False
        shared = [text for text in texts if self.has(text)]
        if not is_known and not shared and sentences > 1 and self._rows:
            return True
        return self.size > 2 * sum(map(len, texts)) and 2 * len(shared) >= len(texts)


def _rows(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(_WORDS)), strict=False)
