"""Pure helpers for text: white space, cleaning, word counts, and the hash that shows whether a text was edited."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable

import ftfy

PARAGRAPH_BREAK = "\n\n"

_INVISIBLE = re.compile(
    "["
    "\u00ad"  # soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that steer the direction of writing
    "\u180e\u200b\u2060-\u2064\ufeff"  # zero-width spaces, joiner of words, byte-order mark
    "\u206a-\u206f\ufff0-\ufffc\ufffe\uffff\ufdd0-\ufdef"  # annotations, places of objects, no characters at all
    "\ue000-\uf8ff"  # signs of fonts for icons, which no writing system has
    "]"
)
# Without the characters that `str.split` takes for white space: tab to carriage return, FS to US, and NEL.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
# A joiner or non-joiner is part of the spelling between letters that join (Arabic script, Indic scripts) and between
# the parts of an emoji. Everywhere else it is removed.
_JOINER = re.compile("[\u200c\u200d]")
# The traces of UTF-8 read as Latin-1 or Windows-1252: the letter of a lead byte, then the letter of a trail byte.
# ftfy decides what to repair. This pattern only keeps clean texts away from it, because ftfy is slow.
_MOJIBAKE_HINT = re.compile(
    "[\u00c2-\u00f4]"
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a\u201c-\u201e"
    "\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122\ufffd]"
)

# Signs that text has when its UTF-8 was read in another charset and encoded again: the first letter of Arabic and the
# accented letters of Spanish, read as Windows-1252 or Latin-1, and the first letter of Arabic read as Windows-1256.
_ENCODED_TWICE = ("\u00d8\u00a7".encode(), b"\xc3\x83\xc2", "\u0637\u00a7".encode())
_HIGH_RUN = re.compile("[^\x00-\x7f]+")
# The charsets that were mistaken for UTF-8. Those of ftfy also have the bytes that the standard leaves free.
_MISTAKEN = ("sloppy-windows-1252", "latin-1", "sloppy-windows-1256")


def collapse_spaces(text: str) -> str:
    """Return the text on one line: each run of white space becomes one space, the ends have none.

    >>> collapse_spaces("  two\\u00a0 words\\n ")
    'two words'
    """
    # A printable text has no white space but the plain space. This check costs a third of splitting and joining.
    if "  " not in text and text.isprintable() and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def shortened(text: str, most: int = 100) -> str:
    """Return a text of at most `most` characters, for a message or a report; one that is cut ends in "…".

    >>> shortened("politics"), shortened("politics", 4)
    ('politics', 'pol…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def decode_entities(text: str) -> str:
    """Return the text with its HTML entities decoded, once.

    >>> decode_entities("A &amp;amp; B &#8211; C"), decode_entities(f"&#{'9' * 5000};")
    ('A &amp; B – C', '\ufffd')
    """
    # Python refuses to read a number of more than 4,300 digits.
    return html.unescape(_LONG_REFERENCE.sub(_short_reference, text)) if "&" in text else text


_LONG_REFERENCE = re.compile(r"&#([0-9]{8,});?")


def _short_reference(match: re.Match[str]) -> str:
    digits = match[1].lstrip("0")
    return f"&#{digits or 0};" if len(digits) < 8 else "\ufffd"


def clean(text: str) -> str:
    """Return one line of text, cleaned for the archive.

    Mojibake of UTF-8 read as Latin-1 or Windows-1252 is repaired. Letters are in NFC. Control characters, lone
    surrogates, zero-width characters, soft hyphens and direction marks are removed. White space becomes single
    spaces. Cleaning a clean text changes nothing.

    >>> clean("Leban\\u00adon\\u200b\\x07  and\\u00a0Me\\u0301xico\\ud800")
    'Lebanon and México'
    >>> clean("BogotÃ¡ â€œyesâ€\\x9d")
    'Bogotá “yes”'
    """
    if _is_clean(text):
        return text
    for _ in range(4):
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return cleaned


def is_encoded_twice(page: bytes) -> bool:
    """Return whether bytes in UTF-8 have signs of text that was encoded twice.

    >>> is_encoded_twice("Málaga".encode()), is_encoded_twice("MÃ¡laga".encode())
    (False, True)
    """
    # A search for one byte is many times faster, and most pages in ASCII letters have none of them.
    return any(sign[:1] in page and sign in page for sign in _ENCODED_TWICE)


def decoded_again(text: str) -> str:
    """Return a text whose parts that were encoded twice are decoded again; all other parts stay as they are.

    >>> decoded_again("MÃ¡laga, Ø§Ù„Ø¢Ù† ط§ظ„ط¢ظ† «está»")
    'Málaga, الآن الآن «está»'
    """
    return _HIGH_RUN.sub(_decoded_run, text)


def _decoded_run(match: re.Match[str]) -> str:
    """Return a run of letters decoded again, if that gives letters of the site's languages; else the run."""
    for charset in _MISTAKEN:
        run, found = match[0], None
        for _ in range(3):
            try:
                run = run.encode(charset).decode()
            except UnicodeError:
                break
            if all(map(_is_letter_of_sites, run)):
                found = run
        if found is not None:
            return found
    return match[0]


def _is_letter_of_sites(char: str) -> bool:
    """Return whether a character is in the languages of the site: Latin, Arabic, punctuation, signs, emoji."""
    code = ord(char)
    return (
        0xA0 <= code <= 0x17F
        or 0x600 <= code <= 0x6FF
        or 0x2000 <= code <= 0x2BFF
        or 0xFB50 <= code <= 0xFEFF
        or code >= 0x1F000
    )


def _is_clean(text: str) -> bool:
    """Return whether a text is clean already. Nearly every text is, and this check costs a tenth of cleaning."""
    # A printable text has no control or format characters, no surrogates, and no white space but the plain space.
    if not text.isprintable() or "\ufffc" in text or "  " in text or text[:1] == " " or text[-1:] == " ":
        return False
    if text.isascii():
        return True
    # In UTF-8 every letter that mojibake begins with has this byte first. The search for one byte is cheap.
    hinted = b"\xc3" in text.encode() and _MOJIBAKE_HINT.search(text)
    return not hinted and unicodedata.is_normalized("NFC", text)


def _clean_once(text: str) -> str:
    if _SURROGATE.search(text):
        # JSON spells letters outside the basic plane as two surrogates. A pair becomes its letter, a lone one goes.
        text = _SURROGATE_PAIR.sub(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
        text = _SURROGATE.sub("", text)
    if _MOJIBAKE_HINT.search(text):
        text = ftfy.fix_encoding(text)
    text = _INVISIBLE.sub("", text)
    text = _CONTROL.sub("", text)
    if "\u200c" in text or "\u200d" in text:
        text = _JOINER.sub(lambda m: _kept_joiner(text, m.start()), text)
    return collapse_spaces(unicodedata.normalize("NFC", text))


def _kept_joiner(text: str, at: int) -> str:
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else ""
    return text[at] if _joins(before) and _joins(after) else ""


def _joins(char: str) -> bool:
    if not char:
        return False
    code = ord(char)
    return (
        0x0600 <= code <= 0x08FF  # Arabic, Syriac and their supplements
        or 0x0900 <= code <= 0x0DFF  # Indic scripts
        or 0xFB50 <= code <= 0xFDFF
        or code == 0xFE0F  # emoji presentation
        or unicodedata.category(char) in ("So", "Sk")
        or 0x1F000 <= code <= 0x1FAFF
    )


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a body, in order.

    >>> paragraphs("One.\\n\\nTwo.")
    ['One.', 'Two.']
    """
    return [part for part in body.split(PARAGRAPH_BREAK) if part]


def clean_body(body: str) -> str:
    """Return a body with each paragraph cleaned and empty paragraphs removed.

    >>> clean_body("One\\u200b.\\n\\n \\u00a0 \\n\\nTwo.")
    'One.\\n\\nTwo.'
    """
    return PARAGRAPH_BREAK.join(part for part in map(clean, body.split(PARAGRAPH_BREAK)) if part)


def word_count(body: str) -> int:
    """Return the number of words: runs of characters that are not white space.

    >>> word_count("Two words.\\n\\nAnd three more")
    5
    """
    return len(body.split())


def content_hash(title: str, summary: str | None, body: str) -> str:
    """Return the SHA-256 (hex) of the cleaned title, summary and body: equal when a reader sees the same text.

    White space, invisible characters and Unicode's spelling of a letter make no difference.

    >>> content_hash("A title", None, "Text.") == content_hash("A  title ", "", "Text.\\u200b")
    True
    """
    parts = (clean(title), clean(summary or ""), clean_body(body))
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def comparison_key(text: str) -> str:
    """Return the text for comparing: letters and digits only, in lower case, without accents and vowel marks.

    >>> comparison_key("The “Résistance”: an Overview!")
    'theresistanceanoverview'
    """
    if text.isascii():
        return text.encode().lower().translate(None, _ASCII_MARKS).decode()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def comparison_words(text: str) -> list[str]:
    """Return the words of a text, each as a comparison key; what has no letters and digits is no word.

    >>> comparison_words("The “Résistance” – an Overview!")
    ['the', 'resistance', 'an', 'overview']
    """
    if text.isascii():
        return text.encode().lower().translate(None, _ASCII_MARKS_IN_WORDS).decode().split()
    return [key for word in text.split() if (key := comparison_key(word))]


def shares_no_word(text: str, other: str) -> bool:
    """Return whether two texts of at least three words have none in common; words of up to three letters say nothing.

    >>> shares_no_word("We will be back soon", "The port was opened again on Thursday")
    True
    >>> shares_no_word("Port opened again", "OPENED again: the port"), shares_no_word("Read more", "A port was opened")
    (False, False)
    """
    words, others = ({comparison_key(word) for word in each.split()} for each in (text, other))
    return min(len(words), len(others)) >= 3 and not any(len(word) > 3 for word in words & others)


_ASCII_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
_ASCII_MARKS_IN_WORDS = bytes(code for code in _ASCII_MARKS if not chr(code).isspace())


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values in order, each once, without empty ones.

    >>> unique(["a", "", "b", "a"])
    ('a', 'b')
    """
    return tuple(dict.fromkeys(value for value in values if value))
