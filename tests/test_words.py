"""The words of the project: no text of it uses a word of the list below; each has a plain one beside it.

Texts are the documents, comments, docstrings and other string literals, units, and the names of files.
"""

import ast
import io
import re
import tokenize
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The word to leave → what to write in its place. A space is any white space, also the end of a line.
WORDS = {
    r"told": "said, reported, recognised",
    r"tells?": "say, return, report (Return whether …)",
    r"anew": "again (rebuild, rewrite)",
    r"mend(?:s|ed|ing)?": "repair",
    r"stands? (?:in|at|on|there|between|beside|before|behind|above|below|under|after|alone)": "is",
    r"parted": "separated",
    r"befalls?": "happen to",
    r"so many": "this many, at most … (give the limit)",
    r"none of the": "no (no file, not any)",
    r"left in peace": "paused",
    r"in peace": "paused, without requests",
    r"for ever": "without end, always",
    r"(?:the|this|each|same|own|other) (?:house|room|floor)s?": "project, package, layer",
    r"floors? (?:above|below|beside)": "layer above, below, beside",
    r"the books": "the accounting",
}
# The same, for the package and the documents; the tests have pages with such words in them.
WORDS_OF_THE_PACKAGE = {
    r"stor(?:y|ies)": "article",
    r"films?": "video",
    # Mail, postal and IP addresses and almayadeen/addresses.py are what they are called.
    r"(?<!mail )(?<!postal )(?<!IP )(?<!IPv6 )address(?:es)?(?!\.py)": "URL",
}
# Their literals are words of the site, or of its invented copy; their comments and docstrings are ours.
WORDS_OF_OTHERS = (
    "newscrawl/almayadeen/bylines.py",
    "newscrawl/almayadeen/labels.py",
    "newscrawl/almayadeen/markup.py",
    "newscrawl/almayadeen/kinds.py",
    "newscrawl/replica/labels.py",
    "newscrawl/replica/prose.py",
)
# Folder or file → words that have another meaning there.
OTHER_MEANINGS = {
    "newscrawl/archive/": ("addresses",),  # a table of the ledger; another name would be another format
    "newscrawl/pages/inner_text.py": ("address",),  # an element of HTML
    "newscrawl/setting_checks.py": ("stories",),  # another word for a value of KEEP_PAGES
    "newscrawl/replica/newsroom.py": ("film", "story"),  # a folder of the invented site; the seed of its articles
    "newscrawl/replica/server.py": ("address",),  # a page of the invented site
}
# This file has to write them.
EXEMPT = ("tests/test_words.py",)
DOCUMENTS = {".md", ".yml", ".yaml", ".toml", ".cfg", ".service", ".timer"}
PLAIN_FILES = ("deploy/crontab", ".ci/run")


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def files() -> list[Path]:
    """Return the files whose texts are the project's own."""
    found = [file for file in ROOT.iterdir() if file.suffix in DOCUMENTS]
    for folder in ("newscrawl", "tests", "deploy", ".github"):
        found += [file for file in (ROOT / folder).rglob("*") if file.suffix in DOCUMENTS | {".py"}]
    found += [ROOT / name for name in PLAIN_FILES]
    return sorted(file for file in found if name_of(file) not in EXEMPT and "__pycache__" not in file.parts)


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file, each with the number of its first line."""
    source = file.read_text("utf-8")
    if file.suffix != ".py":
        yield 1, source
        return
    tree = ast.parse(source)
    docstrings = {node.value.lineno for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    comment: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comment.append(token)
        elif token.type != tokenize.NL and comment:
            yield comment[0].start[0], "\n".join(line.string for line in comment)
            comment = []
        is_literal = token.type in (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1))
        if is_literal and (name_of(file) not in WORDS_OF_OTHERS or token.start[0] in docstrings):
            # Names between the braces of an f-string are code.
            is_formatted = token.string.lower().startswith(("f", "rf", "fr"))
            yield token.start[0], re.sub(r"\{[^{}\n]*\}", "{}", token.string) if is_formatted else token.string


def words_for(file: Path) -> dict[str, str]:
    """Return the words that a file must not have."""
    is_test = name_of(file).startswith("tests/") and file.suffix == ".py"
    return WORDS if is_test else WORDS | WORDS_OF_THE_PACKAGE


def hits(text: str, words: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Yield (line, word, plain word) for each word of a list in a text; lines count from 0.

    >>> list(hits("It is\\ntold  by its address.", {"told": "said", "address": "URL"}))
    [(1, 'told', 'said'), (1, 'address', 'URL')]
    """
    # White space becomes one space, also where a line of a comment goes on in the next.
    parts = list(re.finditer(r"(?!#\s)\S+", text))
    starts = list(accumulate((len(part[0]) + 1 for part in parts), initial=0))
    joined = " ".join(part[0] for part in parts)
    for pattern, plain in words.items():
        for found in re.finditer(rf"(?i)(?<![\w-])(?:{pattern})(?![\w-])", joined):
            part = parts[bisect(starts, found.start()) - 1]
            yield text.count("\n", 0, part.start()), found[0], plain


def wrong_words(file: Path) -> list[str]:
    """Return the words of a file and of its name that are to be left, each with its line and the plain word."""
    words = words_for(file)
    name = re.sub(r"[_./]", " ", name_of(file).replace("addresses.py", ""))
    found = [f"file name: {word!r}: write {plain}" for _, word, plain in hits(name, words)]
    meant = {word for place, those in OTHER_MEANINGS.items() if name_of(file).startswith(place) for word in those}
    for start, text in texts(file):
        found += [
            f"{name_of(file)}:{start + line}: {word!r}: write {plain}"
            for line, word, plain in hits(text, words)
            if word not in meant
        ]
    return found


@pytest.mark.parametrize("file", files(), ids=name_of)
def test_words(file: Path) -> None:
    found = wrong_words(file)
    assert not found, "\n".join(found)


def test_names_of_page_fixtures() -> None:
    for page in (ROOT / "tests" / "pages" / "fixtures").rglob("*.html"):
        name = re.sub(r"[-_./]", " ", name_of(page))
        assert not list(hits(name, WORDS | WORDS_OF_THE_PACKAGE)), name_of(page)


@pytest.mark.parametrize(
    "text",
    ["Tell whether", "it is made\n# anew", "so\nmany of them", "no address", "the Story", "It stands\n    in the file"],
)
def test_a_wrong_word_is_found_across_lines_and_in_any_case(text: str) -> None:
    assert list(hits(text, WORDS | WORDS_OF_THE_PACKAGE))


@pytest.mark.parametrize(
    "text",
    [
        "a mail address",
        "IP addresses",
        "`almayadeen/addresses.py`",
        "history",
        "a stand-in for",
        "filmed",
        "what it stands for",
    ],
)
def test_words_that_only_look_like_it_are_none(text: str) -> None:
    assert not list(hits(text, WORDS | WORDS_OF_THE_PACKAGE))
