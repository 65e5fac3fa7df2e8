"""What a single line of a body is: a subhead, furniture, a time of the page, tags, or the words of a picture."""

from collections.abc import Sequence

from newscrawl.almayadeen.addresses import TAG_LINK_IN_BODY
from newscrawl.almayadeen.labels import CALL_LINE, FOLLOW_US, FURNITURE_LINE
from newscrawl.pages.boxes import ends_a_sentence
from newscrawl.pages.byline import is_date
from newscrawl.pages.inner_text import HEADINGS, visible_text
from newscrawl.pages.lines import Block, Line, Media
from newscrawl.pages.pictures import alternative_texts, shown_captions, split_credit
from newscrawl.pages.related import cannot_be_headline
from newscrawl.text import comparison_key

TEXT_TAGS = HEADINGS | frozenset("p li blockquote figcaption td th tr dd dt pre caption summary".split())
"""Elements whose lines are paragraphs by their tag, not by what they say."""
_ITEMS = ("li", "td", "th", "tr", "dt", "dd")
LONGEST_SUBHEAD = 120
_LONGEST_FURNITURE = 200


def is_subhead(line: Line) -> bool:
    """Return whether a line is a subhead: a heading, or a short bold line that does not end like a sentence."""
    if line.is_heading:
        return True
    return (
        line.bold_share > 0.98
        and line.tag not in _ITEMS
        and line.quote is None
        and len(line.text) <= LONGEST_SUBHEAD
        and not cannot_be_headline(line.text)
    )


def is_furniture_line(text: str) -> bool:
    """Return whether a text is not an article's: the label of a button, a call to follow or to share."""
    if len(text) > _LONGEST_FURNITURE:
        return False
    return any(pattern.match(text) is not None for pattern in (FURNITURE_LINE, FOLLOW_US, CALL_LINE))


def is_date_line(line: Line) -> bool:
    """Return whether a line is only a time that belongs to the page, not to the text."""
    if line.tag in _ITEMS or line.bold_share > 0.9 or line.quote is not None:
        return False
    return is_date(line.text) and not ends_a_sentence(line.text)


def is_line_of_tags(line: Line) -> bool:
    """Return whether a line has only links to pages of tags."""
    if line.link_share <= 0.8 or line.tag == "tr":
        return False
    return all(TAG_LINK_IN_BODY.search(link.href) for link in line.links if link.text)


def captions_in(blocks: Sequence[Block]) -> set[str]:
    """Return the captions that are shown with pictures, with and without their credits, as comparison keys."""
    texts = {text for block in blocks if isinstance(block, Media) for text in shown_captions(block.element)}
    return {comparison_key(words) for text in texts for words in (text, split_credit(text)[0] or "")} - {""}


def alternatives_of(media: Media) -> set[str]:
    """Return the alternative texts of pictures, with and without their credits, as comparison keys."""
    texts = alternative_texts(media.element)
    return {comparison_key(words) for text in texts for words in (text, split_credit(text)[0] or "")} - {""}


def is_small(line: Line) -> bool:
    """Return whether the text beside a picture looks like its caption: all of it is in `small`, `em` or `i`."""
    whole = len(line.text.replace(" ", ""))
    small = 0
    for each in line.element.iter("small", "em", "i"):
        parent = each.getparent()
        if parent is not None and str(parent.tag) not in ("small", "em", "i"):
            small += len(visible_text(each).replace(" ", ""))
    return whole > 0 and small >= 0.95 * whole
