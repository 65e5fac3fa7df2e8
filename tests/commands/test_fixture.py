"""`scrapy fixture` on files that are no saved pages: an error in words, and never more memory than a page needs."""

import argparse
import gzip
import os
from pathlib import Path

import pytest

from newscrawl.commands import fixture
from newscrawl.commands.fixture import LONGEST_HEADER, saved_page
from newscrawl.errors import ArgumentError
from newscrawl.middlewares.refusals import TooLargeError, TruncatedError
from tests.commands.test_of_an_archive import command_of

HEAD = b"<!-- article https://english.almayadeen.net/news/politics/a-b -->\n"


def test_a_page_that_unpacks_to_more_than_a_page_is_refused(tmp_path: Path) -> None:
    bomb, page = tmp_path / "bomb.html.gz", tmp_path / "page.html.gz"
    bomb.write_bytes(gzip.compress(HEAD + b" " * 10_000_000))
    with pytest.raises(TooLargeError, match="more than 1010000 bytes"):
        saved_page(bomb, 1_000_000)
    plain = tmp_path / "large.html"
    plain.write_bytes(b" " * (1001 + LONGEST_HEADER))
    with pytest.raises(TooLargeError):
        saved_page(plain, 1000)
    assert len(saved_page(plain, 1001)) == len(saved_page(plain, 0)) == 1001 + LONGEST_HEADER
    page.write_bytes(gzip.compress(HEAD) + gzip.compress(b"<p>A page."))
    assert saved_page(page, 1000) == HEAD + b"<p>A page."


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("", "pipe", "none"):
        with pytest.raises(OSError, match="there is no such file"):
            saved_page(tmp_path / name, 1000)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(HEAD)[:-9])
    with pytest.raises(TruncatedError):
        saved_page(tmp_path / "cut.gz", 1000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the first line must be"),
        (b"<!-- article http://[bad -->\n<h1>A</h1>", "the first line must be"),
        (b"<!-- listing nowhere -->\n<a href='/news/politics/a-b'>A</a>", "the first line must be"),
        (HEAD.replace(b" -->", b" downloaded never -->"), "never"),
        (HEAD.replace(b" -->", b" downloaded 0001-01-01T00:00:00+14:00 -->"), "in the year 1"),
        (HEAD.replace(b" -->", b" downloaded 9999-12-31T23:59:59-12:00 -->"), "in the year 9999"),
        (gzip.compress(HEAD, mtime=0)[:-9], "no end"),
    ],
)
def test_a_file_that_cannot_be_meant_is_an_error_in_words(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(content)
    with pytest.raises(ArgumentError, match=words):
        command_of(fixture.Command, tmp_path).execute([str(path)], argparse.Namespace(into=str(tmp_path), name="a"))


@pytest.mark.parametrize("name", ["a" * 300, "no/folder"])
def test_a_name_that_no_file_can_have_is_an_error_in_words(name: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(HEAD + b"<h1>A</h1>")
    with pytest.raises(ArgumentError, match=name[:9]):
        command_of(fixture.Command, tmp_path).execute([str(path)], argparse.Namespace(into=str(tmp_path), name=name))
